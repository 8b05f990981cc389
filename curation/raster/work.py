"""What the child process can be asked for. Each job takes the bytes of a picture and plain values, and gives plain
values with files.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from PIL import Image

from curation.raster import crops, drawing, encoding, likeness, reading

READERS_WIDTH, READERS_HEIGHT = 1280, 8000
"""The largest size in pixels of the readers' copy; smaller pictures keep theirs."""
SMALL_WIDTH, SMALL_HEIGHT = 480, 960
"""The same of the small copy, which lists of the newsroom show."""

Result = tuple[Any, list[bytes]]
"""Values that JSON can carry, and files."""


def take(raw: bytes) -> Result:
    """What the picture is, and the readers' copy of it and a small one as WebP."""
    facts, copy = reading.read(raw, READERS_WIDTH, READERS_HEIGHT)
    looks = likeness.of(reading.on_white(copy))
    values = asdict(facts) | {"file_width": copy.width, "file_height": copy.height, "likeness": looks}
    small = copy.copy()
    small.thumbnail((SMALL_WIDTH, SMALL_HEIGHT), Image.Resampling.LANCZOS)
    return values, [encoding.at_quality(copy, "WEBP", 80), encoding.at_quality(small, "WEBP", 70)]


def render(raw: bytes, x: float, y: float) -> Result:
    """The picture in every shape, width and format around the focus `(x, y)`."""
    facts = reading.facts_of(raw)
    # No more pixels than the widest needs.
    parts = ((shape, crops.own_width(shape, facts.width, facts.height)) for shape in crops.SHAPES.values())
    scale = max(min(1.0, shape.widths[-1] / width) for shape, width in parts)
    _, pixels = reading.read(raw, max(1, round(facts.width * scale)), max(1, round(facts.height * scale)))
    pixels = reading.on_white(pixels)
    values: list[Any] = []
    files: list[bytes] = []
    for shape in crops.SHAPES.values():
        part = crops.box(pixels.width, pixels.height, shape.ratio, x, y)
        _add(shape, pixels, part, crops.widths(shape, pixels.width, pixels.height), values, files)
    return values, files


def draw(title: str, tone: str) -> Result:
    """The picture of an item that has none, in every shape, width and format."""
    values: list[Any] = []
    files: list[bytes] = []
    for shape in crops.SHAPES.values():
        width = shape.widths[-1]
        pixels = drawing.drawn(title, tone, width, round(width / shape.ratio))
        _add(shape, pixels, (0, 0, *pixels.size), shape.widths, values, files)
    return values, files


def _add(
    shape: crops.Shape,
    pixels: Image.Image,
    part: crops.Box,
    widths: Sequence[int],
    values: list[Any],
    files: list[bytes],
) -> None:
    usual = min(widths, key=lambda each: abs(each - shape.usual))
    for width in widths:
        height = max(1, round(width / shape.ratio))
        small = pixels.resize((width, height), Image.Resampling.LANCZOS, box=part, reducing_gap=3)
        for kind in shape.formats if width == usual else shape.formats[:-1]:
            values.append({"shape": shape.name, "format": kind, "width": width, "height": height})
            files.append(encoding.encoded(small, kind))


JOBS: dict[str, Callable[..., Result]] = {"take": take, "render": render, "draw": draw}
