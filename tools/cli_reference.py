"""Write the command-line reference from the Typer application; a hook of MkDocs (see ``mkdocs.yml``).

``python tools/cli_reference.py`` prints the reference as Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer
import typer.main

from narrate.cli import app
from narrate.cli._app import plain_usage

MARKER = "<!-- command-line reference -->"
"""The line of a page that the reference replaces."""


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Insert the reference into the page that holds ``MARKER``. MkDocs calls this for each page."""
    return markdown.replace(MARKER, render()) if MARKER in markdown else markdown


def render() -> str:
    """Return the reference of all commands as Markdown, in the order of ``narrate --help``."""
    group: Any = typer.main.get_command(app)
    blocks = [*describe("narrate", group)]
    panel = ""
    for name in group.list_commands(None):
        command = group.commands[name]
        if command.hidden:
            continue
        if (command.rich_help_panel or "") != panel and isinstance(command.rich_help_panel, str):
            panel = command.rich_help_panel
            blocks.append(f"## {panel}")
        blocks += describe(f"narrate {name}", command)
    return "\n\n".join(blocks)


def describe(name: str, command: Any) -> Iterator[str]:
    """Yield the Markdown blocks of one command: heading, usage, help, parameters and epilog."""
    context = command.context_class(command, info_name=name)
    yield f"### `{name}`"
    yield (command.help or "").replace("\f", "").strip()
    yield f"```text\n{command.get_usage(context).removeprefix('Usage: ')}\n```"
    records = [parameter.get_help_record(context) for parameter in command.get_params(context)]
    rows = [f"| `{plain_usage(names).strip()}` | {escape(text)} |" for names, text in filter(None, records)]
    yield "\n".join(["| argument or option | meaning |", "|---|---|", *rows])
    if command.epilog:
        epilog = re.sub(r"^Example: (.+)$", r"```sh\n\1\n```", command.epilog.strip(), flags=re.MULTILINE)
        yield re.sub(r"\x08\n((?:.+\n)+)", r"```text\n\1```\n", epilog)


def escape(text: str) -> str:
    """Return ``text`` as one line that a cell of a Markdown table can hold."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    print(render())
