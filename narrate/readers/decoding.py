"""Decode bytes: UTF-8, UTF-16 and Windows-1252. Refuse everything else with the reason."""

from __future__ import annotations

import codecs
import re
import zlib

from narrate.errors import SourceError

_ADVICE = "Save the article as plain text or Markdown in UTF-8."

_MAGIC = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"ID3", "an MP3 file"),
    (b"OggS", "an Ogg file"),
    (b"RIFF", "a sound or video file"),
    (b"\x7fELF", "a program"),
    (b"SQLite format", "a database"),
)
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:-]{2,30})", re.IGNORECASE)
_PAGE_CODECS = frozenset(
    "utf-8 utf-16-le utf-16-be cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 iso8859-2 iso8859-5 iso8859-7 "
    "iso8859-9 iso8859-15 koi8-r koi8-u shift_jis euc_jp iso2022_jp euc_kr gb2312 gbk gb18030 big5".split()
)
_MAX_BROKEN_CHARACTERS, _MAX_BROKEN_SHARE = 20, 1 / 200
"""How many characters of a page may be broken: so many, and this share of the others."""

_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|[\xf1-\xf4][\x80-\xbf]{3}")
"""A valid UTF-8 sequence of several bytes. Windows-1252 may contain one by chance: ``CAFÉ”``."""
_UTF8_LETTER = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2[\x80-\x84][\x80-\xbf]")
"""Western letters and punctuation in UTF-8, which no Windows-1252 text contains: ``Ã©``, ``â€œ``."""
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_MAX_UTF8_SHARE = 0.8
"""A text in which UTF-8 sequences are more of the high bytes is broken UTF-8, not Windows-1252."""

_NOT_WESTERN = re.compile(r"[À-ÖØ-öø-ÿ]{4}|[a-z][À-ÖØ-Þ]")
"""Words of accented letters only (another alphabet), or a capital inside a word (Mac Roman's apostrophe)."""

CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MAX_CONTROL_SHARE = 1 / 500
"""Share of control characters above which data are not text."""
_MIN_ZERO_SHARE = 0.35
"""Share of zeros among the high bytes of Western UTF-16, at least."""
_C1 = {code: bytes([code]).decode("cp1252", "replace").replace("\ufffd", " ") for code in range(0x80, 0xA0)}
"""Control characters U+0080 to U+009F come from Windows-1252 that was decoded as Latin-1 -> what was meant."""
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes, name: str) -> str:
    """Decode a plain text.

    Args:
        data: The text in UTF-8, UTF-16 or Windows-1252.
        name: What errors call the text.

    Returns:
        The text without a byte order mark and without stray control characters.

    Raises:
        SourceError: ``data`` is not text, or in another encoding.
    """
    _refuse_known_formats(data, name)
    for mark, encoding in ((codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF32_BE, "UTF-32")):
        if data.startswith(mark):
            raise SourceError(f"Cannot read {name}: the encoding {encoding} is not supported. {_ADVICE}")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return clean_controls(_decode_strictly(data[len(mark) :], encoding, name), name)
    if b"\x00" in data:
        return clean_controls(_decode_strictly(data, _utf16_without_mark(data, name), name), name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _windows_1252(data, name, error.start)
    return clean_controls(text, name)


def decompress(data: bytes, name: str, limit: int) -> bytes:
    """Return ``data``, decompressed if it is a gzip archive.

    Args:
        data: The content of a file.
        name: What errors call the file.
        limit: The largest result, in bytes.

    Raises:
        SourceError: The archive is damaged, or the result is too large.
    """
    if data.startswith(b"\x1f\x8b"):
        decompressor = zlib.decompressobj(wbits=31)
        try:
            data = decompressor.decompress(data, limit + 1)
        except zlib.error:
            raise SourceError(f"Cannot read {name}: the gzip archive is damaged. Compress the file again.") from None
        if not decompressor.eof and len(data) <= limit:
            raise SourceError(f"Cannot read {name}: the end of the gzip archive is missing. Compress the file again.")
    if len(data) > limit:
        raise SourceError(
            f"Cannot read {name}: it is larger than {limit // 2**20} MiB. Choose a file with one article."
        )
    return data


def is_html(data: bytes) -> bool:
    """Return whether ``data`` begins like an HTML page."""
    head = data[:4096]
    for mark, _ in _BYTE_ORDER_MARKS:
        head = head.removeprefix(mark)
    return _HTML.match(head.replace(b"\x00", b"")) is not None


def decode_page(data: bytes, name: str, declared: str | None = None) -> str:
    """Decode an HTML page as a browser does: a few broken bytes become U+FFFD.

    Args:
        data: The page.
        name: What errors call the page.
        declared: The encoding that the server named. A byte order mark precedes it; then come the page's ``meta``
            element, and UTF-8.

    Raises:
        SourceError: More than a few bytes are broken.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_leniently(data[len(mark) :], encoding, name)
    stated = _CHARSET.search(data[:4096])
    for named in (declared, stated[1].decode("ascii") if stated else None):
        if named and (known := _text_codec(named)) and known != "utf-8":
            return _decode_leniently(data, known, name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        try:
            return _windows_1252(data, name, error.start)
        except SourceError:
            return _decode_leniently(data, "utf-8", name)


def _text_codec(encoding: str) -> str | None:
    """Return Python's name of a text encoding; None if it is unknown. To browsers, Latin-1 is Windows-1252."""
    try:
        codec = codecs.lookup(encoding.strip("\"' "))
        "".encode(codec.name)
    except (LookupError, ValueError):
        return None
    if codec.name in ("iso8859-1", "ascii"):
        return "cp1252"
    return codec.name if codec.name in _PAGE_CODECS else None


def _decode_leniently(data: bytes, encoding: str, name: str) -> str:
    text = data.decode(encoding, errors="replace")
    if text.count("\ufffd") > _MAX_BROKEN_CHARACTERS + len(text) * _MAX_BROKEN_SHARE:
        raise SourceError(f"Cannot read {name}: the page is not in {encoding.upper()}, as it claims. Save it as UTF-8.")
    return text


def clean_controls(text: str, name: str) -> str:
    """Replace stray control characters.

    Args:
        text: A decoded text.
        name: What errors call the text.

    Raises:
        SourceError: There are so many that this is not text, or it contains halves of characters.
    """
    text = text.removeprefix("\ufeff")
    strays = len(CONTROLS.findall(text))
    if "\x00" in text or strays > 1 + len(text) * _MAX_CONTROL_SHARE:
        raise SourceError(f"Cannot read {name}: this is binary data, not text. {_ADVICE}")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise SourceError(f"Cannot read {name}: the text contains halves of characters (surrogates). {_ADVICE}")
    return (CONTROLS.sub(" ", text) if strays else text).translate(_C1)


def _refuse_known_formats(data: bytes, name: str) -> None:
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise SourceError(f"Cannot read {name}: this is {what}, not text. {_ADVICE}")


def _decode_strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        shown = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        raise SourceError(f"Cannot read {name}: broken {shown} at byte {error.start}. {_ADVICE}") from None


def _utf16_without_mark(data: bytes, name: str) -> str:
    """Return the byte order of Western text in UTF-16: nearly every second byte is zero, and none of the others is."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if len(data) % 2 == 0 and len(data) >= 8:
        if even == 0 and odd > _MIN_ZERO_SHARE * len(data):
            return "utf-16-le"
        if odd == 0 and even > _MIN_ZERO_SHARE * len(data):
            return "utf-16-be"
    raise SourceError(f"Cannot read {name}: this is binary data, not text. {_ADVICE}")


def _windows_1252(data: bytes, name: str, first_bad: int) -> str:
    in_sequences = sum(map(len, _UTF8_SEQUENCE.findall(data)))
    if in_sequences <= len(_HIGH_BYTE.findall(data)) * _MAX_UTF8_SHARE and not _UTF8_LETTER.search(data):
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            text = ""
        if text and not _NOT_WESTERN.search(text):
            return text
    broken = f"broken UTF-8 at byte {first_bad}, and neither UTF-16 nor Windows-1252"
    raise SourceError(f"Cannot read {name}: the text is {broken}. {_ADVICE}")
