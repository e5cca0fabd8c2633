"""Titles, ranks, parties, states, streets, companies and the numerals of rulers."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.en.numbers import ordinal, roman
from narrate.languages.en.speakable._rules import load_family

_FAMILY: Final = load_family("names")
TITLES: Final = _FAMILY.tables["titles"]


def say_regnal(match: re.Match[str], british: bool) -> str | None:
    """Return the numeral of a ruler: "the third" of Charles III."""
    numeral, value = match["it"], roman(match["it"])
    if numeral == "I" and not match["rank"] and _FAMILY.pattern("speaker").match(match.string, match.end()):
        return None
    if value >= 40 or (numeral in ("I", "V", "X") and match["name"] not in _FAMILY.lists["monarchs"]):
        return None
    return f"the {ordinal(value, british)}"


RULES: Final = _FAMILY.rules(globals())
