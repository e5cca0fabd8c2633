"""What an editor has checked: in the script document, in the manifest, and whether an edition waits for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path
from typing import Any

import fsspec
import jsonschema
import pytest
from helpers.runs import SILENT, Run

from narrate import Config, Edition, ReviewError, check, prepare, produce
from narrate.batch import read_report
from narrate.config import AttributionConfig, CacheConfig, DeliveryConfig, FeedConfig, ReviewConfig
from narrate.delivery.feed import write_feed
from narrate.edition.manifest import read_manifest
from narrate.edition.plan import roster
from narrate.edition.review import desk_state, is_in_feed
from narrate.script.document import dump_script, is_edited, load_script
from narrate.script.review import doubtful_quotations, review_time, unchecked_quotations

SCHEMA = json.loads(files("narrate.edition").joinpath("edition.schema.json").read_text(encoding="utf-8"))
STORY = """Ferry returns

The ferry is back after two years, and the island is glad of it.

“We are back at last,” said Ada Byron, the captain. “It took us two long years.”

The crossing takes forty minutes.

“I waited for it all winter,” said Tomas Reyne, a baker.

The next ship leaves on Monday.
"""
STRICT = replace(SILENT, attribution=AttributionConfig(min_confidence=0.99))
"""With these settings, every quotation is doubtful."""
WAITING = replace(STRICT, review=ReviewConfig(required=True))
REVIEW = {"reviewed_by": "Rosa Lindqvist", "reviewed_at": "2026-03-02T09:30:00Z"}


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


@pytest.fixture
def script(story: Path, tmp_path: Path) -> Path:
    """A script document where the edition of the story will be."""
    path = tmp_path / "out" / "story.script.json"
    path.parent.mkdir()
    path.write_text(prepare(story, config=STRICT).document(), encoding="utf-8")
    return path


def edit(script: Path, change: Callable[[dict[str, Any], list[dict[str, Any]]], object]) -> None:
    """Apply ``change`` to a script document and its quotations."""
    document = json.loads(script.read_text(encoding="utf-8"))
    change(document, [row for row in document["segments"] if row["kind"] == "quotation"])
    script.write_text(json.dumps(document), encoding="utf-8")


def check_all(_: dict[str, Any], quotations: list[dict[str, Any]]) -> None:
    for row in quotations:
        row["checked"] = True


def marks(edition: Edition) -> list[tuple[str, str, bool]]:
    """Return the beginning, the speaker's name and the mark of each quotation."""
    segments, names = edition.script.segments, edition.script.names
    return [(s.text[1:8], names[s.speaker], s.checked) for s in segments if s.kind == "quotation"]


class TestScriptDocument:
    def test_script_without_review_has_no_keys_of_a_review(self, script: Path) -> None:
        document = json.loads(script.read_text(encoding="utf-8"))
        assert not {"reviewed_by", "reviewed_at"} & set(document)
        assert all("checked" not in row for row in document["segments"])

    def test_review_and_marks_are_read_back_as_they_were_written(self, script: Path) -> None:
        edit(script, lambda document, quotations: (document.update(REVIEW), quotations[1].update(checked=True)))
        plan = prepare(script, config=STRICT)
        again = json.loads(plan.document())
        assert {key: again[key] for key in REVIEW} == REVIEW
        assert [row.get("checked") for row in again["segments"] if row["kind"] == "quotation"] == [None, True, None]
        assert prepare(load_script(plan.document(), name="x"), config=STRICT).document() == plan.document()

    def test_corrected_quotation_counts_as_checked(self, script: Path) -> None:
        edit(script, lambda _, quotations: quotations[1].update(speaker="Tomas Reyne"))
        saved = load_script(script.read_text(encoding="utf-8"), name="x")
        assert [s.checked for s in saved.script.segments if s.kind == "quotation"] == [False, True, False]

    def test_review_without_time_is_refused(self, script: Path) -> None:
        edit(script, lambda document, _: document.update(reviewed_by="Rosa Lindqvist"))
        with pytest.raises(Exception, match="'reviewed_by' and 'reviewed_at' must be set together"):
            prepare(script, config=STRICT)

    def test_script_that_is_written_as_edited_is_recognized_as_edited(self, story: Path) -> None:
        plan = prepare(story, config=SILENT)
        assert is_edited(dump_script(plan.script, plan.cast, engine="silent", is_edited=True))
        assert not is_edited(plan.document())


