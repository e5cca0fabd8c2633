"""Parts of speech and possessives, as far as plain text shows them without a parser.

Before "lead", "read", "wind", "tear", "live" and "close" an article, a preposition, a modal verb or a pronoun nearly
always shows which of two readings is meant. If no such word is there, no part of speech is claimed.
"""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.en.speakable._rules import load_family

_BEFORE: Final = re.compile(r"([\w'’]+)[\s“\"]+$")
_AFTER: Final = re.compile(r"[\s-]+([\w'’]+)")
_WORDS: Final = load_family("grammar").lists
_SHOWN_BY: Final = (
    ("past_or_adjective", frozenset({"past", "adjective"})),
    ("past", frozenset({"past"})),
    ("verb", frozenset({"verb"})),
)
"""Word list -> what a word after one of its words may be; the first list counts."""
POSSESSIVE: Final = re.compile(r"['’]s(?!\w)")
"""The ending of a possessive."""
_POSSESSIVE_SOUNDS: Final = (
    (("s", "z", "ʃ", "ʒ"), "ɪz"),
    (("p", "t", "k", "f", "θ", "x"), "s"),
    (("",), "z"),
)
"""Last sounds of a word -> the sound of the possessive ending, in IPA; the first row that fits counts."""


def parts_of_speech(text: str, start: int, end: int) -> frozenset[str]:
    """Return what ``text[start:end]`` may be: some of "noun", "verb", "past" and "adjective"; empty if unknown."""
    before = _word(_BEFORE, text[:start])
    if before in _WORDS["adverbs"] or (before.endswith("ly") and before not in ("only", "family")):
        earlier = _BEFORE.search(text[:start])
        before = _word(_BEFORE, text[: earlier.start()]) if earlier else ""
    for name, parts in _SHOWN_BY:
        if before in _WORDS[name]:
            return parts
    if before in _WORDS["noun_or_adjective"] or before.endswith("'s"):
        after = _AFTER.match(text, end)
        follower = after[1].lower() if after else ""
        is_alone = not follower or follower in _WORDS["after_noun"] or text[end : end + 1] in ",.;:!?)—"
        return frozenset({"noun"} if is_alone else {"noun", "adjective"})
    return frozenset()


def possessive_sound(ipa: str) -> str:
    """Return the sound of a word with the ending 's, in IPA."""
    sound = ipa.rstrip("ː")
    return ipa + next(ending for last, ending in _POSSESSIVE_SOUNDS if sound.endswith(last))


def _word(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1].lower().replace("’", "'") if found else ""
