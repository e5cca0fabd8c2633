"""Files written beside their final names, and renamed together once all of them are whole."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import Self

from narrate.errors import DeliveryError

log = logging.getLogger(__name__)


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
