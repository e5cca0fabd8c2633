"""Build the entity table of an article: which mentions are of the same person or group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast

from narrate.attribution import gender as genders
from narrate.attribution.descriptions import DescriptionMatcher, without_articles
from narrate.attribution.entity import Entity, clashes, held_it_before
from narrate.attribution.entity_index import Key, name_keys, spellings
from narrate.attribution.kinds import is_lone_first_name, with_kind
from narrate.attribution.mention import NO_ENTITY, UNKNOWN_ENTITY, Mention
from narrate.attribution.names import may_be_same_surname, name_words
from narrate.attribution.parse import Paragraph
from narrate.attribution.pronouns import agrees, has_gender, pronouns_of_names
from narrate.languages import AttributionWords
from narrate.types import Gender

_SURE_GENDER: Final = 0.9
"""A gender of this certainty comes from a title or a role. Nothing else overrules it."""
_LONE_NAME: Final = 0.45
"""Certainty of the gender of a first name that may be a surname ("Warren"), so that one pronoun overrules it."""
_MAX_APPOSED: Final = 4
"""Mentions between a description and the name to which it is apposed, which are names within the description."""
_MAX_HANDLE: Final = 40
"""Letters of a handle ("@AnnLee") in which a surname is looked for."""


def build_table(
    paragraphs: Sequence[Paragraph], mentions: Sequence[Sequence[Mention]], *, has_headline: bool, author: str = ""
) -> tuple[list[Entity], list[list[Mention]]]:
    """Return the entities, and the mentions with their entities. Pronouns other than "I" are not resolved.

    Args:
        paragraphs: The paragraphs of the article.
        mentions: The mentions of each paragraph.
        has_headline: The first paragraph is the headline.
        author: The name of the only author, who says "I" in the narration; empty if it is not known.
    """
    if not paragraphs:
        return [], []
    mentions = _with_surnames(mentions, paragraphs[0].words)
    builder = _TableBuilder(paragraphs[0].words, pronouns_of_names(mentions, paragraphs))
    headline_last = [m for near in (*mentions[has_headline:], *mentions[:has_headline]) for m in near]
    builder.add_names(paragraphs, [m for m in headline_last if m.kind == "name"])
    builder.add_ages(mentions)
    nominals = [m for m in headline_last if m.kind == "nominal"]
    reflexive = paragraphs[0].words.reflexive_pronouns
    builder.emphatic = {m for m in nominals if paragraphs[m.paragraph].token(m.last + 1).lower in reflexive}
    for mention in nominals:
        builder.add_nominal(mention)
    builder.merge_named_later(mentions)
    builder.merge_given_names(mentions)
    builder.name_spokespeople([m for near in mentions for m in near])
    builder.add_first_person([m for near in mentions for m in near if m.kind == "pronoun" and m.text == "I"], author)
    final = {m: m for near in mentions for m in near}
    final |= {m: replace(m, entity=entity) for m, entity in builder.entity_of.items()}
    table = [replace(builder.with_gender(e), mentions=tuple(final[m] for m in e.mentions)) for e in builder.table]
    return table, [[final[m] for m in near] for near in mentions]


def _with_surnames(mentions: Sequence[Sequence[Mention]], words: AttributionWords) -> list[list[Mention]]:
    """Return the mentions with "King" as a name, and no description, if "Carole King" is named in the article."""
    names = (m.words for near in mentions for m in near if m.kind == "name" and len(m.words) > 1 and not m.heading)
    surnames = {name[-1] for name in names if name[-1].lower() in words.surname_titles}

    def is_surname(mention: Mention) -> bool:
        return mention.kind == "nominal" and len(mention.words) == 1 and mention.words[0] in surnames

    return [[replace(m, kind="name", roles=()) if is_surname(m) else m for m in near] for near in mentions]


class _TableBuilder(DescriptionMatcher):
    """Builds the table of one article. Entities are replaced when more is known about them.

    Args:
        words: The words of the language.
        signs: Names whose sentences have a pronoun for them, and its gender.
    """

    def __init__(self, words: AttributionWords, signs: Mapping[Mention, Gender]) -> None:
        super().__init__(words)
        self.signs = signs

    def add_names(self, paragraphs: Sequence[Paragraph], names: Sequence[Mention]) -> None:
        for mention in (m for m in names if not m.heading):
            self.add_full_name(mention)
        self.drop_pairs()
        self.table = [with_kind(entity, self.words) for entity in self.table]
        short = [m for m in names if self.entity(m) == UNKNOWN_ENTITY]
        for mention in sorted(short, key=lambda m: (m.heading, m.start)):
            self.add_short_name(mention)
        self.merge_acronyms(paragraphs)
        self.table = [self.with_gender(self.with_name(with_kind(entity, self.words))) for entity in self.table]
        for entity in self.table:
            self.index.add(entity.number, self.description_keys(entity))

    def add(self, name: str, words: tuple[str, ...], **details: Any) -> Entity:
        self.table.append(Entity(len(self.table), name, words, **details))
        entity = self.table[-1]
        self.index.add(entity.number, self.description_keys(entity))
        if entity.named and words:
            self.index.add(entity.number, [("name", words), *(("word", word) for word in words)])
            self.index.add(entity.number, name_keys(words, self.words.name_particles))
        return entity

    def description_keys(self, entity: Entity) -> Iterator[Key]:
        """Yield what a description has in common with an entity that it can mean."""
        yield from self.role_keys((*entity.titles, *entity.roles))
        if not entity.named:
            yield ("text", without_articles(entity))
        if entity.age:
            yield ("age", entity.age)
        yield from (("noun", self.words.role_synonyms.get(word, word)) for word in entity.words)

    def role_keys(self, roles: Iterable[str]) -> Iterator[Key]:
        for role in roles:
            yield from (("role", self.role_head(form)) for form in {role, role.strip(".")})
            yield ("role initials", "".join(word[0] for word in role.lower().split()))

    def attach(self, entity: Entity, mention: Mention) -> None:
        self.entity_of[mention] = entity.number
        titles = mention.titles if mention.kind == "name" else ()
        is_present = mention.kind == "name" or not held_it_before(entity, mention, self.words)
        roles = [role for role in (mention.role, *mention.roles) if role and is_present]
        self.index.mention(entity.number, mention)
        self.index.add(entity.number, self.role_keys((*titles, *roles)))
        if mention.age:
            self.index.add(entity.number, [("age", mention.age)])
        self.table[entity.number] = replace(
            entity,
            mentions=(*entity.mentions, mention),
            aliases=_joined(entity.aliases, [mention.text]),
            types=Counter(entity.types) + Counter([mention.entity_type] if mention.entity_type else []),
            titles=_joined(entity.titles, titles),
            roles=_joined(entity.roles, roles),
            age=entity.age or mention.age,
        )

    def drop_pairs(self) -> None:
        """Remove the mentions of entities that are two names joined by a hyphen ("a Clinton-Warren ticket")."""
        surnames = {entity.words[-1] for entity in self.table if "-" not in entity.name}
        for entity in self.table:
            parts = entity.name.lower().split("-")
            if len(parts) == 2 and " " not in entity.name and set(parts) <= surnames:
                self.entity_of.update(dict.fromkeys(entity.mentions, NO_ENTITY))
                self.table[entity.number] = replace(entity, mentions=(), words=("",))
                self.index.forget_mentions(entity.number)

    def add_first_person(self, mentions: Sequence[Mention], author: str) -> None:
        """Add who says "I" in the narration: the author, also if the article names the author elsewhere."""
        if not mentions:
            return
        words = name_words((author or self.words.first_person_name).split(), self.words)
        known = (e for e in self.found([("name", words)]) if author and e.words == words and e.kind != "group")
        entity = next(known, None)
        if entity is None:
            entity = self.add(author or self.words.first_person_name, words, named=bool(author))
        both = tuple(sorted((*entity.mentions, *mentions), key=lambda m: m.start))
        self.table[entity.number] = replace(entity, kind="person", mentions=both, is_author=True)
        self.entity_of.update(dict.fromkeys(mentions, entity.number))

    def add_full_name(self, mention: Mention) -> None:
        """Add a name of two words or more to its entity, or as a new one."""
        words = name_words(mention.words, self.words)
        if len(words) < 2:
            return
        gender, _ = genders.of_titles(mention.titles, self.words)
        alike = [e for e in self.found([("name", words)]) if e.words == words]
        if not alike:
            similar = self.found(name_keys(words, self.words.name_particles))
            alike = [e for e in similar if self.is_same_name(e, words) and not self.gender_clashes(e, gender)]
        entity = max(alike, key=lambda e: len(e.mentions), default=None)
        self.attach(entity or self.add(mention.text, words), mention)

    def add_short_name(self, mention: Mention) -> None:
        """Add a name of one word: a surname goes before a first name, and that before a part of a group's name."""
        words = name_words(mention.words, self.words)
        if not words or (mention.heading and len(words) > 1):
            return
        gender, _ = genders.of_titles(mention.titles, self.words)
        found = self.found(self.short_name_keys(words[-1]))
        bearers = [e for e in found if e.mentions and not self.gender_clashes(e, gender)]
        if mention in self.signs and len(bearers) > 1:
            names = ((e, genders.of_full_name(e.words, self.words)[0]) for e in bearers)
            bearers = [e for e, known in names if known in {self.signs[mention], "unknown"}] or bearers
        fits = [(self.fit(e, words[-1], mention), e) for e in bearers]
        fit, best = max(fits, key=lambda item: (item[0], -item[1].number), default=(0.0, None))
        if best is None or not fit > 0:
            is_group = mention.entity_type in {"ORG", "GPE", "NORP"} and not mention.titles
            best = self.add(mention.text, words, kind="group" if is_group else "unknown")
        self.attach(best, mention)

    def short_name_keys(self, word: str) -> Iterator[Key]:
        """Yield the keys of the entities that a name of one word can mean; a handle holds the surname."""
        yield ("word", word)
        yield from spellings(word)
        if word.startswith("@"):
            handle = word[: _MAX_HANDLE + 1]
            yield from (("last", handle[i:j]) for i in range(1, len(handle)) for j in range(i + 4, len(handle) + 1))

    def fit(self, entity: Entity, word: str, mention: Mention) -> float:
        """Return how well a name of one word fits an entity; 0 if it does not."""
        fit = self.word_fit(entity, word, mention)
        if not fit:
            return 0.0
        before = self.index.last_before(entity.number, mention.start)
        fit -= 0.0 if before else 2.0
        fit += 1.5 * (before is not None and mention.paragraph - before[1] <= 1)
        if mention.titles:
            heads = {self.role_head(role) for role in [*entity.titles, *entity.roles]}
            fit += 8.0 * any(self.role_head(title.strip(".")) in heads for title in mention.titles)
        full_names = self.index.full_names[entity.number]
        return fit + min(4.0, 0.5 * len(entity.mentions)) + min(2.0, 0.5 * full_names)

    def word_fit(self, entity: Entity, word: str, mention: Mention) -> float:
        """Return how well the word of a short name fits the name of an entity; 0 if it does not."""
        if entity.words == (word,):
            return 25.0
        if entity.kind == "group":
            is_plain = word in self.words.group_name_words or word in self.words.place_words
            is_part = mention.entity_type != "PERSON" and word in {entity.words[0], entity.words[-1]}
            return 5.0 if is_part and not is_plain else 0.0
        if word == entity.words[-1]:
            return 30.0
        if may_be_same_surname(word, entity.words[-1]):
            return 20.0 if len(word) > 5 else 0.0
        if word.startswith("@"):
            return 25.0 if len(entity.words[-1]) > 3 and entity.words[-1] in word else 0.0
        is_second_surname = len(word) > 2 and word in entity.words[1:-1] and word not in self.words.name_particles
        return 10.0 if word == entity.words[0] else 8.0 * is_second_surname

    def gender_clashes(self, entity: Entity, gender: Gender) -> bool:
        if gender == "unknown" or len(entity.words) < 2:
            return False
        known, sure = genders.of_titles(entity.titles, self.words)[0], 1.0
        if known == "unknown":
            known, sure, _ = genders.of_full_name(entity.words, self.words)
        return gender != known and sure >= 1.0

    def is_same_name(self, entity: Entity, words: tuple[str, ...]) -> bool:
        """Return whether two names of several words can be of one entity."""
        a, b = (entity.words, words) if len(entity.words) >= len(words) else (words, entity.words)
        if len(b) < 2:
            return False
        is_group = any(w in self.words.group_name_words for w in a)
        if a[-1] == b[-1] or (len(b[-1]) > 5 and may_be_same_surname(a[-1], b[-1])):
            is_short_form = not is_group and a[0][:3] == b[0][:3] and len(b[0]) > 2
            is_initial = a[0][0] == b[0][0] and 1 in {len(a[0]), len(b[0])}
            return a[0] == b[0] or is_initial or is_short_form or set(b) <= set(a)
        has_particle = not is_group and b[0] in self.words.name_particles and b[0] not in a[:1]
        is_part = has_particle and any(a[i : i + len(b)] == b for i in range(len(a)))
        return is_part or (a[: len(b)] == b and (is_group or len(b) > 2))

    def merge_acronyms(self, paragraphs: Sequence[Paragraph]) -> None:
        """Make "ISW" the Institute for the Study of War, by its initials or as "(ISW)" after the name."""
        triples = (triple for p in paragraphs for triple in zip(p.tokens, p.tokens[1:], p.tokens[2:], strict=False))
        word_before = {c.lower: a.lower for a, b, c in triples if b.text == "(" and c.text.isupper()}
        for entity in self.table:
            initials = "".join(word[:1] for word in entity.words)
            self.index.add(entity.number, [("initials", initials), ("initials", initials.removeprefix("u"))])
        for short in list(self.table):
            if len(short.words) != 1 or not short.name.replace(".", "").isupper() or len(short.words[0]) < 2:
                continue
            letters = short.words[0].replace(".", "")
            alike = self.found([("initials", letters), ("last", word_before.get(letters))])
            alike = [e for e in alike if len(e.words) > 1 and e.mentions] or self.holders_of_office(short, letters)
            for entity in alike[:1]:
                for mention in short.mentions:
                    self.attach(self.table[entity.number], mention)
                self.table[short.number] = replace(short, mentions=())
                self.index.forget_mentions(short.number)

    def holders_of_office(self, short: Entity, initials: str) -> list[Entity]:
        """Return the only person whose role has the initials before which "the" stands each time ("the PPRO")."""
        found = [e for e in self.found([("role initials", initials)]) if e.mentions and e.number != short.number]
        is_office = all(m.definite and not m.modifier for m in short.mentions) and not short.types["GPE"]
        return found if is_office and len(found) == 1 else []

    def with_name(self, entity: Entity) -> Entity:
        """Choose the fullest form of the name, unless a shorter one of two words or more is clearly the usual form."""
        mentions = tuple(sorted(entity.mentions, key=lambda m: m.start))
        forms = Counter(m.text for m in mentions if m.kind == "name" and not m.heading)
        full = {form: count for form, count in forms.items() if " " in form or len(forms) == 1}
        if not full:
            return replace(entity, mentions=mentions)
        name = max(full, key=lambda form: (min(full[form], 2), len(form), form))
        words = name_words(name.replace("'s", " 's").replace("’s", " ’s").split(), self.words)
        return replace(entity, name=name, words=words or entity.words, mentions=mentions)

    def with_gender(self, entity: Entity) -> Entity:
        """Take the gender that titles, roles or the first name tell, in this order."""
        if entity.kind == "group" or entity.plural or entity.gender_sure >= _SURE_GENDER:
            return entity
        for gender, evidence, sure in self.signs_of_gender(entity):
            if gender != "unknown" and entity.gender_sure < sure:
                return replace(entity, gender=gender, gender_evidence=evidence, gender_sure=sure)
        return entity

    def signs_of_gender(self, entity: Entity) -> Iterator[tuple[Gender, str, float]]:
        gender, word = genders.of_titles(entity.titles, self.words)
        yield gender, f"title '{word}'", 1.0
        for role in entity.roles:
            gender, word = genders.of_role(role, self.words)
            yield gender, f"role '{word}'", 0.95
        if entity.named and entity.kind == "person":
            first = [title for title in entity.titles if title in self.words.surname_titles]  # "Dean Baker"
            lone = entity.words[:1] if entity.age else first[:1]  # "Ella, 6" is no surname
            gender, sure, word = genders.of_full_name((*lone, *entity.words)[-max(2, len(entity.words)) :], self.words)
            yield gender, f"first name '{word.capitalize()}'", 0.8 * sure
            if is_lone_first_name(entity, self.words) and not entity.titles:
                gender, sure = genders.of_first_name(entity.words[0], self.words)
                yield gender, f"first name '{entity.name}'", _LONE_NAME * sure

    def add_ages(self, mentions: Sequence[Sequence[Mention]]) -> None:
        """Give the age of "he is 68" to the last subject before it, at most a paragraph back, if that is a person."""
        for near in mentions:
            for pronoun in (m for m in near if m.kind == "pronoun" and m.age and has_gender(m)):
                subjects = sorted(self.index.subjects_before(pronoun), key=lambda m: m.start)
                entity = self.table[self.entity(subjects[-1])] if subjects else None
                if entity is not None and entity.kind == "person" and not entity.age and agrees(entity, pronoun):
                    self.index.add(entity.number, [("age", pronoun.age)])
                    self.table[entity.number] = replace(entity, age=pronoun.age)

    def add_nominal(self, mention: Mention) -> None:
        """Add a description to the entity that it means, or as a new one."""
        if self.entity(mention) == NO_ENTITY:
            return
        entity = self.match_nominal(mention)
        if entity is None:
            text = self.words.one_pattern.sub(self.words.one_replacement, mention.text)
            name = text[0].upper() + text[1:] if text[:4].lower() == "the " else text
            words = name_words(mention.words, self.words)
            entity = self.add(name, words, named=False, kind=self.kind_of_nominal(mention), plural=mention.plural)
        self.attach(entity, mention)

    def name_spokespeople(self, mentions: Sequence[Mention]) -> None:
        """Name "a spokesman" after the group that was the last subject in this paragraph or the one before."""
        group: Mention | None = None
        for mention in (m for m in mentions if self.entity(m) >= 0):
            entity = self.table[self.entity(mention)]
            if entity.kind == "group" and mention.subject and not mention.plural:
                group = mention
            is_bare = mention.kind == "nominal" and mention.text.lower().removeprefix("a ") in self.words.spokespeople
            if is_bare and group is not None and mention.paragraph - group.paragraph <= 1 and not entity.named:
                whom = self.table[self.entity(group)].name
                whom = whom[0].lower() + whom[1:] if whom[:4] == "The " else whom
                self.table[entity.number] = replace(entity, name=f"{mention.text} for {whom}")

    def merge_named_later(self, mentions: Sequence[Sequence[Mention]]) -> None:
        """Join whom a description introduces with the name to which the same description is apposed later.

        "A young woman" of one paragraph is Ana Ruiz if another begins "The woman, Ana Ruiz, ...".
        """
        for near, at in ((one, at) for one in mentions for at in range(len(one))):
            description = near[at]
            is_apposed = description.kind == "nominal" and self.entity(description) == NO_ENTITY
            around = near[max(0, at - _MAX_APPOSED) : at + _MAX_APPOSED] if is_apposed else ()
            names = (m for m in around if m.kind == "name" and description.roles[0] in m.roles)
            name = next(names, None)
            if name is None or self.entity(name) < 0 or description.titles != ("the",):
                continue
            named, head = self.table[self.entity(name)], self.role_head(description.roles[0])
            if name.start != self.index.first(named.number):
                continue
            similar = self.found([("role", head)])
            alike = [e for e in similar if self.is_introduction(e, head, name) and not clashes(named, e)]
            alike = [e for e in alike if not held_it_before(named, e.mentions[0], self.words)]
            self.join(max(alike, key=lambda e: e.mentions[-1].start, default=None), named)

    def join(self, described: Entity | None, named: Entity) -> None:
        """Give the mentions of a description to the person that it means."""
        for mention in described.mentions if described else ():
            self.table[self.entity(mention)] = replace(self.table[self.entity(mention)], mentions=())
            self.attach(self.table[named.number], mention)

    def merge_given_names(self, mentions: Sequence[Sequence[Mention]]) -> None:
        """Join the last person who was described with the name that he or she gives ("She gave her name as Ana")."""
        for name in (m for near in mentions for m in near if m.given and self.entity(m) >= 0):
            named = self.table[self.entity(name)]
            near = [m for number in (name.paragraph - 1, name.paragraph) if number >= 0 for m in mentions[number]]
            before = [m for m in near if m.start < name.start]
            pronoun = next((m for m in before if m.kind == "pronoun" and m.sentence == name.sentence), None)
            persons = [self.table[self.entity(m)] for m in before if m.kind == "nominal" and self.entity(m) >= 0]
            persons = [e for e in persons if not e.named and not e.plural and e.kind == "person"]
            if pronoun and pronoun.subject and persons and name.start == self.index.first(named.number):
                wanted = replace(named, gender=cast(Gender, pronoun.pronoun_for), gender_sure=1.0)
                self.join(persons[-1] if not clashes(persons[-1], wanted) else None, named)

    def is_introduction(self, entity: Entity, head: str, name: Mention) -> bool:
        """Return whether a description of one person with this head stands before the name, and is not named yet."""
        if entity.named or entity.plural or not entity.mentions or entity.mentions[0].kind != "nominal":
            return False
        first = entity.mentions[0]
        return first.start < name.start and self.role_head(first.roles[0]) == head and not self.words.is_group(head)


def _joined(known: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    """Return the words of both without repetition, in order."""
    return tuple(dict.fromkeys((*known, *more)))
