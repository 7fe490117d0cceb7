"""Saving the site's texts: each save is a version, and an earlier one can come back."""

import re
from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from accounts.access import Permission, allows
from accounts.models import User
from accounts.optimistic_lock import demand_current
from articles.models import Image, SiteTexts
from articles.richtext import clean
from articles.site_texts.current import chosen_name, ours
from articles.site_texts.wording import TEXTS, Kind

# Neither XML nor a header may hold them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@transaction.atomic
def save(
    *, texts: Mapping[str, str], picture: Image | None, by: User, seen: int, comment: str = ""
) -> SiteTexts | None:
    """Stores a version; None if nothing has changed. What is as it comes is not stored.

    Raises Stale if the form showed another version than the newest (0: none), and PermissionDenied.
    """
    if not allows(by, Permission.WRITE_ARTICLES):
        raise PermissionDenied
    with connection.cursor() as cursor:
        # One at a time, since there may be no row yet that could be locked.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('articles_sitetexts'))")
    newest = SiteTexts.objects.newest()
    number = newest.number if newest else 0
    demand_current(newest, version=number, seen=seen)
    kept = written_only(texts)
    if (newest.texts if newest else {}) == kept and (newest and newest.share_picture) == picture:
        return None
    return SiteTexts.objects.create(
        number=number + 1, by=by, texts=kept, share_picture=picture, comment=comment
    )


def written_only(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts that differ from ours, in the form in which they are stored."""
    kept = {}
    names = {chosen_name() or settings.SITE_NAME, texts.get("site_name", "").strip()}
    for name, text in TEXTS.items():
        if name not in texts:
            continue
        value = _CONTROL.sub("", texts[name]).strip()
        lines = [" ".join(line.split()) for line in value.splitlines()]
        value = clean(value) if text.kind is Kind.RICH else "\n".join(lines)
        is_ours = value in {" ".join(ours(name, called).split()) for called in names}
        if not is_ours and (value or text.kind is Kind.PLACE):
            kept[name] = value
    return kept
