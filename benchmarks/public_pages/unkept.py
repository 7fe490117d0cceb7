"""Settings of a served site that renders every public page for each reader, as for the first
one after a change."""

from tests.support.serving.served import *  # noqa: F403

KEPT_PAGES = False
