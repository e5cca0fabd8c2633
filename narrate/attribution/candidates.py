"""Generate the candidates for the speaker of a quotation, and the features by which the ranker compares them."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from narrate.attribution.clauses import DASHES, PATTERNS
from narrate.attribution.descriptions import is_of_another
from narrate.attribution.entity import Entity, clashes
from narrate.attribution.gender import known_or_of_name
from narrate.attribution.mention import Mention
from narrate.attribution.names import name_words, role_head
from narrate.attribution.pronouns import agrees, has_gender
from narrate.attribution.quotation_context import QuotationContext
from narrate.attribution.quotations import Quotation
from narrate.languages.marks import MARKS

_MAX_PARAGRAPHS_BACK: Final = 3
_MAX_PARAGRAPHS_BACK_FICTION: Final = 8
"""Paragraphs before a quotation in which candidates are looked for. In fiction, speakers stay unnamed for a page."""
_MAX_CANDIDATES: Final = 16
_MAX_ANTECEDENTS: Final = 5
_MAX_PREVIOUS: Final = 3
_MIN_GENDER_CERTAINTY: Final = 0.85
"""Certainty of a gender that excludes a candidate: above that of a first name, 0.8."""
_INDEFINITE: Final = 2
"""Value of ``QuotationContext.determiner`` for "a"."""
_KINDS: Final = ("name", "nominal", "pronoun")
_MENTIONS_BACK: Final = 12
_FAR_CHARACTERS: Final = 12.0
"""Logarithmic distance of a candidate that is not mentioned."""
_MANY: Final = 12
_MAX_MENTIONS_BETWEEN: Final = 1000
"""Mentions before a quotation among which other persons and groups are counted, at most ``_MANY``."""
_MAX_PARAGRAPHS: Final = 9.0

_CALLED: Final = re.compile(r"(?:^|[,!?…]\s+|\w\w\w\.\s+)((?:[A-Z][\w.’'-]*\s){0,2}[A-Z][\w’'-]+)(?=[,.!?…]|$)")
"""A name between marks, as of a person who is called."""
_OBJECTS: Final = frozenset({"dobj", "pobj", "dative"})


def generate_candidates(context: QuotationContext) -> list[int]:
    """Return the numbers of the entities that could have spoken, without repetition, the likely ones first."""
    analysis, quotation = context.analysis, context.quotation
    found = dict.fromkeys(clause.mention.entity for clause in quotation.clauses if clause.mention.entity >= 0)
    found |= dict.fromkeys(entity for _, entity in context.antecedents[:_MAX_ANTECEDENTS])
    previous = context.previous if analysis.fiction else context.previous[:_MAX_PREVIOUS]
    likely = (context.paragraph_speaker, context.next_speaker, context.introduced, *previous)
    found |= dict.fromkeys(entity for entity in likely if entity is not None)
    for mention in _mentions_around(context):
        entity = analysis.table[mention.entity] if mention.entity >= 0 else None
        if entity and (entity.named or entity.kind != "unknown" or mention.subject):
            found[mention.entity] = None
        if len(found) >= _MAX_CANDIDATES:
            break
    named = {clause.mention.entity for clause in quotation.clauses if clause.mention.kind != "pronoun"}
    return _fitting(context, [number for number in found if number in named or number not in analysis.title_words])


def _owner(context: QuotationContext) -> int | None:
    """Return whom "his" or "her" means in the description of the clause, in news: another than who is described."""
    description = context.description
    if description is None or context.analysis.fiction or context.described_kind == 2:
        return None
    near = context.analysis.mentions[description.paragraph]
    return next((m.entity for m in near if m.kind == "pronoun" and m.head == description.first and m.entity >= 0), None)


def _served(context: QuotationContext) -> set[int]:
    """Return whom the sentence names behind the description of a person or a group: they are not described.

    They belong to the description ("a spokeswoman for Lee") or are objects ("The group sued the ministry, calling it").
    """
    description = context.description
    if description is None or context.described_kind not in {0, 1}:
        return set()
    near = context.analysis.mentions[description.paragraph]
    behind = [m for m in near if description.head < m.first and m.sentence == description.sentence]
    tokens = context.quotation.parsed.tokens if description.paragraph == context.quotation.paragraph else ()
    inside = (m for m in behind if m.last <= description.last or (tokens and tokens[m.head].dep in _OBJECTS))
    return {m.entity for m in inside if m.kind == "name" and m.entity >= 0}


def _seats(context: QuotationContext) -> set[int]:
    """Return the places where a described group has its seat ("the Oslo-based firm")."""
    description = context.description
    if description is None:
        return set()
    tokens = context.analysis.paragraphs[description.paragraph].tokens
    inside = (m for m in context.analysis.mentions[description.paragraph] if description.first <= m.first)
    inside = (m for m in inside if m.kind == "name" and m.entity >= 0 and m.last + 2 <= description.head)
    return {m.entity for m in inside if tokens[m.last + 2].lower in context.words.seat_participles}


def _named_behind(context: QuotationContext) -> set[int]:
    """Return whom the predicate of a described subject names, in news ("the doctor thanked Lee"): they are others."""
    description = context.description
    if description is None or context.analysis.fiction or not description.subject:
        return set()
    tokens = context.analysis.paragraphs[description.paragraph].tokens
    near = context.analysis.mentions[description.paragraph]
    is_colon = context.clause is not None and context.clause.pattern == "colon"
    found = set[int]()
    for mention in near[bisect_right(near, description.last, key=lambda m: m.first) :]:
        if mention.sentence != description.sentence:
            break
        between = {token.text for token in tokens[description.last + 1 : mention.first]}
        is_label = mention.last + 1 < len(tokens) and tokens[mention.last + 1].text == ":"
        is_own = is_label or "@" in mention.text or "(" in between or (is_colon and mention.subject)
        if mention.kind == "name" and not is_own and not (is_colon and between & DASHES):
            found.add(mention.entity)
    return found if description.main or not is_colon else set()


def _called(context: QuotationContext, found: Sequence[int]) -> set[int]:
    """Return which of those found are called by name in the quotation, in news ("I know, Ann"): they hear it."""
    text = context.quotation.segment.text.strip().strip(MARKS)
    called = [{*name_words(match[1].split(), context.words)} for match in _CALLED.finditer(text)]
    named = ((number, context.analysis.table[number]) for number in found) if called else ()
    return {
        number
        for number, entity in named
        if entity.named and any(words <= {*entity.words} for words in called if words)
    }


def _is_described_thing(entity: Entity) -> bool:
    """Return whether a description is not of one person."""
    return entity.plural or (entity.kind != "person" and not entity.named)


def _mentions_around(context: QuotationContext) -> list[Mention]:
    """Return the mentions in the paragraphs before the quotation, the latest first, and then in the paragraph after."""
    mentions, at = context.analysis.mentions, context.quotation.paragraph
    first = max(0, at - (_MAX_PARAGRAPHS_BACK_FICTION if context.analysis.fiction else _MAX_PARAGRAPHS_BACK))
    before = [m for paragraph in range(at, first - 1, -1) for m in reversed(mentions[paragraph])]
    return [*before, *(m for paragraph in mentions[at + 1 : at + 2] for m in paragraph)]


def _is_other_parent(context: QuotationContext, entity: Entity) -> bool:
    """Return whether a person with a name is not the parent that a clause describes, in news.

    The first name is of the other gender, or nothing makes the person "the mother of one pupil".
    """
    description, words = context.description, context.words
    if description is None or description.titles != ("the",) or context.analysis.fiction or not entity.named:
        return False
    head = role_head(description.roles[0], words)
    if head not in words.parents:
        return False
    gender = known_or_of_name(entity, words)
    is_known = any(role_head(role, words) == head for role in (*entity.roles, *entity.titles))
    return gender not in {"unknown", words.gendered_roles[head]} or (is_of_another(description) and not is_known)


def _fitting(context: QuotationContext, found: list[int]) -> list[int]:
    """Return the candidates that the word in the clause can mean ("she", "the judge").

    If a description can mean none, all are returned, since what is known of them may be wrong.
    """
    clause = context.clause
    if not context.analysis.fiction and (clause is None or clause.mention.kind == "pronoun"):
        called = _called(context, found)
        found = [number for number in found if number not in called] or found
    if clause is not None and clause.pattern == "colon":
        named = _named_behind(context)
        return [number for number in found if number not in named] or found
    if clause is None or clause.pattern not in {"follows", "inverted", "precedes"}:
        return found
    if has_gender(clause.mention):
        table = context.analysis.table
        found = [number for number in found if not (_is_described_thing(table[number]) or table[number].is_author)]
    kind = context.described_kind if clause.parsed and not clause.mention.plural else -1
    is_new_text = kind == 2 and context.determiner == _INDEFINITE and not context.analysis.fiction
    owner, served = _owner(context), _served(context) | _seats(context)
    excluded = {*served, *_named_behind(context), *({owner} if owner is not None else ())}
    is_one_described = context.description is not None and clause.mention.entity >= 0 and not clause.mention.plural
    described = context.analysis.table[clause.mention.entity] if is_one_described else None
    kept = []
    for number in found:
        entity = context.analysis.table[number]
        is_group = entity.kind == "group" and any(entity.types[name] for name in ("ORG", "GPE", "NORP"))
        is_person = entity.kind == "person" and (entity.types["PERSON"] > 0 or bool(entity.titles))
        has_sure_gender = has_gender(clause.mention) and entity.gender_sure >= _MIN_GENDER_CERTAINTY
        has_other_gender = has_sure_gender and entity.gender != clause.mention.pronoun_for
        is_other = described is not None and (clashes(entity, described) or _is_other_parent(context, entity))
        is_other_kind = (is_group and kind == 0) or (is_person and kind in {1, 2})
        is_one_of_many = context.describes_several and entity.named and entity.kind == "person"
        is_other_kind = is_other_kind or (is_new_text and entity.named)
        if number not in excluded and not (has_other_gender or is_other or is_other_kind or is_one_of_many):
            kept.append(number)
    return kept or found


class Candidate:
    """A candidate for the speaker of a quotation, with its mentions around that."""

    def __init__(self, context: QuotationContext, number: int, count: int) -> None:
        self.context = context
        self.quotation = context.quotation
        self.clause = context.clause
        self.words = context.words
        self.inner = self.quotation.segment.text.strip().strip(MARKS)
        self.count = count  # of candidates for the quotation
        self.number = number
        self.entity = context.analysis.table[number]
        is_named = self.entity.named and not self.entity.is_author
        self.surname = self.entity.words[-1] if self.entity.words and is_named else ""
        self.antecedent_rank = next((rank for rank, (_, e) in enumerate(context.antecedents) if e == number), -1)
        mentions = context.analysis.mentions_of.get(number, ())
        at = bisect_left(mentions, self.quotation.segment.start, key=lambda m: m.start)
        self.first = mentions[0] if mentions else None
        self.before = mentions[at - 1] if at else None
        after = mentions[at] if at < len(mentions) else None
        paragraphs_after = after.paragraph - self.quotation.paragraph if after else -1
        self.after_in_paragraph = after if paragraphs_after == 0 else None
        self.after_in_next = after if paragraphs_after == 1 else None
        near = mentions[max(0, at - _MENTIONS_BACK) : at]
        self.in_paragraph = [m for m in near if m.paragraph == self.quotation.paragraph]
        self.in_preceding = [m for m in near if m.paragraph == self.quotation.paragraph - 1]


def feature_rows(context: QuotationContext, entities: Sequence[int]) -> list[list[float]]:
    """Return a row of the values of ``FEATURES`` for each candidate, of which there is at least one."""
    candidates = [Candidate(context, number, len(entities)) for number in entities]
    shared = [float(feature(candidates[0])) for feature in _QUOTATION_FEATURES.values()]
    return [shared + [float(feature(c)) for feature in _CANDIDATE_FEATURES.values()] for c in candidates]


def _named_in_clause(candidate: Candidate, at: int) -> float:
    """Return 3 if clause ``at`` names the candidate, 2 a description, 1 a pronoun, else 0; -1 without the clause."""
    clauses = candidate.quotation.clauses
    if at >= len(clauses):
        return -1
    is_same = clauses[at].mention.entity == candidate.number
    return 3 - _KINDS.index(clauses[at].mention.kind) if is_same else 0


def _antecedent_lead(candidate: Candidate) -> float:
    """Return how far an antecedent is behind the best one; for others, how far the best one is before the second."""
    scores = [score for score, _ in candidate.context.antecedents]
    best = scores[0] if scores else 0.0
    if candidate.antecedent_rank > 0:
        return scores[candidate.antecedent_rank] - best
    return best - (scores[1] if len(scores) > 1 else -2.0)


def _agreement(candidate: Candidate) -> float:
    """Return 2 if the pronoun of the clause fits a known gender, 1 if it may fit, else 0; -1 without a pronoun."""
    clause = candidate.clause
    if clause is None or clause.mention.kind != "pronoun":
        return -1
    if not agrees(candidate.entity, clause.mention):
        return 0
    return 2 if clause.mention.pronoun_for == candidate.entity.gender else 1


def _role_overlap(candidate: Candidate) -> float:
    """Return how many words a description shares with roles and name, and two for a common head; -1 without one."""
    description, entity, words = candidate.context.description, candidate.entity, candidate.words
    if description is None or not description.roles:
        return -1
    roles = [*entity.roles, *entity.titles]
    known = {word for role in roles for word in role.lower().split()} | set(entity.words)
    shared = len({word.lower() for word in description.words} & known)
    head = role_head(description.roles[0], words)
    return 2 * any(role_head(role, words) == head for role in roles) + shared


def _is_named_in(candidate: Candidate, quotation: Quotation | None) -> bool:
    return quotation is not None and bool(candidate.surname) and candidate.surname in quotation.segment.text.lower()


def _paragraphs_since_quotation(candidate: Candidate) -> float:
    before = candidate.context.before
    return min(_MAX_PARAGRAPHS, candidate.quotation.paragraph - before.paragraph) if before else _MAX_PARAGRAPHS


def _last_speaker(candidate: Candidate) -> float:
    """Return 2 if the candidate spoke last, in the paragraph before; 1 if it spoke last elsewhere; else 0."""
    context, last = candidate.context, candidate.context.history.last
    if last is None or context.history.speaker(last) != candidate.number:
        return 0
    return 2 if context.analysis.quotations[last].paragraph == context.quotation.paragraph - 1 else 1


def _log_distance(candidate: Candidate, mention: Mention | None) -> float:
    """Return the logarithm of the characters between the quotation and a mention; 12 without one."""
    if mention is None:
        return _FAR_CHARACTERS
    segment = candidate.quotation.segment
    return math.log1p(max(0, segment.start - mention.end, mention.start - segment.end))


def _sentences_since_subject(candidate: Candidate) -> float:
    """Return the sentences since the candidate was a subject, in this paragraph or the one before; at most 9."""
    quotation, paragraphs = candidate.quotation, candidate.context.analysis.paragraphs
    here = [m.sentence for m in candidate.in_paragraph if m.subject]
    if here:
        before = [t.sentence for t in quotation.parsed.tokens if t.start < quotation.segment.start]
        return (before[-1] if before else 0) - here[-1]
    preceding = [m.sentence for m in candidate.in_preceding if m.subject]
    return 1 + paragraphs[quotation.paragraph - 1].tokens[-1].sentence - preceding[-1] if preceding else 9.0


def _reports(candidate: Candidate, mentions: Sequence[Mention]) -> float:
    """Return 2 if the candidate is the subject of a saying verb, 1 of another reporting verb, else 0."""
    for mention in mentions:
        tokens = candidate.context.analysis.paragraphs[mention.paragraph].tokens
        verb = tokens[tokens[mention.head].head].lower
        if mention.subject and candidate.words.is_reporting_verb(verb):
            return 2 if verb in candidate.words.saying_verbs else 1
    return 0


def _entities_between(candidate: Candidate) -> float:
    """Return how many other persons and groups are mentioned since the candidate, before the quotation; at most 12."""
    context, before = candidate.context, candidate.before
    if before is None:
        return _MANY
    mentions, table, others = context.analysis.known_mentions, context.analysis.table, set[int]()
    at = bisect_left(mentions, context.quotation.segment.start, key=lambda mention: mention.start)
    for mention in reversed(mentions[max(0, at - _MAX_MENTIONS_BETWEEN) : at]):
        if mention.start < before.end or len(others) >= _MANY:
            break
        if mention.entity != before.entity and table[mention.entity].kind != "unknown":
            others.add(mention.entity)
    return len(others)


def _is_main_subject_of_last_sentence(candidate: Candidate) -> bool:
    """Return whether its last mention in the paragraph before is the main subject of that paragraph's last sentence."""
    last = candidate.in_preceding[-1] if candidate.in_preceding else None
    paragraph = candidate.context.analysis.paragraphs[candidate.quotation.paragraph - 1]
    return last is not None and last.main and last.sentence == paragraph.tokens[-1].sentence


