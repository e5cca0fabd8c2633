"""Names of an article whose sound the voices guess, for the editor to hear and to correct."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

from narrate.config import Config
from narrate.job import lexicon_of
from narrate.speakable.suggestions import suggest_entries
from narrate.types import Article, PronunciationLexicon


class Names:
    """Finds the names that no dictionary has. The dictionaries are loaded once, at the first request.

    Args:
        config: The configuration.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._engine: Any = None
        self._found: tuple[str, tuple[tuple[str, int], ...]] = ("", ())

    def to_check(self, article: Article) -> list[dict[str, str]]:
        """Return the names that have no entry in a lexicon, the most frequent first.

        None are found without the dictionaries, which the extra ``neural`` installs.
        """
        lexicon = lexicon_of(article, self._config)
        known = {word for entry in lexicon.entries for word in entry.word.casefold().split()}
        counts = [(name, count) for name, count in self._counts(article) if name.casefold() not in known]
        return [{"word": name, "why": _reason(count)} for name, count in counts]

    def _counts(self, article: Article) -> tuple[tuple[str, int], ...]:
        """Return the names that are guessed without any lexicon, with their numbers. Those of one article are kept."""
        from narrate.engines.kokoro import KokoroEngine

        with self._lock:
            if self._found[0] != article.text:
                engine = self._engine = self._engine or KokoroEngine()
                unsure = partial(engine.unsure, language=article.language)
                found = suggest_entries(article, PronunciationLexicon(), unsure) if not engine.absence() else ()
                self._found = (article.text, found)
            return self._found[1]


def _reason(count: int) -> str:
    times = "once" if count == 1 else f"{count} times"
    return f"in no dictionary, so the voices guess it; here {times}"
