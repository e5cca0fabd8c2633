"""Timings by stage, messages as JSON, and the webhook."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from helpers.runs import SILENT, Run
from helpers.webhooks import receiving
from standardwebhooks import Webhook

from narrate import produce
from narrate.config import NotifyConfig, SynthesisConfig
from narrate.stats.timings import StageTimer, add_timings, current_stage
from narrate.types import STAGES, Timing

STORY = "Ferry returns\n\n“We are back at last,” said Ada Byron, the captain.\n"


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


class TestTimings:
    def test_time_of_inner_stage_is_not_counted_for_outer_stage(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = iter([(0.0, 0.0), (1.0, 0.5), (3.0, 1.0), (7.0, 4.0), (15.0, 5.0)])
        monkeypatch.setattr("narrate.stats.timings._clocks", lambda: next(clock))
        watch = StageTimer()
        with watch.stage("master"):
            assert current_stage() == "master"
            with watch.stage("synthesize"):
                assert current_stage() == "synthesize"
            assert current_stage() == "master"
        assert current_stage() is None
        spent = watch.timings()
        assert tuple(spent) == STAGES
        assert (spent["synthesize"], spent["master"]) == (Timing(4.0, 3.0), Timing(10.0, 1.5))
        assert spent["read"] == Timing(0.0, 0.0)

    def test_time_between_items_of_a_stage_is_not_counted(self) -> None:
        watch, seen = StageTimer(), []
        for item in watch.each(iter("abc"), "synthesize"):
            seen.append(item)
            time.sleep(0.3)
        assert seen == ["a", "b", "c"]
        assert watch.timings()["synthesize"].wall_s < 0.3

    @pytest.mark.slow
    def test_timings_of_all_stages_add_up_to_whole_run(self, story: Path, tmp_path: Path) -> None:
        config = replace(SILENT, synthesis=SynthesisConfig(engine="pyttsx3", workers=1))
        started, cpu = time.perf_counter(), time.process_time()
        timings = produce(story, output=tmp_path, config=config).timings
        wall_s, own_s = time.perf_counter() - started, time.process_time() - cpu
        assert sum(timing.wall_s for timing in timings.values()) == pytest.approx(wall_s, rel=0.15, abs=0.3)
        assert sum(timing.cpu_s for timing in timings.values()) > own_s - 0.3
        assert min(timings[stage].wall_s for stage in ("attribute", "synthesize", "master", "encode")) > 0

    def test_timings_are_added_by_stage(self) -> None:
        both = add_timings([{"read": Timing(1.0, 0.5)}, {}, {"read": Timing(2.0, 0.25), "cast": Timing(0.1, 0.1)}])
        assert (both["read"], both["cast"], both["encode"]) == (Timing(3.0, 0.75), Timing(0.1, 0.1), Timing(0.0, 0.0))

    @pytest.mark.slow
    def test_report_has_timings_and_edition_files_do_not(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        made = narrate("make", story, "--engine", "silent", "--json", "-o", "out")
        report = json.loads(made.stdout)
        assert list(report["timings"]) == list(STAGES)
        assert report["state"] == "new"
        assert all(math.isfinite(one["wall_s"]) and one["cpu_s"] >= 0 for one in report["timings"].values())
        assert made.stderr.splitlines()[-2].startswith("narrate: Took ")
        assert not [path for path in (tmp_path / "out").glob("*.json") if "wall_s" in path.read_text(encoding="utf-8")]


@pytest.mark.slow
class TestLog:
    def lines(self, stderr: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in stderr.splitlines()]
        for line in found:
            assert set(line) == {"time", "level", "stage", "message", "article"}
            assert datetime.fromisoformat(line["time"]).utcoffset() is not None
            assert line["level"] in ("info", "warning", "error")
            assert line["stage"] in (*STAGES, None)
            assert not line["message"].startswith("narrate:")
        return found

    def test_log_json_writes_each_message_as_line_of_json(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        (tmp_path / "story.edition.json").write_text("{", encoding="utf-8")
        made = narrate("--log-json", "make", story, "--engine", "silent", "--min-confidence", "1", "-o", ".")
        assert (made.returncode, made.stdout) == (3, "story.mp3\n")
        lines = self.lines(made.stderr)
        assert {line["article"] for line in lines} == {str(story)}
        assert lines[0]["level"] == "warning"
        assert "The previous edition is ignored: Cannot read " in lines[0]["message"]
        unsure = [line for line in lines if line["message"].startswith("Speaker uncertain")]
        assert {line["stage"] for line in unsure} == {"attribute"}

    def test_log_json_covers_wrong_usage_and_failures(self, narrate: Run) -> None:
        for arguments, code in ((["make", "--loud"], 2), (["fly"], 2), (["make", "missing.txt"], 1)):
            made = narrate("--log-json", *arguments)
            assert (made.returncode, made.stdout) == (code, "")
            (line,) = self.lines(made.stderr)
            assert line["level"] == "error"

    def test_log_json_of_batch_names_article_of_each_message(self, narrate: Run, story: Path) -> None:
        made = narrate("--log-json", "batch", story, "missing.txt", "--engine", "silent", "--min-confidence", "0")
        lines = self.lines(made.stderr)
        assert [(line["article"], line["level"]) for line in lines] == [
            (str(story), "info"), ("missing.txt", "error"), (None, "info"),
        ]  # fmt: skip
        assert list(json.loads(made.stdout.splitlines()[0])["timings"]) == list(STAGES)


class TestWebhook:
    @pytest.mark.slow
    def test_webhook_sends_what_manifest_says_with_signature(
        self, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NARRATE_NOTIFY_SECRET", "s3cret")
        with receiving(200) as receiver:
            config = replace(SILENT, notify=NotifyConfig(receiver.url))
            editions = [produce(story, output=tmp_path / "out", config=config) for _ in range(2)]
            story.write_text(STORY.replace("at last", "at long last"), encoding="utf-8")
            editions.append(produce(story, output=tmp_path / "out", config=config))
        messages = [json.loads(body) for body in receiver.bodies]
        assert [one["state"] for one in messages] == ["new", "untouched", "corrected"]
        assert [one["event"] for one in messages] == ["edition"] * 3
        manifest = json.loads(editions[-1].files["manifest"].read_text(encoding="utf-8"))
        assert (messages[-1]["files"], messages[-1]["article"]) == (manifest["files"], manifest["article"])
        assert [len(messages[-1]["correction"][kind]) for kind in ("added", "removed", "revoiced")] == [1, 1, 0]
        for body, headers in zip(receiver.bodies, receiver.headers, strict=True):
            assert Webhook(b"s3cret").verify(body, headers) == json.loads(body)
            assert b"s3cret" not in body
            assert str(tmp_path).encode() not in body

    @pytest.mark.slow
    def test_failed_webhook_is_a_warning_and_edition_is_kept(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        with receiving(404) as receiver:
            url = f"{receiver.url}?token=hidden"
            options = ("--engine", "silent", "--min-confidence", "0", "--notify", url, "-o", "out")
            made = narrate("make", story, *options)
            batch = narrate("batch", story, *options)
        trouble = f"Webhook to {receiver.url} failed: it answered 404."
        assert (made.returncode, made.stdout) == (0, f"{Path('out') / 'story.mp3'}\n")
        assert f"narrate: warning: {trouble}\n" in made.stderr
        assert (batch.returncode, json.loads(batch.stdout)["warnings"]) == (0, [trouble])
        assert "hidden" not in made.stderr + batch.stderr
        assert len(receiver.bodies) == 2

    def test_invalid_webhook_address_is_wrong_usage(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        made = narrate("make", story, "--notify", "ftp://example.com")
        assert (made.returncode, made.stdout) == (2, "")
        assert "--notify must be an http or https address" in made.stderr
