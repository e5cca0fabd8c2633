"""Write the tables of ``docs/explanation/architecture.md`` from the code: ``python tools/architecture_page.py``.

The first table lists the packages and modules of ``narrate/`` with the first paragraph of their docstrings. The second
is the table of allowed imports in ``tests/helpers/imports.py``. ``tests/test_docs.py`` compares them with the page.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from helpers.imports import ALLOWED  # noqa: E402  (the table that the tests enforce)

PACKAGE = ROOT / "narrate"
PAGE = ROOT / "docs" / "explanation" / "architecture.md"


def top_level() -> dict[str, Path]:
    """Return the Python file of each package and module of ``narrate/`` by name, in the order of ``ALLOWED``."""
    files = {path.stem: path for path in PACKAGE.glob("*.py") if path.stem != "__init__"}
    files |= {path.parent.name: path for path in PACKAGE.glob("*/__init__.py")}
    return {name: files[name] for name in sorted(files, key=lambda name: (rank(name), name))}


def rank(name: str) -> int:
    """Return the position of a package in ``ALLOWED``; those that are not in it come last."""
    return [*ALLOWED].index(name) if name in ALLOWED else len(ALLOWED)


def responsibilities() -> str:
    """Return the table of packages and modules with what each is responsible for."""
    rows = ["| in `narrate/` | responsibility |", "|---|---|"]
    for name, path in top_level().items():
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        text = " ".join(docstring.partition("\n\n")[0].split()).replace("``", "`").replace("|", "\\|")
        rows.append(f"| `{name if path.stem == '__init__' else path.name}` | {text} |")
    return "\n".join(rows)


def allowed_imports() -> str:
    """Return the table of what each package or module may import, besides itself and libraries."""
    rows = ["| package or module | may import |", "|---|---|"]
    for name, others in ALLOWED.items():
        names = ", ".join(f"`{other}`" for other in sorted(others, key=lambda other: (rank(other), other)))
        rows.append(f"| `{name}` | {names or '-'} |")
    return "\n".join(rows)


def updated(page: str) -> str:
    """Return ``page`` with the text between each pair of markers replaced by the current table."""
    for marker, table in (("packages", responsibilities()), ("imports", allowed_imports())):
        before, start, rest = page.partition(f"<!-- {marker} -->\n")
        _, end, after = rest.partition(f"<!-- /{marker} -->")
        page = f"{before}{start}\n{table}\n\n{end}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
