"""The rules that decide a speaker without the ranker."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from narrate.attribution.clauses import Clause
from narrate.attribution.entities import role_head
from narrate.attribution.mentions import NOBODY
from narrate.attribution.pronouns import agrees, has_gender
from narrate.attribution.quotation_context import QuotationContext, described_kind, determiner

_NEAR_PATTERNS: Final = frozenset({"inverted", "follows", "pull", "label", "according"})
"""Patterns of clauses in which the speaker stands next to the quotation."""
_CLOSING_PATTERNS: Final = frozenset({"inverted", "follows", "according"})
_ONE_SENTENCE: Final = re.compile(r"[^.!?]*(?:\b(?:[A-Z][a-z]{0,4}|[A-Z])\.[^.!?]*)*[.!?]")
"""Text with one full stop, at its end; those of initials and short titles do not count."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that decides the speaker of some quotations."""

    name: str
    speaker: Callable[[QuotationContext], int | None]
    """Returns the number of the entity that speaks, ``NOBODY``, or None if the rule does not apply."""
    precision: float | None
    """Share of its decisions that are right; None if no development set has such a quotation."""


def first_match(context: QuotationContext) -> tuple[Rule, int] | None:
    """Return the first rule of ``RULES`` that applies, and the speaker that it decides on."""
    for rule in RULES:
        speaker = rule.speaker(context)
        if speaker is not None:
            return rule, speaker
    return None


def _open_quotation(context: QuotationContext) -> int | None:
    """The quotation continues one that the paragraph before left open."""
    return context.history.get(context.number - 1) if context.quotation.continues else None


def _unidentified(context: QuotationContext) -> int | None:
    """The clause does not say who speaks ("nobody said", "someone shouted")."""
    clause = context.clause
    is_unidentified = clause is not None and clause.mention.text.lower() in context.words.unidentified_speakers
    return NOBODY if is_unidentified else None


def _next_sentence(context: QuotationContext) -> int | None:
    """Only the end of the reporting sentence stands between this quotation and the one before.

    An example is ``"...," said X. "..."``.
    """
    if context.clause or context.paragraph_speaker is None:
        return None
    before = context.analysis.quotations[context.number - 1]
    if before.clause is None or before.clause.pattern not in _CLOSING_PATTERNS:
        return None
    between = context.quotation.before[before.segment.end - context.quotation.segment.start :].strip()
    return context.paragraph_speaker if _ONE_SENTENCE.fullmatch(between) else None


def _split_quotation(context: QuotationContext) -> int | None:
    """The clause stands between the two parts of a quotation ("We," said X, "are ready.")."""
    if context.clause is None or context.paragraph_speaker is None:
        return None
    before = context.analysis.quotations[context.number - 1].clause
    return context.paragraph_speaker if before and before.mention is context.clause.mention else None


def _in_clause(applies: Callable[[QuotationContext, Clause], bool]) -> Callable[[QuotationContext], int | None]:
    """Return a rule that decides on the entity of the first clause if the condition ``applies``."""

    def speaker(context: QuotationContext) -> int | None:
        clause = context.clause
        if clause is None or clause.mention.entity < 0:
            return None
        return clause.mention.entity if applies(context, clause) else None

    return speaker


def _is_named_before(context: QuotationContext, clause: Clause) -> bool:
    """A name is the subject of a saying verb before the quotation."""
    is_saying = clause.verb in context.words.saying_verbs or clause.verb in context.words.putting_verbs
    is_certain = clause.parsed and clause.finite and is_saying
    return clause.pattern == "precedes" and clause.mention.kind == "name" and is_certain


def _is_described_before(context: QuotationContext, clause: Clause) -> bool:
    """A text or a new person or group is the subject of a reporting verb before the quotation."""
    if clause.pattern != "precedes" or clause.mention.kind != "nominal":
        return False
    is_new = _is_new(context, clause) and described_kind(context) < 2 and (clause.parsed or clause.mention.subject)
    if not is_new and not (clause.parsed and _is_text(context, clause)):
        return False
    return clause.verb in context.words.saying_verbs or (clause.parsed and clause.distance <= 1)


