"""Say why a speaker was chosen, for an editor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from narrate.attribution.clauses import Clause
from narrate.attribution.quotation_context import QuotationContext

CONTINUED: Final = "the quotation goes on from the paragraph before"
NO_CANDIDATE: Final = "nobody near the quotation could be speaking"


def evidence(context: QuotationContext, number: int) -> str:
    """Return why entity ``number`` is thought to be the speaker."""
    name = context.analysis.table[number].name
    for clause in context.quotation.clauses:
        mention = clause.mention
        if mention.kind == "pronoun":
            if mention.entity == number or number in {entity for _, entity in context.antecedents}:
                return f"{_clause_words(clause)}; '{mention.text}' = {name}"
        elif mention.kind == "name":
            if mention.entity == number:
                return _clause_words(clause)
        else:
            return _clause_words(clause) + _equals(mention.text, name)
    if number == context.paragraph_speaker:
        return f"{name} goes on in the same paragraph"
    if number == context.next_speaker:
        return f"{name} is named with the next part of the paragraph"
    if number == context.introduced:
        return f"{name} is the subject of the sentence before"
    if context.previous and number == context.previous[0]:
        return f"{name} spoke last, and nobody else comes between"
    return f"{name} is the likeliest of those named nearby"


def unidentified(clause: Clause) -> str:
    """Return why a clause does not tell the speaker."""
    return f"{_clause_words(clause)}, which says nothing of who that is"


def _equals(description: str, name: str) -> str:
    return "" if description.lower() == name.lower() else f"; '{description}' = {name}"


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
