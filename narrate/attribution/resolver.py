"""Decide who said each quotation: by the rules, else by the ranker, with calibrated confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from narrate.attribution.analysis import Analysis
from narrate.attribution.candidates import feature_rows, generate_candidates
from narrate.attribution.clauses import Clause
from narrate.attribution.labels import ACCOUNT
from narrate.attribution.mention import NO_SPEAKER
from narrate.attribution.phrases import asked_about
from narrate.attribution.pronouns import agrees, has_gender
from narrate.attribution.quotation_context import History, QuotationContext
from narrate.attribution.quotations import ANSWER, QUESTION, STATEMENT
from narrate.attribution.ranker import RANKER, Ranker
from narrate.attribution.rules import CONTINUING, ONLY_ANTECEDENT, OPEN_QUOTATION, UNLINKED_DESCRIPTION, first_match
from narrate.languages import ENGLISH

ECHO: Final = "headline"
"""The name of the decision for a quotation in the headline whose words are repeated below."""
_HEADING: Final = "heading"
"""The same for a quotation that is a heading above the words of its speaker."""
_MAX_HEADING_CONFIDENCE: Final = 0.85
"""A heading may quote another person than the next quotation does."""
_ONLY_CANDIDATE: Final = 0.8
"""Probability of a candidate that the ranker can compare with no other: the speaker may not be named near at all."""
_OTHER_GENDER: Final = 0.4
"""The highest probability of a candidate, in news, for whom the pronoun of the clause cannot stand, as "it" for one,
about whom another is asked in the sentence before, or whom the next speaker seems to address."""
_OTHER_SUBJECT: Final = 0.74
"""The same if the main subject of the sentence before is another person for whom it can stand. Of 33 such decisions in
the news sets and in articles not seen, 24 were right."""
_DOUBTFUL: Final = 0.73
"""Below this probability of the ranker, the rule ``ONLY_ANTECEDENT`` decides. Tuned on the news sets."""
_MIN_LINK_PROBABILITY: Final = 0.5
"""Below this probability of the ranker, a description without a link is a speaker of its own. Tuned likewise."""
_MAX_EXCHANGE_WORDS: Final = 15
"""Words of a quotation in an exchange of two persons without clauses."""
_UNKNOWN_CONFIDENCE: Final = 0.05
"""Confidence that a quotation without a speaker has none."""

CONTINUED_EVIDENCE: Final = "the quotation goes on from the paragraph before"
ECHO_EVIDENCE: Final = "the same words are quoted again below the headline"
_HEADING_EVIDENCE: Final = "a heading above the words of the same speaker"
NO_CANDIDATE: Final = "nobody near the quotation could be speaking"
_UNIDENTIFIED: Final = ", which says nothing of who that is"

_REASONS: Final[Mapping[str, str]] = {
    "answer": "was asked right before",
    "turn": "takes turns with the speaker before",
}
"""Name of a rule -> what the editor reads behind the name of the speaker, if no clause names it."""

_UNLABELED: Final[Mapping[str, str]] = {
    QUESTION: "a question of an interview without labels",
    ANSWER: "an answer in an interview without labels, by the person who is named most often",
    STATEMENT: "'{who}' stands in the line that introduces the statement",
    ACCOUNT: "'{who}' gives this account in the first person",
}
"""Kind of a turn without a label -> what the editor reads."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who said a quotation."""

    entity: int
    """Number of the entity, or ``NO_SPEAKER``."""
    confidence: float
    """Probability from 0 to 1 that the entity is right."""
    evidence: str
    described_as: str = ""
    """The description with which a clause refers to the speaker ("Kremlin spokesman"); empty if it has a name."""
    decided_by: str = RANKER
    """Name of the rule, or ``RANKER``."""
    basis: str = ""
    """What decided and the kind of clause, from which the confidence follows; without one, it goes on from another."""
    score: float = 0.0
    """The probability of the ranker, from 0 to 1; for a quotation that goes on from another, the confidence there."""
    root: float = 0.0
    """The confidence of the quotation from which this one goes on; its own if it does not go on from another."""


def decide(analysis: Analysis, ranker: Ranker) -> dict[int, Decision]:
    """Return number of a quotation -> who said it, for every quotation that is speech."""
    decisions: dict[int, Decision] = {}
    history = History()
    for number, quotation in enumerate(analysis.quotations):
        if quotation.speech and quotation.echo is None:
            context = QuotationContext(analysis, number, history)
            decisions[number] = _decide(context, ranker, decisions.get(number - 1))
            history.record(number, decisions[number].entity)
    for number, quotation in enumerate(analysis.quotations):
        if quotation.echo is not None:
            same, is_headline = decisions[quotation.echo], quotation.paragraph == 0
            sure = same.confidence if is_headline else min(same.confidence, _MAX_HEADING_CONFIDENCE)
            evidence, rule = (ECHO_EVIDENCE, ECHO) if is_headline else (_HEADING_EVIDENCE, _HEADING)
            decisions[number] = replace(same, evidence=evidence, decided_by=rule, confidence=sure)
    return decisions


