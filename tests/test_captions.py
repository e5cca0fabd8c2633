"""Captions, transcript and chapters: sizes, order, one text everywhere; words where they are heard."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers.paths import EXAMPLE
from helpers.runs import Node

from narrate import produce
from narrate.audio.word_timing import time_words
from narrate.config import Config, SynthesisConfig
from narrate.delivery.captions import CUE_CHARACTERS, SRT_CHARACTERS, break_cues, srt, vtt
from narrate.delivery.chapters import find_chapters
from narrate.delivery.transcript import plain_text, transcript_json
from narrate.speakable import speakable
from narrate.types import Audio, Boundary, Cue, Piece, Spoken, Word, WordTime

READ_VTT = """
import { createRequire } from "module";
const require = createRequire(import.meta.url), { WebVTTParser } = require("webvtt-parser");
const entities = require("webvtt-parser/html-entities.json");
const text = (node) => node.type === "text" ? node.value : node.children.map(text).join("");
const voice = (node) => node.name === "v" ? node.value : node.children?.map(voice).find(Boolean);
const { cues, errors } = new WebVTTParser(entities).parse(file, "captions");
console.log(JSON.stringify({
    errors: errors.map((error) => error.message),
    cues: cues.map((cue) => [cue.startTime, cue.endTime, voice(cue.tree), text(cue.tree)]),
}));
"""
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


def timed(text: str, audio: Audio, start_s: float = 0) -> tuple[Word, ...]:
    """The words of a text that is said as it is written."""
    return time_words(text, Spoken(text, (Piece(0, len(text), 0, len(text)),)), audio, start_s=start_s)


def lines(texts: list[str] = TEXTS, boundary: Boundary = "paragraph") -> list[Cue]:
    made, start_s = [], 0.25
    for number, text in enumerate(texts):
        seconds = len(text) / 15
        words = timed(text, sound(seconds), start_s)
        speaker = "Ada <Byron>" if number == 2 else "Narrator"
        made.append(Cue(start_s, start_s + seconds, speaker, text, words, (number,), boundary))
        start_s += seconds + 0.3
    return made


def test_words_of_take_are_timed_by_their_letters() -> None:
    words = timed("Two words", sound(0.8), 10)
    assert [(w.text, w.start_s, w.end_s) for w in words] == [
        ("Two", 10, pytest.approx(10.3)), ("words", pytest.approx(10.3), pytest.approx(10.8)),
    ]  # fmt: skip


def test_clause_ends_where_the_sound_pauses() -> None:
    words = timed("One, and two more words.", sound(0.7, 0.2, 1.1))
    assert words[0].end_s == pytest.approx(0.7, abs=0.02)
    assert words[1].start_s == pytest.approx(0.9, abs=0.02)
    assert words[-1].end_s == pytest.approx(2.0)


def test_pause_far_from_any_clause_does_not_end_one() -> None:
    words = timed("One, and two more words.", sound(2.5, 0.2, 0.2))
    assert words[0].end_s < 1


def test_written_word_lasts_as_long_as_its_spoken_words() -> None:
    """ "four point two million dollars" has 26 letters, of 35."""
    text = "cost $4.2m today"
    spoken = speakable(text)
    assert spoken.text == "cost four point two million dollars today"
    words = time_words(text, spoken, sound(3.5), start_s=0)
    assert [(w.text, round(w.start_s, 2), round(w.end_s, 2)) for w in words] == [
        ("cost", 0.0, 0.4), ("$4.2m", 0.4, 3.0), ("today", 3.0, 3.5),
    ]  # fmt: skip


def test_word_times_of_the_engine_are_used() -> None:
    text = "It cost “$4.2m,” on 11 May — so."
    spoken = speakable(text)
    ends = [match.end() for match in re.finditer(r"\w+", spoken.text)]
    starts = [match.start() for match in re.finditer(r"\w+", spoken.text)]
    timings = tuple(WordTime(a, b, 2.0 * n, 2.0 * n + 1) for n, (a, b) in enumerate(zip(starts, ends, strict=True)))
    said = [spoken.text[timing.start : timing.end] for timing in timings]
    assert said[:7] == ["It", "cost", "four", "point", "two", "million", "dollars"]
    words = time_words(text, spoken, replace(sound(19, 19), timings=timings), start_s=10)
    times = {word.text: (word.start_s - 10, word.end_s - 10) for word in words}
    assert (times["It"], times["cost"]) == ((0, 1), (2, 3))
    assert times["“$4.2m,”"] == (4, 2 * said.index("dollars") + 1)
    day, month, dash = times["11"], times["May"], times["—"]
    assert day[0] == 2 * said.index("on") + 2
    assert day[0] < day[1] <= month[0] < month[1] <= dash[0] == dash[1]
    assert times["so."] == (2 * said.index("so"), 2 * said.index("so") + 1)


def test_impossible_word_times_are_moved_into_the_take_and_into_order() -> None:
    text = "One two three."
    timings = (WordTime(0, 3, -0.5, 0.4), WordTime(4, 7, 0.2, 0.9), WordTime(8, 13, 0.8, 7.0))
    words = time_words(text, speakable(text), replace(sound(1), timings=timings), start_s=0)
    assert [time for word in words for time in (word.start_s, word.end_s)] == pytest.approx([0, 0.4, 0.4, 0.9, 0.9, 1])


@pytest.mark.parametrize("text", [*TEXTS, "— …", "3", "a, b, c, d, e: f."])
@pytest.mark.parametrize("audio", [sound(2), sound(0.3, 0.3, 0.9, 0.1, 2), sound(0.005), sound(0.0, 1.0)])
def test_word_times_are_complete_ordered_and_inside_the_take(text: str, audio: Audio) -> None:
    words = timed(text, audio, 5)
    assert [word.text for word in words] == text.split()
    times = [time for word in words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert {*map(type, times)} == {float}  # numpy's own cannot be written to JSON
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


@pytest.mark.slow
def test_reader_of_w3c_parses_every_webvtt_cue(tmp_path: Path, node: Node) -> None:
    story = tmp_path / "story.md"
    story.write_text(EXAMPLE.read_text("utf-8").replace("Margaret Ellery", "Margaret A&B Ellery"), "utf-8")
    edition = produce(story, output=tmp_path, config=Config(synthesis=SynthesisConfig(engine="silent")))
    (tmp_path / "x.vtt").write_text(vtt(lines(), title="A --> B\n\nNOTE <c>", word_timing="estimated"), "utf-8")
    for path, cues in ((edition.captions, break_cues(edition.cues)), (tmp_path / "x.vtt", lines())):
        read = json.loads(node(READ_VTT, path))
        assert read["errors"] == []
        # That reader leaves the references in a voice's name as they are; the standard decodes them.
        assert [(unescape(name), text) for _, _, name, text in read["cues"]] == [
            (cue.speaker, cue.text) for cue in cues
        ]
        assert [time for start, end, _, _ in read["cues"] for time in (start, end)] == pytest.approx(
            [time for cue in cues for time in (cue.start_s, cue.end_s)], abs=0.0006
        )


@pytest.mark.parametrize(
    ("old", "new"),
    [("WEBVTT", "WEB"), (" --> ", " -> "), ("00:00:00.250", "00:00:99.250"), ("<v Narrator>", "<w Narrator>")],
)
@pytest.mark.slow
def test_reader_of_w3c_finds_faults(tmp_path: Path, node: Node, old: str, new: str) -> None:
    text = vtt(break_cues(lines()), title="T", word_timing="estimated")
    assert old in text
    (tmp_path / "x.vtt").write_text(text.replace(old, new, 1), "utf-8")
    assert json.loads(node(READ_VTT, tmp_path / "x.vtt"))["errors"]


def test_subrip_has_two_rows_of_32_and_names_each_new_speaker() -> None:
    blocks = [block.splitlines() for block in srt(lines()).split("\n\n")]
    rows = [row for block in blocks for row in block[2:]]
    assert max(map(len, rows)) <= SRT_CHARACTERS
    assert max(len(block) for block in blocks) == 4
    assert [block[0] for block in blocks] == [str(n) for n in range(1, len(blocks) + 1)]
    assert [row for row in rows if ": " in row] == [
        "Narrator: Voice is AI-generated.",
        "Ada <Byron>: “We have patched",
        "Narrator: said the mayor.",
    ]
    text = " ".join(rows).replace("Narrator: ", "").replace("Ada <Byron>: ", "")
    assert text.replace(" ", "") == "".join(TEXTS).replace(" ", "")  # a row may break a word
    assert re.fullmatch(r"00:00:00,250 --> 00:00:\d\d,\d{3}", blocks[0][1])


def test_transcript_states_the_word_timing_and_holds_the_same_text() -> None:
    document = json.loads(transcript_json(break_cues(lines()), word_timing="estimated"))
    assert (document["version"], document["wordTiming"]) == ("1.0.0", "estimated")
    assert " ".join(segment["body"] for segment in document["segments"]) == " ".join(TEXTS)
    assert set(document["segments"][0]) == {"speaker", "startTime", "endTime", "body"}
    plain = plain_text(lines())
    assert plain.startswith("Narrator: Voice is AI-generated. Inconsistencies may occur.\n\nNarrator: The bridge")
    assert plain.count("Ada <Byron>: “We have patched") == 1


@pytest.mark.parametrize(("paragraphs", "count"), [(1, 1), (2, 2), (3, 3), (40, 5)])
def test_chapters_start_every_few_paragraphs(paragraphs: int, count: int) -> None:
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


def test_sections_become_chapters() -> None:
    texts = ["It rained.", "What went wrong", "Much did.", "What comes next", "Who knows, said nobody at all."]
    cues = [Cue(10 * n, 10 * n + 9, "N", text, boundary="paragraph") for n, text in enumerate(texts)]
    chapters = find_chapters(cues, title="Rain", duration_s=50)
    assert [(chapter.start_s, chapter.title) for chapter in chapters] == [
        (0, "Rain"), (10, "What went wrong"), (30, "What comes next"),
    ]  # fmt: skip
