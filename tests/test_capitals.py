"""Articles in capitals throughout: names and sentences as in other articles, in the same places."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from helpers.runs import SILENT

from narrate import prepare
from narrate.attribution import attribute
from narrate.batch.attribution import quotation_records, script_of_text
from narrate.languages.capitals import is_in_capitals, sentence_case
from narrate.readers import read_bytes, read_text
from narrate.readers.article import IN_CAPITALS
from narrate.speakable import speakable

STORY = """Ferry returns to Ostrand after two years

"We sail on Monday," said Ada Byron, the captain of the ferry. "It took us two years, and I'm glad."

Mr. Okafor told reporters in May that he would not sail. "I may come in March," he said.

"The council has waited too long," said Margaret Ellery, the mayor.
"""


def capitals(text: str) -> str:
    return "".join(letter.upper() if len(letter.upper()) == 1 else letter for letter in text)


@pytest.mark.parametrize(
    "text",
    [
        STORY,
        "The president, Donald Trump, told reporters on Tuesday that he would not come. Trump said so twice.",
        "Mr. Brown said the brown dog had bitten him. Mrs. Green, who had seen it, was sorry for the dog and for him.",
        "John McDonald and Sean O'Brien won the race. McDonald was glad of it, and so were all of the others there.",
        "NATO and the BBC may come on March 3 at 5 p.m. with the U.S. president. They may march in the streets.",
        "The White House didn't call the Supreme Court. Nobody at the court could say why that was so on Friday.",
        "They told us that the US president would ask us. It is a question of who goes and who does not do so.",
        "Mark Young, 42, left a mark on the town. The young will remember him, said his sister, Rose Young.",
        "The bill will pass, Bill Harlow said. Harlow will not vote for the bill in the Senate on Thursday.",
        'He asked: "Are you glad?" She was "a little bit tired" after the long day at the harbor.',
        "Don't go. We'll stay, and they're staying too, said Ada Byron's sister, who doesn't like the cold there.",
    ],
)
def test_capitals_are_written_as_before(text: str) -> None:
    assert sentence_case(capitals(text)) == text


@pytest.mark.parametrize("text", [STORY, "Straße İstanbul ŉ ǰ ﬁ and the rest of it, said Ada Byron.", ""])
def test_every_character_keeps_its_place(text: str) -> None:
    written = sentence_case(capitals(text))
    assert len(written) == len(text)
    assert written.casefold() == capitals(text).casefold()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (capitals(STORY), True),
        (capitals(STORY) + " (c) e.g. iPhone", True),
        (STORY, False),
        (capitals(STORY[:40]) + STORY[40:], False),  # a headline in capitals
        ("NATO AND THE BBC", False),  # too short to say
        ("MAYOR: We sail.\n\nCOUNCIL: We do not.\n" * 9, False),
        ("1234 5678 " * 50, False),
        ("Загребский мэр сказал, что паром вернется в понедельник утром, и все были этому рады. " * 3, False),
    ],
)
def test_text_is_in_capitals_if_nearly_all_letters_are(text: str, expected: bool) -> None:
    assert is_in_capitals(text) is expected


@pytest.mark.slow
def test_speakers_are_those_of_the_ordinary_article() -> None:
    ordinary, shouted = (list(quotation_records(attribute(script_of_text(text)))) for text in (STORY, capitals(STORY)))
    assert [(one["start"], one["end"], one["speaker"]) for one in shouted] == [
        (one["start"], one["end"], one["speaker"]) for one in ordinary
    ]
    assert {one["speaker"] for one in shouted} == {"Ada Byron", "Okafor", "Margaret Ellery"}


def test_article_in_capitals_is_read_with_a_warning() -> None:
    article = read_text(capitals(STORY))
    assert article.title == "Ferry returns to Ostrand after two years"
    assert article.text == STORY
    assert IN_CAPITALS in article.warnings
    assert read_text(STORY).text == STORY
    assert IN_CAPITALS not in read_text(STORY).warnings


def test_warning_is_given_once(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(capitals(STORY), encoding="utf-8")
    assert prepare(tmp_path / "story.txt", config=SILENT).warnings == (IN_CAPITALS,)


def test_title_and_byline_of_the_source_are_written_as_before_too() -> None:
    matter = "---\ntitle: FERRY RETURNS TO OSTRAND\nbyline: JANE MILLER\n---\n"
    article = read_bytes((matter + capitals(STORY.partition("\n\n")[2])).encode(), name="story.md")
    assert (article.title, article.byline) == ("Ferry returns to Ostrand", "Jane Miller")


@pytest.mark.slow
def test_words_are_spoken_as_words_and_not_letter_by_letter(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text(capitals(STORY), encoding="utf-8")
    script = prepare(story, config=SILENT).script
    said = " ".join(speakable(segment.text).text for segment in script.segments)
    assert "the captain of the ferry" in said
    assert "It took us two years" in said


@pytest.mark.parametrize(
    "pattern", ["UN", "UNRE", "A.", '"A ', "JOHN ", "O'", "MC", "A-", "I'", ", 42,", "SSSS", "MR. "]
)
def test_repetition_in_capitals_costs_little_and_raises_nothing(pattern: str) -> None:
    text = pattern * (20_000 // len(pattern))
    started_s = time.process_time()
    assert len(sentence_case(text)) == len(text)
    assert time.process_time() - started_s < 2


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (
            "LE CONSEIL A VOTÉ. « C’EST UNE BELLE SURPRISE », DIT JULIE MOREAU, QUI N’EST PAS DU PS. MOREAU PART.",
            "Le conseil a voté. « C’est une belle surprise », dit Julie Moreau, qui n’est pas du PS. Moreau part.",
        ),
        (
            "EL PLENO HA VOTADO QUE NO POR LA TARDE. «NO LO SABÍAMOS», DIJO CARLOS PRADO EN EL SIGLO XIX Y SE FUE.",
            "El pleno ha votado que no por la tarde. «No lo sabíamos», dijo Carlos Prado en el siglo XIX y se fue.",
        ),
        (
            "DER STADTRAT HAT AM DIENSTAG ENTSCHIEDEN. „WIR BAUEN“, SAGTE KARIN VOSS, DIE NICHT VON DER SPD IST.",
            "Der stadtrat hat am dienstag entschieden. „Wir bauen“, sagte Karin Voss, die nicht von der SPD ist.",
        ),
    ],
)
def test_article_in_capitals_in_another_language_is_read_in_small_letters(text: str, written: str) -> None:
    article = read_bytes(f"{text}\n\n{text}".encode(), name="a.txt")
    assert article.text == f"{written}\n\n{written}"
    assert article.warnings == (IN_CAPITALS,)
