"""Pixels as small files: for each format the best quality that its budget allows."""

import io
from typing import Any

from PIL import Image

BUDGET = 30_000
"""Bytes that a picture may have up to `BUDGET_WIDTH` pixels: many of them come with one page."""
BUDGET_WIDTH = 640
LADDERS = {"AVIF": (62, 52, 44, 36, 28, 20), "WEBP": (78, 68, 58, 46, 34, 20), "JPEG": (78, 68, 58, 48, 38, 26)}
"""Qualities that look alike from format to format, falling."""

OPTIONS: dict[str, dict[str, Any]] = {
    "AVIF": {"speed": 8, "max_threads": 1},
    "WEBP": {"method": 4},
    "JPEG": {"progressive": True, "optimize": True, "subsampling": "4:2:0"},
}


def encoded(picture: Image.Image, kind: str) -> bytes:
    """`picture` (RGB) in the format `kind`, at the best quality of its ladder that keeps within the budget."""
    made = b""
    for quality in LADDERS[kind]:
        made = at_quality(picture, kind, quality)
        if picture.width > BUDGET_WIDTH or len(made) <= BUDGET:
            break
    return made


def at_quality(picture: Image.Image, kind: str, quality: int) -> bytes:
    """`picture` in the format `kind`, without metadata."""
    file = io.BytesIO()
    picture.save(file, kind, quality=quality, **OPTIONS[kind])
    return file.getvalue()
