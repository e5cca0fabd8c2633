"""The editor's documents: what the page shows, what a change does, and that nothing is lost."""

from __future__ import annotations

import errno
import json
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.editing import ARTICLE, BASE, Page, open_page, quotations, write_script
from helpers.players import served
from helpers.runs import SILENT
from starlette.testclient import TestClient

from narrate.config import ReadingConfig, SpeakableConfig
from narrate.edition.backup import save_script
from narrate.editor.desk import find_script
from narrate.editor.view import paragraph_ranges
from narrate.errors import UsageError
from narrate.pipeline import prepare
from narrate.readers.formats import MAX_BYTES
from narrate.readers.source import open_source
from narrate.readers.web import fetch
from narrate.script.document import load_script
from narrate.storage import write_files


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_script(tmp_path)


@pytest.fixture
def page(file: Path) -> Iterator[Page]:
    with open_page(file) as page:
        yield page


def saved_speakers(file: Path) -> list[str]:
    script = load_script(file.read_text(encoding="utf-8"), name="x").script
    return [script.names[s.speaker] for s in script.segments if s.kind == "quotation"]


def test_document_covers_the_article_in_its_order(page: Page) -> None:
    shown = page.shown()
    texts = [row["text"] for row in shown["items"] if row.get("end") or row["type"] == "skipped"]
    article = open_source(page.session.desk.open("d1").file).script.article  # type: ignore[union-attr]
    assert "".join(texts) == article.text
    assert [row["type"] for row in shown["items"]].count("skipped") == 1
    assert shown["items"][-1]["can_read"] is True
    ends = [end for _, end in shown["paragraphs"]]
    assert [start for start, _ in shown["paragraphs"]] == [0, *ends[:-1]]
    assert ends[-1] == len(shown["items"])


def test_speakers_have_voices_numbers_and_stable_colors(page: Page) -> None:
    rows = page.shown()["speakers"]
    assert [(row["name"], row["quotations"], row["color"]) for row in rows] == [
        ("Narrator", 0, 0),
        ("Rosa Lindqvist", 2, 1),
        ("Tomas Reyne", 2, 2),
    ]
    assert len({row["voice"] for row in rows}) == 3
    page.changed("assign", segments=[3], speaker="Tomas Reyne")
    assert [row["name"] for row in page.shown()["speakers"]] == ["Narrator", "Rosa Lindqvist", "Tomas Reyne"]


def test_opening_a_script_does_not_write_it(file: Path) -> None:
    before = (file.read_bytes(), file.stat().st_mtime_ns)
    with open_page(file) as page:
        page.shown()
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before


def test_answer_to_a_change_holds_only_the_rows_that_differ(page: Page, file: Path) -> None:
    answer = page.change("assign", segments=[3], speaker="Tomas Reyne").json()
    assert answer["version"] == 2
    (row,) = answer["items"]
    assert (row["index"], row["speaker"], row["checked"], row["doubtful"]) == (3, "Tomas Reyne", True, False)
    assert "paragraphs" not in answer
    assert saved_speakers(file)[0] == "Tomas Reyne"


def test_change_of_the_items_answers_with_the_whole_document(page: Page) -> None:
    answer = page.change("read_skipped", skipped=0).json()
    assert answer["document"]["items"][-1]["text"] == "© 2026 The Ostrand Courier"
    assert answer["document"]["items"][-1]["type"] == "segment"


