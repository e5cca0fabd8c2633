"""An engine that makes a tone of exactly the length of the text, which keeps tests fast and exact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zlib import crc32

from narrate.engines import Engine
from narrate.errors import EngineError
from narrate.types import Audio, Voice

SAMPLE_RATE_HZ: Final = 22050
SAMPLES_PER_CHARACTER: Final = 1200  # about 18 characters per second, the pace of speech
LEVEL: Final = 0.1


class SilentEngine(Engine):
    """Makes a quiet sine of ``SAMPLES_PER_CHARACTER`` samples per character. The voice's id sets its period.

    A sine is what an MP3 encoder encodes fastest, so that tests measure Narrate.
    """

    name = "silent"

    def voices(self) -> Sequence[Voice]:
        """Return its only voice."""
        return [Voice("silent", "hush", "Hush", "en", "unknown", "none", "none", "GPL-3.0-or-later")]

    def languages(self) -> Sequence[str]:
        """Return nothing: its tone is the same in any language."""
        return ()

    def fingerprint(self, voice: Voice) -> str:  # noqa: ARG002
        """Return the pace."""
        return str(SAMPLES_PER_CHARACTER)

    def synthesize(self, text: str, voice: Voice) -> Audio:
        """Return the tone."""
        if not text.strip():
            raise EngineError("Engine 'silent' cannot speak a line without words.")
        import numpy as np

        period = 2 * (40 + crc32(voice.id.encode()) % 400)
        sine = LEVEL * np.sin(2 * np.pi / period * np.arange(period))
        return Audio(np.resize(sine.astype(np.float32), len(text) * SAMPLES_PER_CHARACTER), SAMPLE_RATE_HZ)
