"""The weights in the user's cache folder: a copy as published, and the model made of it that is loaded.

That model has the graph rewritten (:mod:`.graph`), which is faster. It is made for the onnxruntime
that is installed, and made again from the copy when another one is.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from narrate.concurrency import process_lock
from narrate.engines.kokoro import parts, sources
from narrate.errors import DeliveryError, EngineError
from narrate.storage import Staging, user_cache_folder, writing

log = logging.getLogger(__name__)

GRAPH: Final = 4
"""The version of the rewriting, part of the file's name and of takes' fingerprints. Increase it when ``graph.py`` or
``generator.py`` change."""
NAME: Final = f"kokoro-82m-{sources.SHA256[:12]}-{GRAPH}"
"""How the names of rewritten models begin. The onnxruntime that they are for follows."""
SEAL_S: Final = int(sources.SHA256[:7], 16) * 4
"""The modification time of files that were verified, in seconds since 1970, is this plus their length. So later starts
need not read them all. Any write to the file breaks the seal."""
LOCK: Final = "kokoro"
"""Preparing the weights takes up to 800 MB of memory, so one process at a time does it."""


def rewritten(model: str = "") -> Path:
    """Return the path of the model to load, which is made first if it is not in the cache.

    Args:
        model: As for :func:`sources.sources`.

    Raises:
        EngineError: No source has the weights, or the model cannot be stored.
    """
    import onnxruntime  # the graph is optimized for its version

    path = user_cache_folder() / f"{NAME}-{onnxruntime.__version__}-cpu.onnx"
    if is_sealed(path):
        return path
    keep(model)
    with process_lock(LOCK):
        if not is_sealed(path):
            _rewrite(path, model)
    return path


def _rewrite(path: Path, model: str) -> None:
    try:
        from narrate.engines.kokoro.graph import rewrite
    except ImportError as error:
        raise EngineError(f"Engine 'kokoro' lacks onnx. {parts.INSTALL_HINT}") from error
    try:
        with Staging() as staging:
            staged = staging.stage(path, mode=0o600)
            _write(staged, rewrite(sources.find(model)), path)
            staging.publish()
    except DeliveryError as error:
        # Without a lock, another process may be faster. Systems that do not replace an open file raise an error then.
        if not is_sealed(path):
            raise EngineError(f"Cannot store the voice model, which needs 200 MB. {error}") from error


def _write(staged: Path, content: bytes, final: Path) -> None:
    """Write a file and seal it."""
    with writing(final):
        staged.write_bytes(content)
        os.utime(staged, (SEAL_S + len(content),) * 2)


def keep(model: str = "") -> None:
    """Keep a copy of the weights in the user's cache folder, if there is none.

    With it, the model can be made again for another onnxruntime, even if the source of the weights is gone.

    Args:
        model: As for :func:`sources.sources`.

    Raises:
        EngineError: No source has the weights, and no model that was made of them is in the cache.
    """
    copy = sources.own_copy()
    if is_sealed(copy):
        return
    with process_lock(LOCK):
        if is_sealed(copy):
            return
        try:
            with Staging() as staging:
                staged = staging.stage(copy, mode=0o600)  # fails first in a folder that cannot be written to
                _write(staged, sources.find(model), copy)
                staging.publish()
        except DeliveryError as error:
            log.info("No copy of the voice model is kept: %s", error)
        except EngineError:
            if not ready_models():
                raise


def is_kept() -> bool:
    """Return whether the copy of the weights is in the user's cache folder."""
    return is_sealed(sources.own_copy())


def ready_models() -> tuple[Path, ...]:
    """Return the rewritten models in the user's cache folder, for any onnxruntime."""
    return tuple(path for path in sorted(user_cache_folder().glob(f"{NAME}-*.onnx")) if is_sealed(path))


def places() -> Iterator[str]:
    """Yield each place that may have the weights, with its state, for people. Reads files, and uses no network."""
    yield from (f"{path}: ready to load" for path in ready_models())
    yield from (f"{source.name}: {source.state()}" for source in sources.sources())


def missing_parts() -> tuple[str, ...]:
    """Return the packages with parts of the weights that are not installed, if no other place seems to have the file.

    Imports no heavy library and reads no file.
    """
    missing = parts.missing_parts()
    if not missing or ready_models():
        return ()
    return () if any(source.is_present() for source in sources.sources() if source is not sources.PACKAGES) else missing


def is_sealed(path: Path) -> bool:
    """Return whether ``path`` is a file that was verified when it was written."""
    try:
        state = path.stat()
    except OSError:
        return False
    return int(state.st_mtime) == SEAL_S + state.st_size
