"""Two sequences of words, side by side, with as few edits as can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from rapidfuzz.distance import Levenshtein

from narrate.listening.words import is_same, sounds_like

MOVES: Final = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (1, 0), (0, 1))
"""How many written and heard words one step takes, the likeliest first; words are written together or apart."""
LARGEST_BLOCK: Final = 250_000
"""Pairs of words: what differs more than that is sound of another text."""


@dataclass(frozen=True, slots=True)
class Step:
    """Written words ``start:end`` and heard words ``heard_start:heard_end`` that stand for each other."""

    start: int
    end: int
    heard_start: int
    heard_end: int
    errors: int
    """0 if they are the same; otherwise words that were replaced, lost or added."""


def align(written: Sequence[str], heard: Sequence[str], names: set[str]) -> Iterator[Step]:
    """Steps that tile both sequences, with the fewest errors between the words that are exactly the same.

    A word matches itself in either spelling, written apart or together; one of ``names`` matches what sounds like it.
    """
    start, heard_start = 0, 0
    for block in Levenshtein.opcodes(written, heard):
        if block.tag == "equal":
            yield from _block(written, heard, names, (start, block.src_start), (heard_start, block.dest_start))
            for offset in range(block.src_end - block.src_start):
                i, j = block.src_start + offset, block.dest_start + offset
                yield Step(i, i + 1, j, j + 1, 0)
            start, heard_start = block.src_end, block.dest_end
    yield from _block(written, heard, names, (start, len(written)), (heard_start, len(heard)))


def _block(
    written: Sequence[str], heard: Sequence[str], names: set[str], span: tuple[int, int], heard_span: tuple[int, int]
) -> Iterator[Step]:
    """Align a stretch in which no word is exactly the same, by dynamic programming."""
    (start, end), (heard_start, heard_end) = span, heard_span
    rows, columns = end - start, heard_end - heard_start
    if rows * columns > LARGEST_BLOCK:
        yield Step(start, end, heard_start, heard_end, max(rows, columns))
        return
    best = {(0, 0): (0, (0, 0))}  # errors up to a place in both, and the last move towards it
    for place in product(range(rows + 1), range(columns + 1)):
        for move in MOVES:
            before = best.get((place[0] - move[0], place[1] - move[1]))
            if before is not None:
                i, j = start + place[0], heard_start + place[1]
                errors = _errors(written[i - move[0] : i], heard[j - move[1] : j], names)
                if errors is not None and (place not in best or before[0] + errors < best[place][0]):
                    best[place] = (before[0] + errors, move)
    steps = []
    while rows or columns:
        errors, (down, right) = best[rows, columns]
        i, j = start + rows, heard_start + columns
        rows, columns = rows - down, columns - right
        steps.append(Step(i - down, i, j - right, j, errors - best[rows, columns][0]))
    yield from reversed(steps)


def _errors(written: Sequence[str], heard: Sequence[str], names: set[str]) -> int | None:
    """The errors of one step; None if it is none that may be taken."""
    if not written or not heard:
        return 1
    together, as_heard = "".join(written), "".join(heard)
    is_name = not names.isdisjoint(written)
    if is_same(together, as_heard) or (is_name and sounds_like(together, as_heard)):
        return 0
    if is_name and len(written) == 1:
        return len(heard)  # all that was heard in place of a name is the name's
    return 1 if len(written) == len(heard) == 1 else None
