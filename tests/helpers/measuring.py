"""Tests whose cost is what they test, or that run much code which others cover, measure no coverage: it takes time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from coverage import Coverage

from helpers.runs import UNMEASURED


@contextmanager
def unmeasured() -> Iterator[None]:
    """Measure no coverage, neither in this process nor in those that are started meanwhile."""
    measuring = Coverage.current()
    if measuring:
        measuring.stop()
    try:
        with patch.dict(os.environ, UNMEASURED):
            yield
    finally:
        if measuring:
            measuring.start()
