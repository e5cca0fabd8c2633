"""Narrate: a news article in, a multi-voice audio edition out.

>>> from narrate import produce
>>> edition = produce("article.txt")

Errors are children of ``NarrateError``. Nothing is printed; progress goes to a callback, news to ``logging``.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from narrate.config import Config, load_config
    from narrate.errors import NarrateError
    from narrate.pipeline import check, prepare, produce
    from narrate.sources import open_source
    from narrate.tasks import listen
    from narrate.types import Article, Edition, Script

logging.getLogger("narrate").addHandler(logging.NullHandler())

__all__ = [
    "Article",
    "Config",
    "Edition",
    "NarrateError",
    "Script",
    "check",
    "listen",
    "load_config",
    "open_source",
    "prepare",
    "produce",
]

_HOMES = {
    "Article": "types",
    "Config": "config",
    "Edition": "types",
    "NarrateError": "errors",
    "Script": "types",
    "check": "pipeline",
    "listen": "tasks",
    "load_config": "config",
    "open_source": "sources",
    "prepare": "pipeline",
    "produce": "pipeline",
}


def __getattr__(name: str) -> Any:
    """Import on first use, so that ``import narrate`` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'narrate' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"narrate.{_HOMES[name]}"), name)
