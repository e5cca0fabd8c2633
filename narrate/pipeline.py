"""The spine: an article in, an audio edition out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from narrate.audio import AudioSettings, master
from narrate.casting import dump_people
from narrate.config import Config, Settings, as_config
from narrate.delivery.edition import Delivered, PublisherMetadata, deliver
from narrate.delivery.signing import Credentials
from narrate.delivery.stores import Store, open_destination
from narrate.delivery.webhook import send_webhook
from narrate.edition.lock import edition_lock
from narrate.edition.paths import edition_path, sidecar_paths
from narrate.edition.previous import PreviousEdition, read_previous_edition
from narrate.errors import UsageError
from narrate.origins import about, correction_of, origins_of, staleness, watermark_of
from narrate.preparing import Prepared, back_up_script, engine_for, lexicon_of, prepare_opened
from narrate.readers.source import Source, open_source
from narrate.script.document import SavedScript
from narrate.script.lines import write_lines
from narrate.stats import note_run
from narrate.stats.timings import StageTimer
from narrate.storage import is_url, write_text
from narrate.synthesis import WorkerPool, synthesize
from narrate.synthesis.cache import TakeCache, mark_of, own_folder
from narrate.types import Article, Boundary, Edition, Take

Output = str | os.PathLike[str] | None
Progress = Callable[[int, int], None]
"""Called after every line with the number of lines spoken so far and of all lines."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an edition's files go."""

    mp3: Path
    beside: Mapping[str, Path]
    """What each of the other files holds -> its path."""
    holds_source: bool
    """Whether the edition is made from the script document that lies there, which then stays as it is."""


def produce(
    source: Source,
    *,
    output: str | os.PathLike[str] | None = None,
    config: Settings = None,
    progress: Progress | None = None,
) -> Edition:
    """Make the audio edition of an article, or of a script document that an editor corrected.

    ``output`` is a folder, or the path of an ``.mp3`` file, or the URL of either in a store that fsspec knows; the
    files beside it get the same name with other endings, and appear with it once all are whole. An edition that lies
    there already is left untouched if it is whole and made from the same, unless the cache is off; else it is
    corrected: people keep their voices, and the manifest logs what is different. The address in ``notify.url`` is told
    at the end, and trouble with that is a warning.

    Besides the edition's files it writes takes to the take cache unless that is off, a record of the run for
    ``narrate stats`` to the user's cache folder, the file that the configuration names as ``people``, and a copy of a
    script that was corrected by hand and would be lost.

    Raises a ``NarrateError`` for whatever stands in the way; the files of an earlier edition then stay as they were.
    """
    return produce_with(None, source, output=output, config=config, progress=progress)


def produce_with(
    pool: WorkerPool | None, source: Source, *, output: Output, config: Settings, progress: Progress | None = None
) -> Edition:
    """As :func:`produce`. A ``pool`` of the engine that speaks stays for the next edition unless this one fails."""
    config, watch = as_config(config), StageTimer()
    with watch.stage("read"):
        opened = open_source(source, config=config)
    with open_destination(config.delivery.folder if output is None else output) as there:
        place = _place(source, opened, there.output, config)
        choice = engine_for(config, opened)
        cache = take_cache(config) if config.cache.enabled else None
        mark = mark_of(engine=choice.name, text=opened.text) if isinstance(opened, Article) else None
        with (
            edition_lock(there.address(place.mp3)),
            nullcontext(pool) if pool and pool.engine.name == choice.name else hire(choice.name, config) as speakers,
        ):
            there.fetch(place.mp3)
            former = read_previous_edition(place.mp3)
            if mark and not (cache and cache.remembers(mark)):
                # The engine loads while the article is parsed; a correction seldom needs more than one worker.
                speakers.start(1 if cache and former and former.manifest.engine == choice.name else None)
            prepared = prepare_opened(opened, config, former, watch)
            origins = origins_of(prepared, config)
            if former and config.cache.enabled and not staleness(former, origins):
                edition = _edition(prepared, _delivered(former), place, config)
            else:
                edition = _produce(prepared, former, origins, place, speakers, cache, config, progress, watch)
            urls, folder = there.publish(place.mp3.parent, edition.files), place.mp3.parent
            warnings = tuple(there.shown(warning, folder) for warning in edition.warnings)
            edition = replace(edition, urls=urls, warnings=warnings)
            _remember_people(prepared, config)
        if cache and mark:
            cache.remember(mark)
        with watch.stage("deliver"):
            manifest, unsure = edition.files["manifest"], len(edition.below_threshold)
            trouble = send_webhook(config.notify.url, manifest, state=edition.state, unsure_quotations=unsure)
        warnings = (*edition.warnings, trouble) if trouble else edition.warnings
        edition = replace(edition, warnings=warnings, timings=watch.timings())
        if edition.state != "untouched" and not edition.urls:
            note_run(edition)
    return edition