def _subject_of_sentence(candidate: Candidate) -> float:
    """Return 2 if the candidate is the main subject of the quotation's sentence, 1 if another subject, else 0."""
    sentence = next((t.sentence for t in candidate.quotation.tokens), -1)
    here = [m for m in candidate.in_paragraph if m.sentence == sentence]
    return 2 if any(m.main for m in here) else float(any(m.subject for m in here))


Feature = Callable[[Candidate], float]

_QUOTATION_FEATURES: Final[Mapping[str, Feature]] = {
    "log words": lambda c: math.log1p(len(c.quotation.segment.text.split())),
    "embedded": lambda c: c.quotation.embedded,
    "order in paragraph": lambda c: c.quotation.order,
    "text before": lambda c: bool(c.quotation.before.strip()),
    "text after": lambda c: bool(c.quotation.after.strip()),
    "continues": lambda c: c.quotation.continues,
    "ends in comma": lambda c: c.inner[-1:] == ",",
    "clauses": lambda c: len(c.quotation.clauses),
    "candidates": lambda c: c.count,
    "clause pattern": lambda c: PATTERNS.index(c.clause.pattern) if c.clause else -1,
    "clause mention kind": lambda c: _KINDS.index(c.clause.mention.kind) if c.clause else -1,
    "clause distance": lambda c: c.clause.distance if c.clause else -1,
    "clause parsed": lambda c: c.clause.parsed if c.clause else -1,
    "clause has saying verb": lambda c: c.clause.verb in c.words.saying_verbs if c.clause else -1,
    "determiner": lambda c: c.context.determiner,
    "described kind": lambda c: c.context.described_kind,
    "first person": lambda c: bool(c.words.first_person_pattern.search(c.inner)),
    "first person plural": lambda c: bool(c.words.first_person_plural_pattern.search(c.inner)),
}
"""Features that are the same for all candidates."""

