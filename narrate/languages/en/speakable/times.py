"""Rules for dates, years and times of day."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.en.numbers import cardinal, ordinal, plural, two_digits, year
from narrate.languages.en.speakable._rules import count, rule, stopped, with_stop
from narrate.languages.rules import MASK, Rule, alternatives, by_written_form, load_tables

_DATA: Final = load_tables(__file__)
_MONTHS: Final[tuple[str, ...]] = _DATA["months"]
_SHORT_MONTHS: Final = {name[:3]: name for name in _MONTHS} | {"Sept": "September"}
_MONTH_NAMES: Final = {name: name for name in _MONTHS} | {
    short + stop: name for short, name in _SHORT_MONTHS.items() for stop in ("", ".")
}
_DAYS: Final = by_written_form(_DATA["days"])
_ZONES: Final[dict[str, str]] = _DATA["zones"]

_ANY_MONTH: Final = rf"(?:{'|'.join(_MONTHS)}|(?:{alternatives(sorted({*_SHORT_MONTHS} - {'May'}))})\b\.?)"
_MONTH: Final = rf"(?P<month>{_ANY_MONTH})"
_DAY: Final = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>1[0-9]\d\d|20\d\d)"
_ANY_DAY: Final = "|".join(_DAYS)
_LONG_DAY: Final = "|".join(_DATA["days"])
_STREETS: Final = rf"(?:{alternatives(_DATA['streets'])}|(?:{alternatives(_DATA['street_abbreviations'])})\b)"
_DAY_GOES_ON: Final = re.compile(r",|\s(?:to|and|at|through|night|morning|evening|\d)")
_GOES_ON: Final = re.compile(
    rf"(?:{'|'.join(_SHORT_MONTHS)}|(?:{_ANY_DAY})(?:day|sday|nesday|rsday|urday)?\b|Eastern|Central|Mountain|Pacific|"
    r"Greenwich|Coordinated|British|News|[A-Z]{2,4}\b)"
)
"""What may follow "p.m." in a sentence with a capital."""
_THE: Final = re.compile(r"\b[Tt]he\s$")
_BEFORE_YEAR: Final = re.compile(
    rf"(?:\b(?:{alternatives(_DATA['before_year'])})[\s-]|\b(?:ca?|est)\.\s?|\()$", re.IGNORECASE
)
_BEFORE_DECADE: Final = re.compile(r"\b(?:the|early|late|mid)[\s-]$", re.IGNORECASE)
_COUNTED: Final = re.compile(
    rf"\s(?:(?!(?:{alternatives(_DATA['not_adjectives'])})\b)[a-z]+\s)?(?:{alternatives(_DATA['counted_nouns'])})\b"
)


def _day_of(month: str, day: str | int, british: bool, *, day_first: bool) -> str:
    said = ordinal(int(day), british)
    if day_first:
        return f"the {said} of {month}"
    return f"{month} the {said}" if british else f"{month} {said}"


def _date_in_numbers(day: int, month: int, full_year: int | None, british: bool, *, day_first: bool) -> str | None:
    """Return a date in words; None if there is no such day."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    said = _day_of(_MONTHS[month - 1], day, british, day_first=day_first)
    if full_year is None:
        return said
    return f"{said}{'' if day_first else ','} {year(full_year, british)}"


def numeric_date(match: re.Match[str], *, day_first: bool, british: bool) -> str | None:
    """Return a date such as 5/11/2023 in words; None if there is no such day.

    Args:
        match: A match with the groups ``one``, ``two`` and ``year`` (two or four digits).
        day_first: Whether the day stands before the month.
        british: Whether the reading is British.
    """
    one, two, full_year = int(match["one"]), int(match["two"]), int(match["year"])
    month, day = (two, one) if day_first or one > 12 else (one, two)
    full_year += 2000 if len(match["year"]) == 2 else 0
    return _date_in_numbers(day, month, full_year, british, day_first=british)


