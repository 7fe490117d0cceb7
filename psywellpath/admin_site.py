"""The admin site: it has no sign-in of its own, and is closed to people without a staff role."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, allows
from accounts.sign_in import second_factors
from accounts.site_name import site_name
from articles.publishing import desk
from articles.readership import queries as readership


class PracticeAdminSite(AdminSite):
    def register(self, model_or_iterable, admin_class=None, **options) -> None:
        """Registers every model except the task queue, for which there is no page."""
        several = isinstance(model_or_iterable, (list, tuple, set))
        models = model_or_iterable if several else [model_or_iterable]
        ours = [m for m in models if m._meta.app_label != "django_tasks_database"]
        super().register(ours, admin_class, **options)

    @property
    def site_header(self) -> str:  # type: ignore[override]
        return site_name()

    site_title = site_header
    index_title = _("What would you like to work on?")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff with a second factor; the middleware has already redirected staff without one."""
        return super().has_permission(request) and second_factors.satisfied(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Answers 403 to people whose roles never allow the view, before anything is loaded.

        The view is not public: the login middleware sends visitors to the site's own sign-in.
        """
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        guarded.login_required = True  # type: ignore[attr-defined]
        return guarded

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Editors see what is waiting for them above the list of models."""
        edits = allows(request.user, Permission.WRITE_ARTICLES)
        waiting: dict[str, Any] = {}
        if edits:
            waiting["desk"] = desk.of(request.user)  # type: ignore[arg-type]
            waiting["readership"] = readership.lately()
        return super().index(request, waiting | (extra_context or {}))

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Redirects to the site's sign-in, which has second factors and rate limits."""
        if request.user.is_authenticated:
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next", "/admin/"))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Only articles' forms use it; people are searched on pages that record the search."""
        if request.GET.get("app_label") != "articles":
            raise PermissionDenied
        return super().autocomplete_view(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_logout")

    def get_urls(self) -> list[Any]:
        """Django's addresses, except `r/`, which would find any row of any table by its number."""
        ours = path(
            "r/<int:content_type_id>/<str:object_id>/",
            self.admin_view(self.view_on_site),
            name="view_on_site",
        )
        inherited = super().get_urls()
        return [ours, *(u for u in inherited if getattr(u, "name", "") != "view_on_site")]

    def view_on_site(
        self, request: HttpRequest, content_type_id: int, object_id: str
    ) -> HttpResponse:
        """Redirects to the public page of an object that this person may see in the admin."""
        model = get_object_or_404(ContentType, pk=content_type_id).model_class()
        registered = model is not None and self.is_registered(model)
        model_admin = self.get_model_admin(model) if model and registered else None
        row = model_admin.get_object(request, object_id) if model_admin else None
        if not (model_admin and row and model_admin.has_view_permission(request, row)):
            raise Http404
        if not hasattr(row, "get_absolute_url"):
            raise Http404
        return redirect(row.get_absolute_url())
