from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from accounts.access import public
from articles.reading.sitemaps import ArticleSitemap
from articles.urls import review_urlpatterns, root_urlpatterns
from assessments.urls import practice_urlpatterns
from psywellpath import views
from psywellpath.pages import offline_help
from psywellpath.pages.styleguide import styleguide

# The roles are fixed, and people manage their own addresses, second factors and sign-ins: nobody
# edits these in the admin.
admin.site.unregister([Group, EmailAddress, Authenticator, UserSession])

readers = public("readers need no account")

urlpatterns = [
    path("", views.home, name="home"),
    path("help/", views.help_now, name="help"),
    path("help/breathing/", views.breathing, name="breathing"),
    path("help/offline/", offline_help.offline_help, name="offline-help"),
    # At the root, since a worker sees the addresses below its own.
    path("worker.js", offline_help.service_worker, name="service-worker"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("articles/", include("articles.urls")),
    path("review/", include(review_urlpatterns)),
    path("assessments/", include("assessments.urls")),
    path("accounts/", views.place, name="place"),
    path("accounts/", include("accounts.urls")),
    path("practice/measurement/", include(practice_urlpatterns)),
    path("", include("clients.urls")),
    path("admin/", admin.site.urls),
    path(
        "sitemap.xml",
        readers(sitemap),
        {"sitemaps": {"articles": ArticleSitemap, "pages": views.PageSitemap}},
        name="sitemap",
    ),
    path("styleguide/", styleguide, name="styleguide"),
    path("robots.txt", views.robots, name="robots"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path(
        "media/<path:path>",
        views.media,
        name="media",
    ),
    path("", include(root_urlpatterns)),
]

handler400 = "psywellpath.views.bad_request"
handler403 = "psywellpath.views.forbidden"
handler404 = "psywellpath.views.not_found"
handler500 = "psywellpath.views.server_error"
