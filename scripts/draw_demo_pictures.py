"""Draw the pictures of the demonstration newsroom again: `python scripts/draw_demo_pictures.py [slug ...]`.

Every content file under curation/demo names its picture, the format and the size; the scene with the item's
slug in scripts/demo_art/ is drawn to fit. The same Pillow writes the same bytes each time.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml
from demo_art import chronic_care, clinical_ai, equity, interoperability, telehealth
from demo_art.canvas import Canvas
from demo_art.gallery import BANNER, Gallery
from PIL import Image

DEMO = Path(__file__).resolve().parent.parent / "curation" / "demo"
GALLERIES: list[Gallery] = [
    module.gallery for module in (chronic_care, telehealth, equity, interoperability, clinical_ai)
]
BOOKMARK_SIZE = (800, 450)
FORMATS = {".jpeg": "JPEG", ".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}


def save(image: Image.Image, path: Path) -> None:
    """Write a picture in the format of its suffix, as small as flat colours allow."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = FORMATS[path.suffix]
    if kind == "JPEG":
        image.save(path, kind, quality=84, optimize=True, progressive=True, subsampling=0)
    elif kind == "PNG":
        # Flat art has few colours; a palette without dithering keeps the edges smooth at a third of the size.
        few = image.quantize(128, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(path, kind, optimize=True)
    else:
        image.save(path, kind, quality=86, method=6)


def header(content_file: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(content_file.read_text(encoding="utf-8").split("---\n")[1])
    return data


def wanted_pictures() -> dict[str, tuple[Path, tuple[int, int]]]:
    """Return, by slug, where each item's picture belongs and how many pixels it has."""
    wanted = {}
    for content_file in sorted(DEMO.glob("content/**/*.md")):
        data = header(content_file)
        picture = data.get("featuredImage")
        if isinstance(picture, str):
            wanted[data["slug"]] = (DEMO / "static" / picture.lstrip("/"), BOOKMARK_SIZE)
        elif picture:
            width, height = picture["size"]
            wanted[data["slug"]] = (content_file.parent / picture["href"], (width, height))
    return wanted


def main(only: list[str]) -> None:
    scenes = {slug: scene for gallery in GALLERIES for slug, scene in gallery.pictures.items()}
    pale = {slug: gallery.palette.pale for gallery in GALLERIES for slug in gallery.pictures}
    wanted = wanted_pictures()
    if unlike := sorted(scenes.keys() ^ wanted.keys()):
        sys.exit("A picture without a scene, or a scene without a picture: " + ", ".join(unlike))
    for slug, (path, pixels) in wanted.items():
        if only and slug not in only:
            continue
        scene, logical = scenes[slug]
        canvas = Canvas(logical, pixels, pale[slug])
        scene(canvas)
        save(canvas.finished(), path)
    for gallery in GALLERIES:
        for community, scene in gallery.banners.items():
            canvas = Canvas(BANNER, BANNER, gallery.palette.pale)
            scene(canvas)
            save(canvas.finished(), DEMO / "static" / "img" / "communities" / f"{community}.webp")


if __name__ == "__main__":
    main(sys.argv[1:])
