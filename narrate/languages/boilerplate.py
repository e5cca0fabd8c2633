"""The words and phrases around a news story, read from the file ``boilerplate.toml`` in a language's folder."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

Pattern = re.Pattern[str]

DEFAULT_LANGUAGE: Final = "en"
"""Stands in for a language that has no folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boilerplate:
    """The words and phrases around a news story. ``boilerplate.toml`` explains each of them."""

    byline_words: tuple[str, ...]
    joining_word: str
    byline: Pattern
    byline_start: Pattern
    date: Pattern
    agency_dateline: Pattern
    dateline: Pattern
    disclaimer: Pattern
    advertisement: Pattern
    related: Pattern
    stamp: Pattern
    live_stamp: Pattern
    photo: Pattern
    correction: Pattern
    about_writer: Pattern
    about_writer_line: Pattern
    write_in: Pattern
    reach: Pattern
    newsletter: Pattern
    credit: Pattern
    copyright: Pattern
    comments: Pattern
    filed_under: Pattern
    link_label: Pattern
    marked_link_label: Pattern
    share_bar: Pattern


def load_boilerplate(language: str | None) -> Boilerplate:
    """Return the words and phrases of a language.

    Args:
        language: A BCP 47 tag such as ``en-GB``, or None if the language is not known.

    Returns:
        Those of ``DEFAULT_LANGUAGE`` if the language is not known or has no folder.
    """
    code = (language or DEFAULT_LANGUAGE).partition("-")[0].lower()
    is_known = code.isalpha() and resources.files("narrate.languages").joinpath(code, "boilerplate.toml").is_file()
    return _load(code if is_known else DEFAULT_LANGUAGE)


@cache
def _load(code: str) -> Boilerplate:
    path = resources.files("narrate.languages").joinpath(code, "boilerplate.toml")
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    parts = {name: _joined(part) for name, part in table.pop("parts").items()}
    words, name_between = tuple(table.pop("byline_words")), str(table.pop("joining_word"))
    patterns = {name: re.compile(_expanded(_joined(value), parts)) for name, value in table.items()}
    return Boilerplate(byline_words=words, joining_word=name_between, **patterns)


def _joined(pattern: str) -> str:
    return pattern.replace("\n", "")


def _expanded(pattern: str, parts: Mapping[str, str]) -> str:
    """Put the parts into ``pattern``, and their own parts into them."""
    while (expanded := re.sub(r"\{([a-z_]+)\}", lambda match: parts[match[1]], pattern)) != pattern:
        pattern = expanded
    return pattern
