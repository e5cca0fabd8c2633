"""The rules that decide a speaker without the ranker."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from narrate.attribution.claims import UNCLAIMED
from narrate.attribution.clauses import Clause, Pattern
from narrate.attribution.mention import NO_SPEAKER, Mention
from narrate.attribution.names import role_head
from narrate.attribution.parse import Token
from narrate.attribution.phrases import announces_answer, speaker_meanwhile
from narrate.attribution.pronouns import agrees, has_gender
from narrate.attribution.quotation_context import QuotationContext
from narrate.attribution.received import received_text
from narrate.attribution.token_runs import verb_of_subject

_BEFORE: Final[Sequence[Pattern]] = ("precedes",)
_NEAR: Final[Sequence[Pattern]] = ("inverted", "follows", "pull", "label", "according")
"""Patterns of clauses in which the speaker stands next to the quotation."""
_CLOSING_PATTERNS: Final = frozenset({"inverted", "follows", "according", "phrase"})
_ONE_OF_SEVERAL: Final = 3
"""Value of ``QuotationContext.determiner`` for "another", "one" and numbers."""
_NEAR_TOKENS: Final = 6
"""Tokens between a verb that may report words and the quotation."""
_ADJACENT_TOKENS: Final = 2
"""The same if the subject is that of a subordinate clause ("as the Times pointed out,")."""
_ONE_SENTENCE: Final = re.compile(r"[^.!?]*(?:\b(?:[A-Z][a-z]{0,4}|[A-Z])\.[^.!?]*)*[.!?]")
"""Text with one full stop, at its end; those of initials and short titles do not count."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that decides speakers. ``tools/evaluate.py --rules written polnear gumnews`` measures its figures."""

    name: str
    speaker: Callable[[QuotationContext], int | None]
    """Returns the number of the entity that speaks, ``NO_SPEAKER``, or None if the rule does not apply."""
    decided: int
    """Scored quotations that the rule decided."""
    precision: float
    """Share of them with the right speaker, from 0 to 1; 0 if there was none."""


def first_match(context: QuotationContext) -> tuple[Rule, int] | None:
    """Return the first rule of ``RULES`` that applies, and the speaker that it decides on."""
    matches = ((rule, rule.speaker(context)) for rule in RULES)
    return next(((rule, speaker) for rule, speaker in matches if speaker is not None), None)


def _first_person(context: QuotationContext) -> int | None:
    """In news, the author says or asks it ("I ask")."""
    clause = context.clause
    if clause is None or context.analysis.fiction or clause.mention.text != "I" or clause.distance > 1:
        return None
    is_said = clause.verb in context.words.saying_verbs or clause.verb in context.words.asking_verbs
    return clause.mention.entity if is_said and clause.mention.entity >= 0 and clause.pattern in _NEAR else None


def _hearer(context: QuotationContext) -> int | None:
    """In news, a fragment is what a person heard ("Lee was told that ..."), from the agent or else from someone."""
    quotation = context.quotation
    if context.clause is not None or context.analysis.fiction or not quotation.embedded or not quotation.tokens:
        return None
    first, tokens = quotation.tokens[0], quotation.parsed.tokens
    begin = first.i
    while begin and tokens[begin - 1].sentence == first.sentence:
        begin -= 1
    before = [t for t in tokens[begin : first.i] if t.quotation < 0]
    passive = {t.head for t in before if t.dep == "auxpass"}
    verbs = [t.i for t in before if t.i in passive and t.tag == "VBN" and t.lower in context.words.telling_verbs]
    asked = _asked_by_author(context, tokens[begin : verbs[-1]]) if verbs else None
    if asked is not None:
        return asked
    if not verbs or not any(t.lower in context.words.content_conjunctions for t in tokens[verbs[-1] : first.i]):
        return None
    if tokens[verbs[-1] + 1].lower != context.words.agent_preposition:
        return NO_SPEAKER
    near = context.analysis.mentions[quotation.paragraph]
    return next((m.entity for m in near if verbs[-1] < m.first < first.i and m.entity >= 0), NO_SPEAKER)


