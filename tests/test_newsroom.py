"""A day in a newsroom: batches are killed, run at the same time, and correct articles; all editions are complete."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers.runs import COMMAND, assert_processes_end

from narrate.audio.watermark import absence
from narrate.config import load_config
from narrate.delivery.feed import write_feed
from narrate.delivery.signing import write_test_certificate
from narrate.verify import verify_edition

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unmeasured")]

ARTICLES, CORRECTED = 20, 5
KILLED_AFTER = (2, 6, 10)
"""Editions after which a run is killed."""
CONFIG = """
[synthesis]
engine = "pyttsx3"
[attribution]
min_confidence = 0
[cache]
folder = "takes"
[provenance]
certificate = "desk/certificate.pem"
key = "desk/key.pem"
[feed]
title = "The Ostrand Courier"
link = "https://courier.example/"
description = "News, read aloud"
base_url = "https://courier.example/audio/"
"""
STORY = """---
title: Boat {number} sails
byline: Jane Doe
date: 2026-05-{day:02}
---
“We sail at {hour} from the harbour of Ostrand,” said Ada Byron, captain of boat {number}. The other boats stayed at
home that day, and nobody could say why the wind had turned. They will sail together on Friday, the harbour master said,
if the weather lets them.
"""
WATERMARK = "watermark survives 64 kbit/s"


def start(desk: Path, *options: str) -> subprocess.Popen[str]:
    """Start a batch of the folder of articles."""
    return subprocess.Popen(
        [*COMMAND, "batch", "articles", "-c", "narrate.toml", "-o", "audio", "-q", *options],
        cwd=desk, env={**os.environ, "NARRATE_MARK": str(desk)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def outcomes(run: subprocess.Popen[str]) -> list[dict[str, object]]:
    """Wait for the end of a batch, and return what it reports of each article."""
    lines, _ = run.communicate(timeout=600)
    assert run.returncode == 0
    return [json.loads(line) for line in lines.splitlines()]


def write(desk: Path, number: int, hour: str) -> None:
    text = STORY.format(number=number, day=1 + number % 28, hour=hour)
    (desk / "articles" / f"boat-{number}.md").write_text(text, encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_overlapping_and_corrected_batches_end_with_complete_editions(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "narrate.toml").write_text(CONFIG, encoding="utf-8")
    write_test_certificate(tmp_path / "desk")
    for number in range(ARTICLES):
        write(tmp_path, number, "noon")
    audio = tmp_path / "audio"
    for finished in KILLED_AFTER:
        run = start(tmp_path, "--workers", "2")
        while len(list(audio.glob("*.edition.json"))) < finished:
            assert run.poll() is None
            time.sleep(0.01)
        run.send_signal(signal.SIGKILL)
        run.communicate()
        assert_processes_end(str(tmp_path))
    both = [start(tmp_path, "--workers", "1") for _ in range(2)]
    reports = [outcomes(run) for run in both]
    assert [[outcome["status"] for outcome in report] for report in reports] == [["done"] * ARTICLES] * 2
    made = [sum(outcome["state"] == "new" for outcome in report) for report in reports]
    assert sum(made) <= ARTICLES - max(KILLED_AFTER)  # no edition is made twice, and none that existed before
    before = {path.name: path.read_bytes() for path in audio.glob("*.mp3")}
    assert len(before) == ARTICLES
    for number in range(CORRECTED):
        write(tmp_path, number, "nine")
    states = [outcome["state"] for outcome in outcomes(start(tmp_path, "--workers", "2"))]
    assert sorted(states) == ["corrected"] * CORRECTED + ["untouched"] * (ARTICLES - CORRECTED)
    corrected = {f"boat-{number}.mp3" for number in range(CORRECTED)}
    assert {name for name, data in before.items() if (audio / name).read_bytes() != data} == corrected
    path, troubles = write_feed(audio, config=load_config(tmp_path / "narrate.toml"))
    assert troubles == []
    assert path.read_text(encoding="utf-8").count("<item>") == ARTICLES
    for mp3 in sorted(audio.glob("*.mp3")):
        log = json.loads(mp3.with_suffix(".edition.json").read_text(encoding="utf-8"))["corrections"]
        assert len(log) == (mp3.name in corrected)
        findings = verify_edition(mp3)
        assert len(findings) == 25
        failed = [finding for finding in findings if finding.verdict != "pass"]
        assert {finding.name for finding in failed} <= ({WATERMARK} if absence() else set()), failed
    assert_processes_end(str(tmp_path))
