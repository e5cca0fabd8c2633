"""Codes of languages (ISO 639): names for people, codes for tags, and the direction of writing."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

_UNDETERMINED = "und"
"""The code of ISO 639-2 for a language that is not known."""


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("narrate.languages").joinpath("iso639.toml").read_text(encoding="utf-8"))


def language_code(tag: str) -> str:
    """Return the ISO 639 code of a BCP 47 tag: ``en`` for ``en-GB``. Former codes become those of today."""
    code = tag.partition("-")[0].lower()
    former: str = _table()["former_codes"].get(code, code)
    return former


def language_name(tag: str) -> str:
    """Return the English name of a language, or its code if it has no name here.

    Args:
        tag: A BCP 47 tag such as ``fr-CA``.
    """
    code = language_code(tag)
    name: str = _table()["languages"].get(code, (code, code))[1]
    return name


def iso_639_2(tag: str) -> str:
    """Return the three-letter code of a language, as ID3 asks for it (ISO 639-2, terminological codes).

    Args:
        tag: A BCP 47 tag such as ``fr-CA``.

    Returns:
        ``und`` if the tag has no code of two or three letters that is known. Codes of three letters are kept.
    """
    code = language_code(tag)
    if code in _table()["languages"]:
        found: str = _table()["languages"][code][0]
        return found
    is_three_letters = re.fullmatch("[a-z]{3}", code) is not None
    return _table()["bibliographic"].get(code, code) if is_three_letters else _UNDETERMINED


def direction(tag: str) -> str:
    """Return the direction of writing as HTML names it: ``rtl`` from right to left, else ``ltr``.

    Args:
        tag: A BCP 47 tag such as ``ar`` or ``az-Arab``. A script in it decides.
    """
    script = next((part.title() for part in tag.split("-")[1:] if re.fullmatch("[A-Za-z]{4}", part)), None)
    if script:
        return "rtl" if script in _table()["right_to_left_scripts"].split() else "ltr"
    return "rtl" if language_code(tag) in _table()["right_to_left"].split() else "ltr"