def _asked_by_author(context: QuotationContext, tokens: Sequence[Token]) -> int | None:
    """Return whom the author asks in the words before "I was told" ("When I asked his office why, I was told")."""
    words = context.words
    asking = next((t.i for t in tokens if t.lower in words.asking_verbs), -1)
    subjects = {t.lower for t in tokens if t.dep == "nsubjpass" or (t.dep == "nsubj" and t.head == asking)}
    if asking < 0 or not subjects or not subjects <= words.author_pronouns:
        return None
    heads = {t.i for t in tokens if t.head == asking and t.dep in {"dobj", "dative"}}
    near = context.analysis.mentions[context.quotation.paragraph]
    return next((m.entity for m in near if m.head in heads and m.entity >= 0), None)


def _open_quotation(context: QuotationContext) -> int | None:
    """The quotation continues one that the paragraph before left open, and no clause of its own names the speaker."""
    clause = context.clause
    is_named = clause is not None and clause.mention.kind == "name" and clause.pattern in {"inverted", "follows"}
    return context.history.speaker(context.number - 1) if context.quotation.continues and not is_named else None


def _unidentified(context: QuotationContext) -> int | None:
    """The clause does not say who speaks ("nobody said"); "someone shouted" has a speaker of its own."""
    subject = context.clause.mention.text.lower() if context.clause else ""
    if context.clause is not None and context.clause.verb == UNCLAIMED:
        return NO_SPEAKER
    if context.clause is None or subject not in context.words.unidentified_speakers:
        return None
    is_one = subject in context.words.determiners and context.clause.mention.entity >= 0
    return context.clause.mention.entity if is_one else NO_SPEAKER


def _next_sentence(context: QuotationContext) -> int | None:
    """Only the end of the reporting sentence stands between it and the quotation before (``"...," said X. "..."``)."""
    if context.clause or context.paragraph_speaker is None:
        return None
    before = context.analysis.quotations[context.number - 1]
    if before.clause is None or before.clause.pattern not in _CLOSING_PATTERNS:
        return None
    if before.clause.pattern == "phrase" and before.clause.verb == "from" and before.order:
        return context.history.speaker(context.number - 2)
    text = context.analysis.script.article.text
    between = text[before.segment.end : context.quotation.segment.start].strip()
    return context.paragraph_speaker if _ONE_SENTENCE.fullmatch(between) else None


def _same_subject(context: QuotationContext) -> int | None:
    """In news, the last sentence before it has the speaker of the quotation before as its main subject."""
    if context.clause or context.analysis.fiction or context.paragraph_speaker is None or context.quotation.embedded:
        return None
    last = context.last_main_subject
    is_same = last is not None and last.kind != "pronoun" and last.entity == context.paragraph_speaker
    return context.paragraph_speaker if is_same else None


def _reporter_before(context: QuotationContext) -> int | None:
    """In news, a sentence of its own goes on from the sentence before ("Lee said that it was late. "I left.")."""
    if context.clause or context.analysis.fiction or context.quotation.embedded or context.quotation.continues:
        return None
    subject = context.last_main_subject
    if context.paragraph_speaker is not None:
        return None
    near = context.analysis.mentions[context.quotation.paragraph]
    speaker = speaker_meanwhile(context.quotation.parsed.tokens, context.quotation.tokens, near, context.words)
    if speaker is not None or subject is None:
        return speaker
    tokens = context.analysis.paragraphs[subject.paragraph].tokens
    verb = verb_of_subject(tokens, subject.head)
    if verb.lower in context.words.saying_verbs:
        return subject.entity
    return _last_person_as(context, subject) if verb.lower in context.words.gesture_verbs else None


def _reporter_above(context: QuotationContext) -> int | None:
    """In news, a paragraph of speech alone goes on from the sentence above it ("A fan said that it was late.")."""
    quotation, subject = context.quotation, context.subject_before
    if context.clause or context.analysis.fiction or quotation.continues or subject is None:
        return None
    tokens = context.analysis.paragraphs[subject.paragraph].tokens
    is_alone = not (quotation.before.strip() or quotation.after.strip())
    is_alone &= all(t.quotation < 0 for t in tokens if t.sentence == subject.sentence)  # not ``"Stop," Lee said.``
    is_text = subject.kind == "nominal" and tokens[subject.head].lower in context.words.texts
    reports = verb_of_subject(tokens, subject.head).lower in context.words.saying_verbs
    return subject.entity if reports and is_alone and not is_text else None


