"""Articles: short texts, the development sets, and the check that a script covers its article."""

from __future__ import annotations

import json
import re
from typing import Any

from helpers.paths import shared
from narrate.types import Article, Script, Skipped, Span

NEURAL_ARTICLE = """The ferry to Ostrand will sail again in May, after a winter in the dock.

“We waited nineteen months for two boats,” said Rosa Lindqvist, a baker. “My customers came by bus.”

Captain Tomas Reyne, who runs the port, said: “One boat means a queue, and a queue means that people will drive.”
"""
"""A narrator, a woman and a man: enough for a short neural edition."""


def article(text: str, *, headline: bool = False, skipped: tuple[Span, ...] = ()) -> Article:
    """Return an article whose paragraphs are the lines of ``text`` that are not blank and not in ``skipped``."""
    spans = [Span(m.start(), m.start() + len(m[0].rstrip())) for m in re.finditer(r"(?m)\S.*$", text)]
    kept = [s for s in spans if not any(k.start <= s.start < k.end for k in skipped)]
    title = kept.pop(0) if headline and kept else None
    left_out = tuple(Skipped(text[s.start : s.end], "test", s) for s in skipped)
    name = text[title.start : title.end] if title else None
    return Article(name, None, "en", None, None, text, title, tuple(kept), left_out)


def development_set(name: str) -> list[dict[str, Any]]:
    """Return the articles of one development set, or skip the test if the sets are missing."""
    path = shared("eval", f"{name}.dev.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def assert_tiles(made: Article, script: Script) -> None:
    """Assert that segments and skipped passages cover the text once, except blanks between two skipped passages."""
    pieces = [(s.start, s.end) for s in script.segments if s.end > s.start]
    for segment in script.segments:
        if segment.end > segment.start:
            assert segment.text == made.text[segment.start : segment.end]
    skipped = [(s.span.start, s.span.end) for s in made.skipped if s.span]
    at = 0
    for start, end in sorted(pieces + skipped):
        assert at == start or ((start, end) in skipped and made.text[at:start].isspace())
        at = end
    assert made.text[at:].strip() == ""
    assert [s.index for s in script.segments] == list(range(len(script.segments)))
