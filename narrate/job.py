"""One edition to make: what the caller asked for, and what is known of it before its article is parsed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.audio.watermark import watermark_fingerprint
from narrate.casting import lexicon_file
from narrate.config import Config
from narrate.delivery.stores import Destination, Store
from narrate.edition.fingerprint import content_fingerprints, input_fingerprint
from narrate.edition.paths import EditionPaths
from narrate.edition.plan import Plan
from narrate.edition.previous import PreviousEdition
from narrate.edition.same_article import other_article_problem
from narrate.engines import Choice, Engine, get_engine
from narrate.errors import OtherArticleError
from narrate.readers.source import LoadedSource, Source
from narrate.stats.timings import StageTimer
from narrate.storage import user_cache_folder
from narrate.types import Article, Progress, Voice

if TYPE_CHECKING:
    from narrate.synthesis import TakeCache, WorkerPool
    from narrate.types import ProgressCallback, ProgressStage, PronunciationLexicon


@dataclass(frozen=True, slots=True)
class Job:
    """One edition to make."""

    source: Source
    config: Config
    output: str | os.PathLike[str] | None = None
    """A folder, the path of an MP3, or the URL of either; None for the folder that the configuration names."""
    progress: ProgressCallback | None = None
    pool_for: Callable[[str, Config], WorkerPool] | None = None
    """Returns the pool of an engine, by its name, that is kept for other editions. None starts a new pool."""
    reading_limit: Callable[[], AbstractContextManager[None]] = nullcontext
    """Returns a context that ends the reading of the source, by an error, if it takes too long."""
    stream: Callable[[bytes], object] | None = None
    """Called with the sound as MP3 data while it is made."""
    timer: StageTimer = field(default_factory=StageTimer)

    def report(self, stage: ProgressStage, done: int = 0, total: int = 0) -> None:
        """Tell the caller that a stage begins, or how much of it is done."""
        if self.progress:
            self.progress(Progress(stage, done, total))


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known of an edition before its article is parsed."""

    job: Job
    source: LoadedSource
    destination: Destination
    paths: EditionPaths
    choice: Choice
    """The engine that speaks, and why."""
    previous: PreviousEdition | None
    """The edition that is on disk."""
    unlock: Callable[[], None]
    """Lets other processes make the edition."""

    @property
    def config(self) -> Config:
        """The configuration."""
        return self.job.config

    def engine(self, name: str) -> Engine:
        """Return the engine of that name, with the configured model if it has others than its own."""
        return get_engine(name, self.config.synthesis.model)

    def fingerprint(self, voices: Mapping[str, Voice]) -> str:
        """Return the fingerprint of the inputs, if ``voices`` is the edition's cast: speaker's name -> voice."""
        watermark = watermark_fingerprint(self.config.provenance.watermark)
        return input_fingerprint(
            self.source.fingerprint,
            voices,
            config=self.config,
            engine=self.choice.name,
            engine_of=self.engine,
            watermark=watermark,
        )

    def fingerprints(self, plan: Plan) -> dict[str, str]:
        """Return the content fingerprints of the edition that would be made from ``plan``."""
        lexicon = lexicon_of(plan.script.article, self.config)
        watermark = watermark_fingerprint(self.config.provenance.watermark)
        return content_fingerprints(
            plan, config=self.config, engine_of=self.engine, lexicon=lexicon, watermark=watermark
        )

    def for_article_of(self, plan: Plan) -> Inputs:
        """Return the inputs without the previous edition if it is of another article; it must be allowed to go."""
        if not plan.replaces_other_article or self.previous is None:
            return self
        if not self.config.delivery.replace:
            raise OtherArticleError(self.shown(other_article_problem(self.paths.mp3, self.previous)))
        return replace(self, previous=None)

    def shown(self, message: str) -> str:
        """Return ``message`` with the store's address in place of the working copy's folder."""
        return self.destination.shown(message, self.paths.mp3.parent)


def worker_pool(engine: str, config: Config) -> WorkerPool:
    """Return a worker pool for the engine of that name, as the configuration has it. Raises as ``get_engine`` does."""
    from narrate.synthesis import WorkerPool

    its = config.synthesis
    return WorkerPool(engine, workers=config.workers, time_limit_s=its.time_limit_s, model=its.model)


def take_cache(config: Config) -> TakeCache:
    """Return the cache of takes that the configuration names."""
    from narrate.synthesis.cache import TakeCache

    folder = Path(config.cache.folder) if config.cache.folder else user_cache_folder() / "takes"
    store = Store(config.cache.store) if config.cache.store else None
    return TakeCache(folder, limit_bytes=config.cache.limit_mb * 1_000_000, store=store)


def lexicon_of(article: Article, config: Config) -> PronunciationLexicon:
    """Return how words are to be said: as the article says, or its desk, or the lexicon that comes with Narrate."""
    from narrate.speakable.lexicon import lexicon_for

    desk = Path(config.speakable.lexicon) if config.speakable.lexicon else None
    return lexicon_for(article.lexicon, desk=desk, house=lexicon_file(article.language), language=article.language)
