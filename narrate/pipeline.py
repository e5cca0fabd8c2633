"""The whole job: an article in, an audio edition out.

:func:`produce_job` reads from top to bottom: load, look for a current edition, plan, synthesize, master, deliver.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from narrate.audio.watermark import watermark_with_own_key
from narrate.casting import cast_voices, load_people, remember_people
from narrate.config import Config, Settings, as_config
from narrate.delivery.stores import open_destination
from narrate.delivery.webhook import send_webhook
from narrate.edition.backup import back_up_script
from narrate.edition.changes import changes_since, extended_log
from narrate.edition.fingerprint import shaping_settings, staleness
from narrate.edition.lock import edition_lock
from narrate.edition.paths import edition_paths
from narrate.edition.plan import (
    Plan,
    build_plan,
    edited_script,
    engine_for,
    guests,
    narrated,
    pinned_voices,
    reviewed,
    roster,
    saved_plan,
)
from narrate.edition.previous import PreviousEdition, read_previous_edition
from narrate.edition.result import Result, finished_edition
from narrate.edition.review import review_error, review_reasons
from narrate.edition.same_article import is_same_article, other_article_problem
from narrate.engines import Choice
from narrate.job import Inputs, Job, lexicon_of, take_cache, worker_pool
from narrate.readers.source import LoadedSource, Source, load_source
from narrate.script import with_closing_punctuation, write_script
from narrate.script.document import SavedScript
from narrate.script.lines import write_lines
from narrate.stats import note_run
from narrate.storage import Staging, write_text
from narrate.types import Article, Boundary, Cast, Edition, EditionState, Script, Stage, Voice

if TYPE_CHECKING:
    from narrate.audio import Mastered
    from narrate.delivery.files import EditionFiles
    from narrate.synthesis import SpokenAhead, TakeStream, WorkerPool
    from narrate.types import ProgressCallback, Take


STREAMED_BYTES: Final = 64 * 1024  # of a finished file, at a time


def produce(
    source: Source,
    *,
    output: str | os.PathLike[str] | None = None,
    config: Settings = None,
    progress: ProgressCallback | None = None,
    stream: Callable[[bytes], object] | None = None,
) -> Edition:
    """Make the audio edition of an article, or of a script document that an editor corrected.

    An edition on disk that is whole and current is left untouched, unless the cache is off. Any other is replaced:
    people keep their voices, and the manifest logs the changes. The files appear together, once all of them are whole.
    Besides the edition's files, Narrate writes the takes and a record of the run into the cache folder, the ``people``
    file if one is configured, and a copy of a script that was corrected by hand and would be overwritten. If the
    webhook cannot be delivered, that is a warning.

    Args:
        source: Path or URL of an article or of a script document, or what ``open_source`` returned.
        output: A folder, the path of an ``.mp3`` file, or the URL of either in a store that fsspec knows. The sidecar
            files get the same name with other endings. None for the folder that the configuration names.
        config: A configuration, the path of a ``narrate.toml``, or None for the defaults.
        progress: Called at the beginning of each stage and after each line, with a ``Progress``.
        stream: Called with the sound as MP3 data, line after line, while the rest is spoken. Each speaker is brought to
            the loudness by what was heard of them so far, without a watermark and tags: the file is the publication,
            and this is for a listener who does not wait. Of an edition that is current, it gets the file. Whatever it
            raises goes through, and no edition is made.

    Returns:
        The finished edition.

    Raises:
        ReviewError: If ``[review] required`` is set and an editor must check quotations first. The script document
            is then where the edition would be, for the editor; nothing else has changed.
        NarrateError: If the edition cannot be made. The files of the previous edition then stay as they were.
    """
    return produce_job(Job(source, as_config(config), output, progress, stream=stream))


def produce_job(job: Job) -> Edition:
    """Make the edition of ``job``, or find that the one on disk is current. See :func:`produce`."""
    with load(job, is_making=True) as inputs:
        if current := find_current_edition(inputs):
            await_review(current.plan, inputs)
            return finish_current(current, inputs)
        with open_pools(inputs) as speaking:
            plan = make_plan(inputs, speaking.begin)
            inputs = inputs.for_article_of(plan)
            await_review(plan, inputs)
            if current := still_current(plan, inputs):
                return finish_current(current, inputs)
            with job.timer.stage("deliver"), Staging() as staging, synthesize_plan(plan, inputs, speaking) as takes:
                files = stage_files(plan, inputs, staging)
                mastered = master_takes(takes, plan, inputs, files)
                result = deliver_edition(mastered, plan, inputs, files, takes.reused_lines)
                staging.publish()
        return finish(result, inputs)


def check(source: Source, *, output: str | os.PathLike[str] | None = None, config: Settings = None) -> tuple[str, ...]:
    """Return why the edition on disk is not the one that :func:`produce` would make. Make none.

    Args:
        source: As for :func:`produce`.
        output: As for :func:`produce`.
        config: As for :func:`produce`.

    Returns:
        Sentences for people; none if the edition is current.

    Raises:
        NarrateError: If the source cannot be read, or the configuration cannot be followed.
    """
    with load(Job(source, as_config(config), output)) as inputs:
        if inputs.previous is None:
            return (inputs.shown(f"there is no edition at {inputs.paths.mp3}"),)
        current = find_current_edition(inputs)
        plan = current.plan if current else make_plan(inputs)
        reasons = () if current else staleness(inputs.previous, inputs.fingerprints(plan))
        if plan.replaces_other_article:
            reasons = (other_article_problem(inputs.paths.mp3, inputs.previous),)
        return tuple(map(inputs.shown, (*reasons, *review_reasons(plan, config=inputs.config))))


def prepare(source: Source, *, output: str | os.PathLike[str] | None = None, config: Settings = None) -> Plan:
    """Do everything before the first sound: read, segment, attribute and cast. Write nothing.

    Args:
        source: As for :func:`produce`.
        output: As for :func:`produce`. With it, the people of an edition that is there keep their voices.
        config: As for :func:`produce`.

    Raises:
        NarrateError: If the source cannot be read, or the configuration cannot be followed.
    """
    config = as_config(config)
    if output is not None:
        with load(Job(source, config, output), is_locked=False) as inputs:
            return make_plan(inputs)
    loaded = load_source(source, config=config)
    choice = engine_for(loaded.script, config, loaded.parse)
    return _plan(loaded, choice, None, Job(source, config), None, lambda _: None)


@contextmanager
def load(job: Job, *, is_locked: bool = True, is_making: bool = False) -> Iterator[Inputs]:
    """Read the source and the edition on disk.

    If locked, no other process of this machine makes the edition until the context ends; if it is being made in a
    store, no other machine does either.
    """
    delivery = job.config.delivery
    job.report("read")
    with job.timer.stage("read"), job.reading_limit():
        source = load_source(job.source, config=job.config)
    with open_destination(delivery.folder if job.output is None else job.output) as destination:
        paths = edition_paths(
            destination.output,
            source=source.path,
            title=lambda: source.title,
            transcripts=delivery.transcripts,
            formats=delivery.formats,
        )
        with ExitStack() as locks:
            if is_locked:
                locks.enter_context(edition_lock(destination.address(paths.mp3)))
            if is_making:
                locks.enter_context(destination.locked(paths.mp3))
            destination.fetch(paths.mp3)
            previous = read_previous_edition(paths.mp3)
            with job.timer.stage("read"), job.reading_limit():
                choice = engine_for(source.script, job.config, source.parse, previous)
            yield Inputs(job, source, destination, paths, choice, previous, locks.close)


def find_current_edition(inputs: Inputs) -> Result | None:
    """Return the edition on disk if it is whole and no input has changed. Neither spaCy nor an engine is loaded."""
    previous, config = inputs.previous, inputs.config
    if previous is None or not previous.manifest.fingerprint or not config.cache.enabled:
        return None
    engine, language = inputs.choice.name, previous.manifest.article.language
    visiting = guests(config, engine, language, (voice_id for voice_id, _ in previous.voices.values()))
    listed = {voice.id: voice for voice in (*visiting, *roster(config, engine, language))}
    voices = {name: listed[voice_id] for name, (voice_id, _) in previous.voices.items() if voice_id in listed}
    if len(voices) < len(previous.voices) or not _has_same_inputs(inputs, voices) or previous.faults():
        return None
    script = inputs.source.script or inputs.paths.sidecars["script"]
    plan = saved_plan(previous, script, voices, choice=inputs.choice, config=config)
    return Result(plan, previous.delivered(), "untouched", plan.warnings) if plan else None


def make_plan(inputs: Inputs, begin: Callable[[Script], None] = lambda _: None) -> Plan:
    """Parse the source, find who says what, and cast the voices. The people of the previous edition keep theirs.

    ``begin`` is called with the script of an article before its quotations are attributed.
    """
    script_file = inputs.paths.sidecars["script"]
    return _plan(inputs.source, inputs.choice, inputs.previous, inputs.job, script_file, begin)


def still_current(plan: Plan, inputs: Inputs) -> Result | None:
    """Return the edition on disk if it is the one that ``plan`` leads to, although some input has changed."""
    previous = inputs.previous
    if previous is None or not inputs.config.cache.enabled or staleness(previous, inputs.fingerprints(plan)):
        return None
    fingerprint = inputs.fingerprint(plan.voices_by_name)
    take_cache(inputs.config).remember(previous.mark(fingerprint))
    return Result(plan, previous.delivered(), "untouched", plan.warnings)


def await_review(plan: Plan, inputs: Inputs) -> None:
    """Raise ``ReviewError`` if the plan waits for an editor, who then finds its script document in the destination."""
    reasons, file = review_reasons(plan, config=inputs.config), inputs.paths.sidecars["script"]
    if reasons and inputs.source.script:
        raise review_error(reasons, script=str(inputs.source.path or "the script"))
    if reasons:
        warnings = back_up_script(plan.document(), file)
        write_text(file, [plan.document()])
        inputs.destination.publish(file.parent, {"script": file})
        raise review_error(reasons, script=inputs.shown(str(file)), notes=map(inputs.shown, warnings))


class Speaking:
    """The workers that speak an edition, and what they speak of it before its quotations are attributed."""

    def __init__(self, inputs: Inputs, started: ExitStack) -> None:
        self._inputs, self._started = inputs, started
        self._pools: dict[str, tuple[WorkerPool, float]] = {}
        """Engine -> its pool, and the processor time that it had spent before."""
        self.takes = take_cache(inputs.config) if inputs.config.cache.enabled else None
        """The cache of takes, if it is used."""
        self.is_cold = False
        """Whether no take of the edition is in the cache, as far as is known."""
        self.ahead: SpokenAhead | None = None

    def pool_of(self, engine: str) -> WorkerPool:
        """Return the pool of an engine."""
        if engine not in self._pools:
            job = self._inputs.job
            kept = job.pool_for(engine, job.config) if job.pool_for else None
            pool = kept or self._started.enter_context(worker_pool(engine, job.config))
            self._pools[engine] = (pool, pool.cpu_s)
        return self._pools[engine][0]

    def cpu_s(self) -> float:
        """Return the processor time that the workers have spent for the edition, in seconds."""
        return sum(pool.cpu_s - before_s for pool, before_s in self._pools.values())

    def begin(self, written: Script) -> None:
        """Speak the narration of a script whose quotations are not attributed yet, if takes will be needed."""
        if not self.is_cold:
            return
        from narrate.speakable import find_number_style
        from narrate.synthesis import SpokenAhead, Wording

        config, article = self._inputs.config, written.article
        script = narrated(with_closing_punctuation(written), config)
        cast, _ = _cast(script, None, self._inputs.choice.name, config, None)
        lines = write_lines(script)
        style = find_number_style(line.text for line in lines)
        self.ahead = SpokenAhead(
            [line for line in lines if all(script.segments[at].kind != "quotation" for at in line.segments)],
            cast,
            pools={voice.engine: self.pool_of(voice.engine) for voice in cast.voices.values()},
            retries=config.synthesis.retries,
            cache=self.takes,
            wording=Wording(article.language, lexicon_of(article, config), style),
        )


@contextmanager
def open_pools(inputs: Inputs) -> Iterator[Speaking]:
    """Give the workers. They load the engine while the article is parsed, if takes will be needed."""
    engine = inputs.choice.name
    with ExitStack() as pools:
        with inputs.job.timer.stage("synthesize"):
            from narrate.synthesis.cache import entry_name

            speaking = Speaking(inputs, pools)
            takes = speaking.takes
            mark = entry_name(engine, inputs.source.fingerprint)
            pool = speaking.pool_of(engine)
        if inputs.source.script is None and not (takes and takes.remembers(mark)):
            if not inputs.engine(engine).is_prepared():
                inputs.job.report("join")
            is_correction = takes and inputs.previous and inputs.previous.manifest.engine == engine
            pool.start(1 if is_correction else None)  # a correction seldom needs more than one worker
            speaking.is_cold = not is_correction
        try:
            yield speaking
        finally:
            if speaking.ahead:
                speaking.ahead.stop()
    if takes:
        takes.remember(mark)


@contextmanager
def synthesize_plan(plan: Plan, inputs: Inputs, speaking: Speaking) -> Iterator[TakeStream]:
    """Speak the lines of the plan. The takes come while they are consumed; the pools end if not all of them are."""
    from narrate.synthesis import TakeStream, Wording, synthesize

    config, timer, lines = inputs.config, inputs.job.timer, write_lines(plan.script)
    takes = synthesize(
        lines,
        plan.cast,
        pools={name: speaking.pool_of(name) for name in plan.engines},
        retries=config.synthesis.retries,
        cache=speaking.takes,
        wording=Wording(plan.script.article.language, lexicon_of(plan.script.article, config)),
        ahead=speaking.ahead,
    )
    inputs.job.report("load")  # until the first line is spoken
    with closing(takes):
        yield TakeStream(timer.each(takes, "synthesize"), lines, inputs.job.progress)
    timer.add("synthesize", cpu_s=speaking.cpu_s())
    if speaking.takes:
        speaking.takes.trim()


def stage_files(plan: Plan, inputs: Inputs, staging: Staging) -> EditionFiles:
    """Create the edition's files under temporary names, before anything is spoken: a full disk is found at once."""
    from narrate.delivery.files import EditionFiles

    return EditionFiles.staged(staging, inputs.paths, plan.script.article, inputs.config)


