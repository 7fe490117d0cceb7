"""Production settings for a server that a test starts, but without collected static files."""

from psywellpath.settings import *  # noqa: F403
from psywellpath.settings import MEDIA_ROOT, STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# whitenoise needs an existing folder.
STATIC_ROOT = MEDIA_ROOT.with_name("static")
STATIC_ROOT.mkdir(exist_ok=True)
