"""Measure editions with ffmpeg's meter ``ebur128``: ``python tools/measure_loudness.py EDITION.mp3...``.

Prints a table. The extra ``test`` installs ffmpeg.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import imageio_ffmpeg


def measure(sound: Path) -> tuple[float, float]:
    """Return integrated loudness in LUFS and true peak in dBTP of a sound file, each with one decimal."""
    done = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-i", str(sound), "-af", "ebur128=peak=true", "-f", "null", "-"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    summary = done.stderr.rpartition("Summary:")[2]
    integrated, peak = re.search(r"I: +(\S+) LUFS", summary), re.search(r"Peak: +(\S+) dBFS", summary)
    if not integrated or not peak:
        raise SystemExit(f"ffmpeg reported no loudness of {sound}.")
    return float(integrated[1]), float(peak[1])


def main(editions: list[str]) -> None:
    print("| edition | engine | seconds | loudness, LUFS | true peak, dBTP | by its own manifest |")
    print("|---|---|---|---|---|---|")
    for edition in map(Path, editions):
        manifest = json.loads(edition.with_suffix(".edition.json").read_text(encoding="utf-8"))
        lufs, dbtp = measure(edition)
        own = f"{manifest['loudness']['integrated_lufs']:.2f}, {manifest['loudness']['true_peak_dbtp']:.2f}"
        print(f"| {edition.stem} | {manifest['engine']} | {manifest['duration_s']:.0f} | {lufs} | {dbtp} | {own} |")


if __name__ == "__main__":
    main(sys.argv[1:])
