"""Attribution from end to end: small texts, one for each way to report speech, and the example article."""

from __future__ import annotations

import pytest
from helpers.attribution import attributed, who
from helpers.paths import shared

from narrate.attribution import decide_each
from narrate.attribution.candidates import FEATURES
from narrate.attribution.ranker import MAX_CONFIDENCE, calibrated, load_ranker
from narrate.attribution.rules import ONLY_ANTECEDENT, RULES
from narrate.attribution.speech import SPEECH_FEATURES
from narrate.batch.attribution import script_of_text
from narrate.errors import NarrateError
from narrate.languages.marks import MARKS
from narrate.script import hand_to_narrator


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("“We are ready,” said Maria Lopez.", ["Maria Lopez"]),
        ("“We are ready,” Maria Lopez said.", ["Maria Lopez"]),
        ("Maria Lopez said: “We are ready.”", ["Maria Lopez"]),
        ("Maria Lopez told reporters that the town was “ready for anything that comes.”", ["Maria Lopez"]),
        ("“We are ready for it,” according to Maria Lopez.", ["Maria Lopez"]),
        ("The paper quoted Maria Lopez as saying that “we are all ready now.”", ["Maria Lopez"]),
        ("“We are ready,” said Maria Lopez. “Are you?”", ["Maria Lopez", "Maria Lopez"]),
        ("“We,” said Maria Lopez, “are ready.”", ["Maria Lopez", "Maria Lopez"]),
        ("“We are ready,” said Adaora Reyes-Mbeki, a lawyer.", ["Adaora Reyes-Mbeki"]),
    ],
)
def test_attribution_takes_speaker_named_in_reporting_clause(text: str, names: list[str]) -> None:
    assert who(text) == names


def test_attribution_resolves_surname_to_full_name() -> None:
    assert who("Maria Lopez arrived on Monday.\n\n“We are ready,” Lopez said.") == ["Maria Lopez"]


def test_attribution_resolves_pronoun_to_last_subject_of_its_gender() -> None:
    text = "Maria Lopez met John Harper on Monday.\n\n“We are ready,” she said.\n\n“So am I,” he said."
    assert who(text) == ["Maria Lopez", "John Harper"]


def test_attribution_resolves_role_to_person_who_holds_it() -> None:
    text = "Town spokesman John Harper met Mayor Maria Lopez.\n\n“We are ready,” the mayor said."
    assert who(text) == ["Maria Lopez"]
    text = "Town spokesman John Harper met Mayor Maria Lopez.\n\n“We are ready,” the town spokesman said."
    assert who(text) == ["John Harper"]


def test_attribution_takes_organization_as_speaker() -> None:
    text = "“The road is closed until further notice,” Norway's Transport Ministry said."
    assert who(text) == ["Norway's Transport Ministry"]


def test_attribution_keeps_speaker_of_quotation_over_paragraphs() -> None:
    text = "“We are ready,” said Maria Lopez. “We have been for years.\n\n“We will not wait.”\n\nJohn Harper left."
    assert who(text) == ["Maria Lopez", "Maria Lopez", "Maria Lopez"]


def test_attribution_turns_quoted_terms_and_titles_into_narration() -> None:
    text = "Maria Lopez said the so-called “quiet zone” was loud. The singer of “The Last Ferry” left."
    assert who(text) == []


def test_attribution_gives_confidence_evidence_and_gender() -> None:
    script = attributed("“We are ready,” said Maria Lopez.")
    quotation = script.segments[0]
    assert quotation.evidence == "'said Maria Lopez' follows the quotation"
    assert 0.9 <= quotation.confidence <= 1.0
    assert script.speakers[0].gender == "female"
    assert script.speakers[0].gender_evidence


def test_attribution_is_deterministic() -> None:
    text = "“We are ready,” said Maria Lopez.\n\n“So am I,” said the driver."
    assert attributed(text) == attributed(text)


BAKHMUT = [
    ("Dmitry Peskov", '"emotional,"'),
    ("Oleksandr Syrskyi", '"retreated up to two kilometers'),
    ("Russia's Defense Ministry", '"overall situation'),
    ("Dmitry Peskov", '"We have no doubt that [Bakhmut]'),
    ("Dmitry Peskov", '"the prerogative of the military."'),
    ("Dmitry Peskov", '"I cannot interfere in this,"'),
    ("Dmitry Peskov", '"But I can tell you one thing:'),
    ("Dmitry Peskov", '"very difficult"'),
    ("Dmitry Peskov", "\"It's a very, very difficult operation"),
    ("Dmitry Peskov", '"We managed to shake up'),
    ("Dmitry Peskov", '"I will not name different names'),
    ("Yevgeny Prigozhin", '"in the absence of ammunition"'),
    ("Yevgeny Prigozhin", '"doomed to a senseless death."'),
    ("Yevgeny Prigozhin", '"The enemy forces outnumber us'),
    ("Yevgeny Prigozhin", '"Due to the lack of ammunition'),
]


def test_attribution_finds_all_speakers_of_bakhmut_article() -> None:
    script = attributed(shared("articles", "bakhmut.txt").read_text(encoding="utf-8"))
    names = {s.id: s.name for s in script.speakers}
    found = [s for s in script.segments if s.kind == "quotation"]
    assert [names[s.speaker] for s in found] == [name for name, _ in BAKHMUT]
    for segment, (_, opening) in zip(found, BAKHMUT, strict=True):
        assert segment.text.startswith(opening)
    handed = hand_to_narrator(script, fragment_words=4, min_confidence=0.0)
    narrated = [s.text.strip() for s in handed.segments if s.kind == "quotation" and s.voiced_by == "narrator"]
    assert narrated == ['"emotional,"', '"very difficult"']


