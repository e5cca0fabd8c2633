"""Compare the phonemes of ``kokoro`` with those of misaki: ``python tools/compare_phonemes.py ARTICLES.jsonl``.

misaki 0.9.4 made the training data of the model. It needs Python 3.12 or earlier, and is not a dependency of Narrate:
``pip install misaki==0.9.4 num2words``. Each line of ARTICLES is a JSON object with the key ``text``.

Each word of the speakable text counts once for each accent. The program prints the share of words with the same
phonemes without our lists and rules for names (the conversion alone, which is to equal misaki) and as the engine
speaks, each for all words and for those of misaki's dictionaries. With ``--differences`` it lists the differing words.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

from misaki import en

from narrate.engines.ipa import split_marks
from narrate.engines.kokoro import phonemes as ours
from narrate.engines.kokoro import words as own_words
from narrate.engines.kokoro.fallback import Espeak
from narrate.engines.kokoro.vocabulary import TOKENS
from narrate.languages.models import english_model
from narrate.pipeline import prepare
from narrate.script.lines import write_lines
from narrate.speakable import speakable
from narrate.synthesis import marked_text

MARKS = frozenset(';:,.!?—…"()“” ')
KNOWN = 3  # misaki's rating of an entry of its dictionaries; a guess has less
Words = dict[tuple[int, int], str]  # start and end in the text -> phonemes


class Misaki:
    """misaki's conversion with our spaCy model, and eSpeak NG for words that its dictionaries lack."""

    def __init__(self, *, british: bool) -> None:
        espeak = Espeak()
        self.reader = en.G2P.__new__(en.G2P)  # the constructor would download a spaCy model
        self.reader.version = None
        self.reader.british = british
        self.reader.nlp = english_model("tok2vec", "tagger")
        self.reader.lexicon = en.Lexicon(british)
        self.reader.fallback = lambda word: (espeak.phonemes(word.text, british=british) or None, KNOWN - 1)
        self.reader.unk = ""

    def words(self, text: str) -> tuple[Words, set[tuple[int, int]]]:
        """Return the phonemes of each word, and the places of the words that the dictionaries lack."""
        at, found, guessed = 0, {}, set()
        for word in self.reader(text.translate(ours.BRACKETS), preprocess=False)[1]:
            start = max(at, text.find(word.text, at))
            at = start + len(word.text)
            found[start, at] = "".join(sound for sound in word.phonemes or "" if sound in TOKENS and sound not in MARKS)
            if (rating(word) or KNOWN) < KNOWN:
                guessed.add((start, at))
        return {place: sounds for place, sounds in found.items() if sounds}, guessed


def rating(word: Any) -> int | None:
    """Return how certain misaki is of a word."""
    value = getattr(word, "rating", None)
    return value if value is not None else getattr(getattr(word, "_", None), "rating", None)


def our_words(reader: ours.Reader, text: str, *, british: bool) -> Words:
    """Return our phonemes of each word."""
    found: Words = {}
    reading = reader.reading(text, british=british)
    for sound, place in zip(reading.phonemes, reading.words, strict=True):
        if sound not in MARKS:
            found[place] = found.get(place, "") + sound
    return found


def lines_of(articles: Path, language: str) -> Iterator[str]:
    """Yield the speakable text of each line of the articles' scripts, the disclaimer left out."""
    with tempfile.TemporaryDirectory() as folder:
        for row in articles.read_text(encoding="utf-8").splitlines():
            article = Path(folder, "article.txt")
            article.write_text(json.loads(row)["text"], encoding="utf-8")
            for line in write_lines(prepare(article, output=folder).script)[2:]:
                spoken = marked_text(speakable(line.text, language, readings=line.readings))
                yield "".join(text for text, _, _ in split_marks(spoken))


def compare(lines: list[str], *, british: bool) -> Iterator[tuple[str, Counter[tuple[str, str, str]], int, int]]:
    """Yield a label, the differing words (text, misaki, ours), and the numbers of same and of all words."""
    misaki = Misaki(british=british)
    theirs = [misaki.words(line) for line in lines]
    for label, are_names_off in (("conversion alone, without names", True), ("as the engine speaks", False)):
        with ExitStack() as stack:
            if are_names_off:
                stack.enter_context(patch.object(own_words, "names", return_value={}))
                stack.enter_context(patch.object(ours, "read_foreign", return_value=None))
            reader = ours.Reader()
            found = [our_words(reader, line, british=british) for line in lines]
        for kind, are_all in ((label, True), (f"{label}, words of misaki's dictionaries", False)):
            differing: Counter[tuple[str, str, str]] = Counter()
            total = 0
            for line, (expected, guessed), given in zip(lines, theirs, found, strict=True):
                places = {place for place in expected.keys() | given.keys() if are_all or place not in guessed}
                total += len(places)
                pairs = ((place, expected.get(place, ""), given.get(place, "")) for place in sorted(places))
                differing.update((line[start:end], was, now) for (start, end), was, now in pairs if was != now)
            yield kind, differing, total - differing.total(), total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--differences", action="store_true", help="list the differing words")
    arguments = parser.parse_args()
    for british in (False, True):
        lines = list(lines_of(arguments.articles, "en-GB" if british else "en-US"))
        for label, differing, same, total in compare(lines, british=british):
            print(f"{'British' if british else 'American'}, {label}: {100 * same / total:.2f} % of {total} words")
            if arguments.differences:
                print(*(f"  {count} {word}" for word, count in differing.most_common()), sep="\n")


if __name__ == "__main__":
    main()
