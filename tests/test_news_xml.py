"""News as XML: feeds with one article, NITF and NewsML-G2; what is refused; hostile documents."""

from __future__ import annotations

import time
from contextlib import suppress
from html import escape
from pathlib import Path

import pytest
from helpers.measuring import allowed, unmeasured
from helpers.pages import skipped, spoken

from narrate.errors import SourceError
from narrate.readers import read_bytes, skip_reasons
from narrate.types import Article

LEAD = "The council met on Monday to talk about the ferry and its price."
QUOTE = "“We won’t go,” said Petra Lindqvist, the mayor."
STORY = [LEAD, QUOTE]
MARKUP = f"<p>{LEAD}</p><p>{QUOTE}</p>"
NEWSML_SPACE = "http://iptc.org/std/nar/2006-10-01/"
ATOM_SPACE, XHTML_SPACE = "http://www.w3.org/2005/Atom", "http://www.w3.org/1999/xhtml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def read(text: str, *, name: str = "story.xml", encoding: str = "utf-8") -> Article:
    return read_bytes(text.encode(encoding), name=name)


def refused(text: str | bytes, name: str = "story.xml") -> str:
    """Return why a source is not read."""
    with pytest.raises(SourceError) as caught:
        read_bytes(text.encode() if isinstance(text, str) else text, name=name)
    return str(caught.value).removeprefix(f"Cannot read {name}: ")


def rss(*items: str, channel: str = "<title>Town Gazette</title>", attributes: str = "") -> str:
    content = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'{DECLARATION}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
        f'xmlns:atom="http://www.w3.org/2005/Atom" {attributes}><channel>{channel}{content}</channel></rss>'
    )


def atom(entry: str) -> str:
    return f'{DECLARATION}<feed xmlns="{ATOM_SPACE}"><title>Town Gazette</title>{entry}</feed>'


def encoded(markup: str) -> str:
    return f"<content:encoded><![CDATA[{markup}]]></content:encoded>"


TITLE = "<title>Council votes on ferry</title>"
DESCRIPTION = "<description>&lt;p&gt;The council met.&lt;/p&gt;</description>"


@pytest.mark.parametrize(
    "feed",
    [
        rss(TITLE + DESCRIPTION + encoded(MARKUP)),
        rss(encoded(MARKUP) + TITLE),
        rss(f"{TITLE}<description>{escape(MARKUP)}</description>"),
        rss(f"{TITLE}<description><![CDATA[{MARKUP}]]></description>"),
        rss(f"{TITLE}<description>{LEAD}\n\n{QUOTE}</description>"),
        rss(f"{TITLE}<description>{escape(escape(MARKUP))}</description>"),
        rss(f"{TITLE}<description>{LEAD}&lt;br/&gt;&lt;br/&gt;{QUOTE}</description><content:encoded/>"),
        rss(f"{TITLE}<description>{LEAD}&lt;br/&gt;{QUOTE}</description><media:description>x</media:description>"),
        rss(TITLE + encoded(MARKUP)).replace(DECLARATION, ""),
        f"<rss><channel><item>{TITLE}<media:thumbnail/>{encoded(MARKUP)}</item></channel></rss>",
        atom(f'<entry>{TITLE}<content type="html">{escape(MARKUP)}</content></entry>'),
        atom(f'<entry>{TITLE}<content type="html"><![CDATA[{MARKUP}]]></content></entry>'),
        atom(f'<entry>{TITLE}<content type="xhtml"><div xmlns="{XHTML_SPACE}">{MARKUP}</div></content></entry>'),
        f'<a:feed xmlns:a="{ATOM_SPACE}" xmlns:x="{XHTML_SPACE}"><a:entry><a:title>Council votes on ferry</a:title>'
        f'<a:content type="xhtml"><x:div><x:p>{LEAD}</x:p><x:p>{QUOTE}</x:p></x:div></a:content></a:entry></a:feed>',
        f'<entry xmlns="{ATOM_SPACE}">{TITLE}<content type="text">{LEAD}\n{QUOTE}</content></entry>',
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/>'
        f"<item>{TITLE}<description>{escape(MARKUP)}</description></item></rdf:RDF>",
        rss(TITLE + encoded(MARKUP.replace("“", "&ldquo;").replace("’", "&#8217;").replace("”", "&rdquo;"))),
    ],
)  # fmt: skip
def test_feed_with_one_article_is_read(feed: str) -> None:
    article = read(feed)
    assert (article.title, spoken(article)) == ("Council votes on ferry", STORY)
    assert "<" not in article.text


