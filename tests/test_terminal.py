"""Control and bidirectional characters in names, articles and script documents reach neither terminal nor files."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import fuzz_articles
import fuzz_controls
import pytest
from helpers.paths import MODULE_PATH
from helpers.runs import COMMAND, SILENT, Run

from narrate import open_source, prepare, produce
from narrate.engines import silent
from narrate.errors import SourceError
from narrate.languages.controls import EscapingStream, escape_unsafe
from narrate.readers import read_bytes
from narrate.script.document import load_script
from narrate.synthesis import pool
from narrate.types import Edition
from narrate.verify import verify_edition

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]")
"""What must not reach a terminal."""
CLEAR_SCREEN = "\x1b[2J\x1b]0;owned\x07"
NAMES = {
    "escape": f"{CLEAR_SCREEN}story",
    "C1 escape": "\x9b31mstory",
    "delete": "sto\x7f\x08ry",
    "return": "story\rnarrate: all is well",
    "override": "story\u202etxt.exe",
    "isolate": "\u2067story\u2069",
    "mark": "sto\u200fry\u061c",
    "separator": "story\u2028narrate: all is well",
}
STORY = "Ferry returns\n\n“We are back,” said Ada Byron, the captain. “It took us two long years.”\n\nIt rained.\n"


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_name_of_missing_file_does_not_steer_the_terminal(narrate: Run, name: str) -> None:
    done = narrate("read", f"{name}.txt")
    assert done.returncode == 1
    assert "the file does not exist" in done.stderr
    assert STEERING.findall(done.stdout.replace("\n", "") + done.stderr.replace("\n", "")) == []


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("make",), ("batch", "-o", "out"), ("script", "--explain")])
def test_messages_about_an_article_do_not_steer_the_terminal(
    narrate: Run, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    name = f"{CLEAR_SCREEN}\x9b\u202estory.txt"
    (tmp_path / name).write_text(STORY.replace("Ada", "A\u202eda"), encoding="utf-8")
    done = narrate(*arguments, name, "--engine", "silent")
    assert done.returncode == 0
    assert STEERING.findall(done.stdout.replace("\n", "") + done.stderr.replace("\n", "")) == []


def test_wrong_usage_does_not_steer_the_terminal(narrate: Run) -> None:
    done = narrate("make", "story.txt", "--workers", "\x1b[31m")
    assert done.returncode == 2
    assert STEERING.findall(done.stderr.replace("\n", "")) == []


def test_line_end_in_a_name_begins_no_message(narrate: Run) -> None:
    done = narrate("read", "a\nnarrate: warning: all is well")
    assert [line for line in done.stderr.splitlines() if line.startswith("narrate: warning")] == []


@pytest.mark.slow
def test_json_on_standard_output_keeps_its_meaning(narrate: Run, tmp_path: Path) -> None:
    name = "sto\u202ery\x9b.txt"
    (tmp_path / name).write_text(STORY, encoding="utf-8")
    done = narrate("batch", name, "-o", "out", "--engine", "silent")
    assert STEERING.findall(done.stdout.replace("\n", "")) == []
    assert json.loads(done.stdout)["source"] == name


@pytest.mark.slow
def test_path_for_programs_is_exact_on_a_pipe_and_escaped_on_a_terminal(narrate: Run, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    folder = "au\u202edio"
    arguments = ["make", "story.txt", "-o", folder, "--engine", "silent", "--quiet"]
    assert narrate(*arguments).stdout == f"{folder}/story.mp3\n"
    terminal, slave = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": MODULE_PATH}
    subprocess.run([*COMMAND, *arguments], stdout=slave, cwd=tmp_path, env=environment, check=True, timeout=300)
    os.close(slave)
    assert os.read(terminal, 1000).decode().strip() == "au\\u202edio/story.mp3"
    os.close(terminal)


@pytest.mark.parametrize(
    "text", ["plain", "Åse Øst 東京 שלום مرحبا", "tab\tand\nline", "👩‍🚒 e\u0301", '{"a": "b\\n"}']
)
def test_ordinary_text_is_not_escaped(text: str) -> None:
    assert escape_unsafe(text) == text


def test_stream_escapes_whatever_is_written(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w", encoding="utf-8") as file:
        stream = EscapingStream(file)
        print("a\x1bb", file=stream)
        stream.writelines(["c\u202e", "d\n"])
        assert stream.fileno() == file.fileno()
    assert (tmp_path / "out").read_text("utf-8") == "a\\u001bb\nc\\u202ed\n"


def sources() -> dict[str, bytes]:
    """Return articles in formats with escapes, whose texts hold control characters."""
    title = "Ferry \x1b]0;x\x07returns\u202e"
    body = [
        f"“We {CLEAR_SCREEN}are back,” said Ada Byron, the captain of the ship that left the harbour two years ago.",
        "It took \x9b31m two\x7f years, she said, and nobody in the town had expected to see the crew again so soon.",
        "\x1b \x02",
        "The ferry \u2067was\u2069 late, but the harbour was full of people who waited in the rain for many hours.",
    ]
    paragraphs = "".join(f"<p>{one}</p>" for one in body)
    ninjs = {"uri": "urn:x", "type": "text", "language": "en", "headline": title, "body_html": paragraphs}
    kind = {"@context": "https://schema.org", "@type": "NewsArticle"}
    linked = {**kind, "headline": title, "articleBody": "\n\n".join(body)}
    head = f"<!doctype html><html lang=en><head><title>{title}</title></head>"
    page = f"{head}<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    texts = {"ninjs.json": json.dumps(ninjs), "linked.jsonld": json.dumps(linked), "page.html": page}
    return {name: text.encode() for name, text in texts.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ninjs.json", "linked.jsonld", "page.html"])
def test_article_with_control_characters_makes_clean_files(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(sources()[name])
    article = read_bytes(sources()[name], name=name)
    assert re.findall("[\x00-\x08\x0e-\x1f\x7f-\x9f]", article.text + str(article.title)) == []
    edition = produce(tmp_path / name, output=tmp_path / "out", config=SILENT)
    assert unclean_files(edition) == []
    listened = verify_edition(edition.mp3, transcribe=lambda _: "voice is ai generated inconsistencies may occur")
    assert [finding for finding in listened if finding.verdict == "fail" and finding.number not in {6, 7, 8, 9}] == []


def unclean_files(edition: Edition) -> list[str]:
    """Return the text files of an edition with a character that steers a terminal."""
    names = [name for name in edition.files if name not in ("mp3", "cover")]
    found = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
    return [name for name in names if re.search(found, edition.files[name].read_bytes().decode())]


SPEAKER = '"speaker": "Ada Byron"'
REFUSED = {
    "speaker": (SPEAKER, '"speaker": "Ada \\u001b[31mByron"', "the name 'Ada \\u001b[31mByron'", "U+001B"),
    "raw C1": (SPEAKER, '"speaker": "Ada \x9bByron"', "the name", "U+009B"),
    "delete": (SPEAKER, '"speaker": "Ada\\u007F Byron"', "the name", "U+007F"),
    "backspace": (SPEAKER, '"speaker": "Ada\\b Byron"', "the name 'Ada\\u0008 Byron'", "U+0008"),
    "override": (SPEAKER, '"speaker": "Ada \\u202EByron"', "the name", "U+202E"),
    "isolate": (SPEAKER, '"speaker": "\u2068Ada Byron\u2069"', "the name", "U+2068"),
    "alias": ('"aliases": []', '"aliases": ["A\\u0007"]', "the name 'A\\u0007'", "U+0007"),
    "cast": ('"cast": {', '"cast": {"\\u001b[2JEve": "hush",', "the name '\\u001b[2JEve'", "U+001B"),
    "title": ('"title": "Ferry returns"', '"title": "Ferry \\u009b2J"', "the name 'Ferry \\u009b2J'", "U+009B"),
    "evidence": ('"evidence": "', '"evidence": "\\u001b', "the text", "U+001B"),
    "key": ('"engine"', '"\\u001b": 1, "engine"', "the name", "U+001B"),
    "language": ('"language": "en"', '"language": "e\u2066n"', "the name 'e\\u2066n'", "U+2066"),
}  # fmt: skip


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the script document of ``STORY``."""
    story = tmp_path_factory.mktemp("script") / "story.txt"
    story.write_text(STORY, encoding="utf-8")
    return prepare(story, config=SILENT).document()


