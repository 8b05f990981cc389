"""Things that more than one picture shows: phones, houses, pages, hearts, people."""

from __future__ import annotations

import math

from .canvas import Canvas, Colour, Palette, Point, bezier, on_circle


def pulse(
    c: Canvas, x0: float, x1: float, y: float, beats: list[float], size: float, width: float, fill: Colour
) -> None:
    """A heart trace from x0 to x1 with a beat at each of the given places."""
    shape = [
        (-0.55, 0),
        (-0.38, -0.18),
        (-0.22, 0),
        (-0.12, 0.16),
        (0, -1),
        (0.14, 0.5),
        (0.26, 0),
        (0.45, -0.22),
    ]
    shape.append((0.64, 0))
    path: list[Point] = [(x0, y)]
    for beat in beats:
        path += [(beat + dx * size, y + dy * size) for dx, dy in shape]
    c.line([*path, (x1, y)], width, fill)


def heart(c: Canvas, cx: float, cy: float, size: float, fill: Colour) -> None:
    points = []
    for i in range(121):
        t = i / 120 * 2 * math.pi
        x = 16 * math.sin(t) ** 3
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((cx + x * size / 32, cy - (y + 2.5) * size / 32))
    c.poly(points, fill)


def drop(c: Canvas, cx: float, cy: float, size: float, fill: Colour) -> None:
    """A drop whose round part is centred at cx, cy."""
    c.disc(cx, cy, size, fill)
    left, right = on_circle(cx, cy, size, 205), on_circle(cx, cy, size, 335)
    c.poly([left, (cx, cy - size * 2.1), right, (cx, cy)], fill)


def person(c: Canvas, cx: float, foot: float, size: float, body: Colour, head: Colour) -> None:
    """Head and shoulders, cut off flat at `foot`; `size` is the width of the shoulders."""
    r = size * 0.27
    c.pie(cx, foot, size / 2, 180, 360, body)
    c.disc(cx, foot - size / 2 - r * 0.62, r, head)


def phone(c: Canvas, x: float, y: float, w: float, h: float, case: Colour, screen: Colour) -> None:
    edge = w * 0.06
    c.rect(x, y, w, h, case, w * 0.16)
    c.rect(x + edge, y + edge, w - 2 * edge, h - 2 * edge, screen, w * 0.11)
    c.rect(x + w * 0.36, y + edge * 1.9, w * 0.28, edge * 0.9, case, edge)


def laptop(c: Canvas, x: float, y: float, w: float, h: float, case: Colour, screen: Colour) -> None:
    c.rect(x, y, w, h, case, 22)
    c.rect(x + 16, y + 16, w - 32, h - 32, screen, 10)
    c.poly([(x - 40, y + h + 34), (x + w + 40, y + h + 34), (x + w, y + h + 2), (x, y + h + 2)], case)
    c.rect(x - 40, y + h + 26, w + 80, 20, case, 10)


def page(c: Canvas, x: float, y: float, w: float, h: float, paper: Colour, ink: Colour, widths: list[float]) -> None:
    """A sheet with a text line for each of `widths` (shares of the column)."""
    c.rect(x, y, w, h, paper, 14)
    margin = w * 0.13
    step = (h - 2 * margin) / max(len(widths), 1)
    for i, share in enumerate(widths):
        c.rect(x + margin, y + margin + i * step, (w - 2 * margin) * share, step * 0.32, ink, step * 0.16)


def bubble(c: Canvas, x: float, y: float, w: float, h: float, fill: Colour, tail: str = "left") -> None:
    c.rect(x, y, w, h, fill, h * 0.3)
    side = x + w * (0.24 if tail == "left" else 0.76)
    lean = -h * 0.18 if tail == "left" else h * 0.18
    c.poly([(side - h * 0.14, y + h - 4), (side + h * 0.14, y + h - 4), (side + lean, y + h * 1.24)], fill)


def house(c: Canvas, x: float, ground: float, w: float, h: float, wall: Colour, roof: Colour, door: Colour) -> None:
    c.rect(x, ground - h, w, h, wall)
    c.poly([(x - w * 0.1, ground - h), (x + w / 2, ground - h - w * 0.48), (x + w * 1.1, ground - h)], roof)
    c.rect(x + w * 0.38, ground - h * 0.55, w * 0.24, h * 0.55, door, w * 0.03)


