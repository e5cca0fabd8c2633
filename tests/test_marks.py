"""Pairing of quotation marks: every style, apostrophes, several paragraphs, mistyped and missing marks."""

from __future__ import annotations

import pytest
from helpers.articles import article

from narrate.script.marks import find_quoted


def quoted(text: str) -> list[str]:
    found, _ = find_quoted(text, article(text).paragraphs)
    return [text[q.start : q.end] for q in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We won,” she said. “At last.”", ["“We won,”", "“At last.”"]),
        ('"We won," she said. "At last."', ['"We won,"', '"At last."']),
        ("'We won,' she said. 'At last.'", ["'We won,'", "'At last.'"]),
        ("‘We won,’ she said. ‘At last.’", ["‘We won,’", "‘At last.’"]),
        ("«We won,» she said. «At last.»", ["«We won,»", "«At last.»"]),
        ("« We won, » she said.", ["« We won, »"]),
        ("»We won,« she said. »At last.«", ["»We won,«", "»At last.«"]),
        ("„We won,“ she said. „At last.”", ["„We won,“", "„At last.”"]),
        ("‚We won,‘ she said.", ["‚We won,‘"]),
        ("It was (“fine”), he said.", ["“fine”"]),
        ('It was —"fine"— he said.', ['"fine"']),
    ],
)
def test_find_quoted_pairs_marks_of_every_style(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The workers' union doesn't like the '90s, rock 'n' roll or the boss's ’em.",
        "’Tis the season, and 'twas ever thus for the Joneses’ dog.",
        "He is 6'2\" tall and 5' wide.",
        "It was O'Brien's and D’Souza’s.",
    ],
)
def test_find_quoted_ignores_apostrophes_and_inch_marks(text: str) -> None:
    assert quoted(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'The workers' union won't go,' he said.", ["'The workers' union won't go,'"]),
        ("‘The nurses’ pay isn’t enough,’ said the union’s boss.", ["‘The nurses’ pay isn’t enough,’"]),
        ("It was 'woeful' and had 'little evidence', it said.", ["'woeful'", "'little evidence'"]),
        ("'I'm goin' home,' he said.", ["'I'm goin' home,'"]),
        ("“He said ‘no’ to me,” she said.", ["“He said ‘no’ to me,”"]),
        ("‘A man shouted “Stand still!” but nobody can,’ he said.", ["‘A man shouted “Stand still!” but nobody can,’"]),
        ("\"They call it 'the fridge',\" she said.", ["\"They call it 'the fridge',\""]),
        ("\"He asked, 'Why?'\" she said.", ["\"He asked, 'Why?'\""]),
        ('"It is no “Shark Tank” here," she said. "No."', ['"It is no “Shark Tank” here,"', '"No."']),
        ('“I said "no" to him,” she said.', ['“I said "no" to him,”']),
    ],
)
def test_find_quoted_keeps_nested_marks_inside_quotation(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


def test_find_quoted_links_quotation_over_paragraphs_without_warning() -> None:
    text = "“One,” he said. “Two.\n\n“Three.\n\n“Four.”\n\nFive."
    found, warnings = find_quoted(text, article(text).paragraphs)
    assert [(text[q.start : q.end], q.closed, q.continues) for q in found] == [
        ("“One,”", True, False),
        ("“Two.", False, False),
        ("“Three.", False, True),
        ("“Four.”", True, True),
    ]
    assert warnings == []


def test_find_quoted_ends_unclosed_quotation_with_paragraph_and_warns_with_line() -> None:
    text = 'First.\n\nHe said: "We will see.\n\nThe rest is narration.'
    found, warnings = find_quoted(text, article(text).paragraphs)
    assert [text[q.start : q.end] for q in found] == ['"We will see.']
    assert len(warnings) == 1
    assert warnings[0].startswith("line 3:")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("”We won,” she said.", ["”We won,”"]),
        ("“We won,“ she said.", ["“We won,“"]),
        ("It is “the best of all “ and “the last.”", ["“the best of all “", "“the last.”"]),
        ("“It was plan B,” he said. “I’m glad. “", ["“It was plan B,”", "“I’m glad. “"]),
        ('“We won," she said.', ['“We won,"']),
        ('We won," she said.', ['We won,"']),
    ],
)
def test_find_quoted_accepts_mistyped_marks(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


def test_find_quoted_takes_turns_of_transcript_as_quotations() -> None:
    text = "RAMOS: Good evening.\n\nDIAZ: Good evening to you.\n\nRAMOS: Shall we?\n\nDIAZ: We shall."
    assert quoted(text) == ["Good evening.", "Good evening to you.", "Shall we?", "We shall."]


def test_find_quoted_ignores_single_labeled_line() -> None:
    assert quoted("NOTE: this is not speech.\n\nNor is this.") == []
