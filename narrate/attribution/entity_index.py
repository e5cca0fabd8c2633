"""Find the entities of an article that could fit a mention by shared words, so that not all of them are compared."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Container, Hashable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from narrate.attribution.mention import Mention

_MAX_ALIKE: Final = 50
"""Entities that share a word, the latest ones, that are compared with a mention."""
_MIN_FUZZY, _MAX_FUZZY = 5, 40
"""Letters of a surname that may be written with one letter more, less or different."""

Key = tuple[str, Hashable]
"""What an entity is found by: the kind of key ("last", "role"), and its value."""


def spellings(word: str) -> Iterator[Key]:
    """Yield the keys that two surnames share if they differ by one letter, or by two that changed places."""
    if _MIN_FUZZY <= len(word) <= _MAX_FUZZY:
        yield ("spelling", word)
        yield from (("spelling", word[:at] + word[at + 1 :]) for at in range(len(word)))


def name_keys(words: Sequence[str], particles: Container[str]) -> list[Key]:
    """Return the keys that two names of several words share if they can be of one entity."""
    found: list[Key] = [("first two", tuple(words[:2])), ("last", words[-1])]
    found += (("particle", word) for word in words if word in particles)
    return [*found, *spellings(words[-1])]


class EntityIndex:
    """Keys of the entities of one article, and where they are mentioned. Entities are known by their numbers."""

    def __init__(self) -> None:
        self._numbers: dict[Key, dict[int, None]] = defaultdict(dict)
        self._names: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._later: dict[int, tuple[int, int]] = {}
        self._firsts: dict[int, int] = {}
        self._near: dict[int, list[Mention]] = defaultdict(list)
        self.full_names = Counter[int]()
        """Number of an entity -> its mentions by more than one word."""

    def add(self, number: int, keys: Iterable[Key]) -> None:
        """Let an entity be found by more keys."""
        for key in keys:
            self._numbers[key].setdefault(number)

    def find(self, keys: Iterable[Key]) -> list[int]:
        """Return the numbers of the entities that have one of the keys, rising; of too many, the latest."""
        found = set[int]()
        for key in keys:
            if numbers := self._numbers.get(key):
                found.update(numbers if len(numbers) <= _MAX_ALIKE else islice(reversed(numbers), _MAX_ALIKE))
        return sorted(found)[-_MAX_ALIKE:]

    def mention(self, number: int, mention: Mention) -> None:
        """Add a mention of an entity: names in any order, descriptions behind them."""
        place = (mention.start, mention.paragraph)
        if mention.kind == "name":
            insort(self._names[number], place)
        else:
            self._later[number] = place
        self._firsts[number] = min(self._firsts.get(number, mention.start), mention.start)
        self._near[mention.paragraph].append(mention)
        self.full_names[number] += len(mention.words) > 1

    def forget_mentions(self, number: int) -> None:
        """Remove all mentions of an entity, which another one takes over."""
        self._names.pop(number, None)
        self._later.pop(number, None)
        self._firsts.pop(number, None)
        self.full_names.pop(number, None)

    def last_before(self, number: int, start: int) -> tuple[int, int] | None:
        """Return (offset, paragraph) of the last mention of an entity before an offset; None without one.

        The last description goes before names, as in the mentions of the entity.
        """
        later = self._later.get(number)
        if later and later[0] < start:
            return later
        names = self._names.get(number, [])
        at = bisect_left(names, (start, -1))
        return names[at - 1] if at else None

    def first(self, number: int) -> int | None:
        """Return the offset of the first mention of an entity; None without one."""
        return self._firsts.get(number)

    def subjects_before(self, mention: Mention) -> list[Mention]:
        """Return the subjects among the mentions before one, in its paragraph and the one before."""
        near = (other for at in (mention.paragraph - 1, mention.paragraph) for other in self._near.get(at, ()))
        return [one for one in near if one.subject and not one.modifier and one.start < mention.start]
