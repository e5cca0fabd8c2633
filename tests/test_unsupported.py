"""Files that are no articles Narrate can read: one sentence says what each is, and what to do."""

from __future__ import annotations

import io
import zipfile

import pytest

from narrate.errors import SourceError
from narrate.readers import read_bytes

TEXT = "The council met on Monday to talk about the ferry and its price."


def archive(*names: str, mimetype: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        if mimetype:
            file.writestr("mimetype", mimetype)
        for name in names:
            file.writestr(name, "x")
    return target.getvalue()


def mail(*lines: str) -> bytes:
    return ("\n".join(lines) + f"\n\n{TEXT}\n").encode()


FROM_TO = ("From: a@example.org", "To: b@example.org", "Subject: Council votes")
DOCUMENTS = {
    "a.pdf": (b"%PDF-1.7\n...", "this is a PDF file"),
    "a.rtf": (b"{\\rtf1\\ansi The council met.}", "this is an RTF document"),
    "a.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "this is an old or an encrypted Office document"),
    "a.epub": (archive("META-INF/container.xml", mimetype="application/epub+zip"), "this is an EPUB book"),
    "b.epub": (archive("META-INF/container.xml", "OEBPS/a.xhtml"), "this is an EPUB book"),
    "a.odt": (
        archive("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
        "this is an OpenDocument text",
    ),
    "a.ods": (archive("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"), "this is an OpenDoc"),
    "a.xlsx": (archive("[Content_Types].xml", "xl/workbook.xml"), "this is an Excel workbook"),
    "a.pptx": (archive("[Content_Types].xml", "ppt/slides/1.xml"), "this is a PowerPoint presentation"),
    "a.pages": (archive("Index/Document.iwa"), "this is a document of Pages"),
    "a.idml": (archive("designmap.xml", "Stories/a.xml"), "this is an InDesign document"),
    "a.webarchive": (b"bplist00\xd1\x01", "this is a web archive of Safari"),
    "a.wpd": (b"\xffWPC\x10\x00", "this is a WordPerfect document"),
}


@pytest.mark.parametrize(("name", "data", "problem"), [(name, *known) for name, known in DOCUMENTS.items()])
def test_document_in_unsupported_format_is_named_with_advice(name: str, data: bytes, problem: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_bytes(data, name=name)
    message = str(caught.value).removeprefix(f"Cannot read {name}: ")
    assert message.startswith(problem)
    assert "not supported. " in message
    assert message.split(". ")[-1].startswith(("Save ", "Open it and save ", "Export "))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (mail(*FROM_TO, "MIME-Version: 1.0", "Content-Transfer-Encoding: quoted-printable"), "this is an e-mail"),
        (
            mail("Return-Path: <a@example.org>", "Received: from x by y;", "\tMon, 11 May", *FROM_TO),
            "this is an e-mail",
        ),
        (mail("From a@example.org Mon May 11 09:00:00 2026", "Message-ID: <1@x>", *FROM_TO), "this is an e-mail"),
        (mail(*FROM_TO, "Content-Type: text/plain").replace(b"\n", b"\r\n"), "this is an e-mail"),
        (mail("mime-version: 1.0", "content-type: text/html"), "this is an e-mail"),
        (
            mail("From: <Saved by Blink>", "Snapshot-Content-Location: https://example.org/", "MIME-Version: 1.0"),
            "this is an archived page (MHTML)",
        ),
        (
            mail("MIME-Version: 1.0", 'Content-Type: multipart/related; boundary="x"'),
            "this is an archived page (MHTML)",
        ),
    ],
)
def test_mail_and_archived_page_are_refused(data: bytes, problem: str) -> None:
    for name in ("a.eml", "a.txt", "standard input"):
        with pytest.raises(SourceError) as caught:
            read_bytes(data, name=name)
        assert str(caught.value).startswith(f"Cannot read {name}: {problem}, which is not supported. Save ")


def test_mail_with_a_page_is_not_a_page() -> None:
    page = f"<html><body>{f'<p>{TEXT}</p>' * 20}</body></html>"
    for name in ("a.html", "a.eml"):
        with pytest.raises(SourceError, match="this is an e-mail"):
            read_bytes(mail(*FROM_TO, "Content-Type: text/html") + page.encode(), name=name)
        with pytest.raises(SourceError, match="this is an archived page"):
            read_bytes(mail("MIME-Version: 1.0", "Content-Type: multipart/related;") + page.encode(), name=name)


def test_mail_without_technical_lines_is_known_by_its_suffix() -> None:
    with pytest.raises(SourceError, match="this is an e-mail"):
        read_bytes(mail(*FROM_TO), name="a.eml")


@pytest.mark.parametrize(
    "text",
    [
        f"To: All staff\nFrom: The mayor\nDate: May 11\nSubject: The ferry\n\n{TEXT}",
        f"FOR IMMEDIATE RELEASE\nContact: press@example.org\n\n{TEXT}",
        f"Note: it rained.\nWeather: wet.\n{TEXT}",
        f"Subject: a debate.\n\n{TEXT}\n\nMIME-Version: 1.0",
        f"Q: Why?\nA: Because.\n{TEXT}",
        f"From here to there.\n{TEXT}",
        f"---\ntitle: A vote\nbyline: Jane Doe\n---\n\n{TEXT}",
    ],
)
def test_memo_and_other_text_with_labels_is_read(text: str) -> None:
    assert TEXT in read_bytes(text.encode(), name="a.txt").text
    assert TEXT in read_bytes(text.encode(), name="standard input").text


def test_named_format_is_not_second_guessed() -> None:
    assert read_bytes(b'{"a": 1}', name="a", format="text").text == '{"a": 1}'
    assert TEXT in read_bytes(mail(*FROM_TO, "MIME-Version: 1.0"), name="a", format="text").text


@pytest.mark.parametrize("data", [b"PK\x03\x04", archive("a.txt"), archive("a", mimetype="x" * 5000), archive()[:10]])
def test_other_or_damaged_archive_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError):
        read_bytes(data, name="a.zip")
