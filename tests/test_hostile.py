"""Hostile names and titles stay text in paths, pages, feeds, captions and tags."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import tomllib
import zipfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import docx
import lxml.html
import pytest
from helpers.paths import REPOSITORY
from lxml import etree
from mutagen.id3 import ID3

from narrate import prepare, produce
from narrate.casting import load_people
from narrate.config import (
    CacheConfig,
    CastingConfig,
    Config,
    DeliveryConfig,
    FeedConfig,
    ProvenanceConfig,
    SynthesisConfig,
)
from narrate.delivery.feed import write_feed
from narrate.delivery.podcast_rules import feed_faults
from narrate.delivery.signing import write_test_certificate
from narrate.errors import NarrateError, SourceError
from narrate.readers import read_bytes
from narrate.script.document import load_script
from narrate.speakable.lexicon import load_lexicon
from narrate.types import Edition
from narrate.verify import verify_edition
from narrate.verify.webvtt import parse

FEED = FeedConfig("Post", "https://post.example/", "News", base_url="https://post.example/audio")
SILENT = Config(synthesis=SynthesisConfig(engine="silent"), feed=FEED)
STORY = """Ferry returns

“We are back,” said Ada Byron, the captain. “It took us two </script> --> <v Eve>long years</v> &amp; more.”

NOTE the ferry

