"""The list of names in the news: its phonemes are what the model and the accents have."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

import pytest

from narrate.engines.kokoro import stress
from narrate.engines.kokoro.phonemes import Reader
from narrate.engines.kokoro.vocabulary import TOKENS
from narrate.engines.kokoro.words import NAMES, Following, Pronouncer, names

ROWS: Final = [line.split() for region in NAMES.values() for line in region.splitlines()]


def test_each_name_is_listed_once_with_both_accents() -> None:
    assert [row for row in ROWS if len(row) != 3] == []
    assert [name for name, count in Counter(row[0] for row in ROWS).items() if count > 1] == []
    assert [name for name, american, british in ROWS if american == british == "-"] == []
    assert len(ROWS) > 3000


@pytest.mark.parametrize("british", [False, True], ids=["American", "British"])
def test_names_have_phonemes_of_the_model_with_one_primary_stress_before_a_vowel(*, british: bool) -> None:
    listed = names(british=british)
    assert len(listed) > 2500
    assert {name: sound for name, sound in listed.items() if not set(sound) <= set(TOKENS)} == {}
    assert {name: sound for name, sound in listed.items() if sound.count(stress.PRIMARY) != 1} == {}
    places = {name: sound[sound.index(stress.PRIMARY) + 1 :] for name, sound in listed.items()}
    assert {name: rest for name, rest in places.items() if rest[:1] not in stress.VOWELS | {"a"}} == {}


def test_names_have_the_sounds_of_their_accent() -> None:
    american, british = names(british=False), names(british=True)
    assert {name: sound for name, sound in american.items() if set("Qɒː") & set(sound)} == {}
    assert {name: sound for name, sound in british.items() if set("OæTᵻ") & set(sound)} == {}
    rhotic = re.compile("ɹ(?![ˈˌ]?[AIOQWYaiuæɑɒɔəɛɜɪʊʌᵊjw])")
    assert {name: sound for name, sound in british.items() if rhotic.search(sound)} == {}


@pytest.mark.parametrize(
    ("written", "british", "phonemes"),
    [
        ("Navalny", False, "nəvˈɑlni"),
        ("NAVALNY", False, "nəvˈɑlni"),
        ("Navalny's", False, "nəvˈɑlniz"),
        ("Navalny’s", True, "nəvˈalniz"),
        ("Vučić", True, "vˈuːʧɪʧ"),
        ("Vucic", True, "vˈuːʧɪʧ"),
        ("VUČIĆ", True, "vˈuːʧɪʧ"),
        ("Erdoğan", False, "ˈɛɹdəwɑn"),
        ("ERDOGAN", False, "ˈɛɹdəwɑn"),
        ("Ørsted", True, "ˈɜːstɛd"),
        ("Łódź", True, "wˈuːʤ"),
        ("tanaiste", False, "tˈɔnɪʃtə"),
        ("tánaiste", False, "tˈɔnɪʃtə"),
    ],
)
def test_names_are_found_in_capitals_with_accents_and_with_endings(written: str, british: bool, phonemes: str) -> None:
    assert Pronouncer(british=british).pronounce(written, "NNP", Following()) == phonemes


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("Sinn Féin", "ʃˌɪn fˈAn"),
        ("Fine Gael", "fˌiːnə ɡˈAl"),
        ("Osama bin Laden", "Qsˈɑːmə bˈɪn lˈɑːdᵊn"),
        ("Ursula von der Leyen", "ˈɜːsjuːlə vˌɒn də lˈIən"),
        ("Plaid Cymru", "plˈId kˈʌmɹi"),
        ("Alistair MacLeod", "ˈalɪstˌɛː məklˈWd"),
        ("Douglas MacArthur", "dˈʌɡləs məkˈɑːθə"),
        ("Ewan MacGregor", "jˈuːən məɡɹˈɛɡə"),
        ("Hun Manet", "hˈuːn manˈɛt"),
        ("Ho Chi Minh City", "hˈQ ʧˌiː mˈɪn sˈɪti"),
        ("Kim Jong Un", "kˈɪm ʤˈɒŋ ˈuːn"),
        ("Kim Jong-un", "kˈɪm ʤˈɒŋˌuːn"),
    ],
)
def test_names_of_several_words_are_said_by_their_neighbors(reader: Reader, text: str, phonemes: str) -> None:
    assert reader.reading(text, british=True).phonemes == phonemes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("a fine day", "ɐ fˈIn dˈA"),
        ("heavy-laden ships", "hˌɛvilˈAdᵊn ʃˈɪps"),
        ("a plaid shirt", "ɐ plˈad ʃˈɜːt"),
        ("a president faced", "ɐ pɹˈɛzɪdᵊnt fˈAst"),
        ("the letter chi", "ðə lˈɛtə kˈI"),
        ("a Big Mac", "ɐ bˈɪɡ mˈak"),
        ("he will fail", "hiː wɪl fˈAl"),
        ("the car tyre", "ðə kˈɑː tˈIə"),
        ("two tours", "tˈuː tˈʊəz"),
        ("it angers them", "ɪt ˈaŋɡəz ðˌɛm"),
    ],
)
def test_words_that_are_also_names_are_said_as_words(reader: Reader, text: str, phonemes: str) -> None:
    assert reader.reading(text, british=True).phonemes == phonemes
