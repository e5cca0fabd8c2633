"""News as JSON: what bodies may contain, which body is the main one, and what is refused."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from html import escape
from typing import Any

import pytest
from helpers.pages import PROSE, page, skipped, spoken, story

from narrate.errors import SourceError
from narrate.readers import read_bytes, skip_reasons
from narrate.types import Article

LEAD = "The council met on Monday to talk about the ferry and its price."
HTML, PLAIN = "text/html", "text/plain"
QUOTE = "“We won’t go,” said Petra Lindqvist, the mayor."
END = "The vote is in June."
STORY = [LEAD, QUOTE, END]
MARKUP = "".join(f"<p>{line}</p>" for line in STORY)


def read(value: object, **options: Any) -> Article:
    return read_bytes(json.dumps(value).encode(), name="item.json", **options)


def escaped(text: str, ampersand: str) -> str:
    """Return ``text`` with its marks as entities that begin with ``ampersand``."""
    return (
        text.replace("“", f"{ampersand}ldquo;").replace("”", f"{ampersand}#8221;").replace("’", f"{ampersand}#x2019;")
    )


def ninjs(**keys: object) -> dict[str, object]:
    return {"uri": "urn:x", "type": "text", "headline": "Council votes on ferry", **keys}


def schema(**keys: object) -> dict[str, object]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Council votes on ferry", **keys}


BODIES = {
    "entities": escaped("\n\n".join(STORY), "&"),
    "entities escaped twice": escaped("\n".join(STORY), "&amp;"),
    "markup": MARKUP,
    "markup with escaped quotes": escaped(MARKUP, "&"),
    "markup with quotes escaped twice": escaped(MARKUP, "&amp;"),
    "escaped markup": escape(MARKUP),
    "markup escaped twice": escape(escape(MARKUP)),
    "escaped markup in a wrapper": f"<div>{escape(MARKUP)}</div>",
    "line breaks": "<br>".join(STORY),
    "two line breaks": "<br /><br/>".join(STORY),
    "escaped line breaks": "&lt;br&gt;&lt;br /&gt;".join(STORY),
    "line breaks and blank lines": "<BR>\n<BR>\n".join(STORY),
    "blank lines and inline tags": "\n\n".join(STORY).replace("council", '<a href="/x">council</a>'),
    "lines and inline tags": "\n".join(STORY).replace("council", "<em>council</em>"),
    "blocks without paragraphs": f"{LEAD}\n\n<div>{QUOTE}</div>\n\n{END}",
    "carriage returns": "\r\n\r\n".join(STORY),
    "CDATA": f"<![CDATA[{MARKUP}]]>",
    "line ends as entities": "&#13;&#10;&#13;&#10;".join(STORY),
    "page": f"<!DOCTYPE html><html><head><title>x</title></head><body>{MARKUP}</body></html>",
    "comments of an editor": "\n".join(f"<!-- wp:paragraph -->\n<p>{line}</p>\n<!-- /wp -->" for line in STORY),
    "Markdown headings": f"{LEAD}\n\n{QUOTE}\n\n### {END}",
    "lines escaped twice": "\\n\\n".join(STORY),
    "markup with lines escaped twice": MARKUP.replace("</p>", "<\\/p>\\n"),
    "old line ends": "\r".join(STORY),
    "Markdown emphasis": "\n\n".join(STORY).replace("council", "**council**").replace("Monday", "_Monday_"),
    "Markdown links": "\n\n".join(STORY).replace("price", "[price](https://example.org/a?b=c)"),
    "Markdown lines": "\n".join(STORY).replace("ferry", "*ferry*"),
    "Markdown quote": f"{LEAD}\n\n> {QUOTE}\n\n{END}",
    "Markdown with line breaks": "<br><br>".join(STORY).replace("council", "**council**"),
}  # fmt: skip


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_body_is_read_in_whatever_form_it_is_written(body: str) -> None:
    for item in (
        schema(articleBody=body),
        ninjs(body_text=body),
        ninjs(body_html=body),
        ninjs(bodies=[{"value": body}]),
    ):
        article = read(item)
        assert spoken(article) == STORY
        assert article.title == "Council votes on ferry"


@pytest.mark.parametrize(
    "line",
    [
        "Profits at AT&T and Marks & Spencer fell; R&D; did not.",
        "If x < 3 and y > 4, then a<b and b>c.",
        "The sign says <Ostrand>, and I <3 it.",
        "It costs 5 * 3 * 2 and not 2**8, f*** it.",
        "Write to snake_case_name or 2_000, he said.",
        "He is #1 and she is # 2.",
        "See https://example.org/?a=1&copy=2&reg=3 for more.",
        "[Editor’s note] A line in brackets (see page 3).",
        "A - B, and 1. C * D.",
        r"The file is in C:\new\table, he said.",
    ],
)
def test_text_that_resembles_markup_stays_as_it_is(line: str) -> None:
    for item in (schema(articleBody=f"{LEAD}\n\n{line}"), ninjs(body_text=f"{LEAD}\n\n{line}")):
        assert spoken(read(item)) == [LEAD, line]


def test_withdrawn_text_captions_and_tables_in_bodies_are_skipped() -> None:
    markup = story("<figure><figcaption>Waves.</figcaption></figure>", "<table><tr><td>1</td><td>2</td></tr></table>")
    article = read(schema(articleBody=escape(markup)))
    assert spoken(article) == PROSE
    assert skipped(article) == {"Waves.": skip_reasons.CAPTION, "1 | 2": skip_reasons.TABLE}


def test_headline_is_freed_of_markup_and_entities() -> None:
    for title in ("AT&amp;T &amp;amp; us", "<b>AT&amp;T</b><br/>&amp; us", "<p>AT&amp;T</p><p>&amp; us</p>"):
        assert read({**schema(articleBody=LEAD), "headline": title}).title == "AT&T & us"


def test_markdown_body_is_read_as_markdown_if_declared() -> None:
    for media_type in ("text/markdown", "text/x-markdown; charset=utf-8"):
        item = ninjs(bodies=[{"contenttype": media_type, "value": f"{LEAD}\nIt was\nlong.\n\n- One\n- Two\n"}])
        assert spoken(read(item)) == [f"{LEAD} It was long.", "One", "Two"]


MAIN, OTHER = f"<p>{LEAD}</p><p>{END}</p>", "<p>A short summary, of which the story says nothing.</p>"


@pytest.mark.parametrize(
    "bodies",
    [
        [
            {"role": "summary", "contentType": HTML, "value": OTHER},
            {"role": "main", "contentType": HTML, "value": MAIN},
        ],
        [
            {"role": "main", "contenttype": HTML, "value": MAIN},
            {"role": "caption", "contenttype": HTML, "value": OTHER * 9},
        ],
        [{"role": "teaser", "contenttype": HTML, "value": OTHER}, {"contenttype": PLAIN, "value": f"{LEAD}\n{END}"}],
        [{"role": "http://cv.example.org/role/main", "value": MAIN}, {"role": "x:sms", "value": OTHER}],
        [{"role": "Main", "contenttype": PLAIN, "value": f"{LEAD}\n{END}"}, {"role": "web", "value": OTHER}],
        [{"role": "abstract", "value": OTHER}, {"role": "body", "value": MAIN}],
        [{"value": OTHER}, {"value": MAIN}],
        [
            {"role": "summary", "value": OTHER},
            {"role": "main", "contenttype": PLAIN, "value": f"{LEAD}\n{END}"},
            {"role": "main", "contenttype": "text/html; charset=utf-8", "value": MAIN},
        ],
    ],
)
def test_main_body_is_read_and_others_are_listed(bodies: list[dict[str, str]]) -> None:
    article = read(ninjs(bodies=bodies))
    assert spoken(article) == [LEAD, END]
    assert skipped(article) == {"A short summary, of which the story says nothing.": skip_reasons.OUTSIDE_STORY}


@pytest.mark.parametrize(
    "item",
    [
        ninjs(bodies=[{"contenttype": PLAIN, "value": LEAD}, {"contenttype": HTML, "value": f"<p>{LEAD}</p>"}]),
        ninjs(bodies={"contenttype": HTML, "value": f"<p>{LEAD}</p>"}),
        ninjs(body_html=f"<p>{LEAD}</p>", body_text=LEAD),
        ninjs(body_html=" ", body_text=LEAD),
        ninjs(bodies=[{"role": "main", "value": " "}, {"role": "web", "value": LEAD}]),
        ninjs(bodies=[{"role": "main", "value": None}, "text", {"role": "web", "value": LEAD}]),
        [ninjs(body_text=LEAD)],
        {"Headline": "Council votes on ferry", "Body_Text": LEAD},
        ninjs(body_text=LEAD, pubstatus="usable"),
        ninjs(body_text=LEAD, type="Text"),
        ninjs(body_text=LEAD, pubstatus={"qcode": "stat:usable"}),
        ninjs(body_text=LEAD, pubstatus="stat:usable", usable=True),
    ],
)
def test_usual_item_is_read_without_remarks(item: object) -> None:
    article = read(item)
    assert (article.title, spoken(article), article.skipped) == ("Council votes on ferry", [LEAD], ())


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        (ninjs(body_text=LEAD, pubstatus="canceled"), "marked it as 'canceled'"),
        (ninjs(body_text=LEAD, pubStatus="Cancelled"), "marked it as 'cancelled'"),
        (ninjs(body_text=LEAD, pubstatus="withheld"), "marked it as 'withheld'"),
        (ninjs(body_text=LEAD, pubstatus="http://cv.iptc.org/newscodes/pubstatusg2/canceled"), "'canceled'"),
        (ninjs(body_text=LEAD, pubstatus={"qcode": "stat:canceled"}), "marked it as 'canceled'"),
        (ninjs(body_text=LEAD, usable=False), "marked it as not usable"),
        (ninjs(body_text=LEAD, usable="false"), "marked it as not usable"),
        ([ninjs(body_text=LEAD, pubstatus="canceled")], "marked it as 'canceled'"),
        (schema(articleBody=LEAD, creativeWorkStatus="Withdrawn"), "marked it as 'withdrawn'"),
        ({"content": {"rendered": LEAD}, "status": "trash"}, "marked it as 'withdrawn'"),
        ([ninjs(body_text=LEAD), ninjs(body_text=END)], r"contains 2 items\. Save the article that you want"),
        ([schema(articleBody=LEAD), schema(articleBody=END)], "contains 2 schema.org articles"),
        ([{"content": {"rendered": LEAD}}, {"content": {"rendered": END}}], "contains 2 items"),
        (ninjs(body_text=LEAD, type="picture"), "of the type 'picture', not text"),
        (ninjs(body_text=" "), "has no body"),
        (schema(), "has no articleBody"),
        ({"content": {"rendered": "", "protected": True}}, "has no text, or only with a password"),
        ({"title": "A", "items": [1, 2]}, r"not an article in a known format \(ninjs, schema\.org JSON-LD"),
        ({}, "not an article in a known format"),
        ([[1], [2]], "not an article in a known format"),
        (["A line", "Another"], "not an article in a known format"),
        ({"type": "FeatureCollection", "features": []}, "not an article in a known format"),
    ],
)  # fmt: skip
def test_json_that_cannot_be_used_is_refused(item: object, problem: str) -> None:
    for name in ("item.json", "item", "item.txt"):
        with pytest.raises(SourceError, match=f"^Cannot read {name}: .*{problem}"):
            read_bytes(json.dumps(item, indent=1).encode(), name=name)


def test_json_full_of_tags_is_json() -> None:
    markup = "<p>The council met on Monday.</p>" * 20
    for name in ("a.html", "a.txt", "a"):
        item = read_bytes(json.dumps(ninjs(body_html=markup)).encode(), name=name)
        assert (item.title, len(spoken(item))) == ("Council votes on ferry", 20)
        with pytest.raises(SourceError, match="not an article in a known format"):
            read_bytes(json.dumps({"id": 1, "html": markup}).encode(), name=name)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            b'{"uri": "x", "body_text": "Cut',
            "it is not valid JSON \\(line 1, column 27: a text has no closing quotation mark\\)",
        ),
        (b'{"a": 1}\n{"b": 2}\n', r"more follows after the JSON in line 2\. Save only one article"),
        (b'[{"a": 1},]', "is not valid JSON"),
        (b'\xef\xbb\xbf{"a": 1}', "not an article in a known format"),
    ],
)
def test_damaged_json_is_never_spoken(data: bytes, problem: str) -> None:
    with pytest.raises(SourceError, match=problem):
        read_bytes(data, name="item.txt")


@pytest.mark.parametrize(
    "text",
    ["[Editor’s note] It rained.", "[[Ostrand]] is a town.", "{See below} It rained.", "[1] It rained.", "[sic]"],
)
def test_text_in_brackets_is_not_json(text: str) -> None:
    assert read_bytes(text.encode(), name="a.txt").text == text


def test_post_of_wordpress_is_read() -> None:
    post = {
        "id": 7,
        "date": "2026-05-11T10:00:00",
        "date_gmt": "2026-05-11T08:00:00",
        "link": "https://example.org/ferry/",
        "status": "publish",
        "title": {"rendered": "Council &#8211; votes"},
        "content": {"rendered": f"\n{MARKUP}\n<figure><figcaption>Waves.</figcaption></figure>", "protected": False},
        "excerpt": {"rendered": "<p>The council met.</p>"},
        "author": 3,
        "_embedded": {"author": [{"id": 3, "name": "Jane Doe"}]},
    }
    for value in (post, [post]):
        article = read(value)
        assert spoken(article) == STORY
        assert (article.title, article.byline) == ("Council – votes", "Jane Doe")
        assert (article.published, article.source) == ("2026-05-11T08:00:00", "https://example.org/ferry/")
        assert skipped(article) == {"Waves.": skip_reasons.CAPTION}
    raw = {"title": {"raw": "A vote"}, "content": {"raw": "\n\n".join(STORY)}}
    assert (read(raw).title, spoken(read(raw))) == ("A vote", STORY)


JANE = {"@type": "Person", "@id": "https://example.org/#jane", "name": "Jane Doe"}
PRESS = {"@type": "Organization", "@id": "#press", "name": "The Gazette"}


@pytest.mark.parametrize(
    ("author", "byline"),
    [
        ({"@id": "https://example.org/#jane"}, "Jane Doe"),
        ([{"@id": "https://example.org/#jane"}], "Jane Doe"),
        ("https://example.org/#jane", "Jane Doe"),
        ([{"@id": "https://example.org/#jane"}, {"name": "John Roe"}], "Jane Doe and John Roe"),
        ({"@id": "https://example.org/#jane", "name": "J. D."}, "J. D."),
        ({"@id": "#unknown"}, None),
        ({"name": "By Jane Doe"}, "Jane Doe"),
        (["Jane Doe", "John Roe"], "Jane Doe and John Roe"),
    ],
)
def test_author_may_be_described_elsewhere_in_the_graph(author: object, byline: str | None) -> None:
    article = schema(articleBody=LEAD, author=author, publisher={"@id": "#press"})
    for graph in ([article, JANE, PRESS], [PRESS, JANE, article]):
        found = read({"@context": "https://schema.org", "@graph": graph})
        assert (found.byline, found.outlet) == (byline, "The Gazette")


def test_references_in_a_circle_are_harmless() -> None:
    jane = {"@id": "#jane", "name": {"@id": "#jane"}, "author": {"@id": "#jane"}}
    assert read({"@graph": [schema(articleBody=LEAD, author={"@id": "#jane"}), jane]}).byline is None


@pytest.mark.parametrize(
    "body",
    [
        ["The council met.", END],
        {"@value": f"<p>The council met.</p><p>{END}</p>", "@type": "rdf:HTML"},
        [{"@value": "The council met."}, {"@value": END}],
        {"@list": ["The council met.", END]},
    ],
)
def test_article_body_may_be_a_list_or_a_typed_value(body: object) -> None:
    assert spoken(read(schema(articleBody=body))) == ["The council met.", END]


def update(headline: str | None, body: str) -> dict[str, object]:
    return {"@type": "BlogPosting", "headline": headline, "articleBody": body, "datePublished": "2026-05-11T09:00:00Z"}


UPDATES = [
    update("Ferry leaves", "The ferry left at nine.<br>It was &quot;full&quot;."),
    update(None, "<p>It came back.</p>"),
]


def test_updates_of_live_blog_are_read_in_order() -> None:
    blog = schema(articleBody=LEAD, liveBlogUpdate=UPDATES) | {"@type": "LiveBlogPosting"}
    for value in (blog, {"@graph": [{"@type": "WebPage"}, blog]}):
        article = read(value)
        assert article.title == "Council votes on ferry"
        assert spoken(article) == [LEAD, "Ferry leaves", "The ferry left at nine.", 'It was "full".', "It came back."]
    alone = schema(liveBlogUpdate=UPDATES[0]) | {"@type": "LiveBlogPosting"}
    assert spoken(read(alone)) == ["Ferry leaves", "The ferry left at nine.", 'It was "full".']


def test_update_that_the_body_repeats_is_read_once() -> None:
    blog = schema(articleBody=f"{LEAD}\n\nIt came back.", liveBlogUpdate=UPDATES) | {"@type": "LiveBlogPosting"}
    article = read(blog)
    assert [line for line in spoken(article) if "came back" in line] == ["It came back."]
    again = schema(liveBlogUpdate=[update("It came back", "It came back at ten."), update("x", "")])
    assert spoken(read(again)) == ["It came back at ten.", "x"]


def test_updates_that_only_the_json_ld_of_a_page_has_are_listed() -> None:
    blog = schema(liveBlogUpdate=[*UPDATES, update("Storm", f"<p>{PROSE[1]}</p>")]) | {"@type": "LiveBlogPosting"}
    head = f'<title>A blog</title><script type="application/ld+json">{json.dumps(blog)}</script>'
    article = read_bytes(page(story(), head), name="a.html")
    assert spoken(article) == PROSE
    found = [one.text for one in article.skipped if one.reason == skip_reasons.OUTSIDE_STORY and one.span is None]
    assert found == ['The ferry left at nine. It was "full".', "It came back."]


def test_article_that_is_described_twice_is_one_article() -> None:
    assert spoken(read([schema(articleBody=LEAD), schema(articleBody=f"<p>{LEAD}</p>") | {"@type": "Article"}])) == [
        LEAD
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda body: ninjs(body_text=body),
        lambda body: ninjs(body_html=f"<p>{body}</p>"),
        lambda body: schema(articleBody=body),
    ],
)
def test_ssml_in_json_is_followed(make: Any) -> None:
    article = read(make('The <sub alias="World Bank">WB</sub> met. <break time="1s"/> It ended.'))
    assert [(one.how, one.value) for one in article.readings] == [("sub", "World Bank"), ("break", "1000")]
    assert "<" not in article.text
    assert "alias" not in article.text
    assert make("x") is not None
    assert spoken(read(make("A <break> is a word & 1 < 2.")))[0].startswith("A")


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        "<p>" * 400_000,
        "&amp;" * 600_000,
        "&" + "amp;" * 900_000,
        "*" * 2_000_000,
        "**a" * 700_000,
        "_a " * 700_000,
        "[a](" * 600_000,
        "\n \n" * 800_000,
        "<br>" * 600_000,
        "<" * 2_000_000,
        "<b" * 1_000_000,
        "&lt;p&gt;" * 300_000,
        "~~a" * 600_000,
        "# a\n" * 400_000,
    ],
)  # fmt: skip
def test_hostile_body_is_read_or_refused_in_time(body: str) -> None:
    data = json.dumps(schema(articleBody=f"{LEAD} {body}")).encode()
    began = time.process_time()
    with suppress(SourceError):
        read_bytes(data, name="a.json")
    assert time.process_time() - began < 10
