"""Rules for initialisms, acronyms, initials and common abbreviations."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.en.speakable._rules import ends_sentence, rule, spelled, stopped, with_stop
from narrate.languages.rules import MASK, Rule, alternatives, by_written_form, load_tables

_DATA: Final = load_tables(__file__)
INITIALISMS: Final = frozenset(_DATA["initialisms"])
_ACRONYMS: Final = frozenset(_DATA["acronyms"])
_PLAIN: Final = frozenset(_DATA["plain_words"])
_CLUSTERS: Final = frozenset(_DATA["clusters"])
_ONSETS: Final = frozenset(_DATA["onsets"])
_EXACT: Final = by_written_form(_DATA["exact"])
ABBREVIATIONS: Final = by_written_form(_DATA["abbreviations"])
_BEFORE_NUMBERS: Final = by_written_form(_DATA["before_numbers"])
_DATELINE: Final = re.compile(r"(?:,\s[\w\s.,]{1,30})?(?:\s\([A-Z]\w+\))?\s[—–-]|\s\((?:AP|Reuters|AFP|UPI|dpa)\)")
"""What follows the name of a town at the beginning of an article."""
_SENTENCE_START: Final = re.compile(
    rf"(?:^|(?<!\bvs)(?:(?<=[a-z]{{2}})|(?<=[\d%{MASK}]))[.!?][\"”’)]*\s)[\"“‘(]*$",
)
"""What stands before the first word of a sentence."""


def initialism(token: str) -> str:
    """Return ``token`` letter by letter if it is an initialism, else unchanged."""
    is_read = len(token) < 2 or not token.isupper() or token.lower() in _PLAIN or not _is_initialism(token)
    return token if is_read else spelled(token)


def _is_initialism(token: str) -> bool:
    """Whether ``token``, in capitals, is known as an initialism or cannot be a word."""
    if token in _ACRONYMS:
        return False
    if token in INITIALISMS:
        return True
    if token.lower() in _PLAIN or len(token) > 5:
        return False
    return (
        len(token) <= 3
        or any(run not in _CLUSTERS for run in re.findall("[^AEIOUY]{3,}", token))
        or (token[:2] not in _ONSETS and not re.match("[AEIOUY]|.[AEIOUY]", token))
    )


def _token(match: re.Match[str], _: bool) -> str | None:
    token, tail = match["token"], match["tail"] or ""
    is_known = token in INITIALISMS
    if not _is_initialism(token):
        return None
    if match.start() == 0 and len(token) > 3 and not is_known and _DATELINE.match(match.string, match.end()):
        return None
    is_doubtful = not is_known or token.lower() in _PLAIN or token in _DATA["ambiguous_initialisms"]
    if is_doubtful and _is_shouted(match):
        return None
    return spelled(token) + ("'s" if tail in ("s", "'s", "’s", "s'", "s’") else tail)


def _is_shouted(match: re.Match[str]) -> bool:
    """Whether the words around are in capitals too."""
    text = match.string
    before = re.search(r"([A-Za-z'’]+)[^A-Za-z,;]*$", text[max(0, match.start() - 30) : match.start()])
    after = re.match(r"[^A-Za-z,;]*([A-Za-z'’]+)", text[match.end() : match.end() + 30])
    others = [one[1] for one in (before, after) if one]
    return any(
        len(one) > 1 and one.isupper() and one not in INITIALISMS | _ACRONYMS and re.search("[AEIOUY]", one)
        for one in others
    )


def _dotted(match: re.Match[str], _: bool) -> str:
    return stopped(spelled(match["letters"]), match)


def _numbered(match: re.Match[str], _: bool) -> str:
    rest = match.string[match.end() :]
    said = _BEFORE_NUMBERS[match["it"]]
    if match["it"].startswith("No") and _SENTENCE_START.search(match.string[: match.start()]):
        said = said.capitalize()
    if said.lower() == "established" and rest.lstrip()[:1] != MASK:  # a year is read already, an amount not
        said = said.replace("ablished", "imated")
    return said + ("" if rest[:1].isspace() else " ")


def _initial(match: re.Match[str], _: bool) -> str | None:
    text, end = match.string, match.end()
    has_blank = text[end : end + 1].isspace()
    if match["letter"] == "I" or (has_blank and ends_sentence(text, end)):
        return None
    return match["letter"] + ("" if has_blank else " ")


def _genus(match: re.Match[str], _: bool) -> str:
    """The E. of E. coli."""
    return match["it"][0] + ("" if match.string[match.end()].isspace() else " ")


RULES: Final[tuple[Rule, ...]] = (
    rule(rf"(?<![\w.])(?:{alternatives(_EXACT)})(?!\w)", with_stop(_EXACT)),
    rule(  # the minus of a rating or a mark
        r"(?<![\w.-])(?:AAA|AA|AB|A|BBB|BB|B|CCC|CC|C|D|O)(?P<it>[-−–])"
        r"(?=[.,;:!?)\"'”’]|\s(?!(?:and|or|to)\s[A-Z]-)|$)(?!,\s[A-Z]-)",
        " minus",
    ),
    rule(rf"(?<![\w.])(?P<it>{alternatives(_BEFORE_NUMBERS)})(?=\s?(?:[\d{MASK}]|A\.?D\b))", _numbered),
    rule(r"(?<![\w.])(?P<it>[A-Z]\.)(?=\s?(?:coli|diff\w*|aureus|elegans|pylori|sapiens|auris)\b)", _genus),
    rule(r"(?<![\w.])(?P<letters>[A-Z]o[A-Z])s(?!\w)", "{letters:letters}'s"),
    rule(r"(?<![\w.])(?P<letters>[A-Z]o[A-Z])(?!\w)", "{letters:letters}"),
    rule(r"\b[A-Z]{2,6}(?P<it>-)(?=[A-Z]{2,6}\b)", " "),
    rule(rf"(?<![\w.])(?:{alternatives(ABBREVIATIONS)})(?!\w)", with_stop(ABBREVIATIONS)),
    rule(r"(?<![\w.])(?:vs)(?=\s)", "versus"),
    rule(r"(?<![\w.])S\.\s?&\s?P\.(?=\s|['’]s)", "S and P"),
    rule(r"(?<![\w.])w/o?(?=\s)", {"w/": "with", "w/o": "without"}),
    rule(rf"(?<=[\w.{MASK}]\s)(?P<it>v\.?)(?=\s[A-Z])", "versus"),
    rule(r"(?<![\w.])(?P<one>[A-Z]{1,3})&(?P<two>[A-Z]{1,3})(?!\w)", "{one:letters} and {two:letters}"),
    rule(r"(?<![\w.])(?P<letters>(?:[A-Z]\.){2,})(?![A-Z]\b)", _dotted),
    rule(r"(?<![\w.])(?:[a-z]\.){2,}(?=\s[a-z])", lambda match, _: " ".join(match[0].replace(".", ""))),
    rule(r"(?<![\w.])(?P<letters>(?:[A-Z]\.)+[A-Z])(?![\w.])", "{letters:letters}"),
    rule(r"(?<![\w.'’])(?P<letter>[A-Z])\.(?=\s?[A-Z])", _initial),
    rule(
        r"\b[A-Z][a-z]+\s(?P<it>(?P<letter>[A-HJ-Z])\.)(?=,|\s(?:and|or|is|was|has|of|who|said|told|in)\b)",
        "{letter:text}",
    ),
    rule(r"(?<![\w.&'’])(?P<token>[A-Z]{2,6})(?P<tail>s['’]?|['’]s)?(?![\w&])", _token),
)
