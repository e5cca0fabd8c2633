"""The optional YAML block between ``---`` lines at the beginning of a source."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from narrate.errors import SourceError
from narrate.readers.metadata import Metadata, iso_date, join_names, language_tag
from narrate.readers.other_keys import known_key, value_from
from narrate.storage import convert

_Line = Annotated[str, Meta(description="one line of text")]
_Words = Annotated[
    str, Meta(pattern=r"\A\s*[^\s\0\ud800-\udfff][^\0\ud800-\udfff]*\Z", description="a text that is not blank")
]
"""Without halves of characters, which YAML can hold as escapes."""


class _FrontMatter(msgspec.Struct):
    """The values of the front matter. Keys without a value are left out."""

    title: _Line = ""
    byline: _Line | Annotated[tuple[_Line, ...], Meta(min_length=1)] = ""
    date: _Line = ""
    language: _Line = ""
    source: _Line = ""
    outlet: _Line = ""
    image: _Line = ""
    cast: Annotated[Mapping[_Words, _Words], Meta(description="a list of 'Speaker: voice' lines")] = {}
    lexicon: Annotated[Mapping[_Words, _Words], Meta(description="a list of 'word: reading' lines")] = {}


KEYS = _FrontMatter.__struct_fields__
_BLOCK = re.compile(r"\s*---[ \t]*\n(?P<yaml>(?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_OPENING_LINE = re.compile(r"\s*---[ \t]*\n")
_FIRST_KEY = re.compile(r"(?:[ \t]*(?:#.*)?\n)*(?P<key>[\w][\w -]*):(?:\s|\Z)")
_MAX_CHARACTERS: Final = 64 * 1024
_MAX_VALUES: Final = 4000
"""Keys and values, of which a lexicon of 1,900 words would need fewer."""
_MAX_DEPTH: Final = 8
"""Lists and tables inside each other. Narrate's own keys need two, those of other programs a few more."""
_SHOWN_CHARACTERS: Final = 60
"""How much of a wrong key a message quotes."""
_UNLIKE_KEYS: Final = {"name": "title", "voices": "cast", "speakers": "cast"}
"""Keys that may be meant for one of Narrate's, but that do not say so clearly -> the key that a warning names."""
_ZONE_APART: Final = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")
"""The blank before the time zone in a date as Jekyll writes it."""
_MAX_SHOWN_KEYS: Final = 10
"""Unknown keys that get a warning each. The others are counted."""
_YAML_PROBLEMS: Final = {
    "mapping values are not allowed": "a colon is where none may be. Put a value that holds ': ' in quotation marks",
    "found unexpected end of stream": "a quotation mark is not closed",
    "found character '\\t'": "a tab is where only spaces may be. Use spaces",
    "found character": "a value begins with a sign that YAML reserves. Put it in quotation marks",
    "expected alphabetic or numeric": "a value begins with a sign that YAML reserves. Put it in quotation marks",
    "expected the node content": "a value begins with a sign that YAML reserves. Put it in quotation marks",
    "expected ',' or": "a list or a table has no closing bracket",
    "could not find expected ':'": "a line has no colon after its key",
    "expected <block end>, but found '<scalar>'": "more text follows after a value in quotation marks",
    "expected <block end>": "a line is indented in another way than those above",
    "sequence entries are not allowed": "a list begins on the line of its key. Begin it on the next one",
    "expected chomping": "text follows after '|' or '>' on the same line. Begin it on the next one",
    "expected a comment": "text follows after '|' or '>' on the same line. Begin it on the next one",
    "found unknown escape": "a backslash in quotation marks escapes nothing. Use single quotation marks, or two of it",
    "expected escape sequence": r"a text has an escape such as \u without its hexadecimal digits",
    "chr() arg": r"an escape such as \U00110000 stands for no character",
}
"""How messages of PyYAML begin -> the same in plain words. The first that fits counts."""
_FAR_BEHIND: Final = ("found unexpected end of stream", "expected ',' or", "could not find expected ':'")
"""Problems that the parser finds far behind the line that is wrong, at which it began to look for an end."""


def split_front_matter(text: str) -> tuple[Metadata | None, str]:
    """Split a text, with normalized line ends, into what its front matter says and the body after it.

    Return None and ``text`` if there is no front matter; a text that merely starts with a dashed line has none. Raises
    SourceError if the front matter is malformed.
    """
    opening = _OPENING_LINE.match(text)
    first = _FIRST_KEY.match(text, opening.end()) if opening else None
    if first is None:
        return None, text
    block = _BLOCK.match(text, 0, _MAX_CHARACTERS)
    if block is None:
        if first["key"] not in KEYS:
            return None, text
        size = f" within {_MAX_CHARACTERS} characters" if len(text) > _MAX_CHARACTERS else ""
        raise SourceError(f"its front matter is not closed{size}. Add a line '---' after the last key.")
    values, warnings = _parse(block["yaml"])
    return _check(values, warnings[:_MAX_SHOWN_KEYS]), text[block.end() :].lstrip("\n")


