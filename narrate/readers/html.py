"""HTML: the story on a page, its structure kept, and what else stands where the story stands.

The policy: headings, lists, block quotes and embedded posts are read where they stand. Captions and tables are skipped,
as is what stands beside the story (menus, links to other articles, share bars, repetitions), each with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from narrate.errors import SourceError
from narrate.readers import kinds, metadata
from narrate.readers.blocks import Block, blocks_of
from narrate.readers.draft import Draft, drafted
from narrate.readers.frontmatter import FrontMatter
from narrate.readers.selection import chosen_by_trafilatura, story_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_BYTES: Final = 6 * 2**20
_MAX_ELEMENTS, _MAX_DEPTH, _MAX_ATTRIBUTE = 20_000, 100, 2000
_MAX_BLOCKS, _MAX_CHARACTERS = 3000, 400_000
_ALL_LINK = 0.75
_LINK_WORDS = 25
_QUOTED_TOO = 4
_LABELS = r"""(?:don[’']?t\ miss|read\ (?:more|next|also)|also\ read|see\ (?:also|more)|recommended|trending(?:\ now)?
    |related(?:\ (?:stories|articles|coverage|links))?
    |more\ (?:on\ this(?:\ (?:story|topic))?|stories|coverage|from\ .{2,30})
    |most\ (?:read|popular)(?:\ .{2,30})?|watch(?:\ (?:now|more))?|you\ (?:may|might)\ also\ like)\s*"""
_LABEL = re.compile(_LABELS + "[:|»→]?", re.IGNORECASE | re.VERBOSE)
_LABELLED = re.compile(_LABELS + "[:|»→]", re.IGNORECASE | re.VERBOSE)
_SERVICES = (
    r"(?:share|tweet|e-?mail|print|pin|post|facebook|twitter|x|linkedin|whatsapp|reddit|copy link|flipboard|save|listen"
    r"|\d+|(?:\d+ )?(?:shares|comments?)|share (?:this|on)\b.{0,30})"
)
_SHARE = re.compile(rf"(?i){_SERVICES}(?:[\s|,·•/]+{_SERVICES})*")


def render(text: str, name: str) -> tuple[Draft, FrontMatter]:
    """Return the story on the page ``text``, and what the page says of it.

    Raises SourceError, naming ``name``, if the page is beyond all measure or no story is found on it.
    """
    root = _parsed(text, name)
    about = metadata.describe(root)
    blocks = _measured(blocks_of(root), name)
    story, here = story_of(blocks, chosen_by_trafilatura(root, blocks))
    if not any(story):
        raise SourceError(f"{name}: no article was found on this page; save its text as plain text or Markdown")
    first, last = story.index(True), len(story) - 1 - story[::-1].index(True)
    shown = [place for place in range(len(blocks)) if story[place] or (here[place] and first < place < last)]
    reasons: dict[int, str] = {}
    title = _plain(about.title or "")
    said = tuple({_plain(blocks[place].text) for place in shown if story[place]})
    for index, place in enumerate(shown):
        reason = _reason(blocks[place], story[place])
        reason = reason or (kinds.REPEATED if _is_repeated(blocks[place], title, said) else None)
        if reason:
            reasons[index] = reason
    candidates = [blocks[place] for place in shown]
    for index in (*_linked_lists(candidates), *_below_labels(candidates)):
        reasons.setdefault(index, kinds.RELATED)
    return drafted([blocks[place].text for place in shown], reasons), about


def render_fragment(text: str, name: str, title: str | None) -> Draft:
    """The draft of markup that holds a story and nothing else, as a newsroom's system hands it on."""
    blocks = _measured(blocks_of(_parsed(f"<html><body><div>{text}</div></body></html>", name)), name)
    story = [_plain(block.text) for block in blocks]
    reasons = {}
    for index, block in enumerate(blocks):
        if reason := _reason(block, not block.outside):
            reasons[index] = reason
        elif _is_repeated(block, _plain(title or ""), story):
            reasons[index] = kinds.REPEATED
    return drafted([block.text for block in blocks], reasons)


def _measured(blocks: list[Block], name: str) -> list[Block]:
    """``blocks``, if they are no more than somebody could have written in an article."""
    characters = sum(len(block.text) for block in blocks)
    if len(blocks) > _MAX_BLOCKS or characters > _MAX_CHARACTERS:
        raise SourceError(f"{name}: {len(blocks)} paragraphs of {characters} characters together; that is no article")
    return blocks


def _parsed(text: str, name: str) -> HtmlElement:
    from lxml import etree, html

    try:
        parser = html.HTMLParser(encoding="utf-8", remove_pis=True)
        root = html.document_fromstring(text.replace("\x00", "").encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        raise SourceError(f"{name}: this page cannot be understood as HTML") from None
    depth = deepest = elements = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        for key in ("class", "id", "style"):  # which others search in ways that take long for long ones
            if event == "start" and len(node.get(key) or "") > _MAX_ATTRIBUTE:
                del node.attrib[key]
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
        elements += event == "start"
    if elements > _MAX_ELEMENTS or deepest > _MAX_DEPTH:
        measure = f"{elements} elements, {deepest} of them within each other"
        raise SourceError(f"{name}: no article has a page like this one ({measure})")
    return root


def _reason(block: Block, of_story: bool) -> str | None:
    """Why the page's structure says that ``block`` is not to be spoken; None if it is."""
    if block.kind == "caption":
        return kinds.CAPTION
    if block.kind == "table":
        return kinds.TABLE
    if _SHARE.fullmatch(block.text) and (not of_story or len(block.words) > 1):
        return kinds.SHARE
    if block.kind == "text" and block.link_share >= _ALL_LINK and len(block.words) <= _LINK_WORDS:
        return kinds.RELATED if not of_story or _LABEL.match(block.text) else None
    if block.link_share >= 0.5 and _LABELLED.match(block.text) and not block.text.endswith((".", "!")):
        return kinds.RELATED
    return None if of_story else kinds.BESIDE


def _below_labels(blocks: Sequence[Block]) -> Iterator[int]:
    """Labels that stand alone ("DON'T MISS"), and the links right below them."""
    for index, block in enumerate(blocks):
        if not _LABEL.fullmatch(block.text):
            continue
        links = 0
        for below in blocks[index + 1 :]:
            if below.link_share < 0.5 or below.text.endswith("."):
                break
            links += 1
        if links:
            yield from range(index, index + links + 1)


def _is_repeated(block: Block, title: str, story: Sequence[str]) -> bool:
    """The headline once more, or a pull quote: words of the story set apart a second time."""
    plain = _plain(block.text)
    if plain == title:
        return True
    return (
        block.kind == "quote" and len(block.words) > _QUOTED_TOO and any(plain in one and plain != one for one in story)
    )


def _linked_lists(blocks: Sequence[Block]) -> Iterator[int]:
    """The items of lists in which every item is a link to something else."""
    lists: dict[object, list[int]] = {}
    for index, block in enumerate(blocks):
        if block.kind == "item":
            lists.setdefault(block.element.getparent(), []).append(index)
    for items in lists.values():
        if all(blocks[i].link_share >= _ALL_LINK for i in items) and sum(len(blocks[i].words) for i in items) > 3:
            yield from items


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
