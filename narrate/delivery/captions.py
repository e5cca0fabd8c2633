"""Captions as WebVTT (W3C), with the speaker of every cue."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from narrate.types import Cue

ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def write_vtt(path: Path, cues: Iterable[Cue], *, title: str) -> None:
    """Write ``cues``, in order, to ``path``. Raises ``OSError``."""
    blocks = [f"WEBVTT - {_one_line(title)}"]
    for number, cue in enumerate(cues, 1):
        times = f"{_timestamp(cue.start_s)} --> {_timestamp(cue.end_s)}"
        blocks.append(f"{number}\n{times}\n<v {_one_line(cue.speaker)}>{_one_line(cue.text)}")
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8", newline="\n")


def _one_line(text: str) -> str:
    return " ".join(text.translate(ESCAPES).split())


def _timestamp(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"
