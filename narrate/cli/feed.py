"""The command ``narrate feed``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from narrate.cli._app import command
from narrate.cli._messages import ExitCode, print_exact, say, show_library_warnings
from narrate.cli._options import ConfigOption


@command(
    example="narrate feed site/audio --config narrate.toml",
    exit_codes="0 done; 1 an edition was left out of the feed; 2 wrong usage or configuration.",
)
def feed(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the editions.")],
    config: ConfigOption = None,
) -> ExitCode:
    """Write feed.xml, a podcast feed of the editions in a folder.

    Its title, link, description and base_url are those of the table [feed] in the configuration. Prints its path.
    """
    from narrate.delivery.feed import write_feed

    show_library_warnings()
    path, problems = write_feed(folder, config=config)
    for problem in problems:
        say(f"Left out: {problem}", level="warning")
    print_exact(str(path))
    return ExitCode.FAILED if problems else ExitCode.DONE
