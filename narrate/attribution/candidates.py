"""Candidates: everybody who could have said a quotation, and the features by which the ranker compares them."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from typing import Final

from narrate.attribution import wordlists as lexicon
from narrate.attribution.clauses import PATTERNS, Clause
from narrate.attribution.entities import Entity, role_head
from narrate.attribution.gender import PRONOUN_GENDER
from narrate.attribution.mentions import Mention
from narrate.attribution.pronouns import agrees
from narrate.attribution.quotation_context import QuotationContext, described_kind, determiner
from narrate.attribution.rules import certain
from narrate.languages.marks import MARKS

_KINDS: Final = ("name", "nominal", "pronoun")
_BACK: Final = 3
"""Paragraphs before a quotation in which candidates are looked for."""
_BACK_IN_FICTION: Final = 8
"""Where people talk for a page without being named."""
_MOST: Final = 16
_KNOWN_GENDER: Final = 0.85
_FIRST_PERSON: Final = re.compile(r"\b(?:I|I['’]\w+|[Mm]y|me)\b")
_WE: Final = re.compile(r"\b(?:[Ww]e|[Oo]ur|us)\b")


def candidates(context: QuotationContext) -> list[int]:
    """The numbers of the entities that could have spoken, the likely ones first."""
    analysis, quotation = context.analysis, context.quotation
    sure = certain(context)
    if sure is not None:
        return [sure]
    found: dict[int, None] = {}
    for clause in quotation.clauses:
        if clause.mention.entity >= 0:
            found[clause.mention.entity] = None
    for _, entity in context.pronouns[:5]:
        found[entity] = None
    heard = context.previous if analysis.fiction else context.previous[:3]
    for known in (context.beside, context.later, context.introduced, *heard):
        if known is not None:
            found[known] = None
    first = max(0, quotation.paragraph - (_BACK_IN_FICTION if analysis.fiction else _BACK))
    near = [m for p in range(quotation.paragraph, first - 1, -1) for m in reversed(analysis.mentions[p])]
    near += analysis.mentions[quotation.paragraph + 1] if quotation.paragraph + 1 < len(analysis.mentions) else []
    for mention in near:
        if mention.entity >= 0 and _may_speak(analysis.table[mention.entity], mention):
            found[mention.entity] = None
        if len(found) >= _MOST:
            break
    return _fitting(context, list(found))


def _fitting(context: QuotationContext, found: list[int]) -> list[int]:
    """Those whom the clause's own word can mean, if there are any: "she" no man, "the company" no person, "the judge"
    no group. Only what is known of a candidate from elsewhere counts, not what a first name suggests."""
    clause = context.quotation.clauses[0] if context.quotation.clauses else None
    if clause is None or clause.pattern not in {"follows", "inverted", "precedes"}:
        return found
    told, kind = PRONOUN_GENDER.get(clause.mention.text.lower()), described_kind(clause)
    described = clause.parsed and not clause.mention.plural
    out: set[int] = set()
    for number in found:
        entity = context.analysis.table[number]
        group = entity.kind == "group" and entity.types["ORG"] + entity.types["GPE"] + entity.types["NORP"] > 0
        person = entity.kind == "person" and (entity.types["PERSON"] > 0 or bool(entity.titles))
        other_gender = told is not None and entity.gender_sure >= _KNOWN_GENDER and entity.gender != told
        if other_gender or (described and ((group and kind == 0) or (person and kind == 1))):
            out.add(number)
    return [e for e in found if e not in out] or found


def _may_speak(entity: Entity, mention: Mention) -> bool:
    return entity.named or entity.kind != "unknown" or mention.subject


def features(context: QuotationContext, entities: list[int]) -> list[list[float]]:
    """One row of numbers for each candidate."""
    shared = _of_quotation(context, len(entities))
    return [shared + _of_clauses(context, e) + _of_entity(context, e) + _of_place(context, e) for e in entities]


def _of_quotation(context: QuotationContext, count: int) -> list[float]:
    """What is the same for every candidate: the quotation and its first clause."""
    quotation = context.quotation
    words = quotation.segment.text.split()
    inner = quotation.segment.text.strip().strip(MARKS)
    clause = quotation.clauses[0] if quotation.clauses else None
    return [
        math.log1p(len(words)),
        quotation.embedded,
        quotation.order,
        bool(quotation.before.strip()),
        bool(quotation.after.strip()),
        quotation.continues,
        inner[-1:] == ",",
        len(quotation.clauses),
        count,
        PATTERNS.index(clause.pattern) if clause else -1,
        _KINDS.index(clause.mention.kind) if clause else -1,
        clause.distance if clause else -1,
        clause.parsed if clause else -1,
        clause.verb in lexicon.SAYING if clause else -1,
        determiner(clause),
        described_kind(clause),
        bool(_FIRST_PERSON.search(inner)),
        bool(_WE.search(inner)),
    ]


def _of_clauses(context: QuotationContext, number: int) -> list[float]:
    """How the candidate stands to the reporting clauses."""
    entity = context.analysis.table[number]
    clauses = context.quotation.clauses
    first = clauses[0] if clauses else None
    second = clauses[1] if len(clauses) > 1 else None
    rank = next((k for k, (_, e) in enumerate(context.pronouns) if e == number), -1)
    score = context.pronouns[rank][0] if rank >= 0 else -9.0
    best = context.pronouns[0][0] if context.pronouns else 0.0
    return [
        _is_clause_of(first, number),
        _is_clause_of(second, number),
        rank,
        score,
        score - best if rank > 0 else best - (context.pronouns[1][0] if len(context.pronouns) > 1 else -2.0),
        _agreement(first, entity),
        _role_overlap(first, entity),
    ]


def _is_clause_of(clause: Clause | None, number: int) -> float:
    if clause is None:
        return -1.0
    if clause.mention.entity == number:
        return 3.0 - _KINDS.index(clause.mention.kind)
    return 0.0


def _agreement(clause: Clause | None, entity: Entity) -> float:
    """Whether the clause's pronoun fits: 2 gender known and right, 1 possible, 0 not; -1 without a pronoun."""
    if clause is None or clause.mention.kind != "pronoun":
        return -1.0
    pronoun = clause.mention.text.lower()
    if not agrees(entity, pronoun):
        return 0.0
    told = PRONOUN_GENDER.get(pronoun)
    return 1.0 + (told is not None and told == entity.gender)


