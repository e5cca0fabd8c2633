"""Options that several commands have, and the settings that they change."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from narrate.config import Config
    from narrate.readers.source import Source

ArticleArgument = Annotated[
    str, typer.Argument(metavar="ARTICLE", help="A file, a URL or a script JSON; '-' is standard input.")
]
ConfigOption = Annotated[Path | None, typer.Option("--config", "-c", metavar="FILE", help="A narrate.toml.")]
EngineOption = Annotated[
    str | None, typer.Option("--engine", metavar="NAME", help="The engine that speaks; auto: the best installed.")
]
ConfidenceOption = Annotated[
    float | None,
    typer.Option(
        "--min-confidence", metavar="P", help="0 to 1: the narrator reads quotations with a lower confidence."
    ),
]
NotifyOption = Annotated[
    str | None, typer.Option("--notify", metavar="URL", help="Send signed JSON about each edition to this address.")
]
TextFileOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file, not standard output.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Write only errors to standard error.")]


def load_settings(
    path: Path | None,
    *,
    engine: str | None = None,
    min_confidence: float | None = None,
    workers: int | None = None,
    notify: str | None = None,
) -> Config:
    """Load a configuration file, or the defaults, and apply the options that were given."""
    from narrate.config import as_config

    config = as_config(path)
    changes: dict[str, dict[str, object]] = {
        "synthesis": {"engine": engine, "workers": workers},
        "attribution": {"min_confidence": min_confidence},
        "notify": {"url": notify},
    }
    for name, values in changes.items():
        given = {key: value for key, value in values.items() if value is not None}
        config = replace(config, **{name: replace(getattr(config, name), **given)})
    return config


def source_of(article: str, settings: Config) -> Source:
    """Return the source that an argument names; ``-`` is read from standard input."""
    from narrate.readers.source import open_source

    return open_source(sys.stdin.buffer.read(), config=settings) if article == "-" else article