def _is_named_near(_context: QuotationContext, clause: Clause) -> bool:
    """A name stands in a clause next to the quotation ("said X")."""
    return clause.pattern in _NEAR_PATTERNS and clause.mention.kind == "name"


def _is_according(_context: QuotationContext, clause: Clause) -> bool:
    """The quotation is given according to somebody."""
    return clause.pattern == "according"


def _is_known_description_near(context: QuotationContext, clause: Clause) -> bool:
    """A description next to the quotation means a named entity, or one that was described before.

    In fiction, "the old man" may be a character with a name, so that only named entities count.
    """
    mention, entity = clause.mention, context.analysis.table[clause.mention.entity]
    if clause.pattern not in _NEAR_PATTERNS or mention.kind != "nominal" or mention.plural:
        return False
    if entity.named:
        return True
    is_described_before = any(m.start < mention.start for m in entity.mentions)
    return is_described_before and described_kind(context) in {0, 1} and not context.analysis.fiction


def _is_new_near(context: QuotationContext, clause: Clause) -> bool:
    """A description next to the quotation introduces a person or group ("said a neighbor", "residents said")."""
    return clause.pattern in _NEAR_PATTERNS and _is_new(context, clause)


def _is_text_near(context: QuotationContext, clause: Clause) -> bool:
    """A text speaks next to the quotation ("the lawsuit says")."""
    return clause.pattern in _NEAR_PATTERNS and _is_text(context, clause)


def _is_owned_group_near(context: QuotationContext, clause: Clause) -> bool:
    """A group with a possessive stands next to the quotation ("his party said")."""
    return clause.pattern in _NEAR_PATTERNS and determiner(context) == 1 and described_kind(context) == 1


def _is_new(context: QuotationContext, clause: Clause) -> bool:
    """Return whether the description of the clause introduces an entity."""
    if clause.mention.kind != "nominal":
        return False
    is_named = context.analysis.table[clause.mention.entity].named
    return determiner(context) >= 2 or (clause.mention.plural and not is_named)


def _is_text(context: QuotationContext, clause: Clause) -> bool:
    """Return whether the description of the clause is a text that does not speak for its sender."""
    if described_kind(context) != 2:
        return False
    return role_head(clause.mention.roles[0], context.words) not in context.words.sent_texts


def _only_antecedent(context: QuotationContext) -> int | None:
    """Only one entity in the paragraph, or else in the one before, can be meant by the pronoun of the clause.

    Its gender is known, and it is the subject of a main clause.
    """
    if context.analysis.fiction or context.clause is None or not has_gender(context.clause.mention):
        return None
    pronoun, table = context.clause.mention, context.analysis.table
    for place in (pronoun.paragraph, pronoun.paragraph - 1):
        near = context.analysis.mentions[place] if place >= 0 else ()
        fitting = [
            m
            for m in near
            if m.start < pronoun.start and m.entity >= 0 and m.kind != "pronoun" and not m.modifier
            if agrees(table[m.entity], pronoun)
        ]
        if fitting:
            entity = fitting[0].entity
            is_certain = table[entity].gender != "unknown" and any(m.main for m in fitting)
            return entity if is_certain and all(m.entity == entity for m in fitting) else None
    return None


OPEN_QUOTATION: Final = Rule("open quotation", _open_quotation, None)

RULES: Final = (
    OPEN_QUOTATION,
    Rule("unidentified speaker", _unidentified, None),
    Rule("next sentence", _next_sentence, None),
    Rule("split quotation", _split_quotation, None),
    Rule("name before", _in_clause(_is_named_before), None),
    Rule("description before", _in_clause(_is_described_before), None),
    Rule("name near", _in_clause(_is_named_near), None),
    Rule("according to", _in_clause(_is_according), None),
    Rule("known description near", _in_clause(_is_known_description_near), None),
    Rule("new description near", _in_clause(_is_new_near), None),
    Rule("text near", _in_clause(_is_text_near), None),
    Rule("owned group near", _in_clause(_is_owned_group_near), None),
)
"""The rules in order: the first one that applies decides."""

ONLY_ANTECEDENT: Final = Rule("only antecedent", _only_antecedent, None)
"""The rule that decides where the ranker is in doubt."""
