"""Word documents (.docx, ECMA-376): extract paragraphs; styles show headings, captions and tables."""

from __future__ import annotations

import io
import zipfile

from narrate.errors import SourceError
from narrate.readers import skip_reasons
from narrate.readers.extracted import ExtractedText, join_paragraphs
from narrate.readers.metadata import Metadata, language_tag

_MAX_UNPACKED_BYTES = 64 * 2**20
_MAX_XML_BYTES = 8 * 2**20
_MAX_MEMBERS = 2000


def read_word(data: bytes, name: str) -> tuple[ExtractedText, Metadata]:
    """Return the text of the document and what its properties say. Raises SourceError if it cannot be read."""
    _refuse_bombs(data, name)
    import docx
    from docx.table import Table
    from lxml import etree

    try:
        document = docx.Document(io.BytesIO(data))
        texts: list[str] = []
        reasons: dict[int, str] = {}
        heading: str | None = None
        for block in document.iter_inner_content():
            rows = [block.text] if not isinstance(block, Table) else [" | ".join(_cells(row)) for row in block.rows]
            style = "" if isinstance(block, Table) else str(getattr(block.style, "name", "") or "").lower()
            for row in rows:
                text = " ".join(row.split())
                if not text:
                    continue
                if isinstance(block, Table):
                    reasons[len(texts)] = skip_reasons.TABLE
                elif style.startswith("caption"):
                    reasons[len(texts)] = skip_reasons.CAPTION
                elif not texts and style in ("title", "heading 1"):
                    heading = text
                texts.append(text)
        properties = document.core_properties
        metadata = Metadata(language=language_tag(properties.language), title=heading)
    except (etree.LxmlError, zipfile.BadZipFile, KeyError, ValueError, AttributeError, OSError, IndexError) as error:
        raise SourceError(
            f"Cannot read {name}: the Word document is damaged ({type(error).__name__}). Save it again."
        ) from None
    except (RecursionError, NotImplementedError, RuntimeError, AssertionError, TypeError):
        raise SourceError(f"Cannot read {name}: this is not a supported Word document. Save it as .docx.") from None
    return join_paragraphs(texts, reasons=reasons), metadata


def _cells(row: object) -> list[str]:
    seen: list[str] = []
    for cell in row.cells:  # type: ignore[attr-defined]
        text = " ".join(cell.text.split())
        if text and (not seen or seen[-1] != text):  # merged cells come once for each column
            seen.append(text)
    return seen


def _refuse_bombs(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise SourceError(f"Cannot read {name}: the Word document is damaged. Save it again.") from None
    if "word/document.xml" not in {member.filename for member in members}:
        raise SourceError(f"Cannot read {name}: this is a ZIP archive, not a Word document. Save the article as .docx.")
    xml = max((m.file_size for m in members if m.filename.endswith((".xml", ".rels"))), default=0)
    if len(members) > _MAX_MEMBERS or sum(m.file_size for m in members) > _MAX_UNPACKED_BYTES or xml > _MAX_XML_BYTES:
        limit = f"{_MAX_UNPACKED_BYTES // 2**20} MiB"
        raise SourceError(f"Cannot read {name}: it unpacks to more than {limit}. Save only the article as .docx.")
