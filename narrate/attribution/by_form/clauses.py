"""Read the clauses around a quotation: their verbs, their subjects, and words such as "according to"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from narrate.attribution.by_form.mentions import Mention, MentionReader
from narrate.attribution.by_form.tokens import ENDS, Token, is_sentence_end, sentence_end
from narrate.languages.speech import SpeechWords

REACH: Final = 14
"""Words of a clause behind a quotation that may hold its subject."""
_VERB_REACH: Final = 7  # words of it that may hold its verb
_NAMING_REACH: Final = 3  # words before a mention that may be "according to"
_ADJACENT: Final = 10  # words of a mention that ends right before its verb
_DATELINE_REACH: Final = 14  # words of a paragraph that may be its dateline
_DASHES: Final = ("—", "–", "-", "|")
_MAX_OVERHANG: Final = 4  # words of a mention behind the stretch in which it begins


class Clauses:
    """Reads the clauses of one paragraph.

    Args:
        tokens: The tokens of the paragraph.
        reader: The mentions in it.
        words: The words of the language.
    """

    def __init__(self, tokens: Sequence[Token], reader: MentionReader, words: SpeechWords) -> None:
        self._tokens = tokens
        self._reader = reader
        self._words = words
        self._first = _dateline_end(tokens)

    @property
    def dateline_end(self) -> int:
        """Index behind the dateline of the paragraph; 0 without one."""
        return self._first

    def is_verb(self, index: int) -> bool:
        """Return whether a token is a form of a verb that reports words."""
        tokens = self._tokens
        token = tokens[index]
        if token.kind != "word" or token.lower not in self._words.verbs or token.lower in self._words.people:
            return False
        if token.lower in self._words.behind_comma and not (index and tokens[index - 1].text == ","):
            return False
        is_noun = self._words.nouns_have_capitals and token.has_capital and index and tokens[index - 1].text not in ENDS
        is_governed = index and tokens[index - 1].lower in self._words.determiners.keys() - self._words.clitics
        return not is_noun and not (is_governed and not self._words.nouns_have_capitals)

    def follows_verb(self, index: int) -> bool:
        """Return whether a verb stands before a mention: one that reports words, or before a German group any."""
        tokens, words, at = self._tokens, self._words, index - 1
        while at > 0 and tokens[at].lower in words.clitics:
            at -= 1
        if at < 0 or self.is_verb(at):
            return at >= 0
        forms = (words.finite, words.present)
        is_form = not tokens[at].has_capital and any(form.fullmatch(tokens[at].lower) for form in forms)
        mention = self._reader.at(index)
        is_group = mention is not None and words.is_group(mention.noun)
        return words.nouns_have_capitals and is_group and is_form

    def is_inserted(self, index: int) -> bool:
        """Return whether a verb stands alone between commas: "The play, she warns, is", in a language without "she"."""
        tokens = self._tokens
        is_between = 0 < index < len(tokens) - 1 and tokens[index - 1].text == tokens[index + 1].text == ","
        return self._words.drops_pronouns and is_between

    def is_finite(self, index: int) -> bool:
        """Return whether a word may be a verb, behind which no subject of a later verb stands."""
        token = self._tokens[index]
        is_form = token.lower in self._words.auxiliaries or self._words.finite.fullmatch(token.lower) is not None
        return token.kind == "word" and not token.has_capital and is_form

    def verb_behind(self, start: int, end: int) -> int | None:
        """Return the verb of a clause that follows a quotation, if the clause reports it.

        Besides the verbs that report words, that is any word in the place of one: behind auxiliaries and clitics, and
        before a subject, or alone in a language without pronouns.
        """
        tokens, words = self._tokens, self._words
        if tokens[start].lower in words.conjunctions:
            return None
        first = start
        while first < end and first - start < _VERB_REACH and self._leads(first, first > start):
            first += 1
        if first < end and (self.is_verb(first) or self._is_in_place_of_verb(first, start, end)):
            return first
        return next((at for at in range(start, min(end, start + _VERB_REACH)) if self.is_verb(at)), None)

    def _leads(self, index: int, is_behind: bool) -> bool:
        """Return whether a word may stand before the verb of a reporting clause."""
        word = self._tokens[index].lower
        is_adverb = is_behind and word.endswith(("ment", "mente"))
        is_pronoun = is_behind and word in self._words.pronouns
        return word in self._words.auxiliaries or word in self._words.clitics or is_adverb or is_pronoun

    def _is_in_place_of_verb(self, index: int, start: int, end: int) -> bool:
        tokens, words = self._tokens, self._words
        token = tokens[index]
        if token.kind != "word" or token.has_capital or token.lower in words.function_words | words.silent_verbs:
            return False
        if index > start and tokens[index - 1].lower in words.pronouns:
            return True
        if index > start and tokens[index - 1].lower in words.determiners:
            return False
        if index + 1 >= end:
            return words.drops_pronouns and (index > start or words.finite.fullmatch(token.lower) is not None)
        mention = self._reader.at(index + 1)
        if mention is not None and mention.entity < 0 and mention.kind == "description":
            known = words.is_person(mention.noun) or words.is_group(mention.noun)
            forms = (words.finite, words.present)
            is_form = index > start or any(form.fullmatch(token.lower) for form in forms)
            return known or (is_form and tokens[index + 1].lower in words.determiners)
        if mention is not None:
            return True
        is_finite = index > start or words.finite.fullmatch(token.lower) is not None
        return words.drops_pronouns and is_finite and tokens[index + 1].lower in words.function_words

    def clause_end(self, start: int) -> int:
        """Return the index behind the last token of the clause that begins with ``start``."""
        tokens, end = self._tokens, start
        while end < len(tokens) and tokens[end].kind != "quotation" and tokens[end].text not in {";", ":"}:
            if tokens[end].text in ENDS and sentence_end(tokens, end) == end:
                break
            end += 1
        return end

    def subject(self, start: int, end: int, *, is_behind: bool = False) -> Mention | None:
        """Return the first mention that is no object of a preposition and stands before any verb.

        Args:
            start: The first token that may begin the mention.
            end: The token behind the last one.
            is_behind: Whether the tokens follow the verb of the subject.
        """
        tokens, reader, words = self._tokens, self._reader, self._words
        at = max(start, self._first) if start < self._first < end else start
        while at < end:
            token, mention = tokens[at], reader.at(at)
            opens_clause = token.lower in words.relatives and (mention is None or token.lower not in words.determiners)
            if (opens_clause and (at > start or is_behind)) or is_sentence_end(tokens, at):
                return None
            if (token.text == ",") if is_behind else self.is_finite(at):
                return None
            if self._is_object(at, end):
                at += 1
                continue
            is_contracted = at + 1 < end and {token.lower, tokens[at + 1].lower} <= words.determiners.keys()
            if is_behind and words.gerund.fullmatch(token.lower) and mention is None:
                return None
            if token.lower in words.prepositions or is_contracted:
                at = self._behind_governed(at, end)
            elif mention is not None and mention.end <= end + _MAX_OVERHANG and self._may_say(mention):
                return mention
            else:
                at = mention.end if mention is not None and not is_behind else at + 1
        return None

    def _behind_governed(self, at: int, end: int) -> int:
        """Return the index behind what a preposition governs; a name behind a noun of a thing is not governed."""
        governed = self._reader.at(at + 1) if at + 1 < end else None
        if governed is None:
            return at + 1
        is_thing = governed.kind == "name" and governed.noun and governed.name_start > governed.start + 1
        is_thing = is_thing and not self._words.is_person(governed.noun) and not self._words.is_group(governed.noun)
        is_known = governed.noun in self._words.places or self._words.nouns_have_capitals
        return governed.name_start if is_thing and not is_known else governed.end

    def late_subject(self, start: int, end: int) -> Mention | None:
        """Return a name between a comma and the end of the clause: "said later, before the microphones, Al Fox"."""
        tokens = self._tokens
        for at in range(start + 1, end):
            mention = self._reader.at(at) if tokens[at - 1].text == "," else None
            if mention is None or mention.kind != "name":
                continue
            is_closed = mention.end >= len(tokens) or tokens[mention.end].text in ENDS | {",", ":", ";"}
            if is_closed and not any(self.is_finite(one) for one in range(start, at)):
                return mention
        return None

    def inverted_subject(self, start: int, end: int) -> Mention | None:
        """Return the subject behind a reporting verb, for a sentence in indirect speech ("..., sagte sie")."""
        if not self._words.nouns_have_capitals:
            return None
        for at in range(start + 1, end - 1):
            if self.is_verb(at) and self._tokens[at - 1].text == ",":
                mention = self._reader.at(at + 1)
                if mention is not None and mention.kind != "description":
                    return mention
        return None

    def _is_object(self, at: int, end: int) -> bool:
        """Return whether a word is a pronoun before the verb that governs it: "lui répond Lucette"."""
        word = self._tokens[at].lower
        if word not in self._words.clitics or word not in self._words.pronouns or at + 1 >= len(self._tokens):
            return False
        return at + 1 == end or self.is_verb(at + 1) or self._tokens[at + 1].lower in self._words.auxiliaries

    def subject_before(self, start: int, verb: int) -> Mention | None:
        """Return the subject of a verb: what stands right before it, else the first of the sentence."""
        tokens, words = self._tokens, self._words
        at = verb - 1
        while at > start and self._leads(at, is_behind=False) and tokens[at].lower not in words.pronouns:
            at -= 1
        if at >= start and tokens[at].lower in words.pronouns and tokens[at].lower not in words.impersonal:
            return self._reader.at(at)
        end = at if tokens[at].text == "," else at + 1
        for first in range(max(start, self._first, at - _ADJACENT), end):
            mention = self._reader.at(first)
            if mention is None or mention.end != end or mention.kind == "pronoun":
                continue
            before = tokens[first - 1].lower if first > start else ""
            is_free = {tokens[first].lower, before}.isdisjoint(words.prepositions | words.conjunctions)
            is_joined = tokens[first].lower not in words.determiners and mention.kind == "description"
            is_joined = is_joined and any(
                token.lower in words.conjunctions for token in tokens[max(start, first - 2) : first]
            )
            is_free = is_free and not is_joined and before not in words.determiners
            is_apposed = end == at + 1 or mention.kind == "name" or words.is_person(mention.noun)
            if is_free and is_apposed and self._may_say(mention):
                return mention
        return self.subject(start, verb)

    def _may_say(self, mention: Mention) -> bool:
        is_noun = mention.kind == "description" and not mention.is_new
        return not (is_noun and mention.noun in self._words.not_speakers)

    def is_pronoun_subject(self, at: int) -> bool:
        """Return whether a pronoun of one gender stands before a verb that reports words, or an auxiliary of it."""
        tokens, words = self._tokens, self._words
        if words.pronouns[tokens[at].lower] not in ("m", "f") or at + 1 >= len(tokens):
            return False
        opens = at == 0 or is_sentence_end(tokens, at - 1) or tokens[at - 1].text == ","
        following = tokens[at + 1].lower
        is_plural = words.nouns_have_capitals and following.endswith("n")
        return opens and not is_plural and (self.is_verb(at + 1) or following in words.auxiliaries)

    def is_source(self, at: int, end: int) -> bool:
        """Return whether a mention behind a preposition is who speaks: "according to X", "the answer of X"."""
        tokens, words = self._tokens, self._words
        starts = range(max(0, at - _NAMING_REACH), at)
        if any(start + self.according_width(start) == at for start in starts):
            return True
        linked = at if tokens[at].lower in words.links else at - 1
        if linked > 0 and tokens[linked].lower in words.links and tokens[linked - 1].lower in words.utterances:
            return True
        if at > 0 and words.nouns_have_capitals and tokens[at - 1].lower in words.utterances:
            return True
        agent = at if tokens[at].lower in words.agents else at - 1
        is_agent = agent > 0 and tokens[agent].lower in words.agents and self._is_participle(agent - 1)
        return is_agent and end < len(tokens) and tokens[end].text in ENDS

    def _is_participle(self, at: int) -> bool:
        return self._tokens[at].kind == "word" and self._words.participle.fullmatch(self._tokens[at].lower) is not None

    def according_width(self, at: int) -> int:
        """Return the number of tokens of "according to"; 0 if other words begin there.

        The last word may be joined to a determiner ("a giudizio del"), which then belongs to the mention.
        """
        opens = at == 0 or is_sentence_end(self._tokens, at - 1)
        phrases = (one for one in self._words.according if opens or " ".join(one) not in self._words.weakly_according)
        return next((width for parts in phrases if (width := self._width_of(parts, at))), 0)

    def thus_width(self, at: int) -> int:
        """Return the number of tokens of words such as "these are the words of" behind a quotation; 0 for others."""
        return next((width for parts in self._words.thus if (width := self._width_of(parts, at))), 0)

    def _width_of(self, parts: tuple[str, ...], at: int) -> int:
        """Return how many tokens of a phrase begin at a place, without a determiner that its last word holds."""
        found = tuple(token.lower for token in self._tokens[at : at + len(parts)])
        if found == parts:
            return len(parts)
        is_joined = len(parts) > 1 and len(found) == len(parts) and parts[-1] in self._words.prepositions
        is_joined = is_joined and found[-1][:1] == parts[-1][:1] and found[-1] in self._words.determiners
        return len(parts) - 1 if is_joined and found[:-1] == parts[:-1] else 0


def _dateline_end(tokens: Sequence[Token]) -> int:
    """Return the index behind a dateline at the beginning of a paragraph: "LISBOA, 22 mai (Lusa) –"; 0 without one."""
    head = tokens[:_DATELINE_REACH]
    dash = next((at for at, token in enumerate(head) if token.text in _DASHES), None)
    if dash is None or not dash or not head[0].has_capital:
        return 0
    is_place = all(token.has_capital or token.kind == "mark" or token.text[0].isdigit() for token in head[:dash])
    has_date = any(token.text in "(,." for token in head[:dash])
    return dash + 1 if is_place or (has_date and any(token.text[0].isdigit() for token in head[:dash])) else 0
