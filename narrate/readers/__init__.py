"""Read an article from a file, a URL, bytes or a saved script."""

from narrate.readers import skip_reasons
from narrate.readers.formats import FORMATS, MAX_BYTES, Format, read_bytes, read_text
from narrate.readers.language import check_language
from narrate.readers.source import LoadedSource, Source, load_source, open_source, read_source

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "Format",
    "LoadedSource",
    "Source",
    "check_language",
    "load_source",
    "open_source",
    "read_bytes",
    "read_source",
    "read_text",
    "skip_reasons",
]
