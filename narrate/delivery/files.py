"""The files of an edition around the mastered sound: tags, signature, sidecar files and manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from narrate.audio import Mastered, Target
from narrate.config import Config
from narrate.delivery.captions import break_cues, srt, vtt
from narrate.delivery.chapters import chapters_json, find_chapters
from narrate.delivery.cover import own_cover, plain_cover
from narrate.delivery.player import (
    PlayerPage,
    embed_snippet,
    player_labels,
    player_page,
    recording_of,
    relative_url,
    shown_speaker,
)
from narrate.delivery.signing import Credentials, sign_mp3
from narrate.delivery.tags import TagText, outlet_of, tag_mp3, tag_other
from narrate.delivery.transcript import plain_text, transcript_json
from narrate.edition import manifest
from narrate.edition.paths import EditionPaths, sidecar_paths
from narrate.languages import english_original
from narrate.languages.controls import STEERING, without_steering
from narrate.storage import Staging, writing
from narrate.types import Article, Cast, Cue, Delivered, Script, WordTiming


@dataclass(frozen=True, slots=True)
class EditionFiles:
    """The files of an edition while it is made, and what the publisher adds to them."""

    targets: Mapping[str, Target]  # where each file is written, by what it holds; ``mp3`` is the first
    tags: TagText  # what the tags say, without what depends on the sound
    formats: tuple[str, ...]
    base_url: str  # where the edition will be on the web; empty if that is unknown
    credentials: Credentials | None  # what the MP3 is signed with

    @classmethod
    def staged(cls, staging: Staging, paths: EditionPaths, article: Article, config: Config) -> Self:
        """Create the files under temporary names. Raises ``DeliveryError`` if a folder or the cover cannot be used."""
        delivery, provenance = config.delivery, config.provenance
        article = _shown(article)
        title = article.title or without_steering(paths.mp3.stem.encode(errors="replace").decode())
        outlet = outlet_of(article, delivery.outlet)
        album = delivery.album or outlet or title  # players file a single under its own title
        mark = player_labels(article.language)["cover_mark"]
        cover = own_cover(Path(delivery.cover)) if delivery.cover else plain_cover(title, outlet, mark)
        sidecars = sidecar_paths(paths.mp3, delivery.transcripts, formats=delivery.formats, cover_type=cover[1])
        if paths.keeps_script:
            del sidecars["script"]
        credentials = None
        if provenance.certificate and provenance.key:
            credentials = Credentials(Path(provenance.certificate), Path(provenance.key))
        return cls(
            {
                name: Target(staging.stage(path, follows_link=name == "mp3" and paths.is_named), path)
                for name, path in {"mp3": paths.mp3, **sidecars}.items()
            },
            TagText(title, outlet, album, delivery.copyright, cover),
            delivery.formats,
            config.feed.base_url,
            credentials,
        )


def deliver(
    mastered: Mastered,
    script: Script,
    cast: Cast,
    *,
    files: EditionFiles,
    script_document: str,
    making: Mapping[str, Any],
) -> Delivered:
    """Tag and sign the MP3, and write the sidecar files and the manifest, which repeats ``making``. Raises
    ``DeliveryError``.
    """
    targets, article = files.targets, _shown(script.article)
    mastered = replace(mastered, cues=tuple(map(_readable, mastered.cues)))
    cues = mastered.cues
    shown = [replace(cue, speaker=shown_speaker(cue.speaker, article.language)) for cue in cues]
    tags = replace(
        files.tags,
        disclaimer=making["disclaimer"],
        original_disclaimer=english_original(article.language, making["disclaimer"]),
        transcript=plain_text(shown),
        duration_s=mastered.duration_s,
        chapters=find_chapters(cues, title=files.tags.title, duration_s=mastered.duration_s),
    )
    signature = _tag_and_sign(files, article, tags)
    provenance = {
        "disclosure": "done",
        "watermark": mastered.watermark,
        "c2pa": f"done ({signature})" if signature else "off",
    }
    texts = _sidecar_texts(shown, tags, _player_page(files, article, tags, tuple(shown)), targets["player"].final.name)
    texts["script"] = script_document
    for name in [name for name in targets if name in texts]:
        with writing(targets[name].final):
            targets[name].path.write_text(texts[name], encoding="utf-8", newline="\n")
    with writing(targets["cover"].final):
        targets["cover"].path.write_bytes(tags.cover[0])
    warnings = tuple(dict.fromkeys((*making["warnings"], *mastered.warnings)))
    with writing(targets["manifest"].final):
        described = {**making, "provenance": provenance, "warnings": warnings, "chapters": tags.chapters}
        document = _manifest(mastered, script, cast, targets, **described)
        targets["manifest"].path.write_text(manifest.encode_manifest(document), encoding="utf-8", newline="\n")
    return Delivered(
        cues=cues,
        duration_s=mastered.duration_s,
        loudness=mastered.loudness,
        chapters=tags.chapters,
        files={name: target.final for name, target in targets.items()},
        provenance=provenance,
        warnings=mastered.warnings,
    )


def _shown(article: Article) -> Article:
    """Return the article with a title, a byline and so on that steer no terminal. Those from readers do not anyway."""
    names = ("title", "byline", "published", "source", "outlet")
    values = {name: value for name in names if (value := getattr(article, name)) and STEERING.search(value)}
    cleaned: dict[str, Any] = {name: without_steering(value) or None for name, value in values.items()}
    return replace(article, **cleaned)


def _readable(cue: Cue) -> Cue:
    """Return the cue without the characters that steer a terminal; a word of nothing else is left out."""
    if not STEERING.search(cue.text + cue.speaker):
        return cue
    words = tuple(replace(word, text=text) for word in cue.words if (text := without_steering(word.text)))
    return replace(
        cue, speaker=without_steering(cue.speaker), text=" ".join(without_steering(cue.text).split()), words=words
    )


def _tag_and_sign(files: EditionFiles, article: Article, tags: TagText) -> str | None:
    """Tag the sound in all of its formats, then sign the MP3. Return the state of the signature, if there is one."""
    mp3 = files.targets["mp3"]
    with writing(mp3.final):
        tag_mp3(mp3.path, article, tags)
    for name in files.formats:
        with writing(files.targets[name].final):
            tag_other(name, files.targets[name].path, article, tags)
    if files.credentials is None:
        return None
    return sign_mp3(mp3.path, mp3.final, files.credentials, title=tags.title)


def _player_page(files: EditionFiles, article: Article, tags: TagText, cues: tuple[Cue, ...]) -> PlayerPage:
    mp3 = files.targets["mp3"]
    with writing(mp3.final):
        recording = recording_of(mp3.path, url=relative_url(mp3.final.name), duration_s=tags.duration_s)
    return PlayerPage(
        title=tags.title,
        byline=article.byline,
        language=article.language,
        published=article.published,
        disclosure=tags.disclaimer,
        recording=recording,
        cues=cues,
        base_url=files.base_url,
    )


def _sidecar_texts(lines: Sequence[Cue], tags: TagText, page: PlayerPage, player_name: str) -> dict[str, str]:
    """Return the content of the sidecar files that hold text. ``lines`` are the cues, one for each line."""
    cues, word_timing = break_cues(lines), _word_timing(lines)
    return {
        "captions": vtt(cues, title=tags.title, word_timing=word_timing),
        "srt": srt(lines),
        "json": transcript_json(cues, word_timing=word_timing),
        "txt": tags.transcript,
        "chapters": chapters_json(tags.chapters),
        "player": player_page(page),
        "snippet": embed_snippet(page, player_url=relative_url(player_name)),
    }


def _manifest(
    mastered: Mastered, script: Script, cast: Cast, targets: Mapping[str, Target], **making: Any
) -> manifest.Manifest:
    return manifest.Manifest(
        versions=manifest.package_versions(),
        article=manifest.ManifestArticle.of(script.article),
        **making,
        reviewed_by=script.reviewed_by,
        reviewed_at=script.reviewed_at,
        duration_s=mastered.duration_s,
        loudness=manifest.ManifestLoudness.of(mastered.loudness),
        word_timing=_word_timing(mastered.cues),
        cast=manifest.describe_cast(script, cast),
        segments=manifest.describe_segments(script, cast, mastered.cues),
        cues=tuple(map(manifest.ManifestCue.of, mastered.cues)),
        skipped=tuple(manifest.ManifestSkipped(one.text, one.reason) for one in script.article.skipped),
        files=tuple(
            manifest.ManifestFile.of(name, one.final.name, one.path)
            for name, one in targets.items()
            if name != "manifest"
        ),
    )


def _word_timing(cues: Sequence[Cue]) -> WordTiming:
    """Return how the words got their times. One estimated line makes all of them an estimate."""
    return "engine" if all(cue.word_timing == "engine" for cue in cues) else "estimated"