def test_metadata_of_feed_are_read() -> None:
    item = (
        "<title>AT&amp;amp;T &amp;#8211; us</title><link>https://example.org/a</link>"
        "<dc:creator>By Jane Doe</dc:creator><dc:creator>John Roe</dc:creator>"
        "<pubDate>Mon, 11 May 2026 09:00:00 GMT</pubDate>"
    )
    article = read(rss(item + encoded(MARKUP), channel="<title>Town Gazette</title><language>en-us</language>"))
    assert (article.title, article.byline, article.outlet) == ("AT&T – us", "Jane Doe and John Roe", "Town Gazette")
    assert (article.published, article.language) == ("2026-05-11T09:00:00+00:00", "en-us")
    assert article.source == "https://example.org/a"
    entry = (
        '<entry xml:lang="en-GB"><title type="html">A</title><link rel="self" href="https://example.org/x"/>'
        '<link href="https://example.org/b"/><author><name>Jane Doe</name><uri>https://example.org</uri></author>'
        f'<published>2026-05-11T09:00:00Z</published><content type="html">{escape(MARKUP)}</content></entry>'
    )
    article = read(atom(entry))
    assert (article.byline, article.language, article.source) == ("Jane Doe", "en-GB", "https://example.org/b")


@pytest.mark.parametrize(
    ("author", "byline"),
    [("jane@example.org (Jane Doe)", "Jane Doe"), ("jane@example.org", None), ("Jane Doe", "Jane Doe"), ("", None)],
)
def test_author_of_rss_may_be_an_address(author: str, byline: str | None) -> None:
    assert read(rss(f"{TITLE}<author>{author}</author>{encoded(MARKUP)}")).byline == byline


def test_captions_of_media_in_feed_are_listed() -> None:
    media = (
        "<media:content url='a.jpg'><media:description>A long caption of the picture, longer than the story itself is, "
    )
    media += f"{'by far ' * 40}.</media:description><media:credit>J. Roe</media:credit></media:content>"
    article = read(rss(TITLE + media + encoded(MARKUP)))
    assert spoken(article) == STORY
    assert {one.reason for one in article.skipped} == {skip_reasons.CAPTION}
    assert [one.text[:14] for one in article.skipped] == ["A long caption", "J. Roe"]


def test_summary_of_feed_is_listed_unless_the_text_repeats_it() -> None:
    item = TITLE + encoded(MARKUP)
    assert skipped(read(rss(f"{item}<description>Read all about it.</description>"))) == {
        "Read all about it.": skip_reasons.OUTSIDE_STORY
    }
    assert read(rss(f"{item}<description>{LEAD[:20]}</description>")).skipped == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (rss(TITLE, TITLE, TITLE), "this is a feed of 3 articles. Save the page of one of them, or pass its address."),
        (rss(), "this is a feed without an article. Save the page of the article, or pass its address."),
        (rss(TITLE), "the article of the feed has no text. Save its page, or pass its address."),
        ('<feed xmlns="http://www.w3.org/2005/Atom"><entry/><entry/></feed>', "this is a feed of 2 articles."),
        (f"{DECLARATION}<catalog><book>A</book></catalog>", "this is XML of an unknown kind (root element 'catalog')"),
        ("<catalog><book>A book.</book></catalog>\n", "this is XML of an unknown kind (root element 'catalog')"),
        ("<!-- by hand --><ns:data xmlns:ns='x'>A</ns:data>", "this is XML of an unknown kind (root element 'data')"),
        (f"{DECLARATION}<urlset><url/></urlset>", "this is a site map"),
        (f"{DECLARATION}<opml version='2.0'><body/></opml>", "this is a list of feeds (OPML)"),
        (f'{DECLARATION}<pkg:package xmlns:pkg="x"/>', "this is flat Office XML"),
        (f"{DECLARATION}<NewsML><NewsItem/></NewsML>", "this is NewsML 1"),
        ("<rss><channel><item><title>Cut", "the feed is not valid XML"),
        (f"{DECLARATION}<nitf><body/></nitf>", "the NITF document has no body.content"),
    ],
)  # fmt: skip
def test_xml_that_cannot_be_read_is_refused_in_one_sentence(text: str, problem: str) -> None:
    message = refused(text)
    assert message.startswith(problem)
    assert message.endswith(".")
    assert "<" not in message


