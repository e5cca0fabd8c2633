"""The script as a JSON document, which an editor corrects and Narrate renders again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from narrate.errors import SourceError, reason
from narrate.languages.controls import readable_json
from narrate.script.characters import check_characters
from narrate.script.slips import NamedRow, find_slips, line_of_fault
from narrate.storage import convert, unknown_keys
from narrate.types import (
    NARRATOR,
    NARRATOR_NAME,
    Article,
    Cast,
    Reading,
    Script,
    Segment,
    SegmentKind,
    Skipped,
    Span,
    Speaker,
)

FORMAT: Final = "narrate-script/1"
CORRECTED: Final = "corrected by an editor"
"""The evidence for a speaker whom an editor named."""
_OPTIONAL_KEYS: Final = ("outlet", "image", "lexicon", "readings")
"""Keys of the article that the document omits if they have no value."""
Name = Annotated[str, Meta(pattern=r"\S", description="a text that is not blank")]


@dataclass(frozen=True, slots=True)
class SavedScript:
    """The content of a script document."""

    script: Script
    engine: str
    """Name of the engine that the script was cast for."""
    voices: Mapping[str, str]
    """Speaker's name -> voice id."""
    slips: tuple[str, ...] = ()
    """Warnings about what a person wrote into the document that has no effect, or was probably meant otherwise."""


class _SegmentFields(msgspec.Struct, omit_defaults=True):
    index: int
    kind: SegmentKind
    start: int
    end: int
    text: str
    speaker: Name | None = None
    """The remaining fields belong to quotations. An editor may change this one, or add only this one."""
    attributed_to: Name | None = None
    voiced_by: str | None = None
    confidence: Annotated[float, Meta(ge=0, le=1)] | None = None
    evidence: str | None = None
    checked: bool = False

    def __post_init__(self) -> None:
        if self.kind == "quotation" and self.speaker is None:
            raise ValueError("a quotation must have a 'speaker'")
        found = (self.attributed_to, self.confidence, self.evidence)
        if self.kind == "quotation" and None in found and found != (None, None, None):
            raise ValueError("'attributed_to', 'confidence' and 'evidence' belong together: restore the ones missing")


class _SkippedFields(msgspec.Struct, kw_only=True):
    reason: str
    start: int | None = None
    end: int | None = None
    text: str

    def __post_init__(self) -> None:
        if (self.start is None) != (self.end is None):
            raise ValueError("'start' and 'end' must be set together")


class _ArticleFields(msgspec.Struct, kw_only=True):
    title: str | None = None
    byline: str | None = None
    language: str
    published: str | None = None
    source: str | None = None
    outlet: str | None = None
    image: str | None = None
    headline: Span | None = None
    paragraphs: tuple[tuple[int, int], ...]
    cast: Mapping[str, str]
    lexicon: Mapping[str, str] = {}
    readings: tuple[Reading, ...] = ()
    warnings: tuple[str, ...]
    text: str


class _Document(msgspec.Struct):
    """The script document. The fields are in the order of the file."""

    format: Literal["narrate-script/1"]
    engine: str
    cast: Mapping[str, str]
    """Speaker's name -> voice id."""
    speakers: tuple[Speaker, ...]
    segments: tuple[_SegmentFields, ...]
    skipped: tuple[_SkippedFields, ...]
    warnings: tuple[str, ...]
    article: _ArticleFields
    reviewed_by: Name | None = None
    reviewed_at: str | None = None

    def __post_init__(self) -> None:
        if (self.reviewed_by is None) != (self.reviewed_at is None):
            raise ValueError("'reviewed_by' and 'reviewed_at' must be set together")


