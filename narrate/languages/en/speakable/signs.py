"""Rules for addresses on the web, hashtags, the slash between words, and signs that no other rule has read."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from narrate.languages.en.numbers import digits, number, year
from narrate.languages.en.speakable._rules import rule
from narrate.languages.en.speakable.amounts import SIGNS as CURRENCIES
from narrate.languages.en.speakable.counts import numeral
from narrate.languages.en.speakable.letters import initialism
from narrate.languages.rules import MASK, Rule, load_tables

_DATA: Final = load_tables(__file__)
_SIGNS: Final[dict[str, str]] = _DATA["signs"]
_CURRENCY_SIGNS: Final = (
    r"\u00a2-\u00a5\u058f\u060b\u09f2\u09f3\u09fb\u0af1\u0bf9\u0e3f\u17db\u20a0-\u20cf\ua838\ufdfc\ufe69\uff04"
    r"\uffe0-\uffe6$"
)
"""The characters that Unicode calls currency signs, as a range of a pattern."""
_PATH: Final = r"[^\s<>\"“”]*[^\s<>\"“”.,;:!?)\]'’]"


def _web(match: re.Match[str], british: bool) -> str:
    """An address as it is dictated, without its scheme."""
    return _dictated(re.sub(r"^(?:https?|ftp)://", "", match[0]).rstrip("/"), british)


def _dictated(address: str, british: bool) -> str:
    said = (_dictated_part(part, british) for part in re.findall(r"[A-Za-zÀ-ž]+|\d+|.", address))
    return " ".join(part for part in said if part)


def _dictated_part(part: str, british: bool) -> str:
    if part in _DATA["dictated"]:
        return str(_DATA["dictated"][part])
    if part.isdecimal():
        return _digits(part, british)
    return initialism(part) if part.isalpha() else ""


def _digits(text: str, british: bool) -> str:
    return number(text, british) if len(text) <= 4 and not text.startswith("0") else digits(text)


def _tag(match: re.Match[str], british: bool) -> str:
    return f"hashtag {_parted(match['name'], british)}"


def _handle(match: re.Match[str], british: bool) -> str:
    parts = match["name"].split("_")
    said = (_dictated(part, british) if part.islower() else _parted(part, british) for part in parts)
    return " ".join(f"at {' underscore '.join(said)}".split())


def _parted(name: str, british: bool) -> str:
    """A name of several words written as one, with a capital for each."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-zÀ-ž]+|\d+|[^\W\d_]+", name)
    said = (_dated(part, british) if part.isdecimal() else _without_numerals(part, british) for part in parts)
    return " ".join(initialism(part) for part in said)


def _dated(text: str, british: bool) -> str:
    return year(int(text), british) if re.fullmatch("19\\d\\d|20\\d\\d", text) else _digits(text, british)


def _slash(match: re.Match[str], _: bool) -> str:
    """Silent between names and in set phrases, "or" between pronouns, else said."""
    text = match.string
    before = re.findall(r"\w*$", text[: match.start()])[0]
    after = re.findall(r"^\w*", text[match.end() :])[0]
    pair = f"{before}/{after}".lower()
    if before == after or pair in _DATA["silent_slashes"]:
        return " "
    if pair in _DATA["alternatives"]:
        return " or "
    return " slash " if before.isalpha() and after.isalpha() and (before + after).islower() else " "


def _without_numerals(part: str, british: bool) -> str:
    """Circled, Roman and other numerals, which count as letters, in words."""
    return "".join(
        f" {number(str(int(unicodedata.numeric(char))), british)} "
        if unicodedata.category(char) in ("Nl", "No")
        else char
        for char in part
    ).strip()


def _currency(match: re.Match[str], _: bool) -> str:
    currency = CURRENCIES.get(match[0])
    return f" {currency.name if currency else unicodedata.name(match[0], '').lower().removesuffix(' sign')} "


WEB: Final[tuple[Rule, ...]] = (
    rule(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?<![.-])", _web),
    rule(rf"(?:https?|ftp)://{_PATH}", _web),
    rule(
        rf"(?<![\w@.-])(?:www\.)?[A-Za-z0-9](?:[\w-]*\.)+(?:{'|'.join(_DATA['domains'])})\b(?:/{_PATH})?(?![\w@]|\.\w)",
        _web,
    ),
    rule(r"(?<!\w)\$(?P<name>[A-Z]{2,5})(?!\w)", "{name:letters}"),
    rule(r"(?<![\w.])\.(?P<name>com|org|net|gov|edu|io|uk|eu)(?!\w)", "dot {name:text}"),
    rule(r"(?<![\w@])@(?P<name>\w+)", _handle),
    rule(r"(?<![\w/])(?P<it>[ru]/)(?=[A-Za-z]{2})", {"r/": "r slash ", "u/": "u slash "}),
    rule(r"(?<![\w#&])#(?=\d*[^\W\d])(?P<name>\w+)", _tag),
)
LAST: Final[tuple[Rule, ...]] = (
    rule(rf"(?<=[\w{MASK}])/(?=[\w{MASK}])", _slash),
    rule(r"§{2}\s?", "sections "),
    rule(f"[{re.escape(''.join(_SIGNS))}]", _SIGNS),
    rule(f"[{_CURRENCY_SIGNS}]", _currency),
    rule(r"\s*--+\s*", " — "),
    rule(r"[^\W_a-zA-Z]|[^\w\s]", numeral),
)
