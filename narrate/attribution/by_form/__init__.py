"""Attribution without a parser, for languages other than English: by verbs, names and the order of words."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from narrate.attribution.by_form.names import Entity, Names
from narrate.attribution.by_form.resolver import Kinds, Resolver
from narrate.attribution.by_form.tokens import tokens_of
from narrate.attribution.mentions import NO_SPEAKER
from narrate.attribution.speakers import UNKNOWN_SPEAKER, Distinct, merge_narration
from narrate.languages.codes import language_code
from narrate.languages.marks import DOUBLE, FAMILY
from narrate.languages.speech import load_speech
from narrate.storage import ascii_slug
from narrate.types import NARRATOR, Script, Segment, Speaker

__all__ = ["attribute_by_form"]

_DASHES = "—–- \u00a0\u202f"
_MAX_LABEL = 40  # characters before a turn of an interview


def attribute_by_form(script: Script) -> Script:
    """Find the speakers of a script.

    Args:
        script: A script as the segmenter wrote it, in one of ``attributed_languages``.

    Returns:
        The script with speakers. Quotations that are not speech are narration.
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
    resolver.resolve(Kinds(continued, dialogue, _unmarked(article.text, quotations, dialogue)))
    headline = [token.number for token in paragraphs[0] if token.kind == "quotation"] if paragraphs else []
    resolver.echo(headline, [one.text for one in quotations])
    return _applied(script, quotations, resolver, names.entities)


def _goes_on(text: str, quotations: list[Segment], number: int) -> bool:
    """Return whether a quotation goes on from one that the paragraph before leaves open."""
    if not number:
        return False
    before = quotations[number - 1].text.rstrip().rstrip(".,;:!?…")
    opener = before[:1]
    closers = {"«": "»", "»": "«", "“": "”“", "„": "“”", '"': '"'}.get(opener)
    between = text[quotations[number - 1].start + len(before) : quotations[number].start]
    return closers is not None and before[-1:] not in closers and not between.strip() and len(before) > 1


def _is_dialogue(text: str, one: Segment) -> bool:
    """Return whether a quotation follows a dash at the beginning of its paragraph, or begins with that."""
    head = _line_before(text, one)
    return head is not None and not head.strip(_DASHES) and (head + one.text[:1]).strip()[:1] in tuple("—–-")


def _line_before(text: str, one: Segment) -> str | None:
    """Return what stands before a quotation in its line; None if that is longer than a label."""
    _, newline, head = text[max(0, one.start - _MAX_LABEL) : one.start].rpartition("\n")
    return head if newline or one.start <= _MAX_LABEL else None


def _unmarked(text: str, quotations: list[Segment], dialogue: frozenset[int]) -> dict[int, str]:
    """Return the quotations without marks or a dash, with what stands before them in their paragraph."""
    found = {}
    for number, one in enumerate(quotations):
        words, label = one.text.strip(), _line_before(text, one)
        if label is None or number in dialogue or label.lstrip()[:1] in tuple("—–-"):
            continue
        is_marked = words[:1] in FAMILY or (words[-1:] in FAMILY and words.count(words[-1:]) == 1)
        if not is_marked and not any(mark in label for mark in DOUBLE):
            found[number] = label + "*" * words.startswith("*")
    return found


def _applied(script: Script, quotations: list[Segment], resolver: Resolver, entities: list[Entity]) -> Script:
    """Return the script with its speakers. Quotations without a decision become narration."""
    numbers = {segment.index: number for number, segment in enumerate(quotations)}
    ids, names = Distinct([NARRATOR, UNKNOWN_SPEAKER.id]), Distinct([UNKNOWN_SPEAKER.name])
    speakers: dict[int, Speaker] = {}
    segments: list[Segment] = []
    for segment in script.segments:
        decision = resolver.decisions.get(numbers.get(segment.index, -1))
        if segment.kind != "quotation" or decision is None:
            as_narration = replace(segment, kind="narration", speaker=NARRATOR, confidence=1.0, evidence="")
            segments.append(as_narration if segment.kind == "quotation" else segment)
            continue
        if decision.entity not in speakers:
            is_known = decision.entity != NO_SPEAKER
            speakers[decision.entity] = _speaker(entities[decision.entity], ids, names) if is_known else UNKNOWN_SPEAKER
        speaker = speakers[decision.entity].id
        said = replace(segment, speaker=speaker, voiced_by=speaker, confidence=decision.confidence)
        segments.append(replace(said, evidence=decision.evidence, described_as=decision.described_as))
    return replace(script, segments=merge_narration(script, segments), speakers=tuple(speakers.values()))


def _speaker(entity: Entity, ids: Distinct, names: Distinct) -> Speaker:
    speaker_id = ids.first_free((ascii_slug(entity.name) or "speaker",), "{}-{}")
    name = names.first_free((entity.name,), "{} ({})")
    evidence = entity.evidence if entity.gender != "unknown" else None
    return Speaker(speaker_id, name, tuple(entity.aliases), None, entity.gender, evidence, entity.kind)
