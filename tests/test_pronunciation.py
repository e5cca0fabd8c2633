"""How kokoro says the words that newsrooms meet: heteronyms, acronyms, letters, articles, endings and names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from narrate.engines.kokoro.phonemes import Reader
from narrate.speakable import speakable

TABLE: Final = Path(__file__).parent / "data" / "pronunciation.tsv"
NOTATION: Final = re.compile("[A-Za-z()|?ˈːᵊᵻæðŋɑɒɔəɛɜɡɪɹʃʊʌʒʤʧθ]*")
SAME_CONSONANTS: Final = str.maketrans("Tɾʔ", "ttt", "ˌ")  # the three are said for t; secondary stress is ignored
WEAK_VOWELS: Final = {"ᵻ": "[ɪəᵻᵊ]", "ᵊ": "[əɐᵊ]?", "ə": "[əɐᵊ]", "ɪ": "[ɪᵻ]"}  # in the table -> in a reading


class Row(NamedTuple):
    """A line of the table."""

    kind: str
    role: str
    sentence: str
    us: str
    gb: str

    def expected(self, *, british: bool) -> str:
        """Return the phonemes of the word in an accent, empty if it is not tested."""
        return (self.gb if british else self.us).replace(" ", "")


LINES: Final = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
ROWS: Final = [Row(*line.split("\t")) for line in LINES]
KINDS: Final = list(dict.fromkeys(row.kind for row in ROWS))


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def phonemes_of_word(reader: Reader, sentence: str, *, british: bool) -> str:
    """Return the phonemes of the word between asterisks, without blanks and marks, as engines receive the sentence."""
    before, word, after = sentence.split("*")
    start, end = len(before), len(before + word)
    spoken = speakable(before + word + after, "en-GB" if british else "en-US")
    spans = []
    for piece in spoken.pieces:
        if piece.source_start >= end or piece.source_end <= start or piece.start == piece.end:
            continue
        first, last = piece.start, piece.end
        if spoken.text[first:last] == (before + word + after)[piece.source_start : piece.source_end]:
            first, last = first + max(0, start - piece.source_start), last - max(0, piece.source_end - end)
        spans.append((first, last))
    reading = reader.reading(spoken.text, british=british)
    sounds = zip(reading.phonemes, reading.words, strict=True)
    return "".join(
        sound
        for sound, (first, last) in sounds
        if sound.isalpha() and any(first < span[1] and last > span[0] for span in spans)
    )


def is_said(phonemes: str, expected: str, *, british: bool) -> bool:
    """Return whether phonemes are among those that the table expects."""
    phonemes = phonemes.translate(SAME_CONSONANTS).replace("əː", "ɜː")
    if "ˈ" not in expected:
        phonemes = phonemes.replace("ˈ", "")
    vowels = WEAK_VOWELS | ({"i": "[iɪ]"} if british else {})
    pattern = re.sub(f"[{''.join(vowels)}](?!ː)", lambda vowel: vowels[vowel[0]], expected)
    return re.fullmatch(pattern, phonemes) is not None


@pytest.mark.slow
@pytest.mark.parametrize("british", [False, True], ids=["American", "British"])
@pytest.mark.parametrize("kind", KINDS)
def test_words_are_said_as_in_the_table(reader: Reader, kind: str, british: bool) -> None:
    rows = [row for row in ROWS if row.kind == kind and row.expected(british=british)]
    said = {row: phonemes_of_word(reader, row.sentence, british=british) for row in rows}
    assert rows
    assert {
        row.sentence: f"{phonemes} for {row.expected(british=british)}"
        for row, phonemes in said.items()
        if not is_said(phonemes, row.expected(british=british), british=british)
    } == {}


@pytest.mark.parametrize(
    ("phonemes", "expected", "british", "same"),
    [
        ("mˈɪnət", "mˈɪnᵻt", False, True),
        ("mInˈut", "mˈɪnᵻt", False, False),
        ("ɹˈɛd", "ɹˈid", False, False),
        ("ɹˈid", "ɹˈiːd", True, False),
        ("sˈɪTi", "sˈɪti", False, True),
        ("sˈɪtɪ", "sˈɪti", True, True),
        ("ˌAsˌiˌɛljˈu", "Asiɛlju", False, True),
        ("ɐ sˌiˌɛljˈu", "Asiɛlju", False, False),
    ],
)
def test_phonemes_are_compared_exactly_but_for_weak_vowels(
    phonemes: str, expected: str, british: bool, same: bool
) -> None:
    assert is_said(phonemes, expected, british=british) is same


def test_table_has_one_marked_word_per_sentence_and_known_phonemes() -> None:
    assert len({row.sentence for row in ROWS}) == len(ROWS)
    assert [row.sentence for row in ROWS if row.sentence.count("*") != 2] == []
    assert {row.role for row in ROWS} == {"case", "guard"}
    for row in ROWS:
        assert row.us or row.gb
        assert NOTATION.fullmatch(row.expected(british=False))
        assert NOTATION.fullmatch(row.expected(british=True))
