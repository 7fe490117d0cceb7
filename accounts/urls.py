"""Signing in and out, passwords, invitations. Only the views of allauth that are used here."""

from allauth.account import views as allauth
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path

from accounts.access import before_factor, public
from accounts.own_account import views as own_account_views
from accounts.people import views as people_views
from accounts.rate_limits.limits import rate_limited
from accounts.sign_in import guessing, views_factors
from accounts.sign_in import views as sign_in_views
from accounts.sign_in.reauthentication import requires_reauthentication

before_sign_in = public("nobody is signed in before they sign in", shared=False)
first = before_factor("a second factor is set up, or shown, here")

urlpatterns = [
    path(
        "login/",
        rate_limited(guessing.PASSWORDS_AT_SIGN_IN)(before_sign_in(allauth.login)),
        name="account_login",
    ),
    path("logout/", before_sign_in(allauth.logout), name="account_logout"),
    path("signed-out/", sign_in_views.signed_out, name="signed-out"),
    path("inactive/", before_sign_in(allauth.account_inactive), name="account_inactive"),
    path("signup/", before_sign_in(allauth.signup), name="account_signup"),
    path(
        "reauthenticate/",
        rate_limited(guessing.PASSWORDS)(first(allauth.reauthenticate)),
        name="account_reauthenticate",
    ),
    path("me/", own_account_views.me, name="account"),
    path("me/sessions/", own_account_views.end_sessions, name="account-sessions"),
    path("me/address/", own_account_views.change_address, name="address"),
    path("me/address/<str:token>/", own_account_views.confirm_address, name="address-confirm"),
    path("me/unsent/<uuid:key>/", own_account_views.parked_form, name="parked-form"),
    path(
        "password/change/",
        rate_limited(guessing.PASSWORDS_AT_CHANGE)(
            requires_reauthentication(allauth.password_change)
        ),
        name="account_change_password",
    ),
    path(
        "password/reset/",
        rate_limited(guessing.RESET_EMAILS)(
            before_sign_in(sign_in_views.ForgottenPassword.as_view())
        ),
        name="account_reset_password",
    ),
    path(
        "password/reset/done/",
        before_sign_in(allauth.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        rate_limited(guessing.RESET_LINKS)(before_sign_in(allauth.password_reset_from_key)),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        before_sign_in(allauth.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", first(views_factors.choose), name="mfa_index"),
    path(
        "2fa/sign-in/",
        rate_limited(guessing.CODES)(before_sign_in(views_factors.ShowFactorAtSignIn.as_view())),
        name="mfa_authenticate",
    ),
    path(
        "2fa/passkey/",
        rate_limited(guessing.PASSKEYS)(before_sign_in(passkeys.login_webauthn)),
        name="mfa_login_webauthn",
    ),
    path(
        "2fa/again/",
        rate_limited(guessing.CODES)(first(views_factors.ReauthenticateByCode.as_view())),
        name="mfa_reauthenticate",
    ),
    path(
        "2fa/again/passkey/",
        first(views_factors.ReauthenticateByPasskey.as_view()),
        name="mfa_reauthenticate_webauthn",
    ),
    path("2fa/app/", first(views_factors.SetUpApp.as_view()), name="mfa_activate_totp"),
    path("2fa/app/remove/", views_factors.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("2fa/passkeys/add/", first(views_factors.SetUpPasskey.as_view()), name="mfa_add_webauthn"),
    path("2fa/passkeys/remove/", views_factors.remove_passkey, name="passkey-remove"),
    path("2fa/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/codes/new/", views_factors.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("invitations/<str:token>/", people_views.accept_invitation, name="invitation"),
]
