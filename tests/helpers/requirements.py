"""Requirements that a machine may lack."""

from __future__ import annotations

import os

import pytest


def need(condition: object, what: str) -> None:
    """Skip the test if ``condition`` does not hold because ``what`` is missing; in CI, which has it, fail."""
    if not condition:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{what} is missing on this machine")
