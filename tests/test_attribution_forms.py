"""Forms in which news present speech: a table of passages with their speakers, half of them guards."""

from __future__ import annotations

import time
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.articles import article
from helpers.attribution import attributed

from narrate.attribution import attribute, preload
from narrate.readers import read_bytes
from narrate.script import write_script

PASSAGES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).resolve().parent / "data" / "forms_of_speech.toml").read_text(encoding="utf-8")
)["passage"]


@pytest.mark.parametrize("passage", PASSAGES, ids=[f"{p['form']}: {p['name']}" for p in PASSAGES])
def test_passage_has_its_speakers_and_its_narration(passage: dict[str, Any]) -> None:
    text = passage["text"].strip()
    script = attributed(text)
    names = {speaker.id: speaker.name for speaker in script.speakers}
    quotations = [segment for segment in script.segments if segment.kind == "quotation"]

    def speakers_of(words: str) -> list[str]:
        start = text.index(words)
        return [names[q.speaker] for q in quotations if q.start < start + len(words) and start < q.end]

    assert [(words, speakers_of(words)) for words, _ in passage["said"]] == [(w, [name]) for w, name in passage["said"]]
    assert [words for words in passage.get("narrated", []) if speakers_of(words)] == []


INTRODUCTION = "Vera Blum has lit the lamps of Oster for 30 years. She spoke to us on the pier in May."
TURNS = (
    ("Tell us how you began.", "I was nineteen, and I needed work."),
    ("And your parents agreed.", "They did not. My mother said that I would fall into the sea."),
    ("What do you do when it storms?", "I go out as always."),
    ("Some say the lamps are too dear.", "They are. I would keep them all the same. Why would I not?"),
)


def _speakers(source: str, name: str) -> list[str]:
    """Return the name of the speaker of every quotation of a source."""
    script = attribute(write_script(read_bytes(source.encode(), name=name)))
    return [script.names[segment.speaker] for segment in script.segments if segment.kind == "quotation"]


@pytest.mark.parametrize("form", ["**{}**", "*{}*", "***{}***", "### {}", "__{}__"])
def test_questions_in_bold_or_italics_need_no_question_mark(form: str) -> None:
    turns = "\n\n".join(f"{form.format(question)}\n\n{answer}" for question, answer in TURNS)
    assert _speakers(f"# The lamplighter\n\n{INTRODUCTION}\n\n{turns}\n", "a.md") == ["Interviewer", "Vera Blum"] * 4


@pytest.mark.parametrize(
    "form", ["<p><strong>{}</strong></p><p>{}</p>", "<h3>{}</h3><p>{}</p>", "<p><b>{}</b><br>{}</p>"]
)
def test_questions_in_bold_on_pages_need_no_question_mark(form: str) -> None:
    turns = "".join(form.format(question, answer) for question, answer in TURNS)
    page = f"<html><body><article><h1>The lamplighter</h1><p>{INTRODUCTION}</p>{turns}</article></body></html>"
    assert _speakers(page, "a.html") == ["Interviewer", "Vera Blum"] * 4


@pytest.mark.parametrize(
    "lines",
    [
        ("A long night", "The keeper", "What comes next?"),
        ("What you need", "How you should wash it", "Where you can buy one"),
        ("It is cold.", "It was over at six.", "The town will decide."),
    ],
)
def test_headings_in_bold_are_no_questions(lines: tuple[str, ...]) -> None:
    story = "\n\n".join(
        f"**{line}**\n\nThe first lamp is lit at five. I walked with her to the pier." for line in lines
    )
    assert _speakers(f"# The lamplighter\n\n{INTRODUCTION}\n\n{story}\n", "a.md") == []


def test_interviewer_without_label_has_the_name_of_the_outlet() -> None:
    (passage,) = (p for p in PASSAGES if p["name"] == "unlabeled questions and answers")
    made = replace(article(passage["text"].strip()), outlet="Harbour Times")
    script = attribute(write_script(made))
    turns = [segment for segment in script.segments if segment.kind == "quotation"]
    assert [speaker.name for speaker in script.speakers] == ["Harbour Times", "Vera Blum"]
    assert turns[0].evidence == "a question of an interview without labels"


