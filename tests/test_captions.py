"""Captions, transcript and chapters: sizes, order, one text everywhere; words where they are heard."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import numpy as np
import pytest

from narrate.delivery.captions import CUE_CHARACTERS, SRT_CHARACTERS, break_cues, srt, vtt
from narrate.delivery.chapters import find_chapters
from narrate.delivery.transcript import plain_text, transcript_json
from narrate.types import Audio, Boundary, Cue
from narrate.words import time_words

RATE_HZ = 16000
TEXTS = [
    "Voice is AI-generated. Inconsistencies may occur.",
    "The bridge that has carried the town's traffic since 1938 will close on the first of May, the council decided on "
    "Tuesday night, after engineers found rust deep inside two of its four main cables.",
    "“We have patched this bridge for thirty years,”",
    "said the mayor.",
    "Donaudampfschifffahrtsgesellschaftskapitänsmütze is one word, and so is "
    "https://example.org/a/very/long/address/that/goes/on.",
    "Short.",
]


def sound(*seconds: float) -> Audio:
    """Noise and quiet by turns, of so many seconds each."""
    noise = np.random.default_rng(3).uniform(-0.5, 0.5, 20 * RATE_HZ)
    pieces = [(n % 2 == 0) * noise[: round(s * RATE_HZ)] for n, s in enumerate(seconds)]
    return Audio(np.concatenate(pieces).astype(np.float32), RATE_HZ)


def lines(texts: list[str] = TEXTS, boundary: Boundary = "paragraph") -> list[Cue]:
    made, start_s = [], 0.25
    for number, text in enumerate(texts):
        seconds = len(text) / 15
        words = time_words(text, sound(seconds), start_s=start_s)
        speaker = "Ada <Byron>" if number == 2 else "Narrator"
        made.append(Cue(start_s, start_s + seconds, speaker, text, words, (number,), boundary))
        start_s += seconds + 0.3
    return made


def test_the_words_of_a_take_are_timed_by_their_letters() -> None:
    words = time_words("Two words", sound(0.8), start_s=10)
    assert [(w.text, w.start_s, w.end_s) for w in words] == [
        ("Two", 10, pytest.approx(10.3)), ("words", pytest.approx(10.3), pytest.approx(10.8)),
    ]  # fmt: skip


def test_a_clause_ends_where_the_sound_pauses() -> None:
    words = time_words("One, and two more words.", sound(0.7, 0.2, 1.1), start_s=0)
    assert words[0].end_s == pytest.approx(0.7, abs=0.02)
    assert words[1].start_s == pytest.approx(0.9, abs=0.02)
    assert words[-1].end_s == pytest.approx(2.0)


def test_a_pause_far_from_any_clause_is_not_taken_for_its_end() -> None:
    words = time_words("One, and two more words.", sound(2.5, 0.2, 0.2), start_s=0)
    assert words[0].end_s < 1


@pytest.mark.parametrize("text", [*TEXTS, "— …", "3", "a, b, c, d, e: f."])
@pytest.mark.parametrize("audio", [sound(2), sound(0.3, 0.3, 0.9, 0.1, 2), sound(0.005), sound(0.0, 1.0)])
def test_words_are_all_there_in_order_and_inside_their_take(text: str, audio: Audio) -> None:
    words = time_words(text, audio, start_s=5)
    assert [word.text for word in words] == text.split()
    times = [time for word in words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert times[0] >= 5
    assert times[-1] <= 5 + audio.duration_s + 1e-9


def test_cues_are_readable_ordered_and_lose_no_word() -> None:
    cues = break_cues(lines())
    assert max(len(cue.text) for cue in cues) <= CUE_CHARACTERS
    assert " ".join(cue.text for cue in cues) == " ".join(TEXTS)
    assert all(one.end_s <= other.start_s and one.start_s < one.end_s for one, other in pairwise(cues))
    assert cues[0].text == TEXTS[0]
    assert [cue.text for cue in cues[1:4]] == [
        "The bridge that has carried the town's traffic since 1938 will close on the first of",
        "May, the council decided on Tuesday night,",
        "after engineers found rust deep inside two of its four main cables.",
    ]
    assert vtt(cues, title="T", word_timing="estimated").count("<v Ada &lt;Byron&gt;>") == 1


def test_subrip_has_two_rows_of_32_and_names_who_begins_to_speak() -> None:
    blocks = [block.splitlines() for block in srt(lines()).split("\n\n")]
    rows = [row for block in blocks for row in block[2:]]
    assert all(len(row) <= SRT_CHARACTERS or " " not in row for row in rows)
    assert max(len(block) for block in blocks) == 4
    assert [block[0] for block in blocks] == [str(n) for n in range(1, len(blocks) + 1)]
    assert [row for row in rows if ": " in row] == [
        "Narrator: Voice is AI-generated.",
        "Ada <Byron>: “We have patched",
        "Narrator: said the mayor.",
    ]
    text = " ".join(rows).replace("Narrator: ", "").replace("Ada <Byron>: ", "")
    assert text == " ".join(TEXTS)
    assert re.fullmatch(r"00:00:00,250 --> 00:00:\d\d,\d{3}", blocks[0][1])


def test_the_transcript_says_how_words_are_timed_and_holds_the_same_text() -> None:
    document = json.loads(transcript_json(break_cues(lines()), word_timing="estimated"))
    assert (document["version"], document["wordTiming"]) == ("1.0.0", "estimated")
    assert " ".join(segment["body"] for segment in document["segments"]) == " ".join(TEXTS)
    assert set(document["segments"][0]) == {"speaker", "startTime", "endTime", "body"}
    plain = plain_text(lines())
    assert plain.startswith("Narrator: Voice is AI-generated. Inconsistencies may occur.\n\nNarrator: The bridge")
    assert plain.count("Ada <Byron>: “We have patched") == 1


@pytest.mark.parametrize(("paragraphs", "count"), [(1, 1), (2, 2), (3, 3), (40, 5)])
def test_chapters_are_every_few_paragraphs(paragraphs: int, count: int) -> None:
    cues = [
        Cue(0.25, 2, "N", "Made by machines.", boundary="disclaimer"),
        Cue(3, 5, "N", "Headline", boundary="headline"),
    ]
    cues += [
        Cue(6 + 10 * n, 15 + 10 * n, "N", f"Paragraph {n} is this.", boundary="paragraph") for n in range(paragraphs)
    ]
    duration_s = cues[-1].end_s + 1
    chapters = find_chapters(cues, title="Headline", duration_s=duration_s)
    assert len(chapters) == count
    assert (chapters[0].start_s, chapters[0].title, chapters[-1].end_s) == (0, "Headline", duration_s)
    assert all(one.end_s == other.start_s > one.start_s for one, other in pairwise(chapters))


def test_sections_are_chapters() -> None:
    texts = ["It rained.", "What went wrong", "Much did.", "What comes next", "Who knows, said nobody at all."]
    cues = [Cue(10 * n, 10 * n + 9, "N", text, boundary="paragraph") for n, text in enumerate(texts)]
    chapters = find_chapters(cues, title="Rain", duration_s=50)
    assert [(chapter.start_s, chapter.title) for chapter in chapters] == [
        (0, "Rain"), (10, "What went wrong"), (30, "What comes next"),
    ]  # fmt: skip
