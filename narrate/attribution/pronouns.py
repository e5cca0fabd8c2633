"""Pronouns: who "she" is, by gender, number, subject and recency."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from narrate.attribution.entities import Entity
from narrate.attribution.gender import PRONOUN_GENDER
from narrate.attribution.mentions import UNKNOWN_ENTITY, Mention
from narrate.types import Gender

_REACH = 4
"""Paragraphs that a pronoun looks back over."""


def agrees(entity: Entity, pronoun: str) -> bool:
    """Whether the pronoun can stand for the entity."""
    told = PRONOUN_GENDER.get(pronoun.lower())
    if told:
        may_be_person = entity.kind == "person" or (entity.kind == "unknown" and entity.named)
        return may_be_person and entity.gender in {told, "unknown"} and not entity.plural
    if pronoun.lower() in {"it", "its"}:
        return entity.kind != "person"
    return pronoun.lower() in {"they", "them", "their"}


def resolve(
    pronoun: Mention, mentions: Sequence[Sequence[Mention]], table: Sequence[Entity], last_speaker: int | None
) -> list[tuple[float, int]]:
    """(score, entity number) of everybody whom the pronoun may mean, the likeliest first."""
    scores: dict[int, float] = {}
    seen = 0
    for p in range(pronoun.paragraph, max(-1, pronoun.paragraph - _REACH), -1):
        for mention in reversed(mentions[p]):
            if mention.entity < 0 or mention.start >= pronoun.start or not agrees(table[mention.entity], pronoun.text):
                continue
            seen += 1
            score = (
                1.0 / (1 + 0.35 * seen) + 0.4 * mention.subject + 0.5 * mention.main - 0.45 * (pronoun.paragraph - p)
            )
            score += 0.2 * (table[mention.entity].gender != "unknown") + 0.3 * table[mention.entity].named
            same = p == pronoun.paragraph and mention.sentence == pronoun.sentence
            score -= 0.35 if same and not mention.subject else 0.0
            score -= 0.5 * mention.modifier + 0.6 * mention.heading
            scores[mention.entity] = max(scores.get(mention.entity, -9.0), score)
    if last_speaker is not None and last_speaker in scores:
        scores[last_speaker] += 0.25
    return sorted(((s, e) for e, s in scores.items()), key=lambda item: (-item[0], item[1]))


def resolve_all(mentions: Sequence[Sequence[Mention]], table: Sequence[Entity]) -> None:
    """Gives every "he" and "she" of the narration the entity it likeliest means, in order."""
    for paragraph in mentions:
        for mention in paragraph:
            if mention.kind == "pronoun" and mention.text.lower() in PRONOUN_GENDER:
                ranked = resolve(mention, mentions, table, None)
                mention.entity = ranked[0][1] if ranked and ranked[0][0] > 0 else UNKNOWN_ENTITY


def vote_genders(mentions: Sequence[Sequence[Mention]], table: Sequence[Entity], line_of: Callable[[int], int]) -> None:
    """Settles the gender of those whom titles and roles leave open, by the pronouns that can mean nobody else."""
    votes: dict[int, list[Mention]] = {}
    for paragraph in mentions:
        subject: Mention | None = None
        rivals: set[int] = set()
        for mention in paragraph:
            told = PRONOUN_GENDER.get(mention.text.lower()) if mention.kind == "pronoun" else None
            if told and subject is not None and len(rivals) <= 1:
                votes.setdefault(subject.entity, []).append(mention)
            elif mention.entity >= 0 and _may_be_person(table[mention.entity]) and not mention.modifier:
                rivals.add(mention.entity)
                subject = mention if mention.subject or subject is None else subject
    for number, pronouns in votes.items():
        _count_votes(table[number], pronouns, line_of)


def _may_be_person(entity: Entity) -> bool:
    return not entity.plural and (entity.kind == "person" or (entity.kind == "unknown" and entity.named))


def _count_votes(entity: Entity, pronouns: Sequence[Mention], line_of: Callable[[int], int]) -> None:
    """Takes the gender that the pronouns agree on, unless a title or a well-known first name says otherwise."""
    female = sum(PRONOUN_GENDER[m.text.lower()] == "female" for m in pronouns)
    most, least = max(female, len(pronouns) - female), min(female, len(pronouns) - female)
    needed = 1 if entity.gender_sure < 0.5 else 2 if entity.gender_sure < 0.75 else 3
    gender: Gender = "female" if female == most else "male"
    if entity.gender_sure >= 0.9 or most < needed or least * 3 > most or gender == entity.gender:
        return
    first = next(m for m in pronouns if PRONOUN_GENDER[m.text.lower()] == gender)
    entity.gender, entity.gender_sure = gender, 0.85
    entity.gender_evidence = f"'{first.text}' in line {line_of(first.start)}"
    entity.kind = "person"
