"""Files written beside their final names, and renamed together once all of them are whole."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from narrate.errors import DeliveryError, EngineError

log = logging.getLogger(__name__)

LEFT_BEHIND_S: Final = 24 * 3600.0
"""A staged file of this age belongs to a run that was killed."""

MAX_SLUG_CHARACTERS: Final = 80
"""Characters of a slug: with endings, file systems allow 255 bytes."""
RESERVED_NAMES: Final = frozenset("con prn aux nul".split()) | {
    f"{port}{n}" for port in ("com", "lpt") for n in range(10)
}
"""Names that Windows keeps for devices."""


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

    def stage(self, final: Path, *, mode: int = 0o666) -> Path:
        """An empty file to write what shall become ``final``, with at most the permissions of ``mode``.

        Raises ``DeliveryError`` if its folder takes none.
        """
        with writing(final):
            final = final.resolve()  # a link stays one
            if final.exists() and not final.is_file():
                raise OSError("it is no regular file")
            final.parent.mkdir(parents=True, exist_ok=True)
            _sweep(final)
            staged = _beside(final)
            staged.touch(mode, exist_ok=False)
        self._staged[final] = staged
        return staged

    def publish(self) -> None:
        """Give every file its final name, in the order of staging. If one cannot get it, none does."""
        for final, staged in self._staged.items():
            with writing(final), staged.open("r+b") as file:
                os.fsync(file.fileno())
        former: dict[Path, Path | None] = {}
        try:
            for final, staged in self._staged.items():
                with writing(final):
                    former[final] = _copy(final) if final.exists() else None
                    staged.replace(final)
        except DeliveryError:
            for final, copy in former.items():
                if copy is not None:
                    copy.replace(final)
                elif not self._staged[final].exists():
                    final.unlink()
            raise
        finally:
            for copy in filter(None, former.values()):
                copy.unlink(missing_ok=True)
        log.info("wrote %s", ", ".join(map(str, self._staged)))


@contextmanager
def writing(final: Path, failing: str = "Cannot write") -> Iterator[None]:
    """Whatever keeps a file from being written becomes a ``DeliveryError`` that names ``final``."""
    try:
        yield
    except (OSError, ValueError) as error:  # a ValueError for names that no file can have
        raise DeliveryError(f"{failing} {final}: {getattr(error, 'strerror', None) or error}.") from error


def _beside(final: Path) -> Path:
    return final.with_name(f"{_prefix(final)}{secrets.token_hex(4)}.part")


def _prefix(final: Path) -> str:
    """How the passing names for ``final`` begin: short, whatever its own length."""
    return f".narrate-{hashlib.sha256(final.name.encode(errors='surrogateescape')).hexdigest()[:12]}-"


def _copy(final: Path) -> Path:
    """The same file under a passing name, without moving it."""
    copy = _beside(final)
    try:
        copy.hardlink_to(final)
    except OSError:  # not every file system has links
        shutil.copy2(final, copy)
    return copy


def _sweep(final: Path) -> None:
    """Remove what runs that were killed left behind for ``final``; a run of today may still be at work."""
    for left in final.parent.glob(f"{_prefix(final)}*.part"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND_S:
                left.unlink()


def write_files(contents: Mapping[Path, bytes], *, mode: int = 0o666) -> None:
    """Write files, all whole or none, with at most the permissions of ``mode``. Raises ``DeliveryError``."""
    with Staging() as staging:
        for path, content in contents.items():
            with writing(path):
                staging.stage(path, mode=mode).write_bytes(content)
        staging.publish()


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


def is_url(source: object) -> bool:
    """Return whether ``source`` is a string that begins like an http(s) URL."""
    return isinstance(source, str) and re.match(r"https?://", source, re.IGNORECASE) is not None


@cache
def version_of(package: str, *, absent: str | None = None) -> str:
    """The version that is installed, looked up once: that takes a thousandth of a second.

    Where there is none, ``absent``; raises ``PackageNotFoundError`` without that.
    """
    try:
        return version(package)
    except PackageNotFoundError:
        if absent is None:
            raise
        return absent


def read_verified(package: str, path: str, sha256: str, *, model: str) -> bytes:
    """The content of the file ``path`` in ``package``; ``model`` is what errors call the model that it belongs to.

    Raises ``EngineError``, naming the package and what to do, if the file is missing or its SHA-256 is another one.
    """
    name = package.replace("_", "-")
    mend = f"Run: pip install --force-reinstall {name}"
    try:
        content = files(package).joinpath(path).read_bytes()
    except (ImportError, FileNotFoundError) as error:
        raise EngineError(f"A part of the {model} is missing: {name}. {mend}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EngineError(f"A part of the {model} is damaged: {name}. {mend}")
    return content


def slug(text: str) -> str:
    """Return ``text`` as a file name that is safe on every system.

    Args:
        text: Any text. Letters lose their accents; letters of other alphabets stay.

    Returns:
        Lower-case letters and digits joined by single hyphens, at most 80 characters. It is empty if ``text`` has no
        letters or digits.
    """
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    name = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", plain).lower())[:MAX_SLUG_CHARACTERS].strip("-")
    while len(name.encode()) > MAX_SLUG_CHARACTERS * 2:
        name = name[:-1]
    return f"{name}-edition" if name in RESERVED_NAMES else name


def ascii_slug(text: str) -> str:
    """Return the ASCII letters and digits of ``text``, in lower case and joined by hyphens; empty if it has none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
