"""Exceptions. Their messages are for people: what failed, why, and what to do.

- ``NarrateError``

  - ``UsageError``
  - ``SourceError``
  - ``EngineError``
  - ``DeliveryError``

    - ``OtherArticleError``

  - ``ClusterError``
  - ``ReviewError``

:func:`reason` puts the failures of Python and its libraries in plain words; :func:`suggestion` finds what was meant.
"""

from __future__ import annotations

import difflib
import errno
import json
import re
import socket
from collections.abc import Iterable, Mapping
from typing import Final

JSON_PROBLEMS: Final = {
    "Expecting value": "a value is missing",
    "Expecting property name enclosed in double quotes": "a key in double quotes is missing",
    "Expecting ',' delimiter": "a comma is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Unterminated string starting at": "a text has no closing quotation mark",
    "Invalid control character at": "a text has a line break or another control character",
    "Invalid \\escape": "a text has a backslash that escapes nothing",
    "Invalid \\uXXXX escape": r"a text has a \u without four hexadecimal digits",
    "Illegal trailing comma before end of object": "a comma stands before the closing bracket",
    "Illegal trailing comma before end of array": "a comma stands before the closing bracket",
    "Extra data": "more text follows after the end",
}
"""What Python says of wrong JSON -> the same in plain words."""
TOML_PROBLEMS: Final = {
    "Invalid value": "a value is missing or wrong; put texts into quotation marks",
    "Expected '=' after a key": "there is no '=' after a key; put keys with spaces into quotation marks",
    "Expected newline or end of document": "more follows after a value; put texts into quotation marks",
    "Expected ']' at the end of a table": "']' is missing after the name of a table",
    "Expected ']]' at the end of an array": "']]' is missing after the name of a table",
    "Invalid initial character for a key": "a key is missing, or begins with a wrong character",
    "Invalid statement": "this is neither a table in brackets nor a key with '=' and a value",
    "Unclosed array": "']' is missing at the end of a list",
    "Cannot overwrite a value": "the key is there twice",
    "Cannot declare": "the table is there twice",
    'Expected "': "a text has no closing quotation mark",
    "Unterminated string": "a text has no closing quotation mark",
    "Illegal character '\\n'": "a text has no closing quotation mark",
    "Unescaped '\\' in a string": "a text has a backslash; put it into single quotation marks, or double it",
    "Invalid hex value": "a text has a backslash; put it into single quotation marks, or double it",
}
"""What Python says of wrong TOML -> the same in plain words."""
TOML_PLACE: Final = re.compile(r" \(at (line \d+, column \d+|end of document)\)$")
"""Where wrong TOML is, as Python says it."""
REASONS: Final[Mapping[type[BaseException], str]] = {
    RecursionError: "it is nested too deeply",
    UnicodeEncodeError: "it holds bytes or characters that are not valid Unicode",
    socket.gaierror: "the host is unknown",
    ConnectionRefusedError: "the connection was refused",
    ConnectionResetError: "the connection was closed by the other side",
    TimeoutError: "there was no answer in time",
    MemoryError: "there is not enough memory",
    FileExistsError: "a part of its path is a file, not a folder",
    NotADirectoryError: "a part of its path is a file, not a folder",
}
"""Exception of Python -> the reason in plain words. The first that fits counts."""


class NarrateError(Exception):
    """Base class of all errors that Narrate raises on purpose. ``str(error)`` is the whole message."""


class UsageError(NarrateError):
    """The request is wrong: an unknown option value, engine, voice or configuration key."""


class SourceError(NarrateError):
    """An article, a script document or another input file cannot be read."""


class EngineError(NarrateError):
    """An engine or a model is missing, or failed to speak a line within its time limit and retries."""


class DeliveryError(NarrateError):
    """A file of the edition cannot be written. The files of the previous edition are unchanged."""


class OtherArticleError(DeliveryError):
    """The edition on disk is of another article. It is only replaced if ``delivery.replace`` is set."""


class ClusterError(NarrateError):
    """The machines that make the editions cannot be reached, or were lost. Finished editions stay."""


class ReviewError(NarrateError):
    """The edition is not made, because an editor must check quotations first. The script document waits for that."""


def reason(error: BaseException) -> str:
    """Return why something failed, as a clause without a full stop.

    What Python and its libraries say of common failures is put in plain words. Anything else is their own message, with
    the name of the exception if that is not a sentence.
    """
    if isinstance(error, UnicodeError) and "idna" in str(error):
        return "the host has a name that no host can have"
    for kind, words in REASONS.items():
        if isinstance(error, kind):
            return words
    if isinstance(error, json.JSONDecodeError):
        problem = next((words for start, words in JSON_PROBLEMS.items() if error.msg.startswith(start)), error.msg)
        return f"line {error.lineno}, column {error.colno}: {problem}"
    if isinstance(error, SyntaxError):  # of XML
        problem = (error.msg or "it ends too early").partition(", line")[0]
        return f"line {error.lineno}: {problem}" if error.lineno else problem
    if isinstance(error, ValueError) and (place := TOML_PLACE.search(str(error))):
        said = str(error)[: place.start()]
        return f"{place[1]}: {next((words for start, words in TOML_PROBLEMS.items() if said.startswith(start)), said)}"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} is not valid {error.encoding.upper()}"
    if isinstance(error, ValueError) and "integer string conversion" in str(error):
        return "it has a number with too many digits"
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return "a symbolic link in its path leads in a circle"
    inner = error.__cause__ or next(iter(error.args), None)  # HTTP clients wrap what the system says
    if isinstance(inner, OSError) and not isinstance(error, OSError | NarrateError):
        return reason(inner)
    own = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    words = next(iter(own.strip().splitlines()), "").rstrip(".")
    return words if " " in words else f"{type(error).__name__} {words}".rstrip()


EXCERPT_CHARS: Final = 60
"""Characters of a text that a message quotes: enough to find it again."""


def excerpt(text: str) -> str:
    """Return the beginning of ``text`` for a message, in quotation marks and cut after a word."""
    text = " ".join(text.split())
    if len(text) > EXCERPT_CHARS:
        beginning, blank, _ = text[: EXCERPT_CHARS - 3].rpartition(" ")
        text = f"{beginning if blank else text[: EXCERPT_CHARS - 4]} ..."
    return repr(text)


def suggestion(name: str, known: Iterable[str], *, prefix: str = "") -> str:
    """Return a hint for an unknown name: the known name that is most like it, or else all known names.

    Args:
        name: The unknown name.
        known: The known names.
        prefix: What the names stand after, such as ``casting.``.
    """
    names = {one.casefold(): one for one in known}
    if close := difflib.get_close_matches(name.casefold(), names, n=1):
        return f"Did you mean '{prefix}{names[close[0]]}'?"
    return f"Known here: {', '.join(names.values())}."
