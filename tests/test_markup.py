"""What is HTML without a document around it, which texts are refused as markup, and encodings declared wrongly."""

from __future__ import annotations

import pytest
from helpers.pages import PROSE, page, spoken, story

from narrate.errors import SourceError
from narrate.readers import read_bytes
from narrate.readers.web import Fetched

PARAGRAPHS = "\n".join(f"<p>{text}</p>" for text in PROSE)
CLIPBOARD = (
    "Version:0.9\r\nStartHTML:00000097\r\nEndHTML:00000170\r\nStartFragment:00000133\r\nEndFragment:00000134\r\n"
    "SourceURL:https://example.com/x\r\n<html><body>\r\n<!--StartFragment-->{}<!--EndFragment--></body></html>"
)
XHTML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">\n'
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Harbour</title><script src="x.js"/></head>'
    "<body>{}<p/></body></html>"
)
WORD = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Microsoft Word 15">'
    "</head><body><div class=WordSection1>{}<o:p>&nbsp;</o:p></div></body></html>"
)


@pytest.mark.parametrize("name", ["a", "a.txt", "a.html", "a.md"])
@pytest.mark.parametrize(
    "markup",
    [
        "{}",
        "<article>{}</article>",
        "<!-- exported --><div class=story>{}</div>",
        "<meta charset='utf-8'><b style='font-weight:normal' id='docs-internal-guid-1'>{}</b>",
        CLIPBOARD,
        XHTML,
        WORD,
        "\n\n<main>\n\n{}\n\n</main>\n",
    ],
)
def test_html_without_document_is_html(markup: str, name: str) -> None:
    assert spoken(read_bytes(markup.replace("{}", PARAGRAPHS).encode(), name=name)) == PROSE


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<br><br>\n".join(PROSE), "a.html"),
        ("<b>Harbour closes</b><br>" + "<br>\n".join(PROSE), "a.txt"),
        ("<p>" + "\n<p>".join(PROSE), "a.txt"),
        ("".join(f"<span style='color:red'>{text}</span><br>" for text in PROSE), "a.txt"),
        (f"{PROSE[0]}\n" + "\n".join(f"<p>{text}</p>" for text in PROSE[1:]), "a.txt"),
        (PARAGRAPHS.replace("p>", "P>").encode("utf-16").decode("utf-16"), "a.txt"),
        (f"<speak><p><s>{PROSE[0]}</s></p>" + "".join(f"<p>{text}</p>" for text in PROSE[1:]) + "</speak>", "a.txt"),
    ],
)
def test_fragment_of_html_is_html(text: str, name: str) -> None:
    article = read_bytes(text.encode(), name=name)
    assert " ".join(spoken(article)).count("harbour") == " ".join(PROSE).count("harbour")
    assert [line for line in spoken(article) if line in PROSE] == PROSE
    assert "<" not in article.text


@pytest.mark.parametrize(
    ("text", "name", "first"),
    [
        ("<div align=center><img src=x></div>\n\n# Harbour\n\n{}", "a.md", PROSE[0]),
        ("<div class=note>\n\n# Harbour\n\n{}\n\n</div>", "a.md", PROSE[0]),
        ("# Harbour\n\n<p>A box.</p>\n\n{}", "a.md", PROSE[0]),
        ("The tags <b> and <p> of HTML.\n\n{}", "a.txt", "The tags <b> and <p> of HTML."),
        ("It is <10 and >5, she said.\n\n{}", "a.txt", "It is <10 and >5, she said."),
        ("Write to <ole@example.com> today.\n\n{}", "a.txt", "Write to <ole@example.com> today."),
    ],
)
def test_text_with_some_tags_is_not_html(text: str, name: str, first: str) -> None:
    article = read_bytes(text.replace("{}", "\n\n".join(PROSE)).encode(), name=name)
    assert spoken(article)[0] == first
    assert [line for line in spoken(article) if line in PROSE] == PROSE


