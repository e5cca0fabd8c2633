"""The files of an edition: the MP3 and its companions, which appear whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from narrate.delivery.captions import write_vtt
from narrate.delivery.mp3 import SAMPLE_RATE_HZ, Mp3Encoder, tag_mp3
from narrate.delivery.staging import Staging, writing
from narrate.types import Article, Cue, Passage


def deliver(
    passages: Iterable[Passage],
    article: Article,
    *,
    mp3: Path,
    captions: Path,
    script_file: Path | None,
    script_document: str,
    disclaimer: str,
) -> tuple[tuple[Cue, ...], float]:
    """Write the edition's files and return its cues and its duration in seconds.

    ``passages`` are taken as they come, at ``SAMPLE_RATE_HZ``, and no file appears under its name before all are
    whole. ``script_file`` is None if the script is not to be written. Raises ``DeliveryError`` if a file cannot be
    written; whatever ``passages`` raises goes through.
    """
    title = article.title or mp3.stem.encode(errors="replace").decode()
    cues: list[Cue] = []
    samples = 0
    with Staging() as staging:
        staged_mp3 = staging.stage(mp3)
        staged_captions, staged_script = staging.stage(captions), script_file and staging.stage(script_file)
        with Mp3Encoder(staged_mp3, mp3) as encoder:
            for passage in passages:
                encoder.write(passage.samples)
                cues.append(passage.cue)
                samples += len(passage.samples)
        with writing(mp3):
            tag_mp3(staged_mp3, article, title=title, disclaimer=disclaimer)
        with writing(captions):
            write_vtt(staged_captions, cues, title=title)
        if script_file and staged_script:
            with writing(script_file):
                staged_script.write_text(script_document, encoding="utf-8", newline="\n")
        staging.publish()
    return tuple(cues), samples / SAMPLE_RATE_HZ


def write_text(path: Path, pieces: Iterable[str]) -> None:
    """Write a UTF-8 file, as its pieces come, whole or not at all. Raises ``DeliveryError``."""
    with Staging() as staging:
        with staging.stage(path).open("w", encoding="utf-8", newline="\n") as file:
            for piece in pieces:
                with writing(path):
                    file.write(piece)
            with writing(path):
                file.flush()
        staging.publish()
