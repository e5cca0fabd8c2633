"""Find the quotations of an article, with the clauses and labels that name their speakers, and which are speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from narrate.attribution.clauses import Clause, find_clauses, leading_clauses
from narrate.attribution.entities import Entity
from narrate.attribution.mentions import Mention
from narrate.attribution.parse import Paragraph, is_part_of_sentence
from narrate.attribution.ranker import Ranker
from narrate.attribution.speaker_labels import SpeakerLabels, has_label, is_turn, signature
from narrate.attribution.speech import is_remark, is_sign, is_title, quoted_text, speech_features
from narrate.languages import AttributionWords
from narrate.languages.marks import DOUBLE, MARKS, SINGLE
from narrate.types import Segment

_AROUND_HEADING: Final = " \t\n–—-."
_MAX_HEADING_WORDS: Final = 9
"""Words of a quotation that may be a heading of its own."""
_MAX_HEADLINE_WORDS: Final = 16
_MAX_HEADLINE_QUOTATION_WORDS: Final = 4
"""Words of a first line, and of the quotation in it, that may be a headline."""
_MIN_SPEECH_SCORE: Final = 0.5
"""Quotations with a higher score are speech. At 0, the boundary of the classifier, more terms would get a voice."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation with its surroundings."""

    segment: Segment
    paragraph: int
    order: int
    """Number within its paragraph, from 0."""
    before: str
    """The rest of its paragraph before it."""
    after: str
    embedded: bool
    """It is part of a sentence of narration."""
    continues: bool
    """It continues a quotation that the paragraph before left open."""
    clauses: tuple[Clause, ...]
    """The clauses that could report it, the most reliable first."""
    speech_features: tuple[float, ...]
    """Values of ``speech.SPEECH_FEATURES``."""
    speech: bool = True
    signature: bool = False
    """It is not speech but the name of the speaker, below the speech and inside the marks."""
    turn: bool = False
    """It is a turn of a transcript, without marks."""

    @property
    def clause(self) -> Clause | None:
        """The most reliable clause."""
        return self.clauses[0] if self.clauses else None


def find_quotations(
    text: str, paragraphs: Sequence[Paragraph], mentions: Sequence[Sequence[Mention]], table: list[Entity]
) -> list[Quotation]:
    """Find the quotations of an article.

    Args:
        text: The text of the article.
        paragraphs: Its parsed paragraphs.
        mentions: The resolved mentions of each paragraph.
        table: Its entities. Speakers whom only a label names are added.

    Returns:
        The quotations in order, all of them taken for speech.
    """
    found: list[Quotation] = []
    for paragraph, near in zip(paragraphs, mentions, strict=True):
        previous = found[-1] if found else None
        segments = [segment for segment in paragraph.segments if segment.kind == "quotation"]
        for order, segment in enumerate(segments):
            before, after = text[paragraph.start : segment.start], text[segment.end : paragraph.end]
            clauses = find_clauses(paragraph, near, segment.index)
            begins = order == 0 and not before.strip()
            found.append(
                Quotation(
                    segment,
                    paragraph.number,
                    order,
                    before,
                    after,
                    is_part_of_sentence(before, segment.text),
                    begins and previous is not None and _is_left_open(previous, paragraph.number),
                    clauses,
                    speech_features(quoted_text(paragraph, segment.index, segment.text, before, after, clauses)),
                )
            )
    return _with_labels(found, paragraphs, mentions, table)


def _is_left_open(previous: Quotation, paragraph: int) -> bool:
    """Return whether the last quotation of the paragraph before ``paragraph`` has no closing mark."""
    text = previous.segment.text.strip()
    closed = text.rstrip(".,;:!?)]")[-1:] in MARKS or text[-1] in MARKS
    return text[0] in MARKS and previous.paragraph == paragraph - 1 and not previous.after.strip() and not closed


