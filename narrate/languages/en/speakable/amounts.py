"""Money, percentages and units of measurement."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.en.numbers import multitude, number
from narrate.languages.en.speakable._rules import count, describes, full_stop, load_family, unit_name

_FAMILY: Final = load_family("amounts")
CURRENCY_SIGNS: Final = _FAMILY.tables["currency_signs"]


def say_money(match: re.Match[str], british: bool) -> str | None:
    """Return the words of $4.2m, $3-5 million and £500pcm; None for "$5bn to $3 million"."""
    parts = match.groupdict()
    sign = parts.get("sign") or parts["after"]
    currency = _FAMILY.look_up(sign, "currency_signs", "currency_codes", "currency_letters")
    low, high, scale, scale_of_high = (parts[name] for name in ("low", "high", "scale", "scale_of_high"))
    is_range = not scale and scale_of_high and float(low.replace(",", "")) < float(high.replace(",", ""))
    if parts.get("to") and not is_range:
        return None
    minus, per = _sign(parts.get("minus")), _per(parts.get("per"))
    minor = _FAMILY.tables["minor_units"].get(sign)
    if not high and not scale and minor and re.search(r"\.\d\d$", low):
        return minus + _coins(low, currency, minor, british) + per
    said = number(low, british)
    if scale and not (high and scale == scale_of_high == "K"):
        said += f" {_scale(scale)}"
    if high:
        said += f" to {number(high, british)}" + (f" {_scale(scale_of_high)}" if scale_of_high else "")
    is_one = describes(match) or (low == "1" and not scale and not high)
    return f"{minus}{said} {unit_name(currency, not is_one, british)}{per}"


def _sign(text: str | None) -> str:
    return _FAMILY.look_up(text or "", "plus_or_minus")


def _scale(text: str) -> str:
    return _FAMILY.look_up(text, "scales")


def _per(unit: str | None) -> str:
    return f" per {_FAMILY.look_up(unit, 'units_after_slash', 'units')}" if unit else ""


def _coins(text: str, currency: str, minor: str, british: bool) -> str:
    """Return an amount in its main and its minor unit; either is left out if there is none of it."""
    whole, _, coins = text.replace(",", "").partition(".")
    said = []
    if int(whole or 0):
        said.append(f"{number(whole, british)} {unit_name(currency, int(whole) != 1, british)}")
    if int(coins) or not said:
        said.append(count(str(int(coins)), minor, british))
    return " and ".join(said)


def say_multitude(match: re.Match[str], british: bool) -> str:
    """Return the words of $10,000s: "tens of thousands of dollars"."""
    return f"{multitude(match['low'])} of {unit_name(CURRENCY_SIGNS[match['sign']], True, british)}"


def say_percent(match: re.Match[str], british: bool) -> str:
    """Return the words of -5% and 5-10%."""
    said = _sign(match["sign"]) + number(match["low"], british)
    if match["high"]:
        own = " percent" if "%" in match["to"] and "to" in match["to"] else ""
        said += f"{own} to {number(match['high'], british)}"
    return f"{said} percent{full_stop(match)}"


def say_measure(match: re.Match[str], british: bool) -> str:
    """Return the words of 5km, 5-10 kg, a 5-mile walk and 5 mg/dL."""
    parts = match.groupdict()
    low, high, scale = parts["low"], parts["high"], parts.get("scale")
    unit = _FAMILY.look_up(parts["unit"], "units", "attached_units") + _per(parts.get("over"))
    said = _sign(parts["minus"]) + number(low, british)
    if high:
        said += f" to {number(high, british)}"
    if scale:
        said += f" {_scale(scale)}"
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


def say_capital_scale(match: re.Match[str], british: bool) -> str | None:
    """Return the words of 1.2M copies and 200K people; None for a 5K race and an apartment 4B."""
    text, end, value, scale = match.string, match.end(), match["n"], match["scale"]
    is_amount = ("." in value and scale != "K") or (len(value) > 2 and scale == "K")
    is_amount = is_amount or _FAMILY.pattern("counted").match(text, end) is not None
    if _FAMILY.pattern("run").match(text, end) or not is_amount:
        return None
    return f"{number(value, british)} {_scale(scale)}"


def say_unit_after_fraction(match: re.Match[str], british: bool) -> str:
    """Return the unit of 2½ oz and ¾ oz."""
    return " " + unit_name(_FAMILY.look_up(match["unit"], "units"), match["whole"] is not None, british)


RULES: Final = _FAMILY.rules(globals())
