"""Other weights than the packaged ones: from a path, or from Hugging Face, downloaded once into its own cache."""

from __future__ import annotations

import logging
from pathlib import Path

from narrate.engines.kokoro.weights import INSTALL_HINT
from narrate.errors import EngineError

log = logging.getLogger(__name__)


def locate(model: str) -> Path:
    """Return the file of a model, which is downloaded if it is on Hugging Face and not yet in the cache.

    ``model`` is a path that ends in ``.onnx``, or a name on Hugging Face, ``owner/name`` or ``owner/name:variant``. The
    file there is ``onnx/VARIANT.onnx``, by default ``onnx/model.onnx``. Raises ``EngineError`` if it cannot be had.
    """
    if model.endswith(".onnx"):
        if not Path(model).is_file():
            raise EngineError(f"Cannot find the voice model {model}.")
        return Path(model)
    name, _, variant = model.partition(":")
    return _download(name, f"onnx/{variant or 'model'}.onnx")


def _download(name: str, file: str) -> Path:
    try:
        from huggingface_hub import errors, hf_hub_download
        from huggingface_hub.utils.tqdm import disable_progress_bars
    except ImportError as error:
        problem = f"The voice model {name} is on Hugging Face, whose library is not installed. {INSTALL_HINT}"
        raise EngineError(problem) from error
    disable_progress_bars()
    try:
        return Path(hf_hub_download(name, file, local_files_only=True))
    except errors.HFValidationError as error:
        expected = "a path that ends in .onnx, or owner/name on Hugging Face"
        raise EngineError(f"synthesis.model must be {expected}, not '{name}'.") from error
    except errors.LocalEntryNotFoundError:
        log.warning("downloading the voice model %s (%s) from Hugging Face, once", name, file)
    try:
        return Path(hf_hub_download(name, file))
    except errors.LocalEntryNotFoundError as error:
        raise EngineError(
            f"The voice model {name} is not on this machine, and Hugging Face cannot be reached. Run once with a "
            "network connection, or set the path of an ONNX file."
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise EngineError(f"Hugging Face has no model {name}, or it is private.") from error
    except errors.EntryNotFoundError as error:
        raise EngineError(f"The model {name} on Hugging Face has no file {file}.") from error
    except Exception as error:  # the library, and those it uses, raise many kinds
        raise EngineError(f"The voice model {name} cannot be downloaded from Hugging Face: {error}") from error
