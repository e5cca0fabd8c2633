"""Provide the cover of an edition: the publisher's, or a plain one with the headline, the outlet and 'AI voice'."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from narrate.storage import writing

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

SIDE_PX: Final = 1400
MARGIN_PX: Final = 110
PAPER, INK, ACCENT = (22, 34, 52), (245, 243, 238), (240, 180, 70)
HEADLINE_PX: Final = (132, 112, 96, 80, 66, 54)  # font sizes to try, the largest first
HEADLINE_ROOM_PX: Final = 860  # height that the headline may take
LINE_HEIGHT: Final = 1.25  # as a share of the font size
MARK: Final = "AI voice"
MAX_CHARACTERS: Final = 600  # a cover has no room for a longer text
MAX_LINE_CHARACTERS: Final = 120  # a line has no room for more, even in the smallest size


def own_cover(path: Path) -> tuple[bytes, str]:
    """Return the publisher's cover and its media type. Raises ``DeliveryError`` if it is neither a JPEG nor a PNG."""
    with writing(path, "Cannot use the cover"):
        data = path.read_bytes()
        if data.startswith(b"\xff\xd8\xff"):
            return data, "image/jpeg"
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return data, "image/png"
        raise OSError("it is neither JPEG nor PNG")


def plain_cover(headline: str, outlet: str, mark: str = MARK) -> tuple[bytes, str]:
    """Draw a plain cover of 1400 by 1400 pixels.

    Args:
        headline: The headline. It is left out if it has letters that none of the fonts has.
        outlet: The publisher's name, which is treated in the same way; empty for none.
        mark: What says that the voice is synthetic, in ASCII.

    Returns:
        The JPEG, which depends only on the words, and its media type.
    """
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (SIDE_PX, SIDE_PX), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, SIDE_PX, 28), fill=ACCENT)
    width = SIDE_PX - 2 * MARGIN_PX
    text, font_of = _drawable(outlet)
    if text:
        font = font_of(60)
        line = _lines(text, font, width)[0]
        draw.text((MARGIN_PX, 120), line, font=font, fill=ACCENT, direction=_direction(line))
    text, font_of = _drawable(headline)
    for size in HEADLINE_PX:
        lines = _lines(text, font_of(size), width)
        if len(lines) * size * LINE_HEIGHT <= HEADLINE_ROOM_PX:
            break
    for number, line in enumerate(lines[: int(HEADLINE_ROOM_PX / size / LINE_HEIGHT)]):
        place = (MARGIN_PX, 250 + number * size * LINE_HEIGHT)
        draw.text(place, line, font=font_of(size), fill=INK, direction=_direction(line))
    draw.rounded_rectangle((MARGIN_PX, 1200, MARGIN_PX + 330, 1300), radius=50, outline=INK, width=5)
    draw.text((MARGIN_PX + 165, 1250), mark, font=_plain_font(60), fill=INK, anchor="mm")
    file = BytesIO()
    picture.save(file, "JPEG", quality=82)
    return file.getvalue(), "image/jpeg"


@cache
def _plain_font(size: int) -> FreeTypeFont:
    """Return Pillow's own font, which has the letters of English."""
    from PIL import ImageFont

    loaded = ImageFont.load_default(size)
    assert not isinstance(loaded, ImageFont.ImageFont)
    return loaded


@cache
def _wide_font(size: int) -> FreeTypeFont:
    """Return DejaVu Sans, which also has accents, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic."""
    from PIL import ImageFont

    return ImageFont.truetype(BytesIO(_wide_font_data()), size)


@cache
def _wide_font_data() -> bytes:
    return files("narrate.delivery").joinpath("fonts", "DejaVuSans.ttf").read_bytes()


def _drawable(text: str) -> tuple[str, Callable[[int], FreeTypeFont]]:
    """Return ``text`` as it can be drawn, and the font for a size; an empty text if no font has its letters.

    Signs that no font has, such as emoji, are left out. Letters are never replaced.
    """
    text = unicodedata.normalize("NFC", text[:MAX_CHARACTERS])
    plain = text.translate(str.maketrans("‘’“”–—…", "''\"\"--.")).replace("\u00a0", " ")
    if plain.isascii():
        return plain, _plain_font
    missing = {char for char in text if not char.isspace() and not _has_glyph(char)}
    is_missing_letter = any(unicodedata.category(char)[0] in "LMN" for char in missing)
    if is_missing_letter or not _can_shape(text):
        return "", _plain_font
    return text.translate(dict.fromkeys(map(ord, missing))), _wide_font


@cache
def _has_glyph(char: str) -> bool:
    """Return whether the wide font draws something else for a character than for one that does not exist."""
    font = _wide_font(54)
    return bytes(font.getmask(char)) != bytes(font.getmask("\uffff"))


def _can_shape(text: str) -> bool:
    """Return whether Pillow can join and order letters that are written from right to left, if there are any."""
    from PIL import features

    return _direction(text) is None or bool(features.check("raqm"))


def _direction(text: str) -> str | None:
    """Return the direction of a line with letters that are written from right to left; None if there are none.

    A line that also has letters from left to right is a text in their direction that holds such words.
    """
    directions = [unicodedata.bidirectional(char) for char in text]
    if not {"R", "AL"} & set(directions):
        return None
    return "ltr" if "L" in directions else "rtl"


def _lines(text: str, font: FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split() or [""]:
        while len(word) > MAX_LINE_CHARACTERS or font.getlength(word) > width:
            cut = _cut(word, font, width)
            lines.append(word[:cut])
            word = word[cut:]
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _cut(word: str, font: FreeTypeFont, width: int) -> int:
    """Return how many characters of ``word`` fit on a line; at least one."""
    ends = range(1, min(len(word), MAX_LINE_CHARACTERS))
    fitting: int = bisect_right(ends, float(width), key=lambda end: float(font.getlength(word[:end])))
    return max(1, fitting)
