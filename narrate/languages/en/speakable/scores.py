"""Scores, votes and odds; names with numbers."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.en.numbers import cardinal, code, number, plural
from narrate.languages.en.speakable._rules import load_family, spelled

_FAMILY: Final = load_family("scores")


_SCORE: Final = re.compile(r"(\d{1,2})[-–](\d{1,2})(?!\d)")
_SCORES_BEFORE: Final = re.compile(r"((?:(?<!\d)\d{1,2}[-–]\d{1,2}(?:,|,?\sand)\s)+)$")
_SCORES_AFTER: Final = re.compile(r"^((?:(?:,|,?\sand)\s\d{1,2}[-–]\d{1,2}(?!\d))+)")
"""Other results in a list, before and after one."""
_FEWEST_GAMES: Final = 6
"""Games with which a set of tennis is won at least; sets of other games need more."""


def say_sets(match: re.Match[str], british: bool) -> str | None:
    """Return the sets of a match, without "to", as there are many; None for results that are no sets."""
    sets = re.findall(r"(\d+)[-–](\d+)(?!\d*\))", match[0])
    if any(max(int(one), int(two)) < _FEWEST_GAMES for one, two in sets):
        return None
    said = re.sub(r"\s?\((\d+)\)", lambda one: f", tie-break {cardinal(int(one[1]), british)}", match[0])
    return re.sub(r"(\d+)[-–/](\d+)", lambda one: f"{number(one[1], british)} {number(one[2], british)}", said)


def say_score(match: re.Match[str], british: bool) -> str:
    """Return the words of 219-211: a score, a vote, an innings, or a range."""
    parts = [number(part, british) for part in (match["one"], match["two"])]
    before = match.string[: match.start()]
    if _is_innings(match, british):
        return " for ".join(parts)
    if not british:
        around = before + "=" + match.string[match.end() : match.end() + 12]
        is_record = _FAMILY.pattern("team").search(around) and sum(_both(match)) != 100
        if is_record and not _FAMILY.pattern("about_bets").search(_sentence(match)):
            return " and ".join("oh" if part == "zero" else part for part in parts)
        return " to ".join(parts)
    is_time = _both(match) == (9, 5) or re.search(r"\b(?:from|between|open)\s$", before)
    if is_time or _is_vote(match):
        return " to ".join(parts)
    said = ["nil" if part == "zero" else part for part in parts]
    return (" " if "nil" in said or _is_result(match) else " to ").join(said)


def _is_vote(match: re.Match[str]) -> bool:
    has_vote = _FAMILY.pattern("voted").search(_sentence(match))
    return bool(has_vote or _FAMILY.pattern("odds").match(match.string, match.end()))


def _is_result(match: re.Match[str]) -> bool:
    """Whether two numbers in a British text are a score, which is read without "to", and no range."""
    one, two = _both(match)
    before, after = match.string[: match.start()], match.string[match.end() :]
    listed = _SCORES_BEFORE.findall(before[-60:]) + _SCORES_AFTER.findall(after[:60])
    if any(int(first) >= int(second) for scores in listed for first, second in _SCORE.findall(scores)):
        return True
    is_loss = re.search(r"\b(?:lost|lose|losing|trail(?:ed|ing)?|beaten)\s$", before)
    is_between_names = after.lstrip()[:1].isupper() and re.search(r"[A-Z]\w+\s$", before)
    return one < 100 and bool(two <= one or is_loss or is_between_names)


def _is_innings(match: re.Match[str], british: bool) -> bool:
    """Whether two numbers are the runs and wickets of an innings, or what a bowler took for how many runs."""
    one, two = _both(match)
    before, after = match.string[: match.start()], match.string[match.end() :]
    has_bowled = _FAMILY.pattern("bowled").search(before) and not re.match(r"\s[a-z]{3,}s\b", after)
    if one <= 10 < two and has_bowled:
        return True
    is_about_cricket = _FAMILY.pattern("about_cricket").search(_sentence(match)) is not None
    return two < 10 and one >= 20 and (is_about_cricket or (british and one >= 100 and not _is_vote(match)))


def _both(match: re.Match[str]) -> tuple[float, float]:
    return float(match["one"].replace(",", "")), float(match["two"].replace(",", ""))


def _sentence(match: re.Match[str]) -> str:
    """The sentence of a match, without the match."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    return re.split(r"[.!?]\s", before)[-1] + " " + re.split(r"[.!?](?:\s|$)", after)[0]


def say_name_with_number(match: re.Match[str], british: bool) -> str:
    """Return the words of CO2, F-16s, MI6 and COVID-19."""
    letters, value, tail = match["letters"], match["value"], match["tail"]
    name = letters if letters in _FAMILY.lists["acronyms"] else spelled(letters)
    said = number(value, british) if "." in value else code(value)
    if tail == "s":
        return f"{name} {plural(said)}"
    return f"{name} {said} {spelled(tail)}" if tail else f"{name} {said}"


RULES: Final = _FAMILY.rules(globals())
