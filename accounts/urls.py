"""Signing in and out, passwords, invitations. Of allauth's views only those that are used here."""

from allauth.account import views as allauth
from django.urls import path, re_path

from accounts import views
from accounts.access import public

door = public("signing in comes before being signed in", shared=False)

urlpatterns = [
    path("", views.place, name="place"),
    path("login/", door(allauth.login), name="account_login"),
    path("logout/", door(allauth.logout), name="account_logout"),
    path("inactive/", door(allauth.account_inactive), name="account_inactive"),
    path("signup/", door(allauth.signup), name="account_signup"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/reset/", door(allauth.password_reset), name="account_reset_password"),
    path(
        "password/reset/done/",
        door(allauth.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        door(allauth.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        door(allauth.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("invitations/<str:token>/", views.accept_invitation, name="invitation"),
]
