"""Parse WebVTT strictly (W3C WebVTT, the parts of it that the captions of an edition use)."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

_TIMES: Final = re.compile(r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})")
_VOICE: Final = re.compile(r"<v(?:\.[^\s>]+)* (?P<name>[^<>]+)>(?P<text>[^<>]*)(?:</v>)?", re.DOTALL)
_STRAY: Final = re.compile(r"&(?!amp;|lt;|gt;|lrm;|rlm;|nbsp;)|-->")


@dataclass(frozen=True, slots=True)
class VttCue:
    """One cue; times in seconds."""

    start_s: float
    end_s: float
    speaker: str
    text: str


def parse(text: str) -> tuple[list[VttCue], list[str]]:
    """Return the cues, and a message for each fault of the file."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    head, *blocks = [block for block in re.split(r"\n{2,}", text.strip("\n")) if block]
    faults = [] if re.match(r"WEBVTT(?:[ \t\n]|$)", head) else ["it does not begin with WEBVTT"]
    cues: list[VttCue] = []
    for block in blocks:
        if block.startswith(("NOTE", "STYLE", "REGION")):
            continue
        lines = block.split("\n")
        if "-->" not in lines[0]:
            lines = lines[1:]  # the cue's identifier
        times = _TIMES.fullmatch(lines[0]) if lines else None
        voice = _VOICE.fullmatch("\n".join(lines[1:]))
        if times is None or voice is None or _STRAY.search(voice["text"]):
            faults.append(f"not a cue: {block[:60]!r}")
            continue
        start, end = (_seconds(times.groups()[n : n + 4]) for n in (0, 4))
        cues.append(VttCue(start, end, html.unescape(voice["name"]), " ".join(html.unescape(voice["text"]).split())))
    return cues, faults


def _seconds(parts: tuple[str, ...]) -> float:
    hours, minutes, seconds, ms = map(int, parts)
    return hours * 3600 + minutes * 60 + seconds + ms / 1000