def master_takes(takes: TakeStream, plan: Plan, inputs: Inputs, files: EditionFiles) -> Mastered:
    """Assemble the takes, bring them to the loudness that is asked for, and encode them."""
    from narrate.audio import AudioSettings, master

    config = inputs.config
    settings = AudioSettings(
        sample_rate_hz=config.delivery.sample_rate_hz,
        bitrate_kbps=config.delivery.bitrate_kbps,
        target_lufs=config.loudness.target_lufs,
        true_peak_dbtp=config.loudness.true_peak_dbtp,
        lead_in_ms=config.assembly.lead_in_ms,
        pauses_ms={boundary: getattr(config.assembly, f"{boundary}_ms") for boundary in get_args(Boundary)},
        formats=config.delivery.formats,
        watermark=watermark_with_own_key(config.provenance.watermark),
        workers=config.workers,
    )
    job, names = inputs.job, plan.script.names

    def consumed() -> Iterator[Take]:
        yield from takes
        job.report("master", 0, 2)

    def stage(name: Stage) -> AbstractContextManager[None]:
        if name == "encode":
            job.report("master", 1, 2)
        return job.timer.stage(name)

    return master(consumed(), names=names, settings=settings, targets=files.targets, stage=stage, stream=job.stream)


def deliver_edition(mastered: Mastered, plan: Plan, inputs: Inputs, files: EditionFiles, reused_lines: int) -> Result:
    """Tag the sound, and write the sidecar files. They get their names when the staging is published."""
    from narrate.delivery.files import deliver

    inputs.job.report("deliver", 0, 1)
    previous, fingerprints = inputs.previous, inputs.fingerprints(plan)
    document = plan.document()
    making = {
        "engine": plan.engine,
        "disclaimer": plan.disclaimer,
        "settings": shaping_settings(inputs.config),
        "fingerprint": inputs.fingerprint(plan.voices_by_name),
        "made_from": fingerprints,
        "below_threshold": plan.below_threshold,
    }
    changes = changes_since(previous, plan, fingerprints)
    making["corrections"] = extended_log(previous.manifest.corrections if previous else (), changes)
    state: EditionState = "corrected" if changes else "new"
    if previous and not changes:
        state = "remade"
    making["warnings"] = previous.manifest.warnings if previous and state == "remade" else plan.warnings
    warnings = () if inputs.paths.keeps_script else back_up_script(document, inputs.paths.sidecars["script"])
    delivered = deliver(mastered, plan.script, plan.cast, files=files, script_document=document, making=making)
    return Result(plan, delivered, state, (*plan.warnings, *warnings, *delivered.warnings), changes, reused_lines)


