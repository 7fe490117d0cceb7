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
# What the player of a video asks for, on the pages that have one.
PLAYING = ("autoplay", "encrypted-media", "fullscreen", "picture-in-picture")


def permissions(players: tuple[str, ...] = ()) -> str:
    """The policy of a page; `players`: the origins of the players of its videos."""
    allowed = dict.fromkeys(NEVER, "()") | dict.fromkeys(OURS, "(self)")
    if players:
        origins = " ".join(f'"{origin}"' for origin in players)
        allowed |= dict.fromkeys(PLAYING, f"(self {origins})")
    return ", ".join(f"{name}={who}" for name, who in allowed.items())


ALWAYS = {
    "Permissions-Policy": permissions(),
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
        if players := getattr(response, "players", ()):
            # A player says nothing about who may embed it, so an isolated page cannot show it.
            response.headers["Cross-Origin-Embedder-Policy"] = "unsafe-none"
            response.headers["Permissions-Policy"] = permissions(players)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        return response
