"""The podcast feed, read back by podcast readers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import feedparser
import pytest
from helpers.runs import SILENT, Node, Run
from lxml import etree
from PIL import Image

from narrate import produce
from narrate.config import DISCLAIMER, Config, FeedConfig
from narrate.delivery.feed import podcast_guid, write_feed
from narrate.delivery.podcast_rules import CATEGORIES, feed_faults
from narrate.errors import DeliveryError, UsageError
from narrate.languages import supported_languages

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
    (folder / f"{name}.cover.jpg").write_bytes(b"\xff\xd8\xff")
    files = [
        {"holds": "mp3", "name": f"{name}.mp3", "bytes": 3 + len(name), "sha256": digest},
        {"holds": "captions", "name": f"{name}.vtt", "bytes": 7, "sha256": ""},
        {"holds": "chapters", "name": f"{name}.chapters.json", "bytes": 2, "sha256": ""},
        {"holds": "cover", "name": f"{name}.cover.jpg", "bytes": 3, "sha256": ""},
    ]
    article = {
        "title": f"On {name} <&>", "byline": "Åsa Ek", "published": published, "language": "en-GB", "source": None,
        "sha256": "",
    }  # fmt: skip
    manifest = folder / f"{name}.edition.json"
    voice = {"voice": "v", "engine": "silent", "gender": "unknown", "accent": "", "reason": ""}
    segment = {
        "index": 0, "kind": "narration", "voice": "v", "start_s": 0, "end_s": 1, "confidence": 1, "evidence": "",
        "text": "",
    }  # fmt: skip
    document = {
        "format": "narrate-edition/1", "versions": {}, "article": article, "engine": "silent",
        "disclaimer": "Made by machines.", "settings": {}, "below_threshold": [], "warnings": [], "provenance": {},
        "duration_s": 3723.4, "loudness": {"integrated_lufs": None, "true_peak_dbtp": None},
        "word_timing": "estimated", "cast": [{"speaker": name, **voice} for name in ("Narrator", "Ada & Byron")],
        "segments": [{"speaker": "x", "voiced_by": name, **segment} for name in ("Narrator", "Ada & Byron")],
        "skipped": [], "chapters": [], "files": files,
    }  # fmt: skip
    manifest.write_text(json.dumps(document), encoding="utf-8")
    return manifest


def test_feed_reader_gets_what_the_manifests_say(tmp_path: Path) -> None:
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


def test_feed_has_the_elements_that_podcast_directories_require(tmp_path: Path) -> None:
    edition(tmp_path, "one", "2026-03-14")
    root = etree.fromstring(write_feed(tmp_path, config=CONFIG)[0].read_bytes())
    assert (root.tag, root.get("version"), len(root)) == ("rss", "2.0", 1)
    channel = root[0]
    for name in ("title", "link", "description", "language", f"{ITUNES}category", f"{ITUNES}explicit"):
        assert len(channel.findall(name)) == 1, name
    assert channel.findtext(f"{ITUNES}explicit") == "false"
    (item,) = channel.findall("item")
    assert [txt.get("purpose") for txt in item.findall(f"{PODCAST}txt")] == ["ai-content"]
    assert [(p.text, p.get("role"), p.get("group")) for p in item.findall(f"{PODCAST}person")] == [
        ("Åsa Ek", "author", "writing"),
        ("AI voice (narrator)", "narrator", "cast"),
        ("AI voice reading the words of Ada & Byron", "voice actor", "cast"),
    ]
    assert item.find(f"{ITUNES}image").get("href") == "https://cdn.example/a%20b/one.cover.jpg"
    assert item.find(f"{PODCAST}transcript").get("url") == "https://cdn.example/a%20b/one.vtt"
    assert item.find(f"{PODCAST}chapters").get("type") == "application/json+chapters"
    assert item.find("guid").get("isPermaLink") == "false"


def test_feed_of_the_same_editions_has_the_same_bytes_and_guids(tmp_path: Path) -> None:
    edition(tmp_path, "one", None)
    first = write_feed(tmp_path, config=CONFIG)[0].read_bytes()
    assert write_feed(tmp_path, config=CONFIG)[0].read_bytes() == first
    edition(tmp_path, "two", "2026-03-14")
    path, _ = write_feed(tmp_path, config=CONFIG)
    assert feedparser.parse(first).entries[0].id in {entry.id for entry in feedparser.parse(path.read_bytes()).entries}


def test_an_article_without_a_date_stands_behind_the_others_and_is_told(tmp_path: Path, narrate: Run) -> None:
    for name, published in (("a-undated", None), ("b-undated", None), ("dated", "2001-02-03")):
        edition(tmp_path, name, published)
    read = feedparser.parse(write_feed(tmp_path, config=CONFIG)[0].read_bytes())
    assert [(entry.title, entry.published) for entry in read.entries] == [
        ("On dated <&>", "Sat, 03 Feb 2001 00:00:00 +0000"),
        ("On a-undated <&>", "Sat, 01 Jan 2000 00:00:00 +0000"),
        ("On b-undated <&>", "Sat, 01 Jan 2000 00:00:00 +0000"),
    ]
    (tmp_path / "n.toml").write_text(
        '[feed]\ntitle = "T"\nlink = "https://e.example"\ndescription = "D"\nbase_url = "https://e.example"\n'
    )
    done = narrate("feed", ".", "-c", "n.toml")
    assert done.returncode == 0
    assert done.stderr.count("warning: ") == 1
    assert "Listed last, as of 2000-01-01, without a date in the article: a-undated.mp3, b-undated.mp3. " in done.stderr
    assert "Add a line such as 'date: 2026-03-14' to the front matter of the article" in done.stderr


def test_many_articles_without_a_date_are_one_short_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(9):
        edition(tmp_path, f"undated-{number}", None)
    write_feed(tmp_path, config=CONFIG)
    (message,) = caplog.messages
    assert "undated-3.mp3, undated-4.mp3, 4 more. Add a line" in message


def test_empty_feed_is_written_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path, troubles = write_feed(tmp_path, config=CONFIG)
    assert path.is_file()
    assert troubles == []
    assert caplog.messages == [
        f"The feed is empty: there is no edition in {tmp_path}. Make one with 'narrate make --output'."
    ]


@pytest.mark.parametrize("code", supported_languages())
def test_editions_of_every_language_are_in_the_feed(tmp_path: Path, code: str) -> None:
    manifest = edition(tmp_path, "one", "2026-03-14")
    document = json.loads(manifest.read_text("utf-8"))
    document["article"]["language"] = code
    manifest.write_text(json.dumps(document), encoding="utf-8")
    path, troubles = write_feed(tmp_path, config=CONFIG)
    assert troubles == []
    assert len(feedparser.parse(path.read_bytes()).entries) == 1


@pytest.mark.parametrize("name", ["Ada Byron", "AI", "Aida voice", "reads AI voice", "IA", "voix ia"])
def test_voice_that_is_not_called_an_ai_voice_is_a_fault_of_the_feed(tmp_path: Path, name: str) -> None:
    edition(tmp_path, "one", "2026-03-14")
    xml = write_feed(tmp_path, config=CONFIG)[0].read_text("utf-8")
    faults = feed_faults(xml.replace(">AI voice (narrator)", f">{name}").encode())
    assert [fault for fault in faults if "is not called an AI voice" in fault] != []


def test_feed_channel_names_its_author_owner_picture_and_url(tmp_path: Path) -> None:
    edition(tmp_path, "one", "2026-03-14")
    settings = replace(SETTINGS, author="Courier Ltd", owner_email="desk@courier.example", category="News > Politics")
    path, _ = write_feed(tmp_path, config=Config(feed=settings))
    channel = etree.fromstring(path.read_bytes())[0]
    assert channel.findtext(f"{ITUNES}author") == channel.findtext(f"{ITUNES}owner/{ITUNES}name") == "Courier Ltd"
    assert channel.findtext(f"{ITUNES}owner/{ITUNES}email") == "desk@courier.example"
    assert channel.find(f"{ITUNES}category/{ITUNES}category").get("text") == "Politics"
    assert channel.find(f"{ITUNES}image").get("href") == "https://cdn.example/a%20b/feed.jpg"
    with Image.open(tmp_path / "feed.jpg") as picture:
        assert (picture.format, picture.size) == ("JPEG", (1400, 1400))
    assert channel.findtext(f"{PODCAST}guid") == podcast_guid("https://cdn.example/a%20b/feed.xml")


def test_podcast_guid_follows_the_specification() -> None:
    known = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    for address in ("https://mp3s.nashownotes.com/pc20rss.xml", "http://mp3s.nashownotes.com/pc20rss.xml//"):
        assert podcast_guid(address) == known


def test_reader_of_podcast_index_parses_the_feed(tmp_path: Path, node: Node) -> None:
    edition(tmp_path, "one", "2026-03-14")
    path, _ = write_feed(tmp_path, config=CONFIG)
    read = json.loads(
        node('import pt from "podcast-partytime"; console.log(JSON.stringify(pt.parseFeed(file)));', path)
    )
    assert (read["title"], read["guid"]) == (SETTINGS.title, podcast_guid("https://cdn.example/a%20b/feed.xml"))
    assert read["pc20support"].keys() >= {"1", "2", "3"}
    (item,) = read["items"]
    assert (item["duration"], item["enclosure"]["length"], item["itunesImage"]) == (
        3723, 6, "https://cdn.example/a%20b/one.cover.jpg",
    )  # fmt: skip
    assert [(person["name"], person["role"]) for person in item["podcastPeople"]] == [
        ("Åsa Ek", "Author"), ("AI voice (narrator)", "Narrator"),
        ("AI voice reading the words of Ada & Byron", "Voice Actor"),
    ]  # fmt: skip
    assert item["podcastTranscripts"][0]["url"].endswith("one.vtt")
    assert item["podcastChapters"]["type"] == "application/json+chapters"


def test_podcast_rules_have_the_categories_of_apple(tmp_path: Path, node: Node) -> None:
    (tmp_path / "x").touch()
    code = """import list from "podcast-partytime/dist/parser/itunes-categories.js";
        console.log(JSON.stringify(list.itunesCategoriesSourceOfTruth));"""
    published = {row["name"]: set(row["subCategories"]) for row in json.loads(node(code, tmp_path / "x"))}
    assert {name: set(inner) for name, inner in CATEGORIES.items()} == published


BROKEN = [
    ("<title>The", "<title/><title>The", "title must be in the channel once"),
    ("<link>https://courier.example/", "<link>courier.example/", "link is not an http(s) URL"),
    ("<language>en<", "<language>English, mostly<", "language is not a language tag"),
    (":explicit>false", ":explicit>no", "itunes:explicit must be true or false"),
    (":type>episodic", ":type>daily", "itunes:type must be"),
    ('category text="News"', 'category text="Newz"', "'Newz' is not one of Apple's"),
    ("feed.jpg", "feed.gif", "itunes:image must be the URL of a .jpg or .png"),
    (':guid>', ':guid>0', "podcast:guid does not belong to the URL"),
    ('rel="self"', 'rel="next"', "atom:link rel=self"),
    ('purpose="ai-content"', 'purpose="verify"', "podcast:txt does not say ai-content"),
    ('length="6"', 'length="-6"', "item 1: the enclosure's length is '-6'"),
    ('type="audio/mpeg"', 'type="mp3"', "the enclosure's type"),
    ("<pubDate>Sat,", "<pubDate>Sun,", "pubDate is not a date as in RFC 822"),
    (":duration>1:02:03", ":duration>PT3723S", "itunes:duration is not a duration"),
    ("<guid ", "<title>x</title><guid ", "item 1: title must be in the item once"),
    (">AI voice (narrator)", ">A. Narrator", "in the cast, but is not called an AI voice"),
    ('role="voice actor"', 'role="guest"', "has the role guest, which an edition does not have"),
    (">Åsa Ek</podcast:person>", f">{'Å' * 129}</podcast:person>", "a name of 129 characters"),
    ('type="text/vtt"', 'type="text/srt"', "podcast:transcript needs"),
    ('url="https://cdn.example/a%20b/one.chapters.json"', 'url="/one.chapters.json"', "podcast:chapters needs"),
    ("<rss ", "<!DOCTYPE rss [<!ENTITY x 'y'>]><rss ", "document type"),
    ("</rss>", "", "it is not XML"),
    ('version="2.0"', 'version="0.91"', "not RSS 2.0"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), BROKEN)
def test_podcast_rules_find_each_fault(tmp_path: Path, old: str, new: str, message: str) -> None:
    edition(tmp_path, "one", "2026-03-14")
    xml = write_feed(tmp_path, config=CONFIG)[0].read_text("utf-8")
    assert feed_faults(xml.encode()) == []
    assert old in xml
    assert any(message in fault for fault in feed_faults(xml.replace(old, new, 1).encode()))


def test_podcast_rules_find_two_editions_with_one_guid(tmp_path: Path) -> None:
    edition(tmp_path, "one", "2026-03-14")
    xml = write_feed(tmp_path, config=CONFIG)[0].read_bytes()
    item = xml[xml.index(b"<item>") : xml.index(b"</item>") + 7]
    assert any("is used 2 times" in fault for fault in feed_faults(xml.replace(item, item * 2)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"category": "Newz"}, "not one of Apple's"),
        ({"category": "News > Books"}, "'Books' is not inside 'News'"),
        ({"base_url": "http://cdn.example"}, "the https URL of the feed"),
        ({"base_url": "cdn.example"}, "the https URL of the feed"),
        ({"link": "javascript:alert(1)"}, r"not an http\(s\) URL"),
        ({"image": "https://cdn.example/x.gif"}, r"\.jpg or \.png"),
        ({"owner_email": "desk"}, "not a mail address"),
        ({"language": "english please"}, "not a language tag"),
    ],
)
def test_feed_that_directories_would_refuse_is_not_written(tmp_path: Path, change: Any, message: str) -> None:
    edition(tmp_path, "one", "2026-03-14")
    with pytest.raises(UsageError, match=message):
        write_feed(tmp_path, config=Config(feed=replace(SETTINGS, **change)))
    assert not (tmp_path / "feed.xml").exists()


@pytest.mark.parametrize("step", ["touch", "write_bytes", "replace"])
@pytest.mark.parametrize("number", [0, 1])
def test_failed_write_of_either_file_keeps_the_previous_feed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    edition(tmp_path, "one", "2026-03-14")
    write_feed(tmp_path, config=CONFIG)
    edition(tmp_path, "two", "2026-03-15")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    original, calls = getattr(Path, step), []

    def fail(self: Path, *arguments: object, **options: object) -> object:
        calls.append(self)
        if len(calls) == number + 1:
            raise OSError(28, "No space left on device")
        return original(self, *arguments, **options)

    monkeypatch.setattr(Path, step, fail)
    with pytest.raises(DeliveryError, match=r"Cannot write .*feed\.(xml|jpg): No space left on device"):
        write_feed(tmp_path, config=CONFIG)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"On bad <&>"', "5", "'article.title' must be a text"),
        ('"2026-03-14"', "7", "'article.published' must be a text"),
        ('"2026-03-14"', '"a day in May"', "Invalid isoformat string"),
        ('"bytes": 6', '"bytes": 6.5', "'files[0].bytes' must be a whole number"),
        ('"speaker": "Narrator"', '"speaker": ["x"]', "'cast[0].speaker' must be a text"),
        ("3723.4", "1e400", "Cannot read"),
        ("3723.4", "1e6", "no sound"),
        (r'"\u00c5sa Ek"', '" "', "podcast directories would refuse it"),
    ],
)
def test_feed_leaves_out_only_the_edition_that_directories_would_refuse(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    edition(tmp_path, "good", "2026-03-14")
    manifest = edition(tmp_path, "bad", "2026-03-14")
    assert old in manifest.read_text("utf-8")
    manifest.write_text(manifest.read_text("utf-8").replace(old, new), "utf-8")
    path, (trouble,) = write_feed(tmp_path, config=CONFIG)
    assert "bad" in trouble
    assert message in trouble
    assert [entry.title for entry in feedparser.parse(path.read_bytes()).entries] == ["On good <&>"]


def test_feed_leaves_out_manifest_that_names_file_in_another_folder(tmp_path: Path) -> None:
    manifest = edition(tmp_path, "one", "2026-03-14")
    manifest.write_text(manifest.read_text("utf-8").replace("one.vtt", "../one.vtt"), "utf-8")
    _, (trouble,) = write_feed(tmp_path, config=CONFIG)
    assert "'../one.vtt' is not in the same folder" in trouble


@pytest.mark.parametrize("fault", ["{", "[]", '{"files": []}', "bytes", "missing"])
def test_feed_leaves_out_broken_edition_and_names_it(tmp_path: Path, fault: str) -> None:
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


def test_feed_needs_title_and_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"feed\.title"):
        write_feed(tmp_path)
    with pytest.raises(UsageError, match="there is no folder"):
        write_feed(tmp_path / "none", config=CONFIG)


def test_feed_command_reports_what_it_left_out(tmp_path: Path, narrate: Run) -> None:
    (tmp_path / "n.toml").write_text(
        '[feed]\ntitle = "T"\nlink = "https://e.example"\ndescription = "D"\nbase_url = "https://e.example"\n'
    )
    edition(tmp_path, "good", "2026-03-14")
    done = narrate("feed", ".", "-c", "n.toml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "feed.xml\n", "")
    edition(tmp_path, "bad", "no date")
    done = narrate("feed", ".", "-c", "n.toml")
    assert done.returncode == 1
    assert "bad.edition.json" in done.stderr


PAGE = """<html><head><title>Ferry returns</title></head><body><article><h1>Ferry returns</h1>{}
<p>The ferry, which is white, sails again. “We are back,” said Ada Byron, the captain. “It took two years.”</p>
<p>It leaves at noon from the old harbor, and it will sail each day of the week.</p></article></body></html>"""


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        (PAGE.format('<p class="standfirst">After two years at the quay, the white ship is back</p>'), "a.html",
         "After two years at the quay, the white ship is back."),
        (PAGE.format(""), "a.html", "The ferry, which is white, sails again."),
        ("# Ferry\n\n“We are back,” said Ada Byron, the captain. It sails.\n", "a.md",
         "“We are back,” said Ada Byron, the captain."),
        ("# Ferry\n\nMr. Byron sails at 9.30 a.m. on Monday! He is glad.\n", "a.md",
         "Mr. Byron sails at 9.30 a.m. on Monday!"),
        ("The ferry sails\n", "a.txt", "The ferry sails."),
        ("# Ferry\n\n“We won.” The town cheered.\n", "a.md", "“We won.”"),
        ("# Ferry\n\n“Did we win?” asked Ada Byron. The town cheered.\n", "a.md", "“Did we win?” asked Ada Byron."),
    ],
)  # fmt: skip
def test_description_of_item_is_standfirst_or_first_sentence_and_the_disclaimer(
    tmp_path: Path, source: str, name: str, expected: str
) -> None:
    (tmp_path / name).write_text(source, encoding="utf-8")
    produce(tmp_path / name, output=tmp_path / "out", config=SILENT)
    root = etree.fromstring(write_feed(tmp_path / "out", config=CONFIG)[0].read_bytes())
    assert root.findtext("channel/item/description") == f"{expected} {DISCLAIMER}"
