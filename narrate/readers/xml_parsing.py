"""Parse XML from outside: without entities of its own, without network, within limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from html.entities import html5
from typing import TYPE_CHECKING, Any, Final

from narrate.errors import SourceError

if TYPE_CHECKING:
    from lxml.etree import XMLParser, _Element

MAX_BYTES: Final = 8 * 2**20
"""The largest document that is parsed."""
_MAX_ELEMENTS: Final = 200_000
_MAX_ATTRIBUTES: Final = 500
"""Attributes of one element."""
_VOID_TAGS: Final = frozenset({"br", "hr", "img", "wbr"})
_NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_PREDEFINED = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
DECLARATION: Final = re.compile(r"\A\s*<\?xml\b[^>]{0,500}\?>\s*")
"""The declaration at the beginning of an XML document."""


def parse_xml(source: str | bytes, what: str) -> _Element:
    """Return the root element of an XML document.

    HTML's names of characters (``&nbsp;``) are understood in a ``str``. Comments and processing instructions are left
    out. At most 256 elements may be nested.

    Args:
        source: The document.
        what: What errors call it, such as "the feed".

    Raises:
        SourceError: It is not well-formed, defines entities, or is too large.
    """
    from lxml import etree

    if len(source) > MAX_BYTES:
        raise SourceError(f"{what} is larger than {MAX_BYTES // 2**20} MiB. Save only the article.")
    if isinstance(source, str):
        source = _NAMED_ENTITY.sub(_character, DECLARATION.sub("", source, count=1)).encode()
    parser = _parser()
    try:
        root = etree.fromstring(source, parser)
    except (etree.LxmlError, ValueError) as error:
        domains: set[Any] = {entry.domain for entry in parser.error_log}
        if domains != {etree.ErrorDomains.NAMESPACE}:
            problem = str(error).partition(", line")[0].strip()[:100]
            raise SourceError(f"{what} is not valid XML ({problem}). Save it again.") from None
        root = etree.fromstring(source, _parser(recover=True))  # only prefixes are undeclared, as in many feeds
    definitions: Any = root.getroottree().docinfo.internalDTD
    if definitions is not None and next(definitions.iterentities(), None) is not None:
        raise SourceError(f"{what} defines XML entities, which Narrate does not follow. Save it without them.")
    if (entity := next(root.iter(etree.Entity), None)) is not None:
        raise SourceError(f"{what} uses the XML entity {str(entity.text)[:40]}, which is not known. Write it out.")
    for count, element in enumerate(root.iter()):
        if count > _MAX_ELEMENTS or len(element.attrib) > _MAX_ATTRIBUTES:
            raise SourceError(f"{what} has too many XML elements or attributes. Save only the article.")
    return root


def _parser(*, recover: bool = False) -> XMLParser:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def local_name(element: _Element) -> str:
    """Return the name of an element without its namespace, or its undeclared prefix."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def child(element: _Element | None, name: str) -> _Element | None:
    """Return the first child with a local name."""
    return next((one for one in (() if element is None else element) if local_name(one) == name), None)


def attribute(element: _Element | None, name: str) -> str | None:
    """Return the value of the attribute with a local name; None if there is none."""
    if element is None:
        return None
    return next(
        (str(value) for key, value in element.items() if str(key).rpartition("}")[2].rpartition(":")[2] == name), None
    )


def text_of(element: _Element | None) -> str:
    """Return the text of an element and its descendants in one line."""
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())


def children(element: _Element | None, name: str) -> list[_Element]:
    """Return the children with a local name."""
    return [one for one in (() if element is None else element) if local_name(one) == name]


def descendant(element: _Element, *names: str) -> _Element | None:
    """Return the first descendant with one of these local names."""
    return next((one for one in element.iterdescendants() if local_name(one) in names), None)


def as_html(element: _Element, tags: Mapping[str, str | None]) -> str:
    """Return the content of an element as HTML.

    Args:
        element: The element, whose own tags are left out.
        tags: Local name of an element -> the name to give it, or None to leave it out with its content. Others keep
            their local names.
    """
    from lxml import etree

    parts = [escape(element.text or "", quote=False)]
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, node in walker:
        tag = tags.get(local_name(node), local_name(node)) if node is not element else ""
        if event == "start" and tag is None:
            walker.skip_subtree()
        elif event == "start" and tag:
            values = "".join(
                f' {key}="{escape(str(value))}"' for key, value in node.items() if not {"}", ":"} & set(str(key))
            )
            parts.append(f"<{tag}{values}>{escape(node.text or '', quote=False)}")
        elif event == "end" and node is not element:
            parts.append(f"</{tag}>" if tag and tag not in _VOID_TAGS else "")
            parts.append(escape(node.tail or "", quote=False))
    return "".join(parts)


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    return entity[0] if name in _PREDEFINED else html5.get(name, entity[0])
