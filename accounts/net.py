"""Where a request comes from, behind as many proxies as the practice says it has."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address that the outermost trusted proxy saw; what lies before it may be invented."""
    hops = [request.META.get("REMOTE_ADDR", "")]
    if settings.TRUSTED_PROXIES:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-settings.TRUSTED_PROXIES :]
    try:
        return str(ip_address(hops[0].strip()))
    except ValueError:
        return None
