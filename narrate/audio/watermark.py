"""An inaudible watermark that says that a voice is AI-generated, written by the program ``audiowmark`` if installed.

Its payload is the same in every edition: the 16 bytes ``narrate-ai-voice``. Without a key of the publisher's it is
written with the key that is built into the program, so that anyone can read it: ``audiowmark get EDITION.mp3``. With
one, only the holder of the key can read it, or remove it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from narrate.errors import DeliveryError, UsageError, reason

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Samples: TypeAlias = "npt.NDArray[np.float32]"
ReadSound: TypeAlias = Callable[[int, int, Executor | None], Iterator[Samples]]
"""Returns the sound between two samples, a few seconds at a time; the executor, if any, prepares the next of them."""

PROGRAM: Final = "audiowmark"
KEY_VARIABLE: Final = "NARRATE_WATERMARK_KEY"  # holds the publisher's key: 128 bits as 32 hexadecimal digits
PAYLOAD: Final = b"narrate-ai-voice".hex()
"""128 bits, as the program expects them. In unmarked sound it reports random bits, but never all of these."""
SURVIVED_KBPS: Final = 64  # the watermark counts if it can be read after encoding once more at this bitrate
BLOCK_S: Final = 3
KEY_ROUNDS: Final = 200_000  # of PBKDF2, for the key's digest: 0.04 s for each key that somebody tries
PATIENCE_S: Final = 120.0  # for the program, in addition to the length of the sound, of which it needs a tenth


def absence() -> str:
    """Return why nothing can be marked on this machine, or an empty string. Cheap."""
    return "" if shutil.which(PROGRAM) else f"the program {PROGRAM} is not installed"


class Watermark:
    """The watermark, written with one key.

    Args:
        key: The publisher's key, or an empty string for the built-in one. It never appears in a message.

    Raises:
        UsageError: The key does not consist of 32 hexadecimal digits.
    """

    def __init__(self, key: str = "") -> None:
        if key and not re.fullmatch(r"[0-9A-Fa-f]{32}", key):
            raise UsageError(f"The environment variable {KEY_VARIABLE} must hold 32 hexadecimal digits.")
        self._key = key

    @property
    def state(self) -> str:
        """How the manifest describes an edition with this watermark."""
        return "done (publisher's key)" if self._key else "done (open key)"

    @contextmanager
    def added(self, chunks: Iterable[Samples], *, sample_rate_hz: int) -> Iterator[ReadSound]:
        """Mark a sound, which is in a temporary file until the context ends. The same sound gives the same samples.

        Args:
            chunks: The sound, piece by piece.
            sample_rate_hz: Its sample rate.

        Yields:
            A function that reads the marked sound, which has as many samples. Threads may call it at the same time.

        Raises:
            DeliveryError: The program fails, hangs, or returns a sound of another length or rate.
        """
        import soundfile

        with _temporary_folder() as folder:
            plain, marked = folder / "plain.wav", folder / "marked.wav"
            samples = 0
            with soundfile.SoundFile(plain, "w", sample_rate_hz, channels=1, subtype="FLOAT") as sound:
                for chunk in chunks:
                    sound.write(chunk)
                    samples += len(chunk)
            self._run(folder, ["add", str(plain), str(marked), PAYLOAD], samples / sample_rate_hz)
            if not marked.is_file():
                raise DeliveryError(f"The program {PROGRAM} wrote no file.")
            plain.unlink()
            with soundfile.SoundFile(marked) as sound:
                if (sound.frames, sound.samplerate, sound.channels) != (samples, sample_rate_hz, 1):
                    raise DeliveryError(f"The program {PROGRAM} returned a sound of another length or sample rate.")

            def read(start: int, stop: int, _: Executor | None) -> Iterator[Samples]:
                with soundfile.SoundFile(marked) as sound:
                    sound.seek(start)
                    yield from sound.blocks(sample_rate_hz * BLOCK_S, frames=stop - start, dtype="float32")

            yield read

    def survives(self, mp3: Path) -> bool:
        """Return whether the watermark of an MP3 can be read after encoding it once more, at ``SURVIVED_KBPS``.

        That takes about 20 s of sound.

        Raises:
            DeliveryError: The program fails or hangs.
        """
        import soundfile

        with _temporary_folder() as folder:
            again = folder / "again.mp3"
            with (
                soundfile.SoundFile(mp3) as sound,
                soundfile.SoundFile(
                    again, "w", sound.samplerate, 1, "MPEG_LAYER_III", format="MP3", bitrate_mode="CONSTANT",
                    compression_level=(320 - SURVIVED_KBPS - 0.01) / 288,  # libsndfile: 0 is 320 kbit/s, 1 is 32
                ) as target,
            ):  # fmt: skip
                duration_s = sound.frames / sound.samplerate
                for block in sound.blocks(sound.samplerate * BLOCK_S, dtype="float32"):
                    target.write(block)
            answer = self._run(folder, ["get", "--json", "-", str(again)], duration_s)
        try:
            return any(match["bits"] == PAYLOAD for match in json.loads(answer)["matches"])
        except (ValueError, KeyError, TypeError) as error:
            raise DeliveryError(f"The program {PROGRAM} gave an unexpected answer: {answer[:80]!r}.") from error

    def _run(self, folder: Path, arguments: Sequence[str], duration_s: float) -> str:
        """Return what the program prints. The key is in a file that only this user can read, for as long as it runs."""
        command = [shutil.which(PROGRAM) or PROGRAM, "--quiet", *arguments]
        if self._key:
            key_file = folder / "key"
            key_file.write_text(f"key {self._key}\n", encoding="ascii")
            command += ["--key", str(key_file)]
        limit_s = PATIENCE_S + duration_s
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit_s, check=False)
        except OSError as error:
            raise DeliveryError(f"The program {PROGRAM} cannot be run: {reason(error)}.") from error
        except subprocess.TimeoutExpired as error:
            raise DeliveryError(f"The program {PROGRAM} did not answer within {limit_s:.0f} s.") from error
        if done.returncode != 0:
            lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
            raise DeliveryError(f"The program {PROGRAM} failed (exit code {done.returncode}): {lines[-1]}.")
        return done.stdout.decode(errors="replace")


def own_key() -> str:
    """Return the publisher's key from the environment, or an empty string."""
    return os.environ.get(KEY_VARIABLE, "").strip()


