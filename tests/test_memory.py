"""Memory: the sum over all processes, in which what several share counts once. The bounds fail if it doubles."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from helpers.meters import memory_of_processes_mb
from helpers.paths import EXAMPLE, REPOSITORY, TESTS

from narrate.engines.kokoro import KokoroEngine
from narrate.engines.worker import CAN_FORK
from narrate.synthesis import WorkerPool

READ_BOTH_ACCENTS = """
import os, sys
from helpers.meters import memory_of_processes_mb
from narrate.engines.kokoro import KokoroEngine
from narrate.pipeline import prepare
prepare(sys.argv[1])
engine = KokoroEngine()
voices = {voice.language: voice for voice in engine.voices()}
for language in ("en-US", "en-GB"):
    engine.read("The ferry sails again.", voices[language])
print(memory_of_processes_mb(os.getpid()))
"""


@pytest.mark.slow
@pytest.mark.skipif(not CAN_FORK, reason="needs processes that can be forked")
def test_two_workers_of_kokoro_share_the_memory_of_the_model() -> None:
    voice = KokoroEngine().voices()[0]
    with WorkerPool("kokoro", workers=2, time_limit_s=120) as pool:
        reading = pool.engine.read("The ferry sails again.", voice)
        before_mb = memory_of_processes_mb(os.getpid())
        for worker in pool.workers:
            worker.speak("", voice, reading)
        workers_mb = memory_of_processes_mb(os.getpid()) - before_mb
    assert workers_mb < 400  # 300, and 480 if each loads the model


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs the memory that Linux reports")
def test_process_that_parses_and_reads_both_accents_needs_little_memory() -> None:
    path = os.pathsep.join(map(str, (TESTS, REPOSITORY / "tools")))
    done = subprocess.run(
        [sys.executable, "-c", READ_BOTH_ACCENTS, EXAMPLE],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout) < 240  # 300 with dictionaries in memory and two models