class TestDoubtfulQuotations:
    def test_quotations_below_the_confidence_are_doubtful_until_checked(self, script: Path) -> None:
        edit(script, lambda _, quotations: quotations[0].update(checked=True))
        found = load_script(script.read_text(encoding="utf-8"), name="x").script
        quotations = tuple(s.index for s in found.segments if s.kind == "quotation")
        assert doubtful_quotations(found, min_confidence=0.99) == quotations
        assert unchecked_quotations(found, min_confidence=0.99) == quotations[1:]
        assert doubtful_quotations(found, min_confidence=0.0) == ()

    def test_quotation_without_closing_mark_is_doubtful_whatever_its_confidence(self, story: Path) -> None:
        story.write_text(STORY.replace("two long years.”", "two long years."), encoding="utf-8")
        found = prepare(story, config=SILENT).script
        doubtful = [found.segments[index].text for index in doubtful_quotations(found, min_confidence=0.0)]
        assert [text.strip() for text in doubtful] == ["“It took us two long years."]

    def test_speaker_reads_a_doubtful_quotation_that_was_checked(self, script: Path) -> None:
        edit(script, lambda _, quotations: quotations[2].update(checked=True))
        plan = prepare(script, config=STRICT)
        read_by = [plan.script.names[s.voiced_by] for s in plan.script.segments if s.kind == "quotation"]
        assert read_by == ["Narrator", "Narrator", "Tomas Reyne"]
        assert len(plan.below_threshold) == 2


class TestRequiredReview:
    def test_edition_waits_and_its_script_is_there_to_be_checked(self, story: Path, tmp_path: Path) -> None:
        with pytest.raises(ReviewError, match=r"check whether Ada Byron says '“We are back.*story\.script\.json"):
            produce(story, output=tmp_path / "out", config=WAITING)
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["story.script.json"]

    @pytest.mark.slow
    def test_edition_is_made_by_the_same_command_once_an_editor_has_checked(self, story: Path, script: Path) -> None:
        edit(script, check_all)
        edition = produce(story, output=script.parent, config=WAITING)
        speakers = [("We are ", "Ada Byron", True), ("It took", "Ada Byron", True), ("I waite", "Tomas Reyne", True)]
        assert marks(edition) == speakers
        assert produce(story, output=script.parent, config=WAITING).state == "untouched"
        assert check(story, output=script.parent, config=WAITING) == ()

    @pytest.mark.slow
    def test_edition_on_disk_stays_while_the_next_one_waits(self, story: Path, tmp_path: Path) -> None:
        edition = produce(story, output=tmp_path / "out", config=STRICT)
        before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
        story.write_text(STORY.replace("all winter", "all summer"), encoding="utf-8")
        with pytest.raises(ReviewError):
            produce(story, output=tmp_path / "out", config=WAITING)
        after = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
        assert {path.name for path in before if before[path] != after[path]} == {"story.script.json"}
        assert set(after) == set(before)
        assert edition.files["manifest"] in after

    @pytest.mark.slow
    def test_current_edition_that_was_not_checked_waits_too(self, story: Path, tmp_path: Path) -> None:
        produce(story, output=tmp_path / "out", config=STRICT)
        with pytest.raises(ReviewError):
            produce(story, output=tmp_path / "out", config=WAITING)
        reasons = check(story, output=tmp_path / "out", config=WAITING)
        assert len(reasons) == 3
        assert all(reason.startswith("an editor must check whether ") for reason in reasons)

    def test_article_without_doubtful_quotations_does_not_wait(self, story: Path, tmp_path: Path) -> None:
        config = replace(SILENT, review=ReviewConfig(required=True))
        assert produce(story, output=tmp_path / "out", config=config).state == "new"

    @pytest.mark.slow
    def test_script_document_waits_where_it_is(self, script: Path, tmp_path: Path) -> None:
        before = script.read_bytes()
        with pytest.raises(ReviewError, match=r"out.story\.script\.json with 'narrate edit'"):
            produce(script, output=tmp_path / "elsewhere", config=WAITING)
        assert script.read_bytes() == before
        assert not (tmp_path / "elsewhere").exists()

    @pytest.mark.slow
    def test_script_waits_in_a_store_with_its_address(self, story: Path) -> None:
        with pytest.raises(ReviewError, match=r"Check memory://desk/story\.script\.json with"):
            produce(story, output="memory://desk", config=WAITING)
        store = fsspec.filesystem("memory")
        assert [Path(name).name for name in store.ls("/desk", detail=False)] == ["story.script.json"]
        document = json.loads(store.cat("/desk/story.script.json"))
        check_all({}, [row for row in document["segments"] if row["kind"] == "quotation"])
        store.pipe("/desk/story.script.json", json.dumps(document).encode())
        assert produce(story, output="memory://desk", config=WAITING).address == "memory://desk/story.mp3"
        store.rm("/desk", recursive=True)

    @pytest.mark.slow
    def test_backup_of_corrections_that_no_longer_fit_is_named(self, story: Path, script: Path) -> None:
        edit(script, lambda _, quotations: quotations[2].update(speaker="Ada Byron"))
        story.write_text(STORY.replace("all winter", "all summer"), encoding="utf-8")
        with pytest.raises(ReviewError, match=r"former script is kept as .*story\.edited-[0-9a-f]{8}\.script\.json"):
            produce(story, output=script.parent, config=WAITING)

    @pytest.mark.slow
    def test_command_exits_with_3_and_writes_nothing_to_standard_output(
        self, story: Path, tmp_path: Path, narrate: Run
    ) -> None:
        common = (str(story), "-o", str(tmp_path / "out"), "--engine", "silent", "--min-confidence", "0.99")
        run = narrate("make", *common, "--require-review", "--json")
        assert (run.returncode, run.stdout) == (3, "")
        assert run.stderr.startswith("narrate: Edition not made: an editor must check whether Ada Byron says")
        edit(tmp_path / "out" / "story.script.json", check_all)
        assert narrate("make", *common, "--require-review").returncode == 0

    @pytest.mark.slow
    def test_batch_reports_the_articles_that_wait(self, story: Path, tmp_path: Path, narrate: Run) -> None:
        common = ("-o", str(tmp_path / "out"), "--engine", "silent", "--min-confidence", "0.99", "--require-review")
        run = narrate("batch", str(story), *common)
        row = json.loads(run.stdout)
        assert (run.returncode, row["status"], row["mp3"]) == (3, "waiting", None)
        assert row["error"].startswith("Edition not made: an editor must check")
        assert "Articles: 1, failed: 0, waiting for an editor: 1." in run.stderr
        report = tmp_path / "report.jsonl"
        report.write_text(run.stdout, encoding="utf-8")
        assert list(read_report(report).failed) == [story]
        edit(tmp_path / "out" / "story.script.json", check_all)
        again = narrate("batch", "--retry-failed", str(report), *common)
        assert (again.returncode, json.loads(again.stdout)["status"]) == (0, "done")


