"""Corrections of a script: who says what, what is read, and what of the rest stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from helpers.articles import article, assert_tiles

from narrate.errors import UsageError
from narrate.script import corrections, write_script
from narrate.script.document import CORRECTED
from narrate.types import NARRATOR, Script, Skipped, Span, Speaker

TEXT = (
    "The council met on Monday.\n\n"
    '"We will build it," said Anna Lund. "In May."\n\n'
    '"It is too late," said Omar Haddad.\n\n'
    'They call it the "high season" here.\n\n'
    "By Mary Brown\n"
)
SPEAKERS = (Speaker("anna-lund", "Anna Lund", aliases=("Lund",)), Speaker("omar-haddad", "Omar Haddad"))


def quotations(script: Script) -> list[tuple[int, str, str]]:
    return [(s.index, s.text.strip(), script.names[s.speaker]) for s in script.segments if s.kind == "quotation"]


@pytest.fixture
def script() -> Script:
    """A script with three quotations of two speakers, and words in quotation marks that the narrator has."""
    made = write_script(article(TEXT))
    at = {s.text.strip(): s.index for s in made.segments}
    made = corrections.assign(made, [at['"We will build it,"'], at['"In May."']], "Anna Lund")
    made = corrections.assign(made, [at['"It is too late,"']], "Omar Haddad")
    segments = tuple(
        s if s.speaker == NARRATOR else replace(s, confidence=0.5, evidence="a guess", checked=False)
        for s in made.segments
    )
    return replace(made, segments=segments, speakers=SPEAKERS)


def test_assign_names_the_speaker_of_one_quotation_only(script: Script) -> None:
    corrected = corrections.assign(script, [1], "Omar Haddad")
    assert quotations(corrected) == [
        (1, '"We will build it,"', "Omar Haddad"),
        (3, '"In May."', "Anna Lund"),
        (4, '"It is too late,"', "Omar Haddad"),
        (7, '"high season"', "Narrator"),
    ]
    changed = corrected.segments[1]
    assert (changed.confidence, changed.evidence, changed.checked, changed.voiced_by) == (
        1.0,
        CORRECTED,
        True,
        "omar-haddad",
    )
    assert [s for s in corrected.segments if s.index != 1] == [s for s in script.segments if s.index != 1]


@pytest.mark.parametrize("name", ["Lund", "lund", "anna lund", "  Anna \n Lund ", "anna-lund"])
def test_assign_knows_speakers_by_alias_and_in_any_case(script: Script, name: str) -> None:
    corrected = corrections.assign(script, [4], name)
    assert corrected.segments[4].speaker == "anna-lund"
    assert [speaker.name for speaker in corrected.speakers] == ["Anna Lund"]


def test_assign_adds_a_new_speaker_after_the_others(script: Script) -> None:
    corrected = corrections.assign(script, [1], "Mayor of Oslo")
    assert [speaker.name for speaker in corrected.speakers] == ["Anna Lund", "Omar Haddad", "Mayor of Oslo"]
    assert corrected.speakers[-1] == Speaker("mayor-of-oslo", "Mayor of Oslo")


def test_assign_to_no_speaker_lets_the_narrator_read(script: Script) -> None:
    corrected = corrections.assign(script, [4], None)
    assert (corrected.segments[4].kind, corrected.segments[4].speaker) == ("quotation", NARRATOR)
    assert [speaker.name for speaker in corrected.speakers] == ["Anna Lund"]


def test_assign_makes_narration_speech(script: Script) -> None:
    corrected = corrections.assign(script, [0], "Omar Haddad")
    assert (corrected.segments[0].kind, corrected.segments[0].speaker) == ("quotation", "omar-haddad")
    assert_tiles(script.article, corrected)


def test_assign_all_moves_every_quotation_of_a_speaker(script: Script) -> None:
    corrected = corrections.assign_all(script, "Anna Lund", "Omar Haddad")
    assert [name for _, _, name in quotations(corrected)] == ["Omar Haddad", "Omar Haddad", "Omar Haddad", "Narrator"]
    assert [speaker.name for speaker in corrected.speakers] == ["Omar Haddad"]


def test_assign_all_of_the_narrator_takes_quotations_only(script: Script) -> None:
    corrected = corrections.assign_all(script, "Narrator", "Omar Haddad")
    assert [s.index for s in corrected.segments if s.speaker == "omar-haddad"] == [4, 7]
    assert corrected.segments[0].kind == "narration"


def test_split_gives_one_quotation_to_a_new_speaker(script: Script) -> None:
    corrected = corrections.split(script, [3], "Erik Lund")
    assert [name for _, _, name in quotations(corrected)] == ["Anna Lund", "Erik Lund", "Omar Haddad", "Narrator"]


@pytest.mark.parametrize("name", ["Anna Lund", "omar haddad", "Lund", "Narrator"])
def test_split_refuses_the_name_of_a_speaker(script: Script, name: str) -> None:
    with pytest.raises(UsageError, match=r"Cannot split off .*: the script has a speaker of that name\."):
        corrections.split(script, [3], name)


def test_merge_makes_two_speakers_one_and_keeps_the_evidence(script: Script) -> None:
    corrected = corrections.merge(script, "Omar Haddad", "Anna Lund")
    assert corrected.speakers == (Speaker("anna-lund", "Anna Lund", aliases=("Lund", "Omar Haddad")),)
    assert (corrected.segments[4].speaker, corrected.segments[4].evidence) == ("anna-lund", "a guess")


def test_merge_refuses_a_speaker_with_itself(script: Script) -> None:
    with pytest.raises(UsageError, match="both are the same speaker"):
        corrections.merge(script, "Anna Lund", "Anna Lund")


def test_rename_keeps_the_id_and_everything_else(script: Script) -> None:
    corrected = corrections.rename(script, "Anna Lund", " Anna\nLindqvist ")
    assert corrected.speakers[0] == Speaker("anna-lund", "Anna Lindqvist", aliases=("Lund",))
    assert corrected.segments == script.segments


def test_rename_may_change_only_the_case(script: Script) -> None:
    assert corrections.rename(script, "Anna Lund", "ANNA LUND").speakers[0].name == "ANNA LUND"


@pytest.mark.parametrize(("name", "problem"), [("Omar Haddad", "Merge the two"), ("narrator", "Merge"), (" ", "blank")])
def test_rename_refuses_taken_and_blank_names(script: Script, name: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        corrections.rename(script, "Anna Lund", name)


def test_rename_refuses_the_narrator(script: Script) -> None:
    with pytest.raises(UsageError, match="has no speaker 'Narrator'"):
        corrections.rename(script, "Narrator", "Bob")


def test_gender_is_set_with_its_evidence_and_taken_back(script: Script) -> None:
    female = corrections.set_gender(script, "Anna Lund", "female")
    assert (female.speakers[0].gender, female.speakers[0].gender_evidence) == ("female", "set by an editor")
    assert corrections.set_gender(female, "Anna Lund", "unknown").speakers == script.speakers


def test_not_speech_becomes_narration_and_can_become_speech_again(script: Script) -> None:
    corrected = corrections.mark_as_not_speech(script, [4])
    assert (corrected.segments[4].kind, corrected.segments[4].speaker) == ("narration", NARRATOR)
    assert [speaker.name for speaker in corrected.speakers] == ["Anna Lund"]
    again = corrections.assign(corrected, [4], "Omar Haddad")
    assert quotations(again)[2] == (4, '"It is too late,"', "Omar Haddad")


def test_confirm_keeps_speaker_confidence_and_evidence(script: Script) -> None:
    corrected = corrections.confirm(script, [4])
    assert corrected.segments[4] == replace(script.segments[4], checked=True)


@pytest.mark.parametrize("index", [0, 99, -1])
def test_only_quotations_can_be_confirmed_or_marked(script: Script, index: int) -> None:
    for correct in (corrections.confirm, corrections.mark_as_not_speech):
        with pytest.raises(UsageError, match=f"Segment {index} is no quotation"):
            correct(script, [index])


@pytest.mark.parametrize(
    "correct",
    [
        lambda script: corrections.assign_all(script, "Bob", "Anna Lund"),
        lambda script: corrections.merge(script, "Bob", "Anna Lund"),
        lambda script: corrections.merge(script, "Anna Lund", "Bob"),
        lambda script: corrections.rename(script, "Bob", "Bill"),
        lambda script: corrections.set_gender(script, "Bob", "male"),
    ],
)
def test_unknown_speaker_is_refused(script: Script, correct: Callable[[Script], Script]) -> None:
    with pytest.raises(UsageError, match="The script has no speaker 'Bob'"):
        correct(script)


def with_skipped(text: str, skipped: str) -> Script:
    start = text.index(skipped)
    end = start + len(skipped)
    end += len(text[end:]) - len(text[end:].lstrip("\n"))
    return write_script(article(text, skipped=(Span(start, end),)))


def test_skipped_text_is_read_at_its_place() -> None:
    script = with_skipped(TEXT, "By Mary Brown")
    corrected = corrections.read_skipped(script, 0)
    assert corrected.article.skipped == ()
    assert corrected.segments[-1].text == "By Mary Brown\n"
    assert_tiles(corrected.article, corrected)
    assert corrected.article.paragraphs[-1] == Span(TEXT.index("By Mary"), len(TEXT) - 1)


@pytest.mark.parametrize("skipped", ["The council met on Monday.", '"It is too late," said Omar Haddad.'])
def test_skipped_text_at_the_start_and_in_the_middle_is_read(skipped: str) -> None:
    script = with_skipped(TEXT, skipped)
    corrected = corrections.read_skipped(script, 0)
    assert_tiles(corrected.article, corrected)
    assert [s.text for s in corrected.segments] == [s.text for s in write_script(article(TEXT)).segments]
    assert list(corrected.article.paragraphs) == list(article(TEXT).paragraphs)


def test_quotation_in_skipped_text_has_no_known_speaker() -> None:
    corrected = corrections.read_skipped(with_skipped(TEXT, '"It is too late," said Omar Haddad.'), 0)
    restored = next(s for s in corrected.segments if s.text.startswith('"It is'))
    assert (restored.kind, restored.speaker, restored.confidence) == ("quotation", NARRATOR, 0.0)


def test_dateline_becomes_part_of_its_paragraph() -> None:
    text = "LONDON - The council met.\n"
    made = article(text)
    dateline = Skipped("LONDON -", "the dateline", Span(0, 9))
    made = replace(made, paragraphs=(Span(9, 25),), skipped=(dateline,))
    corrected = corrections.read_skipped(write_script(made), 0)
    assert corrected.article.paragraphs == (Span(0, 25),)
    assert_tiles(corrected.article, corrected)


def test_text_without_place_or_words_cannot_be_read(script: Script) -> None:
    for skipped in (Skipped("A note", "a note", None), Skipped("***", "no words", Span(0, 3))):
        other = replace(script, article=replace(script.article, skipped=(skipped,)))
        assert not corrections.is_restorable(skipped)
        with pytest.raises(UsageError, match="Cannot read"):
            corrections.read_skipped(other, 0)


def test_review_notes_who_and_when(script: Script) -> None:
    corrected = corrections.review(script, " Kim ", "2026-03-02T09:30:00Z")
    assert (corrected.reviewed_by, corrected.reviewed_at) == ("Kim", "2026-03-02T09:30:00Z")
    with pytest.raises(UsageError, match="blank"):
        corrections.review(script, " ", "2026-03-02T09:30:00Z")