def finish_current(current: Result, inputs: Inputs) -> Edition:
    """Stream the sound of the edition on disk, which is current, to who listens, and return the edition."""
    if inputs.job.stream:
        with inputs.paths.mp3.open("rb") as file:
            for data in iter(lambda: file.read(STREAMED_BYTES), b""):
                inputs.job.stream(data)
    return finish(current, inputs)


def finish(result: Result, inputs: Inputs) -> Edition:
    """Put the edition into its store, remember its people, send the webhook, and return the edition."""
    config, timer, plan, files = inputs.config, inputs.job.timer, result.plan, result.files
    urls = inputs.destination.publish(inputs.paths.mp3.parent, files.files)
    if config.casting.people:
        remember_people(Path(config.casting.people), plan.engine, plan.script, plan.cast)
    inputs.unlock()  # a slow receiver of the webhook delays no other process
    with timer.stage("deliver"):
        unsure, manifest = len(plan.below_threshold), files.files["manifest"]
        warning = send_webhook(config.notify, manifest, state=result.state, unsure_quotations=unsure)
    warnings = (*result.warnings, *([warning] if warning else []))
    result = replace(result, warnings=tuple(map(inputs.shown, warnings)))
    edition = finished_edition(result, inputs.paths, timings=timer.timings(), urls=urls)
    inputs.job.report("deliver", 1, 1)
    if result.state != "untouched" and not urls:
        note_run(edition)
    return edition


