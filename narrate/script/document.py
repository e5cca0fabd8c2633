"""The script as a JSON document, which an editor corrects and Narrate renders again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, get_args

from narrate.errors import SourceError
from narrate.types import (
    NARRATOR,
    NARRATOR_NAME,
    Article,
    Cast,
    Gender,
    How,
    Reading,
    Script,
    Segment,
    SegmentKind,
    Skipped,
    Span,
    Speaker,
    SpeakerKind,
)

FORMAT: Final = "narrate-script/1"
CORRECTED: Final = "corrected by an editor"
"""The evidence for a speaker whom somebody named by hand."""


@dataclass(frozen=True, slots=True)
class SavedScript:
    """What a script document says."""

    script: Script
    engine: str
    """The engine that it was cast for."""
    voices: Mapping[str, str]
    """Speaker's name -> voice id, as the document has it."""


def dump_script(script: Script, cast: Cast, *, engine: str) -> str:
    """The JSON document, UTF-8 text that ends with a newline. The same script gives the same document."""
    names = script.names
    document = {
        "format": FORMAT,
        "engine": engine,
        "cast": {names[speaker]: voice.id for speaker, voice in cast.voices.items()},
        "speakers": [asdict(speaker) for speaker in script.speakers],
        "segments": [_segment_fields(segment, names) for segment in script.segments],
        "skipped": [_skipped_fields(skipped) for skipped in script.article.skipped],
        "warnings": list(script.warnings),
        "article": _article_fields(script.article),
    }
    return json.dumps({**document, "digest": _digest(document)}, ensure_ascii=False, indent=1) + "\n"


def _segment_fields(segment: Segment, names: Mapping[str, str]) -> dict[str, Any]:
    fields = {
        "index": segment.index,
        "kind": segment.kind,
        "start": segment.start,
        "end": segment.end,
        "text": segment.text,
    }
    if segment.kind != "quotation":
        return fields
    return fields | {
        "speaker": names[segment.speaker],
        "attributed_to": names[segment.speaker],
        "voiced_by": names[segment.voiced_by],
        "confidence": round(segment.confidence, 3),
        "evidence": segment.evidence,
    }


def _skipped_fields(skipped: Skipped) -> dict[str, Any]:
    span = skipped.span
    place = {"start": span.start, "end": span.end} if span else {"start": None, "end": None}
    return {"reason": skipped.reason, **place, "text": skipped.text}


def _article_fields(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "byline": article.byline,
        "language": article.language,
        "published": article.published,
        "source": article.source,
        **{key: value for key in ("outlet", "image") if (value := getattr(article, key)) is not None},
        "headline": asdict(article.headline) if article.headline else None,
        "paragraphs": [[span.start, span.end] for span in article.paragraphs],
        "cast": dict(article.cast),
        **({"lexicon": dict(article.lexicon)} if article.lexicon else {}),
        **({"readings": [asdict(reading) for reading in article.readings]} if article.readings else {}),
        "warnings": list(article.warnings),
        "text": article.text,
    }


def is_script(text: str) -> bool:
    """Whether ``text`` is, or was meant as, a script document."""
    return text.lstrip("\ufeff \t\r\n").startswith("{") and '"narrate-script/' in text


def is_edited(text: str) -> bool:
    """Whether the script document ``text`` was changed by hand since Narrate wrote it."""
    try:
        document = json.loads(text)
        return bool(document.pop("digest") != _digest(document))
    except (ValueError, AttributeError, KeyError, RecursionError):
        return True


def corrections_in(text: str) -> frozenset[tuple[str, str]]:
    """What the script document ``text``, as Narrate wrote it, gives to speakers whom an editor named, and to whom."""
    segments = json.loads(text)["segments"]
    return frozenset((row["text"], row["speaker"]) for row in segments if row.get("evidence") == CORRECTED)


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def load_script(text: str, *, name: str) -> SavedScript:
    """Read a script document; ``name`` is what error messages call it.

    A quotation whose ``speaker`` differs from ``attributed_to`` was corrected by an editor: it is certain from now
    on, and its speaker may be new. ``voiced_by`` is for people to read; it follows from the rest.
    Raises ``SourceError``, naming the field or the segment, if the document is
    broken, or if its segments no longer give the article word for word.
    """
    try:
        document = _Fields(json.loads(text), name)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{name} is not valid JSON: {error}.") from error
    if document.text("format") != FORMAT:
        raise SourceError(f"{name} has the format '{document.text('format')}', not '{FORMAT}': write it anew.")
    skipped = tuple(_load_skipped(fields) for fields in document.objects("skipped"))
    article = _load_article(document.object("article"), skipped)
    speakers = {speaker.name: speaker for speaker in map(_load_speaker, document.objects("speakers"))}
    if len({speaker.id for speaker in speakers.values()} - {NARRATOR}) < len(document.objects("speakers")):
        raise SourceError(f"{name}: speakers: every speaker needs a name and an id of their own.")
    segments = [_load_segment(fields, speakers) for fields in document.objects("segments")]
    quoted = {segment.speaker for segment in segments}
    script = Script(
        article,
        tuple(replace(segment, index=index) for index, segment in enumerate(segments)),
        tuple(speaker for speaker in speakers.values() if speaker.id in quoted),
        tuple(document.texts("warnings")),
    )
    check_tiling(script, name=name)
    heard = set(script.names.values())
    voices = {speaker: voice for speaker, voice in document.text_table("cast").items() if speaker in heard}
    return SavedScript(script, document.text("engine"), voices)


