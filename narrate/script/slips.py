"""Slips in a script document that was edited by hand: what has no effect there, and what was probably meant."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import Final

from narrate.errors import suggestion
from narrate.languages.letters import first_difference, is_one_letter_off
from narrate.types import NARRATOR_NAME

_TOKEN: Final = re.compile(r'(?P<string>"[^"\\]*(?:\\.[^"\\]*)*")\s*(?P<colon>:?)|[{}\[\],]', re.DOTALL)
MAX_SLIPS: Final = 20
"""Slips that are listed: a person corrects a few at a time."""
MAX_NAMES: Final = 500
"""Names that are compared with each other; articles have fewer."""
_NAMED_PART: Final = re.compile(r"^'(?P<key>[\w\[\].]+)'|^(?P<item>\w+\[\d+\])|^segment (?P<segment>\d+) ")
"""The part of a document that an error message begins with."""
_MIN_LETTERS: Final = 4
"""Letters of names that are compared: shorter names, such as Ann and Amy, are similar by chance."""

ADVICE: Final = {"narration": "To give its words to a speaker, change 'kind' to 'quotation'."}
"""Kinds of segments that an editor may make quotations, and how."""


@dataclass(frozen=True, slots=True)
class NamedRow:
    """The names that a script document has for a segment."""

    row: int
    """Number of the segment's row, from 0."""
    kind: str
    speaker: str
    attributed_to: str
    voiced_by: str
    evidence: str

    @property
    def is_attribution_changed(self) -> bool:
        """Whether ``attributed_to`` was probably changed by hand: it fits the other keys less than ``speaker``."""
        evidence = self.evidence.casefold()
        is_explained = self.speaker.casefold() in evidence and self.attributed_to.casefold() not in evidence
        is_voiced = self.voiced_by == self.speaker != NARRATOR_NAME
        return self.speaker != self.attributed_to and (is_explained or is_voiced)


def find_slips(
    text: str,
    *,
    name: str,
    unknown: Iterable[tuple[str, str]],
    cast: Iterable[str],
    names: Sequence[str],
    aliases: Collection[str],
    rows: Sequence[NamedRow],
) -> tuple[str, ...]:
    """Return warnings about a script document, each with the line.

    Args:
        text: The document, valid JSON.
        name: What the document is called; warnings have its last part.
        unknown: Keys that the format does not have, as ``segments[3].speker``, with hints.
        cast: The names in its cast.
        names: The names of its speakers and of the narrator.
        aliases: Other names and the ids of the speakers.
        rows: The names of its quotations, and of other segments for which it names a speaker.
    """
    lines, repeated = _key_lines(text)
    speakers = list(dict.fromkeys((*names, *(row.speaker for row in rows if row.kind == "quotation"))))
    slips = [(f"{key!r} is there twice, and only the last one counts.", line) for key, line in repeated[:MAX_SLIPS]]
    listed = islice(unknown, MAX_SLIPS)
    slips += [(f"Unknown key {key!r}, which is ignored. {hint}", lines.get(key, 1)) for key, hint in listed]
    known = frozenset(speakers)
    for voice_of in islice((one for one in cast if one not in known), MAX_SLIPS):
        if len(speakers) <= MAX_NAMES:
            hint = suggestion(voice_of, speakers)
            problem = f"'cast' has a voice for {voice_of!r}, who says nothing in this script. {hint}"
            slips.append((problem, lines.get(f"cast.{voice_of}", 1)))
    in_rows = islice(_slips_in_rows(rows, names, aliases), MAX_SLIPS)
    slips += [(problem, lines.get(key, 1)) for problem, key in in_rows]
    document = PurePath(name).name
    ordered = sorted(slips, key=lambda slip: slip[1])[:MAX_SLIPS]
    return tuple(f"{document}, line {line}: {problem}" for problem, line in ordered)


def line_of_fault(text: str, fault: str) -> int | None:
    """Return the line of the key or the segment that an error message about a script document names, if it names one.

    Args:
        text: The document, valid JSON.
        fault: The message, without the name of the document.
    """
    found = _NAMED_PART.search(fault)
    if found is None:
        return None
    part = found["key"] or found["item"] or f"segments[{found['segment']}]"
    lines, _ = _key_lines(text)
    within = (line for key, line in lines.items() if key.startswith((f"{part}.", f"{part}[")))
    return lines.get(part) or next(within, None)


def _slips_in_rows(
    rows: Sequence[NamedRow], names: Sequence[str], aliases: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with segments, and the key that is wrong. A new speaker is named once."""
    known = {name.casefold(): name for name in (*names, *aliases)}
    for one in rows:
        key = f"segments[{one.row}]"
        if one.kind != "quotation":
            if one.speaker.casefold() != NARRATOR_NAME.casefold():
                problem = f"'speaker' has no effect in a segment of kind {one.kind!r}, which the narrator reads"
                advice = (
                    "To give its words to a speaker, change 'kind' to 'quotation'." if one.kind == "narration" else ""
                )
                yield f"{problem}. {advice}".rstrip(), f"{key}.speaker"
            continue
        if one.voiced_by and one.voiced_by not in (one.speaker, one.attributed_to, NARRATOR_NAME):
            yield "'voiced_by' has no effect. To change who speaks, change 'speaker'.", f"{key}.voiced_by"
        if one.is_attribution_changed:
            advice = f"To change who speaks, change 'speaker', which is {one.speaker!r}."
            yield f"'attributed_to' has no effect. {advice}", f"{key}.attributed_to"
        if one.speaker.casefold() not in known and len(known) <= MAX_NAMES:
            if near := next((name for name in known.values() if differ_by_one_letter(one.speaker, name)), ""):
                problem = f"The speaker {one.speaker!r} is new, but differs from {near!r} by one letter"
                yield f"{problem}. Did you mean {near!r}?", f"{key}.speaker"
            known[one.speaker.casefold()] = one.speaker


def differ_by_one_letter(one: str, other: str) -> bool:
    """Return whether two names differ by one letter that is missing, wrong or exchanged with its neighbor.

    Names that differ in an initial or in a digit are different on purpose.
    """
    one, other = one.casefold(), other.casefold()
    if one == other or min(len(one), len(other)) < _MIN_LETTERS:
        return False
    start = first_difference(one, other)
    left, right = one[start:], other[start:]
    differing = (left[:1], right[:1])
    is_initial = left[1:2] in ("", ".", " ") and one[start - 1 : start] in ("", " ") and left[1:] == right[1:]
    return is_one_letter_off(one, other) and not any(map(str.isdigit, differing)) and not is_initial


def _key_lines(text: str) -> tuple[dict[str, int], list[tuple[str, int]]]:
    """Return the line of each key of a JSON document, by its path, and the keys that an object has twice."""
    lines, repeated = dict[str, int](), list[tuple[str, int]]()
    containers: list[tuple[str, int | None]] = []  # the path, and the number of the item in a list
    path, line, place = "", 1, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", place, token.start())
        place = token.start()
        if token["colon"]:
            above = containers[-1][0]
            key = json.loads(token["string"])
            path = f"{above}.{key}" if above else key
            if path in lines:
                repeated.append((path, line))
            lines[path] = line
        elif token[0] in ("{", "["):
            containers.append((path, 0 if token[0] == "[" else None))
            path = f"{path}[0]"
        elif token[0] in ("}", "]"):
            containers.pop()
        elif token[0] == "," and containers[-1][1] is not None:
            above, number = containers.pop()
            containers.append((above, (number or 0) + 1))
            path = f"{above}[{(number or 0) + 1}]"
    return lines, repeated
