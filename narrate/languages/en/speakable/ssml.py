"""The readings that SSML's ``say-as`` asks for."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.en.numbers import NUMBER, cardinal, digits, number, ordinal, year
from narrate.languages.en.speakable.times import numeric_date

_SPELLED: Final = ("characters", "spell-out", "verbatim")


def say_as(words: str, kind: str, form: str, *, british: bool) -> str | None:
    """Return the words for an element ``say-as``.

    Args:
        words: The content of the element.
        kind: Its attribute ``interpret-as``, in lower case.
        form: Its attribute ``format``, in lower case; empty if it has none.
        british: Whether the reading is British.

    Returns:
        The words, or None if ``words`` do not fit ``kind`` or ``kind`` is unknown: then the rules decide.
    """
    plain = words.replace(",", "").strip()
    if kind in _SPELLED:
        letters = (char for char in plain if char.isalnum())
        return " ".join(cardinal(int(char), british) if char.isdecimal() else char.upper() for char in letters) or None
    if kind in ("digits", "telephone") and any(map(str.isdecimal, plain)):
        return ", ".join(digits(group) for group in re.findall(r"[0-9]+", plain)) or None
    if kind in ("cardinal", "number") and re.fullmatch(NUMBER, plain):
        return number(plain, british)
    if kind == "ordinal" and re.fullmatch(r"[0-9]{1,15}(?:st|nd|rd|th)?", plain):
        return ordinal(int(plain.rstrip("stndrh")), british)
    if kind != "date":
        return None
    if form in ("y", "yyyy") and re.fullmatch("[0-9]{4}", plain):
        return year(int(plain), british)
    numeric = r"(?P<one>[0-9]{1,2})[/.-](?P<two>[0-9]{1,2})[/.-](?P<year>[0-9]{4}|[0-9]{2})"
    if form.startswith(("d", "m")) and (date := re.fullmatch(numeric, plain)):
        return numeric_date(date, day_first=form.startswith("d"), british=british)
    return None
