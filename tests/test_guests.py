"""Voices of several engines in one edition: guests in a cast, which are named as ``ENGINE:ID``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.runs import Run

from narrate import UsageError, check, prepare, produce
from narrate.config import CacheConfig, CastingConfig, Config, SynthesisConfig
from narrate.edition.plan import castable
from narrate.types import NARRATOR

STORY = """# Ferry

The ferry sails again.

"We sail on Monday, whatever the weather," said Ada Byron, the captain.

"The harbour is glad of it," said Tom Reed, the mayor.
"""
GUEST = "silent:seth"


def config(narrator: str | None = None, *, engine: str = "pyttsx3", **pins: str) -> Config:
    named = {name.replace("_", " "): voice for name, voice in pins.items()}
    return Config(synthesis=SynthesisConfig(engine=engine), casting=CastingConfig(narrator=narrator, pins=named))


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text(STORY, encoding="utf-8")
    return path


def engines_of(edition: Path) -> Mapping[str, tuple[str, str]]:
    """Return the engine and the voice of each speaker by the manifest."""
    manifest = json.loads(edition.with_suffix(".edition.json").read_text(encoding="utf-8"))
    return {row["speaker"]: (row["engine"], row["voice"]) for row in manifest["cast"]}


class TestPlan:
    def test_narrator_may_be_a_guest_and_the_others_stay_with_the_engine(self, story: Path) -> None:
        plan = prepare(story, config=config(GUEST))
        voices = plan.voices_by_name
        assert (plan.engine, plan.engines) == ("pyttsx3", ("pyttsx3", "silent"))
        assert (voices["Narrator"].engine, voices["Narrator"].id) == ("silent", GUEST)
        assert {voices[name].engine for name in ("Ada Byron", "Tom Reed")} == {"pyttsx3"}

    @pytest.mark.parametrize("named", ["silent:seth", "silent:Seth", " silent:seth "])
    def test_speaker_may_be_a_guest(self, story: Path, named: str) -> None:
        plan = prepare(story, config=config(Ada_Byron=named))
        assert plan.voices_by_name["Ada Byron"].id == GUEST
        assert plan.voices_by_name["Narrator"].engine == "pyttsx3"

    def test_article_and_script_may_name_guests(self, story: Path, tmp_path: Path) -> None:
        story.write_text(f"---\ncast:\n  Ada Byron: {GUEST}\n---\n{STORY}", encoding="utf-8")
        plan = prepare(story, config=config())
        assert plan.voices_by_name["Ada Byron"].id == GUEST
        script = tmp_path / "story.script.json"
        script.write_text(plan.document(), encoding="utf-8")
        assert prepare(script, config=config()).voices_by_name == plan.voices_by_name

    def test_voice_may_be_named_with_the_engine_that_speaks(self, story: Path) -> None:
        plain, named = (prepare(story, config=config(name)) for name in ("arthur", "pyttsx3:arthur"))
        assert plain.voices_by_name == named.voices_by_name
        assert named.engines == ("pyttsx3",)

    def test_guest_does_not_change_who_else_gets_which_voice(self, story: Path) -> None:
        narrator = prepare(story, config=config()).cast.voices[NARRATOR]
        plain = prepare(story, config=config(narrator.id)).voices_by_name
        guest = prepare(story, config=config(Ada_Byron=GUEST)).voices_by_name
        assert guest["Narrator"] == plain["Narrator"]
        assert guest["Tom Reed"].gender == plain["Tom Reed"].gender == "male"

    def test_guest_is_cast_for_nobody_who_is_not_given_one(self, story: Path) -> None:
        crowd = "\n\n".join(f'"The ferry number {n} sails," said Anna Person{chr(97 + n)}.' for n in range(20))
        story.write_text(f"# Ferries\n\n{crowd}\n", encoding="utf-8")
        plan = prepare(story, config=config(GUEST))
        assert [name for name, voice in plan.voices_by_name.items() if voice.engine == "silent"] == ["Narrator"]

    @pytest.mark.parametrize(
        ("named", "problem"),
        [
            ("silent:seht", "the roster has no voice 'silent:seht'. Did you mean 'silent:seth'?"),
            ("silence:hush", "There is no engine 'silence'. Did you mean 'silent'?"),
            ("no-one", "the roster has no voice 'no-one'."),
        ],
    )
    def test_guest_that_does_not_exist_is_named(self, story: Path, named: str, problem: str) -> None:
        with pytest.raises(UsageError) as caught:
            prepare(story, config=config(named))
        assert problem in str(caught.value)

    def test_editor_may_keep_the_guests_of_a_plan(self, story: Path) -> None:
        settings = config(GUEST)
        plan = prepare(story, config=settings)
        ids = [voice.id for voice in castable(settings, plan)]
        assert ids.count(GUEST) == 1
        assert "arthur" in ids


@pytest.mark.slow
class TestEdition:
    def test_edition_of_two_engines_is_made_kept_and_made_anew_when_the_guest_goes(
        self, story: Path, tmp_path: Path
    ) -> None:
        settings = config(GUEST)
        edition = produce(story, output=tmp_path, config=settings)
        voices = engines_of(edition.mp3)
        assert voices["Narrator"] == ("silent", GUEST)
        assert voices["Ada Byron"][0] == "pyttsx3"
        assert produce(story, output=tmp_path, config=settings).state == "untouched"
        assert check(story, output=tmp_path, config=settings) == ()
        assert check(story, output=tmp_path, config=config()) == ("voices have changed",)
        again = produce(story, output=tmp_path, config=config())
        assert again.state == "corrected"
        assert again.changes
        assert {change.previous_voice for change in again.changes.segments if change.kind == "revoiced"} == {GUEST}

    def test_takes_do_not_depend_on_which_other_engine_speaks(self, story: Path, tmp_path: Path) -> None:
        kept = CacheConfig(folder=str(tmp_path / "takes"))
        alone = produce(story, output=tmp_path / "alone", config=replace(config("seth", engine="silent"), cache=kept))
        assert alone.reused_lines == 0
        mixed = produce(story, output=tmp_path / "mixed", config=replace(config(GUEST), cache=kept))
        spoken_by_guest = sum(cue.speaker == "Narrator" for cue in mixed.cues)
        assert mixed.reused_lines == spoken_by_guest > 0

    def test_edition_of_two_engines_passes_verification(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        edition = produce(story, output=tmp_path, config=config(Ada_Byron=GUEST))
        verified = narrate("verify", edition.mp3)
        problems = [line for line in verified.stdout.splitlines() if "FAIL" in line and "LU" not in line]
        assert problems == []

    def test_same_bytes_with_any_number_of_workers(self, story: Path, tmp_path: Path) -> None:
        for workers in (1, 2):
            settings = config(GUEST)
            settings = replace(settings, synthesis=replace(settings.synthesis, workers=workers))
            produce(story, output=tmp_path / str(workers), config=settings)
        assert (tmp_path / "1" / "story.mp3").read_bytes() == (tmp_path / "2" / "story.mp3").read_bytes()
