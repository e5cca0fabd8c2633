"""Generate the candidates for the speaker of a quotation."""

from __future__ import annotations

from typing import Final

from narrate.attribution.entities import Entity
from narrate.attribution.mentions import Mention
from narrate.attribution.pronouns import has_gender
from narrate.attribution.quotation_context import QuotationContext

_MAX_PARAGRAPHS_BACK: Final = 3
_MAX_PARAGRAPHS_BACK_FICTION: Final = 8
"""Paragraphs before a quotation in which candidates are looked for. In fiction, speakers stay unnamed for a page."""
_MAX_CANDIDATES: Final = 16
_MAX_ANTECEDENTS: Final = 5
_MAX_PREVIOUS: Final = 3
_MIN_GENDER_CERTAINTY: Final = 0.85
"""Certainty of a gender that excludes a candidate: above that of a first name, 0.8."""


def generate_candidates(context: QuotationContext) -> list[int]:
    """Return the numbers of the entities that could have spoken, without repetition, the likely ones first."""
    analysis, quotation = context.analysis, context.quotation
    found = dict.fromkeys(clause.mention.entity for clause in quotation.clauses if clause.mention.entity >= 0)
    found |= dict.fromkeys(entity for _, entity in context.antecedents[:_MAX_ANTECEDENTS])
    previous = context.previous if analysis.fiction else context.previous[:_MAX_PREVIOUS]
    likely = (context.paragraph_speaker, context.next_speaker, context.introduced, *previous)
    found |= dict.fromkeys(entity for entity in likely if entity is not None)
    for mention in _mentions_around(context):
        if mention.entity >= 0 and _may_speak(analysis.table[mention.entity], mention):
            found[mention.entity] = None
        if len(found) >= _MAX_CANDIDATES:
            break
    return _fitting(context, list(found))


def _mentions_around(context: QuotationContext) -> list[Mention]:
    """Return the mentions in the paragraphs before the quotation, the latest first, and then in the paragraph after."""
    mentions, at = context.analysis.mentions, context.quotation.paragraph
    first = max(0, at - (_MAX_PARAGRAPHS_BACK_FICTION if context.analysis.fiction else _MAX_PARAGRAPHS_BACK))
    before = [m for paragraph in range(at, first - 1, -1) for m in reversed(mentions[paragraph])]
    return [*before, *(m for paragraph in mentions[at + 1 : at + 2] for m in paragraph)]


def _may_speak(entity: Entity, mention: Mention) -> bool:
    return entity.named or entity.kind != "unknown" or mention.subject


def _fitting(context: QuotationContext, found: list[int]) -> list[int]:
    """Return the candidates that the word in the clause can mean; all of them if it can mean none of them.

    "She" excludes men whose gender is not only that of a first name, "the company" persons, "the judge" groups.
    """
    clause = context.clause
    if clause is None or clause.pattern not in {"follows", "inverted", "precedes"}:
        return found
    kind = context.described_kind if clause.parsed and not clause.mention.plural else -1
    kept = []
    for number in found:
        entity = context.analysis.table[number]
        is_group = entity.kind == "group" and any(entity.types[name] for name in ("ORG", "GPE", "NORP"))
        is_person = entity.kind == "person" and (entity.types["PERSON"] > 0 or bool(entity.titles))
        has_sure_gender = has_gender(clause.mention) and entity.gender_sure >= _MIN_GENDER_CERTAINTY
        has_other_gender = has_sure_gender and entity.gender != clause.mention.pronoun_for
        if not (has_other_gender or (is_group and kind == 0) or (is_person and kind == 1)):
            kept.append(number)
    return kept or found
