"""Gender of speakers: from titles, roles and pronouns first, then from the first name; unknown stays unknown."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from narrate.attribution import lexicon
from narrate.types import Gender

PRONOUN_GENDER: dict[str, Gender] = {
    **dict.fromkeys(("he", "him", "his", "himself"), "male"),
    **dict.fromkeys(("she", "her", "hers", "herself"), "female"),
}


@functools.lru_cache(maxsize=1)
def _detector() -> Any:
    from gender_guesser.detector import Detector

    return Detector(case_sensitive=False)


@functools.lru_cache(maxsize=4096)
def of_first_name(name: str) -> tuple[Gender, float]:
    """The gender that a first name suggests, and how strongly from 0 to 1."""
    answer = _detector().get_gender(name.partition("-")[0].lower())
    known: dict[str, tuple[Gender, float]] = {
        "male": ("male", 1.0),
        "mostly_male": ("male", 0.6),
        "female": ("female", 1.0),
        "mostly_female": ("female", 0.6),
    }
    return known.get(answer, ("unknown", 0.0))


def of_titles(titles: Sequence[str]) -> tuple[Gender, str]:
    """The gender that titles and roles before a name tell, and the word that tells it."""
    for title in titles:
        gender = lexicon.GENDERED_TITLES.get(title, lexicon.gender_of_role(title))
        if gender != "unknown":
            return gender, title
    return "unknown", ""


def of_role(role: str) -> tuple[Gender, str]:
    """The gender that the head word of a role tells, and that word."""
    words = role.lower().split(" of ")[0].split()
    head = words[-1].rpartition("-")[2] if words else ""
    gender = lexicon.gender_of_role(head)
    return gender, head if gender != "unknown" else ""
