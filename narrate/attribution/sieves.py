"""The sieves: deterministic rules for who said a quotation, the surest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from narrate.attribution.clauses import Clause
from narrate.attribution.context import Analysis, Quotation
from narrate.attribution.mentions import Mention
from narrate.attribution.pronouns import resolve


@dataclass(frozen=True, slots=True)
class Decision:
    """Who said a quotation: the entity's number (None if nobody was found), how sure, and why."""

    entity: int | None
    confidence: float
    evidence: str


def decide(analysis: Analysis, number: int, earlier: Mapping[int, Decision]) -> Decision:
    """Who said quotation ``number``, given the decisions for those before it."""
    quotation = analysis.quotations[number]
    previous = _previous(analysis, number, earlier)
    if quotation.continues and previous is not None:
        return Decision(previous.entity, 0.97, "the quotation goes on from the paragraph before")
    for clause in quotation.clauses:
        found = _by_clause(analysis, clause, previous)
        if found is not None:
            return found
    beside = _beside(analysis, number, earlier)
    if beside is not None:
        return beside
    introduced = _introduced(analysis, quotation, previous)
    if introduced is not None:
        return introduced
    if previous is not None and previous.entity is not None:
        return Decision(previous.entity, 0.5, "nobody else is named since the last quotation")
    return Decision(None, 0.1, "nobody near the quotation is said to speak")


def _previous(analysis: Analysis, number: int, earlier: Mapping[int, Decision]) -> Decision | None:
    for n in range(number - 1, -1, -1):
        if n in earlier and analysis.quotations[n].speech:
            return earlier[n]
    return None


def _by_clause(analysis: Analysis, clause: Clause, previous: Decision | None) -> Decision | None:
    mention = clause.mention
    words = _clause_words(clause)
    if mention.entity >= 0:
        named = analysis.table[mention.entity].named
        sure = 0.96 if mention.kind == "name" else 0.88 if named else 0.8
        note = (
            "" if mention.kind == "name" or not named else f"; {mention.text} = {analysis.table[mention.entity].name}"
        )
        return Decision(mention.entity, sure, f"{words}{note}")
    if mention.kind != "pronoun":
        return None
    ranked = resolve(mention, analysis.mentions, analysis.table, previous.entity if previous else None)
    if not ranked:
        return None
    lead = ranked[0][0] - (ranked[1][0] if len(ranked) > 1 else -1.0)
    entity = analysis.table[ranked[0][1]]
    sure = 0.93 if lead > 0.8 else 0.85 if lead > 0.3 else 0.7
    return Decision(entity.number, sure, f"{words}; '{mention.text}' = {entity.name}")


def _clause_words(clause: Clause) -> str:
    who = clause.mention.text
    said = {
        "inverted": f"'{clause.verb} {who}' follows the quotation",
        "follows": f"'{who} {clause.verb}' follows the quotation",
        "precedes": f"'{who} {clause.verb}' leads to the quotation",
        "according": f"'according to {who}'",
        "as-saying": f"'{who} as {clause.verb}' leads to the quotation",
        "passive": f"'{clause.verb} by {who}' leads to the quotation",
        "label": f"the label '{who}:' stands before it",
    }
    return said.get(clause.pattern, f"'{who}' introduces the quotation with a colon")


def _beside(analysis: Analysis, number: int, earlier: Mapping[int, Decision]) -> Decision | None:
    """The speaker of another quotation in the same paragraph."""
    quotation = analysis.quotations[number]
    if number and analysis.quotations[number - 1].paragraph == quotation.paragraph and number - 1 in earlier:
        other = earlier[number - 1]
        if other.entity is not None and analysis.quotations[number - 1].speech:
            name = analysis.table[other.entity].name
            return Decision(other.entity, 0.97 * other.confidence, f"{name} goes on in the same paragraph")
    for n in range(number + 1, len(analysis.quotations)):
        later = analysis.quotations[n]
        if later.paragraph != quotation.paragraph:
            break
        previous = _previous(analysis, number, earlier)
        found = next((d for c in later.clauses if (d := _by_clause(analysis, c, previous))), None)
        if found is not None and not quotation.before.strip():
            return Decision(found.entity, 0.8 * found.confidence, f"same paragraph: {found.evidence}")
    return None


def _introduced(analysis: Analysis, quotation: Quotation, previous: Decision | None) -> Decision | None:
    """The subject of the narration right before a quotation, in its own paragraph or at the end of the one before."""
    own = [m for m in analysis.mentions[quotation.paragraph] if m.end <= quotation.segment.start]
    subject = _last_subject(own)
    if subject is None and not quotation.before.strip() and quotation.paragraph:
        before = analysis.mentions[quotation.paragraph - 1]
        subject = _last_subject(before)
    if subject is None:
        return None
    if subject.entity >= 0:
        name = analysis.table[subject.entity].name
        return Decision(subject.entity, 0.75, f"{name} is the subject of the sentence before")
    ranked = resolve(subject, analysis.mentions, analysis.table, previous.entity if previous else None)
    if not ranked:
        return None
    name = analysis.table[ranked[0][1]].name
    return Decision(ranked[0][1], 0.7, f"'{subject.text}' = {name} is the subject of the sentence before")


def _last_subject(mentions: list[Mention]) -> Mention | None:
    """The first subject of the last sentence that has one who could speak."""
    subjects = [m for m in mentions if m.subject and m.entity != -2 and m.text.lower() not in {"i", "we", "it", "who"}]
    if not subjects:
        return None
    return next(m for m in subjects if m.sentence == subjects[-1].sentence)
