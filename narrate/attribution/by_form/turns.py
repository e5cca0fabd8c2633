"""Who says the turns of a dialogue that have no clause."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from narrate.attribution.by_form.antecedents import Antecedents
from narrate.attribution.by_form.decisions import Decision
from narrate.attribution.by_form.names import Names
from narrate.attribution.mention import NO_SPEAKER
from narrate.attribution.resolver import NO_CANDIDATE
from narrate.languages.speech import SpeechWords

_CLOSERS: Final = "»”“\"'’›«*_ \u00a0\u202f"
_VOCATIVE: Final = re.compile(r"(?:^|[,!?¡¿—–-])\s*[^,.!?¿¡…—–:;]{2,40}(?=[,.!?…]|\s*$)")


class Turns:
    """Remembers the turns of the dialogues of an article.

    Args:
        names: The entities.
        who: Who was mentioned.
        words: The words of the language.
    """

    def __init__(self, names: Names, who: Antecedents, words: SpeechWords) -> None:
        self._names = names
        self._who = who
        self._words = words
        self._turns: list[int] = []
        self._talkers: list[int] = []
        self._last_turn = ""
        self._asked: Counter[int] = Counter()

    def note(self, entity: int, said: str) -> None:
        """Remember a turn."""
        self._turns.append(entity)
        self._last_turn = said
        self._asked[entity] += _is_question(said)
        self._talkers = [one for one in self._talkers if one != entity] + [entity]

    def interrupt(self) -> None:
        """Note that narration stands between two turns."""
        self._turns.clear()

    def decide(self, said: str, above: int) -> Decision:
        """Decide for a turn without a clause: two speakers alternate, and a speaker is not addressed.

        Args:
            said: The words of the turn.
            above: The subject of the paragraph before the dialogue, or ``NO_SPEAKER``.
        """
        addressed = self._addressed(said)
        answering = self._addressed(self._last_turn) if self._turns else set()
        for entity in answering - addressed - set(self._turns[-1:]):
            return Decision(entity, "turn", "was addressed in the turn before")
        if len(self._turns) > 1 and self._turns[-2] not in addressed:
            return Decision(self._turns[-2], "turn", "takes turns with the speaker before")
        excluded = {*self._turns[-1:], *addressed}
        if not self._turns and above != NO_SPEAKER and above not in excluded:
            return Decision(above, "turn", "is the subject of the paragraph before")
        talkers = self._talkers[::-1]
        if _is_question(said):
            talkers.sort(key=lambda one: -self._asked[one])
        elif not self._turns and len(talkers) > 1:
            excluded.add(talkers[0])
        for entity in (*talkers, *self._who.speakers()):
            if entity not in excluded:
                return Decision(entity, "last speaker", "was the last to be named")
        return Decision(NO_SPEAKER, "none", NO_CANDIDATE)

    def _addressed(self, said: str) -> set[int]:
        """Return who is addressed by name or role, between marks or at an end of a turn: "Monsieur Tarride, ..."."""
        found: set[int] = set()
        for match in _VOCATIVE.finditer(said):
            words = [word for word in match[0].strip(" ,.!?¿¡…—–-").split() if word.lower() not in self._words.titles]
            while words and words[0].lower() in self._words.determiners:
                words = words[1:]
            known = self._names.find(" ".join(words)) if words and words[0][:1].isupper() else None
            if known is None and len(words) == 1 and self._words.is_person(words[0].lower()):
                known = self._who.with_noun(words[0].lower())
            if known is not None:
                found.add(known)
        return found


def _is_question(said: str) -> bool:
    return said.rstrip(_CLOSERS)[-1:] == "?"
