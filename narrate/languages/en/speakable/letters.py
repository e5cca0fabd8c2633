"""Initialisms, acronyms, initials and common abbreviations."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages import load_language
from narrate.languages.en.speakable._rules import ends_sentence, load_family, spelled
from narrate.languages.rules import MASK

_FAMILY: Final = load_family("letters")
ABBREVIATIONS: Final = _FAMILY.tables["abbreviations"]
INITIALISMS: Final = frozenset(_FAMILY.lists["initialisms"])
ACRONYMS: Final = frozenset(_FAMILY.lists["acronyms"])
_PLAIN: Final = frozenset(_FAMILY.lists["plain_words"])


def initialism(token: str) -> str:
    """Return ``token`` letter by letter if it is an initialism, else unchanged."""
    is_read = len(token) < 2 or not token.isupper() or token.lower() in _PLAIN or not _is_initialism(token)
    return token if is_read else spelled(token)


def _is_initialism(token: str) -> bool:
    """Whether ``token``, in capitals, is known as an initialism or cannot be a word."""
    if token in ACRONYMS:
        return False
    if token in INITIALISMS:
        return True
    if token.lower() in _PLAIN or len(token) > 5:
        return False
    return (
        len(token) <= 3
        or any(run not in _FAMILY.lists["clusters"] for run in re.findall("[^AEIOUY]{3,}", token))
        or (token[:2] not in _FAMILY.lists["onsets"] and not re.match("[AEIOUY]|.[AEIOUY]", token))
    )


def say_capitals(match: re.Match[str], _: bool) -> str | None:
    """Return the letters of FBI and MPs; None for words in capitals, such as NATO, a town in a dateline, and shouts."""
    token, tail = match["token"], match["tail"] or ""
    is_known = token in INITIALISMS
    if not _is_initialism(token):
        return None
    may_be_town = match.start() == 0 and len(token) > 3 and not is_known
    if may_be_town and _FAMILY.pattern("dateline").match(match.string, match.end()):
        return None
    is_doubtful = not is_known or token.lower() in _PLAIN or token in _FAMILY.lists["ambiguous_initialisms"]
    if is_doubtful and _is_shouted(match):
        return None
    return spelled(token) + ("'s" if tail else "")


def _is_shouted(match: re.Match[str]) -> bool:
    """Whether the words around are in capitals too."""
    text = match.string
    before = re.search(r"([A-Za-z'’]+)[^A-Za-z,;]*$", text[max(0, match.start() - 30) : match.start()])
    after = re.match(r"[^A-Za-z,;]*([A-Za-z'’]+)", text[match.end() : match.end() + 30])
    others = [one[1] for one in (before, after) if one]
    return any(
        len(one) > 1 and one.isupper() and one not in INITIALISMS | ACRONYMS and re.search("[AEIOUY]", one)
        for one in others
    )


def say_abbreviation_before_number(match: re.Match[str], _: bool) -> str | None:
    """Return the words of No. 5, Fig. 2 and est. 1850; None for the answer "no"."""
    before, rest = match.string[: match.start()], match.string[match.end() :]
    if match["it"] == "no." and load_language("en").sentences.answer_pattern.search(before[-40:]):
        return None
    said = _FAMILY.tables["before_numbers"][match["it"]]
    if match["it"].startswith("No") and _FAMILY.pattern("sentence_start").search(before):
        said = said.capitalize()
    if said.lower() == "established" and rest.lstrip()[:1] != MASK:  # a year is read already, an amount not
        said = said.replace("ablished", "imated")
    return said if rest[:1].isspace() else f"{said} "


def say_initial(match: re.Match[str], _: bool) -> str | None:
    """Return the letter of an initial such as "J." before a name; None at the end of a sentence."""
    has_blank = match.string[match.end()].isspace()
    if match["letter"] == "I" or (has_blank and ends_sentence(match.string, match.end())):
        return None
    return match["letter"] + ("" if has_blank else " ")


RULES: Final = _FAMILY.rules(globals())