def hire(engine: str, config: Config) -> WorkerPool:
    """Workers as the configuration has them, who speak with the engine of that name. Raises as ``get_engine`` does."""
    its = config.synthesis
    return WorkerPool(engine, workers=config.workers, time_limit_s=its.time_limit_s, model=its.model)


def check(source: Source, *, output: str | os.PathLike[str] | None = None, config: Settings = None) -> tuple[str, ...]:
    """Why the edition on disk is not the one that :func:`produce` would make; nothing if it is. Makes none.

    Raises as :func:`prepare` does.
    """
    config = as_config(config)
    opened = open_source(source, config=config)
    with open_destination(config.delivery.folder if output is None else output) as there:
        place = _place(source, opened, there.output, config)
        with edition_lock(there.address(place.mp3)):
            there.fetch(place.mp3)
            former = read_previous_edition(place.mp3)
            if former is None:
                return (there.shown(f"there is no edition at {place.mp3}", place.mp3.parent),)
            reasons = staleness(former, origins_of(prepare_opened(opened, config, former, StageTimer()), config))
    return tuple(there.shown(reason, place.mp3.parent) for reason in reasons)


def _produce(
    prepared: Prepared,
    former: PreviousEdition | None,
    origins: Mapping[str, str],
    place: Place,
    pool: WorkerPool,
    cache: TakeCache | None,
    config: Config,
    progress: Progress | None,
    watch: StageTimer,
) -> Edition:
    """The edition of what was ``prepared``, at ``place``."""
    article, delivery = prepared.script.article, config.delivery
    kept = () if place.holds_source else back_up_script(prepared, place.beside["script"])
    correction = correction_of(prepared, former, origins)
    lines = write_lines(prepared.script)
    reused, before_s = list[int](), pool.cpu_s
    spoken = synthesize(
        lines,
        prepared.cast,
        pool=pool,
        retries=config.synthesis.retries,
        cache=cache,
        language=article.language,
        lexicon=lexicon_of(prepared.script.article, config),
    )
    with closing(spoken) as takes, watch.stage("deliver"):
        reported = _reported(watch.each(takes, "synthesize"), len(lines), progress, reused)
        names, settings = prepared.script.names, _audio_settings(config)
        delivered = deliver(
            lambda targets: master(reported, names=names, settings=settings, targets=targets, stage=watch.stage),
            prepared.script,
            prepared.cast,
            mp3=place.mp3,
            transcripts=delivery.transcripts,
            formats=delivery.formats,
            script_document=None if place.holds_source else prepared.document(),
            about=about(prepared, config, former, origins, correction),
            imprint=PublisherMetadata(
                delivery.outlet, delivery.album, delivery.copyright, delivery.cover or "", config.feed.base_url
            ),
            credentials=_credentials(config),
        )
    watch.add("synthesize", cpu_s=pool.cpu_s - before_s)
    if cache:
        cache.trim()
    edition = _edition(prepared, delivered, place, config)
    return replace(
        edition,
        reused_lines=len(reused),
        state="new" if former is None else "corrected" if correction else "remade",
        correction=correction,
        warnings=(*prepared.warnings, *kept, *delivered.warnings),
    )


def _delivered(previous: PreviousEdition) -> Delivered:
    """Return what was delivered with the previous edition."""
    manifest = previous.manifest
    return Delivered(
        previous.cues,
        manifest.duration_s,
        manifest.loudness.to_loudness(),
        manifest.chapters,
        previous.files,
        manifest.provenance,
        manifest.warnings,
    )


