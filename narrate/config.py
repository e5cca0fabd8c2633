"""Read ``narrate.toml`` into a ``Config``. All defaults are defined here, and what a setting of a proxy stands for."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args
from urllib.parse import unquote, urlsplit, urlunsplit

from msgspec import Meta

from narrate.errors import UsageError
from narrate.storage import convert, read_toml, without_login

AUTO: Final = "auto"
ENVIRONMENT: Final = "environment"
"""The setting for the proxy that the usual environment variables name."""
PROXY_RULE: Final = "must be the address of a proxy, such as http://proxy.example:3128, or 'environment'."
Transcript = Literal["srt", "json", "txt"]
AudioFormat = Literal["m4a", "opus", "wav"]
Milliseconds = Annotated[int, Meta(ge=0, le=10_000)]
MIN_LETTERS: Final = 4
"""Letters that a disclaimer has at least: enough for a word in any language."""
DISCLAIMER: Final = "Voice is AI-generated. Inconsistencies may occur."


@dataclass(frozen=True, slots=True)
class ScriptConfig:
    """Table ``[script]``."""

    disclaimer: str = DISCLAIMER
    """The first words of every edition. The default is spoken in the article's language. They may not be empty."""
    fragment_words: Annotated[int, Meta(ge=0)] = 4
    """The narrator reads quoted fragments of fewer words inside the narrator's own sentence."""


@dataclass(frozen=True, slots=True)
class ReadingConfig:
    """Table ``[reading]``."""

    keep: tuple[str, ...] = ()
    """Kinds of text that are read although Narrate would skip them, such as ``byline``."""
    language: str = ""
    """Language of the articles, a BCP 47 tag such as ``en``; empty to find it in the text and its metadata."""
    time_limit_s: Annotated[float, Meta(gt=0, le=600)] = 20.0
    """Seconds for fetching a URL, with all redirects."""
    allow_private_addresses: bool = False
    """Whether URLs may lead to this machine or its local network."""
    proxy: str = ""
    """An ``http(s)`` proxy through which URLs are fetched, such as ``http://proxy.example:3128``; ``environment`` for
    the one that ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY`` name; empty for none."""


@dataclass(frozen=True, slots=True)
class AttributionConfig:
    """Table ``[attribution]``."""

    min_confidence: Annotated[float, Meta(ge=0, le=1)] = 0.65
    """In [0, 1]. The narrator reads quotations with a lower confidence."""


@dataclass(frozen=True, slots=True)
class CastingConfig:
    """Table ``[casting]``."""

    roster: str | None = None
    """Path of a roster, relative to the configuration file; None for the roster of Narrate."""
    narrator: str | None = None
    """Voice id of the narrator; None for the roster's voice for narrators."""
    people: str | None = None
    """Path of a file that remembers people's voices, relative to the configuration file. It is created if missing."""
    pins: Mapping[str, str] = field(default_factory=dict)
    """Table ``[casting.pins]``: speaker's name = voice id."""


@dataclass(frozen=True, slots=True)
class SpeakableConfig:
    """Table ``[speakable]``."""

    lexicon: str = ""
    """Path of a pronunciation lexicon, relative to the configuration file: TOML, or PLS 1.0 if it ends in ``.pls``."""


@dataclass(frozen=True, slots=True)
class SynthesisConfig:
    """Table ``[synthesis]``."""

    engine: str = AUTO
    """Name of an engine, or ``auto`` for the engine that a script was cast for, or else the best one installed."""
    model: str = ""
    """Weights for the engine's model: a path ending in ``.onnx``, relative to the configuration file, or the name of a
    model on Hugging Face; empty for the weights that come with the engine."""
    workers: Annotated[int, Meta(ge=0, le=256)] = 0
    """Number of worker processes that speak, one for each processor core; 0 for all cores."""
    time_limit_s: Annotated[float, Meta(gt=0, le=3600)] = 180.0
    """Seconds for one line."""
    retries: Annotated[int, Meta(ge=0, le=10)] = 2
    """Number of further attempts at a line that failed."""


@dataclass(frozen=True, slots=True)
class EnginesConfig:
    """Table ``[engines]``: what single engines need."""

    paradee: Mapping[str, Annotated[str, Meta(min_length=1)]] = field(default_factory=dict)
    """Weights by the id of a voice: a path ending in ``.onnx``, relative to the configuration file, or the name of a
    model on Hugging Face, in place of those that the roster names."""


