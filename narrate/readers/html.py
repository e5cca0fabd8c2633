"""HTML: extract the story of a page with its structure, and list what else is in the place of the story.

Headings, lists, block quotes and embedded posts are spoken in place. Captions and tables are skipped, and so is what
surrounds the story (menus, links to other articles, share bars, repetitions), each with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from narrate.errors import SourceError
from narrate.languages import BoilerplateWords, language_of
from narrate.languages.detection import detect_language
from narrate.readers import skip_reasons
from narrate.readers.extracted import ExtractedText, join_paragraphs
from narrate.readers.metadata import Metadata, plain_words
from narrate.readers.page_blocks import Block, split_blocks
from narrate.readers.page_metadata import live_updates, page_metadata
from narrate.readers.page_quotes import is_pull_quote
from narrate.readers.page_story import SENTENCE_ENDS, Story, chosen_by_trafilatura, in_furniture, select_story
from narrate.readers.page_tables import settle_tables
from narrate.types import STANDFIRST, Skipped

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_BYTES: Final = 6 * 2**20
"""The largest page that is parsed."""
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that HTML may refer to, and that lxml does not write into a tree."""
_MAX_ELEMENTS, _MAX_DEPTH = 20_000, 100
_MAX_ATTRIBUTE_CHARACTERS = 2000
_DOCUMENT: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
"""A page without these is a fragment that contains only a story, as clipboards provide it."""
_WORD_PROCESSOR: Final = re.compile(
    r"Microsoft Word|LibreOffice|OpenOffice|Google Docs|Cocoa HTML Writer|pandoc|Aspose\.Words|WordPerfect",
    re.IGNORECASE,
)
_MAX_BLOCKS, _MAX_CHARACTERS = 3000, 400_000
_MIN_LINK_SHARE = 0.75
"""A block is a link if links have this share of its text."""
_MIN_LABELED_LINK_SHARE = 0.5
"""A block with a label such as "Read more:" is a link if links have this share of its text."""
_MAX_LINK_WORDS = 25
"""A block with more words is a paragraph even if all of it is a link."""
_REASONS_OF_KINDS: Final = {
    "caption": skip_reasons.CAPTION, "table": skip_reasons.TABLE, "note": skip_reasons.NOTE,
}  # fmt: skip
_MIN_PULL_QUOTE_WORDS, _MIN_CLEAR_PULL_QUOTE_WORDS = 5, 3
"""Words of a quote that repeats the story; the second if its class says that it is a pull quote."""
_PULL_QUOTE_DEPTH = 4
"""The number of elements around a quote whose class may say that."""
_MIN_PROSE_WORDS = 12
"""Blocks of fewer words are links, labels and names, which do not show the language of a page."""
_MIN_LIST_WORDS = 4
_MIN_STANDFIRST_WORDS = 5
_STANDFIRST_CLASS: Final = re.compile(
    r"stand-?first|\bdek|(?:^|[\s_-])(?:sub-?(?:title|head|heading)|lede?|intro|summary"
    r"|chap(?:o|ô|eau)(?![a-z])|entradilla|bajada|copete|sottotitolo|occhiello|catenaccio|subt[ií]tulo|linha-fina"
    r"|vorspann|unterzeile|untertitel)"
)


def read_page(text: str) -> tuple[ExtractedText, Metadata]:
    """Return the story of an HTML page, and what the page says about it.

    Raises SourceError if the page is too large, or contains no story.
    """
    root = _parse(text)
    blocks = _blocks(root)
    metadata = page_metadata(root)
    phrases = _phrases(blocks, metadata)
    if _holds_only_story(root, text):
        story_blocks = {block for block in blocks if not block.is_outside}
        reasons = _reasons(blocks, story_blocks, blocks, metadata, phrases)
        return _join(blocks, reasons), metadata
    story = select_story(blocks, chosen_by_trafilatura(root, blocks))
    if not story.blocks:
        raise SourceError("no article was found on this page. Save its text as .txt or .md.")
    shown = _listed(blocks, story)
    reasons = _reasons(shown, story.blocks, story.blocks, metadata, phrases)
    for index in _standfirsts(shown, story.blocks, phrases):
        if reasons.get(index) == skip_reasons.OUTSIDE_STORY:
            reasons[index] = STANDFIRST
    for index in (*_lists_of_links(shown), *_links_below_labels(shown, phrases)):
        reasons.setdefault(index, skip_reasons.RELATED)
    extracted = _join(shown, reasons)
    return replace(extracted, skipped=(*extracted.skipped, *_unshown_updates(root, blocks))), metadata


def _phrases(blocks: Sequence[Block], metadata: Metadata) -> BoilerplateWords:
    """Return the phrases of the language that the page's prose is in, or else of the one that the page states."""
    prose = [block.text for block in blocks if len(block.words) >= _MIN_PROSE_WORDS]
    detected = detect_language(prose).code if prose else None
    return language_of(detected or metadata.language).boilerplate


