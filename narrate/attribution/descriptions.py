"""Find the person or group that a description means, by its role, its age and what was said of them before."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Final

from narrate.attribution import gender as genders
from narrate.attribution.entity import Entity, clashes, contradicts_office, held_it_before
from narrate.attribution.entity_index import EntityIndex, Key
from narrate.attribution.mention import Mention
from narrate.attribution.names import name_words, role_head
from narrate.languages import AttributionWords
from narrate.types import SpeakerKind

_MIN_HOLDER: Final = 1.0
"""How well a description fits the holder of an office. It fits somebody who only held it before less well."""


class DescriptionMatcher:
    """Finds the entities of an article that a description means."""

    def __init__(self, words: AttributionWords) -> None:
        self.words = words
        self.index = EntityIndex()
        self.narrower_roles: dict[str, list[str]] = {}
        for narrower, wider in words.wider_roles.items():
            self.narrower_roles.setdefault(wider, []).append(narrower)
        self.table: list[Entity] = []
        self.entity_of: dict[Mention, int] = {}
        self.emphatic: Set[Mention] = frozenset()
        """The descriptions behind which "himself" or "herself" stands."""

    def role_head(self, role: str) -> str:
        """Return the noun that says what a role is, with one noun for synonyms."""
        return role_head(role, self.words)

    def entity(self, mention: Mention) -> int:
        """Return the number of the entity of a mention as far as it is known."""
        return self.entity_of.get(mention, mention.entity)

    def found(self, keys: Iterable[Key]) -> list[Entity]:
        """Return the entities that have one of the keys, in order."""
        return [self.table[number] for number in self.index.find(keys)]

    def kind_of_nominal(self, mention: Mention) -> SpeakerKind:
        """Return what a description is of, by its noun."""
        head = genders.head_noun(mention.roles[0], self.words) if mention.roles else ""
        is_indefinite = mention.titles[:1] != () and not mention.definite
        may_be_firm = not is_indefinite or head not in self.words.firms_or_persons
        if mention.plural or (self.words.is_group(head) and may_be_firm):
            return "group"
        is_one_person = (
            not may_be_firm or self.words.is_role(head) or mention.age > 0 or head in self.words.standalone_subjects
        )
        return "person" if is_one_person else "unknown"

    def match_nominal(self, mention: Mention) -> Entity | None:
        """Return the entity that "the ministry" means, a named one before one only described; None for a new one."""
        if not mention.definite:
            return None
        head = self.role_head(mention.roles[0]) if mention.roles else mention.text.lower()
        extra = {*name_words(mention.words, self.words)} - {mention.words[-1].lower()}
        found: list[tuple[float, int, Entity]] = []
        keys: list[Key] = [("text", mention.text.lower().removeprefix("the ")), ("role", head), ("noun", head)]
        for entity in self.found([*keys, ("age", mention.age)] if mention.age else keys):
            before = self.index.last_before(entity.number, mention.start)
            is_introduced = entity.named or mention.predicate or not all(m.predicate for m in entity.mentions)
            score = self.role_match(entity, mention, head, extra) if before and is_introduced else 0.0
            if before is not None and score > 0 and not self.clashes_with(entity, mention):
                found.append((score, before[0], entity))
        best = max(found, key=lambda item: item[:2], default=None)
        if best is None or (not best[2].named and self.kind_of_nominal(mention) == "group"):
            organization = self.only_organization(mention, best[1] if best else -1)
            if organization is not None:
                return organization
        several = self.last_several(mention) if best is None or not best[2].named else None
        if several is not None:
            return several
        if best is None and mention.age:
            return self.last_person(mention)
        if best is None and mention in self.emphatic:
            return self.central_person(mention)
        if best is None:
            narrower = self.only_holder(mention, head) or self.only_holder_of_narrower_role(mention, head)
            narrower = narrower or self.only_one_in_field(mention, head) or self.only_parent(mention, head)
            return narrower or self.last_without_name(mention, head)
        holders = (item for item in found if item[2].named and item[0] >= _MIN_HOLDER)
        named = max(holders, key=lambda item: item[:2], default=best)
        return named[2] if not best[2].named and named[1] > best[1] else best[2]

    def clashes_with(self, entity: Entity, mention: Mention) -> bool:
        """Return whether gender or age keeps a description from meaning an entity."""
        gender = genders.of_role(mention.roles[0], self.words)[0] if mention.roles else "unknown"
        return clashes(entity, Entity(-1, "", (), gender=gender, gender_sure=1.0, age=mention.age))

    def last_several(self, mention: Mention) -> Entity | None:
        """Return whom "the two" means: the last subject of that number, at most a paragraph back ("Two pilots")."""
        number = self.words.nouns_of_several.get(mention.words[-1].lower())
        if number is None or len(mention.words) != 2:
            return None
        near = sorted(self.index.subjects_before(mention), key=lambda m: m.start)
        alike = [m for m in near if m.kind == "nominal" and m.plural and m.titles[:1] == (number,) and m.main]
        return self.table[self.entity(alike[-1])] if alike and self.entity(alike[-1]) >= 0 else None

    def last_without_name(self, mention: Mention, head: str) -> Entity | None:
        """Return whom "the man" means if the last main subject is one person without a name, at most a paragraph back.

        "The source" means the last such person, also if others are named in between.
        """
        if mention.plural or len(mention.words) != 2 or head not in self.words.general_persons:
            return None
        near = sorted(self.index.subjects_before(mention), key=lambda one: one.start)
        own = (mention.paragraph, mention.sentence)
        numbers = [self.entity(m) for m in near if m.main and (m.paragraph, m.sentence) != own and self.entity(m) >= 0]
        persons = [self.table[number] for number in numbers if self.table[number].kind == "person"]
        if head in self.words.nameless_roles:
            persons = [entity for entity in persons if not entity.named]
        last = persons[-1] if persons else None
        if last is None or last.named or last.plural:
            return None
        known = {genders.of_role(role, self.words)[0] for role in (mention.roles[0], *last.roles)} - {"unknown"}
        return last if len(known) < 2 else None

    def only_organization(self, mention: Mention, after: int) -> Entity | None:
        """Return the organization that "the company" means if only one was a subject, at most a paragraph back.

        It must have been the subject behind the offset ``after``. It may name its seat ("the Oslo-based firm").
        """
        is_seated = any(word.lower() in self.words.seat_participles for word in mention.words)
        noun = (mention.roles[0] if is_seated and mention.roles else mention.words[-1]).split()[-1].lower()
        is_bare = (len(mention.words) == 2 or is_seated) and mention.titles == ("the",)
        is_firm = noun in self.words.organizations or (is_seated and self.is_firm(noun))
        if mention.plural or not is_bare or not is_firm:
            return None
        found = []
        for entity in self.subjects_before(mention, after):
            own_noun = entity.words[-1] if entity.words else ""
            is_other = own_noun in self.words.groups and own_noun not in self.words.organizations
            roles = {genders.head_noun(role, self.words) for role in entity.roles} & self.words.organizations
            is_general = is_seated or noun in self.words.general_organizations
            is_other = is_other or bool(roles - {noun} and not is_general)
            is_named_so = not self.words.group_name_words.isdisjoint(entity.words)
            is_organization = bool(entity.types["ORG"]) or is_named_so
            if entity.named and entity.kind == "group" and is_organization and not is_other:
                found.append(entity)
        return found[0] if len(found) == 1 else None

    def is_firm(self, noun: str) -> bool:
        """Return whether a noun means a group, and no text."""
        return self.words.is_group(noun) and noun not in self.words.texts

    def subjects_before(self, mention: Mention, after: int = -1) -> list[Entity]:
        """Return the entities that are subjects before a mention and behind an offset, at most a paragraph back."""
        numbers = {self.entity(m) for m in self.index.subjects_before(mention) if m.start > after}
        return [self.table[number] for number in sorted(numbers) if number >= 0]

    def central_person(self, mention: Mention) -> Entity | None:
        """Return whom "the man himself" means: the man who was named most often before, or else first."""
        found: list[tuple[int, int, Entity]] = []
        for entity in (e for e in self.table if e.named and e.kind == "person" and not self.clashes_with(e, mention)):
            before = [m.start for m in entity.mentions if m.start < mention.start]
            described, _ = genders.of_role(mention.roles[0], self.words)
            known = {genders.known_or_of_name(entity, self.words), described} - {"unknown"}
            if before and len(known) < 2:
                found.append((len(before), -before[0], entity))
        return max(found, key=lambda item: item[:2], default=(0, 0, None))[2]

    def last_person(self, mention: Mention) -> Entity | None:
        """Return whom "the 34-year-old" means: the last subject of unknown age, at most a paragraph back."""
        is_bare = mention.words[-1].lower() in self.words.age_words and not mention.plural
        found: list[tuple[int, Entity]] = []
        for entity in (e for e in self.subjects_before(mention) if e.named and e.kind == "person" and not e.age):
            near = [m for m in entity.mentions if m.start < mention.start and m.subject and not m.modifier]
            if is_bare and near and mention.paragraph - near[-1].paragraph <= 1:
                found.append((near[-1].start, entity))
        return max(found, key=lambda item: item[0], default=(0, None))[1]

    def only_holder_of_narrower_role(self, mention: Mention, head: str) -> Entity | None:
        """Return whom "the officer" means if only one person has been named whose role is narrower ("Sgt. Lee")."""
        if mention.plural:
            return None
        holders = []
        similar = self.found([("role", role) for role in self.narrower_roles.get(head, ())])
        for entity in (e for e in similar if e.named and not self.clashes_with(e, mention)):
            heads = {self.role_head(role.strip(".")) for role in (*entity.titles, *entity.roles)}
            narrower = any(self.words.wider_roles.get(role) == head for role in heads)
            if narrower and self.index.last_before(entity.number, mention.start):
                holders.append(entity)
        return holders[0] if len(holders) == 1 else None

    def only_one_in_field(self, mention: Mention, head: str) -> Entity | None:
        """Return whom "the midfielder" means if the only person of that field nearby is the captain."""
        field = self.words.role_fields.get(head)
        if field is None or mention.plural or len(mention.words) != 2:
            return None
        found = []
        for entity in self.found([("role", role) for role, name in self.words.role_fields.items() if name == field]):
            before = self.index.last_before(entity.number, mention.start)
            is_near = before is not None and mention.paragraph - before[1] <= 1
            if is_near and entity.named and entity.kind == "person" and not self.clashes_with(entity, mention):
                found.append(entity)
        return found[0] if len(found) == 1 else None

    def only_parent(self, mention: Mention, head: str) -> Entity | None:
        """Return whom "the mom of two" means: the only woman with a name who was a subject, at most a paragraph back.

        Without one, it is the only person of unknown gender. "The mother of the boy" is another.
        """
        if mention.titles != ("the",) or mention.plural or head not in self.words.parents:
            return None
        if is_of_another(mention):
            return None
        gender = self.words.gendered_roles.get(head, "unknown")
        persons = [e for e in self.subjects_before(mention) if e.named and e.kind == "person"]
        fitting = [
            e for e in persons if not e.plural and genders.known_or_of_name(e, self.words) in {gender, "unknown"}
        ]
        sure = [e for e in fitting if genders.known_or_of_name(e, self.words) == gender]
        found = sure or fitting
        return found[0] if len(found) == 1 and not self.clashes_with(found[0], mention) else None

    def only_holder(self, mention: Mention, head: str) -> Entity | None:
        """Return whom "the Vermont senator" means if only one senator has been named, without a state."""
        if head not in self.words.state_roles or mention.plural:
            return None
        similar = self.found([("role", head)])
        holders = [e for e in similar if e.named and any(self.role_head(t) == head for t in e.titles)]
        if len(holders) != 1:
            return None
        has_state = any(role.split()[0].lower() in self.words.states.values() for role in holders[0].roles if role)
        before = self.index.last_before(holders[0].number, mention.start)
        return holders[0] if before and not has_state else None

    def role_match(self, entity: Entity, mention: Mention, head: str, extra: set[str]) -> float:
        """Return how well a description fits an entity; 0 if it does not."""
        if not entity.named and without_articles(entity) == mention.text.lower().removeprefix("the "):
            return 3.0
        if head in self.words.texts:
            return 0.0
        if mention.age:
            return 2.5 if mention.age == entity.age else 0.0
        score, roles = 0.0, (*entity.roles, *entity.titles)
        has_role = any(self.role_head(role) == head for role in roles)
        is_named_group = entity.kind == "group" and entity.named and not mention.plural
        is_named_group = is_named_group and head in {self.words.role_synonyms.get(w, w) for w in entity.words}
        if not (has_role or is_named_group) or contradicts_office(entity, mention, self.words):
            return 0.0
        if has_role:
            role_words = {word for role in roles for word in role.lower().split()}
            role_words |= {self.words.genitive_pattern.sub("", word) for word in role_words}
            shared = len(extra & role_words)
            has_name = any(w[0].isupper() for w in mention.words[bool(mention.titles) : -1])
            score = 1.0 + shared if shared or not has_name else 0.0
            score -= 0.5 if score and held_it_before(entity, mention, self.words) else 0.0
        return max(score, 1.5) if is_named_group else score


def without_articles(entity: Entity) -> str:
    """Return the name of an entity without an article before it, in lower case."""
    return entity.name.lower().removeprefix("a ").removeprefix("the ")


def is_of_another(parent: Mention) -> bool:
    """Return whether a description says whose parent somebody is ("the mother of one pupil", not "the mum-of-two")."""
    return len(parent.words) > 2 and "-" not in parent.words
