"""Markdown: withdrawn text, raised text and footnotes."""

from __future__ import annotations

import contextlib
import time

import pytest
from helpers.measuring import allowed, unmeasured
from helpers.pages import PROSE, spoken

from narrate.errors import SourceError
from narrate.readers import read_bytes

WITHDRAWN, NOTE = "withdrawn: struck out or deleted", "a note"


def read(markdown: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Return what is read between two paragraphs, and what is skipped with its reason."""
    text = f"# Harbour closes after storm\n\n{PROSE[0]}\n\n{markdown}\n\n{PROSE[1]}\n"
    article = read_bytes(text.encode(), name="a.md")
    assert spoken(article)[0] == PROSE[0]
    assert spoken(article)[-1] == PROSE[1]
    return spoken(article)[1:-1], [(one.text, one.reason) for one in article.skipped]


@pytest.mark.parametrize(
    ("markdown", "texts", "withdrawn"),
    [
        ("The master, ~~Tom Wexler~~ Ole Lund, left.", ["The master, Ole Lund, left."], ["Tom Wexler"]),
        ("~~The quay opens.~~", [], ["The quay opens."]),
        ("- ~~Bring a boat.~~\n- Bring a rope.", ["Bring a rope."], ["Bring a boat."]),
        ("> We will ~~never~~ go.", ["We will go."], ["never"]),
        ("## ~~Old~~ New quay", ["New quay"], ["Old"]),
        ("He was <del>not</del> there.", ["He was there."], ["not"]),
        ("It cost <s>$40</s> <ins>$50</ins>.", ["It cost $50."], ["$40"]),
        ("The <span style='text-decoration:line-through'>old</span> quay.", ["The quay."], ["old"]),
        ("~~He said *twice*~~ It fell.", ["It fell."], ["He said twice"]),
    ],
)
def test_struck_text_is_listed_and_not_read(markdown: str, texts: list[str], withdrawn: list[str]) -> None:
    assert read(markdown) == (texts, [(text, WITHDRAWN) for text in withdrawn])


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("It is ~5 km, ~ 3 miles.", "It is ~5 km, ~ 3 miles."),
        ("The code `~~x~~` stays.", "The code ~~x~~ stays."),
        (r"The \~~marks\~~ stay.", "The ~~marks~~ stay."),
        ("The <ins>new</ins> quay.", "The new quay."),
        ("AT&T & 3 < 4<br>or so.", "AT&T & 3 < 4 or so."),
        ("<q>We won</q>, he said.", "“We won”, he said."),
        ("It covers 10<sup>6</sup> m<sup>2</sup> of H<sub>2</sub>O.", "It covers 10⁶ m² of H2O."),
        ("The 5<sup>th</sup>, 3<sup>1</sup>/<sub>2</sub> miles.", "The 5th, 3½ miles."),
        ("A [link](https://example.com) and [a word] stay.", "A link and [a word] stay."),
    ],
)
def test_text_with_elements_that_strike_nothing_is_read(markdown: str, text: str) -> None:
    assert read(markdown) == ([text], [])


@pytest.mark.parametrize(
    ("markdown", "text", "notes"),
    [
        ("It fell.[^1]\n\n[^1]: The minutes.", "It fell.", ["[1]", "The minutes."]),
        ("He won 4,500[^2] votes.\n\n[^2]: Register", "He won 4,500 votes.", ["[2]", "Register"]),
        ("It fell[^note].\n\n[^note]: The *minutes*\n    say so.", "It fell.", ["[note]", "The minutes say so."]),
        ("It fell.[^9]", "It fell.", ["[9]"]),
        ("It fell.^[The minutes.]", "It fell.", ["The minutes.", "[^]"]),
        ("It fell.<sup>1</sup>", "It fell.", ["1"]),
        ("It fell<sup>[3]</sup> here.", "It fell here.", ["[3]"]),
        ("[^1]: The minutes.\n\nIt fell[^1].", "It fell.", ["[1]", "The minutes."]),
    ],
)
def test_footnote_is_listed_and_not_read(markdown: str, text: str, notes: list[str]) -> None:
    assert read(markdown) == ([text], [(note, NOTE) for note in notes])


SAID, SIGNED = "We looked at every option. None kept the mill open.", "— Maria Sund, chief executive"


@pytest.mark.parametrize(
    ("markdown", "texts"),
    [
        (f"> {SAID}\n> {SIGNED}", [f"“{SAID}”", SIGNED]),
        (f"> {SAID}  \n> {SIGNED}", [f"“{SAID}”", SIGNED]),
        (f"> {SAID}\n>\n> {SIGNED}", [f"“{SAID}”", SIGNED]),
        (f"> {SAID} {SIGNED}", [f"“{SAID}”", SIGNED]),
        (f"> *{SAID}*\n> **— Maria Sund**, chief executive", [f"“{SAID}”", SIGNED]),
        (f"> {SAID}\n>\n> - Maria Sund, chief executive", [f"“{SAID}”", "- Maria Sund, chief executive"]),
        (f"> {SAID}\n> -- Maria Sund", [f"“{SAID}”", "-- Maria Sund"]),
        (f"> {SAID}\n\n{SIGNED}", [f"“{SAID}”", SIGNED]),
        ("> We looked.\n>\n> None kept it open.\n>\n> — Jan van der Berg", None),
        (f"> “{SAID}”\n> Maria Sund, chief executive", [f"“{SAID}”", SIGNED]),
        (f"> “{SAID}”\n>\n> {SIGNED}", [f"“{SAID}”", SIGNED]),
    ],
)
def test_signed_block_quote_is_in_marks_and_its_signature_a_paragraph(markdown: str, texts: list[str] | None) -> None:
    in_two = ["“We looked.", "“None kept it open.”", "— Jan van der Berg"]
    assert read(markdown) == (texts or in_two, [])


@pytest.mark.parametrize(
    ("markdown", "texts"),
    [
        ("> The mill will close.\n> It has lost money.", ["The mill will close. It has lost money."]),
        ("> We looked at it.\n> – all of it, and it closed.", ["We looked at it. – all of it, and it closed."]),
        ("> None kept it open — And that was it.", ["None kept it open — And that was it."]),
        ("> We can do two things:\n>\n> - sell the mill\n> - close the mill", None),
        ("> It lost money.\n> — Excerpt from the report", ["It lost money. — Excerpt from the report"]),
        ("> It lost money.\n> Maria Sund, chief executive", ["It lost money. Maria Sund, chief executive"]),
        (f"{SAID}\n\n{SIGNED}", [SAID, SIGNED]),
    ],
)
def test_block_quote_without_signature_gets_no_marks(markdown: str, texts: list[str] | None) -> None:
    assert read(markdown) == (texts or ["We can do two things:", "sell the mill", "close the mill"], [])


def test_struck_heading_gives_title_without_it() -> None:
    article = read_bytes(f"# Harbour ~~opens~~ closes\n\n{PROSE[0]}\n".encode(), name="a.md")
    assert article.title == "Harbour closes"


@pytest.mark.slow
@pytest.mark.parametrize("mark", ["[^1", "^[", "~~a~~ ", "<sup>", "[^1]: a\n\n"])
def test_text_of_many_marks_is_read_or_refused_in_time(mark: str) -> None:
    began = time.process_time()
    with unmeasured(), contextlib.suppress(SourceError):
        read_bytes(f"# Harbour\n\n{mark * 20_000}\n\n{PROSE[0]}".encode(), name="a.md", language="en")
    assert time.process_time() - began < allowed(2)
