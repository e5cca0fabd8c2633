"""Narrate: a news article in, a multi-voice audio edition out.

>>> from narrate import produce
>>> edition = produce("article.txt")

Errors are children of ``NarrateError``. Nothing is printed; progress goes to a callback, news to ``logging``.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from narrate.batch import Outcome, produce_all
    from narrate.config import Config, load_config
    from narrate.edition.plan import Plan
    from narrate.errors import (
        ClusterError,
        DeliveryError,
        EngineError,
        NarrateError,
        OtherArticleError,
        ReviewError,
        SourceError,
        UsageError,
    )
    from narrate.listening import listen
    from narrate.pipeline import check, prepare, produce
    from narrate.readers.source import open_source
    from narrate.types import Article, Change, Changes, Edition, Progress, Script

logging.getLogger("narrate").addHandler(logging.NullHandler())

__all__ = [
    "Article",
    "Change",
    "Changes",
    "ClusterError",
    "Config",
    "DeliveryError",
    "Edition",
    "EngineError",
    "NarrateError",
    "OtherArticleError",
    "Outcome",
    "Plan",
    "Progress",
    "ReviewError",
    "Script",
    "SourceError",
    "UsageError",
    "check",
    "listen",
    "load_config",
    "open_source",
    "prepare",
    "produce",
    "produce_all",
]

_HOMES = {
    "Article": "types",
    "Change": "types",
    "Changes": "types",
    "ClusterError": "errors",
    "Config": "config",
    "DeliveryError": "errors",
    "Edition": "types",
    "EngineError": "errors",
    "NarrateError": "errors",
    "OtherArticleError": "errors",
    "Outcome": "batch",
    "Plan": "edition.plan",
    "Progress": "types",
    "ReviewError": "errors",
    "Script": "types",
    "SourceError": "errors",
    "UsageError": "errors",
    "check": "pipeline",
    "listen": "listening",
    "load_config": "config",
    "open_source": "readers.source",
    "prepare": "pipeline",
    "produce": "pipeline",
    "produce_all": "batch",
}


def __getattr__(name: str) -> Any:
    """Import on first use, so that ``import narrate`` costs nothing."""
    if name == "__version__":
        from importlib.metadata import version

        return version("narrate-edition")
    if name not in _HOMES:
        raise AttributeError(f"module 'narrate' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"narrate.{_HOMES[name]}"), name)
