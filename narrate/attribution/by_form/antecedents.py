"""Whom names, descriptions and pronouns mean."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from narrate.attribution.by_form.mentions import Mention, MentionReader
from narrate.attribution.by_form.names import GENDERS, Entity, Names
from narrate.attribution.mentions import NO_SPEAKER
from narrate.languages.speech import Number, SpeechWords

_NEAR: Final = 2  # paragraphs, the present one included, in which a description or pronoun is explained
_FAR: Final = 12  # paragraphs in which a pronoun may still mean the last of its gender
_LAST: Final = 3  # paragraphs in which the last subject is that of a verb without one
_REMEMBERED: Final = 200  # mentions; older ones are forgotten, so that the cost stays linear
_CLOSE: Final = 8  # mentions that a description without a link may mean
_MAX_NOUNS: Final = 2  # descriptions of a person, above which another one is somebody else
_MIN_STEM: Final = 6  # letters of a noun whose gender and number may differ


@dataclass(frozen=True, slots=True)
class _Recent:
    entity: int
    paragraph: int
    is_subject: bool


class Antecedents:
    """Remembers who was named, and tells whom a mention means.

    Args:
        names: The entities, to which described ones are added.
        readers: The mentions of each paragraph.
        words: The words of the language.
    """

    def __init__(self, names: Names, readers: Sequence[MentionReader], words: SpeechWords) -> None:
        self._names = names
        self._words = words
        self._recent: deque[_Recent] = deque(maxlen=_REMEMBERED)
        self._heard: set[int] = set()
        self._by_noun: dict[str, list[int]] = {}
        for reader in readers:
            self._learn_roles(reader)

    def note(self, entity: int, paragraph: int, *, is_subject: bool) -> None:
        """Remember that an entity was mentioned."""
        self._recent.append(_Recent(entity, paragraph, is_subject))

    def note_speaker(self, entity: int, paragraph: int) -> None:
        """Remember that an entity spoke."""
        self._heard.add(entity)
        self.note(entity, paragraph, is_subject=True)

    def may_speak(self, number: int) -> bool:
        """Return whether an entity is known to be a person or a group, and not a place."""
        entity = self._names.entities[number]
        is_known = entity.kind != "unknown" or not entity.parts or entity.name.startswith("@")
        return not entity.is_place and (is_known or number in self._heard)

    def speakers(self) -> list[int]:
        """Return who was mentioned and may speak, the last first."""
        return [
            entity for entity in dict.fromkeys(one.entity for one in reversed(self._recent)) if self.may_speak(entity)
        ]

    def resolved(self, mention: Mention | None, paragraph: int) -> int:
        """Return the entity that a mention means, or ``NO_SPEAKER``. A description may add one."""
        if mention is None:
            return NO_SPEAKER
        if mention.kind == "name":
            return mention.entity
        return self._of_pronoun(mention, paragraph) if mention.kind == "pronoun" else self.described(mention, paragraph)

    def last_subject(self, paragraph: int) -> int:
        """Return who is meant by a verb without a subject, or ``NO_SPEAKER``."""
        near = [one for one in self._recent if paragraph - one.paragraph < _LAST and self.may_speak(one.entity)]
        subjects = [one for one in near if one.is_subject] or near
        return subjects[-1].entity if subjects else NO_SPEAKER

    def described(self, mention: Mention, paragraph: int) -> int:
        """Return whom a description means: somebody with that role, the last who may have it, or somebody new."""
        is_group = self._words.is_group(mention.noun) or mention.number == "p"
        if not mention.is_new:
            known = self.with_noun(mention.noun, mention.number)
            known = self._likely(mention, paragraph, is_group=is_group) if known is None else known
            if known is not None:
                self._add_noun(known, mention.noun)
                return known
        gender = "unknown" if is_group else GENDERS.get(mention.number, "unknown")
        entity = Entity(mention.text, (), gender, f"'{mention.text}'", "group" if is_group else "unknown")
        entity.form = mention.number
        number = self._names.add(entity)
        self._add_noun(number, mention.noun)
        return number

    def with_noun(self, noun: str, number: Number = "any") -> int | None:
        """Return the entity that was described by a noun, the last one to be mentioned first; None if none was."""
        numbers = {entity for form in self._forms(noun) for entity in self._by_noun.get(form, ())}
        if not self._words.nouns_have_capitals and number in GENDERS:
            fitting = ("unknown", GENDERS[number])
            numbers = {one for one in numbers if self._names.entities[one].gender in fitting} or numbers
        recent = next((one.entity for one in reversed(self._recent) if one.entity in numbers), None)
        return min(numbers, default=None) if recent is None else recent

    def _likely(self, mention: Mention, paragraph: int, *, is_group: bool) -> int | None:
        """Return the last person or group nearby whom a short description may mean."""
        gender = GENDERS.get(mention.number)
        for one in list(self._recent)[: -_CLOSE - 1 : -1]:
            entity = self._names.entities[one.entity]
            agrees = gender is None or is_group or entity.gender in ("unknown", gender)
            fits = paragraph - one.paragraph < _NEAR and (entity.kind == "group") == is_group and entity.parts
            is_free = is_group or len(entity.nouns) <= _MAX_NOUNS
            if fits and agrees and is_free and mention.end - mention.start <= _LAST and self.may_speak(one.entity):
                return one.entity
        return None

    def _of_pronoun(self, mention: Mention, paragraph: int) -> int:
        """Return whom a pronoun means: the last of the gender, subjects and what is near first."""
        gender = GENDERS.get(mention.number)
        for reach, is_subject in ((_NEAR, True), (_NEAR, False), (_FAR, True)):
            for one in reversed(self._recent):
                entity = self._names.entities[one.entity]
                is_plural = mention.number == "p"
                if one.is_subject != is_subject or paragraph - one.paragraph >= reach or not self.may_speak(one.entity):
                    continue
                own = entity.gender if entity.gender != "unknown" else GENDERS.get(entity.form, "unknown")
                if (is_plural and entity.kind != "group" and entity.parts) or (
                    gender and own not in ("unknown", gender)
                ):
                    continue
                if gender and entity.gender == "unknown" and entity.kind != "group":
                    entity.gender, entity.evidence = gender, f"'{mention.text}'"
                return one.entity
        return NO_SPEAKER

    # What each name is

    def _learn_roles(self, reader: MentionReader) -> None:
        for index in range(len(reader.tokens)):
            mention = reader.at(index)
            if mention is None or mention.kind != "name":
                continue
            if mention.noun:
                self._learn(mention.entity, mention.noun, mention.number)
            found = reader.apposition(mention.end)
            if found is not None:
                self._learn(mention.entity, *found)

    def _learn(self, number: int, noun: str, form: Number) -> None:
        entity = self._names.entities[number]
        if noun in self._words.places:
            entity.is_place = True
            return
        self._add_noun(number, noun)
        if self._words.is_group(noun) and entity.kind != "person":
            entity.kind = "group"
        elif form in GENDERS and not self._words.nouns_have_capitals:
            entity.kind = "person" if entity.kind == "unknown" else entity.kind
            if entity.gender == "unknown":
                entity.gender, entity.evidence = GENDERS[form], f"'{noun}'"

    def _add_noun(self, number: int, noun: str) -> None:
        self._names.entities[number].nouns.add(noun)
        for form in self._forms(noun):
            numbers = self._by_noun.setdefault(form, [])
            if number not in numbers[-1:]:
                numbers.append(number)

    def _forms(self, noun: str) -> tuple[str, ...]:
        """Return the forms by which a noun is found: itself, its stem, and in German the end of a compound."""
        stem = (f"{noun[:-2]}-",) if len(noun) >= _MIN_STEM else ()
        if self._words.nouns_have_capitals:
            ends = tuple(one for one in self._words.people if len(one) >= _MIN_STEM and noun.endswith(one))
            return (noun, *stem, *ends)
        return (noun, *stem)
