"""Each quotation's speaker, with confidence and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from narrate.attribution.analysis import analyze
from narrate.attribution.parse import model, parse_scripts
from narrate.attribution.ranker import shipped
from narrate.attribution.resolver import decide
from narrate.attribution.speakers import apply_decisions
from narrate.types import Script

__all__ = ["attribute", "attribute_each", "preload"]


def preload() -> str:
    """Loads the language model, so that the first article does not wait for it; gives its name and version."""
    meta = model().meta
    return f"{meta['lang']}_{meta['name']} {meta['version']}"


def attribute(script: Script) -> Script:
    """Takes a script as the segmenter wrote it; gives it with speakers, and with non-speech turned into narration."""
    return next(attribute_each([script]))


def attribute_each(scripts: Iterable[Script]) -> Iterator[Script]:
    """``attribute`` for many scripts one after the other, parsed in batches that run across them."""
    kept: list[Script] = []

    def remembered() -> Iterator[Script]:
        for script in scripts:
            kept.append(script)
            yield script

    for paragraphs in parse_scripts(remembered()):
        analysis = analyze(kept.pop(0), paragraphs, shipped("speech"))
        yield apply_decisions(analysis, decide(analysis, shipped("fiction" if analysis.fiction else "news")))
