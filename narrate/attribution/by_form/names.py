"""Who an article is about: persons and organizations by the form of their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from narrate.attribution.by_form.tokens import ENDS, Token, is_sentence_end
from narrate.attribution.gender import is_first_name, of_first_name
from narrate.languages import ENGLISH
from narrate.languages.speech import MAX_COMPOUND, Number, SpeechWords
from narrate.types import Gender, SpeakerKind

GENDERS: Final[Mapping[Number, Gender]] = {"m": "male", "f": "female"}
"""Gender of a person whose title, pronoun or determiner has a grammatical gender."""
_MAX_PARTICLES: Final = 3
_SURE: Final = 0.9  # certainty from which a first name alone shows a gender
_OPENING: Final = frozenset(':—–-«“"(*|')


@dataclass(slots=True)
class Entity:
    """A person or an organization, or somebody who is only described."""

    name: str
    parts: tuple[str, ...]
    gender: Gender = "unknown"
    evidence: str = ""
    kind: SpeakerKind = "unknown"
    is_place: bool = False
    form: Number = "any"
    """Grammatical gender of a description."""
    nouns: set[str] = field(default_factory=set)
    """Head nouns of the descriptions that mean this entity, in lower case."""
    aliases: list[str] = field(default_factory=list)

    @property
    def is_described(self) -> bool:
        """Whether the article gives no name."""
        return not self.parts


@dataclass(frozen=True, slots=True)
class Named:
    """A name in the text: the tokens from ``start`` up to ``end``."""

    start: int
    end: int
    entity: int


class Names:
    """The entities of an article and where their names stand.

    Args:
        paragraphs: The tokens of each paragraph.
        words: The words of the language.
    """

    def __init__(self, paragraphs: Sequence[Sequence[Token]], words: SpeechWords) -> None:
        self._words = words
        self.entities: list[Entity] = []
        self.found: list[list[Named]] = [[] for _ in paragraphs]
        self._by_part: dict[str, list[int]] = {}
        self._is_common = {token.text for tokens in paragraphs for token in tokens if token.text.islower()}
        self._inside = Counter(
            token.text
            for tokens in paragraphs
            for index, token in enumerate(tokens)
            if token.kind == "word" and token.has_capital and not _begins(tokens, index)
        )
        runs = [(number, run) for number, tokens in enumerate(paragraphs) for run in self._runs(tokens)]
        spelled = {
            (number, run): tuple(token.text for token in paragraphs[number][run[0] : run[1]]) for number, run in runs
        }
        for key in sorted(spelled, key=lambda key: (-_size(spelled[key]), key)):
            number, (start, end) = key
            titles = self._titles_before(paragraphs[number], start)
            entity = self._entity_of(spelled[key], titles, self._is_certain(paragraphs[number], start, end))
            if entity >= 0:
                self.found[number].append(Named(start, end, entity))
        for named in self.found:
            named.sort(key=lambda one: one.start)

    def find(self, name: str) -> int | None:
        """Return the entity that a name means, if there is one."""
        return self._known(tuple(name.split()), ())

    def add(self, entity: Entity) -> int:
        """Add an entity, and return its number."""
        self.entities.append(entity)
        return len(self.entities) - 1

    def _runs(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
        """Yield the runs of words with capitals, joined by particles."""
        index = 0
        while index < len(tokens):
            if not self._is_name_word(tokens, index):
                index += 1
                continue
            end = index + 1
            has_particles = not self._words.nouns_have_capitals or self._is_known_first_name(tokens[index].text)
            while end < len(tokens):
                ahead = end
                while (
                    has_particles
                    and ahead < len(tokens)
                    and ahead - end < _MAX_PARTICLES
                    and tokens[ahead].lower in self._words.particles
                    and not tokens[ahead].has_capital
                ):
                    ahead += 1
                joins_two = tokens[ahead - 1].lower in self._words.conjunctions and ahead > end
                if joins_two and self._begins_name(tokens, ahead):
                    break
                if ahead >= len(tokens) or not self._is_name_word(tokens, ahead) or _are_apart(tokens, end, ahead):
                    break
                end = ahead + 1
            is_letter = end - index == 1 and len(tokens[index].text) == 1
            is_sure = end - index > 1 or not _begins(tokens, index) or tokens[index].text in self._inside
            if not is_letter and (is_sure or self._is_person_by_age(tokens, index)):
                yield self._without_noun(tokens, index, end), end
            index = end

    def _begins_name(self, tokens: Sequence[Token], index: int) -> bool:
        """Return whether a first name or a name of two words begins: "Ana Ruiz y Puri Vega", not "Ortega y Gasset"."""
        if index + 1 >= len(tokens):
            return False
        is_full = self._is_name_word(tokens, index) and self._is_name_word(tokens, index + 1)
        return is_full or self._is_known_first_name(tokens[index].text)

    def _without_noun(self, tokens: Sequence[Token], start: int, end: int) -> int:
        """Return where the name in a run begins, if a noun may stand before it: "Finanzminister Thilo Wendlandt"."""
        if not self._words.nouns_have_capitals or end - start < 2:
            return start
        first = next((at for at in range(start, end - 1) if self._is_known_first_name(tokens[at].text)), start)
        if first == start and self._words.is_person(tokens[start].lower):
            return start + 1
        return first

    def _is_name_word(self, tokens: Sequence[Token], index: int) -> bool:
        token = tokens[index]
        if token.text.startswith("@"):
            return True
        if token.kind != "word" or not token.has_capital or token.lower.rstrip("’'") in self._words.titles:
            return False
        if _begins(tokens, index) and token.lower in self._words.determiners.keys() | self._words.prepositions:
            return False
        if self._is_in_office(tokens, index):
            return False
        if not _begins(tokens, index):
            return self._is_known_first_name(token.text) or token.lower not in self._words.openers
        is_word = (
            token.lower in self._words.openers or token.lower in self._words.verbs or token.lower in self._is_common
        )
        follows = index + 1 < len(tokens) and tokens[index + 1].has_capital and tokens[index + 1].kind == "word"
        if follows and token.lower in self._words.verbs and self._begins_full_name(tokens, index + 1):
            return False
        return not is_word or (follows and self._is_known_first_name(token.text))

    def _is_in_office(self, tokens: Sequence[Token], index: int) -> bool:
        """Return whether a word is a part of words that mean a person: "Premier ministre", "capo dello Stato"."""
        first = max(0, index - MAX_COMPOUND + 1)
        near = [token.lower for token in tokens[first : index + MAX_COMPOUND]]
        starts = range(index - first + 1)
        return any(
            start + self._words.compound(near[start : start + MAX_COMPOUND])[0] > index - first for start in starts
        )

    def _begins_full_name(self, tokens: Sequence[Token], index: int) -> bool:
        """Return whether a first name and another word with a capital begin: "Parla Assunta Neri"."""
        follows = index + 1 < len(tokens) and tokens[index + 1].has_capital and tokens[index + 1].kind == "word"
        return follows and self._is_known_first_name(tokens[index].text)

    def _is_person_by_age(self, tokens: Sequence[Token], index: int) -> bool:
        """Return whether a single name at the beginning of a sentence means a person: an age or a verb follows."""
        if index + 1 >= len(tokens):
            return False
        if tokens[index + 1].kind == "word" and self._follows_first_name(tokens[index + 1]):
            return of_first_name(tokens[index].text, ENGLISH.attribution)[1] >= _SURE
        if tokens[index + 1].text != ",":
            return False
        is_age = index + 2 < len(tokens) and tokens[index + 2].text.isdigit()
        return is_age or self._is_known_first_name(tokens[index].text)

    def _is_known_first_name(self, word: str) -> bool:
        return is_first_name(word, ENGLISH.attribution)

    def _titles_before(self, tokens: Sequence[Token], start: int) -> list[str]:
        before = tokens[max(0, start - 2) : start]
        return [token.lower for token in before if token.kind == "word" and token.lower in self._words.titles]

    def _is_certain(self, tokens: Sequence[Token], start: int, end: int) -> bool:
        """Return whether a run is a name of a person by itself, in a language in which all nouns have capitals."""
        if not self._words.nouns_have_capitals:
            return True
        first = tokens[start].text
        if start and self._words.is_person(tokens[start - 1].lower) and tokens[start - 1].has_capital:
            return True
        if self._titles_before(tokens, start) or (end - start > 1 and self._is_known_first_name(first)):
            return True
        if end - start == 1 and self._stands_as_first_name(tokens, start):
            return True
        last = tokens[end - 1].text
        return (first.isupper() and len(first) > 1) or (end - start > 1 and self._inside[last] > 1)

    def _stands_as_first_name(self, tokens: Sequence[Token], index: int) -> bool:
        """Return whether a German word is a first name, with no determiner or adjective before it: "wartet Elke"."""
        word, before = tokens[index].text, tokens[index - 1] if index else None
        is_sure = of_first_name(word, ENGLISH.attribution)[1] >= _SURE and word.lower() not in self._words.people
        if is_sure and _begins(tokens, index):
            return index + 1 < len(tokens) and self._follows_first_name(tokens[index + 1])
        if not is_sure or before is None or before.has_capital:
            return False
        is_adjective = before.lower.endswith(("e", "er", "en", "es", "em")) and not self._is_verb(before)
        return before.lower not in self._words.determiners and not is_adjective

    def _follows_first_name(self, token: Token) -> bool:
        """Return whether a word may stand behind a first name alone: a verb, or in German "Emil aus der 2b"."""
        is_preposition = self._words.nouns_have_capitals and token.lower in self._words.prepositions
        return self._is_verb(token) or is_preposition

    def _is_verb(self, token: Token) -> bool:
        words = self._words
        return token.lower in words.verbs | words.silent_verbs | words.auxiliaries

    def _entity_of(self, parts: tuple[str, ...], titles: Sequence[str], is_certain: bool) -> int:
        """Return the entity that a name means, added if it is new; -1 if it is no name."""
        core = tuple(part for part in parts if part.lower() not in self._words.particles or part[0].isupper())
        known = self._known(core, titles)
        if known is None and self._words.nouns_have_capitals and not is_certain and len(core) > 1:
            # "Finanzminister Thilo Wendlandt": the name begins behind the noun.
            known = self._known(core[-1:], titles)
        if known is not None:
            self._learn(known, parts, titles)
            return known
        if not is_certain:
            return -1
        kind: SpeakerKind = "group" if self._words.is_group(core[0].lower()) else "unknown"
        entity = Entity(" ".join(parts).replace("’ ", "’").replace("' ", "'"), core, kind=kind)
        entity.is_place = len(core) > 1 and core[0].lower() in self._words.places
        number = self.add(entity)
        for part in core:
            self._by_part.setdefault(part.lower(), []).append(number)
        self._learn(number, parts, titles)
        if self._is_known_first_name(core[0]):
            entity.kind = "person" if len(core) > 1 else entity.kind
            gender, certainty = of_first_name(core[0], ENGLISH.attribution)
            gender = "male" if core[0].lower() in self._words.masculine_names else gender
            if entity.gender == "unknown" and certainty > (0 if len(core) > 1 else _SURE):
                entity.gender, entity.evidence = gender, f"first name '{core[0]}'"
        return number

    def _known(self, core: Sequence[str], titles: Sequence[str]) -> int | None:
        """Return the entity with all words of a shorter or equal name, if there is one only, or the first."""
        candidates = [set(self._by_part.get(part.lower(), ())) for part in core]
        common = set.intersection(*candidates) if candidates else set()
        gender = next((GENDERS.get(self._words.titles[title]) for title in titles), None)
        fitting = [
            number for number in sorted(common) if gender is None or self.entities[number].gender in ("unknown", gender)
        ]
        return fitting[0] if fitting else None

    def _learn(self, number: int, parts: Sequence[str], titles: Sequence[str]) -> None:
        entity = self.entities[number]
        spelled = " ".join(parts)
        if spelled != entity.name and spelled not in entity.aliases:
            entity.aliases.append(spelled)
        for title in titles:
            entity.kind = "person"
            gender = GENDERS.get(self._words.titles[title])
            if gender:
                entity.gender, entity.evidence = gender, f"title '{title}'"


def _begins(tokens: Sequence[Token], index: int) -> bool:
    """Return whether a word has a capital because of its place, such as the beginning of a sentence."""
    if index == 0:
        return True
    before = tokens[index - 1]
    return before.text in ENDS or before.text in _OPENING or is_sentence_end(tokens, index - 1)


def _size(parts: Sequence[str]) -> int:
    return len(parts)


def _are_apart(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Return whether more than a blank stands between the words."""
    return any(tokens[at].start - tokens[at - 1].end > 1 for at in range(first, last + 1))
