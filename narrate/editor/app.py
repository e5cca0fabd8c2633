"""The web application: the page and its data. All paths are below the token."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from narrate.editor.api import Api
from narrate.editor.security import Address, Guard
from narrate.editor.session import Session
from narrate.editor.sounds import BusyError
from narrate.errors import DeliveryError, EngineError, NarrateError, SourceError, UsageError

STATUS: Final[dict[type[NarrateError], int]] = {
    BusyError: 429,
    UsageError: 400,
    SourceError: 422,
    EngineError: 503,
    DeliveryError: 507,
}
"""Kind of error -> HTTP status."""
MEDIA_TYPES: Final = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}
"""Suffix of a file of the page -> media type. Other files are not served."""


def create_app(session: Session, *, token: str, address: Address) -> ASGIApp:
    """Return the application.

    Args:
        session: What the editor holds.
        token: The first part of every path.
        address: Where the server listens.
    """
    api, document, job = Api(session), "/api/documents/{id}", "/api/jobs/{id}"
    routes = [
        Route("/", partial(_static, name="index.html")),
        Route("/static/{name}", _static),
        Route("/api/desk", api.desk),
        Route(document, api.document),
        Route(f"{document}/state", api.state),
        Route(f"{document}/names", api.names),
        Route(f"{document}/voices", api.voices),
        Route(f"{document}/sound", api.sound),
        Route(f"{document}/changes", api.change, methods=["POST"]),
        Route(f"{document}/make", api.make, methods=["POST"]),
        Route(f"{document}/edition/{{name}}", api.edition_file),
        Route(f"{job}/events", api.events),
        Route(f"{job}/cancel", api.cancel, methods=["POST"]),
    ]
    handlers: dict[Any, Callable[..., Response]] = {
        NarrateError: _answer_error,
        HTTPException: _answer_refusal,
        Exception: _answer_failure,
    }
    return Guard(Starlette(routes=routes, exception_handlers=handlers), token=token, address=address)


def _answer_error(_: Request, error: Exception) -> Response:
    status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)
    return JSONResponse({"error": str(error)}, status)


def _answer_refusal(_: Request, error: HTTPException) -> Response:
    return JSONResponse({"error": f"{error.detail}."}, error.status_code, headers=error.headers)


def _answer_failure(_: Request, error: Exception) -> Response:
    """Answer that the program is wrong. The server then writes the traceback to standard error."""
    problem = f"The editor failed: {type(error).__name__}. The terminal of 'narrate edit' shows more. Please report it."
    return JSONResponse({"error": problem}, 500)


def _static(request: Request, name: str = "") -> Response:
    """Return a file of the page."""
    file = _assets().get(name or request.path_params["name"])
    if file is None:
        raise HTTPException(404, "The page has no such file. Install Narrate again")
    return FileResponse(file, media_type=MEDIA_TYPES[file.suffix])


def _assets() -> dict[str, Path]:
    """Return the files of the page by name. The design is shared with the player."""
    folder = Path(str(files("narrate.editor").joinpath("static")))
    listed = {file.name: file for file in folder.iterdir() if file.suffix in MEDIA_TYPES}
    return listed | {"design.css": Path(str(files("narrate.delivery").joinpath("design.css")))}
