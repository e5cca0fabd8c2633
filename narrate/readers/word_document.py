"""Word documents (.docx, ECMA-376): extract paragraphs; styles show headings, captions and tables."""

from __future__ import annotations

import io
import zipfile
from itertools import groupby
from typing import Any

from narrate.errors import SourceError
from narrate.readers import skip_reasons
from narrate.readers.extracted import ExtractedText, join_paragraphs
from narrate.readers.metadata import Metadata, language_tag

_MAX_UNPACKED_BYTES = 64 * 2**20
_MAX_XML_BYTES = 8 * 2**20
_MAX_MEMBERS = 2000


def read_word(data: bytes) -> tuple[ExtractedText, Metadata]:
    """Return the text of the document and what its properties say. Raises SourceError if it cannot be read."""
    _refuse_bombs(data)
    import docx
    from docx.table import Table
    from lxml import etree

    try:
        document = docx.Document(io.BytesIO(data))
        texts: list[str] = []
        reasons: dict[int, str] = {}
        heading: str | None = None
        for block in document.iter_inner_content():
            is_table = isinstance(block, Table)
            rows = map(_row_text, block.rows) if isinstance(block, Table) else [block.text]
            style = "" if isinstance(block, Table) else str(getattr(block.style, "name", "") or "").lower()
            for text in filter(None, (" ".join(row.split()) for row in rows)):
                if is_table or style.startswith("caption"):
                    reasons[len(texts)] = skip_reasons.TABLE if is_table else skip_reasons.CAPTION
                elif not texts and style in ("title", "heading 1"):
                    heading = text
                texts.append(text)
        metadata = Metadata(language=language_tag(document.core_properties.language), title=heading)
    except (etree.LxmlError, zipfile.BadZipFile, KeyError, ValueError, AttributeError, OSError, IndexError) as error:
        raise SourceError(f"the Word document is damaged ({type(error).__name__}). Save it again.") from None
    except (RecursionError, NotImplementedError, RuntimeError, AssertionError, TypeError):
        # python-docx and zipfile raise these for encryption, unknown compression and parts of unexpected kinds.
        raise SourceError("this is not a supported Word document. Save it as .docx.") from None
    return join_paragraphs(texts, reasons=reasons), metadata


def _row_text(row: Any) -> str:
    cells = (" ".join(cell.text.split()) for cell in row.cells)
    return " | ".join(text for text, _ in groupby(filter(None, cells)))  # merged cells come once for each column


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise SourceError("the Word document is damaged. Save it again.") from None
    if "word/document.xml" not in {member.filename for member in members}:
        raise SourceError("this is a ZIP archive, not a Word document. Save the article as .docx.")
    xml = max((m.file_size for m in members if m.filename.endswith((".xml", ".rels"))), default=0)
    if len(members) > _MAX_MEMBERS or sum(m.file_size for m in members) > _MAX_UNPACKED_BYTES or xml > _MAX_XML_BYTES:
        limit = f"{_MAX_UNPACKED_BYTES // 2**20} MiB"
        raise SourceError(f"it unpacks to more than {limit}. Save only the article as .docx.")
