"""Regression cases of attribution: one small text for each mistake that it once made."""

from __future__ import annotations

import pytest
from helpers.attribution import attributed, who

CASES = {
    "label inside the marks": (
        "Anna Wallace met Ben Pence on Monday.\n\n“WALLACE: Will you be there?\n\n“PENCE: I will be there, yes.”",
        ["Anna Wallace", "Ben Pence"],
    ),
    "signature below": ("“He was a bully all night.”\n\n― Stephanie Egan", ["Stephanie Egan"]),
    "sentence below": ("Ann Lee spoke first.\n\n“It is all gone.”\n\nBo Hill, the mayor, nodded.", ["Ann Lee"]),
    "sentence of an office below": (
        "Ann Lee spoke first.\n\n“It is all gone.”\n\nBo Hill, mayor of the old town, left.",
        ["Ann Lee"],
    ),
    "signature with a full stop": ("“It is all gone.”\n\nBo Hill, mayor of Kelso.", ["Bo Hill"]),
    "signature behind": ("“He was a bully all night.” ― Stephanie Egan", ["Stephanie Egan"]),
    "new description": (
        "Maria Lopez spoke first at the meeting.\n\n“It is crucial for both of them,” said one former aide.",
        ["a former aide"],
    ),
    "a text speaks": (
        "Maria Lopez sued the town in May.\n\n“The road was never safe to use,” the lawsuit says.",
        ["The lawsuit"],
    ),
    "qualifier before the name": (
        "Mike Huckabee left early.\n\n“Any candidate needs to work,” said Huckabee campaign spokesman Hogan Gidley.",
        ["Hogan Gidley"],
    ),
    "verb before the name": (
        "John Harper left early.\n\nSaid Harper, “The thought is very painful to all of us.”",
        ["John Harper"],
    ),
    "a verb that is not a reporting verb": (
        "Maria Lopez looked over at John Harper.\n\n“They are all here for free stuff,” Harper shot back with a laugh.",
        ["John Harper"],
    ),
    "two letters changed places": (
        "Anthony Kiedis wrote songs.\n\n“We had written two dozen of them,” Keidis said.",
        ["Anthony Kiedis"],
    ),
    "acronym": (
        "The World Swim Federation met on Friday.\n\n“The rule is the backbone of sport,” the WSF said.",
        ["World Swim Federation"],
    ),
    "surname of a place with that name": (
        "Donald Stone spoke at Stone Tower on Friday. Stone smiled.\n\n“It is a very true statement,” Stone said.",
        ["Donald Stone"],
    ),
    "another subject inside the quotation's sentence": (
        "The fight was “not over yet” for Ann Lee, and Sam Hill vowed to leave, Rita Moss said.",
        ["Rita Moss"],
    ),
    "split by a long clause": (
        "“We are ready,” Maria Lopez, who runs a bakery in the town, said on Monday, “and we will go.”",
        ["Maria Lopez", "Maria Lopez"],
    ),
    "labels of a transcript that name new speakers": (
        "This is an interview with Governor Ellen Prewitt.\n\nMARK DUNLEAVY, HOST: Welcome, Governor.\n\n"
        "GOV. ELLEN PREWITT: Thanks, Mark.\n\nDUNLEAVY: Will you raise taxes?\n\nPREWITT: No.\n\n"
        "We never did before, and we will not now.\n\nDUNLEAVY: Thank you.",
        ["Mark Dunleavy", "Ellen Prewitt", "Mark Dunleavy", "Ellen Prewitt", "Ellen Prewitt", "Mark Dunleavy"],
    ),
    "questions and answers": (
        "Tom Arkwright has kept the light at Penhallow for years.\n\nQ: Do you get lonely?\n\nA: I never do.\n\n"
        "Q: What comes next?\n\nA: Bed.",
        ["Interviewer", "Tom Arkwright", "Interviewer", "Tom Arkwright"],
    ),
    "an abbreviated title does not end a sentence": (
        "The bus went over the curb.\n\n“We are still looking into what happened,” said Sgt. Renata Holguin.",
        ["Renata Holguin"],
    ),
    "described before the name": (
        "The union met.\n\n“These are not statistics to me,” said union president Nora McGettigan on Friday.",
        ["Nora McGettigan"],
    ),
    "described, then named behind a comma": (
        "The hotel will not open.\n\n“We like the market,” said a spokeswoman for Stone hotels, Jennifer Rodman. ",
        ["Jennifer Rodman"],
    ),
    "a sentence behind a question": (
        "Maria Lopez wrote to the mayor: “Where is my road?” Others saw the same hole in the ground.",
        ["Maria Lopez"],
    ),
    "an origin instead of a name": (
        "Manager Stefan Iliev was glad of the win.\n\n“I was thinking of the bus home,” the Bulgarian admitted.",
        ["Stefan Iliev"],
    ),
    "a title tells two of one surname apart": (
        "Judge Roberta Mitchell opened the hearing.\n\n"
        "Frank Mitchell is accused of felling oaks. “They were ill,” he said.\n\n"
        "“All nine?” Judge Mitchell asked.",
        ["Frank Mitchell", "Roberta Mitchell"],
    ),
    "a headline's single marks": (
        "Mayor: ‘We will not pay’ for the bridge.\n\nMaria Lopez, the mayor, was firm.\n\n"
        "“We will not pay,” Lopez said.",
        ["Maria Lopez"],
    ),
    "new description, then the next sentence": (
        "Maria Lopez met John Harper.\n\n“This is crucial for both,” said one former union aide. “They need it badly.”",
        ["a former union aide", "a former union aide"],
    ),
    "a description that holds a name": (
        "Maria Lopez met John Harper.\n\n“They pay far too much,” said one unaligned Florida Republican strategist.",
        ["one unaligned Florida Republican strategist"],
    ),
    "two offices before the name": (
        "Maria Lopez left.\n\n“They pay far too much,” said former Ohio Gov. and Labour Committee Chairman Bo Dodd.",
        ["Bo Dodd"],
    ),
    "retired, then named": (
        "Maria Lopez left.\n\n“They pay far too much,” said retired Army Lt. Gen. Bo Dodd, who served there.",
        ["Bo Dodd"],
    ),
    "another and one": (
        "Maria Lopez left.\n\n“I feel good about it,” said another. “It is time.”\n\n“I do not agree,” one said.",
        ["another", "another", "one"],
    ),
    "a clause between commas behind another name": (
        "Maria Lopez met John Harper.\n\nLopez, a top aide said, “is very confident in the contrast” with Harper.",
        ["a top aide"],
    ),
    "a paragraph that ends in a colon": (
        "Maria Lopez met John Harper, as the Moss Foundation website notes:\n\n“In the fall, students met here.”",
        ["The Moss Foundation website"],
    ),
    "a clause that leads to the next quotation": (
        "John Harper wrote to Maria Lopez, “Why now? Where is the road?” Lopez then wrote back, “You look very tired.”",
        ["John Harper", "Maria Lopez"],
    ),
    "a participle behind the quotation is not a clause": (
        "Two lawmakers argued that “there is precedent for it,” citing a case in which a Marine was found guilty.",
        ["Two lawmakers"],
    ),
    "adding, after a clause about another person": (
        "John Harper told a newspaper that Maria Lopez “had a wild policy on roads,” adding, “She lost every vote.”",
        ["John Harper", "John Harper"],
    ),
    "said again behind and": (
        "Maria Lopez said her party has supported it “for many months”, and said it was “a shame that nobody listens.”",
        ["Maria Lopez", "Maria Lopez"],
    ),
    "no blank before the clause": (
        "John Harper came first. Maria Lopez was late.\n\n“It is a surprise to see him,”Lopez said.",
        ["Maria Lopez"],
    ),
    "an answer in the same paragraph": (
        "Maria Lopez met John Harper.\n\n“Look at what you did,” Lopez said. Harper responded, “They can fix this.”",
        ["Maria Lopez", "John Harper"],
    ),
    "labels inside the marks that name new speakers": (
        "Anna Pence spoke on Sunday.\n\n“WALLACE: Will you be there?\n\n“PENCE: I will be there, yes.”",
        ["Wallace", "Anna Pence"],
    ),
    "name and office in the last line inside the marks": (
        "Maria Lopez spoke of debt.\n\n“I worry about more of it.\nDean Baker, Center for Research.”\n\nShe left.",
        ["Dean Baker"],
    ),
    "a heading in single marks where speech has double ones": (
        "Maria Lopez came.\n\n“We won,” she said.\n\n'A fight from start to finish.'\n\n“All of it,” she said.",
        ["Maria Lopez", "Maria Lopez"],
    ),
    "a book": ("“It was fun,” said Maria Lopez, author of the book “Failure to Adjust.”", ["Maria Lopez"]),
    "a seat behind the name": (
        "Sen. Maria Lopez (D-Md.) met Sen. John Harper (R-Fla.) on Monday.\n\n“It is time,” the Maryland senator said.",
        ["Maria Lopez"],
    ),
    "a judge, then named": (
        "A judge ruled on Monday. Judge Ann Lee wrote at length of oaks.\n\n“It is over,” the judge said.",
        ["Ann Lee"],
    ),
    "two surnames joined by a hyphen": (
        "Maria Lopez met John Harper to talk of a Lopez-Harper ticket.\n\n“It is over,” Harper said.",
        ["John Harper"],
    ),
    "one word outright": ("The crowd had come early.\n\nJohn Harper said, “Probably.”", ["John Harper"]),
    "as a person puts it": (
        "Maria Lopez met John Harper. As columnist Ruth Moss puts it, Lopez is trying to make him “an offer he likes.”",
        ["Ruth Moss"],
    ),
    "a modal and a colon": (
        "Maria Lopez set the date. It was so odd that a spokesman for John Harper could only quip: “I am busy then.”",
        ["a spokesman for John Harper"],
    ),
    "a surname that is a small word": (
        "Al From met Maria Lopez. The town liked him.\n\n“We were the party of the big state,” From said.",
        ["Al From"],
    ),
    "whose spokesman": (
        "Maria Lopez sued Northline in May. Northline denies it.\n\n“We will fight this in court,” a spokesman said.",
        ["a spokesman for Northline"],
    ),
    "a group named behind what it is": (
        "Maria Lopez waited.\n\nRail operator Northline tweeted: “Do not travel. There are no trains today.”",
        ["Northline"],
    ),
    "a court that only hears": (
        "Callum Reid, 24, drove at a gate because he “thought they were thieves”, a court heard.",
        ["Callum Reid"],
    ),
    "one fragment in a headline, where all marks are single": (
        "Man ‘drove at officers’, court told\n\nMaria Lopez was there.\n\n‘He had every chance to stop,’ Lopez said.",
        ["Maria Lopez"],
    ),
    "a split quotation": (
        "John Harper met the judge.\n\n“All that you have said,” the judge exclaimed, “has totally overlapped.”",
        ["The judge", "The judge"],
    ),
    "a heading between dashes": (
        "Maria Lopez came.\n\n“We won,” she said.\n\n– ‘Who cares?’ –.\n\n“All of it,” she said.",
        ["Maria Lopez", "Maria Lopez"],
    ),
    "single marks over two paragraphs": (
        "‘We won’t go,’ said Maria Lopez. ‘The nurses’ pay is low.\n\n‘It always was.’",
        ["Maria Lopez", "Maria Lopez", "Maria Lopez"],
    ),
}


