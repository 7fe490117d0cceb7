"""The headers of every response: page, picture, redirect or error.

django-csp sets the policy of pages, with its nonces; the rest is set here.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# For responses that are not our pages: nothing may run, load, or be framed.
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# A picture that is opened by itself is a document without an origin.
PICTURE = f"{NOTHING}; sandbox"
# Allowed for our own pages alone: passkeys, and the button that copies a link.
OURS = ("publickey-credentials-create", "publickey-credentials-get", "clipboard-write")
NEVER = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read",
    "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid",
    "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "otp-credentials",
    "payment", "picture-in-picture", "screen-wake-lock", "serial", "storage-access", "usb",
    "window-management", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS = ", ".join([*(f"{name}=()" for name in NEVER), *(f"{name}=(self)" for name in OURS)])
ALWAYS = {
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": NOTHING,
}


class HeadersMiddleware:
    """The outermost middleware, so that it covers static files and redirects to HTTPS, too. Headers
    that a view or another middleware has already set are kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        return response
