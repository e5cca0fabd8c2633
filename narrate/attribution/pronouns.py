"""Resolve pronouns: whom "she" means, by gender, number, grammatical role and distance."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final

from narrate.attribution.entity import Entity
from narrate.attribution.mention import NO_ENTITY, UNKNOWN_ENTITY, Mention
from narrate.attribution.parse import Paragraph
from narrate.types import Gender

_MAX_PARAGRAPHS_BACK: Final = 4
"""Paragraphs, with its own, in which the antecedent of a pronoun is looked for."""

_WEAK_GENDER: Final = 0.5
"""A gender below this certainty needs only one pronoun to be overruled or confirmed."""
_MAX_ANTECEDENTS: Final = 400
"""Mentions before a pronoun, the nearest first, among which its antecedent is looked for."""


def has_gender(mention: Mention) -> bool:
    """Return whether the mention is a pronoun for one person ("he", "her")."""
    return mention.pronoun_for in {"male", "female"}


def agrees(entity: Entity, pronoun: Mention) -> bool:
    """Return whether the pronoun can stand for the entity."""
    return pronoun.pronoun_for in _referents(entity)


def _referents(entity: Entity) -> Sequence[str]:
    """Return what the pronouns that can stand for an entity stand for."""
    genders = ("male", "female") if entity.gender == "unknown" else (entity.gender,)
    things = () if entity.kind == "person" else ("thing",)
    return (*(genders if _may_be_person(entity) else ()), *things, "group")


def _may_be_person(entity: Entity) -> bool:
    is_person = entity.kind == "person" or (entity.kind == "unknown" and entity.named)
    return is_person and not (entity.plural or entity.is_author)


@dataclass(slots=True)
class _Agreeing:
    """The known mentions with which a pronoun agrees, in order, in lists of equal length."""

    mentions: list[Mention] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    """The number of each among all known mentions."""
    sentences: list[tuple[int, int]] = field(default_factory=list)
    """The paragraph and the sentence of each."""
    features: list[int] = field(default_factory=list)
    """A number for the entity of each and all else that its score depends on, apart from the pronoun."""


class Antecedents:
    """The mentions of known entities in order, among which the antecedents of pronouns are looked for.

    Of the mentions of an entity that are alike, only the nearest is scored, since all others have lower scores.
    """

    def __init__(self, table: Sequence[Entity]) -> None:
        self._table = table
        self._starts: list[int] = []
        """The offsets of the known mentions."""
        self._paragraphs: list[int] = []
        """Number of a paragraph -> the known mentions before it."""
        self._agreeing: dict[str, _Agreeing] = defaultdict(_Agreeing)
        self._agreeing_with: dict[int, Sequence[_Agreeing]] = {}
        """Number of an entity -> where its mentions are listed."""
        self._features: dict[tuple[int, int, bool, bool, bool, bool], int] = {}
        self._entity_at: dict[tuple[int, int], int] = {}
        """Paragraph and head of a known mention -> its entity."""

    def begin_paragraph(self) -> None:
        """Begin the next paragraph: the mentions that are added from now on stand in it."""
        self._paragraphs.append(len(self._starts))

    def add(self, mention: Mention) -> None:
        """Add the next mention if its entity is known."""
        entity = mention.entity
        if entity < 0:
            return
        if entity not in self._agreeing_with:
            self._agreeing_with[entity] = [self._agreeing[one] for one in _referents(self._table[entity])]
        kind = (entity, mention.paragraph, mention.subject, mention.main, mention.modifier, mention.heading)
        features = self._features.setdefault(kind, len(self._features))
        sentence = (mention.paragraph, mention.sentence)
        for agreeing in self._agreeing_with[entity]:
            agreeing.mentions.append(mention)
            agreeing.places.append(len(self._starts))
            agreeing.sentences.append(sentence)
            agreeing.features.append(features)
        self._starts.append(mention.start)
        self._entity_at[mention.paragraph, mention.head] = entity

    def rank(self, pronoun: Mention, last_speaker: int | None = None) -> list[tuple[float, int]]:
        """Return (score, entity) of those whom a pronoun may mean, the highest score first.

        Args:
            pronoun: A pronoun, before which all mentions of known entities have been added.
            last_speaker: Number of the entity that has spoken last.
        """
        agreeing = self._agreeing.get(pronoun.pronoun_for)
        scores: dict[int, float] = {}
        for mention, seen in self._nearest(pronoun, agreeing) if agreeing else ():
            score = self._score(mention, pronoun, seen)
            scores[mention.entity] = max(scores.get(mention.entity, -9.0), score)
        if last_speaker is not None and last_speaker in scores:
            scores[last_speaker] += 0.25
        return sorted(((s, e) for e, s in scores.items()), key=lambda item: (-item[0], item[1]))

    def _nearest(self, pronoun: Mention, agreeing: _Agreeing) -> Iterator[tuple[Mention, int]]:
        """Yield the nearest mentions with which a pronoun agrees, one of those alike, each with its rank from 1."""
        end = bisect_left(self._starts, pronoun.start)
        begin = self._paragraphs[max(0, pronoun.paragraph - _MAX_PARAGRAPHS_BACK + 1)]
        first = bisect_left(agreeing.places, max(begin, end - _MAX_ANTECEDENTS))
        last = bisect_left(agreeing.places, end)
        near: Sequence[int] = range(first, last)
        features = agreeing.features[first:last]
        subject = self._entity_at.get((pronoun.paragraph, pronoun.agent))
        if subject is not None:
            near = [at for at in near if agreeing.mentions[at].entity != subject]
            features = [agreeing.features[at] for at in near]
        own_sentence = bisect_left(agreeing.sentences, (pronoun.paragraph, pronoun.sentence), first, last)
        middle = bisect_left(near, own_sentence)
        before = dict(zip(features[:middle], range(middle), strict=True))
        inside = dict(zip(features[middle:], range(middle, len(near)), strict=True))
        for at in chain(before.values(), inside.values()):
            yield agreeing.mentions[near[at]], len(near) - at

    def _score(self, mention: Mention, pronoun: Mention, seen: int) -> float:
        """Return how likely a pronoun means a mention, the ``seen``-th before it with which it agrees."""
        entity = self._table[mention.entity]
        score = 1.0 / (1 + 0.35 * seen) + 0.4 * mention.subject + 0.5 * mention.main
        score -= 0.45 * (pronoun.paragraph - mention.paragraph)
        score += 0.2 * (entity.gender != "unknown") + 0.3 * entity.named
        same = mention.paragraph == pronoun.paragraph and mention.sentence == pronoun.sentence
        score -= 0.35 if same and not mention.subject else 0.0
        return score - (0.5 * mention.modifier + 0.6 * mention.heading)


def find_antecedents(mentions: Sequence[Sequence[Mention]], table: Sequence[Entity]) -> Antecedents:
    """Return the mentions of all paragraphs as antecedents of pronouns."""
    antecedents = Antecedents(table)
    for paragraph in mentions:
        antecedents.begin_paragraph()
        for mention in paragraph:
            antecedents.add(mention)
    return antecedents


def resolve_pronouns(mentions: Sequence[Sequence[Mention]], table: Sequence[Entity]) -> list[list[Mention]]:
    """Return the mentions with the likeliest entity of every "he" and "she", resolved in order."""
    resolved = [list(paragraph) for paragraph in mentions]
    antecedents = Antecedents(table)
    for paragraph in resolved:
        antecedents.begin_paragraph()
        places = _places(paragraph)
        for at, mention in enumerate(paragraph):
            if mention.kind == "pronoun" and has_gender(mention):
                reporter = _reporter(mention, paragraph, places, table)
                if reporter is not None and agrees(table[reporter.entity], mention):
                    entity = reporter.entity
                else:
                    ranked = antecedents.rank(mention)
                    entity = ranked[0][1] if ranked and ranked[0][0] > 0 else UNKNOWN_ENTITY
                paragraph[at] = replace(mention, entity=entity)
            antecedents.add(paragraph[at])
    return resolved


def _places(paragraph: Sequence[Mention]) -> Mapping[int, int]:
    """Return head of a mention -> its number in the paragraph."""
    return {mention.head: at for at, mention in enumerate(paragraph)}


def _reporter(
    pronoun: Mention, paragraph: Sequence[Mention], places: Mapping[int, int], table: Sequence[Entity]
) -> Mention | None:
    """Return the mention that says the clause whose subject is the pronoun ("Lee said she would"), if it is known.

    In "A lawyer for Lee said she would", "she" may be Lee.
    """
    at = places.get(pronoun.reporter)
    if at is None:
        return None
    near = paragraph[at : at + 1 + (paragraph[at].entity == NO_ENTITY)]
    here = (m for m in near if m.sentence == pronoun.sentence and m.start < pronoun.start)
    reporter = next((m for m in here if m.entity >= 0), None)
    inside = (m for m in paragraph[at + 1 : at + 3] if reporter and m.last <= reporter.last and m.entity >= 0)
    return None if any(agrees(table[m.entity], pronoun) for m in inside) else reporter


def pronouns_of_names(mentions: Sequence[Sequence[Mention]], paragraphs: Sequence[Paragraph]) -> dict[Mention, Gender]:
    """Return the names that a pronoun in their sentence stands for, with its gender.

    It is the subject of what they say ("Lee said she would"), or opens the sentence ("For her part, Lee was measured").
    """
    genders: dict[Mention, Gender] = {}
    for near, paragraph in zip(mentions, paragraphs, strict=True):
        by_head = {m.head: m for m in near if m.kind == "name"}
        for pronoun in filter(has_gender, near):
            name = by_head.get(pronoun.reporter)
            if paragraph.token(pronoun.first - 1).lower == "for" and paragraph.token(pronoun.first + 2).text == ",":
                name = next((m for m in near if m.first == pronoun.first + 3 and m.kind == "name"), None)
            if name is not None:
                genders[name] = "female" if pronoun.pronoun_for == "female" else "male"
    return genders


def settle_genders(mentions: Sequence[Sequence[Mention]], table: Sequence[Entity], text: str) -> list[Entity]:
    """Return the entities with the genders that titles leave open, by pronouns that can mean only one entity."""
    votes: dict[int, list[Mention]] = {}
    for paragraph in mentions:
        subject: Mention | None = None
        rivals: set[int] = set()
        places = _places(paragraph)
        for mention in paragraph:
            reporter = _reporter(mention, paragraph, places, table) if has_gender(mention) else None
            if subject is None and mention.main and _may_be_mononym(mention, table):
                subject = mention
                continue
            if reporter is not None and _may_be_person(table[reporter.entity]):
                votes.setdefault(reporter.entity, []).append(mention)
            elif mention.kind == "pronoun" and has_gender(mention) and subject is not None and len(rivals) <= 1:
                is_other = table[subject.entity].gender not in {mention.pronoun_for, "unknown"}
                is_explained = any(table[rival].gender == mention.pronoun_for for rival in rivals)
                is_object = mention.agent == subject.head and mention.sentence == subject.sentence
                if is_object or (is_other and is_explained):
                    continue
                votes.setdefault(subject.entity, []).append(mention)
            elif mention.entity >= 0 and _may_be_person(table[mention.entity]) and not mention.modifier:
                rivals.add(mention.entity)
                subject = mention if mention.subject or subject is None else subject
    return [with_voted_gender(entity, votes.get(entity.number, []), text) for entity in table]


def _may_be_mononym(mention: Mention, table: Sequence[Entity]) -> bool:
    """Return whether a name of one word may be a person whom the parser seldom takes for a group ("Bruninho")."""
    if mention.kind != "name" or mention.entity < 0 or not mention.words[0].istitle():
        return False
    entity = table[mention.entity]
    groups = sum(entity.types[name] for name in ("ORG", "GPE", "NORP", "FAC", "LOC"))
    return entity.kind == "group" and len(entity.words) == 1 and 2 * groups <= len(entity.mentions)


def with_voted_gender(entity: Entity, pronouns: Sequence[Mention], text: str) -> Entity:
    """Return the entity with the gender of most pronouns, unless a title or a well-known first name contradicts."""
    female = sum(m.pronoun_for == "female" for m in pronouns)
    most, least = max(female, len(pronouns) - female), min(female, len(pronouns) - female)
    needed = 1 if entity.gender_sure < _WEAK_GENDER else 2 if entity.gender_sure < 0.75 else 3
    gender: Gender = "female" if female == most else "male"
    is_known = gender == entity.gender and entity.gender_sure >= _WEAK_GENDER
    if entity.gender_sure >= 0.9 or most < needed or least * 3 > most or is_known:
        return entity
    first = next(m for m in pronouns if m.pronoun_for == gender)
    line = text.count("\n", 0, first.start) + 1
    evidence = f"'{first.text}' in line {line}"
    return replace(entity, gender=gender, gender_sure=0.85, gender_evidence=evidence, kind="person")
