"""Where a request comes from, behind as many proxies as the practice says it has."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address that the outermost trusted proxy saw; what lies before it may be invented."""
    hops = [request.META.get("REMOTE_ADDR", "")]
    if settings.TRUSTED_PROXIES:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-settings.TRUSTED_PROXIES :]
    try:
        found = ip_address(hops[0].strip())
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


def address_or_network(request: HttpRequest) -> str | None:
    """The address, or the network where one household or phone has a whole network: IPv6's /64."""
    address = client_address(request)
    if address is None or ":" not in address:
        return address
    return str(IPv6Network((int(IPv6Address(address)), 64), strict=False))
