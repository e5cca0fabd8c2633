"""Readers: what is a paragraph, what is skipped and why, and that no input ends in a traceback."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
from helpers.paths import shared

from narrate.errors import SourceError
from narrate.languages import ENGLISH, language_of
from narrate.languages.marks import STRAIGHT
from narrate.readers import read_bytes, read_source, read_text, skip_reasons
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
    """Check what holds for every article, whatever it was read from."""
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


def test_each_line_of_plain_text_is_a_paragraph() -> None:
    article = read_text("\n".join(STORY))
    check(article)
    assert article.title == STORY[0]
    assert article.headline == Span(0, len(STORY[0]))
    assert article.byline == "Jane Doe"
    assert paragraphs(article) == STORY[2:]
    assert skipped(article) == [BYLINE]
    assert (article.language, article.published, article.source) == ("en", None, None)


def test_paragraphs_exclude_blank_lines_and_surrounding_blanks() -> None:
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
def test_first_line_like_sentence_quotation_or_dateline_is_not_a_headline(first: str) -> None:
    article = read_text("\n".join([first, *STORY[2:]]))
    check(article)
    assert article.headline is None
    assert article.title is None


@pytest.mark.parametrize("mark", STRAIGHT)
def test_first_line_in_any_straight_marks_is_not_a_headline(mark: str) -> None:
    first = f"{mark}We have never seen waves like these{mark}"
    article = read_text("\n".join([first, *STORY[2:]]))
    assert article.title is None
    assert paragraphs(article)[0] == first


@pytest.mark.parametrize(
    "first",
    [
        "Can the harbour be saved?",
        "'We got lucky': Sailors tell of rescue",
        "Ferry stopped, says U.S.",
        "Harbour ‘Gone’",
    ],
)
def test_short_first_line_is_a_headline(first: str) -> None:
    assert read_text("\n".join([first, *STORY[2:]])).title == first


def test_line_before_byline_is_a_headline_despite_full_stop() -> None:
    article = read_text("\n".join(["They came. They sank.", *STORY[1:]]))
    assert article.title == "They came. They sank."


def test_single_line_is_a_paragraph_not_a_headline() -> None:
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
def test_line_with_names_after_by_is_a_byline(line: str, byline: str | None) -> None:
    article = read_text("\n".join([STORY[0], line, *STORY[2:]]))
    assert article.byline == byline
    assert (line in paragraphs(article)) == (byline is None)
    assert line in paragraphs(read_bytes("\n".join([STORY[0], line, *STORY[2:]]).encode(), name="a", keep=["byline"]))


def test_bakhmut_article_has_its_paragraphs_and_skipped_lines() -> None:
    article = read_source(shared("articles", "bakhmut.txt"))
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


def test_blocks_of_text_wrapped_at_72_columns_are_paragraphs() -> None:
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


def test_wrapped_block_is_cut_after_short_lines() -> None:
    text = WRAPPED.replace("crowns on it.\n\n", "crowns on it.\n")
    assert len(read_text(text).paragraphs) == 7


def test_lines_of_a_poem_are_not_joined() -> None:
    poem = (
        "The harbour sleeps beneath the snow,\nThe boats are white along the quay,\nAnd nobody has seen them go,\n"
        "The men who sailed upon the sea.\n\nThe widow lights another lamp,\nThe bell is ringing in the mist,\n"
        "The stair is cold, the wall is damp,\nThe letter lies upon her fist.\n"
    )
    assert len(read_text(poem).paragraphs) == 8


def test_list_items_are_not_joined() -> None:
    lines = ["What we know:", *(f"- item number {n} of the long list of things" for n in range(9)), "That is all."]
    assert len(read_text("\n".join(lines)).paragraphs) == 11


def test_one_line_paragraphs_are_not_joined() -> None:
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
def test_disclaimer_near_the_top_is_skipped(line: str) -> None:
    for place in (0, 1):
        lines = [*STORY[:place], line, *STORY[place:]]
        article = read_text("\n".join(lines))
        check(article)
        assert set(skipped(article)) == {(line, "a disclaimer; the edition speaks its own"), BYLINE}
        assert article.title == STORY[0]


def test_sentence_about_a_disclaimer_is_not_a_disclaimer() -> None:
    phrases = ENGLISH.boilerplate
    assert not is_disclaimer("The voice is AI-generated, the union said, and inconsistencies may occur.", "", phrases)
    assert not is_disclaimer('"Voice is AI-generated," the label says.', "", phrases)


def test_skipped_span_includes_following_blanks() -> None:
    article = read_text("\n Voice is AI-generated. \n\n" + "\n".join(STORY))
    assert article.skipped[0].span == Span(0, 27)
    assert article.text[27:].startswith("Harbour")


TAIL = [
    "Do you have a tip on a story that the Ostrand Post should be covering? Let us know via tips@example.com.",
    "About the writer",
    "Jane Doe is a reporter based in Ostrand. She has written about the sea since 2011. Read more",
    "More from Jane Doe",
]


def test_contact_and_biography_below_story_are_skipped() -> None:
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
def test_line_below_story_is_skipped_with_its_reason(line: str, reason: str) -> None:
    article = read_text("\n".join([*STORY, line]))
    check(article)
    assert skipped(article) == [BYLINE, (line, reason)]


@pytest.mark.parametrize("line", ["Advertisement", "Story continues below advertisement", "Read more: Storm kills two"])
def test_label_between_paragraphs_of_second_half_is_skipped(line: str) -> None:
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
def test_sentence_with_words_of_boilerplate_is_spoken(sentence: str) -> None:
    for place in range(1, len(STORY) + 1):
        article = read_text("\n".join([*STORY[:place], sentence, *STORY[place:]]))
        assert sentence in paragraphs(article)
        assert {text for text, _ in skipped(article)} <= {STORY[1]}


def test_advertisement_mark_is_skipped_anywhere() -> None:
    text = "\n".join([*STORY[:2], "Advertisement", *STORY[2:], *STORY[2:]])
    assert skipped(read_text(text)) == [BYLINE, ("Advertisement", skip_reasons.ADVERTISEMENT)]


def test_several_live_stamps_are_skipped_but_a_single_time_is_spoken() -> None:
    stamps = ["14:32 BST", "Updated at 13.05 BST", "2h ago"]
    story = [line for stamp in stamps for line in (stamp, *STORY[2:])]
    assert skipped(read_text("\n".join([*STORY[:2], *story]))) == [
        BYLINE,
        *((stamp, skip_reasons.STAMP) for stamp in stamps),
    ]
    assert skipped(read_text("\n".join([*STORY[:3], "14:32 BST", *STORY[2:], *STORY[2:]]))) == [BYLINE]


@pytest.mark.parametrize("line", ["Published 18 May 2026, 10:00 BST | Updated 11:05 BST"])
def test_stamp_with_two_times_is_skipped(line: str) -> None:
    assert skipped(read_text("\n".join([STORY[0], line, *STORY[2:]]))) == [(line, skip_reasons.STAMP)]


@pytest.mark.parametrize("line", [*TAIL[:1], "Sign up for our newsletter here.", "Read more: Storm"])
def test_boilerplate_in_first_half_is_spoken(line: str) -> None:
    assert skipped(read_text("\n".join([*STORY[:2], line, *STORY[2:], *STORY[2:]]))) == [BYLINE]


def test_story_after_contact_line_is_spoken() -> None:
    lines = [*STORY, TAIL[0], '"The sea gives and the sea takes away," Lund said at the quay on Tuesday.']
    article = read_text("\n".join(lines))
    assert skipped(article) == [BYLINE]


def test_quotation_below_about_the_writer_is_spoken() -> None:
    lines = [*STORY, "About the writer", 'The poet said: "I never wrote a line of that, and I am glad." He left.']
    assert skipped(read_text("\n".join(lines))) == [BYLINE]


def test_article_of_skipped_text_only_is_source_error() -> None:
    with pytest.raises(SourceError, match=r"^Cannot read only\.txt: all of its text is skipped"):
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
def test_front_matter_sets_metadata_and_cast(name: str) -> None:
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


def test_title_in_front_matter_and_first_line_is_spoken_once() -> None:
    article = read_bytes((MATTER + "\n\n".join(STORY)).encode(), name="a.txt")
    assert article.headline is not None
    assert article.text[: article.headline.end] == STORY[0]
    assert paragraphs(article) == STORY[2:]


def test_front_matter_values_are_not_converted() -> None:
    article = read_text("---\ntitle: 1984\nlanguage: no\ndate: 2026-05-18T08:30+01:00\n---\nStorebror ser deg.")
    assert (article.title, article.language, article.published) == ("1984", "no", "2026-05-18T08:30:00+01:00")


def test_front_matter_byline_list_is_joined() -> None:
    article = read_text("---\nbyline: [Jane Doe, John Roe, Ann Poe]\n---\nThe harbour closed.")
    assert article.byline == "Jane Doe, John Roe and Ann Poe"


def test_unknown_front_matter_key_is_a_warning() -> None:
    article = read_text("---\ntitel: Harbour\nmood: grey\n---\nThe harbour closed.")
    assert article.warnings[0] == "front matter: unknown key 'titel' is ignored; did you mean 'title'?"
    assert "known keys: title, byline" in article.warnings[1]


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("author: Jane Doe", "byline", "Jane Doe"),
        ("Authors: [Jane Doe, John Roe]", "byline", "Jane Doe and John Roe"),
        ("author: {name: Jane Doe, email: jane@example.com}", "byline", "Jane Doe"),
        ("authors: [{name: Jane Doe}, {name: John Roe}]", "byline", "Jane Doe and John Roe"),
        ("headline: Harbour closes", "title", "Harbour closes"),
        ("Title: Harbour closes", "title", "Harbour closes"),
        ("lang: en-GB", "language", "en-GB"),
        ("locale: en_US", "language", "en-US"),
        ("pubDate: 2026-05-18", "published", "2026-05-18"),
        ("date_published: Mon, 18 May 2026 08:30:00 +0100", "published", "2026-05-18T08:30:00+01:00"),
        ("date: 2026-05-18 08:30:00 +0100", "published", "2026-05-18T08:30:00+01:00"),
        ("canonical_url: https://example.com/a", "source", "https://example.com/a"),
        ("publisher: The Ostrand Courier", "outlet", "The Ostrand Courier"),
        ("publisher: {name: The Ostrand Courier}", "outlet", "The Ostrand Courier"),
        ("feature_image: https://example.com/a.jpg", "image", "https://example.com/a.jpg"),
        ("images: [https://example.com/a.jpg, https://example.com/b.jpg]", "image", "https://example.com/a.jpg"),
    ],
)
def test_front_matter_key_of_another_program_has_its_meaning(line: str, key: str, value: str) -> None:
    article = read_text(f"---\n{line}\n---\nThe harbour closed on Monday after the storm.")
    assert getattr(article, key) == value
    assert article.warnings == ()


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("author: jdoe", "byline"),
        ("author: [jdoe, John Roe]", "byline"),
        ("author: {twitter: jane}", "byline"),
        ("url: /2026/harbour/", "source"),
        ("permalink: pretty", "source"),
        ("lang: English!", "language"),
        ("publishDate: last Friday", "date"),
        ("cover: images/a.jpg", "image"),
        ("headline: [a, {b: c}]", "title"),
    ],
)
def test_front_matter_value_of_another_program_without_meaning_here_is_a_warning(line: str, key: str) -> None:
    article = read_text(f"---\n{line}\n---\nThe harbour closed on Monday after the storm.")
    other = line.partition(":")[0]
    assert article.warnings == (f"front matter: '{other}' is ignored; its value is not one for '{key}'",)


def test_own_front_matter_key_comes_before_that_of_another_program() -> None:
    article = read_text("---\nauthor: John Roe\nbyline: Jane Doe\nby: Ann Poe\n---\nThe harbour closed on Monday.")
    assert (article.byline, article.warnings) == ("Jane Doe", ())


@pytest.mark.parametrize(("key", "meant"), [("name", "title"), ("voices", "cast"), ("langage", "language")])
def test_front_matter_key_that_is_not_clear_is_explained(key: str, meant: str) -> None:
    article = read_text(f"---\n{key}: Ada\n---\nThe harbour closed.")
    assert article.warnings == (f"front matter: unknown key '{key}' is ignored; did you mean '{meant}'?",)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("title: [a, b]", "its front matter is wrong: 'title' must be one line of text"),
        ("title: 'open", "not valid YAML"),
        ("title: a: b", r"not valid YAML \(line 2\)"),
        ("date: last Friday", "is not like 2026-03-14"),
        ("date: 2026-13-45", "is not like 2026-03-14"),
        ("language: English!", "not a tag like 'en'"),
        ("cast: clyde", "'cast' must be a list of 'Speaker: voice' lines, not 'clyde'"),
        ("cast:\n  Lund: [a, b]", "'cast.Lund' must be a text"),
    ],
)
def test_malformed_front_matter_is_source_error(block: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read_bytes(f"---\n{block}\n---\nThe harbour closed.".encode(), name="a.md")
    assert str(caught.value).startswith("Cannot read a.md: ")


ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
"""Nine lists, each of nine times the one before: 295 characters that stand for 3 * 10**8 values."""


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (ALIASES, r"its front matter (line 3) uses the alias '*a'. Write the value out."),
        ("title: &t Harbour\nsource: *t", "its front matter (line 3) uses the alias '*t'. Write the value out."),
        ("base: &b {A: b}\ncast: {<<: *b}", "its front matter (line 3) uses the alias '*b'. Write the value out."),
        ("byline: [&x Jane,\n  *x]", "its front matter (line 3) uses the alias '*x'. Write the value out."),
        ("title: a\nmood: &m [*m]", "its front matter (line 3) uses the alias '*m'. Write the value out."),
        ("title: a\nmood: " + "[" * 30_000, "its front matter (line 3) has more than 8 lists inside each other."),
        ("title: a\nmood: " + "{a: " * 9_000, "its front matter (line 3) has more than 8 lists inside each other."),
        ("title: a\nmood:\n" + "- " * 30_000, "its front matter (line 4) has more than 8 lists inside each other."),
        ("title: a\n" + "".join(f"a{n}: b\n" for n in range(6000)), "its front matter (line 2001) has more than 4000"),
        ("title: a\nmood: [" + "a," * 30_000 + "]", "its front matter (line 3) has more than 4000 keys and values."),
    ],
)
def test_front_matter_that_would_grow_is_refused_with_its_line_at_once(block: str, message: str) -> None:
    began = time.process_time()
    with pytest.raises(SourceError) as caught:
        read_bytes(f"---\n{block}\n---\nThe harbour closed.".encode(), name="a.md")
    assert str(caught.value).startswith(f"Cannot read a.md: {message}")
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("block", "title"),
    [
        ("title: &t Harbour", "Harbour"),
        ("title: Harbour & ferry", "Harbour & ferry"),
        ("title: '*t'", "*t"),
        ('title: "*Harbour* closes"', "*Harbour* closes"),
        ("title: Harbour\nmenu: {main: {items: [{a: [b]}]}}", "Harbour"),
    ],
)
def test_front_matter_with_signs_like_aliases_is_read(block: str, title: str) -> None:
    assert read_text(f"---\n{block}\n---\nThe harbour closed.").title == title


def test_lexicon_of_many_words_in_front_matter_is_read() -> None:
    words = {f"word{number}": f"reading{number}" for number in range(1900)}
    block = "".join(f"  {word}: {reading}\n" for word, reading in words.items())
    assert read_text(f"---\nlexicon:\n{block}---\nThe harbour closed.").lexicon == words


def test_many_unknown_front_matter_keys_are_counted() -> None:
    block = "".join(f"a{number}: b\n" for number in range(25))
    warnings = read_text(f"---\n{block}title: x\n---\nThe harbour closed.").warnings
    assert len(warnings) == 11
    assert warnings[-1] == "front matter: 15 more unknown keys are ignored"


@pytest.mark.parametrize(
    ("block", "line", "problem"),
    [
        ("title: a: b", 2, "a colon is where none may be. Put a value that holds ': ' in quotation marks"),
        ("byline: b\ntitle: 'open\ndate: 2026-05-18", 3, "a quotation mark is not closed"),
        ("title: Harbour\n\tbyline: b", 3, "a tab is where only spaces may be. Use spaces"),
        ("title:\tHarbour", 2, "a tab is where only spaces may be. Use spaces"),
        ("title: @harbour", 2, "a value begins with a sign that YAML reserves. Put it in quotation marks"),
        ("title: *Harbour* closes", 2, "a value begins with a sign that YAML reserves. Put it in quotation marks"),
        ("byline: [Jane,\ntitle: a", 2, "a list or a table has no closing bracket"),
        ("title: a\ncast: {A: b\ndate: 2026-05-18", 3, "a list or a table has no closing bracket"),
        ("title: Harbour\ncloses early\ndate: 2026-05-18", 3, "a line has no colon after its key"),
        ("title: 'Harbour' closes", 2, "more text follows after a value in quotation marks"),
        ("byline: - Jane", 2, "a list begins on the line of its key. Begin it on the next one"),
        ("title: | Harbour", 2, "text follows after '|' or '>' on the same line. Begin it on the next one"),
        (r'title: "C:\Quay"', 2, "a backslash in quotation marks escapes nothing. Use single quotation marks, or two"),
        (r'title: "\u12"', 2, r"a text has an escape such as \u without its hexadecimal digits"),
        (r'title: "\U00110000"', None, r"an escape such as \U00110000 stands for no character"),
    ],
)
def test_problem_of_yaml_is_said_in_plain_words_with_its_line(block: str, line: int | None, problem: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_bytes(f"---\n{block}\n---\nThe harbour closed.".encode(), name="a.md")
    place = f" (line {line})" if line else ""
    assert str(caught.value).startswith(f"Cannot read a.md: its front matter is not valid YAML{place}: {problem}")


def test_key_that_front_matter_has_twice_is_a_warning_with_its_lines() -> None:
    article = read_text("---\ntitle: A\ncast:\n  Ada: kit\n  Bo: kit\n  Ada: isla\ntitle: B\n---\nThe harbour closed.")
    assert (article.title, article.cast) == ("B", {"Ada": "isla", "Bo": "kit"})
    assert article.warnings == (
        "front matter: the key 'Ada' is there twice (lines 4 and 6), and only the last one counts",
        "front matter: the key 'title' is there twice (lines 2 and 7), and only the last one counts",
    )


def test_same_key_in_different_tables_of_front_matter_is_no_warning() -> None:
    article = read_text("---\ncast: {Ada: kit}\nlexicon: {Ada: ay-da}\n---\nThe harbour closed.")
    assert article.warnings == ()


def test_long_values_of_front_matter_are_shortened_in_messages() -> None:
    for block in (f"language: {'x' * 5000}", f"date: {'9' * 5000}", f"title: {'t' * 70_000}"):
        with pytest.raises(SourceError) as caught:
            read_text(f"---\n{block}\n---\nThe harbour closed.")
        assert len(str(caught.value)) < 250
    assert "is not closed within 65536 characters" in str(caught.value)


def test_unclosed_front_matter_is_source_error() -> None:
    with pytest.raises(SourceError, match="front matter is not closed"):
        read_text("---\ntitle: Harbour\nThe harbour closed.")


def test_dashed_line_alone_is_not_front_matter() -> None:
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


def test_markdown_is_read_without_markup() -> None:
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


def test_markdown_is_detected_by_content_if_name_has_no_suffix() -> None:
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
def test_supported_encodings_give_the_same_text(data: bytes) -> None:
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
        (b"PK\x03\x04abc", "a ZIP archive or a damaged document"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"<!DOCTYPE html><html><body><nav></nav></body></html>", "no article was found on this page"),
        (b"Hello\x00\x01\x02 there", "binary data"),
        (b"Hello \x01\x02\x03\x04 there", "binary data"),
        (TEXT.encode("utf-32"), "UTF-32"),
        (b"\xff\xfea", "broken UTF-16"),
        ("Die Fähre – sie fährt nicht.".encode()[:-20] + b"\xff rest", "broken UTF-8 at byte"),
        ("Гавань закрыта из-за шторма".encode("cp1251"), "neither UTF-16, Windows-1252 nor Mac Roman"),
        ("港は閉鎖された".encode("shift-jis"), "neither UTF-16, Windows-1252 nor Mac Roman"),
    ],
)
def test_data_without_article_are_source_error_with_reason(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read_bytes(data, name="some/file.txt")
    assert str(caught.value).startswith("Cannot read some/file.txt: ")


def test_file_is_read_and_unreadable_file_is_source_error(tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text("\n".join(STORY), encoding="utf-8")
    assert read_source(file) == read_source(str(file)) == read_text("\n".join(STORY))
    with pytest.raises(SourceError, match="the file does not exist"):
        read_source(tmp_path / "missing.txt")
    with pytest.raises(SourceError, match="this is a folder"):
        read_source(tmp_path)
    with pytest.raises(SourceError, match=r"^Cannot read a\x00b: "):
        read_source("a\0b")
    with pytest.raises(SourceError, match=r"^Cannot read .*: File name too long"):
        read_source(tmp_path / ("x" * 5000))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_file_without_permission_is_source_error(tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text("Hello.")
    file.chmod(0)
    with pytest.raises(SourceError, match="you do not have permission"):
        read_source(file)


def test_source_over_16_mib_is_source_error() -> None:
    with pytest.raises(SourceError, match="larger than 16 MiB"):
        read_bytes(b"a" * (16 * 2**20 + 1), name="a.txt")


@pytest.mark.parametrize("tag", [None, "en", "EN-gb", "xx", "pl-PL", "../en", "x\0"])
def test_unsupported_language_uses_the_english_words(tag: str | None) -> None:
    assert language_of(tag).boilerplate is ENGLISH.boilerplate


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


def test_random_bytes_give_an_article_or_a_source_error() -> None:
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
            assert str(outcome).startswith(f"Cannot read {name}: ")
            errors += 1
    assert min(articles, errors) > 500


@pytest.mark.parametrize(
    "piece", ["[", "![", "> ", "*a", "`", "“", "‘", "<a ", "a, us? ", "| a ", "- ", "By A B ", "\n", "&#10;"]
)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_thousands_of_repeated_marks_are_read(piece: str, name: str) -> None:
    outcome = _outcome(("Do you know x. " + piece * 20000 + "\n\nend.").encode(), name)
    assert isinstance(outcome, Article)
    check(outcome)


@pytest.mark.parametrize(
    "text", ["She left the “CAFÉ” at noon.", "‘We love our café’” he said.", "Une «LIBERTÉ» here."]
)
def test_windows_1252_with_valid_utf_8_sequence_is_read(text: str) -> None:
    assert read_bytes(text.encode("cp1252"), name="a.txt").text == text


def test_truncated_utf_8_is_source_error() -> None:
    with pytest.raises(SourceError, match="neither UTF-16, Windows-1252 nor Mac Roman"):
        read_bytes("“Yes,” she said. It is a café”".encode()[:-1], name="a.txt")


@pytest.mark.parametrize("line", ['title: "\\ud800"', 'byline: ["A", "\\ud800"]', 'cast: {"A\\0": "b"}'])
def test_front_matter_with_invalid_escapes_is_source_error(line: str) -> None:
    with pytest.raises(SourceError, match=r"U\+D800|'Speaker: voice' lines, not"):
        read_text(f"---\n{line}\n---\nIt rained.\n")


NOTED = (
    "Bridge vote\n\nHe lost by some votes¹², the clerk wrote.[3] It has 5 km² and x² of it.[a]\n\nThe council met.\n\n"
)


def test_footnotes_of_plain_text_are_listed_and_their_text_is_skipped() -> None:
    article = read_text(NOTED + "¹² The minutes.\n[3] The register.\n[a] From the paper.\n")
    assert article.text.startswith(NOTED)
    assert paragraphs(article) == NOTED.strip().split("\n\n")[1:]
    assert [(one.text, one.reason) for one in article.skipped] == [
        (text, skip_reasons.NOTE)
        for text in ("¹²", "[3]", "[a]", "¹² The minutes.", "[3] The register.", "[a] From the paper.")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The council met.\n\n[3] The register was read.",
        "It met.[1]\n\n[2] The register was read.",
        "[1] The council met.[1]\n\nIt ended.",
        "It covers 10⁶ m² and 5².\n\n² is a sign.",
    ],
)
def test_paragraph_that_is_no_footnote_is_spoken(text: str) -> None:
    article = read_text(f"Bridge vote\n\n{text}")
    assert paragraphs(article) == text.split("\n\n")
