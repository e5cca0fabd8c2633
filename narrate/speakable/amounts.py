"""Rules for money, percentages and units of measurement."""

from __future__ import annotations

import re
from typing import Final

from narrate.speakable.numerals import NUMBER, SCALES, TO, multitude, number
from narrate.speakable.rules import MASK, NO_THINGS, Rule, describes, rule, stopped, words

CURRENCIES: Final = {
    "US$": ("U S dollar", "cent"), "A$": ("Australian dollar", "cent"), "AU$": ("Australian dollar", "cent"),
    "C$": ("Canadian dollar", "cent"), "CA$": ("Canadian dollar", "cent"), "NZ$": ("New Zealand dollar", "cent"),
    "HK$": ("Hong Kong dollar", "cent"), "S$": ("Singapore dollar", "cent"), "NT$": ("Taiwan dollar", "cent"),
    "R$": ("real", "centavo"), "$": ("dollar", "cent"), "£": ("pound", "penny"), "€": ("euro", "cent"), "¥": ("yen",
    ""),
    "₹": ("rupee", ""), "₽": ("ruble", ""), "₴": ("hryvnia", ""), "₩": ("won", ""), "₪": ("shekel", ""),
    "₺": ("lira", ""), "₦": ("naira", ""), "₫": ("dong", ""), "₱": ("peso", ""), "฿": ("baht", ""),
}  # fmt: skip
CODES: Final = {
    "USD": ("U S dollar", "cent"), "EUR": ("euro", "cent"), "GBP": ("pound", "penny"), "AUD": ("Australian dollar",
    "cent"),
    "CAD": ("Canadian dollar", "cent"), "JPY": ("yen", ""), "CHF": ("Swiss franc", ""), "CNY": ("yuan", ""),
    "RMB": ("yuan", ""), "INR": ("rupee", ""), "SEK": ("Swedish krona", ""), "NOK": ("Norwegian krone", ""),
    "DKK": ("Danish krone", ""), "PLN": ("zloty", ""), "UAH": ("hryvnia", ""), "RUB": ("ruble", ""), "zł": ("zloty",
    ""),
    "Rs": ("rupee", ""), "NZD": ("New Zealand dollar", "cent"), "HKD": ("Hong Kong dollar", "cent"),
    "ZAR": ("rand", ""), "BRL": ("real", ""), "MXN": ("Mexican peso", ""), "TRY": ("lira", ""), "ILS": ("shekel", ""),
    "Rs.": ("rupee", ""), "PKR": ("Pakistani rupee", ""), "NGN": ("naira", ""), "KES": ("Kenyan shilling", ""),
    "SGD": ("Singapore dollar", "cent"), "KRW": ("won", ""), "THB": ("baht", ""), "CZK": ("Czech koruna", ""),
    "HUF": ("forint", ""), "AED": ("dirham", ""), "BTC": ("bitcoin", ""), "KSh": ("Kenyan shilling", ""),
}  # fmt: skip
_LETTERS: Final = {"R": ("rand", ""), "RM": ("ringgit", ""), "N": ("naira", "")}
"""Currencies only before a number with a scale, as in R5bn."""
_UNCHANGED: Final = {"yen", "won", "yuan", "baht", "dong", "naira", "rand", "ringgit", "bitcoin", "forint"}
_IRREGULAR: Final = {"penny": "pence", "real": "reais", "Swedish krona": "Swedish kronor",
    "Norwegian krone": "Norwegian kroner",
                     "Danish krone": "Danish kroner",
                     "Czech koruna": "Czech korunas"}  # fmt: skip
_ALL: Final = {**CURRENCIES, **CODES, **_LETTERS}

