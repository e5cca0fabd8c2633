"""Messages to people: plain words, and no library's own message without an explanation."""

from __future__ import annotations

import errno
import json
import socket
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from helpers.messages import LIBRARY_WORDS
from helpers.runs import Run
from lxml import etree

import narrate
from narrate import produce, produce_all
from narrate.config import Config
from narrate.errors import SourceError, UsageError, reason
from narrate.readers import read_source


def raised(action: Callable[[], object]) -> BaseException:
    """Return the exception that ``action`` raises."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  (which one is up to the action)
        action()
    return caught.value


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (raised(lambda: json.loads("[" * 100_000)), "it is nested too deeply"),
        (raised(lambda: json.loads("1" * 5000)), "it has a number with too many digits"),
        (raised(lambda: json.loads('{"a" 1}')), "line 1, column 6: a colon is missing"),
        (raised(lambda: json.loads('{"a": 1\n "b": 2}')), "line 2, column 2: a comma is missing"),
        (raised(lambda: json.loads("{'a': 1}")), "line 1, column 2: a key in double quotes is missing"),
        (raised(lambda: json.loads('["a')), "line 1, column 2: a text has no closing quotation mark"),
        (
            raised(lambda: json.loads('["a\nb"]')),
            "line 1, column 4: a text has a line break or another control character",
        ),
        (raised(lambda: json.loads("[]]")), "line 1, column 3: more text follows after the end"),
        (raised("bad\udcff".encode), "it holds bytes or characters that are not valid Unicode"),
        (raised(lambda: b"ab\xff".decode()), "byte 3 is not valid UTF-8"),
        (socket.gaierror(-2, "Name or service not known"), "the host is unknown"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "the connection was refused"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (UsageError("Name a folder."), "Name a folder"),
        (raised(lambda: tomllib.loads("[a")), "end of document: ']' is missing after the name of a table"),
        (raised(lambda: tomllib.loads("a = [1\nb = 2")), "line 2, column 1: ']' is missing at the end of a list"),
        (raised(lambda: etree.fromstring("<a>\n<b></a>")), "line 2: Opening and ending tag mismatch: b line 2 and a"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory"), "a part of its path is a file, not a folder"),
        (OSError(errno.ELOOP, "Too many levels of symbolic links"), "a symbolic link in its path leads in a circle"),
        (KeyError("x"), "KeyError 'x'"),
        (ValueError(), "ValueError"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_reason_of_common_failure_is_in_plain_words(error: BaseException, expected: str) -> None:
    assert reason(error) == expected


def test_reason_of_library_error_is_that_of_its_cause() -> None:
    error = RuntimeError("getaddrinfo: -2")
    error.__cause__ = socket.gaierror(-2, "Name or service not known")
    assert reason(error) == "the host is unknown"
    assert reason(RuntimeError(ConnectionRefusedError(errno.ECONNREFUSED, "x"))) == "the connection was refused"
    assert reason(RuntimeError(TimeoutError("timed out"))) == "there was no answer in time"


@pytest.mark.parametrize("host", ["x..y", "a" * 300, "\x9b.example"])
def test_reason_of_host_that_cannot_be_is_in_plain_words(host: str) -> None:
    assert reason(raised(lambda: socket.getaddrinfo(host, 80))) == "the host has a name that no host can have"


FILES = {
    "story.md": '# Ferry\n\n"We sail," said Ada Byron, the captain.\n',
    "number.script.json": '{"format": "narrate-script/1", "a": ' + "1" * 5000 + "}",
    "deep.script.json": '{"format": "narrate-script/1", "a": ' + "[" * 100_000,
    "other.script.json": '{"a": 1}',
    "list.script.json": "[1]",
    "null.script.json": "null",
    "comma.script.json": '{"format": "narrate-script/1"\n"engine": "silent"}',
    "number.json": '{"headline": ' + "1" * 5000 + "}",
    "deep.json": '{"headline": ' * 5000,
    "null.json": "null",
    "open.json": "{",
    "prose.json": "The ferry returns.",
    "deep.toml": "a = " + "[" * 20_000,
    "number.toml": "a = " + "1" * 5000,
    "lines.jsonl": '{"id": 1, "text": "x"}\n{"id": 2',
    "latin.jsonl": '{"id": "caf\xe9"}',
}
CASES = {
    ("make", "number.script.json"): "not valid JSON (it has a number with too many digits)",
    ("make", "deep.script.json"): "not valid JSON (it is nested too deeply)",
    ("make", "other.script.json"): "it is not a script document of Narrate. Pass the article itself",
    ("make", "list.script.json"): "it is not a script document of Narrate. Pass the article itself",
    ("make", "null.script.json"): "it is not a script document of Narrate. Pass the article itself",
    ("make", "comma.script.json"): "not valid JSON (line 2, column 1: a comma is missing). Correct it",
    ("read", "number.json"): "not valid JSON (it has a number with too many digits)",
    ("read", "deep.json"): "not valid JSON (it is nested too deeply)",
    ("read", "story.md", "-c", "deep.toml"): "not valid TOML (it is nested too deeply)",
    ("read", "story.md", "-c", "number.toml"): "not valid TOML (it has a number with too many digits)",
    ("lexicon", "lint", "number.toml"): "not valid TOML (it has a number with too many digits)",
    ("attribute", "lines.jsonl"): "Line 2 is not valid JSON (line 1, column 9: a comma is missing)",
    ("attribute", "latin.jsonl"): "Cannot read latin.jsonl: byte 12 is not valid UTF-8",
    ("attribute", "nowhere.jsonl"): "Cannot read nowhere.jsonl: No such file or directory",
    ("make", "story.md", "--engine", "silent", "-o", "bad\udcff/x.mp3"): "the path is not valid UTF-8. Rename",
    ("make", "story.md", "--engine", "silent", "-o", "ftp://nowhere.invalid/a"): "the host is unknown. Check",
    (
        "make",
        "story.md",
        "-o",
        "nosuch://a",
    ): "Cannot use nosuch://a as a store: 'nosuch' is not known. Use another one",
    ("make", "story.md", "-o", "ftp://h:99999/a"): "Cannot use ftp://h:99999/a as a store: it is not a valid address.",
    ("read", "null.json"): "Cannot read null.json: this JSON is not an article in a known format",
    ("read", "open.json"): "Cannot read open.json: it is not valid JSON (line 1, column 2: a key in double quotes",
    ("read", "prose.json"): "Cannot read prose.json: it is not valid JSON (line 1, column 1: a value is missing)",
    ("read", "http://127.0.0.1/x"): "127.0.0.1 is not public. To allow that",
    ("read", "http://[::1"): "it is not a valid address. Check it",
    ("read", "http://example.com:99999/"): "it is not a valid address. Check it",
    ("verify", "folder"): "Cannot read folder: it is a folder. Name the MP3 of an edition in it.",
    ("listen", "folder"): "Cannot listen to folder: it is a folder. Name the MP3 of an edition in it.",
    ("attribute", "story.md"): 'Each line must be {"id": "...", "text": "..."}; for one article, use',
    ("read", "story.md", "--keep", "bylines"): "There is no kind of skipped text 'bylines'. Did you mean 'byline'?",
    ("make", "story.md", "-o", "https://example.com/a"): "a web address takes no files. Name a folder, or a store",
    ("make", "story.md", "--engine", "silent", "-o", "story.md/x.mp3"): "a part of its path is a file, not a folder.",
    ("feed", "nofolder"): "there is no folder nofolder. Name the folder of your editions",
    ("feed", "."): "has no feed.title, feed.link, feed.description, feed.base_url. Set what is missing under [feed]",
}


@pytest.mark.slow
def test_messages_of_commands_are_plain(narrate: Run, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="latin-1")
    (tmp_path / "folder").mkdir()
    for arguments, expected in CASES.items():
        done = narrate(*arguments)
        assert done.returncode in (1, 2), arguments
        assert expected in done.stderr, arguments
        assert not LIBRARY_WORDS.search(done.stderr), done.stderr
        assert done.stderr.rstrip().endswith((".", "?")), done.stderr


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("www.example.com/x", "does not exist. If it is an address, write https://www.example.com/x."),
        ("example.com", "does not exist. If it is an address, write https://example.com."),
        ("bbc.co.uk/news/1", "does not exist. If it is an address, write https://bbc.co.uk/news/1."),
        ("htp://example.com/x", "not a complete http(s) address. Write https://example.com/x."),
        ("https:/example.com/x", "not a complete http(s) address. Write https://example.com/x."),
        ("http:example.com", "not a complete http(s) address. Write https://example.com."),
        ("ftp://example.com/x", "addresses that begin with 'ftp:' are not supported. Use http or https"),
        ("file:///tmp/story.md", "write the path without 'file:': /tmp/story.md."),
        ("file:story.md", "write the path without 'file:': story.md."),
        ("news.bbc.co.uk", "does not exist. If it is an address, write https://news.bbc.co.uk."),
        ("example.com:8443/x", "does not exist. If it is an address, write https://example.com:8443/x."),
        ("localhost:8000/x", "does not exist. If it is an address, write http://localhost:8000/x."),
        ("192.168.1.1/x", "does not exist. If it is an address, write http://192.168.1.1/x."),
        ("//example.com/x", "does not exist. If it is an address, write https://example.com/x."),
        ("://example.com/x", "does not exist. If it is an address, write https://example.com/x."),
        ("https//example.com/x", "not a complete http(s) address. Write https://example.com/x."),
        ("http:\\\\example.com\\x", "not a complete http(s) address. Write https://example.com/x."),
        ("<https://example.com/x>", "not a complete http(s) address. Write https://example.com/x."),
        ("", "Name a file or an address."),
        # not meant as addresses
        ("README.md", "the file does not exist. Check the path."),
        ("./desk.com/story.txt", "the file does not exist. Check the path."),
        ("desk/story.md", "the file does not exist. Check the path."),
        ("README.co", "the file does not exist. Check the path."),
        ("desk//story.md", "the file does not exist. Check the path."),
        ("//desk/story.md", "the file does not exist. Check the path."),
        ("1.2.3/notes.txt", "the file does not exist. Check the path."),
        ("C:\\news\\story.txt", "the file does not exist. Check the path."),
        ("notes: today.txt", "the file does not exist. Check the path."),
        ("story.docx", "the file does not exist. Check the path."),
    ],
)
def test_message_of_missing_file_hints_at_an_address_if_one_was_meant(
    source: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError) as caught:
        read_source(source)
    assert expected in str(caught.value)
    if "Check the path" in expected:
        assert "address" not in str(caught.value)
    if source:
        assert str(caught.value).startswith(f"Cannot read {source}: ")


def test_file_whose_name_looks_like_an_address_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("www.example.com").mkdir()
    Path("www.example.com/story.txt").write_text("The ferry sails again on Monday morning.", encoding="utf-8")
    assert "ferry" in read_source("www.example.com/story.txt").text


def test_wrong_arguments_of_the_library_are_named() -> None:
    wrong: Any = {"engine": "silent"}
    cases: list[tuple[Callable[[], object], str]] = [
        (lambda: Config(synthesis=wrong), "'synthesis' must be a SynthesisConfig, not a dict."),
        (lambda: produce("a.txt", config=wrong), "A configuration is a Config or the path of a file, not a dict."),
        (lambda: list(produce_all("a.txt")), "The sources of a batch are a list, not 'a.txt'. Pass ['a.txt']."),
    ]
    for action, message in cases:
        with pytest.raises(UsageError) as caught:
            action()
        assert str(caught.value) == message
    text: Any = b"An article."
    with pytest.raises(SourceError, match=r"Pass it to open_source\(\) first\.$"):
        produce(text)


def test_library_has_its_version() -> None:
    assert narrate.__version__ == version("narrate-edition")
