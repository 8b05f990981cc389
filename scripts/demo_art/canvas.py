"""A small drawing surface: flat shapes in logical units, drawn large and reduced so that edges are smooth."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

Point = tuple[float, float]
Colour = str

OVERSAMPLING = 3


@dataclass(frozen=True)
class Palette:
    """The colours of one community, from dark to light, with two accents."""

    ink: Colour
    main: Colour
    mid: Colour
    soft: Colour
    pale: Colour
    warm: Colour
    sun: Colour
    white: Colour = "#FFFFFF"


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Return the colour `share` (0 to 1) of the way from a to b."""
    pairs = [(int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(x + (y - x) * share):02X}" for x, y in pairs)


def on_circle(cx: float, cy: float, r: float, degrees: float) -> Point:
    """Return the point at an angle, clockwise from three o'clock."""
    return cx + r * math.cos(math.radians(degrees)), cy + r * math.sin(math.radians(degrees))


def bezier(a: Point, b: Point, c: Point, d: Point, steps: int = 60) -> list[Point]:
    """Return points along the cubic curve from a to d with the handles b and c."""
    points = []
    for i in range(steps + 1):
        t, u = i / steps, 1 - i / steps
        k = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
        points.append(
            (
                k[0] * a[0] + k[1] * b[0] + k[2] * c[0] + k[3] * d[0],
                k[0] * a[1] + k[1] * b[1] + k[2] * c[1] + k[3] * d[1],
            )
        )
    return points


def scatter(count: int, w: float, h: float) -> list[Point]:
    """Return points that fill a rectangle evenly but not regularly (the R2 low-discrepancy sequence)."""
    return [((0.5 + i * 0.7548776662) % 1 * w, (0.5 + i * 0.5698402910) % 1 * h) for i in range(count)]


class Canvas:
    """Draws in logical units on an image that is `OVERSAMPLING` times as large as the finished picture."""

    def __init__(self, logical: tuple[int, int], pixels: tuple[int, int], ground: Colour) -> None:
        self.w, self.h = logical
        self.pixels = pixels
        self.scale = pixels[0] * OVERSAMPLING / logical[0]
        self.image = Image.new("RGB", (pixels[0] * OVERSAMPLING, pixels[1] * OVERSAMPLING), ground)
        self._draw = ImageDraw.Draw(self.image)

    def finished(self) -> Image.Image:
        return self.image.resize(self.pixels, Image.Resampling.LANCZOS)

    def _box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        s = self.scale
        return x0 * s, y0 * s, x1 * s - 1, y1 * s - 1

    def rect(self, x: float, y: float, w: float, h: float, fill: Colour, r: float = 0) -> None:
        self._draw.rounded_rectangle(self._box(x, y, x + w, y + h), r * self.scale, fill=fill)

    def disc(self, cx: float, cy: float, r: float, fill: Colour) -> None:
        self._draw.ellipse(self._box(cx - r, cy - r, cx + r, cy + r), fill=fill)

    def oval(self, cx: float, cy: float, rx: float, ry: float, fill: Colour) -> None:
        self._draw.ellipse(self._box(cx - rx, cy - ry, cx + rx, cy + ry), fill=fill)

    def pie(self, cx: float, cy: float, r: float, start: float, end: float, fill: Colour) -> None:
        self._draw.pieslice(self._box(cx - r, cy - r, cx + r, cy + r), start, end, fill=fill)

    def poly(self, points: Iterable[Point], fill: Colour) -> None:
        self._draw.polygon([(x * self.scale, y * self.scale) for x, y in points], fill=fill)

    def line(
        self, points: Sequence[Point], width: float, fill: Colour, *, caps: bool = True, closed: bool = False
    ) -> None:
        """Stroke a path with round joins, and round ends unless `caps` is off."""
        path = [*points, points[0]] if closed else list(points)
        scaled = [(x * self.scale, y * self.scale) for x, y in path]
        self._draw.line(scaled, fill=fill, width=max(1, round(width * self.scale)), joint="curve")
        for x, y in path if caps else path[1:-1]:
            self.disc(x, y, width / 2, fill)

    def arc(self, cx: float, cy: float, r: float, start: float, end: float, width: float, fill: Colour) -> None:
        """Stroke part of a circle; r is the middle of the stroke."""
        outer = r + width / 2
        box = self._box(cx - outer, cy - outer, cx + outer, cy + outer)
        self._draw.arc(box, start, end, fill=fill, width=round(width * self.scale))
        if end - start < 360:
            for angle in (start, end):
                self.disc(*on_circle(cx, cy, r, angle), width / 2, fill)

    def ring(self, cx: float, cy: float, r: float, width: float, fill: Colour) -> None:
        self.arc(cx, cy, r, 0, 360, width, fill)

    def dashes(self, points: Sequence[Point], gap: int, r: float, fill: Colour) -> None:
        """Put a dot on every `gap`-th point of a path."""
        for x, y in points[::gap]:
            self.disc(x, y, r, fill)

    def below(self, height_at: Callable[[float], float], fill: Colour) -> None:
        """Fill everything under a curve, from edge to edge."""
        curve = [(x, height_at(x)) for x in range(-10, self.w + 21, 5)]
        self.poly([*curve, (self.w + 20, self.h + 10), (-10, self.h + 10)], fill)

    def hill(self, y: float, amplitude: float, period: float, phase: float, fill: Colour) -> None:
        self.below(lambda x: y + amplitude * math.sin((x / period + phase) * 2 * math.pi), fill)
