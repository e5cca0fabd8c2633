"""The first article of the project: its quotations, speakers and voices are exactly right."""

from __future__ import annotations

import pytest
from helpers.paths import shared

from narrate import prepare
from narrate.config import Config, SynthesisConfig
from narrate.edition.plan import Plan
from narrate.script.document import check_tiling

VOICED = {
    "We have no doubt that [Bakhmut]": "Dmitry Peskov",
    "I cannot interfere in this,": "Dmitry Peskov",
    "But I can tell you one thing:": "Dmitry Peskov",
    "It's a very, very difficult operation": "Dmitry Peskov",
    "We managed to shake up": "Dmitry Peskov",
    "I will not name different names": "Dmitry Peskov",
    "the prerogative of the military": "Dmitry Peskov",
    "retreated up to two kilometers": "Oleksandr Syrskyi",
    "overall situation": "Russia's Defense Ministry",
    "The enemy forces outnumber us": "Yevgeny Prigozhin",
    "Due to the lack of ammunition": "Yevgeny Prigozhin",
    "in the absence of ammunition": "Yevgeny Prigozhin",
    "doomed to a senseless death": "Yevgeny Prigozhin",
}
NARRATED = {"emotional,": "Dmitry Peskov", "very difficult": "Dmitry Peskov"}


@pytest.fixture(scope="module")
def prepared() -> Plan:
    return prepare(shared("articles", "bakhmut.txt"), config=Config(synthesis=SynthesisConfig(engine="silent")))


def test_bakhmut_quotations_have_expected_speakers_and_voices(prepared: Plan) -> None:
    names = prepared.script.names
    found = {
        segment.text.strip().lstrip('"'): (names[segment.speaker], names[segment.voiced_by])
        for segment in prepared.script.segments
        if segment.kind == "quotation"
    }
    expected = {opening: (name, name) for opening, name in VOICED.items()}
    expected |= {opening: (name, "Narrator") for opening, name in NARRATED.items()}
    assert len(found) == len(expected)
    for opening, speakers in expected.items():
        assert [s for text, s in found.items() if text.startswith(opening)] == [speakers], opening
    assert prepared.below_threshold == ()


def test_bakhmut_scare_quotes_are_narration(prepared: Plan) -> None:
    narration = "".join(s.text for s in prepared.script.segments if s.kind == "narration")
    assert narration.count('"special military operation"') == 1
    assert "special military operation is under control" not in narration


def test_bakhmut_speakers_have_distinct_voices(prepared: Plan) -> None:
    names = prepared.script.names
    voices = {names[speaker]: voice.id for speaker, voice in prepared.cast.voices.items()}
    assert set(voices) == {"Narrator", *VOICED.values()}
    assert len(set(voices.values())) == 5
    genders = {speaker.name: speaker.gender for speaker in prepared.script.speakers}
    assert genders["Dmitry Peskov"] == genders["Yevgeny Prigozhin"] == "male"


def test_bakhmut_disclaimer_is_spoken_once_and_tip_line_never(prepared: Plan) -> None:
    spoken = [s.text for s in prepared.script.segments]
    assert sum("AI-generated" in text for text in spoken) == 1
    assert spoken[0] == "Voice is AI-generated. Inconsistencies may occur."
    assert not any("Do you have a tip" in text or "van Brugen" in text for text in spoken)
    skipped = prepared.script.article.skipped
    assert all(s.reason for s in skipped)
    text = prepared.script.article.text
    tail = text.index("Do you have a tip")
    covered = sum(s.span.end - s.span.start for s in skipped if s.span and s.span.start >= tail)
    assert covered == len(text) - tail


def test_bakhmut_segments_cover_whole_article(prepared: Plan) -> None:
    check_tiling(prepared.script)
