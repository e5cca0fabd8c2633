"""What the page shows of a script, as values that become JSON."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from narrate.edition.changes import describe_changes
from narrate.edition.plan import Plan
from narrate.editor.documents import OpenScript
from narrate.errors import UsageError
from narrate.script.corrections import is_restorable
from narrate.script.review import unchecked_quotations
from narrate.types import NARRATOR, Article, Script, Segment, Skipped, Speaker

COLORS: Final = 12
"""The page has this many colors for speakers; the first is the narrator's."""
WORDS_PER_S: Final = 2.6
"""Pace of the voices, to estimate how long a speaker is heard: the median of Kokoro's over news articles."""

Row = dict[str, Any]
Items = tuple[list[Row], list[tuple[int, int]]]
"""The rows of the article, and the first row and the row after the last one of each paragraph."""


def item_rows(plan: Plan, *, min_confidence: float) -> list[Row]:
    """Return a row for each segment and each skipped part, in the order of the article.

    Args:
        plan: The script, its voices and its warnings.
        min_confidence: Quotations with a lower confidence, from 0 to 1, are doubtful until an editor checks them.
    """
    script = plan.script
    doubtful = frozenset(unchecked_quotations(script, min_confidence=min_confidence))
    names = script.names
    placed = [  # what Narrate adds in front has no place in the article
        (segment.start if segment.end else -1, 1, _segment_row(segment, names, doubtful)) for segment in script.segments
    ]
    for number, skipped in enumerate(script.article.skipped):
        start = skipped.span.start if skipped.span else len(script.article.text)
        placed.append((start, 0, _skipped_row(number, skipped)))
    return [row for _, _, row in sorted(placed, key=lambda item: item[:2])]


def _segment_row(segment: Segment, names: Mapping[str, str], doubtful: frozenset[int]) -> Row:
    row: Row = {"type": "segment", "index": segment.index, "kind": segment.kind, "text": segment.text}
    row |= {"start": segment.start, "end": segment.end}
    if segment.kind == "quotation":
        row |= {
            "speaker": names[segment.speaker],
            "voiced_by": names[segment.voiced_by],
            "confidence": round(segment.confidence, 3),
            "evidence": segment.evidence,
            "doubtful": segment.index in doubtful,
            "checked": segment.checked,
        }
    return row


def _skipped_row(number: int, skipped: Skipped) -> Row:
    row: Row = {"type": "skipped", "index": number, "text": skipped.text, "reason": skipped.reason}
    return row | {"can_read": is_restorable(skipped)}


def paragraph_ranges(rows: Sequence[Row], article: Article) -> list[tuple[int, int]]:
    """Return (first row, row after the last one) of each paragraph. The paragraphs together cover all rows.

    What is skipped, the disclaimer and the headline are paragraphs of their own.
    """
    starts = [paragraph.start for paragraph in article.paragraphs]
    ranges: list[tuple[int, int]] = []
    last_key: tuple[Any, ...] | None = None
    for at, row in enumerate(rows):
        key: tuple[Any, ...] = (row["type"], row["index"])
        if row.get("kind") in ("narration", "quotation"):
            first_word = row["start"] + len(row["text"]) - len(row["text"].lstrip())
            key = ("body", bisect_right(starts, first_word))
        if key == last_key:
            ranges[-1] = (ranges[-1][0], at + 1)
        else:
            ranges.append((at, at + 1))
        last_key = key
    return ranges


def speaker_rows(plan: Plan) -> list[Row]:
    """Return a row for the narrator and each speaker, in the order of the script."""
    script = plan.script
    said: dict[str, list[Segment]] = {NARRATOR: [], **{speaker.id: [] for speaker in script.speakers}}
    words = dict.fromkeys(said, 0)
    for segment in script.segments:
        words[segment.voiced_by] += len(segment.text.split())
        if segment.kind == "quotation":
            said[segment.speaker].append(segment)
    speakers = (Speaker(NARRATOR, script.names[NARRATOR]), *script.speakers)
    return [
        {
            "name": speaker.name,
            "described_as": speaker.role or "",
            "gender": speaker.gender,
            "gender_evidence": speaker.gender_evidence or "",
            "voice": voice.id if (voice := plan.cast.voices.get(speaker.id)) else None,
            "quotations": len(said[speaker.id]),
            "seconds": round(words[speaker.id] / WORDS_PER_S, 1),
            "confidence": _lowest_confidence(said[speaker.id]) if speaker.id != NARRATOR else None,
            "color": 0 if number == 0 else (number - 1) % (COLORS - 1) + 1,
        }
        for number, speaker in enumerate(speakers)
    ]


