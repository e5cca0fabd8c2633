"""Write the tables of ``docs/explanation/architecture.md`` from the code: ``python tools/architecture_page.py``.

The first table lists the packages and modules of ``narrate/`` with the first paragraph of their docstrings. The second
is the table of allowed imports in ``tests/test_architecture.py``. ``tests/test_docs.py`` compares them with the page.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "narrate"
PAGE = ROOT / "docs" / "explanation" / "architecture.md"


def top_level() -> dict[str, Path]:
    """Return the Python file of each package and module of ``narrate/`` by name, modules first."""
    modules = {path.stem: path for path in sorted(PACKAGE.glob("*.py")) if path.stem != "__init__"}
    return modules | {path.parent.name: path for path in sorted(PACKAGE.glob("*/__init__.py"))}


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
    sys.path.insert(0, str(ROOT / "tests"))
    from test_architecture import ALLOWED

    rows = ["| package or module | may import |", "|---|---|"]
    for name in sorted(ALLOWED):
        names = ", ".join(f"`{other}`" for other in sorted(ALLOWED[name]))
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
