"""Make the hostile and odd pictures of tests/data/images/ again: `python scripts/make_odd_pictures.py`.

Each function draws one file; its first line says why it is there. `outcomes.json`, written beside them, tells what must
become of each: the format and the size in pixels that it is taken with (and colours of places in the readers' copy), or
words of the sentence that refuses it.
"""

from __future__ import annotations

import io
import json
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin, TiffImagePlugin

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "data" / "images"
RED, GREEN, BLUE, WHITE = (220, 40, 40), (40, 160, 80), (40, 80, 200), (255, 255, 255)
PICTURES: dict[str, tuple[Callable[[], bytes | None], dict[str, Any]]] = {}


def picture(name: str, **expected: Any) -> Callable[[Callable[[], bytes | None]], Callable[[], bytes | None]]:
    """Lists a file with what must become of it: `taken` and `size`, with `colours` by place, or `refused`."""

    def listed(make: Callable[[], bytes | None]) -> Callable[[], bytes | None]:
        PICTURES[name] = make, expected
        return make

    return listed


def scene(width: int = 96, height: int = 64) -> Image.Image:
    """Red above on the left, green beside it, blue below: every turn and every swap of channels shows."""
    image = Image.new("RGB", (width, height), BLUE)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill=RED)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), fill=GREEN)
    return image


def bytes_of(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


SCENE = {"0.2,0.2": RED, "0.8,0.2": GREEN, "0.5,0.8": BLUE}
"""The colours of `scene` at shares of width and height."""


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


def png(width: int, height: int, rows: bytes, depth: int = 8, colour: int = 0, before: bytes = b"") -> bytes:
    """A PNG from its parts, whatever they claim."""
    head = chunk(b"IHDR", struct.pack("!IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zeros(size: int) -> bytes:
    """`size` zero bytes as deflate packs them, without holding them."""
    packer, parts = zlib.compressobj(9), []
    block = bytes(1 << 20)
    while size > 0:
        parts.append(packer.compress(block[: min(size, len(block))]))
        size -= len(block)
    return b"".join(parts) + packer.flush()


# --- Good pictures, odd in one way -----------------------------------------------------------------------------------


@picture("plain.jpg", taken="JPEG", size=[96, 64], colours=SCENE)
def plain_jpeg() -> bytes:
    """The most usual of all."""
    return bytes_of(scene(), "JPEG", quality=90)


@picture("progressive.jpg", taken="JPEG", size=[96, 64], colours=SCENE)
def progressive_jpeg() -> bytes:
    """Sent in several scans."""
    return bytes_of(scene(), "JPEG", quality=90, progressive=True)


@picture("grey.jpg", taken="JPEG", size=[96, 64], colours={"0.5,0.8": (79, 79, 79)})
def grey_jpeg() -> bytes:
    """One channel only."""
    return bytes_of(scene().convert("L"), "JPEG", quality=95)


@picture("cmyk.jpg", taken="JPEG", size=[96, 64], colours={"0.2,0.2": RED, "0.5,0.8": BLUE})
def cmyk_jpeg() -> bytes:
    """Made for print: four inks, stored the other way round."""
    return bytes_of(scene().convert("CMYK"), "JPEG", quality=95)


def _turned(orientation: int) -> bytes:
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    return bytes_of(scene().transpose(turns[orientation]), "JPEG", quality=90, exif=exif)


for number in range(2, 9):
    # Held otherwise by the photographer: the camera notes how to turn it.
    picture(f"orientation-{number}.jpg", taken="JPEG", size=[96, 64], colours=SCENE)(lambda n=number: _turned(n))


@picture("where-it-was.jpg", taken="JPEG", size=[96, 64], colours=SCENE, hides=["GPS-SECRET", "XMP-SECRET"])
def gps_jpeg() -> bytes:
    """Tells where the photographer lives; nobody else may learn it."""
    exif = Image.Exif()
    exif[0x010E] = "GPS-SECRET"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.0), 3: "E", 4: (16.0, 22.0, 0.0)})
    return bytes_of(scene(), "JPEG", quality=90, exif=exif, xmp=b"<x:xmpmeta>XMP-SECRET</x:xmpmeta>")


