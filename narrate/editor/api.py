"""The answers to what the page asks for. Documents, jobs and files have ids or names; no path is ever opened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Any, Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from narrate.casting import voice_choices
from narrate.edition.changes import describe_changes
from narrate.editor.changes import Request as ChangeRequest
from narrate.editor.documents import ChangedOnDiskError, ConflictError, OpenScript
from narrate.editor.jobs import Making
from narrate.editor.session import Session
from narrate.editor.sounds import Text
from narrate.editor.view import View
from narrate.errors import UsageError, reason
from narrate.storage import convert
from narrate.types import Edition

HEARTBEAT_S: Final = 10.0
"""Seconds after which a stream without events sends a comment, which shows whether the page is still there."""
MEDIA_TYPES: Final = {
    ".html": "text/html", ".json": "application/json", ".m4a": "audio/mp4", ".mp3": "audio/mpeg", ".opus": "audio/ogg",
    ".srt": "application/x-subrip", ".txt": "text/plain", ".vtt": "text/vtt", ".wav": "audio/wav", ".jpg": "image/jpeg",
    ".png": "image/png",
}  # fmt: skip
"""Suffix of a file of an edition -> media type."""


class Api:
    """The answers to requests for data.

    Args:
        session: What the editor holds.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def desk(self, _: Request) -> Response:
        """Return the list of scripts."""
        desk = self._session.desk
        return _json({"mode": desk.mode, "documents": desk.documents()})

    def document(self, request: Request) -> Response:
        """Return everything that the page shows of a script."""
        view, script = self._opened(request)
        self._session.sounds.warm_up(script.plan.engine)
        return _json(view.document())

    def state(self, request: Request) -> Response:
        """Return the version, and whether another program has changed the file."""
        _, script = self._opened(request)
        return _json({"version": script.version, "changed_on_disk": script.is_changed_on_disk()})

    def names(self, request: Request) -> Response:
        """Return the names whose sound is guessed. This takes seconds for a very long article."""
        _, script = self._opened(request)
        return _json({"names_to_check": self._session.names.to_check(script.plan.script.article)})

    async def change(self, request: Request) -> Response:
        """Make a change, and return what is different."""
        return await run_in_threadpool(self._change, request, await request.body())

    def _change(self, request: Request, body: bytes) -> Response:
        view, script = self._opened(request)
        try:
            decoded = msgspec.json.decode(body)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"The change is not valid: {reason(error)}.") from error
        asked = convert(ChangeRequest, decoded, failing="The change is not valid", error=UsageError)
        with script.unchanging():
            before = view.items()
            try:
                script.change(asked.change, version=asked.version)
            except ConflictError as error:
                return _json({"error": str(error), "document": view.document()}, 409)
            except ChangedOnDiskError as error:
                return _json({"error": str(error), "changed_on_disk": True}, 410)
            return _json(view.difference(before))

    def voices(self, request: Request) -> Response:
        """Return the voices that a speaker may have."""
        _, script = self._opened(request)
        plan = script.plan
        choices = voice_choices(plan.script, plan.cast, script.roster, _speaker(request, script))
        return _json(
            [
                {
                    "id": choice.voice.id,
                    "name": choice.voice.name,
                    "description": ", ".join(filter(None, (choice.voice.accent, choice.voice.age))),
                    "gender": choice.voice.gender,
                    "accent": choice.voice.accent,
                    "suited": choice.is_suited,
                    "too_like": choice.too_like,
                }
                for choice in choices
            ]
        )

    def sound(self, request: Request) -> Response:
        """Return the sound of a segment, a paragraph, a word, or of a speaker's words in a voice, as WAV."""
        view, script = self._opened(request)
        return _partial(self._session.sounds.wav(self._text(request, view, script)), request)

    def _text(self, request: Request, view: View, script: OpenScript) -> Text:
        query, sounds, plan = request.query_params, self._session.sounds, script.plan
        if "segment" in query:
            return sounds.of_segments(plan, [_number(query["segment"])])
        if "paragraph" in query:
            return sounds.of_segments(plan, view.segments_of_paragraph(_number(query["paragraph"])))
        if word := query.get("word", "").strip()[:MAX_WORD]:
            return sounds.of_word(plan, word, query.get("say", "").strip()[:MAX_WORD])
        if "voice" in query:
            return sounds.of_voice(plan, _speaker(request, script), query["voice"])
        raise UsageError("The request names nothing to listen to. Reload the page.")

    def make(self, request: Request) -> Response:
        """Begin to make the edition."""
        _, script = self._opened(request)
        if script.is_changed_on_disk():
            raise UsageError(f"Cannot make the edition: another program has changed {script.file.name}. Reload it.")
        describe = partial(_describe_edition, request.path_params["id"])
        return _json({"job": self._session.jobs.make(script, describe).id})

    def events(self, request: Request) -> Response:
        """Return the progress of a job, as server-sent events."""
        job = self._job(request)
        return StreamingResponse(_event_stream(job), media_type="text/event-stream")

    def cancel(self, request: Request) -> Response:
        """Cancel a job."""
        self._job(request).cancel()
        return _json({})

    def edition_file(self, request: Request) -> Response:
        """Return a file of the edition: one of those that its manifest lists. Links lead nowhere."""
        _, script = self._opened(request)
        previous = script.previous_edition()
        files = {file.name: file for file in previous.files.values()} if previous else {}
        file = files.get(request.path_params["name"])
        if file is None or not file.is_file() or file.is_symlink():
            raise HTTPException(404, "The edition has no such file. Make the edition again")
        return FileResponse(file, media_type=MEDIA_TYPES.get(file.suffix.lower(), "application/octet-stream"))

    def _job(self, request: Request) -> Making:
        try:
            return self._session.jobs.get(request.path_params["id"])
        except KeyError:
            raise HTTPException(404, "There is no such job. Reload the page") from None

    def _opened(self, request: Request) -> tuple[View, OpenScript]:
        document_id = request.path_params["id"]
        try:
            script = self._session.desk.open(document_id)
        except KeyError:
            raise HTTPException(404, "There is no such document. Reload the page") from None
        return View(document_id, script), script


