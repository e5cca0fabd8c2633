"""Many articles: order, failures, lost processes, clean-up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from helpers.imports import HEAVY
from helpers.measuring import allowed
from helpers.paths import PLUGINS
from helpers.runs import COMMAND, UNMEASURED, Run, processes_marked

from narrate import produce
from narrate.batch import Outcome, count_skipped, find_sources, is_list, produce_all, read_report, watch_folder
from narrate.batch.worker import limited_reading, produce_one
from narrate.cli.batch import line_numbers_of, with_line
from narrate.config import CacheConfig, Config, DeliveryConfig, ScriptConfig, SynthesisConfig
from narrate.errors import SourceError

STORY = """The {name} returns

“We are back,” said Ada Byron, the captain of the {name}. “It took us two long years.”

The {name} sails at noon.
"""


def settings(engine: str = "silent", workers: int = 2) -> Config:
    return Config(synthesis=SynthesisConfig(engine=engine, workers=workers), cache=CacheConfig(enabled=False))


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    folder = tmp_path / "stories"
    folder.mkdir()
    for name in ("barge", "ferry", "galley", "yacht"):
        (folder / f"{name}.txt").write_text(STORY.format(name=name), encoding="utf-8")
    return folder


class TestSources:
    def test_folder_yields_its_articles_sorted_by_name(self, stories: Path) -> None:
        (stories / "yacht.script.json").write_text("{}", encoding="utf-8")
        (stories / "raft.script.json").write_text("{}", encoding="utf-8")
        (stories / ".hidden.txt").write_text("no", encoding="utf-8")
        (stories / "~$yacht.docx").write_bytes(b"the owner of an open document")
        (stories / "photo.jpg").write_bytes(b"no")
        names = [path.name for path in find_sources([stories / "yacht.txt", stories])]
        assert names == ["yacht.txt", "barge.txt", "ferry.txt", "galley.txt", "raft.script.json", "yacht.txt"]
        assert count_skipped([stories]) == {".jpg": 1}

    @pytest.mark.slow
    def test_web_pages_and_word_files_are_articles_and_sidecar_files_are_not(
        self, stories: Path, tmp_path: Path
    ) -> None:
        for name in ("Page.HTML", "note.htm", "word.docx", "data.json", "read me", ".hidden.pdf"):
            (stories / name).write_bytes(b"no")
        (stories / "folder.txt").mkdir()
        (stories / "lost.txt").symlink_to(tmp_path / "nowhere")
        (stories / "loop.txt").symlink_to("a" * 300)  # of a name that no file can have
        (stories / "barge.transcript.txt").write_bytes(b"an article, since no edition is there")
        (stories / "My Ferry.txt").write_text(STORY.format(name="ferry"), encoding="utf-8")
        dotted = stories / "2026.03.mp3"
        produce(
            stories / "ferry.txt", output=dotted, config=replace(settings(), delivery=DeliveryConfig(formats=("wav",)))
        )
        script = produce(stories / "My Ferry.txt", output=stories, config=settings()).script_file
        script.write_text(script.read_text(encoding="utf-8").replace("Ada Byron", "Ada Moe"), encoding="utf-8")
        produce(
            stories / "My Ferry.txt",
            output=stories,
            config=replace(settings(), script=ScriptConfig("It is a machine.")),
        )
        assert list(stories.glob("my-ferry.edited-*.script.json"))
        list(produce_all([stories / "ferry.txt"], output=stories, config=settings()))
        assert {"ferry.edition.html", "ferry.transcript.txt"} <= {path.name for path in stories.iterdir()}
        assert [path.name for path in find_sources([stories])] == [
            "2026.03.script.json", "My Ferry.txt", "Page.HTML", "barge.transcript.txt", "barge.txt", "ferry.txt",
            "galley.txt", "loop.txt", "lost.txt", "note.htm", "word.docx", "yacht.txt",
        ]  # fmt: skip
        assert count_skipped([stories]) == {".json": 1, "": 1}

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes among the files here")
    def test_pipe_in_folder_is_not_an_article(self, stories: Path) -> None:
        os.mkfifo(stories / "pipe.txt")
        assert "pipe.txt" not in [path.name for path in find_sources([stories])]

    def test_watch_finds_new_and_changed_articles(self, stories: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("narrate.batch.watching.POLL_INTERVAL_S", 0.01)
        monkeypatch.setattr("narrate.batch.watching.SETTLE_TIME_S", -1.0)
        found = filter(None, watch_folder(stories))
        assert [next(found).stem for _ in range(4)] == ["barge", "ferry", "galley", "yacht"]
        (stories / "canoe.txt").write_text(STORY.format(name="canoe"), encoding="utf-8")
        assert next(found).stem == "canoe"
        os.utime(stories / "ferry.txt", ns=(1, 1))
        assert next(found).stem == "ferry"
        monkeypatch.setattr("narrate.batch.watching.SETTLE_TIME_S", 0.1)
        os.utime(stories / "yacht.txt", ns=(1, 1))
        assert next(found).stem == "yacht"

    def test_watch_waits_for_article_that_is_still_being_written(
        self, stories: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Modification times are not compared with the clock, which may be another one than the file system's."""
        monkeypatch.setattr("narrate.batch.watching.POLL_INTERVAL_S", 0.01)
        monkeypatch.setattr("narrate.batch.watching.SETTLE_TIME_S", 0.5)
        os.utime(stories / "galley.txt", (time.time() + 86400,) * 2)
        rounds, names = iter(range(10_000)), ["ferry", "galley", "yacht"]
        deadline = time.monotonic() + 20

        def writing() -> bool:
            with (stories / "barge.txt").open("a", encoding="utf-8") as file:
                file.write(f"Line {next(rounds)}.\n")
            return time.monotonic() > deadline

        found = watch_folder(stories, stop=writing)
        assert [next(path for path in found if path).stem for _ in names] == names
        assert not any(next(found) for _ in range(80))
        monkeypatch.setattr("narrate.batch.watching.SETTLE_TIME_S", -1.0)
        assert next(path for path in found if path).stem == "barge"

    def test_watch_finds_article_again_after_it_or_its_folder_was_removed(
        self, stories: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr("narrate.batch.watching.POLL_INTERVAL_S", 0.01)
        monkeypatch.setattr("narrate.batch.watching.SETTLE_TIME_S", -1.0)
        found = watch_folder(stories)
        assert len([path for path in (next(found) for _ in range(5)) if path]) == 4
        text = (stories / "yacht.txt").read_bytes()
        (stories / "yacht.txt").unlink()
        assert next(found) is None
        (stories / "yacht.txt").write_bytes(text)
        assert str(next(found)).endswith("yacht.txt")
        assert next(found) is None
        stories.rename(stories.with_name("away"))
        assert [next(found) for _ in range(3)] == [None] * 3
        assert [record.getMessage() for record in caplog.records] == [
            f"Cannot read the folder {stories}. Waiting for it."
        ]
        stories.with_name("away").rename(stories)
        (stories / "canoe.txt").write_text(STORY.format(name="canoe"), encoding="utf-8")
        assert next(path for path in found if path).stem == "canoe"

    def test_last_line_about_an_article_counts_in_report(self, tmp_path: Path) -> None:
        report = tmp_path / "report.jsonl"
        states = [("a", "failed"), ("b", "done"), ("c", "failed"), ("a", "done")]
        report.write_text(
            "".join(json.dumps({"source": s, "status": w, "mp3": "x.mp3"}) + "\n" for s, w in states), encoding="utf-8"
        )
        assert read_report(report) == ([Path("c")], {Path("a"): "x.mp3", Path("b"): "x.mp3"})

    @pytest.mark.parametrize("content", ["no json", "[]", '{"source": "a"}', "7"])
    def test_invalid_report_is_refused_with_line_number(self, tmp_path: Path, content: str) -> None:
        report = tmp_path / "report.jsonl"
        first = '{"source": "a\u2028", "status": "done", "mp3": "a.mp3"}'
        report.write_text(f"{first}\n{content}\n", encoding="utf-8")
        with pytest.raises(SourceError, match="line 2: not a line of a batch report"):
            read_report(report)


class TestOutcomes:
    @pytest.mark.slow
    def test_batch_reports_unreadable_article_and_continues(self, stories: Path, tmp_path: Path) -> None:
        (stories / "ferry.txt").write_bytes(b"")
        sources = [*find_sources([stories]), tmp_path / "missing.txt"]
        outcomes = list(produce_all(sources, output=tmp_path / "out", config=settings()))
        assert [Path(outcome.source).stem for outcome in outcomes] == ["barge", "ferry", "galley", "yacht", "missing"]
        assert [outcome.status == "failed" for outcome in outcomes] == [False, True, False, False, True]
        assert "ferry.txt: the article is empty" in str(outcomes[1].error)
        assert sorted(path.name for path in (tmp_path / "out").glob("*.mp3")) == [
            "barge.mp3",
            "galley.mp3",
            "yacht.mp3",
        ]

    def test_second_article_of_same_name_fails_and_first_is_kept(self, stories: Path, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.mkdir()
        (other / "Barge.txt").write_text(STORY.format(name="other barge"), encoding="utf-8")
        sources = [stories / "barge.txt", other / "Barge.txt"]
        first, second = produce_all(sources, output=tmp_path / "out", config=settings())
        assert first.mp3 == str(tmp_path / "out" / "barge.mp3")
        assert second.status == "failed"
        assert f"overwrite the edition of {stories / 'barge.txt'}" in str(second.error)

    @pytest.mark.slow
    def test_renamed_article_may_overwrite_its_own_edition(self, stories: Path, tmp_path: Path) -> None:
        class AtOnce(Executor):
            def submit(self, job: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
                done = Future[Any]()
                done.set_result(job(*arguments, **options))
                return done

        def renaming() -> Iterator[Path]:
            yield stories / "barge.txt"
            yield stories / ".." / "stories" / "barge.txt"  # another spelling of the same path
            (stories / "barge.txt").rename(stories / "barge.md")
            yield stories / "barge.md"

        outcomes = produce_all(renaming(), output=tmp_path / "out", config=settings(), executor=AtOnce())
        assert [outcome.error for outcome in outcomes] == [None] * 3

    def test_edition_of_existing_source_is_not_overwritten(self, stories: Path, tmp_path: Path) -> None:
        (stories / "barge.md").write_text(STORY.format(name="other barge"), encoding="utf-8")
        made = [stories / "barge.txt", stories / "ferry.txt"]
        (outcome,) = produce_all([stories / "barge.md"], output=tmp_path, config=settings(), existing_sources=made)
        assert f"overwrite the edition of {stories / 'barge.txt'}" in str(outcome.error)

    @pytest.mark.slow
    def test_worker_loads_its_engine_once_for_all_articles(
        self, stories: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The engine of ``tests/plugins`` writes a file for every process that loads it."""
        trace = tmp_path / "trace"
        trace.mkdir()
        monkeypatch.syspath_prepend(str(PLUGINS))
        monkeypatch.setenv("PYTHONPATH", str(PLUGINS))
        monkeypatch.setenv("NARRATE_TEST_TRACE", str(trace))
        config = settings(engine="lasting", workers=1)
        outcomes = list(produce_all(find_sources([stories]), output=tmp_path / "out", config=config))
        assert {outcome.status for outcome in outcomes} == {"done"}
        assert len([*trace.iterdir()]) == 1

    @pytest.mark.slow
    def test_program_that_starts_processes_while_it_is_imported_is_refused(self, stories: Path, tmp_path: Path) -> None:
        call = f"""
        from narrate import produce_all
        {{guard}}
            for outcome in produce_all(["{stories}/ferry.txt"], output="{tmp_path}/out"):
                print(outcome.status)
        """
        program = tmp_path / "program.py"

        def run(guard: str) -> subprocess.CompletedProcess[str]:
            program.write_text(textwrap.dedent(call).format(guard=guard), encoding="utf-8")
            return subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)

        refused = run("if True:")
        assert refused.returncode == 1
        *_, last = refused.stderr.splitlines()
        assert last.startswith("narrate.errors.UsageError: Cannot start processes: ")
        assert last.endswith('below: if __name__ == "__main__":')
        assert refused.stderr.count("Traceback") == 1
        assert "bootstrapping" not in refused.stderr
        assert not (tmp_path / "out").exists()
        guarded = run('if __name__ == "__main__":')
        assert (guarded.returncode, guarded.stdout, guarded.stderr) == (0, "done\n", "")

    def test_given_executor_gets_at_most_four_articles_ahead(self, stories: Path, tmp_path: Path) -> None:
        handed_out = 0

        class Counting(ThreadPoolExecutor):
            def submit(self, *args: object, **kwargs: object) -> Future[object]:  # type: ignore[override]
                nonlocal handed_out
                handed_out += 1
                return super().submit(*args, **kwargs)  # type: ignore[arg-type]

        def endless() -> Iterator[Path]:
            yield stories / "barge.txt"
            while True:
                yield tmp_path / f"missing-{handed_out}.txt"

        with Counting(1) as executor:
            outcomes = produce_all(endless(), output=tmp_path / "out", config=settings(workers=1), executor=executor)
            assert next(outcomes).mp3
            assert handed_out <= 4
            outcomes.close()  # type: ignore[attr-defined]

    @pytest.mark.slow
    def test_processes_and_threads_make_identical_files(self, stories: Path, tmp_path: Path) -> None:
        with ThreadPoolExecutor(1) as executor:
            list(produce_all(find_sources([stories]), output=tmp_path / "a", config=settings(), executor=executor))
        list(produce_all(find_sources([stories]), output=tmp_path / "b", config=settings()))
        for path in sorted((tmp_path / "a").iterdir()):
            assert (tmp_path / "b" / path.name).read_bytes() == path.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such timer")
class TestReadingLimit:
    def test_reading_over_the_limit_fails_the_article_and_not_the_next_one(
        self, stories: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def read(*_: object, **__: object) -> None:
            while True:
                with suppress(ValueError):
                    int("endless")

        monkeypatch.setattr("narrate.batch.worker.READING_TIME_LIMIT_S", 0.05)
        config = replace(settings(), reading=replace(settings().reading, time_limit_s=0.15))
        with monkeypatch.context() as patch:
            patch.setattr("narrate.readers.source.read_bytes", read)
            outcome = produce_one(stories / "barge.txt", output=tmp_path, config=config)
        advice = "Remove what is not about the article, or divide it."
        took = "Reading takes longer than 0.2 s"
        assert (outcome.status, outcome.error) == ("failed", f"Cannot read {stories / 'barge.txt'}: {took}. {advice}")
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)

    def test_interruption_is_repeated_if_reading_catches_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("narrate.batch.worker.REPEAT_S", 0.02)
        caught = 0

        def read() -> None:
            nonlocal caught
            while True:
                try:
                    time.sleep(5)
                except SourceError:
                    caught += 1
                    if caught == 3:
                        raise

        with (
            pytest.raises(SourceError, match=r"^Cannot read a\.txt: "),
            limited_reading("a.txt", 0.02),
        ):
            read()
        assert caught == 3

    def test_limit_is_off_behind_the_reading_and_in_other_threads(self) -> None:
        before = signal.getsignal(signal.SIGALRM)
        with limited_reading("a.txt", 60):
            assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
        assert (signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)) == (before, (0.0, 0.0))

        def in_thread() -> float:
            with limited_reading("a.txt", 60):
                return signal.getitimer(signal.ITIMER_REAL)[0]

        with ThreadPoolExecutor(1) as executor:
            assert executor.submit(in_thread).result() == 0


@pytest.mark.slow
class TestUnchanged:
    """Batches of articles whose editions are current, such as a newsroom runs every few minutes."""

    def test_worker_imports_no_heavy_library_for_unchanged_article(self, stories: Path, tmp_path: Path) -> None:
        config = tmp_path / "narrate.toml"
        config.write_text('[synthesis]\nengine = "silent"\n', encoding="utf-8")
        produce(stories / "barge.txt", output=tmp_path, config=config)
        code = f"""
import sys
from pathlib import Path
from narrate.batch.worker import produce_one
from narrate.config import load_config
config = load_config(Path({str(config)!r}))
outcome = produce_one(Path({str(stories / "barge.txt")!r}), output={str(tmp_path)!r}, config=config)
print(outcome.state, sorted({HEAVY!r} & set(sys.modules)))
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "untouched []\n"

    @pytest.mark.skipif(sys.platform == "win32", reason="needs resource usage of child processes")
    def test_unchanged_article_costs_at_most_10_ms_of_processor_time(self, narrate: Run, stories: Path) -> None:
        """The limit includes the start of all processes: here each of four articles is listed 100 times."""
        import resource

        def cpu_s() -> float:
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            return usage.ru_utime + usage.ru_stime

        options = ["--engine", "silent", "--min-confidence", "0", "-o", "out", "--workers", "2", "-q"]
        assert narrate("batch", stories, *options).returncode == 0
        listed = "\n".join(map(str, [*stories.iterdir()] * 100)).encode()
        before_s = cpu_s()
        done = narrate("batch", "-", *options, stdin=listed, **UNMEASURED)
        assert cpu_s() - before_s < allowed(4)
        assert [json.loads(line)["state"] for line in done.stdout.splitlines()] == ["untouched"] * 400


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such signals")
@pytest.mark.slow
class TestSignals:
    def start(self, stories: Path, tmp_path: Path, trace: Path) -> subprocess.Popen[bytes]:
        (stories / "ferry.txt").write_text("The ferry\n\nIt will hang here for ever and ever.\n", encoding="utf-8")
        trace.mkdir()
        environment = {**os.environ, "PYTHONPATH": str(PLUGINS), "NARRATE_TEST_TRACE": str(trace)}
        options = ["--engine", "hanging", "-o", tmp_path / "out", "--workers", "2", "-q"]
        batch = subprocess.Popen([*COMMAND, "batch", stories, *options], env=environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 90
        while not (tmp_path / "out" / "yacht.mp3").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return batch

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
    def test_killed_batch_leaves_no_process_and_no_unfinished_file(
        self, stories: Path, tmp_path: Path, number: int
    ) -> None:
        batch = self.start(stories, tmp_path, tmp_path / "trace")
        batch.send_signal(number)
        assert batch.wait(timeout=60) in (-signal.SIGKILL, 128 + signal.SIGTERM)
        deadline = time.monotonic() + 60
        pids = [int(file.name) for file in (tmp_path / "trace").iterdir()]
        while any(Path(f"/proc/{pid}").exists() for pid in pids) or list((tmp_path / "out").glob(".narrate-*")):
            assert time.monotonic() < deadline, "a process or an unfinished file is left"
            time.sleep(0.05)


@pytest.mark.slow
class TestCommand:
    def test_batch_prints_line_per_article_and_retries_the_failed_ones(
        self, narrate: Run, stories: Path, tmp_path: Path
    ) -> None:
        (stories / "ferry.txt").write_bytes(b"")
        made = narrate("batch", stories, "--engine", "silent", "-o", "out", "--min-confidence", "0")
        assert made.returncode == 3
        lines = [json.loads(line) for line in made.stdout.splitlines()]
        assert [line["status"] for line in lines] == ["done", "failed", "done", "done"]
        assert "narrate: 2/4 " in made.stderr
        (tmp_path / "report.jsonl").write_text(made.stdout, encoding="utf-8")
        (stories / "ferry.txt").write_text(STORY.format(name="ferry"), encoding="utf-8")
        again = narrate(
            "batch", "--retry-failed", "report.jsonl", "--engine", "silent", "-o", "out", "--min-confidence", "0", "-q"
        )
        assert (again.returncode, again.stderr) == (0, "")
        assert [Path(json.loads(line)["source"]).name for line in again.stdout.splitlines()] == ["ferry.txt"]

    @pytest.mark.skipif(sys.platform != "linux", reason="file names are Unicode there")
    def test_impossible_file_name_does_not_stop_the_others(self, narrate: Run, stories: Path, tmp_path: Path) -> None:
        odd = os.fsdecode(b"caf\xe9.txt")
        (tmp_path / odd).write_text(STORY.format(name="kayak"), encoding="utf-8")
        listed = b"\xef\xbb\xbfstories/barge.txt\r\n" + b"0" * 300 + b"\ncaf\xe9.txt\nstories/yacht.txt"
        made = narrate("batch", "-", "--engine", "silent", "--min-confidence", "0", stdin=listed)
        outcomes = [json.loads(line) for line in made.stdout.splitlines()]
        assert [outcome["status"] for outcome in outcomes] == ["done", "failed", "done", "done"]
        assert "File name too long" in outcomes[1]["error"]
        assert outcomes[2]["source"] == odd
        assert json.loads(narrate("read", "--json", odd).stdout)["text"].startswith("“We are back")

    def test_retry_does_not_overwrite_edition_of_article_with_same_name(
        self, narrate: Run, stories: Path, tmp_path: Path
    ) -> None:
        (stories / "barge.md").write_text(STORY.format(name="other barge"), encoding="utf-8")
        (stories / "notes.pdf").write_bytes(b"")
        options = ["--engine", "silent", "-o", "out", "--min-confidence", "0"]
        made = narrate("batch", stories, *options)
        (tmp_path / "report.jsonl").write_text(made.stdout, encoding="utf-8")
        assert "narrate: warning: Skipped 1 file with an unsupported extension: .pdf.\n" in made.stderr
        mp3 = (tmp_path / "out" / "barge.mp3").read_bytes()
        again = narrate("batch", "--retry-failed", "report.jsonl", *options)
        assert (made.returncode, again.returncode) == (3, 3)
        assert "would overwrite the edition of" in json.loads(again.stdout)["error"]
        assert (tmp_path / "out" / "barge.mp3").read_bytes() == mp3
        elsewhere = narrate("batch", "--retry-failed", "report.jsonl", *options, "-o", "other")
        assert elsewhere.returncode == 0
        assert narrate("batch", "--retry-failed", tmp_path / "out" / "barge.mp3", *options).returncode == 1

    def test_list_of_articles_is_read_from_standard_input(self, narrate: Run, stories: Path) -> None:
        listed = f"{stories / 'yacht.txt'}\n\n{stories / 'barge.txt'}\n".encode()
        made = narrate("batch", "-", "--engine", "silent", "--min-confidence", "0", stdin=listed)
        assert [Path(json.loads(line)["mp3"]).stem for line in made.stdout.splitlines()] == ["yacht", "barge"]

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such signals")
    def test_watch_prints_each_outcome_as_it_is_ready(self, stories: Path, tmp_path: Path) -> None:
        for path in list(stories.iterdir())[1:]:
            path.unlink()
        options = ["--engine", "silent", "-o", tmp_path / "out", "--min-confidence", "0", "-q", "--workers", "2"]
        environment = {**os.environ, "NARRATE_MARK": str(tmp_path)}
        batch = subprocess.Popen(
            [*COMMAND, "batch", "--watch", stories, *options],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert batch.stdout is not None
        assert json.loads(batch.stdout.readline())["status"] == "done"
        (stories / "canoe.txt").write_bytes(b"")
        assert "the article is empty" in json.loads(batch.stdout.readline())["error"]
        (stories / "canoe.txt").write_text(STORY.format(name="canoe"), encoding="utf-8")
        assert json.loads(batch.stdout.readline())["mp3"].endswith("canoe.mp3")
        batch.terminate()
        _, errors = batch.communicate(timeout=60)
        assert (batch.returncode, errors) == (128 + signal.SIGTERM, "")
        assert processes_marked(str(tmp_path)) == []

    @pytest.mark.parametrize("arguments", [[], ["--watch", "a.txt"], ["--watch", ".", "."]])
    def test_wrong_usage_exits_with_2(self, narrate: Run, arguments: list[str]) -> None:
        assert narrate("batch", *arguments).returncode == 2

    @pytest.mark.parametrize("empty", ["folder", "list", "folder in a list"])
    def test_batch_of_nothing_is_an_error_unless_it_is_allowed(self, narrate: Run, tmp_path: Path, empty: str) -> None:
        (tmp_path / "stories").mkdir()
        (tmp_path / "stories" / "photo.jpg").write_bytes(b"no article")
        place = "stories" if empty == "folder" else "-"
        stdin = b"\n\n" if empty == "list" else b"stories\n"
        done = narrate("batch", place, stdin=stdin)
        assert (done.returncode, done.stdout) == (2, "")
        expected = "list on standard input is empty" if empty == "list" else "No articles found in stories"
        assert expected in done.stderr
        allowed = narrate("batch", place, "--allow-empty", "-q", stdin=stdin)
        assert (allowed.returncode, allowed.stdout, allowed.stderr) == (0, "", "")

    def test_retry_of_a_report_without_failures_is_no_error(self, narrate: Run, tmp_path: Path) -> None:
        (tmp_path / "report.jsonl").write_text(Outcome("a.txt", "done", mp3="a.mp3").line(), encoding="utf-8")
        done = narrate("batch", "--retry-failed", "report.jsonl")
        assert (done.returncode, done.stdout) == (0, "")

    @pytest.mark.parametrize("name", ["list.txt", "list"])
    def test_list_that_is_named_as_an_article_is_refused(self, narrate: Run, stories: Path, name: str) -> None:
        (stories.parent / name).write_text(
            "# to do\nstories/yacht.txt\n\nhttps://example.com/a?b=c\n", encoding="utf-8"
        )
        done = narrate("batch", name, "--engine", "silent")
        assert (done.returncode, done.stdout) == (2, "")
        assert (
            f"it is a list of articles, not an article. Pass it on standard input: narrate batch - < {name}"
            in done.stderr
        )

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "The yacht returns\n\nSee https://example.com/a\n",
            "https://example.com/a has the story.\n",
            "# The yacht returns\n",
            "stories/yacht.txt\nThe yacht returns\n",
        ],
    )
    def test_article_is_no_list(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "story.txt").write_text(text, encoding="utf-8")
        assert not is_list(tmp_path / "story.txt")
        assert not is_list(tmp_path)
        assert not is_list(tmp_path / "nowhere.txt")

    def test_uncertain_quotations_are_counted(self, narrate: Run, stories: Path) -> None:
        done = narrate("batch", stories / "yacht.txt", "--engine", "silent", "--min-confidence", "1")
        assert done.returncode == 0
        assert "yacht.txt: done; the narrator reads 2 quotations whose speaker is uncertain\n" in done.stderr
        assert "Articles: 1, failed: 0, made with uncertain quotations: 1. Took" in done.stderr

    def test_error_names_the_line_of_the_list(self, narrate: Run, stories: Path) -> None:
        listed = f"{stories / 'yacht.txt'}\n\nnowhere.txt\nhttp://127.0.0.1:1/story\n{stories / 'barge.txt'}\n".encode()
        done = narrate("batch", "-", "--engine", "silent", "--min-confidence", "0", stdin=listed)
        assert done.returncode == 3
        errors = [json.loads(line)["error"] for line in done.stdout.splitlines()]
        assert errors[0] is errors[3] is None
        assert errors[1] == "Line 3 of the list: Cannot read nowhere.txt: the file does not exist. Check the path."
        assert errors[2].startswith(
            "Line 4 of the list: Cannot fetch http://127.0.0.1:1/story: 127.0.0.1 is not public."
        )
        assert errors[1] in done.stderr

    def test_lines_of_a_long_list_are_named_in_linear_time(self) -> None:
        places = [*(f"https://example.org/{number}" for number in range(5000)), "story.txt", "story.txt"]
        line_numbers = line_numbers_of(enumerate(places, 1))
        started_s = time.process_time()
        outcomes = [with_line(Outcome(place, "failed", error="It failed."), line_numbers) for place in places]
        assert time.process_time() - started_s < 5  # a search through the list for each takes over a minute
        assert [outcomes[index].error for index in (0, 4999, 5001)] == [
            "Line 1 of the list: It failed.",
            "Line 5000 of the list: It failed.",
            "Line 5001 of the list: It failed.",
        ]


STORY_PAGE = """<!doctype html><title>The ferry returns</title><article><h1>The ferry returns</h1>
<p>“We are back,” said Ada Byron, the captain of the ferry. “It took us two long years, and we are glad.”</p>
<p>The ferry sails at noon from the old harbor, and it will sail each day of the week from now on.</p>
<p>The council had closed the line two years ago, when the old quay was found to be unsafe, and the town had to do with
a bus over the bridge, which took an hour in the morning and often longer in the evening.</p></article>"""


class TestUrls:
    @pytest.fixture
    def site(self, tmp_path: Path) -> Iterator[str]:
        folder = tmp_path / "site"
        folder.mkdir()
        (folder / "ferry.html").write_text(STORY_PAGE, encoding="utf-8")
        handler = partial(SilentHandler, directory=str(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()

    @pytest.mark.slow
    def test_batch_makes_editions_of_urls_and_of_files(self, stories: Path, tmp_path: Path, site: str) -> None:
        config = tmp_path / "narrate.toml"
        config.write_text(
            '[reading]\nallow_private_addresses = true\n[synthesis]\nengine = "silent"\nworkers = 1\n', encoding="utf-8"
        )
        sources = [f"{site}/ferry.html", str(stories / "yacht.txt"), f"{site}/nothing.html"]
        with ThreadPoolExecutor(1) as executor:
            outcomes = list(produce_all(sources, output=str(tmp_path / "out"), config=str(config), executor=executor))
        assert [outcome.source for outcome in outcomes] == sources
        assert outcomes[0].error is None
        assert [Path(outcome.mp3).name if outcome.mp3 else None for outcome in outcomes] == [
            "the-ferry-returns.mp3", "yacht.mp3", None,
        ]  # fmt: skip
        assert "status 404" in (outcomes[2].error or "")

    def test_url_stays_a_url_in_the_report(self, tmp_path: Path) -> None:
        url = "https://example.org//story?a=1"
        report = tmp_path / "report.jsonl"
        report.write_text(Outcome(url, "failed", error="x").line(), encoding="utf-8")
        assert read_report(report).failed == [url]
        assert list(find_sources([url, "./a.txt"])) == [url, Path("a.txt")]
        assert count_skipped([url]) == {}


class SilentHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Write no log."""
