"""Measure an engine's voices: ``python tools/measure_voices.py [VOICE ...] [--roster FILE] [--ear]``.

Each voice reads a page of the example article's narration as in an edition, with trimmed takes and pauses between
sentences. The tool prints its words per minute and, for kokoro, the ``speed`` that would bring it to ``--pace``. With
``--ear`` (needs resemblyzer) it also prints the similarity of every two voices, the greatest first, and the coordinates
for the roster's ``ear``. With ``-o FOLDER`` the pages are stored as WAV files.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from narrate.audio import AudioSettings
from narrate.audio.assembly import assemble
from narrate.casting import load_roster, voices_folder
from narrate.config import AssemblyConfig, Config, SynthesisConfig
from narrate.languages.codes import language_code
from narrate.pipeline import prepare
from narrate.script.lines import write_lines
from narrate.synthesis import Wording, WorkerPool, synthesize
from narrate.types import NARRATOR, Cast, Line, Voice

ROOT = Path(__file__).resolve().parents[1]
ARTICLE = ROOT / "examples" / "harbour-bridge.md"
RATE_HZ = 24_000
PAUSES = AssemblyConfig()
EAR_RATE_HZ = 16_000


@dataclass
class Page:
    """The page as one voice reads it."""

    voice: Voice
    words_per_minute: float
    samples: npt.NDArray[np.float32]


def page_of(article: Path, words: int) -> list[Line]:
    """Return the first lines of an article's narration without headline and disclaimer, at least ``words`` words."""
    script = prepare(article, config=Config(synthesis=SynthesisConfig(engine="silent"))).script
    narration = {s.index for s in script.segments if s.kind == "narration"}
    lines: list[Line] = []
    for line in write_lines(script):
        if line.speaker == NARRATOR and narration.issuperset(line.segments):
            lines.append(line)
        if sum(len(line.text.split()) for line in lines) >= words:
            break
    return lines


def read_aloud(voices: Sequence[Voice], lines: Sequence[Line], workers: int) -> Iterator[Page]:
    """Yield the page as each voice, all of one engine, reads it, with the pause at its end."""
    script = [
        replace(line, index=at * len(lines) + line.index, speaker=voice.id, boundary="sentence")
        for at, voice in enumerate(voices)
        for line in lines
    ]
    names = {voice.id: voice.name for voice in voices}
    words = sum(len(line.text.split()) for line in lines)
    cast = Cast({voice.id: voice for voice in voices}, {})
    wording = Wording(language_code(voices[0].language))
    with (
        WorkerPool(voices[0].engine, workers=workers, time_limit_s=180) as pool,
        closing(synthesize(script, cast, pools={pool.engine.name: pool}, retries=0, wording=wording)) as takes,
    ):
        settings = AudioSettings(RATE_HZ, 96, -16, -1, lead_in_ms=0, pauses_ms={"sentence": PAUSES.sentence_ms})
        passages = assemble(takes, names=names, settings=settings)
        for voice in voices:
            samples = np.concatenate([passage.samples for passage in itertools.islice(passages, len(lines))])
            yield Page(voice, 60 * words / (len(samples) / RATE_HZ), samples)


def embeddings(pages: Sequence[Page]) -> npt.NDArray[np.float64]:
    """Return speaker embeddings, one row of length 1 for each page."""
    from resemblyzer import VoiceEncoder, preprocess_wav

    encoder: Any = VoiceEncoder("cpu", verbose=False)
    sounds = [
        preprocess_wav(soxr.resample(page.samples, RATE_HZ, EAR_RATE_HZ), source_sr=EAR_RATE_HZ) for page in pages
    ]
    return np.array([encoder.embed_utterance(sound) for sound in sounds], np.float64)


def positions(similarity: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return points with the Euclidean distances of embeddings of that cosine similarity, by classical scaling."""
    size = len(similarity)
    centering = np.eye(size) - 1 / size
    values, vectors = np.linalg.eigh(-centering @ (2 - 2 * similarity) @ centering / 2)
    first = np.argsort(values)[:0:-1]
    found: npt.NDArray[np.float64] = vectors[:, first] * np.sqrt(values[first].clip(0))
    return found


def report_ear(pages: Sequence[Page]) -> None:
    """Print the similarity of pairs of voices, and the position of each."""
    vectors = embeddings(pages)
    similarity = vectors @ vectors.T
    names = [page.voice.id for page in pages]
    pairs = sorted(itertools.combinations(range(len(names)), 2), key=lambda pair: -similarity[pair])
    for one, other in pairs[:40]:
        print(f"{similarity[one, other]:.3f}  {names[one]} {names[other]}")
    for name, position in zip(names, positions(similarity), strict=True):
        print(f"{name}: ear = [{', '.join(f'{value:g}' for value in position.round(3))}]")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("voices", nargs="*", metavar="VOICE")
    parser.add_argument("--engine", default="kokoro")
    parser.add_argument("--roster", type=Path, default=voices_folder() / "roster.toml")
    parser.add_argument("--article", type=Path, default=ARTICLE)
    parser.add_argument("--words", type=int, default=220)
    parser.add_argument("--pace", type=float, default=163.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--ear", action="store_true")
    parser.add_argument("-o", dest="folder", type=Path)
    options = parser.parse_args()
    lines = page_of(options.article, options.words)
    print(f"{sum(len(line.text.split()) for line in lines)} words in {len(lines)} lines")
    wanted = [
        voice
        for voice in load_roster(options.roster)
        if voice.engine == options.engine and (not options.voices or voice.id in options.voices)
    ]
    pages = []
    for page in read_aloud(wanted, lines, options.workers):
        pages.append(page)
        voice = page.voice
        speed = voice.settings.get("speed")
        advice = f"  speed {speed} -> {float(speed) * options.pace / page.words_per_minute:.3f}" if speed else ""
        print(f"{voice.id:12} {page.words_per_minute:6.1f} words per minute{advice}", flush=True)
        if options.folder:
            options.folder.mkdir(parents=True, exist_ok=True)
            soundfile.write(options.folder / f"{voice.id}.wav", page.samples, RATE_HZ)
    if options.ear:
        report_ear(pages)


if __name__ == "__main__":
    main()
