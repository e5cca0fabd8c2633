"""The README says what is."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict
from pathlib import Path

from conftest import REPOSITORY, Run

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


def test_every_option_and_command_is_described(narrate: Run) -> None:
    options = set(re.findall(r"--[a-z][a-z-]+", narrate("make", "--help").stdout)) - {"--help", "--output"}
    assert {option for option in options if option not in README} == set()
    commands = re.findall(r"^  (\w+)  ", narrate("--help").stdout.partition("Commands:")[2], re.MULTILINE)
    assert commands
    assert {command for command in commands if f"narrate {command}" not in README} == set()