@pytest.mark.slow
class TestEditedArticle:
    """Checked is: all quotations, and that Tomas Reyne (not Ada Byron) says the second."""

    @pytest.fixture
    def checked(self, script: Path) -> Path:
        def change(document: dict[str, Any], quotations: list[dict[str, Any]]) -> None:
            check_all(document, quotations)
            quotations[1]["speaker"] = "Dora Voss"
            document.update(REVIEW)

        edit(script, change)
        return script

    def test_review_of_an_unchanged_article_is_kept(self, story: Path, checked: Path) -> None:
        plan = prepare(story, output=checked.parent, config=STRICT)
        assert [s.checked for s in plan.script.segments if s.kind == "quotation"] == [True, True, True]
        assert (plan.script.reviewed_by, plan.script.reviewed_at) == tuple(REVIEW.values())
        assert "Dora Voss" in plan.script.names.values()

    @pytest.mark.parametrize(
        ("old", "new", "kept"),
        [
            ("The next ship leaves on Monday.", "The next ship leaves on Friday.", [True, True, False]),
            ("all winter", "all summer", [True, True, False]),
            ("said Tomas Reyne", "said Viktor Reyne", [True, True, False]),
            ("The crossing takes forty", "The crossing takes fifty", [False, False, False]),
            ("two long years", "three long years", [False, False, True]),
            ("Ferry returns", "The ferry returns", [True, True, True]),
            ("Ferry returns\n", "Ferry returns\n\nA new paragraph is in front.\n", [True, True, True]),
        ],
    )
    def test_changed_quotations_and_their_neighbors_lose_their_marks(
        self, old: str, new: str, kept: list[bool], story: Path, checked: Path
    ) -> None:
        story.write_text(STORY.replace(old, new), encoding="utf-8")
        plan = prepare(story, output=checked.parent, config=STRICT)
        quotations = [s for s in plan.script.segments if s.kind == "quotation"]
        assert [s.checked for s in quotations] == kept
        assert plan.script.names[quotations[1].speaker] == ("Dora Voss" if kept[1] else "Ada Byron")
        assert (plan.script.reviewed_by, plan.script.reviewed_at) == ("", "")

    def test_checked_speaker_whom_narrate_no_longer_finds_is_not_kept(self, story: Path, checked: Path) -> None:
        def rename(_: dict[str, Any], quotations: list[dict[str, Any]]) -> None:
            quotations[2].update(speaker="Nobody Known", attributed_to="Nobody Known")

        edit(checked, rename)
        story.write_text(STORY.replace("two years", "three years"), encoding="utf-8")
        plan = prepare(story, output=checked.parent, config=STRICT)
        last = [s for s in plan.script.segments if s.kind == "quotation"][-1]
        assert (plan.script.names[last.speaker], last.checked) == ("Tomas Reyne", False)

    def test_broken_script_document_is_ignored(self, story: Path, checked: Path) -> None:
        checked.write_text("{", encoding="utf-8")
        plan = prepare(story, output=checked.parent, config=STRICT)
        assert not any(s.checked for s in plan.script.segments)


