"""Readers: what is a paragraph, what is skipped and why, and that no bytes whatever end in a traceback."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from narrate.errors import SourceError
from narrate.readers import kinds, read, read_bytes, read_text
from narrate.readers.boilerplate import is_disclaimer
from narrate.types import Article, Span

BAKHMUT = Path(__file__).parents[1] / ".." / "shared" / "articles" / "bakhmut.txt"
STORY = [
    "Harbour closes after storm",
    "By Jane Doe",
    "The harbour of Ostrand closed on Monday after a storm tore boats from their moorings.",
    '"We have never seen waves like these," said the harbour master, Ole Lund.',
    "Two crews were taken ashore by helicopter, the coastguard said.",
    "The ferry to the islands will not sail before Thursday.",
]


BYLINE = ("By Jane Doe", "the byline; it is in the edition's tags")


def paragraphs(article: Article) -> list[str]:
    return [article.text[span.start : span.end] for span in article.paragraphs]


def skipped(article: Article) -> list[tuple[str, str]]:
    return [(one.text, one.reason) for one in article.skipped]


def check(article: Article) -> None:
    """The promises that every article keeps, whatever it was read from."""
    spans = sorted(
        [*article.paragraphs, *([article.headline] if article.headline else [])]
        + [one.span for one in article.skipped if one.span],
        key=lambda span: span.start,
    )
    end = 0
    for span in spans:
        assert end <= span.start < span.end <= len(article.text)
        assert not article.text[end : span.start].strip()
        end = span.end
    assert not article.text[end:].strip()
    for span in article.paragraphs:
        text = article.text[span.start : span.end]
        assert text == text.strip()
        assert any(character.isalnum() for character in text)
    for one in article.skipped:
        if one.span is not None:
            whole = article.text[one.span.start : one.span.end]
            assert whole.strip() == one.text
            assert one.span.end == len(article.text) or article.text[one.span.end - 1].isspace()
        assert one.reason


# Headline, byline and paragraphs of plain text


def test_each_line_is_a_paragraph() -> None:
    article = read_text("\n".join(STORY))
    check(article)
    assert article.title == STORY[0]
    assert article.headline == Span(0, len(STORY[0]))
    assert article.byline == "Jane Doe"
    assert paragraphs(article) == STORY[2:]
    assert skipped(article) == [BYLINE]
    assert (article.language, article.published, article.source) == ("en", None, None)


def test_blank_lines_and_blanks_around_lines_are_in_no_paragraph() -> None:
    text = "\n\n  " + " \t\n\n".join(STORY) + "\n \n"
    article = read_text(text)
    check(article)
    assert article.text == text
    assert paragraphs(article) == STORY[2:]


@pytest.mark.parametrize(
    "first",
    [
        "The harbour of Ostrand closed on Monday.",
        '"We have never seen waves like these," he said',
        "“We have never seen waves like these”",
        "By Jane Doe",
        "Monday, May 18, 2026",
        "OSTRAND, May 18 (Reuters) - The harbour closed",
        "It was, he said:",
        "word " * 30,
    ],
)
def test_what_is_no_headline(first: str) -> None:
    article = read_text("\n".join([first, *STORY[2:]]))
    check(article)
    assert article.headline is None
    assert article.title is None


@pytest.mark.parametrize(
    "first",
    [
        "Can the harbour be saved?",
        "'We got lucky': Sailors tell of rescue",
        "Ferry stopped, says U.S.",
        "Harbour ‘Gone’",
    ],
)
def test_what_is_a_headline(first: str) -> None:
    assert read_text("\n".join([first, *STORY[2:]])).title == first


def test_a_byline_proves_a_headline_that_ends_with_a_full_stop() -> None:
    article = read_text("\n".join(["They came. They sank.", *STORY[1:]]))
    assert article.title == "They came. They sank."


def test_a_lone_line_is_a_paragraph() -> None:
    article = read_text("Harbour closes after storm")
    assert article.headline is None
    assert paragraphs(article) == ["Harbour closes after storm"]


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("By JANE DOE and JOHN ROE | May 3", "JANE DOE and JOHN ROE"),
        ("By BREN SULLIVAN-ITO, Associated Press", "BREN SULLIVAN-ITO, Associated Press"),
        ("By Élodie D’Arcy in Montelago", "Élodie D’Arcy in Montelago"),
        ("By Tuesday the water had gone", None),
        ("By Monday Night Football standards it was dull.", None),
    ],
)
def test_bylines(line: str, byline: str | None) -> None:
    article = read_text("\n".join([STORY[0], line, *STORY[2:]]))
    assert article.byline == byline
    assert (line in paragraphs(article)) == (byline is None)
    assert line in paragraphs(read_bytes("\n".join([STORY[0], line, *STORY[2:]]).encode(), name="a", keep=["byline"]))


def test_bakhmut() -> None:
    if not BAKHMUT.exists():
        pytest.skip("the article lies beside the repository only")
    article = read(BAKHMUT)
    check(article)
    assert article.headline is None
    assert article.byline is None
    assert len(article.paragraphs) == 16
    assert paragraphs(article)[0].startswith("The battle for Bakhmut")
    assert paragraphs(article)[-1].endswith('every day."')
    reasons = [reason for _, reason in skipped(article)]
    assert reasons == [
        "a disclaimer; the edition speaks its own",
        "asks readers to write in",
        "about the writer",
        "about the writer",
    ]


# Wrapped lines

WRAPPED = """\
Council votes to reopen the old market hall in the autumn

