"""The colors that the player and the editor share can be read in both themes."""

from __future__ import annotations

import re
from itertools import product

import pytest
from helpers.paths import REPOSITORY

CSS = (REPOSITORY / "narrate/delivery/design.css").read_text(encoding="utf-8")
COLORS = {name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", CSS)}
SPEAKERS = [f"speaker-{number}" for number in range(12)]


def channels(color: str) -> list[float]:
    return [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def tinted(color: str, paper: str, share: float) -> str:
    """Return ``paper`` with ``share`` of ``color`` in it, as `color-mix` in sRGB does."""
    mixed = (a * share + b * (1 - share) for a, b in zip(channels(color), channels(paper), strict=True))
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in mixed)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2 (1 to 21)."""
    lights = []
    for color in (one, other):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(color)]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_colors_have_the_contrast_of_wcag_aa(theme: int) -> None:
    papers = ["paper", "card", "sunken"]
    pairs = [*product(["ink", "soft", "accent", "danger", "doubt", "ok", *SPEAKERS], papers)]
    pairs += [("on-accent", "accent"), ("doubt", "doubt-paper"), ("danger", "danger-paper")]
    pairs += [*product(["ink", "soft", "accent"], ["doubt-paper", "danger-paper", "accent-paper"])]
    ratios = {pair: contrast(COLORS[pair[0]][theme], COLORS[pair[1]][theme]) for pair in pairs}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_speaker_colors_can_be_read_on_their_own_tint(theme: int) -> None:
    for name, paper in product(SPEAKERS, ["paper", "card"]):
        color = COLORS[name][theme]
        assert contrast(color, tinted(color, COLORS[paper][theme], 0.12)) >= 4.5, name


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_edges_and_focus_have_the_contrast_of_controls(theme: int) -> None:
    for name, paper in product(["edge", "focus", "accent"], ["paper", "card", "sunken"]):
        assert contrast(COLORS[name][theme], COLORS[paper][theme]) >= 3, (name, paper)


def test_speaker_colors_differ() -> None:
    for theme in (0, 1):
        assert len({COLORS[name][theme] for name in SPEAKERS}) == 12