WEBVTT is what the harbour calls <b>it</b>; $(touch pwned) `touch pwned` {{ 7 * 7 }} %s ${title}.
"""
HOSTILE = {
    "path": "../../../etc/passwd",
    "absolute": "/tmp/pwned",
    "windows": r"..\..\CON.mp3",
    "shell": '"; touch pwned; $(touch pwned) `touch pwned` #',
    "script": '</script></title><script>alert(1)</script><img src=x onerror="alert(1)">',
    "attribute": '" onmouseover="alert(1)" x=\'',
    "entity": "]]><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e; &#x3c;b&#x3e;",
    "captions": "Eve --> 00:00:09.000\n\n00:00:00.000 --> 00:00:09.000\n<v Mallory>I never said this",
    "subrip": "Eve\n\n99\n00:00:00,000 --> 00:00:09,000\nI never said this",
    "invisible": "A\x0bB\u2028\u200fC\ufeff\ufffe",
    "template": "${title} $(data) {{config}} {0} %s",
    "long": "Lo" + "o" * 3000 + "ng",
    "address": "javascript:alert(1)//https://evil.example",
}


def edition_of(text: str, folder: Path, config: Config = SILENT) -> Edition:
    """Make an edition of an article whose title, byline, source and speaker are all ``text``."""
    story = folder / "story.txt"
    story.write_text(STORY, encoding="utf-8")
    document = json.loads(prepare(story, config=config).document())
    document["article"] |= {"title": text, "byline": text, "source": text}
    for segment in document["segments"]:
        if segment["kind"] == "quotation":
            segment["speaker"] = segment["voiced_by"] = text
    document["cast"] = {"Narrator": document["cast"]["Narrator"]}
    saved = load_script(json.dumps(document), name="hostile.script.json")
    return produce(saved, output=folder / "out", config=config)


@pytest.fixture(params=HOSTILE, scope="module")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Edition, Path]:
    """Return the hostile text, the edition made with it, and its folder, which also has a feed."""
    folder, text = tmp_path_factory.mktemp("hostile"), HOSTILE[request.param]
    here = os.getcwd()  # noqa: PTH109
    os.chdir(folder)
    try:
        edition = edition_of(text, folder)
        write_feed(folder / "out", config=SILENT)
    finally:
        os.chdir(here)
    return text, edition, folder


def shown(text: str) -> str:
    """Return the letters and digits of ``text``, which remain wherever it is shown."""
    return "".join(re.findall(r"[A-Za-z0-9]", text))


@pytest.mark.slow
def test_hostile_name_writes_nothing_outside_the_folder(made: tuple[str, Edition, Path]) -> None:
    _, edition, folder = made
    assert {path.name for path in folder.iterdir()} == {"story.txt", "out"}
    names = {path.name for path in (folder / "out").iterdir()}
    assert names == {path.name for path in edition.files.values()} | {"feed.xml", "feed.jpg"}
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,100}", name) for name in names)


@pytest.mark.slow
def test_edition_with_hostile_name_passes_verification(made: tuple[str, Edition, Path]) -> None:
    findings = verify_edition(made[1].mp3, transcribe=lambda _: "voice is ai generated inconsistencies may occur")
    sound = {6, 7, 8, 9}  # the silent engine's is none
    assert [f for f in findings if f.verdict == "fail" and f.number not in sound] == []


def test_hostile_name_adds_no_markup_to_pages(made: tuple[str, Edition, Path]) -> None:
    text, edition, _ = made
    page = lxml.html.fromstring(edition.files["player"].read_text("utf-8"))
    tags = [node.tag for node in page.iter() if isinstance(node.tag, str)]
    assert tags.count("script") == 3
    assert not {"img", "iframe", "object", "embed", "base", "link", "form", "b", "v", "i"} & set(tags)
    assert [name for node in page.iter() for name in node.attrib if name.startswith("on")] == []
    assert {node.get("src") for node in page.iter("audio")} == {f"./{edition.mp3.name}"}
    if shown(text):
        assert shown(text) in shown(page.findtext(".//h1") or "")
    snippet = lxml.html.fragment_fromstring(edition.files["snippet"].read_text("utf-8"), create_parent=True)
    assert [node.tag for node in snippet.iter()] == ["div", "script", "figure", "narrate-player", "iframe"]
    assert snippet.find(".//iframe").get("src") == f"https://post.example/audio/{edition.mp3.stem}.edition.html"


def test_feed_with_hostile_name_is_valid(made: tuple[str, Edition, Path]) -> None:
    text, edition, _ = made
    xml = edition.mp3.with_name("feed.xml").read_bytes()
    assert feed_faults(xml) == []
    (item,) = etree.fromstring(xml)[0].findall("item")
    assert len(item.findall("title")) == len(item.findall("enclosure")) == 1
    assert shown(text) in shown(item.findtext("title"))


def test_hostile_name_adds_no_cues_to_captions(made: tuple[str, Edition, Path]) -> None:
    _, edition, _ = made
    cues, faults = parse(edition.captions.read_text("utf-8"))
    assert faults == []
    names = {"Narrator", *(cue.speaker for cue in edition.cues)}
    assert {shown(cue.speaker) for cue in cues} == {shown(name) for name in names}
    assert "Mallory" not in {cue.speaker for cue in cues}
    blocks = edition.files["srt"].read_text("utf-8").rstrip("\n").split("\n\n")
    assert [block.split("\n")[0] for block in blocks] == [str(number) for number in range(1, len(blocks) + 1)]
    times = [re.fullmatch(r"(\S+) --> (\S+)", block.split("\n")[1]) for block in blocks]
    assert all(times)
    assert [found[1] for found in times if found] == sorted(found[1] for found in times if found)


def test_hostile_name_adds_no_values_to_tags(made: tuple[str, Edition, Path]) -> None:
    _, edition, _ = made
    tags = ID3(edition.mp3)
    assert sorted(frame.desc for frame in tags.getall("TXXX")) == ["AI_DISCLOSURE", "DigitalSourceType"]
    for frame in ("TIT2", "TPE1", "TPE2", "TALB", "TPUB"):
        assert all(len(found.text) == 1 for found in tags.getall(frame))
    assert all(len(chap.sub_frames.getall("TIT2")[0].text) == 1 for chap in tags.getall("CHAP"))
    assert tags.getall("WOAS") == []


class TestOutsideEntities:
    @pytest.fixture
    def secret(self, tmp_path: Path) -> Path:
        path = tmp_path / "secret.txt"
        path.write_text("the-secret-of-this-machine", encoding="utf-8")
        return path

    def entity(self, secret: Path, root: str) -> str:
        return f'<!DOCTYPE {root} [<!ENTITY e SYSTEM "{secret.as_uri()}"><!ENTITY f "and in here">]>'

    def test_external_entities_of_page_are_not_read(self, secret: Path) -> None:
        for head in ("", '<?xml version="1.0"?>'):
            words = "The ferry will sail again in May after a winter in the dock. " * 8
            html = f"{head}{self.entity(secret, 'html')}<html><body><article><h1>Ferry</h1><p>{words}&e;</p></article>"
            article = read_bytes(html.encode(), name="page", format="html", disclaimer="Made by machines.")
            assert "the-secret" not in article.text

    def test_external_entities_of_word_document_are_not_read(self, secret: Path) -> None:
        whole = io.BytesIO()
        document = docx.Document()
        document.add_paragraph("The ferry will sail MARK again.")
        document.save(whole)
        hostile = io.BytesIO()
        with zipfile.ZipFile(whole) as source, zipfile.ZipFile(hostile, "w") as target:
            for member in source.namelist():
                data = source.read(member)
                if member == "word/document.xml":
                    xml = data.decode().replace("MARK", "&e;")
                    data = xml.replace("<w:document", self.entity(secret, "w:document") + "<w:document", 1).encode()
                target.writestr(member, data)
        try:
            article = read_bytes(hostile.getvalue(), name="x.docx", format="docx", disclaimer="Made by machines.")
        except SourceError:
            return
        assert "the-secret" not in article.text

    def test_feed_with_document_type_is_refused(self, secret: Path) -> None:
        rss = f'{self.entity(secret, "rss")}<rss version="2.0"><channel><title>&e;</title></channel></rss>'
        assert feed_faults(rss.encode()) == ["it has a document type"]

    def test_entity_expansion_bomb_is_refused(self, tmp_path: Path) -> None:
        laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
        bomb = f'<!DOCTYPE lexicon [<!ENTITY l0 "ha">{laughs}]><lexicon>&l12;</lexicon>'
        (tmp_path / "x.pls").write_text(bomb, encoding="utf-8")
        with pytest.raises(SourceError):
            load_lexicon(tmp_path / "x.pls")
        assert feed_faults(bomb.encode())
        page = f"{bomb}<article><p>{'A ferry sails from the harbour. ' * 20}&l12;</p></article>"
        assert len(read_bytes(page.encode(), name="p", format="html", disclaimer="Made by machines.").text) < 10_000


class TestSecrets:
    @pytest.mark.slow
    def test_no_file_of_an_edition_contains_a_secret(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NARRATE_WATERMARK_KEY", "0123456789abcdef0123456789abcdef")
        monkeypatch.setenv("NARRATE_NOTIFY_SECRET", "hush-hush-secret")
        monkeypatch.setenv("SOME_API_TOKEN", "token-of-the-desk")
        desk = tmp_path / "desk-of-jane-doe"
        _, certificate, key = write_test_certificate(desk)
        config = replace(
            SILENT,
            provenance=ProvenanceConfig(str(certificate), str(key)),
            casting=CastingConfig(people=str(desk / "people.toml")),
            cache=CacheConfig(folder=str(desk / "takes")),
            delivery=DeliveryConfig(folder=str(desk / "out")),
        )
        edition = edition_of("Ada", tmp_path, config)
        write_feed(edition.mp3.parent, config=config)
        body = "".join(key.read_text("utf-8").splitlines()[1:-1])
        secrets = [
            "0123456789abcdef0123456789abcdef",
            "hush-hush-secret",
            "token-of-the-desk",
            "desk-of-jane-doe",
            body,
        ]
        secrets += [str(tmp_path), "PRIVATE KEY", os.environ.get("HOSTNAME") or "no-host-name"]
        for path in (tmp_path / "out").iterdir():
            data = path.read_bytes()
            assert [secret for secret in secrets if secret.encode() in data] == [], path.name

    def test_certificate_key_is_never_readable_by_others(self, tmp_path: Path) -> None:
        modes: list[int] = []
        original = Path.replace

        def seen(self: Path, target: Path) -> Path:
            modes.append(self.stat().st_mode & 0o077)
            return original(self, target)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Path, "replace", seen)
            paths = write_test_certificate(tmp_path)
        assert modes == [0, 0, 0]
        assert paths[-1].stat().st_mode & 0o077 == 0


def test_code_never_evaluates_text() -> None:
    """Check that there is no shell, no evaluation of text and no unpickling."""
    for file in sorted((REPOSITORY / "narrate").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in ("eval", "exec", "compile", "os.system", "os.popen", "pickle.loads")
                assert called != "yaml.load" or "Loader=yaml.BaseLoader" in ast.unparse(node)  # makes texts, no objects
                assert "shell" not in {keyword.arg for keyword in node.keywords}, f"{file.name}:{node.lineno}"


@pytest.mark.parametrize("text", ["One\x00Two\x00TXXX", " \t\n ", "\ud800"])
def test_blank_or_invalid_name_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match=r"which is not allowed|that is not blank"):
        edition_of(text, tmp_path)


def test_invalid_characters_are_removed_from_metadata_of_page_and_news_item() -> None:
    words = "The ferry sails again in May. " * 20
    item_of_page = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "A\0B",
        "author": {"name": "C\ud800D"},
    }
    linked = f"<script type='application/ld+json'>{json.dumps(item_of_page)}</script>"
    page = f"{linked}<article><h1>A\0B</h1><p>{words}</p><p>{words}&#27;[2J</p><p>{words}</p></article>"
    item = {"uri": "x", "headlines": [{"value": "A\0B"}], "by": "C\0D", "bodies": [{"value": words}]}
    for data in (
        f"<html><body>{page}",
        json.dumps(item),
        json.dumps(item_of_page | {"author": "C\0D", "articleBody": f"{words}\x1b[2J"}),
    ):
        article = read_bytes(data.encode(), name="x", disclaimer="Made by machines.")
        assert "\x1b" not in article.text
        assert (article.title, article.byline) == ("AB", "CD")


@pytest.mark.parametrize("name", ['Ada "Countess" \\ Byron', "𠮷田 😀", "A\\u2019B", "[kokoro]", "Ada = 'x' # y"])
def test_people_file_remembers_any_name(tmp_path: Path, name: str) -> None:
    people = tmp_path / "people.toml"
    config = replace(SILENT, casting=CastingConfig(people=str(people)))
    for _ in range(2):
        edition_of(name, tmp_path, config)
    assert {*load_people(people, "silent")} <= {name}
    assert tomllib.loads(people.read_text("utf-8")).keys() == {"silent"}


@pytest.mark.slow
def test_subrip_row_of_numbers_is_text(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text(f"{'A' * 30} 1938 {'b' * 30} 99 {'c' * 31} 00:00:00,000 --> 00:00:09,000 x.\n", "utf-8")
    edition = produce(story, output=tmp_path / "out", config=SILENT)
    rows = edition.files["srt"].read_text("utf-8").splitlines()
    assert "1938" in rows
    assert "00:00:00,000 → 00:00:09,000 x." in rows
    assert verify_edition(edition.mp3, transcribe=lambda _: "")[22].verdict == "pass"


@pytest.mark.parametrize("place", ["title", "byline", "source", "outlet", "language", "date", "image"])
def test_front_matter_with_hostile_values_is_read_or_refused(tmp_path: Path, place: str) -> None:
    """Check that the result is an article or a NarrateError."""
    for number, text in enumerate(HOSTILE.values()):
        story = tmp_path / f"s{number}.md"
        story.write_text(f"---\n{place}: {json.dumps(text)}\n---\n\nThe ferry sails again in May.\n", encoding="utf-8")
        with suppress(NarrateError):
            assert json.loads(prepare(story, config=SILENT).document())["article"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "---\nlexicon:\n  a: {long}\n---\n\n# Harbour\n\n{words}\n",
            r"Cannot use the article's lexicon: what it says for 'a' is longer than 1000 characters\. Shorten it\.",
        ),
        (
            "---\nlexicon:\n  a: {short}\n---\n\n# Harbour\n\n{words}\n",
            r"Line 2 \(segment 2\) would be 2[\d,]+ characters long when spoken; 2,500 are possible\. Shorten",
        ),
    ],
)
def test_short_words_that_are_said_endlessly_are_refused(source: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "story.md"
    text = source.format(long="banana " * 8000, short="banana " * 120, words="a " * 5000)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NarrateError, match=message):
        produce(path, output=tmp_path / "out", config=SILENT)
    assert not [*tmp_path.glob("out/*.mp3")]


def test_desk_lexicon_with_an_endless_alias_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "desk.toml"
    path.write_text(f'[[entry]]\nword = "a"\nalias = "{"b" * 1000}"\n', encoding="utf-8")
    assert len(load_lexicon(path).entries) == 1
    path.write_text(f'[[entry]]\nword = "a"\nalias = "{"b" * 1001}"\n', encoding="utf-8")
    with pytest.raises(SourceError, match=r"desk\.toml, line 1: what it says for 'a' is longer than 1000 characters"):
        load_lexicon(path)
