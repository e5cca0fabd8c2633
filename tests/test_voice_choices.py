"""The voices that an editor may choose from."""

from __future__ import annotations

from dataclasses import replace

from narrate.casting import voice_choices
from narrate.types import NARRATOR, Article, Cast, Gender, Script, Segment, Speaker, Voice


def voice(name: str, gender: Gender, ear: tuple[float, ...], *, narrator: bool = False) -> Voice:
    return Voice("silent", name, name.title(), "en-GB", gender, "British", "adult", "CC0", narrator=narrator, ear=ear)


ARTHUR = voice("arthur", "male", (0.0, 0.0), narrator=True)
ROSE = voice("rose", "female", (1.0, 0.0))
IVY = voice("ivy", "female", (1.5, 0.0))
MAY = voice("may", "female", (3.0, 0.0))
KIT = voice("kit", "unknown", (0.0, 2.0))
TOM = voice("tom", "male", (4.0, 4.0))
ROSTER = (ARTHUR, TOM, KIT, MAY, IVY, ROSE)


def script(*speakers: Speaker) -> Script:
    empty = Article(None, None, "en", None, None, "", None, (), ())
    segments = tuple(Segment(n, "quotation", "Yes.", 0, 0, one.id) for n, one in enumerate(speakers))
    return Script(empty, segments, speakers)


ANNA, OMAR = Speaker("anna", "Anna", gender="female"), Speaker("omar", "Omar")
SCRIPT = script(ANNA, OMAR)
CAST = Cast({NARRATOR: ARTHUR, "anna": ROSE, "omar": TOM}, {})


def test_suited_voices_come_first_and_the_farthest_from_all_others_first_among_them() -> None:
    choices = voice_choices(SCRIPT, CAST, ROSTER, "anna")
    assert [choice.voice.id for choice in choices if choice.is_suited] == ["may", "kit", "ivy", "rose"]
    assert [choice.voice.id for choice in choices if not choice.is_suited] == ["arthur", "tom"]


def test_voices_that_others_have_or_that_sound_like_theirs_are_marked_and_come_later() -> None:
    choices = {choice.voice.id: choice for choice in voice_choices(SCRIPT, CAST, ROSTER, "omar")}
    assert choices["rose"].too_like == ("Anna",)
    assert choices["ivy"].too_like == ("Anna",)
    assert choices["may"].too_like == ()
    order = list(choices)
    assert order.index("may") < order.index("ivy")


def test_own_voice_is_not_marked() -> None:
    choices = {choice.voice.id: choice for choice in voice_choices(SCRIPT, CAST, ROSTER, "anna")}
    assert choices["rose"].too_like == ()


def test_every_gender_suits_a_speaker_without_one_except_the_narrators_voice() -> None:
    choices = voice_choices(SCRIPT, CAST, ROSTER, "omar")
    assert {choice.voice.id for choice in choices if choice.is_suited} == {"tom", "kit", "may", "ivy", "rose"}


def test_every_voice_suits_the_narrator() -> None:
    assert all(choice.is_suited for choice in voice_choices(SCRIPT, CAST, ROSTER, NARRATOR))


def test_voices_without_coordinates_are_only_alike_if_they_are_the_same() -> None:
    plain = tuple(replace(one, ear=()) for one in ROSTER)
    cast = Cast({NARRATOR: plain[0], "anna": plain[5]}, {})
    choices = {choice.voice.id: choice for choice in voice_choices(script(ANNA, OMAR), cast, plain, "omar")}
    assert (choices["rose"].too_like, choices["ivy"].too_like) == (("Anna",), ())
