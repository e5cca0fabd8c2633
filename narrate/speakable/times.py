"""Rules for dates, years and times of day."""

from __future__ import annotations

import re
from typing import Final

from narrate.speakable.numerals import cardinal, number, ordinal, plural, two_digits, year
from narrate.speakable.rules import MASK, Rule, rule, stopped

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SHORT: Final = {name[:3]: name for name in MONTHS} | {"Sept": "September"}
_MONTH: Final = rf"(?P<month>{'|'.join(MONTHS)}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
_DAY: Final = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>1[0-9]\d\d|20\d\d)"
_DAYS: Final = {
    "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Weds": "Wednesday", "Thu": "Thursday",
    "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip
ROADS: Final = (
    "(?:Street|Avenue|Boulevard|Road|Drive|Lane|Place|Court|Highway|Parkway|(?:St|Ave|Blvd|Rd|Dr|Ln|Pl|Ct)\\b)"
)
_DAY_GOES_ON: Final = re.compile(r",|\s(?:to|and|at|through|night|morning|evening|\d)")
_GOES_ON: Final = re.compile(
    rf"(?:{'|'.join(_SHORT)}|(?:{'|'.join(_DAYS)})(?:day|sday|nesday|rsday|urday)?\b|Eastern|Central|Mountain|Pacific|Greenwich|"
    r"Coordinated|British|News|[A-Z]{2,4}\b)"
)
"""What may follow "p.m." in a sentence with a capital."""
_THE: Final = re.compile(r"\b[Tt]he\s$")
_LONG_DAY: Final = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
ZONES: Final = {
    "ET": "Eastern Time", "EST": "Eastern Standard Time", "EDT": "Eastern Daylight Time", "PT": "Pacific Time",
    "PST": "Pacific Standard Time", "PDT": "Pacific Daylight Time", "CT": "Central Time",
    "CST": "Central Standard Time",
    "CDT": "Central Daylight Time", "MT": "Mountain Time", "MST": "Mountain Standard Time",
    "MDT": "Mountain Daylight Time",
}  # fmt: skip
_BEFORE_YEAR: Final = re.compile(
    r"(?:\b(?:in|since|by|until|till|of|from|circa|before|after|during|year|early|late|mid|through|summer|spring|autumn|"
    r"fall|winter|Christmas|to|and|between|class|the|back|around|about|AD|via)[\s-]|\b(?:ca?|est)\.\s?|\()$",
    re.IGNORECASE,
)
_BEFORE_DECADE: Final = re.compile(r"\b(?:the|early|late|mid)[\s-]$", re.IGNORECASE)
_COUNTED: Final = re.compile(
    r"\s(?:(?!(?:for|to|when|that|as|with|by|and|of|after|on|at|from|because|if|while|but|the|in|is|was)\b)[a-z]+\s)?(?:people|troops|workers|residents|jobs|men|women|children|soldiers|students|homes|miles|kilometers|"
    r"kilometres|meters|metres|feet|tons|tonnes|dollars|pounds|euros|votes|voters|seats|employees|staff|members|times|"
    r"points|pages|words|hours|minutes|acres|hectares|calories|copies|tickets|cases|deaths|prisoners|patients|families)\b"
)


def _month(text: str) -> str:
    return text if text in MONTHS else _SHORT[text.rstrip(".")]


def _day_of(month: str, day: str, british: bool, *, day_first: bool) -> str:
    said = ordinal(int(day), british)
    if day_first:
        return f"the {said} of {month}"
    return f"{month} the {said}" if british else f"{month} {said}"


def _months(match: re.Match[str], _: bool) -> str:
    return f"{_month(match['month'])} to {_month(match['until'])}"


def _weekday(match: re.Match[str], _: bool) -> str | None:
    """Mon., but not the last word of "facing the Sun."."""
    led = re.search(r"\b(?:on|this|next|last|by|until|since)\s$", match.string[: match.start()], re.IGNORECASE)
    if match["day"] in ("Sun", "Sat", "Mon") and not led and not _DAY_GOES_ON.match(match.string, match.end()):
        return None
    return stopped(_DAYS[match["day"]], match)


def _day_before(match: re.Match[str], british: bool) -> str:
    """The 3 of "between 3 and 9 June"."""
    return f"the {ordinal(int(match['day']), british)}"


def _days_between(match: re.Match[str], british: bool) -> str:
    """Between May 3 and 5."""
    first = _day_of(_month(match["month"]), match["day"], british, day_first=False)
    return f"{first} {match['link']} {'the ' if british else ''}{ordinal(int(match['last']), british)}"


def _fiscal(match: re.Match[str], british: bool) -> str:
    """FY2024, FY24, FY2023-24."""
    first, last = match["year"], match["until"]
    said = year(int(first), british) if len(first) == 4 else two_digits(int(first))
    if last:
        said += f" to {year(int(last), british) if len(last) == 4 else two_digits(int(last))}"
    return f"{'financial' if british else 'fiscal'} year {said}"


def _circa(match: re.Match[str], british: bool) -> str:
    return f"circa {year(int(match['year']), british)}"


def _date(match: re.Match[str], british: bool) -> str:
    """May 11, 2023, or 11 May 2023, or a range of days."""
    parts = match.groupdict()
    day_first = parts.get("first") is not None
    article = day_first and _THE.search(match.string[: match.start()]) is not None
    said = _day_of(_month(match["month"]), match["day"], british, day_first=day_first)
    if parts.get("last"):
        last = ordinal(int(parts["last"]), british)
        said = said.replace(" of ", f" to the {last} of ") if day_first else f"{said} to {last}"
    if parts.get("year"):
        said += ("," if parts.get("comma") else "") + f" {year(int(parts['year']), british)}"
    return stopped(said.removeprefix("the ") if article else said, match)


def _numeric(match: re.Match[str], british: bool) -> str | None:
    said = numeric_date(match, day_first=british, british=british)
    return said.removeprefix("the ") if said and _THE.search(match.string[: match.start()]) else said


def _day_and_month(match: re.Match[str], british: bool) -> str | None:
    """The 5/12 of "updated 5/12"; not the 9/11 of "since 9/11", nor a fraction."""
    one, two = int(match["one"]), int(match["two"])
    month, day = (two, one) if british else (one, two)
    if match["it"] in ("9/11", "7/7", "24/7", "11/11", "1/2") or not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return _day_of(MONTHS[month - 1], str(day), british, day_first=british)


def numeric_date(match: re.Match[str], *, day_first: bool, british: bool) -> str | None:
    """5/11/2023, matched as ``one``, ``two`` and ``year``, with the day or the month first; None if it is no date."""
    one, two = int(match["one"]), int(match["two"])
    month, day = (two, one) if day_first or one > 12 else (one, two)
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    full = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    said = _day_of(MONTHS[month - 1], str(day), british, day_first=british)
    return f"{said}{'' if british else ','} {year(full, british)}"


def _european(match: re.Match[str], british: bool) -> str:
    said = _day_of(MONTHS[int(match["two"]) - 1], match["one"], british, day_first=True)
    return f"{said} {year(int(match['year']), british)}"


def _iso(match: re.Match[str], british: bool) -> str | None:
    month = int(match["month"])
    if not 1 <= month <= 12:
        return None
    said = _day_of(MONTHS[month - 1], match["day"], british, day_first=british)
    return f"{said}{'' if british else ','} {year(int(match['year']), british)}"


def _bare_year(match: re.Match[str], british: bool) -> str | None:
    value, text = int(match.groupdict().get("it") or match[0]), match.string
    if _COUNTED.match(text, match.end()):
        return None
    if value >= 1900 or _BEFORE_YEAR.search(text[max(0, match.start() - 12) : match.start()]):
        return year(value, british)
    return None


def _house(match: re.Match[str], british: bool) -> str:
    """1600 Pennsylvania Avenue: the number of a house is read in pairs, as a year is."""
    return year(int(match["it"]), british)


def _years(match: re.Match[str], british: bool) -> str | None:
    first, second = int(match["first"]), match["second"]
    if len(second) == 4:
        return f"{year(first, british)} to {year(int(second), british)}" if int(second) > first else None
    if (int(second) - first) % 100 > 60:
        return None
    return f"{year(first, british)} to {two_digits(int(second))}"


def _decade(match: re.Match[str], british: bool) -> str | None:
    century, tens = match["century"], int(match["tens"])
    if not century and re.search(r"\d['’]s$", match[0]) and not _BEFORE_DECADE.search(match.string[: match.start()]):
        return None  # "No. 10's"
    if not century:
        return plural(cardinal(tens or 2000, british))
    if tens == 0:
        return plural(year(int(century) * 100, british))
    return f"{cardinal(int(century), british)} {plural(cardinal(tens, british))}"


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
        military = re.match(r"\s(?:hours|hrs)\b", match.string[match.end() :])
        said += " o'clock" if 1 <= hour <= 12 and not military else " hundred"
        said = f"oh {said}" if military and 1 <= hour < 10 else said
    if half:
        said = stopped(f"{said} {half[0].upper()} M", match, _GOES_ON)
    return said


def _half(match: re.Match[str], _: bool) -> str:
    return stopped(f"{match['half'].upper()} M", match, _GOES_ON)


def _duration(match: re.Match[str], british: bool) -> str:
    """3h 20m, 1m 30s."""
    parts = [(match[key], name) for key, name in (("h", "hour"), ("m", "minute"), ("s", "second")) if match[key]]
    return " ".join(f"{number(n, british)} {name}{'' if n == '1' else 's'}" for n, name in parts)


def _lap(match: re.Match[str], british: bool) -> str:
    names = ("hour", "minute", "second") if match["seconds"] else ("minute", "second")
    numbers = [one for one in (match["big"], match["middle"], match["seconds"]) if one]
    if match["part"]:
        numbers[-1] += match["part"]
    parts = []
    for one, name in zip(numbers, names, strict=True):
        bare = re.sub(r"^0(?=\d)", "", one)
        parts.append(f"{number(bare, british)} {name}{'' if bare == '1' else 's'}")
    return " ".join(parts)


_END: Final = r"(?![\w/]|[.,]\d|-\d)"
_HALF: Final = r"(?P<half>[ap]\.\s?m\.|[ap]m\b|[AP]\.M\.|[AP]M\b)"

RULES: Final[tuple[Rule, ...]] = (
    rule(r"(?<![\w-])(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>0[1-9]|[12]\d|3[01])(?![\w-])", _iso),
    rule(r"(?<![\w/])(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<year>\d{4}|\d\d)(?![\w/])", _numeric),
    rule(
        r"\b(?:[Ss]ince|[Uu]ntil|[Bb]y|[Dd]ated|UPDATED?:?|[Uu]pdated?:?|[Oo]n)\s(?P<it>(?P<one>\d{1,2})/(?P<two>\d{1,2}))"
        r"(?=[.,;:)]|\s[—–-]|\s(?:at|and|in|when|after)\b|$)",
        _day_and_month,
    ),
    rule(rf"(?<![\w/])9/11{_END}", lambda _, __: "nine eleven"),
    rule(rf"(?<![\w/])11/11{_END}", lambda _, __: "eleven eleven"),
    rule(rf"(?<![\w/])7/7{_END}", lambda _, __: "seven seven"),
    rule(
        r"(?<![\w/])(?P<one>\d{1,2})/(?P<two>\d{1,2})c\b",
        lambda m, british: f"{cardinal(int(m['one']), british)} {cardinal(int(m['two']), british)} Central",
    ),
    rule(rf"(?<![\w/])24/7{_END}", lambda _, __: "twenty-four seven"),
    rule(rf"(?<![\w/])50[/-]50{_END}", lambda _, __: "fifty fifty"),
    rule(
        rf"\b(?:[Bb]etween|[Ff]rom)\s(?P<it>{_MONTH}\s{_DAY}\s(?P<link>and|to|through)\s(?P<last>\d{{1,2}})(?:st|nd|rd|th)?)"
        rf"(?!\w|[.,]\d|\s(?:million|billion|percent)|%)",
        _days_between,
    ),
    rule(
        rf"\b(?:[Bb]etween|[Ff]rom|[Oo]n)\s(?P<it>{_DAY})(?=\s(?:and|or|to)\s{_DAY.replace('day', 'last')}\s{_MONTH})",
        _day_before,
    ),
    rule(rf"\b{_MONTH}[-–](?P<until>{_MONTH[len('(?P<month>') : -1]})(?!\w|\s\d{{1,2}}\b)", _months),
    rule(r"\bFY\s?['’]?(?P<year>20\d\d|\d\d)(?:[-/–](?P<until>20\d\d|\d\d))?\b", _fiscal),
    rule(rf"\((?P<it>(?P<k>[bd])\.)(?=\s(?:\d{{4}}|[\d{MASK}]))", lambda m, _: {"b": "born", "d": "died"}[m["k"]]),
    rule(r"(?<![\w.])ca?\.(?P<year>\d{3,4})(?!\w|,\d)", _circa),
    rule(
        rf"\b{_MONTH}\s{_DAY}(?:\s?[-–]\s?(?P<last>\d{{1,2}})(?:st|nd|rd|th)?)?(?:(?P<comma>,)?\s{_YEAR})?{_END}", _date
    ),
    rule(
        rf"(?<![\w.,/-])(?P<first>){_DAY}(?:\s?[-–]\s?(?P<last>\d{{1,2}}))?\s{_MONTH}(?:\s{_YEAR})?"
        rf"(?:{_END}|(?=\s?[-–]\s?\d{{1,2}}\s(?:{'|'.join(MONTHS)})\b))",
        _date,
    ),
    rule(rf"(?<={MASK}[-–])(?P<first>){_DAY}\s{_MONTH}(?:\s{_YEAR})?{_END}", _date),
    rule(
        rf"\b{_MONTH},?\s{_YEAR}{_END}",
        lambda m, british: f"{_month(m['month'])} {year(int(m['year']), british)}",
    ),
    rule(r"\b(?P<month>(?:Jan|Feb|Aug|Sept|Oct|Nov|Dec)\.)(?!\w)", lambda m, _: stopped(_month(m["month"]), m)),
    rule(
        rf"\b(?P<one>{'|'.join(_DAYS)})\.?[-–](?P<two>{'|'.join(_DAYS)})\b(?:\.(?=[,;:)]|\s[a-z\d]))?",
        lambda m, _: f"{_DAYS[m['one']]} to {_DAYS[m['two']]}",
    ),
    rule(
        rf"\b(?P<day>{'|'.join(_DAYS)})\.(?!\w)",
        _weekday,
    ),
    rule(rf"\b(?P<it>{'|'.join(_DAYS)})(?=,?\s{MASK})", lambda m, _: _DAYS[m["it"]]),
    rule(
        r"(?<![\w.,])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<half>)(?=\s(?:GMT|UTC|BST|CET|hours|hrs)\b)", _clock
    ),
    rule(
        r"(?<![\w./])(?P<one>3[01]|[12]\d|0?[1-9])\.(?P<two>1[0-2]|0?[1-9])\.(?P<year>(?:19|20)\d\d)(?![\w/])",
        _european,
    ),
    rule(rf"(?<=day)(?P<it>\s?[-–]\s?)(?={_LONG_DAY})", lambda _, __: " to "),
    rule(r"(?<![\w.,/$£€-])(?P<first>1[1-9]\d\d|20\d\d)\s?[-–/]\s?(?P<second>\d{4}|\d\d)(?![\w%]|[.,-]\d)", _years),
    rule(r"(?<![\w.,])(?<!\bU-)['’‘]?(?P<century>1[0-9]|20)?(?P<tens>\d0)['’]?s\b", _decade),
    rule(r"(?<![\w])['’‘](?P<n>\d\d)(?![\w])", lambda m, _: two_digits(int(m["n"]))),
    rule(
        r"(?<![\w.,])(?P<n>\d{1,4})\s(?P<era>B\.C\.(?:E\.)?|A\.D\.|C\.E\.|(?:BCE?|AD|CE)\b)",
        lambda m, british: stopped(
            f"{cardinal(int(m['n']), british) if int(m['n']) < 1000 else year(int(m['n']), british)} "
            + " ".join(m["era"].replace(".", "")),
            match=m,
        ),
    ),
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
        r"\b(?:[Aa]t|[Bb]y|[Ff]rom|[Uu]ntil|[Aa]round|[Aa]bout|[Aa]fter|[Bb]efore)\s(?P<it>(?P<hour>[01]\d|2[0-3])\.(?P<minute>[0-5]\d))"
        r"(?P<half>)(?=\s(?:on|GMT|BST|CET|hours|hrs|local|today|tomorrow|yesterday)\b)",
        _clock,
    ),
    rule(r"(?<![\w:.,/$£€-])(?P<hour>0\d)\.(?P<minute>[0-5]\d)(?P<half>)(?![\w:%]|[.,]\d)", _clock),
    rule(
        r"\b[Tt]he\s(?P<it>(?P<hour>1[0-2]|[1-9])\.(?P<minute>[0-5]\d))(?P<half>)(?=\s(?:at|to|from)\s[A-Z])",
        _clock,
    ),
    rule(r"(?<![\w:.,/])(?P<hour>1\d|2[0-4]|0?\d):(?P<minute>[0-5]\d)(?P<half>)(?![\w:])", _clock),
    rule(rf"(?<={MASK})\s?[-–]\s?(?={MASK}|noon\b|midnight\b)", lambda _, __: " to "),
    rule(rf"\b(?:noon|midnight)(?P<it>\s?[-–]\s?)(?={MASK})", lambda _, __: " to "),
    rule(rf"(?:{MASK}|[Nn]oon|[Mm]idnight)\s(?P<it>{'|'.join(ZONES)})\b", lambda m, _: ZONES[m["it"]]),
    rule(r"\b(?P<half>[ap])\.m\.", _half),
    rule(
        r"(?i:\b(?:pre|post|mid|early|late)-)(?P<it>1[1-9]\d\d|20\d\d)(?![\w%]|[.,]\d)",
        lambda m, british: year(int(m["it"]), british),
    ),
    rule(rf"(?<![\w.,$£€/-])(?P<it>[1-9]\d{{3}})(?=\s(?:[NSEW]\.?\s)?(?:[A-Z][\w'’]+\s){{1,3}}{ROADS}\b)", _house),
    rule(r"\b(?:[Bb]y|[Uu]ntil|[Yy]ear)\s(?P<it>2[12]\d\d)(?![\w%]|[.,/]\d|-\d)", _bare_year),
    rule(r"(?<![\w.,$£€/-])(?:1\d\d\d|20\d\d)(?![\w%]|[.,/]\d|-\d)", _bare_year),
)
