"""Synthesis: takes come in order, faults are retried or reported, and no process stays."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from narrate.config import Config, SynthesisConfig
from narrate.engines.silent import SAMPLES_PER_CHARACTER
from narrate.engines.worker import CAN_FORK
from narrate.errors import EngineError, SourceError
from narrate.pipeline import produce
from narrate.speakable import find_number_style
from narrate.synthesis import SpokenAhead, TakeCache, Wording, WorkerPool, synthesize
from narrate.synthesis.rendering import _Speech
from narrate.types import NARRATOR, Cast, Line, Take, Voice

STYLE = find_number_style([])
VOICE = Voice("silent", "hush", "Hush", "en", "unknown", "none", "none", "none")


def lines(*texts: str) -> list[Line]:
    return [Line(index, (index,), text, NARRATOR, "end") for index, text in enumerate(texts)]


def takes_of(
    *texts: str, engine: str = "silent", workers: int = 2, time_limit_s: float = 30, retries: int = 1
) -> Generator[Take]:
    cast = Cast({NARRATOR: replace(VOICE, engine=engine)}, {})
    with (
        WorkerPool(engine, workers=workers, time_limit_s=time_limit_s) as pool,
        closing(synthesize(lines(*texts), cast, pools={pool.engine.name: pool}, retries=retries)) as takes,
    ):
        yield from takes


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_takes_are_complete_and_in_order(workers: int) -> None:
    texts = ["x" * (1 + 37 * n % 50) for n in range(40)]
    takes = list(takes_of(*texts, workers=workers))
    assert [take.line.text for take in takes] == texts
    assert [len(take.audio.samples) for take in takes] == [len(text) * SAMPLES_PER_CHARACTER for text in texts]


def test_synthesis_looks_ahead_by_few_takes() -> None:
    pulled = []

    class Counted(list[Line]):
        def __iter__(self) -> Iterator[Line]:
            for line in super().__iter__():
                pulled.append(line)
                yield line

    many = Counted(lines(*["word"] * 500))
    cast = Cast({NARRATOR: VOICE}, {})
    pool = WorkerPool("silent", workers=2, time_limit_s=30)
    with closing(synthesize(many, cast, pools={pool.engine.name: pool}, retries=0)) as takes:
        next(takes)
        assert len(pulled) - len(many) < 20  # all lines are read once, to see how the article writes its numbers
    assert pool.closed


def test_first_lines_are_spoken_while_the_caller_does_something_else() -> None:
    cast = Cast({NARRATOR: VOICE}, {})
    with WorkerPool("silent", workers=1, time_limit_s=30) as pool:
        takes = synthesize(lines("one", "two"), cast, pools={pool.engine.name: pool}, retries=0)
        deadline_s = time.monotonic() + 10
        while not pool.cpu_s and time.monotonic() < deadline_s:
            time.sleep(0.01)
        assert pool.cpu_s  # a worker has replied, and no take was asked for
        assert [take.line.text for take in takes] == ["one", "two"]


def test_loaded_worker_speaks_the_next_line_rather_than_one_that_must_load() -> None:
    with WorkerPool("silent", workers=2, time_limit_s=30) as pool:
        speech = _Speech({"silent": pool}, 0, None, Wording(number_style=STYLE))
        for line in lines("one", "two", "three"):
            speech.speak(speech.said(line, VOICE))
        assert [worker._process is not None for worker in pool.workers] == [True, False]


class TestSpokenAhead:
    CAST = Cast({NARRATOR: VOICE}, {})

    def ahead(self, pool: WorkerPool, *texts: str, cache: TakeCache | None = None) -> SpokenAhead:
        wording = Wording(number_style=find_number_style(texts))
        return SpokenAhead(
            lines(*texts), self.CAST, pools={pool.engine.name: pool}, retries=0, cache=cache, wording=wording
        )

    def test_lines_spoken_ahead_are_not_spoken_again(self) -> None:
        with WorkerPool("silent", workers=1, time_limit_s=30) as pool:
            ahead = self.ahead(pool, "one", "two")
            while len(ahead._takes) < 2 or not all(future.done() for future in ahead._takes.values()):
                time.sleep(0.01)
            pool.close()  # nothing can be spoken any more
            takes = [*synthesize(lines("one", "two"), self.CAST, pools={"silent": pool}, retries=0, ahead=ahead)]
        assert [len(take.audio.samples) for take in takes] == [3 * SAMPLES_PER_CHARACTER] * 2
        assert not any(take.reused for take in takes)

    def test_lines_that_are_said_otherwise_are_spoken_anew(self) -> None:
        with WorkerPool("silent", workers=2, time_limit_s=30) as pool:
            ahead = self.ahead(pool, "one", "two")
            other = Cast({NARRATOR: replace(VOICE, id="other")}, {})
            takes = [*synthesize(lines("one", "two!"), other, pools={"silent": pool}, retries=0, ahead=ahead)]
            plain = [*synthesize(lines("one", "two!"), other, pools={"silent": pool}, retries=0)]
        assert [take.audio.samples.tobytes() for take in takes] == [take.audio.samples.tobytes() for take in plain]

    def test_line_that_fails_ahead_is_tried_again(self, faulty_engines: None) -> None:
        cast = Cast({NARRATOR: replace(VOICE, engine="crashing")}, {})
        with WorkerPool("crashing", workers=1, time_limit_s=30) as pool:
            said = lines("crash in silence", "two")
            ahead = SpokenAhead(
                said, cast, pools={"crashing": pool}, retries=0, cache=None, wording=Wording(number_style=STYLE)
            )
            takes = synthesize(said[1:], cast, pools={"crashing": pool}, retries=2, ahead=ahead)
            assert [take.line.text for take in takes] == ["two"]

    def test_number_of_lines_is_bounded_and_stops(self) -> None:
        with WorkerPool("silent", workers=1, time_limit_s=30) as pool:
            ahead = self.ahead(pool, *(f"line {number}" for number in range(500)))
            ahead.stop()
            assert len(ahead._takes) <= SpokenAhead.MAX_LINES

    def test_takes_ahead_are_cached_and_cached_ones_not_spoken(self, tmp_path: Path) -> None:
        cache = TakeCache(tmp_path, limit_bytes=10_000_000)
        with WorkerPool("silent", workers=1, time_limit_s=30) as pool:
            ahead = self.ahead(pool, "one", cache=cache)
            takes = synthesize(lines("one"), self.CAST, pools={"silent": pool}, retries=0, cache=cache, ahead=ahead)
            (first,) = takes
            again = self.ahead(pool, "one", cache=cache)
            takes = synthesize(lines("one"), self.CAST, pools={"silent": pool}, retries=0, cache=cache, ahead=again)
            (second,) = takes
        assert (first.reused, second.reused) == (False, True)


def test_worker_pool_stays_for_the_next_edition_and_ends_with_its_context() -> None:
    cast = Cast({NARRATOR: VOICE}, {})
    with WorkerPool("silent", workers=1, time_limit_s=30) as pool:
        made = [[*synthesize(lines("one", "two"), cast, pools={pool.engine.name: pool}, retries=0)] for _ in range(2)]
        process = pool.workers[0]._process
        assert process
        assert process.wait(0) is None
    assert [take.line.text for takes in made for take in takes] == ["one", "two"] * 2
    assert process.wait(0) is not None


def test_two_callers_may_use_one_worker_at_once() -> None:
    """The editor speaks a line for a preview while the same workers speak an edition."""
    cast = Cast({NARRATOR: VOICE}, {})
    texts = [["x" * (1 + (7 * n + caller) % 30) for n in range(30)] for caller in range(3)]
    with WorkerPool("silent", workers=1, time_limit_s=30) as pool, ThreadPoolExecutor(3) as callers:

        def speak(said: list[str]) -> list[int]:
            takes = synthesize(lines(*said), cast, pools={pool.engine.name: pool}, retries=0)
            return [len(take.audio.samples) for take in takes]

        lengths = list(callers.map(speak, texts))
    assert lengths == [[len(text) * SAMPLES_PER_CHARACTER for text in said] for said in texts]


@pytest.mark.slow
def test_worker_without_fork_speaks_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import sys, narrate.engines.worker as w; w.CAN_FORK = False; w.main(*sys.argv[1:])"
    monkeypatch.setattr("narrate.synthesis.processes.COMMAND", ("-P", "-c", code))
    voice = Voice("pyttsx3", "us", "US", "en", "unknown", "none", "none", "none", {"voice": "en-us"})
    cast = Cast({NARRATOR: voice}, {})
    six = lines(*["One line."] * 6)
    with WorkerPool("pyttsx3", workers=2, time_limit_s=60) as pool:
        takes = list(synthesize(six, cast, pools={pool.engine.name: pool}, retries=0))
    assert len({take.audio.samples.tobytes() for take in takes}) == 1


def test_workers_report_their_processor_time() -> None:
    voice = Voice("pyttsx3", "us", "US", "en", "unknown", "none", "none", "none", {"voice": "en-us"})
    before = sum(os.times()[2:4])
    with WorkerPool("pyttsx3", workers=1, time_limit_s=60) as pool:
        list(
            synthesize(
                lines("One line.", "Another line."),
                Cast({NARRATOR: voice}, {}),
                pools={pool.engine.name: pool},
                retries=0,
            )
        )
        worker = pool.workers[0]._process
        assert worker is not None
        worker.requests.close()  # it ends when it has waited for its last fork, whose time then counts
        assert worker.wait(10) == 0
    assert pool.cpu_s == pytest.approx(sum(os.times()[2:4]) - before, rel=0.3, abs=0.1)


def test_no_lines_give_no_takes() -> None:
    assert list(takes_of()) == []


@pytest.mark.usefixtures("faulty_engines")
class TestFaults:
    def test_line_that_fails_once_is_tried_again(self) -> None:
        takes = list(takes_of("one", "two", "three", engine="flaky", workers=1, retries=1))
        assert [take.line.text for take in takes] == ["one", "two", "three"]

    def test_line_that_keeps_failing_is_named_in_the_error(self) -> None:
        message = r"Line 0 could not be spoken with voice 'hush' in 1 attempts. not in the mood.*'one' \(segment 0\)"
        with pytest.raises(EngineError, match=message):
            list(takes_of("one", "two", engine="flaky", workers=1, retries=0))

    def test_crash_error_contains_last_line_of_stderr(self) -> None:
        with pytest.raises(EngineError, match=r"crashed \(exit code 11\): the roof fell in"):
            list(takes_of("fine", "crash here", engine="crashing"))

    def test_unexpected_exception_in_engine_is_an_error(self) -> None:
        with pytest.raises(EngineError, match="EOFError: surprise"):
            list(takes_of("one", engine="surprising", retries=0, time_limit_s=10))

    def test_crash_error_does_not_quote_another_worker(self) -> None:
        with pytest.raises(EngineError, match=r"crashed .*: no message"):
            list(takes_of("murmur to the log", "crash in silence", engine="crashing", retries=0))

    def test_garbled_take_is_refused(self) -> None:
        with pytest.raises(EngineError, match="empty or broken take"):
            list(takes_of("one", engine="garbled"))

    def test_missing_part_error_says_what_to_install(self) -> None:
        with pytest.raises(EngineError, match=r"pip install 'narrate-edition\[roof\]'"):
            list(takes_of("one", engine="homeless"))

    def test_engine_reads_texts_in_this_process_and_speaks_them_in_workers(self) -> None:
        takes = list(takes_of("one", "three", engine="reading"))
        assert [take.audio.samples.tolist() for take in takes] == [[0.5] * 3, [0.5] * 5]

    def test_text_that_cannot_be_read_is_named_in_the_error(self) -> None:
        with pytest.raises(EngineError, match=r"Line 1 .* in 2 attempts. no such letters.*'illegible'"):
            list(takes_of("one", "illegible", engine="reading"))

    @pytest.mark.slow
    def test_hanging_engine_is_killed_at_the_time_limit(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NARRATE_TEST_TRACE", str(tmp_path))
        started = time.monotonic()
        with pytest.raises(EngineError, match=r"Line 1 .*'hanging' did not answer within 1.5 s"):
            list(takes_of("fine", "hang", "fine too", engine="hanging", time_limit_s=1.5, retries=1))
        assert time.monotonic() - started < 60
        assert_gone(tmp_path)

    def test_worker_pool_ends_while_it_loads(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NARRATE_TEST_TRACE", str(tmp_path))
        with WorkerPool("loading", workers=2, time_limit_s=30) as pool:
            pool.start()
            while len([*tmp_path.iterdir()]) < 2:
                time.sleep(0.02)
        assert_gone(tmp_path)
        with pytest.raises(EngineError, match="was closed"):
            pool.start()

    @pytest.mark.slow
    @pytest.mark.parametrize(("started", "threads"), [(1, 3), (2, 1), (None, 1), (7, 1), (0, 1)])
    def test_worker_started_alone_gets_all_cores(self, started: int | None, threads: int) -> None:
        with WorkerPool("sharing", workers=3, time_limit_s=30) as pool:
            if started != 0:
                pool.start(started)
            assert len(pool.workers[0].speak("one", VOICE).samples) == threads
            pool.workers[0].stop()  # as if it were lost
            assert len(pool.workers[0].speak("one", VOICE).samples) == threads

    def test_failed_planning_leaves_no_worker(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        trace = tmp_path / "trace"
        trace.mkdir()
        monkeypatch.setenv("NARRATE_TEST_TRACE", str(trace))

        def prepare(*_: object, **__: object) -> None:
            while len([*trace.iterdir()]) < 2:  # they load meanwhile
                time.sleep(0.02)
            raise SourceError("nothing to read")

        monkeypatch.setattr("narrate.pipeline.make_plan", prepare)
        (tmp_path / "story.txt").write_text("It rained all day on the quay.")
        settings = Config(synthesis=SynthesisConfig(engine="loading", workers=2))
        with pytest.raises(SourceError, match="nothing to read"):
            produce(tmp_path / "story.txt", output=tmp_path / "out", config=settings)
        assert_gone(trace)

    def test_abandoned_edition_leaves_no_process(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NARRATE_TEST_TRACE", str(tmp_path))
        with closing(takes_of("fine", *["hang"] * 20, engine="hanging")) as takes:
            assert next(takes).line.text == "fine"
        assert_gone(tmp_path)


@pytest.mark.usefixtures("faulty_engines")
@pytest.mark.skipif(not CAN_FORK, reason="needs processes that can be forked")
class TestSharedMemory:
    """Workers that are forked from a process that has loaded their engine."""

    def test_engine_is_loaded_once_for_all_workers(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NARRATE_TEST_TRACE", str(tmp_path))
        takes = list(takes_of("one", "three", "seven", "eleven", engine="shared"))
        assert [take.audio.samples.tolist() for take in takes] == [[0.5] * length for length in (3, 5, 5, 6)]
        assert len([*tmp_path.iterdir()]) == 1
        assert_gone(tmp_path)

    def test_single_worker_is_a_process_of_its_own(self) -> None:
        (take,) = takes_of("one", engine="shared", workers=1)
        assert take.audio.samples.tolist() == pytest.approx([0.1] * 3)

    def test_crash_ends_one_worker_and_is_described(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NARRATE_TEST_TRACE", str(tmp_path))
        with WorkerPool("shared", workers=2, time_limit_s=30) as pool:
            one, other = pool.workers
            other.speak("one", VOICE)
            before = other._process
            with pytest.raises(EngineError, match=r"^Engine 'shared' crashed \(exit code 11\): the roof fell in\.$"):
                one.speak("crash", VOICE)
            assert len(one.speak("three", VOICE).samples) == 5
            assert len(other.speak("three", VOICE).samples) == 5
            assert other._process is before
        assert len([*tmp_path.iterdir()]) == 1

    def test_worker_that_hangs_is_killed_at_the_time_limit(self) -> None:
        with WorkerPool("shared", workers=2, time_limit_s=5) as pool:
            pool.workers[0].speak("one", VOICE)
            process = pool.workers[0]._process
            assert process
            pool.workers[0]._time_limit_s = 0.3
            with pytest.raises(EngineError, match=r"'shared' did not answer within 0\.3 s"):
                pool.workers[0].speak("hang", VOICE)
            assert not _alive(process.pid)
            assert len(pool.workers[1].speak("three", VOICE).samples) == 5

    def test_killed_worker_is_replaced_before_the_next_line(self) -> None:
        with WorkerPool("shared", workers=2, time_limit_s=30) as pool:
            pool.workers[0].speak("one", VOICE)
            process = pool.workers[0]._process
            assert process
            os.kill(process.pid, signal.SIGKILL)
            assert process.wait(10) == -signal.SIGKILL
            assert len(pool.workers[0].speak("three", VOICE).samples) == 5

    def test_killed_template_is_replaced(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NARRATE_TEST_TRACE", str(tmp_path))
        with WorkerPool("shared", workers=2, time_limit_s=30) as pool:
            pool.workers[0].speak("one", VOICE)
            (trace,) = tmp_path.iterdir()
            os.kill(int(trace.name), signal.SIGKILL)
            assert_gone(tmp_path)
            assert len(pool.workers[0].speak("three", VOICE).samples) == 5
            assert len([*tmp_path.iterdir()]) == 2
        assert_gone(tmp_path)

    def test_worker_that_used_much_memory_is_replaced(self) -> None:
        with WorkerPool("shared", workers=2, time_limit_s=30) as pool:
            kept = []
            for text in ("one", "three", "grow"):
                assert len(pool.workers[0].speak(text, VOICE).samples) == len(text)
                kept.append(pool.workers[0]._process)
            assert kept[0] is kept[1]
            assert kept[0] is not None
            assert kept[2] is None
            assert len(pool.workers[0].speak("seven", VOICE).samples) == 5

    def test_engine_that_cannot_be_loaded_says_why(self) -> None:
        with pytest.raises(EngineError, match=r"Engine 'shared-homeless' needs a roof\."):
            list(takes_of("one", engine="shared-homeless"))

    def test_crash_of_the_template_is_described(self) -> None:
        message = r"Engine 'shared-collapsing' crashed \(exit code 12\): the ground gave way\."
        with pytest.raises(EngineError, match=message):
            list(takes_of("one", engine="shared-collapsing", retries=0))

    def test_template_that_does_not_load_in_time_is_killed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NARRATE_TEST_TRACE", str(tmp_path))
        with WorkerPool("shared-loading", workers=2, time_limit_s=3) as pool:
            with pytest.raises(EngineError, match=r"'shared-loading' was not loaded within 3 s"):
                pool.workers[0].speak("one", VOICE)
            assert_gone(tmp_path)

    def test_pool_ends_while_the_template_loads(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NARRATE_TEST_TRACE", str(tmp_path))
        with ThreadPoolExecutor(1) as caller, WorkerPool("shared-loading", workers=2, time_limit_s=30) as pool:
            spoken = caller.submit(pool.workers[0].speak, "one", VOICE)
            while not [*tmp_path.iterdir()]:
                time.sleep(0.02)
            pool.close()
            assert isinstance(spoken.exception(timeout=10), EngineError)
        assert_gone(tmp_path)
        with pytest.raises(EngineError, match="was closed"):
            pool.start()


def assert_gone(trace: Path) -> None:
    """No process that left its number in ``trace`` is alive any more."""
    pids = [int(file.name) for file in trace.iterdir()]
    assert pids
    deadline = time.monotonic() + 30
    while alive := [pid for pid in pids if _alive(pid)]:
        assert time.monotonic() < deadline, f"still running: {alive}"
        time.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
