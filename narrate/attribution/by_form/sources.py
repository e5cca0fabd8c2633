"""Read who speaks from clauses behind a quotation, from texts, and from words such as "at the ministry"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from narrate.attribution.by_form.antecedents import Antecedents
from narrate.attribution.by_form.clauses import REACH, Clauses
from narrate.attribution.by_form.decisions import Decision, Place
from narrate.attribution.by_form.mentions import Mention, MentionReader
from narrate.attribution.by_form.names import Names
from narrate.attribution.by_form.tokens import ENDS, Token, sentence_start
from narrate.attribution.mention import NO_SPEAKER
from narrate.languages.speech import SpeechWords

CLOSERS: Final = "»”“\"'’›«*_ \u00a0\u202f"
"""Marks and blanks at the end of a quotation."""
_THEREIN_REACH: Final = 30  # words before "therein" that may hold the text that it means


class Sources:
    """Reads who says the quotations of an article.

    Args:
        paragraphs: The tokens of each paragraph.
        readers: The mentions in each paragraph.
        clauses: The clauses of each paragraph.
        who: Who was mentioned.
        names: The entities.
        words: The words of the language.
    """

    def __init__(
        self,
        paragraphs: Sequence[Sequence[Token]],
        readers: Sequence[MentionReader],
        clauses: Sequence[Clauses],
        who: Antecedents,
        names: Names,
        words: SpeechWords,
    ) -> None:
        self._paragraphs = paragraphs
        self._readers = readers
        self._clauses = clauses
        self._who = who
        self._names = names
        self._words = words

    def behind(self, place: Place) -> Decision | None:
        """Read a clause behind the quotation: "dit-elle", "raconte Yann Gourvennec"."""
        tokens, words, clauses = self._paragraphs[place.paragraph], self._words, self._clauses[place.paragraph]
        start = place.index + 1
        while start < len(tokens) and tokens[start].kind == "mark" and tokens[start].text not in ENDS | {":", ";"}:
            start += 1
        thus = self._thus(place)
        if thus is not None or start >= len(tokens) or tokens[start].kind != "word":
            return thus
        is_ended = tokens[place.index].text.rstrip(CLOSERS)[-1:] in ENDS
        if is_ended and tokens[start].has_capital and start == place.index + 1:
            return None
        end = min(clauses.clause_end(start), start + REACH)
        verb = clauses.verb_behind(start, end)
        if verb is None:
            return None
        opens_with_auxiliary = tokens[start].lower in words.auxiliaries
        subject = clauses.subject(start, verb, is_behind=opens_with_auxiliary)
        linking = words.prepositions | words.relatives
        if subject is None and any(tokens[at].lower in linking for at in range(start, verb)):
            return None
        is_participle = words.participle.fullmatch(tokens[verb].lower) is not None and not clauses.is_finite(verb)
        has_auxiliary = any(tokens[at].lower in words.auxiliaries for at in range(start, verb))
        if subject is not None and subject.kind != "pronoun" and is_participle and not has_auxiliary:
            return None
        read = self._read_in(place.paragraph, start, end)
        if read is not None:
            return read
        subject = subject or self._subject_behind(place.paragraph, verb, end)
        if subject is not None and subject.text.lower() in words.impersonal and subject.start > verb:
            side = self._side_in(place.paragraph, subject.end, end)
            if side is not None:
                return side
        return self.said(place.paragraph, subject, tokens[verb].text, "behind")

    def _thus(self, place: Place) -> Decision | None:
        """Read words such as "these are the words of X" behind a quotation."""
        tokens, start = self._paragraphs[place.paragraph], place.index + 1
        while start < len(tokens) and tokens[start].kind == "mark":
            start += 1
        width = self._clauses[place.paragraph].thus_width(start) if start < len(tokens) else 0
        mention = self._readers[place.paragraph].at(start + width) if width and start + width < len(tokens) else None
        if mention is None or mention.kind == "pronoun" or (mention.kind != "name" and not self.is_speaker(mention)):
            return None
        phrase = " ".join(one.text for one in tokens[start : start + width])
        return self.said(place.paragraph, mention, phrase, "behind")

    def _subject_behind(self, paragraph: int, verb: int, end: int) -> Mention | None:
        """Return the subject behind the verb of a clause that follows a quotation.

        A noun of a thing is one only right behind the verb: "suma la fisio", not "contó secándose las lágrimas".
        """
        clauses = self._clauses[paragraph]
        subject = clauses.subject(verb + 1, end, is_behind=True)
        is_thing = subject is not None and subject.kind == "description" and not self.is_speaker(subject)
        if is_thing and subject is not None:
            following = self._readers[paragraph].at(subject.end) if subject.end < end else None
            if following is not None and (following.kind == "name" or self.is_speaker(following)):
                return following  # "allarga le braccia la preside"
            if subject.start > verb + 1 and self._words.drops_pronouns:
                subject = None
        return subject or clauses.late_subject(verb + 1, end)

    def _read_in(self, paragraph: int, start: int, end: int) -> Decision | None:
        """Read the text in which words are read: "lê-se no acórdão", "heißt es in dem Brief"."""
        tokens, words = self._paragraphs[paragraph], self._words
        reading = next((at for at in range(start, end) if tokens[at].lower in words.reading), None)
        if reading is None:
            return None
        for at in range(reading + 1, end):
            contracted = tokens[at].lower in words.prepositions and tokens[at].lower in words.determiners
            mention = self._readers[paragraph].at(at if contracted else at + 1) if at + 1 < end else None
            if tokens[at].lower not in words.prepositions or mention is None:
                continue
            if words.is_group(mention.noun) or mention.entity >= 0:
                entity = self._who.resolved(mention, paragraph)
                return Decision(
                    entity, "reading", f"'{tokens[reading].text} ... {mention.text}'", described_as(mention)
                )
        return self._read_above(paragraph, start, reading)

    def _read_above(self, paragraph: int, start: int, reading: int) -> Decision | None:
        """Read "it says", which means the last text of the paragraph that was mentioned."""
        tokens, words, reader = self._paragraphs[paragraph], self._words, self._readers[paragraph]
        is_impersonal = any(tokens[at].lower in words.impersonal for at in range(start, min(reading + 2, len(tokens))))
        for at in range(start - 1, -1, -1) if is_impersonal or "-se" in tokens[reading].lower else ():
            mention = reader.at(at)
            if mention is None or mention.noun not in words.statements | words.documents:
                continue
            writer = self._who.subject_of(paragraph) if mention.noun in words.statements else NO_SPEAKER
            entity = self._who.resolved(mention, paragraph) if writer == NO_SPEAKER else writer
            return Decision(entity, "reading", f"'{tokens[reading].text}' = {mention.text}", described_as(mention))
        return None

    def _side_in(self, paragraph: int, start: int, end: int) -> Decision | None:
        """Read "at the ministry" behind a verb with an impersonal subject: "indique-t-on au ministère"."""
        for at in range(start, end):
            for parts in self._words.sides:
                begin = at + len(parts)
                if tuple(one.lower for one in self._paragraphs[paragraph][at:begin]) != parts or begin >= end:
                    continue
                mention = self._readers[paragraph].at(begin) or self._readers[paragraph].at(begin - 1)
                entity = self._who.resolved(mention, paragraph)
                if mention is not None and entity != NO_SPEAKER and self._who.may_speak(entity):
                    return Decision(entity, "according", f"'{mention.text}'", described_as(mention))
        return None

    def side(self, place: Place, start: int) -> Decision | None:
        """Read who speaks from words such as "at the ministry" at the beginning of a sentence."""
        tokens = self._paragraphs[place.paragraph]
        if start < len(tokens) and tokens[start].lower in self._words.therein:
            return self._therein(place, start)
        for parts in self._words.sides:
            end = start + len(parts)
            if tuple(token.lower for token in tokens[start:end]) != parts or end >= len(tokens):
                continue
            mention = self._readers[place.paragraph].at(end)
            entity = self._who.resolved(mention, place.paragraph)
            is_text = mention is not None and mention.noun in self._words.documents | self._words.statements
            if mention is not None and entity != NO_SPEAKER and (is_text or self._who.may_speak(entity)):
                return Decision(entity, "according", f"'{' '.join(parts)} {mention.text}'", described_as(mention))
        return None

    def _therein(self, place: Place, start: int) -> Decision | None:
        """Read "therein", which means the text that the paragraph mentioned last."""
        tokens, reader = self._paragraphs[place.paragraph], self._readers[place.paragraph]
        texts = self._words.documents | self._words.statements
        for at in range(start - 1, max(-1, start - _THEREIN_REACH), -1):
            mention = reader.at(at)
            if mention is not None and mention.kind == "description" and mention.noun in texts:
                entity = self._who.resolved(mention, place.paragraph)
                return Decision(entity, "reading", f"'{tokens[start].text}' = {mention.text}", described_as(mention))
        return None

    def _reported_start(self, place: Place) -> int:
        """Return where the clause in indirect speech begins: behind a comma, or with the sentence."""
        tokens = self._paragraphs[place.paragraph]
        start = sentence_start(tokens, place.index)
        verbs = (at for at in range(start, place.index) if tokens[at].lower in self._words.reported)
        verb = next(verbs, place.index)
        return next((at + 1 for at in range(verb - 1, start - 1, -1) if tokens[at].text == ","), start)

    def is_speaker(self, mention: Mention) -> bool:
        """Return whether the noun of a description means a person or a group."""
        return self._words.is_person(mention.noun) or self._words.is_group(mention.noun)

    def reported(self, place: Place) -> Decision | None:
        """Return the last speaker for words in indirect speech that goes on without a clause."""
        last = self._who.reporting_subject(place.paragraph, self._reported_start(place))
        return None if last == NO_SPEAKER else Decision(last, "embedded", "indirect speech goes on")

    def said(self, paragraph: int, subject: Mention | None, verb: str, place: str) -> Decision | None:
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
        return Decision(entity, f"{subject.kind} {place}", evidence, described_as(subject))


def described_as(mention: Mention) -> str:
    """Return the words of a description; nothing for a name or a pronoun."""
    return mention.text if mention.kind == "description" else ""
