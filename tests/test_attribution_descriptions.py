"""Attribution of speakers who are described instead of named, and the gender of speakers."""

from __future__ import annotations

import pytest
from helpers.attribution import attributed, who

LINKED = {
    "by age": (
        "Ana Ruiz, 34, runs the mill. Tom Hart, 51, owns it.\n\n“We grind by night,” the 34-year-old said.",
        ["Ana Ruiz"],
    ),
    "by age in brackets": (
        "Ana Ruiz (34) runs the mill with Tom Hart (51).\n\n“We grind by night,” said the 51-year-old.",
        ["Tom Hart"],
    ),
    "by an age that is new": (
        "Ana Ruiz runs the mill. She met Tom Hart there, who owns it.\n\n“We grind by night,” the 34-year-old said.",
        ["Ana Ruiz"],
    ),
    "by narrower role": (
        "Sgt. Dana Pike met the owner on Monday.\n\n“The gate was open all night,” the officer said.",
        ["Dana Pike"],
    ),
    "a young woman who is named later": (
        "“I saw the gate fall over,” said a young woman by the river.\n\nThe fire went out at noon.\n\n"
        "The woman, Ana Ruiz, had come by bus. “I will not go back,” Ruiz said.",
        ["Ana Ruiz", "Ana Ruiz"],
    ),
    "a driver who is named later": (
        "“I never saw the light change,” the driver said.\n\nThe driver, Tom Hart, was fined.\n\n"
        "“So be it,” Hart said.",
        ["Tom Hart", "Tom Hart"],
    ),
    "the company that was the last subject": (
        "Norvand Inc. said it would close its mill in May.\n\n“We have no other choice now,” the company said.",
        ["Norvand Inc."],
    ),
    "a delegate in apposition": (
        "Maria Lopez left.\n\nAnother delegate on the town slate, Jim Poole, said he was “very happy with all of it.”",
        ["Jim Poole"],
    ),
}

KEPT_APART = {
    "another age": (
        "Ana Ruiz, 34, runs the mill.\n\n“We grind by night,” the 51-year-old said.",
        ["The 51-year-old"],
    ),
    "another gender": (
        "Mr. Tom Hart, an engineer, came. A woman followed him.\n\n“We grind by night,” the woman said.",
        ["A woman"],
    ),
    "the relative of a named person": (
        "Tom Hart closed the mill on Monday.\n\n“He never slept at all,” his daughter said.",
        ["his daughter"],
    ),
    "two companies": (
        "Norvand Inc. sued Tidewater Corp. in May. Tidewater Corp. denies it.\n\n"
        "“We have no other choice now,” a company spokesman said.",
        ["a company spokesman"],
    ),
    "a text in which nothing is linked": (
        "Tom Hart closed the mill on Monday.\n\n“The mill was never safe to use,” the petition says.",
        ["The petition"],
    ),
    "another of several": (
        "Tom Hart left. “He is kind,” one worker said.\n\nAnother said: “A long and quiet spring is coming.”",
        ["a worker", "Another"],
    ),
    "a second man who is named": (
        "“I saw the gate fall over,” said a man by the river.\n\n"
        "The woman, Ana Ruiz, had come by bus. “I will not go back,” Ruiz said.",
        ["a man", "Ana Ruiz"],
    ),
}


@pytest.mark.parametrize(("text", "names"), LINKED.values(), ids=LINKED.keys())
def test_attribution_links_description_to_name(text: str, names: list[str]) -> None:
    assert who(text) == names


@pytest.mark.parametrize(("text", "names"), KEPT_APART.values(), ids=KEPT_APART.keys())
def test_attribution_keeps_description_without_evidence_apart_from_names(text: str, names: list[str]) -> None:
    assert who(text) == names


@pytest.mark.parametrize(
    ("text", "gender", "evidence"),
    [
        ("Sasha Ndegwa met the town.\n\n“It is over,” she said.", "female", "'she' in line 3"),
        ("Kgosi Ndegwa met the town.\n\n“It is over,” he said.", "male", "'he' in line 3"),
        ("“It is over,” he said. John Harper nodded.\n\n“It is,” said Mrs. Kim Doe.", "female", "title 'mrs'"),
        ("“It is over,” said Maria Lopez. She left.", "female", "first name 'Maria'"),
        ("Kgosi Ndegwa met the town.\n\n“It is over,” they said.", "unknown", None),
        ("The Transport Ministry met the town.\n\n“It is over for all of us,” it said.", "unknown", None),
    ],
)
def test_attribution_finds_gender_of_speaker(text: str, gender: str, evidence: str | None) -> None:
    speaker = attributed(text).speakers[-1]
    assert (speaker.gender, speaker.gender_evidence) == (gender, evidence)