UNITS: Final = {
    "km/h": "kilometer per hour", "kmh": "kilometer per hour", "kph": "kilometer per hour", "mph": "mile per hour",
    "m.p.h.": "mile per hour", "m.p.g.": "mile per gallon",
    "m/s²": "meter per second squared",
    "m/s": "meter per second", "sq ft": "square foot", "sq. ft.": "square foot", "sq m": "square meter",
    "sq km": "square kilometer", "sq. km": "square kilometer", "sq mi": "square mile", "sq miles": "square mile",
    "sq. miles": "square mile", "cu ft": "cubic foot", "sq.-ft.": "square foot",
    "sq-ft": "square foot", "km²": "square kilometer", "km2": "square kilometer",
    "m²": "square meter", "m2": "square meter", "m³": "cubic meter", "m3": "cubic meter", "km": "kilometer",
    "kms": "kilometer",
    "cm": "centimeter", "mm": "millimeter", "nm": "nanometer", "mi": "mile", "ft": "foot", "yd": "yard", "yds": "yard",
    "kg": "kilogram", "kgs": "kilogram", "mg": "milligram", "mcg": "microgram", "µg": "microgram", "μg": "microgram",
    "lb": "pound", "lbs": "pound", "oz": "ounce", "ml": "milliliter", "mL": "milliliter", "cl": "centiliter",
    "ha": "hectare", "hr": "hour", "hrs": "hour", "min": "minute", "mins": "minute", "sec": "second", "secs": "second",
    "ms": "millisecond", "W": "watt", "kW": "kilowatt", "MW": "megawatt", "GW": "gigawatt", "kWh": "kilowatt hour",
    "MWh": "megawatt hour", "GWh": "gigawatt hour", "TWh": "terawatt hour", "kV": "kilovolt", "Hz": "hertz",
    "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz", "KB": "kilobyte", "MB": "megabyte", "GB": "gigabyte",
    "TB": "terabyte", "Mbps": "megabit per second", "Gbps": "gigabit per second", "rpm": "revolution per minute",
    "ppm": "part per million", "ppb": "part per billion", "psi": "pound per square inch", "dB": "decibel",
    "hp": "horsepower", "bhp": "brake horsepower", "kcal": "kilocalorie", "kcals": "kilocalorie", "g": "gram",
    "°C": "degree Celsius", "° C": "degree Celsius", "ºC": "degree Celsius", "°F": "degree Fahrenheit",
    "° F": "degree Fahrenheit", "ºF": "degree Fahrenheit", "℃": "degree Celsius", "℉": "degree Fahrenheit",
    "°": "degree",
    "mpg": "mile per gallon", "bpd": "barrel per day",
    "b/d": "barrel per day", "bpm": "beat per minute", "mmHg": "millimeter of mercury",
    "kPa": "kilopascal", "hPa": "hectopascal", "ng": "nanogram", "tbsp": "tablespoon", "tsp": "teaspoon",
    "gal": "gallon", "mAh": "milliampere hour", "Wh": "watt hour", "kN": "kilonewton", "Gb": "gigabit", "Mb": "megabit",
    "PB": "petabyte", "pts": "point", "yr": "year", "yrs": "year", "wk": "week", "wks": "week",
    "pp": "percentage point", "ppt": "percentage point", "ppts": "percentage point",
    "bps": "basis point", "bp": "basis point", "kt": "kiloton",
}  # fmt: skip
ATTACHED: Final = {"C": "degree Celsius", "F": "degree Fahrenheit", "in": "inch", "l": "liter", "L": "liter",
                   "t": "metric ton", "h": "hour", "V": "volt", "MP": "megapixel", "Mt": "megaton"}  # fmt: skip
