"""Rules that turn written text into spoken text: what the rule modules of a language are made of."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

MASK: Final = "\ue000"
"""Stands in the text that rules see for every character that an earlier rule has read."""

Say = Callable[[re.Match[str], bool], str | None]
"""Return the words for a match, or None to leave it to later rules. The second argument says whether the reading is
British."""


class Rule(NamedTuple):
    """A pattern and the words for what it matches."""

    pattern: re.Pattern[str]
    say: Say
    group: str | int
    """The group that is replaced; 0 is the whole match."""


def rule(pattern: str, say: Say | Mapping[str, str] | str, flags: int = 0) -> Rule:
    """Return a rule.

    Args:
        pattern: A regular expression. If it has a group ``it``, only that group is replaced.
        say: A function; or a table from what is replaced to its words; or words that do not depend on the match.
        flags: Flags of the regular expression.
    """
    compiled = re.compile(pattern, flags)
    group = "it" if "it" in compiled.groupindex else 0
    if isinstance(say, str):
        return Rule(compiled, lambda _, __: say, group)
    if isinstance(say, Mapping):
        return Rule(compiled, lambda match, _: say[match[group]], group)
    return Rule(compiled, say, group)


def alternatives(words: Iterable[str]) -> str:
    """Return ``words`` as alternatives of a pattern, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def load_tables(module: str) -> dict[str, Any]:
    """Return the tables of the TOML file that has the name of a module, given the module's ``__file__``.

    A text of several lines is a word list: it becomes a tuple of its words.
    """
    tables = tomllib.loads(Path(module).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        name: tuple(value.split()) if isinstance(value, str) and "\n" in value else value
        for name, value in tables.items()
    }


def by_written_form(table: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return the spoken form for each written form; ``table`` lists the written forms of each spoken form."""
    return {written: spoken for spoken, forms in table.items() for written in forms}