def _numeric(match: re.Match[str], british: bool) -> str | None:
    said = numeric_date(match, day_first=british, british=british)
    return said.removeprefix("the ") if said and _THE.search(match.string[: match.start()]) else said


def _day_and_month(match: re.Match[str], british: bool) -> str | None:
    """The 5/12 of "updated 5/12"; not the 9/11 of "since 9/11", nor a fraction."""
    if match["it"] in ("9/11", "7/7", "24/7", "11/11", "1/2"):
        return None
    one, two = int(match["one"]), int(match["two"])
    month, day = (two, one) if british else (one, two)
    return _date_in_numbers(day, month, None, british, day_first=british)


def _european(match: re.Match[str], british: bool) -> str | None:
    return _date_in_numbers(int(match["one"]), int(match["two"]), int(match["year"]), british, day_first=True)


def _iso(match: re.Match[str], british: bool) -> str | None:
    day, month, full_year = (int(match[name]) for name in ("day", "month", "year"))
    return _date_in_numbers(day, month, full_year, british, day_first=british)


def _weekday(match: re.Match[str], _: bool) -> str | None:
    """Mon., but not the last word of "facing the Sun."."""
    led = re.search(r"\b(?:on|this|next|last|by|until|since)\s$", match.string[: match.start()], re.IGNORECASE)
    if match["day"] in ("Sun", "Sat", "Mon") and not led and not _DAY_GOES_ON.match(match.string, match.end()):
        return None
    return stopped(_DAYS[match["day"]], match)


def _days_between(match: re.Match[str], british: bool) -> str:
    """Between May 3 and 5."""
    first = _day_of(_MONTH_NAMES[match["month"]], match["day"], british, day_first=False)
    return f"{first} {match['link']} {'the ' if british else ''}{ordinal(int(match['last']), british)}"


def _fiscal(match: re.Match[str], british: bool) -> str:
    """FY2024, FY24, FY2023-24."""
    years = [
        year(int(text), british) if len(text) == 4 else two_digits(int(text))
        for text in (match["year"], match["until"])
        if text
    ]
    return f"{'financial' if british else 'fiscal'} year {' to '.join(years)}"


def _date(match: re.Match[str], british: bool) -> str:
    """May 11, 2023, or 11 May 2023, or a range of days."""
    parts = match.groupdict()
    day_first = parts.get("first") is not None
    said = _day_of(_MONTH_NAMES[match["month"]], match["day"], british, day_first=day_first)
    if parts.get("last"):
        last = ordinal(int(parts["last"]), british)
        said = said.replace(" of ", f" to the {last} of ") if day_first else f"{said} to {last}"
    if parts.get("year"):
        said += ("," if parts.get("comma") else "") + f" {year(int(parts['year']), british)}"
    has_article = day_first and _THE.search(match.string[: match.start()])
    return stopped(said.removeprefix("the ") if has_article else said, match)


def _bare_year(match: re.Match[str], british: bool) -> str | None:
    text, value = match.string, int(match.groupdict().get("it") or match[0])
    if _COUNTED.match(text, match.end()):
        return None
    if value >= 1900 or _BEFORE_YEAR.search(text[max(0, match.start() - 12) : match.start()]):
        return year(value, british)
    return None


def _years(match: re.Match[str], british: bool) -> str | None:
    first, second = int(match["first"]), match["second"]
    if len(second) == 4:
        return f"{year(first, british)} to {year(int(second), british)}" if int(second) > first else None
    if (int(second) - first) % 100 > 60:
        return None
    return f"{year(first, british)} to {two_digits(int(second))}"


def _decade(match: re.Match[str], british: bool) -> str | None:
    century, tens = match["century"], int(match["tens"])
    if not century:
        if re.search(r"\d['’]s$", match[0]) and not _BEFORE_DECADE.search(match.string[: match.start()]):
            return None  # "No. 10's"
        return plural(cardinal(tens or 2000, british))
    if tens == 0:
        return plural(year(int(century) * 100, british))
    return f"{cardinal(int(century), british)} {plural(cardinal(tens, british))}"


