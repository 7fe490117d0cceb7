"""Which machines may be asked: those of the public internet, and none behind our own firewall.

No imports of Django.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

# Addresses that carry another one, which a router might unpack.
_CARRIERS = [
    ip_network(net) for net in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")
]


class PrivateAddressError(Exception):
    """The name belongs to a machine that readers cannot reach, and that we must not ask."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to a machine of the public internet."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in net for net in _CARRIERS) or ip.is_site_local:
            return False
    special = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback
    return ip.is_global and not special


def resolved(host: str, port: int, may_reach: Callable[[str], bool] = is_public) -> str:
    """The IP address to connect to. It is used as it is: a name that is looked up again could
    lead elsewhere by then. Raises PrivateAddressError, and OSError for a name that nobody knows."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(map(may_reach, found)):
        raise PrivateAddressError(host)
    return found[0]