def _role_overlap(clause: Clause | None, entity: Entity) -> float:
    """How many words the clause's description shares with the candidate's roles and name; -1 without one."""
    if clause is None or clause.mention.kind != "nominal" or not clause.mention.roles:
        return -1.0
    head = role_head(clause.mention.roles[0])
    said = {w.lower() for w in clause.mention.words}
    known = {w for role in [*entity.roles, *entity.titles] for w in role.lower().split()} | set(entity.words)
    heads = {role_head(role) for role in [*entity.roles, *entity.titles]}
    return 2.0 * (head in heads) + len(said & known)


def _of_entity(context: QuotationContext, number: int) -> list[float]:
    """What the candidate is, and how often he or she has spoken."""
    entity = context.analysis.table[number]
    inner = context.quotation.segment.text.lower()
    spoken = sum(1 for e in context.history.values() if e == number)
    addressed = context.analysis.quotations[context.number - 1].segment.text.lower() if context.number else ""
    return [
        ("person", "group", "unknown").index(entity.kind),
        entity.named,
        entity.plural,
        ("female", "male", "unknown").index(entity.gender),
        math.log1p(len(entity.mentions)),
        len(entity.words),
        bool(entity.titles),
        bool(entity.roles),
        entity.types["PERSON"] > 0,
        entity.types["ORG"] > 0,
        entity.types["GPE"] + entity.types["NORP"] + entity.types["LOC"] > 0,
        bool(entity.words) and entity.named and entity.words[-1] in inner,
        bool(entity.words) and entity.named and entity.words[-1] in addressed,
        _turns_apart(context),
        spoken,
        context.previous.index(number) if number in context.previous else 20,
        number == context.beside,
        number == context.later,
        context.later is not None,
        number == context.introduced,
        _is_last_paragraph_speaker(context, number),
    ]


def _turns_apart(context: QuotationContext) -> float:
    """Paragraphs since the last quotation, 9 at most."""
    if not context.number:
        return 9.0
    return min(9.0, context.quotation.paragraph - context.analysis.quotations[context.number - 1].paragraph)


def _is_last_paragraph_speaker(context: QuotationContext, number: int) -> float:
    """2 if the candidate spoke in the paragraph before, 1 if the last speaker was heard earlier, 0 for others."""
    for n in range(context.number - 1, -1, -1):
        entity = context.history.get(n)
        if entity is not None:
            if entity != number:
                return 0.0
            return 2.0 if context.analysis.quotations[n].paragraph == context.quotation.paragraph - 1 else 1.0
    return 0.0