def _parse(block: str) -> tuple[Mapping[str, object], tuple[str, ...]]:
    """Return the values of the block, all of them texts, lists and tables, and warnings about repeated keys.

    Raises SourceError if it is malformed.
    """
    import yaml

    try:
        _check_structure(yaml, block)
        # The base loader makes nothing but texts, lists and tables: a title "1984" or a language "no" stays text.
        loader = yaml.BaseLoader(block)
        node = loader.get_single_node()
        values = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        problem = str(error.problem)
        mark = error.context_mark if problem.startswith(_FAR_BEHIND) else error.problem_mark
        line = f" (line {mark.line + 2})" if mark else ""
        raise SourceError(f"its front matter is not valid YAML{line}: {_in_plain_words(problem)}.") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        problem = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SourceError(f"its front matter is not valid YAML: {_in_plain_words(problem)}.") from None
    if not isinstance(values, dict):
        raise SourceError("its front matter is not a list of 'key: value' lines.")
    return values, tuple(_repeated_key_warnings(yaml, node))


def _in_plain_words(problem: str) -> str:
    return next((words for start, words in _YAML_PROBLEMS.items() if problem.startswith(start)), problem)


def _repeated_key_warnings(yaml: Any, node: Any) -> Iterator[str]:
    """Yield a warning for each key that a table of the front matter has twice, and for those in its values."""
    lines = dict[str, int]()
    for key, value in node.value:
        if isinstance(value, yaml.MappingNode):
            yield from _repeated_key_warnings(yaml, value)
        if isinstance(key, yaml.ScalarNode):
            line = key.start_mark.line + 2
            if key.value in lines:
                shown = f"{key.value[:_SHOWN_CHARACTERS]!r} is there twice (lines {lines[key.value]} and {line})"
                yield f"front matter: the key {shown}, and only the last one counts"
            lines[key.value] = line


def _check_structure(yaml: Any, block: str) -> None:
    """Raise SourceError at an alias, which can stand for billions of values, and at more depth or values than allowed.

    The events of the parser are checked one by one, before any value is built.
    """
    depth = values = 0
    for event in yaml.parse(block, Loader=yaml.BaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        values += isinstance(event, yaml.NodeEvent)
        problem = ""
        if isinstance(event, yaml.AliasEvent):
            problem = f"uses the alias '*{event.anchor[:_SHOWN_CHARACTERS]}'. Write the value out"
        elif depth > _MAX_DEPTH:
            problem = f"has more than {_MAX_DEPTH} lists inside each other. Remove what is not about the article"
        elif values > _MAX_VALUES:
            problem = f"has more than {_MAX_VALUES} keys and values. Remove what is not about the article"
        if problem:
            raise SourceError(f"its front matter (line {event.start_mark.line + 2}) {problem}.")


def _check(values: Mapping[str, object], repeated: tuple[str, ...]) -> Metadata:
    """Return what the front matter says, with the warnings ``repeated`` and those about unknown keys."""
    known, warnings = _known_values(values)
    matter = convert(_FrontMatter, known, failing="its front matter is wrong")
    tag, date = _one_line(matter.language), _one_line(matter.date)
    language, published = language_tag(tag), iso_date(_ZONE_APART.sub("", date or ""))
    if tag and language is None:
        raise SourceError(
            f"language {tag[:_SHOWN_CHARACTERS]!r} in the front matter is not a tag like 'en' or 'en-GB'."
        )
    if date and published is None:
        shape = "like 2026-03-14 or 2026-03-14T08:30+01:00"
        raise SourceError(f"date {date[:_SHOWN_CHARACTERS]!r} in the front matter is not {shape}.")
    return Metadata(
        title=_one_line(matter.title),
        byline=_one_line(matter.byline) if isinstance(matter.byline, str) else join_names(matter.byline, language),
        published=published,
        language=language,
        is_language_chosen=language is not None,
        source=_one_line(matter.source),
        outlet=_one_line(matter.outlet),
        image=_one_line(matter.image),
        cast={" ".join(speaker.split()): voice.strip() for speaker, voice in matter.cast.items()},
        lexicon={" ".join(word.split()): reading.strip() for word, reading in matter.lexicon.items()},
        warnings=repeated + warnings,
    )


def _known_values(values: Mapping[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
    """Return the values under Narrate's keys, and a warning for each that has no meaning here.

    Narrate's own keys come before those of other programs, and of these the first one counts.
    """
    known = {key: value for key, value in values.items() if key in KEYS and value != ""}
    unknown, problems = [], []
    for key, value in values.items():
        own_key = "" if key in KEYS else known_key(key, KEYS)
        if key in KEYS or own_key in known or (own_key and value == ""):
            continue
        if not own_key or own_key in ("cast", "lexicon"):
            unknown.append(key)
        elif (meant := value_from(own_key, value)) is not None:
            known[own_key] = meant
        else:
            shown = key[:_SHOWN_CHARACTERS]
            problems.append(f"front matter: {shown!r} is ignored; its value is not one for '{own_key}'")
    return known, (*problems, *_unknown_key_warnings(unknown))


def _one_line(text: str) -> str | None:
    return " ".join(text.split()) or None


def _unknown_key_warnings(keys: Sequence[str]) -> tuple[str, ...]:
    more = len(keys) - _MAX_SHOWN_KEYS
    rest = (f"front matter: {more} more unknown keys are ignored",) if more > 0 else ()
    return (*map(_unknown_key_warning, keys[:_MAX_SHOWN_KEYS]), *rest)


def _unknown_key_warning(key: str) -> str:
    shown = key[:_SHOWN_CHARACTERS]
    near = _UNLIKE_KEYS.get(key.lower()) or next(iter(difflib.get_close_matches(shown, KEYS, n=1)), "")
    hint = f"did you mean '{near}'?" if near else f"known keys: {', '.join(KEYS)}"
    return f"front matter: unknown key {shown!r} is ignored; {hint}"
