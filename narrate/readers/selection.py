"""Which blocks of a page are its story: trafilatura's choice, mended by what the page's own structure shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from narrate.readers.blocks import Block, signature

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_RUN = 4
_ENDS = tuple(".!?…:;\"'”’»)]。！？」")
_SHARE_OF_STORY = 0.1
"""Paragraphs of one look that hold less of the chosen words than this are not what the story looks like."""
_POOR_WORDS, _RICHER = 80, 3
"""A choice of fewer words is not believed if paragraphs of another look hold so many times more."""
_STORY_WORDS = 30
"""So many words below the main heading, in an ``article`` with it, are a story."""
_LINKED = 0.5
_FURNITURE = re.compile(
    r"""(?:^|[\s_-])(?:comments?|comment-?list|disqus|newsletters?|related|recirc|recommend(?:ed|ations?)?|promos?
        |share|sharing|social-?(?:share|bar|links|media-links)|breadcrumbs?|trending|most-?(?:read|popular)|sign-?up
        |subscribe|subscription|adverts?|advertisement|ad-?slot|sponsored|cookies?|consent|gdpr|outbrain|taboola
        |author-?bio|read-?more|more-?stories|also-?like|popular|bio|rail|print-(?:header|footer)|pushdown)(?:$|[\s_-])""",
    re.IGNORECASE | re.VERBOSE,
)
"""Names by which pages call what stands around a story. Proof enough against restoring, never for leaving out."""


def chosen_by_trafilatura(root: HtmlElement, blocks: Sequence[Block]) -> list[bool]:
    """Tell of each block whether trafilatura, set to precision, takes it for the story."""
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
        found.append(block.words in whole or (len(own) > 2 and sum(run in runs for run in own) >= 0.7 * len(own)))
    return found


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)]


def story_of(blocks: Sequence[Block], chosen: Sequence[bool]) -> tuple[list[bool], list[bool]]:
    """Tell of each block whether it is of the story, and whether it stands where the story stands.

    Of the story is what was ``chosen`` inside the element that holds the story, and what stands in it and looks like
    the story's paragraphs although it was not chosen. Where there is no prose, ``chosen`` is all there is.
    """
    furniture = [_in_furniture(block.element) for block in blocks]
    if _is_poor(blocks, chosen):
        chosen = _richest(blocks, furniture)
    chosen = _without_other_articles(blocks, chosen)
    pillars, parents = _pillars(blocks, chosen, furniture)
    if not pillars:
        return list(chosen), list(chosen)
    holder = _common_ancestor(blocks[place].element for place in pillars)
    within = [block.element is holder or holder in block.element.iterancestors() for block in blocks]
    first, last = pillars[0], pillars[-1]
    top = max((place for place in range(first) if blocks[place].element.tag == "h1"), default=first)
    story = list(chosen)
    for place, block in enumerate(blocks):
        if not within[place]:
            story[place] = chosen[place] and top < place < first and is_prose(block) and not furniture[place]
        elif not chosen[place] and not furniture[place]:
            story[place] = place in pillars or (first < place < last and _restored(block, parents))
    return story, [here or kept for here, kept in zip(within, chosen, strict=True)]


def _pillars(
    blocks: Sequence[Block], chosen: Sequence[bool], furniture: Sequence[bool]
) -> tuple[list[int], set[HtmlElement | None]]:
    """The places of the paragraphs that carry the story, and the elements they stand in.

    They are the chosen paragraphs of the common looks, and all that look the same.
    """
    looks = [signature(block.element) for block in blocks]
    weight: Counter[tuple[str, ...]] = Counter()
    for place, block in enumerate(blocks):
        if chosen[place] and is_prose(block):
            weight[looks[place]] += len(block.words)
    common = {look for look, own in weight.items() if own >= _SHARE_OF_STORY * sum(weight.values())}
    carrying = [place for place, look in enumerate(looks) if look in common and is_prose(blocks[place])]
    parents = {blocks[place].element.getparent() for place in carrying if chosen[place]}
    pillars = [
        place
        for place in carrying
        if chosen[place]
        or (not furniture[place] and (blocks[place].element.getparent() in parents or _is_telling(looks[place])))
    ]
    return pillars, parents


def _is_telling(look: tuple[str, ...]) -> bool:
    """Whether elements of this look have names, so that others of the same look are surely of one kind."""
    return sum(not one.endswith(".") for one in look[1:]) >= 2


def _without_other_articles(blocks: Sequence[Block], chosen: Sequence[bool]) -> list[bool]:
    """``chosen`` without what stands in another ``article`` than the main heading, if that one has a text."""
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


def _richest(blocks: Sequence[Block], furniture: Sequence[bool]) -> list[bool]:
    """The prose in the element that holds most of it, close below itself."""
    weight: Counter[HtmlElement] = Counter()
    for place, block in enumerate(blocks):
        if is_prose(block) and not furniture[place]:
            for element, share in zip(block.element.iterancestors(), (10, 9), strict=False):
                weight[element] += share * len(block.words)
    if not weight:
        return [False] * len(blocks)
    best = weight.most_common(1)[0][0]
    return [is_prose(block) and best in block.element.iterancestors() for block in blocks]


def _restored(block: Block, parents: set[HtmlElement | None]) -> bool:
    """Whether a block between the story's paragraphs that was not chosen is of the story all the same."""
    if block.outside or block.kind in ("caption", "table") or block.link_share >= _LINKED:
        return False
    if block.kind in ("post", "item", "quote"):
        return True
    beside = block.element.getparent() in parents or block.element in parents
    return beside and (block.kind == "heading" or block.text.endswith(_ENDS))


def _in_furniture(element: HtmlElement) -> bool:
    for one in (element, *element.iterancestors()):
        if one.tag in ("body", "html", "article", "main"):
            return False
        if _FURNITURE.search(one.get("class") or "") or _FURNITURE.search(one.get("id") or ""):
            return True
    return False


def _common_ancestor(elements: Iterable[HtmlElement]) -> HtmlElement:
    """The innermost element that holds all of ``elements`` and their parents."""
    chain: list[HtmlElement] = []
    for element in elements:
        own = list(element.iterancestors())[::-1]
        chain = own if not chain else [a for a, b in zip(chain, own, strict=False) if a is b]
    return chain[-1]


def is_prose(block: Block) -> bool:
    """Sentences, not links, in the stream of the page."""
    return (
        not block.outside
        and block.kind in ("text", "quote")
        and block.link_share < _LINKED
        and len(block.words) >= 8
        and block.text.endswith(_ENDS)
    )
