"""Rules that turn written text into spoken text, and the TOML files that hold them.

A file holds a family of rules, and everything that these rules share:

- A text is a word list, and so is an array. A table gives the spoken form of each written form; if its values are
  arrays, it gives the written forms of each spoken form.
- ``[fragments]`` are named parts of patterns. In a pattern ``{name}`` stands for a fragment, or for any entry of a word
  list or any written form of a table. The lines of a pattern are joined without the line ends.
- Each ``[[rule]]`` has a ``pattern``, a regular expression of Python's module ``re``. If it has a group ``it``, only
  that group is replaced. ``words`` are said for the match, or ``british`` if the reading is British and they differ. A
  rule that needs logic has ``say`` instead, the name of a function: ``date`` for ``say_date``.

Words may be a template. ``{name}`` stands for the group ``name``, read as a number, ``{0}`` for the whole match, and
``{name:reading argument}`` for another way to read it: a table, or a name that the language defines (for English see
``en/speakable/_rules.py``). What is in square brackets is left out if a group in it has not matched.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

MASK: Final = "\ue000"
"""Stands in the text that rules see for every character that an earlier rule has read."""
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_NAME: Final = re.compile(r"\{([a-z_]+)\}")
_OPTIONAL: Final = re.compile(r"\[(.*?)\]")
_FIELD: Final = re.compile(r"\{(\w+)(?::(\w+) ?([^}]*))?\}")

Say = Callable[[re.Match[str], bool], str | None]
"""Return the words for a match, or None to leave it to later rules. The second argument says whether the reading is
British."""


@dataclass(frozen=True)
class Rule:
    """A pattern and the words for what it matches."""

    source: str
    """The regular expression, which is compiled when it is first used."""
    say: Say

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self.source)

    @cached_property
    def group(self) -> str | int:
        """The group that is replaced; 0 is the whole match."""
        return "it" if "it" in self.pattern.groupindex else 0


class Field(NamedTuple):
    """A field of a template."""

    text: str
    """The group of the match; empty if it has not matched."""
    argument: str
    match: re.Match[str]
    british: bool
    family: Family


Reading = Callable[[Field], str]
"""Return the words for a field."""


class Family:
    """The rules of one family with their word lists, tables and fragments.

    Args:
        path: The TOML file.
        readings: The ways to read a field of a template, by name. A table of the same name comes first.
        fragments: Parts of patterns that the language shares between its families.
        base: A TOML file whose lists, tables and fragments hold where ``path`` has none of that name, and whose rules
            come after those of ``path``.

    Attributes:
        lists: The words of each word list.
        tables: The spoken form for each written form, of each table.
    """

    def __init__(
        self,
        path: Path,
        readings: Mapping[str, Reading] = _NOTHING,
        fragments: Mapping[str, str] = _NOTHING,
        base: Path | None = None,
    ) -> None:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        self._rows: list[dict[str, str]] = content.pop("rule", [])
        if base is not None:
            shared = tomllib.loads(base.read_text(encoding="utf-8"))
            self._rows += shared.pop("rule")
            own_fragments = content.pop("fragments", {})
            content = shared | content | {"fragments": shared["fragments"] | own_fragments}
        self._readings = readings
        self._patterns: dict[str, re.Pattern[str]] = {}
        self.lists: dict[str, tuple[str, ...]] = {}
        self.tables: dict[str, dict[str, str]] = {}
        self._fragments: dict[str, str] = {"mask": MASK, **fragments, **content.pop("fragments", {})}
        for name, value in content.items():
            if isinstance(value, dict):
                self.tables[name] = _by_written_form(value)
            else:
                self.lists[name] = tuple(value.split() if isinstance(value, str) else value)

    def pattern(self, name: str) -> re.Pattern[str]:
        """Return the compiled pattern of a fragment, a word list or a table."""
        if name not in self._patterns:
            self._patterns[name] = re.compile(self.expand(f"{{{name}}}"))
        return self._patterns[name]

    def expand(self, pattern: str) -> str:
        """Return ``pattern`` on one line, with what stands for the names in braces."""
        return _NAME.sub(lambda name: self._fragment(name[1]), pattern).replace("\n", "")

    def _fragment(self, name: str) -> str:
        """Return a fragment without names, or the entries of a word list as alternatives, the longest first."""
        if name not in self._fragments:
            words = sorted(self.tables.get(name) or self.lists[name], key=len, reverse=True)
            self._fragments[name] = f"(?:{'|'.join(map(re.escape, words))})"
        elif "{" in self._fragments[name]:
            self._fragments[name] = self.expand(self._fragments[name])
        return self._fragments[name]

    def rules(self, functions: Mapping[str, Any] = _NOTHING) -> tuple[Rule, ...]:
        """Return the rules in the order of the file.

        Args:
            functions: Contains the functions that the rules name, such as ``say_date``: the ``globals()`` of a module.
        """

        def rule(pattern: str, words: str = "", british: str | None = None, say: str = "") -> Rule:
            function = functions[f"say_{say}"] if say else self._template(words, words if british is None else british)
            return Rule(self.expand(pattern), function)

        return tuple(rule(**row) for row in self._rows)

    def look_up(self, text: str | None, *names: str) -> str:
        """Return the spoken form of ``text``, with or without a full stop, from the first of the tables that has it.

        If no table has it, return ``text`` without the full stop. Return an empty text for None.
        """
        written, stem = text or "", (text or "").rstrip(".")
        tables = [self.tables[name] for name in names]
        return next((table[form] for form in (written, stem) for table in tables if form in table), stem)

    def _template(self, american: str, british: str) -> Say:
        if "{" not in american + british:
            return lambda _, is_british: british if is_british else american
        return lambda match, is_british: self._filled(british if is_british else american, match, is_british)

    def _filled(self, template: str, match: re.Match[str], british: bool) -> str:
        """Return a template with its fields read."""

        def text(field: re.Match[str]) -> str:
            return match[0 if field[1] == "0" else field[1]] or ""

        def read(field: re.Match[str]) -> str:
            reading, argument = field[2] or "number", field[3] or ""
            if reading in self.tables:
                return self.look_up(text(field), reading, *argument.split())
            return self._readings[reading](Field(text(field), argument, match, british, self))

        matched = _OPTIONAL.sub(lambda part: part[1] * all(map(text, _FIELD.finditer(part[1]))), template)
        return _FIELD.sub(read, matched)


def _by_written_form(table: Mapping[str, str | list[str]]) -> dict[str, str]:
    """Return the spoken form for each written form."""
    forms: dict[str, str] = {}
    for name, value in table.items():
        forms |= {name: value} if isinstance(value, str) else dict.fromkeys(value, name)
    return forms
