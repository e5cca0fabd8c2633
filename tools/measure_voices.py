"""Measures an engine's voices: ``python tools/measure_voices.py [VOICE ...] [--roster FILE] [--ear]``.

Each voice reads a page of the example article's narration, as an edition would have it: takes trimmed, a pause between
sentences. Printed are its words a minute and, for kokoro, the ``speed`` that would bring it to ``--pace``. With
``--ear`` (needs resemblyzer, which Narrate itself does not) the likeness of every two voices follows, the greatest
first, and the coordinates for the roster's ``ear``; with ``-o FOLDER`` the pages are kept as WAV files.
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
from narrate.pipeline import prepare
from narrate.script.lines import write_lines
from narrate.synthesis import WorkerPool, synthesize
from narrate.types import NARRATOR, Cast, Line, Voice

ROOT = Path(__file__).resolve().parents[1]
ARTICLE = ROOT / "examples" / "harbour-bridge.md"
RATE_HZ = 24_000
PAUSES = AssemblyConfig()
EAR_RATE_HZ = 16_000


@dataclass
class Page:
    """What a voice made of the page."""

    voice: Voice
    words_a_minute: float
    samples: npt.NDArray[np.float32]


def page_of(article: Path, words: int) -> list[Line]:
    """The first lines of the article's narration, ``words`` words at least; the headline and the disclaimer are left
    out."""
    script = prepare(article, config=Config(synthesis=SynthesisConfig(engine="silent"))).script
    told = {s.index for s in script.segments if s.kind == "narration"}
    lines: list[Line] = []
    for line in write_lines(script):
        if line.speaker == NARRATOR and told.issuperset(line.segments):
            lines.append(line)
        if sum(len(line.text.split()) for line in lines) >= words:
            break
    return lines


def read_aloud(voices: Sequence[Voice], lines: Sequence[Line], workers: int) -> Iterator[Page]:
    """What each of the voices, all of one engine, makes of the page; the pause at the end counts."""
    script = [
        replace(line, index=at * len(lines) + line.index, speaker=voice.id, boundary="sentence")
        for at, voice in enumerate(voices)
        for line in lines
    ]
    names = {voice.id: voice.name for voice in voices}
    words = sum(len(line.text.split()) for line in lines)
    cast = Cast({voice.id: voice for voice in voices}, {})
    with (
        WorkerPool(voices[0].engine, workers=workers, time_limit_s=180) as pool,
        closing(synthesize(script, cast, pool=pool, retries=0)) as takes,
    ):
        settings = AudioSettings(RATE_HZ, 96, -16, -1, lead_in_ms=0, pauses_ms={"sentence": PAUSES.sentence_ms})
        passages = assemble(takes, names=names, settings=settings)
        for voice in voices:
            samples = np.concatenate([passage.samples for passage in itertools.islice(passages, len(lines))])
            yield Page(voice, 60 * words / (len(samples) / RATE_HZ), samples)


def embeddings(pages: Sequence[Page]) -> npt.NDArray[np.float64]:
    """Speaker embeddings, a row of length 1 for each page."""
    from resemblyzer import VoiceEncoder, preprocess_wav

    encoder: Any = VoiceEncoder("cpu", verbose=False)
    heard = [preprocess_wav(soxr.resample(page.samples, RATE_HZ, EAR_RATE_HZ), source_sr=EAR_RATE_HZ) for page in pages]
    return np.array([encoder.embed_utterance(one) for one in heard], np.float64)


def places(likeness: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Points whose straight distances are those of embeddings of that likeness, by classical scaling."""
    size = len(likeness)
    centring = np.eye(size) - 1 / size
    values, vectors = np.linalg.eigh(-centring @ (2 - 2 * likeness) @ centring / 2)
    first = np.argsort(values)[:0:-1]
    found: npt.NDArray[np.float64] = vectors[:, first] * np.sqrt(values[first].clip(0))
    return found


def report_ear(pages: Sequence[Page]) -> None:
    vectors = embeddings(pages)
    likeness = vectors @ vectors.T
    names = [page.voice.id for page in pages]
    pairs = sorted(itertools.combinations(range(len(names)), 2), key=lambda pair: -likeness[pair])
    for one, other in pairs[:40]:
        print(f"{likeness[one, other]:.3f}  {names[one]} {names[other]}")
    for name, place in zip(names, places(likeness), strict=True):
        print(f"{name}: ear = [{', '.join(f'{value:g}' for value in place.round(3))}]")


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
        advice = f"  speed {speed} -> {float(speed) * options.pace / page.words_a_minute:.3f}" if speed else ""
        print(f"{voice.id:12} {page.words_a_minute:6.1f} words a minute{advice}", flush=True)
        if options.folder:
            options.folder.mkdir(parents=True, exist_ok=True)
            soundfile.write(options.folder / f"{voice.id}.wav", page.samples, RATE_HZ)
    if options.ear:
        report_ear(pages)


if __name__ == "__main__":
    main()