def _era(match: re.Match[str], british: bool) -> str:
    value = int(match["n"])
    said = cardinal(value, british) if value < 1000 else year(value, british)
    return stopped(f"{said} {' '.join(match['era'].replace('.', ''))}", match)


def _clock(match: re.Match[str], british: bool) -> str | None:
    hour, minute, half = int(match["hour"]), match["minute"], match["half"]
    said = cardinal(hour, british)
    if match.groupdict().get("since"):
        begin = match["since_minute"]
        begun = f" {two_digits(int(begin))}" if begin and int(begin) else ""
        said = f"{cardinal(int(match['since']), british)}{begun} to {said}"
    if minute and int(minute):
        said += f" {two_digits(int(minute))}"
    elif minute and not half:
        is_military = re.match(r"\s(?:hours|hrs)\b", match.string[match.end() :])
        said += " o'clock" if 1 <= hour <= 12 and not is_military else " hundred"
        said = f"oh {said}" if is_military and 1 <= hour < 10 else said
    if half:
        said = stopped(f"{said} {half[0].upper()} M", match, _GOES_ON)
    return said


def _half(match: re.Match[str], _: bool) -> str:
    return stopped(f"{match['half'].upper()} M", match, _GOES_ON)


def _duration(match: re.Match[str], british: bool) -> str:
    """3h 20m, 1m 30s."""
    units = (("h", "hour"), ("m", "minute"), ("s", "second"))
    return " ".join(count(match[group], unit, british) for group, unit in units if match[group])


def _lap(match: re.Match[str], british: bool) -> str:
    units = ("hour", "minute", "second") if match["seconds"] else ("minute", "second")
    numbers = [re.sub(r"^0(?=\d)", "", one) for one in (match["big"], match["middle"], match["seconds"]) if one]
    numbers[-1] += match["part"] or ""
    return " ".join(count(one, unit, british) for one, unit in zip(numbers, units, strict=True))


_END: Final = r"(?![\w/]|[.,]\d|-\d)"
_HALF: Final = r"(?P<half>[ap]\.\s?m\.|[ap]m\b|[AP]\.M\.|[AP]M\b)"

