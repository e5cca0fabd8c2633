"""Labels and signatures: speakers named by the layout, "RAMOS: ..." before their words or "― Name" below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from narrate.attribution import wordlists as lexicon
from narrate.attribution.clauses import Clause
from narrate.attribution.entities import Entity, name_words
from narrate.attribution.gender import of_first_name
from narrate.attribution.mentions import Mention
from narrate.attribution.parse import Paragraph
from narrate.languages.marks import MARKS
from narrate.types import Segment

_INNER_LABEL: Final = re.compile(rf"^[{MARKS}(\[]*([A-Z][A-Z.'’\- ]{{2,25}}):\s")
_NAME_LINE: Final = re.compile(
    r"((?:[A-Z][\w.'’\-]*\s){1,3}[A-Z][\w'’\-]+),\s(?![^.]*\b(?:is|are|was|were|I|you|we)\b)"
)
_LONGEST_OFFICE: Final = 16
"""Words of a line inside the marks that may be a name and an office."""
_SIGNATURE_DASHES: Final = frozenset({"―", "—", "–", "--", "-"})
_QUESTION: Final = frozenset({"q", "question"})
_ANSWER: Final = frozenset({"a", "answer"})


def is_turn(before: str, words: str) -> bool:
    """Whether a quotation is a turn of a transcript: it has no marks; ``before`` is its label, or empty if it goes on
    with the turn before."""
    bare = words.lstrip(" \t\n–—-")[:1] not in MARKS
    return bare and (before.rstrip().endswith(":") or (not before.strip() and words.rstrip()[-1:] not in MARKS))


def clause_of_turn(before: str, paragraph: Paragraph, table: list[Entity]) -> Clause | None:
    """The clause that the label of a turn is; whoever has not been named before becomes part of ``table``."""
    label = re.split(r"[,(]", before.strip().rstrip(":"))[0].split()
    while len(label) > 1 and label[0].lower().strip(".") in lexicon.TITLES and not _is_first_name(label):
        label = label[1:]
    words = name_words(label)
    if not words:
        return None
    bearer = _bearer(words, table)
    if bearer is None:
        name = " ".join(label)
        name = "Interviewer" if words[0] in _QUESTION else name.title() if name.isupper() else name
        bearer = Entity(len(table), name, words, kind="person", named=True)
        table.append(bearer)
    if bearer.name.isupper() and bearer.kind == "person" and len(bearer.name) > 3:
        bearer.name = bearer.name.title()
    return Clause("label", _mention(" ".join(label), paragraph, bearer), ":", 0)


def _is_first_name(label: Sequence[str]) -> bool:
    """Whether what could be a title is a first name ("Dean Baker")."""
    return len(label) == 2 and label[0].isalpha() and of_first_name(label[0])[1] > 0


def _bearer(words: tuple[str, ...], table: Sequence[Entity]) -> Entity | None:
    """Who bears the name on a label: by the whole, the surname, the first name; "A" is who is written about."""
    if words[0] in _ANSWER and len(words) == 1:
        persons = [e for e in table if e.named and e.kind == "person" and e.words[0] not in _QUESTION]
        return max(persons, key=lambda e: len(e.mentions), default=None)
    named = [e for e in table if e.named and e.words]
    fits = (
        [e for e in named if e.words == words],
        [e for e in named if len(words) == 1 and e.words[-1] == words[0]],
        [e for e in named if len(words) > 1 and e.words[-1] == words[-1] and e.words[0][0] == words[0][0]],
        [e for e in named if len(words) == 1 and e.words[0] == words[0] and e.kind == "person"],
        [e for e in named if len(e.words) == 1 and len(words) > 1 and e.words[0] == words[-1]],
    )
    found = next((fitting for fitting in fits if fitting), [])
    return max(found, key=lambda e: (len(e.words) > 1, len(e.mentions)), default=None)


def _mention(text: str, paragraph: Paragraph, bearer: Entity) -> Mention:
    end = paragraph.start + len(text)
    mention = Mention("name", paragraph.number, 0, 0, 0, paragraph.start, end, text, tuple(text.split()))
    mention.entity = bearer.number
    return mention


def has_label(words: str) -> bool:
    """Whether quoted words begin with a label inside their marks ("WALLACE: ...")."""
    return _INNER_LABEL.match(words.strip()) is not None


def label_inside(quotation: Segment, paragraph: Paragraph, table: list[Entity], often: bool) -> Clause | None:
    """The clause that a label inside the marks is; where there are labels ``often``, they may name somebody new."""
    label = _INNER_LABEL.match(quotation.text.strip())
    if label is None:
        return None
    known = any(e.named and e.words and e.words[-1] == label[1].split()[-1].lower() for e in table)
    return clause_of_turn(label[1], paragraph, table) if known or often else None


def name_inside(words: str, paragraphs: Sequence[Paragraph], table: list[Entity]) -> Clause | None:
    """The clause that the last line of a quotation is, if it is the speaker's name and office ("Ann Lee, baker."")."""
    line = _NAME_LINE.match(words.strip())
    if line is None or len(words.split()) > _LONGEST_OFFICE or words.strip()[-1] not in MARKS:
        return None
    clause = clause_of_turn(line[1], paragraphs[0], table)
    return replace(clause, pattern="pull", verb="―") if clause else None


def signature(paragraph: Paragraph, mentions: Sequence[Mention]) -> Clause | None:
    """The clause that the paragraph below a quotation is, if it is a signature ("― Name")."""
    signed = mentions[0] if mentions else None
    below = signed is not None and signed.kind == "name" and signed.first == 1
    return (
        Clause("pull", signed, "―", 0) if signed and below and paragraph.tokens[0].text in _SIGNATURE_DASHES else None
    )