@picture(
    "swapped-profile.jpg", taken="JPEG", size=[96, 64], colours={"0.2,0.2": (40, 220, 40), "0.8,0.2": (160, 40, 80)}
)
def profile_jpeg() -> bytes | None:
    """A profile that swaps red and green: whoever ignores profiles shows the wrong colours."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # The tags rXYZ and gXYZ change places in the profile's table.
    red, green = profile.find(b"rXYZ", 128), profile.find(b"gXYZ", 128)
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes_of(scene(), "JPEG", quality=95, subsampling=0, icc_profile=bytes(profile))


@picture("broken-profile.png", taken="PNG", size=[96, 64], colours=SCENE)
def broken_profile() -> bytes:
    """A colour profile that is none: the pixels are good all the same."""
    return bytes_of(scene(), "PNG", icc_profile=b"not a profile at all")


@picture("sixteen-bit-grey.png", taken="PNG", size=[64, 64], colours={"0.1,0.5": (26, 26, 26), "0.9,0.5": (229,) * 3})
def sixteen_bit() -> bytes:
    """16 bits a pixel: whoever cuts them off at 255 gets a white picture."""
    rows = b"".join(b"\0" + b"".join(struct.pack("!H", x * 65535 // 63) for x in range(64)) for _ in range(64))
    return png(64, 64, zlib.compress(rows, 9), depth=16)


@picture("sixteen-bit-colour.png", taken="PNG", size=[32, 32], colours={"0.5,0.5": (200, 100, 50)})
def sixteen_bit_colour() -> bytes:
    """16 bits a channel."""
    pixel = struct.pack("!HHH", 200 * 257, 100 * 257, 50 * 257)
    return png(32, 32, zlib.compress((b"\0" + pixel * 32) * 32, 9), depth=16, colour=2)


@picture("palette-with-transparency.png", taken="PNG", size=[32, 32], colours={"0.5,0.5": [40, 160, 80, 0]})
def palette() -> bytes:
    """Few colours, one of them transparent."""
    image = Image.new("P", (32, 32), 1)
    image.putpalette([*RED, *GREEN])
    return bytes_of(image, "PNG", transparency=1)


@picture("one-bit.png", taken="PNG", size=[40, 40], colours={"0.5,0.5": WHITE})
def one_bit() -> bytes:
    """Black and white, as scanners write it."""
    return bytes_of(Image.new("1", (40, 40), 1), "PNG")


@picture("one-pixel.png", taken="PNG", size=[1, 1], colours={"0,0": RED})
def one_pixel() -> bytes:
    """As small as a picture can be."""
    return bytes_of(Image.new("RGB", (1, 1), RED), "PNG")


@picture("very-wide.png", taken="PNG", size=[20000, 2])
def very_wide() -> bytes:
    """A line: shrunk to the page it would be a tenth of a pixel high."""
    return bytes_of(Image.new("RGB", (20000, 2), RED), "PNG")


@picture("very-tall.png", taken="PNG", size=[2, 20000])
def very_tall() -> bytes:
    """A line that stands."""
    return bytes_of(Image.new("RGB", (2, 20000), RED), "PNG")


@picture("plain.webp", taken="WEBP", size=[96, 64], colours=SCENE)
def plain_webp() -> bytes:
    """WebP, with the colours blurred."""
    return bytes_of(scene(), "WEBP", quality=95)


@picture("transparent.webp", taken="WEBP", size=[32, 32], colours={"0.5,0.5": [220, 40, 40, 128]})
def transparent_webp() -> bytes:
    """WebP without loss, half transparent."""
    return bytes_of(Image.new("RGBA", (32, 32), (*RED, 128)), "WEBP", lossless=True, exact=True)


@picture("plain.avif", taken="AVIF", size=[96, 64], colours=SCENE)
def plain_avif() -> bytes:
    """AVIF."""
    return bytes_of(scene(), "AVIF", quality=90, subsampling="4:4:4")


@picture("phone.heic", taken="HEIF", size=[96, 64], colours=SCENE)
def phone_heic() -> None:
    """What telephones take. No encoder of it is free to ship: the file is kept as it was made once from `scene`."""
    return None


@picture("half.heic", refused="damaged or incomplete")
def half_heic() -> bytes:
    """Half a photograph of a telephone."""
    whole = (FOLDER / "phone.heic").read_bytes()
    return whole[: len(whole) * 2 // 3]


@picture("animated.gif", taken="GIF", size=[96, 64], colours=SCENE)
def animated_gif() -> bytes:
    """Moves: the first frame is what it shows when it stands still."""
    frames = [Image.new("RGB", (96, 64), (shade, shade, 0)) for shade in (20, 90, 160)]
    return bytes_of(scene().convert("P", palette=Image.Palette.ADAPTIVE), "GIF", save_all=True, append_images=frames)


@picture("animated.png", taken="PNG", size=[96, 64], colours=SCENE)
def animated_png() -> bytes:
    """A PNG that moves."""
    frames = [Image.new("RGB", (96, 64), (shade, 0, 0)) for shade in (20, 90)]
    return bytes_of(scene(), "PNG", save_all=True, append_images=frames)


@picture("animated.webp", taken="WEBP", size=[96, 64], colours=SCENE)
def animated_webp() -> bytes:
    """A WebP that moves."""
    frames = [Image.new("RGB", (96, 64), (shade, 0, 0)) for shade in (20, 90)]
    return bytes_of(scene(), "WEBP", save_all=True, append_images=frames, quality=95)


@picture("pages.tiff", taken="TIFF", size=[96, 64], colours=SCENE)
def tiff_pages() -> bytes:
    """A TIFF with a second page, packed."""
    return bytes_of(
        scene(), "TIFF", compression="tiff_lzw", save_all=True, append_images=[Image.new("RGB", (9, 9), RED)]
    )


@picture("float.tiff", taken="TIFF", size=[32, 32], colours={"0.5,0.5": (128, 128, 128)})
def float_tiff() -> bytes:
    """Brightness as broken numbers, as instruments write it."""
    return bytes_of(Image.new("F", (32, 32), 0.5), "TIFF")


@picture("cmyk.tiff", taken="TIFF", size=[96, 64], colours={"0.2,0.2": RED})
def cmyk_tiff() -> bytes:
    """Four inks in a TIFF."""
    return bytes_of(scene().convert("CMYK"), "TIFF", compression="tiff_deflate")


@picture("lab.tiff", taken="TIFF", size=[32, 32], colours={"0.5,0.5": (119, 119, 119)})
def lab_tiff() -> bytes:
    """Colours as eyes see them: lightness and two opposites."""
    grey = Image.merge("LAB", [Image.new("L", (32, 32), value) for value in (128, 128, 128)])
    return bytes_of(grey, "TIFF")


@picture("two-in-one.mpo", taken="JPEG", size=[96, 64], colours=SCENE)
def mpo() -> bytes:
    """Two JPEG pictures in one file, as cameras write them."""
    return bytes_of(scene(), "MPO", save_all=True, append_images=[Image.new("RGB", (96, 64), RED)], quality=90)


@picture("drawing.svg", taken="SVG", size=[96, 64], colours=SCENE)
def drawing_svg() -> bytes:
    """A drawing, which becomes pixels."""
    return (
        b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/'
        b'svg11.dtd"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 64"><script>alert(1)</script>'
        b'<rect width="96" height="64" fill="rgb(40,80,200)"/><rect width="48" height="32" fill="rgb(220,40,40)"/>'
        b'<rect x="48" width="48" height="32" fill="rgb(40,160,80)"/></svg>'
    )


# --- Lying -----------------------------------------------------------------------------------------------------------


@picture("really-a-png.jpg", taken="PNG", size=[96, 64], colours=SCENE)
def png_named_jpg() -> bytes:
    """Its name says JPEG; its bytes decide."""
    return bytes_of(scene(), "PNG")


@picture("really-a-gif.png", taken="GIF", size=[96, 64], colours=SCENE)
def gif_named_png() -> bytes:
    """Its name says PNG."""
    return bytes_of(scene().convert("P", palette=Image.Palette.ADAPTIVE), "GIF")


@picture("page.jpg", refused="no picture that can be read")
def html_named_jpg() -> bytes:
    """A page with a script, under the name of a picture."""
    return b"<html><script>alert(1)</script></html>\n"


@picture("page-before-gif.gif", taken="GIF", size=[10799, 32], hides=["alert(1)"])
def gif_polyglot() -> bytes:
    """A GIF that is a script too: its width spells the beginning of a comment."""
    tail = b"*/=1;alert(1);/*"
    frame = bytes_of(Image.new("P", (10799, 32), 0), "GIF")
    return b"GIF89a/*" + frame[8:-1] + b"\x21\xfe" + bytes([len(tail)]) + tail + b"\0;"


@picture("archive-behind.png", taken="PNG", size=[96, 64], colours=SCENE, hides=["PK\x03\x04", "payload"])
def zip_polyglot() -> bytes:
    """A picture with an archive behind it: nothing of that is handed on."""
    return bytes_of(scene(), "PNG") + b"PK\x03\x04payload" * 4


@picture("script-in-text.png", taken="PNG", size=[96, 64], colours=SCENE, hides=["alert(1)"])
def text_chunk() -> bytes:
    """Markup in the words that go with a picture."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>")
    return bytes_of(scene(), "PNG", pnginfo=info)


