"""Casting: who gets which voice, why, and which warnings an editor gets."""

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
from helpers.casting import script, speaker, voice

from narrate.casting import cast_voices, distance, load_roster, voices_folder
from narrate.casting.voice_distance import EXACT
from narrate.errors import UsageError
from narrate.types import NARRATOR, Gender, Script, Segment, Voice

ROSTER = (
    voice("nell", "female", narrator=True),
    voice("ann", "female"),
    voice("bea", "female"),
    voice("carl", "male"),
    voice("dave", "male"),
    voice("kit"),
)


HE, SHE, IT = speaker("Ole Lund", "male", "Lund"), speaker("Karin Holt", "female"), speaker("The Council")


# Who gets which voice


def test_speakers_get_distinct_voices_of_their_gender_and_narrator_keeps_own() -> None:
    cast = cast_voices(script([HE, SHE, IT]), ROSTER, pins={}, narrator=None)
    assert list(cast.voices) == [NARRATOR, "karin-holt", "ole-lund", "the-council"]
    assert cast.voices[NARRATOR].id == "nell"
    assert cast.voices[HE.id].gender == "male"
    assert cast.voices[SHE.id].gender == "female"
    assert cast.voices[IT.id].id == "kit"
    assert len({one.id for one in cast.voices.values()}) == 4
    assert cast.warnings == ()
    assert set(cast.reasons) == set(cast.voices)


def test_cast_reason_says_where_gender_is_from() -> None:
    he = speaker("Ole Lund", "male", evidence="'he' in line 4")
    cast = cast_voices(script([he, SHE, IT]), ROSTER, pins={SHE.name: "bea"}, narrator=None)
    assert cast.reasons == {
        NARRATOR: "the roster's voice for the narrator",
        he.id: "gender: male, from 'he' in line 4",
        SHE.id: "pinned",
        IT.id: "gender: not known from the article",
    }


def test_speaker_who_is_not_heard_gets_no_voice() -> None:
    base = script([HE, SHE])
    mute = Segment(2, "quotation", "a fragment", 0, 0, IT.id, NARRATOR)
    cast = cast_voices(
        Script(base.article, (*base.segments, mute), (HE, SHE, IT)), ROSTER, pins={IT.name: "kit"}, narrator=None
    )
    assert IT.id not in cast.voices
    assert cast.warnings == ()


def test_person_has_same_voice_in_every_article() -> None:
    alone = cast_voices(script([HE]), ROSTER, pins={}, narrator=None)
    spelled_otherwise = cast_voices(script([speaker("OLE  LÜND", "male")]), ROSTER, pins={}, narrator=None)
    in_company = cast_voices(script([SHE, HE, IT]), ROSTER, pins={}, narrator=None)
    assert alone.voices[HE.id] == in_company.voices[HE.id] == spelled_otherwise.voices["ole-lund"]


def test_new_voice_in_roster_changes_few_casts() -> None:
    people = [speaker(f"Person {n}", "male") for n in range(60)]
    roster = [voice("nell", narrator=True), *(voice(f"v{n}", "male") for n in range(10))]
    moved = 0
    for one in people:
        before = cast_voices(script([one]), roster, pins={}, narrator=None).voices[one.id]
        after = cast_voices(script([one]), [voice("new", "male"), *roster], pins={}, narrator=None).voices[one.id]
        assert after == before or after.id == "new"
        moved += after != before
    assert moved < 15


def test_speaker_with_most_words_chooses_voice_first() -> None:
    rivals = [speaker(f"Rival {n}", "male") for n in range(20)]
    liked = {one.name: cast_voices(script([one]), ROSTER, pins={}, narrator=None).voices[one.id] for one in rivals}
    first, second = next((a, b) for a in rivals for b in rivals if a != b and liked[a.name] == liked[b.name])
    for winner, loser in ((first, second), (second, first)):
        order = [winner.name, loser.name, winner.name]
        cast = cast_voices(script([first, second], order), ROSTER, pins={}, narrator=None)
        assert cast.voices[winner.id] == liked[winner.name]
        assert cast.voices[loser.id] != liked[winner.name]


