"""Pronouns and their antecedents: only the nearest of mentions that are alike is scored, which changes no result."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from narrate.attribution.entity import Entity
from narrate.attribution.mention import NO_ENTITY, Mention
from narrate.attribution.pronouns import agrees, find_antecedents, resolve_pronouns

FEMALE = Entity(0, "Ann Lee", ("ann", "lee"), kind="person", gender="female")
MALE = Entity(1, "Bo Hill", ("bo", "hill"), kind="person", gender="male")
UNKNOWN = Entity(2, "Robin Day", ("robin", "day"), kind="person")
GROUP = Entity(3, "Port of Delft", ("port", "delft"), kind="group")
DESCRIBED = Entity(4, "a neighbor", ("neighbor",), kind="person", named=False)
COUPLE = Entity(5, "two guards", ("guards",), kind="person", plural=True)
TABLE = (FEMALE, MALE, UNKNOWN, GROUP, DESCRIBED, COUPLE)


def a_mention(entity: int, place: int, *, paragraph: int = 0, **details: Any) -> Mention:
    """Return a mention of an entity, at a token and an offset that follow from its ``place`` in the article."""
    return Mention(
        "name", paragraph, place, place, place, 10 * place, 10 * place + 5, "x", ("x",), entity=entity, **details
    )


def a_pronoun(place: int, meaning: str = "female", *, paragraph: int = 0, **details: Any) -> Mention:
    return replace(a_mention(-1, place, paragraph=paragraph, **details), kind="pronoun", pronoun_for=meaning)


def ranked_in_full(
    pronoun: Mention, mentions: Sequence[Sequence[Mention]], last_speaker: int | None
) -> list[tuple[float, int]]:
    """Return what ``Antecedents.rank`` promises, with a score for each of the last 400 mentions before the pronoun."""
    paragraphs = range(pronoun.paragraph, max(-1, pronoun.paragraph - 4), -1)
    before = [m for at in paragraphs for m in reversed(mentions[at]) if m.entity >= 0 and m.start < pronoun.start]
    subjects = {m.entity for m in mentions[pronoun.paragraph] if m.head == pronoun.agent}
    scores: dict[int, float] = {}
    seen = 0
    for mention in before[:400]:
        entity = TABLE[mention.entity]
        if not agrees(entity, pronoun) or mention.entity in subjects:
            continue
        seen += 1
        score = 1.0 / (1 + 0.35 * seen) + 0.4 * mention.subject + 0.5 * mention.main
        score -= 0.45 * (pronoun.paragraph - mention.paragraph)
        score += 0.2 * (entity.gender != "unknown") + 0.3 * entity.named
        is_near = (mention.paragraph, mention.sentence) == (pronoun.paragraph, pronoun.sentence)
        score -= 0.35 if is_near and not mention.subject else 0.0
        score -= 0.5 * mention.modifier + 0.6 * mention.heading
        scores[mention.entity] = max(scores.get(mention.entity, -9.0), score)
    if last_speaker in scores:
        scores[last_speaker] += 0.25
    return sorted(((score, entity) for entity, score in scores.items()), key=lambda item: (-item[0], item[1]))


def random_article(chance: random.Random) -> list[list[Mention]]:
    """Return mentions in six paragraphs, some of hundreds of mentions, in sentences of a few."""
    mentions, place = [], 0
    for paragraph in range(6):
        near = []
        for at in range(chance.choice([1, 5, 40, 300])):
            flags = {name: chance.random() < 0.3 for name in ("subject", "main", "modifier", "heading")}
            entity = chance.choice([-1, NO_ENTITY, *range(len(TABLE))])
            near.append(a_mention(entity, place, paragraph=paragraph, sentence=at // 4, **flags))
            place += 1
        mentions.append(near)
    return mentions


@pytest.mark.parametrize("seed", range(12))
def test_antecedents_have_the_scores_of_the_nearest_mentions(seed: int) -> None:
    chance = random.Random(seed)
    mentions = random_article(chance)
    antecedents = find_antecedents(mentions, TABLE)
    for _ in range(20):
        own = chance.choice(chance.choice(mentions))
        agent = chance.choice([-1, own.head - 1, own.head - 2])
        meaning = chance.choice(["male", "female", "thing", "group", ""])
        pronoun = replace(own, kind="pronoun", pronoun_for=meaning, agent=agent)
        last_speaker = chance.choice([None, *range(len(TABLE))])
        assert antecedents.rank(pronoun, last_speaker) == ranked_in_full(pronoun, mentions, last_speaker)


def test_pronoun_means_the_last_subject_of_its_gender() -> None:
    mentions = [[a_mention(0, 1, subject=True, main=True), a_mention(1, 3), a_pronoun(5)]]
    assert resolve_pronouns(mentions, TABLE)[0][-1].entity == FEMALE.number


def test_object_of_a_verb_is_not_its_subject() -> None:
    mentions = [[a_mention(0, 1, subject=True, main=True), a_mention(2, 0), a_pronoun(5, agent=1)]]
    assert resolve_pronouns(mentions, TABLE)[0][-1].entity == UNKNOWN.number


def test_pronoun_of_a_reported_clause_means_who_reports_it() -> None:
    mentions = [[a_mention(2, 1), a_mention(0, 3, subject=True, main=True), a_pronoun(5, reporter=1)]]
    assert resolve_pronouns(mentions, TABLE)[0][-1].entity == UNKNOWN.number


def test_reporter_of_another_sentence_is_not_meant() -> None:
    mentions = [[a_mention(2, 1), a_mention(0, 3, subject=True, main=True), a_pronoun(5, reporter=1, sentence=1)]]
    assert resolve_pronouns(mentions, TABLE)[0][-1].entity == FEMALE.number


def test_pronoun_without_anyone_of_its_gender_stays_unresolved() -> None:
    mentions = [[a_mention(0, 1, subject=True, main=True), a_mention(3, 3), a_pronoun(5, "male")]]
    assert resolve_pronouns(mentions, TABLE)[0][-1].entity == -1


def test_antecedent_is_looked_for_in_three_paragraphs_before() -> None:
    def meant(paragraph: int) -> int:
        between: list[list[Mention]] = [[] for _ in range(paragraph - 1)]
        first = [a_mention(0, 1, subject=True, main=True)]
        return resolve_pronouns([first, *between, [a_pronoun(9, paragraph=paragraph)]], TABLE)[-1][-1].entity

    assert [meant(paragraph) for paragraph in (1, 3, 4)] == [0, 0, -1]
