"""Addresses on the web and names in social media."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from narrate.languages.en.numbers import digits, number, year
from narrate.languages.en.speakable._rules import load_family
from narrate.languages.en.speakable.letters import initialism

_FAMILY: Final = load_family("web")


def say_address(match: re.Match[str], british: bool) -> str:
    """Return an address as it is dictated, without its scheme."""
    return _dictated(re.sub(r"^(?:https?|ftp)://", "", match[0]).rstrip("/"), british)


def say_hashtag(match: re.Match[str], british: bool) -> str:
    """Return the words of #MeToo."""
    return f"hashtag {_parted(match['name'], british)}"


def say_handle(match: re.Match[str], british: bool) -> str:
    """Return the words of @some_name."""
    parts = match["name"].split("_")
    said = (_dictated(part, british) if part.islower() else _parted(part, british) for part in parts)
    return " ".join(f"at {' underscore '.join(said)}".split())


def _dictated(address: str, british: bool) -> str:
    said = (_dictated_part(part, british) for part in re.findall(r"[A-Za-zÀ-ž]+|\d+|.", address))
    return " ".join(part for part in said if part)


def _dictated_part(part: str, british: bool) -> str:
    if part.isdecimal():
        return _number(part, british)
    return initialism(part) if part.isalpha() else _FAMILY.tables["dictated"].get(part, "")


def _parted(name: str, british: bool) -> str:
    """A name of several words written as one, with a capital for each."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-zÀ-ž]+|\d+|[^\W\d_]+", name)
    said = (
        _number(part, british, years=True) if part.isdecimal() else _without_numerals(part, british) for part in parts
    )
    return " ".join(initialism(part) for part in said)


def _number(text: str, british: bool, *, years: bool = False) -> str:
    if years and re.fullmatch(r"(?:19|20)\d\d", text):
        return year(int(text), british)
    return number(text, british) if len(text) <= 4 and not text.startswith("0") else digits(text)


def _without_numerals(part: str, british: bool) -> str:
    """Circled, Roman and other numerals, which count as letters, in words."""

    def said(char: str) -> str:
        is_numeral = unicodedata.category(char) in ("Nl", "No")
        return f" {number(str(int(unicodedata.numeric(char))), british)} " if is_numeral else char

    return "".join(map(said, part)).strip()


RULES: Final = _FAMILY.rules(globals())
