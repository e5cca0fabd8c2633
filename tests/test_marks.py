"""Pairing of quotation marks: every style, apostrophes, several paragraphs, mistyped and missing marks."""

from __future__ import annotations

import pytest
from helpers.articles import article

from narrate.languages import ENGLISH
from narrate.script.marks import find_quoted


def quoted(text: str) -> list[str]:
    found, _ = find_quoted(text, article(text).paragraphs, ENGLISH.sentences)
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
        ("He said 'yes' to talks. The workers' union said it was 'ready'.", ["'yes'", "'ready'"]),
        ("He said ‘no’ to the workers’ demands. The bosses’ reply was ‘never’.", ["‘no’", "‘never’"]),
        ("The boys' mother said: 'My sons' school is shut.' The parents' group left.", ["'My sons' school is shut.'"]),
        ("It was 'a shame for the girls', they said. The girls' coach left.", ["'a shame for the girls'"]),
        ("The Jones' house is 'cursed', they say; the Williams' isn't.", ["'cursed'"]),
        ("She shouted 'Thieves' at the managers' car. The drivers' cheered.", ["'Thieves'"]),
        ("'It's the players' and fans' day,' he said.", ["'It's the players' and fans' day,'"]),
        ("'The boss said 'no' to talks,' he said. 'Well.'", ["'The boss said 'no' to talks,'", "'Well.'"]),
    ],
)
def test_find_quoted_tells_possessives_from_closing_marks(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'Peas 'n' carrots,' she said. 'Mac 'n' cheese.'", ["'Peas 'n' carrots,'", "'Mac 'n' cheese.'"]),
        ("‘’Twas brillig,’ he said. ‘’Tis true.’", ["‘’Twas brillig,’", "‘’Tis true.’"]),
        ("''Twas cold,' he said. ''Tis true.'", ["''Twas cold,'", "''Tis true.'"]),
        ("'Twas night. 'Tis over,' she said.", ["'Tis over,'"]),
        ("'Rock 'N' Roll Never Dies' was the title.", ["'Rock 'N' Roll Never Dies'"]),
        ("'Bread an' butter an' tea,' he said.", ["'Bread an' butter an' tea,'"]),
        ("The class of '98's reunion, in the '60s' style, was 'loud'.", ["'loud'"]),
        ("'We 'ave no water and it's in 'er house,' said Tom.", ["'We 'ave no water and it's in 'er house,'"]),
    ],
)
def test_find_quoted_keeps_elisions_inside_single_marks(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("« Il a dit : « non » hier », said Luc. « Oui. »", ["« Il a dit : « non » hier »", "« Oui. »"]),
        ("« Il a dit “non” hier », said Luc.", ["« Il a dit “non” hier »"]),
        ("„Er sagte ‚nein‘“, said Eva. „Ja.“", ["„Er sagte ‚nein‘“", "„Ja.“"]),
        ("»Er sagte ›nein‹ und ging«, said Eva.", ["»Er sagte ›nein‹ und ging«"]),
    ],
)
def test_find_quoted_keeps_inner_marks_of_other_languages(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


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
    found, warnings = find_quoted(text, article(text).paragraphs, ENGLISH.sentences)
    assert [(text[q.start : q.end], q.closed, q.continues) for q in found] == [
        ("“One,”", True, False),
        ("“Two.", False, False),
        ("“Three.", False, True),
        ("“Four.”", True, True),
    ]
    assert warnings == []


def test_find_quoted_ends_unclosed_quotation_with_paragraph_and_warns_with_line() -> None:
    text = 'First.\n\nHe said: "We will see.\n\nThe rest is narration.'
    found, warnings = find_quoted(text, article(text).paragraphs, ENGLISH.sentences)
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
