"""An editor for tests: the application in this process, or ``narrate edit`` in another."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from starlette.testclient import TestClient

from helpers.runs import COMMAND, SILENT
from narrate.config import Config
from narrate.editor.app import create_app
from narrate.editor.desk import Desk
from narrate.editor.security import Address
from narrate.editor.session import Session, new_session
from narrate.pipeline import prepare
from narrate.readers.source import read_source

ARTICLE = """# The ferry sails again

The ferry to Ostrand will sail again in May, after a winter in the dock.

“We waited nineteen months for two boats,” said Rosa Lindqvist, a baker. “My customers came by bus.”

Captain Tomas Reyne, who runs the port, said: “One boat means a queue, and a queue means that people will drive.”

“It was the worst winter that we have had on the islands,” he said.

© 2026 The Ostrand Courier
"""
TOKEN = "token-for-tests"
ADDRESS = Address("127.0.0.1", 8000)
BASE = f"http://127.0.0.1:8000/{TOKEN}/"
JSON = {"content-type": "application/json"}


def write_script(folder: Path, *, text: str = ARTICLE, name: str = "ferry") -> Path:
    """Write an article and its script document, cast for the silent engine, into ``folder``; return the document."""
    article = folder / f"{name}.md"
    article.write_text(text, encoding="utf-8")
    file = folder / f"{name}.script.json"
    file.write_text(_document_of(text), encoding="utf-8")
    return file


@cache
def _document_of(text: str) -> str:
    return prepare(read_source(text.encode(), name="ferry.md"), config=SILENT).document()


@dataclass
class Page:
    """What a tab of the browser does."""

    client: TestClient
    session: Session
    document: str = "d1"

    def get(self, path: str = "", **headers: str) -> Any:
        """Ask for something of the document."""
        return self.client.get(f"{BASE}api/documents/{self.document}{path}", headers=headers)

    def shown(self) -> dict[str, Any]:
        """Return the document as the page shows it."""
        answer = self.get()
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def change(self, op: str, *, version: int | None = None, **fields: Any) -> Any:
        """Ask for a change of the version that is shown, or of another."""
        if version is None:
            version = self.shown()["version"]
        return self.post("/changes", {"version": version, "change": {"op": op, **fields}})

    def changed(self, op: str, **fields: Any) -> dict[str, Any]:
        """Make a change that must succeed; return the document after it."""
        answer = self.change(op, **fields)
        assert answer.status_code == 200, answer.text
        return self.shown()

    def post(self, path: str, body: Any) -> Any:
        """Post JSON to the document."""
        return self.client.post(f"{BASE}api/documents/{self.document}{path}", json=body)


@contextmanager
def open_page(
    file: Path | None = None, *, folder: Path | None = None, config: Config = SILENT, document: str = "d1"
) -> Iterator[Page]:
    """Open a script, or the desk of a folder, in an application of this process."""
    session = new_session(Desk(config, folder=folder, file=file), config)
    client = TestClient(create_app(session, token=TOKEN, address=ADDRESS), base_url="http://127.0.0.1:8000")
    try:
        yield Page(client, session, document)
    finally:
        session.close()


def quotations(shown: dict[str, Any]) -> list[tuple[int, str, str]]:
    """Return index, text and speaker of each quotation that the page shows."""
    rows = [row for row in shown["items"] if row.get("kind") == "quotation"]
    return [(row["index"], row["text"].strip(), row["speaker"]) for row in rows]


@dataclass
class Process:
    """``narrate edit`` in a process of its own."""

    process: subprocess.Popen[str]
    url: str

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for something below the token."""
        return httpx.get(self.url + path, headers=headers, timeout=30)

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """Post JSON to something below the token."""
        return httpx.post(self.url + path, json=body, headers=headers, timeout=30)


@contextmanager
def run_editor(*arguments: str | Path, before: str = "", mark: str = "editor") -> Iterator[Process]:
    """Run ``narrate edit`` with these arguments until its page answers; kill it in the end.

    ``before`` is code that runs first. The process and its children have ``NARRATE_MARK=mark`` in their environment.
    The URL is empty if the editor does not start.
    """
    process = subprocess.Popen(
        [*COMMAND[:-1], f"{before}\n{COMMAND[-1]}", "edit", *map(str, arguments), "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NARRATE_MARK": mark},
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            process.wait(timeout=30)
            yield Process(process, "")
            return
        _wait_until_it_answers(url)
        yield Process(process, url)
    finally:
        process.kill()
        process.communicate()


def _wait_until_it_answers(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return
