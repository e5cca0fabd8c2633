"""Faults that belong to no other test file. ``docs/reference/faults.md`` lists all faults and what is kept."""

from __future__ import annotations

import errno
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.paths import REPOSITORY
from helpers.runs import processes_marked

from narrate import produce
from narrate.config import CacheConfig, Config, SynthesisConfig
from narrate.errors import DeliveryError, EngineError
from narrate.synthesis.cache import TakeCache

TEXT = "The ferry returns\n\n“We sail at noon,” said Ada Byron, its captain. Nobody knows why.\n"
KILLS, SEED = 30, 20260518


def settings(folder: Path, engine: str = "silent") -> Config:
    speaking = SynthesisConfig(engine=engine, workers=1, retries=0)
    return Config(synthesis=speaking, cache=CacheConfig(folder=str(folder / "takes")))


def contents(folder: Path) -> dict[str, bytes]:
    """What lies there under final names; what a killed run began has a passing name."""
    if not folder.exists():
        return {}
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(".part")}


@pytest.fixture
def story(tmp_path: Path) -> Path:
    (tmp_path / "story.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path / "story.txt"


NURSERY = """
    import mmap, os, signal, sys
    from narrate import produce
    from narrate.config import CacheConfig, Config, SynthesisConfig
    from narrate.attribution.parse import model
    model()  # every run below would load it, and most kills would only meet that
    steps = mmap.mmap(-1, 8)  # shared with the children

    def count(event, arguments):
        if os.getpid() == run and (event == "subprocess.Popen" or os.environ["NARRATE_MARK"] in str(arguments)):
            done = int.from_bytes(steps[:], "big") + 1
            steps[:] = done.to_bytes(8, "big")
            if done == last:
                os.kill(run, signal.SIGKILL)

    while line := sys.stdin.readline():
        story, output, takes, last = line.rstrip("\\n").split("\\t")
        last, steps[:] = int(last), bytes(8)
        if (child := os.fork()) == 0:
            run = os.getpid()
            sys.addaudithook(count)
            config = Config(synthesis=SynthesisConfig(engine="silent", workers=2), cache=CacheConfig(folder=takes))
            produce(story, output=output, config=config)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(code, int.from_bytes(steps[:], "big"), flush=True)
"""


class Nursery:
    """A process that has loaded everything, and forks one for every run, which can be killed at any of its steps:
    each file it opens, makes, renames or removes, and each process it starts, as ``sys.addaudithook`` tells. Steps,
    and not seconds, which a busy machine stretches."""

    def __init__(self, mark: Path) -> None:
        self._mark = str(mark)
        self._process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(NURSERY)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "NARRATE_MARK": self._mark},
        )

    def run(self, story: Path, output: Path, takes: Path, *, last: int = 0) -> tuple[int, int]:
        """The run's exit code, or minus the number of the signal that ended it, and how many steps it took; with
        ``last``, ``kill -9`` ends it at that step. Then no process of its is left."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{story}\t{output}\t{takes}\t{last}\n")
        self._process.stdin.flush()
        code, steps = self._process.stdout.readline().split()
        deadline = time.monotonic() + 60
        while left := set(processes_marked(self._mark)) - {str(self._process.pid)}:
            assert time.monotonic() < deadline, left
            time.sleep(0.01)
        return int(code), int(steps)

    def end(self) -> None:
        self._process.communicate()


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Nursery]:
    nursery = Nursery(tmp_path)
    yield nursery
    nursery.end()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here, and no SIGKILL")
def test_kill_9_at_thirty_moments_loses_nothing(nursery: Nursery, story: Path, tmp_path: Path) -> None:
    """Half of the runs make a new edition, half correct a former one. Whatever is there under a final name is a whole
    file, of the former edition or of the new one; and the next run ends with the bytes of one that nobody killed."""
    former, corrected, new = tmp_path / "former", tmp_path / "corrected", tmp_path / "new"
    assert nursery.run(story, former, tmp_path / "takes-former")[0] == 0
    story.write_text(TEXT.replace("noon", "nine"), encoding="utf-8")
    shutil.copytree(former, corrected)
    kinds = [(folder, *nursery.run(story, folder, tmp_path / f"takes-{folder.name}")) for folder in (new, corrected)]
    assert [code for _, code, _ in kinds] == [0, 0]
    assert json.loads(contents(corrected)["story.edition.json"])["corrections"]
    chance, begun, between = random.Random(SEED), 0, 0
    for number in range(KILLS):
        output, takes = tmp_path / f"out-{number}", tmp_path / f"takes-{number}"
        kind, _, steps = kinds[number % 2]
        if kind is corrected:
            shutil.copytree(former, output)
        reference, before = contents(kind), contents(output)
        moment = chance.randint(1, int(0.95 * steps))  # a few more or fewer may be taken
        assert nursery.run(story, output, takes, last=moment)[0] == -signal.SIGKILL
        begun += bool(list(output.glob("*.part")))
        there = contents(output)
        between += there not in (before, reference)
        for name, data in there.items():
            assert data in (before.get(name), reference[name]), f"{name} is not whole after step {moment}"
        assert nursery.run(story, output, takes)[0] == 0
        assert contents(output) == reference, f"killed at step {moment}"
    assert begun >= KILLS // 2
    assert between  # of two editions, while files got their names


class TestClock:
    @pytest.mark.parametrize("moved_s", [-400 * 86400, 400 * 86400])
    def test_a_clock_that_moved_changes_nothing(
        self, moved_s: float, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = produce(story, output=tmp_path / "out", config=settings(tmp_path))
        before = contents(tmp_path / "out")
        for path in (*(tmp_path / "out").iterdir(), *tmp_path.rglob("*.take"), story):
            os.utime(path, (time.time() - moved_s,) * 2)  # as if the clock had been moved since
        now = time.time
        monkeypatch.setattr(time, "time", lambda: now() + moved_s)
        assert produce(story, output=tmp_path / "out", config=settings(tmp_path)).state == "untouched"
        again = produce(story, output=tmp_path / "other", config=settings(tmp_path))
        assert again.reused_lines == again.lines == first.lines
        assert contents(tmp_path / "out") == contents(tmp_path / "other") == before

    def test_takes_from_the_future_are_dropped_like_others(self, story: Path, tmp_path: Path) -> None:
        """What was used before the clock was moved back looks as if it were used last; the limit holds all the same."""
        produce(story, output=tmp_path, config=settings(tmp_path))
        for path in tmp_path.rglob("*.take"):
            os.utime(path, (time.time() + 86400,) * 2)
        cache = TakeCache(tmp_path / "takes", limit_bytes=400_000)
        assert cache.state().size_bytes > 400_000
        cache.trim()
        assert 0 < cache.state().size_bytes <= 400_000


class TestDisk:
    def test_a_full_disk_while_takes_are_kept_costs_the_cache_alone(
        self, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        whole = produce(story, output=tmp_path / "a", config=settings(tmp_path / "a")).mp3.read_bytes()
        original = Path.write_bytes

        def full(self: Path, data: bytes) -> int:
            if self.name.endswith(".part") and self.parent.parent.name == "takes":
                original(self, data[:10])
                raise OSError(errno.ENOSPC, "No space left on device")
            return original(self, data)

        monkeypatch.setattr(Path, "write_bytes", full)
        assert produce(story, output=tmp_path / "b", config=settings(tmp_path / "b")).mp3.read_bytes() == whole
        told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
        assert told == [f"takes cannot be cached in {tmp_path / 'b' / 'takes'}: No space left on device"]
        kept = {path.suffix for path in (tmp_path / "b" / "takes").rglob("*") if path.is_file()}
        assert kept & {".take", ".part"} == set()

    @pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
    def test_an_output_that_takes_nothing_is_told(
        self, number: int, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        produce(story, output=tmp_path / "out", config=settings(tmp_path))
        before = contents(tmp_path / "out")
        story.write_text(TEXT.replace("noon", "nine"), encoding="utf-8")
        original = Path.touch

        def refuse(self: Path, *arguments: object, **options: object) -> None:
            if self.parent == tmp_path / "out":
                raise OSError(number, os.strerror(number))
            original(self, *arguments, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(Path, "touch", refuse)
        with pytest.raises(DeliveryError, match=rf"^Cannot write .*story\.mp3: {os.strerror(number)}\.$"):
            produce(story, output=tmp_path / "out", config=settings(tmp_path))
        monkeypatch.undo()
        assert contents(tmp_path / "out") == before
        assert list(tmp_path.rglob("*.take"))  # a second attempt has less to say


@pytest.mark.parametrize("kind", ["not a number", "endless", "empty", "too loud", "two channels", "no rate"])
@pytest.mark.usefixtures("faulty_engines")
def test_garbage_is_never_published(kind: str, story: Path, tmp_path: Path) -> None:
    story.write_text(TEXT.replace("noon", kind), encoding="utf-8")
    with pytest.raises(EngineError, match=r"^Line \d could not be spoken .*'garbled' returned an empty or broken take"):
        produce(story, output=tmp_path / "out", config=settings(tmp_path, "garbled"))
    assert contents(tmp_path / "out") == {}
    assert list(tmp_path.rglob("*.take")) == []


def test_two_runs_of_one_article_make_one_edition(story: Path, tmp_path: Path) -> None:
    """The one that comes second waits, and finds that there is nothing left to do."""
    command = [sys.executable, "-c", "from narrate.cli import main; main()", "make", str(story), "--json", "-q"]
    runs = [
        subprocess.Popen([*command, "--engine", "silent", "-o", tmp_path / "out"], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    reports = [json.loads(run.communicate()[0]) for run in runs]
    assert sorted(report["state"] for report in reports) == ["new", "untouched"]
    assert reports[0]["duration_s"] == reports[1]["duration_s"]
    assert not list((tmp_path / "out").glob("*.part"))


def test_the_table_of_faults_names_tests_that_exist() -> None:
    page = (REPOSITORY / "docs" / "reference" / "faults.md").read_text(encoding="utf-8")
    rows = [row for row in page.splitlines() if row.startswith("| ") and "`test_" in row]
    assert len(rows) >= 15
    for row in rows:
        named = re.findall(r"`(test_\w+)\.(test_\w+)`", row)
        assert named, row
        for file, function in named:
            text = (REPOSITORY / "tests" / f"{file}.py").read_text(encoding="utf-8")
            assert f"def {function}(" in text, f"{file}.{function}"
