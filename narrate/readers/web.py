"""http(s) URLs: a page fetched within limits of time and size, from public addresses, where robots.txt allows it.

Every connection goes to an address that was checked after its name was resolved, so neither a redirect nor a name that
points inside (DNS rebinding) reaches the newsroom's own network. One deadline holds for everything together.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from narrate.errors import SourceError

if TYPE_CHECKING:
    import httpcore

_AGENT: Final = "narrate-edition"
_MAX_REDIRECTS: Final = 5
_MAX_ROBOTS: Final = 512 * 1024
_MAX_URL: Final = 4096
_TYPES = re.compile(r"(?:text/|application/(?:\S*[+/])?(?:xhtml|xml|json|ld|vnd\.openxmlformats\S*|octet-stream)\b)")
_ACCEPT = "text/html,application/xhtml+xml,application/ld+json,application/json;q=0.9,text/*;q=0.8,*/*;q=0.1"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL answered."""

    data: bytes
    url: str
    """Where it was found in the end."""
    charset: str | None
    """The encoding that the answer names."""


def fetch(url: str, *, max_bytes: int, time_limit_s: float, allow_private: bool) -> Fetched:
    """Fetch ``url``, over at most five redirects, ``max_bytes`` and ``time_limit_s`` seconds for all of it.

    Raises SourceError, naming the URL, for whatever stands in the way: also if its robots.txt says no, if it leads to
    an address that is not public (unless ``allow_private``), or if it answers with something that is no text.
    """
    import httpcore

    deadline = time.monotonic() + time_limit_s
    guarded = _guarded_backend(deadline, allow_private)
    allowed: set[str] = set()
    here = url
    try:
        with httpcore.ConnectionPool(network_backend=guarded, max_connections=2) as pool:
            for _ in range(_MAX_REDIRECTS + 1):
                site = _site(here, url)
                if site not in allowed:
                    _ask_robots(pool, site, here, deadline)
                    allowed.add(site)
                with pool.stream("GET", here, headers=_headers(here), extensions=_timeouts(deadline)) as answer:
                    headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in answer.headers}
                    if answer.status in (301, 302, 303, 307, 308) and headers.get("location"):
                        here = urljoin(here, headers["location"])
                        continue
                    if answer.status != 200:
                        raise SourceError(f"{url}: the server answers {answer.status}, not with a page")
                    kind = headers.get("content-type", "text/html")
                    if not _TYPES.match(kind.lower()):
                        raise SourceError(f"{url}: the server sends {kind[:60]}, not a page")
                    body = _within(answer.iter_stream(), headers.get("content-encoding", ""), max_bytes, deadline)
                    return Fetched(body, here, _charset(kind))
    except _RefusedError as refusal:
        raise SourceError(f"{url}: {refusal}") from None
    except (httpcore.TimeoutException, TimeoutError):
        raise SourceError(f"{url}: no whole answer within {time_limit_s:g} seconds") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError, ValueError) as error:
        raise SourceError(f"{url}: cannot be fetched ({str(error)[:120] or type(error).__name__})") from None
    raise SourceError(f"{url}: more than {_MAX_REDIRECTS} redirects")


class _RefusedError(Exception):
    """An answer that is not taken; the message goes behind the URL."""


def _site(here: str, url: str) -> str:
    parts = urlsplit(here)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SourceError(f"{url}: leads to {here[:80]!r}, which is no http(s) address")
    if parts.username or parts.password:
        raise SourceError(f"{url}: addresses with a user name are not fetched")
    if len(here) > _MAX_URL or any(ord(character) < 33 or ord(character) > 126 for character in here):
        raise SourceError(f"{url}: this URL is longer than {_MAX_URL} characters, or holds blanks or letters to escape")
    return f"{parts.scheme}://{parts.netloc}"


def _headers(here: str) -> list[tuple[str, str]]:
    agent = f"{_AGENT}/{version('narrate-edition')} (makes audio editions of articles)"
    return [
        ("Host", urlsplit(here).netloc.rpartition("@")[2]),
        ("User-Agent", agent),
        ("Accept", _ACCEPT),
        ("Accept-Encoding", "gzip, deflate"),
    ]


def _timeouts(deadline: float) -> dict[str, Any]:
    left = max(0.01, deadline - time.monotonic())
    return {"timeout": {"connect": left, "read": left, "write": left, "pool": left}}