def _last_person_as(context: QuotationContext, subject: Mention) -> int | None:
    """Return who is meant by a subject; by one that is no known person ("the Spaniard"), who spoke last."""
    table = context.analysis.table
    entity, last = table[subject.entity], next(iter(context.previous), None)
    if entity.named or entity.kind != "unknown":
        return entity.number if entity.kind != "group" else None
    is_meant = last is not None and table[last].named and table[last].kind == "person"
    near = context.analysis.mentions[subject.paragraph]
    is_other = any(m.entity == last for m in near if m.sentence == subject.sentence)
    return last if is_meant and not is_other else None


def _reporter_again(context: QuotationContext) -> int | None:
    """In news, "he" means the only one who says something in the sentence before ("An agent told her to go.")."""
    clause, subject = context.clause, context.last_main_subject
    if clause is None or subject is None or context.analysis.fiction or not has_gender(clause.mention):
        return None
    tokens = context.analysis.paragraphs[subject.paragraph].tokens
    reporting_verbs = context.words.saying_verbs | context.words.passive_speech_verbs
    reports = tokens[tokens[subject.head].head].lower in reporting_verbs
    is_person = agrees(context.analysis.table[subject.entity], clause.mention) and subject.kind != "pronoun"
    is_apposed = subject.kind == "nominal" and tokens[subject.last + 1].text == ","
    return subject.entity if reports and is_person and not is_apposed else None


def _described_before(context: QuotationContext) -> int | None:
    """In news, "he" or "they" right behind a sentence about a person without a name ("A spokesman said so.")."""
    clause, subject = context.clause, context.described_before
    if clause is None or subject is None or context.analysis.fiction or context.quotation.embedded:
        return None
    is_pronoun = has_gender(clause.mention) or clause.mention.text.lower() == "they"
    is_meant = is_pronoun and clause.pattern in _NEAR and agrees(context.analysis.table[subject.entity], clause.mention)
    return subject.entity if is_meant and context.is_alone(subject, clause.mention) else None


def _affected(context: QuotationContext) -> int | None:
    """In news, "she", or who speaks without a clause, is whom the sentence before says a thing affects.

    "She" may also be the person for whom that sentence begins ("For Lee, that was little comfort.").
    """
    person = context.concerned if context.affected is None else context.affected
    if context.analysis.fiction or person is None:
        return None
    clause = context.clause
    is_plain = clause is None and not context.quotation.embedded and context.affected is not None
    is_meant = clause is not None and has_gender(clause.mention) and clause.distance <= 1
    fits = clause is not None and agrees(context.analysis.table[person], clause.mention)
    return person if is_plain or (is_meant and fits) else None


def _asked_person(context: QuotationContext) -> int | None:
    """In news, "he" answers what he is asked in the clause before ("When police asked Lee why, he told them ...")."""
    clause = context.clause
    if clause is None or context.analysis.fiction or not (has_gender(clause.mention) and clause.mention.main):
        return None
    tokens, pronoun = context.analysis.paragraphs[clause.mention.paragraph].tokens, clause.mention
    near = [m for m in context.analysis.mentions[pronoun.paragraph] if m.sentence == pronoun.sentence]
    answering = tokens[pronoun.head].head
    for mention in (m for m in near if m.kind == "name" and m.entity >= 0 and m.first < pronoun.first):
        head, asking = tokens[mention.head], tokens[tokens[mention.head].head]
        is_asked = head.dep in {"dobj", "dative"} and asking.lower in context.words.asking_verbs
        if is_asked and asking.dep == "advcl" and asking.head == answering:
            return mention.entity if agrees(context.analysis.table[mention.entity], pronoun) else None
    return None


def _subject_of_sentence(context: QuotationContext) -> int | None:
    """In news, "she" behind a quotation is the only person named in the sentence right before, as its main subject."""
    clause, subject = context.clause, context.last_main_subject
    if clause is None or subject is None or context.analysis.fiction or not has_gender(clause.mention):
        return None
    entity = context.analysis.table[subject.entity]
    near = context.analysis.mentions[subject.paragraph]
    named = {m.entity for m in near if m.sentence == subject.sentence and m.kind != "pronoun" and m.entity >= 0}
    others = [e for e in named if e != entity.number and agrees(context.analysis.table[e], clause.mention)]
    is_person = subject.kind == "name" and agrees(entity, clause.mention) and entity.gender != "unknown"
    return entity.number if is_person and not others and clause.pattern in _NEAR else None


