"""Put the disclaimer into a script."""

from __future__ import annotations

from dataclasses import replace

from narrate.types import Script, Segment


def open_with_disclaimer(script: Script, disclaimer: str) -> Script:
    """Return ``script`` with ``disclaimer`` as its first segment; any disclaimer that it had is replaced."""
    spoken = Segment(0, "disclaimer", disclaimer, 0, 0, evidence="every edition opens with it")
    others = [segment for segment in script.segments if segment.kind != "disclaimer"]
    renumbered = (replace(segment, index=index) for index, segment in enumerate(others, 1))
    return replace(script, segments=(spoken, *renumbered))
