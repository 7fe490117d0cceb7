"""Short texts shared by several pages of an attempt."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.taking.item_pages import Progress


def time_left(progress: Progress) -> str:
    if not progress.open:
        return _("Nothing left open") if progress.skipped else _("Everything answered")
    return ngettext(
        "About %(count)s minute left", "About %(count)s minutes left", progress.minutes
    ) % {"count": progress.minutes}
