"""The scripts that can be edited: one, or those of a folder. The page knows them by ids, never by paths."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from narrate.config import Config
from narrate.edition.backup import save_script
from narrate.edition.manifest import Manifest, read_manifest
from narrate.edition.paths import (
    FEED_NAME,
    MANIFEST_ENDING,
    PLAYER_ENDING,
    SCRIPT_ENDING,
    EditionPaths,
    edition_paths,
    is_backup,
)
from narrate.edition.review import desk_state, is_in_feed
from narrate.edition.same_article import is_same_article
from narrate.editor.documents import OpenScript
from narrate.editor.view import Row, count_quotations
from narrate.errors import NarrateError, OtherArticleError, SourceError, UsageError, reason
from narrate.pipeline import prepare
from narrate.readers.source import LoadedSource, load_source
from narrate.script.document import SavedScript
from narrate.script.review import unchecked_quotations
from narrate.storage import full_path, is_url

MAX_DOCUMENTS: Final = 500
"""Scripts of a folder that are listed, the latest first."""
Mode = Literal["document", "desk"]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row of the list, and the state of the files that it was made from."""

    stamps: tuple[tuple[int, int], ...]
    row: Row


class Desk:
    """The scripts that can be edited. Its methods may be called from several threads.

    Args:
        config: The configuration.
        folder: The folder whose scripts are listed; None if there is one script.
        file: The one script; None for a folder.
    """

    def __init__(self, config: Config, *, folder: Path | None = None, file: Path | None = None) -> None:
        self.config = config
        self.mode: Mode = "desk" if folder else "document"
        self._folder = folder
        self._lock = threading.RLock()
        self._files: dict[str, Path] = {}
        self._open: dict[str, OpenScript] = {}
        self._entries: dict[str, _Entry] = {}
        if file:
            self._files["d1"] = full_path(file)  # a link that the user named stays one

    def documents(self) -> list[Row]:
        """Return a row for each script: its id, its state, and who checked it."""
        with self._lock:
            if self._folder:
                self._find(self._folder)
            return [self._row(document_id, file) for document_id, file in self._files.items()]

    def open(self, document_id: str) -> OpenScript:
        """Return the open script with this id, and open it if it is not.

        Raises:
            KeyError: If there is no such script.
            NarrateError: If it cannot be opened.
        """
        with self._lock:
            if document_id not in self._open:
                file = self._files[document_id]
                self._open[document_id] = OpenScript(file, config=self.config, mp3=mp3_of(file))
            return self._open[document_id]

    def close(self) -> None:
        """Close all scripts."""
        with self._lock:
            for script in self._open.values():
                script.close()
            self._open.clear()

    def _find(self, folder: Path) -> None:
        """List the scripts of the folder. A script keeps its id; those that are gone lose theirs.

        Links are left out: anyone who may write to the folder could let them lead to other files.
        """
        try:
            named = [file for file in folder.glob(f"*{SCRIPT_ENDING}") if not is_backup(file.name)]
            found = [file for file in named if file.is_file() and not file.is_symlink()]
        except OSError as error:
            raise SourceError(f"Cannot read the folder {folder}: {reason(error)}.") from error
        known = {file: document_id for document_id, file in self._files.items()}
        latest = sorted(found, key=lambda file: (-_stamp(file)[0], file.name))[:MAX_DOCUMENTS]
        number = 1 + max((int(document_id[1:]) for document_id in self._files), default=0)
        listed: dict[str, Path] = {}
        for file in latest:
            document_id = known.get(file)
            if document_id is None:
                document_id, number = f"d{number}", number + 1
            listed[document_id] = file
        self._files = listed | {one: self._files[one] for one in self._open if one in self._files}

    def _row(self, document_id: str, file: Path) -> Row:
        stamps = tuple(
            _stamp(one) for one in (file, mp3_of(file).with_suffix(MANIFEST_ENDING), file.parent / FEED_NAME)
        )
        entry = self._entries.get(document_id)
        if entry is None or entry.stamps != stamps:
            entry = self._entries[document_id] = _Entry(stamps, self._described(document_id, file))
        return entry.row

    def _described(self, document_id: str, file: Path) -> Row:
        row: Row = {"id": document_id, "title": file.name.removesuffix(SCRIPT_ENDING), "file": file.name}
        row |= {"state": "unreadable", "doubtful": 0, "quotations": 0, "speakers": 0}
        row |= {"reviewed_by": "", "reviewed_at": "", "error": ""}
        try:
            saved = load_source(file, config=self.config).script
            if saved is None:
                raise SourceError(f"Cannot read {file}: it is no script.")
        except NarrateError as error:
            return row | {"error": str(error)}
        return row | self._facts(saved, mp3_of(file))

    def _facts(self, saved: SavedScript, mp3: Path) -> dict[str, Any]:
        threshold, script = self.config.attribution.min_confidence, saved.script
        manifest = manifest_of(mp3)
        is_published = manifest is not None and is_in_feed(manifest, mp3.parent)
        state = desk_state(saved, min_confidence=threshold, manifest=manifest, is_published=is_published)
        facts: dict[str, Any] = {"title": script.article.title} if script.article.title else {}
        return facts | {
            "state": state,
            "doubtful": len(unchecked_quotations(script, min_confidence=threshold)),
            "quotations": count_quotations(script),
            "speakers": len(script.speakers),
            "reviewed_by": script.reviewed_by,
            "reviewed_at": script.reviewed_at,
        }