"""Units only where no blank parts them from the number."""
_OVER: Final = {
    **UNITS,
    "dL": "deciliter",
    "dl": "deciliter",
    "L": "liter",
    "l": "liter",
    "mo": "month",
    "h": "hour",
    "s": "second",
    "bbl": "barrel",
    "pcm": "month",
    "pw": "week",
    "pa": "year",
    "p.a.": "year",
}
"""What may stand behind a slash: dollars per barrel, milligrams per deciliter."""
_PLURALS: Final = {"foot": "feet", "inch": "inches", "hertz": "hertz", "horsepower": "horsepower"}
_METRES: Final = re.compile(
    r"[\s-](?:[a-z'’]+\s)?(?:race|sprint|dash|relay|final|hurdles|freestyle|butterfly|breaststroke|backstroke|medley|champion|"
    r"title|tall|long|wide|high|deep|away|from|above|below|north|south|east|west|underwater|runner|swimmer|record|walk)\b"
)
_RUN: Final = re.compile(r"\s(?:race|run|walk|runner)")
_COUNTED: Final = re.compile(
    rf"\+?\s(?!(?:is|his|this|as|us|yes|{'|'.join(NO_THINGS)})\b)"
    r"(?:(?:weekly|monthly|daily|annual|active|new|global|total|paid|paying|registered|eligible|American|British|young)\s)?"
    r"(?:[a-z]+s|[A-Z][a-z]+(?:[nrt]s|ese)|people|children|women|men|yen|won(?!\sby)|yuan|baht|zloty|lira|krona|rupiah|shekel|dirham|kroner|kronor|rand|naira|ringgit|"
    r"[A-Z][a-z]+\s(?:dollars|pounds|francs|pesos|rupees|kroner|kronor|shillings|liras?))\b"
)
_COUNTS: Final = re.compile(
    r"\b(?:sales|users|subscribers|viewers|listeners|readers|followers|customers|passengers|visitors|tourists|people|homes|"
    r"jobs|unemployed|population|copies|votes|units|vehicles|cars|deliveries|shipments|audience|streams|downloads|views|"
    r"barrels|refugees|migrants|workers|members|households|pupils|patients|drew|attracted|sold)\b[^.!?]{0,60}$"
)
"""What an "m" after it in the sentence counts in millions."""
_SCALE: Final = rf"(?:(?:\s?|-(?=[mbt]r?illion))(?P<scale>{words(SCALES)}))?(?![A-Za-z\d])"
_SCALED: Final = rf"(?:\s?(?P<scale>{words(SCALES)})(?![A-Za-z\d]))?"
_SCALE2: Final = _SCALE.replace("scale", "scale2")


def _plural_of(unit: str) -> str:
    if unit in _UNCHANGED:
        return unit
    first, per, last = unit.partition(" per ")
    head, degree, scale = first.partition("degree")
    if degree:
        return f"{head}degrees{scale}"
    stem, _, noun = first.rpartition(" ")
    noun = _IRREGULAR.get(first) or _PLURALS.get(noun) or noun + "s"
    return f"{noun if first in _IRREGULAR else f'{stem} {noun}'.strip()}{per}{last}"


def _named(unit: str, many: bool, british: bool) -> str:
    said = _plural_of(unit) if many else unit
    return re.sub(r"(?<=[a-z])(met|lit)er(?=s?\b)|\b(met|lit)er(?=s?\b)", r"\1\2re", said) if british else said


def _money(match: re.Match[str], british: bool) -> str | None:
    parts = match.groupdict()
    main, minor = _ALL[(parts.get("sign") or parts.get("after") or "").replace(" ", "")]
    low, high, scale, scale2 = parts["low"], parts["high"], parts["scale"], parts["scale2"]
    if parts.get("to") and (scale or not scale2 or float(low.replace(",", "")) >= float(high.replace(",", ""))):
        return None
    minus = "minus " if parts.get("minus") else ""
    per = f" per {_OVER.get(parts['per'], parts['per'])}" if parts.get("per") else ""
    if not high and not scale and minor and re.search(r"\.\d\d$", low):
        return minus + _coins(low, main, minor, british) + per
    said = number(low, british)
    if scale and not (high and scale == scale2 == "K"):
        said += f" {SCALES[scale]}"
    if high:
        said += f" to {number(high, british)}" + (f" {SCALES[scale2]}" if scale2 else "")
    one = describes(match) or (low == "1" and not scale and not high)
    return minus + said + " " + _named(main, not one, british) + per