def watermark_with_own_key(is_wanted: bool) -> Watermark | None:
    """Return the watermark with the key of the environment, if one is wanted, whether or not it can be made here.

    Raises:
        UsageError: The key does not consist of 32 hexadecimal digits.
    """
    return Watermark(own_key()) if is_wanted else None


def watermark_fingerprint(is_wanted: bool) -> str:
    """Return what an edition's watermark depends on: whether one is made here, and with which key.

    The key itself cannot be found from it, not even by trying the simplest ones quickly.

    Raises:
        UsageError: The key does not consist of 32 hexadecimal digits.
    """
    watermark = watermark_with_own_key(is_wanted)
    if watermark is None or absence():
        return "off"
    key = own_key().lower()
    return f"{watermark.state} {_key_digest(key)}" if key else watermark.state


@cache
def _key_digest(key: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", key.encode(), PAYLOAD.encode(), KEY_ROUNDS).hex()


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """Yield a folder that only this user can read."""
    import soundfile

    try:
        with tempfile.TemporaryDirectory(prefix="narrate-") as name:
            yield Path(name)
    except (OSError, soundfile.SoundFileError) as error:
        raise DeliveryError(
            f"Cannot mark the sound in the temporary folder: {reason(error)}. An hour of "
            "sound needs 1300 MB. To use another folder, set the environment variable TMPDIR."
        ) from error
