"""The web application: what the page may ask for. Paths are below the token; documents and jobs have ids."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from narrate.editor.changes import Request as ChangeRequest
from narrate.editor.desk import Desk
from narrate.editor.documents import ChangedOnDiskError, ConflictError, OpenScript
from narrate.editor.security import Address, Guard
from narrate.editor.view import View
from narrate.errors import DeliveryError, EngineError, NarrateError, SourceError, UsageError
from narrate.storage import convert

STATUS: Final[dict[type[NarrateError], int]] = {
    ConflictError: 409,
    ChangedOnDiskError: 410,
    UsageError: 400,
    SourceError: 422,
    EngineError: 503,
    DeliveryError: 507,
}
"""Kind of error -> HTTP status."""
MEDIA_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}


def create_app(desk: Desk, *, token: str, address: Address) -> ASGIApp:
    """Return the application.

    Args:
        desk: The scripts that can be edited.
        token: The first part of every path.
        address: Where the server listens.
    """
    api = _Api(desk)
    routes = [
        Route("/", partial(_static, name="index.html")),
        Route("/static/{name}", _static),
        Route("/api/desk", api.desk),
        Route("/api/documents/{id}", api.document),
        Route("/api/documents/{id}/state", api.state),
        Route("/api/documents/{id}/changes", api.change, methods=["POST"]),
    ]
    handlers: dict[Any, Callable[..., Response]] = {
        NarrateError: _answer_error,
        HTTPException: lambda _, error: JSONResponse({"error": f"{error.detail}."}, error.status_code),
    }
    return Guard(Starlette(routes=routes, exception_handlers=handlers), token=token, address=address)


def _answer_error(_: Request, error: Exception) -> Response:
    status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)
    return JSONResponse({"error": str(error)}, status)


def _assets() -> dict[str, Path]:
    """Return the files that the page consists of, by name."""
    folders = (files("narrate.editor").joinpath("static"), files("narrate.delivery"))
    names = {file.name: Path(str(file)) for file in folders[0].iterdir() if file.is_file()}
    return {**names, "design.css": Path(str(folders[1].joinpath("design.css")))}


def _static(request: Request, name: str = "") -> Response:
    file = _assets().get(name or request.path_params["name"])
    if file is None:
        raise HTTPException(404)
    media_type = MEDIA_TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    return FileResponse(file, media_type=media_type)


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


class _Api:
    """The answers to requests for data."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._views: dict[str, View] = {}

    def desk(self, _: Request) -> Response:
        return _json({"mode": self._desk.mode, "documents": self._desk.documents()})

    def document(self, request: Request) -> Response:
        view, _ = self._opened(request)
        return _json(view.document())

    def state(self, request: Request) -> Response:
        _, script = self._opened(request)
        return _json({"version": script.version, "changed_on_disk": script.is_changed_on_disk()})

    async def change(self, request: Request) -> Response:
        """Make a change, and answer with what is different."""
        from starlette.concurrency import run_in_threadpool

        body = await request.body()
        return await run_in_threadpool(self._change, request, body)

    def _change(self, request: Request, body: bytes) -> Response:
        view, script = self._opened(request)
        try:
            asked = convert(
                ChangeRequest, msgspec.json.decode(body), failing="The change is not valid", error=UsageError
            )
        except msgspec.DecodeError as error:
            raise UsageError(f"The change is not valid: it is not JSON ({error}).") from error
        before = view.document()
        try:
            script.change(asked.change, version=asked.version)
        except ConflictError as error:
            return _json({"error": str(error), "document": view.document()}, 409)
        except ChangedOnDiskError as error:
            return _json({"error": str(error), "changed_on_disk": True}, 410)
        return _json(view.difference(before))

    def _opened(self, request: Request) -> tuple[View, OpenScript]:
        document_id = request.path_params["id"]
        try:
            script = self._desk.open(document_id)
        except KeyError:
            raise HTTPException(404, "There is no such document. Reload the page") from None
        return self._views.setdefault(document_id, View(document_id, script)), script
