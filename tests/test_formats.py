"""Newsroom JSON, Word documents, compressed files, and the command that shows what was read."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from helpers.pages import PROSE, page, skipped, spoken, story
from helpers.runs import Run

from narrate import produce
from narrate.config import Config, SynthesisConfig
from narrate.errors import SourceError, UsageError
from narrate.readers import read_bytes
from narrate.types import Article

NINJS = {
    "uri": "https://example.com/harbour",
    "standard": {"name": "ninjs", "version": "3.1"},
    "type": "text",
    "language": "en-GB",
    "firstcreated": "2026-05-18T08:30:00Z",
    "by": "Jane Doe",
    "headlines": [{"role": "teaser", "value": "Storm!"}, {"role": "main", "value": "Harbour closes after storm"}],
    "bodies": [
        {"contenttype": "text/plain", "value": "\n".join(PROSE)},
        {"contenttype": "text/html", "value": f"<h2>Waves</h2>{story('<table><tr><td>1</td><td>2</td></tr></table>')}"},
    ],
}
JSON_LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Harbour closes after storm",
    "author": {"@type": "Person", "name": "Jane Doe"},
    "datePublished": "2026-05-18",
    "inLanguage": "en-GB",
    "articleBody": "\n\n".join(PROSE),
}


def read_json(value: object, **options: Any) -> Article:
    return read_bytes(json.dumps(value).encode(), name="item.json", **options)


def test_ninjs_3_item_is_read() -> None:
    article = read_json(NINJS)
    assert spoken(article) == ["Waves", *PROSE]
    assert skipped(article) == {"1 | 2": "a table"}
    assert (article.title, article.byline) == ("Harbour closes after storm", "Jane Doe")
    assert (article.published, article.language) == ("2026-05-18T08:30:00+00:00", "en-GB")
    assert article.source == "https://example.com/harbour"


def test_ninjs_keys_are_read_in_any_case() -> None:
    item = {**NINJS, "bodies": [{"role": "main", "contentType": "text/html", "value": "<p>One.</p><p>Two.</p>"}]}
    assert read_bytes(json.dumps(item).encode(), name="x.json").text == "One.\n\nTwo."


def test_ninjs_2_item_with_plain_text_is_read() -> None:
    item = {"uri": "urn:x", "headline": "Storm", "body_text": "\n".join(PROSE), "byline": "Jane Doe"}
    article = read_json(item)
    assert (spoken(article), article.title, article.byline, article.source) == (PROSE, "Storm", "Jane Doe", None)


def test_json_ld_article_is_read() -> None:
    for data in (JSON_LD, [JSON_LD], {"@graph": [{"@type": "Person"}, JSON_LD]}):
        article = read_json(data)
        assert spoken(article) == PROSE
        assert (article.title, article.byline, article.published) == (
            "Harbour closes after storm", "Jane Doe", "2026-05-18",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "form", "message"),
    [
        ({**NINJS, "type": "picture"}, None, "of the type 'picture', not text"),
        ({"headlines": []}, None, "has no body"),
        ([], "ninjs", "must be one JSON object"),
        ({**JSON_LD, "articleBody": ""}, None, "no articleBody"),
        ({"@type": "Person"}, "jsonld", "has no schema.org article"),
        ({**JSON_LD, "articleBody": "\ud800"}, None, "halves of characters"),
    ],
)
def test_json_without_article_is_source_error(value: object, form: Any, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read_json(value, format=form)


@pytest.mark.parametrize("data", [b'{"a":', b"[" * 100_000, b'{"a":' * 100_000, b'{"a": 1' + b"0" * 5000 + b"}"])
def test_broken_json_is_source_error(data: bytes) -> None:
    with pytest.raises(SourceError, match=r"^Cannot read x: "):
        read_bytes(data, name="x", format="ninjs")


def word(*paragraphs: tuple[str, str]) -> bytes:
    import docx

    document = docx.Document()
    for style, text in paragraphs:
        document.add_paragraph(text, style=style or None)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Boat", "Crew"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_word_document_is_read_by_styles() -> None:
    lines = [("Title", "Harbour closes after storm"), ("", "By Jane Doe"), ("", PROSE[0]), ("Heading 2", "What next")]
    article = read_bytes(word(*lines, ("List Bullet", PROSE[1]), ("Caption", "Waves.")), name="a.bin")
    assert (article.title, article.byline) == ("Harbour closes after storm", "Jane Doe")
    assert spoken(article) == [PROSE[0], "What next", PROSE[1]]
    assert list(skipped(article)) == ["By Jane Doe", "Waves.", "Boat | Crew"]


def test_damaged_or_huge_word_document_is_source_error() -> None:
    whole = word(("", PROSE[0]))
    for cut in range(100, len(whole), 997):
        with pytest.raises(SourceError):
            read_bytes(whole[:cut], name="a.docx", format="docx")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (9 * 2**20))
    with pytest.raises(SourceError, match="unpacks to more than"):
        read_bytes(bomb.getvalue(), name="a.docx")


def test_external_entities_of_word_document_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret")
    original = zipfile.ZipFile(io.BytesIO(word(("", "Hello there, harbour."))))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for item in original.namelist():
            data = original.read(item)
            if item == "word/document.xml":
                head, _, rest = data.partition(b"?>")
                entity = f'<!DOCTYPE a [<!ENTITY e SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'.encode()
                data = head + b"?>" + entity + rest.replace(b"harbour", b"&e;")
            archive.writestr(item, data)
    try:
        article = read_bytes(target.getvalue(), name="a.docx")
    except SourceError:
        return
    assert "secret" not in article.text


def test_gzip_archive_is_decompressed_within_limits() -> None:
    assert spoken(read_bytes(gzip.compress(page(story())), name="a.html.gz")) == PROSE
    with pytest.raises(SourceError, match="larger than 16 MiB"):
        read_bytes(gzip.compress(b" " * 200 * 2**20), name="a.gz")
    with pytest.raises(SourceError, match="the end of the gzip archive is missing"):
        read_bytes(gzip.compress(page(story()))[:-20], name="a.gz")


def test_format_can_be_overridden() -> None:
    assert read_bytes(b"# Storm\n\nIt rained.\n", name="a.txt", format="markdown").title == "Storm"
    assert "<p>" in read_bytes(b"<p>It rained.\n", name="a", format="text").text
    with pytest.raises(UsageError, match=r"no format 'pdf'\. Formats: text, markdown, html"):
        read_bytes(b"It rained.", name="a", format="pdf")  # type: ignore[arg-type]


def test_read_command_reads_several_sources_and_reports_failure(narrate: Run, tmp_path: Path) -> None:
    (tmp_path / "one.html").write_bytes(page(story("<figure><figcaption>Waves.</figcaption></figure>")))
    (tmp_path / "two.md").write_text("# Storm\n\nIt rained all day.\n", encoding="utf-8")
    done = narrate("read", "--json", "one.html", "missing.txt", "two.md")
    assert done.returncode == 1
    assert done.stderr.strip() == "narrate: Cannot read missing.txt: the file does not exist. Check the path."
    one, two = map(json.loads, done.stdout.splitlines())
    assert list(one) == ["id", "title", "byline", "date", "language", "text", "skipped"]
    assert (one["id"], one["text"]) == ("one", "\n\n".join(PROSE))
    assert {"reason": "the caption or credit of a picture", "text": "Waves."} in one["skipped"]
    assert (two["id"], two["title"], two["text"]) == ("two", "Storm", "It rained all day.")


@pytest.mark.slow
def test_read_command_shows_skipped_text_and_restores_it_with_keep(narrate: Run) -> None:
    data = page(story("<figure><figcaption>Waves.</figcaption></figure>"))
    done = narrate("read", "-", stdin=data)
    assert done.returncode == 0
    assert "[skipped, the caption or credit of a picture: Waves.]" in done.stdout
    assert "[skipped" not in narrate("read", "--keep", "caption", "--keep", "repeated", "-", stdin=data).stdout
    assert narrate("read", "--keep", "nonsense", "-", stdin=data).returncode == 2
    assert narrate("read", "--from", "nonsense", "-", stdin=data).returncode == 2


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", page(story(""))),
        ("ninjs.json", json.dumps(NINJS).encode()),
        ("schema.json", json.dumps(JSON_LD).encode()),
        ("word.docx", word(*[("", text) for text in PROSE])),
        (
            "feed.xml",
            f"<rss><channel><item><description><![CDATA[{story()}]]></description></item></channel></rss>".encode(),
        ),
        ("text.txt", "\n\n".join(PROSE).encode()),
        ("text.md.gz", gzip.compress("\n\n".join(PROSE).encode())),
    ],
)
@pytest.mark.slow
def test_every_format_becomes_an_edition(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    silent = Config(synthesis=SynthesisConfig(engine="silent"))
    edition = produce(tmp_path / name, output=tmp_path / "out", config=silent)
    spoken_text = "".join(char for cue in edition.cues for char in cue.text if char.isalnum())
    assert "".join(char for text in PROSE for char in text if char.isalnum()) in spoken_text