def _split_quotation(context: QuotationContext) -> int | None:
    """The clause stands between the two parts of a quotation ("We," said X, "are ready.")."""
    if context.clause is None or context.paragraph_speaker is None:
        return None
    before = context.analysis.quotations[context.number - 1].clause
    return context.paragraph_speaker if before and before.mention is context.clause.mention else None


def _answer(context: QuotationContext) -> int | None:
    """In news, the quotation answers the question right before it, or words next to it say that it is an answer."""
    if context.analysis.fiction:
        return None
    quotation = context.quotation
    is_announced = announces_answer(quotation.before, quotation.after, context.words)
    clause = context.clause
    is_of_question = clause is not None and (clause.mention.kind != "name" or clause.verb in context.words.asking_verbs)
    if clause is not None and not (is_announced and is_of_question):
        return None
    return context.asked if is_announced or context.follows_question else None


def _asked_by_narration(context: QuotationContext) -> int | None:
    """In news, the last speaker answers a question of the narration about him or her ("Does he expect a ban?")."""
    quotation, asking = context.quotation, [token for token in context.question if token.quotation < 0]
    if context.clause or context.analysis.fiction or not context.previous or quotation.continues or not asking:
        return None
    near = context.question_mentions
    subject = next((m for m in near if asking[0].i <= m.first <= asking[-1].i and m.subject), None)
    if asking[-1].text != "?" or subject is None or not has_gender(subject):
        return None
    return context.previous[0] if agrees(context.analysis.table[context.previous[0]], subject) else None


def _turn(context: QuotationContext) -> int | None:
    """In news, two persons take turns: a paragraph of speech alone answers a question, or asks the next one."""
    quotation, before = context.quotation, context.before
    has_narration = bool(quotation.before.strip() or quotation.after.strip())
    if context.analysis.fiction or context.clause or before is None or quotation.continues or has_narration:
        return None
    partner = context.partner
    if partner is None or before.paragraph != quotation.paragraph - 1:
        return None
    number, entity = partner
    quotations = context.analysis.quotations
    asks_again = before.clause is None and number > 0 and quotations[number - 1].is_question
    is_asked = asks_again or (before.clause is not None and before.clause.verb in context.words.asking_verbs)
    is_turn = is_asked if before.is_question else quotations[number].is_question
    is_person = context.analysis.table[entity].kind == "person"
    return entity if is_person and is_turn and before.is_question != quotation.is_question else None


def _in_clause(
    patterns: Sequence[Pattern], applies: Callable[[QuotationContext, Clause], bool]
) -> Callable[[QuotationContext], int | None]:
    """Return a rule that decides on the entity of a clause with one of the patterns if the condition ``applies``."""

    def speaker(context: QuotationContext) -> int | None:
        clause = context.clause
        if clause is None or clause.mention.entity < 0 or clause.pattern not in patterns:
            return None
        return clause.mention.entity if applies(context, clause) else None

    return speaker


def _is_named_before(context: QuotationContext, clause: Clause) -> bool:
    """A name is the subject of a saying verb before the quotation, or the main subject of another verb near it."""
    words, verb = context.words, clause.verb
    is_saying = verb in words.saying_verbs | words.putting_verbs | words.telling_participles
    is_participle = verb.endswith(words.participle_ending)
    reach = _NEAR_TOKENS if clause.mention.main else _ADJACENT_TOKENS
    is_reporting = verb in words.other_reporting_verbs and clause.distance <= reach and not is_participle
    return clause.mention.kind == "name" and clause.parsed and clause.finite and (is_saying or is_reporting)


def _is_described_before(context: QuotationContext, clause: Clause) -> bool:
    """A text or a new person or group is the subject of a reporting verb before the quotation."""
    if clause.mention.kind != "nominal":
        return False
    is_one_of_several = context.determiner == _ONE_OF_SEVERAL and clause.parsed
    is_new = _is_new(context, clause) and (context.described_kind < 2 or is_one_of_several)
    is_new = is_new and (clause.parsed or clause.mention.subject)
    if not is_new and not (clause.parsed and _is_text(context, clause)):
        return False
    is_near = clause.distance <= (_NEAR_TOKENS if clause.verb in context.words.asking_verbs else 1)
    is_saying = clause.verb in context.words.saying_verbs | context.words.telling_participles
    return is_saying or (clause.parsed and is_near)


