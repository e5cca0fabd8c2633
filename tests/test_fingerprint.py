"""Whether an edition is current is decided before spaCy or an engine is loaded."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from narrate import check, produce
from narrate.casting import voices_folder
from narrate.config import AssemblyConfig, CastingConfig, Config, ReadingConfig, SpeakableConfig, SynthesisConfig

SILENT = Config(synthesis=SynthesisConfig(engine="silent"))
STORY = """Ferry returns

“We are back at last,” said Ada Byron, the captain. “It took us two long years.”
"""
HEAVY = {"numpy", "spacy", "soundfile", "lxml", "PIL", "mutagen", "onnxruntime"}


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


def forbid_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every attempt to find speakers fail, as it needs spaCy."""
    monkeypatch.setattr("narrate.attribution.attribute", None)


def test_unchanged_edition_is_recognized_without_heavy_libraries(story: Path, tmp_path: Path) -> None:
    produce(story, output=tmp_path / "out", config=SILENT)
    code = f"""
import sys
from narrate import produce
from narrate.config import Config, SynthesisConfig
edition = produce({str(story)!r}, output={str(tmp_path / "out")!r}, config=Config(synthesis=SynthesisConfig("silent")))
print(edition.state, sorted({HEAVY!r} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "untouched []\n"


def test_unchanged_edition_has_the_script_and_cast_that_were_made(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = produce(story, output=tmp_path / "out", config=SILENT)
    forbid_parsing(monkeypatch)
    found = produce(story, output=tmp_path / "out", config=SILENT)
    assert (found.script, found.cast, found.below_threshold) == (made.script, made.cast, made.below_threshold)
    assert check(story, output=tmp_path / "out", config=SILENT) == ()


def test_script_document_that_was_rendered_is_recognized(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = produce(story, output=tmp_path / "out", config=SILENT).script_file
    produce(document, output=tmp_path / "out", config=SILENT)
    forbid_parsing(monkeypatch)
    assert produce(document, output=tmp_path / "out", config=SILENT).state == "untouched"


def test_input_that_changes_nothing_heard_is_parsed_once(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = tmp_path / "roster.toml"
    roster.write_bytes((voices_folder() / "roster.toml").read_bytes())
    config = replace(SILENT, casting=CastingConfig(roster=str(roster)))
    produce(story, output=tmp_path / "out", config=config)
    roster.write_bytes(roster.read_bytes() + b"\n# checked in November\n")
    assert produce(story, output=tmp_path / "out", config=config).state == "untouched"
    forbid_parsing(monkeypatch)
    assert produce(story, output=tmp_path / "out", config=config).state == "untouched"


def test_every_kind_of_input_leads_to_a_new_look(story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lexicon = tmp_path / "lexicon.toml"
    lexicon.write_text('[[entry]]\nword = "Ada"\nalias = "Ayda"\n', encoding="utf-8")
    produce(story, output=tmp_path / "out", config=SILENT)
    forbid_parsing(monkeypatch)
    others = {
        "pause": replace(SILENT, assembly=AssemblyConfig(paragraph_ms=700)),
        "lexicon": replace(SILENT, speakable=SpeakableConfig(lexicon=str(lexicon))),
        "narrator": replace(SILENT, casting=CastingConfig(narrator="gloria")),
        "pin": replace(SILENT, casting=CastingConfig(pins={"Ada Byron": "gloria"})),
        "people": replace(SILENT, casting=CastingConfig(people=str(tmp_path / "people.toml"))),
        "kept text": replace(SILENT, reading=ReadingConfig(keep=("byline",))),
        "language": replace(SILENT, reading=ReadingConfig(language="en-GB")),
    }
    for config in others.values():
        if config.casting.people:
            (tmp_path / "people.toml").write_text('[silent]\n"Ada Byron" = "gloria"\n', encoding="utf-8")
        with pytest.raises(TypeError):
            produce(story, output=tmp_path / "out", config=config)
    assert produce(story, output=tmp_path / "out", config=SILENT).state == "untouched"
    story.write_text(STORY.replace("two", "three"), encoding="utf-8")
    with pytest.raises(TypeError):
        produce(story, output=tmp_path / "out", config=SILENT)


def test_another_suffix_is_another_source(story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    produce(story, output=tmp_path / "out", config=SILENT)
    markdown = story.rename(tmp_path / "story.md")
    forbid_parsing(monkeypatch)
    with pytest.raises(TypeError):
        produce(markdown, output=tmp_path / "out", config=SILENT)