def _coins(text: str, main: str, minor: str, british: bool) -> str:
    whole, _, coins = text.replace(",", "").partition(".")
    said = []
    if int(whole or 0):
        said.append(f"{number(whole, british)} {_named(main, int(whole) != 1, british)}")
    if int(coins) or not said:
        said.append(f"{number(str(int(coins)), british)} {_named(minor, int(coins) != 1, british)}")
    return " and ".join(said)


def _pence(match: re.Match[str], british: bool) -> str:
    minor = "penny" if match["minor"] == "p" else "cent"
    one = match["n"] == "1" or (minor == "cent" and describes(match))
    return f"{number(match['n'], british)} {_named(minor, not one, british)}"


def _multitude(match: re.Match[str], british: bool) -> str:
    """$10,000s: "tens of thousands of dollars"."""
    return f"{multitude(match['low'])} of {_named(_ALL[match['sign']][0], True, british)}"


def _percent(match: re.Match[str], british: bool) -> str:
    sign = {"+": "plus ", "-": "minus ", "−": "minus ", None: ""}[match["sign"]]
    said = sign + number(match["low"], british)
    if match["high"]:
        own = " percent" if "%" in match["to"] and "to" in match["to"] else ""
        said += f"{own} to {number(match['high'], british)}"
    return stopped(f"{said} percent", match)


def _measure(match: re.Match[str], british: bool) -> str:
    parts = match.groupdict()
    unit = UNITS.get(parts["unit"]) or ATTACHED[parts["unit"]]
    if parts.get("over"):
        unit += f" per {_OVER.get(parts['over'], parts['over'])}"
    said = ("minus " if parts["minus"] else "") + number(parts["low"], british)
    if parts["high"]:
        said += f" to {number(parts['high'], british)}"
    if parts.get("scale"):
        said += f" {SCALES[parts['scale']]}"
    one = (
        parts.get("tied")
        or describes(match, things="degree" not in unit)
        or (parts["low"] == "1" and not parts["high"] and not parts.get("scale"))
    )
    return stopped(f"{said} {_named(unit, not one, british)}", match)


def _latitude(match: re.Match[str], british: bool) -> str:
    side = {"N": "north", "S": "south", "E": "east", "W": "west"}[match["side"]]
    return f"{number(match['low'], british)} degrees {side}"


def _m(match: re.Match[str], british: bool) -> str | None:
    """``m`` without a currency: metres or million, by what follows."""
    said = number(match["n"], british)
    text, end = match.string, match.end()
    metres = _METRES.match(text, end) is not None
    counted = _COUNTED.match(text, end) or _COUNTS.search(text[max(0, match.start() - 80) : match.start()])
    million = " million" if not match["by"] and not metres and counted else ""
    if match["by"]:
        said = f"{number(match['by'], british)} by {said}"
    if match["low"]:
        said = f"{number(match['low'], british)}{million} to {said}"
    if million:
        return said + million
    return f"{said} {_named('meter', not describes(match) and match['n'] != '1', british)}"


def _spaced_degrees(match: re.Match[str], british: bool) -> str:
    minus = "minus " if match["minus"] else ""
    return f"{minus}{number(match['n'], british)} {_named(ATTACHED[match['unit']], match['n'] != '1', british)}"


def _capital(match: re.Match[str], british: bool) -> str | None:
    """1.2M copies, 200K people; None for a 5K race and an apartment 4B."""
    text, end, value = match.string, match.end(), match["n"]
    if _RUN.match(text, end):
        return None
    if (
        _COUNTED.match(text, end)
        or ("." in value and match["scale"] != "K")
        or (len(value) > 2 and match["scale"] == "K")
    ):
        return f"{number(value, british)} {SCALES[match['scale']]}"
    return None


def _stone(match: re.Match[str], british: bool) -> str:
    pounds = f" {number(match['pounds'], british)} {'pound' if match['pounds'] == '1' else 'pounds'}"
    return f"{number(match['stone'], british)} stone{pounds if match['pounds'] else ''}"


