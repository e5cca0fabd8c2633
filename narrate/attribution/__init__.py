"""Find the speaker of each quotation, with confidence and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from narrate.attribution.analysis import Analysis, analyze
from narrate.attribution.by_form import attribute_by_form
from narrate.attribution.candidates import FEATURES
from narrate.attribution.parse import model, parse_scripts
from narrate.attribution.ranker import load_ranker
from narrate.attribution.resolver import Decision, decide
from narrate.attribution.speakers import apply_decisions
from narrate.attribution.speech import SPEECH_FEATURES
from narrate.languages.codes import language_code
from narrate.languages.speech import attributed_languages
from narrate.types import Script

__all__ = ["attribute", "decide_each", "preload"]


def preload() -> str:
    """Load the language model, so that the first article does not wait for it; return its name and version."""
    meta = model().meta
    return f"{meta['lang']}_{meta['name']} {meta['version']}"


def attribute(script: Script) -> Script:
    """Find the speakers of a script.

    Args:
        script: A script as the segmenter wrote it.

    Returns:
        The script with speakers. Quotations that are not speech are narration.
    """
    if language_code(script.article.language) in attributed_languages():
        return attribute_by_form(script)
    return apply_decisions(*next(decide_each([script])))


def decide_each(scripts: Iterable[Script]) -> Iterator[tuple[Analysis, dict[int, Decision]]]:
    """Yield the analysis of each script, parsed in batches, and the decisions for its quotations, by their numbers."""
    for script, paragraphs in parse_scripts(scripts):
        analysis = analyze(script, paragraphs, load_ranker("speech", tuple(SPEECH_FEATURES)))
        yield analysis, decide(analysis, load_ranker("fiction" if analysis.fiction else "news", FEATURES))