def _decide(context: QuotationContext, ranker: Ranker, previous: Decision | None) -> Decision:
    """Decide who said a quotation; ``previous`` is the decision for the quotation before it."""
    rule, entity = first_match(context) or (None, NO_SPEAKER)
    if rule is OPEN_QUOTATION and previous is not None:
        calibrated = _calibrated(ranker, rule.name, previous.root, previous.root)
        return replace(previous, evidence=CONTINUED_EVIDENCE, decided_by=rule.name, **calibrated)
    score, decided_by = 1.0, rule.name if rule else RANKER
    if rule is None:
        entity, score, decided_by = _rank(context, ranker)
    if entity == NO_SPEAKER:
        evidence = f"{_clause_words(context.clause)}{_UNIDENTIFIED}" if rule and context.clause else NO_CANDIDATE
        return Decision(NO_SPEAKER, _UNKNOWN_CONFIDENCE, evidence, decided_by=decided_by)
    described = context.description.text if context.description else ""
    if context.clause is None and previous is not None and entity == context.paragraph_speaker:
        described = previous.described_as
    if rule in CONTINUING and previous is not None:
        calibrated = _calibrated(ranker, decided_by, previous.root, previous.root)
    else:
        calibrated = _calibrated(ranker, f"{decided_by}, {_clause_kind(context)}", score)
    name = context.analysis.table[entity].name
    evidence = f"{name} {_REASONS[decided_by]}" if decided_by in _REASONS else _evidence(context, entity)
    return Decision(entity, evidence=evidence, described_as=described, decided_by=decided_by, **calibrated)


def _calibrated(ranker: Ranker, basis: str, score: float, root: float | None = None) -> dict[str, Any]:
    """Return the fields of a decision that say how sure it is; without a ``root``, it goes on from no other.

    A quotation is never surer than the one from which it goes on.
    """
    confidence = ranker.confidence(basis, score)
    if root is None:
        return {"confidence": confidence, "basis": basis, "score": score, "root": confidence}
    return {"confidence": min(root, confidence), "basis": basis, "score": score, "root": root}


def _rank(context: QuotationContext, ranker: Ranker) -> tuple[int, float, str]:
    """Return the candidate of the ranker, or of a rule for doubtful cases, the probability, and which decided."""
    entities = generate_candidates(context)
    if not entities:
        return NO_SPEAKER, 0.0, RANKER
    best, probability = 0, _ONLY_CANDIDATE
    if len(entities) > 1:
        probabilities = ranker.probabilities(feature_rows(context, entities))
        fitting = _fitting_pronoun(context, entities)
        best = max(fitting, key=lambda at: probabilities[at])
        others = float(sum(probabilities[at] for at in fitting if at != best))
        probability = float(probabilities[best])
        if len(fitting) < len(entities):
            probability = probability / (probability + others) if others else max(probability, _ONLY_CANDIDATE)
    probability = min(probability, _most_likely(context, entities[best]))
    is_doubtful = probability < _MIN_LINK_PROBABILITY or not context.may_mean(entities[best])
    described = UNLINKED_DESCRIPTION.speaker(context) if is_doubtful else None
    if described is not None:
        return described, probability, UNLINKED_DESCRIPTION.name
    only = ONLY_ANTECEDENT.speaker(context) if probability < _DOUBTFUL else None
    if only is not None and only in entities:
        return only, probability, ONLY_ANTECEDENT.name
    return entities[best], probability, RANKER


def _most_likely(context: QuotationContext, number: int) -> float:
    """Return the highest probability of a candidate by the pronoun of the clause or the question before, in news."""
    clause, table = context.clause, context.analysis.table
    if clause is None and context.question and not context.analysis.fiction:
        topics = asked_about(context.question, context.question_mentions, context.words)
        is_doubtful = number in topics or (number in context.previous[:1] and _begins_exchange(context))
        return _OTHER_GENDER if is_doubtful else 1.0
    if clause is None or clause.mention.kind != "pronoun" or context.analysis.fiction:
        return 1.0
    pronoun, subject = clause.mention, context.subject_before
    if not has_gender(pronoun):
        is_other = pronoun.pronoun_for in {"thing", "group"} and table[number].kind == "person"
        return _OTHER_GENDER if is_other else 1.0
    if not agrees(table[number], pronoun):
        return _OTHER_GENDER
    is_other = subject is not None and subject.entity != number and table[subject.entity].kind == "person"
    return _OTHER_SUBJECT if is_other and subject is not None and agrees(table[subject.entity], pronoun) else 1.0