@pytest.mark.parametrize(
    ("op", "fields", "speakers"),
    [
        (
            "assign",
            {"segments": [3], "speaker": "Kim Berg"},
            ["Kim Berg", "Rosa Lindqvist", "Tomas Reyne", "Tomas Reyne"],
        ),
        ("assign", {"segments": [3], "speaker": None}, ["Narrator", "Rosa Lindqvist", "Tomas Reyne", "Tomas Reyne"]),
        ("assign_all", {"from": "Tomas Reyne", "speaker": "Rosa Lindqvist"}, ["Rosa Lindqvist"] * 4),
        ("merge", {"speaker": "Rosa Lindqvist", "into": "Tomas Reyne"}, ["Tomas Reyne"] * 4),
        ("rename", {"speaker": "Tomas Reyne", "name": "T. Reyne"}, ["Rosa Lindqvist"] * 2 + ["T. Reyne"] * 2),
        ("split", {"segments": [5], "name": "A guest"}, ["Rosa Lindqvist", "A guest", "Tomas Reyne", "Tomas Reyne"]),
        ("not_speech", {"segments": [3]}, ["Rosa Lindqvist", "Tomas Reyne", "Tomas Reyne"]),
    ],
)
def test_change_is_saved_undone_and_redone(
    page: Page, file: Path, op: str, fields: dict[str, Any], speakers: list[str]
) -> None:
    before = page.shown()
    after = page.changed(op, **fields)
    assert (saved_speakers(file), after["can_undo"], after["can_redo"]) == (speakers, True, False)
    undone = page.changed("undo")
    assert (undone["items"], undone["speakers"]) == (before["items"], before["speakers"])
    assert saved_speakers(file) == ["Rosa Lindqvist", "Rosa Lindqvist", "Tomas Reyne", "Tomas Reyne"]
    redone = page.changed("redo")
    assert (redone["items"], redone["speakers"]) == (after["items"], after["speakers"])
    assert saved_speakers(file) == speakers


def test_new_change_ends_what_can_be_redone(page: Page) -> None:
    page.changed("assign", segments=[3], speaker=None)
    page.changed("undo")
    shown = page.changed("assign", segments=[5], speaker=None)
    assert (shown["can_undo"], shown["can_redo"]) == (True, False)
    assert page.change("redo").status_code == 400


def test_renamed_speaker_keeps_the_voice(page: Page) -> None:
    voice = page.shown()["speakers"][1]["voice"]
    assert page.changed("rename", speaker="Rosa Lindqvist", name="Rosa Berg")["speakers"][1]["voice"] == voice


def test_voice_is_set_for_a_speaker_and_for_the_narrator(page: Page, file: Path) -> None:
    page.changed("voice", speaker="Rosa Lindqvist", voice="gloria")
    shown = page.changed("voice", speaker="Narrator", voice="imogen")
    assert [row["voice"] for row in shown["speakers"][:2]] == ["imogen", "gloria"]
    cast = load_script(file.read_text(encoding="utf-8"), name="x").voices
    assert (cast["Narrator"], cast["Rosa Lindqvist"]) == ("imogen", "gloria")


def test_voice_of_a_speaker_who_is_not_heard_is_refused(tmp_path: Path) -> None:
    unsure = replace(SILENT, attribution=replace(SILENT.attribution, min_confidence=1.0))
    with open_page(write_script(tmp_path), config=unsure) as page:
        assert page.shown()["speakers"][1]["voice"] is None
        refused = page.change("voice", speaker="Rosa Lindqvist", voice="gloria")
        assert (refused.status_code, "Confirm one of the quotations first" in refused.json()["error"]) == (400, True)
        page.changed("confirm", segments=[3])
        assert page.changed("voice", speaker="Rosa Lindqvist", voice="gloria")["speakers"][1]["voice"] == "gloria"


def test_gender_replaces_only_a_voice_that_contradicts_it(page: Page) -> None:
    before = page.shown()["speakers"]
    same = page.changed("gender", speaker="Rosa Lindqvist", gender="female")["speakers"]
    assert same[1]["voice"] == before[1]["voice"]
    other = page.changed("gender", speaker="Rosa Lindqvist", gender="male")["speakers"]
    assert (other[1]["gender"], other[1]["gender_evidence"]) == ("male", "set by an editor")
    assert other[1]["voice"] != before[1]["voice"]
    assert other[2]["voice"] == before[2]["voice"]


