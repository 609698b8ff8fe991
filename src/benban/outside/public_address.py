"""
Which IP addresses belong to the public internet.

Python's ``is_global`` is asked last: it calls addresses global that carry a private IPv4 address
inside (NAT64 in 3.11, for one), so those are opened first.
Source: RFC 6890, RFC 6052 (NAT64), RFC 8215, RFC 3056 (6to4), RFC 4380 (Teredo), RFC 4291 (mapped).
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")
# What `is_global` says of these differs between releases of Python; the registry does not.
# Source: IANA special-purpose address registries, as far as they are not globally reachable.
_ALWAYS_REFUSED = (
    ip_network("192.0.0.0/24"),  # RFC 6890: protocol assignments
    ip_network("192.0.2.0/24"),  # RFC 5737: documentation
    ip_network("198.18.0.0/15"),  # RFC 2544: benchmarks
    ip_network("198.51.100.0/24"),  # RFC 5737: documentation
    ip_network("203.0.113.0/24"),  # RFC 5737: documentation
    ip_network("100::/64"),  # RFC 6666: discarded
    ip_network("2001::/23"),  # RFC 2928: protocol assignments, Teredo among them
    ip_network("2001:db8::/32"),  # RFC 3849: documentation
    ip_network("3fff::/20"),  # RFC 9637: documentation
    ip_network("5f00::/16"),  # RFC 9602: segment routing
    ip_network("fec0::/10"),  # RFC 3879: site-local, given up
    ip_network("64:ff9b:1::/48"),  # RFC 8215: NAT64 for local use
    ip_network("192.88.99.0/24"),  # RFC 7526: 6to4 relays, given up
    ip_network("100.64.0.0/10"),  # RFC 6598: the provider's own network
)


# Of the web. What a person typed as their own service, and a demonstration's site, are exempt.
OPEN_PORTS = frozenset({80, 443})


def may_connect_to(
    resolved: Sequence[str], *, is_allowed: bool = False, is_chosen: bool = False
) -> bool:
    """
    Return whether every address that a name has may be connected to; the one rule of all ways out.

    Args:
        resolved: all answers of the name service; one that is not fine is enough to refuse.
        is_allowed: an endpoint on loopback of the demonstration or of a test, and nothing else.
        is_chosen: the person typed it as their own service: it may lie anywhere.
    """
    is_fine = is_loopback_address if is_allowed else is_public_address
    return bool(resolved) and (is_chosen or all(map(is_fine, resolved)))


def is_public_address(text: str) -> bool:
    """
    Return whether *text* is an IP address that lies in the public internet.

    Args:
        text: as a resolver answers; anything else than an address, or one with a zone
            (``fe80::1%eth0``), is not public.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        inner = _embedded(address)
        if inner is not None:
            return is_public_address(str(inner))
    if any(address in network for network in _ALWAYS_REFUSED):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def is_loopback_address(text: str) -> bool:
    """Return whether *text* is an address of this computer itself."""
    try:
        return ip_address(text).is_loopback
    except ValueError:
        return False


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if any(address in network for network in (_NAT64, _COMPATIBLE, _TRANSLATED)):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None
