"""A Dask cluster of local processes: identical bytes, and no article is lost with a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import PLUGINS
from helpers.runs import COMMAND, assert_processes_end, processes_marked

from narrate.batch import find_sources, produce_all
from narrate.batch.dask import dask_executor
from narrate.config import CacheConfig, Config, SynthesisConfig
from narrate.engines.kokoro import weights
from narrate.errors import ClusterError, UsageError

pytestmark = pytest.mark.slow

pytest.importorskip("distributed")

STORY = "The {name} returns\n\nThe {name} sails at noon. It took us two long years.\n"
NAMES = ("barge", "ferry", "galley", "yacht")


def settings(engine: str = "silent") -> Config:
    return Config(synthesis=SynthesisConfig(engine=engine, workers=2), cache=CacheConfig(enabled=False))


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of the editions, without temporary files that a killed worker left."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(".part")}


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def stories(scratch: Path) -> Path:
    (scratch / "stories").mkdir()
    for name in NAMES:
        (scratch / "stories" / f"{name}.txt").write_text(STORY.format(name=name), encoding="utf-8")
    return scratch / "stories"


@pytest.fixture(scope="module")
def cluster(scratch: Path) -> Iterator[Executor]:
    """Start two processes that know the engines of the tests."""
    (scratch / "trace").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PLUGINS))
        patch.setenv("NARRATE_TEST_TRACE", str(scratch / "trace"))
        patch.setenv("NARRATE_TEST_GATE", str(scratch / "gate"))
        patch.setenv("NARRATE_MARK", str(scratch))
        with dask_executor("local", workers=2) as (executor, width):
            assert width == 2
            yield executor
    own = str(resource_tracker._resource_tracker._pid)  # type: ignore[attr-defined]  # ends with this process
    assert set(processes_marked(str(scratch))) <= {own}


@pytest.fixture(scope="module")
def alone(stories: Path, scratch: Path) -> dict[str, bytes]:
    """Make the editions in this process, and return their files."""
    with ThreadPoolExecutor(1) as executor:
        list(produce_all(find_sources([stories]), output=scratch / "alone", config=settings(), executor=executor))
    return contents(scratch / "alone")


def test_cluster_makes_same_files_as_one_process(
    cluster: Executor, alone: dict[str, bytes], stories: Path, scratch: Path
) -> None:
    sources = [*find_sources([stories]), stories / "missing.txt"]
    outcomes = list(produce_all(sources, output=scratch / "made", config=settings(), executor=cluster))
    assert [outcome.status for outcome in outcomes] == ["done"] * 4 + ["failed"]
    assert [Path(outcome.source) for outcome in outcomes] == sources
    assert contents(scratch / "made") == alone


def test_relative_paths_are_resolved_in_working_folder_of_caller(
    cluster: Executor, alone: dict[str, bytes], scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (scratch / "elsewhere").mkdir()
    monkeypatch.chdir(scratch / "elsewhere")
    relative = [Path("..") / "stories" / "barge.txt"]
    (outcome,) = produce_all(relative, output=Path("here"), config=settings(), executor=cluster)
    assert outcome.mp3 == str(scratch / "elsewhere" / "here" / "barge.mp3")
    assert Path("here/barge.mp3").read_bytes() == alone["barge.mp3"]


def test_article_of_killed_worker_is_made_by_another(cluster: Executor, stories: Path, scratch: Path) -> None:
    """A worker is killed while both work on an article. The other worker, or its successor, makes that article."""
    waiting, two = settings("waiting"), [stories / f"{name}.txt" for name in NAMES[:2]]
    with ThreadPoolExecutor(1) as threads:
        (scratch / "gate").touch()
        list(produce_all(two, output=scratch / "calm", config=waiting, executor=threads))
        (scratch / "gate").unlink()
        for trace in (scratch / "trace").iterdir():
            trace.unlink()
        batch = threads.submit(lambda: list(produce_all(two, output=scratch / "hit", config=waiting, executor=cluster)))
        deadline = time.monotonic() + 60
        while len(list((scratch / "trace").iterdir())) < 2:
            assert time.monotonic() < deadline
            assert not batch.done(), batch.result()
            time.sleep(0.05)
        engines = {int(trace.name) for trace in (scratch / "trace").iterdir()}
        pids = cluster._client.run(os.getpid).values()  # type: ignore[attr-defined]
        os.kill(min(pids), signal.SIGKILL)
        (scratch / "gate").touch()
        outcomes = batch.result(timeout=120)
    assert [(Path(outcome.source).stem, outcome.status) for outcome in outcomes] == [
        (name, "done") for name in NAMES[:2]
    ]
    assert contents(scratch / "hit") == contents(scratch / "calm")
    assert not any(Path(f"/proc/{pid}").exists() for pid in engines)


class FailingExecutor(Executor):
    """An executor that answers every article with the same error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def submit(self, *_: object, **__: object) -> Future[object]:  # type: ignore[override]
        future = Future[object]()
        future.set_exception(self.error)
        return future


