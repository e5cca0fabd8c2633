"""Commands that show what Narrate understands of a text."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrate.cli import reports
from narrate.errors import SourceError, UsageError

if TYPE_CHECKING:
    pass

from narrate.cli.common import FAILED, ConfigOption, app, people_friendly, say, settings_from


@app.command()
def read(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Files or http(s) URLs; '-' is standard input.")
    ],
    form: Annotated[
        str | None,
        typer.Option("--from", metavar="FORMAT", help="text, markdown, html, ninjs, jsonld or docx."),
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", metavar="KIND", help="Read what is skipped, such as byline or table.")
    ] = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON for each source.")] = False,
) -> None:
    """Show what will be read of each SOURCE, what is skipped, and why. Exit code 1 if one cannot be read."""
    with people_friendly():
        from narrate.readers.source import read_source

        settings = settings_from(config, None, None, None)
        failed = False
        for name in sources:
            source = sys.stdin.buffer.read() if name == "-" else name
            try:
                article = read_source(source, config=settings, format=form, keep=keep or ())  # type: ignore[arg-type]
            except SourceError as error:
                say(str(error), level="error")
                failed = True
                continue
            print(reports.reading_line(name, article) if as_json else reports.reading(article), flush=True)
        raise typer.Exit(FAILED if failed else 0)


@app.command()
def attribute(
    articles: Annotated[Path, typer.Argument(metavar="ARTICLES.jsonl", help='A line each: {"id", "text"}.')],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write, if not standard output.")
    ] = None,
) -> None:
    """Find the quotations of many articles and who says them; writes a JSON line for each article."""
    with people_friendly():
        from narrate.batch.attribution import attribute_file

        for line in attribute_file(articles, output):
            print(line)
        if output is not None:
            print(output)


@contextmanager
def _lines(path: str) -> Iterator[Iterator[str]]:
    """The lines of a file in UTF-8, or of standard input, as they come."""
    from narrate.errors import SourceError

    try:
        if path == "-":
            yield (line.decode("utf-8-sig") for line in sys.stdin.buffer)
        else:
            with Path(path).open(encoding="utf-8-sig") as lines:
                yield lines
    except UnicodeDecodeError as error:
        raise SourceError(f"{'Standard input' if path == '-' else path} is not UTF-8: {error}.") from error


@app.command()
def spoken(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="What is written; '-' is standard input, line by line.")
    ] = "-",
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Lines {"id", "written"} in, lines {"id", "spoken"} out; TEXT is a file.')
    ] = False,
    language: Annotated[str, typer.Option("--language", metavar="TAG", help="en-US, en-GB, ...")] = "en-US",
    entries: Annotated[
        Path | None,
        typer.Option("--lexicon", metavar="FILE", help="How words are said, before the rules; TOML or .pls."),
    ] = None,
) -> None:
    """Show what will be said for a written text: numbers, money, dates, abbreviations in words."""
    with people_friendly():
        from narrate.speakable import EMPTY, speakable
        from narrate.speakable.json_lines import spoken_lines
        from narrate.speakable.lexicon import load_lexicon

        own = load_lexicon(entries) if entries else EMPTY
        if text != "-" and not jsonl:
            print(speakable(text, language, own).text)
            return
        with _lines(text) as lines:
            texts = (speakable(one, language, own).text for one in lines)
            for answer in spoken_lines(lines, language=language, lexicon=own) if jsonl else texts:
                print(answer, flush=True)


@app.command()
def lexicon(
    action: Annotated[
        str, typer.Argument(metavar="lint|export|import|suggest", help="Check it, write PLS or TOML, or find names.")
    ],
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A lexicon, TOML or PLS 1.0 (.pls); for suggest, an article."),
    ],
    config: ConfigOption = None,
) -> None:
    """Check a lexicon, show it as PLS 1.0 (export) or as Narrate's TOML (import), or suggest entries for an article:
    its names that no dictionary and no configured lexicon can say, most frequent first."""
    with people_friendly():
        from narrate.speakable.lexicon import load_lexicon, to_pls, to_toml

        if action not in ("lint", "export", "import", "suggest"):
            raise UsageError(f"There is no 'narrate lexicon {action}': say lint, export, import or suggest.")
        if action == "suggest":
            from narrate.tasks import suggest_entries

            for name, count in suggest_entries(file, config=config):
                print(f"{count:4}  {name}")
            return
        loaded = load_lexicon(file)
        if action == "lint":
            print(f"{file}: {len(loaded.entries)} entries")
        else:
            print(to_pls(loaded) if action == "export" else to_toml(loaded), end="")