def test_cast_does_not_depend_on_hash_randomization() -> None:
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
def test_no_exchange_of_one_voice_increases_least_distance(
    seed: int, exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("narrate.casting.voice_distance.EXACT", EXACT if exact else 0)
    roster, quoted = places(seed), company(seed, 1 + seed % 7)
    cast = cast_voices(quoted, roster, pins={}, narrator=None)
    assert cast.warnings == ()
    assert len({one.id for one in cast.voices.values()}) == len(quoted.speakers) + 1
    free = [one for one in roster if one not in cast.voices.values()]
    for one in quoted.speakers:
        old = cast.voices[one.id]
        assert one.gender in ("unknown", old.gender) or old.gender == "unknown"
        alike = [new for new in free if (new.gender, new.reserve) == (old.gender, old.reserve)]
        for new in alike:
            assert least((cast.voices | {one.id: new}).values()) <= least(cast.voices.values())


@pytest.mark.parametrize("seed", range(10))
def test_cast_has_largest_least_distance_of_all_casts(seed: int) -> None:
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
def test_cast_does_not_depend_on_order_of_speakers_or_roster(seed: int) -> None:
    roster, quoted = places(seed, grades=seed % 2 == 0), company(seed, 6)
    shuffled, people = [*roster], [*quoted.speakers]
    random.Random(seed).shuffle(shuffled)
    random.Random(seed).shuffle(people)
    again = replace(quoted, speakers=tuple(people))
    one, other = (cast_voices(s, r, pins={}, narrator=None) for s, r in ((quoted, roster), (again, shuffled)))
    assert one.voices == other.voices


def test_speakers_with_most_words_get_best_grades() -> None:
    roster = [
        voice("nell", "female", narrator=True),
        *(replace(voice(f"v{n}", "male"), grade=grade) for n, grade in enumerate(["D", "A-", "", "C+", "B", "A"])),
    ]
    people = [speaker(f"Man {n}", "male") for n in range(4)]
    order = [one.name for n, one in enumerate(people) for _ in range(1 + n)]
    cast = cast_voices(script(people, order), roster, pins={}, narrator=None)
    assert [cast.voices[one.id].grade for one in people] == ["C+", "B", "A-", "A"]


def test_distance_precedes_grade_and_includes_pinned_voices() -> None:
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


def test_reserve_voice_is_cast_only_when_others_are_taken() -> None:
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
def test_pin_names_speaker_by_name_alias_or_id(name: str) -> None:
    cast = cast_voices(script([HE, SHE]), ROSTER, pins={name: "Ann"}, narrator=None)
    assert cast.voices[HE.id].id == "ann"
    assert cast.voices[SHE.id].id == "bea"


def test_pin_prefers_full_name_over_alias() -> None:
    other = speaker("Lund", "male")
    cast = cast_voices(script([HE, other]), ROSTER, pins={"Lund": "kit"}, narrator=None)
    assert cast.voices[other.id].id == "kit"
    assert cast.voices[HE.id].gender == "male"


def test_narrator_voice_can_be_chosen_and_pinned() -> None:
    assert cast_voices(script([HE]), ROSTER, pins={}, narrator="carl").voices[NARRATOR].id == "carl"
    cast = cast_voices(script([HE]), ROSTER, pins={"Narrator": "dave"}, narrator="carl")
    assert cast.voices[NARRATOR].id == "dave"
    assert cast.voices[HE.id].id == "carl"


@pytest.mark.parametrize("pins", [{"Ole Lund": "ane"}, {"narrator": "ane"}, {"Nobody": "ane"}])
def test_unknown_voice_is_usage_error_with_similar_names(pins: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=r"Cannot cast .*: the roster has no voice 'ane'\. Did you mean 'ann'"):
        cast_voices(script([HE]), ROSTER, pins=pins, narrator=None)
    with pytest.raises(
        UsageError, match=r"Cannot cast narrator: the roster has no voice 'zzz'\. Known here: nell, ann"
    ):
        cast_voices(script([HE]), ROSTER, pins={}, narrator="zzz")


def test_casting_warns_about_useless_and_conflicting_pins() -> None:
    for name, hint in (
        ("Ada Byron", "Known here: Narrator, Ole Lund, Karin Holt."),
        ("Ole Lunt", "Did you mean 'Ole Lund'?"),
        ("Naratorr", "Did you mean 'Narrator'?"),
    ):
        cast = cast_voices(script([HE, SHE]), ROSTER, pins={name: "ann"}, narrator=None)
        assert cast.warnings == (f"A voice is pinned for '{name}', who does not speak in this article. {hint}",)
    cast = cast_voices(script([HE, SHE]), ROSTER, pins={"Lund": "carl", "Ole Lund": "dave"}, narrator=None)
    assert cast.warnings == ("Several voices are pinned for 'Ole Lund'. Narrate uses 'carl'.",)
    cast = cast_voices(script([HE, SHE]), ROSTER, pins={HE.name: "ann", SHE.name: "ann"}, narrator=None)
    assert cast.warnings == ("The voice 'ann' is pinned for Karin Holt and also speaks for Ole Lund.",)
    assert cast_voices(script([HE]), ROSTER, pins={"Lund": "carl", HE.name: "carl"}, narrator=None).warnings == ()


def test_remembered_voice_is_used_if_it_is_free() -> None:
    cast = cast_voices(script([HE, SHE]), ROSTER, pins={}, narrator=None, people={"OLE LUND": "kit", "X": "gone"})
    assert cast.voices[HE.id].id == "kit"
    assert cast.reasons[HE.id] == "remembered from another article"
    both = cast_voices(
        script([HE, SHE]), ROSTER, pins={}, narrator=None, people={"Ole Lund": "kit", "Karin Holt": "kit"}
    )
    assert len({one.id for one in both.voices.values()}) == 3


def test_empty_roster_is_usage_error() -> None:
    with pytest.raises(UsageError, match="the roster holds no voice for this engine"):
        cast_voices(script([HE]), (), pins={}, narrator=None)


# More speakers than voices


def test_neutral_voice_precedes_shared_voice_precedes_wrong_gender() -> None:
    women = [speaker(f"Woman {n}", "female") for n in range(4)]
    order = [name for one in women for name in (one.name, NARRATOR)]
    cast = cast_voices(script(women, order), ROSTER, pins={}, narrator=None)
    assert [cast.voices[one.id].gender for one in women].count("unknown") == 1
    assert "male" not in {cast.voices[one.id].gender for one in women}
    assert len(cast.warnings) == 1
    assert cast.warnings[0].startswith("There are too few voices: Woman 3 shares the voice ")


def test_speakers_who_share_a_voice_are_not_neighbors() -> None:
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


def test_shared_voice_is_far_from_voices_of_neighbors() -> None:
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
    assert cast.reasons[last.id].endswith("shared with C C, because there are too few voices")


def test_roster_of_one_voice_casts_everyone_with_it() -> None:
    cast = cast_voices(script([HE, SHE]), ROSTER[:1], pins={}, narrator=None)
    assert {one.id for one in cast.voices.values()} == {"nell"}
    assert len(cast.warnings) == 2


def test_casting_time_is_linear_in_segments() -> None:
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


def test_roster_entry_becomes_voice(tmp_path: Path) -> None:
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
        ("voice = [3]", "voice 1: the content must be a table, not 3"),
        ("[[voice", "it is not valid TOML"),
        (ENTRY + 'colour = "red"\n', r"voice 1 \('ann'\): Unknown key 'colour'"),
        (ENTRY.replace("accent", "acent"), "Unknown key 'acent'. Did you mean 'accent'"),
        (ENTRY.replace('name = "Ann"\n', ""), "'name' is missing"),
        (ENTRY.replace('"Ann"', '""'), "'name' must be a text that is not empty"),
        (ENTRY.replace('"female"', '"woman"'), "'gender' must be one of female, male, unknown, not 'woman'"),
        (ENTRY.replace("[1, -0.5]", '["a"]'), r"'ear\[0\]' must be a finite number, not 'a'"),
        (ENTRY.replace("[1, -0.5]", "[nan]"), r"'ear\[0\]' must be a finite number, not NaN"),
        (ENTRY + "f0_hz = true\n", "'f0_hz' must be a number"),
        (ENTRY.replace("narrator = true", "narrator = 1"), "'narrator' must be true or false"),
        (ENTRY.replace("narrator = true", 'grade = "good"'), "'grade' must be a letter from A to F"),
        (ENTRY.replace("{ voice", "{ deep = {}, voice"), "'settings.deep' must be a text or a number, not {}"),
        (ENTRY + ENTRY, "there are two voices of this id for the engine silent"),
    ],
)
def test_broken_roster_is_usage_error_with_reason(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "roster.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message) as caught:
        load_roster(path)
    assert str(path) in str(caught.value)


def test_missing_roster_is_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"roster\.toml: the file does not exist"):
        load_roster(tmp_path / "roster.toml")


@pytest.mark.parametrize("engine", ["pyttsx3", "silent"])
def test_shipped_roster_has_enough_distinct_voices(engine: str) -> None:
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


def test_kokoro_voices_are_graded_and_far_apart() -> None:
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


def test_pyttsx3_voices_have_pitch_of_their_gender() -> None:
    entries = tomllib.loads((voices_folder() / "roster.toml").read_text(encoding="utf-8"))["voice"]
    entries = [one for one in entries if one["engine"] == "pyttsx3"]
    limits = {"male": (80, 135), "female": (170, 260), "unknown": (140, 165)}
    for one in entries:
        low, high = limits[one["gender"]]
        assert low < one["f0_hz"] < high, one["id"]
        assert list(one["settings"]) == ["voice", "rate", "pitch"], "eSpeak NG loses what is set before the voice"
        assert type(one["settings"]["rate"]) is type(one["settings"]["pitch"]) is int
    assert len({one["settings"]["voice"] for one in entries}) == len(entries)
