"""What is known of an article before anyone decides who speaks: parse, mentions, entities, quotations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from narrate.attribution import wordlists as lexicon
from narrate.attribution.clauses import Clause, find_clauses, leading_clauses
from narrate.attribution.entities import Entity, build_table
from narrate.attribution.mentions import Mention, find_mentions, name_words_of
from narrate.attribution.parse import Paragraph, is_part_of_sentence
from narrate.attribution.pronouns import resolve_all, vote_genders
from narrate.attribution.ranker import Ranker
from narrate.attribution.speaker_labels import clause_of_turn, has_label, is_turn, label_inside, name_inside, signature
from narrate.attribution.speech import is_remark, is_sign, is_title, traits
from narrate.languages.marks import DOUBLE, MARKS, SINGLE
from narrate.types import Script, Segment


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
    clauses: list[Clause]
    traits: list[float]
    """What tells speech from a term or a title."""
    speech: bool = True
    signature: bool = False
    """It is no speech but the name below it, inside the marks."""
    turn: bool = False
    """It is a turn of a transcript, without marks."""


_NEWS_WORDS: Final = re.compile(
    r"\b(?:\d[\d.,]*|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|april|june|july|august|september|october"
    r"|november|december|percent|according|spokes\w+|million|billion|president|statement|ministry|police|officials?)\b",
    re.IGNORECASE,
)
_FICTION_BELOW: Final = 0.0045
"""Share of dates, figures and words of news among all words under which a long text with speech is fiction."""
_LONG: Final = 400


def is_fiction(text: str, quotations: int) -> bool:
    """Whether a text is told rather than reported: long, full of speech, without dates, figures and officials."""
    words = len(text.split())
    return words >= _LONG and quotations >= 3 and len(_NEWS_WORDS.findall(text)) < _FICTION_BELOW * words


@dataclass(slots=True)
class Analysis:
    """Everything the deciding steps look at."""

    script: Script
    paragraphs: list[Paragraph]
    mentions: list[list[Mention]]
    table: list[Entity]
    quotations: list[Quotation]
    fiction: bool
    _places: dict[int, list[Mention]] = field(default_factory=dict)

    def mentions_of(self, entity: int) -> list[Mention]:
        """Every mention of an entity in order, resolved pronouns included."""
        if not self._places:
            for paragraph in self.mentions:
                for mention in paragraph:
                    self._places.setdefault(mention.entity, []).append(mention)
        return self._places.get(entity, [])


_CALL_ITS: Final = re.compile(r"\bcall(?:s|ed|ing)? (?:its|their|his|her|the|this|these)\s+$", re.IGNORECASE)
_BESIDE_HEADING: Final = " \t\n–—-."
_HEADING_WORDS: Final = 9
_HEADLINE_WORDS: Final = 16
_FEW: Final = 5
_UTTERED: Final = frozenset(
    "asked asks yelled yells shouted shouts replied cried joked exclaimed blurted chanted chants quipped".split()
)
_REPLY: Final = re.compile(r"\b(?:reply|response|answer|retort|verdict)(?: was| is)?:\s*$", re.IGNORECASE)
_SPEECH_ABOVE: Final = 0.5
"""The score from which on quoted words are taken for speech."""


def analyze(script: Script, paragraphs: list[Paragraph], speech: Ranker | None) -> Analysis:
    """Takes a script, its parsed paragraphs, and the trees that tell speech (None to take everything for speech)."""
    known = name_words_of(paragraphs)
    mentions = [find_mentions(p, known) for p in paragraphs]
    headline = script.article.headline
    has_headline = bool(headline and paragraphs and paragraphs[0].start == headline.start)
    table = build_table(paragraphs, mentions, has_headline)
    text = script.article.text
    vote_genders(mentions, table, lambda at: text.count("\n", 0, at) + 1)
    resolve_all(mentions, table)
    quotations: list[Quotation] = []
    for paragraph, found in zip(paragraphs, mentions, strict=True):
        quotations += _quotations(script.article.text, paragraph, found, quotations)
    _add_labels(paragraphs, mentions, table, quotations)
    fiction = is_fiction(text, len(quotations))
    _tell_speech(quotations, None if fiction else speech)
    return Analysis(script, paragraphs, mentions, table, quotations, fiction)


def _add_labels(
    paragraphs: list[Paragraph], mentions: list[list[Mention]], table: list[Entity], quotations: list[Quotation]
) -> None:
    """Clauses that the layout makes: labels of a transcript, labels inside the marks, signatures below."""
    often = sum(has_label(q.segment.text) for q in quotations) > 1
    for number, quotation in enumerate(quotations):
        if is_turn(quotation.before, quotation.segment.text):
            quotation.turn = True
            turn = clause_of_turn(quotation.before, paragraphs[quotation.paragraph], table)
            quotation.clauses = [turn] if turn else []
            quotation.continues = turn is None and number > 0 and quotations[number - 1].turn
            continue
        signed_inside = number > 0 and quotation.continues and name_inside(quotation.segment.text, paragraphs, table)
        if signed_inside:
            _sign(quotations[: number + 1], signed_inside)
            continue
        label = label_inside(quotation.segment, paragraphs[quotation.paragraph], table, often)
        if label:
            quotation.clauses.insert(0, label)
            quotation.continues = False
        if not quotation.clauses and not quotation.before.strip() and quotation.paragraph and not quotation.continues:
            quotation.clauses += leading_clauses(paragraphs[quotation.paragraph - 1], mentions[quotation.paragraph - 1])
        following = quotation.paragraph + 1
        if quotation.clauses or quotation.after.strip() or following >= len(paragraphs):
            continue
        signed = signature(paragraphs[following], mentions[following])
        if signed:
            quotation.clauses.append(signed)


def _sign(quotations: list[Quotation], signature: Clause) -> None:
    """Gives a quotation to the name in its last line, which is no speech itself."""
    quotations[-1].signature = True
    for quotation in reversed(quotations[:-1]):
        quotation.clauses.insert(0, signature)
        if not quotation.continues:
            break


def _tell_speech(quotations: list[Quotation], speech: Ranker | None) -> None:
    """Settles which quoted words are speech; what goes on from the paragraph before always is."""
    if speech is None or not quotations:
        return
    doubled = any(q.paragraph and q.segment.text.strip()[0] in DOUBLE for q in quotations)
    top = 1 if quotations[0].paragraph == 0 and quotations[0].after.rstrip()[-1:] in {";", ":"} else 0
    for quotation, score in zip(quotations, speech.scores([q.traits for q in quotations]), strict=True):
        term = _CALL_ITS.search(quotation.before[-40:]) is not None or is_title(
            quotation.before, quotation.segment.text
        )
        headline = quotation.segment.text.strip(_BESIDE_HEADING)[:1] in {*SINGLE} and (
            _is_heading(quotation, top) if doubled else _is_headline(quotation)
        )
        spoken = (bool(score > _SPEECH_ABOVE) and not term and not headline) or _is_reported(quotation)
        aside = quotation.signature or is_remark(quotation.segment.text)
        quotation.speech = (spoken or quotation.continues or quotation.turn) and not aside


def _is_heading(quotation: Quotation, top: int) -> bool:
    """Whether single marks, where speech has double ones, are a headline's: in the first line or alone in a short one.

    ``top`` is the number of the last paragraph of the headline.
    """
    alone = not quotation.before.strip(_BESIDE_HEADING) and not quotation.after.strip(_BESIDE_HEADING)
    return quotation.paragraph <= top or (alone and len(quotation.segment.text.split()) <= _HEADING_WORDS)


def _is_headline(quotation: Quotation) -> bool:
    """Whether a few words stand in a short first line without a full stop: a headline's, whatever marks speech has."""
    outside = quotation.before + " " + quotation.after
    words = len(quotation.segment.text.split())
    short = words < _FEW and len(outside.split()) + words <= _HEADLINE_WORDS
    return quotation.paragraph == 0 and bool(outside.strip()) and short and "." not in outside


