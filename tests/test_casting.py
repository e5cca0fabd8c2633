"""Casting: who gets which voice, why, and what an editor is told."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from narrate.casting import cast_voices, distance, load_roster, normalised, voices_folder
from narrate.casting import distance as ear
from narrate.errors import UsageError
from narrate.types import NARRATOR, Article, Gender, Script, Segment, Speaker, Voice


def voice(id_: str, gender: Gender = "unknown", *, narrator: bool = False, ear: tuple[float, ...] = ()) -> Voice:
    return Voice("silent", id_, id_.title(), "en", gender, "British", "adult", "MIT", narrator=narrator, ear=ear)


ROSTER = (
    voice("nell", "female", narrator=True),
    voice("ann", "female"),
    voice("bea", "female"),
    voice("carl", "male"),
    voice("dave", "male"),
    voice("kit"),
)


def speaker(name: str, gender: Gender = "unknown", *aliases: str, evidence: str | None = None) -> Speaker:
    return Speaker(normalised(name).replace(" ", "-"), name, aliases, None, gender, evidence, "person")


def script(speakers: list[Speaker], order: list[str] | None = None, words: int = 5) -> Script:
    """A script in which ``order`` (everyone once by default) speak in turn, with no narration in between."""
    by_name = {one.name: one.id for one in speakers} | {NARRATOR: NARRATOR}
    ids = [by_name[name] for name in order] if order else [one.id for one in speakers]
    segments = [Segment(n, "quotation", "word " * words, 0, 0, one, one) for n, one in enumerate(ids)]
    article = Article(None, None, "en", None, None, "", None, (), ())
    return Script(article, tuple(segments), tuple(speakers))


HE, SHE, IT = speaker("Ole Lund", "male", "Lund"), speaker("Karin Holt", "female"), speaker("The Council")


# Who gets which voice


def test_voices_suit_and_are_distinct_and_the_narrators_is_kept() -> None:
    cast = cast_voices(script([HE, SHE, IT]), ROSTER, pins={}, narrator=None)
    assert list(cast.voices) == [NARRATOR, "karin-holt", "ole-lund", "the-council"]
    assert cast.voices[NARRATOR].id == "nell"
    assert cast.voices[HE.id].gender == "male"
    assert cast.voices[SHE.id].gender == "female"
    assert cast.voices[IT.id].id == "kit"
    assert len({one.id for one in cast.voices.values()}) == 4
    assert cast.warnings == ()
    assert set(cast.reasons) == set(cast.voices)


def test_reasons_say_where_the_gender_is_from() -> None:
    he = speaker("Ole Lund", "male", evidence="'he' in line 4")
    cast = cast_voices(script([he, SHE, IT]), ROSTER, pins={SHE.name: "bea"}, narrator=None)
    assert cast.reasons == {
        NARRATOR: "the roster's voice for the narrator",
        he.id: "gender: male, from 'he' in line 4",
        SHE.id: "pinned",
        IT.id: "gender: not known from the article",
    }


def test_only_those_who_are_heard_get_a_voice() -> None:
    base = script([HE, SHE])
    mute = Segment(2, "quotation", "a fragment", 0, 0, IT.id, NARRATOR)
    cast = cast_voices(
        Script(base.article, (*base.segments, mute), (HE, SHE, IT)), ROSTER, pins={IT.name: "kit"}, narrator=None
    )
    assert IT.id not in cast.voices
    assert cast.warnings == ()


def test_a_person_keeps_the_voice_from_article_to_article() -> None:
    alone = cast_voices(script([HE]), ROSTER, pins={}, narrator=None)
    spelled_otherwise = cast_voices(script([speaker("OLE  LÜND", "male")]), ROSTER, pins={}, narrator=None)
    in_company = cast_voices(script([SHE, HE, IT]), ROSTER, pins={}, narrator=None)
    assert alone.voices[HE.id] == in_company.voices[HE.id] == spelled_otherwise.voices["ole-lund"]


def test_a_new_voice_in_the_roster_moves_few() -> None:
    people = [speaker(f"Person {n}", "male") for n in range(60)]
    roster = [voice("nell", narrator=True), *(voice(f"v{n}", "male") for n in range(10))]
    moved = 0
    for one in people:
        before = cast_voices(script([one]), roster, pins={}, narrator=None).voices[one.id]
        after = cast_voices(script([one]), [voice("new", "male"), *roster], pins={}, narrator=None).voices[one.id]
        assert after == before or after.id == "new"
        moved += after != before
    assert moved < 15


def test_who_says_more_chooses_first() -> None:
    rivals = [speaker(f"Rival {n}", "male") for n in range(20)]
    liked = {one.name: cast_voices(script([one]), ROSTER, pins={}, narrator=None).voices[one.id] for one in rivals}
    first, second = next((a, b) for a in rivals for b in rivals if a != b and liked[a.name] == liked[b.name])
    for winner, loser in ((first, second), (second, first)):
        order = [winner.name, loser.name, winner.name]
        cast = cast_voices(script([first, second], order), ROSTER, pins={}, narrator=None)
        assert cast.voices[winner.id] == liked[winner.name]
        assert cast.voices[loser.id] != liked[winner.name]


def test_the_cast_does_not_depend_on_hash_randomisation() -> None:
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from test_casting import *\n"
        "people = [speaker(f'P {n}', ('male', 'female', 'unknown')[n % 3]) for n in range(40)]\n"
        "cast = cast_voices(script(people, [p.name for p in people] * 2), ROSTER, pins={}, narrator=None)\n"
        "print([(one, v.id) for one, v in cast.voices.items()], cast.reasons, cast.warnings)"
    )
    tests = Path(__file__).parent
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, str(tests), str(tests.parent)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1


# By ear


def places(seed: int, *, grades: bool = True) -> list[Voice]:
    """A roster of a narrator, six women, six men and three neutral voices, scattered at random."""
    dice = random.Random(seed)
    genders: list[Gender] = [*["female"] * 6, *["male"] * 6, *["unknown"] * 3]
    return [
        replace(
            voice(f"v{number}", gender, narrator=number == 0, ear=tuple(dice.random() for _ in range(3))),
            grade=dice.choice("ABCD") if grades else "",
            reserve=number in (6, 12),
        )
        for number, gender in enumerate(["female", *genders])
    ]


def company(seed: int, size: int) -> Script:
    dice = random.Random(1000 + seed)
    genders: list[Gender] = ["female", "male", "unknown"]
    people = [speaker(f"Person {number}", dice.choice(genders)) for number in range(size)]
    return script(people, [one.name for one in people for _ in range(dice.randint(1, 4))])


def least(voices: Iterable[Voice]) -> float:
    return min(distance(one, other) for one, other in combinations(voices, 2))


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("seed", range(30))
def test_no_swap_would_set_the_voices_farther_apart(seed: int, exact: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrate.casting.voice_distance.EXACT", ear.EXACT if exact else 0)
    roster, told = places(seed), company(seed, 1 + seed % 7)
    cast = cast_voices(told, roster, pins={}, narrator=None)
    assert cast.warnings == ()
    assert len({one.id for one in cast.voices.values()}) == len(told.speakers) + 1
    free = [one for one in roster if one not in cast.voices.values()]
    for one in told.speakers:
        old = cast.voices[one.id]
        assert one.gender in ("unknown", old.gender) or old.gender == "unknown"
        alike = [new for new in free if (new.gender, new.reserve) == (old.gender, old.reserve)]
        for new in alike:
            assert least((cast.voices | {one.id: new}).values()) <= least(cast.voices.values())


@pytest.mark.parametrize("seed", range(10))
def test_no_cast_at_all_is_farther_apart(seed: int) -> None:
    roster = places(seed)
    people = [speaker(f"Man {n}", "male") for n in range(2)] + [speaker(f"Woman {n}", "female") for n in range(3)]
    cast = cast_voices(script(people), roster, pins={}, narrator=None)
    of_gender = {g: [v for v in roster[1:] if v.gender == g and not v.reserve] for g in ("male", "female")}
    others = (
        least([roster[0], *men, *women])
        for men in combinations(of_gender["male"], 2)
        for women in combinations(of_gender["female"], 3)
    )
    assert least(cast.voices.values()) == pytest.approx(max(others))


@pytest.mark.parametrize("seed", range(10))
def test_neither_the_order_of_the_people_nor_that_of_the_roster_matters(seed: int) -> None:
    roster, told = places(seed, grades=seed % 2 == 0), company(seed, 6)
    shuffled, people = [*roster], [*told.speakers]
    random.Random(seed).shuffle(shuffled)
    random.Random(seed).shuffle(people)
    again = replace(told, speakers=tuple(people))
    one, other = (cast_voices(s, r, pins={}, narrator=None) for s, r in ((told, roster), (again, shuffled)))
    assert one.voices == other.voices


def test_the_best_grades_go_to_those_who_say_most() -> None:
    roster = [
        voice("nell", "female", narrator=True),
        *(replace(voice(f"v{n}", "male"), grade=grade) for n, grade in enumerate(["D", "A-", "", "C+", "B", "A"])),
    ]
    people = [speaker(f"Man {n}", "male") for n in range(4)]
    order = [one.name for n, one in enumerate(people) for _ in range(1 + n)]
    cast = cast_voices(script(people, order), roster, pins={}, narrator=None)
    assert [cast.voices[one.id].grade for one in people] == ["C+", "B", "A-", "A"]


def test_distance_goes_before_grades_and_counts_from_voices_that_are_taken() -> None:
    roster = [
        voice("nell", "female", narrator=True, ear=(0.0,)),
        replace(voice("near", "male", ear=(1.0,)), grade="A"),
        replace(voice("far", "male", ear=(5.0,)), grade="D"),
        replace(voice("pinned", "male", ear=(6.0,)), grade="D"),
    ]
    other = speaker("Per Dahl", "male")
    assert cast_voices(script([HE]), roster, pins={}, narrator=None).voices[HE.id].id == "pinned"
    cast = cast_voices(script([HE, other]), roster, pins={other.name: "pinned"}, narrator=None)
    assert cast.voices[HE.id].id in ("near", "far")
    assert least([roster[1], roster[0], roster[3]]) == least([roster[2], roster[3], roster[0]]) == 1.0
    assert cast.voices[HE.id].id == "near"


def test_the_reserve_waits_until_the_others_are_taken() -> None:
    roster = [
        voice("nell", "female", narrator=True, ear=(0.0,)),
        voice("ann", "female", ear=(1.0,)),
        voice("kit", ear=(2.0,)),
        replace(voice("far", "female", ear=(9.0,)), reserve=True),
    ]
    women = [speaker(f"Woman {n}", "female") for n in range(3)]
    casts = [cast_voices(script(women[:n]), roster, pins={}, narrator=None).voices for n in (1, 2, 3)]
    assert [[cast[one.id].id for one in women if one.id in cast] for cast in casts] == [
        ["ann"],
        ["ann", "far"],
        ["ann", "far", "kit"],
    ]
    anybody = cast_voices(script([IT, HE, SHE]), [roster[0], roster[1], roster[3]], pins={}, narrator=None).voices
    assert anybody[SHE.id].id == "ann"


# Pins, the narrator, remembered voices


@pytest.mark.parametrize("name", ["Ole Lund", "ole lund", "LUND", "ole-lund", " Ole  Lund "])
def test_pins_by_name_alias_or_id(name: str) -> None:
    cast = cast_voices(script([HE, SHE]), ROSTER, pins={name: "Ann"}, narrator=None)
    assert cast.voices[HE.id].id == "ann"
    assert cast.voices[SHE.id].id == "bea"


def test_a_name_goes_before_an_alias() -> None:
    other = speaker("Lund", "male")
    cast = cast_voices(script([HE, other]), ROSTER, pins={"Lund": "kit"}, narrator=None)
    assert cast.voices[other.id].id == "kit"
    assert cast.voices[HE.id].gender == "male"


def test_the_narrator_may_be_chosen_and_pinned() -> None:
    assert cast_voices(script([HE]), ROSTER, pins={}, narrator="carl").voices[NARRATOR].id == "carl"
    cast = cast_voices(script([HE]), ROSTER, pins={"Narrator": "dave"}, narrator="carl")
    assert cast.voices[NARRATOR].id == "dave"
    assert cast.voices[HE.id].id == "carl"


@pytest.mark.parametrize("pins", [{"Ole Lund": "ane"}, {"narrator": "ane"}, {"Nobody": "ane"}])
def test_an_unknown_voice_is_an_error_with_near_names(pins: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=r"there is no voice 'ane' for .*; did you mean ann"):
        cast_voices(script([HE]), ROSTER, pins=pins, narrator=None)
    with pytest.raises(UsageError, match=r"no voice 'zzz' for narrator; known: nell, ann"):
        cast_voices(script([HE]), ROSTER, pins={}, narrator="zzz")


def test_what_an_editor_is_warned_of() -> None:
    cast = cast_voices(script([HE, SHE]), ROSTER, pins={"Nobody": "ann"}, narrator=None)
    assert cast.warnings == ("a voice is pinned for 'Nobody', who does not speak in this article",)
    cast = cast_voices(script([HE, SHE]), ROSTER, pins={"Lund": "carl", "Ole Lund": "dave"}, narrator=None)
    assert cast.warnings == ("several voices are pinned for 'Ole Lund'; carl is used",)
    cast = cast_voices(script([HE, SHE]), ROSTER, pins={HE.name: "ann", SHE.name: "ann"}, narrator=None)
    assert cast.warnings == ("the voice 'ann' is pinned for Karin Holt and speaks for Ole Lund too",)
    assert cast_voices(script([HE]), ROSTER, pins={"Lund": "carl", HE.name: "carl"}, narrator=None).warnings == ()


def test_remembered_voices_are_followed_where_they_are_free() -> None:
    cast = cast_voices(script([HE, SHE]), ROSTER, pins={}, narrator=None, people={"OLE LUND": "kit", "X": "gone"})
    assert cast.voices[HE.id].id == "kit"
    assert cast.reasons[HE.id] == "remembered from another article"
    both = cast_voices(
        script([HE, SHE]), ROSTER, pins={}, narrator=None, people={"Ole Lund": "kit", "Karin Holt": "kit"}
    )
    assert len({one.id for one in both.voices.values()}) == 3


def test_an_empty_roster_is_an_error() -> None:
    with pytest.raises(UsageError, match="holds no voice"):
        cast_voices(script([HE]), (), pins={}, narrator=None)


# More speakers than voices


def test_a_neutral_voice_before_a_shared_one_and_a_shared_one_before_the_wrong_gender() -> None:
    women = [speaker(f"Woman {n}", "female") for n in range(4)]
    order = [name for one in women for name in (one.name, NARRATOR)]
    cast = cast_voices(script(women, order), ROSTER, pins={}, narrator=None)
    assert [cast.voices[one.id].gender for one in women].count("unknown") == 1
    assert "male" not in {cast.voices[one.id].gender for one in women}
    assert len(cast.warnings) == 1
    assert cast.warnings[0].startswith("too few voices: Woman 3 speaks with the voice ")


def test_those_who_share_a_voice_are_no_neighbours() -> None:
    roster = [voice("nell", narrator=True), *(voice(f"v{n}", ear=(float(n),)) for n in range(6))]
    people = [speaker(f"Person {n}") for n in range(12)]
    order = [people[n % 12].name for n in range(24)]
    with_narration = [name for one in order for name in (one, NARRATOR)]
    for turns in (order, with_narration):
        cast = cast_voices(script(people, turns), roster, pins={}, narrator=None)
        assert len(cast.warnings) == 6
        ids = {one.name: cast.voices[one.id].id for one in people}
        assert all(ids[one] != ids[other] for one, other in pairwise(order))
        assert "nell" not in ids.values()


def test_a_shared_voice_is_far_from_those_beside_it() -> None:
    roster = [
        voice("nell", narrator=True, ear=(50.0,)),
        voice("low", ear=(0.0,)),
        voice("mid", ear=(10.0,)),
        voice("high", ear=(100.0,)),
    ]
    a, b, c, last = (speaker(name) for name in ("A A", "B B", "C C", "D D"))
    pins = {"A A": "low", "B B": "mid", "C C": "high"}
    order = ["A A", "B B", "C C", "B B", "A A", "D D", "A A"]
    cast = cast_voices(script([a, b, c, last], order), roster, pins=pins, narrator=None)
    assert cast.voices[last.id].id == "high"
    assert cast.reasons[last.id].endswith("shared with C C, as there are too few voices")


def test_one_voice_speaks_for_all_if_it_must() -> None:
    cast = cast_voices(script([HE, SHE]), ROSTER[:1], pins={}, narrator=None)
    assert {one.id for one in cast.voices.values()} == {"nell"}
    assert len(cast.warnings) == 2


def test_many_segments_take_time_in_proportion() -> None:
    people = [speaker(f"Person {n}") for n in range(50)]
    order = [people[n * n % 50].name for n in range(50_000)] + [one.name for one in people]
    long = script(people, order)
    start = time.process_time()
    cast_voices(long, ROSTER, pins={}, narrator=None)
    assert time.process_time() - start < 2.0


# The roster

ENTRY = """\
[[voice]]
id = "ann"
engine = "silent"
name = "Ann"
language = "en-GB"
gender = "female"
accent = "British"
age = "adult"
licence = "MIT"
narrator = true
ear = [1, -0.5]
settings = { voice = "en+f1", rate = 165, pitch = 50 }
"""


def test_an_entry_of_the_roster(tmp_path: Path) -> None:
    path = tmp_path / "roster.toml"
    path.write_text(ENTRY, encoding="utf-8")
    (found,) = load_roster(path)
    assert found == Voice(
        "silent", "ann", "Ann", "en-GB", "female", "British", "adult", "MIT",
        {"voice": "en+f1", "rate": 165, "pitch": 50}, True, (1.0, -0.5),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "one or more"),
        ("voice = 3", "one or more"),
        ("voice = [3]", "voice 1: must be a table"),
        ("[[voice", "cannot be read"),
        (ENTRY + 'colour = "red"\n', r"voice 1 \('ann'\): unknown key 'colour'"),
        (ENTRY.replace("accent", "acent"), "unknown key 'acent'; did you mean accent"),
        (ENTRY.replace('name = "Ann"\n', ""), "'name' must be given"),
        (ENTRY.replace('"female"', '"woman"'), "gender must be one of female, male, unknown, not 'woman'"),
        (ENTRY.replace("[1, -0.5]", '["a"]'), "'ear' must be a list of numbers"),
        (ENTRY.replace("[1, -0.5]", "[nan]"), "'ear' must be a list of numbers"),
        (ENTRY + "f0_hz = true\n", "'f0_hz' must be a number"),
        (ENTRY.replace("narrator = true", "narrator = 1"), "'narrator' must be true or false"),
        (ENTRY.replace("narrator = true", 'grade = "good"'), "'grade' must be a letter from A to F"),
        (ENTRY.replace("{ voice", "{ deep = {}, voice"), "'settings' must be a table of texts and numbers"),
        (ENTRY + ENTRY, "two voices 'ann' for the engine silent"),
    ],
)
def test_a_broken_roster_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "roster.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message) as caught:
        load_roster(path)
    assert str(path) in str(caught.value)


def test_a_missing_roster_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such roster"):
        load_roster(tmp_path / "roster.toml")


@pytest.mark.parametrize("engine", ["pyttsx3", "silent"])
def test_the_voices_that_come_with_narrate(engine: str) -> None:
    voices = [one for one in load_roster(voices_folder() / "roster.toml") if one.engine == engine]
    genders = [one.gender for one in voices if not one.narrator]
    assert sum(one.narrator for one in voices) == 1
    assert len(genders) >= 16
    assert min(genders.count("female"), genders.count("male")) >= 6
    assert genders.count("unknown") >= 2
    assert len({one.id for one in voices}) == len(voices)
    assert len({one.name for one in voices}) == len(voices)
    assert len({len(one.ear) for one in voices}) == 1
    apart = [distance(one, other) for n, one in enumerate(voices) for other in voices[:n]]
    assert min(apart) > LEAST_DISTANCE


LEAST_DISTANCE = 0.35
"""See voices/roster.toml for what the numbers mean."""


def test_the_voices_of_kokoro() -> None:
    voices = [one for one in load_roster(voices_folder() / "roster.toml") if one.engine == "kokoro"]
    (narrator,) = (one for one in voices if one.narrator)
    assert narrator.grade == min(one.grade for one in voices if one.grade)
    plain = [one for one in voices if not one.reserve]
    genders = [one.gender for one in plain if not one.narrator]
    assert min(genders.count("female"), genders.count("male")) >= 5
    assert genders.count("unknown") >= 1
    assert {one.language for one in voices} == {"en-GB", "en-US"}
    assert least(plain) > apart_at(0.80)
    assert least(voices) > apart_at(0.88)
    assert all("+" in str(one.settings["style"]) for one in voices if one.reserve)
    assert len({one.name for one in voices}) == len(voices)


def apart_at(similarity: float) -> float:
    """The distance of two voices of that cosine similarity."""
    return float((2 - 2 * similarity) ** 0.5)


def test_the_voices_of_pyttsx3() -> None:
    entries = tomllib.loads((voices_folder() / "roster.toml").read_text(encoding="utf-8"))["voice"]
    entries = [one for one in entries if one["engine"] == "pyttsx3"]
    limits = {"male": (80, 135), "female": (170, 260), "unknown": (140, 165)}
    for one in entries:
        low, high = limits[one["gender"]]
        assert low < one["f0_hz"] < high, one["id"]
        assert list(one["settings"]) == ["voice", "rate", "pitch"], "eSpeak NG loses what is set before the voice"
        assert type(one["settings"]["rate"]) is type(one["settings"]["pitch"]) is int
    assert len({one["settings"]["voice"] for one in entries}) == len(entries)