def _unshown_updates(root: HtmlElement, blocks: Sequence[Block]) -> Iterator[Skipped]:
    """Yield the updates of a live blog that only the page's JSON-LD has, for a browser to load."""
    updates = live_updates(root)
    shown = plain_words(" ".join(block.text for block in blocks)) if updates else ""
    return (Skipped(line, skip_reasons.OUTSIDE_STORY, None) for line in updates if plain_words(line) not in shown)


def _holds_only_story(root: HtmlElement, text: str) -> bool:
    """Return whether a page is a fragment, or was exported from a word processor: all of it is the story."""
    if not _DOCUMENT.search(text):
        return True
    generators = (
        meta.get("content") or "" for meta in root.iter("meta") if (meta.get("name") or "").lower() == "generator"
    )
    body = next(root.iter("body"), None)
    is_google_document = body is not None and "doc-content" in (body.get("class") or "").split()
    return is_google_document or any(map(_WORD_PROCESSOR.search, generators))


def read_fragment(text: str, metadata: Metadata) -> ExtractedText:
    """Extract the text of markup that contains only a story, as newsroom systems provide it."""
    blocks = _blocks(_parse(f"<html><body><div>{text}</div></body></html>"))
    story = {block for block in blocks if not block.is_outside}
    reasons = _reasons(blocks, story, blocks, metadata, _phrases(blocks, metadata))
    return _join(blocks, reasons)


class Paragraph(NamedTuple):
    """The text of one paragraph of HTML."""

    text: str
    is_note: bool
    skipped: tuple[Skipped, ...]
    """What was taken out of it."""


def read_paragraphs(paragraphs: Sequence[str]) -> list[Paragraph]:
    """Return the text of each of these paragraphs with inline elements, which together are a story."""
    root = _parse(f"<html><body>{''.join(f'<div>{one}</div>' for one in paragraphs)}</body></html>")
    places = {element: place for place, element in enumerate(root.find("body"))}
    found: list[list[Block]] = [[] for _ in paragraphs]
    for block in _blocks(root):
        top = next(one for one in (block.element, *block.element.iterancestors()) if one in places)
        found[places[top]].append(block)
    return [_as_paragraph(blocks) for blocks in found]


def _as_paragraph(blocks: Sequence[Block]) -> Paragraph:
    text = " ".join(block.text for block in blocks if block.kind != "removed")
    is_note = any(block.kind == "note" for block in blocks)
    return Paragraph(text, is_note, tuple(_removed(blocks)))


def _removed(blocks: Iterable[Block]) -> Iterator[Skipped]:
    """Yield what was taken out of the text of blocks."""
    for block in blocks:
        yield from (Skipped(one.text, one.reason, None) for one in block.removed)


def _join(blocks: Sequence[Block], reasons: Mapping[int, str]) -> ExtractedText:
    skipped = list(_removed(block for block in blocks if block.kind != "removed"))
    emphasized = (index for index, block in enumerate(blocks) if block.is_emphasized)
    return join_paragraphs([block.text for block in blocks], reasons=reasons, skipped=skipped, emphasized=emphasized)


def _listed(blocks: Sequence[Block], story: Story) -> list[Block]:
    """Return the blocks that are read or listed: those of the article, without links around the story's container."""
    places = [place for place, block in enumerate(blocks) if block in story.blocks]

    def is_listed(place: int, block: Block) -> bool:
        is_close = places[0] <= place <= places[-1] or block in story.container
        return block in story.article and (is_close or block.link_share < _MIN_LINK_SHARE)

    return [block for place, block in enumerate(blocks) if is_listed(place, block)]


def _standfirsts(blocks: Sequence[Block], story: Set[Block], phrases: BoilerplateWords) -> Iterator[int]:
    """Yield the indices of the standfirsts: headings and sentences between the main heading and the story."""
    first = next((index for index, block in enumerate(blocks) if block in story and block.element.tag != "h1"), 0)
    heading = max((index for index in range(first) if blocks[index].element.tag == "h1"), default=first)
    for index in range(heading + 1, first):
        block = blocks[index]
        is_text = block.kind in ("heading", "text") and not block.is_outside and block.link_share < _MIN_LINK_SHARE
        has_form = block.kind == "heading" or block.text.endswith(SENTENCE_ENDS)
        has_class = _STANDFIRST_CLASS.search(block.element.get("class") or "") is not None
        is_long = len(block.words) >= _MIN_STANDFIRST_WORDS and not phrases.stamp.fullmatch(block.text)
        if is_text and is_long and (has_form or has_class) and not in_furniture(block.element):
            yield index


def _blocks(root: HtmlElement) -> list[Block]:
    blocks = settle_tables(split_blocks(root))
    characters = sum(len(block.text) for block in blocks)
    if len(blocks) > _MAX_BLOCKS or characters > _MAX_CHARACTERS:
        measure = f"{len(blocks)} paragraphs with {characters} characters"
        raise SourceError(f"the page is too large for one article ({measure}).")
    return blocks


