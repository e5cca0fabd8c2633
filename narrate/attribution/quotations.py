"""Find the quotations of an article, with the clauses and labels that name their speakers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from narrate.attribution.clauses import Clause, find_clauses, leading_clauses
from narrate.attribution.entities import Entity
from narrate.attribution.mentions import Mention
from narrate.attribution.parse import Paragraph, Token, is_part_of_sentence
from narrate.attribution.speaker_labels import has_label, label_inside, name_inside, signature, turn_label
from narrate.languages import AttributionWords
from narrate.languages.marks import MARKS
from narrate.types import Segment


@dataclass(frozen=True)
class Quotation:
    """A quotation with its surroundings."""

    segment: Segment
    parsed: Paragraph
    """Its paragraph."""
    order: int
    """Number within its paragraph, from 0."""
    before: str
    """The rest of its paragraph before it."""
    after: str
    reporting: tuple[Clause, ...]
    """The clauses of its sentence that could report it, the most reliable first."""
    embedded: bool
    """It is part of a sentence of narration."""
    continues: bool
    """It continues a quotation that the paragraph before left open."""
    layout: tuple[Clause, ...] = ()
    """The clauses that the layout makes: labels, signatures, and the paragraph before."""
    speech: bool = True
    signature: bool = False
    """It is not speech but the name of the speaker, below the speech and inside the marks."""
    turn: bool = False
    """It is a turn of a transcript, without marks."""

    @property
    def paragraph(self) -> int:
        """Number of its paragraph."""
        return self.parsed.number

    @property
    def words(self) -> AttributionWords:
        """Words and patterns of the language."""
        return self.parsed.words

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens that it consists of, or its stand-in."""
        return tuple(t for t in self.parsed.tokens if t.quotation == self.segment.index)

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses that could report it, the most reliable first."""
        return self.layout if self.turn else (*self.layout, *self.reporting)

    @property
    def clause(self) -> Clause | None:
        """The most reliable clause."""
        return self.clauses[0] if self.clauses else None


def find_quotations(
    text: str, paragraphs: Sequence[Paragraph], mentions: Sequence[Sequence[Mention]], table: list[Entity]
) -> list[Quotation]:
    """Return the quotations of an article in order, all taken for speech.

    Speakers whom only a label names are added to the ``table`` of entities.
    """
    found: list[Quotation] = []
    for paragraph, near in zip(paragraphs, mentions, strict=True):
        previous = found[-1] if found else None
        segments = [segment for segment in paragraph.segments if segment.kind == "quotation"]
        for order, segment in enumerate(segments):
            before, after = text[paragraph.start : segment.start], text[segment.end : paragraph.end]
            clauses = find_clauses(paragraph, near, segment.index)
            begins = order == 0 and not before.strip()
            embedded = is_part_of_sentence(before, segment.text)
            continues = begins and previous is not None and _is_left_open(previous, paragraph.number)
            found.append(Quotation(segment, paragraph, order, before, after, clauses, embedded, continues))
    return _with_layout(found, paragraphs, mentions, table)


def _is_left_open(previous: Quotation, paragraph: int) -> bool:
    """Return whether the last quotation of the paragraph before ``paragraph`` has no closing mark."""
    text = previous.segment.text.strip()
    closed = text.rstrip(".,;:!?)]")[-1:] in MARKS or text[-1] in MARKS
    return text[0] in MARKS and previous.paragraph == paragraph - 1 and not previous.after.strip() and not closed


def _with_layout(
    quotations: Sequence[Quotation],
    paragraphs: Sequence[Paragraph],
    mentions: Sequence[Sequence[Mention]],
    table: list[Entity],
) -> list[Quotation]:
    """Add the clauses that the layout makes: labels, labels inside the marks, signatures."""
    may_be_new = sum(has_label(quotation.segment.text) for quotation in quotations) > 1
    labeled: list[Quotation] = []
    for quotation in quotations:
        text, paragraph = quotation.segment.text, quotation.parsed
        if _is_turn(quotation):
            turn = turn_label(quotation.before, paragraph, table)
            continues = turn is None and bool(labeled) and labeled[-1].turn
            labeled.append(replace(quotation, turn=True, layout=(turn,) if turn else (), continues=continues))
        elif labeled and quotation.continues and (signed := name_inside(text, paragraph, table)):
            _sign(labeled, signed)
            labeled.append(replace(quotation, signature=True))
        elif label := label_inside(text, paragraph, table, may_be_new=may_be_new):
            labeled.append(replace(quotation, layout=(label,), continues=False))
        elif quotation.reporting:
            labeled.append(quotation)
        else:
            labeled.append(replace(quotation, layout=_clauses_around(quotation, paragraphs, mentions)))
    return labeled


def _is_turn(quotation: Quotation) -> bool:
    """Return whether it is a turn of a transcript: without marks, behind a label or nothing."""
    text = quotation.segment.text
    if text.lstrip(" \t\n–—-")[:1] in MARKS:
        return False
    return quotation.before.rstrip().endswith(":") or (not quotation.before.strip() and text.rstrip()[-1:] not in MARKS)


def _sign(quotations: list[Quotation], signed: Clause) -> None:
    """Attribute the last quotation, in all its paragraphs, to the name in its last line."""
    for at in range(len(quotations) - 1, -1, -1):
        quotations[at] = replace(quotations[at], layout=(signed, *quotations[at].layout))
        if not quotations[at].continues:
            break


def _clauses_around(
    quotation: Quotation, paragraphs: Sequence[Paragraph], mentions: Sequence[Sequence[Mention]]
) -> tuple[Clause, ...]:
    """Return the clause of the paragraph before a quotation, or of the signature below it."""
    at = quotation.paragraph
    if at and not quotation.before.strip() and not quotation.continues:
        leading = leading_clauses(paragraphs[at - 1], mentions[at - 1])
        if leading:
            return leading
    if quotation.after.strip() or at + 1 >= len(paragraphs):
        return ()
    signed = signature(paragraphs[at + 1], mentions[at + 1])
    return (signed,) if signed else ()