MAX_WORD: Final = 200
"""Characters of a word, and of how to say it."""


def _describe_edition(document_id: str, edition: Edition) -> dict[str, Any]:
    player = edition.files.get("player")
    return {
        "player_url": f"api/documents/{document_id}/edition/{player.name}" if player else None,
        "changes": describe_changes(edition.changes) if edition.changes else [],
        "state": edition.state,
        "seconds": round(edition.duration_s, 1),
        "reused_lines": edition.reused_lines,
        "lines": edition.lines,
    }


async def _event_stream(job: Making) -> AsyncIterator[bytes]:
    """Yield the events of a job, from its first one. The stream ends with the job."""
    number = 0
    while True:
        events = await run_in_threadpool(job.events_from, number, timeout_s=HEARTBEAT_S)
        for event in events:
            number += 1
            yield b"data: " + msgspec.json.encode(event) + b"\n\n"
            if "stage" not in event:
                return
        if not events:
            yield b": waiting\n\n"


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise UsageError(f"{text[:20]!r} is not a number. Reload the page.")
    return int(text)


def _speaker(request: Request, script: OpenScript) -> str:
    """Return the id of the speaker that the request names."""
    name = request.query_params.get("speaker", "")
    speaker_id = script.speaker_ids.get(name)
    if speaker_id is None:
        raise UsageError(f"The script has no speaker {name[:200]!r}. Reload the page.")
    return speaker_id


def _partial(sound: bytes, request: Request) -> Response:
    """Return a sound, or the part that the browser asks for."""
    headers = {"Accept-Ranges": "bytes"}
    unit, _, wanted = request.headers.get("range", "").partition("=")
    first, dash, last = wanted.partition("-")
    if unit != "bytes" or not dash or not first.isdecimal():
        return Response(sound, headers=headers, media_type="audio/wav")
    start, end = int(first), min(int(last) if last.isdecimal() else len(sound), len(sound) - 1)
    if start > end:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(sound)}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{len(sound)}"
    return Response(sound[start : end + 1], 206, headers=headers, media_type="audio/wav")
