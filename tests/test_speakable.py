"""What is said for what is written."""

from __future__ import annotations

import pytest

from narrate.speakable import speakable


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("  Two\n lines\tand more ", "Two lines and more"),
        ("Well done 👍🏽 all 👩‍👩‍👧!", "Well done all !"),
        ("🎙️ Listen ✈️ here ☎", "Listen here"),
        ("It was 40°C © ACME™ № 5", "It was 40°C © ACME™ № 5"),
        ("inter\u00adnational", "international"),
        ("zero\u200bwidth", "zerowidth"),
        ("€3bn, “so-called” 50%", "€3bn, “so-called” 50%"),
    ],
)
def test_blanks_collapse_emoji_vanish_and_signs_stay(written: str, spoken: str) -> None:
    assert speakable(written) == spoken
