"""From bytes to a picture: what may come in, and the copy of it that readers get.

The bytes decide what a picture is, never its name. They are decoded in a process of its own, which may die of them. The
original is kept to the byte and is never served; readers get copies that were decoded and encoded anew, without
metadata.
"""

import hashlib
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Q

from curation.models import FeaturedImage
from curation.models.image import originals
from curation.raster import likeness
from curation.raster.errors import ImageRefused
from curation.raster.pool import Pool

__all__ = ["MAX_BYTES", "ImageRefused", "alike", "digest", "forget", "original_bytes", "readers_bytes", "take"]

MAX_BYTES = 20 * 1024 * 1024
SECONDS = 4
"""Of computing that one picture may take to be read."""
TYPES = (
    "image/jpeg,image/png,image/webp,image/avif,image/gif,image/tiff,image/heic,image/heif,image/svg+xml,.heic,.heif"
)
"""What a form lets people choose; the bytes decide all the same."""
CANDIDATES = 1000
"""The most pictures that are compared bit by bit with one."""

reader = Pool(2)
"""Reads what people and files bring, while somebody waits."""


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
    facts, copy, small = _read(raw)
    image = FeaturedImage(
        sha256=sha256, size=len(raw), format=facts["format"], width=facts["width"], height=facts["height"],
        file_width=facts["file_width"], file_height=facts["file_height"],
        file_name=name[:255], alt=alt[:500], credit=credit[:300], source=source[:2000], created_by=by,
    )  # fmt: skip
    image.look(facts["likeness"])
    image.looks_like = next(iter(alike(image)), None)
    try:
        # A random name: a reader who has the bytes cannot ask whether we hold them, nor guess an unpublished picture.
        name = f"pictures/{uuid.uuid4().hex}"
        image.file.save(f"{name}.webp", ContentFile(copy), save=False)
        image.small.save(f"{name}-small.webp", ContentFile(small), save=False)
        image.original.save(f"{sha256[:2]}/{sha256}.{image.format.lower()}", ContentFile(raw), save=False)
        image.save()
    except BaseException:
        forget(image)
        raise
    return image


def forget(image: FeaturedImage) -> None:
    """Takes away the files of a picture whose row was not kept."""
    for stored in (image.file, image.small, image.original):
        if stored.name:
            stored.storage.delete(stored.name)


def original_bytes(image: FeaturedImage) -> bytes:
    """The picture as it came, to the byte. Raises OSError where the storage has lost it."""
    with originals().open(image.original.name) as file:
        return file.read()


def readers_bytes(raw: bytes) -> bytes:
    """A WebP for readers of a picture that is not kept as a FeaturedImage. Raises ImageRefused."""
    return _read(raw)[1]


def alike(image: FeaturedImage) -> list[FeaturedImage]:
    """The other pictures that look like `image`, the most alike first: the same one in another size, format or crop."""
    if not image.likeness:
        return []
    bits = int(image.likeness, 16)
    # Two that are near have a band that differs in one bit at the most, and each band has an index.
    near = Q()
    for number, band in enumerate(likeness.bands(bits), 1):
        near |= Q(**{f"band_{number}__in": likeness.nearby(band)})
    found = FeaturedImage.objects.filter(near).exclude(pk=image.pk).order_by("pk")
    distances = [(likeness.distance(bits, int(other.likeness, 16)), other) for other in found[:CANDIDATES]]
    near_ones = [(far, other) for far, other in distances if far <= likeness.NEAR]
    return [other for _, other in sorted(near_ones, key=lambda pair: (pair[0], pair[1].pk))]


def _read(raw: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """What the bytes are, the readers' copy of it, and a small one."""
    if not raw:
        raise ImageRefused("The file is empty. Choose a picture.")
    if len(raw) > MAX_BYTES:
        raise ImageRefused(
            f"The picture has {len(raw) / 1_048_576:.1f} MB, more than {MAX_BYTES // 1_048_576}. Save it smaller."
        )
    facts, files = reader.run("take", raw, seconds=SECONDS)
    return facts, files[0], files[1]