def _height(match: re.Match[str], british: bool) -> str:
    feet = "foot" if match["feet"] == "1" else "feet"
    inches = "inch" if match["inches"] == "1" else "inches"
    return f"{number(match['feet'], british)} {feet} {number(match['inches'], british)} {inches}"


_LOW: Final = rf"(?P<low>{NUMBER}|(?<=[$£€])\.\d\d)(?!\d|,\d)"
_PER: Final = rf"(?:/(?P<per>(?:{words(_OVER)}|[a-z]+))(?!\w))?"
_SIGN: Final = words(dict.fromkeys(CURRENCIES, ""))
_CODE: Final = words(dict.fromkeys(CODES, ""))
_SIGNED: Final = (
    rf"(?:(?<![\w-])(?P<minus>[-−–]))?(?<![A-Za-z])(?P<sign>(?:{_SIGN})|(?:{_CODE})(?=[\s\d])|"
    rf"(?:{words(dict.fromkeys(_LETTERS, ''))})(?=\d[\d.,]*\s?(?:bn|tn|m|[mbt]r?illion)\b|\d{{1,3}},\d{{3}}))"
)
_UNIT: Final = rf"(?P<unit>(?!W\.\s)(?:{words(UNITS)})|(?<=\d)(?:{words(ATTACHED)})|in(?=\.))"

