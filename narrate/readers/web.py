"""Fetch http(s) URLs within limits of time and size, from public addresses, if robots.txt allows it.

Every connection goes to an address that was checked after its name was resolved. So neither a redirect nor a name with
a private address (DNS rebinding) reaches the newsroom's own network. One deadline holds for the whole fetch.
"""

from __future__ import annotations

import re
import socket
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from narrate.errors import SourceError, reason
from narrate.readers.addresses import is_public
from narrate.storage import version_of

if TYPE_CHECKING:
    import httpcore2

_AGENT: Final = "narrate-edition"
_MAX_REDIRECTS: Final = 5
_MAX_ROBOTS_BYTES: Final = 512 * 1024
_MAX_URL_CHARACTERS: Final = 4096
_MEDIA_TYPES = re.compile(
    r"(?:text/|application/(?:\S*[+/])?(?:xhtml|xml|json|ld|vnd\.openxmlformats\S*|octet-stream)\b)"
)
_ACCEPT = "text/html,application/xhtml+xml,application/ld+json,application/json;q=0.9,text/*;q=0.8,*/*;q=0.1"
_CERTIFICATE_ADVICE = "If you trust its certificate, set SSL_CERT_FILE to a PEM file of the authority that issued it."


class Fetched(NamedTuple):
    """The answer to the request for a URL."""

    data: bytes
    url: str
    """The URL after redirects."""
    charset: str | None
    """The encoding that the server named."""


def fetch(url: str, max_bytes: int, time_limit_s: float, allow_private: bool) -> Fetched:
    """Fetch an http(s) URL; ``allow_private`` also allows addresses that are not public.

    Raises SourceError if the URL cannot be fetched within the time limit (seconds, for the whole fetch), its robots.txt
    forbids that, it leads to an address that is not public, or the answer is not text or larger than ``max_bytes``.
    """
    import httpcore2

    broken = (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, OSError, ValueError)
    deadline = time.monotonic() + time_limit_s
    backend = _guarded_backend(deadline, allow_private)
    try:
        with httpcore2.ConnectionPool(network_backend=backend, max_connections=2) as pool:
            return _follow(pool, url, max_bytes, deadline)
    except _RefusedError as error:
        raise SourceError(f"Cannot fetch {url}: {error}.") from None
    except (httpcore2.TimeoutException, TimeoutError):
        limit = f"{time_limit_s:g} seconds"
        raise SourceError(f"Cannot fetch {url}: no complete answer within {limit}. Try again later.") from None
    except broken as error:
        advice = f" {_CERTIFICATE_ADVICE}" if "CERTIFICATE_VERIFY_FAILED" in str(error) else ""
        raise SourceError(f"Cannot fetch {url}: {reason(error)[:120]}.{advice}") from None


class _RefusedError(Exception):
    """Why a URL is not fetched, without a full stop. ``fetch`` turns it into a SourceError."""


def _follow(pool: httpcore2.ConnectionPool, url: str, max_bytes: int, deadline: float) -> Fetched:
    """Request ``url`` and follow its redirects. Raises _RefusedError if there is no page at the end."""
    allowed: set[str] = set()
    for _ in range(_MAX_REDIRECTS + 1):
        site = _site(url)
        if site not in allowed:
            _check_robots(pool, site, url, deadline)
            allowed.add(site)
        with _get(pool, url, deadline) as answer:
            if answer.status in (301, 302, 303, 307, 308) and (location := _header(answer, "location")):
                url = urljoin(url, location)
                continue
            if answer.status != 200:
                raise _RefusedError(f"the server answered with status {answer.status}. Check the address")
            kind = _header(answer, "content-type") or "text/html"
            if not _MEDIA_TYPES.match(kind.lower()):
                raise _RefusedError(f"the server sent {kind[:60]}, not a page. Check the address")
            charset = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9_:-]{2,30})", kind)
            return Fetched(_read_body(answer, max_bytes, deadline), url, charset[1] if charset else None)
    raise _RefusedError(f"there are more than {_MAX_REDIRECTS} redirects")


def _site(here: str) -> str:
    """Return the scheme and host of a URL. Raises _RefusedError if it cannot be fetched."""
    try:
        parts = urlsplit(here)
        _ = parts.port  # raises for a number that no port has
    except ValueError as error:
        raise _RefusedError("it is not a valid address. Check it") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _RefusedError(f"{here[:80]!r} is not an http(s) address with a host. Check it")
    if parts.username or parts.password:
        raise _RefusedError("it contains a user name. Remove the user name and the password")
    if len(here) > _MAX_URL_CHARACTERS:
        raise _RefusedError(f"it is longer than {_MAX_URL_CHARACTERS} characters")
    if any(ord(character) < 33 or ord(character) > 126 for character in here):
        raise _RefusedError("it contains characters that must be percent-encoded")
    return f"{parts.scheme}://{parts.netloc}"


