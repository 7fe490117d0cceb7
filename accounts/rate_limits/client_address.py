"""The network address of a request, behind the configured number of proxies."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address that the outermost trusted proxy saw; anything before it may be forged."""
    hops = [request.META.get("REMOTE_ADDR", "")]
    if settings.TRUSTED_PROXIES:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-settings.TRUSTED_PROXIES :]
    try:
        address = ip_address(hops[0].strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def address_or_network(request: HttpRequest) -> str | None:
    """The IPv4 address, or the /64 network of an IPv6 address: a household has all of one."""
    address = client_address(request)
    if address is None or ":" not in address:
        return address
    return str(IPv6Network((int(IPv6Address(address)), 64), strict=False))
