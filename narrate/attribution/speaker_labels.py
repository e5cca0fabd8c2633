"""Find speakers that the layout names: "RAMOS: ..." before their words or "― Name" below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from narrate.attribution.clauses import DASHES, Clause
from narrate.attribution.entities import Entity, name_words
from narrate.attribution.gender import of_first_name
from narrate.attribution.mentions import Mention
from narrate.attribution.parse import Paragraph
from narrate.languages import AttributionWords
from narrate.languages.marks import MARKS

_LABEL_INSIDE: Final = re.compile(rf"^[{MARKS}(\[]*([A-Z][A-Z.'’\- ]{{2,25}}):\s")
_MAX_OFFICE_WORDS: Final = 16
"""Words of a line inside the marks that may be a name and an office."""


def has_label(text: str) -> bool:
    """Return whether a quotation begins with a label inside its marks ("WALLACE: ...")."""
    return _LABEL_INSIDE.match(text.strip()) is not None


def signature(paragraph: Paragraph, mentions: Sequence[Mention]) -> Clause | None:
    """Return the clause of the paragraph below a quotation if it is a signature ("― Name")."""
    if not mentions or mentions[0].kind != "name" or mentions[0].first != 1:
        return None
    return Clause("pull", mentions[0], "―", 0) if paragraph.tokens[0].text in DASHES else None


def turn_label(label: str, paragraph: Paragraph, table: list[Entity]) -> Clause | None:
    """Return the clause of the label of a turn; None if it has no name. A new speaker is added to the table."""
    words = paragraph.words
    parts = re.split(r"[,(]", label.strip().rstrip(":"))[0].split()
    while len(parts) > 1 and words.is_title(parts[0].lower().strip(".")) and not _is_full_name(parts):
        parts = parts[1:]
    name = " ".join(parts)
    key = name_words(parts, words)
    if not key:
        return None
    bearer = _bearer(key, words, table)
    if bearer is None:
        shown = name.title() if name.isupper() else name
        shown = words.interviewer_name if key[0] in words.question_labels else shown
        bearer = Entity(len(table), shown, key, kind="person")
        table.append(bearer)
    if bearer.name.isupper() and bearer.kind == "person" and len(bearer.name) > 3:
        bearer = replace(bearer, name=bearer.name.title())
        table[bearer.number] = bearer
    end = paragraph.start + len(name)
    place = (paragraph.number, 0, 0, 0, paragraph.start, end)
    return Clause("label", Mention("name", *place, name, tuple(parts), entity=bearer.number), ":", 0)


def _bearer(key: tuple[str, ...], words: AttributionWords, table: Sequence[Entity]) -> Entity | None:
    """Return the entity with the name of a label: by the whole name, the surname or the first name.

    The label of an answer stands for the person whom the article mentions most.
    """
    named = [e for e in table if e.named and e.words]
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


def label_inside(text: str, paragraph: Paragraph, table: list[Entity], *, may_be_new: bool) -> Clause | None:
    """Return the clause of a label inside the marks of a quotation, which may name a new speaker or not."""
    label = _LABEL_INSIDE.match(text.strip())
    if label is None:
        return None
    surname = label[1].split()[-1].lower()
    is_known = any(e.named and e.words and e.words[-1] == surname for e in table)
    return turn_label(label[1], paragraph, table) if is_known or may_be_new else None


def name_inside(text: str, paragraph: Paragraph, table: list[Entity]) -> Clause | None:
    """Return the clause of the last line of a quotation if it is a name and an office ("Ann Lee, baker.")."""
    line = paragraph.words.name_line_pattern.match(text.strip())
    if line is None or len(text.split()) > _MAX_OFFICE_WORDS or text.strip()[-1] not in MARKS:
        return None
    clause = turn_label(line[1], paragraph, table)
    return replace(clause, pattern="pull", verb="―") if clause else None


def _is_full_name(parts: Sequence[str]) -> bool:
    """Return whether a word that could be a title is a first name ("Dean Baker")."""
    return len(parts) == 2 and parts[0].isalpha() and of_first_name(parts[0])[1] > 0
