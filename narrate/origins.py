"""What an edition is made from, by its configuration: whether it is current, and what it says of its making."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from narrate.audio.watermark import Watermark, absence, own_key
from narrate.config import Config
from narrate.edition.changes import changed, compare, log, made_from, told
from narrate.edition.previous import PreviousEdition
from narrate.engines import get_engine
from narrate.preparing import Prepared, lexicon_of
from narrate.types import Correction


def origins_of(prepared: Prepared, config: Config) -> dict[str, str]:
    """What the edition is made from, as hashes."""
    files, mark = (config.delivery.cover, config.provenance.certificate), watermark_of(config)
    state = mark.state if mark and not absence() else "off"
    return made_from(
        prepared.document(),
        prepared.cast.voices,
        engine=get_engine(prepared.engine, config.synthesis.model),
        lexicon=lexicon_of(prepared.script.article, config),
        settings={**_shaping(config), "watermark": state, "base_url": config.feed.base_url},
        files=[Path(file) for file in files if file],
    )


def _shaping(config: Config) -> dict[str, Any]:
    """The settings that shape an edition, whatever its article and cast."""
    tables = {name: asdict(getattr(config, name)) for name in ("script", "attribution", "assembly", "loudness")}
    if config.synthesis.model:
        tables["synthesis"] = {"model": config.synthesis.model}
    delivery = asdict(config.delivery)
    return {**tables, "delivery": {key: delivery[key] for key in delivery if key not in ("folder", "cover")}}


def watermark_of(config: Config) -> Watermark | None:
    """The mark that the configuration asks for, whether or not it can be made here."""
    return Watermark(own_key()) if config.provenance.watermark else None


def staleness(former: PreviousEdition, origins: Mapping[str, str]) -> tuple[str, ...]:
    """Why the former edition is not what would be made from ``origins``."""
    return (*told(changed(former.manifest.made_from, origins)), *former.faults())


def correction_of(prepared: Prepared, former: PreviousEdition | None, origins: Mapping[str, str]) -> Correction | None:
    """What is to be different from the former edition; None if there is none, or it was made from the same."""
    if former is None or not (different := changed(former.manifest.made_from, origins)):
        return None
    return compare(
        former.manifest.segments,
        prepared.script,
        prepared.cast,
        changed=different,
        article_sha256=former.manifest.article.sha256,
        mp3_sha256=former.manifest.hashes["mp3"],
    )


def about(
    prepared: Prepared,
    config: Config,
    former: PreviousEdition | None,
    origins: Mapping[str, str],
    correction: Correction | None,
) -> dict[str, Any]:
    """What the manifest says of the making: nothing that differs between two makings of the same edition."""
    again = former is not None and correction is None
    return {
        "engine": prepared.engine,
        "disclaimer": config.script.disclaimer,
        "settings": _shaping(config),
        "made_from": origins,
        "corrections": log(former.manifest.corrections if former else (), correction),
        "below_threshold": list(prepared.below_threshold),
        "warnings": list(former.manifest.warnings if former and again else prepared.warnings),
    }
