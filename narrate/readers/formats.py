"""Read an article from bytes or text in any of the supported formats.

Every format ends in ``narrate.readers.article.build_article``, so that headline, byline and skipped text follow the
same rules for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePath
from typing import Final, Literal, cast, get_args

from narrate.errors import SourceError, UsageError
from narrate.readers import decoding, front_matter, markup, news_json, news_xml, plain_text, ssml, unsupported
from narrate.readers.article import build_article
from narrate.readers.extracted import ExtractedText
from narrate.readers.metadata import Metadata, merged
from narrate.readers.skip_reasons import reasons_of
from narrate.readers.web import Fetched
from narrate.types import Article

Format = Literal["text", "markdown", "html", news_json.JsonFormat, news_xml.XmlFormat, "docx"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

MAX_BYTES: Final = 16 * 1024 * 1024
"""The largest source that is read."""

_MARKDOWN_SUFFIXES, _TEXT_SUFFIXES = (".md", ".markdown", ".mdown"), (".txt", ".text")
_HEADING_LINE = re.compile(r"\s*#{1,6}[ \t]+\S")


def read_bytes(
    data: bytes,
    *,
    name: str,
    format: Format | None = None,  # noqa: A002 - the term that callers expect
    disclaimer: str = "",
    keep: Iterable[str] = (),
    language: str = "",
    fetched: Fetched | None = None,
) -> Article:
    """Read an article from the content of a file, an answer or standard input.

    Args:
        data: The content.
        name: What errors call the source. Its suffix shows whether a text is Markdown.
        format: The format. By default it is detected.
        disclaimer: The disclaimer that the edition will speak. A line of the source that says the same is skipped.
        keep: Kinds of text that are not skipped (see ``skip_reasons.KINDS``).
        language: The article's language, a BCP 47 tag; empty if the text and what the source says decide.
        fetched: The answer that held the content, if it was fetched.

    Raises:
        SourceError: The content cannot be read, or is not an article.
        UsageError: There is no such format, no such kind of text, or no such language.
    """
    reasons = reasons_of(keep)
    if format is not None and format not in FORMATS:
        raise UsageError(f"There is no format '{format}'. Formats: {', '.join(FORMATS)}.")
    with reading(name):
        data = decoding.decompress(data, MAX_BYTES)
        unsupported.refuse_binary(data)
        if format is None:
            unsupported.refuse_mail(data, PurePath(name).suffix.lower())
        found = format or detect_format(data, name)
        if found in (None, "text", "markdown"):
            text, warnings = decoding.decode(data)
            if found is None:
                news_xml.refuse_unknown_xml(text)
                news_json.refuse_unknown_json(text, PurePath(name).suffix.lower())
                text = news_xml.without_declaration(text)
            extracted, metadata = _extract_text(text, name, found)
            metadata = replace(metadata, warnings=(*warnings, *metadata.warnings))
        else:
            extracted, metadata = _extract(data, found, fetched.charset if fetched else None)
        metadata = replace(metadata, source=metadata.source or (fetched.url if fetched else None))
        return build_article(extracted, metadata, disclaimer, reasons, language)


def read_text(text: str, *, name: str = "text", disclaimer: str = "", language: str = "") -> Article:
    r"""Read an article from plain text.

    Args:
        text: The article. Offsets count in it if its line ends are ``\n`` and it has no front matter and no SSML.
        name: What errors call the text.
        disclaimer: As in ``read_bytes``.
        language: As in ``read_bytes``.

    Raises:
        SourceError: The text is not an article.
        UsageError: There is no such language.
    """
    with reading(name):
        extracted, metadata = _extract_text(decoding.clean_controls(text), name, "text")
        return build_article(extracted, metadata, disclaimer, language=language)


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Put the name of a source in front of the reason why it cannot be read, which is all that its reader says."""
    try:
        yield
    except SourceError as error:
        raise SourceError(f"Cannot read {name}: {error}") from error.__cause__


def detect_format(data: bytes, name: str = "") -> Format | None:
    """Return the format of ``data``, which ``name`` may help to tell; None if it is text, plain or Markdown."""
    if data.startswith(b"PK\x03\x04") and (b"word/" in data or b"word\\" in data):
        return "docx"
    if found := news_xml.detect_xml_format(data) or news_json.detect_json_format(data):
        return found
    return "html" if markup.is_html(data, name) and not news_json.looks_like_json(data) else None


def _extract(data: bytes, found: Format, charset: str | None) -> tuple[ExtractedText, Metadata]:
    if found == "docx":
        from narrate.readers import word_document

        return word_document.read_word(data)
    if found == "html":
        from narrate.readers import html

        if len(data) > html.MAX_BYTES:
            raise SourceError(f"the page is larger than {html.MAX_BYTES // 2**20} MiB. Save its text as .txt or .md.")
        decoded = decoding.decode_page(data, charset)
        matter, body = front_matter.split_front_matter(plain_text.normalize_newlines(decoding.composed(decoded.text)))
        page, tags = ssml.replace_tags(markup.prepare_page(body), is_html=True)
        extracted, metadata = html.read_page(page)
        matter = matter or Metadata()
        warnings = (*decoded.warnings, *matter.warnings, *metadata.warnings)
        return ssml.apply_tags(extracted, tags), replace(merged(matter, metadata), warnings=warnings)
    if found in get_args(news_xml.XmlFormat):
        decoded = decoding.decode_page(data, charset)
        extracted, metadata = news_xml.read_news_xml(cast("news_xml.XmlFormat", found), decoding.composed(decoded.text))
    else:
        decoded = decoding.decode(data)
        extracted, metadata = news_json.read_news_json(cast("news_json.JsonFormat", found), decoded.text)
    return extracted, replace(metadata, warnings=(*decoded.warnings, *metadata.warnings))


def _extract_text(text: str, name: str, found: Format | None) -> tuple[ExtractedText, Metadata]:
    metadata, body = front_matter.split_front_matter(plain_text.normalize_newlines(text))
    suffix = PurePath(name).suffix.lower()
    is_markdown = found == "markdown" or (found is None and suffix in _MARKDOWN_SUFFIXES)
    if found is None and suffix not in (*_MARKDOWN_SUFFIXES, *_TEXT_SUFFIXES):
        is_markdown = metadata is not None or _HEADING_LINE.match(body) is not None
    body, tags = ssml.replace_tags(body)
    if is_markdown:
        from narrate.readers import markdown

        extracted = markdown.extract(body)
    else:
        if found is None:
            markup.refuse_markup(body)
        extracted = plain_text.extract(body)
    return ssml.apply_tags(extracted, tags), metadata or Metadata()
