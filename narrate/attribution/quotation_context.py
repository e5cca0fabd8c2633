"""Describe the context of a quotation: what was decided before it, and whom the words around it may mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from narrate.attribution.analysis import Analysis
from narrate.attribution.clauses import Clause
from narrate.attribution.entities import role_head
from narrate.attribution.mentions import NOBODY, Mention
from narrate.attribution.pronouns import agrees, has_gender, rank_antecedents
from narrate.attribution.quotations import Quotation
from narrate.languages import AttributionWords

_MAX_QUOTATIONS_BACK: Final = 11
"""Quotations before this one whose speakers are remembered."""


@dataclass(frozen=True, slots=True)
class QuotationContext:
    """A quotation and what was decided for those before it. Speakers are numbers of entities."""

    analysis: Analysis
    number: int
    quotation: Quotation
    history: Mapping[int, int]
    """Number of a quotation before this one -> its speaker, or ``NOBODY``."""
    antecedents: Sequence[tuple[float, int]]
    """(score, entity) of those whom the pronoun of the first clause may mean, the likeliest first."""
    previous: tuple[int, ...]
    """The speakers of the last quotations, the latest first."""
    paragraph_speaker: int | None
    """The speaker of the quotation before it in the same paragraph."""
    next_speaker: int | None
    """The speaker that a clause names for the next quotation of the same paragraph."""
    main_subjects: tuple[int, ...]
    """The main subjects before it, in its paragraph or else the one before, that fit the pronoun of its clause."""
    introduced: int | None
    """The subject of the sentence before it, in the same paragraph or at the end of the one before."""

    @property
    def words(self) -> AttributionWords:
        """Words and patterns of the language."""
        return self.analysis.words

    @property
    def clause(self) -> Clause | None:
        """The most reliable clause."""
        return self.quotation.clause


def build_context(analysis: Analysis, number: int, history: Mapping[int, int]) -> QuotationContext:
    """Return the context of quotation ``number``; ``history`` has the speakers of the quotations before it."""
    quotation = analysis.quotations[number]
    recent = [history.get(n, NOBODY) for n in range(number - 1, max(-1, number - 1 - _MAX_QUOTATIONS_BACK), -1)]
    previous = tuple(entity for entity in recent if entity >= 0)
    last = previous[0] if previous else None
    shares_paragraph = quotation.order > 0 and recent[0] >= 0
    pronoun = quotation.clause.mention if quotation.clause and quotation.clause.mention.kind == "pronoun" else None
    return QuotationContext(
        analysis,
        number,
        quotation,
        history,
        antecedents=rank_antecedents(pronoun, analysis.mentions, analysis.table, last) if pronoun else [],
        previous=previous,
        paragraph_speaker=recent[0] if shares_paragraph else None,
        next_speaker=_next_speaker(analysis, number, last),
        main_subjects=_main_subjects(analysis, quotation),
        introduced=_introduced(analysis, quotation),
    )


def _next_speaker(analysis: Analysis, number: int, last: int | None) -> int | None:
    for later in analysis.quotations[number + 1 :]:
        if later.paragraph != analysis.quotations[number].paragraph:
            return None
        if later.clause is None:
            continue
        if later.clause.mention.kind != "pronoun":
            return later.clause.mention.entity if later.clause.mention.entity >= 0 else None
        ranked = rank_antecedents(later.clause.mention, analysis.mentions, analysis.table, last)
        return ranked[0][1] if ranked else None
    return None


def _main_subjects(analysis: Analysis, quotation: Quotation) -> tuple[int, ...]:
    pronoun = quotation.clause.mention if quotation.clause and has_gender(quotation.clause.mention) else None
    for paragraph in (quotation.paragraph, quotation.paragraph - 1):
        near = analysis.mentions[paragraph] if paragraph >= 0 else ()
        subjects = [m.entity for m in near if m.main and m.entity >= 0 and m.end <= quotation.segment.start]
        found = tuple(e for e in subjects if pronoun is None or agrees(analysis.table[e], pronoun))
        if found:
            return found
    return ()


def _introduced(analysis: Analysis, quotation: Quotation) -> int | None:
    near: list[Mention] = [m for m in analysis.mentions[quotation.paragraph] if m.end <= quotation.segment.start]
    if quotation.paragraph and not any(m.subject and m.entity >= 0 for m in near):
        near = [*analysis.mentions[quotation.paragraph - 1]]
    subjects = [m for m in near if m.subject and m.entity >= 0]
    last = [m for m in subjects if m.sentence == subjects[-1].sentence]
    return next((m.entity for m in last if m.main), last[0].entity if last else None)


_DETERMINERS: Final = {"definite": 0, "possessive": 1, "indefinite": 2}


def determiner(context: QuotationContext) -> int:
    """Return the determiner of the description in the clause.

    It is 0 if definite, 1 possessive, 2 indefinite, 3 another ("one"), 4 missing; -1 without a description.
    """
    clause = context.clause
    if clause is None or clause.mention.kind != "nominal":
        return -1
    if not clause.mention.titles:
        return 4
    return _DETERMINERS.get(context.words.determiners.get(clause.mention.titles[0], ""), 3)


def described_kind(context: QuotationContext) -> int:
    """Return what the description in the clause is of: 0 a person, 1 a group, 2 a text, 3 others; -1 without one."""
    clause, words = context.clause, context.words
    if clause is None or clause.mention.kind != "nominal" or not clause.mention.roles:
        return -1
    head = role_head(clause.mention.roles[0], words)
    if head in words.texts:
        return 2
    if words.is_role(head) and not clause.mention.plural:
        return 0
    return 1 if words.is_group(head) else 3