def _parse(text: str) -> HtmlElement:
    from lxml import etree, html

    try:
        parser = html.HTMLParser(encoding="utf-8", remove_pis=True)
        root = html.document_fromstring(text.replace("\x00", "").encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        raise SourceError("the page is not valid HTML. Save its text as .txt or .md.") from None
    depth = deepest = elements = 0
    for event, node in etree.iterwalk(root, events=("start", "end", "comment")):
        if event != "start":
            depth -= event == "end"
            if node.tail and _NOT_XML.search(node.tail):
                node.tail = _NOT_XML.sub(" ", node.tail)
            continue
        if node.text and _NOT_XML.search(node.text):
            node.text = _NOT_XML.sub(" ", node.text)
        for key in ("class", "id", "style"):  # libraries search these in ways that take long for long values
            if len(node.get(key) or "") > _MAX_ATTRIBUTE_CHARACTERS:
                del node.attrib[key]
        depth, elements = depth + 1, elements + 1
        deepest = max(deepest, depth)
    if elements > _MAX_ELEMENTS or deepest > _MAX_DEPTH:
        measure = f"{elements} elements, nested {deepest} deep"
        raise SourceError(f"the page is too large for one article ({measure}).")
    return root


def _reasons(
    blocks: Sequence[Block],
    story: Set[Block],
    repeated: Iterable[Block],
    metadata: Metadata,
    phrases: BoilerplateWords,
) -> dict[int, str]:
    """Return the index of each block that is not spoken -> why. Pull quotes repeat words of ``repeated``."""
    title = plain_words(metadata.title or "")
    story_texts = {plain_words(block.text) for block in repeated}
    reasons: dict[int, str] = {}
    for index, block in enumerate(blocks):
        reason = _reason(block, block in story, phrases)
        if reason is not None:
            reasons[index] = reason
        is_signature_of_repeated = block.kind == "signature" and reasons.get(index - 1) == skip_reasons.REPEATED
        is_title = reason in (None, skip_reasons.OUTSIDE_STORY) and plain_words(block.text) == title
        if is_title or (reason is None and (is_signature_of_repeated or _is_pull_quote(block, story_texts))):
            reasons[index] = skip_reasons.REPEATED
    return reasons


def _reason(block: Block, is_story: bool, phrases: BoilerplateWords) -> str | None:
    """Return why the structure of the page shows that ``block`` is not spoken; None if it is spoken."""
    if block.kind == "removed":
        return block.removed[0].reason
    if reason := _REASONS_OF_KINDS.get(block.kind):
        return reason
    if phrases.share_bar.fullmatch(block.text) and (not is_story or len(block.words) > 1):
        return skip_reasons.SHARE
    if block.kind == "text" and block.link_share >= _MIN_LINK_SHARE and len(block.words) <= _MAX_LINK_WORDS:
        return skip_reasons.RELATED if not is_story or phrases.link_label.match(block.text) else None
    is_labeled = phrases.marked_link_label.match(block.text) and not block.text.endswith((".", "!"))
    if block.link_share >= _MIN_LABELED_LINK_SHARE and is_labeled:
        return skip_reasons.RELATED
    return None if is_story else skip_reasons.OUTSIDE_STORY


def _links_below_labels(blocks: Sequence[Block], phrases: BoilerplateWords) -> Iterator[int]:
    """Yield the indices of labels on lines of their own ("DON'T MISS"), and of the links right below them."""
    for index, block in enumerate(blocks):
        if not phrases.link_label.fullmatch(block.text):
            continue
        links = list(takewhile(_is_link, blocks[index + 1 :]))
        yield from range(index, index + len(links) + 1) if links else ()


def _is_link(block: Block) -> bool:
    return block.link_share >= _MIN_LABELED_LINK_SHARE and not block.text.endswith(".")


def _is_pull_quote(block: Block, story_texts: Collection[str]) -> bool:
    """Return whether a quote is words of the story that are set apart again."""
    around = (block.element, *islice(block.element.iterancestors(), _PULL_QUOTE_DEPTH))
    minimum = _MIN_CLEAR_PULL_QUOTE_WORDS if any(map(is_pull_quote, around)) else _MIN_PULL_QUOTE_WORDS
    if block.kind != "quote" or len(block.words) < minimum:
        return False
    plain = plain_words(block.text)
    return any(plain in text and plain != text for text in story_texts)


def _lists_of_links(blocks: Sequence[Block]) -> Iterator[int]:
    """Yield the indices of the items of lists in which every item is a link."""
    lists: dict[object, list[int]] = {}
    for index, block in enumerate(blocks):
        if block.kind == "item":
            lists.setdefault(block.element.getparent(), []).append(index)
    for items in lists.values():
        words = sum(len(blocks[index].words) for index in items)
        if words >= _MIN_LIST_WORDS and all(blocks[index].link_share >= _MIN_LINK_SHARE for index in items):
            yield from items
