"""Paths in the checkout and next to it."""

from __future__ import annotations

import os
from pathlib import Path

from helpers.requirements import need

REPOSITORY = Path(__file__).resolve().parents[2]
TESTS = REPOSITORY / "tests"
PLUGINS = TESTS / "plugins"
"""A distribution whose engines fail in various ways."""
MODULE_PATH = os.pathsep.join(map(str, (PLUGINS, REPOSITORY)))
EXAMPLE = REPOSITORY / "examples" / "harbour-bridge.md"
SHARED = REPOSITORY.parent / "shared"
BAKHMUT = SHARED / "articles" / "bakhmut.txt"


def shared(*parts: str) -> Path:
    """Return a path in ``../shared``. If it is missing, skip the test; in CI, which has the folder, fail."""
    path = SHARED.joinpath(*parts)
    need(path.exists(), f"../shared/{'/'.join(parts)}")
    return path