def tree(c: Canvas, x: float, ground: float, size: float, crown: Colour, trunk: Colour) -> None:
    c.rect(x - size * 0.05, ground - size * 0.6, size * 0.1, size * 0.6, trunk)
    c.oval(x, ground - size * 0.85, size * 0.3, size * 0.45, crown)


def signal(
    c: Canvas, cx: float, cy: float, radii: list[float], width: float, fill: Colour, toward: float = -90
) -> None:
    """Radio arcs opening toward an angle."""
    for r in radii:
        c.arc(cx, cy, r, toward - 42, toward + 42, width, fill)


def capsule(c: Canvas, a: Point, b: Point, width: float, one: Colour, two: Colour) -> None:
    """A two-coloured pill lying between two points."""
    middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    c.line([b, middle], width, two, caps=False)
    c.disc(*b, width / 2, two)
    c.line([a, middle], width, one, caps=False)
    c.disc(*a, width / 2, one)


def tick(c: Canvas, cx: float, cy: float, size: float, width: float, fill: Colour) -> None:
    c.line([(cx - size, cy), (cx - size * 0.25, cy + size * 0.7), (cx + size, cy - size * 0.75)], width, fill)


def bell(c: Canvas, cx: float, cy: float, size: float, fill: Colour, clapper: Colour) -> None:
    c.disc(cx, cy + size * 0.78, size * 0.2, clapper)
    c.pie(cx, cy - size * 0.1, size * 0.6, 180, 360, fill)
    flare = [(0.6, -0.12), *bezier((0.6, 0), (0.62, 0.4), (0.8, 0.5), (0.85, 0.65))]
    half = [(cx + x * size, cy + y * size) for x, y in flare]
    c.poly([*half, *[(2 * cx - x, y) for x, y in reversed(half)]], fill)
    c.rect(cx - size * 0.95, cy + size * 0.56, size * 1.9, size * 0.17, fill, size * 0.08)
    c.disc(cx, cy - size * 0.74, size * 0.12, fill)


def envelope(c: Canvas, x: float, y: float, w: float, h: float, paper: Colour, flap: Colour) -> None:
    c.rect(x, y, w, h, paper, 12)
    c.poly([(x + 8, y + 4), (x + w - 8, y + 4), (x + w / 2, y + h * 0.58)], flap)


def chair(c: Canvas, x: float, ground: float, size: float, seat: Colour, legs: Colour) -> None:
    c.rect(x + size * 0.12, ground - size * 0.4, size * 0.07, size * 0.4, legs)
    c.rect(x + size * 0.72, ground - size * 0.4, size * 0.07, size * 0.4, legs)
    c.rect(x, ground - size, size * 0.16, size * 0.64, seat, size * 0.07)
    c.rect(x, ground - size * 0.5, size * 0.86, size * 0.15, seat, size * 0.07)


def ribs(c: Canvas, x: float, y: float, reach: float, width: float, fill: Colour) -> None:
    """A pair of ribs that hang from a point of the spine."""
    for side in (-1, 1):
        outer = x + side * reach
        c.line(bezier((x, y), (x + side * reach * 0.6, y - 56), (outer, y - 10), (outer, y + 62)), width, fill)


def gauge(c: Canvas, cx: float, cy: float, r: float, colours: Palette, needle: float) -> None:
    """A dial with ticks; the needle points to an angle."""
    c.disc(cx, cy, r, colours.ink)
    c.disc(cx, cy, r * 0.87, colours.white)
    for angle in range(150, 391, 20):
        inner = 0.66 if (angle - 150) % 60 == 0 else 0.72
        c.line([on_circle(cx, cy, r * inner, angle), on_circle(cx, cy, r * 0.79, angle)], r * 0.03, colours.mid)
    c.line([(cx, cy), on_circle(cx, cy, r * 0.62, needle)], r * 0.055, colours.warm)
    c.disc(cx, cy, r * 0.1, colours.ink)
