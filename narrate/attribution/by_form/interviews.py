"""Who asks and who answers in an interview."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from narrate.attribution.by_form.names import Entity, Named, Names
from narrate.attribution.mention import NO_SPEAKER
from narrate.languages.speech import SpeechWords
from narrate.types import INTERVIEWER_NAME

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
        self._text = text
        self._names = names
        self._words = words
        self.asker = self._find_asker(text)
        self._labels: dict[str, int] = {}
        counts = Counter(one.entity for one in introduction if one.entity in speakers and one.entity != self.asker)
        counts = counts or Counter(one.entity for one in introduction if one.entity != self.asker)
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
        known = self._labels.get(plain)
        if known is None:
            known = self._labeled(name)
            self._labels[plain] = known
        return known, f"the label '{name}' stands before the words"

    def _labeled(self, name: str) -> int:
        """Return who is meant by a label: a name, the initials of one, or the newspaper."""
        words = name.split()
        while words and words[0].lower().rstrip(".") in self._words.titles.keys() | self._words.determiners.keys():
            words = words[1:]
        known = self._names.find(name) or self._names.find(" ".join(words))
        if known is not None:
            return known
        known = self._with_role(words[-1].lower()) if words else None
        if known is not None:
            return known
        initials = "".join(filter(str.isalpha, name)).lower()
        if len(initials) <= _MAX_INITIALS:
            if self.asked != NO_SPEAKER and initials == _initials(self._names.entities[self.asked].name):
                return self.asked
            earlier = (one for label, one in self._labels.items() if _initials(label.title())[:1] == initials[:1])
            outlet = self._outlet()
            return next(earlier, self.asker if outlet is None else outlet)
        return self._names.add(Entity(name, (), kind="person", evidence="a label"))

    def _with_role(self, noun: str) -> int | None:
        """Return the entity that the article describes by a noun."""
        entities = enumerate(self._names.entities)
        return next((number for number, one in entities if noun in one.nouns), None)

    def _find_asker(self, text: str) -> int:
        """Return who asks: the newspaper, else the host that the article names, else ``INTERVIEWER_NAME``."""
        outlet = self._outlet()
        host = self._words.host.search(text) if outlet is None else None
        if host is not None:
            known = self._names.find(host["host"])
            outlet = self._names.add(Entity(host["host"], (host["host"],), kind="group")) if known is None else known
        if outlet is not None:
            return outlet
        found = self._words.asked_by.search(text)
        if found:
            known = self._names.find(found[1])
            return self._names.add(Entity(found[1], tuple(found[1].split()), kind="person")) if known is None else known
        return self._names.add(Entity(INTERVIEWER_NAME, ()))

    def _outlet(self) -> int | None:
        """Return the newspaper that the article names, if it names one."""
        entities = enumerate(self._names.entities)
        is_outlet = self._words.outlet.fullmatch
        known = next((number for number, one in entities if any(map(is_outlet, one.name.split()[:2]))), None)
        if known is not None or not self._words.nouns_have_capitals:
            return known
        words = (word for word in re.findall(r"\w+(?:-\w+)*", self._text) if word[0].isupper())
        named = next((word for word in words if is_outlet(word.rpartition("-")[2])), None)
        return None if named is None else self._names.add(Entity(named, (named,), kind="group"))


def _initials(name: str) -> str:
    return "".join(part[0] for part in re.split(r"[\s-]+", name) if part[:1].isupper()).lower()