@picture("script-in-comment.jpg", taken="JPEG", size=[96, 64], colours=SCENE, hides=["alert(1)"])
def jpeg_comment() -> bytes:
    """Markup in the comment of a JPEG."""
    return bytes_of(scene(), "JPEG", quality=90, comment=b"<script>alert(1)</script>")


@picture("postscript.jpg", refused="no picture that can be read")
def postscript() -> bytes:
    """A program for printers, which some libraries hand to an interpreter."""
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n%%EOF\n"


@picture("icon.png", refused="no picture that can be read")
def icon() -> bytes:
    """A format that is not among those that are taken."""
    return bytes_of(Image.new("RGB", (16, 16), RED), "ICO", sizes=[(16, 16)])


@picture("photoshop.jpg", refused="no picture that can be read")
def photoshop() -> bytes:
    """The beginning of a Photoshop file."""
    return b"8BPS\0\x01" + bytes(6) + struct.pack("!HIIHH", 3, 16, 16, 8, 3) + bytes(64)


# --- Broken ----------------------------------------------------------------------------------------------------------


@picture("empty.png", refused="is empty")
def empty() -> bytes:
    """Nothing at all."""
    return b""


@picture("only-a-signature.png", refused="damaged or incomplete")
def signature() -> bytes:
    """Eight good bytes, and no picture."""
    return b"\x89PNG\r\n\x1a\n"


