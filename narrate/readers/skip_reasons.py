"""Why text is not spoken: every reason that a reader gives, and the kind under which ``--keep`` restores it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from narrate.errors import UsageError, suggestion
from narrate.types import STANDFIRST

NO_WORDS: Final = "no words to say"
DISCLAIMER: Final = "a disclaimer; the edition speaks its own"
ADVERTISEMENT: Final = "an advertisement mark"
RELATED: Final = "a link to other articles"
WRITE_IN: Final = "asks readers to write in"
REACH: Final = "how to reach the newsroom"
NEWSLETTER: Final = "a newsletter line"
WRITER: Final = "about the writer"
BELOW_STORY: Final = "stands below the end of the story"
CREDIT: Final = "a credit line"
COPYRIGHT: Final = "a copyright line"
BYLINE: Final = "the byline; it is in the edition's tags"
DATELINE: Final = "the dateline"
STAMP: Final = "when it was published or updated"
SHARE: Final = "a share bar"
CAPTION: Final = "the caption or credit of a picture"
TABLE: Final = "a table"
OUTSIDE_STORY: Final = "stands beside the story"
REPEATED: Final = "says once more what the story says"
NOTE: Final = "a note"
WITHDRAWN: Final = "withdrawn: struck out or deleted"
HIDDEN: Final = "hidden in the source"

SSML_FOLLOWED: Final = "SSML; what it asks for is followed"
SSML_DROPPED: Final = "SSML that is not followed"

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "advertisement": (ADVERTISEMENT,), "beside": (OUTSIDE_STORY,), "byline": (BYLINE,), "caption": (CAPTION,),
    "contact": (WRITE_IN, REACH), "copyright": (COPYRIGHT,), "credit": (CREDIT,), "dateline": (DATELINE,),
    "newsletter": (NEWSLETTER,), "note": (NOTE,), "related": (RELATED,), "repeated": (REPEATED,), "share": (SHARE,),
    "stamp": (STAMP,), "standfirst": (STANDFIRST,), "table": (TABLE,), "writer": (WRITER, BELOW_STORY),
}  # fmt: skip
"""Kind -> its reasons. Text without words, disclaimers, and withdrawn and hidden text cannot be restored."""


def reasons_of(kinds: Iterable[str]) -> frozenset[str]:
    """Return the reasons that belong to kinds of skipped text, which are keys of ``KINDS``.

    Raises:
        UsageError: There is no such kind.
    """
    reasons: set[str] = set()
    for kind in kinds:
        if kind not in KINDS:
            raise UsageError(f"There is no kind of skipped text '{kind}'. {suggestion(kind, KINDS)}")
        reasons.update(KINDS[kind])
    return frozenset(reasons)
