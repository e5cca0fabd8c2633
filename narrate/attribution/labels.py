"""Find whom a label of a turn or a signature names, in the table of the article's entities."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from narrate.attribution.clauses import Clause
from narrate.attribution.entity import Entity
from narrate.attribution.entity_index import EntityIndex, Key
from narrate.attribution.gender import is_first_name
from narrate.attribution.mention import Mention
from narrate.attribution.names import name_words, role_head
from narrate.attribution.parse import Paragraph
from narrate.languages import AttributionWords
from narrate.languages.accounts import Account
from narrate.languages.marks import CLOCK_TIME
from narrate.types import SpeakerKind

ACCOUNT: Final = "account"
"""In place of the verb, that a clause stands for an account in the first person."""
_TIME: Final = re.compile(rf"\A\W?{CLOCK_TIME}\W?\s+")
"""The time before the label of a message ("[14:02] north_star:")."""


class Bearers:
    """The entities of an article, found by the words of a label. A label can add one."""

    def __init__(self, entities: list[Entity]) -> None:
        self.entities = entities
        self._index = EntityIndex()
        self._most_mentioned: tuple[int, Entity | None] = (-1, None)
        for entity in entities:
            self._add_keys(entity)

    def put(self, entity: Entity) -> None:
        """Add an entity, or replace the one with its number."""
        self.entities[entity.number : entity.number + 1] = [entity]
        self._add_keys(entity)

    def found(self, key: Key) -> list[Entity]:
        """Return the named entities that have one of the keys of a label."""
        found = (self.entities[number] for number in self._index.find([key]))
        return [entity for entity in found if entity.named and entity.words]

    def most_mentioned(self, question_labels: Container[str]) -> Entity | None:
        """Return the person whom the article mentions most, without those whose labels are of questions."""
        if self._most_mentioned[0] != len(self.entities):
            named = (e for e in self.entities if e.named and e.words and e.kind == "person")
            persons = (e for e in named if e.words[0] not in question_labels)
            most = max(
                persons, key=lambda e: (len(e.mentions), -e.mentions[0].start if e.mentions else 0), default=None
            )
            self._most_mentioned = (len(self.entities), most)
        most = self._most_mentioned[1]
        return self.entities[most.number] if most else None

    def is_named(self, mention: Mention, kinds: Container[SpeakerKind]) -> bool:
        """Return whether a mention is of a named entity of one of these kinds."""
        entity = self.entities[mention.entity] if mention.entity >= 0 else None
        return entity is not None and entity.named and entity.kind in kinds

    def only_bearer(self, role: str, words: AttributionWords) -> Entity | None:
        """Return the only named person with a role ("driver", "Driver’s"); None if the word is no role."""
        noun = words.genitive_pattern.sub("", role.lower())
        if not words.is_role(noun):
            return None
        head = role_head(noun, words)
        found = [e for e in self.entities if e.named and any(role_head(one, words) == head for one in e.roles)]
        return found[0] if len(found) == 1 else None

    @cached_property
    def most_mentioned_group(self) -> Entity | None:
        """The named group that the article mentions most."""
        groups = [e for e in self.entities if e.named and e.words and e.kind == "group" and len(e.mentions) > 1]
        return max(groups, key=lambda e: len(e.mentions), default=None)

    def _add_keys(self, entity: Entity) -> None:
        if entity.named and entity.words:
            keys: list[Key] = [("initials", letters) for letters in _initials(entity)]
            keys += [("name", entity.words), ("first", entity.words[0]), ("last", entity.words[-1])]
            self._index.add(entity.number, keys)


def turn_label(label: str, paragraph: Paragraph, table: Bearers) -> Clause | None:
    """Return the clause of the label of a turn; None if it has no name. A new speaker is added to the table."""
    words = paragraph.words
    parts = re.split(r"[,(]", _TIME.sub("", label.strip(), count=1).rstrip(":"))[0].split()
    while len(parts) > 1 and words.is_title(parts[0].lower().strip(".")) and not _is_full_name(parts, words):
        parts = parts[1:]
    name = " ".join(parts)
    key = name_words(parts, words) or tuple(part.lower().strip(".") for part in parts if part.isupper())
    if not key:
        return None
    bearer = bearer_of(key, words, table)
    if bearer is None:
        shown = name.title() if name.isupper() else name
        shown = words.interviewer_name if key[0] in words.question_labels else shown
        bearer = Entity(len(table.entities), shown, key, kind="person")
        table.put(bearer)
    if len(bearer.words) == 1 < len(key) and bearer.kind != "group":
        bearer = replace(bearer, name=name.title() if name.isupper() else name, words=key)
        table.put(bearer)
    if bearer.name.isupper() and bearer.kind == "person" and len(bearer.name) > 3:
        bearer = replace(bearer, name=bearer.name.title())
        table.put(bearer)
    place = (paragraph.number, 0, 0, 0, paragraph.start, paragraph.start + len(name))
    return Clause("label", Mention("name", *place, name, tuple(parts), entity=bearer.number), ":", 0)


def column_labels(
    column: Mapping[int, tuple[int, str]], places: Sequence[tuple[Paragraph, Sequence[Mention]]], table: Bearers
) -> dict[int, str]:
    """Return number of a paragraph -> who speaks there, for the labeled turns of a column whose readers sign questions.

    The columnist, who answers, is the person in the introduction with most mentions, or else nameless.

    Args:
        column: The turns of the column, as ``narrate.languages.entries.find_column`` returns them.
        places: The paragraphs and the mentions in each.
        table: The entities of the article.
    """
    labels = {number: name for number, (at, name) in column.items() if at}
    introduced = [m.entity for _, near in places[: min(labels, default=0)] for m in near if m.entity >= 0]
    persons = [e for e in map(table.entities.__getitem__, introduced) if e.named and e.kind == "person"]
    columnist = max((e for e in persons if len(e.words) > 1), key=lambda e: len(e.mentions), default=None)
    speakers = {number: name for number, name in labels.items() if name}
    answers = (n for n in labels if n not in speakers and _is_answer(places[n][0]))
    name = places[0][0].words.columnist_name if columnist is None and places else ""
    return speakers | dict.fromkeys(answers, name if columnist is None else columnist.name)


def _is_answer(paragraph: Paragraph) -> bool:
    """Return whether the label of an answer stands at the beginning of a paragraph."""
    return paragraph.token(0).lower in paragraph.words.answer_labels


def teller_label(
    account: Account, places: Sequence[tuple[Paragraph, Sequence[Mention]]], table: Bearers
) -> Clause | None:
    """Return the clause of who gives an account: named where it is announced, or most often before it."""
    paragraph, near = places[account.line]
    words = paragraph.words
    others = {words.agent_preposition, words.attributing_preposition}  # "as told to Ann Lee"
    last = near[-1].sentence if near else 0
    named = [m for m in near if m.kind == "name" and m.sentence == last and table.is_named(m, {"person"})]
    own = [m for m in named if paragraph.token(m.first - 1).lower not in others]
    introduced = [m for _, ms in places[: min(account.paragraphs)] for m in ms if table.is_named(m, {"person"})]
    agents = {m.entity for m in named} - {m.entity for m in own}
    counts = Counter(m.entity for m in introduced if m.entity not in agents)
    teller = own[0].entity if own else max(counts, key=lambda n: counts[n], default=None)
    mention = next((m for m in [*own, *introduced] if m.entity == teller), None)
    return Clause("label", replace(mention, kind="name"), ACCOUNT, 0) if mention else None


def bearer_of(key: tuple[str, ...], words: AttributionWords, table: Bearers) -> Entity | None:
    """Return the entity that a label names; the label of an answer names the person whom the article mentions most."""
    if len(key) == 1 and key[0] in words.answer_labels:
        return table.most_mentioned(words.question_labels)
    for kind, is_meant in _WAYS_TO_LABEL[len(key) == 1] if key else ():
        shared = {"name": key, "last": key[-1]}.get(kind, key[0])
        found = [entity for entity in table.found((kind, shared)) if is_meant(entity, key)]
        if found:
            return max(found, key=lambda e: (len(e.words) > 1, len(e.mentions)))
    return None


def _initials(entity: Entity) -> set[str]:
    """Return the initials with which an interview may label a person's turns, such as "al" for Ann Lee."""
    letters = [word[0] for word in entity.words if word]
    return {"".join(letters), letters[0] + letters[-1]} - {*entity.words} if len(letters) > 1 else set()


_WAYS_TO_LABEL: Final[Mapping[bool, Sequence[tuple[str, Callable[[Entity, tuple[str, ...]], bool]]]]] = {
    True: (
        ("initials", lambda entity, key: entity.kind == "person" and key[0] in _initials(entity)),
        ("name", lambda entity, key: entity.words == key),
        ("last", lambda entity, key: entity.words[-1] == key[0]),
        ("first", lambda entity, key: entity.words[0] == key[0] and entity.kind == "person"),
    ),
    False: (
        ("name", lambda entity, key: entity.words == key),
        ("last", lambda entity, key: entity.words[-1] == key[-1] and entity.words[0][0] == key[0][0]),
        ("last", lambda entity, key: len(entity.words) == 1 and entity.words[0] == key[-1]),
    ),
}
"""Whether a label has one word -> the key that it shares with an entity, and whether it means it: the first that holds
for any decides."""


def _is_full_name(parts: Sequence[str], words: AttributionWords) -> bool:
    """Return whether a word that could be a title is a first name ("Dean Baker")."""
    return len(parts) == 2 and parts[0].isalpha() and is_first_name(parts[0], words)