def _is_known(context: QuotationContext, clause: Clause) -> bool:
    """The description means a named entity or, but in fiction, one that was described before."""
    mention, entity = clause.mention, context.analysis.table[clause.mention.entity]
    if mention.kind != "nominal" or mention.plural:
        return False
    is_described_before = any(m.start < mention.start for m in entity.mentions) and not context.analysis.fiction
    return entity.named or (is_described_before and context.described_kind in {0, 1})


def _is_new(context: QuotationContext, clause: Clause) -> bool:
    """The description introduces a person or group ("said a neighbor", "residents said")."""
    if clause.mention.kind != "nominal":
        return False
    is_named = context.analysis.table[clause.mention.entity].named
    return context.determiner >= 2 or (clause.mention.plural and not is_named)


def _is_agent(_context: QuotationContext, clause: Clause) -> bool:
    """The agent of a passive verb stands right behind the quotation (``labeled "a fraud" by Lee``)."""
    return clause.parsed


def _is_text(context: QuotationContext, clause: Clause) -> bool:
    """The description is of a text that does not speak for its sender ("the lawsuit says")."""
    if context.described_kind != 2:
        return False
    return role_head(clause.mention.roles[0], context.words) not in context.words.sent_texts


def _sent_text(context: QuotationContext) -> int | None:
    """In news, a text that speaks for its sender: the person or group that sent it, or else the text itself."""
    clause = context.clause
    if context.analysis.fiction or clause is None or context.described_kind != 2 or clause.mention.entity < 0:
        return None
    if clause.pattern not in (*_BEFORE, *_NEAR):
        return None
    speaks_for_itself = clause.mention.plural or _is_text(context, clause)
    return context.sender if speaks_for_itself or context.sender is not None else clause.mention.entity


def _described(context: QuotationContext) -> int | None:
    """The clause describes a group, a text or something else that no evidence links to a name."""
    clause = context.clause
    if clause is None or context.analysis.fiction or context.description is None or clause.mention.entity < 0:
        return None
    is_unnamed = not context.analysis.table[clause.mention.entity].named
    return clause.mention.entity if is_unnamed and clause.parsed else None


def _is_owned(context: QuotationContext, clause: Clause) -> bool:
    """The description of a person, group or text has a possessive ("his office"), in news: it is not its owner."""
    if context.analysis.fiction:
        return False
    return context.determiner == 1 and clause.parsed and context.described_kind in {0, 1, 2}


def _group_as_it(context: QuotationContext) -> int | None:
    """In news, the clause has "it", and the last main subject is a group or a text, or the last text has a sender.

    "It" behind "As for the comment," is only that.
    """
    if context.analysis.fiction or context.clause is None or context.clause.mention.pronoun_for != "thing":
        return None
    topic = context.clause.mention.reporter
    if topic >= 0 and context.quotation.parsed.tokens[topic].dep == "pobj":
        near = context.analysis.mentions[context.clause.mention.paragraph]
        return next((m.entity for m in near if m.head == topic and m.entity >= 0), NO_SPEAKER)
    return context.last_group if context.sender is None else context.sender


def _group_as_they(context: QuotationContext) -> int | None:
    """In news, the clause has "they", and the last main subject is several persons or a group."""
    clause = context.clause
    if context.analysis.fiction or clause is None or clause.mention.text.lower() != "they" or not clause.parsed:
        return None
    subjects = context.plain_subjects
    entity = context.analysis.table[subjects[-1]] if subjects else None
    return entity.number if entity and (entity.plural or entity.kind == "group") else None


def _described_subject(context: QuotationContext) -> int | None:
    """In news, a fragment stands in a sentence whose main subject is only described ("The ad sees a "failed law"")."""
    quotation, table = context.quotation, context.analysis.table
    if context.clause or context.analysis.fiction or not quotation.embedded or context.paragraph_speaker is not None:
        return None
    sentence = quotation.tokens[0].sentence if quotation.tokens else -1
    near = context.analysis.mentions[quotation.paragraph]
    subjects = [m for m in near if m.subject and m.sentence == sentence and m.start < quotation.segment.start]
    is_only = len(subjects) == 1 and subjects[0].main and subjects[0].kind == "nominal" and subjects[0].entity >= 0
    entity = table[subjects[0].entity] if is_only else None
    if entity is None or entity.named or entity.kind == "unknown":
        return None
    tokens = quotation.parsed.tokens
    verb = tokens[tokens[subjects[0].head].head]
    reports = verb.tag in {"VBD", "VBZ"} and context.words.is_reporting_verb(verb.lower)
    return entity.number if reports or not entity.plural else None


