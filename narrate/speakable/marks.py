"""Rules for emoji, brackets, footnotes, signs, addresses of the web, and blanks."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from narrate.speakable.amounts import CURRENCIES
from narrate.speakable.counts import numeral
from narrate.speakable.letters import initialism
from narrate.speakable.numerals import digits, number, year
from narrate.speakable.rules import Rule, rule

PICTURES: Final = "\u2300-\u23ff\u2500-\u2775\u2794-\u27bf\u2b00-\u2bff\U0001f000-\U0001f0ff\U0001f10d-\U0001faff"
"""Code points of emoji and dingbats. Signs with a reading (degree, copyright, number) lie outside."""
DOMAINS: Final = (
    "com|org|net|gov|edu|mil|int|info|biz|io|ai|tv|co|uk|us|ca|au|nz|ie|de|fr|eu|ua|ru|cn|jp|"
    "in|it|es|nl|se|ch|at|me|ly|news|app|dev"
)
_FILES: Final = r"\.(?:com|org|net|gov|edu|io|uk|eu)"
_ALTERNATIVES: Final = frozenset({"he/she", "she/he", "his/her", "her/his", "him/her", "her/him", "his/hers", "s/he"})
_SILENT: Final = frozenset(
    {"and/or", "over/under", "either/or", "pass/fail", "he/him", "she/her", "they/them", "his/him", "her/hers"}
)
SIGNS: Final = {
    "&": " and ", "@": " at ", "%": " percent", "+": " plus ", "=": " equals ", "±": " plus or minus ", "×": " times ",
    "÷": " divided by ", "°": " degrees ", "º": "", "ª": "", "§": "section ", "¶": "paragraph ", "№": "number",
    "©": "", "®": "", "™": "",
    "℠": "", "#": " number ", "*": "", "†": "", "‡": "", "^": " ", "_": " ", "|": " ", "\\": " ", "<": " ",
    ">": " ", "~": " ", "•": "",
    "·": " ", "≈": " about ", "≤": " at most ", "≥": " at least ", "→": " to ", "µ": "micro", "‰": " per thousand",
    "`": "", "¢": " cents ",
}  # fmt: skip


def _web(match: re.Match[str], british: bool) -> str | None:
    """An address as it is dictated, without its scheme."""
    address = re.sub(r"^(?:https?|ftp)://", "", match[0]).rstrip("/")
    return _dictated(address, british)


def _dictated(address: str, british: bool) -> str:
    names = {".": "dot", "/": "slash", "-": "dash", "_": "underscore", "?": "question mark", "=": "equals", "&": "and",
             "#": "hash", "@": "at", ":": "colon", "%": "percent", "+": "plus", "~": "tilde"}  # fmt: skip
    parts = re.findall(r"[A-Za-zÀ-ž]+|\d+|.", address)
    said = [
        names.get(part) or (_digits(part, british) if part.isdecimal() else initialism(part) if part.isalpha() else "")
        for part in parts
    ]
    return " ".join(part for part in said if part)


def _digits(text: str, british: bool) -> str:
    return number(text, british) if len(text) <= 4 and not text.startswith("0") else digits(text)


def _tag(match: re.Match[str], british: bool) -> str:
    return f"hashtag {_parted(match['name'], british)}"


def _handle(match: re.Match[str], british: bool) -> str:
    name = match["name"]
    said = (_parted(part, british) if not part.islower() else _dictated(part, british) for part in name.split("_"))
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
    before, after = re.search(r"\w+$", text[: match.start()]), re.match(r"\w+", text[match.end() :])
    pair = f"{before[0] if before else ''}/{after[0] if after else ''}".lower()
    if before and after and before[0] == after[0]:
        return " "
    if pair in _ALTERNATIVES:
        return " or "
    lower = before and after and before[0].isalpha() and after[0].isalpha() and (before[0] + after[0]).islower()
    return " slash " if lower and pair not in _SILENT else " "


def _without_numerals(part: str, british: bool) -> str:
    """Circled, Roman and other numerals, which count as letters, in words."""
    return "".join(
        f" {number(str(int(unicodedata.numeric(char))), british)} "
        if unicodedata.category(char) in ("Nl", "No")
        else char
        for char in part
    ).strip()


def _sign(match: re.Match[str], _: bool) -> str:
    return SIGNS[match[0]]


def _currency(match: re.Match[str], _: bool) -> str:
    name = (
        CURRENCIES[match[0]][0]
        if match[0] in CURRENCIES
        else unicodedata.name(match[0], "").lower().removesuffix(" sign")
    )
    return f" {name} "


def _footnote(match: re.Match[str], _: bool) -> str | None:
    """A mark after a blank; in a quotation, a number in brackets is the editor's word."""
    before = match.string[: match.start()]
    quoted = before.count("“") > before.count("”") or before.count('"') % 2
    return None if quoted else ""


