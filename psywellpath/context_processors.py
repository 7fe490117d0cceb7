"""Variables for every template. Nothing here touches the session until a template uses it,
so that public pages neither set a cookie nor vary by one."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.access import Permission, allows
from clients.models import Client


def practice(request: HttpRequest) -> dict[str, object]:
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "crisis_lines": settings.CRISIS_LINES,
        "help_lines": settings.HELP_LINES,
        "practice_contact": settings.PRACTICE_CONTACT,
    }


def navigation_links(request: HttpRequest) -> list[dict[str, object]]:
    """The pages of a signed-in person, most used first. At most two queries."""
    user = request.user
    if not user.is_authenticated:
        return []
    pages = []
    if Client.objects.of(user):
        pages.append((_("My path"), reverse("path")))
    if allows(user, Permission.SEE_CASELOAD):
        pages.append((_("Caseload"), reverse("caseload")))
    if allows(user, Permission.MANAGE_PRACTICE):
        pages.append((_("Practice"), reverse("practice")))
    if user.is_staff:
        pages.append((_("Admin"), reverse("admin:index")))
    pages.append((_("Reading"), reverse("article-list")))
    return [{"name": n, "url": u, "current": request.path.startswith(u)} for n, u in pages]


def navigation(request: HttpRequest) -> dict[str, object]:
    return {"navigation_links": SimpleLazyObject(lambda: navigation_links(request))}
