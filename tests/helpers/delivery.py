"""Delivery of editions made of sine tones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from narrate.audio import AudioSettings, Mastered, Target
from narrate.audio.mastering import Mastering
from narrate.config import Config, DeliveryConfig
from narrate.delivery.files import EditionFiles, deliver
from narrate.delivery.signing import Credentials
from narrate.edition.paths import EditionPaths
from narrate.readers import read_text
from narrate.script import write_script
from narrate.storage import Staging
from narrate.types import NARRATOR, Article, Cast, Cue, Delivered, Passage, Voice, Word

ARTICLE = read_text("Mayor <opens> bridge & leaves\n\nShe said it was done. It was not.\n")
ABOUT = {
    "engine": "silent", "disclaimer": "Made by machines.", "settings": {}, "below_threshold": [], "warnings": [],
    "made_from": {**dict.fromkeys(("article", "script", "voices", "lexicon", "settings"), "0" * 64), "narrate": "1"},
    "corrections": [],
}  # fmt: skip
CAST = Cast({NARRATOR: Voice("silent", "hush", "Hush", "en", "unknown", "none", "none", "none")}, {})


def spoken(number: int, start_s: float, end_s: float) -> Cue:
    """Return the caption of line ``number``, with its words evenly timed."""
    words = f"Line {number} --> a & b <i>".split()
    step = (end_s - start_s) / len(words)
    timed = tuple(Word(word, start_s + n * step, start_s + (n + 1) * step) for n, word in enumerate(words))
    return Cue(start_s, end_s, "Anna <b> Voss", " ".join(words), timed, (number,), "paragraph")


def passages(count: int = 3, seconds: float = 1.0) -> list[Passage]:
    """Return ``count`` passages of a quiet tone, each of which lasts ``seconds``."""
    samples = (0.1 * np.sin(np.arange(round(44100 * seconds)) / 20)).astype(np.float32)
    return [Passage(samples, spoken(n, n * seconds, n * seconds + 0.8)) for n in range(count)]


def mastered(passages: Iterable[Passage], bitrate_kbps: int, targets: Mapping[str, Target]) -> Mastered:
    """Return the sound of ``passages``, encoded at ``targets``."""
    settings = AudioSettings(44100, bitrate_kbps, target_lufs=-16, true_peak_dbtp=-1, lead_in_ms=0, pauses_ms={})
    with Mastering(settings) as mastering:
        mastering.record(passages)
        return mastering.encode(targets)


def deliver_to(
    folder: Path,
    stream: Iterable[Passage],
    article: Article = ARTICLE,
    *,
    stem: str = "a",
    script: bool = True,
    publisher: DeliveryConfig = DeliveryConfig(),  # noqa: B008  (frozen)
    credentials: Credentials | None = None,
) -> Delivered:
    """Deliver the edition ``stem`` of ``article``, whose sound is ``stream``, to ``folder``."""
    paths = EditionPaths(folder / f"{stem}.mp3", {}, keeps_script=not script)
    with Staging() as staging:
        files = replace(
            EditionFiles.staged(staging, paths, article, Config(delivery=publisher)), credentials=credentials
        )
        sound = mastered(stream, publisher.bitrate_kbps, files.targets)
        document = '{"ä": 1}\n'
        delivered = deliver(sound, write_script(article), CAST, files=files, script_document=document, making=ABOUT)
        staging.publish()
    return delivered
