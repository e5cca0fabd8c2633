"""Decide who said each quotation, by clauses, turns and what was said before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from narrate.attribution.by_form.antecedents import Antecedents
from narrate.attribution.by_form.interviews import Interview
from narrate.attribution.by_form.mentions import Mention, MentionReader
from narrate.attribution.by_form.names import Names
from narrate.attribution.by_form.tokens import ENDS, Token, sentence_end, sentence_start
from narrate.attribution.mentions import NO_SPEAKER
from narrate.attribution.resolver import CONTINUED_EVIDENCE, ECHO_EVIDENCE, NO_CANDIDATE
from narrate.languages.speech import SpeechWords

_REACH: Final = 14  # words of a clause behind a quotation that may hold its subject
_VERB_REACH: Final = 7  # words of it that may hold its verb
_NAMING_REACH: Final = 3  # words before a quotation that may say that it is a name
_SHORT: Final = 4  # words below which a quotation without a clause is a term
_MAX_ECHOES: Final = 5  # quotations of a headline that are looked for in the text
_UNKNOWN_CONFIDENCE: Final = 0.05
_CLOSERS: Final = "»”“\"'’›«*_ \u00a0\u202f"
_OPENERS: Final = frozenset('—–-«“"')

CONFIDENCE: Final[Mapping[str, float]] = {
    "goes on": 0.9,
    "name behind": 0.93,
    "name before": 0.9,
    "according": 0.88,
    "pronoun behind": 0.88,
    "interview": 0.85,
    "same paragraph": 0.85,
    "description behind": 0.8,
    "no subject behind": 0.78,
    "pronoun before": 0.75,
    "turn": 0.75,
    "introduced": 0.72,
    "description before": 0.7,
    "embedded": 0.7,
    "no subject before": 0.64,
    "last speaker": 0.62,
}
"""Rule -> probability that its speaker is right: the share in the 479 quotations of the five development sets, less
0.05 to 0.08, as the rules were written with these sets in view."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who said a quotation, and why."""

    entity: int
    rule: str
    evidence: str
    described_as: str = ""
    ceiling: float = 1.0
    """Confidence of the quotation from which this one goes on."""

    @property
    def confidence(self) -> float:
        """Probability in [0, 1] that the entity is right."""
        return min(self.ceiling, CONFIDENCE.get(self.rule, _UNKNOWN_CONFIDENCE))

    def continued(self, rule: str, evidence: str) -> Decision:
        """Return the decision for a quotation that goes on from this one."""
        return replace(self, rule=rule, evidence=evidence, ceiling=self.confidence)


