"""Resolve pronouns: whom "she" means, by gender, number, grammatical role and distance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from narrate.attribution.entity import Entity
from narrate.attribution.mention import NO_ENTITY, UNKNOWN_ENTITY, Mention
from narrate.types import Gender

_MAX_PARAGRAPHS_BACK: Final = 4
"""Paragraphs, with its own, in which the antecedent of a pronoun is looked for."""

_MAX_ANTECEDENTS: Final = 400
"""Mentions before a pronoun, the nearest first, among which its antecedent is looked for."""


def has_gender(mention: Mention) -> bool:
    """Return whether the mention is a pronoun for one person ("he", "her")."""
    return mention.pronoun_for in {"male", "female"}


def agrees(entity: Entity, pronoun: Mention) -> bool:
    """Return whether the pronoun can stand for the entity."""
    if has_gender(pronoun):
        return _may_be_person(entity) and entity.gender in {pronoun.pronoun_for, "unknown"}
    if pronoun.pronoun_for == "thing":
        return entity.kind != "person"
    return pronoun.pronoun_for == "group"


def _may_be_person(entity: Entity) -> bool:
    return not entity.plural and (entity.kind == "person" or (entity.kind == "unknown" and entity.named))


def rank_antecedents(
    pronoun: Mention, mentions: Sequence[Sequence[Mention]], table: Sequence[Entity], last_speaker: int | None = None
) -> list[tuple[float, int]]:
    """Return (score, entity) of those whom a pronoun may mean, the highest score first."""
    scores: dict[int, float] = {}
    agreeing: dict[int, bool] = {}
    seen = 0
    here = mentions[pronoun.paragraph] if pronoun.agent >= 0 else ()
    agreeing |= {m.entity: False for m in here if m.head == pronoun.agent}
    for mention in islice(_known_before(pronoun, mentions), _MAX_ANTECEDENTS):
        if mention.entity not in agreeing:
            agreeing[mention.entity] = agrees(table[mention.entity], pronoun)
        if not agreeing[mention.entity]:
            continue
        seen += 1
        score = 1.0 / (1 + 0.35 * seen) + 0.4 * mention.subject + 0.5 * mention.main
        score -= 0.45 * (pronoun.paragraph - mention.paragraph)
        score += 0.2 * (table[mention.entity].gender != "unknown") + 0.3 * table[mention.entity].named
        same = mention.paragraph == pronoun.paragraph and mention.sentence == pronoun.sentence
        score -= 0.35 if same and not mention.subject else 0.0
        score -= 0.5 * mention.modifier + 0.6 * mention.heading
        scores[mention.entity] = max(scores.get(mention.entity, -9.0), score)
    if last_speaker is not None and last_speaker in scores:
        scores[last_speaker] += 0.25
    return sorted(((s, e) for e, s in scores.items()), key=lambda item: (-item[0], item[1]))


def _known_before(pronoun: Mention, mentions: Sequence[Sequence[Mention]]) -> Iterator[Mention]:
    """Yield the mentions of known entities before a pronoun in the paragraphs nearby, the nearest first."""
    for paragraph in range(pronoun.paragraph, max(-1, pronoun.paragraph - _MAX_PARAGRAPHS_BACK), -1):
        near = reversed(mentions[paragraph])
        yield from (mention for mention in near if mention.entity >= 0 and mention.start < pronoun.start)


def resolve_pronouns(mentions: Sequence[Sequence[Mention]], table: Sequence[Entity]) -> list[list[Mention]]:
    """Return the mentions with the likeliest entity of every "he" and "she", resolved in order."""
    resolved = [list(paragraph) for paragraph in mentions]
    for paragraph in resolved:
        for at, mention in enumerate(paragraph):
            if mention.kind == "pronoun" and has_gender(mention):
                reporter = _reporter(mention, paragraph)
                if reporter is not None and agrees(table[reporter.entity], mention):
                    paragraph[at] = replace(mention, entity=reporter.entity)
                    continue
                ranked = rank_antecedents(mention, resolved, table)
                entity = ranked[0][1] if ranked and ranked[0][0] > 0 else UNKNOWN_ENTITY
                paragraph[at] = replace(mention, entity=entity)
    return resolved


def _reporter(pronoun: Mention, paragraph: Sequence[Mention]) -> Mention | None:
    """Return the mention that says the clause whose subject is the pronoun ("Lee said she would"), if it is known."""
    if pronoun.reporter < 0:
        return None
    here = [m for m in paragraph if m.sentence == pronoun.sentence and m.start < pronoun.start]
    at = next((n for n, m in enumerate(here) if m.head == pronoun.reporter), len(here))
    near = here[at : at + 2] if at < len(here) and here[at].entity == NO_ENTITY else here[at : at + 1]
    return next((m for m in near if m.entity >= 0), None)


def settle_genders(mentions: Sequence[Sequence[Mention]], table: Sequence[Entity], text: str) -> list[Entity]:
    """Return the entities with the genders that titles leave open, by pronouns that can mean only one entity."""
    votes: dict[int, list[Mention]] = {}
    for paragraph in mentions:
        subject: Mention | None = None
        rivals: set[int] = set()
        for mention in paragraph:
            reporter = _reporter(mention, paragraph) if has_gender(mention) else None
            if subject is None and mention.main and _may_be_mononym(mention, table):
                subject = mention
                continue
            if reporter is not None and _may_be_person(table[reporter.entity]):
                votes.setdefault(reporter.entity, []).append(mention)
            elif mention.kind == "pronoun" and has_gender(mention) and subject is not None and len(rivals) <= 1:
                if mention.agent == subject.head and mention.sentence == subject.sentence:
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
    needed = 1 if entity.gender_sure < 0.5 else 2 if entity.gender_sure < 0.75 else 3
    gender: Gender = "female" if female == most else "male"
    if entity.gender_sure >= 0.9 or most < needed or least * 3 > most or gender == entity.gender:
        return entity
    first = next(m for m in pronouns if m.pronoun_for == gender)
    line = text.count("\n", 0, first.start) + 1
    evidence = f"'{first.text}' in line {line}"
    return replace(entity, gender=gender, gender_sure=0.85, gender_evidence=evidence, kind="person")
