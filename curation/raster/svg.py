"""Drawings in SVG, made into pixels without a look at the network or the disk.

The drawing is parsed here, without entities, and what points anywhere but into itself is refused; the renderer gets the
text that is written from what was parsed, never the file.
"""

import io
import re
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder, tostring
from xml.parsers import expat

import resvg_py
from PIL import Image

from curation.raster.errors import ImageRefused

MAX_BYTES = 2 * 1024 * 1024
MAX_ELEMENTS = 20_000
MAX_DEPTH = 100
WIDTH, HEIGHT = 1600, 1600
"""The largest size in pixels that a drawing is made in."""
DATA = re.compile(r"\s*data:image/(png|jpe?g|gif|webp);base64,", re.IGNORECASE)
LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(px|pt|pc|mm|cm|in|em|ex)?\s*")
UNITS = {"pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96, "em": 16, "ex": 8}
NAMESPACE = "{http://www.w3.org/2000/svg}"
HINT = "Open it in a drawing program and export it as PNG."


def is_svg(raw: bytes) -> bool:
    """Whether the bytes begin like an XML file, which among pictures an SVG alone does."""
    head = raw[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith((b"<?xml", b"<svg", b"<!--", b"<!DOCTYPE svg"))


def size_of(raw: bytes) -> tuple[int, int]:
    """Width and height in pixels, as the drawing gives them itself. Raises ImageRefused."""
    return _size(_parsed(raw))


def drawn(raw: bytes) -> Image.Image:
    """The drawing in its proportions, as large as `WIDTH` × `HEIGHT` allow. Raises ImageRefused."""
    root = _parsed(raw)
    width, height = _size(root)
    scale = min(WIDTH / width, HEIGHT / height)
    try:
        made = resvg_py.svg_to_bytes(
            svg_string=tostring(root, encoding="unicode"),
            width=max(1, round(width * scale)),
            height=max(1, round(height * scale)),
        )
        with Image.open(io.BytesIO(made), formats=["PNG"]) as picture:
            return picture.convert("RGBA")
    except MemoryError:
        raise
    except BaseException as error:  # the renderer's own failures are no subclass of Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        raise ImageRefused(f"The drawing cannot be read as SVG. {HINT}") from error


def _size(root: Element) -> tuple[int, int]:
    box = [float(number) for number in re.findall(r"-?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?", root.get("viewBox", ""))]
    own = [_length(root.get(side, "")) for side in ("width", "height")]
    width, height = (own[0], own[1]) if own[0] and own[1] else (0.0, 0.0)
    if not width and len(box) == 4 and box[2] > 0 and box[3] > 0:
        width = own[0] or (own[1] * box[2] / box[3] if own[1] else box[2])
        height = width * box[3] / box[2]
    if not (0 < width < 100_000 and 0 < height < 100_000) or not 1 / 50 < width / height < 50:
        raise ImageRefused(f"The drawing does not say how large it is, or is far too wide or too high. {HINT}")
    return max(1, round(width)), max(1, round(height))


def _length(text: str) -> float:
    found = LENGTH.fullmatch(text)
    return float(found[1]) * UNITS.get(found[2], 1) if found else 0.0


def _parsed(raw: bytes) -> Element:
    if len(raw) > MAX_BYTES:
        raise ImageRefused(f"The drawing has more than {MAX_BYTES // 1_048_576} MB. {HINT}")
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    count = depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal count, depth
        count, depth = count + 1, depth + 1
        if count > MAX_ELEMENTS or depth > MAX_DEPTH:
            raise ImageRefused(f"The drawing has too many parts. {HINT}")
        for key, value in attributes.items():
            _check(key, value)
        builder.start(_named(name), {_named(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_named(name))

    def doctype(name: str, system: str | None, public: str | None, has_subset: Any) -> None:
        if has_subset:
            raise ImageRefused(f"The drawing defines entities of its own, which are not read. {HINT}")

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(raw, True)
        root = builder.close()
    except ImageRefused:
        raise
    except (expat.ExpatError, AssertionError, ValueError, LookupError) as error:
        raise ImageRefused(f"The drawing is not well-formed XML. {HINT}") from error
    if root.tag != f"{NAMESPACE}svg":
        raise ImageRefused("The file is XML, but no SVG drawing. Take a picture.")
    return root


def _named(name: str) -> str:
    return "{" + name if "}" in name else name


def _check(key: str, value: str) -> None:
    """Raises ImageRefused where an attribute makes the renderer read something from outside the drawing."""
    if key.rpartition("}")[2].lower() == "href" and not (value.strip().startswith("#") or DATA.match(value)):
        raise ImageRefused(f"The drawing takes a part from elsewhere ({value.strip()[:60]}). {HINT}")