def test_doubtful_quotation_is_confirmed_then_the_script_is_checked(tmp_path: Path) -> None:
    doubtful = replace(SILENT, attribution=replace(SILENT.attribution, min_confidence=0.99))
    file = write_script(tmp_path)
    with open_page(file, config=doubtful) as page:
        marked = [row["index"] for row in page.shown()["items"] if row.get("doubtful")]
        assert marked
        refused = page.change("reviewed", by="Kim")
        assert (refused.status_code, f"{len(marked)} quotations" in refused.json()["error"]) == (400, True)
        shown = page.changed("confirm", segments=marked)
        assert not any(row.get("doubtful") for row in shown["items"])
        assert all(
            row["voiced_by"] != "Narrator"
            for row in shown["items"]
            if row.get("index") in marked and "voiced_by" in row
        )
        shown = page.changed("reviewed", by=" Kim ")
        assert (shown["reviewed_by"], len(shown["reviewed_at"])) == ("Kim", 20)
        script = load_script(file.read_text(encoding="utf-8"), name="x").script
        assert (script.reviewed_by, [s.index for s in script.segments if s.checked]) == ("Kim", marked)
        assert page.changed("confirm", segments=[marked[0]])["reviewed_by"] == "Kim"
        assert page.changed("assign", segments=marked[:1], speaker=None)["reviewed_by"] == ""
        assert page.changed("undo")["reviewed_by"] == "Kim"


def test_pronunciation_of_the_article_is_saved_in_the_script(page: Page, file: Path) -> None:
    assert page.changed("pronounce", word="Reyne", say="rain", where="article")["pronunciations"] == {"Reyne": "rain"}
    assert load_script(file.read_text(encoding="utf-8"), name="x").script.article.lexicon == {"Reyne": "rain"}
    assert page.changed("pronounce", word="Reyne", say="", where="article")["pronunciations"] == {}
    refused = page.change("pronounce", word="Reyne", say="/R3/", where="article")
    assert (refused.status_code, "is not IPA" in refused.json()["error"]) == (422, True)


def test_pronunciation_of_the_desk_needs_a_lexicon(page: Page) -> None:
    refused = page.change("pronounce", word="Reyne", say="rain", where="desk")
    assert (refused.status_code, "speakable.lexicon" in refused.json()["error"]) == (400, True)
    assert page.shown()["desk_lexicon"] is None


def test_pronunciation_of_the_desk_is_written_undone_and_redone(tmp_path: Path) -> None:
    lexicon = tmp_path / "desk.toml"
    lexicon.write_text('# Ours.\n[[entry]]\nword = "Reyne"\nalias = "rayn"\n', encoding="utf-8")
    config = replace(SILENT, speakable=SpeakableConfig(str(lexicon)))
    with open_page(write_script(tmp_path), config=config) as page:
        assert page.shown()["desk_lexicon"] == "desk.toml"
        page.changed("pronounce", word="Reyne", say="rain", where="desk")
        assert 'alias = "rain"' in lexicon.read_text(encoding="utf-8")
        page.changed("undo")
        assert lexicon.read_text(encoding="utf-8") == '# Ours.\n[[entry]]\nword = "Reyne"\nalias = "rayn"\n'
        page.changed("redo")
        assert 'alias = "rain"' in lexicon.read_text(encoding="utf-8")


def test_two_tabs_do_not_overwrite_each_other(page: Page, file: Path) -> None:
    version = page.shown()["version"]
    assert page.change("assign", version=version, segments=[3], speaker="Kim").status_code == 200
    conflict = page.change("assign", version=version, segments=[5], speaker="Bo")
    assert conflict.status_code == 409
    assert "another tab" in conflict.json()["error"]
    assert quotations(conflict.json()["document"])[0] == (3, "“We waited nineteen months for two boats,”", "Kim")
    assert "Bo" not in saved_speakers(file)


def test_undo_is_shared_by_two_tabs(page: Page, file: Path) -> None:
    page.changed("assign", segments=[3], speaker="Kim")
    page.changed("assign", segments=[5], speaker="Bo")
    page.changed("undo")
    page.changed("undo")
    assert saved_speakers(file)[:2] == ["Rosa Lindqvist", "Rosa Lindqvist"]


