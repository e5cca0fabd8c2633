"""The sound of an edition while it is made: to standard output, or to a program that plays it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from queue import SimpleQueue
from threading import Thread
from typing import IO, TYPE_CHECKING, Final

from narrate.errors import DeliveryError, UsageError, reason

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

Sound = Callable[[bytes], None]
"""Takes the next MP3 data. Returns at once, however slow the listener is."""

PLAYERS: Final = (
    ("mpv", "--no-terminal", "--no-video", "-"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error", "-"),
    ("mpg123", "-q", "-"),
    ("play", "-q", "-t", "mp3", "-"),
)
"""Programs that play MP3 from standard input, with their arguments. The first that is installed is used."""
QUIT_BY_USER: Final = 4  # exit code of mpv if a person ended it by a signal


def sound_of(*, is_streamed: bool, is_played: bool) -> AbstractContextManager[Sound | None]:
    """Return a context for the sound that the options ask for; it ends when all sound was taken. None if for none.

    Raises:
        UsageError: Standard output is a terminal.
        DeliveryError: No player is installed.
    """
    if is_played:
        return _played(_player())
    if not is_streamed:
        return nullcontext()
    if sys.stdout.isatty():
        raise UsageError("Cannot write the sound to a terminal. Send it to a file or a program, or use --play.")
    return _written(sys.stdout.buffer)


def _player() -> tuple[str, ...]:
    for program, *arguments in PLAYERS:
        if path := shutil.which(program):
            return (path, *arguments)
    names = ", ".join(program for program, *_ in PLAYERS)
    raise DeliveryError(
        f"Cannot play the sound: none of {names} is installed. Install one, or send the sound of --stream to a player."
    )


@contextmanager
def _written(file: IO[bytes]) -> Iterator[Sound]:
    """Write the sound in a thread. Raise ``OSError`` if that fails, in the next call or at the end of the context."""
    waiting: SimpleQueue[bytes] = SimpleQueue()
    problems: list[OSError] = []

    def write() -> None:
        try:
            while data := waiting.get():
                file.write(data)
                file.flush()
        except OSError as error:
            problems.append(error)

    def sound(data: bytes) -> None:
        if problems:
            raise problems[0]
        if data:
            waiting.put(data)

    writer = Thread(target=write, name="narrate-sound", daemon=True)
    writer.start()
    yield sound
    waiting.put(b"")
    writer.join()
    if problems:
        raise problems[0]


@contextmanager
def _played(command: tuple[str, ...]) -> Iterator[Sound]:
    """Play the sound. The edition is made also if the listener ends the player, or it fails.

    Raises:
        DeliveryError: The player failed.
    """
    with tempfile.TemporaryFile() as errors:
        try:
            player = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors)
        except OSError as error:
            raise DeliveryError(f"Cannot play the sound: {command[0]} does not start: {reason(error)}.") from error
        assert player.stdin is not None
        try:
            with suppress(BrokenPipeError), _written(player.stdin) as write:

                def sound(data: bytes) -> None:
                    with suppress(BrokenPipeError):  # the listener has heard enough
                        write(data)

                yield sound
            with suppress(OSError):
                player.stdin.close()
            code = player.wait()
        finally:
            player.kill()
            player.wait()
        errors.seek(0)
        lines = errors.read().decode(errors="replace").strip().splitlines() or ["no message"]
    if code not in (0, QUIT_BY_USER):
        raise DeliveryError(
            f"Cannot play the sound: {command[0]} ended with exit code {code}: {lines[-1]}. "
            "Is there a sound device? The edition was made all the same."
        )
