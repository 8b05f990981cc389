"""The picture of an item that has none: the words of its title on rings in the colour of its community.

The same title in the same colour gives the same picture. Scripts that no font here has give the rings alone.
"""

import hashlib
import math
import unicodedata
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

FONTS = Path(__file__).parent / "fonts"
"""Parts of Noto Sans Bold, under the SIL Open Font License."""
NAMES = ("", "Arabic", "Hebrew", "Devanagari", "Bengali", "Tamil", "Thai", "Georgian", "Armenian")
HUES = {
    "teal": 185, "blue": 240, "indigo": 272, "violet": 300, "plum": 335, "rose": 8, "brick": 35, "amber": 70,
    "olive": 115, "green": 155,
}  # fmt: skip
"""The colours of communities, as in the style sheet."""
SHARPER = 2
"""How many times larger it is drawn, so that round lines come out smooth."""
LINES = 5
LARGEST, SMALLEST = 0.14, 0.072
"""The height of the letters, as a share of that of the picture."""
ROOM, DEPTH = 0.9, 0.72
"""How wide and how high the words may be, as shares of the height: small pages show the square in the middle alone."""
NOWHERE = "\U0010fff0"
"""A character that no font has."""


def drawn(title: str, tone: str, width: int, height: int) -> Image.Image:
    """The picture for `title` in the colour `tone` (a name in `HUES`), in RGB."""
    hue = HUES.get(tone, HUES["teal"])
    picture = _shaded(_rgb(0.34, 0.085, hue - 8), _rgb(0.54, 0.12, hue + 8), width, height)
    picture.paste((255, 255, 255), mask=_rings(title, width, height))
    _write(picture, title)
    return picture


def _rings(title: str, width: int, height: int) -> Image.Image:
    """How much light falls where: circles around two places near the edges, around the words in the middle."""
    seed = [byte / 256 for byte in hashlib.sha256(title.encode()).digest()]
    wide, high = width * SHARPER, height * SHARPER
    places = (
        (wide * (0.72 + 0.32 * seed[0]), high * (0.5 * seed[1] - 0.15), high * (0.10 + 0.06 * seed[2]), 6),
        (wide * (0.5 * seed[3] - 0.15), high * (0.5 * seed[4] + 0.75), high * (0.10 + 0.06 * seed[5]), 4),
    )
    light = Image.new("L", (wide, high), 0)
    for x, y, step, count in places:
        for ring in range(1, count + 1):
            radius = step * ring * (1 + ring * 0.06)
            box = (x - radius, y - radius, x + radius, y + radius)
            layer = Image.new("L", light.size, 0)
            if (ring + int(seed[6] * 3)) % 3 == 0:
                ImageDraw.Draw(layer).ellipse(box, outline=70, width=max(2, high // 160))
            else:
                ImageDraw.Draw(layer).ellipse(box, fill=20)
            light = ImageChops.add(light, layer)
    return light.reduce(SHARPER)


def _shaded(one: tuple[int, int, int], other: tuple[int, int, int], width: int, height: int) -> Image.Image:
    """From `one` in the lower left corner to `other` in the upper right one."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height), Image.Resampling.BILINEAR)
    up = Image.linear_gradient("L").rotate(180).resize((width, height), Image.Resampling.BILINEAR)
    mask = Image.blend(across, up, 0.45).filter(ImageFilter.GaussianBlur(2))
    return Image.composite(Image.new("RGB", mask.size, other), Image.new("RGB", mask.size, one), mask)


def _write(picture: Image.Image, title: str) -> None:
    name, words = _words(title)
    if not words:
        return
    right = any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in "".join(words))
    room, share = picture.height * ROOM, LARGEST
    while True:
        font = _font(name, round(picture.height * share))
        lines = _broken(words, font, room)
        high = sum(font.getmetrics()) * 0.92
        whole = all(font.getlength(word) <= room for word in words)
        if share <= SMALLEST or (whole and len(lines) <= LINES and high * len(lines) < picture.height * DEPTH):
            break
        share -= 0.0075
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], f"{lines[LINES - 1]} …" if _has(name, "…") else lines[LINES - 1]]
    draw = ImageDraw.Draw(picture)
    top = (picture.height - high * len(lines)) / 2
    for number, line in enumerate(lines):
        place = picture.width / 2, top + number * high
        draw.text(place, line, fill="white", font=font, anchor="ma", direction="rtl" if right else "ltr")


def _broken(words: list[str], font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= room:
            lines[-1] = longer
        else:
            # Scripts without blanks have lines that end anywhere.
            while font.getlength(word) > room and len(word) > 1:
                fits = next(
                    end for end in range(len(word) - 1, 0, -1) if end == 1 or font.getlength(word[:end]) <= room
                )
                lines.append(word[:fits])
                word = word[fits:]
            lines.append(word)
    return lines


def _words(title: str) -> tuple[str, list[str]]:
    """The font that can write most of `title`, and the words of it that it can write."""
    words = unicodedata.normalize("NFC", title)[:300].split()
    by_font = [(name, [word for word in words if all(_has(name, letter) for letter in word)]) for name in NAMES]
    return max(by_font, key=lambda pair: sum(map(len, pair[1])))


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"NotoSans{name}-Bold.ttf", size)


@cache
def _plain(name: str) -> ImageFont.FreeTypeFont:
    """Without shaping, so that each character stands for itself."""
    return ImageFont.truetype(FONTS / f"NotoSans{name}-Bold.ttf", 20, layout_engine=ImageFont.Layout.BASIC)


@cache
def _nothing(name: str) -> tuple[tuple[int, int], bytes]:
    mask = _plain(name).getmask(NOWHERE)
    return mask.size, bytes(mask)


def _has(name: str, letter: str) -> bool:
    if unicodedata.category(letter) in {"Mn", "Mc", "Cf"}:  # hang on the letter before them
        return True
    mask = _plain(name).getmask(letter)
    return (mask.size, bytes(mask)) != _nothing(name)


def _rgb(light: float, chroma: float, hue: float) -> tuple[int, int, int]:
    """The colour that CSS calls `oklch(light chroma hue)`, in sRGB."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long, middle, short = (
        (light + x * a + y * b) ** 3
        for x, y in ((0.3963377774, 0.2158037573), (-0.1055613458, -0.0638541728), (-0.0894841775, -1.2914855480))
    )
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    red, green, blue = (
        round(255 * (12.92 * x if x <= 0.0031308 else 1.055 * x ** (1 / 2.4) - 0.055))
        for x in (min(1.0, max(0.0, channel)) for channel in linear)
    )
    return red, green, blue
