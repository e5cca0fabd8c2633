"""Provide the cover of an edition: the publisher's, or a plain one with the headline, the outlet and 'AI voice'."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
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


def plain_cover(headline: str, outlet: str) -> tuple[bytes, str]:
    """Draw a plain cover of 1400 by 1400 pixels. Return the JPEG, which depends only on the words, and its
    media type.
    """
    from PIL import Image, ImageDraw, ImageFont

    def font(size: int) -> FreeTypeFont:
        loaded = ImageFont.load_default(size)
        assert not isinstance(loaded, ImageFont.ImageFont)
        return loaded

    picture = Image.new("RGB", (SIDE_PX, SIDE_PX), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, SIDE_PX, 28), fill=ACCENT)
    width = SIDE_PX - 2 * MARGIN_PX
    if outlet:
        draw.text((MARGIN_PX, 120), _lines(_plain(outlet), font(60), width)[0], font=font(60), fill=ACCENT)
    for size in HEADLINE_PX:
        lines = _lines(_plain(headline), font(size), width)
        if len(lines) * size * LINE_HEIGHT <= HEADLINE_ROOM_PX:
            break
    for number, line in enumerate(lines[: int(HEADLINE_ROOM_PX / size / LINE_HEIGHT)]):
        draw.text((MARGIN_PX, 250 + number * size * LINE_HEIGHT), line, font=font(size), fill=INK)
    draw.rounded_rectangle((MARGIN_PX, 1200, MARGIN_PX + 330, 1300), radius=50, outline=INK, width=5)
    draw.text((MARGIN_PX + 165, 1250), MARK, font=font(60), fill=INK, anchor="mm")
    file = BytesIO()
    picture.save(file, "JPEG", quality=82)
    return file.getvalue(), "image/jpeg"


def _plain(text: str) -> str:
    """Return ``text`` in letters that the font has: without accents, and with a point for every other letter."""
    text = text[:MAX_CHARACTERS].translate(str.maketrans("‘’“”–—…", "''\"\"--.")).replace("\u00a0", " ")
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c if c.isascii() else "·" for c in decomposed if not unicodedata.combining(c))


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
