"""The list of first names of gender_guesser."""

from __future__ import annotations

import functools
import threading
from collections import defaultdict
from pathlib import Path
from typing import Final

from gender_guesser.detector import Detector

__all__ = ["FirstNames", "first_names"]

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
def first_names() -> FirstNames:
    """Return the list, which keeps what it has read."""
    return FirstNames(case_sensitive=False)
