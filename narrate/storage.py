"""Helpers that several packages use: files that appear whole, decoding of JSON and TOML, names, and installed packages.

Errors of the decoders name the key and say what its value must be.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import re
import secrets
import shutil
import time
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from types import NoneType, TracebackType, UnionType
from typing import Annotated, Any, Final, Self, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import inspect

from narrate.errors import DeliveryError, EngineError, NarrateError, SourceError, UsageError, reason, suggestion

log = logging.getLogger(__name__)

LEFT_BEHIND_S: Final = 24 * 3600.0
"""Seconds after which a temporary file is taken to be from a process that was killed."""

MAX_SLUG_CHARACTERS: Final = 80
"""Characters of a slug: with endings, file systems allow 255 bytes."""
RESERVED_NAMES: Final = frozenset("con prn aux nul".split()) | {
    f"{port}{n}" for port in ("com", "lpt") for n in range(10)
}
"""Names that Windows reserves for devices."""
T = TypeVar("T")
UNUSABLE_CHARACTER: Final = re.compile("[\0\ud800-\udfff]")
"""Neither a file name nor speech can hold NUL or half of a surrogate pair."""
SHOWN_CHARACTERS: Final = 40
"""Characters of a wrong value that a message shows."""


class Staging:
    """A context in which files are written under temporary names. It removes those that are not published.

    A file under its final name is always whole, even if the process is killed: a rename is atomic.
    """

    def __init__(self) -> None:
        self._staged: dict[Path, Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for staged in self._staged.values():
            staged.unlink(missing_ok=True)

    def stage(self, final: Path, *, mode: int = 0o666, follows_link: bool = False) -> Path:
        """Create the empty temporary file of ``final`` next to it.

        Args:
            final: The final name.
            mode: The permissions that the file has at most.
            follows_link: Whether a symbolic link at ``final`` stays, and the file that it leads to is written; else the
                file replaces the link. Follow links only at paths that the user named: another may have put it there.

        Returns:
            The temporary name.

        Raises:
            DeliveryError: If the folder cannot be written to.
        """
        with writing(final):
            final = full_path(final) if follows_link else full_path(final.parent) / final.name
            if follows_link and final.is_symlink():
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            if final.exists() and not (final.is_file() or final.is_symlink()):
                raise OSError("it is no regular file")
            final.parent.mkdir(parents=True, exist_ok=True)
            _sweep(final)
            staged = _temporary_path(final)
            staged.touch(mode, exist_ok=False)
        self._staged[final] = staged
        return staged

    def publish(self) -> None:
        """Rename every file to its final name, in the order of staging. If one rename fails, undo the others."""
        for final, staged in self._staged.items():
            with writing(final), staged.open("r+b") as file:
                os.fsync(file.fileno())
        replaced: dict[Path, Path | None] = {}
        try:
            for final, staged in self._staged.items():
                with writing(final):
                    replaced[final] = _copy(final) if os.path.lexists(final) else None
                    staged.replace(final)
        except DeliveryError:
            for final, copy in replaced.items():
                if copy is not None:
                    copy.replace(final)
                elif not self._staged[final].exists():
                    final.unlink()
            raise
        finally:
            for copy in filter(None, replaced.values()):
                copy.unlink(missing_ok=True)
        log.info("wrote %s", ", ".join(map(str, self._staged)))


@contextmanager
def writing(final: Path, failing: str = "Cannot write") -> Iterator[None]:
    """Raise errors of the operating system as ``DeliveryError`` that names ``final``."""
    try:
        yield
    except (OSError, ValueError) as error:  # a ValueError for names that no file can have
        raise DeliveryError(f"{failing} {final}: {reason(error)}.") from error


def full_path(path: Path) -> Path:
    """Return ``path`` from the root on, without symbolic links. Links that lead in a circle stay in it."""
    return Path(os.path.realpath(path))


def _temporary_path(final: Path) -> Path:
    return final.with_name(f"{_prefix(final)}{secrets.token_hex(4)}.part")


def _prefix(final: Path) -> str:
    """Return how the temporary names for ``final`` begin. It is short even if its own name is long."""
    return f".narrate-{name_digest(final.name, 12)}-"


def name_digest(name: str, digits: int = 24) -> str:
    """Return hexadecimal digits for the name of a file that belongs to a path or an address: of its SHA-256."""
    return hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:digits]


def _copy(final: Path) -> Path:
    """Return a temporary name for the same file, which stays in its place."""
    copy = _temporary_path(final)
    if final.is_symlink():
        copy.symlink_to(final.readlink())
        return copy
    try:
        copy.hardlink_to(final)
    except OSError:  # not every file system has hard links
        shutil.copy2(final, copy)
    return copy


def _sweep(final: Path) -> None:
    """Remove old temporary files of ``final``. Recent ones may belong to a running process."""
    for left in final.parent.glob(f"{_prefix(final)}*.part"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND_S:
                left.unlink()


def write_files(contents: Mapping[Path, bytes], *, mode: int = 0o666, follows_link: bool = False) -> None:
    """Write all of the files or none; ``mode`` and ``follows_link`` are those of ``Staging.stage``.

    Raises:
        DeliveryError: If a file cannot be written.
    """
    with Staging() as staging:
        for path, content in contents.items():
            with writing(path):
                staging.stage(path, mode=mode, follows_link=follows_link).write_bytes(content)
        staging.publish()


def write_text(path: Path, pieces: Iterable[str], *, follows_link: bool = False) -> None:
    """Write the pieces to a UTF-8 file, which appears whole or not at all; ``follows_link`` is as in ``Staging.stage``.

    Raises:
        DeliveryError: If the file cannot be written.
    """
    with Staging() as staging:
        with staging.stage(path, follows_link=follows_link).open("w", encoding="utf-8", newline="\n") as file:
            for piece in pieces:
                with writing(path):
                    file.write(piece)
            with writing(path):
                file.flush()
        staging.publish()


def is_due(mark: Path) -> bool:
    """Return whether a day has passed since this function last returned True for ``mark``, a file that it touches."""
    with suppress(FileNotFoundError):
        if abs(time.time() - mark.stat().st_mtime) < LEFT_BEHIND_S:
            return False
    mark.touch()
    return True


def user_cache_folder() -> Path:
    """Return Narrate's folder in the user's cache folder. It may not exist."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("narrate", appauthor=False))


