"""The readings that SSML's ``say-as`` asks for, in the languages whose rules are data: all but English."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.numerals import NUMBER
from narrate.languages.spoken import SpokenRules

_SPELLED: Final = ("characters", "spell-out", "verbatim")
_NUMBER: Final = re.compile(NUMBER)
_ORDINAL: Final = re.compile(r"(?P<number>\d{1,9})(?:\.?[ºª°]|\.|e|er|re|ère|ème|me)?")
_DAY_FIRST: Final = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4}|\d{2})")
_MONTH_FIRST: Final = re.compile(r"(?P<month>\d{1,2})[/.-](?P<day>\d{1,2})[/.-](?P<year>\d{4}|\d{2})")


def say_as(words: str, kind: str, form: str, rules: SpokenRules) -> str | None:
    """Return the words for an element ``say-as``.

    Args:
        words: The content of the element.
        kind: Its attribute ``interpret-as``, in lower case.
        form: Its attribute ``format``, in lower case; empty if it has none.
        rules: The rules of the language.

    Returns:
        The words, or None if ``words`` do not fit ``kind`` or ``kind`` is unknown: then the rules decide.
    """
    plain, grammar = words.strip(), rules.grammar
    if kind in _SPELLED:
        letters = (char for char in plain if char.isalnum())
        return " ".join(grammar.digits(char) if char.isdecimal() else char.upper() for char in letters) or None
    if kind in ("digits", "telephone") and any(map(str.isdecimal, plain)):
        return ", ".join(grammar.digits(group) for group in re.findall(r"\d+", plain))
    if kind in ("cardinal", "number") and _NUMBER.fullmatch(plain):
        return grammar.number(plain)
    if kind == "ordinal" and (ordinal := _ORDINAL.fullmatch(plain)):
        return grammar.ordinal(int(ordinal["number"]))
    if kind != "date":
        return None
    if form in ("y", "yyyy") and re.fullmatch(r"\d{4}", plain):
        return grammar.year(int(plain))
    date = (_MONTH_FIRST if form.startswith("m") else _DAY_FIRST).fullmatch(plain)
    return rules.say_date(date, False) if date else None
