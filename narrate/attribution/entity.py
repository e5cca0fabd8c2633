"""Hold what an article says of a person or group, and compare two of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
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


def clashes(a: Entity, b: Entity) -> bool:
    """Return whether gender or age, where both are known well, show that two entities are not the same person."""
    has_gender = min(a.gender_sure, b.gender_sure) >= _CLASHING_GENDER and "unknown" not in {a.gender, b.gender}
    return (has_gender and a.gender != b.gender) or (0 < a.age != b.age > 0)


def contradicts_office(entity: Entity, description: Mention, words: AttributionWords) -> bool:
    """Return whether a description is of a former officeholder, and the entity has the title of the present one."""
    former = words.former_words
    if not description.roles or not former & {word.lower() for word in description.words}:
        return False
    held = [*entity.titles, *entity.roles]
    is_former = any(former & {*role.lower().split()} for role in held)
    return not is_former and any(role_head(t, words) == role_head(description.roles[0], words) for t in entity.titles)
