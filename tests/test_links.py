"""Symbolic links in the output folder: they are replaced, unless the user named the path of the link itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.delivery import deliver_to, passages
from helpers.runs import SILENT, Run

from narrate import produce
from narrate.delivery import files as delivery_files
from narrate.edition.backup import back_up_script, save_script
from narrate.edition.paths import EditionPaths, edition_paths
from narrate.errors import DeliveryError
from narrate.storage import Staging, write_files, write_text

SECRET = "a file of the user's, not of the edition\n"
ENDINGS = (
    ".mp3", ".vtt", ".srt", ".transcript.json", ".transcript.txt", ".chapters.json", ".cover.jpg", ".edition.html",
    ".embed.html", ".script.json", ".edition.json",
)  # fmt: skip


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Return a file outside of the output folder."""
    path = tmp_path / "secret"
    path.write_text(SECRET)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the output folder."""
    path = tmp_path / "out"
    path.mkdir()
    return path


@pytest.mark.parametrize("ending", ENDINGS)
def test_link_in_place_of_a_file_is_replaced(folder: Path, secret: Path, ending: str) -> None:
    link = folder / f"a{ending}"
    link.symlink_to(secret)
    deliver_to(folder, passages())
    assert secret.read_text() == SECRET
    assert not link.is_symlink()
    assert link.stat().st_size > 0


def test_links_that_lead_nowhere_in_circles_and_to_folders_are_replaced(folder: Path, tmp_path: Path) -> None:
    (folder / "a.vtt").symlink_to(tmp_path / "new")
    (folder / "a.srt").symlink_to(folder / "a.srt")
    (folder / "a.edition.json").symlink_to(tmp_path)
    deliver_to(folder, passages())
    assert not (tmp_path / "new").exists()
    assert [path.name for path in folder.iterdir() if path.is_symlink()] == []


def test_link_is_back_in_its_place_if_publishing_fails(
    folder: Path, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.txt").symlink_to(secret)
    replace = Path.replace

    def fail(path: Path, target: Path) -> Path:
        if target.name == "b.txt":
            raise OSError("disk full")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(DeliveryError, match="disk full"):
        write_files({folder / "a.txt": b"x", folder / "b.txt": b"y"})
    assert (folder / "a.txt").readlink() == secret
    assert [path.name for path in folder.iterdir()] == ["a.txt"]


def test_output_folder_that_is_a_link_is_used(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "audio").symlink_to(folder)
    deliver_to(tmp_path / "audio", passages())
    assert (tmp_path / "audio").is_symlink()
    assert (folder / "a.mp3").is_file()


@pytest.mark.parametrize(("output", "is_named"), [("out/a.mp3", True), ("out", False), ("out/", False)])
def test_only_a_path_of_an_mp3_names_it(tmp_path: Path, folder: Path, output: str, is_named: bool) -> None:
    assert folder.is_dir()
    named = edition_paths(tmp_path / output, source=Path("a.txt"), title=lambda: None, transcripts=(), formats=())
    assert (named.mp3, named.is_named) == (folder / "a.mp3", is_named)


def test_link_at_the_path_that_the_user_named_stays(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (folder / "a.mp3").symlink_to(tmp_path / "real" / "b.mp3")
    (folder / "a.vtt").symlink_to(tmp_path / "real" / "b.vtt")
    paths = EditionPaths(folder / "a.mp3", {}, keeps_script=True, is_named=True)
    with Staging() as staging:
        article = delivery_files.Article("T", None, "en", None, None, "x", None, (), ())
        for target in delivery_files.EditionFiles.staged(staging, paths, article, SILENT).targets.values():
            target.path.write_text("new")
        staging.publish()
    assert (folder / "a.mp3").is_symlink()
    assert [path.name for path in (tmp_path / "real").iterdir()] == ["b.mp3"]
    assert not (folder / "a.vtt").is_symlink()


@pytest.mark.slow
def test_links_that_lead_in_a_circle_are_plain_errors(narrate: Run, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("Ferry returns\n\n“We are back,” said Ada Byron.\n", encoding="utf-8")
    for name in ("loop", "loop.md", "loop.mp3", "loop.script.json", "loop.toml"):
        (tmp_path / name).symlink_to(tmp_path / name)
    (tmp_path / "people.toml").write_text('casting.people = "loop.toml"', encoding="utf-8")
    make = ("make", "story.txt", "--engine", "silent")
    for arguments in (
        (*make, "-o", "loop.mp3"),
        (*make, "-o", "loop"),
        (*make, "-c", "people.toml"),
        ("make", "loop.md"),
        ("script", "story.txt", "-o", "loop.script.json"),
        ("edit", "loop.script.json", "--no-browser"),
        ("lexicon", "lint", "loop.toml"),
        ("stats", "loop"),
    ):
        done = narrate(*arguments)
        assert done.returncode in (1, 2), arguments
        assert done.stderr.splitlines()[-1].startswith("narrate: Cannot "), (arguments, done.stderr)
        assert "Traceback" not in done.stderr
    assert not any((tmp_path / name).exists() for name in ("loop", "loop.mp3", "loop.script.json"))


def test_file_that_the_user_named_is_written_through_a_link(tmp_path: Path, secret: Path) -> None:
    (tmp_path / "link.json").symlink_to(secret)
    write_text(tmp_path / "link.json", ["new\n"], follows_link=True)
    assert secret.read_text() == "new\n"
    save_script("{}", tmp_path / "link.json")
    assert secret.read_text() == "{}"
    assert (tmp_path / "link.json").is_symlink()


def test_text_behind_a_link_in_place_of_the_script_is_not_copied_into_the_folder(folder: Path, secret: Path) -> None:
    (folder / "a.script.json").symlink_to(secret)
    assert back_up_script("{}\n", folder / "a.script.json") == ()
    assert [path.name for path in folder.iterdir()] == ["a.script.json"]
    (folder / "b.script.json").write_text(SECRET)
    assert len(back_up_script("{}\n", folder / "b.script.json")) == 1


@pytest.mark.slow
def test_edition_replaces_links_and_is_found_current(folder: Path, tmp_path: Path, secret: Path) -> None:
    (tmp_path / "story.txt").write_text("Ferry returns\n\n“We are back,” said Ada Byron.\n", encoding="utf-8")
    for name in ("story.script.json", "story.edition.json", "story.mp3"):
        (folder / name).symlink_to(secret)
    assert produce(tmp_path / "story.txt", output=folder, config=SILENT).state == "new"
    assert produce(tmp_path / "story.txt", output=folder, config=SILENT).state == "untouched"
    assert secret.read_text() == SECRET
    assert json.loads((folder / "story.script.json").read_text("utf-8"))["format"] == "narrate-script/1"
    assert not any(path.is_symlink() or ".edited-" in path.name for path in folder.iterdir())


@pytest.mark.slow
def test_doctor_writes_through_no_link(narrate: Run, tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / ".narrate-doctor").symlink_to(tmp_path / "new")
    narrate("doctor", NARRATE_TEST_LOADING_S="0")
    assert not (tmp_path / "new").exists()
    assert (tmp_path / "output" / ".narrate-doctor").is_symlink()
