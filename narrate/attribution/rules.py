"""What is certain without a ranker: clauses that name the speaker, and whoever plainly goes on."""

from __future__ import annotations

import re
from typing import Final

from narrate.attribution import wordlists as lexicon
from narrate.attribution.entities import role_head
from narrate.attribution.gender import PRONOUN_GENDER
from narrate.attribution.mentions import Mention
from narrate.attribution.pronouns import agrees
from narrate.attribution.quotation_context import QuotationContext, described_kind, determiner

_CERTAIN: Final = frozenset({"inverted", "follows", "pull", "label", "according"})


_ONE_SENTENCE: Final = re.compile(r"[^.!?]*(?:\b(?:[A-Z][a-z]{0,4}|[A-Z])\.[^.!?]*)*[.!?]")
"""No point but the last, save behind initials and short titles."""


def certain(context: QuotationContext) -> int | None:
    """Whom a clause beside the quotation names, describes by a known role, or as somebody new ("said a neighbour"); or
    who goes on in a sentence of his own behind such a clause."""
    clause = context.quotation.clauses[0] if context.quotation.clauses else None
    if clause is None:
        return context.beside if _goes_on(context) else None
    if context.beside is not None and clause.mention is _clause_before(context):
        return context.beside
    if clause.mention.entity < 0:
        return None
    mention, kind = clause.mention, described_kind(clause)
    named = context.analysis.table[mention.entity].named
    new = mention.kind == "nominal" and (determiner(clause) >= 2 or (mention.plural and not named))
    text = kind == 2 and role_head(mention.roles[0]) not in lexicon.SENT
    verb = clause.verb in lexicon.SAYING or clause.verb in {"put", "puts"}
    said = clause.parsed and verb and clause.finite
    if clause.pattern == "precedes" and mention.kind == "name" and said:
        return mention.entity
    if clause.pattern == "precedes" and mention.kind == "nominal":
        somebody = (clause.parsed and text) or (new and kind < 2 and (clause.parsed or mention.subject))
        near = clause.parsed and clause.distance <= 1
        return mention.entity if somebody and (clause.verb in lexicon.SAYING or near) else None
    if clause.pattern not in _CERTAIN:
        return None
    fiction = context.analysis.fiction  # which calls "the old man" whom the news would call by name
    earlier = any(m.start < mention.start for m in context.analysis.table[mention.entity].mentions)
    known = mention.kind == "nominal" and not mention.plural and (named or (earlier and kind in {0, 1} and not fiction))
    owned = mention.kind == "nominal" and determiner(clause) == 1 and kind == 1
    if mention.kind == "name" or clause.pattern == "according" or known or new or text or owned:
        return mention.entity
    return None


def _clause_before(context: QuotationContext) -> Mention | None:
    """Who speaks in the clause of the quotation before: the same clause stands in the middle of a split one."""
    clauses = context.analysis.quotations[context.number - 1].clauses
    return clauses[0].mention if clauses else None


def _goes_on(context: QuotationContext) -> bool:
    """Whether nothing but the end of the reporting sentence stands before the quotation ("...," said X. "..."). (The
    speaker is the same in 997 of 1000 such cases of the news sets.)"""
    if context.beside is None:
        return False
    before = context.analysis.quotations[context.number - 1]
    reported = bool(before.clauses) and before.clauses[0].pattern in {"follows", "inverted", "according"}
    between = context.quotation.before[before.segment.end - context.quotation.segment.start :].strip()
    return reported and between[-1:] in {".", "!", "?"} and _ONE_SENTENCE.fullmatch(between) is not None


def only_one_meant(context: QuotationContext) -> int | None:
    """Whom the "he" or "she" of the clause means, if its paragraph, or else the one before, names but one such person,
    of known gender, and as the subject of a main clause. (Right in 96 of 100 such cases of the news sets.)"""
    clause = context.quotation.clauses[0] if context.quotation.clauses else None
    if clause is None or clause.mention.text.lower() not in PRONOUN_GENDER:
        return None
    pronoun, table = clause.mention, context.analysis.table
    for place in (pronoun.paragraph, pronoun.paragraph - 1):
        near = context.analysis.mentions[place] if place >= 0 else []
        fitting = [
            m
            for m in near
            if m.start < pronoun.start and m.entity >= 0 and m.kind != "pronoun" and not m.modifier
            and agrees(table[m.entity], pronoun.text)
        ]  # fmt: skip
        if fitting:
            found = {m.entity for m in fitting}
            known = table[fitting[0].entity].gender != "unknown"
            return fitting[0].entity if len(found) == 1 and known and any(m.main for m in fitting) else None
    return None
