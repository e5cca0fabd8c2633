"""The command ``narrate player``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from narrate.cli._app import command
from narrate.cli._messages import print_exact


@command(example="narrate player site/audio", exit_codes="0 done; 1 the file cannot be written; 2 wrong usage.")
def player(folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of your web site.")]) -> None:
    """Write narrate-player.js, the component that embeds players.

    A page that loads this module gets a player for each <narrate-player src="NAME.edition.html">. Prints its path.
    """
    from narrate.delivery.player import write_component

    print_exact(str(write_component(folder)))
