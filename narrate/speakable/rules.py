"""What a rule is, and what several of them need."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

MASK: Final = "\ue000"
"""Stands in the text that rules see for every character that an earlier rule has read."""

Say = Callable[[re.Match[str], bool], str | None]
Rule = tuple[re.Pattern[str], Say]
"""A pattern, and what to say for a match (for its group ``it``, if it has one): given the match and whether the reading
is British, the words, or None to leave it to later rules."""

OPENERS: Final = frozenset(
    """a about according after all also although an and another as at authorities both but by despite for from he
    her here his how however if in it its many meanwhile more most my nearly no not now officials on one only
    others our police several she since so some still that the their then there these they this those though three
    to two under until we what when where which while who why with you your
    thousands hundreds dozens millions four five six seven eight nine ten today yesterday once even every few together
    yet yes perhaps maybe thus therefore moreover nobody everyone everybody someone critics experts analysts researchers
    scientists investigators prosecutors witnesses residents neighbors families protesters supporters voters
    firefighters teachers parents rescuers was were did does is are could would should has have had""".split()
)
NO_NOUNS: Final = frozenset(
    """a about above across after again against ago all almost also although among an and annually are around as at away
    be because been before behind below between but by can could did do does down during each either even every extra
    for from had has have he her here his if in into is it its just last least less like may might more most must near
    next no nor not now of off on once only onto or other our out over per plus rather shall she should since so some
    still than that the their them then there these they this those through to today together tomorrow tonight too
    toward towards under until up upon was we were what when where whether which while who whom whose why will with
    within without worth would yesterday yet you your""".split()
)
"""Words that may follow an amount without being what it describes."""
_DETERMINER: Final = re.compile(
    r"(?:\b(?:an?|the|its|his|her|their|our|my|your|this|that|another|each|every|first|second)|"
    r"\b(?!(?:it|that|he|she|there|here|what|who|let)['’])\w+(?:['’]s|s['’]))\s"
    r"(?:(?:record|new|proposed|further|additional|initial|total|massive|reported|estimated|planned|whopping|single|"
    r"average|fixed|flat|final|upfront|minimum|[a-z]+(?:ical|ual|ional|thly|kly|ive|ous|ful|[ai]ble|less)|"
    rf"[\w{MASK}]+(?:-[a-z]+)+),?\s)*$",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(r"(?:\s|-)([a-z][a-z'’-]*|[A-Z]{1,5}\d?\s[a-z]+)")
_THINGS: Final = re.compile(r"[a-z]{2,}(?<![sui])s")
NO_THINGS: Final = frozenset(
    """always across towards perhaps besides sometimes afterwards upwards downwards northwards southwards was has its
    goes comes gets buys makes takes includes represents remains helps means does seems separates covers pays says tells
    leaves gives keeps sits stands lies starts ends becomes needs wants looks turns shows nowadays weekdays weekends
    Mondays overseas indoors outdoors ours yours hers theirs times
    costs damages""".split()
)
"""Words in -s after an amount that are no things which it describes."""


def rule(pattern: str, say: Say, flags: int = 0) -> Rule:
    return re.compile(pattern, flags), say


def words(table: dict[str, str]) -> str:
    """The keys of ``table`` as alternatives of a pattern, the longest first."""
    return "|".join(re.escape(key) for key in sorted(table, key=len, reverse=True))


def describes(match: re.Match[str], things: bool = True) -> bool:
    """Whether the amount matched stands before what it describes, as in "a $5 fine", and so in the singular.

    ``things``: also before any plural, as in "$5 tickets"."""
    text = match.string
    follower = _NEXT.match(text, match.end())
    if follower is None:
        return False
    before = text[max(0, match.start() - 40) : match.start()]
    if text[match.end()] == "-":
        rate = follower[1].split("-")[0] in ("a", "an", "per", "plus")
        return follower[1] != "to" and (not rate or _DETERMINER.search(before) is not None)
    if things and _THINGS.fullmatch(follower[1]) and follower[1] not in NO_THINGS:
        return True
    return bool(_DETERMINER.search(before)) and follower[1] not in NO_NOUNS


def ends_sentence(text: str, end: int, going_on: re.Pattern[str] | None = None) -> bool:
    """Whether a full stop before ``end`` also ends the sentence: whether one begins there with a word that often opens
    them or, given ``going_on``, with any word in a capital but these."""
    rest = text[end:].lstrip("\"'”’») ")
    if not rest.strip():
        return True
    word = re.match(r"\s*[A-Z][A-Za-z]*", rest)
    if word is None:
        return False
    return word[0].strip().lower() in OPENERS or bool(going_on and not going_on.match(rest.lstrip()))


def stopped(spoken: str, match: re.Match[str], going_on: re.Pattern[str] | None = None) -> str:
    """``spoken`` with the full stop that its abbreviation shared with the sentence."""
    return spoken + "." if match[0].endswith(".") and ends_sentence(match.string, match.end(), going_on) else spoken


def spelt(letters: str) -> str:
    """``letters`` one by one."""
    return " ".join(letter.upper() for letter in letters if letter.isalpha())
