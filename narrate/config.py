"""``narrate.toml`` -> ``Config``. The defaults written here are the only ones."""

from __future__ import annotations

import difflib
import os
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints
from urllib.parse import urlsplit

from narrate.errors import UsageError

AUTO: Final = "auto"
TRANSCRIPTS: Final = ("srt", "json", "txt")
FORMATS: Final = ("m4a", "opus", "wav")
MIN_LETTERS: Final = 4
DISCLAIMER: Final = "Voice is AI-generated. Inconsistencies may occur."


@dataclass(frozen=True, slots=True)
class ScriptConfig:
    """Table ``[script]``."""

    disclaimer: str = DISCLAIMER
    """The first words of every edition: may be longer or in another language, never empty."""
    fragment_words: int = 4
    """A quoted fragment of fewer words inside the narrator's own sentence is read by the narrator."""


@dataclass(frozen=True, slots=True)
class ReadingConfig:
    """Table ``[reading]``."""

    keep: tuple[str, ...] = ()
    """Kinds of text that are read although Narrate would skip them, such as ``byline``."""
    time_limit_s: float = 20.0
    """For fetching a URL, redirects and all."""
    allow_private_addresses: bool = False
    """Whether URLs may lead to this machine or its own network."""


@dataclass(frozen=True, slots=True)
class AttributionConfig:
    """Table ``[attribution]``."""

    min_confidence: float = 0.5
    """In [0, 1]. The narrator reads quotations whose speaker is less sure."""


@dataclass(frozen=True, slots=True)
class CastingConfig:
    """Table ``[casting]``."""

    roster: str | None = None
    """Path of a roster of your own, relative to the configuration file."""
    narrator: str | None = None
    """Voice id of the narrator."""
    people: str | None = None
    """Path of a file that remembers who has which voice, relative to the configuration file; made when missing."""
    pins: Mapping[str, str] = field(default_factory=dict)
    """Table ``[casting.pins]``: speaker's name = voice id."""


@dataclass(frozen=True, slots=True)
class SpeakableConfig:
    """Table ``[speakable]``."""

    lexicon: str = ""
    """Path of a desk's lexicon, relative to the configuration file; TOML, or PLS 1.0 ending in ``.pls``."""


@dataclass(frozen=True, slots=True)
class SynthesisConfig:
    """Table ``[synthesis]``."""

    engine: str = AUTO
    """Name of an engine, or ``auto``: the one that a script document was cast for, else the best installed."""
    model: str = ""
    """Other weights of the engine's model than its own: a path, relative to the configuration file, or the name of a
    model on Hugging Face."""
    workers: int = 0
    """Processor cores to keep busy, by as many processes that speak; 0 means all."""
    time_limit_s: float = 180.0
    """For one line."""
    retries: int = 2
    """More attempts at a line that failed."""


@dataclass(frozen=True, slots=True)
class CacheConfig:
    """Table ``[cache]``."""

    enabled: bool = True
    """Whether takes are kept, and those that were kept are used again."""
    folder: str | None = None
    """Where, relative to the configuration file; None for the user's cache folder."""
    limit_mb: int = 2000
    """In megabytes: what was not used for longest is dropped beyond it."""
    store: str | None = None
    """URL that fsspec knows, such as ``s3://bucket/takes``: takes that many machines share, behind the folder."""


@dataclass(frozen=True, slots=True)
class AssemblyConfig:
    """Table ``[assembly]``. Pauses in milliseconds, each after what it is named for."""

    lead_in_ms: int = 250
    join_ms: int = 80
    sentence_ms: int = 320
    speaker_ms: int = 220
    paragraph_ms: int = 650
    headline_ms: int = 1000
    disclaimer_ms: int = 900
    end_ms: int = 700


@dataclass(frozen=True, slots=True)
class LoudnessConfig:
    """Table ``[loudness]``, by ITU-R BS.1770-4, measured on the MP3 as it decodes."""

    target_lufs: float = -16.0
    """Integrated loudness; the file's one channel counts as one."""
    true_peak_dbtp: float = -1.0
    """The highest true peak."""


@dataclass(frozen=True, slots=True)
class DeliveryConfig:
    """Table ``[delivery]``."""

    folder: str = "output"
    """Where editions land, relative to the working folder, when no output is named."""
    sample_rate_hz: int = 44100
    """44100 or 48000."""
    bitrate_kbps: int = 96
    """96, 112 or 128, constant."""
    transcripts: tuple[str, ...] = TRANSCRIPTS
    """Files beside the WebVTT captions: SubRip, Podcasting 2.0 JSON, plain text."""
    formats: tuple[str, ...] = ()
    """Other sound files beside the MP3: ``m4a`` (AAC), ``opus``, ``wav``."""
    outlet: str = ""
    """Who publishes; otherwise the publication that the article names, or its site."""
    album: str = ""
    """What players file editions under; otherwise the outlet, or the title where there is none."""
    copyright: str = ""
    cover: str | None = None
    """Path of a JPEG or PNG of 1400 pixels or more, relative to the configuration file; otherwise a plain one."""


