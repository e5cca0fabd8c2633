"""What several English rule modules need: templates, abbreviations that end a sentence, the number of units."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from narrate.languages.en.numbers import cardinal, code, digits, number, ordinal, roman, two_digits, year
from narrate.languages.rules import MASK, Rule, Say, alternatives, load_tables
from narrate.languages.rules import rule as plain_rule

_WORDS: Final = load_tables(__file__)
_OPENERS: Final = frozenset(_WORDS["sentence_openers"])
_NOT_NOUNS: Final = frozenset(_WORDS["not_nouns"])
NOT_THINGS: Final = frozenset(_WORDS["not_things"])
_PLURALS: Final[dict[str, str]] = _WORDS["plurals"]
_DETERMINER: Final = re.compile(
    rf"(?:\b(?:{alternatives(_WORDS['determiners'])})|"
    r"\b(?!(?:it|that|he|she|there|here|what|who|let)['’])\w+(?:['’]s|s['’]))\s"
    rf"(?:(?:{alternatives(_WORDS['amount_adjectives'])}|[a-z]+(?:{'|'.join(_WORDS['adjective_endings'])})|"
    rf"[\w{MASK}]+(?:-[a-z]+)+),?\s)*$",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(r"(?:\s|-)([a-z][a-z'’-]*|[A-Z]{1,5}\d?\s[a-z]+)")
_THINGS: Final = re.compile(r"[a-z]{2,}(?<![sui])s")


@dataclass(frozen=True, slots=True)
class _Group:
    """A group of a match, for templates: its format specification says how it is read."""

    text: str
    british: bool

    def __format__(self, style: str) -> str:
        style, _, unit = style.partition(" ")
        return _STYLES[style](self.text, unit, self.british)


_STYLES: Final[dict[str, Callable[[str, str, bool], str]]] = {
    "": lambda text, _, british: number(text, british),
    "cardinal": lambda text, _, british: cardinal(int(text), british),
    "ordinal": lambda text, _, british: ordinal(int(text), british),
    "year": lambda text, _, british: year(int(text), british),
    "two_digits": lambda text, _, __: two_digits(int(text)),
    "digits": lambda text, _, __: digits(text),
    "code": lambda text, _, __: code(text),
    "roman": lambda text, _, british: cardinal(roman(text), british),
    "letters": lambda text, _, __: spelled(text),
    "text": lambda text, _, __: text,
    "count": lambda text, unit, british: count(text, unit, british),
}
"""How a template reads a group: ``{n}`` as a number, ``{n:digits}`` digit by digit, ``{n:count foot}`` with a unit."""


def rule(pattern: str, say: Say | Mapping[str, str] | str, flags: int = 0, **tables: Mapping[str, str]) -> Rule:
    """Return a rule as ``narrate.languages.rules.rule`` does, whose words may also be a template.

    In a template ``{name}`` stands for the group ``name`` as a number, or for its words in the table of that name;
    ``{0}`` is the whole match. A format specification selects another way to read a group (see ``_STYLES``).
    """
    return plain_rule(pattern, _template(say, tables) if isinstance(say, str) and "{" in say else say, flags)


def _template(text: str, tables: Mapping[str, Mapping[str, str]]) -> Say:
    def say(match: re.Match[str], british: bool) -> str:
        groups: dict[str, object] = {name: _Group(value, british) for name, value in match.groupdict().items()}
        groups |= {name: table[match[name]] for name, table in tables.items()}
        return text.format(_Group(match[0], british), **groups)

    return say


def with_stop(table: Mapping[str, str], going_on: re.Pattern[str] | None = None, key: str | int = 0) -> Say:
    """Return a function that looks up the group ``key`` in ``table`` and keeps the full stop of a sentence."""
    return lambda match, _: stopped(table[match[key]], match, going_on)


def count(text: str, unit: str, british: bool) -> str:
    """Return a number with its unit: "one foot", "two feet"."""
    return f"{number(text, british)} {unit_name(unit, text != '1', british)}"


def unit_name(unit: str, is_plural: bool, british: bool) -> str:
    """Return ``unit``, given in the singular and in American spelling, as it is said."""
    if is_plural:
        measure, per, rest = unit.partition(" per ")
        stem, blank, noun = measure.rpartition(" ")
        inner = "degree" in measure
        measure = measure.replace("degree", "degrees") if inner else stem + blank + _PLURALS.get(noun, f"{noun}s")
        unit = measure + per + rest
    return re.sub(r"(?<=[a-z])(met|lit)er(?=s?\b)|\b(met|lit)er(?=s?\b)", r"\1\2re", unit) if british else unit


def describes(match: re.Match[str], things: bool = True) -> bool:
    """Return whether an amount stands before what it describes and so in the singular, as in "a $5 fine".

    Args:
        match: The amount.
        things: Whether any plural after it counts, as in "$5 tickets".
    """
    text = match.string
    follower = _NEXT.match(text, match.end())
    if follower is None:
        return False
    before = text[max(0, match.start() - 40) : match.start()]
    if text[match.end()] == "-":
        is_rate = follower[1].split("-")[0] in ("a", "an", "per", "plus")
        return follower[1] != "to" and (not is_rate or _DETERMINER.search(before) is not None)
    if things and _THINGS.fullmatch(follower[1]) and follower[1] not in NOT_THINGS:
        return True
    return bool(_DETERMINER.search(before)) and follower[1] not in _NOT_NOUNS


def ends_sentence(text: str, end: int, going_on: re.Pattern[str] | None = None) -> bool:
    """Return whether a full stop before ``end`` also ends the sentence.

    It does if the next word often opens sentences. Given ``going_on``, it also does if the next word has a capital and
    does not match ``going_on``.
    """
    rest = text[end:].lstrip("\"'”’») ")
    if not rest.strip():
        return True
    word = re.match(r"\s*[A-Z][A-Za-z]*", rest)
    if word is None:
        return False
    return word[0].strip().lower() in _OPENERS or bool(going_on and not going_on.match(rest.lstrip()))


def stopped(spoken: str, match: re.Match[str], going_on: re.Pattern[str] | None = None) -> str:
    """Return ``spoken`` with the full stop that its abbreviation shares with the sentence, if it does."""
    return spoken + "." if match[0].endswith(".") and ends_sentence(match.string, match.end(), going_on) else spoken


def spelled(letters: str) -> str:
    """Return ``letters`` one by one, in capitals."""
    return " ".join(letter.upper() for letter in letters if letter.isalpha())