@picture("half.jpg", refused="damaged or incomplete")
def half_jpeg() -> bytes:
    """An upload that was cut off."""
    noise = random.Random(1).randbytes(200 * 120 * 3)  # noqa: S311
    whole = bytes_of(Image.frombytes("RGB", (200, 120), noise), "JPEG", quality=40)
    return whole[: len(whole) // 2]


@picture("half.png", refused="damaged or incomplete")
def half_png() -> bytes:
    """A PNG that was cut off."""
    noise = random.Random(2).randbytes(40 * 40 * 3)  # noqa: S311
    whole = bytes_of(Image.frombytes("RGB", (40, 40), noise), "PNG")
    return whole[: len(whole) // 2]


@picture("half.webp", refused="damaged or incomplete")
def half_webp() -> bytes:
    """A WebP that was cut off."""
    whole = bytes_of(scene(), "WEBP", quality=95)
    return whole[: len(whole) // 2]


@picture("half.avif", refused="damaged or incomplete")
def half_avif() -> bytes:
    """An AVIF that was cut off."""
    whole = bytes_of(scene(), "AVIF", quality=90)
    return whole[: len(whole) * 3 // 4]


@picture("half.gif", refused="damaged or incomplete")
def half_gif() -> bytes:
    """A GIF that ends in its first frame."""
    noise = Image.frombytes("L", (64, 64), random.Random(3).randbytes(64 * 64)).convert("P")  # noqa: S311
    whole = bytes_of(noise, "GIF")
    return whole[: len(whole) // 2]


@picture("half.tiff", refused="damaged or incomplete")
def half_tiff() -> bytes:
    """A TIFF whose pixels are missing."""
    whole = bytes_of(scene(200, 200), "TIFF", compression="raw")
    return whole[:3000]


@picture("wrong-sum.png", refused="damaged or incomplete")
def wrong_sum() -> bytes:
    """The sum of the pixels' part does not fit it."""
    whole = bytearray(bytes_of(scene(), "PNG"))
    place = whole.find(b"IDAT") + 8
    whole[place] ^= 255
    return bytes(whole)


@picture("no-size.png", refused="damaged or incomplete")
def no_size() -> bytes:
    """No pixel wide, no pixel high."""
    return png(0, 0, zlib.compress(b""))


@picture("fewer-rows.png", taken="PNG", size=[64, 6400], colours={"0.5,0.9": (0, 0, 0)})
def fewer_rows() -> bytes:
    """Claims more rows than it has: the rest is black, as in every browser."""
    return png(64, 6400, zlib.compress((b"\0" + bytes(64)) * 3))


# --- Bombs -----------------------------------------------------------------------------------------------------------


@picture("bomb-200-million.png", refused="more than 50 million")
def bomb_png() -> bytes:
    """20 kB that unfold to 600 MB."""
    return png(14_000, 14_000, zeros(14_000 * (14_000 // 8 + 1)), depth=1)


@picture("bomb-endless.png", refused="more than 50 million")
def bomb_claims() -> bytes:
    """Claims 4 milliard pixels a side, and has none."""
    return png(2**31 - 1, 2**31 - 1, zlib.compress(b""))


@picture("just-under.png", taken="PNG", size=[7000, 7000])
def just_under() -> bytes:
    """49 million pixels, which are taken, in 6 kB."""
    return png(7000, 7000, zeros(7000 * (7000 // 8 + 1)), depth=1)


@picture("words-bomb.png", refused="damaged or incomplete")
def words_bomb() -> bytes:
    """40 MB of zeros in a comment of 40 kB."""
    packed = chunk(b"zTXt", b"Comment\0\0" + zeros(40_000_000))
    return png(8, 8, zlib.compress((b"\0" + bytes(8)) * 8), before=packed)


@picture("profile-bomb.png", refused="damaged or incomplete")
def profile_bomb() -> bytes:
    """A colour profile that unfolds to 40 MB."""
    packed = chunk(b"iCCP", b"Profile\0\0" + zeros(40_000_000))
    return png(8, 8, zlib.compress((b"\0" + bytes(8)) * 8), before=packed)


@picture("many-frames.gif", taken="GIF", size=[16, 16])
def many_frames() -> bytes:
    """5,000 frames: the first one is all that is looked at."""
    head = bytes_of(Image.new("P", (16, 16), 0), "GIF")
    frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"
    return head[:-1] + frame * 5000 + b"\x3b"


@picture("large-frame.gif", refused="more than 50 million")
def large_gif() -> bytes:
    """A GIF that claims 65535 × 65535 pixels."""
    return b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + b"\x2c" + bytes(9) + b"\x02\x02\x44\x01\0;"


@picture("bomb.webp", refused="more than 16 million")
def bomb_webp() -> bytes:
    """25 million pixels of one colour, in a few bytes, of which the decoder would keep four copies."""
    return bytes_of(Image.new("RGB", (5000, 5000), RED), "WEBP", lossless=True, method=0)


@picture("many-scans.jpg", refused="in too many layers")
def many_scans() -> bytes:
    """A progressive JPEG that goes over all its pixels again and again, in scans of a few bytes."""
    whole = bytes_of(Image.new("L", (1600, 1600), 128), "JPEG", progressive=True, quality=50)
    # The last scan, from its marker to the end of the picture, refines one bit of every block.
    return whole[:-2] + whole[whole.rfind(b"\xff\xda") : -2] * 120 + b"\xff\xd9"


@picture("heavy-layers.jpg", refused="takes more memory")
def heavy_layers() -> bytes:
    """Four inks in layers, 49 million pixels each: 400 MB before the first one can be seen."""
    small = bytearray(bytes_of(Image.new("CMYK", (16, 16)), "JPEG", progressive=True, quality=30))
    place = small.find(b"\xff\xc2") + 5
    small[place : place + 4] = struct.pack("!HH", 7000, 7000)
    return bytes(small)


@picture("looping-folders.tiff", refused="damaged or incomplete")
def looping_tiff() -> bytes:
    """A TIFF whose list of pages leads back to itself, and whose page has no size."""
    return b"II*\0\x08\0\0\0" + struct.pack("<HHHIIHHIIHHIII", 3, 256, 4, 1, 0, 257, 4, 1, 0, 259, 3, 1, 1, 8)


@picture("huge-tag.tiff", refused="damaged or incomplete")
def huge_tag() -> bytes:
    """A TIFF that claims four milliard values of a tag."""
    return b"II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, 256, 4, 2**32 - 1, 16) + bytes(8)


@picture("entities.svg", refused="entities of its own")
def entities_svg() -> bytes:
    """Ten entities of ten entities: a milliard laughs."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE svg [<!ENTITY a0 "ha">{entities}]><svg xmlns="http://www.w3.org/2000/svg">&a9;</svg>'.encode()


@picture("reads-a-file.svg", refused="takes a part from elsewhere")
def file_svg() -> bytes:
    """Shows a picture from the disk of the server."""
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" width="9" height="9">'
        b'<image x:href="file:///etc/logo.png" width="9" height="9"/></svg>'
    )


@picture("asks-the-network.svg", refused="takes a part from elsewhere")
def network_svg() -> bytes:
    """Tells another server that it was looked at."""
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><filter id="f"><feImage '
        b'href="https://tracker.example/x.png"/></filter><rect width="9" height="9" filter="url(#f)"/></svg>'
    )


@picture("deep.svg", refused="too many parts")
def deep_svg() -> bytes:
    """Thousands of groups inside each other."""
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">' + b"<g>" * 5000 + b"</g>" * 5000 + b"</svg>"


@picture("uses-itself.svg", refused="cannot be read as SVG")
def use_svg() -> bytes:
    """Each group uses the one before it ten times."""
    uses = (f'<use href="#g{n - 1}"/>' * 10 for n in range(1, 9))
    groups = "".join(f'<g id="g{n}">{inside}</g>' for n, inside in enumerate(uses, 1))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><g id="g0"><rect width="9" height="9"/></g>'
        f'{groups}<use href="#g8"/></svg>'
    ).encode()


@picture("no-size.svg", refused="does not say how large")
def no_size_svg() -> bytes:
    """A drawing as large as whoever looks."""
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%"><rect width="9" height="9"/></svg>'


@picture("not-a-drawing.svg", refused="no SVG drawing")
def other_xml() -> bytes:
    """XML of another kind."""
    return b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>'


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    assert TiffImagePlugin.WRITE_LIBTIFF is False
    outcomes = {}
    for name, (make, expected) in PICTURES.items():
        raw = make()
        if raw is not None:
            (FOLDER / name).write_bytes(raw)
        why = (make.__doc__ or "Turned by its orientation.").split("\n")[0]
        outcomes[name] = {"why": why} | expected
    text = json.dumps(outcomes, ensure_ascii=False, indent=1) + "\n"
    (FOLDER / "outcomes.json").write_text(text)


if __name__ == "__main__":
    main()
