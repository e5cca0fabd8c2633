"""Mentions of persons: names, descriptions and pronouns, and what a description says of a name next to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from narrate.attribution.by_form.names import Named, Names
from narrate.attribution.by_form.tokens import ENDS, Token
from narrate.languages.speech import Number, SpeechWords

MentionKind = Literal["name", "description", "pronoun"]
_MAX_NOUN_WORDS: Final = 7
_CLOSE: Final = frozenset(",:;()—–-")


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that mean somebody: the tokens from ``start`` up to ``end``."""

    start: int
    end: int
    kind: MentionKind
    text: str
    number: Number = "any"
    """Gender or plural that the determiner or pronoun shows."""
    entity: int = -1
    noun: str = ""
    """The head noun of a description, in lower case."""
    is_new: bool = False
    """Whether the description introduces somebody."""


class MentionReader:
    """Reads mentions in one paragraph."""

    def __init__(
        self, tokens: Sequence[Token], named: Sequence[Named], names: Names, words: SpeechWords, text: str
    ) -> None:
        self.tokens = tokens
        self._named = {one.start: one for one in named}
        self._names = names
        self._words = words
        self._text = text

    def at(self, index: int) -> Mention | None:
        """Return the mention that begins with a token, if one does."""
        token = self.tokens[index]
        if token.kind != "word":
            return None
        if index in self._named:
            named = self._named[index]
            return Mention(index, named.end, "name", self._words_of(index, named.end), entity=named.entity)
        if token.lower in self._words.titles:
            return self._titled(index)
        if token.lower in self._words.pronouns:
            return Mention(index, index + 1, "pronoun", token.text, self._words.pronouns[token.lower])
        if token.lower in self._words.determiners:
            return self._described(index)
        is_noun = token.has_capital == self._words.nouns_have_capitals
        if (
            is_noun
            and index + 1 not in self._named
            and (self._words.is_person(token.lower) or self._words.is_group(token.lower))
        ):
            end = self._noun_phrase_end(index)
            return Mention(index, end, "description", self._words_of(index, end), noun=token.lower)
        if self._words.nouns_have_capitals and token.has_capital and index + 1 in self._named:
            following = self._named[index + 1]
            return Mention(index, following.end, "name", token.text, entity=following.entity, noun=token.lower)
        return None

    def _titled(self, index: int) -> Mention | None:
        end = index
        while end < len(self.tokens) and (self.tokens[end].lower in self._words.titles or self.tokens[end].text == "."):
            end += 1
        if end not in self._named:
            return None
        named = self._named[end]
        number = self._words.titles.get(self.tokens[index].lower, "any")
        return Mention(index, named.end, "name", self._words_of(end, named.end), number, named.entity)

    def _described(self, index: int) -> Mention | None:
        """Return a mention that begins with a determiner."""
        tokens, words = self.tokens, self._words
        number = words.determiners[tokens[index].lower]
        is_new = tokens[index].lower in words.indefinite
        head = index + 1
        while head < len(tokens) and tokens[head].lower in words.titles and head + 1 in self._named:
            head += 1
        if head in self._named and not (words.nouns_have_capitals and words.is_group(tokens[head].lower)):
            named = self._named[head]
            return Mention(index, named.end, "name", self._words_of(head, named.end), number, named.entity)
        if head >= len(tokens) or tokens[head].kind != "word" or not self._is_noun(head):
            return None
        noun_at = self._head_noun(head)
        end = self._noun_phrase_end(head)
        noun = tokens[noun_at].lower
        if noun in words.not_speakers:
            return None
        name = self._name_behind(end)
        if name is not None:
            return Mention(index, name.end, "name", self._words_of(name.start, name.end), number, name.entity, noun)
        return Mention(index, end, "description", self._words_of(head, end), number, noun=noun, is_new=is_new)

    def _is_noun(self, index: int) -> bool:
        token = self.tokens[index]
        is_lower = not token.has_capital or self._words.nouns_have_capitals
        return (
            is_lower and token.lower not in self._words.relatives and not token.text[0].isdigit()
        ) or token.text.isupper()

    def _head_noun(self, head: int) -> int:
        """Return the index of the head noun: the first capital in German, else the first word."""
        if self._words.nouns_have_capitals:
            end = min(len(self.tokens), head + _MAX_NOUN_WORDS)
            return next((at for at in range(head, end) if self.tokens[at].has_capital), head)
        return head

    def _noun_phrase_end(self, head: int) -> int:
        """Return the index behind a noun phrase: up to a mark, a verb, a relative word, or a name in apposition."""
        tokens, words = self.tokens, self._words
        end = head + 1
        while end < len(tokens) and end - head < _MAX_NOUN_WORDS:
            token = tokens[end]
            is_relative = token.lower in words.relatives and not (
                words.nouns_have_capitals and token.lower in words.determiners
            )
            if (
                token.kind != "word"
                or is_relative
                or token.lower in words.auxiliaries | (words.clitics - words.determiners.keys())
            ):
                break
            is_verb = token.lower in words.verbs or words.finite.fullmatch(token.lower)
            if is_verb and not token.has_capital and tokens[end - 1].lower not in words.determiners:
                break
            if end in self._named and tokens[end - 1].lower not in words.prepositions | words.determiners.keys():
                break
            if token.lower in words.pronouns and token.lower not in words.determiners:
                break
            if end in self._named:
                end = self._named[end].end
                continue
            end += 1
        while end > head + 1 and (
            tokens[end - 1].lower in words.prepositions
            or tokens[end - 1].lower in words.determiners
            or tokens[end - 1].lower in words.openers
        ):
            end -= 1
        return end

    def _name_behind(self, end: int) -> Named | None:
        """Return the name that stands right behind a description, or in apposition behind a comma."""
        at = end
        if at < len(self.tokens) and self.tokens[at].text == ",":
            at += 1
            while at < len(self.tokens) and self.tokens[at].lower in self._words.titles | {".": ""}.keys():
                at += 1
            named = self._named.get(at)
            closes = named is not None and (
                named.end >= len(self.tokens) or self.tokens[named.end].text in _CLOSE | ENDS
            )
            return named if closes else None
        while at < len(self.tokens) and (
            self.tokens[at].lower in self._words.titles or (self.tokens[at].text == "." and at > end)
        ):
            at += 1
        return self._named.get(at)

    def apposition(self, end: int) -> tuple[str, Number] | None:
        """Return the head noun and the gender of a description behind a name: "Yann Gourvennec, brocanteur"."""
        tokens, words = self.tokens, self._words
        if end + 1 >= len(tokens) or tokens[end].text != ",":
            return None
        at, number = end + 1, "any"
        if tokens[at].lower in words.determiners:
            number = words.determiners[tokens[at].lower]
            at += 1
        if at >= len(tokens) or tokens[at].kind != "word" or at in self._named:
            return None
        if number != "any" or at > end + 1:
            behind = self._noun_phrase_end(at)
            if (
                behind < len(tokens)
                and tokens[behind].text not in _CLOSE | ENDS
                and tokens[behind].lower not in words.relatives
            ):
                return None
        noun = tokens[self._head_noun(at)]
        taken = words.openers | words.relatives | words.verbs | words.auxiliaries | words.prepositions
        if noun.lower in taken or noun.text[0].isdigit() or (noun.has_capital and not words.nouns_have_capitals):
            return None
        return noun.lower, number  # type: ignore[return-value]

    def _words_of(self, start: int, end: int) -> str:
        return self._text[self.tokens[start].start : self.tokens[end - 1].end]