@pytest.mark.parametrize(
    "text",
    [
        '<break time="1s"/> It rained.',
        '<sub alias="World Bank">WB</sub>',
        '<?xml version="1.0"?><speak version="1.1">It rained.</speak>',
        "<3 is a heart. It rained.\nIt stopped.\nIt rained.",
        "<Ostrand> It rained.\nIt stopped.",
        "<Sic> he said.\nIt rained </Ostrand>.",
    ],
)
def test_text_that_begins_like_xml_is_read(text: str) -> None:
    assert read(text, name="story.txt").text


def nitf(content: str, *, head: str = "", body_head: str = "", end: str = "", attributes: str = "") -> str:
    hedline = "<hedline><hl1>Council votes on ferry</hl1></hedline>"
    return (
        f"{DECLARATION}<nitf {attributes}><head><title>Council votes</title>{head}</head><body><body.head>{hedline}"
        f"{body_head}</body.head><body.content>{content}</body.content>{end}</body></nitf>"
    )


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (f"<block>{MARKUP}</block>", STORY),
        (MARKUP, STORY),
        (f"<p>{LEAD}</p><hl2>What next</hl2><p>{QUOTE}</p>", [LEAD, "What next", QUOTE]),
        (MARKUP.replace("council", "<org>council</org>").replace("Monday", '<chron norm="20260511">Monday</chron>')
         .replace("Petra Lindqvist", "<person>Petra Lindqvist</person>"), STORY),
        (f"<p>{LEAD}</p><bq><block><p>{QUOTE}</p></block></bq>", STORY),
        (f"<p>{LEAD}</p><ul><li>One boat.</li><li>Two boats.</li></ul>", [LEAD, "One boat.", "Two boats."]),
        (f"<p>{LEAD}</p><p>It has 3<frac><frac-num>1</frac-num><frac-sep>/</frac-sep><frac-den>2</frac-den></frac> "
         "decks.</p>",
         [LEAD, "It has 3 1/2 decks."]),
        (f"<p>{LEAD}</p><p>It cost <money unit='EUR'>4 euros</money> in <location><city>Ostrand</city></location>.</p>",
         [LEAD, "It cost 4 euros in Ostrand."]),
        (f"<p>{LEAD}</p><p>It is <em>not</em> so &mdash; or is it?</p>", [LEAD, "It is not so — or is it?"]),
    ],
)  # fmt: skip
def test_nitf_is_read(content: str, lines: list[str]) -> None:
    article = read(nitf(content))
    assert (article.title, spoken(article), article.skipped) == ("Council votes on ferry", lines, ())


def test_parts_of_nitf_around_the_story_are_listed() -> None:
    document = nitf(
        "<media media-type='image'><media-reference source='a.jpg'>x</media-reference><media-caption>Waves."
        f"</media-caption></media>{MARKUP}<table><tr><td>1</td><td>2</td></tr></table>",
        head='<docdata management-status="usable"><date.issue norm="20260511T080000Z"/></docdata>'
        '<pubdata name="The Ostrand Post"/>',
        body_head="<byline>By <person>Jane Doe</person> <byttl>Staff</byttl></byline><dateline>Ostrand</dateline>"
        "<abstract><p>In short.</p></abstract><distributor>Wire</distributor>",
        end="<body.end><tagline>She reports from Ostrand.</tagline></body.end>",
        attributes='xml:lang="en-GB"',
    )
    article = read(document)
    assert spoken(article) == STORY
    assert (article.byline, article.published) == ("Jane Doe", "2026-05-11T08:00:00+00:00")
    assert (article.outlet, article.language) == ("The Ostrand Post", "en-GB")
    assert skipped(article) == {
        "By Jane Doe Staff": skip_reasons.BYLINE, "Ostrand": skip_reasons.DATELINE,
        "In short.": skip_reasons.OUTSIDE_STORY,
        "Wire": skip_reasons.CREDIT, "Waves.": skip_reasons.CAPTION, "1 | 2": skip_reasons.TABLE,
        "She reports from Ostrand.": skip_reasons.CREDIT,
    }  # fmt: skip