@pytest.mark.slow
class TestManifest:
    def manifest_of(self, edition: Edition) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(edition.files["manifest"].read_text(encoding="utf-8"))
        jsonschema.validate(document, SCHEMA)
        return document

    def test_manifest_says_who_has_checked_what_and_when(self, script: Path) -> None:
        edit(script, lambda document, quotations: (document.update(REVIEW), quotations[2].update(checked=True)))
        manifest = self.manifest_of(produce(script, config=STRICT, output=script.parent))
        assert {key: manifest[key] for key in REVIEW} == REVIEW
        assert [row.get("checked") for row in manifest["segments"] if row["kind"] == "quotation"] == [None, None, True]

    def test_manifest_without_review_has_no_keys_of_one(self, script: Path) -> None:
        manifest = self.manifest_of(produce(script, config=STRICT, output=script.parent))
        assert not {"reviewed_by", "reviewed_at"} & set(manifest)
        assert "review" not in manifest["made_from"]
        assert all("checked" not in row for row in manifest["segments"])

    def test_review_alone_is_written_and_is_no_change_of_what_is_heard(self, script: Path) -> None:
        config = replace(SILENT, attribution=AttributionConfig(min_confidence=0.1))
        first = self.manifest_of(produce(script, config=config, output=script.parent))
        edit(script, lambda document, quotations: (document.update(REVIEW), check_all(document, quotations)))
        assert check(script, config=config, output=script.parent)[0] == "an editor has checked its script since"
        edition = produce(script, config=config, output=script.parent)
        manifest = self.manifest_of(edition)
        assert (edition.state, edition.changes, manifest["corrections"]) == ("remade", None, [])
        assert manifest["reviewed_by"] == "Rosa Lindqvist"
        mp3 = [next(row for row in one["files"] if row["holds"] == "mp3") for one in (first, manifest)]
        assert mp3[0] == mp3[1]
        assert produce(script, config=config, output=script.parent).state == "untouched"

    def test_withdrawn_review_is_noticed(self, script: Path) -> None:
        edit(script, lambda document, _: document.update(REVIEW))
        produce(script, config=STRICT, output=script.parent)
        edit(script, lambda document, _: [document.pop(key) for key in REVIEW])
        edition = produce(script, config=STRICT, output=script.parent)
        assert edition.state == "remade"
        assert "reviewed_by" not in self.manifest_of(edition)


@pytest.mark.slow
class TestDeskState:
    def state(self, script: Path, config: Config = STRICT) -> str:
        saved = load_script(script.read_text(encoding="utf-8"), name="x")
        file = script.with_name("story.edition.json")
        manifest = read_manifest(file) if file.exists() else None
        is_published = manifest is not None and is_in_feed(manifest, script.parent)
        return desk_state(
            saved, min_confidence=config.attribution.min_confidence, manifest=manifest, is_published=is_published
        )

    def test_script_passes_through_the_states(self, script: Path) -> None:
        assert self.state(script) == "to check"
        edit(script, check_all)
        assert self.state(script) == "checked"
        feed = FeedConfig("The Courier", "https://example.org", "News, read aloud.", base_url="https://example.org/a")
        config = replace(STRICT, feed=feed, delivery=DeliveryConfig(outlet="The Courier"))
        produce(script, config=config, output=script.parent)
        assert self.state(script) == "made"
        write_feed(script.parent, config=config)
        assert self.state(script) == "published"
        edit(script, lambda _, quotations: quotations[0].update(speaker="Tomas Reyne"))
        assert self.state(script) == "checked"
        edit(script, lambda _, quotations: [row.pop("checked", None) for row in quotations])
        assert self.state(script) == "to check"

    @pytest.mark.parametrize(
        "change",
        [
            lambda document, _: document.update(REVIEW),
            lambda document, _: document["cast"].update({"Ada Byron": document["cast"]["Narrator"]}),
        ],
    )
    def test_edition_of_other_voices_or_review_must_be_made_again(
        self, change: Callable[[dict[str, Any], list[dict[str, Any]]], object], script: Path
    ) -> None:
        edit(script, check_all)
        produce(script, config=STRICT, output=script.parent)
        edit(script, change)
        assert self.state(script) == "checked"