@dataclass(frozen=True, slots=True)
class ProvenanceConfig:
    """Table ``[provenance]``: the marks of AI origin. Certificate and key go together: with both, editions are signed
    (C2PA)."""

    certificate: str | None = None
    """Path of a PEM file, relative to the configuration file: the publisher's certificate, and the chain above it."""
    key: str | None = None
    """Path of a PEM file, relative to the configuration file: its private key."""
    watermark: bool = True
    """Whether the sound is marked, where the program ``audiowmark`` is installed."""


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """Table ``[feed]``: what the podcast feed says of itself."""

    title: str = ""
    link: str = ""
    description: str = ""
    language: str = "en"
    image: str = ""
    """URL of a picture, JPEG or PNG; otherwise a plain one is written beside the feed."""
    category: str = "News"
    """One of Apple's categories, or one inside another, as in ``News > Politics``."""
    explicit: bool = False
    base_url: str = ""
    """Where the editions' folder is on the web, with ``https``; what describes an edition elsewhere names it, too."""
    author: str = ""
    """Who publishes; otherwise the title."""
    owner_email: str = ""
    """Where directories write to; the feed then names an owner."""


@dataclass(frozen=True, slots=True)
class NotifyConfig:
    """Table ``[notify]``: a webhook. The key of its signature is ``NARRATE_NOTIFY_SECRET`` in the environment."""

    url: str = ""
    """An ``http(s)`` address that is told of every edition; empty for none."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set. Made by :func:`load_config`, or in code."""

    reading: ReadingConfig = field(default_factory=ReadingConfig)
    script: ScriptConfig = field(default_factory=ScriptConfig)
    attribution: AttributionConfig = field(default_factory=AttributionConfig)
    casting: CastingConfig = field(default_factory=CastingConfig)
    speakable: SpeakableConfig = field(default_factory=SpeakableConfig)
    synthesis: SynthesisConfig = field(default_factory=SynthesisConfig)
    cache: CacheConfig = field(default_factory=CacheConfig)
    assembly: AssemblyConfig = field(default_factory=AssemblyConfig)
    loudness: LoudnessConfig = field(default_factory=LoudnessConfig)
    delivery: DeliveryConfig = field(default_factory=DeliveryConfig)
    provenance: ProvenanceConfig = field(default_factory=ProvenanceConfig)
    feed: FeedConfig = field(default_factory=FeedConfig)
    notify: NotifyConfig = field(default_factory=NotifyConfig)

    def __post_init__(self) -> None:
        for key, text in _texts(self):
            _check("\0" not in text, f"{key} holds the character U+0000, which no path or name may")
        _check(_has_words(self.script.disclaimer), "script.disclaimer must be words: every edition opens with it")
        _check(self.script.fragment_words >= 0, "script.fragment_words must be 0 or more")
        _check(0 <= self.attribution.min_confidence <= 1, "attribution.min_confidence must be between 0 and 1")
        _check(0 < self.reading.time_limit_s <= 600, "reading.time_limit_s must be more than 0, and 600 at most")
        _check(0 <= self.synthesis.workers <= 256, "synthesis.workers must be between 0 and 256")
        _check(0 < self.synthesis.time_limit_s <= 3600, "synthesis.time_limit_s must be more than 0, and 3600 at most")
        signed = (self.provenance.certificate is None, self.provenance.key is None)
        _check(len(set(signed)) == 1, "provenance.certificate and provenance.key go together")
        _check(self.delivery.folder != "", "delivery.folder is empty; leave it out, or write '.'")
        _check("://" not in (self.cache.folder or ""), "cache.folder is a folder; takes are shared at cache.store")
        _check(0 < self.cache.limit_mb <= 1_000_000, "cache.limit_mb must be between 1 and 1000000")
        _check(0 <= self.synthesis.retries <= 10, "synthesis.retries must be between 0 and 10")
        for key, value in asdict(self.assembly).items():
            _check(0 <= value <= 10_000, f"assembly.{key} must be between 0 and 10000 milliseconds")
        _check(-36 <= self.loudness.target_lufs <= -13, "loudness.target_lufs must be between -36 and -13")
        _check(self.delivery.sample_rate_hz in (44100, 48000), "delivery.sample_rate_hz must be 44100 or 48000")
        _check(self.delivery.bitrate_kbps in (96, 112, 128), "delivery.bitrate_kbps must be 96, 112 or 128")
        _check(not self.notify.url or _is_web_address(self.notify.url), "notify.url must be an http(s) address")
        known = set(self.delivery.transcripts) <= set(TRANSCRIPTS)
        _check(known, f"delivery.transcripts may hold {', '.join(TRANSCRIPTS)}")
        named = self.delivery.formats
        known = set(named) <= set(FORMATS) and len(set(named)) == len(named)
        _check(known, f"delivery.formats may hold {', '.join(FORMATS)}, each once")
        _check(-9 <= self.loudness.true_peak_dbtp <= -0.5, "loudness.true_peak_dbtp must be between -9 and -0.5")

    @property
    def workers(self) -> int:
        """How many processes speak at a time."""
        return self.synthesis.workers or _cores()


