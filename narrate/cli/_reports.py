"""Tables and messages that several commands show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from narrate.cli._messages import message_format, say, write
from narrate.errors import excerpt

if TYPE_CHECKING:
    from narrate.edition.plan import Plan
    from narrate.types import Edition, Stage, Timing


def cast_rows(made: Edition | Plan) -> list[dict[str, Any]]:
    """Describe the cast, the narrator first: voice, quotations, speaking time, and the lowest confidence."""
    cues = getattr(made, "cues", ())
    rows = []
    for speaker, name in made.script.names.items():
        quotations = [s for s in made.script.segments if s.kind == "quotation" and s.speaker == speaker]
        voice = made.cast.voices.get(speaker)
        rows.append(
            {
                "speaker": name,
                "voice": voice.id if voice else None,
                "quotations": len(quotations),
                "seconds": round(sum(cue.end_s - cue.start_s for cue in cues if cue.speaker == name), 2),
                "confidence": min((round(s.confidence, 3) for s in quotations), default=None),
                "reason": made.cast.reasons.get(speaker, "read by the narrator"),
            }
        )
    return rows


def cast_table(made: Edition | Plan) -> str:
    """Return the cast as a table."""
    rows = [
        [
            row["speaker"],
            row["voice"] or "(narrator)",
            str(row["quotations"]),
            f"{row['seconds']:.1f}" if row["seconds"] else "",
            "" if row["confidence"] is None else f"{row['confidence']:.2f}",
        ]
        for row in cast_rows(made)
    ]
    return table(["Speaker", "Voice", "Quotations", "Seconds", "Confidence"], rows)


def show_cast(made: Edition | Plan) -> None:
    """Write the cast to standard error, as a table or as messages."""
    if not message_format.as_json:
        write(cast_table(made).rstrip())
        return
    for row in cast_rows(made):
        say(f"{row['speaker']}: voice {row['voice']}, quotations {row['quotations']}: {row['reason']}", stage="cast")


def show_notes(made: Edition | Plan, *, is_draft: bool) -> None:
    """Write messages for the editor: the engine, uncertain quotations, skipped text, warnings."""
    note = "A draft, in a robotic voice. To publish it, make it again without --draft."
    if not is_draft:
        note = f"Engine {made.engine}: {made.engine_reason.rstrip('.')}."
    say(note, stage="synthesize")
    for index in made.below_threshold:
        segment = made.script.segments[index]
        guess = f"perhaps {made.script.names[segment.speaker]}, confidence {segment.confidence:.2f}"
        say(f"Speaker uncertain ({guess}), the narrator reads it: {excerpt(segment.text)}", stage="attribute")
    for skipped in made.script.article.skipped:
        say(f"Skipped ({skipped.reason}): {excerpt(skipped.text)}", stage="read")
    for warning in made.warnings:
        say(warning, level="warning")


def timing_summary(timings: Mapping[Stage, Timing]) -> str:
    """Return the seconds in all and by stage, with processor time in brackets."""
    wall_s, cpu_s = (sum(getattr(timing, name) for timing in timings.values()) for name in ("wall_s", "cpu_s"))
    stages = [f"{stage} {timing.wall_s:.1f} ({timing.cpu_s:.1f})" for stage, timing in timings.items()]
    return f"{wall_s:.1f} s (processor {cpu_s:.1f} s): {', '.join(stages)}"


def table(header: list[str], rows: list[list[str]], *, whole: str = "") -> str:
    """Return a table for a terminal, at least 80 columns wide if its content needs them.

    Args:
        header: The names of the columns.
        rows: The cells.
        whole: A column whose cells are neither cut nor broken, so that they can be copied.
    """
    from io import StringIO

    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for name in header:
        table.add_column(name, no_wrap=name == whole)
    for row in rows:
        table.add_row(*row)
    text = StringIO()
    Console(file=text, markup=False, width=max(80, Console().width)).print(table)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines() if line.strip()) + "\n"
