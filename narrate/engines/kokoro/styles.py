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
RAW: Final = ".bin"
"""The ending of tables as the model's authors publish them: float32 numbers, little-endian, without a header."""
Table: TypeAlias = "npt.NDArray[np.float32]"

_TERM: Final = re.compile(r"(?P<name>\w+)(?:\*(?P<weight>\d*\.?\d+))?")


def folder() -> Path:
    """Return the folder of the tables: in the installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parents[2]
    inside = package / "voices" / "kokoro"
    return inside if inside.is_dir() else package.parent / "voices" / "kokoro"


def names(tables: Path | None = None) -> tuple[str, ...]:
    """Return the names of the tables in a folder, sorted; None stands for :func:`folder`."""
    files = (tables or folder()).iterdir()
    return tuple(sorted(file.stem for file in files if file.suffix in (".npy", RAW)))


@functools.lru_cache(maxsize=64)
def load(formula: str, tables: Path | None = None) -> Table:
    """Return the style table that a formula names, of shape ``SHAPE``. The result is shared: do not change it.

    Args:
        formula: A table's name, or a blend such as ``af_heart*0.6+af_kore*0.4`` with weights that add up to 1.
        tables: The folder with the tables: ``NAME.npy``, or ``NAME.bin`` with float32 numbers and no header. None
            stands for :func:`folder`.

    Raises:
        EngineError: The formula is wrong, or a table is missing or damaged.
    """
    import numpy as np

    weighted = [np.float32(weight) * _table(name, tables or folder()) for name, weight in _terms(formula)]
    blend: Table = np.sum(weighted, axis=0, dtype=np.float32)
    return blend


@functools.lru_cache(maxsize=64)
def digest(formula: str, tables: Path | None = None) -> str:
    """Return the SHA-256 of the formula and of its tables' files, without loading them; see :func:`load`."""
    state = hashlib.sha256(formula.encode())
    for name, _ in _terms(formula):
        state.update(_read(_file(name, tables or folder())))
    return state.hexdigest()


def names_in(formula: str) -> tuple[str, ...]:
    """Return the names of the tables in a formula. Raises ``EngineError`` if it is wrong."""
    return tuple(name for name, _ in _terms(formula))


def _terms(formula: str) -> list[tuple[str, float]]:
    terms = [_TERM.fullmatch(term.strip()) for term in formula.split("+")]
    parts = [(term["name"], float(term["weight"] or 1)) for term in terms if term]
    if len(parts) < len(terms) or abs(sum(weight for _, weight in parts) - 1) > 0.001:
        raise EngineError(f"Style '{formula}' must be a name, or names with weights that add up to 1: a*0.6+b*0.4.")
    return parts


def _file(name: str, tables: Path) -> Path:
    """Return the file of a table, which may not exist."""
    raw = tables / f"{name}{RAW}"
    return raw if raw.is_file() else tables / f"{name}.npy"


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise EngineError(f"Unknown style '{file.stem}'. Known: {', '.join(names(file.parent)) or 'none'}.") from error
    except OSError as error:
        raise EngineError(f"The style table {file} cannot be read: {error}.") from error


def _table(name: str, tables: Path) -> Table:
    import numpy as np

    file = _file(name, tables)
    content = _read(file)
    try:
        if file.suffix == RAW:
            table = np.frombuffer(content, "<f4").reshape(SHAPE)
        else:
            table = np.load(io.BytesIO(content), allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise EngineError(f"The style table {file} cannot be read: {error}.") from error
    if not isinstance(table, np.ndarray) or table.shape != SHAPE or table.dtype.kind != "f":
        raise EngineError(f"The style table {file} must hold {SHAPE} numbers, not {getattr(table, 'shape', '?')}.")
    if not np.isfinite(table).all():
        raise EngineError(f"The style table {file} holds infinite values or NaN.")
    return table.astype(np.float32)
