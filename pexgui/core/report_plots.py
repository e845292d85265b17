"""Pictures in a report: lines as SVG, images as PNG, small and without anything from elsewhere."""

import base64
import math
import struct
import zlib
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from . import text

WIDTH, LEFT, RIGHT = 960, 64, 948
PIXELS = 256
_TOP, _MIDDLE, _BELOW, _BOTTOM = 8, 178, 196, 290
_COLUMNS = 450
_SMALLEST = 1e-280
_COLOURS = ((0x2B, 0x2E, 0x83), (0x24, 0x63, 0xD1), (0x16, 0x8A, 0xA3), (0x35, 0xA0, 0x6B), (0xA3, 0xA3, 0x1E))
_AMBER = (0xC9, 0x85, 0x00)

Floats: TypeAlias = NDArray[np.float64]


def line_plot(a: Floats, b: Floats, start: int, step: int, first: int | None) -> str:
    """Both lines above, their difference below, over the same axis; shaded from the ``first`` difference on."""
    count = len(a)
    with np.errstate(all="ignore"):
        delta = b - a
    upper = _Scale(_limits(a, b), _TOP, _MIDDLE)
    lower = _Scale(_limits(delta, np.zeros(1)), _BELOW, _BOTTOM)
    shade = _shade(first, count) if first is not None else ""
    ends = [round((count - 1) * part / 4) for part in range(5)] if count > 4 else range(count)
    labels = "".join(
        f'<text x="{_x(at, count):.1f}" y="306" text-anchor="middle">{start + at * step:,}</text>' for at in ends
    )
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} 312" role="img" aria-label="A and B, and their difference below">'
        f"{_back(upper)}{_back(lower)}{shade}{upper.grid()}{lower.grid()}{labels}"
        f'<path class="line-a" d="{_path(a, upper)}"/><path class="line-b" d="{_path(b, upper)}"/>'
        f'<path class="line-delta" d="{_path(delta, lower)}"/>'
        f'<text x="{LEFT + 6}" y="{_BELOW + 12}">Δ B {text.MINUS} A</text></svg>'
    )


class _Scale:
    """From values to heights between ``top`` and ``bottom``."""

    def __init__(self, limits: tuple[float, float], top: int, bottom: int) -> None:
        self.low, self.high = limits
        self.top, self.bottom = top, bottom

    def y(self, value: float) -> float:
        """How far down a value is."""
        share = min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)
        return self.bottom - 4 - share * (self.bottom - self.top - 8)

    def grid(self) -> str:
        """Hairlines with their values."""
        return "".join(
            f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{self.y(tick):.1f}" y2="{self.y(tick):.1f}"/>'
            f'<text x="{LEFT - 8}" y="{self.y(tick) + 4:.1f}" text-anchor="end">{short(tick)}</text>'
            for tick in _ticks(self.low, self.high)
        )


def short(value: float) -> str:
    """A number in few digits."""
    return f"{value:.4g}".replace("-", text.MINUS)


def _limits(*lines: Floats) -> tuple[float, float]:
    finite = [line[np.isfinite(line)] for line in lines]
    found = np.concatenate(finite)
    if not found.size:
        return 0.0, 1.0
    low, high = float(found.min()), float(found.max())
    if not math.isfinite(high - low):
        return low / 2, high / 2
    if high - low < _SMALLEST:
        room = abs(low) or 1.0
        return low - room / 2, low + room / 2
    return low, high


def _ticks(low: float, high: float) -> list[float]:
    """Two to five round numbers."""
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((factor * power for factor in (1, 2, 5) if factor * power >= rough), 10 * power)
    first = math.ceil(low / step)
    return [(first + number) * step for number in range(6) if (first + number) * step <= high]


def _x(at: float, count: int) -> float:
    return LEFT + (RIGHT - LEFT) * at / max(count - 1, 1)


def _back(scale: _Scale) -> str:
    height = scale.bottom - scale.top
    return f'<rect class="back" x="{LEFT}" y="{scale.top}" width="{RIGHT - LEFT}" height="{height}"/>'


