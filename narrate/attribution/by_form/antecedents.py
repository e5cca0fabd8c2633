"""Whom names, descriptions and pronouns mean."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from narrate.attribution.by_form.mentions import Mention, MentionReader
from narrate.attribution.by_form.names import GENDERS, Entity, Names
from narrate.attribution.mention import NO_SPEAKER
from narrate.languages.speech import Number, SpeechWords
from narrate.types import Gender

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
    at: int
    """Where in the paragraph."""


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
        self._texts = words.documents | words.statements
        self._by_noun: dict[str, list[int]] = {}
        self._by_role: dict[str, int] = {}
        for reader in readers:
            self._learn_roles(reader)

    def note(self, entity: int, paragraph: int, at: int, *, is_subject: bool) -> None:
        """Remember that an entity was mentioned by the token ``at`` of a paragraph."""
        self._recent.append(_Recent(entity, paragraph, is_subject, at))

    def note_speaker(self, entity: int, paragraph: int, at: int) -> None:
        """Remember that an entity said the quotation ``at`` in a paragraph."""
        self._heard.add(entity)
        self.note(entity, paragraph, at, is_subject=True)

    def may_speak(self, number: int) -> bool:
        """Return whether an entity is known to be a person or a group, and not a place."""
        entity = self._names.entities[number]
        is_animate = not entity.parts and any(map(self._words.is_person, entity.nouns))
        is_known = entity.kind != "unknown" or is_animate or entity.name.startswith("@")
        return not entity.is_place and not self.is_text(number) and (is_known or number in self._heard)

    def speakers(self) -> list[int]:
        """Return who was mentioned and may speak, the last first; then the other names that were subjects."""
        recent = dict.fromkeys(one.entity for one in reversed(self._recent))
        subjects = {one.entity for one in self._recent if one.is_subject and self._is_name(one.entity)}
        sure = [entity for entity in recent if self.may_speak(entity)]
        return [*sure, *(entity for entity in recent if entity in subjects and entity not in sure)]

    def may_be_issuer(self, number: int) -> bool:
        """Return whether an entity may have issued a statement: anybody who may speak, or any other name."""
        return self.may_speak(number) or self._is_name(number)

    def subject_of(self, paragraph: int) -> int:
        """Return the person who is the last subject of a paragraph, or ``NO_SPEAKER``."""
        for one in reversed(self._recent):
            if one.paragraph < paragraph:
                break
            is_person = self._names.entities[one.entity].kind != "group"
            may_speak = self.may_speak(one.entity) or self._is_name(one.entity)
            if one.paragraph == paragraph and one.is_subject and is_person and may_speak:
                return one.entity
        return NO_SPEAKER

    def is_text(self, number: int) -> bool:
        """Return whether an entity is a text that is only described."""
        entity = self._names.entities[number]
        return not entity.parts and not self._texts.isdisjoint(entity.nouns)

    def _is_name(self, number: int) -> bool:
        entity = self._names.entities[number]
        return bool(entity.parts) and not entity.is_place

    def resolved(self, mention: Mention | None, paragraph: int) -> int:
        """Return the entity that a mention means, or ``NO_SPEAKER``. A description may add one."""
        if mention is None:
            return NO_SPEAKER
        if mention.kind == "name":
            return mention.entity
        return self._of_pronoun(mention, paragraph) if mention.kind == "pronoun" else self.described(mention, paragraph)

    def reporting_subject(self, paragraph: int, start: int) -> int:
        """Return who says a sentence in indirect speech, which may be a text of the paragraph, or ``NO_SPEAKER``.

        Args:
            paragraph: Number of the paragraph.
            start: The first token of the sentence, whose subject is not who speaks.
        """
        before = [one for one in self._recent if one.paragraph != paragraph or one.at < start]
        latest = next((one for one in reversed(before) if one.is_subject), None)
        if latest is not None and latest.paragraph == paragraph and self.is_text(latest.entity):
            return latest.entity
        return self._last_of(before, paragraph)

    def last_subject(self, paragraph: int) -> int:
        """Return who is meant by a verb without a subject in a paragraph, or ``NO_SPEAKER``."""
        return self._last_of(self._recent, paragraph)

    def _last_of(self, recent: Collection[_Recent], paragraph: int) -> int:
        near = [one for one in recent if paragraph - one.paragraph < _LAST and self.may_speak(one.entity)]
        subjects = [one for one in recent if one.is_subject]
        last = subjects[-1].paragraph if subjects and paragraph - subjects[-1].paragraph < _NEAR else paragraph
        named = [one for one in subjects if one.paragraph == last]
        if named and not any(self.may_speak(one.entity) for one in named):
            near = [one for one in named if self._is_name(one.entity)] or near
        subjects = [one for one in near if one.is_subject] or near
        if not subjects:
            is_near = [one for one in recent if paragraph - one.paragraph < _NEAR and one.is_subject]
            subjects = [one for one in is_near if self._is_name(one.entity)]
        return subjects[-1].entity if subjects else NO_SPEAKER

    def described(self, mention: Mention, paragraph: int) -> int:
        """Return whom a description means: somebody with that role, the last who may have it, or somebody new."""
        is_group = self._words.is_group(mention.noun) or mention.number == "p"
        known = self._issuer(mention, paragraph)
        if known is not None and mention.is_new:
            return known
        if not mention.is_new:
            known = self._meant(mention, paragraph, is_group=is_group) if known is None else known
            if known is not None:
                if mention.noun not in self._words.statements:
                    self._add_noun(known, mention.noun)
                return known
        number = mention.number if mention.number != "any" else self._words.gender_of(mention.noun)
        gender = "unknown" if is_group else GENDERS.get(number, "unknown")
        entity = Entity(mention.text, (), gender, f"'{mention.text}'", "group" if is_group else "unknown")
        entity.form = number
        added = self._names.add(entity)
        self._add_noun(added, mention.noun)
        return added

    def known_by_role(self, mention: Mention, paragraph: int) -> int | None:
        """Return the person of this or the last paragraph whom a description in the narration means."""
        known = self._alike(mention)
        if known is not None or mention.is_owned or self._has_complement(mention):
            return known
        return self._likely(mention, paragraph, is_group=False)

    def _meant(self, mention: Mention, paragraph: int, *, is_group: bool) -> int | None:
        """Return whom a definite description means: by the same words or noun, else by a noun of the same role."""
        if self._has_complement(mention) and mention.text.lower() in self._by_role:
            return self._by_role[mention.text.lower()]
        same = self.with_noun(mention.noun, mention.number)
        if mention.is_owned and self._words.is_person(mention.noun):
            # "Her neighbor" is never the woman herself.
            own = self.last_subject(paragraph)
            if same is not None and same != own:
                return same
            likely = self._likely(mention, paragraph, is_group=is_group)
            is_known = likely is not None and bool(self._roles_of(likely))
            return likely if is_known and likely != own else None
        if same is not None and any(one.entity == same for one in self._recent):
            return None if self._is_of_another(mention, same) else same
        if is_group:
            likely = self._likely_group(mention.noun, paragraph)
            return same if likely is None else likely
        alike = self._alike(mention)
        if alike is None and same is not None and self._is_of_another(mention, same):
            return None
        known = same if alike is None else alike
        known = self._likely(mention, paragraph, is_group=False) if known is None else known
        return self._alike(mention, is_described=True) if known is None else known

    def _issuer(self, mention: Mention, paragraph: int) -> int | None:
        """Return who issued a text such as a press release, or the last document that a noun may mean."""
        if mention.noun in self._words.documents and not mention.is_owned and self.with_noun(mention.noun) is None:
            documents = [one.entity for one in self._recent if self._is_document(one.entity)]
            if documents and not mention.is_new:
                return documents[-1]
        if mention.noun not in self._words.statements and not (mention.is_owned and mention.noun in self._texts):
            return None
        near = [one for one in self._recent if paragraph - one.paragraph < _NEAR and self.may_speak(one.entity)]
        groups = [one for one in near if self._names.entities[one.entity].kind == "group"]
        groups = [one for one in groups if one.is_subject] or groups
        heard = [one for one in near if one.entity in self._heard and one.paragraph == paragraph]
        return next((found[-1].entity for found in (heard, groups) if found), None)

    def _is_document(self, number: int) -> bool:
        return not self._words.documents.isdisjoint(self._names.entities[number].nouns)

    def with_noun(self, noun: str, number: Number = "any") -> int | None:
        """Return the entity that was described by a noun, the last one to be mentioned first; None if none was."""
        numbers = {entity for form in self._forms(noun) for entity in self._by_noun.get(form, ())}
        number = self._words.gender_of(noun) if number == "any" else number
        if number in GENDERS and self._words.is_person(noun):
            numbers = {one for one in numbers if self._names.entities[one].form != "p"}
        if number in GENDERS and not (self._words.nouns_have_capitals and not self._words.is_person(noun)):
            fitting = ("unknown", GENDERS[number])
            numbers = {one for one in numbers if self._names.entities[one].gender in fitting} or numbers
        recent = next((one.entity for one in reversed(self._recent) if one.entity in numbers), None)
        return min(numbers, default=None) if recent is None else recent

    def _likely(self, mention: Mention, paragraph: int, *, is_group: bool) -> int | None:
        """Return the last person or group nearby whom a description may mean."""
        number = mention.number if mention.number != "any" else self._words.gender_of(mention.noun)
        near = [
            one.entity
            for one in list(self._recent)[: -_CLOSE - 1 : -1]
            if paragraph - one.paragraph < _NEAR and self.may_speak(one.entity)
        ]
        if is_group:
            return self._likely_group(mention.noun, paragraph)
        if not self._words.is_person(mention.noun) and (self._words.nouns_have_capitals or mention.text[0].islower()):
            return None
        alike = self._alike(mention)
        if alike is not None:
            return alike
        gender = GENDERS.get(number)
        fitting = [one for one in dict.fromkeys(near) if self._agrees(one, gender)]
        roles = self._words.roles.get(mention.noun, frozenset())
        is_generic = mention.noun in self._words.generic
        free = [one for one in fitting if not self._roles_of(one) or not roles or is_generic]
        is_short = mention.end - mention.start <= _LAST or mention.is_pointing
        return next(iter(free if is_short else ()), None)

    def _alike(self, mention: Mention, *, is_described: bool = False) -> int | None:
        """Return the last person with a role that a description may mean, too: "the judge" for "the magistrate".

        Args:
            mention: The description.
            is_described: Whether to look for a speaker without a name.
        """
        if mention.noun in self._words.generic or self._has_complement(mention):
            return None
        number = mention.number if mention.number != "any" else self._words.gender_of(mention.noun)
        roles, gender = self._words.roles.get(mention.noun, frozenset()), GENDERS.get(number)
        known = dict.fromkeys(one.entity for one in reversed(self._recent))
        alike = (one for one in known if roles & self._roles_of(one) and (not is_described or one in self._heard))
        return next((one for one in alike if self._agrees(one, gender, is_described=is_described)), None)

    def _has_complement(self, mention: Mention) -> bool:
        """Return whether a description says whose: "the owner of the shop" is not the owner of the club."""
        return self._has_complement_in(mention.text)

    def _has_complement_in(self, text: str) -> bool:
        return any(word in self._words.links for word in text.lower().replace("’", "’ ").split())

    def _is_of_another(self, mention: Mention, number: int) -> bool:
        """Return whether somebody without a name has another complement: "head of state" and "head of government"."""
        entity = self._names.entities[number]
        same = entity.name.lower().split()[:1] == mention.text.lower().split()[:1]
        has_other = self._has_complement_in(entity.name) and entity.name.lower() != mention.text.lower()
        return not entity.parts and same and has_other and self._has_complement(mention)

    def _likely_group(self, noun: str, paragraph: int) -> int | None:
        """Return the last organization nearby that a noun may mean."""
        is_body = noun in self._words.bodies
        for one in list(self._recent)[: -_CLOSE - 1 : -1]:
            entity = self._names.entities[one.entity]
            is_name = entity.kind == "unknown" and bool(entity.parts) and one.is_subject and not entity.is_place
            fits = entity.kind == "group" and (bool(entity.parts) or is_body)
            is_meant = self._contains(one.entity, noun) or (is_body and not self._is_other_body(one.entity, noun))
            if paragraph - one.paragraph < _NEAR and (fits or is_name) and is_meant:
                return one.entity
        return None

    def _is_other_body(self, number: int, noun: str) -> bool:
        """Return whether an organization is of a kind that the noun does not mean."""
        entity = self._names.entities[number]
        kinds = {part.lower() for part in (*entity.name.split(), *entity.nouns)} & self._words.bodies
        return bool(kinds) and noun not in kinds

    def _agrees(self, number: int, gender: Gender | None, *, is_described: bool = False) -> bool:
        """Return whether a person may be described by a noun of a gender."""
        entity = self._names.entities[number]
        if is_described and not entity.parts:
            return entity.form != "p" and (gender is None or entity.gender in ("unknown", gender))
        is_name = len(entity.parts) > 1 or (bool(entity.parts) and entity.kind == "person")
        is_person = is_name and not entity.is_place and entity.kind != "group" and len(entity.nouns) <= _MAX_NOUNS
        return is_person and (gender is None or entity.gender in ("unknown", gender))

    def _contains(self, number: int, noun: str) -> bool:
        """Return whether a noun is part of the name of an entity, or of a description of it."""
        entity = self._names.entities[number]
        return any(noun in part.lower() for part in (*entity.name.split(), *entity.nouns))

    def _roles_of(self, number: int) -> frozenset[str]:
        nouns = self._names.entities[number].nouns
        return frozenset(role for noun in nouns for role in self._words.roles.get(noun, ()))

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
                if mention.number in GENDERS and entity.form == "p":
                    continue
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
        at = 0
        while at < len(reader.tokens):
            mention = reader.at(at)
            at = mention.end if mention is not None else at + 1
            if mention is None or mention.kind != "name":
                continue
            if mention.noun:
                self._learn(mention.entity, mention.noun, mention.number)
                self._by_role.setdefault(reader.role_before(mention), mention.entity)
            entity = self._names.entities[mention.entity]
            has_role = self._words.nouns_have_capitals and mention.noun and not self._words.is_group(mention.noun)
            if entity.kind == "unknown" and (has_role or reader.is_person(mention)):
                entity.kind = "person"
            found = reader.apposition(mention.end)
            if found is not None:
                self._learn(mention.entity, *found)

    def _learn(self, number: int, noun: str, form: Number) -> None:
        entity = self._names.entities[number]
        entity.is_place |= noun in self._words.places
        if entity.is_place:
            return
        self._add_noun(number, noun)
        form = self._words.gender_of(noun) if form not in GENDERS or self._words.nouns_have_capitals else form
        is_person = self._words.is_person(noun)
        if self._words.is_group(noun) and entity.kind != "person" and not is_person:
            entity.kind, entity.gender, entity.evidence = "group", "unknown", ""
        elif form in GENDERS or is_person:
            entity.kind = "person" if entity.kind == "unknown" else entity.kind
            if entity.gender == "unknown" and form in GENDERS:
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
