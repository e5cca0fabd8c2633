"""The README is short, and the pages that it leads to describe every key, command and option."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import typer.main
from cli_reference import render
from helpers.paths import EXAMPLE, REPOSITORY

from narrate import prepare
from narrate.cli import app
from narrate.config import Config, SynthesisConfig, load_config

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
CONFIGURATION = (REPOSITORY / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")
GROUP: Any = typer.main.get_command(app)


def commands() -> Iterator[tuple[str, Any]]:
    """Yield the whole program and each of its commands, with their names."""
    yield "narrate", GROUP
    for name, command in GROUP.commands.items():
        yield f"narrate {name}", command


def test_readme_has_at_most_150_lines() -> None:
    assert len(README.splitlines()) <= 150


def test_configuration_shown_is_the_default_and_complete(tmp_path: Path) -> None:
    shown = re.search(r"```toml\n(.*?)```", CONFIGURATION, re.DOTALL)
    assert shown
    (tmp_path / "narrate.toml").write_text(shown[1], encoding="utf-8")
    assert load_config(tmp_path / "narrate.toml") == Config()
    keys = {(table, key) for table, entries in tomllib.loads(shown[1]).items() for key in entries}
    commented = {
        (table, key)
        for table, entries in re.findall(r"^\[(\w+)\].*\n((?:(?!\[).*\n)*)", shown[1], re.MULTILINE)
        for key in re.findall(r"^# (\w+) = ", entries, re.MULTILINE)
    }
    assert keys | commented == {(table, key) for table, entries in asdict(Config()).items() for key in entries}


def test_configuration_tables_list_every_key_with_its_default() -> None:
    listed = {}
    for name, section in re.findall(r"^## `\[(\w+)\]`.*\n((?:(?!## ).*\n)*)", CONFIGURATION, re.MULTILINE):
        for key, default in re.findall(r"^\| `(\w+)` \| (not set|`[^`]*`) \| .+ \|$", section, re.MULTILINE):
            listed[name, key] = None if default == "not set" else tomllib.loads(f"it = {default.strip('`')}")["it"]
    defaults = {(table, key): value for table, entries in asdict(Config()).items() for key, value in entries.items()}
    assert listed == {key: [*value] if isinstance(value, tuple) else value for key, value in defaults.items()}


def test_every_option_and_command_is_in_the_generated_reference() -> None:
    reference = render()
    assert {command for command in GROUP.commands if f"`narrate {command}`" not in reference} == set()
    options = {
        option
        for _, command in commands()
        for parameter in command.params
        if parameter.opts[0].startswith("-")
        for option in parameter.opts
    }
    assert {option for option in options if option not in reference} == set()
    assert {"-o", "--log-json", "--check", "--notify", "--plot"} <= options


@pytest.mark.parametrize(("name", "command"), [*commands()], ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_and_option_has_a_help_text(name: str, command: Any) -> None:
    assert command.help
    assert {parameter.name for parameter in command.params if not parameter.help} == set(), name


def test_cast_table_is_the_cast_of_the_example() -> None:
    prepared = prepare(EXAMPLE, config=Config(synthesis=SynthesisConfig(engine="kokoro")))
    names = prepared.script.names
    confidences: dict[str, list[float]] = {speaker: [] for speaker in prepared.cast.voices}
    for segment in prepared.script.segments:
        if segment.kind == "quotation":
            confidences[segment.speaker].append(segment.confidence)
    expected = {
        (names[speaker], voice.id, str(len(confidences[speaker])), f"{min(confidences[speaker], default=0):.2f}")
        for speaker, voice in prepared.cast.voices.items()
    }
    rows = re.findall(r"^\| ([^|]+) \| `(\w+)` \| (\d+) \| ?([\d.]*) ?\|$", README, re.MULTILINE)
    assert {(*cells, lowest or "0.00") for *cells, lowest in rows} == expected
