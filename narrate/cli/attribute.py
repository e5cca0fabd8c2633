"""The command ``narrate attribute``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from narrate.cli._app import command
from narrate.cli._messages import print_exact
from narrate.cli._options import LanguageOption, TextFileOption


@command(example="narrate attribute articles.jsonl --output quotations.jsonl")
def attribute(
    articles: Annotated[Path, typer.Argument(metavar="ARTICLES.jsonl", help='A line {"id", "text"} for each article.')],
    output: TextFileOption = None,
    language: LanguageOption = None,
) -> None:
    """Find the quotations of many articles and their speakers.

    Writes a line of JSON for each article. A key "language" in a line overrides --language.
    """
    from narrate.batch.attribution import attribute_file

    for line in attribute_file(articles, output, language=language or ""):
        print(line)
    if output is not None:
        print_exact(str(output))