RULES: Final[tuple[Rule, ...]] = (
    rule(rf"(?<![A-Za-z])(?P<sign>{_SIGN})(?P<low>1(?:0|00|,?000|0,?000|00,?000|,000,000))s\b", _multitude),
    rule(rf"{_SIGNED}\s?{_LOW}{_SCALE}\s(?P<to>to)\s(?:{_SIGN})(?P<high>{NUMBER}){_SCALE2}", _money),
    rule(rf"{_SIGNED}{_LOW}(?P<scale>[km])?(?P<high>)(?P<scale2>)\s?(?P<per>pcm|pw|pa|p\.a\.)(?!\w)", _money),
    rule(
        rf"{_SIGNED}\s?{_LOW}{_SCALE}"
        rf"(?:\s?[-–—]\s?(?:{_SIGN})?(?P<high>{NUMBER}){_SCALE2})?{_PER}",
        _money,
    ),
    rule(
        rf"(?<![\w.,]){_LOW}{_SCALED}(?:\s?[-–—]\s?(?P<high>{NUMBER}){_SCALE2})?"
        rf"\s?(?P<after>(?:{_CODE})(?!\w)|[€£¥₹₽₴₩₪₺]){_PER}",
        _money,
    ),
    rule(rf"(?<![\w.,$£€])(?P<n>{NUMBER})(?P<minor>p|¢|c)(?![\w])", _pence),
    rule(
        rf"(?<![\w.])(?P<sign>(?<![\d%])[-−+])?{_LOW}(?:(?P<to>\s?%?{TO})(?P<high>{NUMBER}))?\s?(?:%|\bpct\b\.?|％|(?<=\d)pc\b)",
        _percent,
    ),
    rule(r"(?<![\w.])(?P<feet>\d{1,2})\s?ft\.?\s?(?P<inches>\d{1,2})\s?ins?\b", _height),
    rule(r"(?<![\w.])(?P<feet>\d)['′’](?P<inches>\d{1,2})(?:\"|″|”|'')", _height),
    rule(r"(?<![\w.])(?P<stone>\d{1,2})st\.?\s?(?P<pounds>\d{1,2})\s?lbs?\b", _stone),
    rule(r"(?<![\w.])(?P<stone>[4-9]|1\d|20|2[2-9])st(?P<pounds>)\b", _stone),
    rule(rf"(?<![\w.]){_LOW}°\s?(?P<side>[NSEW])\b", _latitude),
    rule(
        rf"(?<![\w.])(?P<minus>(?<!\d)[-−])?{_LOW}\s?{_UNIT}\s?[-–—]\s?(?P<high>{NUMBER})\s?(?P=unit)(?![\w/])",
        _measure,
    ),
    rule(r"(?<![\w.])(?P<n>\d+\.\d+)s(?!\w)", lambda m, british: f"{number(m['n'], british)} seconds"),
    rule(
        rf"(?<![\w.])(?<!\d/)(?P<minus>(?<!\d)[-−])?{_LOW}(?:{TO}(?P<high>{NUMBER}))?(?:\s?(?P<scale>{words(SCALES)})(?=\s))?"
        rf"(?:\s|(?P<tied>-))?{_UNIT}(?:/(?P<over>{words(_OVER)}|[a-z]{{3,}}))?(?![\w/])(?:(?<=[a-z])\.(?=[,)]|\s[a-z{MASK}]|\s\d+(?:\.\d+)?\s?(?:oz|in)\b))?",
        _measure,
    ),
    rule(
        r"(?<![\w.])(?P<n>\d{1,3})['′](?=\s(?:long|tall|wide|deep|high)\b)",
        lambda m, british: f"{number(m['n'], british)} feet",
    ),
    rule(
        r"(?<![\w.])(?P<n>\d{1,3})[\"″](?=\s(?:long|tall|wide|deep|high)\b)",
        lambda m, british: f"{number(m['n'], british)} inches",
    ),
    rule(
        r"(?<![\w.,])(?P<low>\d+(?:\.\d+)?)[\"″]\s?[-–]\s?(?P<high>\d+(?:\.\d+)?)[\"″]",
        lambda m, british: f"{number(m['low'], british)} to {number(m['high'], british)} inches",
    ),
    rule(  # 2.5" of rain: no quotation ends here, as none has begun
        r"^[^\"“”]*(?<![\w.,])(?P<it>(?P<n>\d+(?:\.\d+)?)[\"″])(?=\s(?:of|in|thick|across|rain|snow)\b)",
        lambda m, british: f"{number(m['n'], british)} {'inch' if m['n'] == '1' else 'inches'}",
    ),
    rule(
        r"\b(?:was|is|hit|at|to|of|reached|near|above|below|around|about)\s(?P<it>(?P<minus>[-−])?(?P<n>\d{1,3})\s(?P<unit>[CF]))(?![\w-])",
        _spaced_degrees,
    ),
    rule(
        r"(?<![\w.])(?:(?P<whole>\d+)[\s-]?)?(?:[½⅓⅔¼¾⅛⅜⅝⅞]|\d/\d)(?P<it>\s?(?P<unit>tsp|tbsp|oz|lbs?|km|kg|ft|cm|mm|mph)\b(?:\.(?=,|\s[a-z]))?)",
        lambda m, british: " " + _named(UNITS[m["unit"]], m["whole"] is not None, british),
    ),
    rule(r"degrees? (?P<it>[CF])\b", lambda m, _: {"C": "Celsius", "F": "Fahrenheit"}[m["it"]]),
    rule(
        rf"(?<![\w.])(?:(?P<by>\d+)\s?[x×]\s?|(?P<low>{NUMBER})m?\s?[-–]\s?)?(?P<n>{NUMBER})(?P<apart>\s)?m(?!\w)", _m
    ),
    rule(rf"(?<={MASK})(?P<it>\s?[x×]\s?)(?={MASK})", lambda _, __: " by "),
    rule(rf"(?<![\w.,$£€-])(?P<n>{NUMBER})(?P<scale>[MBK])(?!\w)", _capital),
    rule(
        r"\b(?:[Aa]|the|his|her|first|charity|annual|local)\s(?P<it>(?P<n>5|8|10|15)k)(?=[.,;:!?)]|\s(?:run|race|walk|on|in|at|and|for|to)\b|$)",
        lambda m, british: f"{number(m['n'], british)} K",
    ),
    rule(
        rf"(?<![\w.])(?P<n>{NUMBER})(?P<scale>k|bn|tn|mn)(?!\w)",
        lambda m, british: f"{number(m['n'], british)} {SCALES[m['scale']]}",
    ),
)
