"""A script document that is open in the editor: its versions, and the file in which every change is saved at once."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from narrate.audio.watermark import watermark_fingerprint
from narrate.concurrency import process_lock
from narrate.config import Config
from narrate.edition.backup import keep_copy
from narrate.edition.changes import changes_since
from narrate.edition.fingerprint import content_fingerprints
from narrate.edition.paths import MANIFEST_ENDING
from narrate.edition.plan import Plan, castable
from narrate.edition.previous import PreviousEdition, read_previous_edition
from narrate.editor.changes import Change, Correction, Draft, Pronounce, Redo, Reload, Undo
from narrate.engines import get_engine
from narrate.errors import NarrateError, SourceError, UsageError, reason
from narrate.job import lexicon_of
from narrate.pipeline import prepare
from narrate.readers.formats import MAX_BYTES
from narrate.readers.source import open_source
from narrate.script.document import SavedScript, is_edited, load_script
from narrate.speakable.desk_lexicon import DeskLexicon
from narrate.speakable.lexicon import typed_entry
from narrate.storage import full_path, name_digest, write_files
from narrate.types import Changes, Script, Voice

MAX_STEPS: Final = 500
"""Changes that can be taken back. The versions share the segments that they have in common."""


class ConflictError(NarrateError):
    """Another tab has changed the script since the page was shown."""


class ChangedOnDiskError(NarrateError):
    """Another program has changed the script document."""


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """A change of the desk's lexicon."""

    word: str
    before: str
    """What was said for the word; empty if it had no entry."""
    after: str


@dataclass(frozen=True, slots=True)
class Step:
    """A version of the script that can be returned to."""

    plan: Plan
    desk_entry: DeskEntry | None = None
    """The change of the desk's lexicon that led away from it."""


@dataclass(frozen=True, slots=True)
class FileState:
    """What a file was like when it was read or written."""

    size_bytes: int
    modified_ns: int
    digest: str

    @classmethod
    def of(cls, found: os.stat_result, data: bytes) -> FileState:
        """Return the state of a file with this content. ``found`` is from before it was read."""
        return cls(found.st_size, found.st_mtime_ns, hashlib.sha256(data).hexdigest())


