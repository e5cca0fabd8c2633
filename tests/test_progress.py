"""The progress of an edition: stages, lines, and the time that is left."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.paths import MODULE_PATH
from helpers.runs import COMMAND, SILENT, Run

from narrate import Progress, produce
from narrate.cli._progress import STAGES, detail_of
from narrate.config import CacheConfig
from narrate.engines.kokoro import KokoroEngine, weights
from narrate.job import Job
from narrate.synthesis import TakeStream, rendering
from narrate.types import Line, Take

STORY = """# Ferry

“We sail on Monday,” said Ada Byron, the captain. “It took two years.”

The ferry leaves at noon. It is white.
"""

UNCACHED = replace(SILENT, cache=CacheConfig(enabled=False))


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text(STORY, encoding="utf-8")
    return path


def test_callback_gets_each_stage_in_order_with_its_fraction(story: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []
    produce(story, output=tmp_path / "out", config=SILENT, progress=seen.append)
    stages = list(dict.fromkeys(one.stage for one in seen))
    assert stages == ["read", "attribute", "load", "synthesize", "master", "deliver"]
    assert set(stages) <= set(STAGES)
    assert all(0 <= one.fraction <= 1 for one in seen)
    for stage in ("synthesize", "master", "deliver"):
        fractions = [one.fraction for one in seen if one.stage == stage]
        assert fractions == sorted(fractions)
    assert [one.fraction for one in seen if one.stage == "synthesize"][-1] == 1
    assert (seen[0], seen[-1]) == (Progress("read"), Progress("deliver", 1, 1))


def test_callback_for_current_edition_gets_no_line(story: Path, tmp_path: Path) -> None:
    produce(story, output=tmp_path / "out", config=SILENT)
    seen: list[Progress] = []
    assert produce(story, output=tmp_path / "out", config=SILENT, progress=seen.append).state == "untouched"
    assert seen == [Progress("read"), Progress("deliver", 1, 1)]


def test_joining_of_weights_is_a_stage_until_they_were_joined(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("narrate.engines.silent.SilentEngine.is_prepared", lambda _: False)
    seen: list[Progress] = []
    produce(story, output=tmp_path / "out", config=UNCACHED, progress=seen.append)
    stages = [one.stage for one in seen]
    assert "join" in stages
    assert stages.index("join") < stages.index("load")


def test_kokoro_is_prepared_once_its_weights_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = KokoroEngine()
    monkeypatch.setattr(KokoroEngine, "absence", lambda _: "")
    for is_kept in (False, True):
        monkeypatch.setattr(weights, "is_kept", lambda is_kept=is_kept: is_kept)
        assert engine.is_prepared() is is_kept


def test_job_without_callback_reports_nothing(story: Path) -> None:
    Job(story, SILENT).report("read")


def left(seconds: list[float], lengths: list[int], monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """Return the time left after each line, if the lines of these lengths are finished at these times."""
    clock = iter(seconds)
    monkeypatch.setattr(rendering.time, "monotonic", lambda: next(clock))
    lines = [Line(n, (n,), "x" * length, "narrator", "sentence") for n, length in enumerate(lengths)]
    seen: list[Progress] = []

    def takes() -> Iterator[Take]:
        for line in lines:
            yield Take(line, None, None, None)  # type: ignore[arg-type]

    for _ in TakeStream(takes(), lines, seen.append):
        pass
    return [one.left_s for one in seen]


def test_time_left_follows_from_the_pace_in_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    # 10 characters a second; the first line took long, because the model was loaded
    found = left([60, 61, 62, 64, 65], [10, 10, 10, 20, 10], monkeypatch)
    assert found == [None, None, pytest.approx(3), pytest.approx(1), pytest.approx(0)]


def test_time_left_forgets_lines_from_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    cached, spoken = 30, 30
    seconds = [n / 1000 for n in range(cached)] + [1 + n for n in range(spoken)]
    found = left(seconds, [10] * (cached + spoken), monkeypatch)
    assert found[cached + rendering.PACE_LINES] == pytest.approx(spoken - rendering.PACE_LINES - 1, rel=0.1)


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        (Progress("read"), ""),
        (Progress("load"), ""),
        (Progress("master", 1, 2), ""),
        (Progress("synthesize", 1, 49), "1 of 49 lines"),
        (Progress("synthesize", 12, 49, 31.4), "12 of 49 lines, 0:31 left"),
        (Progress("synthesize", 12, 49, 3671.0), "12 of 49 lines, 61:11 left"),
        (Progress("synthesize", 49, 49, 0.0), "49 of 49 lines, 0:00 left"),
    ],
)
def test_detail_names_lines_and_time_left_once_it_is_known(progress: Progress, expected: str) -> None:
    assert detail_of(progress) == expected


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_terminal_shows_the_stages_and_never_none(story: Path, tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [*COMMAND, "make", str(story), "--engine", "silent", "-o", str(tmp_path / "out"), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": MODULE_PATH, "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(command, stderr=theirs, stdout=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            if not (data := os.read(ours, 65536)):
                break
        except OSError:  # how Linux reports the end
            break
        shown += data
    assert process.wait(timeout=60) == 0
    text = shown.decode()
    assert "\\u001b" not in text
    assert "\x1b[2K" in text
    words = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    assert "Attributing the quotations" in words
    assert "None" not in words
    assert "-:--" not in words


def test_nothing_is_shown_if_standard_error_is_no_terminal(narrate: Run, story: Path) -> None:
    done = narrate("make", story, "--engine", "silent")
    assert done.returncode == 0
    assert not any(words in done.stderr for words in STAGES.values())
    assert "\x1b" not in done.stderr
