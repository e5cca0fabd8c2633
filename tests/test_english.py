"""spaCy without its command line: lighter for us, and whole for whoever else uses it in the process."""

from __future__ import annotations

import subprocess
import sys

import pytest

from narrate.errors import NarrateError
from narrate.languages import models as english


def told_by(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_command_line_is_left_out_and_there_once_asked_for() -> None:
    assert told_by("""
import sys
from narrate.languages.models import english_model
model = english_model("tok2vec", "tagger")
print(*model.pipe_names, model("Nine ships sank.")[1].tag_)
import spacy
print("spacy.cli" in sys.modules, hasattr(spacy, "nonsense"))
print(callable(spacy.info), callable(spacy.cli.download), "spacy.cli" in sys.modules)
""") == ["tok2vec", "tagger", "NNS", "False", "False", "True", "True", "True"]


def test_a_spacy_that_was_imported_before_is_left_as_it_is() -> None:
    assert told_by("""
import spacy
from narrate.languages.models import english_model
before = spacy.info
english_model("tok2vec")
print(spacy.info is before, hasattr(spacy, "__getattr__"))
""") == ["True", "False"]


def test_a_release_that_needs_its_command_line_gets_it() -> None:
    assert told_by("""
import sys
from unittest.mock import patch
from narrate.languages import models as english
with patch.object(english, "ModuleType", side_effect=ImportError):
    english.import_spacy()
print("spacy.cli" in sys.modules, "spacy" in sys.modules)
""") == ["True", "True"]


def test_a_missing_model_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(english, "MODELS", ("no_such_model", "nor_this_one"))
    with pytest.raises(NarrateError, match=r"spaCy's English model is not installed\. Run: pip install nor-this-one"):
        english.english_model("tagger")