@dataclass(frozen=True, slots=True)
class CacheConfig:
    """Table ``[cache]``."""

    enabled: bool = True
    """Whether takes are kept and used again."""
    folder: str | None = None
    """Path of a folder, relative to the configuration file; None for the user's cache folder."""
    limit_mb: Annotated[int, Meta(ge=1, le=1_000_000)] = 2000
    """Size of the folder in megabytes. Beyond it, the takes that were not used for the longest time are deleted."""
    store: str | None = None
    """URL that fsspec knows, such as ``s3://bucket/takes``, for takes that several machines share."""


@dataclass(frozen=True, slots=True)
class AssemblyConfig:
    """Table ``[assembly]``: pauses in milliseconds. Each follows the part that it is named after."""

    lead_in_ms: Milliseconds = 250
    join_ms: Milliseconds = 80
    sentence_ms: Milliseconds = 320
    speaker_ms: Milliseconds = 220
    paragraph_ms: Milliseconds = 650
    headline_ms: Milliseconds = 1000
    disclaimer_ms: Milliseconds = 900
    end_ms: Milliseconds = 700


@dataclass(frozen=True, slots=True)
class LoudnessConfig:
    """Table ``[loudness]``: levels by ITU-R BS.1770-4, measured on the decoded MP3."""

    target_lufs: Annotated[float, Meta(ge=-36, le=-13)] = -16.0
    """Integrated loudness in LUFS; mono is counted as one channel."""
    true_peak_dbtp: Annotated[float, Meta(ge=-9, le=-0.5)] = -1.0
    """Highest true peak in dBTP."""


@dataclass(frozen=True, slots=True)
class DeliveryConfig:
    """Table ``[delivery]``."""

    folder: Annotated[str, Meta(min_length=1)] = "output"
    """Folder for editions if no output is named, relative to the working folder."""
    sample_rate_hz: Literal[44100, 48000] = 44100
    """Sample rate of the MP3 in hertz."""
    bitrate_kbps: Literal[96, 112, 128] = 96
    """Constant bit rate of the MP3 in kilobits per second."""
    transcripts: tuple[Transcript, ...] = get_args(Transcript)
    """Transcripts besides the WebVTT captions: SubRip, Podcasting 2.0 JSON, plain text."""
    formats: tuple[AudioFormat, ...] = ()
    """Audio formats besides the MP3: ``m4a`` (AAC), ``opus``, ``wav``."""
    outlet: str = ""
    """Name of the publisher; empty for the publication that the article names, or its site."""
    album: str = ""
    """Album in the tags; empty for the outlet, or else for the title."""
    copyright: str = ""
    """Copyright notice in the tags, such as ``2026 Example News``."""
    cover: str | None = None
    """Path of a JPEG or PNG of at least 1400 pixels, relative to the configuration file; None for a plain cover."""
    replace: bool = False
    """Whether an edition may replace the edition of another article, as for a fixed name such as ``latest.mp3``."""


@dataclass(frozen=True, slots=True)
class ProvenanceConfig:
    """Table ``[provenance]``: marks of AI origin. With a certificate and a key, editions are signed (C2PA)."""

    certificate: str | None = None
    """Path of a PEM file with the publisher's certificate and its chain, relative to the configuration file."""
    key: str | None = None
    """Path of a PEM file with the private key, relative to the configuration file."""
    watermark: bool = True
    """Whether the sound gets a watermark, if the program ``audiowmark`` is installed."""


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """Table ``[feed]``: the channel of the podcast feed."""

    title: str = ""
    """Title of the podcast. A feed needs it."""
    link: str = ""
    """URL of the podcast's page on the web. A feed needs it."""
    description: str = ""
    """What the podcast is about. A feed needs it."""
    language: str = "en"
    image: str = ""
    """URL of a JPEG or PNG; empty to write a plain picture next to the feed."""
    category: str = "News"
    """One of Apple's categories, or a subcategory as in ``News > Politics``."""
    explicit: bool = False
    base_url: str = ""
    """URL of the folder of editions on the web, with ``https``. A feed needs it; pages with an edition use it, too."""
    author: str = ""
    """Name of the publisher; empty for the title."""
    owner_email: str = ""
    """Address to which podcast directories write; empty for a feed without an owner."""


@dataclass(frozen=True, slots=True)
class ReviewConfig:
    """Table ``[review]``."""

    required: bool = False
    """Whether an edition is only made once an editor has checked its doubtful quotations."""


