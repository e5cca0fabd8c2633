"""The pages agree with the code: tables, links, paths, commands and examples."""

from __future__ import annotations

import ast
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import architecture_page
import cli_reference
import pytest
import typer.main
import yaml
from helpers.imports import ALLOWED
from helpers.paths import REPOSITORY
from helpers.runs import Run

import narrate as library
from narrate.casting.roster import load_roster
from narrate.cli import app
from narrate.config import load_config
from narrate.speakable.lexicon import load_lexicon

DOCS = REPOSITORY / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *REPOSITORY.glob("*.md")])
GROUP: Any = typer.main.get_command(app)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))


def blocks(text: str, *languages: str) -> Iterator[str]:
    """Yield the fenced blocks of a page that are written in one of ``languages``."""
    for language, block in re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        if language in languages:
            yield block


def shell_commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each call of ``narrate`` in the shell examples of a page, up to a redirection or pipe."""
    for block in blocks(text, "sh", "console"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words[:1] == ["narrate"]:
                end = next((at for at, word in enumerate(words) if word in ("|", ">", "||", "&&")), len(words))
                yield words[1:end]


def test_architecture_page_holds_the_generated_tables() -> None:
    page = architecture_page.PAGE.read_text(encoding="utf-8")
    assert page == architecture_page.updated(page), "Run: python tools/architecture_page.py"


def test_architecture_page_lists_exactly_the_packages_and_modules() -> None:
    page = architecture_page.PAGE.read_text(encoding="utf-8")
    section = page.partition("<!-- packages -->")[2].partition("<!-- /packages -->")[0]
    listed = re.findall(r"^\| `(\w+)(?:\.py)?` \| \S", section, re.MULTILINE)
    package = REPOSITORY / "narrate"
    modules = {path.stem for path in package.glob("*.py")} - {"__init__"}
    assert sorted(listed) == sorted(modules | {path.parent.name for path in package.glob("*/__init__.py")})


def test_architecture_page_lists_the_imports_that_the_test_allows() -> None:
    page = architecture_page.PAGE.read_text(encoding="utf-8")
    section = page.partition("<!-- imports -->")[2].partition("<!-- /imports -->")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE)
    assert {name: set(re.findall(r"`(\w+)`", imports)) for name, imports in rows} == {**ALLOWED}


def test_page_on_engines_lists_the_extra_without_the_packages_of_the_weights() -> None:
    page = (DOCS / "reference" / "engines.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^pip install narrate-edition (.*)$", page, re.MULTILINE)
    extra = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    pinned = {one if "==" in one else re.split("[<>=]", one)[0] for one in extra["neural"]}
    assert set(listed.split()) == {one for one in pinned if "voice-model" not in one}


@each_page
def test_relative_links_lead_to_files_that_exist(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text)
    missing = {link for link in links if "://" not in link and not (page.parent / link).exists()}
    assert missing == set()


@each_page
def test_paths_in_the_repository_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    folders = "narrate|docs|tests|tools|examples|voices"
    paths = re.findall(rf"`((?:{folders})/[\w./*-]+)`", text)
    assert {path for path in paths if not [*REPOSITORY.glob(path.rstrip("/"))]} == set()


@each_page
def test_test_files_named_in_the_text_exist(page: Path) -> None:
    named = set(re.findall(r"`(test_\w+)`", page.read_text(encoding="utf-8")))
    assert {name for name in named if not (REPOSITORY / "tests" / f"{name}.py").is_file()} == set()


def test_pages_named_in_code_exist() -> None:
    folders = ("narrate", "tests", "tools", "examples")
    files = [path for folder in folders for path in (REPOSITORY / folder).rglob("*") if path.suffix in (".py", ".toml")]
    named = {name for path in files for name in re.findall(r"docs/[\w/-]+\.\w+", path.read_text(encoding="utf-8"))}
    assert {name for name in named if not (REPOSITORY / name).exists()} == set()


@each_page
def test_shell_examples_are_commands_that_the_program_understands(page: Path) -> None:
    own = {option for parameter in GROUP.params for option in parameter.opts}
    for words in shell_commands(page.read_text(encoding="utf-8")):
        arguments = [word for word in words if word != "--log-json"]
        if arguments[0] not in own:
            command = GROUP.commands[arguments[0]]
            command.make_context(arguments[0], arguments[1:])


def test_examples_in_the_help_are_commands_that_the_program_understands() -> None:
    examples = [*shell_commands(cli_reference.render())]
    assert {words[0] for words in examples} == set(GROUP.commands)
    for words in examples:
        GROUP.commands[words[0]].make_context(words[0], words[1:])


@each_page
def test_options_in_the_text_exist(page: Path) -> None:
    known = {option for command in (GROUP, *GROUP.commands.values()) for item in command.params for option in item.opts}
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`narrate[^`\n]* (--[a-z-]+)", text)) | set(re.findall(r"`(--[a-z-]+)[` ]", text))
    assert named - known - {"--help"} == set()


@each_page
def test_python_examples_compile_and_import_public_names(page: Path) -> None:
    for block in blocks(page.read_text(encoding="utf-8"), "python"):
        if re.match(r"\w+\(\n? *\w+: ", block):
            continue  # a signature; tests/test_api.py compares it with the function
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and node.module == "narrate":
                assert {alias.name for alias in node.names} <= set(library.__all__)


@each_page
def test_measured_times_name_the_processor(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    measured = r"\d m?s of processor time|[Pp]rocessor time for|processor hours|\bon two cores|shared cores|\| wall"
    assert "AMD EPYC" in text or not re.search(measured, text)


def test_action_is_documented_with_its_inputs_and_outputs() -> None:
    page = (DOCS / "how-to" / "install.md").read_text(encoding="utf-8")
    action = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
    sections = [part.partition("\n\n")[0] for part in page.split("put | meaning |")[1:]]
    listed = [re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE) for section in sections]
    assert listed == [[*action["inputs"]], [*action["outputs"]]]
    defaults = dict(re.findall(r"^\| `([\w-]+)` \| .* \| `([^`]*)` \|$", sections[0], re.MULTILINE))
    assert defaults == {name: about["default"] for name, about in action["inputs"].items() if "default" in about}


@pytest.mark.slow
@pytest.mark.parametrize("page", ["README.md", "docs/how-to/publish-from-a-script.md", "docs/reference/api.md"])
def test_python_example_makes_an_edition(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "story.txt").write_text("The ferry returns\n\n“We sail,” said Ada Byron.\n", encoding="utf-8")
    (tmp_path / "narrate.toml").write_text('[synthesis]\nengine = "silent"\n', encoding="utf-8")
    example = next(blocks((REPOSITORY / page).read_text(encoding="utf-8"), "python"))
    variables: dict[str, Any] = {}
    exec(example, variables)
    assert variables["edition"].mp3 == Path("site/audio/story.mp3")
    assert variables["edition"].mp3.is_file()


@each_page
def test_toml_examples_are_read_as_configuration_roster_or_lexicon(page: Path, tmp_path: Path) -> None:
    for block in blocks(page.read_text(encoding="utf-8"), "toml"):
        (tmp_path / "example.toml").write_text(block, encoding="utf-8")
        first = re.search(r"^\[+[\w.]+", block, re.MULTILINE)
        assert first
        if not first[0].startswith("[project"):
            {"[[voice": load_roster, "[[entry": load_lexicon}.get(first[0], load_config)(tmp_path / "example.toml")


@pytest.mark.slow
def test_tutorial_corrects_the_speaker_as_described(narrate: Run, tmp_path: Path) -> None:
    page = (DOCS / "tutorial" / "first-edition.md").read_text(encoding="utf-8")
    (story,) = blocks(page, "markdown")
    (tmp_path / "barge.md").write_text(story, encoding="utf-8")
    explained = narrate("script", "barge.md", "--explain", "--engine", "silent")
    (shown,) = blocks(page, "text")
    assert explained.stdout.strip() == shown.strip()
    script = tmp_path / "barge.script.json"
    assert narrate("script", "barge.md", "-o", script, "--engine", "silent").returncode == 0
    document = json.loads(script.read_text(encoding="utf-8"))
    segment, correction = blocks(page, "json")
    shown_segment = json.loads(segment)
    assert document["segments"][shown_segment["index"]] == shown_segment
    document["segments"][shown_segment["index"]] |= json.loads("{" + correction.strip().rstrip(",") + "}")
    script.write_text(json.dumps(document), encoding="utf-8")
    made = narrate("make", script)
    assert (made.returncode, made.stdout.strip()) == (0, str(Path("output") / "barge.mp3"))
    manifest = json.loads((tmp_path / "output" / "barge.edition.json").read_text(encoding="utf-8"))
    assert (
        len({member["voice"] for member in manifest["cast"]}) == 4
    )  # narrator, Ada Byron, Ben Carrow, the harbour master


def test_third_party_page_lists_every_dependency() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name: listed for name, listed in project["optional-dependencies"].items() if name not in ("docs", "test")}
    shipped = [*project["dependencies"], *chain.from_iterable(extras.values())]
    names = {re.split(r"[\[<>=;! ]", requirement)[0].lower() for requirement in shipped}
    page = (REPOSITORY / "THIRD_PARTY.md").read_text(encoding="utf-8").lower()
    numbered = {re.sub(r"\d+$", "", name) for name in names}  # "part1 and -part2" stand in one row
    assert {name for name in numbered if not re.search(rf"\| {re.escape(name)}", page)} == set()


def test_issue_templates_ask_only_for_known_kinds_of_answers() -> None:
    for path in (REPOSITORY / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        if path.name != "config.yml":
            assert form["name"]
            assert form["description"]
            assert {field["type"] for field in form["body"]} <= {"checkboxes", "input", "textarea"}
            assert all(field["attributes"]["label"] for field in form["body"])
