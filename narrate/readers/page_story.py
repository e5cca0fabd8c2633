"""Select the blocks of a page that are its story: trafilatura's choice, corrected by the structure of the page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from narrate.languages.marks import CLOSING
from narrate.readers.page_blocks import Block, signature

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_RUN_WORDS = 4
"""Texts are compared by their runs of so many words."""
_MIN_COMMON_RUNS = 0.7
"""Share of its runs that a chosen block has in common with what trafilatura extracts."""
_ENDS = tuple(f".!?…:;{CLOSING})]。！？」")
_MIN_SIGNATURE_SHARE = 0.1
"""Paragraphs with a signature that has a lower share of the chosen words are not typical of the story."""
_POOR_WORDS, _RICHER = 80, 3
"""A choice of fewer words is rejected if the prose of the page has so many times more."""
_STORY_WORDS = 30
"""An ``article`` with the main heading and so many words is the story."""
_MAX_LINK_SHARE = 0.5
_MIN_PROSE_WORDS = 8
_FURNITURE_CLASS = re.compile(
    r"""(?:^|[\s_-])(?:comments?|comment-?list|disqus|newsletters?|related|recirc|recommend(?:ed|ations?)?|promos?
        |share|sharing|social-?(?:share|bar|links|media-links)|breadcrumbs?|trending|most-?(?:read|popular)|sign-?up
        |subscribe|subscription|adverts?|advertisement|ad-?slot|sponsored|cookies?|consent|gdpr|outbrain|taboola
        |author-?bio|read-?more|more-?stories|also-?like|popular|bio|rail|print-(?:header|footer)|pushdown)(?:$|[\s_-])""",
    re.IGNORECASE | re.VERBOSE,
)
"""Classes and ids of what surrounds a story. Blocks inside are not restored, but not removed either."""


def chosen_by_trafilatura(root: HtmlElement, blocks: Sequence[Block]) -> list[bool]:
    """Return for each block whether trafilatura, set to favor precision, takes it for the story."""
    import logging
    from copy import deepcopy

    import trafilatura

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    text = trafilatura.extract(deepcopy(root), favor_precision=True, include_comments=False) or ""
    lines = [tuple(re.findall(r"\w+", line.lower())) for line in text.splitlines()]
    whole, runs = {line for line in lines if line}, {run for line in lines for run in _runs(line)}
    found = []
    for block in blocks:
        own = _runs(block.words)
        common = sum(run in runs for run in own)
        found.append(block.words in whole or (len(own) > 2 and common >= _MIN_COMMON_RUNS * len(own)))
    return found


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[start : start + _RUN_WORDS]) for start in range(len(words) - _RUN_WORDS + 1)]


def select_story(blocks: Sequence[Block], chosen: Sequence[bool]) -> tuple[list[bool], list[bool]]:
    """Select the blocks of the story.

    The story is what was chosen inside the element that contains the story, and what has the signature of the story's
    paragraphs there although it was not chosen. On a page without prose, it is what was chosen.

    Args:
        blocks: The blocks of the page.
        chosen: For each block, whether trafilatura chose it.

    Returns:
        For each block, whether it is part of the story, and whether it is in the element that contains the story.
    """
    furniture = [_in_furniture(block.element) for block in blocks]
    if _is_poor(blocks, chosen):
        chosen = _densest_prose(blocks, furniture)
    chosen = _without_other_articles(blocks, chosen)
    typical, parents = _typical_paragraphs(blocks, chosen, furniture)
    if not typical:
        return list(chosen), list(chosen)
    container = _common_ancestor(blocks[place].element for place in typical)
    within = [block.element is container or container in block.element.iterancestors() for block in blocks]
    first, last = typical[0], typical[-1]
    top = max((place for place in range(first) if blocks[place].element.tag == "h1"), default=first)
    story = list(chosen)
    for place, block in enumerate(blocks):
        if not within[place]:
            story[place] = chosen[place] and top < place < first and is_prose(block) and not furniture[place]
        elif not chosen[place] and not furniture[place]:
            story[place] = place in typical or (first < place < last and _is_restored(block, parents))
    return story, [here or kept for here, kept in zip(within, chosen, strict=True)]


def _typical_paragraphs(
    blocks: Sequence[Block], chosen: Sequence[bool], furniture: Sequence[bool]
) -> tuple[list[int], set[HtmlElement | None]]:
    """Return the indices of the paragraphs that are typical of the story, and their parent elements.

    They are the chosen paragraphs with common signatures, and others with the same signatures.
    """
    signatures = [signature(block.element) for block in blocks]
    weight: Counter[tuple[str, ...]] = Counter()
    for place, block in enumerate(blocks):
        if chosen[place] and is_prose(block):
            weight[signatures[place]] += len(block.words)
    common = {one for one, own in weight.items() if own >= _MIN_SIGNATURE_SHARE * sum(weight.values())}
    carrying = [place for place, one in enumerate(signatures) if one in common and is_prose(blocks[place])]
    parents = {blocks[place].element.getparent() for place in carrying if chosen[place]}

    def is_typical(place: int) -> bool:
        is_alike = blocks[place].element.getparent() in parents or _is_distinctive(signatures[place])
        return chosen[place] or (not furniture[place] and is_alike)

    return list(filter(is_typical, carrying)), parents


def _is_distinctive(block_signature: tuple[str, ...]) -> bool:
    """Return whether the signature has enough classes that elements with it are surely of one kind."""
    return sum(not one.endswith(".") for one in block_signature[1:]) >= 2


def _without_other_articles(blocks: Sequence[Block], chosen: Sequence[bool]) -> list[bool]:
    """Return ``chosen`` without blocks in another ``article`` than the main heading's, if that one has a text."""
    headings = [block.element for block in blocks if block.element.tag == "h1"]
    home = next((own for own in map(_article_of, headings) if own is not None), None)
    homes = [_article_of(block.element) for block in blocks]
    words = sum(
        len(block.words)
        for block, own, kept in zip(blocks, homes, chosen, strict=True)
        if kept and own is home and is_prose(block)
    )
    if home is None or words < _STORY_WORDS:
        return list(chosen)
    return [
        kept and (own is None or own is home or home in own.iterancestors() or own in home.iterancestors())
        for own, kept in zip(homes, chosen, strict=True)
    ]