def dump_script(script: Script, cast: Cast, *, engine: str, is_edited: bool = False) -> str:
    """Return the script document as JSON text. The same script gives the same document.

    Args:
        script: The script.
        cast: The voices of its speakers.
        engine: Name of the engine that the script is cast for.
        is_edited: Whether an editor has changed it. Then there is no digest, and nothing replaces it without a backup.
    """
    names = script.names
    document = msgspec.to_builtins(
        _Document(
            format=FORMAT,
            engine=engine,
            cast={names[speaker]: voice.id for speaker, voice in cast.voices.items()},
            speakers=script.speakers,
            segments=tuple(_segment_fields(segment, names) for segment in script.segments),
            skipped=tuple(map(_skipped_fields, script.article.skipped)),
            warnings=script.warnings,
            article=_article_fields(script.article),
        )
    )
    del document["reviewed_by"], document["reviewed_at"]
    if script.reviewed_by:
        document |= {"reviewed_by": script.reviewed_by, "reviewed_at": script.reviewed_at}
    article = document["article"].items()
    document["article"] = {key: value for key, value in article if value or key not in _OPTIONAL_KEYS}
    digest = {} if is_edited else {"digest": _digest(document)}
    return readable_json({**document, **digest}) + "\n"


def _segment_fields(segment: Segment, names: Mapping[str, str]) -> _SegmentFields:
    row = (segment.index, segment.kind, segment.start, segment.end, segment.text)
    if segment.kind != "quotation":
        return _SegmentFields(*row)
    speaker, voiced_by = names[segment.speaker], names[segment.voiced_by]
    found = (round(segment.confidence, 3), segment.evidence, segment.checked)
    return _SegmentFields(*row, speaker, speaker, voiced_by, *found)


def _skipped_fields(skipped: Skipped) -> _SkippedFields:
    start, end = (skipped.span.start, skipped.span.end) if skipped.span else (None, None)
    return _SkippedFields(reason=skipped.reason, start=start, end=end, text=skipped.text)


def _article_fields(article: Article) -> _ArticleFields:
    shared = {name: getattr(article, name) for name in _ArticleFields.__struct_fields__}
    return _ArticleFields(**shared | {"paragraphs": tuple((span.start, span.end) for span in article.paragraphs)})


def is_script(text: str) -> bool:
    """Return whether ``text`` is, or was meant to be, a script document."""
    return text.lstrip("\ufeff \t\r\n").startswith("{") and '"narrate-script/' in text


def is_edited(text: str) -> bool:
    """Return whether the script document ``text`` was changed by hand since Narrate wrote it."""
    try:
        document = json.loads(text)
        return bool(document.pop("digest") != _digest(document))
    except (ValueError, AttributeError, KeyError, RecursionError):
        return True


def corrections_in(text: str) -> frozenset[tuple[str, str]]:
    """Return the text and the speaker of each quotation that an editor checked or corrected in a script document."""
    rows = json.loads(text)["segments"]
    return frozenset((r["text"], r["speaker"]) for r in rows if r.get("checked") or r.get("evidence") == CORRECTED)


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _with_attribution_of_speakers(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a script document in which ``attributed_to`` of each quotation is its ``speaker``."""
    rows = [row | {"attributed_to": row["speaker"]} if "attributed_to" in row else row for row in document["segments"]]
    return {**document, "segments": rows}


def _is_only_attribution_changed(document: Mapping[str, Any]) -> bool:
    """Return whether an editor changed ``attributed_to`` of quotations in a script document, and nothing else."""
    content = {key: value for key, value in document.items() if key != "digest"}
    digest = document.get("digest")
    return digest != _digest(content) and digest == _digest(_with_attribution_of_speakers(content))


def load_script(text: str, *, name: str) -> SavedScript:
    """Read a script document, which error messages call ``name``.

    If the ``speaker`` of a quotation differs from ``attributed_to``, an editor corrected it: it is certain and checked
    from now on, and its speaker may be new. ``voiced_by`` is ignored, because it follows from the rest, and so is
    ``attributed_to`` if an editor changed nothing else.

    Raises:
        SourceError: If the document is broken, or if its segments no longer give the article word for word. The message
            names the key or the segment.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            f"Cannot read {name}: it is not valid JSON ({reason(error)}). Correct it, or undo your last change."
        ) from error
    if not isinstance(value, dict) or "format" not in value:
        advice = "Pass the article itself, or a file that 'narrate script' wrote."
        raise SourceError(f"Cannot read {name}: it is not a script document of Narrate. {advice}")
    with _naming_line(text, name):
        document = convert(_Document, value, failing=f"Cannot read {name}")
    slips = _slips(text, value, document, name)
    if _is_only_attribution_changed(value):
        document = convert(_Document, _with_attribution_of_speakers(value), failing=f"Cannot read {name}")
    check_characters(text, _texts(document), failing=f"Cannot read {name}")
    named = (replace(one, id=one_line(one.id), name=one_line(one.name)) for one in document.speakers)
    speakers = {speaker.name: speaker for speaker in named}
    if "" in speakers or len({one.id for one in speakers.values()} - {NARRATOR, ""}) < len(document.speakers):
        raise SourceError(f"Cannot read {name}: 'speakers': every speaker must have a name and an id of its own.")
    ids = SpeakerIds(speakers)
    segments = [_load_segment(row, ids) for row in document.segments]
    quoted = {segment.speaker for segment in segments}
    script = Script(
        _load_article(document),
        tuple(replace(segment, index=index) for index, segment in enumerate(segments)),
        tuple(speaker for speaker in speakers.values() if speaker.id in quoted),
        document.warnings,
        one_line(document.reviewed_by or ""),
        document.reviewed_at or "",
    )
    with _naming_line(text, name):
        check_tiling(script, failing=f"Cannot read {name}")
    heard = set(script.names.values())
    voices = {speaker: voice for speaker, voice in document.cast.items() if speaker in heard}
    return SavedScript(script, document.engine, voices, slips)


