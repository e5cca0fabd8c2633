"""The page about the library says what is."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import REPOSITORY

import narrate
from narrate import config, errors

PAGE = (REPOSITORY / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
PUBLIC: dict[str, Any] = {name: getattr(narrate, name) for name in narrate.__all__}
FUNCTIONS = sorted(name for name, value in PUBLIC.items() if inspect.isfunction(value))
RECORDS = sorted(name for name, value in PUBLIC.items() if is_dataclass(value))


def squeezed(text: str) -> str:
    """A signature without what only layout puts in."""
    return re.sub(r",(?=\))", "", re.sub(r"\s+", "", text)).replace("'", "").replace('"', "")


def section(name: str) -> str:
    return PAGE.partition(f"\n## `{name}`\n")[2].partition("\n## ")[0]


def test_all_that_is_public_is_on_the_page() -> None:
    assert sorted(narrate.__all__) == list(narrate.__all__)
    assert {name for name in PUBLIC if f"`{name}`" not in PAGE and f"{name}(" not in PAGE} == set()
    kinds = {name for name, value in PUBLIC.items() if inspect.isclass(value) and issubclass(value, Exception)}
    assert {*FUNCTIONS, *RECORDS, *kinds} == {*PUBLIC}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_called_as_the_page_has_it(name: str) -> None:
    blocks = [squeezed(block) for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)]
    assert squeezed(f"{name}{inspect.signature(PUBLIC[name])}") in blocks


def test_no_function_is_on_the_page_that_is_not_public() -> None:
    described = re.findall(r"```python\n(\w+)\(", PAGE)
    assert sorted(described) == FUNCTIONS


@pytest.mark.parametrize("name", RECORDS)
def test_records_have_the_fields_that_the_page_lists(name: str) -> None:
    rows = re.findall(r"^\| (`.*?) \|", section(name), re.MULTILINE)
    listed = [field for row in rows for field in re.findall(r"`(\w+)`", row)]
    assert sorted(listed) == sorted(field.name for field in fields(PUBLIC[name]))


def test_tables_of_the_configuration_have_the_classes_that_the_page_lists() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `(\w+)` \|$", section("Config"), re.MULTILINE))
    assert rows == {field.name: type(getattr(config.Config(), field.name)).__name__ for field in fields(config.Config)}


def test_every_error_is_public() -> None:
    kinds = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}
    assert kinds <= set(PUBLIC)


def test_public_attributes_that_are_no_fields_are_there() -> None:
    assert callable(narrate.Plan.document)
    assert isinstance(narrate.Script.names, property)


def test_types_are_for_those_who_import_it() -> None:
    assert (Path(narrate.__file__).parent / "py.typed").is_file()


def test_the_changelog_keeps_its_form() -> None:
    """As https://keepachangelog.com has it: sections by version, and kinds of changes in them."""
    text = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert versions[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", version) for version in versions[1:])
    kinds = re.findall(r"^### (.*)$", text, re.MULTILINE)
    assert kinds
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