@pytest.mark.slow
def test_page_never_shows_one_version_with_the_text_of_another(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(*arguments: Any) -> Any:
        time.sleep(0.02)
        return paragraph_ranges(*arguments)

    monkeypatch.setattr("narrate.editor.view.paragraph_ranges", slowly)
    page.changed("assign", segments=[3], speaker="Speaker 2")
    is_over, wrong = threading.Event(), []

    def read() -> None:
        while not is_over.is_set():
            shown = page.shown()
            speaker = quotations(shown)[0][2]
            if speaker != f"Speaker {shown['version']}":
                wrong.append((shown["version"], speaker))

    with ThreadPoolExecutor(3) as readers:
        for _ in range(3):
            readers.submit(read)
        try:
            for version in range(2, 30):
                answer = page.change("assign", version=version, segments=[3], speaker=f"Speaker {version + 1}")
                assert answer.json()["items"][0]["speaker"] == f"Speaker {version + 1}"
        finally:
            is_over.set()
    assert wrong == []


def test_file_changed_outside_is_noticed_and_not_overwritten(page: Page, file: Path) -> None:
    page.changed("assign", segments=[3], speaker="Kim")
    theirs = file.read_text(encoding="utf-8").replace('"speaker": "Tomas Reyne"', '"speaker": "Their Choice"', 1)
    file.write_text(theirs, encoding="utf-8")
    assert page.get("/state").json() == {"version": 2, "changed_on_disk": True}
    for op, fields in (("assign", {"segments": [5], "speaker": "Bo"}), ("undo", {}), ("confirm", {"segments": [5]})):
        refused = page.change(op, **fields)
        assert (refused.status_code, refused.json()["changed_on_disk"]) == (410, True)
    assert file.read_text(encoding="utf-8") == theirs
    reloaded = page.changed("reload")
    assert (quotations(reloaded)[2][2], reloaded["changed_on_disk"]) == ("Their Choice", False)
    assert file.read_text(encoding="utf-8") == theirs


def test_version_before_a_reload_can_be_returned_to_and_the_other_one_is_kept(page: Page, file: Path) -> None:
    page.changed("assign", segments=[3], speaker="Kim")
    theirs = file.read_text(encoding="utf-8").replace('"speaker": "Tomas Reyne"', '"speaker": "Their Choice"', 1)
    file.write_text(theirs, encoding="utf-8")
    page.changed("reload")
    shown = page.changed("undo")
    assert "Kim" in saved_speakers(file)
    (copy,) = file.parent.glob("ferry.edited-*.script.json")
    assert copy.read_text(encoding="utf-8") == theirs
    assert any(copy.name in warning for warning in shown["warnings"])
    assert quotations(page.changed("redo"))[2][2] == "Their Choice"


def test_file_changed_while_it_is_saved_is_noticed(page: Page, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page.shown()
    theirs = file.read_bytes() + b"\n"

    def write(contents: dict[Path, bytes]) -> None:
        write_files(contents)
        file.write_bytes(theirs)

    monkeypatch.setattr("narrate.editor.documents.write_files", write)
    page.change("assign", segments=[3], speaker="Kim")
    assert page.get("/state").json()["changed_on_disk"] is True
    assert page.change("assign", segments=[3], speaker="Bo").status_code == 410
    assert file.read_bytes() == theirs


def test_reload_of_a_broken_file_changes_nothing(page: Page, file: Path) -> None:
    before = page.shown()
    file.write_text("{", encoding="utf-8")
    refused = page.change("reload")
    assert refused.status_code == 422
    after = page.shown()
    assert (after["items"], after["version"], after["changed_on_disk"]) == (before["items"], 1, True)


def test_file_that_has_become_too_large_is_not_taken(page: Page, file: Path) -> None:
    page.shown()
    file.write_bytes(file.read_bytes() + b" " * MAX_BYTES)
    refused = page.change("reload")
    assert (refused.status_code, "larger than 16 MiB" in refused.json()["error"]) == (422, True)


def test_touched_file_with_the_same_content_is_no_change(page: Page, file: Path) -> None:
    page.shown()
    os.utime(file, (1, 1))
    assert page.get("/state").json()["changed_on_disk"] is False
    page.changed("assign", segments=[3], speaker="Kim")


def test_deleted_file_is_written_again_by_the_next_change(page: Page, file: Path) -> None:
    page.shown()
    file.unlink()
    page.changed("assign", segments=[3], speaker="Kim")
    assert saved_speakers(file)[0] == "Kim"


def test_script_corrected_by_hand_is_copied_before_the_first_change(tmp_path: Path) -> None:
    file = write_script(tmp_path)
    by_hand = file.read_text(encoding="utf-8").replace('"speaker": "Rosa Lindqvist"', '"speaker": "By Hand"', 1)
    file.write_text(by_hand, encoding="utf-8")
    with open_page(file) as page:
        assert quotations(page.shown())[0][2] == "By Hand"
        assert list(tmp_path.glob("*.edited-*")) == []
        page.changed("assign", segments=[5], speaker="Kim")
        page.changed("assign", segments=[5], speaker="Bo")
    (copy,) = tmp_path.glob("*.edited-*.script.json")
    assert copy.read_text(encoding="utf-8") == by_hand
    assert saved_speakers(file)[:2] == ["By Hand", "Bo"]


def test_script_of_narrate_and_of_the_editor_is_not_copied(tmp_path: Path) -> None:
    file = write_script(tmp_path)
    for speaker in ("Kim", "Bo"):
        with open_page(file) as page:
            page.changed("assign", segments=[5], speaker=speaker)
    assert list(tmp_path.glob("*.edited-*")) == []


def test_making_from_the_article_keeps_a_copy_of_what_the_editor_did(page: Page, file: Path) -> None:
    page.changed("voice", speaker="Rosa Lindqvist", voice="gloria")
    edited = file.read_text(encoding="utf-8")
    (warning,) = save_script(prepare(file.with_name("ferry.md"), config=SILENT).document(), file)
    (copy,) = file.parent.glob("ferry.edited-*.script.json")
    assert copy.name in warning
    assert copy.read_text(encoding="utf-8") == edited


def test_full_disk_leaves_file_and_version_as_they_were(
    page: Page, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, shown = file.read_bytes(), page.shown()

    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", no_space)
        refused = page.change("assign", segments=[3], speaker="Kim")
    assert (refused.status_code, "No space left on device" in refused.json()["error"]) == (507, True)
    assert file.read_bytes() == before
    assert page.shown() == shown
    assert list(file.parent.glob(".narrate-*")) == []
    assert page.changed("assign", segments=[3], speaker="Kim")["version"] == 2


def test_full_disk_while_the_desk_lexicon_is_written_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lexicon = tmp_path / "desk.toml"
    config = replace(SILENT, speakable=SpeakableConfig(str(lexicon)))
    lexicon.write_text("# Ours.\n", encoding="utf-8")
    file = write_script(tmp_path)
    with open_page(file, config=config) as page:
        before, calls = file.read_bytes(), []

        def no_space_the_second_time(_: int) -> None:
            calls.append(1)
            if len(calls) == 2:
                raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("os.fsync", no_space_the_second_time)
        assert page.change("pronounce", word="Reyne", say="rain", where="desk").status_code == 507
        assert (file.read_bytes(), page.shown()["version"]) == (before, 1)
        assert "Reyne" not in lexicon.read_text(encoding="utf-8")


def test_second_editor_of_one_file_is_refused(page: Page, file: Path) -> None:
    page.shown()
    link = file.with_name("link.script.json")
    link.symlink_to(file)
    for name in (file, link):
        with open_page(name) as second, pytest.raises(UsageError, match="open in another editor"):
            second.session.desk.open("d1")


def test_closed_editor_lets_the_next_one_open_the_file(file: Path) -> None:
    for speaker in ("Kim", "Bo"):
        with open_page(file) as page:
            page.changed("assign", segments=[3], speaker=speaker)
    assert saved_speakers(file)[0] == "Bo"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"version": 1},
        {"version": "1", "change": {"op": "undo"}},
        {"version": 1, "change": {"op": "format"}},
        {"version": 1, "change": {"op": "assign", "segments": [], "speaker": "Kim"}},
        {"version": 1, "change": {"op": "assign", "segments": [-1], "speaker": "Kim"}},
        {"version": 1, "change": {"op": "assign", "segments": [99], "speaker": "Kim"}},
        {"version": 1, "change": {"op": "assign", "segments": [3], "speaker": ""}},
        {"version": 1, "change": {"op": "assign", "segments": [3], "speaker": " "}},
        {"version": 1, "change": {"op": "assign", "segments": [3], "speaker": "x" * 201}},
        {"version": 1, "change": {"op": "assign", "segments": [3], "speaker": "Kim\x00"}},
        {"version": 1, "change": {"op": "assign", "segments": [3]}},
        {"version": 1, "change": {"op": "gender", "speaker": "Rosa Lindqvist", "gender": "x"}},
        {"version": 1, "change": {"op": "voice", "speaker": "Rosa Lindqvist", "voice": "unlisted"}},
        {"version": 1, "change": {"op": "read_skipped", "skipped": 7}},
        {"version": 1, "change": {"op": "undo", "path": "/etc/passwd"}},
    ],
)
def test_wrong_change_is_refused_with_a_message_and_changes_nothing(page: Page, file: Path, body: Any) -> None:
    before = file.read_bytes()
    refused = page.post("/changes", body)
    assert refused.status_code == 400
    assert refused.json()["error"].endswith((".", "?"))
    assert (file.read_bytes(), page.shown()["version"]) == (before, 1)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "javascript:alert(1)", "رنا حداد", 'O\'Neil & "Co"'])
