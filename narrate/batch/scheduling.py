"""Hand out the articles of a batch and collect the outcomes in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from narrate.batch.report import Outcome
from narrate.batch.sources import Place, ReservedPaths, as_place
from narrate.batch.worker import local_processes, produce_one
from narrate.config import Settings, as_config
from narrate.delivery.stores import is_store
from narrate.errors import ClusterError, UsageError

LOOK_AHEAD: Final = 4
"""Articles handed out ahead for each worker: enough to keep all busy, few enough to keep memory use constant."""
MAX_ATTEMPTS: Final = 2  # how often an article is tried whose worker process is lost
Submit = Callable[[Place], Future[Outcome]]


def produce_all(
    sources: Iterable[str | os.PathLike[str] | None],
    *,
    output: str | os.PathLike[str] | None = None,
    config: Settings = None,
    executor: Executor | None = None,
    existing_sources: Iterable[str | os.PathLike[str]] = (),
) -> Iterator[Outcome]:
    """Make the editions of many articles. The failure of one does not stop the others.

    Without ``executor``, each of the configuration's ``workers`` is a process with one voice worker. A process that
    is lost is replaced, and its articles are tried once more. As with every use of :mod:`multiprocessing`, the
    program then needs an ``if __name__ == "__main__"``.

    Args:
        sources: Paths and URLs of the articles. None means that there may be no further article for a while, so that
            outcomes that are ready are yielded at once.
        output: A folder, or the URL of a folder in a store; by default the folder that the configuration names.
        config: A configuration, the path of a ``narrate.toml``, or None for the defaults.
        executor: Does the work instead of local processes, perhaps on other machines. It gets absolute paths, four
            articles ahead for each of the ``workers``. The caller shuts it down.
        existing_sources: Other articles, whose editions are in ``output`` already and must not be overwritten by
            editions of the same name.

    Yields:
        One outcome for each article, in the order of ``sources``.

    Raises:
        ClusterError: The executor dropped its work.
        UsageError: ``output`` is a file, the configuration cannot be read, or the program lacks that ``if``.
    """
    if isinstance(sources, str | os.PathLike):
        raise UsageError(f"The sources of a batch are a list, not {sources!r}. Pass [{sources!r}].")
    config = as_config(config)
    place_of = as_place if executor is None else _absolute_place
    places = (source if source is None else place_of(source) for source in sources)
    folder = config.delivery.folder if output is None else output
    if executor is not None:
        folder = folder if is_store(folder) or not str(folder) else Path(folder).absolute()
    reserved = ReservedPaths(folder, map(place_of, existing_sources))
    one_voice = replace(config, synthesis=replace(config.synthesis, workers=1))
    job = partial(produce_one, output=folder, config=one_voice)
    with nullcontext(lambda: executor) if executor else local_processes(config.workers) as working_executor:
        submit = partial(_submit, job, working_executor)
        yield from _in_order(places, reserved, submit, limit=LOOK_AHEAD * config.workers)


def _in_order(
    sources: Iterable[Place | None], reserved: ReservedPaths, submit: Submit, limit: int
) -> Iterator[Outcome]:
    """Yield the outcomes in order, with at most ``limit`` articles handed out at a time."""
    pending: deque[tuple[Place, Future[Outcome]]] = deque()
    try:
        for source in sources:
            if source is None:
                while pending and pending[0][1].done():
                    yield _outcome(*pending.popleft(), submit)
                continue
            clash = reserved.reserve(source)
            pending.append((source, _failed(source, clash) if clash else submit(source)))
            if len(pending) >= limit:
                yield _outcome(*pending.popleft(), submit)
        while pending:
            yield _outcome(*pending.popleft(), submit)
    finally:
        for _, future in pending:
            future.cancel()


def _absolute_place(source: str | os.PathLike[str]) -> Place:
    place = as_place(source)
    return place.absolute() if isinstance(place, Path) else place


def _submit(
    job: Callable[[Place], Outcome], working_executor: Callable[[], Executor], source: Place
) -> Future[Outcome]:
    try:
        return working_executor().submit(job, source)
    except BrokenExecutor as error:  # a process was lost just now: handled in _outcome
        broken = Future[Outcome]()
        broken.set_exception(error)
        return broken


def _failed(source: Place, error: str) -> Future[Outcome]:
    """Return the outcome of an article that is not handed out, so that it comes in its turn."""
    outcome = Future[Outcome]()
    outcome.set_result(Outcome(str(source), "failed", error=error))
    return outcome


def _outcome(source: Place, future: Future[Outcome], submit: Submit) -> Outcome:
    """Wait for the outcome of an article. An article whose process was lost is handed out again."""
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            return future.result()
        except BrokenExecutor:
            if attempt < MAX_ATTEMPTS:
                future = submit(source)
        except CancelledError as error:
            raise ClusterError(f"The machines were lost before {source} was made. Run the batch again.") from error
        except Exception as error:  # an error of the executor itself: the job raises none
            problem = f"No worker finished its edition: {str(error) or type(error).__name__}"
            return Outcome(str(source), "failed", error=problem)
    lost = f"The process that made its edition ended unexpectedly, {MAX_ATTEMPTS} times."
    return Outcome(str(source), "failed", error=lost)
