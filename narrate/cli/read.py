"""The command ``narrate read``."""

from __future__ import annotations

import json
import sys
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Final

import typer

from narrate.cli._app import command
from narrate.cli._messages import ExitCode, say
from narrate.cli._options import ConfigOption, LanguageOption, load_settings
from narrate.errors import SourceError

if TYPE_CHECKING:
    from narrate.types import Article

SOURCE_ENDINGS: Final = frozenset(
    ".gz .html .htm .xhtml .json .jsonld .ninjs .xml .rss .atom .nitf .md .markdown .txt .text .docx".split()
)
"""Endings that are not part of a source's identifier."""
_FORMAT_HELP: Final = "text, markdown, html, ninjs, jsonld, wordpress, feed, nitf, newsml or docx."


@command(
    example="narrate read https://example.org/story.html",
    exit_codes="0 done; 1 a source cannot be read, or its language is not supported; 2 wrong usage or configuration.",
)
def read(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Files or http(s) URLs; '-' is standard input.")
    ],
    source_format: Annotated[str | None, typer.Option("--from", metavar="FORMAT", help=_FORMAT_HELP)] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="KIND", help="Read what would be skipped, such as byline or table."),
    ] = None,
    language: LanguageOption = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a line of JSON for each source.")] = False,
) -> ExitCode:
    """Show what will be read of an article, what not, and why.

    An article in a language that Narrate does not have is shown, and is an error.
    """
    from narrate.readers.language import check_language
    from narrate.readers.source import read_source

    settings = load_settings(config, language=language)
    exit_code = ExitCode.DONE
    for name in sources:
        source = sys.stdin.buffer.read() if name == "-" else name
        try:
            article = read_source(
                source,
                config=settings,
                format=source_format,  # type: ignore[arg-type]  # checked by read_source
                keep=keep or (),
            )
            print(article_record(name, article) if as_json else article_text(article), flush=True)
            for warning in article.warnings:
                say(warning, level="warning", article=name)
            check_language(article, name)
        except SourceError as error:
            say(str(error), level="error")
            exit_code = ExitCode.FAILED
    return exit_code


def article_record(name: str, article: Article) -> str:
    """Return what was read of the source ``name``, as a line of JSON."""
    return json.dumps(
        {
            "id": _identifier(name),
            "title": article.title,
            "byline": article.byline,
            "date": article.published,
            "language": article.language,
            "text": "\n\n".join(article.text[span.start : span.end] for span in article.paragraphs),
            "skipped": [{"reason": one.reason, "text": one.text} for one in article.skipped],
        },
        ensure_ascii=False,
    )


def article_text(article: Article) -> str:
    """Return what will be read, and in brackets what is skipped and why, for people."""
    facts = {
        "title": article.title,
        "byline": article.byline,
        "date": article.published,
        "language": article.language,
        "outlet": article.outlet,
        "source": article.source,
        "image": article.image,
    }
    lines = [f"{key + ':':<10}{value}" for key, value in facts.items() if value]
    lines += [f"skipped, {one.reason}: {one.text}" for one in article.skipped if one.span is None]
    placed = [(span.start, article.text[span.start : span.end]) for span in article.paragraphs]
    placed += [(one.span.start, f"[skipped, {one.reason}: {one.text}]") for one in article.skipped if one.span]
    return "\n".join([*lines, "", *(text for _, text in sorted(placed)), ""])


def _identifier(name: str) -> str:
    """Return the last part of a path or URL without the endings of articles."""
    file = name.rstrip("/").replace("\\", "/").rpartition("/")[2]
    while (path := PurePath(file)).suffix.lower() in SOURCE_ENDINGS:
        file = path.stem
    return file
