r"""Control and bidirectional characters, which steer terminals, or show a text in another order than it has.

Articles, script documents and file names may hold them. Readers drop the former from texts, and both from titles;
:func:`escape_unsafe` shows what is left on a terminal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

_CONTROLS: Final = "\x00-\x08\x0e-\x1f\x7f-\x9f"
"""Control characters (Unicode category Cc) except white space in ASCII."""
_DIRECTIONS: Final = "\u202a-\u202e\u2066-\u2069"
"""Characters that set the direction of all that follows (UAX 9): embeddings, overrides, isolates, and their ends."""
_OTHERS: Final = "\x0b-\x0d\u061c\u200e\u200f\u2028\u2029"
"""Line ends that overwrite lines or that not every program knows, and marks of direction, which move only what is next
to them."""
CONTROL: Final = re.compile(f"[{_CONTROLS}]")
"""A character that no text holds."""
STEERING: Final = re.compile(f"[{_CONTROLS}{_DIRECTIONS}]")
"""A character that no name and no title holds."""
_UNSAFE: Final = re.compile(f"[{_CONTROLS}{_DIRECTIONS}{_OTHERS}]")


def escape_unsafe(text: str) -> str:
    r"""Return ``text`` with control and bidirectional characters as ``\uXXXX``; tabs and line feeds stay.

    In JSON, the result means the same as ``text``.
    """
    return _UNSAFE.sub(_escape, text)


def without_steering(text: str) -> str:
    """Return ``text`` without the characters that steer a terminal or set a direction."""
    return STEERING.sub("", text)


def readable_json(value: Any, *, indent: int | None = 1) -> str:
    """Return ``value`` as JSON: letters of all alphabets as they are, characters that steer terminals escaped."""
    return STEERING.sub(_escape, json.dumps(value, ensure_ascii=False, indent=indent))


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


class EscapingStream:
    """A text stream that escapes what steers terminals, whatever is written to it; the rest is that of ``stream``."""

    def __init__(self, stream: Any) -> None:
        self.raw_stream = stream
        """The stream itself, for codes that are meant, such as those of a progress bar."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw_stream, name)

    def write(self, text: str) -> int:
        """Write ``text``, escaped. Return its length."""
        self.raw_stream.write(escape_unsafe(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each line, escaped."""
        for line in lines:
            self.write(line)
