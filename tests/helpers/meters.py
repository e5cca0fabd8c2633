"""Meters of other projects."""

from __future__ import annotations

from measure_loudness import measure as ffmpeg_loudness

__all__ = ["ffmpeg_loudness"]
