"""Draw the voices of a roster that are the easiest to tell apart."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from narrate.types import Speaker, Voice

EXACT: Final = 5000
"""Up to this number of sets of voices, all are compared. Beyond it, a good set is built step by step and improved."""

Preference = Callable[[Speaker, Voice], tuple[int, str]]
"""How a speaker ranks a voice that suits them, lowest first."""
Groups = tuple[tuple[Voice, ...], ...]
"""The voices drawn, one group for each draw."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Speakers who draw voices of their own from one pool."""

    speakers: tuple[Speaker, ...]
    """In the order in which they choose among the voices drawn."""
    pool: tuple[Voice, ...]
    """Holds at least as many voices as there are speakers, even after earlier draws have taken theirs."""


def distance(one: Voice, other: Voice) -> float:
    """Return how far apart two voices of an engine sound.

    Args:
        one: A voice.
        other: Another voice of the same engine.

    Returns:
        The Euclidean distance of their coordinates (``Voice.ear``), at least 0. It is 0 if they have no coordinates.
    """
    return math.dist(one.ear, other.ear) if len(one.ear) == len(other.ear) else 0.0


def draw_apart(draws: Sequence[Draw], taken: Sequence[Voice], preference: Preference) -> Mapping[str, Voice]:
    """Draw a voice of their own for every speaker; return speaker id -> voice.

    The least distance between any two voices drawn, or between one of them and one of ``taken``, is the largest that
    the pools allow (see ``EXACT``). Of several such sets it is the one that the speakers prefer, the first speaker
    first.
    """
    sets = math.prod(math.comb(len(draw.pool), len(draw.speakers)) for draw in draws)
    if sets <= EXACT:
        groups = _best_groups(draws, taken, preference)
    else:
        groups = _improved(_built_groups(draws, taken, preference), draws, taken)
    return _assigned(draws, groups, preference)


def least_distance(drawn: Iterable[Voice], taken: Sequence[Voice], floor: float = -math.inf) -> float:
    """Return the least distance between any two voices in ``drawn``, or between one of them and one in ``taken``.

    Infinity if nothing can be compared. Comparing stops once the result is known to be less than ``floor``.
    """
    least = math.inf
    heard = [*taken]
    for voice in drawn:
        least = min(least, _gap(voice, heard))
        if least < floor:
            break
        heard.append(voice)
    return least


def _gap(voice: Voice, heard: Iterable[Voice]) -> float:
    return min((distance(voice, other) for other in heard), default=math.inf)


def _best_groups(draws: Sequence[Draw], taken: Sequence[Voice], preference: Preference) -> Groups:
    best: tuple[float, tuple[tuple[int, str], ...]] | None = None
    found: Groups = ()
    for groups in _all_groups(draws, frozenset()):
        apart = least_distance(itertools.chain(*groups), taken, floor=-best[0] if best else -math.inf)
        if best is not None and apart < -best[0]:
            continue
        voices = _assigned(draws, groups, preference)
        rank = (-apart, tuple(preference(one, voices[one.id]) for draw in draws for one in draw.speakers))
        if best is None or rank < best:
            best, found = rank, groups
    return found


def _all_groups(draws: Sequence[Draw], drawn: frozenset[str]) -> Iterator[Groups]:
    if not draws:
        yield ()
        return
    free = [voice for voice in draws[0].pool if voice.id not in drawn]
    for group in itertools.combinations(free, len(draws[0].speakers)):
        for others in _all_groups(draws[1:], drawn.union(voice.id for voice in group)):
            yield group, *others


def _built_groups(draws: Sequence[Draw], taken: Sequence[Voice], preference: Preference) -> Groups:
    """Let each speaker in turn draw the voice that is farthest from those drawn before."""
    heard = [*taken]
    drawn: set[str] = set()
    groups = []
    for draw in draws:
        group = []
        for speaker in draw.speakers:
            free = [voice for voice in draw.pool if voice.id not in drawn]
            voice = min(free, key=lambda candidate: (-_gap(candidate, heard), preference(speaker, candidate)))
            group.append(voice)
            heard.append(voice)
            drawn.add(voice.id)
        groups.append(tuple(group))
    return tuple(groups)


def _improved(groups: Groups, draws: Sequence[Draw], taken: Sequence[Voice]) -> Groups:
    """Exchange one voice of the closest pair for a free one, as long as that increases the least distance."""
    while True:
        apart = least_distance(itertools.chain(*groups), taken)
        better = max(
            _exchanges(groups, draws, taken),
            key=lambda other: least_distance(itertools.chain(*other), taken, floor=apart),
            default=groups,
        )
        if least_distance(itertools.chain(*better), taken) <= apart:
            return groups
        groups = better


def _exchanges(groups: Groups, draws: Sequence[Draw], taken: Sequence[Voice]) -> Iterator[Groups]:
    """Yield ``groups`` with one voice of the closest pair exchanged for a free one, in every possible way."""
    drawn = [*itertools.chain(*groups)]
    pairs = itertools.chain(itertools.combinations(drawn, 2), itertools.product(drawn, taken))
    closest = min(pairs, key=lambda pair: distance(*pair), default=())
    used = {voice.id for voice in drawn}
    for at, (group, draw) in enumerate(zip(groups, draws, strict=True)):
        for old, new in itertools.product(group, draw.pool):
            if old in closest and new.id not in used:
                changed = tuple(new if voice == old else voice for voice in group)
                yield *groups[:at], changed, *groups[at + 1 :]


def _assigned(draws: Sequence[Draw], groups: Groups, preference: Preference) -> Mapping[str, Voice]:
    """Return speaker id -> voice: in each draw, the speakers choose in turn from the voices drawn."""
    voices: dict[str, Voice] = {}
    for draw, group in zip(draws, groups, strict=True):
        left = [*group]
        for speaker in draw.speakers:
            voices[speaker.id] = min(left, key=lambda voice: preference(speaker, voice))
            left.remove(voices[speaker.id])
    return voices
