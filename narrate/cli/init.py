"""The command ``narrate init``."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from narrate.cli._app import command
from narrate.cli._messages import print_exact, say
from narrate.errors import UsageError

if TYPE_CHECKING:
    from narrate.config import Config

HEADER: Final = """\
# Settings of Narrate. Pass this file to a command with --config.
#
# A line such as '#workers = 0' shows a key with its default. To change a setting, remove the '#' in front of its key
# and write another value. Paths are relative to this file; '~' is your home folder.
"""
COLUMNS: Final = 100
EXAMPLE: Final = "..."
"""What the file shows as the value of a key that has no default."""


@command(example="narrate init", exit_codes="0 done; 1 the file cannot be written; 2 there is such a file already.")
def init(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")] = Path("narrate.toml"),
) -> None:
    """Write a narrate.toml with all settings, explained.

    Prints its path.
    """
    from narrate.config import Config
    from narrate.storage import write_text

    if file.exists():
        raise UsageError(f"Cannot write {file}: there is such a file already. Name another one, or remove it.")
    write_text(file, [template(Config())], follows_link=True)
    print_exact(str(file))
    say(f"Change what you need in it, and pass it to a command: narrate make story.md --config {file}")


def template(config: Config) -> str:
    """Return a configuration file that holds every key with its default and its meaning, commented out."""
    comments = _comments()
    lines = [HEADER]
    for field in fields(config):
        table = getattr(config, field.name)
        about = comments[type(table).__name__].partition(": ")[2].rstrip(".")
        lines += [*([_comment(f"{about[0].upper()}{about[1:]}.")] if about else []), f"[{field.name}]", ""]
        sub_tables = [f"#[{field.name}.{key.name}]" for key in fields(table) if _is_table(getattr(table, key.name))]
        for key in fields(table):
            value = getattr(table, key.name)
            text = comments.get(f"{type(table).__name__}.{key.name}", "")
            if not _is_table(value):
                lines += [*([_comment(text)] if text else []), f"#{key.name} = {_toml_value(value)}", ""]
        lines += [f'{line}\n#"Ada Byron" = "{EXAMPLE}"\n' for line in sub_tables]
    return "\n".join(lines)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _comment(text: str) -> str:
    plain = " ".join(text.split()).replace("``", "").replace("; None for", "; leave it out for")
    return fill(plain, COLUMNS, initial_indent="# ", subsequent_indent="# ")


def _toml_value(value: Any) -> str:
    """Return a default as TOML, whose texts, numbers and lists are written as in JSON."""
    return json.dumps(EXAMPLE if value is None else value, ensure_ascii=False)


def _comments() -> dict[str, str]:
    """Return the docstrings in ``narrate.config``: of each class, and of each key as ``Class.key``."""
    from inspect import getsource

    from narrate import config

    found = {}
    for node in ast.parse(getsource(config)).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = (ast.get_docstring(node) or "").partition("\n")[0]
            found |= {f"{node.name}.{key}": text for key, text in _key_comments(node)}
    return found


def _key_comments(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for statement, following in zip(node.body, node.body[1:], strict=False):
        match statement, following:
            case ast.AnnAssign(target=ast.Name(id=key)), ast.Expr(value=ast.Constant(value=str(text))):
                yield key, text
