"""Who said each quotation: what is certain first, then the ranker, from the first quotation to the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from narrate.attribution import wordlists as lexicon
from narrate.attribution.analysis import Analysis
from narrate.attribution.candidates import candidates, features
from narrate.attribution.clauses import Clause
from narrate.attribution.quotation_context import QuotationContext, build_context
from narrate.attribution.ranker import Ranker
from narrate.attribution.rules import only_one_meant

_SURE_OF_NEXT_PART = 0.97
_PRONOUN_SHARE = 0.97
"""What a pronoun leaves of the ranker's confidence."""
_SUREST = 0.985
"""Nobody is surer than that: of those that name the speaker outright, a few in a hundred are wrong."""
_DESCRIBED_AT_MOST = 0.86
_LOOSE_AT_MOST = 0.88
"""Clauses that the parse does not bear out, or whose verb can report something else; pronouns that lead to words; no
clause at all."""
_NOBODY = frozenset({"nobody", "no one", "none", "anybody", "anyone", "everybody", "everyone", "somebody", "someone"})
_DOUBTFUL = 0.8
"""Below this confidence of the ranker, a pronoun that can mean but one subject near it decides."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who said a quotation: the entity's number (None if nobody was found), how sure, and why."""

    entity: int | None
    confidence: float
    evidence: str
    described_as: str = ""
    """The description by which a clause points at the speaker ("Kremlin spokesman"); empty where one is named."""


def decide(analysis: Analysis, ranker: Ranker) -> dict[int, Decision]:
    """The decision for every quotation that is speech, by its number."""
    decisions: dict[int, Decision] = {}
    history: dict[int, int | None] = {}
    for number, quotation in enumerate(analysis.quotations):
        if not quotation.speech:
            continue
        before = decisions.get(number - 1)
        if quotation.continues and before is not None:
            sure = max(before.confidence * _SURE_OF_NEXT_PART, 0.0)
            why = "the quotation goes on from the paragraph before"
            decisions[number] = Decision(before.entity, sure, why, before.described_as)
        else:
            decisions[number] = _rank(build_context(analysis, number, history), ranker, before)
        history[number] = decisions[number].entity
    return decisions


def _rank(context: QuotationContext, ranker: Ranker, before: Decision | None) -> Decision:
    clause = context.quotation.clauses[0] if context.quotation.clauses else None
    if clause is not None and clause.mention.text.lower() in _NOBODY:
        return Decision(None, 0.05, f"{_clause_words(clause)}, which says nothing of who that is")
    entities = candidates(context)
    if not entities:
        return Decision(None, 0.05, "nobody near the quotation could be speaking")
    probabilities = ranker.probabilities(features(context, entities))
    best = int(probabilities.argmax())
    sure = ranker.confidence(float(probabilities[best]))
    only = None if context.analysis.fiction else only_one_meant(context)
    if only is not None and sure < _DOUBTFUL and only in entities:
        best, sure = entities.index(only), max(_DOUBTFUL, sure)
    if clause is not None and clause.mention.kind == "pronoun":
        sure *= _PRONOUN_SHARE
    sure = min(sure, _SUREST, _ceiling(context, entities[best], before))
    return Decision(
        entities[best], sure, evidence(context, entities[best]), _description(context, entities[best], before)
    )


def _ceiling(context: QuotationContext, number: int, before: Decision | None) -> float:
    """How sure one may be at most: the shares of each kind of clause that are right in the news sets."""
    clause = context.quotation.clauses[0] if context.quotation.clauses else None
    if clause is None:
        return before.confidence if before is not None and number == context.beside else _LOOSE_AT_MOST
    if clause.mention.kind == "pronoun" and clause.pattern == "precedes":
        return _LOOSE_AT_MOST
    if clause.mention.kind == "nominal":
        return _DESCRIBED_AT_MOST
    if clause.pattern in {"follows", "inverted"}:
        loose = not clause.parsed or clause.verb not in lexicon.SAYING
        return _LOOSE_AT_MOST if loose else 1.0
    return 1.0


def _description(context: QuotationContext, number: int, before: Decision | None) -> str:
    """The description in the quotation's own clause, or that of the quotation before it whose speaker goes on."""
    if context.quotation.clauses:
        mention = context.quotation.clauses[0].mention
        return mention.text if mention.kind == "nominal" else ""
    return before.described_as if before is not None and number == context.beside else ""


def evidence(context: QuotationContext, number: int) -> str:
    """Why the candidate is thought to be the speaker, for an editor to read."""
    name = context.analysis.table[number].name
    for clause in context.quotation.clauses:
        who = clause.mention.text
        if clause.mention.kind == "pronoun":
            if number in {e for _, e in context.pronouns} or clause.mention.entity == number:
                return f"{_clause_words(clause)}; '{who}' = {name}"
        elif clause.mention.entity == number:
            return _clause_words(clause) + ("" if clause.mention.kind == "name" else _equals(who, name))
        elif clause.mention.kind == "nominal":
            return f"{_clause_words(clause)}{_equals(who, name)}"
    if number == context.beside:
        return f"{name} goes on in the same paragraph"
    if number == context.later:
        return f"{name} is named with the next part of the paragraph"
    if number == context.introduced:
        return f"{name} is the subject of the sentence before"
    if context.previous and number == context.previous[0]:
        return f"{name} spoke last, and nobody else comes between"
    return f"{name} is the likeliest of those named nearby"


def _equals(who: str, name: str) -> str:
    return "" if who.lower() == name.lower() else f"; '{who}' = {name}"


def _clause_words(clause: Clause) -> str:
    who = clause.mention.text
    said: Mapping[str, str] = {
        "inverted": f"'{clause.verb} {who}' follows the quotation",
        "follows": f"'{who} {clause.verb}' follows the quotation",
        "precedes": f"'{who} {clause.verb}' leads to the quotation",
        "according": f"'according to {who}'",
        "as-saying": f"'{who} as {clause.verb}' leads to the quotation",
        "passive": f"'{clause.verb} by {who}' leads to the quotation",
        "pull": f"the signature '{who}' stands behind the quotation",
        "label": f"the label '{who}:' stands before the quotation",
    }
    return said.get(clause.pattern, f"'{who}' introduces the quotation with a colon")
