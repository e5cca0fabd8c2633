"""The data of English, and its spaCy model, which is loaded without the command line of spaCy."""

from __future__ import annotations

import subprocess
import sys

import pytest

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


def test_english_model_reports_missing_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(english, "MODELS", ("no_such_model", "nor_this_one"))
    with pytest.raises(NarrateError, match=r"spaCy's English model is not installed\. Run: pip install nor-this-one"):
        english.english_model("tagger")


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
