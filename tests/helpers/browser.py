"""Chromium, for tests of pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from helpers.requirements import need

FLAGS = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--disable-dev-shm-usage"]


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield Chromium, driven by Playwright."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        need(False, "playwright")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    need(program, "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def violations(tab: Any) -> list[tuple[str, list[str]]]:
    """Return the rules of axe-core that the page breaks, each with the elements."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        need(False, "axe-playwright-python")
    found = Axe().run(tab).response["violations"]
    return [(violation["id"], [node["html"] for node in violation["nodes"]]) for violation in found]
