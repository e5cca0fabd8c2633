"""Takes to finished sound: assembly, word timing, loudness, limiting, watermark and encoders.

:func:`master` is the whole step. The modules behind it import numpy and the codecs, so they are imported when it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from narrate.audio.settings import AudioSettings, Mastered, Target
from narrate.audio.watermark import Watermark
from narrate.concurrency import background_thread
from narrate.types import Stage, Take

__all__ = ["AudioSettings", "Mastered", "Target", "Watermark", "master"]

MOST_THREADS: Final = 4
"""Threads that limit and measure: as many keep up with the one that assembles or decodes the sound."""


def master(
    takes: Iterable[Take],
    *,
    names: Mapping[str, str],
    settings: AudioSettings,
    targets: Mapping[str, Target],
    stage: Callable[[Stage], AbstractContextManager[None]] = lambda _: nullcontext(),
    stream: Callable[[bytes], object] | None = None,
) -> Mastered:
    """Assemble takes, bring them to their loudness and write them as MP3 and in the other formats wanted.

    Args:
        takes: The edition's takes, in order. They are consumed as they come, and are not kept in memory.
        names: The name for the cues of each speaker id.
        settings: How the edition is to sound.
        targets: The file to write for ``mp3`` and for each of ``settings.formats``.
        stage: Gives a context for each stage of the work: ``master``, then ``encode``.
        stream: Called with the sound as MP3 data while it is made, see ``SoundStream``.

    Returns:
        The cues and the measurements of the MP3.

    Raises:
        DeliveryError: A file cannot be written, the temporary folder is full, or a program or package that is needed
            is missing or fails. Whatever ``takes`` raises goes through unchanged.
    """
    from narrate.audio.assembly import assemble
    from narrate.audio.encoders import check_formats
    from narrate.audio.mastering import Mastering
    from narrate.audio.stream import SoundStream, streamed

    check_formats(settings.formats)
    workers = settings.workers
    with (
        background_thread(workers, threads=min(workers, MOST_THREADS)) as executor,
        Mastering(settings, executor) as mastering,
    ):
        with stage("master"):
            if stream is None:
                mastering.record(assemble(takes, names=names, settings=settings, executor=executor))
            else:  # without a thread that waits for the next take before this one is heard
                passages = assemble(takes, names=names, settings=settings)
                mastering.record(streamed(passages, SoundStream(settings, stream)))
        with stage("encode"):
            return mastering.encode(targets)