def _is_reported(quotation: Quotation) -> bool:
    """Whether a clause right beside it leaves no doubt ("a man yelled "Stay there!"", ""Really?" Lee asked")."""
    clause = quotation.clauses[0] if quotation.clauses else None
    if _REPLY.search(quotation.before[-40:]):
        return True
    if clause is None or clause.distance > 1 or not quotation.paragraph or is_sign(quotation.before):
        return False
    if clause.mention.kind == "nominal" and lexicon.is_text(clause.mention.words[-1].lower()):
        return False
    words, lead = quotation.segment.text.strip(), quotation.before.rstrip()[-1:]
    inner = words.rstrip(MARKS)[-1:]
    if clause.pattern == "precedes":
        uttered = clause.verb in lexicon.SAYING or clause.verb in _UTTERED
        beside = words[-1] in MARKS and (clause.distance == 0 or lead in {",", ":"})
        return uttered and beside and (inner in {".", "!", "?"} or (inner == lead == ","))
    return (
        clause.pattern in {"follows", "inverted"} and clause.parsed and inner in {",", "!", "?"} and not lead.isalnum()
    )


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
                clauses,
                traits(paragraph, segment.index, before, segment.text, after, clauses),
            )
        )
    return placed


def _left_open(previous: Quotation, paragraph: int) -> bool:
    """Whether the last quotation of the paragraph before has no closing mark."""
    words = previous.segment.text.strip()
    closed = words.rstrip(".,;:!?)]")[-1:] in MARKS or words[-1] in MARKS
    return words[0] in MARKS and previous.paragraph == paragraph - 1 and not previous.after.strip() and not closed
