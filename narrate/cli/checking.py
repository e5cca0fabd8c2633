"""Commands that check: editions, and the installation."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from narrate.cli import reports

if TYPE_CHECKING:
    pass

from narrate.cli.common import FAILED, UNSURE, ConfigOption, app, people_friendly, say

LISTENED: Final = """Exit codes: 0 said right; 1 something failed, or the extra 'check' is missing; 2 wrong usage;
3 more words were misheard than --max-wer allows. Names are left aside there, and compared by sound in the rest."""
MAX_WER: Final = 0.05


@app.command(epilog=LISTENED)
def listen(
    editions: Annotated[list[str], typer.Argument(metavar="EDITION...", help="MP3s, or their script JSONs.")],
    max_wer: Annotated[
        float, typer.Option("--max-wer", metavar="RATE", min=0.0, help="The word error rate that still passes.")
    ] = MAX_WER,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="What was heard, as JSON.")] = False,
) -> None:
    """Listen to finished editions: transcribe each, compare it with its script, and list the misheard lines."""
    with people_friendly():
        from narrate.config import as_config
        from narrate.listening import listen as listen_to

        settings, hearings = as_config(config), []
        for edition in editions:
            hearings.append(listen_to(edition, config=settings))
            if not as_json:
                print(reports.heard(hearings[-1]), flush=True)
        if as_json:
            print(json.dumps([one.report() for one in hearings], ensure_ascii=False, indent=1))
        raise typer.Exit(UNSURE if any(one.score.rate_without_names > max_wer for one in hearings) else 0)


@app.command()
def verify(
    edition: Annotated[Path, typer.Argument(metavar="EDITION.mp3", help="What lies beside it is checked with it.")],
    as_json: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
) -> None:
    """Check a finished edition: 25 promises, on the files alone. Exit code 1 if one is broken."""
    with people_friendly():
        from narrate.verify import verify_edition

        findings = verify_edition(edition)
        if as_json:
            print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
        else:
            for finding in findings:
                print(f"{finding.number:2} {finding.verdict:14} {finding.name}: {finding.measured}")
        raise typer.Exit(FAILED if any(finding.verdict == "fail" for finding in findings) else 0)


@app.command()
def stats(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the editions lie, in folders of it too.")],
    as_json: Annotated[bool, typer.Option("--json", help="The sums as JSON.")] = False,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="Draw them: .svg or .png.")] = None,
) -> None:
    """Sums over the editions in DIR: minutes, words, speakers, confidence, cache. Exit code 1 if one is broken."""
    with people_friendly():
        from narrate.stats import edition_statistics
        from narrate.stats.plot import plot_statistics

        sums, troubles = edition_statistics(folder)
        for trouble in troubles:
            say(f"left out: {trouble}", level="warning")
        print(json.dumps(sums.report(), ensure_ascii=False, indent=1) if as_json else reports.sums(sums))
        if plot is not None:
            plot_statistics(sums, plot, heading=f"{folder.resolve().name}: {reports.gist(sums)}")
        raise typer.Exit(FAILED if troubles else 0)


@app.command()
def doctor(config: ConfigOption = None) -> None:
    """Say what is installed, what is missing, and how to mend it. Exit code 1 if something is missing."""
    with people_friendly():
        from narrate.cli.installation import examine
        from narrate.config import Config, load_config

        healthy = True
        for finding in examine(Path((load_config(config) if config else Config()).delivery.folder)):
            healthy &= finding.ok
            print(f"{'ok     ' if finding.ok else 'MISSING'}  {finding.name}: {finding.detail}")
            if finding.mend:
                print(f"         to mend it: {finding.mend}")
        raise typer.Exit(0 if healthy else FAILED)
