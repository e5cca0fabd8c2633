"""Styles: the tables that make a voice of the model, and blends of them."""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from narrate.errors import EngineError

SHAPE: Final = (510, 1, 256)
"""A style vector for each number of tokens."""
Table = npt.NDArray[np.float32]

_TERM: Final = re.compile(r"(?P<name>\w+)(?:\*(?P<weight>\d*\.?\d+))?")


def folder() -> Path:
    """Where the tables lie: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parents[2]
    inside = package / "voices" / "kokoro"
    return inside if inside.is_dir() else package.parent / "voices" / "kokoro"


def names() -> tuple[str, ...]:
    """The tables that there are, sorted."""
    return tuple(sorted(file.stem for file in folder().glob("*.npy")))


@functools.lru_cache(maxsize=64)
def load(formula: str) -> Table:
    """The table that ``formula`` names, or a blend: ``af_heart*0.6+af_kore*0.4``, the weights adding up to 1.

    Raises ``EngineError`` for an unknown table, one of a wrong shape, or weights that do not add up.
    """
    terms = [_TERM.fullmatch(term.strip()) for term in formula.split("+")]
    parts = [(term["name"], float(term["weight"] or 1)) for term in terms if term]
    if len(parts) < len(terms) or abs(sum(weight for _, weight in parts) - 1) > 0.001:
        raise EngineError(f"Style '{formula}' must be a name, or names with weights that add up to 1: a*0.6+b*0.4.")
    blend: Table = np.sum([np.float32(weight) * _table(name) for name, weight in parts], axis=0, dtype=np.float32)
    return blend


@functools.lru_cache(maxsize=64)
def digest(formula: str) -> str:
    """The SHA-256 of the table's bytes. Raises as ``load`` does."""
    return hashlib.sha256(load(formula).tobytes()).hexdigest()


def _table(name: str) -> Table:
    file = folder() / f"{name}.npy"
    try:
        table = np.load(file, allow_pickle=False)
    except FileNotFoundError as error:
        raise EngineError(f"There is no style '{name}'. There are: {', '.join(names()) or 'none'}.") from error
    except (OSError, ValueError, EOFError) as error:
        raise EngineError(f"The style table {file} cannot be read: {error}.") from error
    if not isinstance(table, np.ndarray) or table.shape != SHAPE or table.dtype.kind != "f":
        raise EngineError(f"The style table {file} must hold {SHAPE} numbers, not {getattr(table, 'shape', '?')}.")
    if not np.isfinite(table).all():
        raise EngineError(f"The style table {file} holds values that are no numbers.")
    return table.astype(np.float32)
