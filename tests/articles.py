"""Articles for tests: plain texts read with the simplest of readers, and the development sets where they are."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from narrate.types import Article, Skipped, Span

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(*parts: str) -> Path:
    """A path in ``../shared``. Where it is missing the test is skipped, but fails in CI, which has it."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            f"../shared/{'/'.join(parts)} is not beside this checkout"
        )
    return path


def article(text: str, *, headline: bool = False, skipped: tuple[Span, ...] = ()) -> Article:
    """An article whose paragraphs are the lines of ``text`` that are not blank; skipped lines are given by span."""
    spans = [Span(m.start(), m.start() + len(m[0].rstrip())) for m in re.finditer(r"(?m)\S.*$", text)]
    kept = [s for s in spans if not any(k.start <= s.start < k.end for k in skipped)]
    title = kept.pop(0) if headline and kept else None
    left_out = tuple(Skipped(text[s.start : s.end], "test", s) for s in skipped)
    name = text[title.start : title.end] if title else None
    return Article(name, None, "en", None, None, text, title, tuple(kept), left_out)


def development_set(name: str) -> list[dict[str, Any]]:
    """The articles of one development set; the test is skipped where the sets are not."""
    path = shared("eval", f"{name}.dev.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