def without_login(url: str) -> str:
    """Return a URL, which may be malformed, without its user and password."""
    return re.sub(r"//[^/@]*@", "//", url)


def is_url(source: object) -> bool:
    """Return whether ``source`` is a string that begins like an http(s) URL."""
    return isinstance(source, str) and re.match(r"https?://", source, re.IGNORECASE) is not None


@cache
def version_of(package: str, *, absent: str | None = None) -> str:
    """Return the installed version of a package, or ``absent`` if it is not installed. A look-up takes a millisecond.

    Raises:
        PackageNotFoundError: If the package is not installed, and ``absent`` is None.
    """
    try:
        return version(package)
    except PackageNotFoundError:
        if absent is None:
            raise
        return absent


def read_verified(package: str, path: str, sha256: str, *, model: str) -> bytes:
    """Return the content of a file in an installed package.

    Args:
        package: Import name of the package.
        path: Path of the file in the package.
        sha256: The SHA-256 that the file must have.
        model: What error messages call the model that the file is part of.

    Raises:
        EngineError: If the file is missing, damaged, or cannot be read.
    """
    name = package.replace("_", "-")
    advice = f"Run: pip install --force-reinstall {name}"
    try:
        content = files(package).joinpath(path).read_bytes()
    except (ImportError, FileNotFoundError) as error:
        raise EngineError(f"A part of the {model} is missing: {name}. {advice}") from error
    except OSError as error:
        raise EngineError(f"A part of the {model} cannot be read: {name} ({reason(error)}). {advice}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EngineError(f"A part of the {model} is damaged: {name}. {advice}")
    return content


def slug(text: str) -> str:
    """Return ``text`` as a file name that is safe on every system.

    Args:
        text: Any text. Letters lose their accents; letters of other alphabets stay.

    Returns:
        Lower-case letters and digits joined by single hyphens, at most 80 characters. It is empty if ``text`` has no
        letters or digits.
    """
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    name = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", plain).lower())[:MAX_SLUG_CHARACTERS].strip("-")
    while len(name.encode()) > MAX_SLUG_CHARACTERS * 2:
        name = name[:-1]
    return f"{name}-edition" if name in RESERVED_NAMES else name


def ascii_slug(text: str) -> str:
    """Return the ASCII letters and digits of ``text``, in lower case and joined by hyphens; empty if it has none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def decode_json(kind: type[T], data: bytes, *, failing: str, advice: str = "") -> T:
    """Decode JSON into a value of type ``kind``. Keys that ``kind`` does not know are ignored.

    Args:
        kind: A dataclass, or another type that msgspec knows.
        data: JSON in UTF-8.
        failing: How error messages begin, such as "Cannot read story.edition.json".
        advice: A sentence at the end of error messages.

    Raises:
        SourceError: If ``data`` is not JSON, or not of that type. The message names the key.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (ValueError, RecursionError) as error:
        problem = f"it is not valid JSON ({reason(error)})"
        try:
            value = json.loads(data)
            problem = _fault(kind, value, "", error) if isinstance(error, msgspec.ValidationError) else problem
        except (ValueError, RecursionError) as fault:
            problem = f"it is not valid JSON ({reason(fault)})"
        raise SourceError(f"{failing}: {problem}. {advice}".strip()) from error


def convert(
    kind: type[T],
    value: Any,
    *,
    key: str = "",
    failing: str = "",
    error: type[NarrateError] = SourceError,
    is_closed: bool = False,
) -> T:
    """Convert decoded JSON or TOML into a value of type ``kind``.

    Args:
        kind: A dataclass, or another type that msgspec knows.
        value: Tables, lists, texts and numbers.
        key: The key that ``value`` has; empty for a whole document.
        failing: How error messages begin, such as "Cannot read story.script.json".
        error: The exception to raise.
        is_closed: Whether keys that ``kind`` does not know are refused.

    Raises:
        NarrateError: If the value is not of that type, or holds characters that no text has. The message names the key.
    """
    unknown = unknown_keys(kind, value, key) if is_closed else iter(())
    problem = _unusable_text(value, key) or next((f"Unknown key '{name}'. {hint}" for name, hint in unknown), "")
    if not problem:
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as fault:
            problem = _fault(kind, value, key, fault)
    end = "" if problem.endswith((".", "?")) else "."
    raise error(f"{failing}: {problem}{end}".removeprefix(": "))


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises:
        UsageError: If the file cannot be read, or is not TOML.
    """
    return parse_toml(read_toml_text(path), path)


def read_toml_text(path: Path) -> str:
    """Return the text of a TOML file.

    Raises:
        UsageError: If the file cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"Cannot read {path}: it is not UTF-8 text ({reason(error)}).") from error
    except FileNotFoundError as error:
        raise UsageError(f"Cannot read {path}: the file does not exist. Check the path.") from error
    except (OSError, ValueError) as error:  # a ValueError for names that no file can have
        raise UsageError(f"Cannot read {path}: {reason(error)}.") from error


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Return the tables in ``text``, which was read from ``path``.

    Raises:
        UsageError: If the text is not TOML.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"Cannot read {path}: it is not valid TOML ({reason(error)}).") from error


