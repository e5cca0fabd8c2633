"""What every language must have and do. A new folder in ``narrate/languages`` is tested without a change here.

``docs/how-to/add-a-language.md`` describes the files. Each language needs a news article of its own,
``tests/data/languages/<code>.md``, in the manner of its press, and its transcript, ``<code>.txt``.
"""

from __future__ import annotations

import re
import time
from dataclasses import fields
from itertools import product

import pytest
from helpers.measuring import allowed
from helpers.paths import TESTS

from narrate.attribution import attribute
from narrate.casting.roster import load_roster, roster_file, sample_of
from narrate.delivery.player import player_labels
from narrate.languages import ENGLISH, disclaimer_for, english_original, load_language, supported_languages
from narrate.languages.codes import iso_639_2, language_name
from narrate.languages.detection import detect_language
from narrate.languages.speech import attributed_languages, load_speech
from narrate.listening.words import names_in, words_of
from narrate.readers import read_bytes, read_source
from narrate.readers.skip_reasons import ADVERTISEMENT, BYLINE, DATELINE, DISCLAIMER, NEWSLETTER, RELATED, STAMP
from narrate.script import write_script
from narrate.script.lines import sentences
from narrate.speakable import speakable

OTHERS = tuple(code for code in supported_languages() if code != ENGLISH.code)
WRITTEN = (
    "12", "1 234", "3,5 %", "14.03.2026", "12/05/2024", "2026", "€ 4,2", "17-10", "80 km/h", "5 km²", "-3 °C",
    "0800 123",
)  # fmt: skip
"""Numbers as they are written in some language. Whatever it takes them for, it says them in words."""
HOSTILE = (
    "a ", "A ", "Aa ", "Ab. ", "12 ", "12.5.2024 ", "@", "a@b.c ", "« ", ", ", "- ", "(", "12h30 ", "A-", "A.", "x/",
    "|",
)  # fmt: skip
MAX_MATCH_S = 0.1
"""Processor time that a pattern may take for the longest line that is compared with it: far more than any needs."""
each_language = pytest.mark.parametrize("code", supported_languages())
each_other = pytest.mark.parametrize("code", OTHERS)


@each_language
def test_every_file_of_the_language_is_complete(code: str) -> None:
    language = load_language(code)
    assert language.sentences.disclaimer
    assert language.boilerplate.joining_word
    assert code == ENGLISH.code or (code in attributed_languages() and load_speech(code).verbs)


@each_language
def test_language_has_a_name_and_a_code_for_tags(code: str) -> None:
    assert language_name(code)[0].isupper()
    assert re.fullmatch("[a-z]{3}", iso_639_2(code))
    assert iso_639_2(code) != "und"


@each_other
def test_disclaimer_is_a_translation_that_is_spoken_by_default(code: str) -> None:
    disclaimer = load_language(code).sentences.disclaimer
    assert disclaimer_for(f"{code}-XX", ENGLISH.sentences.disclaimer) == disclaimer != ENGLISH.sentences.disclaimer
    assert disclaimer_for(code, "Own words.") == "Own words."
    assert english_original(code, disclaimer) == ENGLISH.sentences.disclaimer
    assert english_original(code, "Own words.") == ""
    assert speakable(disclaimer, code).text.rstrip(".").count(".") == 1


@each_other
def test_disclaimer_in_the_source_is_not_spoken_twice(code: str) -> None:
    disclaimer = load_language(code).sentences.disclaimer
    story = sample_paragraphs(code)
    page = "\n\n".join([story[0], disclaimer, *story[1:]])
    article = read_bytes(page.encode(), name="a.md", language=code, disclaimer=ENGLISH.sentences.disclaimer)
    assert [one.text for one in article.skipped if one.reason == DISCLAIMER] == [disclaimer]


@each_language
def test_player_has_the_labels_of_english(code: str) -> None:
    labels = player_labels(code)
    assert labels.keys() == player_labels(ENGLISH.code).keys()
    assert labels["labels_language"] == code
    assert labels["cover_mark"].isascii()


@each_language
def test_function_words_show_the_language(code: str) -> None:
    words = load_language(code).sentences.function_words
    assert len(words) >= 30
    assert all(word == word.lower() and word.isalpha() for word in words)
    shared = {other: words & load_language(other).sentences.function_words for other in supported_languages()}
    assert all(len(found) <= len(words) / 5 for other, found in shared.items() if other != code)


@each_other
def test_sample_article_is_recognized_and_read_as_its_press_writes(code: str) -> None:
    text = (TESTS / "data" / "languages" / f"{code}.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    assert detect_language(text.split("\n\n")).code == code
    article = read_source(TESTS / "data" / "languages" / f"{code}.md")
    assert {BYLINE, DATELINE, STAMP, ADVERTISEMENT, RELATED, NEWSLETTER} <= {one.reason for one in article.skipped}


@each_other
def test_every_quotation_of_the_sample_article_has_a_speaker(code: str) -> None:
    script = attribute(write_script(read_source(TESTS / "data" / "languages" / f"{code}.md")))
    quotations = [segment for segment in script.segments if segment.kind == "quotation"]
    assert len(quotations) >= 5
    assert len({segment.speaker for segment in quotations}) >= 3
    assert all(segment.confidence >= 0.5 for segment in quotations)


@each_other
@pytest.mark.parametrize("written", WRITTEN)
def test_numbers_are_said_in_words(code: str, written: str) -> None:
    spoken = speakable(f"xx {written} xx", code).text
    assert not re.search(r"[\d%€²°]", spoken), spoken
    assert spoken.startswith("xx ")


@each_other
def test_initials_and_titles_do_not_end_a_sentence(code: str) -> None:
    words = load_language(code).sentences
    title = next(iter(sorted(word for word in words.unfinished_abbreviations if len(word) > 1 and word.isalpha())))
    text = f"Xx {title.capitalize()}. Xyz X. Xyz xx. Xx."
    assert [text[start:end].strip() for start, end in sentences(text, words)] == [text[:-4], "Xx."]


@each_other
def test_heard_words_are_compared_as_they_are_said(code: str) -> None:
    assert words_of("Xx 12, xX!", code) == ["xx", *words_of("12", code), "xx"]
    assert words_of("12", code) == words_of(speakable("12", code).text, code)
    assert isinstance(names_in(["Xx xx."], code), set)


@each_language
def test_voices_of_an_engine_and_a_sentence_to_try_them_are_listed(code: str) -> None:
    voices = [voice for voice in load_roster(roster_file(code)) if voice.language.partition("-")[0] == code]
    assert {voice.gender for voice in voices} >= {"female", "male"}
    assert sample_of(code)


@pytest.mark.slow
@each_language
def test_no_pattern_takes_long_for_a_hostile_line(code: str) -> None:
    language = load_language(code)
    found = [getattr(words, one.name) for words in (language.boilerplate, language.sentences) for one in fields(words)]
    for pattern, unit in product([one for one in found if isinstance(one, re.Pattern)], HOSTILE):
        line = (unit * 600)[:600] + "\0"
        start = time.process_time()
        pattern.search(line[:200])
        pattern.fullmatch(line)
        took_s = time.process_time() - start
        assert took_s < MAX_MATCH_S or took_s < allowed(MAX_MATCH_S), (pattern.pattern[:80], unit)


def sample_paragraphs(code: str) -> list[str]:
    """Return the headline and the first paragraphs of the sample article that are spoken."""
    article = read_source(TESTS / "data" / "languages" / f"{code}.md")
    return [f"# {article.title}", *(article.text[span.start : span.end] for span in article.paragraphs[:3])]