def check_tiling(script: Script, *, name: str = "The script") -> None:
    """Raise ``SourceError`` unless segments and skipped spans give the article's text, in order and whole."""
    text = script.article.text
    spans = []
    for skipped in script.article.skipped:
        if span := skipped.span:
            if text[span.start : span.end].strip() != skipped.text.strip():
                raise SourceError(f"{name}: skipped text is not what the article says there: {skipped.text[:60]!r}.")
            spans.append((span.start, span.end, "skipped text"))
    place = 0
    for segment in script.segments:
        if segment.start == segment.end == 0 and _may_be_added(segment, script.article):
            continue
        if segment.kind == "disclaimer" or text[segment.start : segment.end] != segment.text:
            raise SourceError(
                f"{name}: segment {segment.index} no longer says what the article says there: {segment.text[:60]!r}. "
                "Speakers and voices may be corrected in a script; to change words, change the article."
            )
        if segment.start < place:
            raise SourceError(f"{name}: segment {segment.index} is out of order.")
        place = segment.end
        spans.append((segment.start, segment.end, f"segment {segment.index}"))
    _check_cover(text, sorted(spans), name)


def _check_cover(text: str, spans: Sequence[tuple[int, int, str]], name: str) -> None:
    """Raise ``SourceError`` unless ``spans``, each with what it is, cover ``text`` once and whole."""
    position = 0
    for start, end, what in spans:
        if start != position or end <= start:
            raise SourceError(f"{name}: {what} should begin at character {position} of the article, not at {start}.")
        position = end
    if position != len(text):
        rest = text[position : position + 60]
        raise SourceError(f"{name}: nothing covers the article's text from character {position}: {rest!r}.")


def _may_be_added(segment: Segment, article: Article) -> bool:
    """Whether Narrate itself adds such a segment to what the article's text says."""
    return segment.kind == "disclaimer" or (segment.kind == "headline" and segment.text == article.title)


def _load_article(fields: _Fields, skipped: tuple[Skipped, ...]) -> Article:
    headline = fields.optional("headline", dict)
    return Article(
        title=fields.optional_text("title"),
        byline=fields.optional_text("byline"),
        language=fields.text("language"),
        published=fields.optional_text("published"),
        source=fields.optional_text("source"),
        outlet=fields.optional_text("outlet"),
        image=fields.optional_text("image"),
        text=fields.text("text"),
        headline=_Fields(headline, f"{fields.place}.headline").span() if headline else None,
        paragraphs=tuple(fields.spans("paragraphs")),
        skipped=skipped,
        cast=fields.text_table("cast"),
        lexicon=fields.text_table("lexicon") if fields.optional("lexicon", dict) is not None else {},
        readings=tuple(map(_load_reading, fields.objects("readings") if fields.optional("readings", list) else [])),
        warnings=tuple(fields.texts("warnings")),
    )


def _load_reading(fields: _Fields) -> Reading:
    span = fields.span()
    return Reading(span.start, span.end, fields.choice("how", get_args(How)), fields.text("value"))


def _load_skipped(fields: _Fields) -> Skipped:
    span = fields.span() if fields.optional("start", int) is not None else None
    return Skipped(fields.text("text"), fields.text("reason"), span)


def _load_speaker(fields: _Fields) -> Speaker:
    return Speaker(
        id=fields.name("id"),
        name=fields.name("name"),
        aliases=tuple(fields.texts("aliases")),
        role=fields.optional_text("role"),
        gender=fields.choice("gender", get_args(Gender)),
        gender_evidence=fields.optional_text("gender_evidence"),
        kind=fields.choice("kind", get_args(SpeakerKind)),
    )


