"""What is said for what is written."""

from __future__ import annotations

import json
import re
import unicodedata
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from helpers.runs import Run
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from narrate.languages.en import speakable as english
from narrate.languages.en.speakable import amounts, counts, letters, scores, signs, times, web
from narrate.languages.en.speakable._rules import load_family
from narrate.languages.en.speakable.letters import ABBREVIATIONS, INITIALISMS
from narrate.speakable import speakable
from narrate.types import LexiconEntry, PronunciationLexicon, Spoken

TABLE = Path(__file__).parent / "data" / "written_spoken.jsonl"
ROWS = [json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]
CATEGORIES = {name: list(rows) for name, rows in groupby(ROWS, key=lambda row: row["category"])}
EXAMPLES = Path(__file__).parents[1] / "examples"
TITLES = load_family("names").tables["titles"]
LANGUAGES = ("en-US", "en-GB")
SIGNS = st.sampled_from(
    "$ £ € ¥ % ° ½ ² № § & @ # + - – — / : . , ' ’ ( ) [ ] m bn k km C st th s May Jan. 11 2023 1990s 219 0 7 U.S. "
    "FBI St. No. $4.2m 3:30 1/2 IV D-Ga. Sen. 👍 ٣ ① \u00a0 \ue000 \u200d".split(" ")
)
TEXTS = st.lists(st.one_of(SIGNS, st.text(max_size=4)), max_size=14).map("".join)
WORDS = st.lists(SIGNS, max_size=14).map(" ".join)


@pytest.mark.parametrize("category", CATEGORIES)
def test_written_text_is_spoken_as_in_the_table(category: str) -> None:
    said = {row["written"]: speakable(row["written"], row["language"]).text for row in CATEGORIES[category]}
    assert said == {row["written"]: row["spoken"] for row in CATEGORIES[category]}


def test_table_of_spoken_texts_is_large_and_has_no_duplicates() -> None:
    assert len({(row["written"], row["language"]) for row in ROWS}) == len(ROWS) >= 1000
    assert len({row["id"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("  Two\n lines\tand more ", "Two lines and more"),
        ("Well done 👍🏽 all 👩‍👩‍👧!", "Well done all!"),
        ("🎙️ Listen ✈️ here ☎", "Listen here"),
        ("inter\u00adnational", "international"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_blanks_collapse_and_emoji_are_silent(written: str, spoken: str) -> None:
    assert speakable(written).text == spoken


KNOWN = (*(f"{title}." for title in TITLES), *ABBREVIATIONS, *INITIALISMS)
ABBREVIATION = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, sorted(KNOWN, key=len, reverse=True)))})(?!\w)")


def test_every_function_that_says_something_is_named_by_a_rule() -> None:
    named = {rule.say for rule in english.RULES}
    modules = (amounts, counts, letters, scores, signs, times, web)
    functions = [value for module in modules for name, value in vars(module).items() if name.startswith("say_")]
    assert [function.__name__ for function in functions if function not in named] == []


def unread(spoken: str) -> list[str]:
    """What no engine may see: digits, currency signs, abbreviations that we know."""
    signs = [c for c in spoken if unicodedata.category(c) in ("Nd", "Nl", "No", "Sc")]
    return signs + ABBREVIATION.findall(spoken.replace("STOP IT NOW", ""))


def test_no_digit_sign_or_known_abbreviation_survives_in_real_texts() -> None:
    sources = [(row["written"], row["language"]) for row in ROWS]
    for article in sorted(EXAMPLES.glob("*.md")):
        sources += [(block, language) for block in article.read_text("utf-8").split("\n\n") for language in LANGUAGES]
    assert {text: left for text, language in sources if (left := unread(speakable(text, language).text))} == {}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([row["written"] for row in ROWS]), min_size=2, max_size=5), st.sampled_from(LANGUAGES))
def test_no_digit_sign_or_known_abbreviation_survives_among_other_sentences(
    sentences: list[str], language: str
) -> None:
    text = " ".join(sentences)
    spoken = speakable(text, language)
    assert unread(spoken.text) == []
    assert_tiles(spoken, text)


