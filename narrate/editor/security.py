"""Who may talk to the editor: only pages that it served itself, at an address that cannot be guessed."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_BYTES: Final = 24
MAX_BODY_BYTES: Final = 256 * 1024
"""Largest body of a request: a change of 20,000 segments."""
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Content security policy of everything but the files of an edition."""
EDITION_POLICY: Final = "sandbox allow-scripts; frame-ancestors 'self'"
"""Policy of the files of an edition: they may be from elsewhere, so they get an origin of their own."""
PAGE_HEADERS: Final = {"Content-Security-Policy": PAGE_POLICY, "Cross-Origin-Resource-Policy": "same-origin"}
EDITION_HEADERS: Final = {"Content-Security-Policy": EDITION_POLICY, "Cross-Origin-Resource-Policy": "cross-origin"}
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def new_token() -> str:
    """Return a random token for the address of the editor, with 192 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the editor listens."""

    host: str
    """As given: a name or an IP address."""
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_everywhere(self) -> bool:
        """Whether it stands for every address of the machine."""
        return self.host in ("0.0.0.0", "::")  # noqa: S104  (compared, not bound)

    @property
    def netloc(self) -> str:
        """Host and port as in a URL that other machines may use."""
        host = _machine_name() if self.is_everywhere else self.host
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    def accepts(self, host_header: str) -> bool:
        """Return whether a request with this ``Host`` was meant for the editor.

        A name that an attacker controls may lead to this machine (DNS rebinding). So the host must be the one that was
        given. If that stands for every address of the machine, any IP address or the machine's name will do.
        """
        parts = _split(host_header)
        if parts is None or parts[1] != self.port:
            return False
        name = parts[0]
        if self.is_loopback:
            return name in ("localhost", self.host.lower()) or (name == "127.0.0.1" and self.host == "localhost")
        if self.is_everywhere:
            return _is_ip_address(name) or name in (socket.gethostname().lower(), "localhost")
        return name == self.host.lower()


def _machine_name() -> str:
    """Return the name of this machine, or its own address if the name leads nowhere."""
    name = socket.gethostname().lower()
    try:
        socket.getaddrinfo(name, None)
    except (OSError, UnicodeError):
        return "127.0.0.1"
    return name


def _split(host_header: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(f"//{host_header}")
        if parts.netloc != host_header or parts.username is not None or parts.hostname is None:
            return None
        return parts.hostname.lower(), 80 if parts.port is None else parts.port
    except ValueError:
        return None


def _is_ip_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class Guard:
    """ASGI middleware that refuses every request which is not from the editor's own page.

    Args:
        app: The application, which is called with paths below the token.
        token: The first part of every path.
        address: Where the editor listens.
    """

    def __init__(self, app: ASGIApp, *, token: str, address: Address) -> None:
        self._app, self._token, self._address = app, token, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        path = self._path(scope["path"])
        is_edition = path is not None and _is_edition_file(scope["method"], path)
        own_headers = EDITION_HEADERS if is_edition else PAGE_HEADERS

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in {**HEADERS, **own_headers}.items():
                    own[name] = value
            await send(message)

        refusal = self._refusal(scope["method"], path, headers)
        if refusal:
            await refusal(scope, receive, send_with_headers)
            return
        assert path is not None
        await self._app({**scope, "path": path, "raw_path": path.encode()}, _limited(receive), send_with_headers)

    def _path(self, path: str) -> str | None:
        """Return the path below the token; None if it does not begin with the token."""
        token, slash, rest = path.removeprefix("/").partition("/")
        is_right = hmac.compare_digest(token.encode(errors="surrogateescape"), self._token.encode())
        return f"/{rest}" if slash and is_right else None

    def _refusal(self, method: str, path: str | None, headers: Headers) -> JSONResponse | None:
        """Return the answer to a request that is refused."""
        host = headers.get("host", "")
        if not self._address.accepts(host):
            return _error(421, "This address is not the editor's. Use the address that 'narrate edit' printed.")
        if path is None:
            return _error(404, "There is nothing here. Use the address that 'narrate edit' printed.")
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"http://{host.lower()}" and not _is_edition_file(method, path):
            return _error(403, "Requests from other sites are refused. Use the editor's own page.")
        is_foreign = headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
        if is_foreign and path.startswith("/api/") and not _is_edition_file(method, path):
            return _error(403, "Requests from other sites are refused. Use the editor's own page.")
        if method == "POST" and headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _error(415, "The body of the request must be JSON.")
        if _length(headers) > MAX_BODY_BYTES:
            return _error(413, "The request is too large. Change fewer quotations at a time.")
        return None


def _is_edition_file(method: str, path: str) -> bool:
    """Return whether a file of an edition is asked for: its player, whose origin is opaque, asks for the MP3."""
    return method in ("GET", "HEAD") and path.startswith("/api/documents/") and "/edition/" in path


def _length(headers: Headers) -> int:
    text = headers.get("content-length", "0")
    return int(text) if text.isdecimal() else MAX_BODY_BYTES + 1


def _limited(receive: Receive) -> Receive:
    """Return ``receive`` that ends the request if its body, whose length may not be known, is too large."""
    received = 0

    async def receive_limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        return message if received <= MAX_BODY_BYTES else {"type": "http.disconnect"}

    return receive_limited


def _error(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": message}, status)
