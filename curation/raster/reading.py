"""From bytes to pixels as screens show them: upright, in sRGB, eight bits a channel, without anything but pixels."""

import io
import warnings
from dataclasses import dataclass

import pi_heif
from PIL import (  # each plugin registers its format
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from curation.raster import svg
from curation.raster.errors import ImageRefused

MAX_PIXELS = 50_000_000
MOST = {"WEBP": 16_000_000, "AVIF": 24_000_000, "HEIF": 24_000_000}
"""The pixels of formats whose decoders need several copies of the whole picture at a time."""
PLUGINS = (
    JpegImagePlugin.JpegImageFile.format,
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    GifImagePlugin.GifImageFile.format,
    AvifImagePlugin.AvifImageFile.format,
    TiffImagePlugin.TiffImageFile.format,
    "HEIF",
)
NAMES = "JPEG, PNG, WebP, AVIF, GIF, TIFF, HEIC or SVG"
SIDES = (5, 6, 7, 8)
"""The orientations in which width and height change places."""
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LAYERS = 100
"""Scans of a JPEG; good ones have about ten, and each goes over the whole picture."""
LAYERED = 310_000_000
"""Bytes that the layers of a progressive JPEG may take, all of which are held at once."""
STRIP = 2_000_000
"""Pixels that are converted at a time, so that no second copy of a large picture is ever made."""
DAMAGED = "The picture is damaged or incomplete. Open it in a picture editor, save it again, and take that file."
OTHER = f"The file is no picture that can be read. Take a {NAMES}."

AvifImagePlugin.DEFAULT_MAX_THREADS = 1
ImageFile.LOAD_TRUNCATED_IMAGES = False
Image.MAX_IMAGE_PIXELS = None  # our own bounds are narrower, and have words
pi_heif.register_heif_opener(thumbnails=False, decode_threads=1)


@dataclass(frozen=True)
class Facts:
    """What a picture is."""

    format: str
    width: int
    height: int
    """In pixels, as it is looked at."""


def facts_of(raw: bytes) -> Facts:
    """What the header of a picture says; decodes nothing but a drawing. Raises ImageRefused."""
    if svg.is_svg(raw):
        width, height = svg.size_of(raw)
        return Facts("SVG", width, height)
    with _opened(raw) as picture:
        return _facts(picture)


def read(raw: bytes, width: int, height: int) -> tuple[Facts, Image.Image]:
    """What a picture is, and its pixels: RGB or RGBA, shrunk in its proportions to fit `width` × `height`, never
    enlarged. Raises ImageRefused, MemoryError where it needs more than the process may have.
    """
    if svg.is_svg(raw):
        pixels = svg.drawn(raw)
        return Facts("SVG", *svg.size_of(raw)), fitted(pixels, width, height)
    try:
        with _opened(raw) as picture:
            facts = _facts(picture)
            if picture.format == "PNG":
                _check_sums(raw)
            orientation = _orientation(picture)
            scale = min(1.0, width / facts.width, height / facts.height)
            wanted = max(1, int(picture.width * scale)), max(1, int(picture.height * scale))
            if picture.format in {"JPEG", "MPO"}:
                picture.draft(None, wanted)
            picture.load()
            profile = picture.info.get("icc_profile")
            small = _reduced(picture, wanted)
    except (ImageRefused, MemoryError):
        raise
    except Exception as error:  # decoders raise whatever the broken bytes make them stumble over
        raise ImageRefused(DAMAGED) from error
    pixels = _in_srgb(small, profile)
    if orientation in TURNS:
        pixels = pixels.transpose(TURNS[orientation])
    return facts, _bare(fitted(pixels, width, height))


def fitted(picture: Image.Image, width: int, height: int) -> Image.Image:
    """`picture`, shrunk in its proportions to fit `width` × `height` where it is larger."""
    scale = min(1.0, width / picture.width, height / picture.height)
    if scale == 1:
        return picture
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS)


def on_white(picture: Image.Image) -> Image.Image:
    """`picture` without transparency, so that it looks the same in every format and on every page."""
    if picture.mode == "RGB":
        return picture
    below = Image.new("RGB", picture.size, "white")
    below.paste(picture, mask=picture.getchannel("A"))
    return below