def _has_same_inputs(inputs: Inputs, voices: Mapping[str, Voice]) -> bool:
    """Return whether the edition on disk was made from these inputs, or was found to be current for them before."""
    assert inputs.previous is not None
    fingerprint = inputs.fingerprint(voices)
    if fingerprint == inputs.previous.manifest.fingerprint:
        return True
    return take_cache(inputs.config).remembers(inputs.previous.mark(fingerprint))


def _plan(
    source: LoadedSource,
    choice: Choice,
    previous: PreviousEdition | None,
    job: Job,
    script_file: Path | None,
    begin: Callable[[Script], None],
) -> Plan:
    from narrate.speakable.warnings import article_warnings

    config, timer = job.config, job.timer
    job.report("read")
    with timer.stage("read"), job.reading_limit():
        parsed = source.script or source.parse()
        saved = parsed if isinstance(parsed, SavedScript) else edited_script(script_file, parsed)
    job.report("attribute")
    with timer.stage("attribute"):
        script = narrated(_attributed(saved or parsed, script_file, begin), config)
        is_other = previous is not None and not is_same_article(previous.manifest, script)
    with timer.stage("cast"):
        keeps_voices = previous is not None and not is_other and previous.manifest.engine == choice.name
        cast, warnings = _cast(script, saved, choice.name, config, previous if keeps_voices else None)
    spoken = article_warnings(script.article, lambda: lexicon_of(script.article, config))
    # those of a script hold those of its article, unless it is a document from which a person took them
    all_warnings = (*script.article.warnings, *script.warnings, *cast.warnings, *warnings, *spoken)
    plan = build_plan(script, cast, choice, config=config, warnings=tuple(dict.fromkeys(all_warnings)))
    return replace(plan, replaces_other_article=is_other, is_edited=saved is not None and source.script is None)


def _cast(
    script: Script, saved: SavedScript | None, engine: str, config: Config, previous: PreviousEdition | None
) -> tuple[Cast, tuple[str, ...]]:
    """Return the cast of a script, and warnings about the pins."""
    pins, warnings = pinned_voices(script.article, saved, engine, config)
    named = (*pins.values(), *([config.casting.narrator] if config.casting.narrator else ()))
    cast = cast_voices(
        script,
        roster(config, engine, script.article.language),
        pins=pins,
        narrator=config.casting.narrator,
        guests=guests(config, engine, script.article.language, named),
        people=load_people(Path(config.casting.people), engine) if config.casting.people else None,
        previous=previous.voices if previous else None,
    )
    return cast, warnings


def _attributed(parsed: Article | SavedScript, script_file: Path | None, begin: Callable[[Script], None]) -> Script:
    """Return the script, or segment an article and find the speakers. Only this step needs spaCy."""
    if isinstance(parsed, SavedScript):
        return parsed.script
    written = write_script(parsed)
    begin(written)
    from narrate.attribution import attribute

    return reviewed(with_closing_punctuation(attribute(written)), script_file)
