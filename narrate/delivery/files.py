"""The files of an edition around the mastered sound: tags, signature, sidecar files and manifest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from narrate.audio import Mastered, Target
from narrate.config import Config
from narrate.delivery.captions import break_cues, srt, vtt
from narrate.delivery.chapters import chapters_json, find_chapters
from narrate.delivery.cover import own_cover, plain_cover
from narrate.delivery.player import PlayerPage, embed_snippet, phrases_of, player_page, recording_of, relative_url
from narrate.delivery.signing import Credentials, sign_mp3
from narrate.delivery.tags import TagText, outlet_of, tag_mp3, tag_other
from narrate.delivery.transcript import plain_text, transcript_json
from narrate.edition.manifest import (
    Manifest,
    ManifestArticle,
    ManifestCue,
    ManifestFile,
    ManifestLoudness,
    ManifestSkipped,
    describe_cast,
    describe_segments,
    encode_manifest,
    package_versions,
)
from narrate.edition.paths import EditionPaths, sidecar_paths
from narrate.storage import Staging, writing
from narrate.types import Article, Cast, Chapter, Cue, Delivered, Script, WordTiming


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """What the publisher adds to an edition, and which files it has."""

    title: str
    outlet: str
    """Empty if it is unknown."""
    album: str
    copyright: str
    cover: tuple[bytes, str]
    """The picture, and its media type."""
    base_url: str
    """Where the edition will be on the web; empty if that is unknown."""
    transcripts: tuple[str, ...]
    formats: tuple[str, ...]
    credentials: Credentials | None
    """What the MP3 is signed with."""


def delivery_settings(article: Article, mp3: Path, config: Config) -> DeliverySettings:
    """Return the settings for an article's edition. Raises ``DeliveryError`` if the cover cannot be used."""
    title = article.title or mp3.stem.encode(errors="replace").decode()
    outlet = outlet_of(article, config.delivery.outlet)
    certificate, key = config.provenance.certificate, config.provenance.key
    return DeliverySettings(
        title=title,
        outlet=outlet,
        album=config.delivery.album or outlet or title,  # players file a single under its own title
        copyright=config.delivery.copyright,
        cover=own_cover(Path(config.delivery.cover)) if config.delivery.cover else plain_cover(title, outlet),
        base_url=config.feed.base_url,
        transcripts=config.delivery.transcripts,
        formats=config.delivery.formats,
        credentials=Credentials(Path(certificate), Path(key)) if certificate and key else None,
    )


@dataclass(frozen=True, slots=True)
class EditionFiles:
    """The files of an edition while it is made."""

    targets: Mapping[str, Target]
    """Where each file is written, by what it holds; ``mp3`` is the first."""
    settings: DeliverySettings

    @classmethod
    def staged(cls, staging: Staging, paths: EditionPaths, settings: DeliverySettings) -> Self:
        """Create the files under temporary names. Raises ``DeliveryError`` if a folder cannot be written to."""
        files = sidecar_paths(paths.mp3, settings.transcripts, formats=settings.formats, cover_type=settings.cover[1])
        if paths.keeps_script:
            del files["script"]
        targets = {name: Target(staging.stage(path), path) for name, path in {"mp3": paths.mp3, **files}.items()}
        return cls(targets, settings)


