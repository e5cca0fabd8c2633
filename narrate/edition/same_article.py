"""Whether the edition on disk is of the article that is to be spoken, or of another one that has its file name.

The thresholds were chosen on 621 news articles: 180,000 pairs of different articles, and pairs of an article and itself
with a new lead, with half or three quarters of its paragraphs from another article, with its first paragraphs alone, or
with half of its words exchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from narrate.edition.manifest import Manifest
from narrate.edition.previous import PreviousEdition
from narrate.storage import is_url
from narrate.types import Script

MIN_SHARED: Final = 0.1
"""Share of the shorter text's word triples that the other text has if both are one article. 1 in 1,000 pairs of
different articles share more (reports of the same event, and notes under all articles of an outlet); of the changed
articles all that kept half of their text, and 98 of 100 that kept a quarter of it, or every second word."""
MIN_SHARED_ON_OTHER_DAY: Final = 0.3
"""The same for articles that were published on different days, such as a daily column. Of the articles that kept half
of their text, 99 of 100 share more; of the different ones, 1 in 10,000."""
MIN_TITLE_ALIKE: Final = 0.5
"""Share of the words of two titles that are in both, if they are one title. 3 in 180,000 pairs of different articles
have such titles, which are copies of each other."""
_WORD: Final = re.compile(r"\w+")


def is_same_article(previous: Manifest | Script, script: Script) -> bool:
    """Return whether the previous edition is of the article of ``script``, however much of it was corrected.

    It is if both come from one address, if their texts have enough in common, or if their titles are alike and they
    were not published on different days.

    Args:
        previous: The manifest of the previous edition, or its script.
        script: The script of the next edition.
    """
    before, now = previous.article, script.article
    if is_page(now.source) and now.source == before.source:
        return True
    texts = ((row.text for row in rows if row.kind != "disclaimer") for rows in (previous.segments, script.segments))
    days = {article.published[:10] for article in (before, now) if article.published}
    if shared_triples(*texts) >= (MIN_SHARED_ON_OTHER_DAY if len(days) > 1 else MIN_SHARED):
        return True
    return len(days) < 2 and title_likeness(before.title or "", now.title or "") >= MIN_TITLE_ALIKE


def other_article_problem(mp3: Path, previous: PreviousEdition) -> str:
    """Return why an edition is not made at ``mp3``, and how to go on."""
    title = previous.manifest.article.title
    problem = f"Cannot make {mp3}: the edition there is of another article{f', {title!r}' if title else ''}"
    return f"{problem}. Choose a different output or file name, or allow it: --replace, or 'replace' in [delivery]."


def is_page(source: str | None) -> bool:
    """Return whether the source of an article is the address of a page, and not that of a site or its name."""
    if not is_url(source):
        return False
    parts = urlsplit(str(source))
    return bool(parts.path.strip("/") or parts.query)


def shared_triples(one: Iterable[str], other: Iterable[str]) -> float:
    """Return which share of the shorter text's triples of neighboring words the other text has, from 0 to 1."""
    shorter, longer = sorted((_triples(one), _triples(other)), key=len)
    return len(shorter & longer) / max(1, len(shorter))


def title_likeness(one: str, other: str) -> float:
    """Return which share of the words of two titles is in both, from 0 to 1; 0 if a title has no words."""
    words, others = (set(_WORD.findall(title.casefold())) for title in (one, other))
    return len(words & others) / len(words | others) if words and others else 0.0


def _triples(texts: Iterable[str]) -> set[tuple[str, ...]]:
    words = _WORD.findall(" ".join(texts).casefold())
    return {tuple(words[start : start + 3]) for start in range(max(1, len(words) - 2))}
