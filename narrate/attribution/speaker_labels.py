"""Find speakers that the layout names: "RAMOS: ..." before their words or "― Name" below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from narrate.attribution.clauses import DASHES, Clause
from narrate.attribution.entities import Entity, name_words
from narrate.attribution.gender import of_first_name
from narrate.attribution.mentions import Mention
from narrate.attribution.parse import Paragraph
from narrate.languages.marks import MARKS
from narrate.types import Segment

_LABEL_INSIDE: Final = re.compile(rf"^[{MARKS}(\[]*([A-Z][A-Z.'’\- ]{{2,25}}):\s")
_MAX_OFFICE_WORDS: Final = 16
"""Words of a line inside the marks that may be a name and an office."""


def is_turn(before: str, text: str) -> bool:
    """Return whether a quotation is a turn of a transcript, which has no marks.

    Args:
        before: The text of the paragraph before the quotation: a label, or nothing if it continues the turn before.
        text: The quotation.
    """
    if text.lstrip(" \t\n–—-")[:1] in MARKS:
        return False
    return before.rstrip().endswith(":") or (not before.strip() and text.rstrip()[-1:] not in MARKS)


def has_label(text: str) -> bool:
    """Return whether a quotation begins with a label inside its marks ("WALLACE: ...")."""
    return _LABEL_INSIDE.match(text.strip()) is not None


def signature(paragraph: Paragraph, mentions: Sequence[Mention]) -> Clause | None:
    """Return the clause of the paragraph below a quotation if it is a signature ("― Name")."""
    if not mentions or mentions[0].kind != "name" or mentions[0].first != 1:
        return None
    return Clause("pull", mentions[0], "―", 0) if paragraph.tokens[0].text in DASHES else None


@dataclass(frozen=True, slots=True)
class SpeakerLabels:
    """Finds the speakers of labels. Speakers who are not in the ``table`` yet are added to it."""

    paragraphs: Sequence[Paragraph]
    table: list[Entity]
    are_frequent: bool
    """The article has several labels inside marks, so that they may name new speakers."""

    def turn(self, label: str, paragraph: Paragraph) -> Clause | None:
        """Return the clause of the label of a turn; None if the label has no name."""
        words = paragraph.words
        parts = re.split(r"[,(]", label.strip().rstrip(":"))[0].split()
        while len(parts) > 1 and words.is_title(parts[0].lower().strip(".")) and not _is_full_name(parts):
            parts = parts[1:]
        name = " ".join(parts)
        key = name_words(parts, words)
        if not key:
            return None
        bearer = self._bearer(key, paragraph)
        if bearer is None:
            if key[0] in words.question_labels:
                shown = words.interviewer_name
            else:
                shown = name.title() if name.isupper() else name
            bearer = Entity(len(self.table), shown, key, kind="person")
            self.table.append(bearer)
        if bearer.name.isupper() and bearer.kind == "person" and len(bearer.name) > 3:
            bearer = replace(bearer, name=bearer.name.title())
            self.table[bearer.number] = bearer
        end = paragraph.start + len(name)
        place = (paragraph.number, 0, 0, 0, paragraph.start, end)
        return Clause("label", Mention("name", *place, name, tuple(parts), entity=bearer.number), ":", 0)

    def _bearer(self, key: tuple[str, ...], paragraph: Paragraph) -> Entity | None:
        """Return the entity with the name of a label: by the whole name, the surname or the first name.

        The label of an answer stands for the person whom the article mentions most.
        """
        words = paragraph.words
        named = [e for e in self.table if e.named and e.words]
        if len(key) == 1 and key[0] in words.answer_labels:
            persons = [e for e in named if e.kind == "person" and e.words[0] not in words.question_labels]
            return max(persons, key=lambda e: len(e.mentions), default=None)
        fits = (
            [e for e in named if e.words == key],
            [e for e in named if len(key) == 1 and e.words[-1] == key[0]],
            [e for e in named if len(key) > 1 and e.words[-1] == key[-1] and e.words[0][0] == key[0][0]],
            [e for e in named if len(key) == 1 and e.words[0] == key[0] and e.kind == "person"],
            [e for e in named if len(e.words) == 1 and len(key) > 1 and e.words[0] == key[-1]],
        )
        found = next((fitting for fitting in fits if fitting), [])
        return max(found, key=lambda e: (len(e.words) > 1, len(e.mentions)), default=None)

    def inside(self, quotation: Segment, paragraph: Paragraph) -> Clause | None:
        """Return the clause of a label inside the marks of a quotation."""
        label = _LABEL_INSIDE.match(quotation.text.strip())
        if label is None:
            return None
        surname = label[1].split()[-1].lower()
        is_known = any(e.named and e.words and e.words[-1] == surname for e in self.table)
        return self.turn(label[1], paragraph) if is_known or self.are_frequent else None

    def name_inside(self, text: str) -> Clause | None:
        """Return the clause of the last line of a quotation if it is a name and an office ("Ann Lee, baker.")."""
        line = self.paragraphs[0].words.name_line_pattern.match(text.strip())
        if line is None or len(text.split()) > _MAX_OFFICE_WORDS or text.strip()[-1] not in MARKS:
            return None
        clause = self.turn(line[1], self.paragraphs[0])
        return replace(clause, pattern="pull", verb="―") if clause else None


def _is_full_name(parts: Sequence[str]) -> bool:
    """Return whether a word that could be a title is a first name ("Dean Baker")."""
    return len(parts) == 2 and parts[0].isalpha() and of_first_name(parts[0])[1] > 0
