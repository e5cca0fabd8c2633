"""Attribution without a parser, for languages other than English: by verbs, names and the order of words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from narrate.attribution.by_form.decisions import Decision, Kinds, load_confidence, with_confidence
from narrate.attribution.by_form.names import Entity, Names
from narrate.attribution.by_form.resolver import Resolver
from narrate.attribution.by_form.tokens import tokens_of
from narrate.attribution.quotations import lacks_closing_mark
from narrate.attribution.speakers import Person, with_speakers
from narrate.languages.codes import language_code
from narrate.languages.marks import DOUBLE, FAMILY
from narrate.languages.speech import SpeechWords, load_speech
from narrate.types import Article, Script, Segment

__all__ = ["attribute_by_form", "decide_by_form"]

_DASHES = "—–- \u00a0\u202f"
_OPENERS = {"»": "«", "«": "»", "”": "“", "“": "„"}
"""Closing mark -> the mark that opens it."""
_MAX_LABEL = 40  # characters before a turn of an interview


def attribute_by_form(script: Script) -> Script:
    """Find the speakers of a script.

    Args:
        script: A script as the segmenter wrote it, in one of ``attributed_languages``.

    Returns:
        The script with speakers. Quotations that are not speech are narration.
    """
    decisions, names = decide_by_form(script)
    shares = load_confidence(language_code(script.article.language))
    sure = {index: with_confidence(decision, shares) for index, decision in decisions.items()}
    return with_speakers(script, sure, lambda number: _person(names.entities[number]))


def decide_by_form(script: Script) -> tuple[dict[int, Decision], Names]:
    """Decide who said each quotation of a script.

    Args:
        script: A script as the segmenter wrote it, in one of ``attributed_languages``.

    Returns:
        Index of a segment -> decision, without its confidence, for the quotations that are speech; and the entities.
    """
    article = script.article
    words = load_speech(language_code(article.language))
    quotations = [segment for segment in script.segments if segment.kind == "quotation"]
    starts = [segment.start for segment in quotations]
    spans = sorted(
        (*article.paragraphs, *([article.headline] if article.headline else [])), key=lambda span: span.start
    )
    paragraphs = []
    for span in spans:
        inside = range(bisect_left(starts, span.start), bisect_left(starts, span.end))
        paragraphs.append(tokens_of(article.text, span, [(number, quotations[number]) for number in inside], words))
    names = Names(paragraphs, words)
    resolver = Resolver(article.text, paragraphs, names, words)
    continued = frozenset(number for number in range(len(quotations)) if _goes_on(article.text, quotations, number))
    dialogue = frozenset(number for number, one in enumerate(quotations) if _is_dialogue(article.text, one))
    unmarked = _unmarked(article.text, quotations, dialogue)
    statements = _statements(article, quotations, unmarked, words)
    turns = {number: label for number, label in unmarked.items() if number not in statements}
    resolver.resolve(Kinds(continued, dialogue, turns, statements))
    headline = [token.number for token in paragraphs[0] if token.kind == "quotation"] if paragraphs else []
    resolver.echo(headline, [one.text for one in quotations])
    return {quotations[number].index: decision for number, decision in resolver.decisions.items()}, names


def _person(entity: Entity) -> Person:
    return Person(entity.name, entity.aliases, None, entity.gender, entity.evidence, entity.kind)


def _statements(
    article: Article, quotations: list[Segment], unmarked: Mapping[int, str], words: SpeechWords
) -> dict[int, int]:
    """Return number of a quotation without marks -> where the line begins that announces it as a statement."""
    found: dict[int, int] = {}
    spans = list(article.paragraphs)
    starts = [span.start for span in spans]
    for number in sorted(unmarked):
        at = bisect_left(starts, quotations[number].start)
        if at and words.announces_statement(article.text[spans[at - 1].start : spans[at - 1].end]):
            found[number] = spans[at - 1].start
        elif number - 1 in found and not unmarked[number]:
            found[number] = found[number - 1]
    return found


def _goes_on(text: str, quotations: list[Segment], number: int) -> bool:
    """Return whether a quotation goes on from one that the paragraph before leaves open."""
    if not number:
        return False
    previous = quotations[number - 1]
    before = previous.text.rstrip()
    return lacks_closing_mark(before) and not text[previous.start + len(before) : quotations[number].start].strip()


def _is_dialogue(text: str, one: Segment) -> bool:
    """Return whether a quotation follows a dash at the beginning of its paragraph, or begins with that."""
    head = _line_before(text, one)
    return head is not None and not head.strip(_DASHES) and (head + one.text[:1]).strip()[:1] in tuple("—–-")


def _line_before(text: str, one: Segment) -> str | None:
    """Return what stands before a quotation in its line; None if that is longer than a label."""
    _, newline, head = text[max(0, one.start - _MAX_LABEL) : one.start].rpartition("\n")
    return head if newline or one.start <= _MAX_LABEL else None


def _ends_a_quotation(words: str) -> bool:
    """Return whether the mark at the end of a paragraph closes a quotation that opens before it."""
    last = words[-1:]
    opener = _OPENERS.get(last, last)
    return last in FAMILY and words.count(last) == 1 and opener not in words[:-1]


def _unmarked(text: str, quotations: list[Segment], dialogue: frozenset[int]) -> dict[int, str]:
    """Return the quotations without marks or a dash, with what stands before them in their paragraph."""
    found = {}
    for number, one in enumerate(quotations):
        words, label = one.text.strip(), _line_before(text, one)
        if label is None or number in dialogue or label.lstrip()[:1] in tuple("—–-"):
            continue
        is_marked = words[:1] in FAMILY or _ends_a_quotation(words)
        if not is_marked and not any(mark in label for mark in DOUBLE):
            found[number] = label + "*" * words.startswith("*")
    return found