def _begins_exchange(context: QuotationContext) -> bool:
    """Return whether somebody seems to answer the last speaker, and that person to answer back.

    This quotation and the next one are short, fill their paragraphs and have no clause. This one says "you", the next
    one says "you" or asks.
    """
    quotation, before = context.quotation, context.before
    turns = context.analysis.quotations[context.number : context.number + 2]
    if before is None or before.paragraph != quotation.paragraph - 1 or len(turns) < 2:
        return False
    is_next = turns[1].paragraph == quotation.paragraph + 1
    plain = all(turn.clause is None and not turn.continues and not turn.turn for turn in turns)
    is_alone = not any(turn.before.strip() or turn.after.strip() for turn in turns)
    is_short = all(len(turn.segment.text.split()) <= _MAX_EXCHANGE_WORDS for turn in turns)
    says_you = [ENGLISH.sentences.address_pattern.search(turn.segment.text) is not None for turn in turns]
    is_addressed = says_you[0] and (says_you[1] or turns[1].is_question)
    return is_next and plain and is_alone and is_short and is_addressed


def _fitting_pronoun(context: QuotationContext, entities: Sequence[int]) -> Sequence[int]:
    """Return the places of the candidates that are no groups, in news, if the clause has "he" or "she"; else all."""
    clause, table = context.clause, context.analysis.table
    if clause is None or context.analysis.fiction or not has_gender(clause.mention):
        return range(len(entities))
    persons = [at for at, number in enumerate(entities) if table[number].kind != "group"]
    return persons or range(len(entities))


def _clause_kind(context: QuotationContext) -> str:
    """Return the kind of clause. "loose" ones follow the quotation, and the parse does not confirm the subject."""
    clause = context.clause
    if clause is None or (clause.pattern == "label" and clause.verb in _UNLABELED):
        return "none"
    if clause.mention.kind == "pronoun" and clause.pattern == "precedes":
        return "pronoun before"
    if clause.mention.kind == "pronoun":
        return "pronoun"
    if clause.mention.kind == "nominal":
        return "description"
    is_checked = clause.parsed and clause.verb in context.words.saying_verbs
    return "loose" if clause.pattern in {"follows", "inverted"} and not is_checked else "firm"


def _evidence(context: QuotationContext, number: int) -> str:
    name = context.analysis.table[number].name
    for clause in context.quotation.clauses:
        mention = clause.mention
        if mention.kind == "pronoun":
            is_meant = mention.entity == number or number in {entity for _, entity in context.antecedents}
        else:
            is_meant = mention.kind == "nominal" or mention.entity == number
        if is_meant:
            is_named = mention.kind == "name" or (mention.kind == "nominal" and mention.text.lower() == name.lower())
            return _clause_words(clause) + ("" if is_named else f"; '{mention.text}' = {name}")
    reasons = (
        (context.paragraph_speaker, "goes on in the same paragraph"),
        (context.next_speaker, "is named with the next part of the paragraph"),
        (context.introduced, "is the subject of the sentence before"),
        (next(iter(context.previous), None), "spoke last, and nobody else comes between"),
        (number, "is the likeliest of those named nearby"),
    )
    return name + " " + next(reason for entity, reason in reasons if entity == number)


def _clause_words(clause: Clause) -> str:
    who = clause.mention.text
    if clause.pattern == "label" and clause.verb in _UNLABELED:
        return _UNLABELED[clause.verb].format(who=who)
    said = {
        "inverted": f"'{clause.verb} {who}' follows the quotation",
        "follows": f"'{who} {clause.verb}' follows the quotation",
        "precedes": f"'{who} {clause.verb}' leads to the quotation",
        "according": f"'according to {who}'",
        "as-saying": f"'{who} as {clause.verb}' leads to the quotation",
        "passive": f"'{clause.verb} by {who}' leads to the quotation",
        "phrase": f"'{clause.verb} {who}' follows the quotation",
        "pull": f"the signature '{who}' stands behind the quotation",
        "label": f"the label '{who}:' stands before the quotation",
    }
    return said.get(clause.pattern, f"'{who}' introduces the quotation with a colon")
