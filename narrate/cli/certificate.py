"""The command ``narrate certificate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from narrate.cli._app import command
from narrate.cli._messages import print_exact, say


@command(example="narrate certificate keys/")
def certificate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder for the three files.")],
) -> None:
    """Make a test certificate for signing, which is not trusted.

    Prints the paths of its files.
    """
    from narrate.delivery.signing import write_test_certificate

    for path in write_test_certificate(folder):
        print_exact(str(path))
    say("This certificate is for tests and is not trusted. Get yours from an authority on the C2PA trust list.")