def test_line_below_the_headline_of_nitf_is_read() -> None:
    document = nitf(MARKUP).replace("</hl1>", "</hl1><hl2>A long night in Ostrand</hl2>")
    assert spoken(read(document)) == ["A long night in Ostrand", *STORY]


def newsml(
    content: str, *, item_class: str = "ninat:text", status: str = "stat:usable", meta: str = "", count: int = 1
) -> str:
    item = (
        f'<newsItem xmlns="{NEWSML_SPACE}" xml:lang="en-GB"><itemMeta><itemClass qcode="{item_class}"/>'
        f'<pubStatus qcode="{status}"/><versionCreated>2026-05-11T09:00:00Z</versionCreated></itemMeta><contentMeta>'
        f"<headline>Council votes on ferry</headline>{meta}</contentMeta><contentSet>{content}</contentSet></newsItem>"
    )
    if count == 1:
        return DECLARATION + item
    return f'<newsMessage xmlns="{NEWSML_SPACE}"><itemSet>{item * abs(count)}</itemSet></newsMessage>'


NITF = f"<nitf {{}}><body><body.content>{MARKUP}</body.content></body></nitf>"
INLINE = '<inlineXML contenttype="{}">{}</inlineXML>'.format
XHTML = INLINE(
    "application/xhtml+xml", f'<html xmlns="{XHTML_SPACE}"><head><title>x</title></head><body>{{}}</body></html>'
)


@pytest.mark.parametrize(
    "content",
    [
        XHTML.format(MARKUP),
        INLINE("application/xhtml+xml", f'<html xmlns="{XHTML_SPACE}">{MARKUP}</html>'),
        INLINE("application/nitf+xml", NITF.format('xmlns="http://iptc.org/std/NITF/2006-10-18/"')),
        INLINE("application/nitf+xml", NITF.format('xmlns=""')),
        f'<inlineData contenttype="text/plain">{LEAD}\n\n{QUOTE}</inlineData>',
        f"<inlineData>{LEAD}\n{QUOTE}</inlineData>",
        f'<inlineData contenttype="text/html">{escape(MARKUP)}</inlineData>',
        f'<inlineData contenttype="text/plain">{LEAD}</inlineData>{XHTML.format(MARKUP)}',
        f'<remoteContent href="a.jpg"/>{XHTML.format(MARKUP)}',
    ],
)  # fmt: skip
def test_newsml_g2_is_read(content: str) -> None:
    article = read(newsml(content, meta="<by>By Jane Doe</by>"))
    assert (article.title, article.byline, spoken(article)) == ("Council votes on ferry", "Jane Doe", STORY)
    assert (article.published, article.language) == ("2026-05-11T09:00:00+00:00", "en-GB")
    assert spoken(read(newsml(content, count=-1))) == STORY


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (newsml(XHTML.format(MARKUP), status="stat:canceled"), "its provider has marked it as 'canceled'."),
        (newsml(XHTML.format(MARKUP), status="stat:withheld"), "its provider has marked it as 'withheld'."),
        (nitf(MARKUP, head='<docdata management-status="canceled"/>'), "its provider has marked it as 'canceled'."),
        (newsml(XHTML.format(MARKUP), item_class="ninat:picture"), "the news item is of the class 'picture'"),
        (newsml('<remoteContent href="a.html"/>'), "the news item contains no text"),
        (newsml(XHTML.format(MARKUP), count=3), "this NewsML-G2 document contains 3 articles."),
        (f'<packageItem xmlns="{NEWSML_SPACE}"/>', "this NewsML-G2 document (packageItem) contains no"),
    ],
)  # fmt: skip
def test_item_that_must_not_be_used_is_refused(text: str, problem: str) -> None:
    assert refused(text).startswith(problem)


def test_message_with_one_article_and_a_picture_is_read() -> None:
    picture = newsml('<remoteContent href="a.jpg"/>', item_class="ninat:picture").replace(DECLARATION, "")
    message = newsml(XHTML.format(MARKUP), count=-1).replace("<itemSet>", f"<itemSet>{picture}")
    assert spoken(read(message)) == STORY


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_encoding_of_xml_is_followed(encoding: str) -> None:
    text = rss(TITLE + encoded(f"<p>{LEAD}</p><p>The café is open.</p>")).replace("UTF-8", encoding)
    assert spoken(read(text, encoding=encoding)) == [LEAD, "The café is open."]