RULES: Final[tuple[Rule, ...]] = (
    rule(r"(?<![\w-])(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>0[1-9]|[12]\d|3[01])(?![\w-])", _iso),
    rule(r"(?<![\w/])(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<year>\d{4}|\d\d)(?![\w/])", _numeric),
    rule(
        r"\b(?:[Ss]ince|[Uu]ntil|[Bb]y|[Dd]ated|UPDATED?:?|[Uu]pdated?:?|[Oo]n)\s"
        r"(?P<it>(?P<one>\d{1,2})/(?P<two>\d{1,2}))(?=[.,;:)]|\s[—–-]|\s(?:at|and|in|when|after)\b|$)",
        _day_and_month,
    ),
    rule(rf"(?<![\w/])9/11{_END}", "nine eleven"),
    rule(rf"(?<![\w/])11/11{_END}", "eleven eleven"),
    rule(rf"(?<![\w/])7/7{_END}", "seven seven"),
    rule(r"(?<![\w/])(?P<one>\d{1,2})/(?P<two>\d{1,2})c\b", "{one:cardinal} {two:cardinal} Central"),
    rule(rf"(?<![\w/])24/7{_END}", "twenty-four seven"),
    rule(rf"(?<![\w/])50[/-]50{_END}", "fifty fifty"),
    rule(
        rf"\b(?:[Bb]etween|[Ff]rom)\s(?P<it>{_MONTH}\s{_DAY}\s(?P<link>and|to|through)\s(?P<last>\d{{1,2}})"
        rf"(?:st|nd|rd|th)?)(?!\w|[.,]\d|\s(?:million|billion|percent)|%)",
        _days_between,
    ),
    rule(  # the 3 of "between 3 and 9 June"
        rf"\b(?:[Bb]etween|[Ff]rom|[Oo]n)\s(?P<it>{_DAY})(?=\s(?:and|or|to)\s{_DAY.replace('day', 'last')}\s{_MONTH})",
        "the {day:ordinal}",
    ),
    rule(
        rf"\b{_MONTH}[-–](?P<until>{_ANY_MONTH})(?!\w|\s\d{{1,2}}\b)",
        "{month} to {until}",
        month=_MONTH_NAMES,
        until=_MONTH_NAMES,
    ),
    rule(r"\bFY\s?['’]?(?P<year>20\d\d|\d\d)(?:[-/–](?P<until>20\d\d|\d\d))?\b", _fiscal),
    rule(rf"\((?P<it>[bd]\.)(?=\s(?:\d{{4}}|[\d{MASK}]))", {"b.": "born", "d.": "died"}),
    rule(r"(?<![\w.])ca?\.(?P<year>\d{3,4})(?!\w|,\d)", "circa {year:year}"),
    rule(
        rf"\b{_MONTH}\s{_DAY}(?:\s?[-–]\s?(?P<last>\d{{1,2}})(?:st|nd|rd|th)?)?(?:(?P<comma>,)?\s{_YEAR})?{_END}", _date
    ),
    rule(
        rf"(?<![\w.,/-])(?P<first>){_DAY}(?:\s?[-–]\s?(?P<last>\d{{1,2}}))?\s{_MONTH}(?:\s{_YEAR})?"
        rf"(?:{_END}|(?=\s?[-–]\s?\d{{1,2}}\s(?:{'|'.join(_MONTHS)})\b))",
        _date,
    ),
    rule(rf"(?<={MASK}[-–])(?P<first>){_DAY}\s{_MONTH}(?:\s{_YEAR})?{_END}", _date),
    rule(rf"\b{_MONTH},?\s{_YEAR}{_END}", "{month} {year:year}", month=_MONTH_NAMES),
    rule(r"\b(?P<month>(?:Jan|Feb|Aug|Sept|Oct|Nov|Dec)\.)(?!\w)", with_stop(_MONTH_NAMES, key="month")),
    rule(
        rf"\b(?P<one>{_ANY_DAY})\.?[-–](?P<two>{_ANY_DAY})\b(?:\.(?=[,;:)]|\s[a-z\d]))?",
        "{one} to {two}",
        one=_DAYS,
        two=_DAYS,
    ),
    rule(rf"\b(?P<day>{_ANY_DAY})\.(?!\w)", _weekday),
    rule(rf"\b(?P<it>{_ANY_DAY})(?=,?\s{MASK})", _DAYS),
    rule(
        r"(?<![\w.,])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<half>)(?=\s(?:GMT|UTC|BST|CET|hours|hrs)\b)", _clock
    ),
    rule(
        r"(?<![\w./])(?P<one>3[01]|[12]\d|0?[1-9])\.(?P<two>1[0-2]|0?[1-9])\.(?P<year>(?:19|20)\d\d)(?![\w/])",
        _european,
    ),
    rule(rf"(?<=day)(?P<it>\s?[-–]\s?)(?={_LONG_DAY})", " to "),
    rule(r"(?<![\w.,/$£€-])(?P<first>1[1-9]\d\d|20\d\d)\s?[-–/]\s?(?P<second>\d{4}|\d\d)(?![\w%]|[.,-]\d)", _years),
    rule(r"(?<![\w.,])(?<!\bU-)['’‘]?(?P<century>1[0-9]|20)?(?P<tens>\d0)['’]?s\b", _decade),
    rule(r"(?<![\w])['’‘](?P<n>\d\d)(?![\w])", "{n:two_digits}"),
    rule(r"(?<![\w.,])(?P<n>\d{1,4})\s(?P<era>B\.C\.(?:E\.)?|A\.D\.|C\.E\.|(?:BCE?|AD|CE)\b)", _era),
    rule(r"(?<![\w:.])(?P<big>\d{1,2}):(?P<middle>[0-5]\d)(?::(?P<seconds>[0-5]\d)(?P<part>\.\d+)?)(?![\w:])", _lap),
    rule(r"(?<![\w:.])(?P<big>\d{1,2}):(?P<middle>[0-5]\d)(?P<seconds>)(?P<part>\.\d+)(?![\w:])", _lap),
    rule(r"(?<![\w:.])(?P<big>2[5-9]|[3-9]\d):(?P<middle>[0-5]\d)(?P<seconds>)(?P<part>)(?![\w:])", _lap),
    rule(
        r"(?<![\w.,])(?P<h>\d{1,2})\s?h(?:rs?)?\s?(?P<m>[0-5]?\d)\s?m(?:ins?)?\b(?:\s?(?P<s>[0-5]?\d)\s?s(?:ecs?)?\b)?",
        _duration,
    ),
    rule(r"(?<![\w.,])(?P<h>)(?P<m>\d{1,3})\s?m(?:ins?)?\s?(?P<s>[0-5]?\d(?:\.\d+)?)\s?s(?:ecs?)?\b", _duration),
    rule(
        r"(?<![\w:.,])(?<!\d/)(?:(?P<since>1[0-2]|0?[1-9])(?:[:.](?P<since_minute>[0-5]\d))?\s?[-–—]\s?)?"
        rf"(?P<hour>1[0-9]|2[0-3]|0?\d)(?:[:.](?P<minute>[0-5]\d))?\s?{_HALF}",
        _clock,
    ),
    rule(
        r"\b(?:[Aa]t|[Bb]y|[Ff]rom|[Uu]ntil|[Aa]round|[Aa]bout|[Aa]fter|[Bb]efore)\s"
        r"(?P<it>(?P<hour>[01]\d|2[0-3])\.(?P<minute>[0-5]\d))(?P<half>)"
        r"(?=\s(?:on|GMT|BST|CET|hours|hrs|local|today|tomorrow|yesterday)\b)",
        _clock,
    ),
    rule(r"(?<![\w:.,/$£€-])(?P<hour>0\d)\.(?P<minute>[0-5]\d)(?P<half>)(?![\w:%]|[.,]\d)", _clock),
    rule(
        r"\b[Tt]he\s(?P<it>(?P<hour>1[0-2]|[1-9])\.(?P<minute>[0-5]\d))(?P<half>)(?=\s(?:at|to|from)\s[A-Z])",
        _clock,
    ),
    rule(r"(?<![\w:.,/])(?P<hour>1\d|2[0-4]|0?\d):(?P<minute>[0-5]\d)(?P<half>)(?![\w:])", _clock),
    rule(rf"(?<={MASK})\s?[-–]\s?(?={MASK}|noon\b|midnight\b)", " to "),
    rule(rf"\b(?:noon|midnight)(?P<it>\s?[-–]\s?)(?={MASK})", " to "),
    rule(rf"(?:{MASK}|[Nn]oon|[Mm]idnight)\s(?P<it>{alternatives(_ZONES)})\b", _ZONES),
    rule(r"\b(?P<half>[ap])\.m\.", _half),
    rule(r"(?i:\b(?:pre|post|mid|early|late)-)(?P<it>1[1-9]\d\d|20\d\d)(?![\w%]|[.,]\d)", "{it:year}"),
    rule(  # 1600 Pennsylvania Avenue
        rf"(?<![\w.,$£€/-])(?P<it>[1-9]\d{{3}})(?=\s(?:[NSEW]\.?\s)?(?:[A-Z][\w'’]+\s){{1,3}}{_STREETS}\b)", "{it:year}"
    ),
    rule(r"\b(?:[Bb]y|[Uu]ntil|[Yy]ear)\s(?P<it>2[12]\d\d)(?![\w%]|[.,/]\d|-\d)", _bare_year),
    rule(r"(?<![\w.,$£€/-])(?:1\d\d\d|20\d\d)(?![\w%]|[.,/]\d|-\d)", _bare_year),
)
