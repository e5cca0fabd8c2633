"""Measures how good neural editions sound: ``make quality`` or ``python tools/quality.py [ARTICLE ...] [-o FOLDER]``.

It makes the edition of each article with kokoro and measures the MP3 itself: how natural it sounds (DistillMOS, 1 to
5), how much of it an automatic listener understands (Whisper base, by way of ``narrate listen``), how alike its voices
are (cosine of resemblyzer's embeddings of all that each says), and how far each speaker is from the narrator's
loudness. It fails if a figure misses its target. Needs ``tools/quality.txt`` installed.
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
from narrate.config import Config, SynthesisConfig
from narrate.types import NARRATOR_NAME, Cue, Edition

ROOT = Path(__file__).resolve().parents[1]
ARTICLES = (ROOT / "examples" / "harbour-bridge.md", ROOT.parent / "shared" / "articles" / "bakhmut.txt")
KOKORO = Config(synthesis=SynthesisConfig(engine="kokoro"))
RATE_HZ = 16_000
"""Both models listen at this rate."""
SHORTEST_S = 2.0
"""Of a line whose naturalness is judged by itself."""

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Figure:
    """One measured figure beside its target."""

    name: str
    value: float
    target: float
    at_least: bool
    where: str = ""
    """What it was measured on, where it is the worst of many."""

    @property
    def reached(self) -> bool:
        return self.value >= self.target if self.at_least else self.value <= self.target

    def __str__(self) -> str:
        sign = "at least" if self.at_least else "at most"
        verdict = "" if self.reached else "  MISSED"
        return f"{self.name:38} {self.value:6.3f}  {sign} {self.target:.2f}{verdict}  {self.where}".rstrip()


def naturalness(edition: Edition, samples: Samples) -> Iterator[Figure]:
    """DistillMOS of every line over two seconds: their mean, weighted by length, and the worst."""
    import distillmos
    import torch

    model = distillmos.ConvTransformerSQAModel().eval()
    judged: list[tuple[float, Cue]] = []
    for cue in edition.cues:
        if cue.end_s - cue.start_s > SHORTEST_S:
            with torch.no_grad():
                judged.append((float(model(torch.from_numpy(cut(samples, cue)).unsqueeze(0))), cue))
    mean = np.average([mos for mos, _ in judged], weights=[cue.end_s - cue.start_s for _, cue in judged])
    worst, cue = min(judged, key=lambda one: one[0])
    yield Figure("naturalness, mean", float(mean), 4.3, True)
    yield Figure(f"naturalness, worst of {len(judged)} lines", worst, 3.8, True, f"{cue.speaker}: {cue.text[:60]}")


def intelligibility(edition: Edition) -> Iterator[Figure]:
    """Word error rate with names aside, and (for the reader, with no target of its own) with them."""
    score = listen(edition.mp3).score
    where = f"{score.words - score.names} words; with the {score.names} names {score.rate:.3f}"
    yield Figure("word error rate, names aside", score.rate_without_names, 0.05, False, where)


def likeness(edition: Edition, samples: Samples) -> Iterator[Figure]:
    """The two voices that are most alike."""
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
        yield Figure("likeness of voices, greatest", pairs[closest], 0.80, False, where)


def balance(edition: Edition, samples: Samples) -> Iterator[Figure]:
    """The speaker who is farthest from the narrator's loudness, in LU."""
    lufs = {}
    for speaker, said in spoken(edition, samples).items():
        meter = LoudnessMeter(RATE_HZ)
        meter.add(said)
        lufs[speaker] = meter.integrated_lufs()
    distances = {speaker: abs(level - lufs[NARRATOR_NAME]) for speaker, level in lufs.items()}
    farthest = max(distances, key=lambda speaker: distances[speaker])
    yield Figure("distance from the narrator, greatest, LU", distances[farthest], 2.0, False, farthest)


def spoken(edition: Edition, samples: Samples) -> dict[str, Samples]:
    """All that each speaker's voice says, in one piece."""
    parts: dict[str, list[Samples]] = {}
    for cue in edition.cues:
        parts.setdefault(cue.speaker, []).append(cut(samples, cue))
    return {speaker: np.concatenate(said) for speaker, said in parts.items()}


def cut(samples: Samples, cue: Cue) -> Samples:
    return samples[round(cue.start_s * RATE_HZ) : round(cue.end_s * RATE_HZ)]


def measure(article: Path, folder: Path) -> Iterator[Figure]:
    edition = produce(article, output=folder, config=KOKORO)
    sound, rate_hz = soundfile.read(edition.mp3, dtype="float32")
    samples = soxr.resample(sound, rate_hz, RATE_HZ)
    yield from naturalness(edition, samples)
    yield from intelligibility(edition)
    yield from likeness(edition, samples)
    yield from balance(edition, samples)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="*", type=Path)
    parser.add_argument("-o", "--output", type=Path, help="where the editions stay; otherwise they do not")
    options = parser.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory() as passing:
        for article in options.articles or [path for path in ARTICLES if path.exists()]:
            print(article.name, flush=True)
            for figure in measure(article, options.output or Path(passing)):
                print(f"  {figure}", flush=True)
                missed += not figure.reached
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
