"""Bytes to text: UTF-8, UTF-16 and Windows-1252, and a plain refusal of everything else."""

from __future__ import annotations

import codecs
import re
import zlib

from narrate.errors import SourceError

_ADVICE = "save the article as plain text or Markdown in UTF-8"

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
_MAX_BROKEN_SHARE = 1 / 200

_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|[\xf1-\xf4][\x80-\xbf]{3}")
"""A valid UTF-8 sequence of several bytes. One may stand in honest Windows-1252 by chance: ``CAFÉ”``."""
_MISHMASH = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2[\x80-\x84][\x80-\xbf]")
"""What Western letters and marks are in UTF-8, and nobody's Windows-1252: ``Ã©``, ``â€œ``."""
_HIGH = re.compile(rb"[\x80-\xff]")
_MAX_UTF8_SHARE = 0.8

_NOT_WESTERN = re.compile(r"[À-ÖØ-öø-ÿ]{4}|[a-z][À-ÖØ-Þ]")
"""Words made of accented letters only (another alphabet), or a capital inside a word (Mac Roman's apostrophe)."""

CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MAX_CONTROL_SHARE = 1 / 500
_C1 = {code: bytes([code]).decode("cp1252", "replace").replace("\ufffd", " ") for code in range(0x80, 0xA0)}
"""Nobody writes the control characters U+0080 to U+009F; they are Windows-1252 that somebody took for Latin-1."""


def decode(data: bytes, name: str) -> str:
    """Return the text of ``data`` without a byte order mark; SourceError if it is in no encoding that we read."""
    _refuse_known_formats(data, name)
    for mark, encoding in ((codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF32_BE, "UTF-32")):
        if data.startswith(mark):
            raise SourceError(f"{name}: the text is in {encoding}, which is not read; {_ADVICE}")
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return refuse_stray_bytes(_strictly(data[len(mark) :], encoding, name), name)
    if b"\x00" in data:
        return refuse_stray_bytes(_strictly(data, _utf16_without_mark(data, name), name), name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _windows_1252(data, name, error.start)
    return refuse_stray_bytes(text, name)


def unpacked(data: bytes, name: str, limit: int) -> bytes:
    """``data``, out of gzip if it is packed. Raises SourceError if it is damaged, or longer than ``limit`` bytes."""
    if data.startswith(b"\x1f\x8b"):
        unpacking = zlib.decompressobj(wbits=31)
        try:
            data = unpacking.decompress(data, limit + 1)
        except zlib.error:
            raise SourceError(f"{name}: the gzip archive is damaged") from None
        if not unpacking.eof and len(data) <= limit:
            raise SourceError(f"{name}: the gzip archive is damaged: its end is missing")
    if len(data) > limit:
        raise SourceError(f"{name}: larger than {limit // 2**20} MiB, which is no article")
    return data


def is_html(data: bytes) -> bool:
    """Whether ``data`` opens like an HTML page."""
    head = data[:4096]
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        head = head.removeprefix(mark)
    return _HTML.match(head.replace(b"\x00", b"")) is not None


def decode_page(data: bytes, name: str, declared: str | None = None) -> str:
    """Return the text of an HTML page: by its byte order mark, then as ``declared``, as its ``meta`` says, as UTF-8.

    A browser's patience: a few broken bytes become U+FFFD. Raises SourceError if there are more than a few.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _patiently(data[len(mark) :], encoding, name)
    stated = _CHARSET.search(data[:4096])
    for named in (declared, stated[1].decode("ascii") if stated else None):
        if named and (known := _text_codec(named)) and known != "utf-8":
            return _patiently(data, known, name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        try:
            return _windows_1252(data, name, error.start)
        except SourceError:
            return _patiently(data, "utf-8", name)


def _text_codec(encoding: str) -> str | None:
    """Python's name of an encoding of text; Latin-1 is Windows-1252 to every browser. None if there is none."""
    try:
        codec = codecs.lookup(encoding.strip("\"' "))
        "".encode(codec.name)
    except (LookupError, ValueError):
        return None
    return "cp1252" if codec.name in ("iso8859-1", "ascii") else codec.name if codec.name in _PAGE_CODECS else None


def _patiently(data: bytes, encoding: str, name: str) -> str:
    text = data.decode(encoding, errors="replace")
    if text.count("\ufffd") > 20 + len(text) * _MAX_BROKEN_SHARE:
        raise SourceError(f"{name}: the page is not in {encoding.upper()} as it says; save it as UTF-8")
    return text


def refuse_stray_bytes(text: str, name: str) -> str:
    """Return ``text`` with stray control characters mended or blanked; SourceError if it is binary data, not text."""
    text = text.removeprefix("\ufeff")
    strays = len(CONTROLS.findall(text))
    if "\x00" in text or strays > 1 + len(text) * _MAX_CONTROL_SHARE:
        raise SourceError(f"{name}: this is binary data, not text; {_ADVICE}")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise SourceError(f"{name}: the text holds halves of characters (surrogates); {_ADVICE}")
    return (CONTROLS.sub(" ", text) if strays else text).translate(_C1)


def _refuse_known_formats(data: bytes, name: str) -> None:
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise SourceError(f"{name}: this is {what}, not text; {_ADVICE}")


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        shown = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        raise SourceError(f"{name}: broken {shown} at byte {error.start}; {_ADVICE}") from None


def _utf16_without_mark(data: bytes, name: str) -> str:
    """Western text in UTF-16 has a zero in nearly every second byte, and none in the others."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if len(data) % 2 == 0 and len(data) >= 8:
        if even == 0 and odd > 0.35 * len(data):
            return "utf-16-le"
        if odd == 0 and even > 0.35 * len(data):
            return "utf-16-be"
    raise SourceError(f"{name}: this is binary data, not text; {_ADVICE}")


def _windows_1252(data: bytes, name: str, first_bad: int) -> str:
    in_sequences = sum(map(len, _UTF8_SEQUENCE.findall(data)))
    if in_sequences <= len(_HIGH.findall(data)) * _MAX_UTF8_SHARE and not _MISHMASH.search(data):
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            text = ""
        if text and not _NOT_WESTERN.search(text):
            return text
    broken = f"broken UTF-8 at byte {first_bad}, and neither UTF-16 nor Windows-1252"
    raise SourceError(f"{name}: the text is {broken}; {_ADVICE}")
