"""Mentions of persons: names, descriptions and pronouns, and what a description says of a name next to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from narrate.attribution.by_form.names import Named, Names
from narrate.attribution.by_form.tokens import ENDS, Token, is_sentence_end
from narrate.attribution.gender import is_first_name
from narrate.languages import ENGLISH
from narrate.languages.speech import MAX_COMPOUND, Number, SpeechWords

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
    is_pointing: bool = False
    """Whether a word such as "this" opens the description."""
    is_owned: bool = False
    """Whether a word such as "her" opens the description."""
    name_start: int = -1
    """Where the name begins in a description with a name behind it."""


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
        opens = index == 0 or is_sentence_end(self.tokens, index - 1)
        is_noun = token.has_capital == self._words.nouns_have_capitals or opens
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

    def source_at(self, index: int) -> Mention | None:
        """Return the mention behind "according to", for which German needs no determiner."""
        mention = self.at(index)
        if mention is not None or not self._words.nouns_have_capitals or not self.tokens[index].has_capital:
            return mention
        end = self._noun_phrase_end(index)
        return Mention(index, end, "description", self._words_of(index, end), noun=self.tokens[index].lower)

    def _titled(self, index: int) -> Mention | None:
        end = index
        while end < len(self.tokens) and (self.tokens[end].lower in self._words.titles or self.tokens[end].text == "."):
            end += 1
        if end not in self._named:
            return None
        named = self._named[end]
        number = self._words.titles.get(self.tokens[index].lower, "any")
        title = self.tokens[index].lower
        noun = title if title in self._words.roles else ""
        return Mention(index, named.end, "name", self._words_of(end, named.end), number, named.entity, noun)

    def _described(self, index: int) -> Mention | None:
        """Return a mention that begins with a determiner."""
        tokens, words = self.tokens, self._words
        number = words.determiners[tokens[index].lower]
        is_new = tokens[index].lower in words.indefinite
        is_pointing, is_owned = tokens[index].lower in words.demonstratives, tokens[index].lower in words.possessives
        head = index + 1
        while head < len(tokens) and tokens[head].lower in words.titles and head + 1 in self._named:
            head += 1
        if head < len(tokens) and tokens[head].lower in words.titles and (titled := self._titled(head)) is not None:
            return replace(titled, start=index, number=number)
        if head in self._named and not (words.nouns_have_capitals and words.is_group(tokens[head].lower)):
            named = self._named[head]
            return Mention(index, named.end, "name", self._words_of(head, named.end), number, named.entity)
        if head + 1 < len(tokens) and tokens[head].lower in words.possessives:
            head, is_owned = head + 1, True
        while self._is_leading(head):
            head += 1
        if head in self._named:
            named = self._named[head]
            return Mention(index, named.end, "name", self._words_of(head, named.end), number, named.entity)
        if head >= len(tokens) or tokens[head].kind != "word" or not self._is_noun(head):
            return None
        is_last = head + 1 >= len(tokens) or tokens[head + 1].kind != "word"
        if is_last and tokens[index].lower in words.clitics and words.finite.fullmatch(tokens[head].lower):
            return None
        if number in ("m", "f") and tokens[head].lower.endswith("s") and words.is_person(tokens[head].lower[:-1]):
            return None
        noun_at = self._head_noun(head)
        if noun_at is None:
            return None
        noun_at, noun = self._noun_at(noun_at)
        end = self._noun_phrase_end(noun_at)
        if words.infinitive.fullmatch(noun) and not words.is_person(noun):
            return None
        if noun in words.not_speakers and not is_new:
            return None
        is_role = (words.is_person(noun) or words.is_group(noun)) and noun not in words.places  # "in a hall, Ann Lee"
        is_before_comma = end < len(tokens) and tokens[end].text == ","
        is_at_place = tokens[end - 1].lower in words.places and end > noun_at + 1 and not is_before_comma
        name = None if is_at_place else self._name_behind(end, is_role=is_role)
        if name is not None:
            spelled = self._words_of(name.start, name.end)
            return Mention(index, name.end, "name", spelled, number, name.entity, noun, name_start=name.start)
        text = self._words_of(head, end)
        return Mention(index, end, "description", text, number, -1, noun, is_new, is_pointing, is_owned)

    def _noun_at(self, index: int) -> tuple[int, str]:
        """Return where a head noun is, and the noun: another one of its role for "first citizen", none with "ex-"."""
        tokens, words = self.tokens, self._words
        for at in (one for one in (index - 1, index) if one >= 0):
            length, noun = words.compound([token.lower for token in tokens[at : at + MAX_COMPOUND]])
            if at + length > index:
                return at + length - 1, noun
        return index, words.without_prefix(tokens[index].lower)

    def _is_leading(self, index: int) -> bool:
        """Return whether a word is an adjective before its noun."""
        tokens, words = self.tokens, self._words
        if index + 1 >= len(tokens) or tokens[index].lower not in words.leading_adjectives:
            return False
        following = tokens[index + 1]
        if words.is_person(tokens[index].lower) and not words.is_person(following.lower):
            return False
        return following.kind == "word" and following.lower not in words.function_words | words.silent_verbs

    def _is_noun(self, index: int) -> bool:
        token = self.tokens[index]
        is_office = token.lower in self._words.roles
        is_lower = not token.has_capital or self._words.nouns_have_capitals or is_office  # "o Presidente da República"
        taken = self._words.relatives | self._words.silent_verbs
        if not self._words.nouns_have_capitals:
            taken = taken | self._words.function_words
        return (is_lower and token.lower not in taken and not token.text[0].isdigit()) or token.text.isupper()

    def _head_noun(self, head: int) -> int | None:
        """Return the index of the head noun: the first capital in German, else the first word; None without one."""
        if not self._words.nouns_have_capitals:
            return head
        linking = self._words.prepositions | self._words.conjunctions | self._words.auxiliaries
        for at in range(head, min(len(self.tokens), head + _MAX_NOUN_WORDS)):
            if self.tokens[at].has_capital:
                return at
            if self.tokens[at].kind != "word" or self.tokens[at].lower in linking:
                return None
        return None

    def _noun_phrase_end(self, head: int) -> int:
        """Return the index behind a noun phrase: the noun, its adjectives, and nouns that it belongs to."""
        tokens, words = self.tokens, self._words
        found = self._head_noun(head)
        noun = head if found is None else found
        end, last = noun + 1, min(len(tokens), noun + 1 + _MAX_NOUN_WORDS)
        while end < last and tokens[end].kind == "word":
            token = tokens[end]
            if token.lower in words.links:
                governed = self._governed_end(end + 1, last)
                if governed is None:
                    break
                end = governed
            elif self._is_adjective(end) or self._stands_before_name(end):
                end += 1
            else:
                break
        return end

    def _is_adjective(self, index: int) -> bool:
        word = self.tokens[index].lower
        if self.tokens[index].has_capital or word in self._words.function_words | self._words.verbs:
            return False
        return self._words.adjective.fullmatch(word) is not None and not self._words.finite.fullmatch(word)

    def _stands_before_name(self, index: int) -> bool:
        """Return whether an unlisted adjective stands between a noun and a name: "el capitán marítimo, Ana"."""
        token, following = self.tokens[index], index + 1
        if token.has_capital or token.lower in self._words.function_words | self._words.verbs:
            return False
        if self._words.nouns_have_capitals or self._words.finite.fullmatch(token.lower):
            return False
        if following < len(self.tokens) and self.tokens[following].text == ",":
            following += 1
        return following in self._named

    def _governed_end(self, start: int, last: int) -> int | None:
        """Return the index behind the noun that a word such as "of" governs; None if there is none."""
        tokens, words = self.tokens, self._words
        at = start
        while at < last and (
            tokens[at].lower in words.determiners or self._is_leading(at) or tokens[at].text[0].isdigit()
        ):
            at += 1
        if words.nouns_have_capitals:
            at = next((one for one in range(at, last) if tokens[one].has_capital or tokens[one].kind != "word"), last)
        if at >= last or tokens[at].kind != "word":
            return None
        return self._named[at].end if at in self._named else at + 1

    def _name_behind(self, end: int, *, is_role: bool) -> Named | None:
        """Return the name that stands right behind a description, or in apposition behind a comma."""
        at = end
        if at < len(self.tokens) and self.tokens[at].text == ",":
            if not is_role:
                return None
            at += 1
            while at < len(self.tokens) and self.tokens[at].lower in self._words.titles | {".": ""}.keys():
                at += 1
            named = self._named.get(at)
            closes = named is not None and (
                named.end >= len(self.tokens) or self.tokens[named.end].text in _CLOSE | ENDS
            )
            return named if closes else None
        while at < len(self.tokens) and (
            self.tokens[at].lower in self._words.titles
            or (self.tokens[at].text == "." and at > end)
            or (self._words.nouns_have_capitals and self._words.is_person(self.tokens[at].lower))
        ):
            at += 1
        return self._named.get(at)

    def is_person(self, mention: Mention) -> bool:
        """Return whether a name is that of a person: an age follows, or a first name alone is the subject."""
        tokens, words, end = self.tokens, self._words, mention.end
        at = end + 1
        if at < len(tokens) and tokens[at].lower in words.prepositions:
            at += 1
        if at < len(tokens) and tokens[end].text == "," and tokens[at].text.isdigit() and len(tokens[at].text) < 4:
            return True
        before = tokens[mention.start - 1].lower if mention.start else ""
        is_free = before not in words.prepositions and end < len(tokens)
        is_alone = end == mention.start + 1 and is_first_name(tokens[mention.start].text, ENGLISH.attribution)
        return is_alone and is_free and (tokens[end].text == "," or tokens[end].kind == "word")

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
        length, office = words.compound([token.lower for token in tokens[at : at + MAX_COMPOUND]])
        if number != "any" or at > end + 1:
            behind = self._noun_phrase_end(at + max(length, 1) - 1)
            if (
                behind < len(tokens)
                and tokens[behind].text not in _CLOSE | ENDS
                and tokens[behind].lower not in words.relatives
            ):
                return None
        if office:
            return office, number  # type: ignore[return-value]
        head = self._head_noun(at)
        if head is None:
            return None
        noun = tokens[head]
        if at == end + 1 and not words.is_person(noun.lower) and not words.is_group(noun.lower):
            return None
        taken = words.openers | words.relatives | words.verbs | words.auxiliaries | words.prepositions
        if noun.lower in taken or noun.text[0].isdigit() or (noun.has_capital and not words.nouns_have_capitals):
            return None
        return noun.lower, number  # type: ignore[return-value]

    def role_before(self, mention: Mention) -> str:
        """Return the words before a name that say what the person is, without determiner, in lower case."""
        end = mention.name_start
        while end > mention.start and self.tokens[end - 1].kind != "word":
            end -= 1
        start = mention.start + (self.tokens[mention.start].lower in self._words.determiners)
        return self._words_of(start, end).lower() if start < end else ""

    def _words_of(self, start: int, end: int) -> str:
        return self._text[self.tokens[start].start : self.tokens[end - 1].end]
