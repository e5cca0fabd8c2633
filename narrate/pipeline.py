"""The spine: an article in, an audio edition out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from narrate.assembly import assemble
from narrate.attribution import attribute
from narrate.attribution.batch import attribute_lines
from narrate.cache import TakeCache
from narrate.casting import cast_voices, dump_people, load_people, load_roster, voices_folder
from narrate.config import AUTO, AssemblyConfig, Config, load_config
from narrate.delivery import Imprint, deliver, write_text
from narrate.delivery.lock import alone_at
from narrate.delivery.paths import SCRIPT_ENDING, companions, edition_path
from narrate.delivery.signing import Credentials
from narrate.engines import Choice, choose_engine, get_engine
from narrate.errors import SourceError, UsageError
from narrate.lexicon import load_lexicon
from narrate.mastering import Master
from narrate.readers import Format, form_of, read, read_bytes, read_text
from narrate.readers.web import is_url
from narrate.script import hand_to_narrator, write_script
from narrate.script.disclaimer import open_with_disclaimer
from narrate.script.document import SavedScript, dump_script, is_edited, is_script, load_script
from narrate.script.lines import write_lines
from narrate.synthesis import Crew, synthesise
from narrate.types import Article, Boundary, Cast, Edition, Lexicon, Script, Take, Voice
from narrate.watermark import Watermark, own_key

SAMPLE: Final = "This voice reads the news aloud. Would you listen to it for twenty minutes?"


Source = str | os.PathLike[str] | Article | SavedScript
"""A path of an article or of a script document, or either of them as it was read."""
Settings = Config | str | os.PathLike[str] | None
"""A configuration, the path of a ``narrate.toml``, or None for the defaults."""
Progress = Callable[[int, int], None]
"""Called after every line with the number of lines spoken so far and of all lines."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A script that is cast and ready to be spoken."""

    script: Script
    cast: Cast
    engine: str
    engine_reason: str
    """Why it is that engine."""
    below_threshold: tuple[int, ...]
    """Indices of the quotations that the narrator reads because their speaker is less sure than the threshold."""
    warnings: tuple[str, ...]

    def document(self) -> str:
        """The script document, JSON."""
        return dump_script(self.script, self.cast, engine=self.engine)


def produce(
    source: Source,
    *,
    output: str | os.PathLike[str] | None = None,
    config: Settings = None,
    progress: Progress | None = None,
) -> Edition:
    """Make the audio edition of an article, or of a script document that an editor corrected.

    ``output`` is a folder, or the path of an ``.mp3`` file; the files beside it get the same name with other endings,
    and appear with it once all are whole. Nothing else is written but what the configuration names as
    ``people``, and a copy of a script that was corrected by hand and would be lost. Raises a ``NarrateError``
    for whatever stands in the way; the files of an earlier edition then stay as they were.
    """
    config = as_config(config)
    path = Path(source) if isinstance(source, str | os.PathLike) and not is_url(source) else None
    opened = open_source(source, config=config)
    with Crew(
        _choice(config, opened).name, workers=config.workers, time_limit_s=config.synthesis.time_limit_s
    ) as crew:  # fmt: skip
        if isinstance(opened, Article):
            crew.start()  # the engine loads while the article is parsed
        return _produce(prepare(opened, config=config), crew, path, output, config, progress)