def deliver(
    mastered: Mastered,
    script: Script,
    cast: Cast,
    *,
    files: EditionFiles,
    script_document: str,
    making: Mapping[str, Any],
) -> Delivered:
    """Tag and sign the MP3, and write the sidecar files and the manifest, which repeats ``making``.

    Raises ``DeliveryError`` if a file cannot be written, or the MP3 cannot be signed.
    """
    targets, settings = files.targets, files.settings
    chapters = find_chapters(mastered.cues, title=settings.title, duration_s=mastered.duration_s)
    signature = _tag_and_sign(mastered, script.article, making["disclaimer"], chapters, files)
    provenance = {
        "disclosure": "done",
        "watermark": mastered.watermark,
        "c2pa": f"done ({signature})" if signature else "off",
    }
    page = _player_page(mastered, script.article, making["disclaimer"], targets["mp3"], settings)
    texts = _sidecar_texts(mastered.cues, chapters, page, targets["player"].final.name) | {"script": script_document}
    for name in [name for name in targets if name in texts]:
        with writing(targets[name].final):
            targets[name].path.write_text(texts[name], encoding="utf-8", newline="\n")
    with writing(targets["cover"].final):
        targets["cover"].path.write_bytes(settings.cover[0])
    warnings = tuple(dict.fromkeys((*making["warnings"], *mastered.warnings)))
    with writing(targets["manifest"].final):
        manifest = Manifest(
            versions=package_versions(),
            article=ManifestArticle.of(script.article),
            **{**making, "provenance": provenance, "warnings": warnings},
            duration_s=mastered.duration_s,
            loudness=ManifestLoudness.of(mastered.loudness),
            word_timing=_word_timing(mastered.cues),
            cast=describe_cast(script, cast),
            segments=describe_segments(script, cast, mastered.cues),
            cues=tuple(map(ManifestCue.of, mastered.cues)),
            skipped=tuple(ManifestSkipped(one.text, one.reason) for one in script.article.skipped),
            chapters=tuple(chapters),
            files=tuple(
                ManifestFile.of(name, one.final.name, one.path) for name, one in targets.items() if name != "manifest"
            ),
        )
        targets["manifest"].path.write_text(encode_manifest(manifest), encoding="utf-8", newline="\n")
    return Delivered(
        cues=mastered.cues,
        duration_s=mastered.duration_s,
        loudness=mastered.loudness,
        chapters=chapters,
        files={name: target.final for name, target in targets.items()},
        provenance=provenance,
        warnings=mastered.warnings,
    )


def _tag_and_sign(
    mastered: Mastered,
    article: Article,
    disclaimer: str,
    chapters: Sequence[Chapter],
    files: EditionFiles,
) -> str | None:
    """Tag the sound in all of its formats, then sign the MP3. Return the state of the signature, if there is one."""
    targets, settings = files.targets, files.settings
    text = TagText(
        title=settings.title,
        outlet=settings.outlet,
        album=settings.album,
        copyright=settings.copyright,
        disclaimer=disclaimer,
        transcript=plain_text(mastered.cues),
        duration_s=mastered.duration_s,
        chapters=chapters,
        cover=settings.cover,
    )
    mp3 = targets["mp3"]
    with writing(mp3.final):
        tag_mp3(mp3.path, article, text)
    for name in settings.formats:
        with writing(targets[name].final):
            tag_other(name, targets[name].path, article, text)
    if settings.credentials is None:
        return None
    return sign_mp3(mp3.path, mp3.final, settings.credentials, title=settings.title)


def _player_page(
    mastered: Mastered, article: Article, disclaimer: str, mp3: Target, settings: DeliverySettings
) -> PlayerPage:
    with writing(mp3.final):
        recording = recording_of(mp3.path, url=relative_url(mp3.final.name), duration_s=mastered.duration_s)
    return PlayerPage(
        title=settings.title,
        byline=article.byline,
        language=article.language,
        published=article.published,
        disclosure=disclaimer,
        recording=recording,
        phrases=phrases_of(mastered.cues),
        base_url=settings.base_url,
    )


def _sidecar_texts(
    lines: Sequence[Cue], chapters: Sequence[Chapter], page: PlayerPage, player_name: str
) -> dict[str, str]:
    """Return the content of the sidecar files that hold text. ``lines`` are the cues, one for each line."""
    cues, word_timing = break_cues(lines), _word_timing(lines)
    return {
        "captions": vtt(cues, title=page.title, word_timing=word_timing),
        "srt": srt(lines),
        "json": transcript_json(cues, word_timing=word_timing),
        "txt": plain_text(lines),
        "chapters": chapters_json(chapters),
        "player": player_page(page),
        "snippet": embed_snippet(page, player_url=relative_url(player_name)),
    }


def _word_timing(cues: Iterable[Cue]) -> WordTiming:
    """Return how the words got their times. One estimated line makes all of them an estimate."""
    return "engine" if all(cue.word_timing == "engine" for cue in cues) else "estimated"
