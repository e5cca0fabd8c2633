"""Sentences, and the lines that voices say."""

from __future__ import annotations

import random
import re

import pytest
from helpers.paths import EXAMPLE

from narrate.languages import ENGLISH
from narrate.readers import read_text
from narrate.script import hand_to_narrator, open_with_disclaimer, write_script
from narrate.script.lines import MAX_CHARACTERS, sentences, write_lines
from narrate.speakable import speakable
from narrate.synthesis.rendering import MAX_SPOKEN_CHARACTERS as MAX_SPOKEN_TEXT
from narrate.types import Article, Script, Segment, Span, Speaker


@pytest.mark.parametrize(
    "marked",
    [
        "Gen. Mark A. Milley met U.S. Army officers in Washington D.C. on Friday.| “Why?” he asked.",
        "He left at 5 p.m.| The U.S. Senate voted 50-50.",
        "He lives in the U.S.| The plan “is dead.”| And so... it goes.| “No.”| “Yes!”",
        "She said no.| 5 people died...| Then nothing.| Dr. J. Smith of Acme Inc. said so.| See No. 5.",
        "Out there...Therefore, of course, it went on.| It cost $4.2 million.| On Sept. 11 it rained.",
        "She lives on Main St.| The door is red.| St. Paul is cold.| It rose 3.5 p.c.| I and I.| You too.",
        "“Is it over?| I hope so!”| (He left.)| [Then she came.]",
    ],
)
def test_text_is_split_at_the_ends_of_sentences(marked: str) -> None:
    text = marked.replace("|", "")
    found = [text[start:end] for start, end in sentences(text, ENGLISH.sentences)]
    assert "".join(found) == text
    assert [sentence.strip() for sentence in found] == [sentence.strip() for sentence in marked.split("|")]


def script_of(*paragraphs: list[tuple[str, str]], headline: str | None = None) -> Script:
    """A script from (speaker, text) pairs by paragraph; a speaker in capitals is read by the narrator."""
    text, segments, spans, people = "", [], [], {}
    if headline:
        segments.append(Segment(0, "headline", headline, 0, 0))
    for paragraph in paragraphs:
        start = len(text)
        for speaker, words in paragraph:
            kind = "narration" if speaker == "narrator" else "quotation"
            voiced_by = "narrator" if speaker.isupper() else speaker
            segments.append(
                Segment(len(segments), kind, words, len(text), len(text) + len(words), speaker.lower(), voiced_by)
            )
            people[speaker] = Speaker(speaker.lower(), speaker.title())
            text += words
        spans.append(Span(start, len(text.rstrip())))
    article = Article(headline, None, "en", None, None, text, None, tuple(spans), ())
    return Script(article, tuple(segments), tuple(person for name, person in people.items() if name != "narrator"))


def test_lines_follow_voices_sentences_and_paragraphs() -> None:
    script = script_of(
        [("narrator", "It rained. "), ("ada", "“We stay. "), ("ada", "We work,” "), ("narrator", "she said.\n\n")],
        [("narrator", "It has been "), ("ADA", "“hard,” "), ("narrator", "she added. They left.\n")],
        headline="Rain",
    )
    assert [(line.speaker, line.text, line.segments, line.boundary) for line in write_lines(script)] == [
        ("narrator", "Rain", (0,), "headline"),
        ("narrator", "It rained.", (1,), "speaker"),
        ("ada", "“We stay.", (2,), "sentence"),
        ("ada", "We work,”", (3,), "speaker"),
        ("narrator", "she said.", (4,), "paragraph"),
        ("narrator", "It has been “hard,” she added.", (5, 6, 7), "sentence"),
        ("narrator", "They left.", (7,), "end"),
    ]


def test_disclaimer_is_one_line() -> None:
    script = script_of([("narrator", "It rained.")])
    disclaimer = "Voice is AI-generated. Inconsistencies may occur."
    first, second = write_lines(open_with_disclaimer(script, disclaimer))
    assert (first.text, first.boundary) == (disclaimer, "disclaimer")
    assert (second.text, second.segments) == ("It rained.", (1,))


def test_very_long_sentence_is_split_at_clauses_and_loses_no_word() -> None:
    long = "and so the report went on about roads, " * 60 + "which no one read."
    lines = write_lines(script_of([("narrator", long)]))
    assert len(lines) > 2
    assert all(len(line.text) <= MAX_CHARACTERS for line in lines)
    assert all(line.text.endswith(",") and line.boundary == "join" for line in lines[:-1])
    assert " ".join(line.text for line in lines) == long


def test_very_long_word_is_cut_and_not_lost() -> None:
    lines = write_lines(script_of([("narrator", "x" * 2000)]))
    assert "".join(line.text for line in lines) == "x" * 2000


def test_text_without_words_makes_no_line() -> None:
    lines = write_lines(script_of([("narrator", "One.\n\n")], [("narrator", "* * *\n\n")], [("narrator", "Two.")]))
    assert [(line.text, line.boundary) for line in lines] == [("One.", "paragraph"), ("Two.", "end")]


@pytest.mark.parametrize("seed", range(4))
def test_lines_say_every_word_of_the_script_once_and_in_order(seed: int) -> None:
    story = EXAMPLE.read_text(encoding="utf-8").partition("---\n\n")[2]
    chance = random.Random(seed)
    for _ in range(100):
        cut = chance.randrange(len(story))
        slip = chance.choice(['"', "“", "\n\n", "...", " ", "‘", ". ", "—"])
        mutated = story[:cut] + slip + story[cut + chance.randrange(9) :]
        story = mutated if len(mutated) > 1500 else story
        script = hand_to_narrator(write_script(read_text(story)), fragment_words=4, min_confidence=0.5)
        spoken = [word for line in write_lines(script) for word in re.findall(r"\w+", line.text)]
        assert spoken == [word for segment in script.segments for word in re.findall(r"\w+", segment.text)]


@pytest.mark.parametrize(
    "unit", ["1990-", "1", "999,999,999 ", "½", "⅞", "ﷺ", "㎢", "%", "$1bn ", "1/2 ", "👩‍👩‍👧", "§ ", "‰", "ↈ"]
)
def test_what_becomes_long_in_speech_is_cut_into_lines_of_bounded_speech(unit: str) -> None:
    lines = write_lines(script_of([("narrator", "It is 1 " + unit * (3000 // len(unit)))]))
    spoken = [speakable(line.text, "en").text for line in lines]
    assert max(map(len, spoken)) <= 1500 < MAX_SPOKEN_TEXT
    assert max(len(line.text) for line in lines) <= MAX_CHARACTERS


def test_years_without_blanks_are_cut_between_years() -> None:
    lines = write_lines(script_of([("narrator", "1990-" * 500)]))
    assert len(lines) > 4
    assert {line.text.removesuffix("-").count("1990") - line.text.removesuffix("-").count("-") for line in lines} == {1}
    assert "".join(line.text for line in lines) == "1990-" * 500


def test_prose_with_many_numbers_stays_one_line() -> None:
    words = "It sold 1,234 of 5,678 tickets at $12.50 in 2021, 2,345 in 2022 and 3,456, or 41%, in 2023" * 2 + "."
    assert [line.text for line in write_lines(script_of([("narrator", words)]))] == [words]
