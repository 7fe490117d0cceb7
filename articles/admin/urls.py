"""The editors' pages beside Django's own, which the article's admin adds to its addresses."""

from collections.abc import Callable

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from articles.admin import calendar, drafts, preview, versions
from articles.admin.outside import pages as outside
from articles.admin.text_field import links
from articles.admin.upkeep import broken_links, review_marks, withdrawal

PAGES: list[tuple[str, Callable, str]] = [
    ("calendar/", calendar.month, "calendar"),
    ("links/", links.links, "links"),
    ("add/autosave/", drafts.autosave_new, "autosave_new"),
    ("<int:pk>/autosave/", drafts.autosave, "autosave"),
    ("unsaved/<int:unsaved>/discard/", drafts.discard, "discard"),
    ("broken-links/", broken_links.report, "broken_links"),
    ("withdraw/", withdrawal.withdraw, "withdraw"),
    ("<int:pk>/reviewed/", review_marks.reviewed, "reviewed"),
    ("<int:pk>/preview/", preview.stored, "show"),
    ("preview/<str:token>/", preview.page, "preview"),
    ("<int:pk>/outside/", outside.reviews, "outside"),
    ("<int:pk>/outside/<uuid:review>/call-off/", outside.call_off, "outside_call_off"),
    ("<int:pk>/outside/comments/<uuid:comment>/done/", outside.done, "outside_done"),
    ("<int:pk>/versions/", versions.compare, "versions"),
    ("<int:pk>/versions/<int:number>/restore/", versions.restore, "restore"),
    ("<int:pk>/versions/<int:number>/preview/", preview.version, "preview_version"),
]


def article_pages(site: AdminSite) -> list[URLPattern]:
    return [
        path(address, site.admin_view(view), name=f"articles_article_{name}")
        for address, view, name in PAGES
    ]