def _of_place(context: QuotationContext, number: int) -> list[float]:
    """Where the candidate is mentioned around the quotation."""
    quotation = context.quotation
    mentions = context.analysis.mentions_of(number)
    starts = [m.start for m in mentions]
    at = bisect_left(starts, quotation.segment.start)
    before = mentions[at - 1] if at else None
    after = mentions[at] if at < len(mentions) else None
    near = [m for m in mentions[max(0, at - 12) : at] if m.paragraph >= quotation.paragraph - 1]
    own = [m for m in near if m.paragraph == quotation.paragraph]
    previous = [m for m in near if m.paragraph == quotation.paragraph - 1]
    return [
        _distance(quotation.segment.start - before.end if before else None),
        quotation.paragraph - before.paragraph if before else 30,
        before.subject if before else -1,
        _KINDS.index(before.kind) if before else -1,
        _distance(after.start - quotation.segment.end if after and after.paragraph == quotation.paragraph else None),
        after.subject if after and after.paragraph == quotation.paragraph else -1,
        bool(after and after.paragraph == quotation.paragraph + 1 and after.subject),
        len(own),
        len(previous),
        any(m.subject for m in own),
        any(m.subject for m in previous),
        _sentences_back(context, own, previous),
        _says(context, own) + 0.5 * _says(context, previous),
        _between(context, before),
        any(m.main for m in own),
        any(m.main for m in previous),
        bool(previous) and previous[-1].main and previous[-1].sentence == _last_sentence(context),
        before.modifier if before else -1,
        bool(starts) and starts[0] > quotation.segment.start,
        _in_sentence(context, own),
        context.main_subjects[-1] == number if context.main_subjects else -1,
        context.main_subjects[0] == number if context.main_subjects else -1,
        context.analysis.table[number].gender_sure,
    ]


def _in_sentence(context: QuotationContext, own: list[Mention]) -> float:
    """Whether the candidate is the main subject (2) or another one (1) of the sentence that the quotation is in."""
    tokens = context.analysis.paragraphs[context.quotation.paragraph].tokens
    sentence = next((t.sentence for t in tokens if t.quotation == context.quotation.segment.index), -1)
    here = [m for m in own if m.sentence == sentence]
    return 2.0 if any(m.main for m in here) else float(any(m.subject for m in here))


def _last_sentence(context: QuotationContext) -> int:
    tokens = context.analysis.paragraphs[context.quotation.paragraph - 1].tokens if context.quotation.paragraph else []
    return tokens[-1].sentence if tokens else -1


def _distance(characters: int | None) -> float:
    return math.log1p(max(0, characters)) if characters is not None else 12.0


def _sentences_back(context: QuotationContext, own: list[Mention], previous: list[Mention]) -> float:
    """How many sentences of narration back the candidate last was a subject, within two paragraphs; 9 if never."""
    for mentions, paragraph in ((own, context.quotation.paragraph), (previous, context.quotation.paragraph - 1)):
        subjects = [m for m in mentions if m.subject]
        if subjects:
            tokens = context.analysis.paragraphs[paragraph].tokens
            if paragraph == context.quotation.paragraph:
                inside = [t.sentence for t in tokens if t.start < context.quotation.segment.start]
                return (inside[-1] if inside else 0) - subjects[-1].sentence
            return 1.0 + tokens[-1].sentence - subjects[-1].sentence
    return 9.0


def _says(context: QuotationContext, mentions: list[Mention]) -> float:
    """Whether the candidate is the subject of a reporting verb in these mentions' sentences."""
    for m in mentions:
        tokens = context.analysis.paragraphs[m.paragraph].tokens
        head = tokens[tokens[m.head].head]
        if m.subject and head.lower in lexicon.REPORTING:
            return 1.0 + (head.lower in lexicon.SAYING)
    return 0.0


def _between(context: QuotationContext, before: Mention | None) -> float:
    """How many other named persons or groups stand between the candidate's last mention and the quotation."""
    if before is None:
        return 12.0
    table = context.analysis.table
    others: set[int] = set()
    for p in range(before.paragraph, context.quotation.paragraph + 1):
        for m in context.analysis.mentions[p]:
            inside = before.end <= m.start < context.quotation.segment.start
            if inside and m.entity >= 0 and m.entity != before.entity and table[m.entity].kind != "unknown":
                others.add(m.entity)
    return min(12.0, len(others))