def _produce(
    prepared: Prepared,
    crew: Crew,
    path: Path | None,
    output: str | os.PathLike[str] | None,
    config: Config,
    progress: Progress | None,
) -> Edition:
    """The edition of what was ``prepared`` from ``path``."""
    article, names = prepared.script.article, prepared.script.names
    mp3 = edition_path(Path(output or config.delivery.folder), source=path, title=article.title)
    delivery, beside = config.delivery, companions(mp3, config.delivery.transcripts)
    script_file = beside["script"]
    is_own_source = path is not None and _is_same_file(path, script_file)
    if path and not is_own_source and any(_is_same_file(path, file) for file in (mp3, *beside.values())):
        raise UsageError(f"The edition of {path} would take its place: name another output.")
    warnings = prepared.warnings if is_own_source else (*prepared.warnings, *_set_aside(script_file))
    lines = write_lines(prepared.script)
    cache = take_cache(config) if config.cache.enabled else None
    reused: list[int] = []
    spoken = synthesise(
        lines,
        prepared.cast,
        crew=crew,
        retries=config.synthesis.retries,
        cache=cache,
        language=article.language,
        lexicon=load_lexicon(Path(config.speakable.lexicon)) if config.speakable.lexicon else Lexicon(),
    )
    with alone_at(mp3), closing(spoken) as takes:
        passages = assemble(
            _reported(takes, len(lines), progress, reused),
            names=names,
            pauses_ms=_pauses_ms(config.assembly),
            lead_in_ms=config.assembly.lead_in_ms,
            sample_rate_hz=delivery.sample_rate_hz,
        )
        master = Master(sample_rate_hz=delivery.sample_rate_hz, **asdict(config.loudness))
        delivered = deliver(
            passages,
            master,
            prepared.script,
            prepared.cast,
            mp3=mp3,
            transcripts=delivery.transcripts,
            script_document=None if is_own_source else prepared.document(),
            about=_about(prepared, config),
            imprint=Imprint(delivery.outlet, delivery.album, delivery.copyright, delivery.cover or ""),
            credentials=_credentials(config),
            watermark=Watermark(own_key()) if config.provenance.watermark else None,
            bitrate_kbps=delivery.bitrate_kbps,
        )
    if cache:
        cache.trim()
    if config.casting.people:
        people = Path(config.casting.people)
        write_text(people, [dump_people(people, prepared.engine, prepared.script, prepared.cast)])
    return Edition(
        mp3=mp3,
        captions=beside["captions"],
        script_file=script_file,
        script=prepared.script,
        cast=prepared.cast,
        cues=tuple(master.cues),
        duration_s=master.duration_s,
        chapters=delivered.chapters,
        files=delivered.files,
        provenance=delivered.provenance,
        loudness_lufs=delivered.loudness.integrated_lufs,
        true_peak_dbtp=delivered.loudness.true_peak_dbtp,
        disclaimer=config.script.disclaimer,
        engine=prepared.engine,
        engine_reason=prepared.engine_reason,
        below_threshold=prepared.below_threshold,
        lines=len(lines),
        reused_lines=len(reused),
        warnings=warnings,
    )


def prepare(source: Source, *, config: Settings = None) -> Prepared:
    """Everything before the first sound: read, segment, attribute and cast. Writes nothing."""
    config = as_config(config)
    opened = open_source(source, config=config)
    script = opened.script if isinstance(opened, SavedScript) else attribute(write_script(opened))
    threshold = config.attribution.min_confidence
    script = hand_to_narrator(script, fragment_words=config.script.fragment_words, min_confidence=threshold)
    script = open_with_disclaimer(script, config.script.disclaimer)
    choice = _choice(config, opened)
    engine = choice.name
    config = replace(config, synthesis=replace(config.synthesis, engine=engine))
    pins, warnings = _pins(script.article, config, opened, engine)
    people = load_people(Path(config.casting.people), engine) if config.casting.people else None
    cast = cast_voices(script, roster(config), pins=pins, narrator=config.casting.narrator, people=people)
    return Prepared(
        script=script,
        cast=cast,
        engine=engine,
        engine_reason=choice.reason,
        below_threshold=tuple(
            segment.index
            for segment in script.segments
            if segment.kind == "quotation" and segment.confidence < threshold
        ),
        warnings=(*script.article.warnings, *script.warnings, *cast.warnings, *warnings),
    )