@pytest.mark.parametrize(
    "text",
    [
        "<para>One.</para>\n<para>Two.</para>\n<para>Three.</para>",
        "<title>Harbour</title>\n<line>One.</line>\n<line>Two.</line>\nThree.",
        "<![CDATA[\n<line>One.</line>\n<line>Two.</line>",
        "{% raw %}\n<x-line>One.</x-line>\n<x-line>Two.</x-line>",
    ],
)
def test_text_of_tags_is_source_error(text: str) -> None:
    with pytest.raises(SourceError, match=r"markup|XML of an unknown kind"):
        read_bytes(text.encode(), name="a.txt")


def test_record_of_chat_and_markdown_with_lines_of_html_are_read() -> None:
    chat = ["<Ole> We have never seen such waves.", "<Ann> Nor have I.", "<Ole> It is over now."]
    assert spoken(read_bytes("\n".join(chat).encode(), name="a.txt")) == chat
    lines = ["# Harbour", "<div class=x>", "<img src=x>", "<hr/>", "</div>", "", PROSE[0], "", PROSE[1]]
    assert spoken(read_bytes("\n".join(lines).encode(), name="a.md")) == PROSE[:2]


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html"])
def test_front_matter_before_html_is_followed(name: str) -> None:
    matter = "---\ntitle: Harbour closes\nbyline: Ann Poe\n---\n"
    article = read_bytes(f"{matter}\n{PARAGRAPHS}\n".encode(), name=name)
    assert spoken(article) == PROSE
    assert (article.title, article.byline) == ("Harbour closes", "Ann Poe")


def test_mail_with_page_is_not_html() -> None:
    mail = f"From: a@example.com\nTo: b@example.com\nContent-Type: text/html\n\n<html><body>{PARAGRAPHS}</body></html>"
    with pytest.raises(SourceError, match="mail"):
        read_bytes(mail.encode(), name="a.txt")


def test_export_of_word_processor_is_read_whole() -> None:
    body = f"<p class=MsoTitle>Harbour closes</p>{PARAGRAPHS}<p class=MsoListParagraph><span style='mso-list:Ignore'>1."
    body += "<span>&nbsp;&nbsp;</span></span>The ferry waits.</p><div style='mso-element:comment-list'><div "
    body += "style='mso-element:comment'><p class=MsoCommentText>Check it.</p></div></div>"
    article = read_bytes(WORD.replace("{}", body).encode(), name="a.html")
    assert spoken(article) == [*PROSE, "The ferry waits."]
    assert [(one.text, one.reason) for one in article.skipped] == [("Check it.", "a note")]


ACCENTS = "“We won’t go,” said Zoë Müller – “never.” The café is shut."
LATIN, WINDOWS = "<meta http-equiv=Content-Type content='text/html; charset=ISO-8859-1'>", "<meta charset=windows-1252>"
MAC = "<meta charset=macintosh>"


def page_in(declaration: str, encoding: str, text: str = ACCENTS) -> bytes:
    html = page(story(f"<p>{text}</p>")).decode().replace('<meta charset="utf-8">', declaration)
    return html.encode(encoding)


@pytest.mark.parametrize(
    ("data", "warning"),
    [
        (page_in(LATIN, "utf-8"), "the page says that it is in ISO-8859-1, but it is in UTF-8"),
        (page_in(WINDOWS, "utf-8"), "the page says that it is in WINDOWS-1252, but it is in UTF-8"),
        (page_in(MAC, "utf-8"), "the page says that it is in MACINTOSH, but it is in UTF-8"),
        (page_in(LATIN, "mac-roman"), "the page says that it is in ISO-8859-1, but it is in Mac Roman"),
        (page_in("", "mac-roman"), "the text is in Mac Roman, not in UTF-8; check its quotation marks and accents"),
        (page_in(LATIN, "cp1252"), None),
        (page_in(WINDOWS, "cp1252"), None),
        (page_in(MAC, "mac-roman"), None),
        (page_in("", "cp1252"), None),
        (page_in("<meta charset=gb2312>", "utf-8"), "the page says that it is in GB2312, but it is in UTF-8"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + page_in("", "cp1252"), None),
    ],
)  # fmt: skip
def test_encoding_of_page_is_recognized_whatever_it_declares(data: bytes, warning: str | None) -> None:
    article = read_bytes(data, name="a.html")
    assert ACCENTS in spoken(article)
    assert [text.removesuffix(", and is read as such") for text in article.warnings] == ([warning] if warning else [])


