"""What the command tells: reports for programs, tables and explanations for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from narrate.listening.hearing import Hearing
    from narrate.preparing import Prepared
    from narrate.stats import Statistics
    from narrate.types import Article, Edition, Stage, Timing


def cast_rows(made: Edition | Prepared) -> list[dict[str, Any]]:
    """Narrator first, then the speakers: voice, quotations, seconds heard, and the least sure attribution."""
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


def report(edition: Edition) -> dict[str, Any]:
    segments = edition.script.segments
    return {
        "mp3": edition.address,
        "captions": edition.urls.get("captions", str(edition.captions)),
        "script": edition.urls.get("script", str(edition.script_file)),
        "files": edition.urls or {name: str(path) for name, path in edition.files.items()},
        "title": edition.script.article.title,
        "duration_s": round(edition.duration_s, 3),
        "loudness_lufs": round(edition.loudness_lufs, 2),
        "true_peak_dbtp": round(edition.true_peak_dbtp, 2),
        "provenance": dict(edition.provenance),
        "engine": edition.engine,
        "engine_reason": edition.engine_reason,
        "disclaimer": edition.disclaimer,
        "state": edition.state,
        "correction": asdict(edition.correction) if edition.correction else None,
        "lines": edition.lines,
        "reused_lines": edition.reused_lines,
        "timings": {stage: asdict(timing) for stage, timing in edition.timings.items()},
        "cast": cast_rows(edition),
        "below_threshold": [
            {"segment": index, "text": segments[index].text.strip(), "confidence": round(segments[index].confidence, 3)}
            for index in edition.below_threshold
        ],
        "skipped": [{"reason": skipped.reason, "text": skipped.text} for skipped in edition.script.article.skipped],
        "warnings": list(edition.warnings),
    }


def changes(edition: Edition) -> list[str]:
    """What became of the former edition, for people."""
    if edition.state == "untouched":
        return ["nothing has changed: the edition is left as it is"]
    lines = []
    for change in edition.correction.changes if edition.correction else ():
        was = f" (was {change.former_speaker}, voice {change.former_voice})" if change.kind == "revoiced" else ""
        lines.append(f"{change.kind}: {change.speaker}, voice {change.voice}{was}: {change.text.strip()[:60]!r}")
    return lines


def timing_line(timings: Mapping[Stage, Timing]) -> str:
    """Seconds by stage, and of the processor in brackets, for people."""
    wall_s, cpu_s = (sum(getattr(timing, name) for timing in timings.values()) for name in ("wall_s", "cpu_s"))
    stages = [f"{stage} {timing.wall_s:.1f} ({timing.cpu_s:.1f})" for stage, timing in timings.items()]
    return f"took {wall_s:.1f} s (processor {cpu_s:.1f} s): {', '.join(stages)}"


def gist(sums: Statistics) -> str:
    return f"{sums.editions} editions, {sums.minutes:.1f} minutes, {sums.words} words, {sums.speakers} speakers"


def sums(sums: Statistics) -> str:
    """Statistics, for people."""
    narrated = f"{sums.narrator_read} read by the narrator, {sums.unsure} of them because nobody is sure who says them"
    hits = f"{sums.reused_lines} of {sums.lines} lines" if sums.lines else "unknown"
    tenths = [f"from {n / len(sums.confidence):.1f}: {count}" for n, count in enumerate(sums.confidence) if count]
    return "\n".join(
        [
            gist(sums),
            f"{sums.voices} voices, {sums.corrections} corrections",
            f"{sums.quotations} quotations, {narrated}",
            f"their confidence: {', '.join(tenths) or 'no quotations'}",
            f"from the cache when last made: {hits} (known for {sums.known_runs} of {sums.editions} editions)",
            f"the making {timing_line(sums.timings)}",
        ]
    )


def cast_table(made: Edition | Prepared) -> str:
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


def read_through(prepared: Prepared) -> str:
    """The cast and the script, for people."""
    names = prepared.script.names
    lines = []
    for segment in prepared.script.segments:
        said_by = names[segment.speaker] + ("" if segment.voiced_by == segment.speaker else ", read by the narrator")
        lines.append(f"[{said_by}] {' '.join(segment.text.split())}\n")
    return cast_table(prepared) + "".join(lines)


def explanation(prepared: Prepared) -> str:
    """Each quotation with its speaker, confidence and evidence, in 80 columns."""
    from textwrap import fill, shorten

    names = prepared.script.names
    blocks = []
    for segment in prepared.script.segments:
        if segment.kind == "quotation":
            narrated = "" if segment.voiced_by == segment.speaker else " (read by the narrator)"
            said = f"{names[segment.speaker]}{narrated}, {segment.confidence:.2f}: {segment.evidence}"
            words = shorten(segment.text, 240, placeholder=" …")
            indented = fill(said, 80, initial_indent="    ", subsequent_indent="    ")
            blocks.append(f"{fill(words, 80)}\n{indented}\n")
    return "\n".join(blocks) or "No quotations.\n"


def heard(hearing: Hearing) -> str:
    """What was heard of an edition, for people: rates, speakers, and the misheard lines, worst first."""
    scores = {"All": hearing.score, **hearing.speakers}
    rows = [
        [name, str(score.words), str(score.names), f"{score.rate:.3f}", f"{score.rate_without_names:.3f}"]
        for name, score in scores.items()
    ]
    header = ["Speaker", "Words", "Names", "Word error rate", "Names aside"]
    lines = [f"{hearing.mp3}\n", table(header, rows)]
    for line in hearing.misheard:
        minutes, seconds = divmod(int(line.start_s), 60)
        only_names = ", only at names" if line.score.errors == line.score.name_errors else ""
        lines.append(
            f"{minutes}:{seconds:02} {line.speaker}: {line.score.errors} of {line.score.words} words{only_names}\n"
        )
        lines.append(f"    written: {line.line.text}\n    heard:   {line.heard}\n")
    return "".join(lines)


def table(header: list[str], rows: list[list[str]]) -> str:
    from io import StringIO

    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*header, box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*row)
    text = StringIO()
    Console(file=text, markup=False, width=max(80, Console().width)).print(table)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines() if line.strip()) + "\n"


_ENDINGS = {
    ".gz",
    ".html",
    ".htm",
    ".xhtml",
    ".json",
    ".jsonld",
    ".ninjs",
    ".md",
    ".markdown",
    ".txt",
    ".text",
    ".docx",
}


def reading_line(name: str, article: Article) -> str:
    """What was read of the source ``name``, as one line of JSON."""
    return json.dumps(
        {
            "id": _without_endings(name),
            "title": article.title,
            "byline": article.byline,
            "date": article.published,
            "language": article.language,
            "text": "\n\n".join(article.text[span.start : span.end] for span in article.paragraphs),
            "skipped": [{"reason": one.reason, "text": one.text} for one in article.skipped],
        },
        ensure_ascii=False,
    )


def reading(article: Article) -> str:
    """What will be read, and in brackets what is skipped and why, for people."""
    facts = {
        "title": article.title,
        "byline": article.byline,
        "date": article.published,
        "language": article.language,
        "outlet": article.outlet,
        "source": article.source,
        "image": article.image,
    }
    lines = [f"{key + ':':<10}{value}" for key, value in facts.items() if value]
    lines += [f"skipped, {one.reason}: {one.text}" for one in article.skipped if one.span is None]
    placed = [(span.start, article.text[span.start : span.end]) for span in article.paragraphs]
    placed += [(one.span.start, f"[skipped, {one.reason}: {one.text}]") for one in article.skipped if one.span]
    return "\n".join([*lines, "", *(text for _, text in sorted(placed)), ""])


def _without_endings(name: str) -> str:
    file = name.rstrip("/").replace("\\", "/").rpartition("/")[2]
    while (stem := PurePath(file)).suffix.lower() in _ENDINGS:
        file = stem.stem
    return file
