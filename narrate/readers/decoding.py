"""Decode bytes: UTF-8, UTF-16, Windows-1252 and Mac Roman. Refuse everything else with the reason.

What a source or a server says about the encoding is checked against the bytes: UTF-8 is rarely declared wrongly, but
often sent as something else.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
import zlib
from typing import NamedTuple

from narrate.errors import SourceError
from narrate.languages.controls import CONTROL

_ADVICE = "Save the article as plain text or Markdown in UTF-8."

_MAGIC = {
    b"PK\x03\x04": "a ZIP archive or a damaged document", b"PK\x05\x06": "a ZIP archive", b"\x89PNG": "a PNG image",
    b"GIF8": "a GIF image", b"\xff\xd8\xff": "a JPEG image", b"BZh": "a bzip2 archive", b"\xfd7zXZ": "an xz archive",
    b"ID3": "an MP3 file", b"OggS": "an Ogg file", b"RIFF": "a sound or video file", b"\x7fELF": "a program",
    b"SQLite format": "a database",
}  # fmt: skip
"""How files begin that are neither text nor documents -> what they are."""
_CHARSET = re.compile(
    rb"<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,200}?encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:-]{2,30})", re.IGNORECASE
)
_PAGE_CODECS = frozenset(
    "utf-8 utf-16-le utf-16-be cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 iso8859-2 iso8859-5 iso8859-7 "
    "iso8859-9 iso8859-15 mac-roman koi8-r koi8-u shift_jis euc_jp iso2022_jp euc_kr gb2312 gbk gb18030 big5".split()
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

_SINGLE_BYTE_CODECS = ("cp125", "iso8859", "mac")
_NAMES = {"utf-8": "UTF-8", "mac-roman": "Mac Roman"}
_MAC_ROMAN_WARNING = "the text is in Mac Roman, not in UTF-8; check its quotation marks and accents"
_NOT_WESTERN = re.compile(r"[À-ÖØ-öø-ÿ]{4}|[a-z][À-ÖØ-Þ]")
"""Words of accented letters only (another alphabet), or a capital inside a word (Mac Roman's apostrophe)."""
_STRANGE = re.compile(
    r"""[a-z][À-ÖØ-ÞŠŒŽŸ]|[^\W\d_][À-ÖØ-ÞŠŒŽŸ][a-z]|[,.!?][À-ÖØ-ÞŽŸ](?![^\W\d_])|(?<![^\W_])[ÒÔ](?=[A-Z])
        |(?<!\w)[ÑÐÒÔÕ](?!\w)|^¥\s|[a-z][†‡ˆ‰‹›•˜™“”¥][a-z]|[À-ÖØ-öø-ÿ]{4}""",
    re.MULTILINE | re.VERBOSE,
)
"""Letters and signs where no Western language has them, as in a text that was decoded wrongly."""
_WELL_PLACED = re.compile(
    r"(?<!\w)[“‘](?=\w)|(?<=[\w,.!?])[”’](?!\w)|(?<=\w)’(?=\w)|^•\s|[^\W\d_][áàâäãåçéèêëíìîïñóòôöõúùûüßæø]|[–—…]",
    re.MULTILINE,
)
"""Marks and letters where Western languages have them."""
_MIN_UTF8_SEQUENCES, _MIN_UTF8_SHARE = 3, 0.95
"""A text with so many UTF-8 sequences, which make up this share of its high bytes, is in UTF-8."""

CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MAX_CONTROL_SHARE = 1 / 500
"""Share of control characters above which data are not text."""
_MIN_ZERO_SHARE = 0.35
"""Share of zeros among the high bytes of Western UTF-16, at least."""
_ACCENT = re.compile("[\u0300-\u036f]")
"""A character that puts an accent on the letter before it."""
_C1 = {code: bytes([code]).decode("cp1252", "replace").replace("\ufffd", " ") for code in range(0x80, 0xA0)}
"""Control characters U+0080 to U+009F come from Windows-1252 that was decoded as Latin-1 -> what was meant."""
_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Decoded(NamedTuple):
    """Decoded text, and what to tell about its encoding."""

    text: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """Decode a plain text in UTF-8, UTF-16, Windows-1252 or Mac Roman, without its byte order mark and stray controls.

    Raises SourceError if ``data`` is not text, or in another encoding.
    """
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise SourceError(f"this is {what}, not text. {_ADVICE}")
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise SourceError(f"the encoding UTF-32 is not supported. {_ADVICE}")
    body, encoding = _split_mark(data)
    if encoding or b"\x00" in data:
        return Decoded(composed(clean_controls(_decode_strictly(body, encoding or _utf16_without_mark(data)))))
    try:
        decoded = Decoded(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        decoded = _decode_western(data, error.start)
    return decoded._replace(text=composed(clean_controls(decoded.text)))


def composed(text: str) -> str:
    """Return the text with one character for each letter with an accent, as its language's word lists have them.

    Some programs write an accent as a character of its own behind the letter. Text without such characters is not
    changed at all.
    """
    return unicodedata.normalize("NFC", text) if _ACCENT.search(text) else text


def decompress(data: bytes, limit: int) -> bytes:
    """Return ``data``, decompressed if it is a gzip archive. Raises SourceError if it has over ``limit`` bytes then."""
    if data.startswith(b"\x1f\x8b"):
        decompressor = zlib.decompressobj(wbits=31)
        try:
            data = decompressor.decompress(data, limit + 1)
        except zlib.error:
            raise SourceError("the gzip archive is damaged. Compress the file again.") from None
        if not decompressor.eof and len(data) <= limit:
            raise SourceError("the end of the gzip archive is missing. Compress the file again.")
    if len(data) > limit:
        raise SourceError(f"it is larger than {limit // 2**20} MiB. Choose a file with one article.")
    return data


def _split_mark(data: bytes) -> tuple[bytes, str]:
    """Return ``data`` without its byte order mark, and the encoding that the mark stands for, or an empty text."""
    mark = next(filter(data.startswith, _BYTE_ORDER_MARKS), b"")
    return data.removeprefix(mark), _BYTE_ORDER_MARKS.get(mark, "")


def decode_page(data: bytes, declared: str | None = None) -> Decoded:
    """Decode an HTML page as a browser does: a few broken bytes become U+FFFD. Raises SourceError if more are broken.

    The encoding is the byte order mark's, or ``declared`` by the server, or the page's own, or UTF-8. A page in UTF-8
    or Mac Roman that is declared to be in another encoding is decoded as what it is, with a warning.
    """
    body, encoding = _split_mark(data)
    if encoding:
        return Decoded(_decode_leniently(body, encoding))
    stated = _CHARSET.search(data[:4096])
    for named in (declared, stated[1].decode("ascii") if stated else None):
        if named and (known := _text_codec(named)) and known != "utf-8":
            actual = _actual_codec(data, known)
            return Decoded(_decode_leniently(data, actual or known), _wrong_declaration(named, actual))
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        try:
            return _decode_western(data, error.start)
        except SourceError:
            return Decoded(_decode_leniently(data, "utf-8"))


def _actual_codec(data: bytes, declared: str) -> str | None:
    """Return the encoding of data that are declared to be in another one; None if the declaration is right."""
    if declared.startswith("utf-16"):
        return None
    sequences = _UTF8_SEQUENCE.findall(data)
    is_letter = declared.startswith(_SINGLE_BYTE_CODECS) and _UTF8_LETTER.search(data) is not None
    if (is_letter or len(sequences) >= _MIN_UTF8_SEQUENCES) and sum(map(len, sequences)) >= _MIN_UTF8_SHARE * len(
        _HIGH_BYTE.findall(data)
    ):
        return "utf-8"
    return "mac-roman" if declared == "cp1252" and _is_mac_roman(data) else None


def _wrong_declaration(declared: str, actual: str | None) -> tuple[str, ...]:
    if actual is None:
        return ()
    return (f"the page says that it is in {declared.upper()}, but it is in {_NAMES[actual]}, and is read as such",)


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


def _decode_leniently(data: bytes, encoding: str) -> str:
    text = data.decode(encoding, errors="replace")
    if text.count("\ufffd") > _MAX_BROKEN_CHARACTERS + len(text) * _MAX_BROKEN_SHARE:
        raise SourceError(f"the page is not in {encoding.upper()}, as it claims. Save it as UTF-8.")
    return text


def replace_controls(text: str) -> str:
    """Replace each control character: by a blank, or by the character of Windows-1252 that was meant."""
    return CONTROL.sub(lambda match: _C1.get(ord(match[0]), " "), text)


def clean_controls(text: str) -> str:
    """Replace stray control characters. Raises SourceError if there are so many that this is not text.

    Halves of characters (surrogates) are refused, too.
    """
    text = text.removeprefix("\ufeff")
    strays = len(CONTROLS.findall(text))
    if "\x00" in text or strays > 1 + len(text) * _MAX_CONTROL_SHARE:
        raise SourceError(f"this is binary data, not text. {_ADVICE}")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise SourceError(f"the text contains halves of characters (surrogates). {_ADVICE}")
    return replace_controls(text)


def _decode_strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        shown = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        raise SourceError(f"broken {shown} at byte {error.start}. {_ADVICE}") from None


def _utf16_without_mark(data: bytes) -> str:
    """Return the byte order of Western text in UTF-16: nearly every second byte is zero, and none of the others is."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if len(data) % 2 == 0 and len(data) >= 8:
        if even == 0 and odd > _MIN_ZERO_SHARE * len(data):
            return "utf-16-le"
        if odd == 0 and even > _MIN_ZERO_SHARE * len(data):
            return "utf-16-be"
    raise SourceError(f"this is binary data, not text. {_ADVICE}")


def _decode_western(data: bytes, first_bad: int) -> Decoded:
    """Decode Windows-1252 or Mac Roman. Raises SourceError if it is neither."""
    in_sequences = sum(map(len, _UTF8_SEQUENCE.findall(data)))
    if in_sequences <= len(_HIGH_BYTE.findall(data)) * _MAX_UTF8_SHARE and not _UTF8_LETTER.search(data):
        if _is_mac_roman(data):
            return Decoded(data.decode("mac-roman"), (_MAC_ROMAN_WARNING,))
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            text = ""
        if text and not _NOT_WESTERN.search(text):
            return Decoded(text)
    problem = f"the text is broken UTF-8 at byte {first_bad}, and neither UTF-16, Windows-1252 nor Mac Roman"
    raise SourceError(f"{problem}. {_ADVICE}")


def _is_mac_roman(data: bytes) -> bool:
    """Return whether data that are not UTF-8 make sense as Mac Roman, and none as Windows-1252."""
    as_windows, as_mac = data.decode("cp1252", errors="replace"), data.decode("mac-roman")
    is_wrong = "\ufffd" in as_windows or _STRANGE.search(as_windows) is not None
    return is_wrong and _STRANGE.search(as_mac) is None and _WELL_PLACED.search(as_mac) is not None
