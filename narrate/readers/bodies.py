"""The body of an article inside another format (JSON, a feed): HTML, escaped HTML, Markdown or plain text.

What producers declare is often wrong, so the text itself decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from narrate.errors import SourceError
from narrate.readers import decoding, plain_text, skip_reasons, ssml
from narrate.readers.entities import unescape, unescape_once
from narrate.readers.extracted import ExtractedText
from narrate.readers.metadata import Metadata, plain_words
from narrate.types import Skipped

_BLOCK_TAGS: Final = (
    "p|div|h[1-6]|ul|ol|li|dl|dt|dd|blockquote|figure|figcaption|table|thead|tbody|tr|td|th|section|article|header|"
    "footer|main|aside|nav|pre|hr|center|details|summary|iframe|script|style|noscript|html|body"
)
_TAG: Final = re.compile(
    rf"<!--|</?(?:{_BLOCK_TAGS}|br)(?=[\s/>])[^<>]{{0,4000}}>"
    r"|</?(?:a|b|i|u|s|em|strong|span|del|ins|strike|sup|q|cite|small|big|font|code|img|abbr|time|picture|svg|o:p|wbr)"
    r"(?:\s[^<>=]{1,80}=[^<>]{0,4000})?\s{0,9}/?>",
    re.IGNORECASE,
)
"""A tag of HTML. Other words in angle brackets are text, and so is SSML."""
_BLOCK: Final = re.compile(rf"</?(?:{_BLOCK_TAGS})(?=[\s/>])", re.IGNORECASE)
_ESCAPED_BLOCK: Final = re.compile(rf"&lt;/?(?:{_BLOCK_TAGS}|br)(?=[\s/]|&gt;)", re.IGNORECASE)
_PARAGRAPH: Final = re.compile(r"<p(?=[\s/>])", re.IGNORECASE)
_LINE_BREAK: Final = re.compile(r"<br(?=[\s/>])[^<>]*>", re.IGNORECASE)
_LINE_BREAKS: Final = re.compile(r"(?:<br(?=[\s/>])[^<>]{0,200}>\s{0,99}){2,99}", re.IGNORECASE)
_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n\s*")
_ESCAPED_TWICE: Final = re.compile(
    r"&amp;(?!(?:amp|lt|gt);)(#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)
_MAX_MARKDOWN_CHARACTERS: Final = 400_000
_CDATA: Final = re.compile(r"<!\[CDATA\[|\]\]>")
_ESCAPED_LINES: Final = re.compile(r"\\n\s{0,9}\\n|[.!?>”\"]\\n")
_ESCAPED_CHARACTER: Final = re.compile(r"\\([nrt\"/])")
_ESCAPES: Final = {"n": "\n", "r": "", "t": " ", '"': '"', "/": "/"}
"""Characters that JSON escapes -> what they stand for, in a body that was escaped once too often."""
_MARKDOWN_TYPES: Final = ("text/markdown", "text/x-markdown", "text/x-web-markdown", "markdown")
_MARKDOWN: Final = re.compile(
    r"""^\#{1,6}[ \t]+\S | ^>[ \t]+\S | ^\*[ \t]+\S | ^\[\^[^\]\s]{1,20}\]: | !?\[[^\]\n]{1,300}\]\((?:https?://|mailto:|/|\#)[^()\s]{0,600}\)
    | (?<![\w*])(?P<stars>\*{1,3})(?=[^\s*])[^*\n]{1,300}(?<=[^\s*])(?P=stars)(?![\w*])
    | (?<![\w_])(?P<lines>_{1,2})(?=[^\s_])[^_\n]{1,300}(?<=[^\s_])(?P=lines)(?![\w_])
    | (?<![\w~])~~(?=\S)[^~\n]{1,300}~~""",
    re.MULTILINE | re.VERBOSE,
)
"""What only Markdown writes: headings, block quotes, notes, links, emphasis and struck text."""


def extract_body(body: str, metadata: Metadata, media_type: str = "") -> ExtractedText:
    """Extract the text of a body, and follow the SSML in it.

    Args:
        body: The body.
        metadata: What its source says about the article.
        media_type: What the source declares, such as ``text/markdown``; empty if it declares nothing.

    Raises:
        SourceError: The body is too large, or is not text.
    """
    if any("\ud800" <= character <= "\udfff" for character in body):
        raise SourceError("its text contains halves of characters (surrogates). Remove them.")
    body = plain_text.normalize_newlines(_CDATA.sub("", decoding.CONTROLS.sub("", body)).replace("\x85", "\n"))
    if "\n" not in body and _ESCAPED_LINES.search(body):
        body = _ESCAPED_CHARACTER.sub(lambda found: _ESCAPES[found[1]], body)
    markup = _markup(body)
    is_markdown = media_type.partition(";")[0].strip().lower() in _MARKDOWN_TYPES
    if markup is not None and not (is_markdown or _is_markdown(markup)):
        return extract_markup(_with_paragraphs(markup), metadata)
    text = _LINE_BREAK.sub("\n\n", markup) if markup is not None else plain_text.normalize_newlines(unescape(body))
    if is_markdown or _is_markdown(text):
        return _extract_markdown(text)
    source, tags = ssml.replace_tags(text)
    return ssml.apply_tags(plain_text.extract(source), tags)


def extract_markup(markup: str, metadata: Metadata) -> ExtractedText:
    """Extract the text of HTML that contains only a story, and follow the SSML in it."""
    from narrate.readers import html

    source, tags = ssml.replace_tags(markup, is_html=True)
    return ssml.apply_tags(html.read_fragment(source, metadata), tags)


def with_summaries(
    main: ExtractedText, others: Iterable[ExtractedText], reason: str = skip_reasons.OUTSIDE_STORY
) -> ExtractedText:
    """Return the main text; list the paragraphs of the other texts of an article that it does not repeat."""
    whole = plain_words(main.text)
    texts = (other.text[span.start : span.end] for other in others for span in other.paragraphs)
    skipped = [Skipped(one, reason, None) for one in texts if plain_words(one) not in whole]
    return replace(main, skipped=(*main.skipped, *skipped))


def _markup(body: str) -> str | None:
    """Return the HTML in ``body``, which may be escaped; None if it is not HTML."""
    if _TAG.search(body):
        is_escaped = len(_ESCAPED_BLOCK.findall(body)) > len(_BLOCK.findall(body))
        return unescape_once(body) if is_escaped else body
    unescaped = body
    for _ in range(2):
        unescaped = unescape_once(unescaped)
        if _TAG.search(unescaped) and _ESCAPED_BLOCK.search(body.replace("&amp;", "&")):
            return unescaped
    return None


def _is_markdown(text: str) -> bool:
    return _BLOCK.search(text) is None and _MARKDOWN.search(text) is not None


def _with_paragraphs(markup: str) -> str:
    """Return HTML with ``p`` around paragraphs that only blank lines or line breaks separate.

    Characters that were escaped twice become characters.
    """
    markup = _ESCAPED_TWICE.sub(r"&\1;", markup)
    if _PARAGRAPH.search(markup):
        return markup
    markup = _LINE_BREAKS.sub("\n\n", markup)
    if _BLANK_LINES.search(markup):
        parts = _BLANK_LINES.split(markup)
    elif _BLOCK.search(markup) or _LINE_BREAK.search(markup):
        return markup
    else:
        parts = markup.split("\n")
    return "\n".join(part if _BLOCK.match(part.lstrip()) else f"<p>{part}</p>" for part in parts)


def _extract_markdown(text: str) -> ExtractedText:
    from narrate.readers import markdown

    if len(text) > _MAX_MARKDOWN_CHARACTERS:
        raise SourceError(f"its text has over {_MAX_MARKDOWN_CHARACTERS} characters. Save only one article.")
    if not _BLANK_LINES.search(text.strip()):
        text = text.replace("\n", "\n\n")
    source, tags = ssml.replace_tags(text)
    return ssml.apply_tags(markdown.extract(source), tags)