@pytest.mark.slow
def test_four_times_the_text_costs_at_most_little_more_than_four_times() -> None:
    text = "\n\n".join(passage["text"].strip() for passage in PASSAGES[::2])
    preload()

    def cost(times: int) -> float:
        made = article("\n\n".join([text] * times))
        began = time.process_time()
        attribute(write_script(made))
        return time.process_time() - began

    cost(1)
    assert min(cost(4), cost(4)) <= 4.6 * min(cost(1), cost(1), cost(1))


ESSAY = """The seal in the shed

{byline}

It was raining when I met the keeper. “Does it bite?” I asked. “Only on Fridays,” he said.

My sister came later. “You should write this down,” she said.
"""


@pytest.mark.parametrize(
    ("byline", "name"),
    [
        ("By Nell Orchard", "Nell Orchard"),
        ("By Dr. Nell Orchard", "Nell Orchard"),
        ("By Nell Orchard | May 3", "Nell Orchard"),
        ("By Nell van der Orchard", "Nell van der Orchard"),
        ("By Nell Orchard and Tom Birch", "The narrator"),
        ("By Harbor Gazette Staff", "The narrator"),
        ("By Ann Birch, as told to Nell Orchard", "The narrator"),
    ],
)
def test_who_says_i_is_the_only_author_in_the_byline(byline: str, name: str) -> None:
    assert _speakers(ESSAY.format(byline=byline), "a.txt") == [name, "The keeper", "My sister"]


def test_who_says_i_is_the_author_whom_the_article_names() -> None:
    named = "Nell Orchard is the author of two books. She lives in Oster."
    source = f"---\nauthor: Nell Orchard\n---\n{ESSAY.format(byline=named)}"
    assert _speakers(source, "a.md") == ["Nell Orchard", "The keeper", "My sister"]


def test_candidate_whom_the_pronoun_cannot_mean_is_no_sure_speaker() -> None:
    script = attributed('News of the day\n\nBrock brought the rings.\n\n"I am not wearing that," she said.\n')
    assert [q.confidence < 0.65 for q in script.segments if q.kind == "quotation"] == [True]


@pytest.mark.parametrize(
    ("words", "is_sure"),
    [
        ('"You could have called, you know."\n\n"And call you on what?"', False),
        ('"Have you no coat with you?"\n\n"Do you see one?"', False),
        ('"You could have called, you know," he said.\n\n"And call you on what?"', True),
        ('"You never know with that road."\n\nHe hung up his coat.', True),
    ],
)
def test_speaker_before_an_exchange_without_names_is_in_doubt(words: str, is_sure: bool) -> None:
    text = f'"The road is bad," said Walt Siska, who hung up his coat. "They had us all sitting there."\n\n{words}\n'
    script = attributed(text)
    found = next(segment for segment in script.segments if segment.text.startswith(words[:9]))
    assert (script.names[found.speaker], (found.confidence or 0) >= 0.65) == ("Walt Siska", is_sure)


@pytest.mark.parametrize(
    ("introduction", "label"),
    [
        ("Dr Ann Lowe has studied colds for 30 years. She finds them dull.", "Myth 1"),
        ("Dr Ann Lowe made ten claims about colds.", "Myth"),
        ("A leaflet was put through doors in Oster. Ann Lowe, a planner, has read it.", "Claim"),
    ],
)
def test_claim_of_an_unknown_person_is_not_of_who_was_named_before(introduction: str, label: str) -> None:
    text = (
        f'What people say\n\n{introduction}\n\n{label}: "You lose most of your heat through your head."\n\nYou do not.'
    )
    script = attributed(text)
    (quotation,) = (segment for segment in script.segments if segment.kind == "quotation")
    assert (quotation.confidence or 0) < 0.1