class OpenScript:
    """A script document that is open. Its methods may be called from several threads.

    As long as it is open, no other editor of this user and machine can open it.

    Args:
        file: The script document.
        config: The configuration.
        mp3: The MP3 of its edition, whether or not it exists. Its people keep their voices.

    Raises:
        SourceError: If the document cannot be read.
        UsageError: If another editor has it open, or its voices cannot be cast.
    """

    def __init__(self, file: Path, *, config: Config, mp3: Path) -> None:
        self.file, self.config, self.mp3 = file, config, mp3
        self.lexicon = DeskLexicon(full_path(Path(config.speakable.lexicon))) if config.speakable.lexicon else None
        self.version = 1
        self._lock = threading.RLock()
        self._undo: deque[Step] = deque(maxlen=MAX_STEPS)
        self._redo: deque[Step] = deque(maxlen=MAX_STEPS)
        self.notices: tuple[str, ...] = ()
        self._copied: bytes | None
        """The content of the file if it was corrected by hand, until it is copied."""
        self._state: FileState
        self._previous: tuple[tuple[int, int], PreviousEdition | None] | None = None
        with ExitStack() as stack:
            busy = f"Cannot edit {file}: it is open in another editor. Close that one, or use its page."
            stack.enter_context(process_lock(f"edit-{name_digest(str(full_path(file)))}", busy=busy))
            self.plan = self._read()
            self._close = stack.pop_all().close

    def unchanging(self) -> AbstractContextManager[object]:
        """Return a context in which no other thread changes the script."""
        return self._lock

    @property
    def can_undo(self) -> bool:
        """Whether a change can be taken back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether a change that was taken back can be made again."""
        return bool(self._redo)

    @property
    def speaker_ids(self) -> Mapping[str, str]:
        """Name -> id of the narrator and of each speaker."""
        return {name: speaker_id for speaker_id, name in self.plan.script.names.items()}

    @property
    def roster(self) -> tuple[Voice, ...]:
        """The voices that may be cast."""
        return castable(self.config, self.plan)

    def previous_edition(self) -> PreviousEdition | None:
        """Return the edition that was made last, if there is one. It is read again if its manifest has changed."""
        manifest = self.mp3.with_suffix(MANIFEST_ENDING)
        try:
            found = manifest.stat()
        except OSError:
            return None
        stamp = (found.st_mtime_ns, found.st_size)
        with self._lock:
            if self._previous is None or self._previous[0] != stamp:
                self._previous = (stamp, read_previous_edition(self.mp3))
            return self._previous[1]

    def changes_since_edition(self) -> Changes | None:
        """Return what is different from the edition that was made last; None if there is none, or nothing is."""
        previous, plan = self.previous_edition(), self.plan
        if previous is None:
            return None
        fingerprints = content_fingerprints(
            plan,
            config=self.config,
            engine_of=lambda name: get_engine(name, self.config.synthesis.model),
            lexicon=lexicon_of(plan.script.article, self.config),
            watermark=watermark_fingerprint(self.config.provenance.watermark),
        )
        return changes_since(previous, plan, fingerprints)

    def close(self) -> None:
        """Let other editors open the document."""
        self._close()

    def is_changed_on_disk(self) -> bool:
        """Return whether another program has changed the document. A missing document counts as unchanged."""
        with self._lock:
            try:
                found = self.file.stat()
                if (found.st_size, found.st_mtime_ns) == (self._state.size_bytes, self._state.modified_ns):
                    return False
                state = FileState.of(found, self.file.read_bytes())
            except FileNotFoundError:
                return False
            except OSError:
                return True
            if state.digest == self._state.digest:
                self._state = state
            return state.digest != self._state.digest

    def change(self, change: Change, *, version: int) -> None:
        """Make a change, and save the document. If that fails, nothing has changed.

        Args:
            change: The change.
            version: The version that the page shows.

        Raises:
            ConflictError: If that is not the current version.
            ChangedOnDiskError: If another program has changed the document, unless ``change`` reloads it.
            NarrateError: If the script does not allow the change, or the document cannot be written.
        """
        with self._lock:
            if version != self.version:
                raise ConflictError("The script was changed in another tab. The page now shows the new version.")
            if isinstance(change, Reload):
                self._advance(self._read(), None)
                return
            if self.is_changed_on_disk():
                raise ChangedOnDiskError(
                    f"Cannot save {self.file.name}: another program has changed it. Reload it, and repeat the change."
                )
            if isinstance(change, Undo | Redo):
                self._step(*((self._undo, self._redo) if isinstance(change, Undo) else (self._redo, self._undo)))
            else:
                self._correct(change)

    def _correct(self, change: Correction) -> None:
        voices = {speaker: voice.id for speaker, voice in self.plan.cast.voices.items()}
        before = Draft(self.plan.script, voices, self.roster, self.config.attribution.min_confidence)
        draft = change.apply(before)
        entry = self._desk_entry(change)
        plan = self._planned(draft.script, draft.voices, self.plan.engine)
        self._write(plan, entry)
        self._advance(plan, entry)

    def _desk_entry(self, change: Correction) -> DeskEntry | None:
        """Return the change of the desk's lexicon that is asked for."""
        if not isinstance(change, Pronounce) or change.where != "desk":
            return None
        if self.lexicon is None:
            raise UsageError(
                "The desk has no lexicon. Set 'speakable.lexicon' in narrate.toml, or choose this article."
            )
        word, say = typed_entry(change.word, change.say)
        return DeskEntry(word, self.lexicon.get(word), say)

    def _advance(self, plan: Plan, entry: DeskEntry | None) -> None:
        self._undo.append(Step(self.plan, entry))
        self._redo.clear()
        self.plan = plan
        self.version += 1

    def _step(self, taken: deque[Step], kept: deque[Step]) -> None:
        """Return to the last version of ``taken``, and keep the present one in ``kept``."""
        if not taken:
            raise UsageError("There is no such change. Reload the page.")
        step = taken[-1]
        entry = step.desk_entry
        back = DeskEntry(entry.word, entry.after, entry.before) if entry else None
        self._write(step.plan, back)
        taken.pop()
        kept.append(Step(self.plan, back))
        self.plan = step.plan
        self.version += 1

    def _write(self, plan: Plan, entry: DeskEntry | None) -> None:
        """Save a version, and the desk's lexicon if its entry has changed: both or none."""
        document = plan.document(is_edited=True)
        load_script(document, name=self.file.name)  # what could not be read again is not written
        if self._copied is not None:
            copy = keep_copy(self.file, self._copied)
            self.notices = (f"The script had been corrected by hand; that version is kept as {copy.name}.",)
            self._copied = None
        content = {self.file: document.encode()}
        if entry and self.lexicon:
            self.lexicon.set(entry.word, entry.after, also=content)
        else:
            write_files(content)
        self._state = self._state_after(content[self.file])

    def _state_after(self, data: bytes) -> FileState:
        """Return the state of the file that was just written. If another program was faster, it counts as changed."""
        digest = hashlib.sha256(data).hexdigest()
        try:
            found = self.file.stat()
            is_ours = self.file.read_bytes() == data
        except OSError:
            return FileState(-1, -1, digest)
        return FileState.of(found, data) if is_ours else FileState(-1, -1, digest)

    def _read(self) -> Plan:
        """Read the document, and return its plan."""
        try:
            found = self.file.stat()
            with self.file.open("rb") as file:
                data = file.read(MAX_BYTES + 1)  # one more shows that it is too large
        except OSError as error:
            raise SourceError(f"Cannot read {self.file}: {reason(error)}.") from error
        opened = open_source(data, config=self.config, name=str(self.file))
        if not isinstance(opened, SavedScript):
            raise SourceError(f"Cannot edit {self.file}: it is no script. Open the article, or its .script.json.")
        plan = prepare(opened, output=self.mp3, config=self.config)
        text = data.decode(errors="replace")
        self._copied = data if is_edited(text) and text != plan.document(is_edited=True) else None
        self._state = FileState.of(found, data)
        return plan

    def _planned(self, script: Script, voices: Mapping[str, str], engine: str) -> Plan:
        names = script.names
        by_name = {names[speaker]: voice for speaker, voice in voices.items() if speaker in names}
        return prepare(SavedScript(script, engine, by_name), config=self.config)
