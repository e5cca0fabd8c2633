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
        ("“I like the swings best,” said Ella, 6.", "female", "first name 'Ella'"),
        ("“I like the swings best,” said Bradley (11).", "male", "first name 'Bradley'"),
        ("“I like the old swings best,” Kelly said.", "unknown", None),
        ("Kgosi Ndegwa met the town.\n\n“It is over,” they said.", "unknown", None),
        ("The Transport Ministry met the town.\n\n“It is over for all of us,” it said.", "unknown", None),
    ],
)
def test_attribution_finds_gender_of_speaker(text: str, gender: str, evidence: str | None) -> None:
    speaker = attributed(text).speakers[-1]
    assert (speaker.gender, speaker.gender_evidence) == (gender, evidence)


@pytest.mark.parametrize(
    ("name", "gender"),
    [
        ("Carole King", "female"),
        ("Coretta Scott King", "female"),
        ("Kate Prince", "female"),
        ("Ann Baron", "female"),
        ("Anna Bishop", "female"),
        ("Mary Judge", "female"),
        ("Howard Dean", "male"),
        ("John Major", "male"),
        ("Stephen King", "male"),
    ],
)
def test_surname_that_is_also_a_title_is_a_name(name: str, gender: str) -> None:
    surname = name.split()[-1]
    script = attributed(
        f"The plan was shown on Tuesday.\n\n“It makes no sense to me,” said {name}, an economist.\n\n"
        f"The council asked {surname} for help. “We know how this ends,” {surname} said."
    )
    speakers = [s for s in script.speakers if s.id != "narrator"]
    assert [(s.name, s.gender) for s in speakers] == [(name, gender)]


OFFICES = {
    "a surname and a title": (
        "Singer Carole King met the King of Jordan.\n\n“It was a fine evening,” King said. “He knows my songs,” she "
        "added.\n\n“She was a delight to meet,” the King said.",
        ["Carole King", "Carole King", "The King of Jordan"],
    ),
    "capitalized office of a named holder": (
        "Prime Minister Keir Starmer came to Leeds.\n\n“This makes no sense at all,” the Prime Minister said.",
        ["Keir Starmer"],
    ),
    "office without a holder": ("“This makes no sense at all,” said the Attorney General.", ["The Attorney General"]),
    "title before a surname that is a title": ("“This makes no sense at all,” said Judge King.", ["King"]),
    "title of a town's mayor": (
        "“This makes no sense at all,” said Charlotte Mayor Vi Lyles. “It does,” Lyles added.",
        ["Vi Lyles", "Vi Lyles"],
    ),
    "vice president and president": (
        "Vice President Kamala Harris met President Joe Biden.\n\n“It makes no sense,” the vice president said.\n\n"
        "“We will pay for it,” the president said.",
        ["Kamala Harris", "Joe Biden"],
    ),
    "attorney general and general": (
        "Attorney General Pam Bondi sued on Tuesday. General Mark Milley left.\n\n“We will march,” the general said.",
        ["Mark Milley"],
    ),
    "lieutenant governor under an abbreviation": (
        "Lt. Gov. Dan Patrick came with Gov. Greg Abbott.\n\n“It is a fine bill,” the lieutenant governor said.\n\n"
        "“I will sign it,” the governor said.",
        ["Dan Patrick", "Greg Abbott"],
    ),
    "another minister": (
        "Health Minister Ann Lee came to Leeds.\n\n“It makes no sense at all,” the prime minister said.\n\n"
        "“We will build,” the minister said.",
        ["The prime minister", "Ann Lee"],
    ),
    "former president and president": (
        "Former President Donald Trump met President Joe Biden.\n\n“It was a good talk,” the former president said.\n\n"
        "“I wish him well,” the president said.",
        ["Donald Trump", "Joe Biden"],
    ),
    "former mayor in lower case": (
        "Former mayor Tom Fox met Mayor Ann Lee.\n\n“It was a good talk,” the former mayor said.\n\n"
        "“I wish him well,” the mayor said.",
        ["Tom Fox", "Ann Lee"],
    ),
    "former officer whom nobody followed": (
        "Former officer Tom Fox came.\n\n“It was a good talk,” the officer said.",
        ["Tom Fox"],
    ),
    "deputy mayor": (
        "Deputy Mayor Tom Fox came.\n\n“It makes no sense,” the mayor said.\n\n“It does,” the deputy mayor said.",
        ["The mayor", "Tom Fox"],
    ),
}


@pytest.mark.parametrize(("text", "names"), OFFICES.values(), ids=OFFICES.keys())
def test_office_is_of_its_holder_alone(text: str, names: list[str]) -> None:
    assert who(text) == names


@pytest.mark.parametrize(
    "source",
    [
        "her husband Tom Hart",
        "his brother Tom Hart",
        "their neighbor Tom Hart",
        "her 34-year-old son Tom Hart",
        "her former boss Tom Hart",
        "his lawyer, Tom Hart",
        "his old friend and drummer Tom Hart",
        "the singer and campaigner Tom Hart",
    ],
)
def test_relative_who_is_named_behind_the_verb_is_the_speaker(source: str) -> None:
    assert who(f"Ann Lee spoke on Monday.\n\n“We want to know the truth,” said {source}.") == ["Tom Hart"]


def test_relative_without_a_name_is_not_the_relative_of_whom_it_is() -> None:
    assert who("Ann Lee spoke on Monday.\n\n“We want to know the truth,” said her husband.") == ["her husband"]
