"""Sounds, voices, names and editions from the editor: what is spoken, what is reused, and what is refused."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import soundfile
from helpers.editing import ARTICLE, BASE, Page, open_page, write_script
from helpers.runs import SILENT

from narrate.config import CacheConfig, Config
from narrate.editor import sounds
from narrate.editor.jobs import KEPT_JOBS
from narrate.errors import EngineError
from narrate.pipeline import produce
from narrate.synthesis import Worker


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return replace(SILENT, cache=CacheConfig(folder=str(tmp_path / "takes")))


@pytest.fixture
def page(tmp_path: Path, config: Config) -> Iterator[Page]:
    with open_page(write_script(tmp_path), config=config) as page:
        yield page


def seconds(answer: Any) -> float:
    """Return the length of a WAV file."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav"), answer.text
    return float(soundfile.info(io.BytesIO(answer.content)).duration)


def takes(tmp_path: Path) -> int:
    return len(list(tmp_path.glob("takes/*/*.take")))


@pytest.mark.slow
def test_segment_and_paragraph_are_spoken_and_then_come_from_the_cache(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = seconds(page.get("/sound?segment=3"))
    assert takes(tmp_path) == 1
    paragraph = next(n for n, (first, _) in enumerate(page.shown()["paragraphs"]) if first == 3)
    whole = page.get(f"/sound?paragraph={paragraph}")
    assert seconds(whole) > one > 1
    assert takes(tmp_path) == 3
    monkeypatch.setattr("narrate.synthesis.pool.Worker.speak", None)
    page.session.sounds._kept.clear()
    assert page.get(f"/sound?paragraph={paragraph}").content == whole.content


@pytest.mark.slow
def test_edition_uses_the_takes_that_were_listened_to(page: Page, tmp_path: Path, config: Config) -> None:
    for number in range(len(page.shown()["paragraphs"]) - 1):
        assert page.get(f"/sound?paragraph={number}").status_code == 200
    edition = produce(tmp_path / "ferry.script.json", output=tmp_path / "ferry.mp3", config=config)
    assert edition.reused_lines == edition.lines > 5


def test_number_is_read_alone_as_it_is_in_the_article(tmp_path: Path, config: Config) -> None:
    """Only another paragraph shows that a full stop stands between thousands."""
    text = ARTICLE.replace("in the dock.", "in the dock. It weighs 1.250 tons.")
    text = text.replace("a baker.", "a baker, who lost 7,5 percent of 12.500 crowns.")
    with open_page(write_script(tmp_path, text=text), config=config) as page:
        number = next(n for n, row in enumerate(page.shown()["items"]) if "1.250" in row["text"])
        assert page.get(f"/sound?segment={number}").status_code == 200
        spoken = takes(tmp_path)
        made = events(page, page.post("/make", {}).json()["job"])[-1]["done"]
        assert made["reused_lines"] == spoken == 2


def test_speaker_is_heard_with_own_words_in_another_voice(page: Page) -> None:
    before = page.shown()
    emma = page.get("/sound?speaker=Rosa Lindqvist&voice=gloria")
    other = page.get("/sound?speaker=Rosa Lindqvist&voice=stan")
    assert seconds(emma) > 1
    assert emma.content != other.content
    assert seconds(page.get("/sound?speaker=Narrator&voice=imogen")) > 1
    assert page.shown() == before


def test_word_is_heard_as_it_would_be_said(page: Page) -> None:
    plain = page.get("/sound?word=Reyne")
    other = page.get("/sound?word=Reyne&say=the rain in Spain")
    assert seconds(other) > seconds(plain)
    assert page.get("/sound?word=Reyne&say=/R3/").status_code == 422


def test_part_of_a_sound_is_answered_as_the_browser_asks(page: Page) -> None:
    whole = page.get("/sound?segment=3")
    assert (whole.headers["accept-ranges"], int(whole.headers["content-length"])) == ("bytes", len(whole.content))
    part = page.get("/sound?segment=3", range="bytes=10-19")
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    assert page.get("/sound?segment=3", range="bytes=44-").content == whole.content[44:]
    assert page.get("/sound?segment=3", range=f"bytes={len(whole.content)}-").status_code == 416
    for odd in ("bytes=-5", "bytes=a-b", "bytes=0-1,3-4", "lines=0-1", "bytes"):
        assert page.get("/sound?segment=3", range=odd).content == whole.content


@pytest.mark.parametrize(
    "query",
    [
        "", "segment=", "segment=-1", "segment=x", "segment=99999999999", "segment=99", "paragraph=99", "word= ",
        "speaker=Stranger&voice=stan", "speaker=Narrator&voice=unlisted", "speaker=Narrator",
    ],
)  # fmt: skip
def test_sound_of_nothing_is_refused(page: Page, query: str) -> None:
    refused = page.get(f"/sound?{query}")
    assert refused.status_code == 400
    assert refused.json()["error"].endswith(".")


def test_very_long_text_is_refused(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "MAX_CHARACTERS", 20)
    assert "too long to listen to" in page.get("/sound?segment=3").json()["error"]


def test_too_many_waiting_requests_are_refused(page: Page) -> None:
    page.shown()
    with page.session.sounds._queue:
        waiting = [threading.Thread(target=page.get, args=("/sound?segment=3",)) for _ in range(sounds.MAX_WAITING)]
        for thread in waiting:
            thread.start()
        deadline = time.monotonic() + 20
        while page.session.sounds._waiting._value and time.monotonic() < deadline:
            time.sleep(0.01)
        refused = page.get("/sound?segment=3")
        assert (refused.status_code, "too many sounds" in refused.json()["error"]) == (429, True)
    for thread in waiting:
        thread.join()
    assert page.get("/sound?segment=3").status_code == 200


def test_workers_that_were_ended_are_replaced(page: Page) -> None:
    assert page.get("/sound?segment=3").status_code == 200
    page.session.sounds.pool("silent", SILENT).close()
    assert page.get("/sound?segment=5").status_code == 200


def test_voices_are_listed_suited_ones_first(page: Page) -> None:
    rows = page.get("/voices?speaker=Rosa Lindqvist").json()
    suited = [row["suited"] for row in rows]
    assert suited == sorted(suited, reverse=True)
    assert {row["gender"] for row in rows if row["suited"]} == {"female", "unknown"}
    assert set(rows[0]) == {"id", "name", "description", "gender", "accent", "suited", "too_like"}
    narrator = page.shown()["speakers"][0]["voice"]
    assert "Narrator" in next(row for row in rows if row["id"] == narrator)["too_like"]
    assert page.get("/voices?speaker=Stranger").status_code == 400


def test_names_are_listed_until_they_have_an_entry(page: Page) -> None:
    words = [row["word"] for row in page.get("/names").json()["names_to_check"]]
    if not words:
        pytest.skip("the dictionaries are not installed")
    assert {"Lindqvist", "Ostrand"} <= set(words)
    page.changed("pronounce", word="Ostrand", say="oh strand", where="article")
    assert "Ostrand" not in [row["word"] for row in page.get("/names").json()["names_to_check"]]


def events(page: Page, job: str) -> list[dict[str, Any]]:
    answer = page.client.get(f"{BASE}api/jobs/{job}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    return [json.loads(line.removeprefix("data: ")) for line in answer.text.splitlines() if line.startswith("data: ")]


@pytest.mark.slow
def test_edition_is_made_with_progress_and_only_what_changed_is_spoken_anew(page: Page) -> None:
    assert (page.shown()["edition"], page.shown()["changes_since_edition"]) == (None, None)
    job = page.post("/make", {}).json()["job"]
    sent = events(page, job)
    assert [event["stage"] for event in sent[:2]] == ["read", "synthesize"]
    done = [event["done"] for event in sent[1:-1]]
    assert (done, sent[-2]["stage"]) == (list(range(1, sent[-2]["total"] + 1)), "encode")
    assert (sent[-1]["done"]["state"], sent[-1]["done"]["reused_lines"]) == ("new", 0)
    shown = page.shown()
    assert (shown["changes_since_edition"], shown["edition"]["player_url"]) == ([], sent[-1]["done"]["player_url"])
    changed = page.changed("assign", segments=[3], speaker="Tomas Reyne")
    (listed,) = changed["changes_since_edition"]
    assert listed.startswith("Revoiced: Tomas Reyne")
    made = events(page, page.post("/make", {}).json()["job"])[-1]["done"]
    assert (made["state"], made["changes"], made["lines"] - made["reused_lines"]) == ("corrected", [listed], 1)
    assert page.shown()["changes_since_edition"] == []


@pytest.mark.slow
def test_pronunciation_is_listed_as_a_change(page: Page) -> None:
    events(page, page.post("/make", {}).json()["job"])
    shown = page.changed("pronounce", word="Reyne", say="rain", where="article")
    assert shown["changes_since_edition"] == ["The article has changed.", "The lexicon has changed."]


@pytest.mark.slow
def test_script_stays_as_the_editor_saved_it_when_its_edition_is_made(page: Page, tmp_path: Path) -> None:
    page.changed("assign", segments=[3], speaker="Kim")
    saved = (tmp_path / "ferry.script.json").read_bytes()
    events(page, page.post("/make", {}).json()["job"])
    assert (tmp_path / "ferry.script.json").read_bytes() == saved
    assert page.shown()["changed_on_disk"] is False


@pytest.mark.slow
def test_cancelled_edition_leaves_the_previous_one(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events(page, page.post("/make", {}).json()["job"])
    before = (tmp_path / "ferry.mp3").read_bytes()
    page.changed("assign_all", **{"from": "Tomas Reyne", "speaker": "Rosa Lindqvist"})
    spoken, original = threading.Event(), Worker.speak

    def slowly(self: Worker, *arguments: Any) -> Any:
        spoken.set()
        time.sleep(0.2)
        return original(self, *arguments)

    monkeypatch.setattr(Worker, "speak", slowly)
    job = page.post("/make", {}).json()["job"]
    assert spoken.wait(20)
    assert page.client.post(f"{BASE}api/jobs/{job}/cancel", json={}).status_code == 200
    assert events(page, job)[-1] == {"cancelled": True}
    assert (tmp_path / "ferry.mp3").read_bytes() == before
    assert list(tmp_path.glob(".narrate-*")) == []
    monkeypatch.undo()
    assert events(page, page.post("/make", {}).json()["job"])[-1]["done"]["state"] == "corrected"


def test_one_edition_is_made_at_a_time(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr("narrate.editor.jobs.produce_job", lambda _: go.wait(20) and None)
    page.post("/make", {})
    refused = page.post("/make", {})
    assert (refused.status_code, "made already" in refused.json()["error"]) == (400, True)
    go.set()


def test_full_disk_while_an_edition_is_made_is_reported(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    page.shown()

    def no_space(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    sent = events(page, page.post("/make", {}).json()["job"])
    assert "No space left on device" in sent[-1]["error"]


def test_edition_of_a_file_that_changed_outside_is_not_made(page: Page, tmp_path: Path) -> None:
    page.shown()
    file = tmp_path / "ferry.script.json"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    refused = page.post("/make", {})
    assert (refused.status_code, "another program has changed" in refused.json()["error"]) == (400, True)


def test_only_the_last_jobs_are_remembered(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise EngineError("It does not speak.")

    monkeypatch.setattr("narrate.editor.jobs.produce_job", fail)
    for number in range(1, KEPT_JOBS + 2):
        job = page.post("/make", {}).json()["job"]
        assert (job, events(page, job)[-1]) == (f"j{number}", {"error": "It does not speak."})
    assert page.client.get(f"{BASE}api/jobs/j1/events").status_code == 404
    assert events(page, "j2")[-1] == {"error": "It does not speak."}


def test_job_that_does_not_exist_is_not_found(page: Page) -> None:
    assert page.client.get(f"{BASE}api/jobs/j9/events").status_code == 404
    assert page.client.post(f"{BASE}api/jobs/j9/cancel", json={}).status_code == 404


@pytest.mark.slow
def test_desk_lists_scripts_with_their_state(tmp_path: Path, config: Config) -> None:
    write_script(tmp_path)
    write_script(tmp_path, name="other", text=ARTICLE.replace("ferry", "boat"))
    (tmp_path / "broken.script.json").write_text("{", encoding="utf-8")
    (tmp_path / "ferry.edited-01234567.script.json").write_text("{", encoding="utf-8")
    with open_page(folder=tmp_path, config=config) as page:
        listed = page.client.get(f"{BASE}api/desk").json()
        rows = {row["file"]: row for row in listed["documents"]}
        assert (listed["mode"], sorted(rows)) == (
            "desk",
            ["broken.script.json", "ferry.script.json", "other.script.json"],
        )
        assert (rows["broken.script.json"]["state"], rows["broken.script.json"]["error"] != "") == ("unreadable", True)
        assert {key: rows["ferry.script.json"][key] for key in ("state", "title", "quotations", "speakers")} == {
            "state": "checked",
            "title": "The ferry sails again",
            "quotations": 4,
            "speakers": 2,
        }
        page.document = rows["ferry.script.json"]["id"]
        page.changed("reviewed", by="Kim")
        events(page, page.post("/make", {}).json()["job"])
        again = {row["file"]: row for row in page.client.get(f"{BASE}api/desk").json()["documents"]}
        assert {file: row["id"] for file, row in again.items()} == {file: row["id"] for file, row in rows.items()}
        made = again["ferry.script.json"]
        assert (made["state"], made["reviewed_by"]) == ("made", "Kim")
        broken = page.client.get(f"{BASE}api/documents/{rows['broken.script.json']['id']}")
        assert (broken.status_code, "broken.script.json" in broken.json()["error"]) == (422, True)


def test_desk_follows_new_and_removed_scripts(tmp_path: Path, config: Config) -> None:
    file = write_script(tmp_path)
    with open_page(folder=tmp_path, config=config) as page:
        (first,) = page.client.get(f"{BASE}api/desk").json()["documents"]
        file.rename(tmp_path / "renamed.script.json")
        (second,) = page.client.get(f"{BASE}api/desk").json()["documents"]
        assert (second["file"], second["id"] != first["id"]) == ("renamed.script.json", True)
        assert page.client.get(f"{BASE}api/documents/{first['id']}").status_code == 404


@pytest.mark.slow
def test_desk_follows_no_links(tmp_path: Path, config: Config) -> None:
    secret = tmp_path / "secret"
    folder = tmp_path / "desk"
    secret.mkdir()
    folder.mkdir()
    (folder / "link.script.json").symlink_to(write_script(secret))
    write_script(folder)
    with open_page(folder=folder, config=config) as page:
        (row,) = page.client.get(f"{BASE}api/desk").json()["documents"]
        assert row["file"] == "ferry.script.json"
        events(page, page.post("/make", {}).json()["job"])
        (secret / "note.txt").write_text("secret", encoding="utf-8")
        (folder / "ferry.vtt").unlink()
        (folder / "ferry.vtt").symlink_to(secret / "note.txt")
        assert page.get("/edition/ferry.vtt").status_code == 404


def test_link_that_the_user_named_stays_a_link(tmp_path: Path, config: Config) -> None:
    file = write_script(tmp_path)
    link = tmp_path / "latest.script.json"
    link.symlink_to(file)
    with open_page(link, config=config) as page:
        page.changed("assign", segments=[3], speaker="Kim")
    assert link.is_symlink()
    assert '"speaker": "Kim"' in file.read_text(encoding="utf-8")
