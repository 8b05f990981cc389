"""The shapes that pictures are shown in, and what of a picture each of them shows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """One shape of the pages."""

    name: str
    ratio: float
    """Width by height."""
    widths: tuple[int, ...]
    """In pixels, rising; a picture is never enlarged to reach one."""
    usual: int
    """The width that stands for the shape where nothing is chosen: the only one for formats that only serve those who
    read no other.
    """
    formats: tuple[str, ...] = ("AVIF", "WEBP", "JPEG")
    """The best one first, the one that everybody reads last."""


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("card", 16 / 9, (320, 480, 640, 960), 640),
        Shape("hero", 2 / 1, (640, 960, 1280, 1600), 960),
        # What those show who are sent a link; not all of them read the newer formats.
        Shape("share", 1200 / 630, (1200,), 1200, ("JPEG",)),
    )
}
MUCH_WIDER = 1.1
"""How much wider than the widest fitting width a picture must be to be given in its own width too."""
Box = tuple[float, float, float, float]


def box(width: int, height: int, ratio: float, x: float, y: float) -> Box:
    """The largest part of `ratio` in a picture of `width` × `height`, as near to the focus as it can be.

    `x` and `y` are the focus as shares of width and height; left, top, right and bottom of the part are in pixels.
    """
    wide, high = (width, width / ratio) if width / ratio <= height else (height * ratio, height)
    left = min(max(x * width - wide / 2, 0), width - wide)
    top = min(max(y * height - high / 2, 0), height - high)
    return left, top, left + wide, top + high


def own_width(shape: Shape, width: int, height: int) -> float:
    """How wide the part is that `shape` shows of a picture of `width` × `height`."""
    left, _, right, _ = box(width, height, shape.ratio, 0.5, 0.5)
    return right - left


def widths(shape: Shape, width: int, height: int) -> list[int]:
    """The widths in which a picture of `width` × `height` is given in `shape`, rising."""
    own = max(1, int(own_width(shape, width, height)))
    fitting = [each for each in shape.widths if each <= own]
    if own < shape.widths[-1] and (not fitting or own > fitting[-1] * MUCH_WIDER):
        fitting.append(own)
    return fitting
