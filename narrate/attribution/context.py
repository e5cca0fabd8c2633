"""What is known of an article before anyone decides who speaks: parse, mentions, entities, quotations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from narrate.attribution.clauses import Clause, find_clauses
from narrate.attribution.entities import Entity, build_table
from narrate.attribution.mentions import Mention, find_mentions
from narrate.attribution.parse import Paragraph, is_part_of_sentence
from narrate.attribution.speech import is_speech
from narrate.types import Script, Segment

_MARKS: Final = "\"“”„‟'‘’«»‹›"


@dataclass(slots=True)
class Quotation:
    """One quotation in its place."""

    segment: Segment
    paragraph: int
    order: int
    """Which quotation of its paragraph it is, from 0."""
    before: str
    """The rest of its paragraph before it."""
    after: str
    embedded: bool
    """It is part of the narrator's sentence."""
    continues: bool
    """It goes on with a quotation that the paragraph before left open."""
    speech: bool
    clauses: list[Clause]


@dataclass(slots=True)
class Analysis:
    """Everything the deciding steps look at."""

    script: Script
    paragraphs: list[Paragraph]
    mentions: list[list[Mention]]
    table: list[Entity]
    quotations: list[Quotation]


def analyse(script: Script, paragraphs: list[Paragraph]) -> Analysis:
    """Takes a script and its parsed paragraphs."""
    mentions = [find_mentions(p) for p in paragraphs]
    headline = script.article.headline
    has_headline = bool(headline and paragraphs and paragraphs[0].start == headline.start)
    table = build_table(paragraphs, mentions, has_headline)
    quotations: list[Quotation] = []
    for paragraph, found in zip(paragraphs, mentions, strict=True):
        quotations += _quotations(script.article.text, paragraph, found, quotations)
    return Analysis(script, paragraphs, mentions, table, quotations)


def _quotations(text: str, paragraph: Paragraph, mentions: list[Mention], earlier: list[Quotation]) -> list[Quotation]:
    placed: list[Quotation] = []
    for segment in paragraph.segments:
        if segment.kind != "quotation":
            continue
        before, after = text[paragraph.start : segment.start], text[segment.end : paragraph.end]
        clauses = find_clauses(paragraph, mentions, segment.index)
        previous = earlier[-1] if earlier and not placed else None
        placed.append(
            Quotation(
                segment,
                paragraph.number,
                len(placed),
                before,
                after,
                is_part_of_sentence(before, segment.text),
                bool(previous and not before.strip() and _left_open(previous, paragraph.number)),
                is_speech(before, segment.text, after, bool(clauses)),
                clauses,
            )
        )
    return placed


def _left_open(previous: Quotation, paragraph: int) -> bool:
    """Whether the last quotation of the paragraph before has no closing mark."""
    words = previous.segment.text.strip()
    closed = words.rstrip(".,;:!?)]")[-1:] in _MARKS or words[-1] in _MARKS
    return words[0] in _MARKS and previous.paragraph == paragraph - 1 and not previous.after.strip() and not closed
