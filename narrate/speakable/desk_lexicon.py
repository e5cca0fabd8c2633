"""The desk's pronunciation lexicon as a file that the editor adds entries to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from narrate.concurrency import file_lock
from narrate.errors import UsageError
from narrate.speakable.lexicon import article_entry, load_lexicon, to_toml, typed_entry
from narrate.storage import write_files
from narrate.types import LexiconEntry, PronunciationLexicon

_HEADING: Final = re.compile(r"^[ \t]*\[\[\s*entry\s*\]\].*\n?", re.MULTILINE)


class DeskLexicon:
    """A lexicon in TOML. Its other entries and its comments stay as they are when one entry changes.

    Args:
        path: The file, which may not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, word: str) -> str:
        """Return what is said for the word: words, or its sound in IPA between slashes; empty if it has no entry.

        Raises:
            SourceError: If the lexicon cannot be read.
        """
        found = next((entry for entry in self._entries() if _is_plain(entry) and entry.word == word), None)
        if found is None:
            return ""
        return f"/{found.ipa}/" if found.ipa else found.alias

    def set(self, word: str, say: str, *, also: Mapping[Path, bytes] | None = None) -> None:
        """Write what is said for the word, or remove its entry if there is nothing to say.

        Args:
            word: The word.
            say: What to say for it, or its sound in IPA between slashes; empty to remove the entry.
            also: Other files to write: all of them are written, or none.

        Raises:
            UsageError: If the lexicon is not TOML with a table for each entry, or the word is blank.
            SourceError: If the lexicon cannot be read, or the sound is not IPA.
            DeliveryError: If the lexicon cannot be written.
        """
        if self.path.suffix.lower() in (".pls", ".xml"):
            raise UsageError(f"Cannot add to {self.path}: only lexicons in TOML can be changed here. Edit the file.")
        word, say = typed_entry(word, say)
        with file_lock(self.path):
            write_files({self.path: self._replaced(word, say).encode(), **(also or {})})

    def _replaced(self, word: str, say: str) -> str:
        """Return the text of the lexicon with another entry for the word."""
        entries = list(self._entries())
        text = self.path.read_text(encoding="utf-8-sig") if self.path.exists() else ""
        blocks = _blocks(text)
        if len(blocks) != len(entries) + 1:
            raise UsageError(
                f"Cannot add to {self.path}: not every entry is a table [[entry]] of its own. Edit the file."
            )
        kept, said = [blocks[0]], to_toml(PronunciationLexicon((article_entry(word, say),))) if say else ""
        for block, entry in zip(blocks[1:], entries, strict=True):
            if not (_is_plain(entry) and entry.word == word):
                kept.append(block)
            elif said:
                heading = _HEADING.search(block)
                assert heading is not None
                kept.append(block[: heading.start()] + said + block[len(block.rstrip()) + 1 :])
                said = ""
        if said:
            kept.append(f"\n{said}" if any(map(str.strip, kept)) else said)
        return "".join(kept)

    def _entries(self) -> tuple[LexiconEntry, ...]:
        return load_lexicon(self.path).entries if self.path.exists() else ()


def _is_plain(entry: LexiconEntry) -> bool:
    """Return whether the entry has what an editor can type: one way to say a word, in exactly this case."""
    return entry.case and entry.pos is None and not (entry.alias and entry.ipa)


def _blocks(text: str) -> list[str]:
    """Return the text before the first entry, and the text of each entry up to the next one, with comments above it."""
    blocks, above = [""], ""
    for line in text.splitlines(keepends=True):
        if _HEADING.match(line):
            blocks.append(above + line)
            above = ""
        elif line.startswith("#"):
            above += line
        else:
            blocks[-1] += above + line
            above = ""
    blocks[-1] += above
    return blocks