def test_names_come_back_as_they_were_typed(page: Page, file: Path, name: str) -> None:
    shown = page.changed("assign", segments=[3], speaker=name)
    assert quotations(shown)[0][2] == " ".join(name.split())
    assert saved_speakers(file)[0] == " ".join(name.split())
    assert json.loads(file.read_text(encoding="utf-8"))["segments"][3]["speaker"] == " ".join(name.split())


@pytest.mark.parametrize(
    ("op", "fields", "character"),
    [
        ("assign", {"segments": [3], "speaker": "Kim \u202e Berg"}, "U+202E"),
        ("rename", {"speaker": "Rosa Lindqvist", "name": "Rosa\u2066"}, "U+2066"),
        ("split", {"segments": [3], "name": "Kim\x1b[2J"}, "U+001B"),
        ("reviewed", {"by": "Kim\u202e"}, "U+202E"),
        ("pronounce", {"word": "Reyne\x07", "say": "rain"}, "U+0007"),
        ("pronounce", {"word": "Reyne", "say": "rain\x1b"}, "U+001B"),
    ],
)
def test_characters_that_a_script_may_not_hold_are_refused(
    page: Page, file: Path, op: str, fields: dict[str, Any], character: str
) -> None:
    before = file.read_bytes()
    refused = page.change(op, **fields)
    assert (refused.status_code in (400, 422), character in refused.json()["error"]) == (True, True)
    assert (file.read_bytes(), page.shown()["version"]) == (before, 1)


