"""Other weights than the packaged ones: from a path, or from Hugging Face, fetched once into its own cache."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from narrate.engines.kokoro.weights import MEND
from narrate.errors import EngineError

log = logging.getLogger(__name__)

FOLDER: Final = "onnx"
"""Where models on Hugging Face keep their ONNX files."""
USUAL: Final = "model"


def located(model: str) -> Path:
    """The file of ``model``: a path, which ends in ``.onnx``, or a name on Hugging Face, ``owner/name`` or
    ``owner/name:variant``, whose file ``onnx/VARIANT.onnx`` (``onnx/model.onnx`` if none is named) is fetched unless it
    was before.

    Raises ``EngineError``, saying what to do, if there is no such file or it cannot be fetched.
    """
    if model.endswith(".onnx"):
        if not Path(model).is_file():
            raise EngineError(f"There is no voice model {model}.")
        return Path(model)
    name, _, variant = model.partition(":")
    return _fetched(name, f"{FOLDER}/{variant or USUAL}.onnx")


def _fetched(name: str, file: str) -> Path:
    try:
        from huggingface_hub import errors, hf_hub_download
        from huggingface_hub.utils.tqdm import disable_progress_bars
    except ImportError as error:
        raise EngineError(f"The voice model {name} is on Hugging Face, and its library is missing. {MEND}") from error
    disable_progress_bars()
    try:
        return Path(hf_hub_download(name, file, local_files_only=True))
    except errors.HFValidationError as error:
        raise EngineError(
            f"synthesis.model must be a path that ends in .onnx, or owner/name on Hugging Face, not '{name}'."
        ) from error
    except errors.LocalEntryNotFoundError:
        log.warning("fetching the voice model %s (%s) from Hugging Face, once", name, file)
    try:
        return Path(hf_hub_download(name, file))
    except errors.LocalEntryNotFoundError as error:
        raise EngineError(
            f"The voice model {name} is not on this machine, and Hugging Face cannot be reached. Run once with a "
            "network, or name the path of an ONNX file."
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise EngineError(f"Hugging Face has no model {name}, or shows it to others only.") from error
    except errors.EntryNotFoundError as error:
        raise EngineError(f"The model {name} on Hugging Face has no file {file}.") from error
    except Exception as error:  # of whatever kind its library, or the one beneath it, raises
        raise EngineError(f"The voice model {name} cannot be fetched from Hugging Face: {error}") from error
