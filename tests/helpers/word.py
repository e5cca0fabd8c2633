"""Word documents made of raw WordprocessingML, as Word itself writes it and as python-docx cannot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STYLES = """<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Kopf"><w:name w:val="House head"/><w:basedOn w:val="Titel"/></w:style>
<w:style w:type="paragraph" w:styleId="Bildtext"><w:name w:val="caption"/></w:style>
<w:style w:type="paragraph" w:styleId="Zitat"><w:name w:val="Quote"/></w:style>
<w:style w:type="paragraph" w:styleId="Kreis"><w:name w:val="Circle"/><w:basedOn w:val="Kreis"/></w:style>
<w:style w:type="paragraph" w:styleId="Alt"><w:name w:val="Old"/><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Desk"><w:name w:val="Desk note"/><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="DeskChild"><w:name w:val="Desk 2"/><w:basedOn w:val="Desk"/></w:style>
<w:style w:type="character" w:styleId="Cut"><w:name w:val="Cut"/><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Hoch"><w:name w:val="High"/>
<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
"""


def run(text: str, properties: str = "") -> str:
    """Return a run; ``properties`` is the inner XML of its ``rPr``."""
    formatted = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{formatted}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*content: str, style: str = "", properties: str = "") -> str:
    """Return a paragraph of runs and other inner XML; content without a tag becomes a run."""
    inner = "".join(one if one.startswith("<") else run(one) for one in content)
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{style}{properties}</w:pPr>{inner}</w:p>"


def deleted(text: str, kind: str = "del") -> str:
    """Return a tracked deletion (``del``), or text that was moved away (``moveFrom``)."""
    return f'<w:{kind} w:id="1" w:author="A"><w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:{kind}>'


def inserted(text: str, kind: str = "ins") -> str:
    """Return a tracked insertion (``ins``), or text that was moved here (``moveTo``)."""
    return f'<w:{kind} w:id="2" w:author="A">{run(text)}</w:{kind}>'


def document(
    *blocks: str, parts: Mapping[str, str] | None = None, relations: str = "", main: str = "word/document.xml"
) -> bytes:
    """Return a .docx of blocks of inner XML.

    Args:
        blocks: Paragraphs and tables; text without a tag becomes a paragraph.
        parts: Kind of relation, such as ``footnotes``, -> the inner XML of that part.
        relations: More XML for the relations of the main part.
        main: The name of the main part.
    """
    body = "".join(one if one.startswith("<") else paragraph(one) for one in blocks)
    named = {"styles": _STYLES, **(parts or {})}
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/{kind}" Target="{kind}.xml"/>' for n, kind in enumerate(named)
    )
    files = {
        "_rels/.rels": f'<Relationship Id="r1" Type="{_RELATIONS}/officeDocument" Target="{main}"/>',
        main.replace("word/", "word/_rels/") + ".rels": links + relations,
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, f"<Relationships>{content}</Relationships>")
        archive.writestr(main, f'<?xml version="1.0"?><w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>')
        for kind, content in named.items():
            archive.writestr(f"word/{kind}.xml", f"<w:{kind} {_NAMESPACES}>{content}</w:{kind}>")
    return target.getvalue()
