"""Draw bar charts in a row, as SVG or PNG.

A library would not replace this module: matplotlib adds 20 MB, and the small ones write SVG alone.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final, Literal
from xml.sax.saxutils import escape

from narrate.errors import UsageError
from narrate.stats import BINS, Statistics
from narrate.storage import write_files, write_text

PANEL_PX: Final = 360  # width of a chart
HEIGHT_PX: Final = 320
TOP_PX: Final = 84
BOTTOM_PX: Final = 44
EDGE_PX: Final = 24
LABEL_PX: Final = 10
SMALL_LABEL_PX: Final = 8  # font size of labels that are longer than their bar is wide
LETTER_WIDTH: Final = 0.6  # as a share of the font size
INK: Final = "#1b1b1b"
LABEL_INK: Final = "#6b6b6b"
BAR: Final = "#1f5fa8"
PAPER: Final = "#ffffff"
MAX_MINUTES: Final = 10  # editions of this many minutes or more share the last bar

Anchor = Literal["start", "middle"]


@dataclass(frozen=True, slots=True)
class Panel:
    """One bar chart."""

    title: str
    labels: tuple[str, ...]  # the text under each bar
    values: tuple[float, ...]  # the height of each bar, not negative

    def bars(self) -> Iterator[tuple[str, float]]:
        """Yield the label and the value of each bar."""
        return zip(self.labels, self.values, strict=True)


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Words:
    x: float
    y: float  # position of the base line
    text: str
    size_px: int
    color: str
    anchor: Anchor


def svg(heading: str, panels: Sequence[Panel]) -> str:
    """Return the charts as an SVG document, whose description lists the values for screen readers."""
    width = PANEL_PX * len(panels)
    description = "; ".join(
        f"{panel.title}: " + ", ".join(f"{label} {value:g}" for label, value in panel.bars()) for panel in panels
    )
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT_PX}" width="{width}" '
        f'height="{HEIGHT_PX}" role="img" font-family="sans-serif">',
        f"<title>{escape(heading)}</title>",
        f"<desc>{escape(description)}</desc>",
        f'<rect width="{width}" height="{HEIGHT_PX}" fill="{PAPER}"/>',
    ]
    for shape in _shapes(heading, panels):
        if isinstance(shape, _Box):
            lines.append(
                f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}" '
                f'fill="{BAR}"/>'
            )
        else:
            lines.append(
                f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="{shape.size_px}" fill="{shape.color}" '
                f'text-anchor="{shape.anchor}">{escape(shape.text)}</text>'
            )
    return "\n".join([*lines, "</svg>", ""])


def png(heading: str, panels: Sequence[Panel]) -> bytes:
    """Return the charts as a PNG picture at twice the size."""
    from PIL import Image, ImageDraw, ImageFont

    scale = 2
    image = Image.new("RGB", (scale * PANEL_PX * len(panels), scale * HEIGHT_PX), PAPER)
    draw = ImageDraw.Draw(image)
    for shape in _shapes(heading, panels):
        x, y = scale * shape.x, scale * shape.y
        if isinstance(shape, _Box):
            if shape.height:
                draw.rectangle((x, y, x + scale * shape.width, y + scale * shape.height), fill=BAR)
        else:
            anchor = "ls" if shape.anchor == "start" else "ms"
            font = ImageFont.load_default(scale * shape.size_px)
            draw.text((x, y), shape.text, fill=shape.color, font=font, anchor=anchor)
    data = BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def _shapes(heading: str, panels: Sequence[Panel]) -> Iterator[_Box | _Words]:
    yield _Words(EDGE_PX, 28, heading, 15, INK, "start")
    for number, panel in enumerate(panels):
        yield from _bars(panel, number * PANEL_PX + EDGE_PX)


def _bars(panel: Panel, left: float) -> Iterator[_Box | _Words]:
    """Yield a chart whose left edge is at ``left``. The highest bar has the full height."""
    yield _Words(left, 58, panel.title, 13, INK, "start")
    room = HEIGHT_PX - TOP_PX - BOTTOM_PX
    step = (PANEL_PX - 2 * EDGE_PX) / max(len(panel.values), 1)
    highest = max(panel.values, default=0) or 1
    size_px = LABEL_PX if max(map(len, panel.labels), default=0) * LABEL_PX * LETTER_WIDTH < step else SMALL_LABEL_PX
    for number, (label, value) in enumerate(panel.bars()):
        x, height = left + number * step, value / highest * room
        yield _Box(x + step * 0.1, TOP_PX + room - height, step * 0.8, height)
        shown = f"{value:.0f}" if value == int(value) or value >= 100 else f"{value:.1f}"
        yield _Words(x + step / 2, TOP_PX + room - height - 4, shown, LABEL_PX, INK, "middle")
        yield _Words(x + step / 2, HEIGHT_PX - BOTTOM_PX + 16, label, size_px, LABEL_INK, "middle")


def plot_statistics(sums: Statistics, path: str | os.PathLike[str], *, heading: str) -> None:
    """Draw statistics as bar charts, as ``.svg`` or ``.png``. ``heading`` is the line above the charts.

    Raises ``UsageError`` for other extensions, and ``DeliveryError`` if the file cannot be written.
    """
    path = Path(path)
    minutes = Counter(min(int(length), MAX_MINUTES) for length in sums.lengths_min)
    minute_labels = (*map(str, range(MAX_MINUTES)), f"{MAX_MINUTES}+")
    panels = (
        Panel("Quotations by confidence, from", tuple(f"{n / BINS:g}" for n in range(BINS)), sums.confidence),
        Panel("Editions by whole minutes", minute_labels, tuple(minutes[n] for n in range(MAX_MINUTES + 1))),
        Panel("Processor seconds by stage", tuple(sums.timings), tuple(one.cpu_s for one in sums.timings.values())),
    )
    if path.suffix.lower() == ".svg":
        write_text(path, [svg(heading, panels)], follows_link=True)
    elif path.suffix.lower() == ".png":
        write_files({path: png(heading, panels)}, follows_link=True)
    else:
        raise UsageError(f"Cannot plot to {path}: the format is not supported. Choose an .svg or a .png file.")
