"""Who asks and who answers in an interview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from narrate.attribution.by_form.names import Entity, Named, Names
from narrate.attribution.mentions import NO_SPEAKER
from narrate.languages.speech import SpeechWords

INTERVIEWER: Final = "Interviewer"
"""The name of the person who asks, if the article does not give it."""
_MAX_INITIALS: Final = 3
_LABEL_MARKS: Final = " .:*"


class Interview:
    """The two sides of an interview.

    Args:
        text: The text of the article.
        names: The entities, to which the asker may be added.
        words: The words of the language.
        introduction: The names before the first question.
        speakers: The entities that may speak.
    """

    def __init__(
        self, text: str, names: Names, words: SpeechWords, introduction: Sequence[Named], speakers: Collection[int]
    ) -> None:
        self._names = names
        self._words = words
        self.asker = self._find_asker(text)
        counts = Counter(one.entity for one in introduction if one.entity in speakers and one.entity != self.asker)
        self.asked = counts.most_common(1)[0][0] if counts else NO_SPEAKER

    def speaker(self, label: str, previous: int) -> tuple[int, str]:
        """Return who says a turn, and why.

        Args:
            label: What stands before the words: a label, a star for bold type, or nothing.
            previous: Who said the turn before, or ``NO_SPEAKER``.
        """
        name, words = label.strip(_LABEL_MARKS), self._words
        plain = name.lower()
        if plain in words.question_labels or (label.startswith("*") and not plain):
            return self.asker, "a question of the interview"
        if plain in words.answer_labels:
            return self.asked, "an answer in the interview"
        if not plain:
            return self.asked if previous in (NO_SPEAKER, self.asker) else previous, "an answer in the interview"
        known = self._names.find(name)
        if known is None and plain.isalpha() and len(plain) <= _MAX_INITIALS:
            outlet = self._outlet()
            known = self.asker if outlet is None else outlet
        if known is None:
            known = self._names.add(Entity(name, (), kind="person", evidence="a label"))
        return known, f"the label '{name}' stands before the words"

    def _find_asker(self, text: str) -> int:
        """Return who asks: the person that the article names for that, else the newspaper, else ``INTERVIEWER``."""
        found = self._words.asked_by.search(text)
        if found:
            known = self._names.find(found[1])
            return self._names.add(Entity(found[1], tuple(found[1].split()), kind="person")) if known is None else known
        outlet = self._outlet()
        return self._names.add(Entity(INTERVIEWER, ())) if outlet is None else outlet

    def _outlet(self) -> int | None:
        """Return the newspaper that the article names, if it names one."""
        entities = enumerate(self._names.entities)
        is_outlet = self._words.outlet.fullmatch
        return next((number for number, one in entities if any(map(is_outlet, one.name.split()[:2]))), None)