def open_source(
    source: Source | bytes, *, config: Settings = None, name: str = "standard input"
) -> Article | SavedScript:
    """Read an article or a script document: from a path, or from bytes that errors call ``name``."""
    if isinstance(source, Article | SavedScript):
        return source
    config = as_config(config)
    if not isinstance(source, bytes) and not is_url(source) and Path(source).suffix.lower() == ".json":
        source, name = _bytes_of(Path(source)), str(source)
        if form_of(source) is None:
            return _load_document(source, name)
    if isinstance(source, bytes) and is_script(source.decode("utf-8", errors="replace")):
        return _load_document(source, name)
    return read_source(source, config=config, name=name)


def read_source(
    source: str | os.PathLike[str] | bytes,
    *,
    config: Settings = None,
    name: str = "standard input",
    format: Format | None = None,  # noqa: A002
    keep: Iterable[str] = (),
) -> Article:
    """Read an article from a path, a URL, or bytes that errors call ``name``; ``keep`` adds to the configuration's."""
    config = as_config(config)
    kept, disclaimer = (*config.reading.keep, *keep), config.script.disclaimer
    if isinstance(source, bytes):
        return read_bytes(source, name=name, format=format, disclaimer=disclaimer, keep=kept)
    return read(
        str(source) if is_url(source) else Path(source),
        format=format,
        disclaimer=disclaimer,
        keep=kept,
        time_limit_s=config.reading.time_limit_s,
        allow_private=config.reading.allow_private_addresses,
    )


def script_of_text(text: str) -> Script:
    """The script of a bare text, before attribution. Quotations in its headline count."""
    article = read_text(text)
    if article.headline is not None:
        article = replace(article, headline=None, title=None, paragraphs=(article.headline, *article.paragraphs))
    return write_script(article)


def attribute_file(source: Path, output: Path | None = None) -> Iterator[str]:
    """Attribute the articles of a JSON-lines file, on all cores, and yield a line for each (see ``attribute_lines``).

    With ``output`` the lines are written there, once all are there, and none is yielded. Raises a ``NarrateError``
    that names the line or the article if one cannot be read or attributed.
    """
    try:
        with (
            source.open(encoding="utf-8-sig") as lines,
            closing(attribute_lines(lines, script_from="narrate.pipeline:script_of_text")) as answers,
        ):
            if output is None:
                yield from answers
            else:
                write_text(output, (f"{answer}\n" for answer in answers))
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"Cannot read {source}: {error}.") from error


def save_script(prepared: Prepared, path: str | os.PathLike[str]) -> None:
    """Write the script document to ``path``, whole or not at all. Raises ``DeliveryError``."""
    write_text(Path(path), [prepared.document()])


def _load_document(data: bytes, name: str) -> SavedScript:
    try:
        return load_script(data.decode("utf-8-sig"), name=name)
    except UnicodeDecodeError as error:
        raise SourceError(f"{name} is not UTF-8: {error}.") from error


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise SourceError(f"Cannot read {path}: {getattr(error, 'strerror', None) or error}.") from error


def as_config(settings: Settings) -> Config:
    """The configuration that ``settings`` stand for."""
    if isinstance(settings, Config):
        return settings
    return Config() if settings is None else load_config(Path(settings))


def roster(config: Config) -> tuple[Voice, ...]:
    """The voices that may be cast: those of the configured engine, or, where it is ``auto``, of all that speak."""
    path = Path(config.casting.roster) if config.casting.roster else voices_folder() / "roster.toml"
    listed = load_roster(path)
    if config.synthesis.engine == AUTO:
        return tuple(voice for voice in listed if voice.engine != "silent")
    engine = get_engine(config.synthesis.engine)
    voices = tuple(voice for voice in listed if voice.engine == engine.name)
    if not voices and config.casting.roster:
        raise UsageError(f"The roster {path} (casting.roster) lists no voice for engine '{engine.name}'.")
    return voices or tuple(engine.voices())


