"""What part of speech a word is, as far as the words around it show: for the few that change their sound with it.

A heuristic on plain text: before "lead", "read", "wind", "tear", "live", "close" stands an article, a preposition, a
modal verb or a pronoun that tells, nearly always. Where nothing tells, nothing is claimed.
"""

from __future__ import annotations

import re
from typing import Final

_BEFORE: Final = re.compile(r"([\w'’]+)[\s“\"]+$")
_AFTER: Final = re.compile(r"[\s-]+([\w'’]+)")
_DETERMINERS: Final = frozenset(
    """a an the this that these those his her its their our my your no some any each every another of in on from with
    without into for by at against under over through between""".split()
)
_MODALS: Final = frozenset(
    """to will would can could may might must shall should do does did don't doesn't didn't don’t doesn’t didn’t won't
    won’t can't can’t cannot not let let's let’s please i we you they who""".split()
)
_HAVING: Final = frozenset(
    """have has had having was were is are be been being got i've we've you've they've i’ve we’ve you’ve they’ve he'd
    she'd he’d she’d it's it’s""".split()
)
_HE: Final = frozenset({"he", "she", "it"})
_ADVERBS: Final = frozenset("never ever just already also often still once always recently not".split())
_LINKS: Final = frozenset("of and or in at on to for by was is were are has had with".split())


def parts_of_speech(text: str, start: int, end: int) -> frozenset[str]:
    """What ``text[start:end]`` may be: some of "noun", "verb", "past" and "adjective"; empty if nothing tells."""
    before = _word(_BEFORE, text[:start])
    if before in _ADVERBS or (before.endswith("ly") and before not in ("only", "family")):
        earlier = _BEFORE.search(text[:start])
        before = _word(_BEFORE, text[: earlier.start()]) if earlier else ""
    after = _AFTER.match(text, end)
    follower = after[1].lower() if after else ""
    if before in _HAVING:
        return frozenset({"past", "adjective"})
    if before in _HE:
        return frozenset({"past"})
    if before in _MODALS:
        return frozenset({"verb"})
    if before in _DETERMINERS or before.endswith(("'s", "’s")):
        alone = not follower or follower in _LINKS or text[end : end + 1] in ",.;:!?)—"
        return frozenset({"noun"} if alone else {"noun", "adjective"})
    return frozenset()


def _word(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1].lower() if found else ""
