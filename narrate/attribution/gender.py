"""Gender of speakers: from titles, roles and pronouns first, then from the first name; unknown stays unknown."""

from __future__ import annotations

import functools
import threading
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from gender_guesser.detector import Detector

from narrate.attribution import wordlists as lexicon
from narrate.types import Gender

PRONOUN_GENDER: dict[str, Gender] = {
    **dict.fromkeys(("he", "him", "his", "himself"), "male"),
    **dict.fromkeys(("she", "her", "hers", "herself"), "female"),
}


_JOINTS: Final = str.maketrans("", "", "+- ")
"""What joins the parts of a name: a plus in the list stands for any of the others, or none."""


class FirstNames(Detector):  # type: ignore[misc]  # it comes without types
    """gender_guesser's list, of which only those names are read that begin as one that is asked for: to read all takes
    longer than to parse an article."""

    def _parse(self, filename: str) -> None:
        self._reading = threading.Lock()
        self.names: dict[str, dict[str, str]] = {}
        self._unread = defaultdict[str, list[str]](list)
        for line in Path(filename).read_text(encoding="utf-8").splitlines():
            self._unread[_beginning(line[3:6])].append(line)  # a name stands in the fourth column

    def get_gender(self, name: str, country: str | None = None) -> str:
        with self._reading:
            for line in self._unread.pop(_beginning(name), ()):
                self._eat_name_line(line.strip())
        return str(super().get_gender(name, country))


def _beginning(name: str) -> str:
    return name.translate(_JOINTS).lower()[:2]


@functools.lru_cache(maxsize=1)
def _first_names() -> FirstNames:
    return FirstNames(case_sensitive=False)


@functools.lru_cache(maxsize=4096)
def of_first_name(name: str) -> tuple[Gender, float]:
    """The gender that a first name suggests, and how strongly from 0 to 1."""
    answer = _first_names().get_gender(name.partition("-")[0].lower())
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
