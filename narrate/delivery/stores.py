"""Put editions into stores that fsspec knows, such as ``s3://bucket/audio``, whole or not at all."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from narrate.delivery.store_lock import store_lock
from narrate.edition.manifest import read_manifest
from narrate.edition.paths import MANIFEST_ENDING, SCRIPT_ENDING
from narrate.errors import DeliveryError, NarrateError, SourceError, UsageError, reason
from narrate.storage import full_path, is_url, without_login

log = logging.getLogger(__name__)

FOLDER_PROTOCOLS: Final = frozenset("file local ftp sftp ssh smb hdfs webhdfs".split())
"""Protocols whose folders must be made. Elsewhere a name is enough, and making a folder might make a bucket."""
ATOMIC_PROTOCOLS: Final = frozenset("s3 s3a gs gcs memory".split())
"""Protocols of stores that create an object only if there is none. Others look first, and then write."""
SETTLE_S: Final = 0.3
"""Seconds within which another machine, which looked at the same time, will have written."""


def is_store(place: object) -> bool:
    """Return whether ``place`` is the URL of a store, such as ``s3://bucket/audio``, and not a path."""
    return isinstance(place, str) and re.match(r"[a-z][a-z0-9+.-]+://", place) is not None


class Store:
    """The files under a URL that fsspec knows. Raises ``UsageError`` if fsspec does not know the protocol.

    Every method raises ``DeliveryError`` if the store cannot be used. The message shows the URL without its secrets.
    """

    def __init__(self, url: str, **options: Any) -> None:
        self.url = without_login(url.rstrip("/"))
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            raise DeliveryError(
                f"Cannot use {self.url}: fsspec is missing. Run: pip install 'narrate-edition[remote]'"
            ) from error
        try:
            _ = urlsplit(url).port  # raises for a number that no port has
        except ValueError as error:
            raise UsageError(f"Cannot use {self.url} as a store: it is not a valid address. Check it.") from error
        try:
            with self._errors_named():
                self._files, root = url_to_fs(url, **options)
        except ValueError as error:
            problem = reason(error)
            if problem.startswith("Protocol not known"):
                problem = f"'{url.partition(':')[0]}' is not known. Use another one, such as s3://bucket/folder"
            raise UsageError(f"Cannot use {self.url} as a store: {problem}.") from error
        self._root = root.rstrip("/")

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file, or None if there is no such file."""
        with self._errors_named():
            try:
                data: bytes = self._files.cat_file(f"{self._root}/{name}")
            except FileNotFoundError:
                return None
        return data

    def write(self, name: str, data: bytes) -> None:
        """Write a file. In a store of objects it appears whole; elsewhere a reader may meet a part of it."""
        with self._errors_named():
            self._make_folder(name)
            self._files.pipe_file(f"{self._root}/{name}", data)

    def create(self, name: str, data: bytes) -> bool:
        """Write a file unless there is one, and return whether it was written.

        Stores of objects decide that themselves. Elsewhere, where two may write at once, the last one counts.
        """
        with self._errors_named():
            self._make_folder(name)
            try:
                self._files.pipe_file(f"{self._root}/{name}", data, mode="create")
            except FileExistsError:
                return False
        if ATOMIC_PROTOCOLS & self._protocols:
            return True
        time.sleep(SETTLE_S)
        return self.read(name) == data

    def remove(self, name: str) -> None:
        """Remove a file, if there is one."""
        with self._errors_named(), suppress(FileNotFoundError):
            self._files.rm_file(f"{self._root}/{name}")

    def publish(self, files: Mapping[str, Path]) -> None:
        """Upload files under temporary names, and rename them in the given order once all are there.

        If one cannot be uploaded, the files in the store stay as they were.
        """
        temporary = {name: f"{self._root}/.narrate-{secrets.token_hex(4)}-{name}.part" for name in files}
        with self._errors_named():
            try:
                self._make_folder("")
                for name, path in files.items():
                    self._files.put_file(str(path), temporary[name])
                for name in files:
                    self._files.mv(temporary[name], f"{self._root}/{name}")
            except BaseException:
                for part in temporary.values():
                    with suppress(Exception):
                        self._files.rm_file(part)
                raise

    def _make_folder(self, name: str) -> None:
        if FOLDER_PROTOCOLS & self._protocols:
            self._files.makedirs(f"{self._root}/{name}".rpartition("/")[0], exist_ok=True)

    @property
    def _protocols(self) -> frozenset[str]:
        protocols = self._files.protocol
        return frozenset([protocols] if isinstance(protocols, str) else protocols)

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        """Raise ``DeliveryError`` for every error of the store."""
        try:
            yield
        except (NarrateError, ValueError):
            raise
        except ImportError as error:
            package = re.search(r"(?:[Ii]nstall|requires) \"?(\w+)", str(error))
            advice = f" Run: pip install {package[1]}" if package else ""
            raise DeliveryError(f"Cannot use {self.url}: a library is missing: {reason(error)}.{advice}") from error
        except PermissionError as error:
            raise DeliveryError(
                f"Cannot use {self.url}: access is denied ({reason(error)}). Check the credentials."
            ) from error
        except Exception as error:  # every protocol has errors of its own
            raise DeliveryError(f"Cannot use {self.url}: {reason(error)}. Check its address.") from error


@dataclass
class Destination:
    """Where an edition is made: its folder, or the working copy of a store."""

    output: Path  # a folder, or the path of an MP3
    store: Store | None = None
    open_lock_store: Callable[[], Store] | None = None
    """Opens the same store, over a connection of its own."""
    _fetched: dict[str, str] = field(default_factory=dict)  # name of a file in the store -> SHA-256

    def address(self, mp3: Path) -> str:
        """Return the full path or the URL at which ``mp3`` will be."""
        if self.store:
            return f"{self.store.url}/{mp3.name}"
        return str(full_path(mp3) if mp3 == self.output else full_path(mp3.parent) / mp3.name)

    @contextmanager
    def locked(self, mp3: Path) -> Iterator[None]:
        """Hold the lock of the edition of ``mp3`` against other machines, if it is in a store."""
        if self.open_lock_store is None:
            yield
            return
        waiting = f"Another machine is making {self.address(mp3)}. Waiting for it."
        with store_lock(self.open_lock_store(), mp3.name, waiting=waiting):
            yield

    def fetch(self, mp3: Path) -> None:
        """Copy the edition of ``mp3`` from the store into the working copy, if there is one."""
        if self.store is None:
            return
        manifest = mp3.with_suffix(MANIFEST_ENDING)
        self._download(self.store, manifest)
        names = {mp3.with_suffix(SCRIPT_ENDING).name}
        with suppress(SourceError):  # the reader of the previous edition reports a broken manifest
            names |= {Path(file.name).name for file in read_manifest(manifest).files}
        for name in sorted(names):
            self._download(self.store, mp3.with_name(name))

    def publish(self, folder: Path, files: Mapping[str, Path]) -> dict[str, str]:
        """Upload what has changed in the working copy ``folder`` to the store, the manifest last.

        Returns what each of ``files`` holds -> its URL; empty if the edition is in a folder.
        """
        if self.store is None:
            return {}
        paths = sorted(folder.iterdir(), key=lambda path: (path.name.endswith(MANIFEST_ENDING), path.name))
        changed = {path.name: path for path in paths if self._fetched.get(path.name) != _digest(path.read_bytes())}
        if changed:
            self.store.publish(changed)
        return {holds: f"{self.store.url}/{path.name}" for holds, path in files.items()}

    def shown(self, message: str, folder: Path) -> str:
        """Return ``message`` with the URL of the store in place of the working copy in ``folder``."""
        return message.replace(str(folder), self.store.url) if self.store else message

    def _download(self, store: Store, path: Path) -> None:
        data = store.read(path.name)
        if data is not None:
            path.write_bytes(data)
            self._fetched[path.name] = _digest(data)


@contextmanager
def open_destination(output: Any) -> Iterator[Destination]:
    """Provide the place where an edition is made: the folder, or a temporary working copy of the store.

    ``output`` is a folder, the path of an MP3, or the URL of either in a store. Raises ``UsageError`` if it cannot be a
    path, and ``DeliveryError`` if the store cannot be used.
    """
    if "\0" in str(output):
        raise UsageError(f"Cannot write to {str(output)!r}: a path cannot hold the character U+0000.")
    try:
        str(output).encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"Cannot write to {str(output)!r}: the path is not valid UTF-8. Rename the folder.") from error
    if not str(output):
        raise UsageError("Cannot write to an empty output path. Name a folder, or leave the option out.")
    if is_url(output):
        raise UsageError(
            f"Cannot write to {output}: a web address takes no files. Name a folder, or a store as s3://..."
        )
    if not is_store(output):
        yield Destination(Path(output))
        return
    url, name = str(output).rstrip("/"), ""
    if url.lower().endswith(".mp3"):
        url, _, name = url.rpartition("/")
    with tempfile.TemporaryDirectory(prefix="narrate-") as folder:
        yield Destination(Path(folder) / name, Store(url), partial(Store, url, skip_instance_cache=True))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
