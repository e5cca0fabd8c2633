"""Describe the context of a quotation: what was decided before it, and whom the words around it may mean."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from narrate.attribution.analysis import Analysis
from narrate.attribution.clauses import Clause
from narrate.attribution.entity import contradicts_office, has_other_profession
from narrate.attribution.mention import NO_SPEAKER, Mention
from narrate.attribution.names import role_head
from narrate.attribution.parse import Token
from narrate.attribution.pronouns import agrees, has_gender
from narrate.attribution.quotations import Quotation
from narrate.attribution.senders import Finder, find_issuer, find_reporter, find_sender, owned_text
from narrate.languages import AttributionWords
from narrate.languages.marks import MARKS

_MAX_QUOTATIONS_BACK: Final = 11
"""Quotations before this one whose speakers are remembered."""
_MAX_ANSWER_CHARACTERS: Final = 60
"""Characters behind a quotation that may call it an answer."""
_MAX_ASKED_TOKENS: Final = 6
"""Tokens between "asked" and the person who is asked."""
_MAX_PARTNERS: Final = 4
"""Speakers before a question among whom the person who is asked is looked for."""
_MAX_TURN_PARAGRAPHS: Final = 3
"""Paragraphs over which two persons take turns."""
_MAX_GROUP_PARAGRAPHS: Final = 3
"""Paragraphs, with its own, in which the group or text that "it" means is looked for."""
_MAX_TITLE_TOKENS: Final = 3
"""Tokens from "for" to a name, with its title."""
_DETERMINERS: Final = {"definite": 0, "possessive": 1, "indefinite": 2}


class History:
    """The speakers of the quotations that have been decided, in order: numbers of entities, or ``NO_SPEAKER``."""

    def __init__(self) -> None:
        self._speakers: dict[int, int] = {}
        self.times_spoken = Counter[int]()
        """Number of an entity -> quotations that it has spoken."""
        self.last: int | None = None
        """Number of the last quotation whose speaker is known."""

    def record(self, number: int, speaker: int) -> None:
        """Add the decision for the quotation ``number``."""
        self._speakers[number] = speaker
        self.times_spoken[speaker] += 1
        self.last = number if speaker >= 0 else self.last

    def speaker(self, number: int) -> int | None:
        """Return the speaker of a quotation, or ``NO_SPEAKER``; None if it has not been decided."""
        return self._speakers.get(number)


@dataclass(frozen=True)
class QuotationContext:
    """A quotation and what was decided for those before it. Speakers are numbers of entities."""

    analysis: Analysis
    number: int
    history: History

    @cached_property
    def quotation(self) -> Quotation:
        """The quotation itself."""
        return self.analysis.quotations[self.number]

    @property
    def before(self) -> Quotation | None:
        """The quotation before it."""
        return self.analysis.quotations[self.number - 1] if self.number else None

    @cached_property
    def clause(self) -> Clause | None:
        """Its most reliable clause."""
        return self.quotation.clause

    @cached_property
    def description(self) -> Mention | None:
        """The mention in its clause if that is a description."""
        return self.clause.mention if self.clause and self.clause.mention.kind == "nominal" else None

    @cached_property
    def words(self) -> AttributionWords:
        """Words and patterns of the language."""
        return self.quotation.words

    @cached_property
    def recent(self) -> list[int]:
        """The speakers of the last quotations, the latest first, and ``NO_SPEAKER`` for those without one."""
        numbers = range(self.number - 1, max(-1, self.number - 1 - _MAX_QUOTATIONS_BACK), -1)
        speakers = (self.history.speaker(number) for number in numbers)
        return [NO_SPEAKER if speaker is None else speaker for speaker in speakers]

    @cached_property
    def previous(self) -> list[int]:
        """The speakers of the last quotations, the latest first."""
        return [entity for entity in self.recent if entity >= 0]

    @cached_property
    def antecedents(self) -> list[tuple[float, int]]:
        """(score, entity) of those whom the pronoun of the first clause may mean, the likeliest first."""
        is_pronoun = self.clause is not None and self.clause.mention.kind == "pronoun"
        return self._rank_antecedents(self.clause.mention) if self.clause and is_pronoun else []

    def _rank_antecedents(self, pronoun: Mention) -> list[tuple[float, int]]:
        last = self.previous[0] if self.previous else None
        return self.analysis.antecedents.rank(pronoun, last)

    @cached_property
    def paragraph_speaker(self) -> int | None:
        """The speaker of the quotation before it in the same paragraph."""
        return self.recent[0] if self.quotation.order and self.recent[0] >= 0 else None

    @cached_property
    def next_speaker(self) -> int | None:
        """The speaker that a clause names for the next quotation of the same paragraph."""
        for number in range(self.number + 1, len(self.analysis.quotations)):
            later = self.analysis.quotations[number]
            if later.paragraph != self.quotation.paragraph:
                return None
            if later.clause and later.clause.mention.kind == "pronoun":
                ranked = self._rank_antecedents(later.clause.mention)
                return ranked[0][1] if ranked else None
            if later.clause:
                return later.clause.mention.entity if later.clause.mention.entity >= 0 else None
        return None

    @cached_property
    def question(self) -> tuple[Token, ...]:
        """The words that may ask: behind "was the answer", or else the last sentence before the quotation."""
        paragraph = self.quotation.parsed
        if self.words.answer_pattern.match(self.quotation.after[:_MAX_ANSWER_CHARACTERS]):
            behind = [t for t in paragraph.tokens if t.start >= self.quotation.segment.end]
            sentence = tuple(t for t in behind if t.sentence == behind[0].sentence)
            if any(t.lower in self.words.asking_verbs for t in sentence):
                return sentence
        end = bisect_left(paragraph.tokens, self.quotation.segment.start, key=lambda token: token.start)
        if end == 0 and paragraph.number:
            paragraph = self.analysis.paragraphs[paragraph.number - 1]
            end = len(paragraph.tokens)
        begin = end
        while begin and paragraph.tokens[begin - 1].sentence == paragraph.tokens[end - 1].sentence:
            begin -= 1
        return paragraph.tokens[begin:end]

    @property
    def question_mentions(self) -> Sequence[Mention]:
        """The mentions in the paragraph of its question, which has words."""
        is_own = self.question[0].start >= self.quotation.parsed.start
        return self.analysis.mentions[self.quotation.paragraph - (not is_own)]

    @cached_property
    def follows_question(self) -> bool:
        """The sentence before it asks a person a question, and it is not a question itself."""
        is_apart = self.quotation.before.rstrip()[-1:] in {"", ".", "?", "!", *MARKS} and not self.quotation.embedded
        return is_apart and self._addressed is not None and not self.quotation.is_question

    @cached_property
    def _addressed(self) -> int | None:
        """The person whom the sentence before it asks a question ("Lee asked Hill why", "Hill was asked whether")."""
        if not self.question:
            return None
        first, last, near = self.question[0], self.question[-1], self.question_mentions
        inside = [m for m in near if first.i <= m.first and m.last <= last.i and self._can_answer(m)]
        for token in self.question:
            if token.lower not in self.words.asking_verbs or token.quotation >= 0 or token.tag[:2] != "VB":
                continue
            is_passive = any(t.head == token.i and t.dep == "auxpass" for t in self.question)
            is_led = self.question[max(0, token.i - first.i - 1)].lower in self.words.participle_openers
            if is_passive or (token.tag == "VBN" and first.quotation < 0 and (is_led or token.i == first.i)):
                subject = [m for m in inside if m.main]
                behind = [t.lower for t in self.question[token.i - first.i + 1 :]]
                is_question = behind[:1] != ["to"] and any(word in self.words.question_words for word in behind)
                return subject[0].entity if subject and is_question else None
            has_subject = any(first.i <= m.first and m.last < token.i for m in near)
            behind_verb = (m for m in inside if token.i < m.first <= token.i + _MAX_ASKED_TOKENS and not m.subject)
            asked = next(behind_verb, None) if has_subject else None
            is_topic = asked is not None and any(t.tag == "IN" for t in self.question if token.i < t.i < asked.first)
            asked = None if is_topic else asked
            if asked is not None and self._asks(asked.last + 1, last.i):
                return asked.entity
        return None

    def _can_answer(self, mention: Mention) -> bool:
        is_owner = self.analysis.paragraphs[mention.paragraph].tokens[mention.head].tag == "PRP$"
        if mention.entity < 0 or mention.modifier or is_owner:
            return False
        entity = self.analysis.table[mention.entity]
        return entity.named or entity.kind != "unknown"

    def _asks(self, start: int, last: int) -> bool:
        """Return whether the words behind the asked person are a reported question, or end the sentence."""
        tokens = [t for t in self.question if start <= t.i <= last]
        words = [t for t in tokens if t.text[0].isalnum() and t.quotation < 0]
        if not words:
            return any(t.quotation >= 0 for t in self.question) or self._ends_in_question()
        return words[0].lower != "to" and any(t.lower in self.words.question_words for t in words)

    def _ends_in_question(self) -> bool:
        return self.before is not None and self.before.is_question

    @cached_property
    def asked(self) -> int | None:
        """The person who is asked the question before it: the one named there, or the other of two who speak."""
        if self._addressed is not None:
            return self._addressed
        if not self._ends_in_question():
            return None
        asking = self.recent[0]
        others = [entity for entity in self.previous[:_MAX_PARTNERS] if entity != asking]
        return others[0] if others else self._mentioned_besides(asking)

    @cached_property
    def partner(self) -> tuple[int, int] | None:
        """(quotation, speaker) of the last quotation nearby that is by another than the last speaker."""
        for number, entity in zip(range(self.number - 2, -1, -1), self.recent[1 : 1 + _MAX_PARTNERS], strict=False):
            if self.quotation.paragraph - self.analysis.quotations[number].paragraph > _MAX_TURN_PARAGRAPHS:
                return None
            if entity >= 0 and entity != self.recent[0] and self.recent[0] >= 0:
                return number, entity
        return None

    def _mentioned_besides(self, asking: int) -> int | None:
        """Return the person mentioned last before the quotation, other than the one who asks."""
        number = self.quotation.paragraph
        for paragraph in range(number, max(-1, number - 3), -1):
            for mention in reversed(self._mentions_before(paragraph)):
                entity = self.analysis.table[mention.entity]
                if mention.entity != asking and entity.kind == "person" and not mention.modifier:
                    return mention.entity
        return None

    def _mentions_before(self, paragraph: int) -> list[Mention]:
        """Return the mentions of known entities in a paragraph before the quotation."""
        mentions = self.analysis.mentions[paragraph] if paragraph >= 0 else ()
        return [m for m in mentions if m.entity >= 0 and m.end <= self.quotation.segment.start]

    @cached_property
    def main_subjects(self) -> list[int]:
        """The main subjects before it, in its paragraph or else the one before, that fit the pronoun of its clause."""
        pronoun = self.clause.mention if self.clause and has_gender(self.clause.mention) else None
        for paragraph in (self.quotation.paragraph, self.quotation.paragraph - 1):
            subjects = [m.entity for m in self._mentions_before(paragraph) if m.main]
            found = [e for e in subjects if pronoun is None or agrees(self.analysis.table[e], pronoun)]
            if found:
                return found
        return []

    @cached_property
    def last_main_subject(self) -> Mention | None:
        """The only main subject of the sentence right before its own, in the same paragraph."""
        tokens = self.quotation.parsed.tokens
        own = self.quotation.tokens[0].i if self.quotation.tokens else 0
        if own == 0:
            return None
        sentence = tokens[own - 1].sentence
        near = self.analysis.mentions[self.quotation.paragraph]
        found = [m for m in near if m.main and m.entity >= 0 and m.sentence == sentence and m.last < own]
        return found[0] if len(found) == 1 and tokens[own - 1].quotation < 0 else None

    @cached_property
    def _sentence_before(self) -> tuple[Sequence[Token], list[Mention]]:
        """The paragraph with the sentence of narration right before it, and the mentions in that sentence."""
        number = self.quotation.paragraph
        end = self.quotation.tokens[0].i if self.quotation.tokens else 0
        if end == 0 and number:
            number -= 1
            end = len(self.analysis.paragraphs[number].tokens)
        tokens = self.analysis.paragraphs[number].tokens
        if end == 0 or tokens[end - 1].quotation >= 0:
            return tokens, []
        near = self.analysis.mentions[number]
        return tokens, [m for m in near if m.sentence == tokens[end - 1].sentence and m.last < end]

    @cached_property
    def subject_before(self) -> Mention | None:
        """The only main subject of the sentence right before it if that is a name or a description."""
        _, near = self._sentence_before
        subjects = [m for m in near if m.main]
        is_plain = len(subjects) == 1 and subjects[0].kind != "pronoun" and subjects[0].entity >= 0
        return subjects[0] if is_plain else None

    @cached_property
    def described_before(self) -> Mention | None:
        """The only main subject of the sentence right before it if that is a person without a name ("A guard said")."""
        subject = self.subject_before
        if subject is None or subject.kind != "nominal":
            return None
        entity = self.analysis.table[subject.entity]
        first = entity.mentions[0] if entity.mentions else subject
        is_introduced = bool(first.titles) and first.titles[0] in self.words.introducing_determiners
        asks = bool(first.roles) and role_head(first.roles[0], self.words) in self.words.asking_roles
        is_person = entity.kind == "person" and not (entity.named or entity.plural)
        return subject if is_person and is_introduced and not asks else None

    def is_alone(self, subject: Mention, pronoun: Mention) -> bool:
        """Return whether a pronoun can mean only the subject of the sentence before, which says something or is alone.

        A plural pronoun may also mean those who are mentioned before that sentence.
        """
        tokens, near = self._sentence_before
        if tokens[tokens[subject.head].head].lower in self.words.saying_verbs:
            return True
        near = [*self.analysis.mentions[subject.paragraph - 1], *near] if pronoun.plural and subject.paragraph else near
        others = (m for m in near if m.entity >= 0 and m.entity != subject.entity and m.kind != "pronoun")
        others = (m for m in others if not subject.first <= m.first <= subject.last or m.paragraph != subject.paragraph)
        table = self.analysis.table
        if pronoun.plural:
            return not any(table[m.entity].plural or table[m.entity].kind == "group" for m in others)
        return not any(agrees(table[m.entity], pronoun) for m in others)

    @cached_property
    def affected(self) -> int | None:
        """The person whom a thing affects in the sentence right before it ("That worries Lee."), without pronouns."""
        tokens, _ = self._sentence_before
        person = self._only_person
        head = tokens[person.head] if person else None
        if person is None or head is None:
            return None
        is_affected = tokens[head.head].lower in self.words.affecting_verbs and head.head < person.first
        return person.entity if is_affected and head.dep not in {"nsubj", "pobj"} else None

    @cached_property
    def concerned(self) -> int | None:
        """The person for whom the sentence right before it begins ("For Lee, it was hard.", "As for Lee, he left.")."""
        tokens, near = self._sentence_before
        topics = (m.entity for m in near if m.main and m.kind == "pronoun" and m.reporter >= 0 and m.entity >= 0)
        if (topic := next(topics, None)) is not None:
            return topic
        person = self._only_person
        if person is None or person.kind != "name":
            return None
        before = [t for t in tokens[max(0, person.first - _MAX_TITLE_TOKENS) : person.first] if t.quotation < 0]
        opening = next((t for t in before if t.lower in self.words.opinion_prepositions), None)
        is_first = opening is not None and (opening.i == 0 or tokens[opening.i - 1].sentence != person.sentence)
        is_closed = person.last + 1 < len(tokens) and tokens[person.last + 1].text == ","
        return person.entity if is_first and is_closed else None

    @cached_property
    def _only_person(self) -> Mention | None:
        """The only person in the sentence right before it, which has no pronouns of persons."""
        _, near = self._sentence_before
        persons = [m for m in near if m.entity >= 0 and self.analysis.table[m.entity].kind == "person"]
        is_plain = len(persons) == 1 and persons[0].kind != "pronoun" and not any(map(has_gender, near))
        return persons[0] if is_plain else None

    @cached_property
    def plain_subjects(self) -> list[int]:
        """The main subjects before its clause, without pronouns, in its paragraph or else the one before."""
        place = min(self.quotation.segment.start, self.clause.mention.start if self.clause else 0)
        for number in (self.quotation.paragraph, self.quotation.paragraph - 1):
            near = self.analysis.mentions[number] if number >= 0 else ()
            found = [m.entity for m in near if m.main and m.kind != "pronoun" and m.entity >= 0 and m.start < place]
            if found:
                return found
        return []

    @cached_property
    def last_group(self) -> int | None:
        """The group or text that "it" means: the last main subject but "it", at most two paragraphs back."""
        number = self.quotation.paragraph
        place = min(self.quotation.segment.start, self.clause.mention.start if self.clause else 0)
        for paragraph in range(number, max(-1, number - _MAX_GROUP_PARAGRAPHS), -1):
            for mention in reversed(self.analysis.mentions[paragraph]):
                is_known = mention.main and mention.entity >= 0 and mention.pronoun_for != "thing"
                if is_known and mention.start < place:
                    entity = self.analysis.table[mention.entity]
                    head = mention.words[-1].lower() if mention.kind == "nominal" else ""
                    issuer = self._sender_of(mention, find_issuer) if head in self.words.texts else None
                    if issuer is not None:
                        return issuer
                    is_thing = head in self.words.texts or head in self.words.firms_or_persons
                    return entity.number if entity.kind == "group" or is_thing else None
        return None

    @cached_property
    def sender(self) -> int | None:
        """Who sent the text that the clause describes ("the statement"), of those who are named or have spoken."""
        text = self.description or self._text_as_it
        if text is None or not text.roles:
            return None
        is_sent = role_head(text.roles[0], self.words) in self.words.sent_texts
        sender = self._sender_of(text, find_sender if is_sent else find_issuer)
        if not is_sent or sender is not None:
            return sender
        owner = self._owner_of(text)
        return self._sender_of(text, find_reporter) if owner is None else owner

    def _sender_of(self, text: Mention, find: Finder) -> int | None:
        """Return who sent or issued a text, if that is named or has spoken."""
        found = find(text, self.analysis.paragraphs, self.analysis.mentions)
        if found is None:
            return None
        clauses = ((n, self.analysis.quotations[n].clause) for n in range(self.number - 1, -1, -1))
        near = islice(clauses, _MAX_QUOTATIONS_BACK)
        number = next((n for n, clause in near if clause is not None and clause.mention is found), -1)
        speaker = self.history.speaker(number)
        entity = found.entity if speaker is None else speaker
        is_known = entity >= 0 and (self.analysis.table[entity].named or self.history.times_spoken[entity] > 0)
        if not is_known and found.titles == ("the",) and self.words.organizations.intersection(found.roles):
            return self._organization_before(found)
        return entity if is_known else None

    def _owner_of(self, text: Mention) -> int | None:
        """Return the organization that "the company's support page" means: the last main subject that is no person."""
        owned = owned_text(text, self.analysis.paragraphs, self.analysis.mentions)
        return None if owned is None else self._organization_before(owned)

    def _organization_before(self, mention: Mention) -> int | None:
        """Return the last main subject before a mention that is named and no person, at most a paragraph back."""
        for number in (mention.paragraph, mention.paragraph - 1):
            near = self.analysis.mentions[number] if number >= 0 else ()
            subjects = (m.entity for m in reversed(near) if m.main and m.kind == "name" and m.start < mention.start)
            entity = next((e for e in subjects if e >= 0 and self.analysis.table[e].kind != "person"), None)
            if entity is not None:
                return entity
        return None

    @cached_property
    def _text_as_it(self) -> Mention | None:
        """The last text that is described before "it read"."""
        if self.clause is None or self.clause.mention.pronoun_for != "thing":
            return None
        if self.clause.verb not in self.words.text_verbs:
            return None
        near = (m for m in reversed(self._mentions_before(self.quotation.paragraph)) if m.kind == "nominal")
        return next((m for m in near if m.roles and role_head(m.roles[0], self.words) in self.words.sent_texts), None)

    @cached_property
    def introduced(self) -> int | None:
        """The subject of the sentence before it, in the same paragraph or at the end of the one before."""
        paragraph = self.quotation.paragraph
        subjects = [m for m in self._mentions_before(paragraph) if m.subject]
        subjects = subjects or [m for m in self._mentions_before(paragraph - 1) if m.subject]
        last = [m for m in subjects if m.sentence == subjects[-1].sentence]
        return next((m.entity for m in last if m.main), last[0].entity if last else None)

    @cached_property
    def determiner(self) -> int:
        """The description's determiner: 0 definite, 1 possessive, 2 indefinite, 3 another ("one"), 4 none; or -1."""
        if self.description is None:
            return -1
        if not self.description.titles:
            return 4
        return _DETERMINERS.get(self.words.determiners.get(self.description.titles[0], ""), 3)

    @property
    def describes_several(self) -> bool:
        """The clause describes several persons, in news ("the two councilors")."""
        if self.description is None or not self.description.plural or self.analysis.fiction:
            return False
        head = role_head(self.description.roles[0], self.words)
        return self.words.is_role(head) or self.words.is_group(head)

    def may_mean(self, number: int) -> bool:
        """Return whether the description of the clause may mean an entity that nothing else links to it, in news.

        Several persons are no single one. Those who ask for a living, such as a host or a prosecutor, seldom are the
        persons they ask.
        """
        if self.description is None or self.analysis.fiction:
            return True
        entity, words = self.analysis.table[number], self.words
        if self.described_kind == 1 and self.description.plural and entity.kind == "person" and not entity.plural:
            return False
        if self.described_kind:
            return True
        if contradicts_office(entity, self.description, words):
            return False
        head = role_head(self.description.roles[0], words)
        if head in words.nameless_roles and entity.named:
            return False
        known = {role_head(role.strip("."), words) for role in (*entity.roles, *entity.titles)}
        field = words.role_fields.get(head)
        is_of_field = not field or not known or any(words.role_fields.get(role) == field for role in known)
        if not is_of_field or has_other_profession(head, known, words):
            return False
        return head not in words.asking_roles or head in known

    @cached_property
    def described_kind(self) -> int:
        """What the description is of: 0 a person, 1 a group, 2 a text, 3 something else; -1 without a description."""
        if self.description is None or not self.description.roles:
            return -1
        head = role_head(self.description.roles[0], self.words)
        if head in self.words.texts:
            return 2
        if self.words.is_role(head) and not self.description.plural:
            return 0
        return 1 if self.words.is_group(head) else 3
