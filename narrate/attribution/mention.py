"""Hold a mention: a place in the narration that names, describes or stands for a possible speaker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

MentionKind = Literal["name", "nominal", "pronoun"]

UNKNOWN_ENTITY: Final = -1
"""The entity of a mention that has not been resolved, or that could not be."""
NO_ENTITY: Final = -2
"""The entity of a description in apposition to a name, which takes its roles, and of surnames joined by a hyphen."""
NO_SPEAKER: Final = -3
"""The entity of a quotation whose speaker is not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """A mention. Numbers of tokens count within its paragraph. Two mentions are equal only if they are one object."""

    kind: MentionKind
    paragraph: int
    first: int
    """Its first token without article, title and role."""
    last: int
    """Its last token."""
    head: int
    start: int
    """Offset in the text of the article, as is ``end``."""
    end: int
    text: str
    """Its words without article, title and role."""
    words: tuple[str, ...]
    titles: tuple[str, ...] = ()
    """Titles and roles before a name, or the determiner of a description; lower case."""
    role: str = ""
    """The role before the name as it is written ("Kremlin spokesman")."""
    roles: tuple[str, ...] = ()
    """Roles that an apposition or a form of "be" gives to the name; of a description, the description itself."""
    entity_type: str = ""
    pronoun_for: str = ""
    """What a pronoun can stand for: male, female, thing or group."""
    subject: bool = False
    main: bool = False
    """It is the subject of the main clause of a sentence."""
    plural: bool = False
    definite: bool = False
    modifier: bool = False
    """It only qualifies a following noun ("Obama" in "Obama adviser David Axelrod")."""
    age: int = 0
    """The age that stands behind a name or in a description, in years; 0 if there is none."""
    predicate: bool = False
    """Of a description: it says what somebody is or what something is like ("as a governor"), not who is meant."""
    given: bool = False
    """It is the name that somebody in the sentence gives as their own ("a woman who gave her name as Ana")."""
    site: Literal["", "may be", "is"] = ""
    """Of a name: whether the preposition before it says that it may be a place ("near"), or is one ("a pupil at")."""
    heading: bool = False
    """It stands in a line of title case, in which capitals do not mark names."""
    sentence: int = 0
    reporter: int = -1
    """Of a pronoun: the token that is the subject of "said" in "Lee said she would", or else the topic in "As for Lee,
    she"; -1 if there is none."""
    agent: int = -1
    """Of "him" or "her" as an object: the token that is the subject of its verb, whom it cannot mean; else -1."""
    entity: int = UNKNOWN_ENTITY
    """Number of the entity in the table of the article, from 0; else ``UNKNOWN_ENTITY`` or ``NO_ENTITY``."""
