"""Many articles: each through the pipeline in a worker process, a failing one noted and the rest made."""

from __future__ import annotations

import atexit
import gc
import json
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from narrate.config import AUTO, Config, SynthesisConfig
from narrate.delivery.stores import is_store
from narrate.edition.paths import EDITION_ENDINGS, MANIFEST_ENDING, SCRIPT_ENDING, edition_path, is_backup
from narrate.engines import choose_engine
from narrate.errors import ClusterError, NarrateError, SourceError
from narrate.storage import slug
from narrate.types import EditionState, Stage, Timing

if TYPE_CHECKING:
    from narrate.synthesis import WorkerPool

log = logging.getLogger(__name__)

ENDINGS: Final = (".md", ".markdown", ".txt", ".html", ".htm", ".docx", SCRIPT_ENDING)
"""What is taken for an article in a folder."""
LOOK_AHEAD: Final = 4
"""Articles handed out for each worker, so that memory does not grow with their number."""
ATTEMPTS: Final = 2
"""At an article whose worker process was lost."""
LOOK_EVERY_S: Final = 1.0
CLEARING_S: Final = 3.0
"""For a worker whose parent was killed, to remove what it has not finished."""
SETTLED_S: Final = 1.0
"""A file that does not stay as it is for so long may still be being written."""

Status = Literal["done", "unsure", "failed"]
_standing: dict[SynthesisConfig, WorkerPool] | None = None
"""In a worker process: the voice workers that stay from one article to the next."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one article: a line of the report."""

    source: str
    status: Status
    """``unsure``: made, but the narrator reads quotations whose speaker is less sure than the threshold."""
    mp3: str | None = None
    error: str | None = None
    state: EditionState | None = None
    """What became of the edition that was there before."""
    duration_s: float = 0.0
    """How long the edition lasts."""
    took_s: float = 0.0
    lines: int = 0
    reused_lines: int = 0
    unsure_quotations: int = 0
    timings: Mapping[Stage, Timing] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def line(self) -> str:
        """As JSON, without a line's end. Bytes of a name that are no UTF-8 are escaped, and read back as they were."""
        return json.dumps(asdict(self), ensure_ascii=False).encode(errors="backslashreplace").decode()


def find_sources(places: Iterable[Path]) -> Iterator[Path]:
    """The articles in ``places``: a folder stands for the articles that lie in it, by name. Raises ``SourceError``.

    A script document that lies in a folder is an article of its own only if no article of that name does; the other
    files of an edition are none.
    """
    for place in places:
        if not _is_folder(place):
            yield place
            continue
        names = _names(place)
        there = frozenset(names)
        names = [name for name in names if _is_article(name, there) and _is_readable(place / name)]
        articles = {slug(Path(name).stem) for name in names if not name.endswith(SCRIPT_ENDING)}
        for name in names:
            if not (name.endswith(SCRIPT_ENDING) and slug(name.removesuffix(SCRIPT_ENDING)) in articles):
                yield place / name


def passed_over(places: Iterable[Path]) -> Mapping[str, int]:
    """How many files in the folders among ``places`` are not called like articles, by their ending; files of editions
    and hidden ones left out. Raises ``SourceError``.
    """
    seen = Counter[str]()
    for place in filter(_is_folder, places):
        names = _names(place)
        there = frozenset(names)
        others = (name for name in names if not (_is_article(name, there) or _is_of_edition(name, there)))
        seen.update(Path(name).suffix.lower() for name in others if name[0] != "." and not _is_folder(place / name))
    return seen


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise SourceError(f"Cannot read the folder {folder}: {error.strerror}.") from error


def _is_folder(place: Path) -> bool:
    with suppress(OSError):  # for a name that no file may have: told when its turn comes
        return place.is_dir()
    return False


def _is_readable(path: Path) -> bool:
    """Not a pipe, which would be waited for, nor a folder; what cannot be got at is told when it is read."""
    with suppress(OSError):
        return path.is_file() or not path.exists()
    return True


def _is_article(name: str, there: frozenset[str]) -> bool:
    return name.lower().endswith(ENDINGS) and not name.startswith(".") and not _is_of_edition(name, there)


def _is_of_edition(name: str, there: frozenset[str]) -> bool:
    """Whether it is a file that an edition in the same folder has beside its script, or a script that it replaced."""
    return is_backup(name) or any(
        name.endswith(ending) and name.removesuffix(ending) + MANIFEST_ENDING in there for ending in EDITION_ENDINGS
    )