def test_ssml_and_withdrawn_text_in_xml_bodies_are_followed() -> None:
    body = '<p>The <sub alias="World Bank">WB</sub> met. He is <del>dead</del> <ins>alive</ins>.</p><p>It rained.</p>'
    for text in (rss(TITLE + encoded(body)), nitf(body), newsml(XHTML.format(body))):
        article = read(text)
        assert spoken(article) == ["The WB met. He is alive.", "It rained."]
        assert [one.value for one in article.readings] == ["World Bank"]
        assert skipped(article)["dead"] == skip_reasons.WITHDRAWN


class TestHostileXml:
    @pytest.mark.parametrize("where", ["<p>&e;</p>", "<p>&x;</p>", '<p class="&e;">A</p>'])
    def test_entities_of_a_document_are_not_followed(self, where: str, tmp_path: Path) -> None:
        (tmp_path / "secret.txt").write_text("the-secret", encoding="utf-8")
        address = (tmp_path / "secret.txt").as_uri()
        definition = f'<!DOCTYPE nitf [<!ENTITY e "the-secret"><!ENTITY x SYSTEM "{address}">]>'
        text = nitf(MARKUP + where).replace("<nitf ", f"{definition}<nitf ")
        assert refused(text) == (
            "the NITF document defines XML entities, which Narrate does not follow. Save it without them."
        )

    @pytest.mark.parametrize("where", ["&e;", "<p>It is &e; shut.</p>", "<p><b>Shut</b>&e;</p>"])
    def test_entity_that_nothing_defines_is_refused(self, where: str) -> None:
        text = nitf(MARKUP + where).replace("<nitf ", '<!DOCTYPE nitf SYSTEM "nitf.dtd"><nitf ')
        assert refused(text) == "the NITF document uses the XML entity &e;, which is not known. Write it out."

    def test_entity_of_html_is_its_character_in_xml(self) -> None:
        text = nitf(MARKUP + "<p>The caf&eacute; is shut.</p>").replace(
            "<nitf ", '<!DOCTYPE nitf SYSTEM "nitf.dtd"><nitf '
        )
        assert "The café is shut." in read_bytes(text.encode(), name="story.xml").text

    def test_document_type_at_another_address_is_not_fetched(self) -> None:
        text = nitf(MARKUP).replace("<nitf ", '<!DOCTYPE nitf SYSTEM "http://127.0.0.1:9/nitf.dtd"><nitf ')
        assert spoken(read(text)) == STORY

    def test_expansion_bomb_is_refused(self) -> None:
        laughs = "".join('<!ENTITY l{} "{}">'.format(n + 1, f"&l{n};" * 10) for n in range(12))
        bomb = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]><rss><channel><item>&l12;</item></channel></rss>'
        assert "XML" in refused(bomb)

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "content",
        [
            "<a>" * 300,
            "<block>" * 200 + "x" + "</block>" * 200,
            "<p>a</p>" * 300_000,
            "<p " + " ".join(f"a{n}='1'" for n in range(200_000)) + ">x</p>",
            "<p " + " ".join(f"xmlns:a{n}='u'" for n in range(100_000)) + ">x</p>",
            f"<p class='{'x ' * 1_500_000}'>x</p>",
            "&amp;" * 800_000,
            "&lt;p&gt;" * 400_000,
            "x" * 4_000_000,
            "<frac>1</frac>" * 200_000,
            "<!--" + "x" * 4_000_000 + "-->",
            "<?a " + "x" * 4_000_000 + "?>",
            "<![CDATA[" + "<" * 3_000_000 + "]]>",
            "&nbsp;" * 600_000,
            " " * 300_000 + "<a>",
        ],
    )
    def test_hostile_content_is_read_or_refused_in_time(self, content: str) -> None:
        for text in (nitf(MARKUP + content), rss(f"{TITLE}<description>{content}</description>"), f"<a>{content}</a>"):
            began = time.process_time()
            with unmeasured(), suppress(SourceError):
                read(text)
            assert time.process_time() - began < allowed(10)

    @pytest.mark.slow
    @pytest.mark.parametrize("start", [one * 300_000 for one in ("<?x ", "<!-- ", "<!DOCTYPE a [", "<a ")])
    def test_hostile_prologue_is_read_or_refused_in_time(self, start: str) -> None:
        began = time.process_time()
        with unmeasured(), suppress(SourceError):
            read(start)
        assert time.process_time() - began < allowed(10)
