"""From bytes to a picture: what may come in, and the copy of it that readers get.

The bytes decide what a picture is, never its name. The original is kept to the byte and is never served; readers get a
copy that was decoded and encoded anew, without metadata.
"""

import hashlib
import io
import uuid
import warnings
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageOps

from curation.models import FeaturedImage
from curation.models.image import originals

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
READERS_WIDTH, READERS_HEIGHT = 1280, 8000
"""The largest size in pixels of the readers' copy; smaller pictures keep theirs."""


class ImageRefused(ValueError):
    """The bytes are no picture that can be taken; the text says why, and what to do."""


def digest(raw: bytes) -> str:
    """The SHA-256 of the bytes of a picture, by which the same picture is found again."""
    return hashlib.sha256(raw).hexdigest()


def take(
    raw: bytes, *, name: str = "", alt: str = "", credit: str = "", source: str = "", by: Any = None
) -> FeaturedImage:
    """The picture of these bytes: the one that is there already, or a new one, saved.

    `name` is the file name that it came with, `source` the address or path it came from, `by` the user who brings it.
    Raises ImageRefused. Files that were written are taken away again where the row cannot be saved; a caller that rolls
    back a transaction later does the same with `forget`.
    """
    sha256 = digest(raw)
    if present := FeaturedImage.objects.filter(sha256=sha256).first():
        return present
    image = _read(raw)
    image.sha256, image.size = sha256, len(raw)
    image.file_name, image.alt, image.credit, image.source, image.created_by = (
        name[:255],
        alt[:500],
        credit,
        source,
        by,
    )
    try:
        image.original.save(f"{sha256[:2]}/{sha256}.{image.format.lower()}", ContentFile(raw), save=False)
        image.save()
    except BaseException:
        forget(image)
        raise
    return image


def forget(image: FeaturedImage) -> None:
    """Takes away the files of a picture whose row was not kept."""
    for stored in (image.file, image.original):
        if stored.name:
            stored.storage.delete(stored.name)


def original_bytes(image: FeaturedImage) -> bytes:
    """The picture as it came, to the byte. Raises OSError where the storage has lost it."""
    with originals().open(image.original.name) as file:
        return file.read()


def readers_bytes(raw: bytes) -> bytes:
    """A WebP for readers of a picture that is not kept as a FeaturedImage. Raises ImageRefused."""
    _, copy = _decoded(raw)
    return _encoded(copy)


def _read(raw: bytes) -> FeaturedImage:
    image, copy = _decoded(raw)
    # A random name: a reader who has the bytes cannot ask whether we hold them, nor guess an unpublished picture.
    image.file.save(f"pictures/{uuid.uuid4().hex}.webp", ContentFile(_encoded(copy)), save=False)
    return image


def _encoded(copy: Image.Image) -> bytes:
    encoded = io.BytesIO()
    copy.save(encoded, "WEBP", quality=80, method=4)
    return encoded.getvalue()


def _decoded(raw: bytes) -> tuple[FeaturedImage, Image.Image]:
    """What the bytes are, and the readers' copy of it."""
    if not raw:
        raise ImageRefused("The file is empty. Choose a picture.")
    if len(raw) > MAX_BYTES:
        raise ImageRefused(
            f"The picture has {len(raw) / 1_048_576:.1f} MB, more than {MAX_BYTES // 1_048_576}. Save it smaller."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    raise ImageRefused(
                        f"The picture has {width} × {height} pixels, more than {MAX_PIXELS // 1_000_000} million. "
                        "Save it smaller."
                    )
                image_format = picture.format or ""
                picture.load()
                upright = ImageOps.exif_transpose(picture)
                copy = _readers_copy(upright)
    except ImageRefused:
        raise
    except Exception as error:  # Pillow's decoders raise whatever the broken bytes make them stumble over.
        raise ImageRefused(
            "The file cannot be read as a picture: it is damaged, or not a JPEG, PNG, WebP, GIF or AVIF. "
            "Open it in a picture editor and save it as one of these."
        ) from error
    image = FeaturedImage(
        format=image_format, width=upright.width, height=upright.height, file_width=copy.width, file_height=copy.height
    )
    return image, copy


def _readers_copy(picture: Image.Image) -> Image.Image:
    """Colours as screens show them, no wider than readers need, and without anything but pixels."""
    if picture.mode.startswith("I"):
        # 16 bits a pixel; a plain conversion would make everything above 255 white.
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    transparent = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    plain = picture.convert("RGBA" if transparent else "RGB")
    scale = min(1, READERS_WIDTH / plain.width, READERS_HEIGHT / plain.height)
    if scale < 1:
        size = max(1, round(plain.width * scale)), max(1, round(plain.height * scale))
        plain = plain.resize(size, Image.Resampling.LANCZOS)
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    return bare
