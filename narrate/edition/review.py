"""Whether an edition waits for an editor: what ``[review] required`` refuses, and the state of a script on the desk."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

from narrate.config import Config
from narrate.edition.manifest import Manifest
from narrate.edition.paths import FEED_NAME
from narrate.edition.plan import Plan
from narrate.errors import ReviewError, excerpt
from narrate.script.document import SavedScript
from narrate.script.review import unchecked_quotations

DeskState = Literal["to check", "checked", "made", "published"]
_SHOWN: Final = 3
"""A message shows the beginning of this many quotations."""


def review_reasons(plan: Plan, *, config: Config) -> tuple[str, ...]:
    """Return why an editor must check ``plan`` first: one reason for each quotation. None if no review is required."""
    if not config.review.required:
        return ()
    segments, names = plan.script.segments, plan.script.names
    unchecked = unchecked_quotations(plan.script, min_confidence=config.attribution.min_confidence)
    return tuple(
        f"an editor must check whether {names[segments[index].speaker]} says {excerpt(segments[index].text)}"
        for index in unchecked
    )


def review_error(reasons: tuple[str, ...], *, script: str, notes: Iterable[str] = ()) -> ReviewError:
    """Return the error that names what must be checked.

    Args:
        reasons: What :func:`review_reasons` returned; at least one.
        script: The path or URL of the script document in which it is to be checked.
        notes: Sentences that follow.
    """
    more = f"; and {len(reasons) - _SHOWN} more" if len(reasons) > _SHOWN else ""
    failure = f"Edition not made: {'; '.join(reasons[:_SHOWN])}{more}."
    return ReviewError(" ".join([failure, f"Check {script} with 'narrate edit', then run this again.", *notes]))


def desk_state(
    saved: SavedScript, *, min_confidence: float, manifest: Manifest | None = None, is_published: bool = False
) -> DeskState:
    """Return the state of a script document, for a list of an editor's work.

    Args:
        saved: The script document.
        min_confidence: Quotations with a lower confidence, from 0 to 1, must be checked.
        manifest: The manifest of its edition, if there is one.
        is_published: Whether that edition is public. See :func:`is_in_feed`.

    Returns:
        ``to check`` if a doubtful quotation is not checked; else ``checked`` if there is no edition, or if its script,
        voices or review are others; else ``published`` or ``made``.
    """
    if unchecked_quotations(saved.script, min_confidence=min_confidence):
        return "to check"
    if manifest is None or not _is_made_from(manifest, saved):
        return "checked"
    return "published" if is_published else "made"


def is_in_feed(manifest: Manifest, folder: Path) -> bool:
    """Return whether the feed in the edition's ``folder`` has this MP3, by its name and size."""
    mp3 = next(file for file in manifest.files if file.holds == "mp3")
    try:
        feed = (folder / FEED_NAME).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return re.search(rf'/{re.escape(quote(mp3.name))}" length="{mp3.bytes}"', feed) is not None


def _is_made_from(manifest: Manifest, saved: SavedScript) -> bool:
    """Return whether the edition holds this script: its words, speakers, voices and review."""
    names, script = saved.script.names, saved.script
    now = [(s.kind, s.text, names[s.speaker], s.checked) for s in script.segments if s.kind != "disclaimer"]
    made = [(s.kind, s.text, s.speaker, s.checked) for s in manifest.segments if s.kind != "disclaimer"]
    is_same_review = (manifest.reviewed_by, manifest.reviewed_at) == (script.reviewed_by, script.reviewed_at)
    voices = {row.speaker: row.voice for row in manifest.cast}
    return is_same_review and now == made and all(voices.get(name, one) == one for name, one in saved.voices.items())
