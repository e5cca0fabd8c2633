"""An inaudible watermark that says that a voice is AI-generated, by the program ``audiowmark`` where it is installed.

What it says is the same in every edition: the 16 bytes ``narrate-ai-voice``. Without a key of one's own it is written
with the key that is built into the program, so that anybody can ask for it: ``audiowmark get EDITION.mp3``. With one
only its holder can find it, and take it out.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import soundfile

from narrate.errors import DeliveryError, UsageError

Samples = npt.NDArray[np.float32]

PROGRAM: Final = "audiowmark"
KEY_VARIABLE: Final = "NARRATE_WATERMARK_KEY"
"""The environment variable that holds the publisher's key: 128 bits as 32 hexadecimal digits."""
PAYLOAD: Final = b"narrate-ai-voice".hex()
"""128 bits, as the program wants them. In unmarked sound it believes to find this and that, but never all of these."""
SURVIVED_KBPS: Final = 64
"""A mark counts if it is still there after being encoded once more at this rate."""
BLOCK_S: Final = 3
PATIENCE_S: Final = 120.0
"""The program may take so long, and as long again as the sound lasts; it needs about a tenth of that."""


def absence() -> str:
    """Why nothing can be marked here; empty if it can. Cheap."""
    return "" if shutil.which(PROGRAM) else f"the program {PROGRAM} is not installed"


class Watermark:
    """The mark, written with one key."""

    def __init__(self, key: str = "") -> None:
        """``key`` is the publisher's, or nothing. Raises ``UsageError`` if it is no key; it is never told."""
        if key and not re.fullmatch(r"[0-9A-Fa-f]{32}", key):
            raise UsageError(f"The environment variable {KEY_VARIABLE} must hold 32 hexadecimal digits.")
        self._key = key

    @property
    def state(self) -> str:
        """What an edition that is marked says of it."""
        return "done (publisher's key)" if self._key else "done (open key)"

    def add(self, chunks: Iterable[Samples], *, sample_rate_hz: int) -> Iterator[Samples]:
        """The same sound, marked, as many samples, a few seconds at a time. The same sound gives the same samples.

        Raises ``DeliveryError`` if the program fails, hangs, or gives back anything else.
        """
        with _folder() as folder:
            plain, marked = folder / "plain.wav", folder / "marked.wav"
            samples = 0
            with soundfile.SoundFile(plain, "w", sample_rate_hz, channels=1, subtype="FLOAT") as sound:
                for chunk in chunks:
                    sound.write(chunk)
                    samples += len(chunk)
            self._run(folder, ["add", str(plain), str(marked), PAYLOAD], samples / sample_rate_hz)
            if not marked.is_file():
                raise DeliveryError(f"The program {PROGRAM} wrote nothing.")
            plain.unlink()
            with soundfile.SoundFile(marked) as sound:
                if (sound.frames, sound.samplerate, sound.channels) != (samples, sample_rate_hz, 1):
                    raise DeliveryError(f"The program {PROGRAM} gave back another sound than it was given.")
                yield from sound.blocks(sample_rate_hz * BLOCK_S, dtype="float32")

    def survives(self, mp3: Path) -> bool:
        """Whether the mark is found in ``mp3`` after that was encoded once more, at ``SURVIVED_KBPS``; it takes about
        20 s of sound. Raises ``DeliveryError`` if the program fails or hangs."""
        with _folder() as folder:
            again = folder / "again.mp3"
            with (
                soundfile.SoundFile(mp3) as sound,
                soundfile.SoundFile(
                    again, "w", sound.samplerate, 1, "MPEG_LAYER_III", format="MP3", bitrate_mode="CONSTANT",
                    compression_level=(320 - SURVIVED_KBPS - 0.01) / 288,  # as for the edition's own
                ) as target,
            ):  # fmt: skip
                duration_s = sound.frames / sound.samplerate
                for block in sound.blocks(sound.samplerate * BLOCK_S, dtype="float32"):
                    target.write(block)
            answer = self._run(folder, ["get", "--json", "-", str(again)], duration_s)
        try:
            return any(match["bits"] == PAYLOAD for match in json.loads(answer)["matches"])
        except (ValueError, KeyError, TypeError) as error:
            raise DeliveryError(f"The program {PROGRAM} gave an answer that is none: {answer[:80]!r}.") from error

    def _run(self, folder: Path, arguments: Sequence[str], duration_s: float) -> str:
        """What the program prints. Its key stands in a file that only this user can read, and only for as long."""
        command = [shutil.which(PROGRAM) or PROGRAM, "--quiet", *arguments]
        if self._key:
            key_file = folder / "key"
            key_file.write_text(f"key {self._key}\n", encoding="ascii")
            command += ["--key", str(key_file)]
        limit_s = PATIENCE_S + duration_s
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit_s, check=False)
        except OSError as error:
            raise DeliveryError(f"The program {PROGRAM} cannot be run: {error.strerror or error}.") from error
        except subprocess.TimeoutExpired as error:
            raise DeliveryError(f"The program {PROGRAM} did not answer within {limit_s:.0f} s.") from error
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
            raise DeliveryError(f"The program {PROGRAM} failed (exit code {done.returncode}): {said[-1]}.")
        return done.stdout.decode(errors="replace")


def own_key() -> str:
    """The publisher's key, from the environment; empty if there is none."""
    return os.environ.get(KEY_VARIABLE, "").strip()


@contextmanager
def _folder() -> Iterator[Path]:
    """A passing folder that only this user can read."""
    try:
        with tempfile.TemporaryDirectory(prefix="narrate-") as name:
            yield Path(name)
    except (OSError, soundfile.SoundFileError) as error:
        raise DeliveryError(
            f"Cannot mark the sound in the temporary folder: {getattr(error, 'strerror', None) or error}. An hour of "
            "sound needs 1300 MB there; the environment variable TMPDIR names another folder."
        ) from error
