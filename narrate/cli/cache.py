"""The command ``narrate cache``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from narrate.cli._app import command
from narrate.cli._options import ConfigOption, load_settings


class CacheAction(StrEnum):
    """What can be done with the cache."""

    info = "info"
    clear = "clear"


@command(example="narrate cache info")
def cache(
    action: Annotated[CacheAction, typer.Argument(help="Show its size, or empty it.")], config: ConfigOption = None
) -> None:
    """Show or empty the cache of spoken lines."""
    from narrate.pipeline import take_cache

    takes = take_cache(load_settings(config))
    state = takes.state()
    if action is CacheAction.info:
        print(f"{state.folder}: {state.takes} takes, {state.size_bytes / 1e6:.1f} MB")
    else:
        print(f"{state.folder}: {takes.clear()} takes dropped")