@pytest.mark.parametrize("fault", REFUSED)
def test_script_with_control_character_is_refused_with_the_line(document: str, tmp_path: Path, fault: str) -> None:
    was, wrong, named, code = REFUSED[fault]
    assert was in document
    path = tmp_path / "story.script.json"
    path.write_text(document.replace(was, wrong, 1), encoding="utf-8")
    line = document[: document.index(was)].count("\n") + 1
    with pytest.raises(SourceError) as caught:
        open_source(path)
    message = str(caught.value)
    assert message.startswith(f"Cannot read {path}: line {line}: {named}")
    assert message.endswith(f" contains the control character {code}. Remove it.")


@pytest.mark.parametrize(
    "name", ["Ada\\nByron", "Ada\\tByron", "Åse Øst", "שלום", "Ada \\u200fByron", "A\\\\u001b", "\\u0041da Byron"]
)
def test_script_with_unusual_but_harmless_name_is_read(document: str, name: str) -> None:
    saved = load_script(document.replace(SPEAKER, f'"speaker": "{name}"'), name="story.script.json")
    assert " ".join(json.loads(f'"{name}"').split()) in saved.script.names.values()


DIRECTED = {
    "title": "A title {} here\n\n“We go,” said Ada Byron, a baker. She left.\n",
    "byline": "A title\n\nBy Mary{} Brown\n\n“We go,” said Ada Byron, a baker. She left.\n",
    "speaker": "A title\n\n“We go,” said {}Ada Byron{}, a baker. She left.\n",
    "inside a speaker's name": "A title\n\n“We go,” said Ada {}Byron, a baker. “We stay,” Byron said.\n",
    "cast": "---\ntitle: A {} title\nbyline: Mary{}\ncast:\n  Ada Byron{}: arthur\n---\n\n“We go,” said Ada Byron.\n",
}


@pytest.mark.parametrize("character", ["\u202a", "\u202e", "\u2067", "\u2069", "\u200f"])
@pytest.mark.parametrize("text", DIRECTED.values(), ids=DIRECTED)
def test_script_of_an_article_with_directions_can_be_read_again(text: str, character: str) -> None:
    article = read_bytes(text.replace("{}", character).encode(), name="story.md")
    document = prepare(article, config=SILENT).document()
    script = load_script(document, name="story.script.json").script
    assert script.article.text == article.text
    assert len(script.speakers) > 0


@pytest.mark.slow
def test_fuzzed_scripts_with_links_break_no_rule(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pool, "Worker", fuzz_articles.InProcessWorker)
    monkeypatch.setattr(silent, "SAMPLES_PER_CHARACTER", 100)
    monkeypatch.chdir(tmp_path)
    outcomes = [fuzz_controls.attempt(number, 7) for number in range(25)]
    assert {problem for _, problem in outcomes} == {""}
    assert {outcome for outcome, _ in outcomes} == {"made", "refused"}
    assert fuzz_controls.case(3, 7) == fuzz_controls.case(3, 7) != fuzz_controls.case(4, 7)
