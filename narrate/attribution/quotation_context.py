"""One quotation in its place: what was decided before it, and whom the words around it may mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from narrate.attribution import wordlists as lexicon
from narrate.attribution.analysis import Analysis, Quotation
from narrate.attribution.clauses import Clause
from narrate.attribution.entities import role_head
from narrate.attribution.gender import PRONOUN_GENDER
from narrate.attribution.pronouns import agrees, resolve


@dataclass(slots=True)
class QuotationContext:
    """One quotation and what was decided for those before it."""

    analysis: Analysis
    number: int
    quotation: Quotation
    history: Mapping[int, int | None]
    """Quotation number -> entity, for those before (and, in the same paragraph, what their clauses say)."""
    pronouns: list[tuple[float, int]] = field(default_factory=list)
    """Whom the pronoun of the first clause may mean."""
    previous: list[int] = field(default_factory=list)
    """The entities of the last quotations, the latest first."""
    beside: int | None = None
    """The speaker of the quotation before it in the same paragraph."""
    later: int | None = None
    """The speaker that a clause names for the next quotation of the same paragraph."""
    main_subjects: list[int] = field(default_factory=list)
    """The main subjects before it that its clause's pronoun could mean, in its paragraph or else in the one before."""
    introduced: int | None = None
    """The subject of the sentence before, in the same paragraph or at the end of the one before."""


def build_context(analysis: Analysis, number: int, history: Mapping[int, int | None]) -> QuotationContext:
    """What the features need to know of quotation ``number``."""
    quotation = analysis.quotations[number]
    context = QuotationContext(analysis, number, quotation, history)
    for n in range(number - 1, max(-1, number - 12), -1):
        entity = history.get(n)
        if entity is not None:
            context.previous.append(entity)
            if n == number - 1 and analysis.quotations[n].paragraph == quotation.paragraph:
                context.beside = entity
    last = context.previous[0] if context.previous else None
    for clause in quotation.clauses[:1]:
        if clause.mention.kind == "pronoun":
            context.pronouns = resolve(clause.mention, analysis.mentions, analysis.table, last)
    context.later = _later_speaker(analysis, number, last)
    context.main_subjects = _main_subjects(analysis, quotation)
    context.introduced = _introducing(analysis, quotation)
    return context


def _later_speaker(analysis: Analysis, number: int, last: int | None) -> int | None:
    for later in analysis.quotations[number + 1 :]:
        if later.paragraph != analysis.quotations[number].paragraph:
            return None
        for clause in later.clauses[:1]:
            if clause.mention.kind == "pronoun":
                ranked = resolve(clause.mention, analysis.mentions, analysis.table, last)
                return ranked[0][1] if ranked else None
            return clause.mention.entity if clause.mention.entity >= 0 else None
    return None


def _main_subjects(analysis: Analysis, quotation: Quotation) -> list[int]:
    told = quotation.clauses[0].mention.text if quotation.clauses else ""
    told = told if told.lower() in PRONOUN_GENDER else ""
    for paragraph in (quotation.paragraph, quotation.paragraph - 1):
        near = analysis.mentions[paragraph] if paragraph >= 0 else []
        subjects = [m.entity for m in near if m.main and m.entity >= 0 and m.end <= quotation.segment.start]
        found = [e for e in subjects if not told or agrees(analysis.table[e], told)]
        if found:
            return found
    return []


def _introducing(analysis: Analysis, quotation: Quotation) -> int | None:
    mentions = [m for m in analysis.mentions[quotation.paragraph] if m.end <= quotation.segment.start]
    if not any(m.subject and m.entity >= 0 for m in mentions) and quotation.paragraph:
        mentions = analysis.mentions[quotation.paragraph - 1]
    subjects = [m for m in mentions if m.subject and m.entity >= 0]
    if not subjects:
        return None
    main = [m for m in subjects if m.main and m.sentence == subjects[-1].sentence]
    if main:
        return main[0].entity
    return next(m for m in subjects if m.sentence == subjects[-1].sentence).entity


_DETERMINERS: Final = {"the": 0.0, "a": 2.0, "an": 2.0, "his": 1.0, "her": 1.0, "their": 1.0, "its": 1.0}


def determiner(clause: Clause | None) -> float:
    """0 "the", 1 a possessive, 2 "a", 3 "one" and the like, 4 none; -1 for names and pronouns."""
    if clause is None or clause.mention.kind != "nominal":
        return -1.0
    return _DETERMINERS.get(clause.mention.titles[0], 3.0) if clause.mention.titles else 4.0


def described_kind(clause: Clause | None) -> float:
    """Whether the clause's description is of a person (0), a group (1) or a text (2); -1 for names and pronouns."""
    if clause is None or clause.mention.kind != "nominal" or not clause.mention.roles:
        return -1.0
    head = role_head(clause.mention.roles[0])
    if lexicon.is_text(head):
        return 2.0
    return 0.0 if lexicon.is_role(head) and not clause.mention.plural else 1.0 if lexicon.is_group(head) else 3.0
