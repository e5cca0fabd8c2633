"""A second run: unchanged editions stay as they are, changes are logged, and speakers keep their voices."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from helpers.casting import script, speaker, voice
from helpers.runs import SILENT, Run
from hypothesis import given
from hypothesis import strategies as st

from narrate import Edition, check, prepare, produce
from narrate.casting import cast_voices
from narrate.config import (
    AttributionConfig,
    CacheConfig,
    CastingConfig,
    Config,
    LoudnessConfig,
    SpeakableConfig,
    SynthesisConfig,
)
from narrate.edition.changes import compare
from narrate.edition.manifest import ManifestSegment
from narrate.types import NARRATOR, Cast, Gender, Segment

SCHEMA = json.loads(files("narrate.edition").joinpath("edition.schema.json").read_text(encoding="utf-8"))
STORY = """Ferry returns

“We are back at last,” said Ada Byron, the captain. “It took us two long years.”

“I waited for it all winter,” said Tomas Reyne, a baker.
"""
NEWCOMER = """
“There is no bridge, and there never was a road to the island,” said Rosa Lindqvist, a teacher. “So we need the ferry.”
"""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


@pytest.fixture
def make(story: Path, tmp_path: Path) -> Callable[..., Edition]:
    """Make the edition of the story, whose text becomes ``text`` if it is given."""

    def run(text: str | None = None, config: Config = SILENT, folder: str = "out") -> Edition:
        if text is not None:
            story.write_text(text, encoding="utf-8")
        return produce(story, output=tmp_path / folder, config=config)

    return run


Make = Callable[..., Edition]


def state_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def contents_of(folder: Path) -> dict[str, bytes]:
    return {name: data for name, (data, _) in state_of(folder).items()}


def manifest_of(edition: Edition) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(edition.files["manifest"].read_text(encoding="utf-8"))
    jsonschema.validate(document, SCHEMA)
    return document


def voices_of(edition: Edition) -> dict[str, str]:
    return {speaker: voice.id for speaker, voice in edition.cast.voices.items()}


class TestUnchangedArticle:
    def test_unchanged_article_keeps_bytes_and_times_of_its_edition(
        self, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = make()
        before = state_of(tmp_path / "out")
        monkeypatch.setattr("narrate.synthesis.synthesize", None)  # synthesis would fail
        again = make()
        assert state_of(tmp_path / "out") == before
        assert (first.state, again.state) == ("new", "untouched")
        assert again.reused_lines == again.lines == first.lines

    def test_untouched_edition_equals_the_one_that_was_made(self, make: Make) -> None:
        first, again = make(), make()
        same = ("mp3", "captions", "script_file", "script", "cast", "files", "provenance", "disclaimer", "engine")
        assert {name: getattr(again, name) for name in same} == {name: getattr(first, name) for name in same}
        for one, other in zip(first.cues, again.cues, strict=True):
            assert (one.text, one.speaker, one.segments, one.boundary) == (
                other.text,
                other.speaker,
                other.segments,
                other.boundary,
            )
            assert [word.text for word in one.words] == [word.text for word in other.words]
            for mine, theirs in zip(one.words, other.words, strict=True):
                assert mine.start_s == pytest.approx(theirs.start_s, abs=0.00051)
        assert again.duration_s == pytest.approx(first.duration_s, abs=0.00051)
        assert again.loudness_lufs == pytest.approx(first.loudness_lufs, abs=0.0051)
        assert [chapter.title for chapter in again.chapters] == [chapter.title for chapter in first.chapters]

    def test_people_file_is_not_rewritten_for_untouched_edition(self, make: Make, tmp_path: Path) -> None:
        people = tmp_path / "people.toml"
        config = replace(SILENT, casting=CastingConfig(people=str(people)))
        make(config=config)
        before = people.stat().st_mtime_ns
        assert make(config=config).state == "untouched"
        assert people.stat().st_mtime_ns == before
        people.unlink()
        assert make(config=config).state == "untouched"
        assert "Ada Byron" in people.read_text(encoding="utf-8")

    @pytest.mark.slow
    def test_edition_is_remade_without_cache_with_same_bytes(self, make: Make, tmp_path: Path) -> None:
        make()
        before = contents_of(tmp_path / "out")
        assert make(config=replace(SILENT, cache=CacheConfig(enabled=False))).state == "remade"
        assert contents_of(tmp_path / "out") == before

    @pytest.mark.slow
    def test_damaged_edition_is_remade_to_same_bytes(self, make: Make, story: Path, tmp_path: Path) -> None:
        make()
        make(STORY + NEWCOMER)
        out, before = tmp_path / "out", contents_of(tmp_path / "out")
        (out / "story.mp3").write_bytes(before["story.mp3"][:5000])
        (out / "story.transcript.txt").write_text("nothing", encoding="utf-8")
        (out / "story.vtt").unlink()
        assert check(story, output=out, config=SILENT) == (
            f"{out / 'story.mp3'} is not the file that was made",
            f"{out / 'story.vtt'} is missing",
            f"{out / 'story.transcript.txt'} is not the file that was made",
        )
        assert make().state == "remade"
        assert contents_of(out) == before


class TestChangedArticle:
    def test_change_log_lists_changes_and_previous_hashes(self, make: Make, tmp_path: Path) -> None:
        previous = make()
        previous_mp3 = hashlib.sha256(previous.mp3.read_bytes()).hexdigest()
        previous_article = manifest_of(previous)["article"]["sha256"]
        edition = make(STORY.replace("two long years", "three long years") + NEWCOMER)
        assert edition.state == "corrected"
        assert edition.changes is not None
        changes = [(change.kind, change.speaker, change.text.strip()) for change in edition.changes.segments]
        assert changes[:2] == [
            ("removed", "Ada Byron", "“It took us two long years.”"),
            ("added", "Ada Byron", "“It took us three long years.”"),
        ]
        assert ("added", "Rosa Lindqvist", "“So we need the ferry.”") in changes
        assert not [one for one in changes if one[0] == "revoiced"]
        (logged,) = manifest_of(edition)["corrections"]
        assert logged["changed"] == ["article", "script", "voices"]
        assert logged["former"] == {"article_sha256": previous_article, "mp3_sha256": previous_mp3}
        (removed,) = logged["removed"]
        text = "“It took us two long years.”\n\n"
        assert removed["words"] == 6
        assert removed["sha256"] == hashlib.sha256(text.encode()).hexdigest()
        segments = manifest_of(edition)["segments"]
        added = [segments[row["segment"]]["text"] for row in logged["added"]]
        assert [hashlib.sha256(text.encode()).hexdigest() for text in added] == [r["sha256"] for r in logged["added"]]
        assert [text.strip() for text in added] == [text for kind, _, text in changes if kind == "added"]

    @pytest.mark.slow
    def test_speakers_keep_their_voices_when_a_speaker_is_added(self, make: Make, tmp_path: Path) -> None:
        previous = make()
        alone = make(STORY + NEWCOMER, folder="elsewhere")
        assert voices_of(alone)["ada-byron"] != voices_of(previous)["ada-byron"]  # cast anew
        corrected = make()
        assert {name: voices_of(corrected)[name] for name in voices_of(previous)} == voices_of(previous)
        assert len(set(voices_of(corrected).values())) == 4
        assert corrected.cast.reasons["ada-byron"] == previous.cast.reasons["ada-byron"]

    def test_prepare_with_output_shows_cast_of_the_next_edition(self, make: Make, story: Path, tmp_path: Path) -> None:
        voice = voices_of(make())["ada-byron"]
        story.write_text(STORY + NEWCOMER, encoding="utf-8")
        assert prepare(story, output=tmp_path / "out", config=SILENT).cast.voices["ada-byron"].id == voice
        assert prepare(story, config=SILENT).cast.voices["ada-byron"].id != voice

    def test_withdrawn_text_is_in_no_file_of_the_edition(self, make: Make, tmp_path: Path) -> None:
        make(STORY + NEWCOMER)
        edition = make(STORY)
        assert edition.changes is not None
        assert any("Rosa Lindqvist" in change.speaker for change in edition.changes.segments)
        for name, data in contents_of(tmp_path / "out").items():
            assert not [word for word in (b"Rosa", b"Lindqvist", b"teacher", b"bridge") if word in data], name

    @pytest.mark.slow
    def test_pinned_voice_is_logged_as_revoiced(self, make: Make) -> None:
        previous = make()
        free = next(
            v for v in voices_of(make(STORY + NEWCOMER, folder="other")).values() if v not in voices_of(previous)
        )
        make(STORY)
        edition = make(config=replace(SILENT, casting=CastingConfig(pins={"Ada Byron": "gloria"})))
        assert free
        assert edition.changes is not None
        assert {(c.kind, c.speaker, c.previous_voice, c.voice) for c in edition.changes.segments} == {
            ("revoiced", "Ada Byron", voices_of(previous)["ada-byron"], "gloria")
        }
        (logged,) = manifest_of(edition)["corrections"]
        assert logged["changed"] == ["voices"] or logged["changed"] == ["script", "voices"]
        assert {row["former_voice"] for row in logged["revoiced"]} == {voices_of(previous)["ada-byron"]}

    @pytest.mark.slow
    def test_change_log_grows_and_names_each_previous_edition(
        self, make: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hashes = []
        for years in ("two", "three", "four"):
            edition = make(STORY.replace("two", years))
            hashes.append(hashlib.sha256(edition.mp3.read_bytes()).hexdigest())
        assert [one["former"]["mp3_sha256"] for one in manifest_of(edition)["corrections"]] == hashes[:2]
        assert make().state == "untouched"
        monkeypatch.setattr("narrate.edition.changes.LOG_LENGTH", 1)
        edition = make(STORY)
        assert [one["former"]["mp3_sha256"] for one in manifest_of(edition)["corrections"]] == hashes[2:]

    @pytest.mark.slow
    def test_same_history_gives_same_bytes(self, make: Make, tmp_path: Path) -> None:
        for folder in ("one", "two"):
            make(STORY, folder=folder)
            make(STORY + NEWCOMER, folder=folder)
        assert contents_of(tmp_path / "one") == contents_of(tmp_path / "two")

    @pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": "narrate-edition/1", "files": 7}', "{" * 9000])
    def test_edition_with_broken_manifest_is_made_anew(
        self, make: Make, tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        make()
        before = contents_of(tmp_path / "out")
        (tmp_path / "out" / "story.edition.json").write_text(content, encoding="utf-8")
        assert make().state == "new"
        assert contents_of(tmp_path / "out") == before
        assert "The previous edition is ignored: Cannot read " in caplog.text
        assert "story.edition.json: " in caplog.text

    def test_edition_without_change_log_is_corrected(self, make: Make) -> None:
        path = make().files["manifest"]
        document = json.loads(path.read_text(encoding="utf-8"))
        for key in ("made_from", "corrections", "cues", "fingerprint"):
            del document[key]
        path.write_text(json.dumps(document), encoding="utf-8")
        edition = make()
        assert edition.state == "corrected"
        assert edition.changes is not None
        assert edition.changes.segments == ()
        assert make().state == "untouched"

    @pytest.mark.slow
    def test_script_edited_in_place_gives_corrected_edition(self, make: Make, tmp_path: Path) -> None:
        document = make().script_file
        corrected = document.read_text(encoding="utf-8").replace('"speaker": "Tomas Reyne"', '"speaker": "Ada Byron"')
        document.write_text(corrected, encoding="utf-8")
        edition = produce(document, output=tmp_path / "out", config=SILENT)
        assert document.read_text(encoding="utf-8") == corrected
        assert edition.changes is not None
        assert [(c.kind, c.previous_speaker, c.speaker) for c in edition.changes.segments] == [
            ("revoiced", "Tomas Reyne", "Ada Byron")
        ]
        assert produce(document, output=tmp_path / "out", config=SILENT).state == "untouched"

    @pytest.mark.slow
    @pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot replace a file that is open")
    def test_next_run_repairs_edition_of_run_killed_between_renames(
        self, make: Make, story: Path, tmp_path: Path
    ) -> None:
        """The manifest is renamed last: until then the previous one describes the edition."""
        for folder in ("out", "reference"):
            make(STORY, folder=folder)
        make(STORY + NEWCOMER, folder="reference")
        code = f"""
