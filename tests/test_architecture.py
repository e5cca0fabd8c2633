"""The structure of the code: which package may import which, and what is imported only when it is needed."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.imports import ALLOWED, HEAVY

PACKAGE = Path(__file__).parent.parent / "narrate"
ABOVE = {"pipeline", "batch", "cli", "__init__"}
"""Those that know all steps."""


def package_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(file: Path) -> Iterator[str]:
    """The full names of the modules that ``file`` imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_package_imports_only_the_packages_it_may(file: Path) -> None:
    package = package_of(file)
    imported = {name.split(".")[1] for name in imports_of(file) if name.startswith("narrate.")} - {package}
    if package in ALLOWED:
        assert imported <= ALLOWED[package], f"{file.name} may not import {imported - ALLOWED[package]}"
    else:
        assert package in ABOVE, f"{package} is a new package: add it to ALLOWED"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_only_the_command_prints_exits_or_knows_typer(file: Path) -> None:
    if package_of(file) == "cli":
        return
    assert not any(name.split(".")[0] in ("typer", "rich") for name in imports_of(file))
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("print", "exit", "quit", "input"), f"{file.name}:{node.lineno} calls {called}"
            assert called != "sys.exit" or file.name == "worker.py", f"{file.name}:{node.lineno} exits"


def test_only_attribution_and_what_loads_it_know_spacy() -> None:
    assert {package_of(f) for f in FILES if any(name.split(".")[0] == "spacy" for name in imports_of(f))} == {
        "attribution",
        "languages",
    }


NAMED = re.compile(r"narrate(?:\.\w+)+(?::\w+)?")


def strings_of(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """The strings in ``tree`` that name something in the package, each with whether it follows ``-m``."""
    for node in ast.walk(tree):
        children = list(ast.iter_child_nodes(node))
        for before, child in zip([None, *children], children, strict=False):
            if isinstance(child, ast.Constant) and isinstance(child.value, str) and NAMED.fullmatch(child.value):
                yield child.value, isinstance(before, ast.Constant) and before.value == "-m"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_no_import_is_written_as_a_string(file: Path) -> None:
    """Packages may be named as places of data or of plug-ins, modules only to run one of them with ``-m``."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for name, is_run in strings_of(tree):
        path = PACKAGE.parent.joinpath(*name.split("."))
        is_known = path.with_suffix(".py").is_file() if is_run else path.is_dir() or name == "narrate.toml"
        assert is_known, f"{file.name} names {name} in a string"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("import_module", "__import__"):
            named = ast.unparse(node.args[0])
            lazy = file == PACKAGE / "__init__.py" and named == "f'narrate.{_HOMES[name]}'"
            assert lazy or "narrate" not in named, f"{file.name}:{node.lineno} imports {named} by a string"


def test_what_the_package_exports_exists() -> None:
    package = importlib.import_module("narrate")
    assert [name for name in package.__all__ if not hasattr(package, name)] == []


def test_no_name_in_a_package_hides_a_module_of_it() -> None:
    files = [file for file in FILES if file.stem != "__main__"]
    names = [".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts) for file in files]
    modules = [name.removesuffix(".__init__") for name in names]
    for module in modules:
        importlib.import_module(module)
    inner = [module.rpartition(".") for module in modules if "." in module]
    assert [f"{p}.{m}" for p, _, m in inner if getattr(sys.modules[p], m) is not sys.modules[f"{p}.{m}"]] == []


def test_help_waits_for_nothing_heavy() -> None:
    code = f"""
import sys
from narrate.cli import app
try:
    app(["--help"])
except SystemExit:
    pass
print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("module", ["narrate", "narrate.batch"])
def test_importing_what_only_hands_out_work_waits_for_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_modules_stay_small_enough_to_read() -> None:
    assert {f.name: n for f in FILES if (n := len(f.read_text(encoding="utf-8").splitlines())) > 500} == {}
