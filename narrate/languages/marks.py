"""Quotation marks: the one definition for everything that looks at them."""

from __future__ import annotations

import re
from typing import Final, Literal

Family = Literal["double", "single", "guillemet"]

FAMILY: Final[dict[str, Family]] = {
    **dict.fromkeys('"“”„‟″＂', "double"),
    **dict.fromkeys("'‘’‚‛", "single"),
    **dict.fromkeys("«»‹›", "guillemet"),
}
"""Every character that is read as a quotation mark -> the family within which marks pair."""
MARKS: Final = "".join(FAMILY)
"""All quotation marks, to strip them from words and to look one up."""
DOUBLE: Final = "".join(mark for mark, family in FAMILY.items() if family == "double")
"""The double quotation marks."""
SINGLE: Final = "".join(mark for mark, family in FAMILY.items() if family == "single")
"""The single quotation marks; some of them are apostrophes too."""
OPENING: Final = "\"“'‘«″＂"
"""The marks that open a quotation."""
CLOSING: Final = "\"”'’»″＂"
"""The marks that close a quotation."""
STRAIGHT: Final = '"″＂'
"""The double marks that look the same on both sides of a quotation."""
IN_MARKS: Final = re.compile(rf"[{DOUBLE}][^{DOUBLE}]*[{DOUBLE}]?")
"""Words in double marks, with the marks; the last ones need not be closed."""
CLOCK_TIME: Final = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?"
"""The pattern of the time before a message ("14:02", "2.15.30 p.m.")."""
POST_AUTHOR: Final = re.compile(r"(?:--|[—–-]) ?(?P<name>[^()\n]{2,60}) \(@\w+\)[\w ,./]{0,30}")
"""The line of its author below a post."""
