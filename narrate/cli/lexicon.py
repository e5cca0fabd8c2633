"""The command ``narrate lexicon``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from narrate.cli._app import command
from narrate.cli._messages import print_exact, say
from narrate.cli._options import ConfigOption, load_settings
from narrate.errors import UsageError

if TYPE_CHECKING:
    from narrate.config import Config

ACTIONS: Final = ("lint", "export", "import", "suggest")
SUGGESTED: Final = (
    "No dictionary has these names, so their sound is a guess; the numbers say how often they occur. To say one "
    "differently, add an [[entry]] with 'word' and 'alias' or 'ipa' to the file that [speakable] lexicon names."
)


@command(example="narrate lexicon suggest story.md")
def lexicon(
    action: Annotated[
        str, typer.Argument(metavar="lint|export|import|suggest", help="Check, write PLS, write TOML, or find names.")
    ],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A lexicon, TOML or PLS 1.0 (.pls); for suggest, an article.")
    ],
    config: ConfigOption = None,
) -> None:
    """Check or convert a lexicon, or suggest entries for one.

    lint checks it, export prints it as PLS 1.0, and import prints it as Narrate's TOML. suggest prints the names of an
    article that neither a dictionary nor a configured lexicon has, most frequent first.
    """
    from narrate.speakable.lexicon import load_lexicon, to_pls, to_toml

    if action not in ACTIONS:
        raise UsageError(f"Unknown action '{action}'. Use one of: {', '.join(ACTIONS)}.")
    if action == "suggest":
        suggested = suggest_entries(file, config=load_settings(config))
        for name, count in suggested:
            print(f"{count:4}  {name}")
        say(SUGGESTED if suggested else "Every name is in a dictionary or a lexicon.")
        return
    loaded = load_lexicon(file)
    if action == "lint":
        count = len(loaded.entries)
        print(f"{file}: {count} {'entry' if count == 1 else 'entries'}")
    else:
        print_exact(to_pls(loaded) if action == "export" else to_toml(loaded), end="")


def suggest_entries(source: Path, *, config: Config) -> tuple[tuple[str, int], ...]:
    """Return the names of an article or a script that need an entry, with their numbers, most frequent first."""
    from narrate.engines.kokoro import KokoroEngine
    from narrate.job import lexicon_of
    from narrate.readers.source import open_source
    from narrate.script.document import SavedScript
    from narrate.speakable import suggestions

    opened = open_source(source, config=config)
    article = opened.script.article if isinstance(opened, SavedScript) else opened
    unsure = partial(KokoroEngine().unsure, language=article.language)
    return suggestions.suggest_entries(article, lexicon_of(article, config), unsure)
