"""The README says what is."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer.main
from conftest import REPOSITORY

from narrate.cli import app
from narrate.config import Config, load_config

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_the_configuration_shown_is_the_default_and_complete(tmp_path: Path) -> None:
    shown = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
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


def test_every_option_and_command_is_described() -> None:
    group: Any = typer.main.get_command(app)
    assert {command for command in group.commands if f"narrate {command}" not in README} == set()
    options = {
        min(parameter.opts, key=len) if "--output" in parameter.opts else parameter.opts[0]
        for command in (group, *group.commands.values())
        for parameter in command.params
        if parameter.opts[0].startswith("-")
    }
    assert {option for option in options if option not in README} == set()
    assert {"-o", "--log-json", "--check", "--notify", "--plot"} <= options
