"""Names of an article that should get an entry in a pronunciation lexicon."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from narrate.speakable import speakable
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
    texts = (article.text[span.start : span.end] for span in spans)
    words = (word for text in texts for word in _as_written(unsure(text), speakable(text, article.language).text))
    names = (re.sub(r"['’]s?$", "", word) for word in words)
    count = Counter(name for name in names if name[:1].isupper() and name.casefold() not in known)
    return tuple(sorted(count.items(), key=lambda item: (-item[1], item[0])))


def _as_written(words: Iterable[str], spoken: str) -> Iterator[str]:
    """Yield the words that the rules for speakable text leave as they are: Ms and St are spoken as other words."""
    return (word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", spoken))
