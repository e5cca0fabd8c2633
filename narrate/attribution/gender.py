"""Tell the gender of speakers from titles, roles and first names. It stays unknown if they do not tell it."""

from __future__ import annotations

import functools
import threading
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from gender_guesser.detector import Detector

from narrate.languages import AttributionWords
from narrate.types import Gender

_JOINTS: Final = str.maketrans("", "", "+- ")
"""Characters that join the parts of a name. A plus in the list stands for any of the others, or for none."""


class FirstNames(Detector):  # type: ignore[misc]  # the package has no types
    """The list of gender_guesser, read in parts: reading all of it takes longer than parsing an article."""

    def _parse(self, filename: str) -> None:
        self._reading = threading.Lock()
        self.names: dict[str, dict[str, str]] = {}
        self._unread = defaultdict[str, list[str]](list)
        for line in Path(filename).read_text(encoding="utf-8").splitlines():
            self._unread[_beginning(line[3:6])].append(line)  # the name begins in the fourth column

    def get_gender(self, name: str, country: str | None = None) -> str:
        """Return the answer of gender_guesser for a name."""
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
    """Return the gender that a first name suggests, and the certainty from 0 to 1."""
    answer = _first_names().get_gender(name.partition("-")[0].lower())
    gender = answer.removeprefix("mostly_")
    if gender not in {"male", "female"}:
        return "unknown", 0.0
    return cast(Gender, gender), 1.0 if gender == answer else 0.6


def of_titles(titles: Sequence[str], words: AttributionWords) -> tuple[Gender, str]:
    """Return the gender that titles and roles before a name tell, and the word that tells it."""
    for title in titles:
        gender = words.gendered_titles.get(title) or words.gendered_roles.get(title)
        if gender:
            return cast(Gender, gender), title
    return "unknown", ""


def of_role(role: str, words: AttributionWords) -> tuple[Gender, str]:
    """Return the gender that the head noun of a role tells, and that noun."""
    head = head_noun(role, words)
    gender = words.gendered_roles.get(head)
    return (cast(Gender, gender), head) if gender else ("unknown", "")


def head_noun(role: str, words: AttributionWords) -> str:
    """Return the noun that says what a role is: "spokesman" in "deputy spokesman of the club"."""
    parts = role.lower().split(words.role_separator)[0].split()
    return parts[-1].rpartition("-")[2] if parts else ""
