"""By ear: the voices of a roster that are the easiest to tell apart."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from narrate.types import Speaker, Voice

EXACT: Final = 5000
"""The number of sets of voices that are all compared; where there are more, a good one is built up and mended."""

Liking = Callable[[Speaker, Voice], tuple[int, str]]
"""How a speaker ranks a voice that suits them: the least is the best."""
Groups = tuple[tuple[Voice, ...], ...]
"""The voices drawn, draw by draw."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Speakers who draw voices of their own from the same pool, in the order in which they choose among these."""

    speakers: tuple[Speaker, ...]
    pool: tuple[Voice, ...]
    """At least as many as there are speakers, even when earlier draws have taken theirs."""


def distance(one: Voice, other: Voice) -> float:
    """Return how far apart two voices of an engine are by ear, from 0; voices without coordinates are at 0."""
    if len(one.ear) != len(other.ear):
        return 0.0
    return math.dist(one.ear, other.ear)


def draw_apart(draws: Sequence[Draw], taken: Sequence[Voice], liking: Liking) -> Mapping[str, Voice]:
    """Return a voice of their own for every speaker, by speaker id.

    The voices are those whose least distance, from each other and from those ``taken``, is the largest that the pools
    allow (see ``EXACT``); of several such sets it is the one that the speakers like best, the first speaker first.
    """
    sets = math.prod(math.comb(len(draw.pool), len(draw.speakers)) for draw in draws)
    groups = _best(draws, taken, liking) if sets <= EXACT else _mended(_built_up(draws, taken, liking), draws, taken)
    return _handed_out(draws, groups, liking)


def least_distance(drawn: Iterable[Voice], taken: Sequence[Voice], floor: float = -math.inf) -> float:
    """Return the least distance between any two voices ``drawn``, or between one of them and one ``taken``.

    Once it is known to be under ``floor``, no more are compared.
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


def _best(draws: Sequence[Draw], taken: Sequence[Voice], liking: Liking) -> Groups:
    best: tuple[float, tuple[tuple[int, str], ...]] | None = None
    found: Groups = ()
    for groups in _sets(draws, frozenset()):
        apart = least_distance(itertools.chain(*groups), taken, floor=-best[0] if best else -math.inf)
        if best is not None and apart < -best[0]:
            continue
        voices = _handed_out(draws, groups, liking)
        rank = (-apart, tuple(liking(one, voices[one.id]) for draw in draws for one in draw.speakers))
        if best is None or rank < best:
            best, found = rank, groups
    return found


def _sets(draws: Sequence[Draw], drawn: frozenset[str]) -> Iterator[Groups]:
    if not draws:
        yield ()
        return
    free = [voice for voice in draws[0].pool if voice.id not in drawn]
    for group in itertools.combinations(free, len(draws[0].speakers)):
        for others in _sets(draws[1:], drawn.union(voice.id for voice in group)):
            yield group, *others


def _built_up(draws: Sequence[Draw], taken: Sequence[Voice], liking: Liking) -> Groups:
    """Each speaker in turn draws the voice that is the farthest from those before."""
    heard = [*taken]
    drawn: set[str] = set()
    groups = []
    for draw in draws:
        group = []
        for speaker in draw.speakers:
            free = [voice for voice in draw.pool if voice.id not in drawn]
            voice = min(free, key=lambda one: (-_gap(one, heard), liking(speaker, one)))
            group.append(voice)
            heard.append(voice)
            drawn.add(voice.id)
        groups.append(tuple(group))
    return tuple(groups)


def _mended(groups: Groups, draws: Sequence[Draw], taken: Sequence[Voice]) -> Groups:
    """Change one voice of the closest two for a free one, as long as that moves the closest two apart."""
    while True:
        apart = least_distance(itertools.chain(*groups), taken)
        better = max(
            _changed(groups, draws, taken),
            key=lambda other: least_distance(itertools.chain(*other), taken, floor=apart),
            default=groups,
        )
        if least_distance(itertools.chain(*better), taken) <= apart:
            return groups
        groups = better


def _changed(groups: Groups, draws: Sequence[Draw], taken: Sequence[Voice]) -> Iterator[Groups]:
    drawn = [*itertools.chain(*groups)]
    pairs = itertools.chain(itertools.combinations(drawn, 2), itertools.product(drawn, taken))
    closest = min(pairs, key=lambda pair: distance(*pair), default=())
    used = {voice.id for voice in drawn}
    for at, (group, draw) in enumerate(zip(groups, draws, strict=True)):
        for old, new in itertools.product(group, draw.pool):
            if old in closest and new.id not in used:
                changed = tuple(new if voice == old else voice for voice in group)
                yield *groups[:at], changed, *groups[at + 1 :]


def _handed_out(draws: Sequence[Draw], groups: Groups, liking: Liking) -> Mapping[str, Voice]:
    voices: dict[str, Voice] = {}
    for draw, group in zip(draws, groups, strict=True):
        left = [*group]
        for speaker in draw.speakers:
            voices[speaker.id] = min(left, key=lambda voice: liking(speaker, voice))
            left.remove(voices[speaker.id])
    return voices
