"""The example article of the repository, and the checked script next to it."""

from __future__ import annotations

import json

from helpers.paths import EXAMPLE

from narrate.config import Config, SynthesisConfig
from narrate.pipeline import prepare
from narrate.script.document import check_tiling, is_edited

KEYS = ("kind", "start", "end", "text", "speaker", "attributed_to", "voiced_by", "evidence")
EXPECTED = [
    ("Margaret Ellery", "We have patched this bridge"),
    ("Margaret Ellery", "and I will not be the one"),
    ("Daniel Okafor", "What we saw was not"),
    ("Daniel Okafor", "The bridge is safe today"),
    ("Rosa Lindqvist", "My customers come over"),
    ("Rosa Lindqvist", "If they have to go round"),
    ("Harbour Traders' Association", "The council has had this report"),
    ("Margaret Ellery", "entirely fair"),
    ("Tomas Reyne", "I can have one boat"),
    ("Tomas Reyne", "One boat means a queue"),
    ("Anjali Mehta", "Six minutes becomes nineteen"),
    ("Anjali Mehta", "With a crew on the spot"),
    ("Daniel Okafor", "Half a bridge"),
    ("Edith Carrow", "They told us it would"),
    ("Edith Carrow", "Well, they were nearly right"),
]


def test_example_quotations_have_expected_speakers() -> None:
    script = prepare(EXAMPLE).script
    names = script.names
    found = [(names[s.speaker], s.text.strip().strip('".')) for s in script.segments if s.kind == "quotation"]
    assert [
        (name, text[: len(opening)]) for (name, text), (_, opening) in zip(found, EXPECTED, strict=True)
    ] == EXPECTED
    narrated = [s.text.strip() for s in script.segments if s.kind == "quotation" and s.voiced_by != s.speaker]
    assert narrated == ['"entirely fair".']
    check_tiling(script)


def test_example_scare_quotes_are_narration() -> None:
    script = prepare(EXAMPLE).script
    assert any('"high season"' in s.text for s in script.segments if s.kind == "narration")


def test_checked_script_of_example_is_what_narrate_writes() -> None:
    """Confidences are left out: their last digits depend on the processor."""

    def without_confidences(document: str) -> tuple[object, ...]:
        fields = json.loads(document)
        segments = [[s.get(key) for key in KEYS] for s in fields["segments"]]
        return fields["cast"], fields["speakers"], fields["skipped"], fields["article"], segments

    checked = EXAMPLE.with_suffix(".script.json").read_text(encoding="utf-8")
    written = prepare(EXAMPLE, config=Config(synthesis=SynthesisConfig(engine="kokoro"))).document()
    assert without_confidences(written) == without_confidences(checked)
    assert not is_edited(checked)
