"""Production's settings, for a server that a test starts: only static files are not collected."""

from psywellpath.settings import *  # noqa: F403
from psywellpath.settings import MEDIA_ROOT, STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# whitenoise wants a folder that is there.
STATIC_ROOT = MEDIA_ROOT.with_name("static")
STATIC_ROOT.mkdir(exist_ok=True)