def _lowest_confidence(quotations: Sequence[Segment]) -> float:
    return round(min(1.0 if one.checked else one.confidence for one in quotations), 3)


def count_quotations(script: Script) -> int:
    """Return the number of quotations."""
    return sum(segment.kind == "quotation" for segment in script.segments)


class View:
    """What the page shows of an open script.

    Args:
        document_id: The id that the page knows it by.
        script: The open script.
    """

    def __init__(self, document_id: str, script: OpenScript) -> None:
        self._id, self._script = document_id, script

    def document(self) -> Row:
        """Return everything that the page shows."""
        script = self._script
        with script.unchanging():
            plan, article = script.plan, script.plan.script.article
            rows, paragraphs = self.items()
            return {
                "id": self._id,
                "title": article.title or script.file.name,
                "language": article.language,
                "outlet": article.outlet or "",
                "file": script.file.name,
                "engine": plan.engine,
                "min_confidence": script.config.attribution.min_confidence,
                "paragraphs": paragraphs,
                "items": rows,
                **self._facts(),
            }

    def items(self) -> Items:
        """Return the rows of the article, and (first row, row after the last one) of each paragraph."""
        plan = self._script.plan
        rows = item_rows(plan, min_confidence=self._script.config.attribution.min_confidence)
        return rows, paragraph_ranges(rows, plan.script.article)

    def segments_of_paragraph(self, number: int) -> list[int]:
        """Return the segments of a paragraph of the page, by index. Raises ``UsageError`` if there is none."""
        rows, ranges = self.items()
        if number >= len(ranges):
            raise UsageError(f"The script has no paragraph {number}. Reload the page.")
        first, end = ranges[number]
        return [row["index"] for row in rows[first:end] if row["type"] == "segment"]

    def _facts(self) -> Row:
        """Return what any change may change, without the items."""
        script = self._script
        plan, article = script.plan, script.plan.script.article
        return {
            "version": script.version,
            "can_undo": script.can_undo,
            "can_redo": script.can_redo,
            "changed_on_disk": script.is_changed_on_disk(),
            "reviewed_by": plan.script.reviewed_by,
            "reviewed_at": plan.script.reviewed_at,
            "speakers": speaker_rows(plan),
            "names_to_check": None,
            "pronunciations": dict(article.lexicon),
            "desk_lexicon": script.lexicon.path.name if script.lexicon else None,
            "warnings": [*script.notices, *plan.warnings],
            **self._edition(),
        }

    def _edition(self) -> Row:
        """Return what is known of the edition that was made last."""
        script = self._script
        previous = script.previous_edition()
        if previous is None:
            return {"changes_since_edition": None, "edition": None}
        changes = script.changes_since_edition()
        player = quote(previous.files["player"].name) if "player" in previous.files else ""
        made = datetime.fromtimestamp(previous.files["manifest"].stat().st_mtime, UTC)
        return {
            "changes_since_edition": describe_changes(changes) if changes else [],
            "edition": {
                "made_at": f"{made:%Y-%m-%dT%H:%M:%SZ}",
                "seconds": round(previous.manifest.duration_s, 1),
                "player_url": f"api/documents/{self._id}/edition/{player}" if player else None,
            },
        }

    def difference(self, before: Items) -> Row:
        """Return what has changed since ``before``: all but the items, and the items that differ.

        If the items are not the same ones as before, the whole document is in ``document``.
        """
        now, (rows, paragraphs) = self.document(), before
        if now["paragraphs"] != paragraphs or [*map(_item_key, now["items"])] != [*map(_item_key, rows)]:
            return {"version": now["version"], "document": now}
        items = [row for row, old in zip(now["items"], rows, strict=True) if row != old]
        return {**{key: value for key, value in now.items() if key not in ("items", "paragraphs")}, "items": items}


def _item_key(row: Row) -> tuple[str, int, str]:
    return row["type"], row["index"], row["text"]
