"""Style tables, each of which gives the model a voice, and blends of them."""

from __future__ import annotations

import functools
import hashlib
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from narrate.errors import EngineError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SHAPE: Final = (510, 1, 256)  # one style vector for each number of tokens
Table: TypeAlias = "npt.NDArray[np.float32]"

_TERM: Final = re.compile(r"(?P<name>\w+)(?:\*(?P<weight>\d*\.?\d+))?")


def folder() -> Path:
    """Return the folder of the tables: in the installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parents[2]
    inside = package / "voices" / "kokoro"
    return inside if inside.is_dir() else package.parent / "voices" / "kokoro"


def names() -> tuple[str, ...]:
    """Return the names of the tables, sorted."""
    return tuple(sorted(file.stem for file in folder().glob("*.npy")))


@functools.lru_cache(maxsize=64)
def load(formula: str) -> Table:
    """Return the style table that a formula names, of shape ``SHAPE``. The result is shared: do not change it.

    The formula is a table's name, or a blend such as ``af_heart*0.6+af_kore*0.4`` with weights that add up to 1. Raises
    ``EngineError`` if it is wrong, or if a table is missing or damaged.
    """
    import numpy as np

    weighted = [np.float32(weight) * _table(name) for name, weight in _terms(formula)]
    blend: Table = np.sum(weighted, axis=0, dtype=np.float32)
    return blend


@functools.lru_cache(maxsize=64)
def digest(formula: str) -> str:
    """Return the SHA-256 of the formula and of its tables' files, without loading them."""
    state = hashlib.sha256(formula.encode())
    for name, _ in _terms(formula):
        state.update(_read(name))
    return state.hexdigest()


def _terms(formula: str) -> list[tuple[str, float]]:
    terms = [_TERM.fullmatch(term.strip()) for term in formula.split("+")]
    parts = [(term["name"], float(term["weight"] or 1)) for term in terms if term]
    if len(parts) < len(terms) or abs(sum(weight for _, weight in parts) - 1) > 0.001:
        raise EngineError(f"Style '{formula}' must be a name, or names with weights that add up to 1: a*0.6+b*0.4.")
    return parts


def _read(name: str) -> bytes:
    file = folder() / f"{name}.npy"
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise EngineError(f"Unknown style '{name}'. Known: {', '.join(names()) or 'none'}.") from error
    except OSError as error:
        raise EngineError(f"The style table {file} cannot be read: {error}.") from error


def _table(name: str) -> Table:
    import numpy as np

    file = folder() / f"{name}.npy"
    try:
        table = np.load(io.BytesIO(_read(name)), allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise EngineError(f"The style table {file} cannot be read: {error}.") from error
    if not isinstance(table, np.ndarray) or table.shape != SHAPE or table.dtype.kind != "f":
        raise EngineError(f"The style table {file} must hold {SHAPE} numbers, not {getattr(table, 'shape', '?')}.")
    if not np.isfinite(table).all():
        raise EngineError(f"The style table {file} holds infinite values or NaN.")
    return table.astype(np.float32)
