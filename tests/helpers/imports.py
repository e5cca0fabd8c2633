"""The imports that packages of ``narrate`` may make of each other; the architecture page shows this table."""

from __future__ import annotations

GROUND = {"errors", "types"}
HELPERS = {"concurrency", "storage"}
ALLOWED = {
    "types": set[str](),
    "errors": set[str](),
    "concurrency": set[str](),
    "storage": {"errors"},
    "config": {"errors", "storage"},
    "languages": {"errors"},
    "script": GROUND | {"languages", "storage"},
    "readers": GROUND | HELPERS | {"config", "languages", "script"},
    "attribution": GROUND | {"languages", "storage"},
    "casting": GROUND | {"storage"},
    "speakable": GROUND | {"languages", "storage"},
    "engines": GROUND | {"languages", "storage"},
    "synthesis": GROUND | HELPERS | {"engines", "speakable"},
    "audio": GROUND | HELPERS,
    "edition": GROUND | {"casting", "config", "engines", "languages", "script", "storage", "synthesis"},
    "delivery": GROUND | HELPERS | {"audio", "config", "edition", "languages"},
    "listening": GROUND | {"config", "edition", "languages", "readers", "script", "storage"},
    "verify": GROUND | {"audio", "delivery", "edition", "languages", "listening", "storage"},
    "stats": GROUND | {"edition", "storage"},
    "editor": GROUND
    | {"casting", "config", "edition", "engines", "pipeline", "readers", "script", "speakable", "storage"}
    | {"synthesis"},
}
"""Package or module -> what it may import besides itself."""

HEAVY = set("spacy num2words faster_whisper numpy soundfile soxr pydub mutagen rich yaml markdown_it".split())
HEAVY |= {"starlette", "uvicorn", "pyttsx3", "lxml", "trafilatura", "docx", "httpcore2", "distributed", "py3langid"}
"""Packages whose import takes long. Modules import them at first use."""
