"""What is said in French, Spanish, Italian, Portuguese and German."""

from __future__ import annotations

import importlib
import json
import re
import time
import unicodedata
from pathlib import Path
from string import Formatter

import pytest
from helpers.measuring import unmeasured
from helpers.paths import shared
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate.languages.roman import roman, to_roman
from narrate.speakable import speakable
from narrate.speakable.warnings import speaking_warnings

LANGUAGES = ("de", "es", "fr", "it", "pt")
TABLES = Path(__file__).parent / "data" / "spoken"
SIGNS = st.sampled_from(
    "€ $ £ % ° № n° nº § & + - – — / : . , ' ’ ( ) « » „ “ 1er 2e XVIe II. 3. 12.06. 20.15 Uhr 18h30 M. Sr. Dr. km/h m²"
    " 1.250 1 250 2,5 0-0 3:1 @name #MeToo www.x.de a@b.fr F-16 G7 R$ M€ Mio. 01 42 34 56 78 '90 94' ½ 1/2 😀".split(
        " "
    )
)
TEXTS = st.lists(SIGNS, max_size=12).map(" ".join)


def normalized(text: str, language: str) -> str:
    """Return a text as the tables are compared: small letters without marks, in German without blanks."""
    text = unicodedata.normalize("NFC", text).lower().replace("’", "'")
    text = " ".join(re.sub(r"[^\w' ]", " ", text).split())
    if language == "fr":
        text = re.sub(r"\b(cent|vingt|mille)s\b", r"\1", text)
    return text.replace(" ", "") if language == "de" else text


def rows(language: str) -> list[list[str]]:
    text = (TABLES / f"{language}.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_written_text_is_spoken_as_in_our_table(language: str) -> None:
    said = {written: normalized(speakable(written, language).text, language) for written, _ in rows(language)}
    assert said == {written: normalized(spoken, language) for written, spoken in rows(language)}
    assert len(said) >= 45


@pytest.mark.parametrize("language", LANGUAGES)
def test_written_text_is_spoken_as_in_the_shared_table(language: str) -> None:
    lines = shared("eval", f"speakable.{language}.dev.jsonl").read_text(encoding="utf-8").splitlines()
    wrong = {
        row["written"]: said
        for row in map(json.loads, lines)
        if normalized(said := speakable(row["written"], language).text, language)
        not in {normalized(one, language) for one in row["accept"]}
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_states_every_word_that_the_shared_rules_need(language: str) -> None:
    module = importlib.import_module(f"narrate.languages.{language}.speakable")
    rules = module.spoken_rules(language)
    assert all(rule.pattern.pattern for rule in rules.rules)
    family = rules.family
    phrases = {"to", "minus", "plus", "per", "out_of", "of", "score", "handle", "hashtag", "date", "money"}
    assert phrases <= family.tables["phrases"].keys()
    assert {field for _, field, _, _ in Formatter().parse(family.tables["phrases"]["date"]) if field} == {
        "day",
        "month",
        "year",
    }
    assert len(set(family.lists["months"][:12])) == 12
    assert family.tables["minor_units"].keys() <= family.tables["currencies"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=60)
@given(text=TEXTS)
def test_no_digit_or_currency_sign_reaches_an_engine(language: str, text: str) -> None:
    spoken = speakable(text, language)
    assert not re.search(r"[\d€$£%]", spoken.text)
    assert [(piece.start, piece.source_start) for piece in spoken.pieces[:1]] in ([], [(0, 0)])
    for one, following in zip(spoken.pieces, spoken.pieces[1:], strict=False):
        assert (one.end, one.source_end) == (following.start, following.source_start)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_without_signs_are_left_as_they_are(language: str) -> None:
    sentences = {
        "de": "Die Bäckerin sagte: „Wir gehen nicht.“ Danach schwieg sie.",
        "es": "«No iremos», dijo la alcaldesa. Después calló.",
        "fr": "« Nous n’irons pas », a dit la maire. Mes amis se sont tus, et moi aussi.",
        "it": "«Non andremo», ha detto la sindaca. Poi è rimasta in silenzio.",
        "pt": "“Não iremos”, disse a prefeita. Depois calou-se.",
    }
    assert speakable(sentences[language], language).text == sentences[language]


@pytest.mark.parametrize(
    ("language", "shouted"),
    [
        ("fr", "LE MAIRE DIT NON À LA GARE DU NORD"),
        ("es", "EL ALCALDE DICE NO A LA OBRA DEL PUERTO"),
        ("de", "DER CHEF DES AMTS SAGT NEIN ZUR BAHN"),
    ],
)
def test_a_text_in_capitals_is_not_spelled(language: str, shouted: str) -> None:
    assert speakable(shouted, language).text == shouted


def test_portuguese_of_portugal_and_of_brazil_have_their_own_numbers() -> None:
    assert speakable("Tem 16 anos.", "pt-PT").text == "Tem dezasseis anos."
    assert speakable("Tem 16 anos.", "pt-BR").text == speakable("Tem 16 anos.", "pt").text == "Tem dezesseis anos."


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("am 3. Oktober", "am dritten Oktober"),
        ("der 3. Oktober", "der dritte Oktober"),
        ("ein 3. Versuch", "ein dritter Versuch"),
        ("in der 3. Runde", "in der dritten Runde"),
        ("die 3. Runde", "die dritte Runde"),
    ],
)
def test_a_german_ordinal_number_has_the_ending_that_its_case_asks_for(written: str, spoken: str) -> None:
    assert speakable(written, "de").text == spoken


@given(st.integers(1, 3999))
def test_roman_numerals_are_read_as_they_are_written(value: int) -> None:
    assert roman(to_roman(value)) == value


@pytest.mark.parametrize("letters", ["IIII", "VX", "IC", "LL", "MMMM", "XM"])
def test_letters_that_are_no_roman_numeral_have_no_value(letters: str) -> None:
    assert roman(letters) == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.slow
def test_the_time_grows_no_faster_than_the_length_of_a_paragraph(language: str) -> None:
    sentence = " ".join(written for written, _ in rows(language)[:12]) + " "
    speakable(sentence, language)

    def cost(copies: int) -> float:
        start = time.process_time()
        with unmeasured():
            speakable(sentence * copies, language)
        return time.process_time() - start

    assert min(cost(320), cost(320)) < 9 * max(cost(80), cost(80))  # 16 if the cost grew with the square


@pytest.mark.parametrize("language", LANGUAGES)
def test_decimal_commas_need_no_warning_where_they_are_usual(language: str) -> None:
    text = "Le 1er mai, 4,2 Md€ et 18h30."
    assert speaking_warnings([text], language=language) == ()
    assert speaking_warnings([text], language="en-US") != ()
