"""The script document: what an editor may change in it, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.runs import SILENT, Run

from narrate import prepare, produce
from narrate.config import AttributionConfig, CastingConfig, Config, SynthesisConfig
from narrate.errors import SourceError
from narrate.readers.source import open_source
from narrate.script.document import SavedScript, check_tiling, is_edited, load_script
from narrate.types import NARRATOR

STORY = """Ferry returns

“We are back,” said Ada Byron, the captain. “It took us two long years.”

Carl Lund, a fisherman, called it “a small wonder” on Tuesday. “I did not think I would see it again,” he said.
"""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


def document_of(story: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(prepare(story, config=SILENT).document())
    return document


def saved(document: dict[str, Any]) -> SavedScript:
    return load_script(json.dumps(document), name="story.script.json")


def quotations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [segment for segment in document["segments"] if segment["kind"] == "quotation"]


def test_script_document_says_who_says_what_and_why(story: Path) -> None:
    found = [(q["text"].strip(), q["speaker"], q["voiced_by"]) for q in quotations(document_of(story))]
    assert found == [
        ("“We are back,”", "Ada Byron", "Ada Byron"),
        ("“It took us two long years.”", "Ada Byron", "Ada Byron"),
        ("“a small wonder”", "Carl Lund", "Narrator"),
        ("“I did not think I would see it again,”", "Carl Lund", "Carl Lund"),
    ]
    assert all(q["evidence"] and 0 < q["confidence"] <= 1 for q in quotations(document_of(story)))


def test_script_document_is_read_back_as_it_was_written(story: Path) -> None:
    prepared = prepare(story, config=SILENT)
    again = prepare(load_script(prepared.document(), name="x"), config=SILENT)
    assert again.document() == prepared.document()
    check_tiling(again.script)


def test_corrected_speaker_gets_the_quotation_with_full_confidence(story: Path) -> None:
    document = document_of(story)
    quotations(document)[1]["speaker"] = "Carl Lund"
    quotations(document)[3]["speaker"] = "Dora Voss"
    prepared = prepare(saved(document), config=SILENT)
    second, last = [prepared.script.segments[quotations(document)[n]["index"]] for n in (1, 3)]
    names = {speaker.id: speaker.name for speaker in prepared.script.speakers}
    assert [(names[s.voiced_by], s.confidence, s.evidence) for s in (second, last)] == [
        ("Carl Lund", 1.0, "corrected by an editor"),
        ("Dora Voss", 1.0, "corrected by an editor"),
    ]
    assert len({prepared.cast.voices[speaker].id for speaker in (NARRATOR, *names)}) == 4


@pytest.mark.parametrize(
    ("name", "speaker_id"), [("José Pérez", "josé-pérez"), ("Павел", "павел"), ("O'Neil", "o-neil"), ("!!", "speaker")]
)
def test_speaker_that_an_editor_adds_has_an_id_of_its_letters(name: str, speaker_id: str, story: Path) -> None:
    document = document_of(story)
    quotations(document)[0]["speaker"] = name
    assert {speaker.name: speaker.id for speaker in saved(document).script.speakers}[name] == speaker_id


def test_editor_may_give_a_quotation_to_the_narrator(story: Path) -> None:
    document = document_of(story)
    quotations(document)[0]["speaker"] = "Narrator"
    segment = prepare(saved(document), config=SILENT).script.segments[quotations(document)[0]["index"]]
    assert (segment.speaker, segment.voiced_by) == (NARRATOR, NARRATOR)


def test_corrected_voice_in_the_cast_is_used(story: Path) -> None:
    document = document_of(story)
    free = {voice.id for voice in prepare_voices()} - set(document["cast"].values())
    document["cast"]["Carl Lund"] = chosen = sorted(free)[0]
    prepared = prepare(saved(document), config=Config(casting=CastingConfig(), synthesis=SILENT.synthesis))
    lund = next(speaker.id for speaker in prepared.script.speakers if speaker.name == "Carl Lund")
    assert prepared.cast.voices[lund].id == chosen


def prepare_voices() -> tuple[Any, ...]:
    from narrate.edition.plan import roster

    return roster(SILENT)


def test_deleted_disclaimer_is_added_again(story: Path) -> None:
    document = document_of(story)
    document["segments"] = [s for s in document["segments"] if s["kind"] != "disclaimer"]
    first = prepare(saved(document), config=SILENT).script.segments[0]
    assert (first.kind, first.text) == ("disclaimer", "Voice is AI-generated. Inconsistencies may occur.")


def test_script_for_another_engine_is_cast_again_with_a_warning(story: Path) -> None:
    prepared = prepare(saved(document_of(story)), config=Config(synthesis=SynthesisConfig(engine="pyttsx3")))
    assert prepared.engine == "pyttsx3"
    assert any("cast for engine 'silent'" in warning for warning in prepared.warnings)


def test_script_is_spoken_by_the_engine_it_was_cast_for(story: Path) -> None:
    assert prepare(saved(document_of(story))).engine == "silent"


@pytest.mark.slow
def test_edition_from_script_document_leaves_the_document_unchanged(story: Path, tmp_path: Path) -> None:
    path = tmp_path / "story.script.json"
    document = document_of(story)
    quotations(document)[0]["speaker"] = "Somebody Else"
    path.write_text(json.dumps(document), encoding="utf-8")
    before = path.read_bytes()
    edition = produce(path, output=tmp_path, config=SILENT)
    assert path.read_bytes() == before
    assert edition.mp3 == tmp_path / "story.mp3"
    assert "Somebody Else" in {cue.speaker for cue in edition.cues}


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("segments", 2, "text"), "“We are lost,” ", r"segment 2 no longer says what the article says"),
        (("segments", 2, "start"), 7, r"segment \d+ "),
        (("segments", 2, "kind"), "shout", r"'segments\[2\]\.kind' must be one of disclaimer, headline"),
        (("segments", 2, "speaker"), 5, r"'segments\[2\]\.speaker' must be a text that is not blank, not 5"),
        (("segments", 2, "confidence"), "high", r"'segments\[2\]\.confidence' must be a number, not 'high'"),
        (("segments",), [], r"no segment holds the article's text from character 0"),
        (("segments", 2, "speaker"), "  ", r"'segments\[2\]\.speaker' must be a text that is not blank"),
        (("segments", 2, "speaker"), "A\0b", r"'segments\[2\]\.speaker' holds the character U\+0000"),
        (("segments", 2, "confidence"), int("1" + "0" * 400), r"'segments\[2\]\.confidence' must be between 0 and 1"),
        (("segments", 2, "kind"), "disclaimer", r"segment 2 no longer says what the article says"),
        (("speakers", 1, "id"), "narrator", r"every speaker must have a name and an id of its own"),
        (("article", "title"), "\ud800", r"'article\.title' holds the character U\+D800"),
        (
            ("skipped",),
            [{"reason": "x", "text": "lies", "start": 0, "end": 5}],
            r"skipped text is not what",
        ),
        (("segments",), "x", r"'segments' must be a list"),
        (("speakers", 0, "gender"), "robot", r"'speakers\[0\]\.gender' must be one of"),
        (("article",), None, r"'article' must be a table, not null"),
        (("article", "paragraphs"), [[1, 2, 3]], r"'article\.paragraphs\[0\]' must be a list of 2 numbers"),
        (("cast",), {"Ada": 1}, r"'cast\.Ada' must be a text"),
        (("segments", 2, "evidence"), None, r"segments\[2\]: 'attributed_to', 'confidence' and 'evidence' belong"),
        (
            ("skipped",),
            [{"reason": "x", "text": "x", "start": 0}],
            r"skipped\[0\]: 'start' and 'end' must be set together",
        ),
        (("engine",), None, r"'engine' must be a text, not null"),
        (("format",), "narrate-script/99", r"'format' must be 'narrate-script/1', not 'narrate-script/99'"),
    ],
)
def test_broken_script_document_is_reported_with_file_and_key(
    place: tuple[Any, ...], value: Any, message: str, story: Path
) -> None:
    document = document_of(story)
    target: Any = document
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    with pytest.raises(SourceError, match=message) as caught:
        saved(document)
    assert "story.script.json" in str(caught.value)


def test_invented_quotation_is_refused(story: Path) -> None:
    document = document_of(story)
    invented = quotations(document)[0] | {"start": 0, "end": 0, "text": "“I stole the money,” "}
    document["segments"].insert(2, invented)
    with pytest.raises(SourceError, match="segment 2 no longer says what the article says there: '“I stole"):
        saved(document)


def test_segments_out_of_order_are_refused(story: Path) -> None:
    document = document_of(story)
    document["segments"][2:] = reversed(document["segments"][2:])
    with pytest.raises(SourceError, match="is out of order"):
        saved(document)


def test_quotation_that_an_editor_confirms_gets_the_speakers_voice(story: Path) -> None:
    strict = replace(SILENT, attribution=AttributionConfig(min_confidence=1.0))
    document = json.loads(prepare(story, config=strict).document())
    assert {q["voiced_by"] for q in quotations(document)} == {"Narrator"}
    quotations(document)[0]["confidence"] = 1
    segment = prepare(saved(document), config=strict).script.segments[quotations(document)[0]["index"]]
    assert segment.voiced_by == "ada-byron"


def test_speaker_without_quotations_after_correction_gives_no_warning(story: Path) -> None:
    document = document_of(story)
    for quotation in quotations(document):
        quotation["speaker"] = "Carl Lund"
    assert prepare(saved(document), config=SILENT).warnings == ()


def test_edited_script_document_is_recognized(story: Path) -> None:
    document = document_of(story)
    assert not is_edited(json.dumps(document))
    document["cast"]["Carl Lund"] = "somebody"
    assert is_edited(json.dumps(document))
    assert is_edited("{")


@pytest.mark.parametrize(
    "data", [b"{", b"[" * 200_000, b'{"format": "narrate-script/1"', b"{}", b"[]", b"\xff\xfe{", b'{"a": \xff}']
)
def test_file_that_is_not_a_script_document_is_reported_by_name(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.script.json"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"broken\.script\.json"):
        open_source(path)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["missing.txt", "missing.json"])
def test_commands_report_a_missing_file_in_the_same_words(narrate: Run, name: str) -> None:
    for command in ("read", "make", "script"):
        done = narrate(command, name)
        message = f"narrate: Cannot read {name}: the file does not exist. Check the path."
        assert (done.returncode, done.stderr.strip()) == (1, message)


@pytest.mark.slow
@pytest.mark.parametrize("text", ['{"format": "narrate-script"}', '{"headline": "Storm"}', "[]"])
def test_commands_refuse_a_json_file_over_the_size_limit(narrate: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "large.json").write_text(text + " " * (17 * 2**20), encoding="utf-8")
    for command in ("read", "make", "script"):
        done = narrate(command, "large.json")
        assert done.returncode == 1
        message = "narrate: Cannot read large.json: it is larger than 16 MiB. Choose a file with one article."
        assert done.stderr.strip() == message