def produce_all(
    sources: Iterable[Path | None],
    *,
    output: str | os.PathLike[str] | None = None,
    config: Config | None = None,
    executor: Executor | None = None,
    beside: Iterable[Path] = (),
) -> Iterator[Outcome]:
    """Make the edition of each of ``sources`` and yield what became of it, in their order.

    ``output`` is a folder, or the URL of one in a store. Nothing that goes wrong with an article is raised: it is in
    its outcome. Without an ``executor``, as many processes as the configuration's ``workers`` make an edition each,
    with one voice worker; a process that is lost is replaced, and its articles tried once more. With one (of any
    library that follows :class:`concurrent.futures.Executor`), that does the work, perhaps on other machines: paths are
    handed to it in full, four articles ahead for each of the ``workers``, and whoever made it ends it. Raises
    ``ClusterError`` if it drops its work. As with every use of :mod:`multiprocessing`, a program that calls this
    without an executor needs its ``if __name__ == "__main__"``. None among the ``sources`` says that there may be none
    for a while: outcomes that are ready are then not kept back. ``beside`` are other sources whose editions lie in
    ``output``: none of ``sources`` may take their place, nor that of one another.
    """
    config = config or Config()
    folder = config.delivery.folder if output is None else output
    if executor is not None:
        sources, beside = (source and source.absolute() for source in sources), [path.absolute() for path in beside]
        folder = folder if is_store(folder) or not str(folder) else Path(folder).absolute()
    one_voice = replace(config, synthesis=replace(config.synthesis, workers=1))
    job = partial(produce_one, output=folder, config=one_voice)
    width = LOOK_AHEAD * config.workers
    if executor is not None:
        yield from _in_order(_unclashing(sources, folder, beside), job, lambda: executor, width)
        return
    with _crew(config.workers) as fresh:
        yield from _in_order(_unclashing(sources, folder, beside), job, fresh, width)


def produce_one(source: Path, *, output: str | os.PathLike[str], config: Config) -> Outcome:
    """What became of one article."""
    from narrate.pipeline import produce_with  # in a worker process; who hands the articles out need not wait for it

    started = time.monotonic()
    try:
        edition = produce_with(_standing_crew(config), source, output=output, config=config)
    except NarrateError as error:
        return Outcome(str(source), "failed", error=str(error), took_s=round(time.monotonic() - started, 3))
    except Exception as error:  # a defect met by one article must not cost the others their editions
        log.exception("%s", source)
        problem = f"{type(error).__name__}: {error} (a defect of Narrate: please report it)"
        return Outcome(str(source), "failed", error=problem, took_s=round(time.monotonic() - started, 3))
    return Outcome(
        str(source),
        "unsure" if edition.below_threshold else "done",
        mp3=edition.address,
        state=edition.state,
        duration_s=round(edition.duration_s, 3),
        took_s=round(time.monotonic() - started, 3),
        lines=edition.lines,
        reused_lines=edition.reused_lines,
        unsure_quotations=len(edition.below_threshold),
        timings=edition.timings,
        warnings=edition.warnings,
    )


def _standing_crew(config: Config) -> WorkerPool | None:
    """In a worker process, a crew that has the engine loaded since an earlier article; None elsewhere."""
    if _standing is None:
        return None
    settings = config.synthesis
    crew = _standing.get(settings)
    if crew is None or crew.closed:
        from narrate.pipeline import hire

        named = None if settings.engine == AUTO else settings.engine
        crew = _standing[settings] = hire(choose_engine(named, None).name, config)
    return crew


def appearing(folder: Path, *, stop: Callable[[], bool] = lambda: False) -> Iterator[Path | None]:
    """The articles in ``folder``, and each that appears or changes there, until ``stop`` says so.

    One that is still being written waits until it stays as it is; one that is removed before is forgotten, and a folder
    that goes away is waited for. After every look comes None: there is nothing more for now.
    """
    given: dict[Path, tuple[int, int]] = {}
    waiting: dict[Path, tuple[tuple[int, int], float]] = {}
    missed = False
    while not stop():
        states = _states(folder)
        if states is None and not missed:
            log.warning("the folder %s cannot be read: waiting for it", folder)
        missed = states is None
        for path, state in (states or {}).items():
            if given.get(path) == state:
                waiting.pop(path, None)
                continue
            if waiting.get(path, (None,))[0] != state:
                waiting[path] = state, time.monotonic()  # the files' own times are those of another clock
            if time.monotonic() - waiting[path][1] >= SETTLED_S:
                given[path] = state
                del waiting[path]
                yield path
        if states is not None:
            given = {path: state for path, state in given.items() if path in states}
            waiting = {path: since for path, since in waiting.items() if path in states}
        yield None
        time.sleep(LOOK_EVERY_S)


def _states(folder: Path) -> dict[Path, tuple[int, int]] | None:
    """The articles that lie in ``folder``, each with its time and size; None if it cannot be read."""
    states = {}
    try:
        for path in find_sources([folder]) if folder.is_dir() else ():
            with suppress(OSError):  # just removed
                status = path.stat()
                states[path] = status.st_mtime_ns, status.st_size
    except SourceError:
        return None
    return states if folder.is_dir() else None