def _get(pool: httpcore2.ConnectionPool, url: str, deadline: float) -> AbstractContextManager[httpcore2.Response]:
    left = max(0.01, deadline - time.monotonic())
    headers: dict[bytes | str, bytes | str] = {
        "Host": urlsplit(url).netloc.rpartition("@")[2],
        "User-Agent": f"{_AGENT}/{version_of(_AGENT)} (makes audio editions of articles)",
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip, deflate",
    }
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), left)
    return pool.stream("GET", url, headers=headers, extensions={"timeout": timeouts})


def _header(answer: httpcore2.Response, name: str) -> str:
    return next((value.decode("latin-1") for key, value in answer.headers if key.lower() == name.encode()), "")


def _check_robots(pool: httpcore2.ConnectionPool, site: str, here: str, deadline: float) -> None:
    """Raise _RefusedError if the site's robots.txt (RFC 9309) forbids ``here`` or cannot be read."""
    from protego import Protego

    with _get(pool, f"{site}/robots.txt", deadline) as answer:
        if answer.status >= 500:
            raise _RefusedError(f"the site's robots.txt answered with status {answer.status}. Try again later")
        if answer.status != 200:
            return
        try:
            rules = _read_body(answer, _MAX_ROBOTS_BYTES, deadline)
        except _RefusedError:
            raise _RefusedError("the site's robots.txt is too large or damaged") from None
    if not Protego.parse(rules.decode("utf-8", errors="replace")).can_fetch(here, _AGENT):
        raise _RefusedError("the site's robots.txt forbids it. Save the page in a browser and read the file")


def _read_body(answer: httpcore2.Response, limit: int, deadline: float) -> bytes:
    """Return the decompressed body. Raises _RefusedError if it has over ``limit`` bytes, TimeoutError if it is late."""
    body = bytearray()
    encoding = _header(answer, "content-encoding").strip().lower()
    for piece in _decompressed(answer.iter_stream(), encoding, limit):
        body += piece
        if len(body) > limit:
            raise _RefusedError(f"the answer is larger than {limit / 2**20:.1f} MiB")
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(body)


def _decompressed(chunks: Iterable[bytes], encoding: str, limit: int) -> Iterator[bytes]:
    if encoding in ("", "identity"):
        yield from chunks
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise _RefusedError(f"the server used the compression {encoding[:30]}, which was not requested")
    decompressor = zlib.decompressobj(wbits=47 if encoding != "deflate" else 15)
    try:
        for chunk in chunks:
            yield decompressor.decompress(chunk, limit + 1)
    except zlib.error:
        raise _RefusedError("the compressed answer is damaged") from None


def _guarded_backend(deadline: float, allow_private: bool) -> httpcore2.NetworkBackend:
    """Return a network backend that connects to checked addresses only, and never beyond ``deadline``."""
    import httpcore2

    class Stream(httpcore2.NetworkStream):
        def __init__(self, inner: httpcore2.NetworkStream) -> None:
            self._inner = inner

        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            return self._inner.read(max_bytes, _left(deadline, timeout))

        def write(self, buffer: bytes, timeout: float | None = None) -> None:
            self._inner.write(buffer, _left(deadline, timeout))

        def close(self) -> None:
            self._inner.close()

        def start_tls(
            self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
        ) -> httpcore2.NetworkStream:
            return Stream(self._inner.start_tls(ssl_context, server_hostname, _left(deadline, timeout)))

        def get_extra_info(self, info: str) -> Any:
            return self._inner.get_extra_info(info)

    class Backend(httpcore2.NetworkBackend):
        def connect_tcp(self, host: str, port: int, timeout: float | None = None, *_: Any, **__: Any) -> Stream:
            failure: Exception | None = None
            for address in _addresses(host, port, _left(deadline, timeout), allow_private):
                try:
                    return Stream(httpcore2.SyncBackend().connect_tcp(address, port, _left(deadline, timeout)))
                except httpcore2.ConnectError as error:
                    failure = error
            raise failure or httpcore2.ConnectError("the host has no address")

    return Backend()


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left if timeout is None else min(left, timeout)


def _addresses(host: str, port: int, timeout: float, allow_private: bool) -> list[str]:
    """Return the addresses of ``host``. Raises _RefusedError if one is not public, TimeoutError if that takes long."""
    answer: list[list[str] | OSError] = []

    def resolve() -> None:
        try:
            found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
            answer.append([str(one[4][0]) for one in found])
        except (OSError, UnicodeError) as error:
            answer.append(error if isinstance(error, OSError) else OSError("not a valid name"))

    # getaddrinfo has no time limit. A daemon thread that hangs in it does not delay the end of the program.
    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(timeout)
    if not answer:
        raise TimeoutError
    if isinstance(answer[0], OSError):
        raise _RefusedError(f"the host {host} is unknown. Check the address")
    for address in answer[0]:
        if not allow_private and not is_public(address):
            advice = "To allow that, set reading.allow_private_addresses"
            shown = f"{host} is" if host.strip("[]") == address else f"{host} has the address {address}, which is"
            raise _RefusedError(f"{shown} not public. {advice}")
    return list(dict.fromkeys(answer[0]))