def _edition(prepared: Prepared, made: Delivered, place: Place, config: Config) -> Edition:
    """The edition that was ``made`` of what was ``prepared``, as if it lay there before: see :func:`_produce`."""
    return Edition(
        mp3=place.mp3,
        captions=place.beside["captions"],
        script_file=place.beside["script"],
        script=prepared.script,
        cast=prepared.cast,
        cues=made.cues,
        duration_s=made.duration_s,
        chapters=made.chapters,
        files=made.files,
        provenance=made.provenance,
        loudness_lufs=made.loudness.integrated_lufs,
        true_peak_dbtp=made.loudness.true_peak_dbtp,
        disclaimer=config.script.disclaimer,
        engine=prepared.engine,
        engine_reason=prepared.engine_reason,
        below_threshold=prepared.below_threshold,
        lines=len(made.cues),
        reused_lines=len(made.cues),
        state="untouched",
        warnings=prepared.warnings,
    )


def prepare(source: Source, *, output: str | os.PathLike[str] | None = None, config: Settings = None) -> Prepared:
    """Everything before the first sound: read, segment, attribute and cast. Writes nothing.

    With ``output`` (as for :func:`produce`) the people of an edition that lies there keep their voices.
    """
    config = as_config(config)
    opened = open_source(source, config=config)
    if output is None:
        return prepare_opened(opened, config, None, StageTimer())
    with open_destination(output) as there:
        mp3 = _place(source, opened, there.output, config).mp3
        there.fetch(mp3)
        return prepare_opened(opened, config, read_previous_edition(mp3), StageTimer())


def _place(source: Source, opened: Article | SavedScript, output: Path, config: Config) -> Place:
    """Raises ``UsageError`` if the edition would take its source's place."""
    path = Path(source) if isinstance(source, str | os.PathLike) and not is_url(source) else None
    article = opened.script.article if isinstance(opened, SavedScript) else opened
    mp3 = edition_path(output, source=path, title=article.title)
    beside = sidecar_paths(mp3, config.delivery.transcripts, formats=config.delivery.formats)
    holds_source = path is not None and _is_same_file(path, beside["script"])
    if path and not holds_source and any(_is_same_file(path, file) for file in (mp3, *beside.values())):
        raise UsageError(f"The edition of {path} would take its place: name another output.")
    return Place(mp3, beside, holds_source)


def take_cache(config: Config) -> TakeCache:
    """The cache of takes that the configuration names."""
    folder = Path(config.cache.folder) if config.cache.folder else own_folder()
    store = Store(config.cache.store) if config.cache.store else None
    return TakeCache(folder, limit_bytes=config.cache.limit_mb * 1_000_000, store=store)


def _credentials(config: Config) -> Credentials | None:
    certificate, key = config.provenance.certificate, config.provenance.key
    return Credentials(Path(certificate), Path(key)) if certificate and key else None


def _remember_people(prepared: Prepared, config: Config) -> None:
    """Add the speakers to the configured file, if they are not all in it."""
    if config.casting.people:
        people = Path(config.casting.people)
        text = dump_people(people, prepared.engine, prepared.script, prepared.cast)
        if not people.is_file() or people.read_text(encoding="utf-8") != text:
            write_text(people, [text])


def _audio_settings(config: Config) -> AudioSettings:
    return AudioSettings(
        sample_rate_hz=config.delivery.sample_rate_hz,
        bitrate_kbps=config.delivery.bitrate_kbps,
        target_lufs=config.loudness.target_lufs,
        true_peak_dbtp=config.loudness.true_peak_dbtp,
        lead_in_ms=config.assembly.lead_in_ms,
        pauses_ms={boundary: getattr(config.assembly, f"{boundary}_ms") for boundary in get_args(Boundary)},
        formats=tuple(config.delivery.formats),
        watermark=watermark_of(config),
        workers=config.workers,
    )


def _reported(takes: Iterable[Take], total: int, progress: Progress | None, reused: list[int]) -> Iterator[Take]:
    """The takes, their progress told; the indices of lines that were not spoken anew are added to ``reused``."""
    for done, take in enumerate(takes, 1):
        yield take
        if take.reused:
            reused.append(take.line.index)
        if progress:
            progress(done, total)


def _is_same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