The council of Ostrand voted on Tuesday night to reopen the market hall,
which has stood empty since the roof came down in the storm of 2019, and
to spend two million crowns on it.

"It is the heart of this town, and it has been left to rot for far too
long," said the mayor, Karin Holt. She promised that the first stalls
would open in October.

The plan has three parts:

- a new roof
- forty stalls, of which a dozen are to be kept for farmers from the
  valley
- a hall for concerts

Critics asked for a vote of the citizens. The opposition will decide on
its next step on Friday.
"""


def test_blocks_of_a_text_wrapped_at_72_columns_are_paragraphs() -> None:
    article = read_text(WRAPPED)
    check(article)
    assert article.title == "Council votes to reopen the old market hall in the autumn"
    found = [" ".join(text.split()) for text in paragraphs(article)]
    assert [text[:12] for text in found] == [
        "The council ",
        '"It is the h',
        "The plan has",
        "- a new roof",
        "- forty stal",
        "- a hall for",
        "Critics aske",
    ]
    assert found[4].endswith("from the valley")


def test_a_block_that_holds_several_paragraphs_is_cut_after_their_short_last_lines() -> None:
    text = WRAPPED.replace("crowns on it.\n\n", "crowns on it.\n")
    assert len(read_text(text).paragraphs) == 7


def test_verses_are_not_joined() -> None:
    poem = (
        "The harbour sleeps beneath the snow,\nThe boats are white along the quay,\nAnd nobody has seen them go,\n"
        "The men who sailed upon the sea.\n\nThe widow lights another lamp,\nThe bell is ringing in the mist,\n"
        "The stair is cold, the wall is damp,\nThe letter lies upon her fist.\n"
    )
    assert len(read_text(poem).paragraphs) == 8


def test_lists_and_single_lines_are_not_joined() -> None:
    lines = ["What we know:", *(f"- item number {n} of the long list of things" for n in range(9)), "That is all."]
    assert len(read_text("\n".join(lines)).paragraphs) == 11


def test_short_paragraphs_on_their_own_lines_are_not_joined() -> None:
    lines = [f"The number {n} bus stopped at the corner of Mill Street again." for n in range(20)]
    assert len(read_text("\n".join(lines)).paragraphs) == 20


# Skipped text


@pytest.mark.parametrize(
    "line",
    [
        "🎙️ Voice is AI-generated. Inconsistencies may occur.",
        "VOICE IS AI-GENERATED. INCONSISTENCIES MAY OCCUR.",
        "Voice is AI generated",
        "[This audio was automatically generated.]",
    ],
)
def test_a_disclaimer_near_the_top_is_skipped(line: str) -> None:
    for place in (0, 1):
        lines = [*STORY[:place], line, *STORY[place:]]
        article = read_text("\n".join(lines))
        check(article)
        assert set(skipped(article)) == {(line, "a disclaimer; the edition speaks its own"), BYLINE}
        assert article.title == STORY[0]


def test_a_sentence_about_disclaimers_is_none() -> None:
    assert not is_disclaimer("The voice is AI-generated, the union said, and inconsistencies may occur.")
    assert not is_disclaimer('"Voice is AI-generated," the label says.')


def test_a_skipped_span_holds_the_blanks_after_it() -> None:
    article = read_text("\n Voice is AI-generated. \n\n" + "\n".join(STORY))
    assert article.skipped[0].span == Span(0, 27)
    assert article.text[27:].startswith("Harbour")


TAIL = [
    "Do you have a tip on a story that the Ostrand Post should be covering? Let us know via tips@example.com.",
    "About the writer",
    "Jane Doe is a reporter based in Ostrand. She has written about the sea since 2011. Read more",
    "More from Jane Doe",
]


def test_the_tail_below_a_story() -> None:
    article = read_text("\n".join(STORY + TAIL))
    check(article)
    assert paragraphs(article) == STORY[2:]
    assert skipped(article) == [
        BYLINE,
        (TAIL[0], "asks readers to write in"),
        (TAIL[1], "about the writer"),
        (TAIL[2], "about the writer"),
        (TAIL[3], "about the writer"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Sign up for Tide Table, our weekly newsletter, delivered every Friday.", "a newsletter line"),
        ("Get the latest news direct to your inbox every weekday.", "a newsletter line"),
        ("Subscribe to our newsletter here", "a newsletter line"),
        (
            "Follow Jane Doe on X at @janedoe or write to “Harbour Desk” at tips@example.com.",
            "how to reach the newsroom",
        ),
        ("Reporting by Jane Doe; Editing by John Roe", "a credit line"),
        ("(Reporting by Jane Doe, editing by John Roe)", "a credit line"),
        ("Read more: What the new harbour law means for you", "a link to other articles"),
        ("Related: Storm fixtures and results", "a link to other articles"),
        ("ADVERTISEMENT", "an advertisement mark"),
        ("Have you been at sea in a storm? Tell us your story: email tips@example.com.", "asks readers to write in"),
        ("© 2026 The Ostrand Post", "a copyright line"),
        ("* * *", "no words to say"),
    ],
)
def test_lines_below_a_story(line: str, reason: str) -> None:
    article = read_text("\n".join([*STORY, line]))
    check(article)
    assert skipped(article) == [BYLINE, (line, reason)]


@pytest.mark.parametrize("line", ["Advertisement", "Story continues below advertisement", "Read more: Storm kills two"])
def test_labels_between_the_paragraphs_of_the_second_half(line: str) -> None:
    article = read_text("\n".join([*STORY[:5], line, *STORY[5:]]))
    check(article)
    assert [text for text, _ in skipped(article)] == [STORY[1], line]


@pytest.mark.parametrize(
    "sentence",
    [
        "Do you have a tip for us? That is what the police asked the people of Ostrand on Tuesday.",
        '"Do you have a tip? Let us know via tips@example.com," the police chief told the crowd.',
        "The police published an address, tips@example.com, and asked readers to let them know.",
        "Sign up for the course, he told them, and you will get the job.",
        '"Sign up for our newsletter and get the latest to your inbox," the leaflet said.',
        "Subscribers to the newsletter were told on Friday.",
        "Follow the money, prosecutors say, and you end up in Ostrand.",
        "Advertisement for the ferry was banned in 1931.",
        "Read more books, the minister said.",
        "About the writer little was known before.",
        "Reporting by the coastguard was late.",
        "The mayor contributed to this report with two chapters, the court heard.",
    ],
)
def test_sentences_of_a_story_that_hold_such_words_are_spoken(sentence: str) -> None:
    for place in range(1, len(STORY) + 1):
        article = read_text("\n".join([*STORY[:place], sentence, *STORY[place:]]))
        assert sentence in paragraphs(article)
        assert {text for text, _ in skipped(article)} <= {STORY[1]}


def test_marks_of_advertisements_are_no_story_anywhere() -> None:
    text = "\n".join([*STORY[:2], "Advertisement", *STORY[2:], *STORY[2:]])
    assert skipped(read_text(text)) == [BYLINE, ("Advertisement", kinds.ADVERTISEMENT)]


def test_stamps_of_a_live_blog_are_known_by_being_several() -> None:
    stamps = ["14:32 BST", "Updated at 13.05 BST", "2h ago"]
    story = [line for stamp in stamps for line in (stamp, *STORY[2:])]
    assert skipped(read_text("\n".join([*STORY[:2], *story]))) == [BYLINE, *((stamp, kinds.STAMP) for stamp in stamps)]
    assert skipped(read_text("\n".join([*STORY[:3], "14:32 BST", *STORY[2:], *STORY[2:]]))) == [BYLINE]


@pytest.mark.parametrize("line", ["Published 18 May 2026, 10:00 BST | Updated 11:05 BST"])
def test_a_stamp_may_say_two_times(line: str) -> None:
    assert skipped(read_text("\n".join([STORY[0], line, *STORY[2:]]))) == [(line, kinds.STAMP)]


@pytest.mark.parametrize("line", [*TAIL[:1], "Sign up for our newsletter here.", "Read more: Storm"])
def test_nothing_is_taken_for_boilerplate_in_the_first_half(line: str) -> None:
    assert skipped(read_text("\n".join([*STORY[:2], line, *STORY[2:], *STORY[2:]]))) == [BYLINE]


def test_story_below_a_tip_line_is_spoken() -> None:
    lines = [*STORY, TAIL[0], '"The sea gives and the sea takes away," Lund said at the quay on Tuesday.']
    article = read_text("\n".join(lines))
    assert skipped(article) == [BYLINE]


def test_quotations_below_about_the_writer_are_spoken() -> None:
    lines = [*STORY, "About the writer", 'The poet said: "I never wrote a line of that, and I am glad." He left.']
    assert skipped(read_text("\n".join(lines))) == [BYLINE]


def test_an_article_of_skipped_text_only_is_an_error() -> None:
    with pytest.raises(SourceError, match=r"only\.txt: nothing is left to read aloud"):
        read_bytes(b"Voice is AI-generated. Inconsistencies may occur.\n***\n", name="only.txt")


# Front matter

MATTER = """\
---
title: Harbour closes after storm
byline: Jane Doe
date: 2026-05-18
language: en_GB
source: https://example.com/harbour
cast:
  Ole Lund: clyde
  narrator: moira
