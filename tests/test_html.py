"""Pages: what is the story, what is skipped and why, and which metadata they have; and a floor for real pages."""

from __future__ import annotations

import gzip
import importlib
import json
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.pages import HEAD, PROSE, page, skipped, spoken, story
from helpers.paths import shared
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from narrate.errors import SourceError, UsageError
from narrate.readers import read_bytes
from narrate.readers.decoding import decode_page
from narrate.readers.metadata import plain_words
from narrate.types import Article

INVISIBLE = frozenset(
    "script style noscript template select textarea iframe object audio video svg s del strike sup".split()
)
HIDDEN = frozenset("hidden is-hidden sr-only visually-hidden rollover-people-block".split())
INLINE = frozenset("a abbr b bdi big cite code em font i ins mark q small span strong sub time u".split())


def read_page(body: str, **options: object) -> Article:
    return read_bytes(page(body), name="page.html", **options)  # type: ignore[arg-type]


def test_page_gives_story_and_metadata() -> None:
    article = read_page(story())
    assert spoken(article) == PROSE
    assert article.title == "Harbour closes after storm"
    assert (article.byline, article.published) == ("Jane Doe", "2026-05-18T08:30:00+01:00")
    assert (article.language, article.outlet) == ("en-GB", "The Ostrand Post")
    assert (article.source, article.image) == ("https://example.com/harbour", "https://example.com/a.jpg")


def test_json_ld_precedes_meta_elements() -> None:
    data = {
        "@graph": [
            {"@type": "WebSite", "name": "Post"},
            {
                "@type": ["NewsArticle"],
                "headline": "Storm &amp; harbour",
                "author": [{"name": "Ann Poe"}, {"name": "John Roe"}],
                "datePublished": "2026-05-19",
                "publisher": {"name": "Ostrand Daily"},
                "image": [{"url": "https://example.com/b.jpg"}],
            },
        ]
    }
    head = f'{HEAD}<script type="application/ld+json">{json.dumps(data)}</script>'
    article = read_bytes(page(story(), head), name="a")
    assert (article.byline, article.published) == ("Ann Poe and John Roe", "2026-05-19")
    assert (article.outlet, article.image) == ("Ostrand Daily", "https://example.com/b.jpg")


@pytest.mark.parametrize("broken", ["{", "[[[[", '{"@type": "NewsArticle", "author": 5, "headline": [[]]}', "null"])
def test_broken_json_ld_is_ignored(broken: str) -> None:
    head = f'{HEAD}<script type="application/ld+json">{broken}</script>'
    assert read_bytes(page(story(), head), name="a").byline == "Jane Doe"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h2>What happens next</h2>", "What happens next"),
        ("<ul><li>The ferry waits in the inner basin.</li></ul>", "The ferry waits in the inner basin."),
        ("<blockquote><p>The sea gives and takes away.</p></blockquote>", "The sea gives and takes away."),
        ("<p>The <b>coast</b>guard<sup>1</sup> was <a href='/x'>there</a> too, all night.</p>",
         "The coastguard was there too, all night."),
        ('<blockquote class="twitter-tweet"><p>Stay away from the quay tonight, please.</p>— Ole Lund</blockquote>',
         "Stay away from the quay tonight, please."),
        ("<p>8:30 a.m.</p>", "8:30 a.m."),
        ("<p><strong>Correction:</strong> An earlier version of this story gave a wrong year.</p>",
         "Correction: An earlier version of this story gave a wrong year."),
    ],
)  # fmt: skip
def test_element_inside_story_is_spoken(html: str, text: str) -> None:
    article = read_page(story(html))
    assert text in spoken(article)
    assert [line for line in spoken(article) if line in PROSE] == PROSE


@pytest.mark.parametrize(
    ("html", "text", "kind"),
    [
        ("<figure><img src='a'><figcaption>Waves at the quay on Monday.</figcaption></figure>",
         "Waves at the quay on Monday.", "caption"),
        ("<table><tr><th>Boat</th><th>Crew</th></tr></table>", "Boat | Crew", "table"),
        ("<p><a href='/y'>Read more: Ferry line may close for good</a></p>",
         "Read more: Ferry line may close for good", "related"),
        ("<div class='share'>Share | Tweet | Email</div>", "Share | Tweet | Email", "share"),
        ("<aside><p>Ostrand has had a harbour since the days of the Hanse, and a lighthouse.</p></aside>",
         "Ostrand has had a harbour since the days of the Hanse, and a lighthouse.", "beside"),
    ],
)  # fmt: skip
def test_element_is_skipped_and_restored_by_keep(html: str, text: str, kind: str) -> None:
    article = read_page(story(html))
    assert text in skipped(article)
    assert spoken(article) == PROSE
    assert text in spoken(read_page(story(html), keep=[kind]))


def test_unknown_kind_of_text_is_usage_error() -> None:
    with pytest.raises(UsageError, match=r"no kind of skipped text 'captions'\. Did you mean 'caption'\?"):
        read_page(story(), keep=["captions"])