@cache
def _fields(kind: Any) -> Mapping[str, Any]:
    """Return the keys of a dataclass or Struct, with their types; nothing for other types."""
    info = inspect.type_info(kind)
    if not isinstance(info, inspect.DataclassType | inspect.StructType):
        return {}
    hints = get_type_hints(kind, include_extras=True)
    return {field.encode_name: hints[field.name] for field in info.fields}


def _parts(kind: Any, value: Any, key: str) -> Iterator[tuple[Any, Any, str]]:
    """Yield the type, the value and the key of each part of ``value``, which should be of type ``kind``."""
    while get_origin(kind) in (Annotated, Union, UnionType):
        kind = next(one for one in get_args(kind) if one is not NoneType)
    origin, kinds = get_origin(kind), get_args(kind)
    if origin is tuple and isinstance(value, list | tuple):
        kinds = kinds[:1] * len(value) if kinds[-1] is ... else kinds
        for index, (item_kind, item) in enumerate(zip(kinds, value, strict=False)):
            yield item_kind, item, f"{key}[{index}]"
    elif isinstance(value, dict):
        known = dict.fromkeys(value, kinds[-1]) if origin in (dict, Mapping) else _fields(kind)
        yield from ((known[name], item, _joined(key, name)) for name, item in value.items() if name in known)


