"""The feed: what its editions are, read back by a podcast reader."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import feedparser
import pytest
from conftest import Run
from lxml import etree

from narrate.config import Config, FeedConfig
from narrate.errors import UsageError
from narrate.tasks import write_feed

SETTINGS = FeedConfig(
    "The <Courier> & co", "https://courier.example/", "News, read", base_url="https://cdn.example/a%20b/"
)
CONFIG = Config(feed=SETTINGS)
ITUNES, PODCAST = "{http://www.itunes.com/dtds/podcast-1.0.dtd}", "{https://podcastindex.org/namespace/1.0}"


def edition(folder: Path, name: str, published: str | None) -> Path:
    (folder / f"{name}.mp3").write_bytes(b"ID3" + name.encode())
    digest = hashlib.sha256(b"ID3" + name.encode()).hexdigest()
    (folder / f"{name}.vtt").write_text("WEBVTT\n")
    (folder / f"{name}.chapters.json").write_text("{}")
    files = [
        {"holds": "mp3", "name": f"{name}.mp3", "bytes": 3 + len(name), "sha256": digest},
        {"holds": "captions", "name": f"{name}.vtt", "bytes": 7, "sha256": ""},
        {"holds": "chapters", "name": f"{name}.chapters.json", "bytes": 2, "sha256": ""},
    ]
    article = {"title": f"On {name} <&>", "byline": "Åsa Ek", "published": published}
    manifest = folder / f"{name}.edition.json"
    document = {"article": article, "files": files, "duration_s": 3723.4, "disclaimer": "Made by machines."}
    manifest.write_text(json.dumps(document), encoding="utf-8")
    return manifest


def test_a_reader_gets_back_what_the_manifests_say(tmp_path: Path) -> None:
    edition(tmp_path, "old", "2026-03-14")
    edition(tmp_path, "new", "2026-03-15T08:30:00+02:00")
    path, troubles = write_feed(tmp_path, config=CONFIG)
    assert troubles == []
    read = feedparser.parse(path.read_bytes())
    assert not read.bozo
    assert (read.feed.title, read.feed.link, read.feed.language) == (SETTINGS.title, SETTINGS.link, "en")
    assert [entry.title for entry in read.entries] == ["On new <&>", "On old <&>"]
    first = read.entries[0]
    assert first.published == "Sun, 15 Mar 2026 08:30:00 +0200"
    assert first.itunes_duration == "1:02:03"
    assert [(e.href, e.length, e.type) for e in first.enclosures] == [
        ("https://cdn.example/a%20b/new.mp3", "6", "audio/mpeg")
    ]
    assert len({entry.id for entry in read.entries}) == 2


def test_has_the_elements_that_podcast_directories_want(tmp_path: Path) -> None:
    edition(tmp_path, "one", "2026-03-14")
    root = etree.fromstring(write_feed(tmp_path, config=CONFIG)[0].read_bytes())
    assert (root.tag, root.get("version"), len(root)) == ("rss", "2.0", 1)
    channel = root[0]
    for name in ("title", "link", "description", "language", f"{ITUNES}category", f"{ITUNES}explicit"):
        assert len(channel.findall(name)) == 1, name
    assert channel.findtext(f"{ITUNES}explicit") == "false"
    (item,) = channel.findall("item")
    assert [txt.get("purpose") for txt in item.findall(f"{PODCAST}txt")] == ["ai-content"]
    assert item.findtext(f"{PODCAST}person") == "Åsa Ek"
    assert item.find(f"{PODCAST}transcript").get("url") == "https://cdn.example/a%20b/one.vtt"
    assert item.find(f"{PODCAST}chapters").get("type") == "application/json+chapters"
    assert item.find("guid").get("isPermaLink") == "false"


def test_the_same_editions_give_the_same_bytes_and_guids_stay(tmp_path: Path) -> None:
    edition(tmp_path, "one", None)
    first = write_feed(tmp_path, config=CONFIG)[0].read_bytes()
    assert write_feed(tmp_path, config=CONFIG)[0].read_bytes() == first
    edition(tmp_path, "two", "2026-03-14")
    path, _ = write_feed(tmp_path, config=CONFIG)
    assert feedparser.parse(first).entries[0].id in {entry.id for entry in feedparser.parse(path.read_bytes()).entries}


@pytest.mark.parametrize("fault", ["{", "[]", '{"files": []}', "bytes", "missing"])
def test_a_broken_edition_is_named_and_left_out(tmp_path: Path, fault: str) -> None:
    edition(tmp_path, "good", "2026-03-14")
    broken = edition(tmp_path, "bad", "2026-03-14")
    if fault == "bytes":
        (tmp_path / "bad.mp3").write_bytes(b"another")
    elif fault == "missing":
        (tmp_path / "bad.vtt").unlink()
    else:
        broken.write_text(fault, encoding="utf-8")
    path, (trouble,) = write_feed(tmp_path, config=CONFIG)
    assert "bad.edition.json" in trouble
    assert [entry.title for entry in feedparser.parse(path.read_bytes()).entries] == ["On good <&>"]


def test_a_feed_needs_a_title_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"feed\.title"):
        write_feed(tmp_path)
    with pytest.raises(UsageError, match="no folder"):
        write_feed(tmp_path / "none", config=CONFIG)


def test_the_command_says_what_it_left_out(tmp_path: Path, narrate: Run) -> None:
    (tmp_path / "n.toml").write_text(
        '[feed]\ntitle = "T"\nlink = "https://e.example"\ndescription = "D"\nbase_url = "https://e.example"\n'
    )
    edition(tmp_path, "good", "2026-03-14")
    done = narrate("feed", ".", "-c", "n.toml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "feed.xml\n", "")
    edition(tmp_path, "bad", "no date")
    done = narrate("feed", ".", "-c", "n.toml")
    assert done.returncode == 1
    assert "left out: bad.edition.json" in done.stderr
