"""Fetch http(s) URLs within limits of time and size, from public addresses, if robots.txt allows it.

Every connection goes to an address that was checked after its name was resolved. So neither a redirect nor a name with
a private address (DNS rebinding) reaches the newsroom's own network. One deadline holds for the whole fetch. Through a
proxy, only the proxy resolves names: it has to refuse what must not be reached.
"""

from __future__ import annotations

import re
import socket
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self
from urllib.parse import urljoin, urlsplit

from narrate.config import Proxy, proxy_for
from narrate.errors import SourceError, reason
from narrate.readers.addresses import is_public as _is_public
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
_PRIVATE_ADVICE = "To allow that, set reading.allow_private_addresses"
_PROXY_ADVICE = "Check reading.proxy in the configuration."
_CERTIFICATE_ADVICE = "If you trust its certificate, set SSL_CERT_FILE to a PEM file of the authority that issued it."


class Fetched(NamedTuple):
    """The answer to the request for a URL."""

    data: bytes
    url: str
    """The URL after redirects."""
    charset: str | None
    """The encoding that the server named."""


def fetch(url: str, max_bytes: int, time_limit_s: float, allow_private: bool, proxy: str = "") -> Fetched:
    """Fetch an http(s) URL.

    Args:
        url: The URL.
        max_bytes: Largest size of the answer.
        time_limit_s: Seconds for the whole fetch.
        allow_private: Whether it may lead to addresses that are not public. A proxy decides that itself, except for
            addresses that stand in the URL.
        proxy: The setting of the proxy, see ``proxy_for``.

    Raises:
        SourceError: The URL cannot be fetched in time, its robots.txt forbids that, it leads to an address that is not
            public, or the answer is not text or too large.
        UsageError: The proxy cannot be used.
    """
    import httpcore2

    broken = (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, OSError, ValueError)
    deadline = time.monotonic() + time_limit_s
    try:
        with _Pools(deadline, allow_private, proxy) as pools:
            return _follow(pools, url, max_bytes, deadline)
    except _RefusedError as error:
        raise SourceError(f"Cannot fetch {url}: {error}.") from None
    except httpcore2.ProxyError as error:
        raise SourceError(f"Cannot fetch {url}: the proxy refused it ({error}). {_PROXY_ADVICE}") from None
    except (httpcore2.TimeoutException, TimeoutError):
        limit = f"{time_limit_s:g} seconds"
        raise SourceError(f"Cannot fetch {url}: no complete answer within {limit}. Try again later.") from None
    except broken as error:
        advice = f" {_CERTIFICATE_ADVICE}" if "CERTIFICATE_VERIFY_FAILED" in str(error) else ""
        raise SourceError(f"Cannot fetch {url}: {reason(error)[:120]}.{advice}") from None


class _RefusedError(Exception):
    """Why a URL is not fetched, without a full stop. ``fetch`` turns it into a SourceError."""


class _UnknownHostError(_RefusedError):
    """The name of a host leads to no address."""


class _Pools:
    """The connections of a fetch: a pool for those that are direct, and one for each proxy. A context."""

    def __init__(self, deadline: float, allow_private: bool, proxy: str) -> None:
        self._deadline, self._allow_private, self._proxy = deadline, allow_private, proxy
        self._pools: dict[Proxy | None, httpcore2.ConnectionPool] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in self._pools.values():
            pool.close()

    def for_url(self, url: str) -> httpcore2.ConnectionPool:
        """Return the pool for a URL. Raises _RefusedError if its host is an address to which no proxy is asked."""
        import httpcore2

        proxy = proxy_for(url, self._proxy)
        if proxy and not self._allow_private:
            _check_literal(urlsplit(url).hostname or "")
        if proxy not in self._pools:
            backend = _guarded_backend(self._deadline, self._allow_private or proxy is not None, proxy)
            through = httpcore2.Proxy(proxy.url, auth=proxy.login) if proxy else None
            self._pools[proxy] = httpcore2.ConnectionPool(proxy=through, network_backend=backend, max_connections=2)
        return self._pools[proxy]


def _check_literal(host: str) -> None:
    """Raise _RefusedError if ``host`` is itself an address that is not public, in whatever notation, or this machine.

    Names are left to the proxy, which alone knows their addresses.
    """
    address = host.partition("%")[0]
    with suppress(OSError):  # 127.1, 2130706433 and 0x7f000001 are addresses, too
        address = socket.inet_ntoa(socket.inet_aton(host))
    try:
        is_refused = not _is_public(address)
    except ValueError:
        is_refused = host == "localhost" or host.endswith(".localhost")
    if is_refused:
        raise _RefusedError(f"{host} is not public. {_PRIVATE_ADVICE}")


def _follow(pools: _Pools, url: str, max_bytes: int, deadline: float) -> Fetched:
    """Request ``url`` and follow its redirects. Raises _RefusedError if there is no page at the end."""
    allowed: set[str] = set()
    for _ in range(_MAX_REDIRECTS + 1):
        site = _site(url)
        if site not in allowed:
            _check_robots(pools, site, url, deadline)
            allowed.add(site)
        with _get(pools, url, deadline) as answer:
            if answer.status in (301, 302, 303, 307, 308) and (location := _header(answer, "location")):
                url = urljoin(url, location)
                continue
            if answer.status == 407:
                raise _RefusedError("the proxy asks for a user and a password (http://user:password@host:port)")
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


def _get(pools: _Pools, url: str, deadline: float) -> AbstractContextManager[httpcore2.Response]:
    left = max(0.01, deadline - time.monotonic())
    headers: dict[bytes | str, bytes | str] = {
        "Host": urlsplit(url).netloc.rpartition("@")[2],
        "User-Agent": f"{_AGENT}/{version_of(_AGENT)} (makes audio editions of articles)",
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip, deflate",
    }
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), left)
    return pools.for_url(url).stream("GET", url, headers=headers, extensions={"timeout": timeouts})


def _header(answer: httpcore2.Response, name: str) -> str:
    return next((value.decode("latin-1") for key, value in answer.headers if key.lower() == name.encode()), "")


def _check_robots(pools: _Pools, site: str, here: str, deadline: float) -> None:
    """Raise _RefusedError if the site's robots.txt (RFC 9309) forbids ``here`` or cannot be read."""
    from protego import Protego

    with _get(pools, f"{site}/robots.txt", deadline) as answer:
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


def _guarded_backend(deadline: float, allow_private: bool, proxy: Proxy | None) -> httpcore2.NetworkBackend:
    """Return a network backend that connects to checked addresses only, and never beyond ``deadline``.

    With ``proxy``, that is what it connects to.
    """
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
            try:
                addresses = _addresses(host, port, _left(deadline, timeout), allow_private)
            except _UnknownHostError:
                if proxy is None:
                    raise
                raise _RefusedError(f"the proxy {proxy.url} is unknown. {_PROXY_ADVICE.rstrip('.')}") from None
            for address in addresses:
                try:
                    return Stream(httpcore2.SyncBackend().connect_tcp(address, port, _left(deadline, timeout)))
                except httpcore2.ConnectError as error:
                    failure = error
            if proxy:
                raise _RefusedError(f"the proxy {proxy.url} does not answer. {_PROXY_ADVICE.rstrip('.')}")
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
        raise _UnknownHostError(f"the host {host} is unknown. Check the address")
    for address in answer[0]:
        if not allow_private and not _is_public(address):
            shown = f"{host} is" if host.strip("[]") == address else f"{host} has the address {address}, which is"
            raise _RefusedError(f"{shown} not public. {_PRIVATE_ADVICE}")
    return list(dict.fromkeys(answer[0]))
