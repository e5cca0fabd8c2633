"""Names in other scripts, and very long words, inside English text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from narrate import prepare
from narrate.config import Config, SynthesisConfig
from narrate.readers import read_text
from narrate.speakable import speakable
from narrate.speakable.warnings import article_warnings, speaking_warnings
from narrate.types import LexiconEntry, PronunciationLexicon, Reading

NAMES = {
    "Владимир Зеленский": "Vladimir Zelenskiy",
    "Київ": "Kiiv",
    "Αλέξης Τσίπρας": "Alexis Tsipras",
    "习近平": "Xi Jin Ping",
    "김정은": "Gim Jeong Eun",
    "アベノミクス": "abenomikusu",
    "محمد": "mahamad",
    "נתניהו": "natanyhav",
    "შევარდნაძე": "shevardnadze",
    "Երևան": "Erevan",
    "नरेन्द्र": "nrendr",
    "ＡＢＣ": "ABC",
    "Ельцин": "Eltsin",
}
LATIN = [
    "naïve café in Łódź",
    "Đặng Thị Hoàng",
    "Erdoğan and Kılıç",
    "São Paulo’s Müller",
    "ʻOkina and Qurʾan",
    "“Quoted” — words…",
]


@pytest.mark.parametrize("name", NAMES)
def test_name_in_other_letters_is_transliterated_with_a_warning(name: str) -> None:
    text = f"The leader, {name}, left; “{name}” won."
    assert speakable(text).text == f"The leader, {NAMES[name]}, left; “{NAMES[name]}” won."
    assert speaking_warnings([text, text]) == (
        f"Spoken by transliteration from another script: {name} as '{NAMES[name]}'. "
        "Add them to a pronunciation lexicon if they sound wrong.",
    )


@pytest.mark.parametrize("text", LATIN)
def test_latin_letters_are_unchanged(text: str) -> None:
    assert speakable(text).text == text
    assert speaking_warnings([text]) == ()


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("β-carotene and α decay", "beta-carotene and alpha decay"),
        ("a rise ΔT of π", "a rise delta T of pi"),
        ("5 µg of it", "five micrograms of it"),
        ("The ٣ and Ⅳ", "The three and four"),
        ("said习近平said", "said Xi Jin Ping said"),
    ],
)
def test_letters_that_are_signs_are_read_as_signs(written: str, spoken: str) -> None:
    assert speakable(written).text == spoken


def test_lexicon_entry_takes_the_place_of_transliteration_and_warning() -> None:
    lexicon = PronunciationLexicon((LexiconEntry("习近平", alias="Shee Jin-ping"),))
    assert speakable("习近平 left Київ.", lexicon=lexicon).text == "Shee Jin-ping left Kiiv."
    (warning,) = speaking_warnings(["习近平 left Київ."], lexicon=lambda: lexicon)
    assert "Київ as 'Kiiv'" in warning
    assert "习近平" not in warning


def test_words_of_a_lexicon_are_transliterated_too() -> None:
    lexicon = PronunciationLexicon((LexiconEntry("Kyiv", alias="Київ"),))
    assert speakable("In Kyiv.", lexicon=lexicon).text == "In Kiiv."


def test_foreign_words_marked_by_the_source_are_transliterated_too() -> None:
    text = "She said спасибо to him."
    assert speakable(text, readings=[Reading(9, 16, "lang", "ru")]).text == "She said spasibo to him."


def test_warning_is_part_of_the_plan(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text("The leader, Владимир, left with 10.000 of the documents.\n", encoding="utf-8")
    warnings = prepare(story, config=Config(synthesis=SynthesisConfig(engine="silent"))).warnings
    assert [warning.partition(":")[0] for warning in warnings] == [
        "Read digit by digit, as it is not clear what stands before decimals",
        "Spoken by transliteration from another script",
    ]


def test_long_list_of_names_is_cut_in_the_warning() -> None:
    article = read_text("The towns: Київ, Львів, Харків, Одеса, Дніпро, Полтава, Суми are all there.")
    (warning,) = article_warnings(article, PronunciationLexicon)
    assert "Дніпро as 'Dnipro' and 2 more." in warning


@pytest.mark.parametrize("letters", [131, 200, 1000])
def test_word_that_engines_would_cut_is_spoken_whole_in_pieces(letters: int) -> None:
    word = ("Rindfleisch" * 100)[:letters]
    said = speakable(f"The {word} law").text
    assert said.replace(" ", "") == f"The{word}law"
    assert max(map(len, re.findall(r"\w+", said))) <= 60


def test_word_of_130_letters_is_one_word() -> None:
    word = ("Rindfleisch" * 20)[:130]
    assert speakable(f"The {word} law").text == f"The {word} law"