def _with_labels(
    quotations: Sequence[Quotation],
    paragraphs: Sequence[Paragraph],
    mentions: Sequence[Sequence[Mention]],
    table: list[Entity],
) -> list[Quotation]:
    """Add the clauses that the layout makes: labels, labels inside the marks, signatures."""
    are_frequent = sum(has_label(quotation.segment.text) for quotation in quotations) > 1
    labels = SpeakerLabels(paragraphs, table, are_frequent)
    labeled: list[Quotation] = []
    for quotation in quotations:
        text, paragraph = quotation.segment.text, paragraphs[quotation.paragraph]
        if is_turn(quotation.before, text):
            turn = labels.turn(quotation.before, paragraph)
            continues = turn is None and bool(labeled) and labeled[-1].turn
            labeled.append(replace(quotation, turn=True, clauses=(turn,) if turn else (), continues=continues))
        elif labeled and quotation.continues and (signed := labels.name_inside(text)):
            _sign(labeled, signed)
            labeled.append(replace(quotation, signature=True))
        elif label := labels.inside(quotation.segment, paragraph):
            labeled.append(replace(quotation, clauses=(label, *quotation.clauses), continues=False))
        elif quotation.clauses:
            labeled.append(quotation)
        else:
            labeled.append(replace(quotation, clauses=_clauses_around(quotation, paragraphs, mentions)))
    return labeled


def _sign(quotations: list[Quotation], signed: Clause) -> None:
    """Attribute the last quotation, in all its paragraphs, to the name in its last line."""
    for at in range(len(quotations) - 1, -1, -1):
        quotations[at] = replace(quotations[at], clauses=(signed, *quotations[at].clauses))
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


def classify_speech(quotations: Sequence[Quotation], classifier: Ranker, words: AttributionWords) -> list[Quotation]:
    """Decide which quotations are speech. Quotations that continue others, and turns of a transcript, always are."""
    if not quotations:
        return []
    has_double_marks = any(q.paragraph and q.segment.text.strip()[0] in DOUBLE for q in quotations)
    last_headline = quotations[0].paragraph == 0 and quotations[0].after.rstrip()[-1:] in {";", ":"}
    classified = []
    scores = classifier.scores([quotation.speech_features for quotation in quotations])
    for quotation, score in zip(quotations, scores, strict=True):
        text = quotation.segment.text
        is_term = words.name_giving_pattern.search(quotation.before[-40:]) is not None
        is_headline = text.strip(_AROUND_HEADING)[:1] in {*SINGLE} and (
            _is_heading(quotation, int(last_headline)) if has_double_marks else _is_headline(quotation)
        )
        is_likely = bool(score > _MIN_SPEECH_SCORE) and not (
            is_term or is_headline or is_title(quotation.before, text, words)
        )
        is_spoken = is_likely or _is_reported(quotation, words) or quotation.continues or quotation.turn
        classified.append(replace(quotation, speech=is_spoken and not quotation.signature and not is_remark(text)))
    return classified


def _is_heading(quotation: Quotation, last_headline: int) -> bool:
    """Return whether single marks are those of a headline or heading, in an article whose speech has double marks.

    ``last_headline`` is the number of the last paragraph of the headline.
    """
    is_alone = not quotation.before.strip(_AROUND_HEADING) and not quotation.after.strip(_AROUND_HEADING)
    is_short = len(quotation.segment.text.split()) <= _MAX_HEADING_WORDS
    return quotation.paragraph <= last_headline or (is_alone and is_short)


def _is_headline(quotation: Quotation) -> bool:
    """Return whether a few words stand in a short first line without a full stop."""
    around = quotation.before + " " + quotation.after
    words = len(quotation.segment.text.split())
    is_short = words <= _MAX_HEADLINE_QUOTATION_WORDS and len(around.split()) + words <= _MAX_HEADLINE_WORDS
    return quotation.paragraph == 0 and bool(around.strip()) and is_short and "." not in around


def _is_reported(quotation: Quotation, words: AttributionWords) -> bool:
    """Return whether a clause right next to it leaves no doubt ("a man yelled "Stay!"", ""Really?" Lee asked")."""
    clause = quotation.clause
    if words.reply_pattern.search(quotation.before[-40:]):
        return True
    if clause is None or clause.distance > 1 or not quotation.paragraph or is_sign(quotation.before, words):
        return False
    if clause.mention.kind == "nominal" and clause.mention.words[-1].lower() in words.texts:
        return False
    text, lead = quotation.segment.text.strip(), quotation.before.rstrip()[-1:]
    inner_end = text.rstrip(MARKS)[-1:]
    if clause.pattern == "precedes":
        is_uttered = clause.verb in words.saying_verbs or clause.verb in words.uttering_verbs
        is_next = text[-1] in MARKS and (clause.distance == 0 or lead in {",", ":"})
        return is_uttered and is_next and (inner_end in {".", "!", "?"} or (inner_end == lead == ","))
    is_behind = clause.pattern in {"follows", "inverted"} and clause.parsed
    return is_behind and inner_end in {",", "!", "?"} and not lead.isalnum()