FIRST: Final[tuple[Rule, ...]] = (
    rule(
        r"[\u200b-\u200f\u00ad\u2060-\u2064\ufe00-\ufe0f\ufeff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f\ue000]",
        lambda _, __: "",
    ),
    rule(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]", lambda _, __: " "),
    rule(f"[{PICTURES}]", lambda _, __: " "),
    rule(r"\s?\[(?:sic|citation needed)\]", lambda _, __: "", re.IGNORECASE),
    rule(r"(?<=[\w.,;:!?\"'”’)])(?:\[\d{1,3}\])+|(?<=[.,;:!?\"'”’)])(?:\[[a-z]\])+", lambda _, __: ""),
    rule(r"(?<=\w)\s\[\d{1,3}\](?=[\s.,;:)]|$)", _footnote),
    rule(r"\[(?:\.\s?\.\s?\.|…)\]", lambda m, _: "..." if "..." in m[0] else "…"),
    rule(r"[\[\]{}]", lambda _, __: ""),
    rule(r"(?<=[a-z.,;:!?\"'”’)])[⁰¹²³⁴-⁹]+(?!\w)(?<![kcm][²³])(?<!/s²)", lambda _, __: ""),
    rule(r"(?<=\w)[*†‡]+", lambda _, __: ""),
)

WEB: Final[tuple[Rule, ...]] = (
    rule(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?<![.-])", _web),
    rule(r"(?:https?|ftp)://[^\s<>\"“”]*[^\s<>\"“”.,;:!?)\]'’]", _web),
    rule(
        rf"(?<![\w@.-])(?:www\.)?[A-Za-z0-9](?:[\w-]*\.)+(?:{DOMAINS})\b(?:/[^\s<>\"“”]*[^\s<>\"“”.,;:!?)\]'’])?(?![\w@]|\.\w)",
        _web,
    ),
    rule(r"(?<!\w)\$(?P<name>[A-Z]{2,5})(?!\w)", lambda m, _: " ".join(m["name"])),
    rule(rf"(?<![\w.])(?:{_FILES})(?!\w)", lambda m, _: f"dot {m[0][1:]}"),
    rule(r"(?<![\w@])@(?P<name>\w+)", _handle),
    rule(r"(?<![\w/])(?P<it>[ru]/)(?=[A-Za-z]{2})", lambda m, _: f"{m['it'][0]} slash "),
    rule(r"(?<![\w#&])#(?=\d*[^\W\d])(?P<name>\w+)", _tag),
)

BLANKS: Final = rule(r"\s+", lambda _, __: " ")
LAST: Final[tuple[Rule, ...]] = (
    rule(r"(?<=[\w\ue000])/(?=[\w\ue000])", _slash),
    rule(r"§{2}\s?", lambda _, __: "sections "),
    rule("[" + re.escape("".join(SIGNS)) + "]", _sign),
    rule(
        r"[\u00a2-\u00a5\u058f\u060b\u09f2\u09f3\u09fb\u0af1\u0bf9\u0e3f\u17db\u20a0-\u20cf\ua838\ufdfc\ufe69\uff04\uffe0-\uffe6$]",
        _currency,
    ),
    rule(r"\s*--+\s*", lambda _, __: " — "),
    rule(r"[^\W_a-zA-Z]|[^\w\s]", numeral),
    BLANKS,
)