class TestReviewTime:
    def test_time_of_the_clock_is_given_in_utc_to_the_second(self) -> None:
        east = datetime(2026, 3, 2, 11, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
        assert review_time(lambda: east) == "2026-03-02T09:30:00Z"

    def test_source_date_epoch_replaces_the_clock_of_the_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772443800")
        assert review_time() == "2026-03-02T09:30:00Z"
        assert review_time(lambda: datetime(2027, 1, 1, tzinfo=UTC)) == "2027-01-01T00:00:00Z"

    @pytest.mark.parametrize("value", ["", "soon"])
    def test_without_it_the_present_is_used(self, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
        before = datetime.now(UTC).replace(microsecond=0)
        assert before <= datetime.fromisoformat(review_time()) <= datetime.now(UTC)


@pytest.mark.slow
class TestEditedScript:
    """Making an edition from its article leaves the script that an editor has changed as it is."""

    @pytest.fixture
    def edited(self, script: Path) -> Path:
        """A script in which an editor has chosen a voice, a gender, and that a quotation is no speech."""

        def change(document: dict[str, Any], quotations: list[dict[str, Any]]) -> None:
            free = sorted({voice.id for voice in roster(SILENT)} - set(document["cast"].values()))
            document["cast"]["Tomas Reyne"] = free[0]
            row = quotations[1]
            row["kind"] = "narration"
            for key in ("speaker", "attributed_to", "voiced_by", "confidence", "evidence"):
                del row[key]

        edit(script, change)
        return script

    def test_unchanged_article_is_made_from_its_edited_script(self, story: Path, edited: Path) -> None:
        before = json.loads(edited.read_text(encoding="utf-8"))
        edition = produce(story, output=edited.parent, config=SILENT)
        assert [kind for kind, _, _ in kinds(edition)] == [row["kind"] for row in before["segments"]]
        assert voices_by_name(edition)["Tomas Reyne"] == before["cast"]["Tomas Reyne"]
        assert not list(edited.parent.glob("*.edited-*"))
        assert produce(story, output=edited.parent, config=SILENT).state == "untouched"
        story.touch()
        again = produce(story, output=edited.parent, config=replace(SILENT, cache=CacheConfig(enabled=False)))
        assert kinds(again) == kinds(edition)
        assert voices_by_name(again) == voices_by_name(edition)

    def test_edition_from_the_script_is_current_for_its_article(self, story: Path, edited: Path) -> None:
        produce(edited, output=edited.parent, config=SILENT)
        assert produce(story, output=edited.parent, config=SILENT).state == "untouched"

    def test_script_of_a_changed_article_is_written_anew_and_kept(self, story: Path, edited: Path) -> None:
        story.write_text(STORY.replace("Monday", "Friday"), encoding="utf-8")
        edition = produce(story, output=edited.parent, config=SILENT)
        assert [kind for kind, _, _ in kinds(edition)].count("quotation") == 3
        assert len(list(edited.parent.glob("story.edited-*.script.json"))) == 1
        assert any("had been corrected by hand" in warning for warning in edition.warnings)

    @pytest.mark.parametrize("link", [True, False])
    def test_link_to_a_script_elsewhere_is_not_read(self, story: Path, edited: Path, link: bool) -> None:
        elsewhere = edited.rename(edited.with_name("other.script.json"))
        if link:
            edited.symlink_to(elsewhere)
        plan = prepare(story, output=edited.parent, config=SILENT)
        assert [s.kind for s in plan.script.segments].count("quotation") == 3


def kinds(edition: Edition) -> list[tuple[str, str, str]]:
    """Return the kind, the text and the speaker's name of each segment."""
    names = edition.script.names
    return [(s.kind, s.text, names[s.speaker]) for s in edition.script.segments]


def voices_by_name(edition: Edition) -> dict[str, str]:
    return {edition.script.names[speaker]: voice.id for speaker, voice in edition.cast.voices.items()}