@pytest.mark.parametrize(("text", "names"), CASES.values(), ids=CASES.keys())
def test_attribution_finds_right_speaker(text: str, names: list[str]) -> None:
    assert who(text) == names


def test_kim_jong_un_is_one_person_and_not_a_group_named_un() -> None:
    script = attributed("Kim Jong Un spoke on Monday. Kim left.\n\n“It is over,” Kim Jong Un said. “I go,” said Kim.")
    assert [(speaker.name, speaker.kind) for speaker in script.speakers] == [("Kim Jong Un", "person")]


def test_pronoun_settles_gender_that_first_name_leaves_open() -> None:
    script = attributed("Ngozi Ndegwa closed her shop. She will not open it again.\n\n“It is over,” Ndegwa said.")
    assert script.speakers[0].gender == "female"
    assert script.speakers[0].gender_evidence == "'her' in line 1"


@pytest.mark.parametrize(
    "text",
    [
        "Residents held up a sign reading “We exist in winter too” on Sunday.",
        "The officers call themselves the “National Council for Restoration” on the radio.",
        "It was known in the trade as “crunch” before the release.",
        "Raúl “Tito” Ferreyra left the building.",
        "Maria Lopez came.\n\n“(Crosstalk.)”\n\nShe left.",
        "Maria Lopez made her name on the show “The Apprentice,” which ran for years.",
    ],
)
def test_attribution_turns_signs_names_and_terms_into_narration(text: str) -> None:
    assert who(text) == []
