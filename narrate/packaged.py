"""Installed packages: their versions, and model files that come inside them, read whole and verified or not at all."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

from narrate.errors import EngineError


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