def _ask_robots(pool: httpcore.ConnectionPool, site: str, here: str, deadline: float) -> None:
    """Raise _RefusedError if the site's robots.txt (RFC 9309) forbids ``here``, or cannot be asked."""
    from protego import Protego

    address = f"{site}/robots.txt"
    with pool.stream("GET", address, headers=_headers(address), extensions=_timeouts(deadline)) as answer:
        if answer.status >= 500:
            raise _RefusedError(f"the site's robots.txt answers {answer.status}, so it may not be fetched; try later")
        if answer.status != 200:
            return
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in answer.headers}
        try:
            rules = _within(answer.iter_stream(), headers.get("content-encoding", ""), _MAX_ROBOTS, deadline)
        except _RefusedError:
            raise _RefusedError("the site's robots.txt is beyond all measure") from None
    if not Protego.parse(rules.decode("utf-8", errors="replace")).can_fetch(here, _AGENT):
        raise _RefusedError(
            "the site's robots.txt does not allow this page to be fetched; save it in a browser instead"
        )


def _within(chunks: Iterable[bytes], encoding: str, limit: int, deadline: float) -> bytes:
    """The body, unpacked, if it is no longer than ``limit`` bytes and there before ``deadline``."""
    body = bytearray()
    for piece in _unpacked(chunks, encoding.strip().lower(), limit):
        body += piece
        if len(body) > limit:
            raise _RefusedError(f"larger than {limit / 2**20:.1f} MiB, which is no article")
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(body)


def _unpacked(chunks: Iterable[bytes], encoding: str, limit: int) -> Iterator[bytes]:
    if encoding in ("", "identity"):
        yield from chunks
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise _RefusedError(f"the server packs its answer in a way that was not asked for ({encoding[:30]})")
    unpacking = zlib.decompressobj(wbits=47 if encoding != "deflate" else 15)
    try:
        for chunk in chunks:
            yield unpacking.decompress(chunk, limit + 1)
    except zlib.error:
        raise _RefusedError("the answer's compression is damaged") from None


def _charset(kind: str) -> str | None:
    found = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9_:-]{2,30})", kind)
    return found[1] if found else None


def _guarded_backend(deadline: float, allow_private: bool) -> httpcore.NetworkBackend:
    """Connections to checked addresses only, none of which outlives ``deadline``."""
    import httpcore

    class Stream(httpcore.NetworkStream):
        def __init__(self, inner: httpcore.NetworkStream) -> None:
            self._inner = inner

        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            return self._inner.read(max_bytes, _left(deadline, timeout))

        def write(self, buffer: bytes, timeout: float | None = None) -> None:
            self._inner.write(buffer, _left(deadline, timeout))

        def close(self) -> None:
            self._inner.close()

        def start_tls(
            self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
        ) -> httpcore.NetworkStream:
            return Stream(self._inner.start_tls(ssl_context, server_hostname, _left(deadline, timeout)))

        def get_extra_info(self, info: str) -> Any:
            return self._inner.get_extra_info(info)

    class Backend(httpcore.NetworkBackend):
        def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,  # noqa: ARG002
            socket_options: Any = None,  # noqa: ARG002
        ) -> httpcore.NetworkStream:
            trouble: Exception | None = None
            for address in _addresses(host, port, _left(deadline, timeout), allow_private):
                try:
                    return Stream(httpcore.SyncBackend().connect_tcp(address, port, _left(deadline, timeout)))
                except httpcore.ConnectError as error:
                    trouble = error
            raise trouble or httpcore.ConnectError("the name has no address")

    return Backend()


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left if timeout is None else min(left, timeout)


def _addresses(host: str, port: int, timeout: float, allow_private: bool) -> list[str]:
    """The addresses of ``host``. Raises _RefusedError if one is not public, TimeoutError if it takes too long."""
    answer: list[list[str] | OSError] = []

    def resolve() -> None:
        try:
            found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
            answer.append([str(one[4][0]) for one in found])
        except (OSError, UnicodeError) as error:
            answer.append(error if isinstance(error, OSError) else OSError("no valid name"))

    # getaddrinfo knows no time limit; a thread that hangs in it must not hold up the end of the program either.
    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(timeout)
    if not answer:
        raise TimeoutError
    if isinstance(answer[0], OSError):
        raise _RefusedError(f"the name {host} cannot be resolved")
    for address in answer[0]:
        if not allow_private and not _is_public(address):
            raise _RefusedError(
                f"{host} is {address}, an address that is not public; "
                "set allow_private_addresses under [reading] if that is meant"
            )
    return list(dict.fromkeys(answer[0]))


def _is_public(address: str) -> bool:
    """Whether an address is meant for the public internet, also where IPv6 carries an IPv4 address inside."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if ip.teredo is not None:
            return False
        if inner is not None:
            return _is_public(str(inner))
    return ip.is_global and not ip.is_multicast