@contextmanager
def _naming_line(text: str, name: str) -> Iterator[None]:
    """Put the line of the document ``text`` into errors that name a part of it."""
    try:
        yield
    except SourceError as error:
        fault = str(error).removeprefix(f"Cannot read {name}: ")
        line = line_of_fault(text, fault)
        raise SourceError(f"Cannot read {name}{f', line {line}' if line else ''}: {fault}") from error


def _slips(text: str, value: Mapping[str, Any], document: _Document, name: str) -> tuple[str, ...]:
    """Return warnings about the document ``text``, which was decoded as ``value``."""
    return find_slips(
        text,
        name=name,
        unknown=((key, hint) for key, hint in unknown_keys(_Document, value) if key != "digest"),
        cast=map(one_line, document.cast),
        names=[NARRATOR_NAME, *(one_line(one.name) for one in document.speakers)],
        aliases={NARRATOR, *(one_line(alias) for one in document.speakers for alias in (one.id, *one.aliases))},
        rows=[
            NamedRow(
                number,
                row.kind,
                *map(one_line, (row.speaker or "", row.attributed_to or "", row.voiced_by or "", row.evidence or "")),
            )
            for number, row in enumerate(document.segments)
            if row.kind == "quotation" or row.speaker
        ],
    )


def _texts(document: _Document) -> frozenset[str]:
    """Return what may set a direction: words of the article, and what quotes them. All else names something."""
    article = document.article
    texts = {article.text, *(row.text for row in document.segments), *(row.text for row in document.skipped)}
    texts |= {row.evidence for row in document.segments if row.evidence}
    texts |= {one for speaker in document.speakers for one in (speaker.role, speaker.gender_evidence) if one}
    texts |= {*document.warnings, *article.warnings, *article.lexicon, *article.lexicon.values()}
    return frozenset(texts | {reading.value for reading in article.readings})


def check_tiling(script: Script, *, failing: str = "The script is broken") -> None:
    """Raise ``SourceError`` unless segments and skipped spans give the article's text, complete and in order.

    The message begins with ``failing`` and names the segment.
    """
    text = script.article.text
    spans = []
    for skipped in script.article.skipped:
        if span := skipped.span:
            if text[span.start : span.end].strip() != skipped.text.strip():
                raise SourceError(f"{failing}: skipped text is not what the article says there: {skipped.text[:60]!r}.")
            spans.append((span.start, span.end, "skipped text"))
    place = 0
    for segment in script.segments:
        if segment.start == segment.end == 0 and _may_be_added(segment, script.article):
            continue
        if segment.kind == "disclaimer" or text[segment.start : segment.end] != segment.text:
            raise SourceError(
                f"{failing}: segment {segment.index} no longer says what the article says there: "
                f"{segment.text[:60]!r}. Correct speakers and voices in a script; to change words, change the article."
            )
        if segment.start < place:
            raise SourceError(f"{failing}: segment {segment.index} is out of order.")
        place = segment.end
        spans.append((segment.start, segment.end, f"segment {segment.index}"))
    _check_cover(text, sorted(spans), failing)


