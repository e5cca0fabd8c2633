"""Select the blocks of a page that are its story: trafilatura's choice, corrected by the structure of the page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from typing import TYPE_CHECKING, Final, NamedTuple

from narrate.languages.marks import CLOSING
from narrate.readers.page_blocks import Block, signature
from narrate.readers.page_tree import closest

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_RUN_WORDS = 4
"""Texts are compared by their runs of so many words."""
_MIN_COMMON_RUNS = 0.7
"""Share of its runs that a chosen block has in common with what trafilatura extracts."""
SENTENCE_ENDS: Final = tuple(f".!?…:;{CLOSING})]。！？」")
_MIN_SIGNATURE_SHARE = 0.1
"""Paragraphs with a signature that has a lower share of the chosen words are not typical of the story."""
_POOR_WORDS, _RICHER = 80, 3
"""A choice of fewer words is rejected if the prose of the page has so many times more."""
_STORY_WORDS = 30
"""An ``article`` with the main heading and so many words is the story."""
_MAX_LINK_SHARE = 0.5
_MIN_PROSE_WORDS, _MIN_OPEN_PROSE_WORDS = 8, 40
"""A sentence of so many words is prose; a paragraph that does not end like one needs more."""
_FURNITURE_CLASS = re.compile(
    r"""(?:^|[\s_-])(?:comments?|comment-?list|disqus|newsletters?|related|recirc|recommend(?:ed|ations?)?|promos?
        |share|sharing|social-?(?:share|bar|links|media-links)|breadcrumbs?|trending|most-?(?:read|popular)|sign-?up
        |subscribe|subscription|adverts?|advertisement|ad-?slot|sponsored|cookies?|consent|gdpr|outbrain|taboola
        |publicit[eé]|publicidade?|pubblicit[aà]|anzeige|werbung|commentaires|comentarios|commenti|kommentare|partage
        |compartir|condividi|compartilhar|teilen|a-?lire-?aussi|lire-?aussi|relacionad[ao]s|correlati|leia-?(?:mais|tambem)
        |saiba-?mais|plus-?lus|m[aá]s-?le[ií]d[ao]s?|pi[uù]-?letti|mais-?lidas|meistgelesen|boletin|inscription|abonnement
        |author-?bio|read-?more|more-?stories|also-?like|popular|bio|rail|print-(?:header|footer)|pushdown)(?:$|[\s_-])""",
    re.IGNORECASE | re.VERBOSE,
)
"""Classes and ids of what surrounds a story. Blocks inside are not restored, but not removed either."""


def chosen_by_trafilatura(root: HtmlElement, blocks: Sequence[Block]) -> set[Block]:
    """Return the blocks that trafilatura, set to favor precision, takes for the story."""
    import logging
    from copy import deepcopy

    import trafilatura

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    text = trafilatura.extract(deepcopy(root), favor_precision=True, include_comments=False) or ""
    lines = [tuple(re.findall(r"\w+", line.lower())) for line in text.splitlines()]
    whole, runs = {line for line in lines if line}, {run for line in lines for run in _runs(line)}

    def is_chosen(block: Block) -> bool:
        own = _runs(block.words)
        common = sum(run in runs for run in own)
        return block.words in whole or (len(own) > 2 and common >= _MIN_COMMON_RUNS * len(own))

    return set(filter(is_chosen, blocks))


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[start : start + _RUN_WORDS]) for start in range(len(words) - _RUN_WORDS + 1)]


class Story(NamedTuple):
    """The blocks of a page by how close they are to its story. Each set contains the one before it."""

    blocks: Set[Block]
    """The story itself."""
    container: Set[Block]
    """The blocks in the innermost element that contains the story."""
    article: Set[Block]
    """The blocks of the whole article, with its header and what follows the story."""


def select_story(blocks: Sequence[Block], chosen: Set[Block]) -> Story:
    """Return the story of a page, and what stands around it.

    The story is what trafilatura chose inside the element that contains the story, and what has the signature of the
    story's paragraphs there although it was not chosen. On a page without prose, it is what was chosen.
    """
    prose = list(filter(is_prose, blocks))
    furniture = {block for block in blocks if in_furniture(block.element)}
    if _is_poor(prose, chosen):
        chosen = _densest_prose(prose, furniture)
    chosen = _without_other_articles(blocks, chosen)
    typical, parents = _typical_paragraphs(prose, chosen, furniture)
    if not typical:
        return _without_prose(blocks, chosen)
    container = _common_ancestor(block.element for block in typical)
    within = _blocks_in(container, blocks)
    first, last = blocks.index(typical[0]), blocks.index(typical[-1])
    top = max((place for place in range(first) if blocks[place].element.tag == "h1"), default=first)

    def is_story(place: int, block: Block) -> bool:
        if block not in within:
            return top < place < first and block in chosen and block in prose and block not in furniture
        if block in chosen or block in furniture:
            return block in chosen
        return block in typical or (first < place < last and _is_restored(block, parents))

    story = {block for place, block in enumerate(blocks) if is_story(place, block)}
    story |= _signatures_in(blocks, story)
    below_heading = {block for block in blocks[top:first] if closest(block.element, "nav") is None}
    around = _blocks_in(_whole_article(container, blocks), blocks) | below_heading
    return Story(story, within | story, around | within | story)


def _without_prose(blocks: Sequence[Block], chosen: Set[Block]) -> Story:
    """Return what was chosen on a page without prose as the story."""
    if not chosen:
        return Story(chosen, chosen, chosen)
    container = _common_ancestor(block.element for block in blocks if block in chosen)
    within = _blocks_in(container, blocks) | chosen
    return Story(chosen, within, within | _blocks_in(_whole_article(container, blocks), blocks))


def _blocks_in(container: HtmlElement, blocks: Sequence[Block]) -> set[Block]:
    return {block for block in blocks if container in (block.element, *block.element.iterancestors())}


def _whole_article(container: HtmlElement, blocks: Sequence[Block]) -> HtmlElement:
    """Return the element that holds the whole article: the ``main`` or ``article``, or that with the main heading."""
    around = [container, *container.iterancestors()]
    marked = [one for one in around if one.tag in ("article", "main")]
    if marked:
        return marked[-1]
    headings = {block.element for block in blocks if block.element.tag == "h1"}
    for element in around:
        if element.tag == "body":
            break
        if any(one in headings for one in element.iter("h1")):
            return element
    return container


def _signatures_in(blocks: Sequence[Block], story: Set[Block]) -> set[Block]:
    """Return the names below block quotes that are in the story."""
    above = False
    found = set()
    for block in blocks:
        if block.kind == "signature" and above:
            found.add(block)
        elif block.kind != "signature":
            above = block in story
    return found


def _typical_paragraphs(
    prose: Sequence[Block], chosen: Set[Block], furniture: Set[Block]
) -> tuple[list[Block], set[HtmlElement | None]]:
    """Return the paragraphs that are typical of the story, in order, and their parent elements.

    They are the chosen paragraphs with common signatures, and others with the same signatures.
    """
    signatures = {block: signature(block.element) for block in prose}
    weight: Counter[tuple[str, ...]] = Counter()
    for block in prose:
        if block in chosen:
            weight[signatures[block]] += len(block.words)
    common = {one for one, own in weight.items() if own >= _MIN_SIGNATURE_SHARE * sum(weight.values())}
    carrying = [block for block in prose if signatures[block] in common]
    parents = {_outline(block.element).getparent() for block in carrying if block in chosen}

    def is_typical(block: Block) -> bool:
        is_alike = _outline(block.element).getparent() in parents or _is_distinctive(signatures[block])
        return block in chosen or (block not in furniture and is_alike)

    return list(filter(is_typical, carrying)), parents


def _outline(element: HtmlElement) -> HtmlElement:
    """Return the outermost ``div`` around an element and nothing else; the element itself if there is none."""
    while (parent := element.getparent()) is not None and parent.tag == "div":
        if len(parent) > 1 or (parent.text or "").strip() or (element.tail or "").strip():
            break
        element = parent
    return element


def _is_distinctive(block_signature: tuple[str, ...]) -> bool:
    """Return whether the signature has enough classes that elements with it are surely of one kind."""
    return sum(not one.endswith(".") for one in block_signature[1:]) >= 2


def _without_other_articles(blocks: Sequence[Block], chosen: Set[Block]) -> Set[Block]:
    """Return ``chosen`` without blocks in another ``article`` than the main heading's, if that one has a text."""
    headings = (closest(block.element, "article") for block in blocks if block.element.tag == "h1")
    home = next((own for own in headings if own is not None), None)
    in_home = [block for block in chosen if closest(block.element, "article") is home and not block.is_outside]
    if home is None or sum(len(block.words) for block in in_home) < _STORY_WORDS:
        return chosen
    around = (home, *home.iterancestors())
    articles = {block: closest(block.element, "article") for block in chosen}
    return {block for block, own in articles.items() if own is None or own in around or home in own.iterancestors()}


