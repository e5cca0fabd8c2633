"""The files of an edition: the MP3 and its companions, which appear whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from narrate.delivery.captions import write_vtt
from narrate.delivery.mp3 import Mp3Encoder, decoded, tag_mp3
from narrate.delivery.staging import Staging, writing
from narrate.mastering import Master, measured
from narrate.types import Article, Loudness, Passage

MAX_ENCODINGS: Final = 3


def deliver(
    passages: Iterable[Passage],
    master: Master,
    article: Article,
    *,
    mp3: Path,
    captions: Path,
    script_file: Path | None,
    script_document: str,
    disclaimer: str,
) -> Loudness:
    """Master ``passages``, write the edition's files, and return the loudness of the MP3 as it decodes.

    ``passages`` are taken as they come, at ``SAMPLE_RATE_HZ``, and no file appears under its name before all are
    whole; ``master`` has the cues afterwards. ``script_file`` is None if the script is not to be written. Raises
    ``DeliveryError`` if a file cannot be written; whatever ``passages`` raises goes through.
    """
    title = article.title or mp3.stem.encode(errors="replace").decode()
    with Staging() as staging, master:
        staged_mp3 = staging.stage(mp3)
        staged_captions, staged_script = staging.stage(captions), script_file and staging.stage(script_file)
        master.record(passages)
        loudness = _encode(master, staged_mp3, mp3)
        with writing(mp3):
            tag_mp3(staged_mp3, article, title=title, disclaimer=disclaimer)
        with writing(captions):
            write_vtt(staged_captions, master.cues, title=title)
        if script_file and staged_script:
            with writing(script_file):
                staged_script.write_text(script_document, encoding="utf-8", newline="\n")
        staging.publish()
    return loudness


def _encode(master: Master, path: Path, final: Path) -> Loudness:
    """Encode until the file decodes to what was asked for: once, as a rule."""
    for _ in range(MAX_ENCODINGS):
        with Mp3Encoder(path, final) as encoder:
            for chunk in master.chunks():
                encoder.write(chunk)
        with writing(final):
            loudness = measured(decoded(path), master.sample_rate_hz)
        if master.accepts(loudness):
            break
    return loudness


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
