"""The command ``narrate attribute``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from narrate.cli._app import command
from narrate.cli._messages import ExitCode


@dataclass(frozen=True, slots=True)
class AttributeOptions:
    """Arguments and options of ``narrate attribute``."""

    articles: Annotated[Path, typer.Argument(metavar="ARTICLES.jsonl", help='A line {"id", "text"} for each article.')]
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file, not standard output.")
    ] = None


@command(example="narrate attribute articles.jsonl --output quotations.jsonl")
def attribute(options: AttributeOptions) -> ExitCode:
    """Find the quotations of many articles and their speakers.

    Writes a line of JSON for each article.
    """
    from narrate.batch.attribution import attribute_file

    for line in attribute_file(options.articles, options.output):
        print(line)
    if options.output is not None:
        print(options.output)
    return ExitCode.DONE