def _check_cover(text: str, spans: Sequence[tuple[int, int, str]], failing: str) -> None:
    """Raise ``SourceError`` unless ``spans``, each with its description, cover ``text`` completely and once."""
    position = 0
    for start, end, what in spans:
        if start != position or end <= start:
            raise SourceError(f"{failing}: {what} should begin at character {position} of the article, not at {start}.")
        position = end
    if position != len(text):
        rest = text[position : position + 60]
        raise SourceError(f"{failing}: no segment holds the article's text from character {position}: {rest!r}.")


def _may_be_added(segment: Segment, article: Article) -> bool:
    """Return whether Narrate adds such a segment to the article's text."""
    return segment.kind == "disclaimer" or (segment.kind == "headline" and segment.text == article.title)


def _load_article(document: _Document) -> Article:
    shared = msgspec.structs.asdict(document.article)
    skipped = tuple(
        Skipped(row.text, row.reason, None if row.start is None or row.end is None else Span(row.start, row.end))
        for row in document.skipped
    )
    return Article(**shared | {"paragraphs": tuple(Span(*pair) for pair in shared["paragraphs"]), "skipped": skipped})


def _load_segment(row: _SegmentFields, ids: SpeakerIds) -> Segment:
    """Return a segment. A speaker that is not in ``speakers`` yet is added to them."""
    segment = Segment(row.index, row.kind, row.text, row.start, row.end)
    if row.kind != "quotation":
        return segment
    name = one_line(row.speaker or "")
    speaker = ids.of(name)
    segment = replace(segment, speaker=speaker, voiced_by=speaker)
    if name != one_line(row.attributed_to or ""):
        return replace(segment, evidence=CORRECTED, checked=True)
    return replace(segment, confidence=row.confidence or 0.0, evidence=row.evidence or "", checked=row.checked)


def one_line(text: str) -> str:
    """Return a name without line breaks and repeated blanks."""
    return " ".join(text.split())


def speaker_id_of(name: str, speakers: dict[str, Speaker]) -> str:
    """Return the id of the speaker with this name, alias or id. A new one is added to ``speakers``, by name."""
    return SpeakerIds(speakers).of(name)


class SpeakerIds:
    """The ids of speakers, by their names, aliases and ids in lower case. New speakers are added to ``speakers``."""

    def __init__(self, speakers: dict[str, Speaker]) -> None:
        self._speakers = speakers
        self._ids = {NARRATOR: NARRATOR}
        self._numbers: dict[str, int] = {}
        self._taken = {NARRATOR, *(speaker.id for speaker in speakers.values())}
        for speaker in speakers.values():
            self._note(speaker)

    def find(self, name: str) -> str | None:
        """Return the id of the first speaker whom a name can mean; None if it is new."""
        return self._ids.get(name.lower())

    def of(self, name: str, described: Speaker | None = None) -> str:
        """Return the id of the first speaker whom a name can mean, or that of a new one, who may be ``described``."""
        known = self.find(name)
        if known is not None:
            return known
        slug = "-".join("".join(char if char.isalnum() else " " for char in name.lower()).split()) or "speaker"
        speaker_id, number = slug, self._numbers.get(slug, 2)
        while speaker_id in self._taken:
            speaker_id = f"{slug}-{number}"
            number += 1
        self._numbers[slug] = number
        self._taken.add(speaker_id)
        self._speakers[name] = replace(described, id=speaker_id) if described else Speaker(speaker_id, name)
        self._note(self._speakers[name])
        return speaker_id

    def _note(self, speaker: Speaker) -> None:
        for key in (speaker.name.lower(), speaker.id, *map(str.lower, speaker.aliases)):
            self._ids.setdefault(key, speaker.id)
