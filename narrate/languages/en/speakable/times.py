"""Dates, years and times of day."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.en.numbers import cardinal, ordinal, two_digits, year
from narrate.languages.en.speakable._rules import count, full_stop, load_family, the

_FAMILY: Final = load_family("times")
_LAP_UNITS: Final = ("hour", "minute", "second")


_FIRST_YEAR_OF_1900S: Final = 50
"""Years of two digits are of this century below it, and of the last one from it on."""


def numeric_date(match: re.Match[str], *, day_first: bool, british: bool) -> str | None:
    """Return a date such as 5/11/2023 in words; None if there is no such day.

    Args:
        match: A match with the groups ``one``, ``two`` and ``year`` (two or four digits).
        day_first: Whether the day stands before the month.
        british: Whether the reading is British.
    """
    day, month = match["one"], match["two"]
    if not day_first and int(day) <= 12:
        day, month = month, day
    said = _day_and_month(day, month, british, day_first=british)
    return said and f"{said}{'' if british else ','} {_full_year(match['year'], british)}"


def _full_year(text: str, british: bool) -> str:
    """Return a year of two or four digits in words."""
    value = int(text)
    if len(text) == 2:
        value += 2000 if value < _FIRST_YEAR_OF_1900S else 1900
    return year(value, british)


def _day_and_month(day: str, month: str, british: bool, *, day_first: bool) -> str | None:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    name, said = _FAMILY.lists["months"][int(month) - 1], ordinal(int(day), british)
    return f"the {said} of {name}" if day_first else f"{name} {said}"


def say_numeric_date(match: re.Match[str], british: bool) -> str | None:
    """Return the words of 5/11/2023."""
    said = numeric_date(match, day_first=british, british=british)
    return said and the(match) + said.removeprefix("the ") if british else said


def say_date_with_stops(match: re.Match[str], british: bool) -> str | None:
    """Return the words of 12.05.24: the day first, unless only the second number can be the day."""
    if int(match["two"]) > 12:
        return numeric_date(match, day_first=False, british=british)
    said = _day_and_month(match["one"], match["two"], british, day_first=True)
    return said and f"{the(match)}{said.removeprefix('the ')} {_full_year(match['year'], british)}"


def say_day_and_month(match: re.Match[str], british: bool) -> str | None:
    """Return the words of 5/12 in "updated 5/12"."""
    one, two = match["one"], match["two"]
    day, month = (one, two) if british else (two, one)
    return _day_and_month(day, month, british, day_first=british)


def say_years(match: re.Match[str], british: bool) -> str | None:
    """Return the words of 2023-24; None for two numbers that are no span of years."""
    first, second = int(match["first"]), match["second"]
    is_span = int(second) > first if len(second) == 4 else (int(second) - first) % 100 <= 60
    last = year(int(second), british) if len(second) == 4 else two_digits(int(second))
    return f"{year(first, british)} to {last}" if is_span else None


def say_list_of_years(match: re.Match[str], british: bool) -> str | None:
    """Return the words of 1500, 1600 and 1700 after "in"; None if they are no years."""
    before = match.string[max(0, match.start() - 10) : match.start()]
    if not _FAMILY.pattern("before_list").search(before):
        return None
    return re.sub(r"\d{4}", lambda one: year(int(one[0]), british), match[0])


def say_year_after_word(match: re.Match[str], british: bool) -> str | None:
    """Return the words of 1812 after "in"; None after other words."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    return year(int(match[0]), british) if _FAMILY.pattern("before_one").search(before) else None


def say_clock(match: re.Match[str], british: bool) -> str | None:
    """Return the words of 7:30 p.m., 9-11 a.m. and 19.30."""
    hour, minute, half = int(match["hour"]), match["minute"], match["half"]
    said = cardinal(hour, british)
    if match.groupdict().get("since"):
        said = f"{cardinal(int(match['since']), british)}{_minutes(match['since_minute'])} to {said}"
    if minute and int(minute):
        said += _minutes(minute)
    elif minute and not half:
        is_military = re.match(r"\s(?:hours|hrs)\b", match.string[match.end() :])
        said += " o'clock" if 1 <= hour <= 12 and not is_military else " hundred"
        said = f"oh {said}" if is_military and 1 <= hour < 10 else said
    return f"{said} {half[0].upper()} M{full_stop(match, _FAMILY.pattern('going_on'))}" if half else said


def _minutes(text: str | None) -> str:
    return f" {two_digits(int(text))}" if text and int(text) else ""


def say_lap_time(match: re.Match[str], british: bool) -> str:
    """Return the words of 2:05:30 and 1:23.45."""
    numbers = [re.sub(r"^0(?=\d)", "", one) for one in (match["big"], match["middle"], match["seconds"]) if one]
    numbers[-1] += match["part"] or ""
    return " ".join(count(*pair, british) for pair in zip(numbers, _LAP_UNITS[-len(numbers) :], strict=True))


RULES: Final = _FAMILY.rules(globals())
