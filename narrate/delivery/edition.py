"""The files of an edition: the MP3 and its sidecar files, which appear whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from narrate.audio.encoders import Encoder, check_formats, encoder
from narrate.audio.mastering import Master, measured
from narrate.audio.mp3 import Mp3Encoder, decoded
from narrate.audio.watermark import Watermark, absence
from narrate.delivery.captions import break_cues, srt, vtt
from narrate.delivery.chapters import chapters_json, find_chapters
from narrate.delivery.cover import own_cover, plain_cover
from narrate.delivery.player import PlayerPage, embed_snippet, phrases_of, player_page, recording_of, relative_url
from narrate.delivery.signing import Credentials, sign_mp3
from narrate.delivery.tags import TagText, outlet_of, tag_mp3, tag_other
from narrate.delivery.transcript import plain_text, transcript_json
from narrate.edition.manifest import manifest
from narrate.edition.paths import sidecar_paths
from narrate.storage import Staging, writing
from narrate.types import Article, Cast, Chapter, Cue, Loudness, Passage, Script, Stage, WordTiming

MAX_ENCODINGS: Final = 3


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
    passages: Iterable[Passage],
    master: Master,
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
    watermark: Watermark | None = None,
    bitrate_kbps: int,
    stage: Callable[[Stage], AbstractContextManager[None]] = lambda _: nullcontext(),
) -> Delivered:
    """Master ``passages``, and write the MP3 and the files beside it (see ``paths.sidecar_paths``).

    ``passages`` are taken as they come, at the sample rate of ``master``. No file appears under its name before all are
    whole. ``about`` is what the manifest says of the making; its ``disclaimer`` goes into the tags, too.
    With ``watermark`` the sound is marked, where that can be done; with ``credentials`` the MP3 is signed once its tag
    is whole. ``script_document`` is None if the script is not to be written. ``stage`` gives a context for each stage
    of the work. Raises ``DeliveryError`` if a file cannot be written; whatever ``passages`` raises goes through.
    """
    article = script.article
    title = article.title or mp3.stem.encode(errors="replace").decode()
    outlet = outlet_of(article, imprint.outlet)
    cover = own_cover(Path(imprint.cover)) if imprint.cover else plain_cover(title, outlet)
    check_formats(formats)
    files = {"mp3": mp3, **sidecar_paths(mp3, transcripts, formats=formats, cover_type=cover[1])}
    if script_document is None:
        del files["script"]
    with Staging() as staging, master:
        staged = {name: staging.stage(path) for name, path in files.items()}
        with stage("master"):
            master.record(passages)
        with stage("encode"):
            others = {name: (staged[name], files[name]) for name in formats}
            marking = None if absence() else watermark
            loudness, warnings = _encode(master, staged["mp3"], mp3, bitrate_kbps, marking, others)
        cues, duration_s = tuple(master.cues), master.duration_s
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
        provenance = _provenance(watermark, signature, staged["mp3"])
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
        told = {**about, "provenance": provenance, "warnings": list(dict.fromkeys((*about["warnings"], *warnings)))}
        with writing(files["manifest"]):
            text = manifest(
                script=script,
                cast=cast,
                cues=cues,
                chapters=chapters,
                duration_s=duration_s,
                loudness=loudness,
                word_timing=_word_timing(cues),
                about=told,
                files={name: (files[name].name, path) for name, path in staged.items() if name != "manifest"},
            )
            staged["manifest"].write_text(text, encoding="utf-8", newline="\n")
        staging.publish()
    return Delivered(cues, duration_s, loudness, chapters, files, provenance, warnings)


def _tag(
    staged: Mapping[str, Path], files: Mapping[str, Path], formats: Sequence[str], article: Article, text: TagText
) -> None:
    """Give the sound its tags, in all of its ``formats``."""
    with writing(files["mp3"]):
        tag_mp3(staged["mp3"], article, text)
    for name in formats:
        with writing(files[name]):
            tag_other(name, staged[name], article, text)


def _provenance(watermark: Watermark | None, signature: str | None, mp3: Path) -> dict[str, str]:
    """Each mark of AI origin -> what became of it."""
    return {
        "disclosure": "done",
        "watermark": _marked(watermark, mp3),
        "c2pa": f"done ({signature})" if signature else "off",
    }


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


def _encode(
    master: Master,
    path: Path,
    final: Path,
    bitrate_kbps: int,
    watermark: Watermark | None,
    others: Mapping[str, tuple[Path, Path]],
) -> tuple[Loudness, tuple[str, ...]]:
    """Encode until the MP3 decodes to what was asked for, the mark in it: once, as a rule. ``others`` are the formats
    beside it, where each is written, and what it will be called. Returns a warning, too, if it was not reached."""
    rate_hz = master.sample_rate_hz
    for _ in range(MAX_ENCODINGS):
        with ExitStack() as stack:
            encoders: list[Encoder] = [Mp3Encoder(path, final, sample_rate_hz=rate_hz, bitrate_kbps=bitrate_kbps)]
            stack.enter_context(encoders[0])
            for name, paths in others.items():
                encoders.append(stack.enter_context(encoder(name, *paths, sample_rate_hz=rate_hz)))
            finished = master.chunks()
            if watermark:
                finished = watermark.add(finished, sample_rate_hz=rate_hz)
            for chunk in finished:
                for one in encoders:
                    one.write(chunk)
        with writing(final):
            loudness = measured(decoded(path), rate_hz, beside=master.beside)
        if master.accepts(loudness):
            return loudness, ()
    return loudness, (
        f"The sound has {loudness.integrated_lufs:.1f} LUFS and {loudness.true_peak_dbtp:.1f} dBTP: "
        f"{master.target_lufs:g} LUFS and at most {master.true_peak_dbtp:g} dBTP were asked for, and not reached in "
        f"{MAX_ENCODINGS} encodings.",
    )


def _marked(watermark: Watermark | None, mp3: Path) -> str:
    """What became of the watermark: it is done only if it is found in the finished sound."""
    if watermark is None:
        return "off"
    if lack := absence():
        return f"not available ({lack})"
    return watermark.state if watermark.survives(mp3) else "not available (the sound is too short to hold it)"
