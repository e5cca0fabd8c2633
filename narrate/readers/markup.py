"""Tell markup from text: what is HTML, with or without a document around it, and what must not be read as text."""

from __future__ import annotations

import codecs
import re
from itertools import islice, pairwise
from pathlib import PurePath
from typing import Final

from narrate.errors import SourceError
from narrate.readers.page_tree import INLINE_TAGS

_HTML_SUFFIXES: Final = (".html", ".htm", ".xhtml", ".xht")
_MARKDOWN_SUFFIXES: Final = (".md", ".markdown", ".mdown")
_PROLOG: Final = re.compile(
    r"(?:\s+|<!--.*?-->|<\?xml[^<>]{0,300}\?>|Version:\d\.\d\s+(?:\w{1,20}:[^\n<]{0,2000}\n){1,12})*", re.DOTALL
)
"""What may stand before a page: blanks, comments, the XML declaration, and the header that Windows' clipboard adds."""
_FRONT_MATTER: Final = re.compile(r"\s*---[ \t]*\r?\n(?:[^\n]*\n){1,200}?(?:---|\.\.\.)[ \t]*\r?\n")
_MAIL_HEADERS: Final = re.compile(r"(?:[A-Za-z][\w-]{1,40}:[ \t][^\n]*\n(?:[ \t][^\n]*\n)*){2}")
"""How e-mail and archived pages begin, which may contain a page."""
_DOCUMENT: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_SSML: Final = re.compile(r"\s*(?:<\?xml[^<>]{0,300}\?>\s*)?<speak\b")
_SENTENCE_TAG: Final = re.compile(r"</?s>")
_TAG: Final = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][\w:-]{0,40})(?:\s[^<>]{0,4000})?(?P<empty>/?)>")
_BLOCK_TAGS: Final = frozenset(
    "address article aside blockquote center dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr "
    "li main nav ol p pre section table tbody td th tr ul".split()
)
_VOID_TAGS: Final = frozenset("area base br col embed hr img input link meta source track wbr".split())
_TAGS: Final = (
    _BLOCK_TAGS
    | _VOID_TAGS
    | INLINE_TAGS
    | frozenset("script style title noscript picture video audio o:p speak".split())
    | frozenset("button dialog fieldset form hgroup iframe object search summary svg template".split())
)
_HEAD: Final = re.compile(
    r"(?:\s+|<!--.*?-->|<!doctype[^<>]*>|<\?xml[^<>]*\?>|</?(?:html|head)\b[^<>]*>|<(?:link|meta|base)\b[^<>]*>"
    r"|<(title|style|script)\b[^<>]*>.*?</\1\s*>)*",
    re.DOTALL | re.IGNORECASE,
)
"""What may stand before the body of a page."""
_HEAD_ELEMENT: Final = re.compile(r"<(?:head|link|meta|base|title|style|script)\b", re.IGNORECASE)
_BODY: Final = re.compile(r"<(?:body|frameset)\b", re.IGNORECASE)
_TAGS_LOOKED_AT: Final = 50
_MAX_CHARACTERS: Final = 200_000
"""How much of a text is looked at."""
_MIN_SHARE: Final = 0.6
"""Share of the text that stands in elements, and of the text in paragraphs that begin or end with a tag, in HTML."""
_MIN_TAG_LINES_SHARE: Final = 0.5
_TAG_LINE: Final = re.compile(r"\s*<(?:[!?/a-zA-Z])[^<>]{0,4000}>")
_CLOSING_TAG: Final = re.compile(r"</[a-zA-Z]|/>|<[!?]")
"""What no text has whose lines begin with a name in angle brackets, such as the record of a chat."""
_PARAGRAPH_BREAK: Final = re.compile(r"\n\s*\n")