@dataclass(frozen=True, slots=True)
class NotifyConfig:
    """Table ``[notify]``: a webhook. The environment variable ``NARRATE_NOTIFY_SECRET`` holds its secret."""

    url: str = ""
    """An ``http(s)`` address to which a message is sent for each edition; empty for none."""
    proxy: str = ""
    """A proxy for it, as in ``[reading]``; empty for none."""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, from :func:`load_config` or made in code. Wrong values raise ``UsageError``."""

    reading: ReadingConfig = field(default_factory=ReadingConfig)
    script: ScriptConfig = field(default_factory=ScriptConfig)
    attribution: AttributionConfig = field(default_factory=AttributionConfig)
    casting: CastingConfig = field(default_factory=CastingConfig)
    speakable: SpeakableConfig = field(default_factory=SpeakableConfig)
    synthesis: SynthesisConfig = field(default_factory=SynthesisConfig)
    engines: EnginesConfig = field(default_factory=EnginesConfig)
    cache: CacheConfig = field(default_factory=CacheConfig)
    assembly: AssemblyConfig = field(default_factory=AssemblyConfig)
    loudness: LoudnessConfig = field(default_factory=LoudnessConfig)
    delivery: DeliveryConfig = field(default_factory=DeliveryConfig)
    provenance: ProvenanceConfig = field(default_factory=ProvenanceConfig)
    feed: FeedConfig = field(default_factory=FeedConfig)
    notify: NotifyConfig = field(default_factory=NotifyConfig)
    review: ReviewConfig = field(default_factory=ReviewConfig)

    def __post_init__(self) -> None:
        for item in fields(self):
            expected, given = type(item.default_factory()), getattr(self, item.name)  # type: ignore[operator]
            if not isinstance(given, expected):
                raise UsageError(f"'{item.name}' must be a {expected.__name__}, not a {type(given).__name__}.")
        for name, key in (*PATH_KEYS, ("delivery", "folder")):
            if str(value := getattr(table := getattr(self, name), key) or "").startswith("~"):
                expanded = replace(table, **{key: _without_tilde(str(value), f"{name}.{key}")})
                object.__setattr__(self, name, expanded)  # the dataclass is frozen
        for name, table in ((item.name, getattr(self, item.name)) for item in fields(self)):
            values = {item.name: _checkable(getattr(table, item.name)) for item in fields(table)}
            convert(type(table), values, key=name, error=UsageError)
        provenance, formats = self.provenance, self.delivery.formats
        rules = {
            "'script.disclaimer' must be words: every edition opens with it.": _has_words(self.script.disclaimer),
            "'cache.folder' must be a folder. Set 'cache.store' to share takes in a store.": (
                "://" not in str(self.cache.folder or "")
            ),
            "'delivery.formats' must name each format once.": len(set(formats)) == len(formats),
            "'provenance.certificate' and 'provenance.key' must be set together.": (
                (provenance.certificate is None) == (provenance.key is None)
            ),
            "'notify.url' must be an http or https address.": not self.notify.url
            or _is_valid_http_url(self.notify.url),
            f"'reading.proxy' {PROXY_RULE}": _is_proxy(self.reading.proxy),
            f"'notify.proxy' {PROXY_RULE}": _is_proxy(self.notify.proxy),
        }
        for rule, holds in rules.items():
            if not holds:
                raise UsageError(rule)

    @property
    def workers(self) -> int:
        """Number of worker processes that speak at a time."""
        return self.synthesis.workers or _cores()


def _without_tilde(path: str, key: str) -> str:
    """Return a path that begins with ``~`` with the home folder in its place."""
    try:
        return str(Path(path).expanduser())
    except RuntimeError:  # there is no such user
        home = Path(path).parts[0]
        raise UsageError(f"'{key}' begins with '{home}', and there is no such home folder. Write the path.") from None


def _checkable(value: Any) -> Any:
    """Return a setting as it is checked: paths as texts, without the bytes of a file name that are not UTF-8."""
    if isinstance(value, Mapping):
        return dict(value)
    text = os.fspath(value) if isinstance(value, os.PathLike) else value
    return text.encode(errors="replace").decode() if isinstance(text, str) else text


def _is_valid_http_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and url.isascii()
    except ValueError:
        return False


def _is_proxy(setting: str) -> bool:
    return setting in ("", ENVIRONMENT) or _is_valid_http_url(setting)


def _has_words(text: str) -> bool:
    """Return whether ``text`` has enough letters to be spoken; Unicode's fillers count as letters, but are silent."""
    return sum(char.isalpha() and "FILLER" not in unicodedata.name(char, "") for char in text) >= MIN_LETTERS


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


