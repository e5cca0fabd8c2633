"""The tables of a page: those that arrange paragraphs on the page are read; those of figures are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Final

from narrate.languages.marks import CLOSING
from narrate.readers.page_blocks import Block
from narrate.readers.page_tree import closest

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CELLS: Final = ("td", "th")
_MAX_FIGURE_WORDS: Final = 6
"""Half of the cells of a table of figures have at most so many words."""
_MIN_SENTENCE_WORDS: Final = 5
_MIN_PARAGRAPH_WORDS: Final = 25
"""Text with more words in a cell is a paragraph, whatever it ends with."""
_MIN_ROWS: Final = 2
_ENDS: Final = tuple(f".!?…{CLOSING}")


def settle_tables(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with each row of a table of figures as one block, and the cells of other tables as text."""
    owners = [closest(block.element, "table") for block in blocks]
    inside: dict[HtmlElement, list[Block]] = {}
    for block, owner in zip(blocks, owners, strict=True):
        if owner is not None:
            inside.setdefault(owner, []).append(block)
    figures = {table for table, own in inside.items() if not _is_layout(table, own)}
    settled: list[Block] = []
    row: HtmlElement | None = None
    for block, owner in zip(blocks, owners, strict=True):
        if owner not in figures:
            row = None
            settled.append(replace(block, kind="text") if block.kind == "table" else block)
            continue
        own_row = closest(block.element, "tr", "table")
        if row is not None and own_row is row and own_row is not owner:
            settled[-1] = _joined(settled[-1], block)
        else:
            settled.append(block if block.kind == "removed" else replace(block, kind="table"))
        row = own_row if block.kind != "removed" else None
    return settled


def _joined(cell: Block, following: Block) -> Block:
    share = max(cell.link_share, following.link_share)
    text = f"{cell.text} | {following.text}"
    return replace(cell, text=text, link_share=share, removed=cell.removed + following.removed)


def _is_layout(table: HtmlElement, blocks: Sequence[Block]) -> bool:
    """Return whether the cells of a table hold paragraphs, as in pages that are laid out with tables."""
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return True
    cells: dict[HtmlElement, list[Block]] = {}
    for block in blocks:
        cell = closest(block.element, *_CELLS)
        if cell is not None:
            cells.setdefault(cell, []).append(block)
    sentences = [sum(map(_is_sentence, own)) for own in cells.values()]
    if any(count > 1 for count in sentences) or any(block.element.tag in ("h1", "h2") for block in blocks):
        return True
    rows = Counter(closest(cell, "tr") for cell in cells)
    if all(count == 1 for count in rows.values()):
        return bool(rows)
    return any(sentences) and not _is_grid(cells, rows)


def _is_grid(cells: Mapping[HtmlElement, Sequence[Block]], rows: Mapping[HtmlElement | None, int]) -> bool:
    """Return whether most cells are short, and several rows have several cells, or one has, and there are headers."""
    several = sum(count > 1 for count in rows.values())
    has_headers = any(cell.tag == "th" for cell in cells)
    words = [sum(len(block.words) for block in own) for cell, own in cells.items() if cell.tag == "td"]
    is_short = not words or median(words) <= _MAX_FIGURE_WORDS
    return is_short and several >= (1 if has_headers else _MIN_ROWS)


def _is_sentence(block: Block) -> bool:
    words = len(block.words)
    return words > _MIN_PARAGRAPH_WORDS or (words >= _MIN_SENTENCE_WORDS and block.text.endswith(_ENDS))