def assert_tiles(spoken: Spoken, source: str) -> None:
    pieces = spoken.pieces
    assert all(one.end == other.start and one.source_end == other.source_start for one, other in pairwise(pieces))
    assert all(piece.start <= piece.end and piece.source_start < piece.source_end for piece in pieces)
    ends = (pieces[0].start, pieces[-1].end, pieces[0].source_start, pieces[-1].source_end) if pieces else (0, 0, 0, 0)
    assert ends == (0, len(spoken.text), 0, len(source))


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.one_of(TEXTS, WORDS), st.sampled_from(["en-US", "en-GB"]))
def test_no_digit_and_no_currency_sign_reaches_an_engine_and_pieces_tile(text: str, language: str) -> None:
    spoken = speakable(text, language)
    assert [c for c in spoken.text if unicodedata.category(c) in ("Nd", "Nl", "No", "Sc")] == []
    assert_tiles(spoken, text)


@pytest.mark.parametrize("abbreviation", [f"{title}." for title in TITLES])
def test_abbreviated_titles_are_read_in_full(abbreviation: str) -> None:
    said = speakable(f"Yesterday {abbreviation} Smith left.").text
    assert abbreviation not in said
    assert said.endswith(" Smith left.")


def test_pieces_map_spoken_words_to_the_source() -> None:
    source = "On May 11, 2023, they paid $4.2m to Bakhmut."
    spoken = speakable(source)
    found = {
        spoken.text[p.start : p.end]: source[p.source_start : p.source_end] for p in spoken.pieces if p.end > p.start
    }
    assert found["May eleventh, twenty twenty-three"] == "May 11, 2023"
    assert found["four point two million dollars"] == "$4.2m"
    assert found["Bakhmut."] == "Bakhmut."


@given(st.text(alphabet=st.characters(codec="ascii", categories=["Ll"]), max_size=30))
def test_ordinary_words_are_unchanged(text: str) -> None:
    assume(text not in ("aet", "aka", "etc", "plc"))  # abbreviations without a full stop
    assert speakable(text).text == text


def test_other_languages_keep_their_numbers() -> None:
    assert speakable("Hinta on  3 €", "fi-FI").text == "Hinta on 3 €"


def test_lexicon_applies_before_the_rules() -> None:
    lexicon = PronunciationLexicon(
        (LexiconEntry("NATO", alias="the alliance"), LexiconEntry("kyiv", ipa="kˈiv", case=False))
    )
    spoken = speakable("NATO met in Kyiv; NATOs did not.", lexicon=lexicon)
    assert spoken.text == "the alliance met in Kyiv; NATOs did not."
    assert [spoken.text[p.start : p.end] for p in spoken.pieces if p.ipa] == ["Kyiv"]


@pytest.mark.slow
def test_spoken_command_prints_the_spoken_text(narrate: Run) -> None:
    assert narrate("spoken", "It cost $4.2m.").stdout == "It cost four point two million dollars.\n"
    assert narrate("spoken", "--language", "en-GB", "Room 101").stdout == "Room one hundred and one\n"


@pytest.mark.slow
def test_spoken_command_applies_a_lexicon_before_the_rules(narrate: Run, tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text('[[entry]]\nword = "NATO"\nalias = "the alliance"\n', "utf-8")
    option = ("--lexicon", str(tmp_path / "desk.toml"))
    assert narrate("spoken", *option, "NATO sent 5.").stdout == "the alliance sent five.\n"
    (tmp_path / "rows.jsonl").write_text('{"id": 1, "written": "NATO"}\n', "utf-8")
    done = narrate("spoken", "--jsonl", *option, str(tmp_path / "rows.jsonl"))
    assert json.loads(done.stdout) == {"id": 1, "spoken": "the alliance"}


def test_spoken_command_reads_and_writes_json_lines_in_order(narrate: Run, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": "b", "written": "5km"}\n\n{"id": 1, "written": "No. 5", "language": "en-GB"}\n', "utf-8")
    rows = [json.loads(line) for line in narrate("spoken", "--jsonl", str(file)).stdout.splitlines()]
    assert rows == [{"id": "b", "spoken": "five kilometers"}, {"id": 1, "spoken": "Number five"}]


@pytest.mark.parametrize("line", ['{"id": 1}', "[1]", "{", '{"id": 1, "written": 5}', '"text"'])
def test_spoken_command_names_an_invalid_json_line(narrate: Run, tmp_path: Path, line: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": 1, "written": "a"}\n' + line, "utf-8")
    done = narrate("spoken", "--jsonl", str(file))
    assert done.returncode == 1
    assert "Line 2 is not like" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["9" * 400 + "th", "1" * 6000, "1," * 2000, "A." * 2000, "5-" * 2000, "$" * 2000])
def test_very_long_numbers_are_read(text: str) -> None:
    assert not any(map(str.isdecimal, speakable(text).text))
