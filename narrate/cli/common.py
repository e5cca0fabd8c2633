"""What the commands share: their application, options and exit codes, and how errors reach people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from narrate.cli import reports
from narrate.errors import NarrateError, UsageError

if TYPE_CHECKING:
    from narrate.config import Config
    from narrate.preparing import Prepared
    from narrate.readers.source import Source
    from narrate.types import Edition, Stage

FAILED: Final = 1
WRONG_USAGE: Final = 2
UNSURE: Final = 3

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SourceArgument = Annotated[
    str, typer.Argument(metavar="ARTICLE", help="A file, a URL or a script JSON; '-' is standard input.")
]
ConfigOption = Annotated[Path | None, typer.Option("--config", "-c", metavar="FILE", help="A narrate.toml.")]
EngineOption = Annotated[
    str | None, typer.Option("--engine", metavar="NAME", help="The engine that speaks; auto: the best installed.")
]
ConfidenceOption = Annotated[
    float | None,
    typer.Option("--min-confidence", metavar="P", help="0 to 1: the narrator reads quotations less sure than this."),
]


NotifyOption = Annotated[
    str | None, typer.Option("--notify", metavar="URL", help="Tell this address of every edition, as signed JSON.")
]

Level = Literal["info", "warning", "error"]


@dataclass
class Telling:
    """How messages are told, for the whole run."""

    as_json: bool = False
    """A line of JSON each, for ``--log-json``."""
    article: str | None = None
    """What is being worked at."""


telling: Final = Telling()


def say(message: str, *, level: Level = "info", stage: Stage | None = None, article: str | None = None) -> None:
    """Tell people, on standard error; if nobody can hear it, that is no reason to fail."""
    line = f"narrate: {'warning: ' if level == 'warning' else ''}{message}"
    if telling.as_json:
        fields = {"level": level, "stage": stage, "message": message, "article": article or telling.article}
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": time, **fields}, ensure_ascii=False)
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def pass_on_warnings() -> None:
    """What the library warns of while it works goes to standard error."""
    import logging

    from narrate.stats.timings import current_stage

    class Teller(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            say(record.getMessage(), level="warning", stage=current_stage())

    logging.getLogger("narrate").addHandler(Teller(logging.WARNING))


@contextmanager
def people_friendly() -> Iterator[None]:
    """Errors become a message on standard error and an exit code."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone. Python would say so once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(FAILED) from None
    except ImportError as error:
        say(f"{error}. Something is missing; see: narrate doctor", level="error")
        raise typer.Exit(FAILED) from None
    except (NarrateError, OSError) as error:
        say(str(error), level="error")
        raise typer.Exit(WRONG_USAGE if isinstance(error, UsageError) else FAILED) from None


def settings_from(
    path: Path | None,
    engine: str | None,
    min_confidence: float | None,
    workers: int | None,
    notify: str | None = None,
) -> Config:
    """The configuration file's settings, with those that were given as options in their place."""
    from narrate.config import as_config

    config = as_config(path)
    if engine is not None:
        config = replace(config, synthesis=replace(config.synthesis, engine=engine))
    if workers is not None:
        config = replace(config, synthesis=replace(config.synthesis, workers=workers))
    if min_confidence is not None:
        config = replace(config, attribution=replace(config.attribution, min_confidence=min_confidence))
    if notify is not None:
        config = replace(config, notify=replace(config.notify, url=notify))
    return config


def source_from(article: str, settings: Config) -> Source:
    from narrate.readers.source import open_source

    return open_source(sys.stdin.buffer.read(), config=settings) if article == "-" else article


def show_cast(made: Edition | Prepared) -> None:
    """The cast on standard error: a table, or a message for each."""
    if not telling.as_json:
        with suppress(OSError):
            print(reports.cast_table(made).rstrip(), file=sys.stderr)
        return
    for row in reports.cast_rows(made):
        say(f"{row['speaker']}: voice {row['voice']}, quotations {row['quotations']}: {row['reason']}", stage="cast")


def tell(made: Edition | Prepared) -> None:
    """What an editor should know, on standard error: the engine, unsure quotations, skipped text, warnings."""
    say(f"engine {made.engine}: {made.engine_reason}", stage="synthesize")
    for index in made.below_threshold:
        segment = made.script.segments[index]
        words, confidence = segment.text.strip()[:60], segment.confidence
        say(f"unsure who says {words!r} (confidence {confidence:.2f}): the narrator reads it", stage="attribute")
    for skipped in made.script.article.skipped:
        say(f"skipped ({skipped.reason}): {skipped.text.strip()[:60]!r}", stage="read")
    for warning in made.warnings:
        say(warning, level="warning")