def _shade(first: int, count: int) -> str:
    x = _x(first, count)
    return "".join(
        f'<rect class="shade" x="{x:.1f}" y="{top}" width="{max(RIGHT - x, 2):.1f}" height="{bottom - top}"/>'
        for top, bottom in ((_TOP, _MIDDLE), (_BELOW, _BOTTOM))
    )


def _path(line: Floats, scale: _Scale) -> str:
    """A line; of many points the lowest and highest of each stretch, broken where a value is not finite."""
    parts = []
    pen = "M"
    for at in _places(line):
        value = line[at]
        if not math.isfinite(value):
            pen = "M"
            continue
        parts.append(f"{pen}{_x(at, len(line)):.1f} {scale.y(float(value)):.1f}")
        if pen == "M" and len(line) == 1:
            parts.append(f"H{RIGHT}")
        pen = "L"
    return "".join(parts)


def _places(line: Floats) -> Iterator[int]:
    if len(line) <= 2 * _COLUMNS:
        yield from range(len(line))
        return
    edges = np.linspace(0, len(line), _COLUMNS + 1).astype(int)
    for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        piece = line[low:high]
        gap = np.flatnonzero(~np.isfinite(piece))
        known = np.where(np.isfinite(piece), piece, np.nan)
        if gap.size == piece.size:
            yield low
            continue
        chosen = {int(np.nanargmin(known)), int(np.nanargmax(known)), *(gap[:1].tolist())}
        yield from sorted(low + place for place in chosen)


def bar(share: float, differs: bool) -> str:
    """How far a cell is apart, between −1 and 1, from the middle of its column."""
    inner = ""
    if differs and share:
        width = max(1.5, abs(share) * 78)
        inner = f'<rect x="{80 - width if share < 0 else 80:.1f}" y="4" width="{width:.1f}" height="8" rx="2"/>'
    axis = '<line class="axis" x1="80" x2="80" y1="0" y2="16"/>'
    return f'<svg class="bar" width="160" height="16" viewBox="0 0 160 16" aria-hidden="true">{axis}{inner}</svg>'


def key(side: str) -> str:
    """How the line of a side is drawn, for the legend."""
    return f'<svg class="key" width="24" height="8"><path class="line-{side}" d="M0 4H24"/></svg>'


# --- images -------------------------------------------------------------------------------------------------------


def image(values: Floats, low: float, high: float) -> str:
    """The values as colours from dark to light, as a ``data:`` address."""
    share = np.nan_to_num(np.clip((values - low) / ((high - low) or 1.0), 0, 1)) * (len(_COLOURS) - 1)
    below = np.minimum(share.astype(int), len(_COLOURS) - 2)
    palette = np.array(_COLOURS, np.float64)
    part = (share - below)[..., None]
    colours = palette[below] * (1 - part) + palette[below + 1] * part
    opaque = np.where(np.isfinite(values), 255, 0)[..., None]
    return _data(np.concatenate((colours, opaque), axis=2).astype(np.uint8))


def image_of_difference(delta: Floats, differs: NDArray[np.bool_]) -> str:
    """Amber where something differs, the stronger the more."""
    size = np.where(np.isfinite(delta), np.abs(delta), np.inf)
    finite = size[differs & np.isfinite(size)]
    most = float(finite.max()) if finite.size else 1.0
    share = np.where(np.isfinite(size), size / (most or 1.0), 1.0)
    alpha = np.where(differs, 80 + 175 * np.clip(share, 0, 1), 0)
    colours = np.broadcast_to(np.array(_AMBER, np.float64), (*delta.shape, 3))
    return _data(np.concatenate((colours, alpha[..., None]), axis=2).astype(np.uint8))


def _data(pixels: NDArray[np.uint8]) -> str:
    """A PNG of rows × columns × (red, green, blue, opacity)."""
    rows, columns = pixels.shape[:2]
    raw = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", columns, rows, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
