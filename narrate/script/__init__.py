"""Turn an article into a script: narration and quotations that together cover its text."""

from __future__ import annotations

from narrate.script.narrator import hand_to_narrator
from narrate.script.segmenter import open_with_disclaimer, with_closing_punctuation, write_script

__all__ = ["hand_to_narrator", "open_with_disclaimer", "with_closing_punctuation", "write_script"]
