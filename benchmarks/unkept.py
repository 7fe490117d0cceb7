"""Settings of a served site that makes every public page anew, as for the first reader after a
change."""

from tests.support.serving.served import *  # noqa: F403

KEPT_PAGES = False
