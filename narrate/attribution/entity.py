"""Hold what an article says of a person or group, and compare two of them."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Final

from narrate.attribution.mention import Mention
from narrate.attribution.names import role_head
from narrate.languages import AttributionWords
from narrate.types import Gender, SpeakerKind

_CLASHING_GENDER: Final = 0.85
"""Two genders of this certainty clash: pronouns and all that is surer than they, but not a first name alone."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A person or group of an article."""

    number: int
    name: str
    words: tuple[str, ...]
    """The words of ``name`` that identify it, in lower case."""
    kind: SpeakerKind = "unknown"
    named: bool = True
    """False if it is only described."""
    plural: bool = False
    gender: Gender = "unknown"
    gender_evidence: str | None = None
    gender_sure: float = 0.0
    """Certainty of the gender, from 0 to 1."""
    roles: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    """Its mentions in order, without pronouns (except "I")."""
    types: Mapping[str, int] = field(default_factory=Counter)
    """Type of named entity -> number of mentions with it; 0 for types without mentions."""
    titles: tuple[str, ...] = ()
    age: int = 0
    """In years; 0 if the article does not say it next to the name."""
    is_author: bool = False
    """It says "I" in the narration, and is never "he" or "she"."""


def clashes(a: Entity, b: Entity) -> bool:
    """Return whether gender or age, where both are known well, show that two entities are not the same person."""
    has_gender = min(a.gender_sure, b.gender_sure) >= _CLASHING_GENDER and "unknown" not in {a.gender, b.gender}
    return (has_gender and a.gender != b.gender) or (0 < a.age != b.age > 0)


def contradicts_office(entity: Entity, description: Mention, words: AttributionWords) -> bool:
    """Return whether a description is of another office than those that the entity holds.

    "The former mayor" is not Mayor Lee, and "the president" is not Vice President Lee.
    """
    if not description.roles:
        return False
    head = role_head(description.roles[0], words)
    wanted, held = _qualifiers(description.roles[0].lower(), words), _offices(entity, head, words)
    if held and wanted not in (_qualifiers(office, words) for office in held):
        return True
    if not _is_former(" ".join(description.words).lower(), words):
        return False
    is_former = any(_is_former(role, words) for role in [" ".join(entity.titles), *map(str.lower, entity.roles)])
    return not is_former and any(role_head(title, words) == head for title in entity.titles)


def held_it_before(entity: Entity, description: Mention, words: AttributionWords) -> bool:
    """Return whether an entity is only a former holder of the office that a description calls a present one."""
    if not description.roles or _is_former(" ".join(description.words).lower(), words):
        return False
    held = _offices(entity, role_head(description.roles[0], words), words)
    return bool(held) and all(_is_former(office, words) for office in held)


def has_other_profession(role: str, known: Set[str], words: AttributionWords) -> bool:
    """Return whether all that is known of a person are professions that exclude a role ("florist" and "manager").

    Args:
        role: The noun of a role.
        known: The nouns of the roles and titles that the person has.
        words: The words of the language.
    """
    professions = {other for other in known if words.is_role(other) and other not in words.open_roles}
    if role in words.open_roles or role in known or not words.is_role(role):
        return False
    return bool(professions) and not any(_are_kindred(role, other, words) for other in professions)


def _are_kindred(a: str, b: str, words: AttributionWords) -> bool:
    """Return whether one person may have both professions."""
    is_wider = b in {words.wider_roles.get(a), a} or words.wider_roles.get(b) == a
    return is_wider or not words.kindred_roles.get(a, frozenset()).isdisjoint(words.kindred_roles.get(b, ()))


def _is_former(role: str, words: AttributionWords) -> bool:
    return not words.former_words.isdisjoint(role.replace("ex-", "ex- ").split())


def _offices(entity: Entity, head: str, words: AttributionWords) -> list[str]:
    """Return the titles and roles of the entity that have the noun, with the words before it; lower case."""
    titles = entity.titles
    before = [titles[max(0, i - 2) : i + 1] for i, title in enumerate(titles) if role_head(title, words) == head]
    return [" ".join(run) for run in before] + [role.lower() for role in entity.roles if role_head(role, words) == head]


@functools.lru_cache(maxsize=4096)
def _qualifiers(role: str, words: AttributionWords) -> frozenset[str]:
    """Return the words that make another office of the noun of a role: "vice" in "the US vice president"."""
    *before, noun = words.role_end_pattern.split(role)[0].replace("-", " ").split() or [""]
    synonyms = words.role_synonyms
    found = {synonyms.get(word, word): words.office_qualifiers.get(word) for word in before}
    return frozenset(word for word, nouns in found.items() if nouns in {"any", synonyms.get(noun, noun)})