def _joined(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def unknown_keys(kind: Any, value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield each key in ``value``, whose own key is ``key``, that ``kind`` does not know, and a hint."""
    if isinstance(value, dict) and (known := _fields(kind)):
        prefix = _joined(key, "") if key else ""
        wrong = (name for name in value if name not in known)
        yield from ((f"{prefix}{name}", _hint(name, known, prefix)) for name in wrong)
    for part in _parts(kind, value, key):
        yield from unknown_keys(*part)


def _hint(name: str, known: Mapping[str, Any], prefix: str) -> str:
    """Return what was probably meant by an unknown key: a similar one, or the same one in a table."""
    tables = [f"'{prefix}{table}.{name}'" for table, kind in known.items() if name in _fields(kind)]
    return f"Did you mean {' or '.join(tables)}?" if tables else suggestion(name, known, prefix=prefix)


def _unusable_text(value: Any, key: str) -> str:
    """Return what is wrong with the first text in ``value`` that holds NUL or half of a surrogate pair."""
    if isinstance(value, str):
        found = UNUSABLE_CHARACTER.search(value)
        return f"'{key}' holds the character U+{ord(found[0]):04X}, which is not allowed" if found else ""
    items: Iterable[tuple[str, Any]] = ()
    if isinstance(value, dict):
        items = ((_joined(key, name), item) for name, item in value.items())
    elif isinstance(value, list | tuple):
        items = ((f"{key}[{index}]", item) for index, item in enumerate(value))
    return next(filter(None, (_unusable_text(item, name) for name, item in items)), "")


def _fault(kind: Any, value: Any, key: str, fault: Exception) -> str:
    """Return why ``value`` is not of type ``kind``: which of its parts is wrong, and what it must be."""
    for part in _parts(kind, value, key):
        try:
            msgspec.convert(part[1], part[0])
        except msgspec.ValidationError as error:
            return _fault(*part, error)
    if missing := re.match("Object missing required field `(.*)`", str(fault)):
        return f"'{_joined(key, missing[1])}' is missing"
    if isinstance(fault.__cause__, ValueError):  # a rule that a dataclass checks itself
        return f"{key}: {fault.__cause__}" if key else str(fault.__cause__)
    shown = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    shown = shown if len(shown) <= SHOWN_CHARACTERS else f"{shown[:SHOWN_CHARACTERS]}..."
    subject = f"'{key}'" if key else "the content"
    advice = ". Leave out the quotation marks" if _is_quoted(kind, value) else ""
    return f"{subject} must be {_wanted(inspect.type_info(kind), value)}, not {shown}{advice}"


def _is_quoted(kind: Any, value: Any) -> bool:
    """Return whether ``value`` is a text that would be of type ``kind`` without its quotation marks."""
    try:
        return isinstance(value, str) and msgspec.convert(value, kind, strict=False) is not None
    except msgspec.ValidationError:
        return False


def _wanted(kind: inspect.Type, value: Any) -> str:
    """Return what a value of type ``kind`` is, in words; of a number that is out of range, only the range."""
    match kind:
        case inspect.Metadata(extra_json_schema={"description": str(description)}):
            return description
        case inspect.UnionType():
            return _wanted(next(one for one in kind.types if not isinstance(one, inspect.NoneType)), value)
        case inspect.LiteralType():
            quoted = [json.dumps(one).replace('"', "'") for one in kind.values]
            return quoted[0] if len(quoted) == 1 else f"one of {', '.join(map(str, kind.values))}"
        case inspect.IntType() | inspect.FloatType():
            return _wanted_number(kind, value)
        case inspect.StrType(min_length=1):
            return "a text that is not empty"
        case inspect.DictType() | inspect.VarTupleType():
            item = kind.value_type if isinstance(kind, inspect.DictType) else kind.item_type
            container = "a table" if isinstance(kind, inspect.DictType) else "a list"
            return f"{container} of texts" if isinstance(item, inspect.StrType) else container
        case inspect.TupleType():
            return f"a list of {len(kind.item_types)} numbers"
    names = {inspect.StrType: "a text", inspect.BoolType: "true or false"}
    return next((words for one, words in names.items() if isinstance(kind, one)), "a table")


def _wanted_number(kind: inspect.IntType | inspect.FloatType, value: Any) -> str:
    bounds = {"more than": kind.gt, "at least": kind.ge, "less than": kind.lt, "at most": kind.le}
    limits = [f"{words} {limit:.12g}" for words, limit in bounds.items() if limit is not None]
    if None not in (kind.ge, kind.le):
        limits = [f"between {kind.ge:.12g} and {kind.le:.12g}"]
    is_whole = isinstance(kind, inspect.IntType)
    if limits and (type(value) is int or (type(value) is float and not is_whole)):
        return " and ".join(limits)
    return "a whole number" if is_whole else "a number"