import os, pathlib, narrate
from narrate.config import Config, SynthesisConfig
rename, left = pathlib.Path.replace, [7]
def replace(self, target):
    if self.name.startswith(".narrate-"):
        left[0] -= 1
        if left[0] < 0:
            os._exit(9)
    return rename(self, target)
pathlib.Path.replace = replace
narrate.produce({str(story)!r}, output={str(tmp_path / "out")!r}, config=Config(synthesis=SynthesisConfig("silent")))
"""
        killed = subprocess.run([sys.executable, "-c", code], check=False, timeout=120)
        assert killed.returncode == 9
        assert make().state == "corrected"
        kept = {name: data for name, data in contents_of(tmp_path / "out").items() if not name.startswith(".narrate-")}
        assert kept == contents_of(tmp_path / "reference")


class TestCheck:
    def test_check_lists_reasons_and_writes_nothing(self, make: Make, story: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        assert check(story, output=out, config=SILENT) == (f"there is no edition at {out / 'story.mp3'}",)
        assert not out.exists()
        make()
        before = state_of(out)
        assert check(story, output=out, config=SILENT) == ()
        lexicon = tmp_path / "lexicon.toml"
        lexicon.write_text('[[entry]]\nword = "Ada"\nalias = "Ayda"\n', encoding="utf-8")
        others = {
            "settings have changed": replace(SILENT, loudness=LoudnessConfig(target_lufs=-19.0)),
            "the lexicon has changed": replace(SILENT, speakable=SpeakableConfig(lexicon=str(lexicon))),
            "voices have changed": replace(SILENT, casting=CastingConfig(narrator="gloria")),
        }
        for reason, config in others.items():
            assert check(story, output=out, config=config) == (reason,)
        story.write_text(STORY.replace("winter", "summer"), encoding="utf-8")
        assert check(story, output=out, config=SILENT) == ("the article has changed",)
        assert state_of(out) == before
        (out / "story.srt").unlink()
        story.write_text(STORY, encoding="utf-8")
        assert check(story, output=out, config=SILENT) == (f"{out / 'story.srt'} is missing",)

    def test_check_reports_other_version_and_other_engine(
        self, make: Make, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make()
        quick = Config(synthesis=SynthesisConfig(engine="pyttsx3"))
        assert "voices have changed" in check(story, output=tmp_path / "out", config=quick)
        monkeypatch.setattr("narrate.edition.fingerprint.version_of", lambda _, **__: "99")
        assert check(story, output=tmp_path / "out", config=SILENT) == ("it was made by another version of Narrate",)

    @pytest.mark.slow
    def test_check_option_exits_3_and_prints_reasons(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        options = ("--engine", "silent", "--min-confidence", "0")
        missing = narrate("make", story, *options, "--check")
        expected = f"{story}: there is no edition at {Path('output') / 'story.mp3'}\n"
        assert (missing.returncode, missing.stdout, missing.stderr) == (3, expected, "")
        produce(story, output=tmp_path / "output", config=replace(SILENT, attribution=AttributionConfig(0.0)))
        current = narrate("make", story, *options, "--check", "--json")
        assert (current.returncode, json.loads(current.stdout)) == (0, {"current": True, "reasons": []})
        story.write_text(STORY.replace("winter", "summer"), encoding="utf-8")
        corrected = narrate("make", story, *options)
        assert "narrate: Removed: Tomas Reyne, voice stan: '“I waited for it all winter,”'\n" in corrected.stderr


ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["Ann", "Bob"]), st.sampled_from(["v", "w"])))


@given(was=ROWS, now=ROWS)
def test_changes_lead_from_previous_edition_to_the_next(
    was: list[tuple[str, str, str]], now: list[tuple[str, str, str]]
) -> None:
    people = [speaker("Ann"), speaker("Bob")]
    voices = {"v": voice("v"), "w": voice("w")}
    # A speaker has one voice: each voice of a name stands for a separate speaker.
    ids = {(name, sound): f"{name}-{sound}".lower() for _, name, sound in now}
    segments = [
        Segment(n, "narration", text, 0, 0, "ann" if name == "Ann" else "bob", ids[name, sound])
        for n, (text, name, sound) in enumerate(now)
    ]
    scene = replace(script([*people, *map(speaker, ids.values())]), segments=tuple(segments))
    cast = Cast({one: voices[sound] for (_, sound), one in ids.items()}, {})
    rows = [
        ManifestSegment(n, "narration", name, name, sound, start_s=0, end_s=1, confidence=1, evidence="", text=text)
        for n, (text, name, sound) in enumerate(was)
    ]
    changes = compare(rows, scene, cast, changed=["script"], article_sha256="", mp3_sha256="").segments
    removed = {change.segment for change in changes if change.kind == "removed"}
    added = {change.segment for change in changes if change.kind == "added"}
    revoiced = {change.segment: change for change in changes if change.kind == "revoiced"}
    stayed = [(n, row) for n, row in enumerate(was) if n not in removed]
    kept = [(n, row) for n, row in enumerate(now) if n not in added]
    assert [row[0] for _, row in stayed] == [row[0] for _, row in kept]
    for (_, previous), (n, row) in zip(stayed, kept, strict=True):
        assert (n in revoiced) == (previous != row)
        if n in revoiced:
            change = revoiced[n]
            assert (change.text, change.previous_speaker, change.previous_voice) == previous
            assert (change.text, change.speaker, change.voice) == row
    if was == now:
        assert changes == ()


GENDERS: list[Gender] = ["female", "male", "unknown"]


@given(
    genders=st.lists(st.sampled_from(GENDERS), min_size=1, max_size=6),
    roster=st.lists(st.sampled_from(GENDERS), min_size=1, max_size=6),
    order=st.lists(st.integers(0, 5), min_size=1, max_size=12),
)
def test_casting_with_previous_voices_gives_same_cast(
    genders: list[Gender], roster: list[Gender], order: list[int]
) -> None:
    """This holds however few the voices are. Otherwise an edition would be stale as soon as it is made."""
    people = [speaker(f"Person {n}", gender) for n, gender in enumerate(genders)]
    scene = script(people, [people[n % len(people)].name for n in order])
    voices = [voice("narr", narrator=True), *(voice(f"v{n}", gender) for n, gender in enumerate(roster))][
        len(roster) % 2 :
    ]
    first = cast_voices(scene, voices, pins={}, narrator=None)
    names = {NARRATOR: "Narrator"} | {one.id: one.name for one in people}
    previous = {names[one]: (theirs.id, first.reasons[one]) for one, theirs in first.voices.items()}
    again = cast_voices(scene, voices, pins={}, narrator=None, previous=previous)
    assert (list(again.voices.items()), again.reasons) == (list(first.voices.items()), first.reasons)


def test_previous_voice_of_another_gender_is_replaced() -> None:
    voices = [voice("nell", narrator=True), voice("carl", "male"), voice("ann", "female")]
    previous = {"Kim Lund": ("carl", "gender: male")}
    corrected = cast_voices(script([speaker("Kim Lund", "female")]), voices, pins={}, narrator=None, previous=previous)
    assert corrected.voices["kim-lund"].id == "ann"
    unknown = cast_voices(script([speaker("Kim Lund")]), voices, pins={}, narrator=None, previous=previous)
    assert unknown.voices["kim-lund"].id == "carl"


def test_previous_voice_is_kept_when_name_becomes_longer() -> None:
    voices = [voice("nell", narrator=True), voice("ann", "female"), voice("bea", "female")]
    for theirs in ("ann", "bea"):
        grown = script([speaker("Ada Byron", "female", "Byron")])
        cast = cast_voices(grown, voices, pins={}, narrator=None, previous={"Byron": (theirs, "")})
        assert cast.voices["ada-byron"].id == theirs
