"""Names of an article that should get an entry in a pronunciation lexicon."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from narrate.types import Article, PronunciationLexicon


def suggest_entries(
    article: Article, lexicon: PronunciationLexicon, unsure: Callable[[str], Iterable[str]]
) -> tuple[tuple[str, int], ...]:
    """Find the names whose sound the engine would have to guess.

    Args:
        article: The article to search; its headline counts too.
        lexicon: The entries that exist already. Their words are not suggested.
        unsure: Returns the words of a text that the engine's dictionaries lack.

    Returns:
        Each name with the number of times it occurs, the most frequent first.
    """
    known = {word for entry in lexicon.entries for word in entry.word.casefold().split()}
    spans = ((article.headline,) if article.headline else ()) + article.paragraphs
    words = (word for span in spans for word in unsure(article.text[span.start : span.end]))
    names = (re.sub(r"['’]s?$", "", word) for word in words)
    count = Counter(name for name in names if name[:1].isupper() and name.casefold() not in known)
    return tuple(sorted(count.items(), key=lambda item: (-item[1], item[0])))
