"""Money, percentages and units of measurement."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.en.numbers import number
from narrate.languages.en.speakable._rules import count, describes, full_stop, load_family, unit_name

_FAMILY: Final = load_family("amounts")
_look_up: Final = _FAMILY.look_up
CURRENCY_SIGNS: Final = _FAMILY.tables["currency_signs"]


def say_money(match: re.Match[str], british: bool) -> str | None:
    """Return the words of $4.2m, $3-5 million and £500pcm; None for "$5bn to $3 million"."""
    parts = match.groupdict()
    sign = parts.get("sign") or parts["after"]
    currency = _look_up(sign, "currency_signs", "currency_codes", "currency_letters")
    low, high, scale, scale_of_high = (parts[name] for name in ("low", "high", "scale", "scale_of_high"))
    is_range = not scale and scale_of_high and float(low.replace(",", "")) < float(high.replace(",", ""))
    if parts.get("to") and not is_range:
        return None
    minus, per = _look_up(parts.get("minus"), "plus_or_minus"), _per(parts.get("per"))
    minor = _FAMILY.tables["minor_units"].get(sign)
    if not high and not scale and minor and re.search(r"\.\d\d$", low):
        return minus + _coins(low, currency, minor, british) + per
    said = number(low, british)
    if scale and not (high and scale == scale_of_high == "K"):
        said += f" {_look_up(scale, 'scales')}"
    if high:
        said += f" to {number(high, british)}" + (f" {_look_up(scale_of_high, 'scales')}" if scale_of_high else "")
    is_one = describes(match) or (low == "1" and not scale and not high)
    return f"{minus}{said} {unit_name(currency, not is_one, british)}{per}"


def _per(unit: str | None) -> str:
    return f" per {_look_up(unit, 'units_after_slash', 'units')}" if unit else ""


def say_per_unit(match: re.Match[str], _: bool) -> str | None:
    """Return the words of the slash in 30 cents/kWh, 50 people/km² and 20 pages/min; None after what is not counted."""
    before = match.string[max(0, match.start() - 20) : match.start()]
    is_rate = match["per"] in _FAMILY.lists["rates"] or match["per"] in _FAMILY.tables["units"]
    is_counted = is_rate and _FAMILY.pattern("before_rate").search(before)
    return _per(match["per"]) if is_counted or _FAMILY.pattern("before_per").search(before) else None


def say_raised_unit(match: re.Match[str], british: bool) -> str | None:
    """Return the words of km² after a word such as "each" or "million"; None after others."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    is_one = _FAMILY.pattern("before_one").search(before)
    if is_one or _FAMILY.pattern("before_many").search(before):
        return unit_name(_look_up(match[0], "units"), not is_one, british)
    return None


def _coins(text: str, currency: str, minor: str, british: bool) -> str:
    """Return an amount in its main and its minor unit; either is left out if there is none of it."""
    whole, _, coins = text.replace(",", "").partition(".")
    said = []
    if int(whole or 0):
        said.append(f"{number(whole, british)} {unit_name(currency, int(whole) != 1, british)}")
    if int(coins) or not said:
        said.append(count(str(int(coins)), minor, british))
    return " and ".join(said)


def say_measure(match: re.Match[str], british: bool) -> str:
    """Return the words of 5km, 5-10 kg, a 5-mile walk and 5 mg/dL."""
    parts = match.groupdict()
    low, high, scale = parts["low"], parts["high"], parts.get("scale")
    unit = _look_up(parts["unit"], "units", "attached_units") + _per(parts.get("over"))
    said = _look_up(parts["minus"], "plus_or_minus") + number(low, british)
    if high:
        said += f" to {number(high, british)}"
    if scale:
        said += f" {_look_up(scale, 'scales')}"
    is_one = parts.get("tied") or describes(match, things="degree" not in unit)
    is_one = is_one or (low == "1" and not high and not scale)
    return f"{said} {unit_name(unit, not is_one, british)}{full_stop(match)}"


def say_meters_or_millions(match: re.Match[str], british: bool) -> str:
    """Return the words of 5m users, the 100m sprint and 50 x 25m."""
    said = number(match["n"], british)
    text, end = match.string, match.end()
    earlier = text[max(0, match.start() - 80) : match.start()]
    counted = _FAMILY.pattern("counted").match(text, end) or _FAMILY.pattern("counted_earlier").search(earlier)
    million = " million" if counted and not match["by"] and not _FAMILY.pattern("meters").match(text, end) else ""
    if match["by"]:
        said = f"{number(match['by'], british)} by {said}"
    if match["low"]:
        said = f"{number(match['low'], british)}{million} to {said}"
    return said + (million or f" {unit_name('meter', not describes(match) and match['n'] != '1', british)}")


RULES: Final = _FAMILY.rules(globals())
