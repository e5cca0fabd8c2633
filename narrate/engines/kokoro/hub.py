"""Other weights than the packaged ones: from a path, or from Hugging Face, downloaded once into its own cache."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from narrate.engines.kokoro.parts import INSTALL_HINT
from narrate.errors import EngineError

log = logging.getLogger(__name__)


def locate(model: str, *, setting: str = "synthesis.model", file: str = "onnx/model.onnx") -> Path:
    """Return the file of a model, which is downloaded if it is on Hugging Face and not yet in the cache.

    Args:
        model: A path that ends in ``.onnx``, or a name on Hugging Face, ``owner/name`` or ``owner/name:variant``. The
            file of a variant is ``onnx/VARIANT.onnx``.
        setting: What error messages call the setting that names the model.
        file: The file on Hugging Face if ``model`` names no variant.

    Raises:
        EngineError: There is no such file, or it cannot be downloaded.
    """
    if model.endswith(".onnx"):
        if not Path(model).is_file():
            raise EngineError(f"Cannot find the voice model {model}.")
        return Path(model)
    name, _, variant = model.partition(":")
    return _download(name, f"onnx/{variant}.onnx" if variant else file, setting)


def locate_optional(name: str, file: str) -> Path | None:
    """Return a file of a model on Hugging Face that it may have; None if it does not have it.

    The library remembers that a file is not there, so the network is not used again.

    Args:
        name: The name of the model, ``owner/name``, which is in the cache.
        file: The file's path in the model.
    """
    from huggingface_hub import errors, hf_hub_download, try_to_load_from_cache

    cached = try_to_load_from_cache(name, file)
    if cached is not None:
        return Path(cached) if isinstance(cached, str) else None
    try:
        return Path(hf_hub_download(name, file))
    except errors.EntryNotFoundError:  # also if the hub cannot be reached
        return None


def cached_files(sha256: str) -> Iterator[Path]:
    """Yield the files in the cache of Hugging Face that are filed under this SHA-256, from whatever model."""
    try:
        from huggingface_hub import constants
    except ImportError:
        return
    yield from sorted(Path(constants.HF_HUB_CACHE).glob(f"models--*/blobs/{sha256}"))


def _download(name: str, file: str, setting: str) -> Path:
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
        raise EngineError(f"{setting} must be {expected}, not '{name}'.") from error
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