def _article_of(element: HtmlElement) -> HtmlElement | None:
    return next((one for one in (element, *element.iterancestors()) if one.tag == "article"), None)


def _is_poor(blocks: Sequence[Block], chosen: Sequence[bool]) -> bool:
    words = sum(len(block.words) for block, kept in zip(blocks, chosen, strict=True) if kept)
    return words < _POOR_WORDS and sum(len(block.words) for block in blocks if is_prose(block)) > _RICHER * words


def _densest_prose(blocks: Sequence[Block], furniture: Sequence[bool]) -> list[bool]:
    """Return the prose in the element that is the parent or grandparent of most of it."""
    weight: Counter[HtmlElement] = Counter()
    for place, block in enumerate(blocks):
        if is_prose(block) and not furniture[place]:
            for element, share in zip(block.element.iterancestors(), (10, 9), strict=False):
                weight[element] += share * len(block.words)
    if not weight:
        return [False] * len(blocks)
    best = weight.most_common(1)[0][0]
    return [is_prose(block) and best in block.element.iterancestors() for block in blocks]


def _is_restored(block: Block, parents: set[HtmlElement | None]) -> bool:
    """Return whether a block between the story's paragraphs is part of the story although it was not chosen."""
    if block.is_outside or block.kind in ("caption", "table") or block.link_share >= _MAX_LINK_SHARE:
        return False
    if block.kind in ("post", "item", "quote"):
        return True
    is_among_paragraphs = block.element.getparent() in parents or block.element in parents
    return is_among_paragraphs and (block.kind == "heading" or block.text.endswith(_ENDS))


def _in_furniture(element: HtmlElement) -> bool:
    for one in (element, *element.iterancestors()):
        if one.tag in ("body", "html", "article", "main"):
            return False
        if _FURNITURE_CLASS.search(one.get("class") or "") or _FURNITURE_CLASS.search(one.get("id") or ""):
            return True
    return False


def _common_ancestor(elements: Iterable[HtmlElement]) -> HtmlElement:
    """Return the innermost element that contains all of ``elements``."""
    chain: list[HtmlElement] = []
    for element in elements:
        own = list(element.iterancestors())[::-1]
        chain = own if not chain else [a for a, b in zip(chain, own, strict=False) if a is b]
    return chain[-1]


def is_prose(block: Block) -> bool:
    """Return whether the block consists of sentences, not links, in the main flow of the page."""
    return (
        not block.is_outside
        and block.kind in ("text", "quote")
        and block.link_share < _MAX_LINK_SHARE
        and len(block.words) >= _MIN_PROSE_WORDS
        and block.text.endswith(_ENDS)
    )
