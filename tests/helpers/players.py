"""A page that plays an edition, a web server for it, and what axe-core says of a page."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from helpers.requirements import need
from narrate.delivery.player import PlayerPage, Recording, relative_url
from narrate.types import Boundary, Cue, Word

SPOKEN = (
    ("Narrator", 0, "Voice is AI-generated. Inconsistencies may occur."),
    ("Narrator", 1, "Ostrand's harbour bridge to close for eighteen months"),
    ("Narrator", 2, "The bridge will close to every vehicle on the first of May, the town council decided."),
    ("Margaret Ellery", 3, "“We have patched this bridge for thirty years,”"),
    ("Narrator", 3, "said Margaret Ellery, the mayor,"),
    ("Margaret Ellery", 3, "“and I will not be the one who patches it once too often.”"),
    ("Narrator", 4, "The vote was eleven to four. Repairs will take eighteen months."),
    ("Daniel Okafor", 5, "“The bridge is safe today, at the weight it carries today.”"),
    ("Narrator", 6, "Not everybody in the gallery was convinced."),
    ("Rosa Lindqvist", 7, "‘My customers come over that bridge on foot, with a pushchair in one hand.’"),
    ("Narrator", 8, "The work begins in May."),
)


def made_page(recording: Recording | None = None) -> PlayerPage:
    """Phrases of 50 ms a character with half a second between them; the words of each have their times."""
    cues, at = [], 0.25
    following = [paragraph for _, paragraph, _ in SPOKEN[1:]]
    for (speaker, paragraph, text), next_paragraph in zip(SPOKEN, [*following, None], strict=True):
        words = tuple(
            Word(m[0], at + m.start() * 0.05, at + m.end() * 0.05) for m in re.finditer(r"\S+", text)
        )  # fmt: skip
        boundary: Boundary = "speaker" if paragraph == next_paragraph else "paragraph"
        boundary = {0: "disclaimer", 1: "headline"}.get(paragraph, boundary)
        cues.append(Cue(at, at + len(text) * 0.05, speaker, text, words, boundary=boundary))
        at += len(text) * 0.05 + 0.5
    recording = recording or Recording(relative_url("harbour bridge.mp3"), at, 1000, "ab" * 32)
    return PlayerPage(
        SPOKEN[1][2], "Nora Whitfield", "en-GB", "2026-03-14", SPOKEN[0][2], recording, tuple(cues)
    )  # fmt: skip


def write_sound(page: PlayerPage, folder: Path) -> None:
    """Write the MP3 of ``made_page`` into a folder: a tone."""
    time = np.arange(round(page.recording.duration_s * 44100)) / 44100
    soundfile.write(folder / "harbour bridge.mp3", 0.1 * np.sin(time * 2 * np.pi * 220), 44100, format="MP3")


class RangeHandler(SimpleHTTPRequestHandler):
    """Serves byte ranges, and notes them."""

    ranges: list[str]

    def do_GET(self) -> None:
        path, wanted = Path(self.translate_path(self.path)), self.headers.get("Range")
        if not wanted or not path.is_file():
            return super().do_GET()
        self.ranges.append(wanted)
        data = path.read_bytes()
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last) if last else len(data) - 1, len(data) - 1)
        self.send_response(206)
        self.send_header("Content-Type", "audio/mpeg")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Range", f"bytes {start}-{end}/{len(data)}")
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        self.wfile.write(data[start : end + 1])
        return None

    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """A web server for ``folder``: its address, and the ranges that were asked for."""
    ranges: list[str] = []
    handler = type("Handler", (RangeHandler,), {"ranges": ranges})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", ranges
    server.shutdown()


def violations(tab: Any) -> list[tuple[str, list[str]]]:
    """What axe-core finds, and where."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        need(False, "axe-playwright-python")
    found = Axe().run(tab).response["violations"]
    return [(violation["id"], [node["html"] for node in violation["nodes"]]) for violation in found]
