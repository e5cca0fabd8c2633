"""The model's vocabulary, and its phonemes for those of eSpeak, from ``phonemes.toml``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from narrate.storage import read_toml

TABLES: Final = read_toml(Path(__file__).with_name("phonemes.toml"))
TOKENS: Final = {
    phoneme: int(start) + at for start, run in TABLES["vocabulary"].items() for at, phoneme in enumerate(run)
}
"""Phoneme or mark -> its number. The number 0 is at either end of an utterance."""
