"""Run the editor's server on this machine, and end it without leaving anything behind."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from narrate.errors import UsageError

if TYPE_CHECKING:
    from narrate.editor.session import Session

INSTALL_HINT: Final = "Run: pip install 'narrate-edition[editor]'"
LOOPBACK: Final = "127.0.0.1"
SHUTDOWN_S: Final = 2
"""Seconds that requests in progress get when the server ends."""


@dataclass(frozen=True, slots=True)
class Editor:
    """An editor whose address is known, and that can be run."""

    url: str
    """The page, with its token."""
    is_loopback: bool
    """Whether only this machine can reach it."""
    _session: Session
    _server: Any
    _socket: socket.socket

    def run(self, *, ready: Callable[[], None] = lambda: None) -> None:
        """Answer requests until the process is interrupted (SIGINT, SIGTERM).

        Args:
            ready: Called once requests are answered.
        """
        try:
            self._server.started_hook = ready
            self._server.run(sockets=[self._socket])
        finally:
            self._session.close()
            self._socket.close()


def open_editor(session: Session, *, host: str = LOOPBACK, port: int = 0) -> Editor:
    """Return an editor that listens, but does not answer yet.

    Args:
        session: What the editor holds.
        host: The name or IP address to listen on.
        port: The port; 0 for any that is free.

    Raises:
        UsageError: If the extra ``editor`` is not installed, or the address cannot be used.
    """
    try:
        import uvicorn

        from narrate.editor.app import create_app
        from narrate.editor.security import Address, new_token
    except ImportError as error:
        raise UsageError(f"Cannot start the editor: {error.name} is not installed. {INSTALL_HINT}") from error
    listening = _listen(host, port)
    address = Address(host, listening.getsockname()[1])
    token = new_token()
    config = uvicorn.Config(
        create_app(session, token=token, address=address),
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="off",
        timeout_graceful_shutdown=SHUTDOWN_S,
        ws="none",
    )
    logging.getLogger("uvicorn.error").addFilter(is_no_cut_off)
    return Editor(f"http://{address.netloc}/{token}/", address.is_loopback, session, _server(config), listening)


def is_no_cut_off(record: logging.LogRecord) -> bool:
    """Return whether a record is anything but the traceback of a request that the end of the server cut off."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server(target[:2], family=family)
    except (socket.gaierror, ValueError) as error:  # a ValueError for names that no host can have
        raise UsageError(f"Cannot listen on '{host}': the host is unknown. Choose another --host.") from error
    except OSError as error:
        advice = "--host" if error.errno == errno.EADDRNOTAVAIL else "--port"
        problem = os.strerror(error.errno or 0)
        raise UsageError(f"Cannot listen on {host}, port {port}: {problem}. Choose another {advice}.") from error
    listening.set_inheritable(False)
    return listening


def _server(config: Any) -> Any:
    """Return a uvicorn server that calls ``started_hook`` once it answers requests."""
    import uvicorn

    class Server(uvicorn.Server):
        started_hook: Callable[[], None] = staticmethod(lambda: None)

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            self.started_hook()

    return Server(config)