@pytest.mark.parametrize(
    ("dateline", "skips"),
    [
        ("OSTRAND, May 18 (Reuters) - ", True),
        ("OSTRAND, Mass. (AP) — ", True),
        ("Ostrand, Sweden (AP) — ", True),
        ("OSTRAND — ", True),
        ("New York (CNN)", True),
        ("The Associated Press (AP) ", False),
        ("NATO — ", False),
        ("WATCH: ", False),
        ("The HARBOUR – ", False),
    ],
)
def test_dateline_is_skipped(dateline: str, skips: bool) -> None:
    rest = "The harbour closed on Monday after a storm, officials said, and NATO was told."
    article = read_bytes("\n".join([f"{dateline}{rest}", *PROSE]).encode(), name="a.txt")
    assert spoken(article)[0] == (rest if skips else dateline + rest)
    assert skipped(article) == ({dateline.strip(): "the dateline"} if skips else {})
    if skips:
        span = article.skipped[0].span
        assert span is not None
        assert (span.start, span.end) == (0, len(dateline))
        assert spoken(read_bytes(article.text.encode(), name="a", keep=["dateline"]))[0] == dateline + rest


@pytest.mark.parametrize(
    "data",
    [
        page(story()).replace(b"utf-8", b"iso-8859-1").decode().encode("cp1252"),
        page(story()).decode().encode("utf-16"),
        b"\xef\xbb\xbf" + page(story()),
        page(story()).replace(b"<main>", b"<main>\xff\x00"),
    ],
)
def test_page_encoding_is_detected(data: bytes) -> None:
    assert spoken(read_bytes(data, name="a")) == PROSE


@pytest.mark.parametrize("body", ["", "<div>" * 5000 + "x", "<p></p>" * 50_000, "<p>a</p>" * 11_000])
def test_page_without_article_or_too_large_is_source_error(body: str) -> None:
    with pytest.raises(SourceError, match=r"^Cannot read a\.html: "):
        read_bytes(f"<html><body>{body}</body></html>".encode(), name="a.html")


@pytest.mark.slow
def test_score_on_real_pages_is_at_least_the_floor(tmp_path: Path) -> None:
    pages, scorer = shared("eval", "pages"), shared("eval", "score_pages.py")
    floors = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))["reading"]["pages"]
    lines = []
    for file in sorted((pages / "html").glob("*.html.gz")):
        article = read_bytes(gzip.decompress(file.read_bytes()), name=file.name.removesuffix(".gz"))
        text = "\n\n".join(spoken(article))
        lines.append(json.dumps({"id": file.name.removesuffix(".html.gz"), "text": text}))
    (tmp_path / "pred.jsonl").write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, str(scorer), str(pages / "ground-truth.json"), str(tmp_path / "pred.jsonl")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1].split()
    measured = {name: float(value) for name, value in zip(said[::2], said[1::2], strict=True)}
    assert {name: measured[name] for name in floors if measured[name] < floors[name]} == {}


def visible_text(element: HtmlElement) -> str:
    """Return the text that a browser shows in an element, without what is raised or struck out."""
    parts = [element.text or ""]
    for child in element:
        is_shown = isinstance(child.tag, str) and child.tag not in INVISIBLE and child.get("hidden") is None
        is_shown = is_shown and "none" not in (child.get("style") or "")
        is_shown = is_shown and not HIDDEN.intersection((child.get("class") or "").split())
        blank = "" if child.tag in INLINE else "\n"
        parts += [blank, visible_text(child) if is_shown else "", blank, child.tail or ""]
    return "".join(parts)


def sentences(text: str) -> Iterator[str]:
    """Yield the words of each sentence of at least four words."""
    for line in text.splitlines():
        for sentence in re.findall(r"[^.!?…]+[.!?…]", line):
            words = plain_words(sentence)
            if len(words.split()) > 3:
                yield words


def container_of(root: HtmlElement, first: str, last: str) -> HtmlElement:
    """Return the innermost element that shows two paragraphs."""
    inner: HtmlElement | None = root
    while inner is not None:
        container = inner
        inner = next((one for one in container if holds(one, first) and holds(one, last)), None)
    return container


def holds(element: HtmlElement, text: str) -> bool:
    is_shown = isinstance(element.tag, str) and element.tag not in INVISIBLE
    return is_shown and plain_words(text) in plain_words(element.text_content())


@pytest.mark.slow
def test_every_visible_sentence_around_story_is_read_or_listed() -> None:
    lost: dict[str, list[str]] = {}
    for file in sorted((shared("eval", "pages") / "html").glob("*.html.gz")):
        data = gzip.decompress(file.read_bytes())
        article = read_bytes(data, name="page.html", language="en")
        root = document_fromstring(decode_page(data).text.encode(), parser=HTMLParser(encoding="utf-8"))
        texts = [text for text in spoken(article) if holds(root, text)]
        container = container_of(root, texts[0], texts[-1])
        whole = plain_words(" ".join([article.text, *(one.text for one in article.skipped)]))
        if missing := [sentence for sentence in sentences(visible_text(container)) if sentence not in whole]:
            lost[file.name[:8]] = missing
    assert lost == {}


@pytest.mark.slow
def test_hostile_pages_are_read_or_refused_in_time() -> None:
    """Read a few of the pages of ``make fuzz``; any exception except SourceError fails the test."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
    fuzz = importlib.import_module("fuzz_pages")
    seen = []
    for data in fuzz.pages(60, seed=7):
        began = time.monotonic()
        seen.append(fuzz.outcome(data))
        assert time.monotonic() - began < fuzz.LIMIT_S
    assert seen.count("read") > 20
    for giant in fuzz.GIANTS:
        assert fuzz.outcome(b"<html>" + giant) in ("read", "refused")


def test_external_entities_of_page_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret of the harbour")
    entity = f'<!DOCTYPE html [<!ENTITY e SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'.encode()
    data = page(story("<p>It was &e; that nobody knew.</p>")).replace(b"<!DOCTYPE html>", entity)
    assert "the secret of" not in read_bytes(data, name="a", format="html").text
