"""The slash between words, and signs that no other rule has read."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from narrate.languages.en.numbers import cardinal
from narrate.languages.en.speakable._rules import load_family
from narrate.languages.en.speakable.amounts import CURRENCY_SIGNS

_FAMILY: Final = load_family("signs")


def say_slash(match: re.Match[str], _: bool) -> str:
    """Return nothing between names and in set phrases, "or" between pronouns, else "slash"."""
    text = match.string
    before = re.findall(r"\w*$", text[: match.start()])[0]
    after = re.findall(r"^\w*", text[match.end() :])[0]
    pair = f"{before}/{after}".lower()
    if before == after or pair in _FAMILY.lists["silent_slashes"]:
        return " "
    if pair in _FAMILY.lists["alternatives"]:
        return " or "
    return " slash " if before.isalpha() and after.isalpha() and (before + after).islower() else " "


def say_currency(match: re.Match[str], _: bool) -> str:
    """Return the name of a currency sign without an amount."""
    sign = match[0]
    return f" {CURRENCY_SIGNS.get(sign) or unicodedata.name(sign, '').lower().removesuffix(' sign')} "


def say_numeral(match: re.Match[str], british: bool) -> str | None:
    """Return the words of a digit of another script, a superscript, or a circled number; None for other characters."""
    if unicodedata.category(match[0]) not in ("Nd", "Nl", "No"):
        return None
    value = unicodedata.numeric(match[0])
    return f" {cardinal(int(value), british)} " if value == int(value) else f" {unicodedata.name(match[0]).lower()} "


RULES: Final = _FAMILY.rules(globals())
