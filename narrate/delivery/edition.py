"""The files of an edition: the MP3 and its sidecar files, which appear whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from narrate.audio import Mastered, Target
from narrate.delivery.captions import break_cues, srt, vtt
from narrate.delivery.chapters import chapters_json, find_chapters
from narrate.delivery.cover import own_cover, plain_cover
from narrate.delivery.player import PlayerPage, embed_snippet, phrases_of, player_page, recording_of, relative_url
from narrate.delivery.signing import Credentials, sign_mp3
from narrate.delivery.tags import TagText, outlet_of, tag_mp3, tag_other
from narrate.delivery.transcript import plain_text, transcript_json
from narrate.edition.manifest import (
    Manifest,
    describe_article,
    describe_cast,
    describe_chapters,
    describe_cues,
    describe_files,
    describe_loudness,
    describe_segments,
    describe_skipped,
    encode_manifest,
    package_versions,
)
from narrate.edition.paths import sidecar_paths
from narrate.storage import Staging, writing
from narrate.types import Article, Cast, Chapter, Cue, Loudness, Script, WordTiming


@dataclass(frozen=True, slots=True)
class PublisherMetadata:
    """What the publisher adds to every edition; empty where there is nothing."""

    outlet: str = ""
    album: str = ""
    copyright: str = ""
    cover: str = ""
    """Path of a picture; without it a plain one is made."""
    base_url: str = ""
    """Where editions will be on the web."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What was written."""

    cues: tuple[Cue, ...]
    duration_s: float
    loudness: Loudness
    """Of the MP3 as it decodes."""
    chapters: tuple[Chapter, ...]
    files: Mapping[str, Path]
    """What each holds -> its path; ``mp3`` is the first."""
    provenance: Mapping[str, str]
    """Each mark of AI origin -> ``done``, ``off`` or ``not available``, and how or why in brackets."""
    warnings: tuple[str, ...]


def deliver(
    master: Callable[[Mapping[str, Target]], Mastered],
    script: Script,
    cast: Cast,
    *,
    mp3: Path,
    transcripts: Sequence[str],
    script_document: str | None,
    about: Mapping[str, Any],
    imprint: PublisherMetadata,
    formats: Sequence[str] = (),
    credentials: Credentials | None = None,
) -> Delivered:
    """Write the MP3 and the files beside it (see ``paths.sidecar_paths``).

    ``master`` writes the sound to the targets it is given, ``mp3`` and each of ``formats``. No file appears under its
    name before all are whole. ``about`` is what the manifest says of the making; its ``disclaimer`` goes into the tags,
    too. With ``credentials`` the MP3 is signed once its tag is whole. ``script_document`` is None if the script is not
    to be written. Raises ``DeliveryError`` if a file cannot be written; whatever ``master`` raises goes through.
    """
    article = script.article
    title = article.title or mp3.stem.encode(errors="replace").decode()
    outlet = outlet_of(article, imprint.outlet)
    cover = own_cover(Path(imprint.cover)) if imprint.cover else plain_cover(title, outlet)
    files = {"mp3": mp3, **sidecar_paths(mp3, transcripts, formats=formats, cover_type=cover[1])}
    if script_document is None:
        del files["script"]
    with Staging() as staging:
        staged = {name: staging.stage(path) for name, path in files.items()}
        mastered = master({name: Target(staged[name], files[name]) for name in ("mp3", *formats)})
        cues, duration_s = mastered.cues, mastered.duration_s
        chapters = find_chapters(cues, title=title, duration_s=duration_s)
        tag_text = TagText(
            title=title,
            outlet=outlet,
            album=imprint.album or outlet or title,  # a single
            copyright=imprint.copyright,
            disclaimer=about["disclaimer"],
            transcript=plain_text(cues),
            duration_s=duration_s,
            chapters=chapters,
            cover=cover,
        )
        _tag(staged, files, formats, article, tag_text)
        signature = sign_mp3(staged["mp3"], mp3, credentials, title=title) if credentials else None
        provenance = {
            "disclosure": "done",
            "watermark": mastered.watermark,
            "c2pa": f"done ({signature})" if signature else "off",
        }
        with writing(mp3):
            recording = recording_of(staged["mp3"], url=relative_url(mp3.name), duration_s=duration_s)
        page = PlayerPage(
            title=title,
            byline=article.byline,
            language=article.language,
            published=article.published,
            disclosure=about["disclaimer"],
            recording=recording,
            phrases=phrases_of(cues),
            base_url=imprint.base_url,
        )
        texts = _texts(cues, chapters, page, files["player"].name) | {"script": script_document or ""}
        _write(staged, files, texts)
        with writing(files["cover"]):
            staged["cover"].write_bytes(cover[0])
        told = {
            **about,
            "provenance": provenance,
            "warnings": list(dict.fromkeys((*about["warnings"], *mastered.warnings))),
        }
        with writing(files["manifest"]):
            manifest = Manifest(
                versions=package_versions(),
                article=describe_article(article),
                **told,
                duration_s=round(duration_s, 3),
                loudness=describe_loudness(mastered.loudness),
                word_timing=_word_timing(cues),
                cast=describe_cast(script, cast),
                segments=describe_segments(script, cast, cues),
                cues=describe_cues(cues),
                skipped=describe_skipped(article),
                chapters=describe_chapters(chapters),
                files=describe_files(
                    {name: (files[name].name, path) for name, path in staged.items() if name != "manifest"}
                ),
            )
            staged["manifest"].write_text(encode_manifest(manifest), encoding="utf-8", newline="\n")
        staging.publish()
    return Delivered(cues, duration_s, mastered.loudness, chapters, files, provenance, mastered.warnings)


def _tag(
    staged: Mapping[str, Path], files: Mapping[str, Path], formats: Sequence[str], article: Article, text: TagText
) -> None:
    """Give the sound its tags, in all of its ``formats``."""
    with writing(files["mp3"]):
        tag_mp3(staged["mp3"], article, text)
    for name in formats:
        with writing(files[name]):
            tag_other(name, staged[name], article, text)


def _write(staged: Mapping[str, Path], files: Mapping[str, Path], texts: Mapping[str, str]) -> None:
    """Write what the files hold, of those that there are to be."""
    for name in [name for name in files if name in texts]:
        with writing(files[name]):
            staged[name].write_text(texts[name], encoding="utf-8", newline="\n")


def _texts(lines: Sequence[Cue], chapters: Sequence[Chapter], page: PlayerPage, player_name: str) -> dict[str, str]:
    """What the files beside the MP3 hold."""
    cues = break_cues(lines)
    return {
        "captions": vtt(cues, title=page.title, word_timing=_word_timing(lines)),
        "srt": srt(lines),
        "json": transcript_json(cues, word_timing=_word_timing(lines)),
        "txt": plain_text(lines),
        "chapters": chapters_json(chapters),
        "player": player_page(page),
        "snippet": embed_snippet(page, player_url=relative_url(player_name)),
    }


def _word_timing(cues: Iterable[Cue]) -> WordTiming:
    """How the words got their times: one estimate makes it an estimate of the whole."""
    return "engine" if all(cue.word_timing == "engine" for cue in cues) else "estimated"