def test_article_that_kills_its_workers_is_reported_and_batch_continues(stories: Path, scratch: Path) -> None:
    failing = FailingExecutor(RuntimeError("four workers died while trying to run it"))
    outcomes = list(produce_all(find_sources([stories]), output=scratch, config=settings(), executor=failing))
    assert [outcome.status for outcome in outcomes] == ["failed"] * 4
    assert outcomes[0].error == "No worker finished its edition: four workers died while trying to run it"


def test_lost_scheduler_ends_batch_with_an_error(stories: Path, scratch: Path) -> None:
    with pytest.raises(ClusterError, match=r"lost before .*barge\.txt was made. Run the batch again"):
        list(
            produce_all(
                find_sources([stories]), output=scratch, config=settings(), executor=FailingExecutor(CancelledError())
            )
        )


def test_unreachable_scheduler_is_reported_within_time_limit() -> None:
    began = time.monotonic()
    with (
        pytest.raises(ClusterError, match=r"Cannot reach the Dask scheduler tcp://127.0.0.1:1: Timed out"),
        dask_executor("tcp://127.0.0.1:1", workers=1, timeout_s=0.5),
    ):
        pass
    assert time.monotonic() - began < 25


@pytest.mark.parametrize("address", ["", "machine", "machine:8786", "http://machine:8786", "tcp://machine", "Local"])
def test_invalid_scheduler_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="is not the address of a Dask scheduler"), dask_executor(address, workers=1):
        pass


def test_missing_dask_is_reported_with_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ClusterError, match=r"Run: pip install 'narrate-edition\[dask\]'"),
        dask_executor("local", workers=1),
    ):
        pass


def test_worker_with_other_package_version_is_refused(cluster: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    client = cluster._client  # type: ignore[attr-defined]
    monkeypatch.setattr("narrate.batch.dask.version_of", lambda name, absent: "0.0" if name == "spacy" else absent)
    monkeypatch.setattr("narrate.batch.dask.SHAPING_PACKAGES", ("spacy",))
    from narrate.batch.dask import _compare_versions

    with pytest.raises(
        ClusterError, match=r"worker tls://.* has spacy 3\.\d+.*, this machine has 0\.0: editions would"
    ):
        _compare_versions(client)


def test_worker_with_another_graph_of_the_voice_model_is_refused(
    cluster: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "GRAPH", 0)
    from narrate.batch.dask import _compare_versions

    with pytest.raises(ClusterError, match=r"has the voice model's graph [1-9]\d*, this machine has 0: editions would"):
        _compare_versions(cluster._client)  # type: ignore[attr-defined]


def waiting_batch(stories: Path, folder: Path, *options: str, **how: Any) -> subprocess.Popen[str]:
    """Start a batch on a local cluster, and return it once its engine speaks, which then waits."""
    (folder / "trace").mkdir()
    environment = {
        "PYTHONPATH": str(PLUGINS),
        "NARRATE_MARK": str(folder),
        "NARRATE_TEST_TRACE": str(folder / "trace"),
        "NARRATE_TEST_GATE": str(folder / "gate"),
    }
    command = [*COMMAND, "batch", stories, "-o", folder / "out", "--engine", "waiting", "--workers", "2", *options]
    command += ["--dask", "local"]
    batch = subprocess.Popen(command, env={**os.environ, **environment}, text=True, **how)
    deadline = time.monotonic() + 90
    while not list((folder / "trace").iterdir()):
        assert time.monotonic() < deadline
        assert batch.poll() is None
        time.sleep(0.05)
    return batch


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such signals")
def test_killed_command_leaves_no_cluster_process(stories: Path, tmp_path: Path) -> None:
    batch = waiting_batch(stories, tmp_path, "-q")
    batch.kill()
    batch.wait()
    assert_processes_end(str(tmp_path), within_s=90)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such signals")
@pytest.mark.parametrize(("name", "is_for_all"), [("SIGTERM", False), ("SIGINT", True)], ids=["SIGTERM", "Ctrl-C"])
def test_signal_ends_local_cluster_quietly(stories: Path, tmp_path: Path, name: str, is_for_all: bool) -> None:
    number = getattr(signal, name)
    batch = waiting_batch(stories, tmp_path, stderr=subprocess.PIPE, start_new_session=True)
    if is_for_all:  # a terminal sends it to all processes
        os.killpg(batch.pid, number)
    else:
        batch.send_signal(number)
    _, messages = batch.communicate(timeout=90)
    assert batch.returncode == 128 + number
    assert [line for line in messages.splitlines() if not line.startswith("narrate: ")] == []
    assert_processes_end(str(tmp_path), within_s=90)