---

"""


@pytest.mark.parametrize("name", ["a.txt", "a.md", "-"])
def test_front_matter(name: str) -> None:
    article = read_bytes((MATTER + "\n\n".join(STORY[2:])).encode(), name=name)
    check(article)
    assert article.title == STORY[0]
    assert article.headline is None
    assert article.byline == "Jane Doe"
    assert article.published == "2026-05-18"
    assert article.language == "en-GB"
    assert article.source == "https://example.com/harbour"
    assert article.cast == {"Ole Lund": "clyde", "narrator": "moira"}
    assert paragraphs(article) == STORY[2:]
    assert article.warnings == ()


def test_a_title_that_is_also_the_first_line_is_spoken_once() -> None:
    article = read_bytes((MATTER + "\n\n".join(STORY)).encode(), name="a.txt")
    assert article.headline is not None
    assert article.text[: article.headline.end] == STORY[0]
    assert paragraphs(article) == STORY[2:]


def test_values_stay_as_they_are_written() -> None:
    article = read_text("---\ntitle: 1984\nlanguage: no\ndate: 2026-05-18T08:30+01:00\n---\nBig Brother was watching.")
    assert (article.title, article.language, article.published) == ("1984", "no", "2026-05-18T08:30:00+01:00")


def test_several_authors() -> None:
    article = read_text("---\nbyline: [Jane Doe, John Roe, Ann Poe]\n---\nThe harbour closed.")
    assert article.byline == "Jane Doe, John Roe and Ann Poe"


def test_an_unknown_key_is_a_warning() -> None:
    article = read_text("---\ntitel: Harbour\nmood: grey\n---\nThe harbour closed.")
    assert article.warnings[0] == "front matter: unknown key 'titel' is ignored; did you mean 'title'?"
    assert "known keys: title, byline" in article.warnings[1]


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("title: [a, b]", "'title' in the front matter must be one line"),
        ("title: 'open", "not valid YAML"),
        ("title: a: b", "not valid YAML in line 2"),
        ("date: last Friday", "is not like 2026-03-14"),
        ("date: 2026-13-45", "is not like 2026-03-14"),
        ("language: English!", "not a tag like 'en'"),
        ("cast: clyde", "must list lines of"),
        ("cast:\n  Lund: [a, b]", "must give one voice for 'Lund'"),
        ("title: x\n" + "byline: " + "[" * 5000, "not valid YAML"),
    ],
)
def test_malformed_front_matter_is_an_error(block: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read_bytes(f"---\n{block}\n---\nThe harbour closed.".encode(), name="a.md")
    assert str(caught.value).startswith("a.md: ")


def test_front_matter_that_is_not_closed_is_an_error() -> None:
    with pytest.raises(SourceError, match="never closed"):
        read_text("---\ntitle: Harbour\nThe harbour closed.")


def test_a_dashed_line_alone_is_no_front_matter() -> None:
    article = read_text("---\nThe harbour closed.\n---\nThe ferry sailed.")
    assert paragraphs(article) == ["The harbour closed.", "The ferry sailed."]
    assert [text for text, _ in skipped(article)] == ["---", "---"]


# Markdown

MARKDOWN = """\
# Harbour *closes* after [storm](https://example.com)