def _opened(raw: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = Image.open(io.BytesIO(raw), formats=PLUGINS)
        except MemoryError:
            raise
        except Exception as error:
            raise ImageRefused(DAMAGED if _begins_like_one(raw) else OTHER) from error
    name = _name(picture)
    most = MOST.get(name, MAX_PIXELS)
    if picture.width * picture.height > most:
        hint = "" if most == MAX_PIXELS else f", the most for {_spoken(name)}"
        raise ImageRefused(
            f"The picture has {picture.width} × {picture.height} pixels, more than {most // 1_000_000} million{hint}. "
            f"Save it smaller{', or as JPEG' if hint else ''}."
        )
    if isinstance(picture, JpegImagePlugin.JpegImageFile):
        _check_layers(picture, raw)
    return picture


def _check_layers(picture: JpegImagePlugin.JpegImageFile, raw: bytes) -> None:
    if raw.count(b"\xff\xda") > LAYERS:
        raise ImageRefused("The picture comes in too many layers. Save it again as JPEG, without “progressive”.")
    # Each channel as (name, horizontal and vertical samples, ...).
    samples = [across * down for _, across, down, *_ in picture.layer]
    shares = sum(samples) / max(samples) if samples else 0
    if picture.info.get("progressive") and 2 * picture.width * picture.height * shares > LAYERED:
        raise ImageRefused("The picture takes more memory than it may. Save it as JPEG, without “progressive”.")


def _begins_like_one(raw: bytes) -> bool:
    heads = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\0", b"MM\0*")
    boxed = raw[4:8] == b"ftyp" and raw[8:12] in {b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1"}
    return raw.startswith(heads) or boxed or (raw[:4] == b"RIFF" and raw[8:12] == b"WEBP")


def _check_sums(raw: bytes) -> None:
    """Raises SyntaxError where a part of a PNG is not what its sum was made of; decoding does not look at that."""
    with Image.open(io.BytesIO(raw), formats=["PNG"]) as picture:
        picture.verify()


def _name(picture: Image.Image) -> str:
    return {"MPO": "JPEG"}.get(picture.format or "", picture.format or "")


def _spoken(name: str) -> str:
    return {"WEBP": "WebP", "HEIF": "HEIC"}.get(name, name)


def _facts(picture: Image.Image) -> Facts:
    width, height = picture.size
    if _orientation(picture) in SIDES:
        width, height = height, width
    return Facts(_name(picture), width, height)


def _orientation(picture: Image.Image) -> int:
    try:
        value = picture.getexif().get(0x0112, 1)
    except Exception:  # damaged metadata say nothing about the pixels
        return 1
    return value if isinstance(value, int) else 1


def _reduced(picture: Image.Image, wanted: tuple[int, int]) -> Image.Image:
    """`picture` in a plain mode, shrunk by a whole number as far as `wanted` allows, one strip after the other."""
    factor = max(1, min(picture.width // wanted[0], picture.height // wanted[1]))
    span = _span(picture)
    if factor == 1 and picture.width * picture.height <= STRIP:
        return _plain(picture, span)
    rows = max(factor, STRIP // picture.width // factor * factor)
    small: Image.Image | None = None
    for top in range(0, picture.height, rows):
        bottom = min(top + rows, picture.height)
        strip = _plain(picture.crop((0, top, picture.width, bottom)), span).reduce(factor)
        if small is None:
            small = Image.new(strip.mode, (strip.width, -(-picture.height // factor)))
        small.paste(strip, (0, top // factor))
    assert small is not None
    return small


def _span(picture: Image.Image) -> tuple[float, float]:
    """The values that are to become black and white, for modes that have more than 256."""
    if picture.mode.startswith("I;16"):
        return 0, 65535
    if picture.mode not in {"I", "F"}:
        return 0, 255
    low, high = (float(end) for end in picture.getextrema())  # type: ignore[arg-type]
    if picture.mode == "I":
        return (0, 65535) if low >= 0 and high <= 65535 else (low, high)
    return (0, 1) if low >= 0 and high <= 1 else (low, high)


def _plain(picture: Image.Image, span: tuple[float, float]) -> Image.Image:
    """In one of the modes L, RGB, RGBA, CMYK and LAB; colours are left to `_in_srgb`."""
    mode = picture.mode
    if mode.startswith(("I", "F")):
        low, high = span
        wide = picture.convert("F")
        return wide.point(lambda value: value * (255 / ((high - low) or 1)) - low * 255 / ((high - low) or 1)).convert(
            "L"
        )
    if mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info:
        return picture.convert("RGBA")
    if mode in {"L", "RGB", "CMYK", "LAB"}:
        return picture
    return picture.convert("L" if mode == "1" else "RGB")


_SRGB = ImageCms.createProfile("sRGB")
_SPACES = {"L": "GRAY", "RGB": "RGB ", "RGBA": "RGB ", "CMYK": "CMYK", "LAB": "Lab "}


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    to = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        if picture.mode == "LAB":
            lab = ImageCms.createProfile("LAB")
            return ImageCms.applyTransform(picture, ImageCms.buildTransform(lab, _SRGB, "LAB", "RGB")) or picture
        if profile:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if own.profile.xcolor_space.strip() == _SPACES.get(picture.mode, "").strip():
                changed = ImageCms.profileToProfile(picture, own, _SRGB, outputMode=to)
                return changed or picture.convert(to)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        pass  # a profile that cannot be used says nothing about the pixels
    return picture.convert(to)


def _bare(picture: Image.Image) -> Image.Image:
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare
