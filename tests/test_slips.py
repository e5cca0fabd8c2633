"""Slips in a script document that was edited by hand."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from helpers.runs import SILENT

from narrate import prepare
from narrate.errors import SourceError
from narrate.readers.source import open_source
from narrate.script.document import SavedScript, load_script
from narrate.script.slips import MAX_SLIPS, differ_by_one_letter

STORY = """# Ferry

“We sail on Monday,” said Ada Byron, the captain. “It took two years.”

“I am glad,” said Grace Moore, a teacher.
"""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> str:
    article = tmp_path_factory.mktemp("slips") / "story.md"
    article.write_text(STORY, encoding="utf-8")
    return prepare(article, config=SILENT).document()


def slips(text: str, name: str = "desk/story.script.json") -> tuple[str, ...]:
    """Return the slips in a document, after checking that each names its line."""
    return load_script(text, name=name).slips


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def replaced(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_document_that_narrate_wrote_has_no_slips(document: str) -> None:
    assert slips(document) == ()


def test_unknown_key_is_a_warning_with_its_line(document: str) -> None:
    text = replaced(document, '"speaker": "Ada Byron"', '"speker": "Grace Moore",\n   "speaker": "Ada Byron"')
    (slip,) = slips(text)
    assert slip.startswith(f"story.script.json, line {line_of(text, 'speker')}: Unknown key 'segments[")
    assert slip.endswith(".speker', which is ignored. Did you mean 'segments[2].speaker'?")


QUOTED = '"speaker": "Grace Moore"'


@pytest.mark.parametrize(
    ("old", "new", "expected", "at"),
    [
        ('"skipped": [', '"skiped": [],\n "skipped": [', "Did you mean 'skipped'?", '"skiped"'),
        ('"title": ', '"titel": "x",\n  "title": ', "Unknown key 'article.titel', which is ignored.", '"titel"'),
        ('"gender": ', '"gendre": "male",\n   "gender": ', "Unknown key 'speakers[0].gendre'", '"gendre"'),
        (
            '"cast": {',
            '"cast": {\n  "Ada Byrom": "silent",',
            "'cast' has a voice for 'Ada Byrom', who says nothing in this script. Did you mean 'Ada Byron'?",
            '"Ada Byrom"',
        ),
        ('"cast": {', '"cast": {\n  "narator": "silent",', "Did you mean 'Narrator'?", '"narator"'),
        (
            '"text": "said Ada',
            '"speaker": "Bob",\n   "text": "said Ada',
            "'speaker' has no effect in a segment of kind 'narration', which the narrator reads. To give its words to "
            "a speaker, change 'kind' to 'quotation'.",
            '"Bob"',
        ),
        ('"voiced_by": "Grace Moore"', '"voiced_by": "Bob"', "'voiced_by' has no effect.", '"Bob"'),
        (
            '"speaker": "Ada Byron"',
            '"speaker": "Ada Byrn"',
            "The speaker 'Ada Byrn' is new, but differs from 'Ada Byron' by one letter. Did you mean 'Ada Byron'?",
            '"Ada Byrn"',
        ),
        (QUOTED, '"speaker": "Grcae Moore"', "Did you mean 'Grace Moore'?", '"Grcae Moore"'),
        (QUOTED, f'"speaker": "Bob",\n   {QUOTED}', ".speaker' is there twice, and only the last one counts.", QUOTED),
    ],
)
def test_slip_is_a_warning_with_its_line(document: str, old: str, new: str, expected: str, at: str) -> None:
    text = replaced(document, old, new)
    (slip,) = slips(text)
    assert expected in slip
    assert slip.startswith(f"story.script.json, line {line_of(text, at)}: ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"speaker": "Ada Byron"', '"speaker": "Grace Moore"'),  # a correction
        ('"speaker": "Ada Byron"', '"speaker": "Mary Shelley"'),  # a new speaker
        ('"speaker": "Ada Byron"', '"speaker": "ada byron"'),
        ('"speaker": "Ada Byron"', '"speaker": "Narrator"'),
        ('"speaker": "Ada Byron"', '"speaker": "Byron"'),
        ('"voiced_by": "Ada Byron"', '"voiced_by": "Narrator"'),
        ('"text": "said Ada', '"speaker": "Narrator",\n   "text": "said Ada'),
        ('"text": "said Ada', '"speaker": null,\n   "text": "said Ada'),
        ('"confidence": ', '"checked": true,\n   "confidence": '),
    ],
)
def test_correction_is_no_slip(document: str, old: str, new: str) -> None:
    assert slips(replaced(document, old, new)) == ()


def test_voice_of_speaker_whose_quotations_were_given_to_another_is_no_slip(document: str) -> None:
    assert slips(document.replace('"speaker": "Grace Moore"', '"speaker": "Ada Byron"')) == ()


CHANGED_ATTRIBUTION = '"attributed_to": "Ada Byron"', '"attributed_to": "Grace Moore"'


def test_changed_attribution_is_a_warning_with_its_line(document: str) -> None:
    (slip,) = slips(replaced(document, *CHANGED_ATTRIBUTION))
    assert slip.endswith("'attributed_to' has no effect. To change who speaks, change 'speaker', which is 'Ada Byron'.")
    assert f"line {line_of(document, CHANGED_ATTRIBUTION[0])}: " in slip


def test_changed_attribution_confirms_no_speaker(document: str) -> None:
    loaded = load_script(replaced(document, *CHANGED_ATTRIBUTION), name="x").script
    assert loaded == load_script(document, name="x").script
    assert not any(segment.checked for segment in loaded.segments)


def test_changed_attribution_is_a_warning_after_other_changes_too(document: str) -> None:
    text = replaced(replaced(document, *CHANGED_ATTRIBUTION), '"confidence": ', '"checked": true,\n   "confidence": ')
    assert "'attributed_to' has no effect." in "".join(slips(text))


@pytest.mark.parametrize("name", ["Grace Moore", "Narrator", "Mary Shelley"])
def test_corrected_speaker_is_confirmed_whatever_the_attribution_says(document: str, name: str) -> None:
    text = replaced(document, '"speaker": "Ada Byron"', f'"speaker": "{name}"')
    script = load_script(text, name="x").script
    (said,) = (one for one in script.segments if one.text.startswith("“We sail"))
    assert (script.names[said.speaker], said.checked, said.confidence) == (name, True, 1.0)


@pytest.mark.parametrize("name", ["Grace Moore", "Mary Shelley"])
def test_narration_that_was_made_a_quotation_is_said_by_its_speaker(document: str, name: str) -> None:
    text = replaced(document, '"kind": "narration",', f'"kind": "quotation",\n   "speaker": "{name}",')
    saved = load_script(text, name="x")
    (said,) = (one for one in saved.script.segments if one.text.startswith("said Ada Byron"))
    assert (said.kind, saved.script.names[said.voiced_by], said.checked) == ("quotation", name, True)
    assert saved.slips == ()


def test_new_speaker_is_named_once(document: str) -> None:
    assert len(slips(document.replace('"speaker": "Ada Byron"', '"speaker": "Ada Byrn"'))) == 1


@pytest.mark.parametrize(
    ("old", "new", "expected", "at"),
    [
        ('"speaker": "Ada Byron"', '"speaker": 7', "'segments[2].speaker' must be a text", '"speaker": 7'),
        ('"confidence": ', '"checked": "yes",\n   "confidence": ', "'segments[2].checked' must be", '"checked"'),
        ('"gender": "', '"gender": "x', "'speakers[0].gender' must be one of", '"gender"'),
        (QUOTED, '"speaker": null', "segments[5]: a quotation must have a 'speaker'", '"index": 5'),
        ('"text": "said Ada', '"text": "said Bob', "segment 3 no longer says", '"index": 3'),
        ('"engine": ', '"engine": null,\n "was": ', "'engine' must be a text", '"engine": null'),
    ],
)
def test_error_names_the_line(document: str, old: str, new: str, expected: str, at: str) -> None:
    text = replaced(document, old, new)
    with pytest.raises(SourceError) as caught:
        load_script(text, name="desk/story.script.json")
    line = line_of(text, at)
    assert str(caught.value).startswith(f"Cannot read desk/story.script.json, line {line}: {expected}")


def test_error_about_what_is_not_there_names_no_line(document: str) -> None:
    with pytest.raises(SourceError, match=r"^Cannot read a: 'cast' is missing"):
        load_script(replaced(document, '"cast"', '"caste"'), name="a")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Ada Byron", "Ada Byrn", True),
        ("Ada Byron", "Ada Byroon", True),
        ("Ada Byron", "Ada Byrom", True),
        ("Ada Byron", "Ada Bryon", True),
        ("Ada Byron", "Aba Byron", True),
        ("ada byron", "Ada Byron", False),
        ("Ada Byron", "Ada Bryan", False),
        ("Student 1", "Student 2", False),
        ("Ann", "Anna", False),
        ("J. Byron", "K. Byron", False),
        ("Ada B. Byron", "Ada C. Byron", False),
        ("Grace Moore", "Ada Byron", False),
        ("", "Ada Byron", False),
    ],
)
def test_names_that_differ_by_one_letter(one: str, other: str, expected: bool) -> None:
    assert differ_by_one_letter(one, other) is expected
    assert differ_by_one_letter(other, one) is expected


def test_slips_are_warnings_of_the_plan(document: str, tmp_path: Path) -> None:
    script = tmp_path / "story.script.json"
    script.write_text(replaced(document, '"speaker": "Ada Byron"', '"speaker": "Ada Byrn"'), encoding="utf-8")
    saved = open_source(script)
    assert isinstance(saved, SavedScript)
    assert saved.slips
    plan = prepare(script, config=SILENT)
    assert set(saved.slips) <= set(plan.warnings)
    assert json.loads(plan.document())["warnings"] == []  # they are no warnings of the document that Narrate writes


def test_document_with_very_many_slips_costs_little_and_lists_the_first(document: str) -> None:
    keys = "".join(f'"key {n}": 1, ' for n in range(20_000))
    cast = "".join(f'"Speaker {n}": "silent", ' for n in range(20_000))
    text = document.replace('"skipped": [', f'{keys}"skipped": [', 1).replace('"cast": {', '"cast": {' + cast, 1)
    started_s = time.process_time()
    assert len(slips(text)) == MAX_SLIPS
    assert time.process_time() - started_s < 3
