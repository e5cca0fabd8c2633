"""Tests whose cost is what they test, or that run much code which others cover, measure no coverage: it takes time.

Limits in seconds are those of an AMD EPYC with other work on it. A slower processor has more.
"""

from __future__ import annotations

import os
import re
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from coverage import Coverage

from helpers.runs import UNMEASURED

REFERENCE_S = 0.0056
"""Processor time of ``_sample_s`` where the limits were set."""
_TEXT = "The council met again on day to speak of the ferry. " * 400


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


def allowed(limit_s: float) -> float:
    """Return a limit of processor time, longer by as much as this processor is slower than that of the limits."""
    return limit_s * max(1.0, statistics.median(_sample_s() for _ in range(15)) / REFERENCE_S)


def _sample_s() -> float:
    began, words = time.process_time(), dict[str, int]()
    for match in re.finditer(r"\w+", _TEXT):
        words[match[0].lower()] = words.get(match[0].lower(), 0) + 1
    assert sum(number * number for number in range(100_000)) > len(words)
    return time.process_time() - began