PATH_KEYS: Final = (
    ("cache", "folder"),
    ("casting", "people"),
    ("casting", "roster"),
    ("delivery", "cover"),
    ("provenance", "certificate"),
    ("provenance", "key"),
    ("speakable", "lexicon"),
    ("synthesis", "model"),
)
"""Keys whose values are paths, relative to the configuration file."""


def load_config(path: str | os.PathLike[str]) -> Config:
    """Read a configuration file.

    Args:
        path: A TOML file. The paths in it are relative to its folder; ``~`` is the user's home folder.

    Raises:
        UsageError: If the file cannot be read, is not TOML, or holds an unknown key or a value of the wrong type or
            range. The message names the file and the key.
    """
    path = Path(path)
    tables = read_toml(path)
    try:
        config = convert(Config, tables, error=UsageError, is_closed=True)
    except UsageError as error:
        raise UsageError(f"Cannot read {path}: {error}") from error
    config = replace(config, engines=EnginesConfig(_relative_to(path.parent, config.engines.paradee)))
    for name, key in PATH_KEYS:
        table = getattr(config, name)
        value = getattr(table, key)
        if value and (key != "model" or value.endswith(".onnx")):  # other models are names on Hugging Face
            config = replace(config, **{name: replace(table, **{key: str(path.parent / value)})})
    return config


def _relative_to(folder: Path, weights: Mapping[str, str]) -> dict[str, str]:
    """Return weights with their paths relative to a folder; ``~`` is the user's home folder."""
    paths = {id_: _without_tilde(its, "engines.paradee") for id_, its in weights.items() if its.endswith(".onnx")}
    return {**weights, **{id_: str(folder / path) for id_, path in paths.items()}}


Settings = Config | str | os.PathLike[str] | None
"""A configuration, the path of a ``narrate.toml``, or None for the defaults."""


def as_config(settings: Settings) -> Config:
    """Return the configuration that ``settings`` stand for.

    Raises:
        UsageError: As ``load_config`` does.
    """
    if isinstance(settings, Config):
        return settings
    if settings is None:
        return Config()
    if not isinstance(settings, str | os.PathLike):
        raise UsageError(f"A configuration is a Config or the path of a file, not a {type(settings).__name__}.")
    return load_config(settings)


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy for HTTP."""

    url: str
    """Its address, without user and password."""
    login: tuple[bytes, bytes] | None
    """User and password, if it wants them."""


def proxy_for(url: str, setting: str) -> Proxy | None:
    """Return the proxy through which a request goes.

    Args:
        url: The ``http(s)`` URL of the request.
        setting: The address of a proxy, ``environment``, or an empty text for none. The environment counts as for curl:
            ``https_proxy``, ``http_proxy`` and ``all_proxy`` name the proxy, small letters before capitals, and
            ``no_proxy`` the hosts without one: names with all below them, addresses, networks (``10.0.0.0/8``), ``*``.

    Returns:
        The proxy; None for a direct connection.

    Raises:
        UsageError: The environment names a proxy that does not speak HTTP.
    """
    address = _proxy_of_environment(url) if setting == ENVIRONMENT else setting
    if not address:
        return None
    parts = urlsplit(address)
    login = None
    if parts.username is not None:
        login = unquote(parts.username).encode(), unquote(parts.password or "").encode()
    return Proxy(urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "", "", "")), login)


def _proxy_of_environment(url: str) -> str:
    """Return the address of the proxy that the environment names for ``url``; empty for none."""
    from urllib.request import getproxies_environment

    proxies, parts = getproxies_environment(), urlsplit(url)
    address = proxies.get(parts.scheme) or proxies.get("all", "")
    hosts = (parts.hostname or "", parts.netloc.rpartition("@")[2].lower())
    if not address or any(_is_exception(name.strip().lower(), hosts) for name in proxies.get("no", "").split(",")):
        return ""
    address = address if "://" in address else f"http://{address}"
    if not _is_valid_http_url(address):
        problem = f"Cannot use the proxy {without_login(address)} of the environment: it is no http or https proxy"
        raise UsageError(f"{problem}. Set the address of one in the configuration.")
    return address


def _is_exception(name: str, hosts: tuple[str, str]) -> bool:
    """Return whether ``name``, an entry of ``no_proxy``, covers a host, which is given without and with its port."""
    if "/" in name:
        with suppress(ValueError):  # the host is a name, or the entry is no network
            return ip_address(hosts[0]) in ip_network(name, strict=False)
    domain = name.removeprefix("*").lstrip(".")
    return name == "*" or (domain != "" and any(host == domain or host.endswith(f".{domain}") for host in hosts))
