"""Sums over editions, and their plot."""

from __future__ import annotations

import io
import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from helpers.runs import Run
from lxml import etree
from PIL import Image

from narrate import produce, stats
from narrate.config import CacheConfig, Config, SynthesisConfig
from narrate.errors import SourceError, UsageError
from narrate.stats import edition_statistics
from narrate.stats.plot import Panel, plot_statistics, png, svg
from narrate.storage import user_cache_folder
from narrate.types import STAGES

STORY = """Ferry returns

“We are back at last,” said Ada Byron, the captain. “It took us two long years.”

Nobody knows who wrote “the sea has a memory of its own” on the wall.
"""
OTHER = "“The ferry is late,” said ADA BYRON.\n\n“It is always late,” said Tomas Reyne, a baker.\n"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two articles, one of them made twice and in a folder below."""
    folder = tmp_path_factory.mktemp("editions")
    takes = CacheConfig(folder=str(folder / "takes"))
    config = Config(synthesis=SynthesisConfig(engine="silent"), cache=takes)
    story, other = folder / "story.txt", folder / "other.txt"
    story.write_text(STORY, encoding="utf-8")
    other.write_text(OTHER, encoding="utf-8")
    produce(story, output=folder / "out", config=config)
    story.write_text(STORY.replace("two long", "three long"), encoding="utf-8")
    produce(story, output=folder / "out", config=config)
    produce(other, output=folder / "out" / "below", config=replace(config, cache=CacheConfig(enabled=False)))
    return folder / "out"


@pytest.mark.slow
def test_statistics_add_up_the_editions(editions: Path) -> None:
    sums, troubles = edition_statistics(editions)
    assert troubles == []
    manifests = [json.loads(path.read_text(encoding="utf-8")) for path in editions.rglob("*.edition.json")]
    assert sums.editions == len(manifests) == 2
    assert sums.minutes == pytest.approx(sum(one["duration_s"] for one in manifests) / 60)
    words = [row["text"] for one in manifests for row in one["segments"] if row["kind"] != "disclaimer"]
    assert sums.words == len(" ".join(words).split())
    assert sums.speakers == 3  # Ada Byron in both, Tomas Reyne, and somebody unknown
    assert (sums.quotations, sums.narrator_read, sums.unsure) == (5, 1, 1)
    assert sum(sums.confidence) == 5
    assert sums.confidence[0] == 1
    assert sums.corrections == 1


def test_statistics_know_the_runs_without_changing_the_editions(editions: Path) -> None:
    sums, _ = edition_statistics(editions)
    lines = {path.stem: len(json.loads(path.read_text("utf-8"))["cues"]) for path in editions.rglob("*.edition.json")}
    assert (sums.known_runs, sums.lines) == (2, sum(lines.values()))
    assert sums.reused_lines == lines["story.edition"] - 1  # one sentence was another
    assert sums.timings["encode"].wall_s > 0
    moved = editions.rename(editions.with_name("moved"))
    try:
        elsewhere, _ = edition_statistics(moved)
        assert (elsewhere.editions, elsewhere.known_runs, elsewhere.lines) == (2, 0, 0)
    finally:
        moved.rename(editions)


def test_statistics_leave_out_broken_manifest_and_name_it(tmp_path: Path) -> None:
    for name, content in (("a", "{"), ("b", '{"segments": 7}'), ("c", "[]")):
        (tmp_path / f"{name}.edition.json").write_text(content, encoding="utf-8")
    sums, troubles = edition_statistics(tmp_path)
    assert sums.editions == 0
    assert [trouble.partition(": ")[0] for trouble in troubles] == [
        f"Cannot read {tmp_path / name}.edition.json" for name in "abc"
    ]


def test_statistics_leave_out_edition_without_mp3_and_name_it(editions: Path, tmp_path: Path) -> None:
    for path in editions.glob("story.*"):
        shutil.copy(path, tmp_path / path.name)
    assert edition_statistics(tmp_path)[0].editions == 1
    (tmp_path / "story.mp3").unlink()
    sums, troubles = edition_statistics(tmp_path)
    assert (sums.editions, troubles) == (0, [f"{tmp_path / 'story.mp3'} is missing"])


def test_statistics_of_a_folder_without_editions_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Cannot find an edition in"):
        edition_statistics(tmp_path)
    with pytest.raises(SourceError, match="there is no such folder"):
        edition_statistics(tmp_path / "nowhere")


def test_svg_plot_shows_each_value_and_escapes_texts() -> None:
    drawn = svg("A & <b>", (Panel("One", ("x", "y<"), (2.0, 4.0)), Panel("Two", ("z",), (0.0,))))
    tree = etree.fromstring(drawn.encode())
    paper, *bars = tree.findall(f"{SVG}rect")
    assert [float(bar.get("height")) for bar in bars] == [96.0, 192.0, 0.0]
    assert len({float(bar.get("y")) + float(bar.get("height")) for bar in bars}) == 1
    assert paper.get("width") == "720"
    texts = [text.text for text in tree.findall(f"{SVG}text")]
    assert texts == ["A & <b>", "One", "2", "x", "4", "y<", "Two", "0", "z"]
    assert tree.findtext(f"{SVG}desc") == "One: x 2, y< 4; Two: z 0"


def test_png_plot_has_its_bars() -> None:
    with Image.open(io.BytesIO(png("Heading", (Panel("One", ("x", "y"), (1.0, 2.0)),)))) as image:
        assert (image.format, image.size) == ("PNG", (720, 640))
        blue = [sum(image.getpixel((x, y)) == (0x1F, 0x5F, 0xA8) for y in range(640)) for x in (200, 500)]
    assert blue[1] == pytest.approx(2 * blue[0], abs=4)
    assert blue[0] == pytest.approx(192, abs=4)


def test_plot_format_follows_the_extension(editions: Path, tmp_path: Path) -> None:
    sums, _ = edition_statistics(editions)
    with pytest.raises(UsageError, match=r"an \.svg or a \.png file"):
        plot_statistics(sums, tmp_path / "plot.pdf", heading="x")
    for name in ("one", "two"):
        plot_statistics(sums, tmp_path / f"{name}.PNG", heading="x")
    assert (tmp_path / "one.PNG").read_bytes() == (tmp_path / "two.PNG").read_bytes()


def test_stats_command_prints_sums_and_plots(narrate: Run, editions: Path, tmp_path: Path) -> None:
    done = narrate("stats", editions, "--plot", "plot.svg")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 editions, ")
    assert "(known for 2 of 2 editions)" in done.stdout
    tree = etree.parse(tmp_path / "plot.svg")
    assert len(tree.findall(f"{SVG}rect")) == 1 + 10 + 11 + len(STAGES)
    report = json.loads(narrate("stats", editions, "--json").stdout)
    assert report["quotations"] == 5
    assert list(report["timings"]) == list(STAGES)


def test_oldest_records_of_runs_are_removed_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(stats, "MAX_RECORDS", 3)
    records = user_cache_folder() / "runs"
    for number in range(6):
        stats.note_run(SimpleNamespace(lines=1, reused_lines=0, timings={}, mp3=tmp_path / f"{number}.mp3"))  # type: ignore[arg-type]
        newest = max(records.glob("*.json"), key=lambda path: path.stat().st_mtime)
        os.utime(newest, (time.time() - 1000 + number,) * 2)
    assert len([*records.glob("*.json")]) == 6  # the day has not passed
    os.utime(records / ".pruned", (time.time() - 48 * 3600,) * 2)
    stats.note_run(SimpleNamespace(lines=1, reused_lines=0, timings={}, mp3=tmp_path / "new.mp3"))  # type: ignore[arg-type]
    ages = sorted(round(time.time() - path.stat().st_mtime, -1) for path in records.glob("*.json"))
    assert ages == [0, 1000, 1000]