def is_html(data: bytes, name: str = "") -> bool:
    """Return whether data are HTML: a page, or a fragment of one as newsroom systems and clipboards provide it.

    Args:
        data: The content of the source.
        name: The name of the source. A suffix of HTML decides if there is no document around the text.
    """
    has_utf16_mark = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = data[:_MAX_CHARACTERS].decode("utf-16" if has_utf16_mark else "utf-8-sig", errors="replace")
    text = text.replace("\x00", "")
    matter = _FRONT_MATTER.match(text)
    start = _PROLOG.match(text, matter.end() if matter else 0)
    place = start.end() if start else 0
    if _DOCUMENT.match(text, place):
        return True
    if text.startswith(("<!", "<?"), place):
        return False
    suffix, first = PurePath(name).suffix.lower(), _TAG.match(text, place)
    if suffix in _HTML_SUFFIXES:
        return _TAG.search(text) is not None if first is None else _has_html_tag(text, place)
    if (first and first["name"].lower() not in _TAGS) or _MAIL_HEADERS.match(text, place):
        return False
    return _is_fragment(text[place:], is_markdown=suffix in _MARKDOWN_SUFFIXES)


def prepare_page(text: str) -> str:
    """Return HTML without the header that Windows' clipboard adds, with a body, and SSML without its sentence tags."""
    if text.startswith("Version:") and "<" in text:
        text = text[text.index("<") :]
    if _SSML.match(text):
        return _SENTENCE_TAG.sub("", text)
    head = _HEAD.match(text)
    if head is None or not _HEAD_ELEMENT.search(head[0]) or _BODY.search(text, head.end()):
        return text
    return f"{text[: head.end()]}<body>{text[head.end() :]}"  # else the parser would put <article> into the head


def _has_html_tag(text: str, place: int) -> bool:
    """Return whether one of the first tags is of HTML. The others may be elements of the page's own."""
    tags = islice(_TAG.finditer(text, place), _TAGS_LOOKED_AT)
    return any(tag["name"].lower() in _TAGS for tag in tags)


def refuse_markup(text: str) -> None:
    """Raise SourceError if most lines of a text are tags, which must not be spoken."""
    lines = [line for line in text[:_MAX_CHARACTERS].splitlines() if line.strip()]
    tags = [line for line in lines if _TAG_LINE.match(line)]
    is_markup = any(_CLOSING_TAG.search(line) for line in lines)
    if is_markup and len(tags) > _MIN_TAG_LINES_SHARE * len(lines):
        first = tags[0].strip().split()[0][:40]
        raise SourceError(f"most of its lines are markup ({first}). Save its text as .txt, .md or .html.")


def _is_fragment(text: str, *, is_markdown: bool) -> bool:
    """Return whether a text has elements of HTML around most of its paragraphs."""
    tags = list(_TAG.finditer(text))
    blocks = [tag for tag in tags if tag["name"].lower() in _BLOCK_TAGS]
    breaks = sum(tag["name"].lower() == "br" for tag in tags)
    starts_with_tag = bool(tags) and not text[: tags[0].start()].strip()
    if not blocks and not (starts_with_tag and breaks > 1):
        return False
    if is_markdown and not (starts_with_tag and blocks):
        return False
    inside = _characters_inside(text, tags)
    total = sum(len(part.strip()) for part in _TAG.sub("\n", text).splitlines())
    is_covered = inside >= _MIN_SHARE * total or (breaks > 1 and starts_with_tag)
    return is_covered and _share_of_marked_paragraphs(text) >= _MIN_SHARE


def _characters_inside(text: str, tags: list[re.Match[str]]) -> int:
    """Return how many characters stand inside elements. An element that is not closed ends with the text."""
    depth = inside = 0
    for tag, following in pairwise([*tags, None]):
        if tag is None:
            break
        name = tag["name"].lower()
        if name not in _VOID_TAGS and not tag["empty"]:
            depth = max(0, depth - 1) if tag["close"] else depth + 1
        if depth:
            end = following.start() if following else len(text)
            inside += len(text[tag.end() : end].strip())
    return inside


def _share_of_marked_paragraphs(text: str) -> float:
    """Return the share of the text in paragraphs that begin or end with a tag."""
    paragraphs = [paragraph.strip() for paragraph in _PARAGRAPH_BREAK.split(text) if paragraph.strip()]
    marked = [len(one) for one in paragraphs if _TAG_LINE.match(one) or one.endswith(">")]
    return sum(marked) / sum(map(len, paragraphs)) if paragraphs else 0.0
