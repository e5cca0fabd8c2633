"""Article to script: narration and quotations that tile the source, nothing lost."""

from __future__ import annotations

from narrate.script.narrator import hand_to_narrator
from narrate.script.segmenter import write_script

__all__ = ["hand_to_narrator", "write_script"]