def _texts(settings: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every text among ``settings``, a dataclass or a table, and the key that it stands under."""
    if is_dataclass(settings):
        settings = {item.name: getattr(settings, item.name) for item in fields(settings)}
    for key, value in settings.items():
        if isinstance(value, Mapping) or is_dataclass(value):
            yield from _texts(value, f"{prefix}{key}.")
        elif isinstance(value, str):
            yield prefix + key, value


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and url.isascii()
    except ValueError:
        return False


def _has_words(text: str) -> bool:
    """Whether a voice would say something for ``text``: some letters that are not mere fillers."""
    return sum(char.isalpha() and "FILLER" not in unicodedata.name(char, "") for char in text) >= MIN_LETTERS


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _check(holds: bool, rule: str) -> None:
    if not holds:
        raise UsageError(f"Configuration: {rule}.")


def load_config(path: Path) -> Config:
    """Read a configuration file.

    Raises ``UsageError``, naming the file and the key, if the file cannot be read, is not TOML, or holds an unknown
    key or a value of the wrong type or range.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"The configuration {path} is not valid TOML: {error}.") from error
    except (OSError, ValueError) as error:  # a ValueError for names that no file can have
        raise UsageError(
            f"Cannot read the configuration {path}: {getattr(error, 'strerror', None) or error}."
        ) from error
    try:
        config: Config = _build(Config, table, "")
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error
    roster, people = config.casting.roster, config.casting.people
    casting = replace(
        config.casting,
        roster=roster and str(path.parent / roster),
        people=people and str(path.parent / people),
    )
    model = config.synthesis.model
    synthesis = replace(config.synthesis, model=str(path.parent / model) if model.endswith(".onnx") else model)
    folder = config.cache.folder
    cache = replace(config.cache, folder=folder and str(path.parent / folder))
    cover = config.delivery.cover
    delivery = replace(config.delivery, cover=cover and str(path.parent / cover))
    lexicon = config.speakable.lexicon
    speakable = replace(config.speakable, lexicon=lexicon and str(path.parent / lexicon))
    certificate, key = config.provenance.certificate, config.provenance.key
    provenance = replace(
        config.provenance,
        certificate=certificate and str(path.parent / certificate),
        key=key and str(path.parent / key),
    )
    return replace(
        config,
        casting=casting,
        synthesis=synthesis,
        cache=cache,
        delivery=delivery,
        speakable=speakable,
        provenance=provenance,
    )


def _build(kind: Any, table: Mapping[str, Any], prefix: str) -> Any:
    """An instance of the dataclass ``kind`` from a TOML table; ``prefix`` is where the table stands."""
    known = [item.name for item in fields(kind)]
    hints = get_type_hints(kind)
    values = {}
    for key, value in table.items():
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"Did you mean '{prefix}{close[0]}'?" if close else f"Known here: {', '.join(known)}."
            raise UsageError(f"Unknown key '{prefix}{key}'. {hint}")
        if is_dataclass(hints[key]):
            _expect(isinstance(value, dict), f"{prefix}{key}", "a table", value)
            values[key] = _build(hints[key], value, f"{prefix}{key}.")
        else:
            values[key] = _value(hints[key], value, prefix + key)
    return kind(**values)


_KINDS: Final = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def _value(hint: Any, value: Any, key: str) -> Any:
    if hint == Mapping[str, str]:
        _expect(
            isinstance(value, dict) and all(isinstance(item, str) for item in value.values()),
            key, "a table of texts", value,
        )  # fmt: skip
        return value
    if hint == tuple[str, ...]:
        listed = isinstance(value, list) and all(isinstance(item, str) for item in value)
        _expect(listed, key, "a list of texts", value)
        return tuple(value)
    if hint is float and type(value) is int:
        return float(value)
    allowed = get_args(hint) or (hint,)
    _expect(type(value) in allowed, key, _KINDS[allowed[0]], value)
    return value


def _expect(holds: bool, key: str, wanted: str, value: Any) -> None:
    if not holds:
        raise UsageError(f"'{key}' must be {wanted}, not {value!r}.")


Settings = Config | str | os.PathLike[str] | None
"""A configuration, the path of a ``narrate.toml``, or None for the defaults."""


def as_config(settings: Settings) -> Config:
    """The configuration that ``settings`` stand for."""
    if isinstance(settings, Config):
        return settings
    return Config() if settings is None else load_config(Path(settings))
