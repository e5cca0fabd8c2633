"""Decide who said each quotation, by clauses, turns and what was said before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from narrate.attribution.by_form.antecedents import Antecedents
from narrate.attribution.by_form.clauses import REACH, Clauses
from narrate.attribution.by_form.decisions import Decision, Kinds, Place
from narrate.attribution.by_form.interviews import Interview
from narrate.attribution.by_form.mentions import Mention, MentionReader
from narrate.attribution.by_form.names import Names
from narrate.attribution.by_form.sources import CLOSERS, Sources, described_as
from narrate.attribution.by_form.terms import SHORT, Terms, size_of
from narrate.attribution.by_form.tokens import ENDS, Token, is_sentence_end, sentence_end, sentence_start
from narrate.attribution.by_form.turns import Turns
from narrate.attribution.mention import NO_SPEAKER
from narrate.attribution.resolver import CONTINUED_EVIDENCE, ECHO_EVIDENCE, NO_CANDIDATE
from narrate.languages.speech import SpeechWords

_NAMING_REACH: Final = 3  # words before a quotation that may say that it is a name
_MAX_ECHOES: Final = 5  # quotations of a headline that are looked for in the text
_BEFORE_SUBJECT: Final = frozenset(",-–—:")
_OPENERS: Final = frozenset('—–-«“"')


class Resolver:
    """Decides for the quotations of one article.

    Args:
        text: The text of the article.
        paragraphs: The tokens of each paragraph.
        names: The entities.
        words: The words of the language.

    Attributes:
        decisions: Number of a quotation -> who said it, for every quotation that is speech.
    """

    def __init__(self, text: str, paragraphs: Sequence[Sequence[Token]], names: Names, words: SpeechWords) -> None:
        self._text = text
        self._paragraphs = paragraphs
        self._names = names
        self._words = words
        pairs = zip(paragraphs, names.found, strict=True)
        self._readers = [MentionReader(tokens, named, names, words, text) for tokens, named in pairs]
        self._clauses = [
            Clauses(tokens, reader, words) for tokens, reader in zip(paragraphs, self._readers, strict=True)
        ]
        for named, clauses in zip(names.found, self._clauses, strict=True):
            for one in named:
                names.entities[one.entity].is_place |= one.start < clauses.dateline_end
        self._who = Antecedents(names, self._readers, words)
        self._sources = Sources(paragraphs, self._readers, self._clauses, self._who, names, words)
        self._terms = [Terms(tokens, clauses, words) for tokens, clauses in zip(paragraphs, self._clauses, strict=True)]
        self._by_start = {tokens[0].start: number for number, tokens in enumerate(paragraphs) if tokens}
        self._turns = Turns(names, self._who, words)
        self._interview: Interview | None = None
        self._answered = (-1, NO_SPEAKER)  # the paragraph of the last answer, and who asked
        self.decisions: dict[int, Decision] = {}

    @property
    def _asker(self) -> int | None:
        """Who asks the questions of an interview, whose words in the headline are the other's."""
        return None if self._interview is None else self._interview.asker

    def resolve(self, kinds: Kinds) -> None:
        """Decide for every quotation."""
        if kinds.unmarked:
            self._interview = self._found_interview(min(kinds.unmarked))
        previous: Decision | None = None
        for number, tokens in enumerate(self._paragraphs):
            speaker: Decision | None = None
            at, is_dialogue = 0, False
            for index, token in enumerate(tokens):
                if token.kind != "quotation":
                    continue
                self._note_mentions(number, at, index)
                at = index + 1
                decision = self._decide(Place(number, index, speaker, previous, is_dialogue), kinds)
                if decision is not None:
                    self.decisions[token.number] = speaker = previous = decision
                    if decision.entity != NO_SPEAKER:
                        self._who.note_speaker(decision.entity, number, index)
                is_dialogue = is_dialogue or token.number in kinds.dialogue
            self._note_mentions(number, at, len(tokens))
            if speaker is not None and is_dialogue:
                self._turns.note(speaker.entity, " ".join(token.text for token in tokens if token.kind == "quotation"))
            elif any(token.kind == "word" for token in tokens):
                self._turns.interrupt()

    def echo(self, headline: Sequence[int], texts: Sequence[str]) -> None:
        """Give quotations in the headline the speaker of the same words in the text.

        Args:
            headline: The quotations of the headline.
            texts: The words of each quotation.
        """
        above = set(headline)
        below = [(number, _plain(texts[number])) for number in self.decisions if number not in above]
        for number in headline[:_MAX_ECHOES]:
            words = _plain(texts[number])
            same = next((other for other, said in below if words and words in said), None)
            is_answer = same is not None and self.decisions[same].entity != self._asker
            if same is not None and is_answer:
                self.decisions[number] = replace(self.decisions[same], evidence=ECHO_EVIDENCE)
            elif self._interview is not None and number in self.decisions:
                self.decisions[number] = Decision(self._interview.asked, "introduced", "the headline of an interview")
            elif number in self.decisions and self.decisions[number].entity == NO_SPEAKER and below:
                said_most = Counter(self.decisions[other].entity for other, _ in below).most_common(1)[0][0]
                self.decisions[number] = Decision(said_most, "last speaker", "is quoted most in the text")

    # One quotation

    def _decide(self, place: Place, kinds: Kinds) -> Decision | None:
        """Return who said the quotation; None if it is no speech."""
        tokens = self._paragraphs[place.paragraph]
        token, previous = tokens[place.index], place.previous
        if token.number in kinds.statements:
            return self._stated(place, kinds.statements[token.number])
        if token.number in kinds.unmarked and self._interview is not None:
            label = kinds.unmarked[token.number]
            entity, evidence = self._interview.speaker(label, previous.entity if previous else NO_SPEAKER)
            return Decision(entity, "interview", evidence)
        if token.number in kinds.continued and previous is not None:
            return previous.continued("goes on", CONTINUED_EVIDENCE)
        is_turn = token.number in kinds.dialogue
        if place.speaker is not None and place.is_dialogue and not is_turn:
            return place.speaker.continued("same paragraph", "goes on in the same paragraph")
        is_joined = self._joined(place) is not None
        if not is_turn and self._terms[place.paragraph].is_no_speech(place.index, is_joined=is_joined):
            return None
        found = self._sources.behind(place)
        follows_quotation = place.index > 0 and tokens[place.index - 1].kind == "quotation"
        if found is None and place.speaker is not None and follows_quotation and not is_turn:
            return place.speaker.continued("same paragraph", "goes on in the same paragraph")
        if found is None:
            found = self._according(place) or self._joined(place) or (None if is_turn else self._before(place))
        if found is not None:
            return found
        if is_turn:
            return self._turns.decide(token.text, self._above(place))
        return None if self._terms[place.paragraph].is_term(place.index) else self._alone(place)

    def _stated(self, place: Place, heading: int) -> Decision:
        """Decide for a statement without marks behind a line that announces it, such as "Statement by X:"."""
        line = self._by_start.get(heading, -1)
        for at in reversed(range(len(self._paragraphs[line]) if line >= 0 else 0)):
            mention = self._readers[line].at(at)
            if mention is None or mention.kind == "pronoun" or mention.noun in self._words.statements:
                continue
            entity = self._who.resolved(mention, place.paragraph)
            if entity != NO_SPEAKER and self._who.may_be_issuer(entity):
                return Decision(entity, "introduced", f"'{mention.text}' announces a statement")
        last = self._who.last_subject(place.paragraph)
        return Decision(last, "last speaker", "was the last to be named before a statement")

    def _before(self, place: Place) -> Decision | None:
        """Read the sentence that leads to the quotation."""
        paragraph, index = place.paragraph, place.index
        tokens, clauses = self._paragraphs[paragraph], self._clauses[paragraph]
        start = sentence_start(tokens, index)
        if start == index:
            return None
        mark = index - 2 if tokens[index - 1].text in _OPENERS and index - 2 >= start else index - 1
        verbs = [at for at in range(start, index) if clauses.is_verb(at)]
        if any(token.lower in self._words.reported for token in tokens[(verbs or [start])[-1] : index]):
            reported = self._sources.reported(place) if not verbs else None
            if reported is not None:
                return reported
        if not verbs:
            return self._led_by_colon(place, start, mark) or self._embedded(place, start)
        verb = verbs[-1]
        if verb + 1 < index and tokens[verb + 1].lower in self._words.impersonal:
            side = self._sources.side(place, start)
            if side is not None:
                return side
        behind = verb + 1
        while behind < index and tokens[behind].lower in self._words.clitics:
            behind += 1
        is_verb_second = self._words.nouns_have_capitals and behind < index
        inverted = self._readers[paragraph].at(behind) if is_verb_second else None
        if inverted is not None and (inverted.number != "any" or inverted.kind != "description"):
            return self._sources.said(paragraph, inverted, tokens[verb].text, "before")
        is_inserted = clauses.is_inserted(verb)
        subject = None if is_inserted else clauses.subject_before(start, verb)
        is_thing = subject is not None and subject.kind == "description" and not self._sources.is_speaker(subject)
        if subject is None or is_thing:
            inverted_subject = clauses.subject(min(verb + 1, index), index, is_behind=True)
            is_better = inverted_subject is not None and tokens[mark].text == ":" and inverted_subject.kind == "name"
            subject = inverted_subject if subject is None or is_better else subject
        has_colon = tokens[mark].text == ":"
        if subject is not None and subject.start > verb and self._is_object(place, subject, has_colon=has_colon):
            subject = None
        if subject is None or subject.text.lower() in self._words.impersonal:
            side = self._sources.side(place, start)
            if side is None and subject is not None:
                side = self._sources.reported(place)
            if side is not None or subject is not None:
                return side
        if subject is None and place.speaker is not None:
            evidence = f"'{tokens[verb].text}' without a subject leads to the quotation"
            return Decision(place.speaker.entity, "no subject before", evidence)
        return self._sources.said(paragraph, subject, tokens[verb].text, "before")

    def _led_by_colon(self, place: Place, start: int, mark: int) -> Decision | None:
        """Read a sentence without a verb that reports words, if a colon ends it."""
        tokens = self._paragraphs[place.paragraph]
        if tokens[mark].text != ":":
            return None
        names = (self._readers[place.paragraph].at(at) for at in range(max(start, mark - _NAMING_REACH), mark))
        near = (one for one in names if one is not None and one.end == mark)
        nearest = next((one for one in near if one.kind == "name" or self._ends_heading(place, one, start)), None)
        subject = nearest or self._clauses[place.paragraph].subject(start, place.index)
        is_thing = subject is not None and subject.kind == "description" and not self._sources.is_speaker(subject)
        if subject is None or is_thing:
            subject = self._only_name(place, start) or (None if place.speaker is not None else subject)
        if subject is None and place.speaker is not None:
            return place.speaker.continued("same paragraph", "goes on behind a colon")
        return self._sources.said(place.paragraph, subject, ":", "before") if subject is not None else None

    def _ends_heading(self, place: Place, mention: Mention, start: int) -> bool:
        """Return whether a person is named by a role behind a comma, right before a colon: "Bridge falls, mayor:"."""
        follows_comma = mention.start > start and self._paragraphs[place.paragraph][mention.start - 1].text == ","
        return mention.kind == "description" and follows_comma and self._sources.is_speaker(mention)

    def _only_name(self, place: Place, start: int) -> Mention | None:
        """Return the name in a sentence, if there is one only."""
        mentions = (self._readers[place.paragraph].at(at) for at in range(start, place.index))
        names = {one.entity: one for one in mentions if one is not None and one.kind == "name"}
        known = [one for entity, one in names.items() if self._who.may_speak(entity)]
        return known[0] if len(known) == 1 else None

    def _is_object(self, place: Place, mention: Mention, *, has_colon: bool) -> bool:
        """Return whether a description behind the verb is its object: "asks for a plan", "makes an appeal:"."""
        if not has_colon:
            return self._is_thing(mention, place.index)
        is_thing = mention.kind == "description" and not self._sources.is_speaker(mention)
        return is_thing and self._words.drops_pronouns and place.speaker is not None

    def _is_thing(self, mention: Mention, index: int) -> bool:
        """Return whether a description right before a quotation is the object of the verb: "asks for a plan"."""
        return mention.kind == "description" and mention.end >= index - 1 and not self._sources.is_speaker(mention)

    def _embedded(self, place: Place, start: int) -> Decision | None:
        """Read words in marks inside a sentence of the narrator, which begins with the token ``start``."""
        tokens = self._paragraphs[place.paragraph]
        subject = self._clauses[place.paragraph].subject(start, place.index)
        if subject is None or subject.text.lower() in self._words.impersonal:
            return self._sources.side(place, start) or (self._sources.reported(place) if subject is not None else None)
        if size_of(tokens[place.index]) < SHORT:
            return None
        known = len(self._names.entities)
        entity = self._who.resolved(subject, place.paragraph)
        is_added = entity >= known and self._names.entities[entity].kind != "group"
        is_next = subject.is_new and subject.end >= place.index - 1 and self._sources.is_speaker(subject)
        if entity == NO_SPEAKER or not self._who.may_speak(entity) or (is_added and not is_next):
            return None
        return Decision(entity, "embedded", f"'{subject.text}' is the subject of the sentence")

    def _according(self, place: Place) -> Decision | None:
        """Read "according to X" in the sentence of the quotation, if no other quotation stands between."""
        tokens, index = self._paragraphs[place.paragraph], place.index
        clauses = self._clauses[place.paragraph]
        first = sentence_start(tokens, index)
        own = any(
            tuple(one.lower for one in tokens[first : first + len(parts)]) == parts for parts in self._words.own_view
        )
        last = self._who.last_subject(place.paragraph) if own else NO_SPEAKER
        last = place.speaker.entity if own and place.speaker is not None else last
        if last != NO_SPEAKER:
            return Decision(last, "according", f"'{tokens[first].text} {tokens[first + 1].text} ...'")
        for at in range(first, sentence_end(tokens, index + 1)):
            width = clauses.according_width(at)
            if not width or at + width >= len(tokens):
                continue
            between = tokens[min(at, index + 1) : max(at, index)]
            if any(one.kind == "quotation" and one.number in self.decisions for one in between):
                continue
            mention = self._readers[place.paragraph].source_at(at + width)
            if mention is not None and mention.kind == "pronoun" and place.speaker is not None:
                return Decision(place.speaker.entity, "according", f"'{tokens[at].text} {mention.text}'")
            is_thing = mention is not None and mention.is_owned and not self._sources.is_speaker(mention)
            last = self._who.last_subject(place.paragraph) if is_thing else NO_SPEAKER
            entity = self._who.resolved(mention, place.paragraph) if last == NO_SPEAKER else last
            if mention is not None and entity != NO_SPEAKER:
                return Decision(entity, "according", f"'{tokens[at].text} {mention.text}'", described_as(mention))
        return None

    def _joined(self, place: Place) -> Decision | None:
        """Return the speaker of the quotation before in the same sentence, if no long clause stands between."""
        tokens, clauses = self._paragraphs[place.paragraph], self._clauses[place.paragraph]
        start = sentence_start(tokens, place.index)
        earlier = next((at for at in range(place.index - 1, start - 1, -1) if tokens[at].kind == "quotation"), None)
        if earlier is None or place.speaker is None or tokens[earlier].number not in self.decisions:
            return None
        between = tokens[earlier + 1 : place.index]
        openers = self._words.openers - self._words.determiners.keys()
        has_clause = any(clauses.is_verb(at) for at in range(earlier + 1, place.index))
        if has_clause and len(between) > REACH and any(token.lower in openers for token in between):
            return None
        return place.speaker.continued("same paragraph", "goes on in the same sentence")

    def _alone(self, place: Place) -> Decision | None:
        """Decide for a quotation without a clause."""
        tokens, index, speaker = self._paragraphs[place.paragraph], place.index, place.speaker
        start = sentence_start(tokens, index - 1) if index else 0
        if not any(token.kind == "quotation" for token in tokens[start:index]):
            clauses = self._clauses[place.paragraph]
            subject = clauses.inverted_subject(start, index) or clauses.subject(start, index)
            is_pronoun = subject is not None and subject.kind == "pronoun" and subject.number in ("p", "any")
            if subject is not None and not is_pronoun and (speaker is None or subject.kind == "name"):
                entity = self._who.resolved(subject, place.paragraph)
                if entity != NO_SPEAKER and self._who.may_speak(entity):
                    return Decision(entity, "introduced", f"'{subject.text}' is the subject of the sentence before")
        if speaker is not None:
            return speaker.continued("same paragraph", "goes on in the same paragraph")
        behind = index + 1 + (index + 1 < len(tokens) and tokens[index + 1].text == ",")
        is_followed = behind < len(tokens) and tokens[behind].kind == "word" and not tokens[behind].has_capital
        if is_followed and size_of(tokens[index]) < SHORT:
            return None
        answer = self._answer(place)
        if answer is not None:
            return answer
        last = self._who.last_subject(place.paragraph)
        if last != NO_SPEAKER:
            return Decision(last, "last speaker", "was the last to be named or to speak")
        if place.previous is not None:
            return place.previous.continued("last speaker", "spoke last")
        return Decision(NO_SPEAKER, "none", NO_CANDIDATE)

    def _answer(self, place: Place) -> Decision | None:
        """Return who answers in a paragraph of speech alone, if the paragraph before ends with a question."""
        tokens, before = (
            self._paragraphs[place.paragraph],
            self._paragraphs[place.paragraph - 1] if place.paragraph else [],
        )
        is_speech = all(token.kind != "word" for token in tokens)
        asked = next((token for token in reversed(before) if token.kind == "quotation"), None)
        if (
            not is_speech
            or place.previous is None
            or asked is None
            or self.decisions.get(asked.number) is not place.previous
        ):
            return None
        answered, other = self._answered
        if answered == place.paragraph - 1:
            self._answered = place.paragraph, place.previous.entity
            return Decision(other, "turn", "takes turns with the speaker before")
        others = (one for one in self._who.speakers() if one != place.previous.entity)
        other = next(others, NO_SPEAKER)
        if asked.text.rstrip(CLOSERS)[-1:] != "?" or other == NO_SPEAKER:
            return None
        self._answered = place.paragraph, place.previous.entity
        return Decision(other, "turn", "answers the question before")

    def _above(self, place: Place) -> int:
        """Return the subject of the paragraph before a dialogue, if nothing is quoted there."""
        tokens = self._paragraphs[place.paragraph - 1] if place.paragraph else []
        if not tokens or any(token.kind == "quotation" for token in tokens):
            return NO_SPEAKER
        return self._who.subject_of(place.paragraph - 1)

    def _found_interview(self, first: int) -> Interview:
        """Return the interview that begins with a quotation."""
        introduction, speakers = [], set()
        for tokens, named in zip(self._paragraphs, self._names.found, strict=True):
            introduction += named
            if any(token.number == first for token in tokens):
                break
        speakers = {one.entity for one in introduction if self._who.may_speak(one.entity)}
        return Interview(self._text, self._names, self._words, introduction, speakers)

    # Parts of a sentence

    def _note_mentions(self, paragraph: int, start: int, end: int) -> None:
        """Note who is named in a stretch of narration; a name that is no object of a preposition counts as subject."""
        tokens, reader, clauses = self._paragraphs[paragraph], self._readers[paragraph], self._clauses[paragraph]
        at, has_subject, is_subordinate = start, False, False
        while at < end:
            at += clauses.according_width(at)
            if at >= end:
                break
            mention = reader.at(at)
            if is_sentence_end(tokens, at):
                has_subject = is_subordinate = False
            is_subordinate |= tokens[at].lower in self._words.subordinators
            entity, is_object = NO_SPEAKER, False
            if mention is not None and mention.kind == "pronoun":
                entity = self._who.resolved(mention, paragraph) if clauses.is_pronoun_subject(at) else NO_SPEAKER
            elif mention is not None:
                governing = {tokens[at].lower, *([tokens[at - 1].lower] if at else [])}
                is_object = not governing.isdisjoint(self._words.prepositions) and not clauses.is_source(
                    at, mention.end
                )
                is_object = is_object or (is_subordinate and has_subject)
                entity = mention.entity
                if mention.kind == "description":
                    entity = self._noted(paragraph, mention, end, is_object=is_object)
            if entity != NO_SPEAKER:
                self._who.note(entity, paragraph, at, is_subject=not is_object)
                has_subject |= not is_object
            is_speech = mention is not None and mention.noun in self._words.utterances
            at = mention.end if mention is not None and not is_speech else at + 1

    def _noted(self, paragraph: int, mention: Mention, end: int, *, is_object: bool) -> int:
        """Return whom a description in the narration means; it adds somebody who may speak."""
        tokens = self._paragraphs[paragraph]
        known = self._who.with_noun(mention.noun, mention.number)
        is_one = mention.number in ("m", "f") and mention.noun in self._words.people
        if known is None and is_one and not mention.is_new and not is_object:
            known = self._who.known_by_role(mention, paragraph)
        if known is not None:
            return known
        opens = mention.start == 0 or tokens[mention.start - 1].text in ENDS | _BEFORE_SUBJECT
        opens = opens or (
            tokens[mention.start - 1].has_capital and tokens[mention.start - 1].lower in self._words.openers
        )
        is_speaker = self._sources.is_speaker(mention)
        opens = opens or (mention.number != "p" and self._clauses[paragraph].follows_verb(mention.start))
        reports = any(
            self._clauses[paragraph].is_verb(at) for at in range(mention.end, min(end, mention.end + _NAMING_REACH))
        )
        is_added = not is_object and ((mention.is_new and reports) or (is_speaker and opens))
        return self._who.described(mention, paragraph) if is_added else NO_SPEAKER


def _plain(text: str) -> str:
    """Return the words of a text in lower case, without marks."""
    return " ".join(re.findall(r"\w+", text.lower()))
