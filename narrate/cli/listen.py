"""The command ``narrate listen``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from narrate.cli._app import command
from narrate.cli._messages import ExitCode
from narrate.cli._options import ConfigOption, load_settings, number
from narrate.cli._reports import table

if TYPE_CHECKING:
    from narrate.listening.hearing import Hearing


def rate(text: str) -> float:
    """Parse a word error rate, which is at least 0."""
    value = number(text)
    if value < 0:
        raise typer.BadParameter(f"{text!r} is below 0")
    return value


@command(
    example="narrate listen site/audio/story.mp3",
    exit_codes="0 the editions are spoken as written; 1 something failed, or the extra 'check' is missing; 2 wrong "
    "usage; 3 the word error rate of an edition is above --max-wer. That rate leaves out names, and compares the other "
    "words by sound.",
)
def listen(
    editions: Annotated[list[str], typer.Argument(metavar="EDITION...", help="MP3s, or their script JSONs.")],
    max_wer: Annotated[
        float,
        typer.Option("--max-wer", metavar="RATE", parser=rate, help="The highest word error rate that passes."),
    ] = 0.05,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was heard, as JSON.")] = False,
) -> ExitCode:
    """Transcribe finished editions and list the misheard lines."""
    from narrate.listening import listen as hear_edition

    settings, hearings = load_settings(config), []
    for edition in editions:
        hearings.append(hear_edition(edition, config=settings))
        if not as_json:
            print(hearing_text(hearings[-1]), flush=True)
    if as_json:
        print(json.dumps([hearing.report() for hearing in hearings], ensure_ascii=False, indent=1))
    is_misheard = any(hearing.score.rate_without_names > max_wer for hearing in hearings)
    return ExitCode.UNSURE if is_misheard else ExitCode.DONE


def hearing_text(hearing: Hearing) -> str:
    """Return what was heard of an edition, for people: rates, speakers, and the misheard lines, worst first."""
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