def try_out(voice_id: str, *, output: str | os.PathLike[str] | None = None, config: Settings = None) -> Path:
    """Render a sentence with a voice, as a small edition, and return the path of its MP3."""
    config = as_config(config)
    voice = next((voice for voice in roster(config) if voice.id == voice_id), None)
    if voice is None:
        raise UsageError(f"There is no voice '{voice_id}'. See: narrate voices")
    config = replace(
        config,
        synthesis=replace(config.synthesis, engine=voice.engine),
        casting=replace(config.casting, narrator=voice.id, pins={}),
    )
    article = read_text(SAMPLE)
    return produce(replace(article, title=f"Voice {voice.id}"), output=output, config=config).mp3


def take_cache(config: Config) -> TakeCache:
    """The cache of takes that the configuration names."""
    if config.cache.folder:
        folder = Path(config.cache.folder)
    else:
        import platformdirs

        folder = Path(platformdirs.user_cache_dir("narrate", appauthor=False)) / "takes"
    return TakeCache(folder, limit_bytes=config.cache.limit_mb * 1_000_000)


def _choice(config: Config, opened: Article | SavedScript) -> Choice:
    named = config.synthesis.engine
    cast_for = opened.engine if isinstance(opened, SavedScript) else None
    return choose_engine(None if named == AUTO else named, cast_for)


def _pins(
    article: Article, config: Config, opened: Article | SavedScript, engine: str
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Voices pinned by name, and warnings. The first pin of a speaker counts: the script document's, then the
    configuration's, then the article's own."""
    pins = _first_wins(config.casting.pins, article.cast)
    if not isinstance(opened, SavedScript):
        return pins, ()
    if opened.engine != engine:
        return pins, (f"The script was cast for engine '{opened.engine}'; its voices were cast anew for '{engine}'.",)
    return _first_wins(opened.voices, pins), ()


def _first_wins(first: Mapping[str, str], second: Mapping[str, str]) -> Mapping[str, str]:
    return {**first, **{name: voice for name, voice in second.items() if name not in first}}


def _credentials(config: Config) -> Credentials | None:
    certificate, key = config.provenance.certificate, config.provenance.key
    return Credentials(Path(certificate), Path(key)) if certificate and key else None


def _about(prepared: Prepared, config: Config) -> dict[str, Any]:
    """What the manifest says of the making: nothing that differs between two makings of the same edition."""
    tables = {name: asdict(getattr(config, name)) for name in ("script", "attribution", "assembly", "loudness")}
    delivery = asdict(config.delivery)
    shaping = {key: delivery[key] for key in delivery if key not in ("folder", "cover")}
    return {
        "engine": prepared.engine,
        "disclaimer": config.script.disclaimer,
        "settings": {**tables, "delivery": shaping},
        "below_threshold": list(prepared.below_threshold),
        "warnings": list(prepared.warnings),
    }


def _pauses_ms(config: AssemblyConfig) -> Mapping[Boundary, int]:
    return {
        "join": config.join_ms,
        "sentence": config.sentence_ms,
        "speaker": config.speaker_ms,
        "paragraph": config.paragraph_ms,
        "headline": config.headline_ms,
        "disclaimer": config.disclaimer_ms,
        "end": config.end_ms,
    }


def _reported(takes: Iterable[Take], total: int, progress: Progress | None, reused: list[int]) -> Iterator[Take]:
    """The takes, their progress told; the indices of lines that were not spoken anew are added to ``reused``."""
    for done, take in enumerate(takes, 1):
        yield take
        if take.reused:
            reused.append(take.line.index)
        if progress:
            progress(done, total)


def _set_aside(script_file: Path) -> tuple[str, ...]:
    """Keep a copy of a script that was corrected by hand and is about to be replaced; return what to tell about it."""
    if not script_file.is_file():
        return ()
    text = script_file.read_text(encoding="utf-8", errors="replace")
    if not is_edited(text):
        return ()
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    kept = script_file.with_name(f"{script_file.name.removesuffix(SCRIPT_ENDING)}.edited-{digest}{SCRIPT_ENDING}")
    write_text(kept, [text])
    return (f"{script_file} had been corrected by hand, which this edition knows nothing of; it is kept as {kept}.",)


def _is_same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
