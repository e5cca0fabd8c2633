"""The pronunciation dictionaries: words, with the phonemes that the model was trained on.

They are the dictionaries of misaki 0.9 (Apache-2.0), one of checked and one of generated entries for each accent. The
package ``kokorog2p`` carries them for every version of Python; only its data is read, none of its code is imported. An
entry gives the phonemes of a word, or phonemes by tag: a tag of the Penn Treebank, its part of speech, ``None`` for a
word before a pause, and ``DEFAULT``.
"""

from __future__ import annotations

import functools
import hashlib
from bisect import bisect_left
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from narrate.errors import EngineError, reason

PACKAGE: Final = "kokorog2p"
INSTALL_HINT: Final = "Run: pip install --force-reinstall 'narrate-edition[neural]'"
SHA256: Final = {
    "us_gold": "1469c5f1ee3f5ef47137824baece728c0039a9dd78519816381325f0bdcae2ec",
    "us_silver": "067c30f29524585b479affdef2823d6c1e27c59d6d6dfb1694be676bba1185f1",
    "gb_gold": "1129eb5f4f72545ff6dd6694f0e9913a0f3f8f46ed4c7cc15c19177394992d32",
    "gb_silver": "6c062fa3dcab1a949855ff9350bd327335cb3c501218180e052d0e3e4faf5883",
}
"""Name of each dictionary -> SHA-256 of its file. ``gold`` is checked, ``silver`` is generated."""

Entry: TypeAlias = "str | dict[str, str | None]"
_ENTRY: Final = b'\n  "'  # what stands before the word of each entry, and nowhere else
_SOUND: Final = b'": '  # what stands between a word and its entry


class Entries:
    """The entries of a dictionary, in the form of its file, which needs a tenth of the memory of a ``dict``.

    Args:
        content: A JSON object whose entries are sorted by word, each on lines of its own that begin with two blanks. No
            word has an escaped character.
    """

    def __init__(self, content: bytes) -> None:
        import numpy as np

        letters = np.frombuffer(content, np.uint8)
        starts = letters[: len(letters) - len(_ENTRY) + 1] == _ENTRY[0]
        for place, letter in enumerate(_ENTRY[1:], 1):
            starts &= letters[place : place + len(starts)] == letter
        self._content = content
        self._starts = np.append(np.flatnonzero(starts), content.rindex(b"\n}")).astype(np.int32)

    def get(self, word: str) -> Entry | None:
        """Return the entry of a word, or None."""
        wanted, count = word.encode(errors="surrogatepass"), len(self._starts) - 1
        number = bisect_left(range(count), wanted, key=self._word)
        if number == count or self._word(number) != wanted:
            return None
        start = int(self._starts[number]) + len(_ENTRY) + len(wanted) + len(_SOUND)
        value = self._content[start : int(self._starts[number + 1])].removesuffix(b",")
        return msgspec.json.decode(value, type=str | dict[str, str | None])

    def _word(self, number: int) -> bytes:
        start = int(self._starts[number]) + len(_ENTRY)
        return self._content[start : self._content.index(_SOUND, start)]


class Dictionary:
    """The two dictionaries of an accent.

    Args:
        checked: The entries that people have checked.
        generated: The entries that a program has generated.
    """

    def __init__(self, checked: Entries, generated: Entries) -> None:
        self._checked = checked
        self._generated = generated

    def find_checked(self, word: str) -> Entry | None:
        """Return the checked entry of a word, or of the word with its first letter in the other case."""
        return _find(self._checked, word)

    def find(self, word: str) -> Entry | None:
        """Return the entry of a word, or of the word with its first letter in the other case. Checked ones win."""
        entry = self.find_checked(word)
        return _find(self._generated, word) if entry is None else entry


def _find(entries: Entries, word: str) -> Entry | None:
    entry = entries.get(word)
    if entry is None and len(word) > 1:
        if word.islower():
            return entries.get(word.capitalize())
        if word == word.capitalize():
            return entries.get(word.lower())
    return entry


@functools.lru_cache(maxsize=2)
def load_dictionary(*, british: bool) -> Dictionary:
    """Return the dictionary of an accent, which is loaded once.

    Raises:
        EngineError: The package of the dictionaries is not installed, or one of its files is not as published.
    """
    accent = "gb" if british else "us"
    return Dictionary(*(_load(f"{accent}_{name}") for name in ("gold", "silver")))


def _load(name: str) -> Entries:
    package = find_spec(PACKAGE)  # imports nothing
    if package is None or not package.submodule_search_locations:
        raise EngineError(f"Engine 'kokoro' lacks {PACKAGE}, which holds its dictionaries. {INSTALL_HINT}")
    file = Path(package.submodule_search_locations[0]) / "en" / "data" / f"{name}.json"
    try:
        content = file.read_bytes()
    except OSError as error:
        raise EngineError(f"Cannot read the dictionary {file}: {reason(error)}. {INSTALL_HINT}") from error
    if hashlib.sha256(content).hexdigest() != SHA256[name]:
        raise EngineError(f"The dictionary {file} is not as published: its SHA-256 differs. {INSTALL_HINT}")
    return Entries(content)
