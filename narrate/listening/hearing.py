"""The result of listening to an edition."""

from __future__ import annotations

from dataclasses import asdict, astuple, dataclass
from operator import add
from pathlib import Path
from typing import Any

from narrate.types import Line


@dataclass(frozen=True, slots=True)
class Score:
    """How many words should be heard, and how many errors there are: words replaced, lost or added."""

    words: int = 0
    errors: int = 0
    names: int = 0
    """How many of the words are names."""
    name_errors: int = 0
    """How many of the errors are at names."""

    @property
    def rate(self) -> float:
        """The word error rate: errors / words. It is more than 1 if much was added."""
        return _rate(self.errors, self.words)

    @property
    def rate_without_names(self) -> float:
        """The word error rate of the words that are not names."""
        return _rate(self.errors - self.name_errors, self.words - self.names)

    def __add__(self, other: Score) -> Score:
        return Score(*map(add, astuple(self), astuple(other)))


@dataclass(frozen=True, slots=True)
class HeardLine:
    """A line of an edition, and what was heard of it."""

    line: Line
    speaker: str
    """The name of the speaker whose voice reads it."""
    heard: str
    """The heard words in the form in which they were compared."""
    start_s: float
    """Where the line begins in the edition, in seconds, to about a second."""
    score: Score


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was heard of an edition, line by line."""

    mp3: Path
    lines: tuple[HeardLine, ...]

    @property
    def score(self) -> Score:
        """The score of all lines."""
        return sum((line.score for line in self.lines), Score())

    @property
    def speakers(self) -> dict[str, Score]:
        """Speaker's name -> score, in the order in which they speak."""
        scores: dict[str, Score] = {}
        for line in self.lines:
            scores[line.speaker] = scores.get(line.speaker, Score()) + line.score
        return scores

    @property
    def misheard(self) -> tuple[HeardLine, ...]:
        """The lines with errors, the worst first: by errors in words that are not names, then by all errors."""

        def badness(line: HeardLine) -> tuple[int, int, float]:
            return line.score.errors - line.score.name_errors, line.score.errors, line.score.rate

        return tuple(sorted((line for line in self.lines if line.score.errors), key=badness, reverse=True))

    def report(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "mp3": str(self.mp3),
            **_figures(self.score),
            "speakers": [{"speaker": name, **_figures(score)} for name, score in self.speakers.items()],
            "misheard": [
                {
                    "line": line.line.index,
                    "segments": list(line.line.segments),
                    "speaker": line.speaker,
                    "start_s": round(line.start_s, 1),
                    **_figures(line.score),
                    "written": line.line.text,
                    "heard": line.heard,
                }
                for line in self.misheard
            ],
        }


def _figures(score: Score) -> dict[str, Any]:
    return {**asdict(score), "wer": round(score.rate, 4), "wer_names_aside": round(score.rate_without_names, 4)}


def _rate(errors: int, words: int) -> float:
    return errors / words if words else float(errors > 0)
