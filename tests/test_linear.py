"""The cost of an article grows as fast as its text: counted lines of code, processor time, and memory.

Lines of Narrate's own code that are executed are counted, since that does not depend on the machine. What libraries do
is measured as processor time in the slow tests.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import repetitions

import narrate
from narrate.attribution import attribute, parse, preload
from narrate.attribution.parse import parse_scripts
from narrate.languages import ENGLISH
from narrate.readers import read_text
from narrate.script import write_script
from narrate.script.marks import find_quoted
from narrate.script.turns import find_turns
from narrate.types import Span

pytestmark = pytest.mark.usefixtures("unmeasured")

MAX_GROWTH = 4.6
"""Most that an article of four times the text may cost, in multiples of the smaller one."""
QUICK = (
    "one endless word", "nested marks", "brackets",
    "statements in full", "statements with persons", "questions", "one sentence per paragraph", "links",
    "open links", "images", "emphasis marks", "nested quotes", "nested lists", "table rows", "entities", "markup",
    "emoji", "combining marks", "invisible characters", "digits", "groups of digits", "dashes", "points",
    "empty lines", "boilerplate", "page with a figure of quotes",
    "page with a link of superscripts",
)  # fmt: skip
BOUNDS = {
    "pronouns._MAX_ANTECEDENTS": 400, "entity_index._MAX_ALIKE": 50,
    "parse._MAX_PARAGRAPH_CHARACTERS": 12_000, "parse._MAX_PARAGRAPH_QUOTATIONS": 50,
}  # fmt: skip
"""Up to these bounds the cost of some patterns grows faster than the text. The tests that count lines divide them by
``LESS``, so that articles of a few thousand characters exceed them by far."""
LESS = 10
OTHERS = [name for name in repetitions.PATTERNS if name not in QUICK]
"""With ``NARRATE_EVAL=all``; they take six minutes."""
USUAL = (
    "prose", "quotations in one paragraph", "quotation per paragraph", "list items", "No, he said", "opening marks",
    "apostrophes", "names", "pronouns", "labels", "speakers", "described speakers", "one sentence", "footnotes",
    "slashes", "page with paragraphs", "script document", "claims",
)  # fmt: skip
REFUSED = {"page with open elements", "page with nested blocks"}
"""Pages whose elements are nested too deep at some size."""
NARRATE = str(Path(narrate.__file__).parent)


@pytest.fixture(scope="module", autouse=True)
def model() -> None:
    preload()


def executed_lines(name: str, characters: int, folder: Path) -> int:
    """Return how many lines of Narrate's code are executed to plan the edition of an article."""
    file, data = repetitions.case(name, characters)
    (folder / file).write_bytes(data)
    count, outcome = counted(lambda: repetitions.run_here(folder / file, "plan"))
    assert outcome == "made" or (name in REFUSED and outcome.startswith("refused: Cannot read ")), outcome
    return count


def counted(run: Callable[[], Any]) -> tuple[int, Any]:
    """Return how many lines of Narrate's code a call executes, and what it returns."""
    count = 0

    def in_function(_: FrameType, event: str, __: Any) -> Any:
        nonlocal count
        count += event == "line"
        return in_function

    def at_call(frame: FrameType, _: str, __: Any) -> Any:
        return in_function if frame.f_code.co_filename.startswith(NARRATE) else None

    before = sys.gettrace()
    sys.settrace(at_call)
    try:
        result = run()
    finally:
        sys.settrace(before)
    return count, result


def growth(name: str, characters: int, folder: Path) -> float:
    """Return the executed lines for four times the text, in multiples of those for the text."""
    executed_lines("prose", 500, folder)  # fills the caches of words and patterns
    return executed_lines(name, 4 * characters, folder) / executed_lines(name, characters, folder)


@pytest.mark.parametrize("name", QUICK)
def test_executed_lines_grow_as_fast_as_the_text(name: str, tmp_path: Path) -> None:
    assert growth(name, 1000, tmp_path) < MAX_GROWTH


