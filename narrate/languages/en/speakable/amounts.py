"""Rules for money, percentages and units of measurement."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from narrate.languages.en.numbers import NUMBER, multitude, number
from narrate.languages.en.speakable._rules import NOT_THINGS, count, describes, rule, stopped, unit_name
from narrate.languages.rules import MASK, Rule, alternatives, by_written_form, load_tables


class _Currency(NamedTuple):
    name: str
    plural: str
    minor: str
    """The hundredth of it, for amounts with two decimals; empty if that is not used."""


_DATA: Final = load_tables(__file__)
_CURRENCIES: Final[dict[str, dict[str, _Currency]]] = {
    kind: {
        written: _Currency(row["name"], row.get("plural", row["name"] + "s"), row.get("minor", ""))
        for row in _DATA["currencies"]
        for written in row.get(kind, ())
    }
    for kind in ("signs", "codes", "letters")
}
SIGNS: Final = _CURRENCIES["signs"]
_ALL: Final = {**SIGNS, **_CURRENCIES["codes"], **_CURRENCIES["letters"]}
_SCALES: Final = by_written_form(_DATA["scales"])
_UNITS: Final = by_written_form(_DATA["units"])
_ATTACHED: Final = by_written_form(_DATA["attached_units"])
_AFTER_SLASH: Final = {**_UNITS, **by_written_form(_DATA["units_after_slash"])}
_PLUS_OR_MINUS: Final = {None: "", "+": "plus ", "-": "minus ", "−": "minus ", "–": "minus "}
_SIDES: Final = {"N": "north", "S": "south", "E": "east", "W": "west"}
_TEMPERATURES: Final = {"C": "Celsius", "F": "Fahrenheit"}

_METERS: Final = re.compile(rf"[\s-](?:[a-z'’]+\s)?(?:{alternatives(_DATA['meters_before'])})\b")
_RUN: Final = re.compile(r"\s(?:race|run|walk|runner)")
_COUNTED: Final = re.compile(
    rf"\+?\s(?!(?:is|his|this|as|us|yes|{'|'.join(NOT_THINGS)})\b)(?:(?:{alternatives(_DATA['counted_adjectives'])})\s)?"
    rf"(?:[a-z]+s|[A-Z][a-z]+(?:[nrt]s|ese)|won(?!\sby)|{alternatives(_DATA['counted_nouns'])}|"
    rf"[A-Z][a-z]+\s(?:{alternatives(_DATA['counted_currencies'])}))\b"
)
_COUNTED_BEFORE: Final = re.compile(rf"\b(?:{alternatives(_DATA['counted_before'])})\b[^.!?]{{0,60}}$")


def _money(match: re.Match[str], british: bool) -> str | None:
    parts = match.groupdict()
    currency = _ALL[parts.get("sign") or parts["after"]]
    low, high, scale, scale2 = parts["low"], parts["high"], parts["scale"], parts["scale2"]
    if parts.get("to") and (scale or not scale2 or float(low.replace(",", "")) >= float(high.replace(",", ""))):
        return None
    minus = _PLUS_OR_MINUS[parts.get("minus")]
    per = f" per {_AFTER_SLASH.get(parts['per'], parts['per'])}" if parts.get("per") else ""
    if not high and not scale and currency.minor and re.search(r"\.\d\d$", low):
        return minus + _coins(low, currency, british) + per
    said = number(low, british)
    if scale and not (high and scale == scale2 == "K"):
        said += f" {_SCALES[scale]}"
    if high:
        said += f" to {number(high, british)}" + (f" {_SCALES[scale2]}" if scale2 else "")
    is_one = describes(match) or (low == "1" and not scale and not high)
    return f"{minus}{said} {currency.name if is_one else currency.plural}{per}"


def _coins(text: str, currency: _Currency, british: bool) -> str:
    whole, _, coins = text.replace(",", "").partition(".")
    said = []
    if int(whole or 0):
        said.append(f"{number(whole, british)} {currency.name if int(whole) == 1 else currency.plural}")
    if int(coins) or not said:
        said.append(count(str(int(coins)), currency.minor, british))
    return " and ".join(said)


def _pence(match: re.Match[str], british: bool) -> str:
    minor = "penny" if match["minor"] == "p" else "cent"
    is_one = match["n"] == "1" or (minor == "cent" and describes(match))
    return f"{number(match['n'], british)} {unit_name(minor, not is_one, british)}"


def _multitude(match: re.Match[str], _: bool) -> str:
    """$10,000s: "tens of thousands of dollars"."""
    return f"{multitude(match['low'])} of {SIGNS[match['sign']].plural}"


def _percent(match: re.Match[str], british: bool) -> str:
    said = _PLUS_OR_MINUS[match["sign"]] + number(match["low"], british)
    if match["high"]:
        own = " percent" if "%" in match["to"] and "to" in match["to"] else ""
        said += f"{own} to {number(match['high'], british)}"
    return stopped(f"{said} percent", match)


def _measure(match: re.Match[str], british: bool) -> str:
    parts = match.groupdict()
    unit = _UNITS.get(parts["unit"]) or _ATTACHED[parts["unit"]]
    if parts.get("over"):
        unit += f" per {_AFTER_SLASH.get(parts['over'], parts['over'])}"
    said = _PLUS_OR_MINUS[parts["minus"]] + number(parts["low"], british)
    if parts["high"]:
        said += f" to {number(parts['high'], british)}"
    if parts.get("scale"):
        said += f" {_SCALES[parts['scale']]}"
    is_one = (
        parts.get("tied")
        or describes(match, things="degree" not in unit)
        or (parts["low"] == "1" and not parts["high"] and not parts.get("scale"))
    )
    return stopped(f"{said} {unit_name(unit, not is_one, british)}", match)


def _m(match: re.Match[str], british: bool) -> str | None:
    """``m`` without a currency: meters or million, depending on what follows."""
    said = number(match["n"], british)
    text, end = match.string, match.end()
    counted = _COUNTED.match(text, end) or _COUNTED_BEFORE.search(text[max(0, match.start() - 80) : match.start()])
    million = " million" if counted and not match["by"] and not _METERS.match(text, end) else ""
    if match["by"]:
        said = f"{number(match['by'], british)} by {said}"
    if match["low"]:
        said = f"{number(match['low'], british)}{million} to {said}"
    if million:
        return said + million
    return f"{said} {unit_name('meter', not describes(match) and match['n'] != '1', british)}"


def _spaced_degrees(match: re.Match[str], british: bool) -> str:
    return _PLUS_OR_MINUS[match["minus"]] + count(match["n"], _ATTACHED[match["unit"]], british)


def _capital(match: re.Match[str], british: bool) -> str | None:
    """1.2M copies, 200K people; None for a 5K race and an apartment 4B."""
    text, end, value, scale = match.string, match.end(), match["n"], match["scale"]
    is_amount = _COUNTED.match(text, end) or ("." in value and scale != "K") or (len(value) > 2 and scale == "K")
    if _RUN.match(text, end) or not is_amount:
        return None
    return f"{number(value, british)} {_SCALES[scale]}"


def _after_fraction(match: re.Match[str], british: bool) -> str:
    return " " + unit_name(_UNITS[match["unit"]], match["whole"] is not None, british)


_TO: Final = r"\s?(?:-|–|—|\bto\b)\s?"
_SCALE: Final = rf"(?:(?:\s?|-(?=[mbt]r?illion))(?P<scale>{alternatives(_SCALES)}))?(?![A-Za-z\d])"
_SCALED: Final = rf"(?:\s?(?P<scale>{alternatives(_SCALES)})(?![A-Za-z\d]))?"
_SCALE2: Final = _SCALE.replace("scale", "scale2")
_LOW: Final = rf"(?P<low>{NUMBER}|(?<=[$£€])\.\d\d)(?!\d|,\d)"
_PER: Final = rf"(?:/(?P<per>(?:{alternatives(_AFTER_SLASH)}|[a-z]+))(?!\w))?"
_SIGN: Final = alternatives(SIGNS)
_CODE: Final = alternatives(_CURRENCIES["codes"])
_SIGNED: Final = (
    rf"(?:(?<![\w-])(?P<minus>[-−–]))?(?<![A-Za-z])(?P<sign>(?:{_SIGN})|(?:{_CODE})(?=[\s\d])|"
    rf"(?:{alternatives(_CURRENCIES['letters'])})(?=\d[\d.,]*\s?(?:bn|tn|m|[mbt]r?illion)\b|\d{{1,3}},\d{{3}}))"
)
_UNIT: Final = rf"(?P<unit>(?!W\.\s)(?:{alternatives(_UNITS)})|(?<=\d)(?:{alternatives(_ATTACHED)})|in(?=\.))"
_MINUS: Final = r"(?<![\w.])(?P<minus>(?<!\d)[-−])?"

RULES: Final[tuple[Rule, ...]] = (
    rule(rf"(?<![A-Za-z])(?P<sign>{_SIGN})(?P<low>1(?:0|00|,?000|0,?000|00,?000|,000,000))s\b", _multitude),
    rule(rf"{_SIGNED}\s?{_LOW}{_SCALE}\s(?P<to>to)\s(?:{_SIGN})(?P<high>{NUMBER}){_SCALE2}", _money),
    rule(rf"{_SIGNED}{_LOW}(?P<scale>[km])?(?P<high>)(?P<scale2>)\s?(?P<per>pcm|pw|pa|p\.a\.)(?!\w)", _money),
    rule(rf"{_SIGNED}\s?{_LOW}{_SCALE}(?:\s?[-–—]\s?(?:{_SIGN})?(?P<high>{NUMBER}){_SCALE2})?{_PER}", _money),
    rule(
        rf"(?<![\w.,]){_LOW}{_SCALED}(?:\s?[-–—]\s?(?P<high>{NUMBER}){_SCALE2})?"
        rf"\s?(?P<after>(?:{_CODE})(?!\w)|[€£¥₹₽₴₩₪₺]){_PER}",
        _money,
    ),
    rule(rf"(?<![\w.,$£€])(?P<n>{NUMBER})(?P<minor>p|¢|c)(?![\w])", _pence),
    rule(
        rf"(?<![\w.])(?P<sign>(?<![\d%])[-−+])?{_LOW}(?:(?P<to>\s?%?{_TO})(?P<high>{NUMBER}))?"
        r"\s?(?:%|\bpct\b\.?|％|(?<=\d)pc\b)",
        _percent,
    ),
    rule(
        r"(?<![\w.])(?P<feet>\d{1,2})\s?ft\.?\s?(?P<inches>\d{1,2})\s?ins?\b", "{feet:count foot} {inches:count inch}"
    ),
    rule(r"(?<![\w.])(?P<feet>\d)['′’](?P<inches>\d{1,2})(?:\"|″|”|'')", "{feet:count foot} {inches:count inch}"),
    rule(r"(?<![\w.])(?P<stone>\d{1,2})st\.?\s?(?P<pounds>\d{1,2})\s?lbs?\b", "{stone} stone {pounds:count pound}"),
    rule(r"(?<![\w.])(?P<stone>[4-9]|1\d|20|2[2-9])st\b", "{stone} stone"),
    rule(rf"(?<![\w.]){_LOW}°\s?(?P<side>[NSEW])\b", "{low} degrees {side}", side=_SIDES),
    rule(rf"{_MINUS}{_LOW}\s?{_UNIT}\s?[-–—]\s?(?P<high>{NUMBER})\s?(?P=unit)(?![\w/])", _measure),
    rule(r"(?<![\w.])(?P<n>\d+\.\d+)s(?!\w)", "{n} seconds"),
    rule(
        rf"(?<![\w.])(?<!\d/)(?P<minus>(?<!\d)[-−])?{_LOW}(?:{_TO}(?P<high>{NUMBER}))?"
        rf"(?:\s?(?P<scale>{alternatives(_SCALES)})(?=\s))?(?:\s|(?P<tied>-))?{_UNIT}"
        rf"(?:/(?P<over>{alternatives(_AFTER_SLASH)}|[a-z]{{3,}}))?(?![\w/])"
        rf"(?:(?<=[a-z])\.(?=[,)]|\s[a-z{MASK}]|\s\d+(?:\.\d+)?\s?(?:oz|in)\b))?",
        _measure,
    ),
    rule(r"(?<![\w.])(?P<n>\d{1,3})['′](?=\s(?:long|tall|wide|deep|high)\b)", "{n} feet"),
    rule(r"(?<![\w.])(?P<n>\d{1,3})[\"″](?=\s(?:long|tall|wide|deep|high)\b)", "{n} inches"),
    rule(r"(?<![\w.,])(?P<low>\d+(?:\.\d+)?)[\"″]\s?[-–]\s?(?P<high>\d+(?:\.\d+)?)[\"″]", "{low} to {high} inches"),
    rule(  # 2.5" of rain: no quotation ends here, as none has begun
        r"^[^\"“”]*(?<![\w.,])(?P<it>(?P<n>\d+(?:\.\d+)?)[\"″])(?=\s(?:of|in|thick|across|rain|snow)\b)",
        "{n:count inch}",
    ),
    rule(
        r"\b(?:was|is|hit|at|to|of|reached|near|above|below|around|about)\s"
        r"(?P<it>(?P<minus>[-−])?(?P<n>\d{1,3})\s(?P<unit>[CF]))(?![\w-])",
        _spaced_degrees,
    ),
    rule(
        r"(?<![\w.])(?:(?P<whole>\d+)[\s-]?)?(?:[½⅓⅔¼¾⅛⅜⅝⅞]|\d/\d)"
        r"(?P<it>\s?(?P<unit>tsp|tbsp|oz|lbs?|km|kg|ft|cm|mm|mph)\b(?:\.(?=,|\s[a-z]))?)",
        _after_fraction,
    ),
    rule(r"degrees? (?P<it>[CF])\b", _TEMPERATURES),
    rule(rf"(?<![\w.])(?:(?P<by>\d+)\s?[x×]\s?|(?P<low>{NUMBER})m?\s?[-–]\s?)?(?P<n>{NUMBER})\s?m(?!\w)", _m),
    rule(rf"(?<={MASK})(?P<it>\s?[x×]\s?)(?={MASK})", " by "),
    rule(rf"(?<![\w.,$£€-])(?P<n>{NUMBER})(?P<scale>[MBK])(?!\w)", _capital),
    rule(
        r"\b(?:[Aa]|the|his|her|first|charity|annual|local)\s(?P<it>(?P<n>5|8|10|15)k)"
        r"(?=[.,;:!?)]|\s(?:run|race|walk|on|in|at|and|for|to)\b|$)",
        "{n} K",
    ),
    rule(rf"(?<![\w.])(?P<n>{NUMBER})(?P<scale>k|bn|tn|mn)(?!\w)", "{n} {scale}", scale=_SCALES),
)