MARK_PAIRS = (
    '""', "＂＂", "″″", "“”", "““", "””", "„“", "„”", "„‟", "‟”", "“‟", "‟‟", "''", "‘’", "‚‘", "‚’", "‛’", "‛‛",
    "«»", "»«", "‹›", "›‹",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("<The road is closed,> said Ann Lee.\n\n<The bridge is open,> said Ben Pence.", ["Ann Lee", "Ben Pence"]),
        (
            "<The road is closed,> said Ann Lee. <It is.>\n\nBen Pence said: <It is open.>",
            ["Ann Lee"] * 2 + ["Ben Pence"],
        ),
        (
            "Ann Lee called it <a waste of our money.>\n\nBen Pence said it was <a danger to all.>",
            ["Ann Lee", "Ben Pence"],
        ),
        ("<The road is closed>, Ann Lee said.\n\n<Is the bridge open?> asked Ben Pence.", ["Ann Lee", "Ben Pence"]),
        (
            "Ann Lee met Ben Pence.\n\n<It is closed,> she said.\n\n<It,> he said, <is open.>",
            ["Ann Lee"] + ["Ben Pence"] * 2,
        ),
        (
            "<It is closed.\n\n<It is shut,> Ann Lee said.\n\n<It is open,> said Ben Pence.",
            ["Ann Lee"] * 2 + ["Ben Pence"],
        ),
        ("<LEE: It is shut.>\n\n<PENCE: It is open.>\n\n<LEE: Good.>", ["Lee", "Pence", "Lee"]),
    ],
)
def test_attribution_finds_same_speakers_with_every_pair_of_quotation_marks(text: str, names: list[str]) -> None:
    assert {mark for pair in MARK_PAIRS for mark in pair} == set(MARKS)
    found = {pair: who(text.replace("<", pair[0]).replace(">", pair[1])) for pair in MARK_PAIRS}
    assert found == dict.fromkeys(MARK_PAIRS, names)


def test_rankers_are_trained_with_the_features_of_the_code() -> None:
    assert load_ranker("news", FEATURES).features == load_ranker("fiction", FEATURES).features == FEATURES
    assert len(set(FEATURES)) == len(FEATURES)
    load_ranker("speech", tuple(SPEECH_FEATURES))


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ((FEATURES[1], FEATURES[0], *FEATURES[2:]), f"column 0 is '{FEATURES[0]}' in the file and '{FEATURES[1]}' in"),
        (FEATURES[:-1], f"column {len(FEATURES) - 1} is '{FEATURES[-1]}' in the file and 'nothing' in the code"),
    ],
)
def test_load_ranker_rejects_other_features(features: tuple[str, ...], message: str) -> None:
    with pytest.raises(NarrateError, match=message):
        load_ranker("news", features)


def test_rules_have_different_names_and_state_their_precision() -> None:
    rules = [*RULES, ONLY_ANTECEDENT]
    assert len({rule.name for rule in rules}) == len(rules)
    assert all(0 <= rule.precision <= 1 and (rule.decided > 0 or rule.precision == 0) for rule in rules)


_LINES_OF_DIALOGUE = "“You have read the letter at last, I suppose?”\n\n“I have, and I wish that I had not.”\n\n" * 15
_REPORTED_LINES = "“You have read the letter, I suppose,” Ana Ruiz said.\n\n“I wish that I had not,” he said.\n\n" * 15
_STORY = "The lamp stood on the table between them, and the rain ran down the window behind it.\n\n" * 15


@pytest.mark.parametrize(
    ("text", "dates", "is_fiction"),
    [
        (_LINES_OF_DIALOGUE + _STORY, 0, True),
        (_LINES_OF_DIALOGUE + _STORY, 3, True),
        (_LINES_OF_DIALOGUE + _STORY, 5, False),
        (_REPORTED_LINES + _STORY, 0, True),
        (_REPORTED_LINES + _STORY, 4, False),
        (_STORY * 3, 0, False),
    ],
)
def test_text_with_few_dates_is_fiction_and_dialogue_allows_more(text: str, dates: int, is_fiction: bool) -> None:
    segmented = script_of_text("They met again on Monday.\n\n" * dates + text)
    assert next(decide_each([segmented]))[0].fiction is is_fiction


@pytest.mark.parametrize("name", ["news", "fiction"])
@pytest.mark.parametrize("basis", ["ranker, none", "ranker, pronoun", "next sentence", "split quotation"])
def test_confidence_rises_with_score_up_to_highest_confidence(name: str, basis: str) -> None:
    confidences = [load_ranker(name, FEATURES).confidence(basis, score / 20) for score in range(21)]
    assert confidences == sorted(confidences)
    assert 0 < confidences[0] < confidences[-1] <= MAX_CONFIDENCE


def test_confidence_of_name_next_to_verb_is_highest() -> None:
    ranker = load_ranker("news", FEATURES)
    assert ranker.confidence("name near, firm", 1.0) == MAX_CONFIDENCE
    assert ranker.confidence("ranker, none", 0.5) < 0.7


def test_confidence_of_unseen_rule_is_between_those_of_its_kind_of_clause() -> None:
    ranker = load_ranker("news", FEATURES)
    confidences = [ranker.confidence(f"{rule}, description", 1.0) for rule in ("text near", "known description near")]
    assert confidences[0] < ranker.confidence("a new rule, description", 1.0) < confidences[1]
    assert ranker.confidence("a new rule, firm", 1.0) > ranker.confidence("a new rule, description", 1.0)


@pytest.mark.parametrize("score", [0.0, 0.3, 0.9])
def test_quotation_that_goes_on_without_weights_keeps_confidence_of_the_one_before(score: float) -> None:
    assert calibrated({}, "next sentence", score) == pytest.approx(max(score, 0.003))
