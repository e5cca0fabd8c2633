"""Parse XML from outside: without entities of its own, without network, within limits."""

from __future__ import annotations

import html.entities
import re
from typing import TYPE_CHECKING, Any, Final

from narrate.errors import SourceError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_BYTES: Final = 8 * 2**20
"""The largest document that is parsed."""
_MAX_ELEMENTS: Final = 200_000
_MAX_ATTRIBUTES: Final = 500
"""Attributes of one element."""
_NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_PREDEFINED = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,500}\?>")


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
        source = _NAMED_ENTITY.sub(_character, _DECLARATION.sub("", source, count=1)).encode()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.LxmlError, ValueError) as error:
        problem = str(error).partition(", line")[0].strip()[:100]
        raise SourceError(f"{what} is not valid XML ({problem}). Save it again.") from None
    definitions: Any = root.getroottree().docinfo.internalDTD
    if definitions is not None and next(definitions.iterentities(), None) is not None:
        raise SourceError(f"{what} defines XML entities, which Narrate does not follow. Save it without them.")
    for count, element in enumerate(root.iter()):
        if count > _MAX_ELEMENTS or len(element.attrib) > _MAX_ATTRIBUTES:
            raise SourceError(f"{what} has too many XML elements or attributes. Save only the article.")
    return root


def local_name(element: _Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: _Element | None, name: str) -> _Element | None:
    """Return the first child with a local name."""
    return next((one for one in (() if element is None else element) if local_name(one) == name), None)


def attribute(element: _Element | None, name: str) -> str | None:
    """Return the value of the attribute with a local name; None if there is none."""
    if element is None:
        return None
    return next((str(value) for key, value in element.items() if str(key).rpartition("}")[2] == name), None)


def text_of(element: _Element | None) -> str:
    """Return the text of an element and its descendants in one line."""
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    return entity[0] if name in _PREDEFINED else html.entities.html5.get(name, entity[0])