def reported_sources(report: Path) -> tuple[Sequence[Path], Mapping[Path, str]]:
    """The articles that failed in a report, by the last word on each, and those that were made -> where their MP3 is.
    Raises ``SourceError``.
    """
    last: dict[str, str | None] = {}
    number = 1
    try:
        for number, line in enumerate(report.read_text(encoding="utf-8").rstrip("\n").split("\n"), 1):  # noqa: B007
            outcome: Mapping[str, Any] = json.loads(line)
            last[str(outcome["source"])] = None if outcome["status"] == "failed" else str(outcome["mp3"])
    except OSError as error:
        raise SourceError(f"Cannot read the report {report}: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SourceError(f"{report}, line {number}: no line of a batch's report.") from error
    failed = [Path(source) for source, mp3 in last.items() if mp3 is None]
    return failed, {Path(source): mp3 for source, mp3 in last.items() if mp3 is not None}


def _unclashing(
    sources: Iterable[Path | None], folder: str | os.PathLike[str], beside: Iterable[Path]
) -> Iterator[tuple[Path, str | None] | None]:
    """Each source, with what keeps it from being made: an edition of the same name, of an article that is still there,
    in the same batch or ``beside`` it.
    """
    taken = {edition_path(Path(folder), source=source, title=None): source for source in beside}
    for source in sources:
        if source is None:
            yield None
            continue
        mp3 = edition_path(Path(folder), source=source, title=None)
        first = taken.get(mp3, source)
        clash = None
        if first != source and _are_two(first, source):
            clash = f"Its edition {mp3.name} would take the place of that of {first}: rename one."
        else:
            taken[mp3] = source
        yield source, clash


def _are_two(one: Path, other: Path) -> bool:
    """Whether ``one`` is there, and ``other`` is not merely another way to write it."""
    with suppress(OSError):  # for a name that no file may have
        return one.exists() and not (other.exists() and one.samefile(other))
    return False


def _in_order(
    sources: Iterable[tuple[Path, str | None] | None],
    job: Callable[[Path], Outcome],
    fresh: Callable[[], Executor],
    width: int,
) -> Iterator[Outcome]:
    """The outcomes in order, at most ``width`` articles at a time; lost processes cost an article an attempt."""
    pending: deque[tuple[Path, Future[Outcome]]] = deque()
    lost = Counter[Path]()

    def submit(source: Path) -> Future[Outcome]:
        try:
            return fresh().submit(job, source)
        except BrokenExecutor as error:  # lost just now: told when its turn comes
            broken = Future[Outcome]()
            broken.set_exception(error)
            return broken

    def first() -> Outcome:
        source, future = pending.popleft()
        while True:
            try:
                return future.result()
            except BrokenExecutor:
                lost[source] += 1
                if lost[source] >= ATTEMPTS:
                    return Outcome(str(source), "failed", error="The process that made its edition was lost.")
                future = submit(source)
            except CancelledError as error:
                raise ClusterError(f"The machines were lost before {source} was made. Run the batch again.") from error
            except Exception as error:  # the executor's own: a job raises none
                problem = f"No worker finished its edition: {str(error) or type(error).__name__}"
                return Outcome(str(source), "failed", error=problem)

    try:
        for one in sources:
            if one is None:
                while pending and pending[0][1].done():
                    yield first()
                continue
            source, clash = one
            if clash:
                settled = Future[Outcome]()
                settled.set_result(Outcome(str(source), "failed", error=clash))
                pending.append((source, settled))
            else:
                pending.append((source, submit(source)))
            if len(pending) >= width:
                yield first()
        while pending:
            yield first()
    finally:
        for _, future in pending:
            future.cancel()


@contextmanager
def _crew(workers: int) -> Iterator[Callable[[], Executor]]:
    """A function that gives the processes to work with, new ones where some were lost."""
    context = multiprocessing.get_context("spawn")
    crews: list[ProcessPoolExecutor] = []

    def fresh() -> Executor:
        if not crews or getattr(crews[-1], "_broken", False):
            crews.append(ProcessPoolExecutor(workers, mp_context=context, initializer=_serve))
        return crews[-1]

    try:
        yield fresh
    except BaseException:  # whoever stops a batch does not want to wait for the editions in hand
        for crew in crews:
            for process in list((crew._processes or {}).values()):
                process.terminate()
        raise
    finally:
        for crew in crews:
            crew.shutdown(wait=True, cancel_futures=True)


def _serve() -> None:
    """Make a worker process end with its parent, and put its things in order when it is told to end."""
    global _standing
    _standing = {}
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end(*_: object) -> None:
        raise SystemExit(1)  # unlike a KeyboardInterrupt it leaves no traceback

    def watch() -> None:
        wait([parent.sentinel])
        if sys.platform != "win32":
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(CLEARING_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    atexit.register(gc.freeze)  # as at the end of the command: nobody misses what lives then
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the parent, who tells its workers
    signal.signal(signal.SIGTERM, end)  # an exception: what was begun is cleared away
