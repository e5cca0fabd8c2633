"""The imports that packages of ``narrate`` may make of each other; the architecture page shows this table."""

from __future__ import annotations

GROUND = {"errors", "types"}
HELPERS = {"concurrency", "storage"}
ALLOWED = {
    "types": set[str](),
    "errors": set[str](),
    "concurrency": {"errors", "storage"},
    "storage": {"errors"},
    "config": {"errors", "storage"},
    "languages": {"errors"},
    "script": GROUND | {"languages", "storage"},
    "readers": GROUND | HELPERS | {"config", "languages", "script"},
    "attribution": GROUND | {"languages", "storage"},
    "casting": GROUND | HELPERS,
    "speakable": GROUND | HELPERS | {"languages"},
    "engines": GROUND | HELPERS | {"languages"},
    "synthesis": GROUND | HELPERS | {"engines", "speakable"},
    "audio": GROUND | HELPERS,
    "edition": GROUND | HELPERS | {"casting", "config", "engines", "languages", "script", "synthesis"},
    "delivery": GROUND | HELPERS | {"audio", "config", "edition", "languages"},
    "listening": GROUND | {"config", "edition", "languages", "readers", "script", "speakable", "storage"},
    "verify": GROUND | {"audio", "delivery", "edition", "languages", "listening", "storage"},
    "stats": GROUND | {"edition", "storage"},
    "editor": GROUND
    | HELPERS
    | {"audio", "casting", "config", "edition", "engines", "job", "pipeline", "readers", "script", "speakable"}
    | {"synthesis"},
}
"""Package or module -> what it may import besides itself."""

HEAVY = set("spacy num2words faster_whisper numpy soundfile soxr pydub mutagen rich yaml markdown_it".split())
HEAVY |= {"starlette", "uvicorn", "pyttsx3", "lxml", "trafilatura", "docx", "httpcore2", "distributed", "py3langid"}
"""Packages whose import takes long. Modules import them at first use."""