@dataclass(frozen=True, slots=True)
class Kinds:
    """What is known of quotations by their form, by number."""

    continued: frozenset[int]
    """They go on from the one before."""
    dialogue: frozenset[int]
    """They open a paragraph with a dash."""
    unmarked: Mapping[int, str]
    """They are turns of an interview: what stands before them, a label, a star for bold type, or nothing."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A quotation and what was said before it."""

    paragraph: int
    index: int
    speaker: Decision | None
    """Who said the quotation before in the paragraph."""
    previous: Decision | None
    """Who said the quotation before."""


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
        self._who = Antecedents(names, self._readers, words)
        self._turns: list[int] = []
        self._interview: Interview | None = None
        self.decisions: dict[int, Decision] = {}

    def resolve(self, kinds: Kinds) -> None:
        """Decide for every quotation."""
        if kinds.unmarked:
            self._interview = self._found_interview(min(kinds.unmarked))
        previous: Decision | None = None
        for number, tokens in enumerate(self._paragraphs):
            speaker: Decision | None = None
            at = 0
            for index, token in enumerate(tokens):
                if token.kind != "quotation":
                    continue
                self._note_mentions(number, at, index)
                at = index + 1
                decision = self._decide(_Place(number, index, speaker, previous), kinds)
                if decision is not None:
                    self.decisions[token.number] = speaker = previous = decision
                    if decision.entity != NO_SPEAKER:
                        self._who.note_speaker(decision.entity, number)
            self._note_mentions(number, at, len(tokens))
            if speaker is not None and any(token.number in kinds.dialogue for token in tokens):
                self._turns.append(speaker.entity)
            elif any(token.kind == "word" for token in tokens):
                self._turns.clear()

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
            if same is not None:
                self.decisions[number] = replace(self.decisions[same], evidence=ECHO_EVIDENCE)
            elif self._interview is not None and number in self.decisions:
                self.decisions[number] = Decision(self._interview.asked, "introduced", "the headline of an interview")

    # One quotation

    def _decide(self, place: _Place, kinds: Kinds) -> Decision | None:
        """Return who said the quotation; None if it is no speech."""
        tokens = self._paragraphs[place.paragraph]
        token, previous = tokens[place.index], place.previous
        if token.number in kinds.unmarked and self._interview is not None:
            label = kinds.unmarked[token.number]
            entity, evidence = self._interview.speaker(label, previous.entity if previous else NO_SPEAKER)
            return Decision(entity, "interview", evidence)
        if token.number in kinds.continued and previous is not None:
            return previous.continued("goes on", CONTINUED_EVIDENCE)
        if place.speaker is not None and tokens[place.index - 1].kind == "quotation":
            return place.speaker.continued("same paragraph", "goes on in the same paragraph")
        is_turn = token.number in kinds.dialogue
        found = self._behind(place)
        is_short = _size(token) <= _SHORT + 2
        is_name = (
            not is_turn and is_short and self._is_named(tokens, place.index, but_verbs=self._joined(place) is not None)
        )
        if found is None and not is_name:
            found = self._according(place) or self._joined(place) or (None if is_turn else self._before(place))
        if found is not None or is_name:
            return found
        if is_turn:
            return self._turn(token.text, previous)
        return None if self._is_term(tokens, place.index) else self._alone(place)

    def _behind(self, place: _Place) -> Decision | None:
        """Read a clause behind the quotation: "dit-elle", "raconte Yann Gourvennec"."""
        tokens, words = self._paragraphs[place.paragraph], self._words
        start = place.index + 1
        while start < len(tokens) and tokens[start].kind == "mark" and tokens[start].text not in ENDS | {":", ";"}:
            start += 1
        if start >= len(tokens) or tokens[start].kind != "word":
            return None
        is_ended = tokens[place.index].text.rstrip(_CLOSERS)[-1:] in ENDS
        if is_ended and tokens[start].has_capital and start == place.index + 1:
            return None
        end = min(self._clause_end(tokens, start), start + _REACH)
        verb = next((at for at in range(start, min(end, start + _VERB_REACH)) if self._is_verb(tokens, at)), None)
        if verb is None:
            return None
        opens_with_auxiliary = tokens[start].lower in words.auxiliaries
        subject = self._subject(place.paragraph, start, verb, is_behind=opens_with_auxiliary)
        linking = words.prepositions | words.relatives
        if subject is None and any(tokens[at].lower in linking for at in range(start, verb)):
            return None
        subject = subject or self._subject(place.paragraph, verb + 1, end, is_behind=True)
        return self._said(place.paragraph, subject, tokens[verb].text, "behind")

    def _before(self, place: _Place) -> Decision | None:
        """Read the sentence that leads to the quotation."""
        paragraph, index = place.paragraph, place.index
        tokens = self._paragraphs[paragraph]
        start = sentence_start(tokens, index)
        if start == index:
            return None
        mark = index - 2 if tokens[index - 1].text in _OPENERS and index - 2 >= start else index - 1
        verbs = [at for at in range(start, index) if self._is_verb(tokens, at)]
        if not verbs:
            subject = self._subject(paragraph, start, index)
            has_colon = tokens[mark].text == ":"
            return (
                self._said(paragraph, subject, ":", "before") if has_colon and subject else self._embedded(place, start)
            )
        verb = verbs[-1]
        inverted = (
            self._readers[paragraph].at(verb + 1) if self._words.nouns_have_capitals and verb + 1 < index else None
        )
        if inverted is not None and (inverted.number != "any" or inverted.kind != "description"):
            return self._said(paragraph, inverted, tokens[verb].text, "before")
        subject = self._subject(paragraph, start, verb)
        subject = subject or self._subject(paragraph, min(verb + 1, index), index, is_behind=True)
        if subject is None and place.speaker is not None:
            evidence = f"'{tokens[verb].text}' without a subject leads to the quotation"
            return Decision(place.speaker.entity, "no subject before", evidence)
        return self._said(paragraph, subject, tokens[verb].text, "before")

    def _embedded(self, place: _Place, start: int) -> Decision | None:
        """Read words in marks inside a sentence of the narrator, which begins with the token ``start``."""
        tokens = self._paragraphs[place.paragraph]
        subject = self._subject(place.paragraph, start, place.index)
        if subject is None or _size(tokens[place.index]) < _SHORT or self._is_named(tokens, place.index):
            return None
        known = len(self._names.entities)
        entity = self._who.resolved(subject, place.paragraph)
        is_added = entity >= known and self._names.entities[entity].kind != "group"
        is_next = subject.is_new and subject.end >= place.index - 1
        if entity == NO_SPEAKER or not self._who.may_speak(entity) or (is_added and not is_next):
            return None
        return Decision(entity, "embedded", f"'{subject.text}' is the subject of the sentence")

    def _according(self, place: _Place) -> Decision | None:
        """Read "according to X" in the sentence of the quotation, if no other quotation stands between."""
        tokens, index = self._paragraphs[place.paragraph], place.index
        for at in range(sentence_start(tokens, index), sentence_end(tokens, index + 1)):
            width = self._according_width(tokens, at)
            if not width or at + width >= len(tokens):
                continue
            between = tokens[min(at, index + 1) : max(at, index)]
            if any(one.kind == "quotation" for one in between):
                continue
            mention = self._readers[place.paragraph].at(at + width)
            entity = self._who.resolved(mention, place.paragraph)
            if mention is not None and entity != NO_SPEAKER:
                return Decision(entity, "according", f"'{tokens[at].text} {mention.text}'", _description(mention))
        return None

    def _joined(self, place: _Place) -> Decision | None:
        """Return the speaker of the quotation before in the same sentence, if no long clause stands between."""
        tokens = self._paragraphs[place.paragraph]
        start = sentence_start(tokens, place.index)
        earlier = next((at for at in range(place.index - 1, start - 1, -1) if tokens[at].kind == "quotation"), None)
        if earlier is None or place.speaker is None:
            return None
        between = tokens[earlier + 1 : place.index]
        openers = self._words.openers - self._words.determiners.keys()
        has_clause = any(self._is_verb(between, at) for at in range(len(between)))
        if has_clause and len(between) > _REACH and any(token.lower in openers for token in between):
            return None
        return place.speaker.continued("same paragraph", "goes on in the same sentence")

    def _alone(self, place: _Place) -> Decision:
        """Decide for a quotation without a clause."""
        tokens, index, speaker = self._paragraphs[place.paragraph], place.index, place.speaker
        start = sentence_start(tokens, index - 1) if index else 0
        if not any(token.kind == "quotation" for token in tokens[start:index]):
            subject = self._subject(place.paragraph, start, index)
            if subject is not None and (speaker is None or subject.kind == "name"):
                entity = self._who.resolved(subject, place.paragraph)
                if entity != NO_SPEAKER and self._who.may_speak(entity):
                    return Decision(entity, "introduced", f"'{subject.text}' is the subject of the sentence before")
        if speaker is not None:
            return speaker.continued("same paragraph", "goes on in the same paragraph")
        last = self._who.last_subject(place.paragraph)
        if last != NO_SPEAKER:
            return Decision(last, "last speaker", "was the last to be named or to speak")
        if place.previous is not None:
            return place.previous.continued("last speaker", "spoke last")
        return Decision(NO_SPEAKER, "none", NO_CANDIDATE)

    def _turn(self, said: str, previous: Decision | None) -> Decision:
        """Decide for a turn of a dialogue without a clause: two speakers alternate, and a speaker is not addressed."""
        if len(self._turns) > 1:
            return Decision(self._turns[-2], "turn", "takes turns with the speaker before")
        words = set(re.findall(r"\w+", said))
        excluded = set(self._turns[-1:])
        for entity in self._who.speakers():
            is_addressed = not words.isdisjoint(self._names.entities[entity].parts[-1:])
            if entity not in excluded and not is_addressed:
                return Decision(entity, "last speaker", "was the last to be named")
        return Decision(previous.entity if previous else NO_SPEAKER, "none", "spoke last")

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
        tokens, reader = self._paragraphs[paragraph], self._readers[paragraph]
        at = start
        while at < end:
            mention = reader.at(at)
            if mention is not None and mention.kind != "pronoun":
                follows_preposition = at > 0 and tokens[at - 1].lower in self._words.prepositions
                is_object = follows_preposition and not self._is_according(tokens, at)
                entity = mention.entity
                if mention.kind == "description":
                    entity = self._noted(paragraph, mention, end, is_object=is_object)
                if entity != NO_SPEAKER:
                    self._who.note(entity, paragraph, is_subject=not is_object)
            at = mention.end if mention is not None else at + 1

    def _noted(self, paragraph: int, mention: Mention, end: int, *, is_object: bool) -> int:
        """Return whom a description in the narration means; it adds somebody who may speak."""
        tokens = self._paragraphs[paragraph]
        known = self._who.with_noun(mention.noun, mention.number)
        if known is not None:
            return known
        opens = mention.start == 0 or tokens[mention.start - 1].text in ENDS | {","}
        is_speaker = self._words.is_person(mention.noun) or self._words.is_group(mention.noun)
        reports = any(self._is_verb(tokens, at) for at in range(mention.end, min(end, mention.end + _NAMING_REACH)))
        is_added = not is_object and ((mention.is_new and reports) or (is_speaker and opens))
        return self._who.described(mention, paragraph) if is_added else NO_SPEAKER

    def _is_verb(self, tokens: Sequence[Token], index: int) -> bool:
        token = tokens[index]
        if token.kind != "word" or token.lower not in self._words.verbs:
            return False
        is_noun = self._words.nouns_have_capitals and token.has_capital and index and tokens[index - 1].text not in ENDS
        return not is_noun

    def _clause_end(self, tokens: Sequence[Token], start: int) -> int:
        end = start
        while end < len(tokens) and tokens[end].kind != "quotation" and tokens[end].text not in {";", ":"}:
            if tokens[end].text in ENDS and sentence_end(tokens, end) == end:
                break
            end += 1
        return end

    def _subject(self, paragraph: int, start: int, end: int, *, is_behind: bool = False) -> Mention | None:
        """Return the first mention that is no object of a preposition and stands before any verb.

        Args:
            paragraph: Number of the paragraph.
            start: The first token that may begin the mention.
            end: The token behind the last one.
            is_behind: Whether the tokens follow the verb of the subject.
        """
        tokens, reader, words = self._paragraphs[paragraph], self._readers[paragraph], self._words
        at = start
        while at < end:
            token, mention = tokens[at], reader.at(at)
            opens_clause = token.lower in words.relatives and (mention is None or token.lower not in words.determiners)
            if opens_clause and (at > start or is_behind):
                return None
            if (token.text == ",") if is_behind else self._is_finite(token):
                return None
            is_contracted = at + 1 < end and {token.lower, tokens[at + 1].lower} <= words.determiners.keys()
            if token.lower in words.prepositions or is_contracted:
                governed = reader.at(at + 1) if at + 1 < end else None
                at = governed.end if governed is not None else at + 1
            elif mention is not None and mention.end <= end + _SHORT:
                return mention
            else:
                at += 1
        return None

    def _is_finite(self, token: Token) -> bool:
        """Return whether a word may be a verb, behind which no subject of a later verb stands."""
        is_form = token.lower in self._words.auxiliaries or self._words.finite.fullmatch(token.lower) is not None
        return token.kind == "word" and not token.has_capital and is_form

    def _said(self, paragraph: int, subject: Mention | None, verb: str, place: str) -> Decision | None:
        """Return the decision by a clause, which stands ``behind`` the quotation or ``before`` it."""
        if subject is None:
            entity = self._who.last_subject(paragraph) if self._words.drops_pronouns else NO_SPEAKER
            evidence = f"'{verb}' without a subject; the last to be named"
            return None if entity == NO_SPEAKER else Decision(entity, f"no subject {place}", evidence)
        entity = self._who.resolved(subject, paragraph)
        if entity == NO_SPEAKER:
            return None
        follows = f"'{verb} {subject.text}' follows the quotation"
        evidence = follows if place == "behind" else f"'{subject.text} {verb}' leads to the quotation"
        if subject.kind != "name":
            evidence += f"; '{subject.text}' = {self._names.entities[entity].name}"
        return Decision(entity, f"{subject.kind} {place}", evidence, _description(subject))

    def _is_according(self, tokens: Sequence[Token], at: int) -> bool:
        """Return whether words such as "according to" stand right before a mention."""
        starts = range(max(0, at - _NAMING_REACH), at)
        return any(start + self._according_width(tokens, start) == at for start in starts)

    def _according_width(self, tokens: Sequence[Token], at: int) -> int:
        """Return the number of tokens of "according to"; 0 if other words begin there."""
        opens = at == 0 or tokens[at - 1].text in ENDS
        for parts in self._words.according:
            is_weak = len(parts) == 1 and parts[0] in self._words.weakly_according
            if (opens or not is_weak) and tuple(token.lower for token in tokens[at : at + len(parts)]) == parts:
                return len(parts)
        return 0

    def _is_named(self, tokens: Sequence[Token], index: int, *, but_verbs: bool = False) -> bool:
        """Return whether the words in marks are a name: "le surnom de". Participles such as "dit" may be verbs, too."""
        naming = self._words.naming - self._words.verbs if but_verbs else self._words.naming
        return any(token.lower in naming for token in tokens[max(0, index - _NAMING_REACH) : index])

    def _is_term(self, tokens: Sequence[Token], index: int) -> bool:
        """Return whether words in marks stand inside a sentence, and nothing says that somebody said them."""
        if index == 0 or tokens[index - 1].text in ENDS or tokens[index - 1].kind == "quotation":
            return False
        return tokens[index - 1].text != ":" or self._is_named(tokens, index)


def _description(mention: Mention) -> str:
    return mention.text if mention.kind == "description" else ""


def _plain(text: str) -> str:
    """Return the words of a text in lower case, without marks."""
    return " ".join(re.findall(r"\w+", text.lower()))


def _size(token: Token) -> int:
    return len(token.text.split())
