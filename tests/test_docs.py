"""The pages agree with the code: tables, links, paths, commands and examples."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from conftest import REPOSITORY, Run

import narrate as library
from narrate.cli import app
from narrate.config import load_config

DOCS = REPOSITORY / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *REPOSITORY.glob("*.md")])
GROUP: Any = typer.main.get_command(app)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))


def blocks(text: str, *languages: str) -> Iterator[str]:
    """Yield the fenced blocks of a page that are written in one of ``languages``."""
    for language, block in re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        if language in languages:
            yield block


def shell_commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each call of ``narrate`` in the shell examples of a page, up to a redirection or pipe."""
    for block in blocks(text, "sh", "console"):
        for line in block.splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words[:1] == ["narrate"]:
                end = next((at for at, word in enumerate(words) if word in ("|", ">", "||", "&&")), len(words))
                yield words[1:end]


@each_page
def test_relative_links_lead_to_files_that_exist(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text)
    missing = {link for link in links if "://" not in link and not (page.parent / link).exists()}
    assert missing == set()


@each_page
def test_shell_examples_are_commands_that_the_program_understands(page: Path) -> None:
    for words in shell_commands(page.read_text(encoding="utf-8")):
        arguments = [word for word in words if word != "--log-json"]
        command = GROUP.commands[arguments[0]]
        command.make_context(arguments[0], arguments[1:])


@each_page
def test_options_in_the_text_exist(page: Path) -> None:
    known = {option for command in (GROUP, *GROUP.commands.values()) for item in command.params for option in item.opts}
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`narrate[^`\n]* (--[a-z-]+)", text)) | set(re.findall(r"`(--[a-z-]+)[` ]", text))
    assert named - known - {"--help"} == set()


@each_page
def test_python_examples_compile_and_import_public_names(page: Path) -> None:
    for block in blocks(page.read_text(encoding="utf-8"), "python"):
        if re.match(r"\w+\(\n? *\w+: ", block):
            continue  # a signature; tests/test_api.py compares it with the function
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and node.module == "narrate":
                assert {alias.name for alias in node.names} <= set(library.__all__)


@pytest.mark.parametrize("page", ["README.md", "docs/how-to/publish-from-a-script.md", "docs/reference/api.md"])
def test_python_example_makes_an_edition(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "story.txt").write_text("The ferry returns\n\n“We sail,” said Ada Byron.\n", encoding="utf-8")
    (tmp_path / "narrate.toml").write_text('[synthesis]\nengine = "silent"\n', encoding="utf-8")
    example = next(blocks((REPOSITORY / page).read_text(encoding="utf-8"), "python"))
    variables: dict[str, Any] = {}
    exec(example, variables)
    assert variables["edition"].mp3 == Path("site/audio/story.mp3")
    assert variables["edition"].mp3.is_file()


@each_page
def test_configuration_examples_are_accepted(page: Path, tmp_path: Path) -> None:
    for block in blocks(page.read_text(encoding="utf-8"), "toml"):
        if not re.search(r"^\[\[|^\[project", block, re.MULTILINE):  # rosters, lexicons, pyproject.toml
            (tmp_path / "narrate.toml").write_text(block, encoding="utf-8")
            load_config(tmp_path / "narrate.toml")


def test_tutorial_corrects_the_speaker_as_described(narrate: Run, tmp_path: Path) -> None:
    page = (DOCS / "tutorial" / "first-edition.md").read_text(encoding="utf-8")
    (story,) = blocks(page, "markdown")
    (tmp_path / "barge.md").write_text(story, encoding="utf-8")
    explained = narrate("script", "barge.md", "--explain", "--engine", "silent")
    (shown,) = blocks(page, "text")
    assert explained.stdout.strip() == shown.strip()
    script = tmp_path / "barge.script.json"
    assert narrate("script", "barge.md", "-o", script, "--engine", "silent").returncode == 0
    document = json.loads(script.read_text(encoding="utf-8"))
    segment, correction = blocks(page, "json")
    shown_segment = json.loads(segment)
    assert document["segments"][shown_segment["index"]] == shown_segment
    document["segments"][shown_segment["index"]] |= json.loads("{" + correction.strip().rstrip(",") + "}")
    script.write_text(json.dumps(document), encoding="utf-8")
    made = narrate("make", script)
    assert (made.returncode, made.stdout.strip()) == (0, str(Path("output") / "barge.mp3"))
    manifest = json.loads((tmp_path / "output" / "barge.edition.json").read_text(encoding="utf-8"))
    assert (
        len({member["voice"] for member in manifest["cast"]}) == 4
    )  # narrator, Ada Byron, Ben Carrow, the harbour master
