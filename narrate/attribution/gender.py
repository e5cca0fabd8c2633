"""Tell the gender of speakers from titles, roles and first names. It stays unknown if they do not tell it."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Final, cast

from narrate.attribution.entity import Entity
from narrate.languages import AttributionWords
from narrate.languages.first_names import first_names
from narrate.languages.letters import without_accents
from narrate.types import Gender

_CERTAINTIES: Final[Mapping[str, tuple[Gender, float]]] = {
    "female": ("female", 1.0),
    "male": ("male", 1.0),
    "listed_female": ("female", 0.9),
    "listed_male": ("male", 0.9),
    "mostly_female": ("female", 0.6),
    "mostly_male": ("male", 0.6),
}
"""Gender and certainty by the answer of gender_guesser or by the list that has the name. Two pronouns overrule a list,
three the certain answers of gender_guesser."""


@functools.cache
def _names_in(file: str) -> frozenset[str]:
    """Return the lines of a file in ``first_names``, of which ``NOTICE`` tells the sources."""
    folder = resources.files("narrate.attribution") / "first_names"
    return frozenset((folder / file).read_text("ascii").splitlines())


@functools.cache
def _corrections() -> Mapping[str, str]:
    """Return name -> answer for names that gender_guesser gives to a gender which few of their bearers have."""
    return dict(line.split() for line in _names_in("corrections.txt"))


def of_full_name(name: Sequence[str], words: AttributionWords) -> tuple[Gender, float, str]:
    """Return the gender that the first names in a full name suggest, the certainty, and the first name that does."""
    for first_name in _possible_first_names(name, words):
        gender, certainty = of_first_name(first_name, words)
        if certainty > 0:
            return gender, certainty, first_name
    return "unknown", 0.0, ""


def _possible_first_names(name: Sequence[str], words: AttributionWords) -> Sequence[str]:
    """Return the words of a full name that may be first names: all but the last if the family name is not the first.

    Behind a family name, "jong-un" and "jae-in" are first names ("Kim Jong Un", "Moon Jae-in"). "Jinping" is one too,
    but Chinese names without their characters do not tell a gender.
    """
    given = "-".join(name[1:])
    if name and name[0] in words.family_names_before_first:
        if words.syllables_pattern.fullmatch(given):
            return (given,)
        if words.pinyin_pattern.fullmatch(given):
            return ()
    return name[:-1]


def of_first_name(name: str, words: AttributionWords) -> tuple[Gender, float]:
    """Return the gender that a first name suggests, and the certainty from 0 to 1."""
    return _CERTAINTIES.get(_look_up(name.lower(), words), ("unknown", 0.0))


def is_first_name(name: str, words: AttributionWords) -> bool:
    """Return whether a word is known as a first name of one gender, or of a gender that was corrected."""
    return _look_up(name.lower(), words) in _CERTAINTIES or name.lower() in _corrections()


def _look_up(name: str, words: AttributionWords) -> str:
    """Return a key of ``_CERTAINTIES``, "andy" for a name of both genders, or "unknown"."""
    is_of_syllables = words.syllables_pattern.fullmatch(name) is not None
    answer = _answer(name)
    if answer == "unknown" and not is_of_syllables:
        answer = _answer(name.partition("-")[0])
    if answer == "unknown":
        plain = _in_plain_letters(name)
        listed = (title for title in ("listed_female", "listed_male") if plain in _names_in(f"{title}.txt"))
        return next(listed, answer if name[:1].isascii() else _answer(plain))  # "Émile", which is often "Emile"
    return "andy" if is_of_syllables and answer.startswith("mostly_") else answer


@functools.lru_cache(maxsize=4096)
def _answer(name: str) -> str:
    """Return what gender_guesser says of a name, or the correction."""
    return _corrections().get(name) or first_names().get_gender(name)


def _in_plain_letters(name: str) -> str:
    """Return the letters of a name in lower case, without accents, hyphens and apostrophes."""
    return "".join(letter for letter in without_accents(name.lower()) if letter.isalpha() and letter.isascii())


def of_titles(titles: Sequence[str], words: AttributionWords) -> tuple[Gender, str]:
    """Return the gender that titles and roles before a name tell, and the word that tells it."""
    for title in titles:
        gender = words.gendered_titles.get(title) or words.gendered_roles.get(title)
        if gender:
            return cast(Gender, gender), title
    return "unknown", ""


def known_or_of_name(entity: Entity, words: AttributionWords) -> Gender:
    """Return the gender of a person, or else that of the first name."""
    return of_full_name(entity.words, words)[0] if entity.gender == "unknown" else entity.gender


def of_role(role: str, words: AttributionWords) -> tuple[Gender, str]:
    """Return the gender that the head noun of a role tells, and that noun."""
    head = head_noun(role, words)
    gender = words.gendered_roles.get(head)
    return (cast(Gender, gender), head) if gender else ("unknown", "")


@functools.lru_cache(maxsize=4096)
def head_noun(role: str, words: AttributionWords) -> str:
    """Return the noun that says what a role is: "spokesman" in "deputy spokesman of the club".

    A preposition before it may belong to a name ("a Department for Energy spokesman").
    """
    parts = words.role_end_pattern.split(role.lower())[0].split()
    last = role.lower().split()[-1:]
    if parts and not words.is_role(parts[-1].rpartition("-")[2]) and words.is_role("".join(last)):
        parts = last
    return parts[-1].rpartition("-")[2] if parts else ""