def test_turns_of_an_interview_are_joined_at_a_cost_that_grows_as_fast_as_the_text() -> None:
    block = ["Host: Why so?", "Lee: I sing.", "Host: And then?", "Lee: I wait for it.", "We all sang it."]

    def lines_for(blocks: int) -> int:
        text = "\n\n".join(block * blocks)
        places = [Span(match.start(), match.end()) for match in re.finditer(r".+", text)]
        count, turns = counted(lambda: find_turns(text, places, ENGLISH.sentences, ()))
        assert len(turns) == len(places) - 1  # nothing follows the last paragraph
        return count

    assert lines_for(1600) / lines_for(400) < MAX_GROWTH


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS if os.environ.get("NARRATE_EVAL") == "all" else USUAL)
def test_executed_lines_grow_as_fast_as_longer_text(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for bound, value in BOUNDS.items():
        module, constant = bound.split(".")
        place = importlib.import_module(f"narrate.attribution.{module}")
        assert getattr(place, constant) == value
        monkeypatch.setattr(place, constant, value // LESS)
    assert growth(name, 4000, tmp_path) < MAX_GROWTH


@pytest.mark.slow
def test_counted_lines_show_a_cost_that_grows_with_the_square(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrate.attribution.parse._MAX_PARAGRAPH_QUOTATIONS", 10**6)
    assert growth("quotations in one paragraph", 1000, tmp_path) > MAX_GROWTH


@pytest.mark.slow
@pytest.mark.parametrize("name", ["prose", "quotations in one paragraph", "quotation per paragraph", "list items"])
def test_time_grows_as_fast_as_the_text(name: str, tmp_path: Path) -> None:
    def took_s(characters: int) -> float:
        file, data = repetitions.case(name, characters)
        (tmp_path / file).write_bytes(data)
        began = time.process_time()
        assert repetitions.run_here(tmp_path / file, "plan") == "made"
        return time.process_time() - began

    took_s(1000)
    growths = (took_s(80_000) / took_s(20_000) for _ in range(3))  # other processes may disturb one
    assert any(growth < MAX_GROWTH for growth in growths)


@pytest.mark.slow
def test_article_of_52_000_words_is_planned_within_60_s_and_400_mb() -> None:
    file, data = repetitions.case("prose", 300_000)
    assert len(data.split()) >= 52_000, file
    outcome, cpu_s, peak_mb = repetitions.run_case("prose", 300_000, "plan")
    assert (outcome, cpu_s < 60, peak_mb < 400) == ("made", True, True), (cpu_s, peak_mb)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["quotations in one paragraph", "slashes", "apostrophes"])
def test_repeated_pattern_of_200_000_characters_needs_at_most_500_mb(name: str) -> None:
    outcome, _, peak_mb = repetitions.run_case(name, 200_000, "plan")
    assert (outcome, peak_mb < 500) == ("made", True), peak_mb


class TestEndlessWords:
    """The parser sees the beginning of a run of characters without a blank."""

    @pytest.mark.parametrize(
        "run", ["a/" * 120, "a-" * 4000, "—" * 300, "([{" * 70, "https://example.org/" + "a/b-" * 200]
    )
    def test_words_behind_an_endless_word_keep_their_places(self, run: str) -> None:
        article = read_text(f"Harbour opens\n\nSee {run} here. “We sail,” said Ann Lee {run}.\n\nBo Ek left.")
        ((script, paragraphs),) = parse_scripts([write_script(article)])
        tokens = [token for paragraph in paragraphs for token in paragraph.tokens if token.quotation < 0]
        assert all(script.article.text[t.start : t.end] == t.text for t in tokens)
        assert {"here", "said", "Ann", "Lee", "Bo", "left"} <= {token.text for token in tokens}
        assert len(tokens) < 2 * 100 + 20

    @pytest.mark.parametrize("run", ["a/" * 120, "x" * 5000])
    def test_speaker_behind_an_endless_word_is_found(self, run: str) -> None:
        article = read_text(f"Harbour opens\n\nAnn Lee saw {run}. “We sail,” she said, and Bo Ek left {run}.")
        script = attribute(write_script(article))
        assert [script.names[s.speaker] for s in script.segments if s.kind == "quotation"] == ["Ann Lee"]

    def test_words_of_100_characters_are_seen_whole(self) -> None:
        word = "x" * 100
        article = read_text(f"Harbour opens\n\n“We sail,” said Ann Lee {word}.")
        ((_, paragraphs),) = parse_scripts([write_script(article)])
        assert word in {token.text for token in paragraphs[-1].tokens}


class TestParts:
    """A long paragraph is analyzed in parts, each of which is parsed on its own."""

    def parts(self, text: str) -> list[tuple[int, int]]:
        article = read_text(f"Harbour opens\n\n“We sail,” said Ann Lee.\n\n{text}")
        ((_, paragraphs),) = parse_scripts([write_script(article)])
        last = article.paragraphs[-1].start
        return [(p.start - last, p.end - last) for p in paragraphs if p.start >= last]

    def test_ordinary_paragraph_is_one_part(self) -> None:
        text = "The ferry sails at noon. “Yes,” said Ann Lee. " * 40
        assert self.parts(text) == [(0, len(text) - 1)]

    @pytest.mark.slow
    def test_parts_cover_a_long_paragraph_and_end_behind_sentences(self) -> None:
        text = ("The ferry sails at noon, as it has done for years. " * 600).strip()
        parts = self.parts(text)
        assert len(parts) == 3
        assert "".join(text[start:end] for start, end in parts) == text
        assert all(text[:end].endswith(". ") for _, end in parts[:-1])

    def test_long_paragraph_without_blanks_is_divided(self) -> None:
        text = "a" * 30_000
        assert self.parts(text) == [(0, 12_000), (12_000, 24_000), (24_000, 30_000)]

    def test_paragraph_of_many_quotations_is_divided_before_quotations(self) -> None:
        text = ("“Yes,” said Ann Lee. " * 120).strip()
        parts = self.parts(text)
        assert len(parts) == 3
        assert all(text[start] == "“" for start, _ in parts)
        assert "".join(text[start:end] for start, end in parts) == text

    @pytest.mark.slow
    def test_speakers_behind_the_first_part_are_found(self) -> None:
        from narrate.attribution import attribute

        text = "The ferry sails at noon, as it has done for years. " * 400 + "“We are late,” said Ben Roe."
        script = attribute(write_script(read_text(f"Harbour opens\n\n{text}")))
        assert [script.names[s.speaker] for s in script.segments if s.kind == "quotation"] == ["Ben Roe"]


def test_article_without_quotations_is_not_parsed() -> None:
    script = write_script(read_text("Harbour opens\n\nThe ferry sails at noon."))
    assert list(parse_scripts([script])) == [(script, [])]


def test_many_unclosed_quotations_are_counted_in_one_warning() -> None:
    text = "“We sail\n" * 30
    starts = [9 * number for number in range(30)]
    quoted, warnings = find_quoted(text, [Span(start, start + 8) for start in starts], ENGLISH.sentences)
    assert len(quoted) == 30
    assert len(warnings) <= 21


def test_marks_behind_many_apostrophes_are_found() -> None:
    text = "Over " + "'the sea " * 3000 + "she said, “We sail.”"
    quoted, _ = find_quoted(text, [Span(0, len(text))], ENGLISH.sentences)
    assert text[quoted[-1].start : quoted[-1].end] == "“We sail.”"


def parsed_texts(article: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the texts that the language model parses for an article, in order."""
    parsed: list[str] = []

    parser = parse._batch_parser()

    class Counting:
        def parse(self, texts: list[str]) -> Any:
            parsed.extend(texts)
            return parser.parse(texts)

    with monkeypatch.context() as patch:
        patch.setattr(parse, "_batch_parser", Counting)
        list(parse_scripts([write_script(read_text(article))]))
    return parsed


def test_parts_of_a_long_paragraph_that_are_alike_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "_MAX_PARAGRAPH_CHARACTERS", 1000)
    monkeypatch.setattr(parse, "_BATCH_CHARACTERS", 1000)
    parsed = parsed_texts(repetitions.OPENING + "It is late. " * 1000, monkeypatch)
    assert sum("late" in text for text in parsed) <= 2


def test_parses_are_kept_up_to_a_number_of_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "_BATCH_SIZE", 1)
    paragraphs = [f"The ferry number {number} is late." for number in range(30)]
    article = "\n\n".join([repetitions.OPENING.strip(), *paragraphs, paragraphs[-1], paragraphs[0]])
    kept = parsed_texts(article, monkeypatch)
    monkeypatch.setattr(parse, "_KEPT_CHARACTERS", 100)
    few = parsed_texts(article, monkeypatch)
    assert kept.count(paragraphs[0]) == few.count(paragraphs[-1]) == 1
    assert few.count(paragraphs[0]) == 2
