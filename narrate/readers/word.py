"""Word documents (.docx, ECMA-376) -> their paragraphs; headings, captions and tables by their styles."""

from __future__ import annotations

import io
import zipfile

from narrate.errors import SourceError
from narrate.readers import kinds
from narrate.readers.draft import Draft, drafted
from narrate.readers.frontmatter import FrontMatter, language_tag

_MAX_UNPACKED = 64 * 2**20
_MAX_XML = 8 * 2**20


def render(data: bytes, name: str) -> tuple[Draft, FrontMatter]:
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
                    reasons[len(texts)] = kinds.TABLE
                elif style.startswith("caption"):
                    reasons[len(texts)] = kinds.CAPTION
                elif not texts and style in ("title", "heading 1"):
                    heading = text
                texts.append(text)
        properties = document.core_properties
        about = FrontMatter(found=True, language=language_tag(properties.language), title=heading)
    except SourceError:
        raise
    except (etree.LxmlError, zipfile.BadZipFile, KeyError, ValueError, AttributeError, OSError, IndexError) as error:
        raise SourceError(f"{name}: the Word document is damaged ({type(error).__name__}); save it anew") from None
    except (RecursionError, NotImplementedError, RuntimeError, AssertionError, TypeError):
        raise SourceError(f"{name}: this is no Word document that can be read; save it as .docx") from None
    return drafted(texts, reasons), about


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
        raise SourceError(f"{name}: the Word document is damaged; save it anew") from None
    if "word/document.xml" not in {member.filename for member in members}:
        raise SourceError(f"{name}: this is a ZIP archive, but no Word document")
    xml = max((m.file_size for m in members if m.filename.endswith((".xml", ".rels"))), default=0)
    if len(members) > 2000 or sum(m.file_size for m in members) > _MAX_UNPACKED or xml > _MAX_XML:
        raise SourceError(f"{name}: the document unpacks to more than {_MAX_UNPACKED // 2**20} MiB; that is no article")
