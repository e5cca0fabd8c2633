"""The command ``narrate cache``."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from narrate.cli._app import command
from narrate.cli._options import ConfigOption, load_settings
from narrate.errors import UsageError

ACTIONS: Final = ("info", "clear")


@command(example="narrate cache info")
def cache(
    action: Annotated[str, typer.Argument(metavar="info|clear", help="Show its size, or empty it.")] = "info",
    config: ConfigOption = None,
) -> None:
    """Show or empty the cache of spoken lines."""
    from narrate.job import take_cache

    if action not in ACTIONS:
        raise UsageError(f"Unknown action '{action}'. Use one of: {', '.join(ACTIONS)}.")
    takes = take_cache(load_settings(config))
    state = takes.state()
    if action == "info":
        print(f"{state.folder}: {state.takes} takes, {state.size_bytes / 1e6:.1f} MB")
    else:
        print(f"{state.folder}: {takes.clear()} takes dropped")