def _is_poor(prose: Sequence[Block], chosen: Set[Block]) -> bool:
    words = sum(len(block.words) for block in chosen)
    return words < _POOR_WORDS and sum(len(block.words) for block in prose) > _RICHER * words


def _densest_prose(prose: Sequence[Block], furniture: Set[Block]) -> Set[Block]:
    """Return the prose in the element that is the parent or grandparent of most of it."""
    weight: Counter[HtmlElement] = Counter()
    for block in prose:
        if block not in furniture:
            for element, share in zip(block.element.iterancestors(), (10, 9), strict=False):
                weight[element] += share * len(block.words)
    best = weight.most_common(1)[0][0] if weight else None
    return {block for block in prose if best in block.element.iterancestors()}


def _is_restored(block: Block, parents: set[HtmlElement | None]) -> bool:
    """Return whether a block between the story's paragraphs is part of the story although it was not chosen."""
    if block.is_outside or block.kind in ("caption", "table") or block.link_share >= _MAX_LINK_SHARE:
        return False
    if block.kind in ("post", "item", "quote"):
        return True
    laid_out = (block.element, *block.element.iterancestors("table"))
    is_among_paragraphs = block.element in parents or any(_outline(one).getparent() in parents for one in laid_out)
    return is_among_paragraphs and (block.kind == "heading" or block.text.endswith(SENTENCE_ENDS))


def in_furniture(element: HtmlElement) -> bool:
    """Return whether a class or id says that an element belongs to what surrounds a story."""
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
        and len(block.words) >= (_MIN_PROSE_WORDS if block.text.endswith(SENTENCE_ENDS) else _MIN_OPEN_PROSE_WORDS)
    )