def test_encoding_that_server_declares_wrongly_is_repaired() -> None:
    article = read_bytes(page_in("", "utf-8"), name="a.html", fetched=Fetched(b"", "https://a.example", "latin-1"))
    assert ACCENTS in spoken(article)
    assert len(article.warnings) == 1


@pytest.mark.parametrize(
    "text", ["CAFÉ” is “shut” now.", "Kindle™ and Brand® at 5°, ½ for £3.", "São João não é tão só."]
)
def test_windows_1252_is_not_taken_for_another_encoding(text: str) -> None:
    assert text in spoken(read_bytes(page_in(WINDOWS, "cp1252", text), name="a.html"))
    assert text in spoken(read_bytes("\n\n".join([*PROSE, text]).encode("cp1252"), name="a.txt"))


@pytest.mark.parametrize(
    "text",
    [
        ACCENTS,
        "“We go,” he said.",
        "He won’t go.",
        "Zoë Müller in Malmö.",
        "He — at last — went.",
        "He went… and left.",
    ],
)
def test_mac_roman_text_is_read_with_warning(text: str) -> None:
    article = read_bytes("\n\n".join([*PROSE[:1], text]).encode("mac-roman"), name="a.txt")
    assert spoken(article) == [PROSE[0], text]
    assert article.warnings == ("the text is in Mac Roman, not in UTF-8; check its quotation marks and accents",)


STORY_LINES = f"<h1>Harbour closes</h1>\n{PARAGRAPHS}"


@pytest.mark.parametrize(
    "page",
    [
        f"<article>\n{STORY_LINES}</article>",
        f'<ARTICLE CLASS="story">{STORY_LINES}</ARTICLE>',
        f"<!-- desk --><article>{STORY_LINES}",
        f"<title>Harbour closes</title><article>{STORY_LINES}</article>",
        f"<!doctype html><title>Harbour closes</title><article>{STORY_LINES}</article>",
        f"<meta charset=utf-8><style>p {{ color: red }}</style><article>{STORY_LINES}</article>",
        f"<script>let a = '<body>';</script><article>{STORY_LINES}</article>",
        f"<head><title>Harbour closes</title><article>{STORY_LINES}</article>",
        f"<story-body>{STORY_LINES}</story-body>",
        f"<amp-img src='a.jpg'></amp-img><article>{STORY_LINES}</article>",
        f"<button>Share</button><article>{STORY_LINES}</article>",
        f"<dialog>Accept cookies?</dialog><article>{STORY_LINES}</article>",
        f"<html><head><title>Harbour closes</title></head><body><article>{STORY_LINES}</article></body></html>",
    ],
)
def test_page_without_document_around_it_is_read_as_html(page: str) -> None:
    article = read_bytes(page.encode(), name="story.html")
    assert article.title == "Harbour closes"
    assert spoken(article)[-len(PROSE) :] == PROSE
    assert "<" not in article.text


@pytest.mark.parametrize(
    "text",
    ["<?php echo 1 ?>\n<p>A.</p>\n<p>B.</p>", "<desk-record><field-a>1</field-a></desk-record>", "<!ELEMENT a (b)>"],
)
def test_other_markup_with_the_ending_of_html_is_not_spoken(text: str) -> None:
    with pytest.raises(SourceError):
        read_bytes(text.encode(), name="story.html")