def manifest_of(mp3: Path) -> Manifest | None:
    """Return the manifest of the edition at ``mp3``; None if there is none that can be read."""
    try:
        return read_manifest(mp3.with_suffix(MANIFEST_ENDING))
    except SourceError:
        return None


def mp3_of(script_file: Path) -> Path:
    """Return the MP3 of the edition that is next to a script document."""
    return script_file.with_name(f"{script_file.name.removesuffix(SCRIPT_ENDING)}.mp3")


def _stamp(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return (0, -1)
    return (found.st_mtime_ns, found.st_size)


def find_script(source: str, *, output: str | None, config: Config) -> tuple[Path, tuple[str, ...]]:
    """Return the script document of a source, and what to tell the user.

    The script of an article is where ``narrate make`` would put it. It is made if it is not there, or if it was made
    from another version of the article; one that was corrected is copied first.

    Args:
        source: A script document, a file of an edition, or the path or URL of an article.
        output: The folder or the MP3 of the article's edition; None for the configured folder.
        config: The configuration.

    Raises:
        NarrateError: If the source cannot be read, or the script cannot be made.
    """
    path = Path(source)
    if not is_url(source):
        for ending in (MANIFEST_ENDING, PLAYER_ENDING, ".mp3"):
            if path.name.lower().endswith(ending):
                script_file = path.with_name(path.name[: -len(ending)] + SCRIPT_ENDING)
                if not script_file.is_file():
                    raise SourceError(f"Cannot edit {path}: its script {script_file.name} is not next to it.")
                return script_file, ()
    loaded = load_source(source, config=config)
    if loaded.script:
        if not path.name.endswith(SCRIPT_ENDING):
            raise UsageError(f"Cannot edit {path}: the name of a script must end in {SCRIPT_ENDING}. Rename the file.")
        return path, ()
    folder = str(output or config.delivery.folder)
    if "://" in folder:
        raise UsageError(
            f"Cannot edit in the store {folder}: the editor saves in files. Choose a folder with --output."
        )
    paths = edition_paths(
        Path(folder),
        source=loaded.path,
        title=lambda: loaded.title,
        transcripts=config.delivery.transcripts,
        formats=config.delivery.formats,
    )
    return _script_of_article(source, loaded, paths, config)


def _script_of_article(
    source: str, loaded: LoadedSource, paths: EditionPaths, config: Config
) -> tuple[Path, tuple[str, ...]]:
    """Return the article's script document, made if there is none of this text."""
    file, article = paths.sidecars["script"], loaded.parse()
    try:
        saved = load_source(file, config=config).script if file.is_file() else None
    except SourceError:
        saved = None  # it is copied before it is replaced
    if saved and saved.script.article.text == article.text:
        return file, (f"Opened {file}, which was made from this article before.",)
    plan = prepare(loaded.path or article, output=paths.mp3, config=config)
    is_other = plan.replaces_other_article or (saved is not None and not is_same_article(saved.script, plan.script))
    if is_other and not config.delivery.replace:
        raise OtherArticleError(
            f"Cannot edit {source}: the script {file} is of another article. Choose a different --output or file name."
        )
    warnings = save_script(plan.document(), file)
    return file, (*warnings, f"Made the script {file}.")
