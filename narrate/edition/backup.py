"""Copies of script documents that an editor corrected, made before another script replaces them."""

from __future__ import annotations

from pathlib import Path

from narrate.edition.paths import backup_path
from narrate.errors import SourceError
from narrate.script.document import corrections_in, is_edited, load_script
from narrate.storage import full_path, write_files, write_text
from narrate.types import Script


def back_up_script(document: str, script_file: Path) -> tuple[str, ...]:
    """Copy a script that was corrected by hand if ``document``, which replaces it, does not hold the corrections.

    A symbolic link is replaced without a copy: what it leads to stays as it is, and may be anything.

    Args:
        document: The script document that is about to be written.
        script_file: The file that it replaces.

    Returns:
        A warning that names the copy, if one was made.

    Raises:
        DeliveryError: If the copy cannot be written.
    """
    if script_file.is_symlink() or not script_file.is_file():
        return ()
    data = script_file.read_bytes()
    text = data.decode(errors="replace")
    if not text.strip() or text == document:
        return ()
    if _is_contained(text, document) if is_edited(text) else corrections_in(text) <= corrections_in(document):
        return ()
    copy = keep_copy(script_file, data)
    problem = f"{script_file} had been corrected by hand, and the new script does not have {_lost(text, document)}"
    return (f"{problem}. The former script is kept as {copy}.",)


def _lost(text: str, document: str) -> str:
    """Return what an editor changed in the script document ``text`` that ``document`` does not have."""
    try:
        before, after = (load_script(one, name="") for one in (text, document))
    except SourceError:
        return "the corrections"
    count = len(_checked(before.script) - _checked(after.script))
    lost = [f"the checked speakers of {count} quotation{'s' if count > 1 else ''}"] if count else []
    if not before.voices.items() <= after.voices.items():
        lost.append("the voices")
    return " and ".join(lost) or "all of the corrections"


def _checked(script: Script) -> frozenset[tuple[str, str]]:
    """Return the text and the speaker of each quotation that an editor checked."""
    return frozenset((one.text, script.names[one.speaker]) for one in script.segments if one.checked)


def _is_contained(text: str, document: str) -> bool:
    """Return whether ``document`` holds the script and the voices of the script document ``text``."""
    try:
        before, after = (load_script(one, name="") for one in (text, document))
    except SourceError:
        return False
    return before.script == after.script and before.voices.items() <= after.voices.items()


def keep_copy(script_file: Path, data: bytes) -> Path:
    """Copy a script document. The same content gives the same copy.

    Args:
        script_file: The document.
        data: Its content.

    Returns:
        The copy, next to the document.

    Raises:
        DeliveryError: If the copy cannot be written.
    """
    copy = backup_path(script_file, data)
    write_files({copy: data})
    return copy


def save_script(document: str, script_file: Path) -> tuple[str, ...]:
    """Write a script document to the file that the user named, whole or not at all. A symbolic link there is followed.

    Return warnings and raise errors as :func:`back_up_script` does.
    """
    warnings = back_up_script(document, full_path(script_file))
    write_text(script_file, [document], follows_link=True)
    return warnings
