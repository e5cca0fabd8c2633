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
from helpers.runs import COMMAND, UNMEASURED, assert_processes_end

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
    """Return the files under their final names; files that a killed run began have temporary names."""
    if not folder.exists():
        return {}
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(".part")}


@pytest.fixture
def story(tmp_path: Path) -> Path:
    (tmp_path / "story.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path / "story.txt"


FORKING_PROCESS = """
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


class ForkingProcess:
    """A process that has loaded everything, and forks a child for each run, which can be killed at any of its steps.

    A step is an audit event (``sys.addaudithook``): a file that is opened, made, renamed or removed, or a process that
    is started. Steps are counted instead of seconds, because a busy machine is slower.
    """

    def __init__(self, mark: Path) -> None:
        self._mark = str(mark)
        self._process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(FORKING_PROCESS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **UNMEASURED, "NARRATE_MARK": self._mark},
        )

    def run(self, story: Path, output: Path, takes: Path, *, last: int = 0) -> tuple[int, int]:
        """Make an edition in a child, and return its exit code and its number of steps.

        With ``last``, the child is killed at that step. The exit code is then minus the number of the signal. After the
        run none of its processes is left.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{story}\t{output}\t{takes}\t{last}\n")
        self._process.stdin.flush()
        code, steps = self._process.stdout.readline().split()
        assert_processes_end(self._mark, other_than=frozenset({str(self._process.pid)}), within_s=60)
        return int(code), int(steps)

    def end(self) -> None:
        self._process.communicate()


@pytest.fixture
def forking(tmp_path: Path) -> Iterator[ForkingProcess]:
    forking = ForkingProcess(tmp_path)
    yield forking
    forking.end()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has neither fork nor SIGKILL")
def test_kill_9_at_any_step_leaves_complete_files_and_next_run_finishes(
    forking: ForkingProcess, story: Path, tmp_path: Path
) -> None:
    """Half of the runs make a new edition, half correct a previous one.

    Each file under a final name is a complete file of the previous or of the new edition. The next run ends with the
    bytes of a run that was not killed.
    """
    previous, corrected, new = tmp_path / "previous", tmp_path / "corrected", tmp_path / "new"
    assert forking.run(story, previous, tmp_path / "takes-previous")[0] == 0
    story.write_text(TEXT.replace("noon", "nine"), encoding="utf-8")
    shutil.copytree(previous, corrected)
    kinds = [(folder, *forking.run(story, folder, tmp_path / f"takes-{folder.name}")) for folder in (new, corrected)]
    assert [code for _, code, _ in kinds] == [0, 0]
    assert json.loads(contents(corrected)["story.edition.json"])["corrections"]
    chance, begun, between = random.Random(SEED), 0, 0
    for number in range(KILLS):
        output, takes = tmp_path / f"out-{number}", tmp_path / f"takes-{number}"
        kind, _, steps = kinds[number % 2]
        if kind is corrected:
            shutil.copytree(previous, output)
        reference, before = contents(kind), contents(output)
        moment = chance.randint(1, int(0.95 * steps))  # a few more or fewer may be taken
        assert forking.run(story, output, takes, last=moment)[0] == -signal.SIGKILL
        begun += bool(list(output.glob("*.part")))
        there = contents(output)
        between += there not in (before, reference)
        for name, data in there.items():
            assert data in (before.get(name), reference[name]), f"{name} is not complete after step {moment}"
        assert forking.run(story, output, takes)[0] == 0
        assert contents(output) == reference, f"killed at step {moment}"
    assert begun >= KILLS // 2
    assert between  # some runs left files of both editions: they were killed between two renames


class TestClock:
    @pytest.mark.slow
    @pytest.mark.parametrize("moved_s", [-400 * 86400, 400 * 86400])
    def test_moved_clock_changes_no_edition(
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

    def test_takes_from_the_future_are_trimmed_like_others(self, story: Path, tmp_path: Path) -> None:
        """Takes used before the clock was moved back look as if they were used last. The limit holds nevertheless."""
        produce(story, output=tmp_path, config=settings(tmp_path))
        for path in tmp_path.rglob("*.take"):
            os.utime(path, (time.time() + 86400,) * 2)
        cache = TakeCache(tmp_path / "takes", limit_bytes=400_000)
        assert cache.state().size_bytes > 400_000
        cache.trim()
        assert 0 < cache.state().size_bytes <= 400_000


class TestDisk:
    @pytest.mark.slow
    def test_full_disk_at_the_cache_is_only_a_warning(
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
        warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
        assert warnings == [f"takes cannot be cached in {tmp_path / 'b' / 'takes'}: No space left on device"]
        kept = {path.suffix for path in (tmp_path / "b" / "takes").rglob("*") if path.is_file()}
        assert kept & {".take", ".part"} == set()

    @pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
    def test_read_only_output_is_an_error_and_keeps_previous_edition(
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
        assert list(tmp_path.rglob("*.take"))  # a second attempt speaks fewer lines


@pytest.mark.parametrize("kind", ["not a number", "endless", "empty", "too loud", "two channels", "no rate"])
@pytest.mark.usefixtures("faulty_engines")
def test_broken_take_is_never_published(kind: str, story: Path, tmp_path: Path) -> None:
    story.write_text(TEXT.replace("noon", kind), encoding="utf-8")
    with pytest.raises(EngineError, match=r"^Line \d could not be spoken .*'garbled' returned an empty or broken take"):
        produce(story, output=tmp_path / "out", config=settings(tmp_path, "garbled"))
    assert contents(tmp_path / "out") == {}
    assert list(tmp_path.rglob("*.take")) == []


@pytest.mark.slow
def test_two_runs_of_same_article_make_one_edition(story: Path, tmp_path: Path) -> None:
    """The second run waits, and then finds the edition current."""
    command = [*COMMAND, "make", str(story), "--json", "-q"]
    runs = [
        subprocess.Popen([*command, "--engine", "silent", "-o", tmp_path / "out"], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    reports = [json.loads(run.communicate()[0]) for run in runs]
    assert sorted(report["state"] for report in reports) == ["new", "untouched"]
    assert reports[0]["duration_s"] == reports[1]["duration_s"]
    assert not list((tmp_path / "out").glob("*.part"))


def test_page_of_faults_names_tests_that_exist() -> None:
    page = (REPOSITORY / "docs" / "reference" / "faults.md").read_text(encoding="utf-8")
    rows = [row for row in page.splitlines() if row.startswith("| ") and "`test_" in row]
    assert len(rows) >= 15
    for row in rows:
        named = re.findall(r"`(test_\w+)\.(test_\w+)`", row)
        assert named, row
        for file, function in named:
            text = (REPOSITORY / "tests" / f"{file}.py").read_text(encoding="utf-8")
            assert f"def {function}(" in text, f"{file}.{function}"