def _only_antecedent(context: QuotationContext) -> int | None:
    """The pronoun of the clause can mean only one entity: a main subject of known gender, at most a paragraph back."""
    if context.analysis.fiction or context.clause is None or not has_gender(context.clause.mention):
        return None
    pronoun, table = context.clause.mention, context.analysis.table
    for place in (pronoun.paragraph, pronoun.paragraph - 1):
        near = context.analysis.mentions[place] if place >= 0 else ()
        before = [m for m in near if m.start < pronoun.start and m.entity >= 0 and not m.modifier]
        fitting = [m for m in before if m.kind != "pronoun" and agrees(table[m.entity], pronoun)]
        if fitting:
            entity = fitting[0].entity
            is_certain = table[entity].gender != "unknown" and any(m.main for m in fitting)
            return entity if is_certain and all(m.entity == entity for m in fitting) else None
    return None


OPEN_QUOTATION: Final = Rule("open quotation", _open_quotation, 76, 0.908)

RULES: Final = (
    OPEN_QUOTATION,
    Rule("unidentified speaker", _unidentified, 1, 0.0),
    Rule("first person", _first_person, 0, 0.0),
    Rule("hearer", _hearer, 0, 0.0),
    Rule("phrase", _in_clause(("phrase",), lambda _context, _clause: True), 1, 1.0),
    Rule("introduction", _in_clause(("introduction",), lambda _context, _clause: True), 4, 1.0),
    Rule("answer", _answer, 2, 0.5),
    Rule("asked by narration", _asked_by_narration, 1, 1.0),
    Rule("turn", _turn, 0, 0.0),
    Rule("affected", _affected, 1, 1.0),
    Rule("next sentence", _next_sentence, 1467, 0.969),
    Rule("same subject", _same_subject, 5, 1.0),
    Rule("reporter before", _reporter_before, 14, 0.929),
    Rule("reporter above", _reporter_above, 0, 0.0),
    Rule("split quotation", _split_quotation, 168, 0.94),
    Rule("sent text", _sent_text, 50, 0.76),
    Rule("name before", _in_clause(_BEFORE, _is_named_before), 546, 0.984),
    Rule("description before", _in_clause(_BEFORE, _is_described_before), 60, 0.95),
    Rule("name near", _in_clause(_NEAR, lambda _, clause: clause.mention.kind == "name"), 1706, 0.978),
    Rule("agent", _in_clause(("passive",), _is_agent), 1, 1.0),
    Rule("according to", _in_clause(_NEAR, lambda _, clause: clause.pattern == "according"), 9, 0.778),
    Rule("known description near", _in_clause(_NEAR, _is_known), 96, 0.812),
    Rule("new description near", _in_clause(_NEAR, _is_new), 88, 0.932),
    Rule("text near", _in_clause(_NEAR, _is_text), 26, 0.885),
    Rule("described before", _described_before, 1, 1.0),
    Rule("asked person", _asked_person, 0, 0.0),
    Rule("reporter again", _reporter_again, 100, 0.95),
    Rule("subject of sentence", _subject_of_sentence, 69, 1.0),
    Rule("received text", received_text, 0, 0.0),
    Rule("group as it", _group_as_it, 40, 0.95),
    Rule("group as they", _group_as_they, 3, 1.0),
    Rule("described subject", _described_subject, 5, 1.0),
    Rule("owned description", _in_clause((*_BEFORE, *_NEAR), _is_owned), 5, 1.0),
)
"""The rules in order: the first one that applies decides. An unidentified speaker counts as wrong."""

CONTINUING: Final = tuple(rule for rule in RULES if rule.name in {"open quotation", "next sentence", "split quotation"})
"""The rules by which a quotation goes on from the one before, whose confidence tells how sure its speaker is."""

UNLINKED_DESCRIPTION: Final = Rule("unlinked description", _described, 51, 0.882)
ONLY_ANTECEDENT: Final = Rule("only antecedent", _only_antecedent, 2, 0.5)
"""The rules that decide where the ranker is in doubt. The numbers are those of the doubtful quotations."""
