"""Pronouns: who "she" is, by gender, number, subject and recency."""

from __future__ import annotations

from collections.abc import Sequence

from narrate.attribution.entities import Entity
from narrate.attribution.gender import PRONOUN_GENDER
from narrate.attribution.mentions import Mention

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
                mention.entity = ranked[0][1] if ranked and ranked[0][0] > 0 else -1
