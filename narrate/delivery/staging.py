"""Files written beside their final names, and renamed together once all of them are whole."""

from __future__ import annotations

import glob
import logging
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from narrate.errors import DeliveryError

log = logging.getLogger(__name__)

LEFT_BEHIND_S: Final = 24 * 3600.0
"""A staged file of this age belongs to a run that was killed."""


class Staging:
    """A context in which files are prepared. Leaving it without ``publish`` removes what was prepared.

    A file under a final name is always a whole one, even if the process is killed: a rename is atomic.
    """

    def __init__(self) -> None:
        self._staged: dict[Path, Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for staged in self._staged.values():
            staged.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise DeliveryError(
                f"Cannot write {error.filename or self._names()}: {error.strerror or error}."
            ) from error

    def stage(self, final: Path) -> Path:
        """An empty file to write what shall become ``final``. Raises ``DeliveryError`` if its folder takes none."""
        try:
            final.parent.mkdir(parents=True, exist_ok=True)
            _sweep(final)
            staged = final.with_name(f".{final.name[:100]}.{secrets.token_hex(4)}.part")
            staged.touch(exist_ok=False)
        except OSError as error:
            raise DeliveryError(f"Cannot write in the folder {final.parent}: {error.strerror or error}.") from error
        self._staged[final] = staged
        return staged

    def publish(self) -> None:
        """Give every file its final name, in the order of staging."""
        for staged in self._staged.values():
            with staged.open("r+b") as file:
                os.fsync(file.fileno())
        for final, staged in list(self._staged.items()):
            staged.replace(final)
            del self._staged[final]
            log.info("wrote %s", final)

    def _names(self) -> str:
        return ", ".join(str(final) for final in self._staged)


def _sweep(final: Path) -> None:
    """Remove what runs that were killed left behind for ``final``; a run of today may still be at work."""
    for left in final.parent.glob(f".{glob.escape(final.name[:100])}.*.part"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND_S:
                left.unlink()
