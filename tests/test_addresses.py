"""Which addresses are public: global unicast by the registries of IANA, with every IPv4 address inside an IPv6 one."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrate.readers.addresses import embedded, is_public

INNER = ("10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.9", "172.31.255.255", "100.64.0.1", "0.0.0.0")
"""Addresses of a machine's own network."""
SITE = "93.184.215.14"


def in_last_bits(prefix: str, ipv4: str) -> str:
    """Return an address of ``prefix`` whose last 32 bits are ``ipv4``."""
    return str(IPv6Address(int(IPv6Address(prefix)) | int(IPv4Address(ipv4))))


def six_to_four(ipv4: str) -> str:
    return str(IPv6Address((0x2002 << 112) | (int(IPv4Address(ipv4)) << 80) | 1))


def teredo(server: str, client: str) -> str:
    return str(
        IPv6Address((0x20010000 << 96) | (int(IPv4Address(server)) << 64) | (~int(IPv4Address(client)) & 0xFFFFFFFF))
    )


def local_nat64(ipv4: str, length: int) -> str:
    """Return an address under 64:ff9b:1::/48 with ``ipv4`` behind a prefix of ``length`` bits (RFC 6052, 2.2)."""
    number, base = int(IPv4Address(ipv4)), int(IPv6Address("64:ff9b:1::"))
    if length == 96:
        return str(IPv6Address(base | number))
    before = 64 - length  # bits of the address in front of the octet of zeros
    return str(
        IPv6Address(base | ((number >> (32 - before)) << 64) | ((number & ((1 << 32 - before) - 1)) << 24 + before))
    )


FORMS = {
    "IPv4-mapped": lambda inner: in_last_bits("::ffff:0:0", inner),
    "IPv4-compatible": lambda inner: in_last_bits("::", inner),
    "SIIT": lambda inner: in_last_bits("::ffff:0:0:0", inner),
    "NAT64": lambda inner: in_last_bits("64:ff9b::", inner),
    "local NAT64 /96": lambda inner: local_nat64(inner, 96),
    "local NAT64 /64": lambda inner: local_nat64(inner, 64),
    "local NAT64 /56": lambda inner: local_nat64(inner, 56),
    "local NAT64 /48": lambda inner: local_nat64(inner, 48),
    "6to4": six_to_four,
    "Teredo client": lambda inner: teredo(SITE, inner),
    "Teredo server": lambda inner: teredo(inner, SITE),
    "ISATAP": lambda inner: in_last_bits("2606:2800:220:1:0:5efe:0:0", inner),
    "ISATAP, global": lambda inner: in_last_bits("2606:2800:220:1:200:5efe:0:0", inner),
}
"""How IPv6 addresses contain an IPv4 address."""


@pytest.mark.parametrize("inner", INNER)
@pytest.mark.parametrize("form", FORMS)
def test_ipv6_address_with_private_ipv4_address_is_not_public(form: str, inner: str) -> None:
    address = FORMS[form](inner)
    assert IPv4Address(inner) in list(embedded(IPv6Address(address)))
    assert not is_public(address)


@pytest.mark.parametrize(
    ("form", "is_reached"),
    [("IPv4-mapped", True), ("NAT64", True), ("6to4", True), ("ISATAP", True), ("ISATAP, global", True),
     ("IPv4-compatible", False), ("SIIT", False), ("local NAT64 /96", False), ("local NAT64 /48", False),
     ("Teredo client", False)],
)  # fmt: skip
def test_ipv6_address_with_public_ipv4_address_is_public_if_the_internet_reaches_it(
    form: str, is_reached: bool
) -> None:
    assert is_public(FORMS[form](SITE)) is is_reached


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "0.0.0.0", "0.1.2.3",
     "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.0.9", "192.0.0.170", "192.0.2.1", "192.88.99.1",
     "192.88.99.2", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255",
     "240.0.0.1", "255.255.255.255"],
)  # fmt: skip
def test_ipv4_address_of_special_purpose_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["::1", "::", "::127.0.0.1", "::ffff:0:10.0.0.1", "fe80::1%eth0", "fec0::1", "feff::1", "fc00::1", "fd00::1",
     "64:ff9b:1::a00:1", "64:ff9a::1", "100::1", "100:0:0:1::1", "2001::1", "2001:1::1", "2001:2::1", "2001:10::1",
     "2001:20::1", "2001:30::1", "2001:db8::1", "3ffe::1", "3fff::1", "5f00::1", "4000::1", "1fff::1", "ff02::1",
     "ff0e::1"],
)  # fmt: skip
def test_ipv6_address_of_special_purpose_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", SITE, "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255",
     "172.32.0.0", "192.0.1.1", "192.88.98.1", "192.169.0.1", "198.17.255.255", "198.20.0.0", "223.255.255.255"],
)  # fmt: skip
def test_ipv4_address_of_a_site_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2001:4860:4860::8888", "2001:200::1", "2a00:1450:4001::5efe",
     "2400:cb00::1", "2620:0:861:ed1a::1", "2003::1", "2c0f:fb50::1"],
)  # fmt: skip
def test_ipv6_address_of_a_site_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_public_address_is_global_for_python_too(address: object) -> None:
    ip = ip_address(str(address))
    is_gateway = isinstance(ip, IPv6Address) and (ip.ipv4_mapped is not None or ip in IPv6Network("64:ff9b::/96"))
    is_6to4 = isinstance(ip, IPv6Address) and ip.sixtofour is not None
    if is_public(str(ip)) and not is_gateway and not is_6to4:
        assert ip.is_global
        assert not ip.is_multicast