By Jane Doe

The harbour of **Ostrand** closed on Monday,
the `coastguard` said. ![waves](waves.png)

## What happens next

> "We have never seen \\*such\\* waves," he said.

- The ferry waits.
- The boats are <b>gone</b>.

```
code is not spoken
```

| a | b |
|---|---|
| 1 | 2 |

<div>nor is this</div>

The end &amp; the beginning.
"""


def test_markdown() -> None:
    article = read_bytes(MARKDOWN.encode(), name="a.md")
    check(article)
    assert article.title == "Harbour closes after storm"
    assert article.byline == "Jane Doe"
    assert paragraphs(article) == [
        "The harbour of Ostrand closed on Monday, the coastguard said.",
        "What happens next",
        '"We have never seen *such* waves," he said.',
        "The ferry waits.",
        "The boats are gone.",
        "The end & the beginning.",
    ]
    assert [(one.text, one.reason, one.span) for one in article.skipped] == [
        ("waves", "image", None),
        ("<b>", "raw HTML", None),
        ("</b>", "raw HTML", None),
        ("code is not spoken", "code block", None),
        ("a | b | 1 | 2", "table", None),
        ("<div>nor is this</div>", "raw HTML", None),
        (*BYLINE, Span(28, 41)),
    ]
    assert article.text.count("\n\n") == len(article.paragraphs) + 1


def test_markdown_is_known_by_its_content_where_the_name_does_not_say() -> None:
    assert read_bytes(MARKDOWN.encode(), name="-").title == "Harbour closes after storm"
    assert read_bytes(MARKDOWN.encode(), name="a.txt").title != "Harbour closes after storm"
    assert read_bytes(MARKDOWN.encode(), name="a.txt", format="markdown").title == "Harbour closes after storm"


# Files and encodings

TEXT = "Café “Zur Sonne” – naïve?\nThe waiter said so.\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le").replace("“".encode("utf-16-le"), b'"\0').replace("”".encode("utf-16-le"), b'"\0'),
        TEXT.encode("cp1252"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.encode("cp1252").decode("latin-1").encode(),
    ],
)
def test_encodings(data: bytes) -> None:
    article = read_bytes(data, name="a.txt")
    check(article)
    assert article.text.replace('"', "“", 1).replace('"', "”", 1) == TEXT


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \n\t\r\n ", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"%PDF-1.7 ...", "a PDF file"),
        (b"PK\x03\x04abc", "a ZIP archive or an Office document"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"<!DOCTYPE html><html><body><nav></nav></body></html>", "no article was found on this page"),
        (b"Hello\x00\x01\x02 there", "binary data"),
        (b"Hello \x01\x02\x03\x04 there", "binary data"),
        (TEXT.encode("utf-32"), "UTF-32"),
        (b"\xff\xfea", "broken UTF-16"),
        ("Die Fähre – sie fährt nicht.".encode()[:-20] + b"\xff rest", "broken UTF-8 at byte"),
        ("Гавань закрыта из-за шторма".encode("cp1251"), "neither UTF-16 nor Windows-1252"),
        ("“I don’t know,” he said.".encode("mac-roman"), "neither UTF-16 nor Windows-1252"),
        ("港は閉鎖された".encode("shift-jis"), "neither UTF-16 nor Windows-1252"),
    ],
)
def test_what_is_no_article_is_an_error(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read_bytes(data, name="some/file.txt")
    assert str(caught.value).startswith("some/file.txt: ")


def test_files(tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text("\n".join(STORY), encoding="utf-8")
    assert read(file) == read(str(file)) == read_text("\n".join(STORY))
    with pytest.raises(SourceError, match="there is no such file"):
        read(tmp_path / "missing.txt")
    with pytest.raises(SourceError, match="this is a folder"):
        read(tmp_path)
    with pytest.raises(SourceError, match="cannot be read"):
        read("a\0b")
    with pytest.raises(SourceError, match="cannot be read"):
        read(tmp_path / ("x" * 5000))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text("Hello.")
    file.chmod(0)
    with pytest.raises(SourceError, match="no permission"):
        read(file)


def test_a_source_beyond_all_measure_is_refused() -> None:
    with pytest.raises(SourceError, match="larger than 16 MiB"):
        read_bytes(b"a" * (16 * 2**20 + 1), name="a.txt")


# Any bytes at all

_SEEDS = ["\n".join(STORY + TAIL), WRAPPED, MATTER + MARKDOWN, TEXT, "---\ncast:\n  a: b\n---\n# T\n\nx.\n"]
_INSERTS = [
    b"\n",
    b"---\n",
    b'"',
    b"\xff",
    b"\x00",
    b"\xc3",
    b"[",
    b"](",
    b"> ",
    b"\r",
    b"\x85",
    b"`",
    b"<",
    b"\xe2\x80\x9c",
]


def _mutated(chance: random.Random) -> bytes:
    data = bytearray(chance.choice(_SEEDS).encode(chance.choice(["utf-8", "utf-8", "utf-16", "cp1252"]), "replace"))
    for _ in range(chance.randrange(12)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                data[at:at] = chance.choice(_INSERTS) * chance.choice([1, 1, 3, 200])
            case 1:
                del data[at : at + chance.randrange(80)]
            case 2:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case _:
                data[at:at] = data[: chance.randrange(200)]
    return bytes(data)


def _outcome(data: bytes, name: str) -> Article | SourceError:
    try:
        return read_bytes(data, name=name)
    except SourceError as error:
        return error


def test_no_bytes_end_in_a_traceback() -> None:
    chance = random.Random(20260518)
    articles = errors = 0
    for round_ in range(4000):
        noise = bytes(chance.randrange(256) for _ in range(chance.randrange(60)))
        name = chance.choice(["a.txt", "a.md", "-"])
        outcome = _outcome(noise if round_ % 4 == 0 else _mutated(chance), name)
        if isinstance(outcome, Article):
            check(outcome)
            articles += 1
        else:
            assert str(outcome).startswith(f"{name}: ")
            errors += 1
    assert min(articles, errors) > 500


@pytest.mark.parametrize(
    "piece", ["[", "![", "> ", "*a", "`", "“", "‘", "<a ", "a, us? ", "| a ", "- ", "By A B ", "\n", "&#10;"]
)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_repeated_marks_do_no_harm(piece: str, name: str) -> None:
    outcome = _outcome(("Do you know x. " + piece * 20000 + "\n\nend.").encode(), name)
    assert isinstance(outcome, Article)
    check(outcome)


@pytest.mark.parametrize(
    "text", ["She left the “CAFÉ” at noon.", "‘We love our café’” he said.", "Une «LIBERTÉ» here."]
)
def test_windows_1252_that_looks_like_utf_8_by_chance_is_read(text: str) -> None:
    assert read_bytes(text.encode("cp1252"), name="a.txt").text == text


def test_utf_8_that_was_cut_is_refused() -> None:
    with pytest.raises(SourceError, match="neither UTF-16 nor Windows-1252"):
        read_bytes("“Yes,” she said. It is a café”".encode()[:-1], name="a.txt")


@pytest.mark.parametrize("line", ['title: "\\ud800"', 'byline: ["A", "\\ud800"]', 'cast: {"A\\0": "b"}'])
def test_front_matter_with_escapes_that_are_no_text_is_refused(line: str) -> None:
    with pytest.raises(SourceError, match="escapes of characters that no text has"):
        read_text(f"---\n{line}\n---\nIt rained.\n")
