"""The structure of the code: the number of packages, who imports whom, and what is imported only when it is needed."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from helpers.imports import ALLOWED, HEAVY
from helpers.paths import REPOSITORY

PACKAGE = REPOSITORY / "narrate"
ABOVE = {"job", "pipeline", "batch", "cli", "__init__", "__main__"}
"""Those that know all steps."""
MAX_MODULES, MAX_PACKAGES, MAX_LINES = 7, 17, 500


def package_of(file: Path) -> str:
    """Return the name of the module or package of ``narrate`` that ``file`` belongs to."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def module_of(file: Path) -> str:
    """Return the full name of a module or package."""
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def imports_of(file: Path) -> Iterator[str]:
    """Yield the full names of the modules that ``file`` imports, and of the names that it imports from them."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


FILES = sorted(PACKAGE.rglob("*.py"))
MODULES = {module_of(file): file for file in FILES}
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))


def at_module_level(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run when a module is imported: all but those inside functions."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield node
            yield from at_module_level(node)


def modules_imported_by(file: Path) -> Iterator[str]:
    """Yield the modules of ``narrate`` that must be ready when ``file`` is imported.

    ``from narrate.a import b`` needs the module ``narrate.a.b`` if there is one, otherwise the package ``narrate.a``.
    """
    for node in at_module_level(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in names)


def test_top_level_has_few_modules_and_packages() -> None:
    modules = sorted(path.name for path in PACKAGE.glob("[!_]*.py"))
    packages = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
    assert len(modules) <= MAX_MODULES, modules
    assert len(packages) <= MAX_PACKAGES, packages


@each_file
def test_package_imports_only_the_packages_it_may(file: Path) -> None:
    package = package_of(file)
    imported = {name.split(".")[1] for name in imports_of(file) if name.startswith("narrate.")} - {package}
    if package in ALLOWED:
        assert imported <= ALLOWED[package], f"{file.name} may not import {imported - ALLOWED[package]}"
    else:
        assert package in ABOVE, f"{package} is a new package: add it to ALLOWED"


def test_no_modules_import_each_other_in_a_cycle() -> None:
    """The rule has no exempt modules; imports for type checking count as well."""
    graph = {module: set(modules_imported_by(file)) for module, file in MODULES.items()}
    assert sum(map(len, graph.values())) > len(MODULES)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"Import cycle: {' -> '.join(reversed(error.args[1]))}")


@each_file
def test_private_modules_are_imported_only_in_their_package(file: Path) -> None:
    for name in imports_of(file):
        holder, _, module = name.rpartition(".")
        if module.startswith("_") and name in MODULES:
            assert f"{module_of(file)}.".startswith(f"{holder}."), f"{file.name} imports {name}"


@pytest.mark.parametrize("package", [name for name, file in MODULES.items() if file.stem == "__init__"])
def test_package_defines_all_or_is_empty(package: str) -> None:
    docstring, *statements = ast.parse(MODULES[package].read_text(encoding="utf-8")).body
    assert isinstance(docstring, ast.Expr)
    assigned = [ast.unparse(node.targets[0]) for node in statements if isinstance(node, ast.Assign)]
    assert not statements or "__all__" in assigned
    module = importlib.import_module(package)
    assert [name for name in getattr(module, "__all__", ()) if not hasattr(module, name)] == []


@each_file
def test_only_cli_prints_exits_or_imports_typer(file: Path) -> None:
    if package_of(file) == "cli":
        return
    assert not any(name.split(".")[0] in ("typer", "rich") for name in imports_of(file))
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("print", "exit", "quit", "input"), f"{file.name}:{node.lineno} calls {called}"
            assert called != "sys.exit" or file.name == "worker.py", f"{file.name}:{node.lineno} exits"


def test_only_attribution_and_languages_import_spacy() -> None:
    assert {package_of(f) for f in FILES if any(name.split(".")[0] == "spacy" for name in imports_of(f))} == {
        "attribution",
        "languages",
    }


NAMED = re.compile(r"narrate(?:\.\w+)+(?::\w+)?")


def strings_of(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Yield the strings in ``tree`` that name something in the package, each with whether it follows ``-m``."""
    for node in ast.walk(tree):
        children = list(ast.iter_child_nodes(node))
        for before, child in zip([None, *children], children, strict=False):
            if isinstance(child, ast.Constant) and isinstance(child.value, str) and NAMED.fullmatch(child.value):
                yield child.value, isinstance(before, ast.Constant) and before.value == "-m"


@each_file
def test_no_import_is_written_as_a_string(file: Path) -> None:
    """A string may name a package that holds data or plug-ins, and a module only to run it with ``-m``."""
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


def test_no_name_in_package_hides_a_module_of_it() -> None:
    modules = [name for name in MODULES if not name.endswith(".__main__")]
    for module in modules:
        importlib.import_module(module)
    inner = [module.rpartition(".") for module in modules if "." in module]
    assert [f"{p}.{m}" for p, _, m in inner if getattr(sys.modules[p], m) is not sys.modules[f"{p}.{m}"]] == []


def test_help_imports_nothing_heavy() -> None:
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
def test_narrate_and_batch_import_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_modules_have_at_most_500_lines() -> None:
    lengths = {module: len(file.read_text(encoding="utf-8").splitlines()) for module, file in MODULES.items()}
    assert {module: length for module, length in lengths.items() if length > MAX_LINES} == {}
