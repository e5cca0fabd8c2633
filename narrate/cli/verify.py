"""The command ``narrate verify``."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from narrate.cli._app import command
from narrate.cli._messages import ExitCode, say


@command(
    example="narrate verify site/audio/story.mp3", exit_codes="0 the edition passes; 1 a check fails; 2 wrong usage."
)
def verify(
    edition: Annotated[
        Path, typer.Argument(metavar="EDITION.mp3", help="The MP3; its sidecar files are checked with it.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> ExitCode:
    """Check the files of a finished edition: 25 checks."""
    from narrate.verify import verify_edition

    findings = verify_edition(edition)
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(f"{finding.number:2} {finding.verdict:14} {finding.name}: {finding.measured}")
    verdicts = Counter(finding.verdict for finding in findings)
    result = f"fails {verdicts['fail']} of {len(findings)} checks" if verdicts["fail"] else "passes"
    say(f"{edition} {result}; {verdicts['not applicable']} checks are not applicable.")
    return ExitCode.FAILED if verdicts["fail"] else ExitCode.DONE
