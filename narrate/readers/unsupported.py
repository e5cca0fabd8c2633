"""Recognize files that contain no article that Narrate can read, and say what to do with each kind."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

from narrate.errors import SourceError

_TEXT_ADVICE: Final = "Save the article as .docx, .html, .md or .txt."
_WORD_ADVICE: Final = "Open it and save the article as .docx."
_PAGE_ADVICE: Final = "Save the page as .html, or pass its address."
_MAGIC: Final = {
    b"%PDF-": ("a PDF file", _TEXT_ADVICE),
    b"{\\rtf": ("an RTF document", _WORD_ADVICE),
    b"\xd0\xcf\x11\xe0": ("an old or an encrypted Office document, or an Outlook message", _WORD_ADVICE),
    b"\xdb\xa5-": ("an old Word document", _WORD_ADVICE),
    b"\xffWPC": ("a WordPerfect document", _WORD_ADVICE),
    b"%!PS": ("a PostScript file", _TEXT_ADVICE),
    b"bplist00": ("a web archive of Safari or another property list", _PAGE_ADVICE),
    b"ITSF": ("a compiled help file", _TEXT_ADVICE),
}
"""How files begin -> what they are, and what to do."""
_ARCHIVES: Final = {
    "application/epub+zip": ("an EPUB book", _TEXT_ADVICE),
    "application/vnd.oasis.opendocument.text": ("an OpenDocument text (ODT)", _WORD_ADVICE),
    "application/vnd.oasis.opendocument": ("an OpenDocument file", _TEXT_ADVICE),
}
"""How the content type in an archive begins -> what it is, and what to do."""
_MEMBERS: Final = {
    "xl/": ("an Excel workbook", _TEXT_ADVICE),
    "ppt/": ("a PowerPoint presentation", _TEXT_ADVICE),
    "Index/": ("a document of Pages, Numbers or Keynote", "Export the article as .docx."),
    "META-INF/container.xml": ("an EPUB book", _TEXT_ADVICE),
    "designmap.xml": ("an InDesign document", _TEXT_ADVICE),
}
"""How the name of a file in an archive begins -> what the archive is, and what to do."""
_MAX_MAIL_HEADER: Final = 16_384
_MAIL_HEADER: Final = re.compile(
    r"(?:From [^\n]{0,300}\n)?(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\n]{0,2000}\n(?:[ \t][^\n]{0,2000}\n)*){2,200}"
)
_MAIL_FIELD: Final = re.compile(
    r"^(?:MIME-Version|Message-ID|Content-Transfer-Encoding|Received|Return-Path|DKIM-Signature|In-Reply-To"
    r"|X-Mailer|Content-Type):[ \t]*\S",
    re.IGNORECASE | re.MULTILINE,
)
"""A line that only the header of an e-mail has."""
_MAIL_SUFFIXES: Final = (".eml", ".mbox", ".emlx", ".mht", ".mhtml")
_ARCHIVED_PAGE: Final = re.compile(
    r"^Content-Type:\s*multipart/related|^Snapshot-Content-Location:", re.IGNORECASE | re.MULTILINE
)


def refuse_binary(data: bytes) -> None:
    """Raise SourceError if ``data`` is a document in a format that Narrate does not read."""
    found = next((known for magic, known in _MAGIC.items() if data.startswith(magic)), None)
    if found is None and data.startswith(b"PK\x03\x04"):
        found = _archive_kind(data)
    if found is not None:
        what, advice = found
        raise SourceError(f"this is {what}, which is not supported. {advice}")


def refuse_mail(data: bytes, suffix: str) -> None:
    """Raise SourceError if ``data`` are an e-mail or an archived page. A memo with its address lines is neither.

    ``suffix`` is the suffix of the source's name, in lower case.
    """
    head = data[:_MAX_MAIL_HEADER].decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    header = _MAIL_HEADER.match(head.lstrip())
    if header is None:
        return
    if _ARCHIVED_PAGE.search(header[0]):
        raise SourceError(f"this is an archived page (MHTML), which is not supported. {_PAGE_ADVICE}")
    if _MAIL_FIELD.search(header[0]) or suffix in _MAIL_SUFFIXES:
        raise SourceError("this is an e-mail, which is not supported. Save its text as .txt or .md.")


def _archive_kind(data: bytes) -> tuple[str, str] | None:
    """Return what a ZIP archive is, by its declared type or its files; None for Word documents and unknown archives."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            declared = archive.open("mimetype").read(100).decode("ascii", "replace") if "mimetype" in names else ""
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError):  # damaged or encrypted: the Word reader says so
        return None
    if any(name.startswith("word/") for name in names):
        return None
    kinds = (known for start, known in _ARCHIVES.items() if declared.strip().startswith(start))
    members = (known for start, known in _MEMBERS.items() if any(name.startswith(start) for name in names))
    return next(kinds, None) or next(members, None)