def _load_segment(fields: _Fields, speakers: dict[str, Speaker]) -> Segment:
    """A segment; a speaker whom the document does not know yet joins ``speakers``."""
    kind: SegmentKind = fields.choice("kind", get_args(SegmentKind))
    span = fields.span()
    segment = Segment(fields.whole("index"), kind, fields.text("text"), span.start, span.end)
    if kind != "quotation":
        return segment
    speaker = _speaker_id(fields.name("speaker"), speakers)
    if fields.name("speaker") != fields.name("attributed_to"):
        return replace(segment, speaker=speaker, voiced_by=speaker, evidence=CORRECTED)
    confidence, evidence = fields.probability("confidence"), fields.text("evidence")
    return replace(segment, speaker=speaker, voiced_by=speaker, confidence=confidence, evidence=evidence)


def _speaker_id(name: str, speakers: dict[str, Speaker]) -> str:
    if name.strip().lower() == NARRATOR_NAME.lower():
        return NARRATOR
    for speaker in speakers.values():
        if name.strip().lower() in (speaker.name.lower(), speaker.id, *map(str.lower, speaker.aliases)):
            return speaker.id
    slug = "-".join("".join(char if char.isalnum() else " " for char in name.lower()).split()) or "speaker"
    taken = {speaker.id for speaker in speakers.values()} | {NARRATOR}
    speaker_id = next(id_ for id_ in (slug, *(f"{slug}-{n}" for n in range(2, len(taken) + 3))) if id_ not in taken)
    speakers[name] = Speaker(speaker_id, name.strip())
    return speaker_id


class _Fields:
    """A JSON object whose fields are checked as they are read, so that an error names the place."""

    def __init__(self, value: Any, place: str) -> None:
        if not isinstance(value, dict):
            raise SourceError(f"{place} must be a JSON object, not {type(value).__name__}.")
        self._value, self.place = value, place

    def _get(self, key: str, kind: type | tuple[type, ...], wanted: str) -> Any:
        value = self._value.get(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise SourceError(f"{self.place}: '{key}' must be {wanted}, not {json.dumps(value)[:40]}.")
        return value

    def text(self, key: str) -> str:
        value = str(self._get(key, str, "a text"))
        if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value):
            raise SourceError(f"{self.place}: '{key}' holds characters that no text has.")
        return value

    def name(self, key: str) -> str:
        value = " ".join(self.text(key).split())
        if not value:
            raise SourceError(f"{self.place}: '{key}' must not be blank.")
        return value

    def whole(self, key: str) -> int:
        return int(self._get(key, int, "a whole number"))

    def probability(self, key: str) -> float:
        value = self._get(key, (int, float), "a number from 0 to 1")
        if not 0 <= value <= 1:
            raise SourceError(f"{self.place}: '{key}' must be a number from 0 to 1, not {str(value)[:20]}.")
        return float(value)

    def optional(self, key: str, kind: type) -> Any:
        return None if self._value.get(key) is None else self._get(key, kind, f"null or {kind.__name__}")

    def optional_text(self, key: str) -> str | None:
        return None if self._value.get(key) is None else self.text(key)

    def choice(self, key: str, allowed: Sequence[str]) -> Any:
        value = self.text(key)
        if value not in allowed:
            raise SourceError(f"{self.place}: '{key}' must be one of {', '.join(allowed)}, not '{value}'.")
        return value

    def object(self, key: str) -> _Fields:
        return _Fields(self._get(key, dict, "an object"), f"{self.place}: {key}")

    def objects(self, key: str) -> list[_Fields]:
        items = self._get(key, list, "a list")
        return [_Fields(item, f"{self.place}: {key}[{index}]") for index, item in enumerate(items)]

    def texts(self, key: str) -> list[str]:
        items = self._get(key, list, "a list")
        return [_Fields({key: item}, self.place).text(key) for item in items]

    def text_table(self, key: str) -> dict[str, str]:
        table = self.object(key)
        return {name: table.text(name) for name in table._value}

    def span(self) -> Span:
        return Span(self.whole("start"), self.whole("end"))

    def spans(self, key: str) -> list[Span]:
        pairs = self._get(key, list, "a list of [start, end]")
        if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
            raise SourceError(f"{self.place}: '{key}' must be a list of [start, end].")
        return [_Fields({"start": pair[0], "end": pair[1]}, f"{self.place}: {key}").span() for pair in pairs]
