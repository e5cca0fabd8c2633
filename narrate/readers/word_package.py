"""The parts of a Word document (.docx, ECMA-376 part 2), read leniently: a relation may point to a missing part."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from narrate.errors import SourceError
from narrate.readers.xml_parsing import MAX_BYTES, attribute, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_MEMBERS: Final = 2000
_MAX_UNPACKED_BYTES: Final = 3 * MAX_BYTES
"""Limit for all parts that are read together; pictures are not read."""


class WordPackage:
    """A Word document's archive. Every method raises SourceError if the archive is damaged, or a part is too large."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._unpacked_bytes = 0
        with self._archive() as archive:
            names = archive.namelist()
        if len(names) > _MAX_MEMBERS:
            raise SourceError(f"its archive has more than {_MAX_MEMBERS} files. Save only the article as .docx.")
        self._names = {name.replace("\\", "/").lower(): name for name in reversed(names)}
        main = next(self._related("", "officeDocument"), "word/document.xml")
        self._main = main if main.lower() in self._names else "word/document.xml"

    def document(self) -> _Element:
        """Return the main part."""
        root = self._part(self._main)
        if root is None:
            raise SourceError("this is a ZIP archive, not a Word document. Save the article as .docx.")
        return root

    def parts(self, kind: str) -> Iterator[_Element]:
        """Yield the parts that the main part names with a kind of relation, such as ``footnotes`` or ``header``."""
        for name in self._related(self._main, kind):
            if (root := self._part(name)) is not None:
                yield root

    def properties(self) -> _Element | None:
        """Return the core properties; None if there are none, or they cannot be read."""
        try:
            return self._part(next(self._related("", "core-properties"), "docProps/core.xml"))
        except SourceError:
            return None

    def _archive(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(io.BytesIO(self._data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise SourceError("the Word document is damaged. Save it again.") from None

    def _related(self, part: str, kind: str) -> Iterator[str]:
        """Yield the names of the parts to which ``part`` (the archive if empty) has a kind of relation."""
        folder, name = posixpath.split(part)
        relations = self._part(posixpath.join(folder, "_rels", f"{name}.rels"))
        for relation in () if relations is None else relations:
            is_external = attribute(relation, "TargetMode") == "External"
            if not is_external and (attribute(relation, "Type") or "").rpartition("/")[2] == kind:
                target = posixpath.join("/", folder, attribute(relation, "Target") or "")
                yield posixpath.normpath(target).lstrip("/")

    def _part(self, name: str) -> _Element | None:
        """Return the root of a part; None if it is missing."""
        if name.lower() not in self._names:
            return None
        archive = self._archive()
        member = archive.getinfo(self._names[name.lower()])
        self._unpacked_bytes += member.file_size
        if member.file_size > MAX_BYTES or self._unpacked_bytes > _MAX_UNPACKED_BYTES:
            limit = f"{MAX_BYTES // 2**20} MiB"
            raise SourceError(f"it unpacks to more than {limit}. Save only the article as .docx.")
        try:
            content = archive.read(member)
        except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
            raise SourceError(f"the Word document is damaged ({type(error).__name__}). Save it again.") from None
        except Exception as error:
            # zipfile raises NotImplementedError, RuntimeError and zlib.error for encryption and broken compression.
            raise SourceError("this is not a supported Word document. Save it as .docx.") from error
        return parse_xml(content, "the Word document")
