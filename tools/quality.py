"""Measure the sound of neural editions: ``make quality`` or ``python tools/quality.py [ARTICLE ...] [-o FOLDER]``.

The tool makes the edition of each article with the best engine for its language and measures its MP3: naturalness
(DistillMOS, 1 to 5), intelligibility (word error rate of Whisper base, by ``narrate listen``), similarity of voices
(cosine of resemblyzer's embeddings), the distance of each speaker from the narrator's loudness, and the failures of
``narrate verify``. It exits with 1 if a figure misses its target. It needs the packages of ``tools/quality.txt``.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from narrate import listen, produce
from narrate.audio.meter import LoudnessMeter
from narrate.languages.codes import language_code
from narrate.types import NARRATOR_NAME, Cue, Edition
from narrate.verify import verify_edition

ROOT = Path(__file__).resolve().parents[1]
ARTICLES = (
    ROOT / "examples" / "harbour-bridge.md",
    ROOT.parent / "shared" / "articles" / "bakhmut.txt",
    *sorted((ROOT / "examples").glob("??/*.md")),
)
RATE_HZ = 16_000
"""The sample rate of the models' input."""
MIN_LINE_S = 2.0
"""Naturalness is measured of lines longer than this."""


@dataclass(frozen=True)
class Targets:
    """What an edition must reach."""

    naturalness: float
    worst_naturalness: float
    word_error_rate: float
    similarity: float


ENGLISH = Targets(4.3, 3.8, 0.05, 0.80)
OTHER_LANGUAGES = Targets(4.0, 2.8, 0.08, 0.95)
"""Most of their voices are blends, which are more alike."""
ROBOTIC = Targets(1.8, 1.2, 0.70, 0.93)
"""The targets of pyttsx3."""

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Figure:
    """One measured figure and its target."""

    name: str
    value: float
    target: float
    at_least: bool
    where: str = ""
    """The line or speaker with the worst figure."""

    @property
    def is_reached(self) -> bool:
        """Whether the figure meets its target."""
        return self.value >= self.target if self.at_least else self.value <= self.target

    def __str__(self) -> str:
        sign = "at least" if self.at_least else "at most"
        verdict = "" if self.is_reached else "  MISSED"
        return f"{self.name:38} {self.value:6.3f}  {sign} {self.target:.2f}{verdict}  {self.where}".rstrip()


def targets_for(edition: Edition) -> Targets:
    """Return the targets of an edition, by its engine and language."""
    if edition.engine != "kokoro":
        return ROBOTIC
    return ENGLISH if language_code(edition.script.article.language) == "en" else OTHER_LANGUAGES


def naturalness(edition: Edition, samples: Samples) -> Iterator[Figure]:
    """Yield DistillMOS of the lines: the mean, weighted by length, and the worst."""
    import distillmos
    import torch

    model = distillmos.ConvTransformerSQAModel().eval()
    judged: list[tuple[float, Cue]] = []
    for cue in edition.cues:
        if cue.end_s - cue.start_s > MIN_LINE_S:
            with torch.no_grad():
                judged.append((float(model(torch.from_numpy(cut(samples, cue)).unsqueeze(0))), cue))
    mean = np.average([mos for mos, _ in judged], weights=[cue.end_s - cue.start_s for _, cue in judged])
    worst, cue = min(judged, key=lambda one: one[0])
    targets, where = targets_for(edition), f"{cue.speaker}: {cue.text[:60]}"
    yield Figure("naturalness, mean", float(mean), targets.naturalness, True)
    yield Figure(f"naturalness, worst of {len(judged)} lines", worst, targets.worst_naturalness, True, where)


def intelligibility(edition: Edition) -> Iterator[Figure]:
    """Yield the word error rate without names. The rate with names is for information only."""
    score = listen(edition.mp3).score
    where = f"{score.words - score.names} words; with the {score.names} names {score.rate:.3f}"
    target = targets_for(edition).word_error_rate
    yield Figure("word error rate without names", score.rate_without_names, target, False, where)


def similarity(edition: Edition, samples: Samples) -> Iterator[Figure]:
    """Yield the similarity of the two most similar voices."""
    import resemblyzer

    encoder = resemblyzer.VoiceEncoder("cpu", verbose=False)
    voices = {
        speaker: encoder.embed_utterance(resemblyzer.preprocess_wav(said, source_sr=RATE_HZ))
        for speaker, said in spoken(edition, samples).items()
    }
    pairs = {pair: float(voices[pair[0]] @ voices[pair[1]]) for pair in itertools.combinations(voices, 2)}
    if pairs:
        closest = max(pairs, key=lambda pair: pairs[pair])
        where = f"{' and '.join(closest)}, of {len(voices)} voices"
        yield Figure("similarity of voices, greatest", pairs[closest], targets_for(edition).similarity, False, where)


def balance(edition: Edition, samples: Samples) -> Iterator[Figure]:
    """Yield the greatest distance of a speaker from the narrator's loudness, in LU."""
    lufs = {}
    for speaker, said in spoken(edition, samples).items():
        meter = LoudnessMeter(RATE_HZ)
        meter.add(said)
        lufs[speaker] = meter.integrated_lufs()
    distances = {speaker: abs(level - lufs[NARRATOR_NAME]) for speaker, level in lufs.items()}
    farthest = max(distances, key=lambda speaker: distances[speaker])
    yield Figure("distance from the narrator, greatest, LU", distances[farthest], 2.0, False, farthest)


def failures(edition: Edition) -> Iterator[Figure]:
    """Yield the number of checks that fail."""
    failed = [finding for finding in verify_edition(edition.mp3) if finding.verdict == "fail"]
    yield Figure("checks that fail", len(failed), 0, False, "; ".join(f"{one.name}: {one.measured}" for one in failed))


def spoken(edition: Edition, samples: Samples) -> dict[str, Samples]:
    """Return the joined lines of each speaker."""
    parts: dict[str, list[Samples]] = {}
    for cue in edition.cues:
        parts.setdefault(cue.speaker, []).append(cut(samples, cue))
    return {speaker: np.concatenate(said) for speaker, said in parts.items()}


def cut(samples: Samples, cue: Cue) -> Samples:
    """Return the samples of a cue."""
    return samples[round(cue.start_s * RATE_HZ) : round(cue.end_s * RATE_HZ)]


def measure(article: Path, folder: Path) -> Iterator[Figure]:
    """Make the edition of an article and yield its figures."""
    edition = produce(article, output=folder)
    sound, rate_hz = soundfile.read(edition.mp3, dtype="float32")
    samples = soxr.resample(sound, rate_hz, RATE_HZ)
    yield from naturalness(edition, samples)
    yield from intelligibility(edition)
    yield from similarity(edition, samples)
    yield from balance(edition, samples)
    yield from failures(edition)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="*", type=Path)
    parser.add_argument("-o", "--output", type=Path, help="keep the editions in this folder")
    options = parser.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory() as temporary:
        for article in options.articles or [path for path in ARTICLES if path.exists()]:
            print(article.name, flush=True)
            for figure in measure(article, options.output or Path(temporary)):
                print(f"  {figure}", flush=True)
                missed += not figure.is_reached
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