def test_many_changes_keep_memory_flat(tmp_path: Path) -> None:
    with open_page(write_script(tmp_path)) as page:
        script = page.session.desk.open("d1")
        page.changed("assign", segments=[3], speaker="Kim")
        first = script.plan.script.segments
        page.changed("assign", segments=[5], speaker="Bo")
        second = script.plan.script.segments
    shared = [one is other for one, other in zip(first, second, strict=True)]
    assert [at for at, is_shared in enumerate(shared) if not is_shared] == [0, 5]  # the disclaimer is always new


def test_article_text_is_unchanged_by_all_of_it(page: Page, file: Path) -> None:
    before = load_script(file.read_text(encoding="utf-8"), name="x").script.article.text
    page.changed("assign", segments=[3], speaker="Kim")
    page.changed("not_speech", segments=[5])
    page.changed("read_skipped", skipped=0)
    assert load_script(file.read_text(encoding="utf-8"), name="x").script.article.text == before
    assert before in ARTICLE or before.strip().split("\n")[0] in ARTICLE


def test_failure_of_the_program_is_answered_with_a_message(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrate.editor.view.speaker_rows", None)
    client = TestClient(page.client.app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
    answer = client.get(f"{BASE}api/documents/d1")
    assert (answer.status_code, answer.json()["error"].startswith("The editor failed: TypeError.")) == (500, True)


def test_page_of_an_article_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[str] = []

    def count(address: str, *limits: Any) -> Any:
        fetched.append(address)
        return fetch(address, *limits)

    monkeypatch.setattr("narrate.readers.source.fetch", count)
    (tmp_path / "ferry.md").write_text(ARTICLE, encoding="utf-8")
    config = replace(SILENT, reading=ReadingConfig(allow_private_addresses=True))
    with served(tmp_path) as (address, _):
        file, messages = find_script(f"{address}ferry.md", output=str(tmp_path / "out"), config=config)
        assert fetched == [f"{address}ferry.md"]
        document = prepare(f"{address}ferry.md", config=config).document()
    assert messages == (f"Made the script {file}.",)
    assert file.read_text(encoding="utf-8") == document
