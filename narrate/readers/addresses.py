"""Which addresses are on the internet, and not on this machine or in its network.

IPv6 addresses may contain an IPv4 address to which a gateway sends what they get. Both must be public.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final

from narrate.storage import read_toml

_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
"""IPv4-mapped addresses (RFC 4291): the system connects to the IPv4 address."""
_NAT64: Final = IPv6Network("64:ff9b::/96")
"""The well-known prefix of gateways to IPv4 (RFC 6052), the only part of the registries that is reachable and has no
sites of its own. Networks without IPv4 see every IPv4 site there."""
_GATEWAYS: Final = (_MAPPED, _NAT64)
"""Prefixes outside of the global unicast space whose addresses are as public as the IPv4 address in them."""
_LAST_32_BITS: Final = (IPv6Network("::/96"), IPv6Network("::ffff:0:0:0/96"), *_GATEWAYS)
"""Prefixes before an IPv4 address: IPv4-compatible (RFC 4291), SIIT (RFC 7915), and the gateways."""
_LOCAL_NAT64: Final = IPv6Network("64:ff9b:1::/48")
"""The prefix for NAT64 inside a network (RFC 8215), in which the IPv4 address begins at bit 48, 56, 64 or 96."""
_6TO4: Final = IPv6Network("2002::/16")
_TEREDO: Final = IPv6Network("2001::/32")
_ISATAP: Final = frozenset((0x00005EFE, 0x02005EFE))
"""The first half of an interface identifier in front of an IPv4 address (RFC 5214), in any network."""


def is_public(address: str) -> bool:
    """Return whether an address is global unicast by the registries of IANA.

    Args:
        address: An IPv4 or IPv6 address, perhaps with a zone (``fe80::1%eth0``). Addresses in IPv6 must be public with
            every IPv4 address that they contain.
    """
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _special_networks()[0])
    if not all(is_public(str(inner)) for inner in embedded(ip)):
        return False
    if any(ip in network for network in _GATEWAYS):
        return True
    return ip in _GLOBAL_UNICAST and not any(ip in network for network in _special_networks()[1])


def embedded(ip: IPv6Address) -> Iterator[IPv4Address]:
    """Yield each IPv4 address that an IPv6 address contains, in whatever form."""
    bits = int(ip)
    if any(ip in network for network in _LAST_32_BITS):
        yield _ipv4(bits)
    if ip in _LOCAL_NAT64:
        yield _ipv4(bits)  # /96
        yield _ipv4((bits >> 24) & 0xFFFFFFFF)  # /64: after the octet of zeros
        yield _ipv4(((bits >> 40) & 0xFF000000) | ((bits >> 32) & 0x00FFFFFF))  # /56: around it
        yield _ipv4(((bits >> 48) & 0xFFFF0000) | ((bits >> 40) & 0x0000FFFF))  # /48
    if ip in _6TO4:
        yield _ipv4(bits >> 80)
    if ip in _TEREDO:
        yield _ipv4(bits >> 64)  # the server
        yield _ipv4(~bits)  # the client
    if (bits >> 32) & 0xFFFFFFFF in _ISATAP:
        yield _ipv4(bits)


def _ipv4(bits: int) -> IPv4Address:
    return IPv4Address(bits & 0xFFFFFFFF)


@cache
def _special_networks() -> tuple[tuple[IPv4Network, ...], tuple[IPv6Network, ...]]:
    """Return the blocks of special purpose in IPv4 and in IPv6."""
    networks = [
        ip_network(block) for table in read_toml(Path(__file__).with_suffix(".toml")).values() for block in table
    ]
    ipv4 = tuple(network for network in networks if isinstance(network, IPv4Network))
    return ipv4, tuple(network for network in networks if isinstance(network, IPv6Network))