_CANDIDATE_FEATURES: Final[Mapping[str, Feature]] = {
    # The candidate and the reporting clauses.
    "named in first clause": lambda c: _named_in_clause(c, 0),
    "named in second clause": lambda c: _named_in_clause(c, 1),
    "antecedent rank": lambda c: c.antecedent_rank,
    "antecedent score": lambda c: c.context.antecedents[c.antecedent_rank][0] if c.antecedent_rank >= 0 else -9.0,
    "antecedent lead": _antecedent_lead,
    "pronoun agrees": _agreement,
    "role overlap": _role_overlap,
    # The entity, and how often it has spoken.
    "kind": lambda c: ("person", "group", "unknown").index(c.entity.kind),
    "named": lambda c: c.entity.named and not c.entity.is_author,
    "plural": lambda c: c.entity.plural,
    "gender": lambda c: ("female", "male", "unknown").index(c.entity.gender),
    "log mentions": lambda c: math.log1p(len(c.entity.mentions)),
    "name words": lambda c: len(c.entity.words),
    "has title": lambda c: bool(c.entity.titles),
    "has role": lambda c: bool(c.entity.roles),
    "person entity": lambda c: c.entity.types["PERSON"] > 0,
    "organization entity": lambda c: c.entity.types["ORG"] > 0,
    "place entity": lambda c: any(c.entity.types[name] for name in ("GPE", "NORP", "LOC")),
    "named in quotation": lambda c: _is_named_in(c, c.quotation),
    "named in quotation before": lambda c: _is_named_in(c, c.context.before),
    "paragraphs since quotation": _paragraphs_since_quotation,
    "times spoken": lambda c: c.context.history.times_spoken[c.number],
    "turns since spoken": lambda c: c.context.previous.index(c.number) if c.number in c.context.previous else 20,
    "paragraph speaker": lambda c: c.number == c.context.paragraph_speaker,
    "next speaker": lambda c: c.number == c.context.next_speaker,
    "next speaker known": lambda c: c.context.next_speaker is not None,
    "introduced": lambda c: c.number == c.context.introduced,
    "last speaker": _last_speaker,
    # The mentions of the candidate around the quotation.
    "distance before": lambda c: _log_distance(c, c.before),
    "paragraphs before": lambda c: c.quotation.paragraph - c.before.paragraph if c.before else 30,
    "subject before": lambda c: c.before.subject if c.before else -1,
    "kind before": lambda c: _KINDS.index(c.before.kind) if c.before else -1,
    "distance after": lambda c: _log_distance(c, c.after_in_paragraph),
    "subject after": lambda c: c.after_in_paragraph.subject if c.after_in_paragraph else -1,
    "subject in next paragraph": lambda c: c.after_in_next is not None and c.after_in_next.subject,
    "mentions in paragraph": lambda c: len(c.in_paragraph),
    "mentions in preceding paragraph": lambda c: len(c.in_preceding),
    "subject in paragraph": lambda c: any(m.subject for m in c.in_paragraph),
    "subject in preceding paragraph": lambda c: any(m.subject for m in c.in_preceding),
    "sentences since subject": _sentences_since_subject,
    "reports": lambda c: _reports(c, c.in_paragraph) + 0.5 * _reports(c, c.in_preceding),
    "entities between": _entities_between,
    "main subject in paragraph": lambda c: any(m.main for m in c.in_paragraph),
    "main subject in preceding paragraph": lambda c: any(m.main for m in c.in_preceding),
    "main subject of sentence before": _is_main_subject_of_last_sentence,
    "modifier before": lambda c: c.before.modifier if c.before else -1,
    "first mentioned after": lambda c: c.first is not None and c.first.start > c.quotation.segment.start,
    "subject of sentence": _subject_of_sentence,
    "last main subject": lambda c: c.context.main_subjects[-1] == c.number if c.context.main_subjects else -1,
    "first main subject": lambda c: c.context.main_subjects[0] == c.number if c.context.main_subjects else -1,
    "gender certainty": lambda c: c.entity.gender_sure,
}
"""Features of one candidate. Booleans count as 0 and 1; -1 stands for a missing clause or mention, 20 for a candidate
that has not spoken, and 30 for one that is not mentioned before."""

FEATURES: Final[tuple[str, ...]] = (*_QUOTATION_FEATURES, *_CANDIDATE_FEATURES)
"""The names of the features, in the order of the columns that a ranker expects."""
