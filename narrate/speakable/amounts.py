"""Rules for money, percentages and units of measurement."""

from __future__ import annotations

import re
from typing import Final

from narrate.speakable.numerals import NUMBER, SCALES, TO, number
from narrate.speakable.rules import MASK, Rule, describes, rule, words

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
}  # fmt: skip
_UNCHANGED: Final = {"yen", "won", "yuan", "baht", "dong", "naira", "rand"}
_IRREGULAR: Final = {"penny": "pence", "real": "reais", "Swedish krona": "Swedish kronor",
    "Norwegian krone": "Norwegian kroner",
                     "Danish krone": "Danish kroner"}  # fmt: skip
_ALL: Final = {**CURRENCIES, **CODES}

UNITS: Final = {
    "km/h": "kilometer per hour", "kmh": "kilometer per hour", "kph": "kilometer per hour", "mph": "mile per hour",
    "m/s": "meter per second", "sq ft": "square foot", "sq. ft.": "square foot", "sq m": "square meter",
    "sq km": "square kilometer", "sq. km": "square kilometer", "sq mi": "square mile", "sq miles": "square mile",
    "sq. miles": "square mile", "cu ft": "cubic foot", "km²": "square kilometer", "km2": "square kilometer",
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
    "pp": "percentage point", "ppts": "percentage point", "bps": "basis point", "bp": "basis point", "kt": "kiloton",
}  # fmt: skip
ATTACHED: Final = {"C": "degree Celsius", "F": "degree Fahrenheit", "in": "inch", "l": "liter", "L": "liter"}
"""Units only where no blank parts them from the number."""
_PLURALS: Final = {"foot": "feet", "inch": "inches", "hertz": "hertz", "horsepower": "horsepower"}
_METRES: Final = re.compile(
    r"[\s-](?:[a-z'’]+\s)?(?:race|sprint|dash|relay|final|hurdles|freestyle|butterfly|breaststroke|backstroke|medley|champion|"
    r"title|tall|long|wide|high|deep|away|from|above|below|north|south|east|west|underwater|runner|swimmer|record|walk)\b"
)
_COUNTED: Final = re.compile(r"\+?\s(?!(?:is|was|has|his|its|this|as|us|yes)\b)[a-z]+(?:s|people|children|women|men)\b")
_SCALE: Final = rf"(?:\s?(?P<scale>{words(SCALES)}))?(?![A-Za-z\d])"
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
    minus = "minus " if parts.get("minus") else ""
    per = f" per {parts['per']}" if parts["per"] else ""
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
    if int(whole):
        said.append(f"{number(whole, british)} {_named(main, int(whole) != 1, british)}")
    if int(coins) or not said:
        said.append(f"{number(str(int(coins)), british)} {_named(minor, int(coins) != 1, british)}")
    return " and ".join(said)


def _pence(match: re.Match[str], british: bool) -> str:
    minor = "penny" if match["minor"] == "p" else "cent"
    return f"{number(match['n'], british)} {_named(minor, match['n'] != '1' and not describes(match), british)}"


def _percent(match: re.Match[str], british: bool) -> str:
    sign = {"+": "plus ", "-": "minus ", "−": "minus ", None: ""}[match["sign"]]
    said = sign + number(match["low"], british)
    return f"{said} to {number(match['high'], british)} percent" if match["high"] else f"{said} percent"


def _measure(match: re.Match[str], british: bool) -> str:
    unit = UNITS.get(match["unit"]) or ATTACHED[match["unit"]]
    said = ("minus " if match["minus"] else "") + number(match["low"], british)
    if match["high"]:
        said += f" to {number(match['high'], british)}"
    one = describes(match) or (match["low"] == "1" and not match["high"])
    return f"{said} {_named(unit, not one, british)}"


def _m(match: re.Match[str], british: bool) -> str:
    """``m`` without a currency: metres or million, by what follows."""
    said = number(match["n"], british)
    text, end = match.string, match.end()
    if match["by"]:
        said = f"{number(match['by'], british)} by {said}"
    elif not _METRES.match(text, end) and _COUNTED.match(text, end):
        return f"{said} million"
    return f"{said} {_named('meter', not describes(match) and match['n'] != '1', british)}"


def _height(match: re.Match[str], british: bool) -> str:
    feet = "foot" if match["feet"] == "1" else "feet"
    inches = "inch" if match["inches"] == "1" else "inches"
    return f"{number(match['feet'], british)} {feet} {number(match['inches'], british)} {inches}"


_LOW: Final = rf"(?P<low>{NUMBER})(?!\d|,\d)"
_PER: Final = r"(?:/(?P<per>[a-z]+)\b)?"
_SIGN: Final = words(dict.fromkeys(CURRENCIES, ""))
_CODE: Final = words(dict.fromkeys(CODES, ""))

RULES: Final[tuple[Rule, ...]] = (
    rule(
        rf"(?:(?<!\w)(?P<minus>[-−–])\s?)?(?<![A-Za-z])(?P<sign>(?:{_SIGN})|(?:{_CODE})(?=[\s\d]))\s?{_LOW}{_SCALE}"
        rf"(?:\s?[-–—]\s?(?:{_SIGN})?(?P<high>{NUMBER}){_SCALE2})?{_PER}",
        _money,
    ),
    rule(
        rf"(?<![\w.,]){_LOW}{_SCALE}(?:\s?[-–—]\s?(?P<high>{NUMBER}){_SCALE2})?"
        rf"\s?(?P<after>(?:{_CODE})(?!\w)|[€£¥₹₽₴₩₪₺]){_PER}",
        _money,
    ),
    rule(rf"(?<![\w.,$£€])(?P<n>{NUMBER})(?P<minor>p|¢)(?![\w])", _pence),
    rule(
        rf"(?<![\w.])(?P<sign>(?<![\d%])[-−+])?{_LOW}\s?%?(?:{TO}(?P<high>{NUMBER})\s?)?(?:%|\bpct\b\.?|％)", _percent
    ),
    rule(r"(?<![\w.])(?P<feet>\d{1,2})\s?ft\.?\s?(?P<inches>\d{1,2})\s?ins?\b", _height),
    rule(r"(?<![\w.])(?P<feet>\d)['′’](?P<inches>\d{1,2})(?:\"|″|”|'')", _height),
    rule(
        rf"(?<![\w.])(?P<minus>(?<!\d)[-−])?{_LOW}(?:{TO}(?P<high>{NUMBER}))?"
        rf"(?:[\s-]?(?P<unit>{words(UNITS)}|(?<=\d)(?:{words(ATTACHED)})|in(?=\.))(?![\w/])(?:(?<=[a-z])\.(?=,|\s[a-z{MASK}]))?)",
        _measure,
    ),
    rule(r"degrees? (?P<it>[CF])\b", lambda m, _: {"C": "Celsius", "F": "Fahrenheit"}[m["it"]]),
    rule(rf"(?<![\w.])(?:(?P<by>\d+)\s?[x×]\s?)?(?P<n>{NUMBER})m(?!\w)", _m),
    rule(
        rf"(?<![\w.])(?P<n>{NUMBER})(?P<scale>k|bn|tn|mn)(?!\w)",
        lambda m, british: f"{number(m['n'], british)} {SCALES[m['scale']]}",
    ),
)
