"""Each hostile or odd picture of tests/data/images/ becomes what scripts/make_odd_pictures.py says, cheaply."""

import io
import json
import time
from typing import Any

import pytest
from PIL import Image

from curation import images
from curation.models import FeaturedImage
from curation.raster.errors import ImageRefused
from curation.raster.pool import Pool
from tests.commands import DATA

FOLDER = DATA / "images"
OUTCOMES = json.loads((FOLDER / "outcomes.json").read_text())
MEMORY = 400 * 1024
"""Kilobytes that reading a picture may take."""
SECONDS = 20
"""By the clock of a machine that runs other tests; of computing it may take `images.SECONDS`."""

pytestmark = pytest.mark.django_db


def test_every_odd_picture_has_its_outcome() -> None:
    assert set(OUTCOMES) == {path.name for path in FOLDER.iterdir()} - {"outcomes.json"}
    assert len(OUTCOMES) >= 40


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_odd_picture_becomes_what_it_should(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "reader", Pool(1))
    expected, began = OUTCOMES[name], time.monotonic()
    try:
        if "refused" in expected:
            with pytest.raises(ImageRefused, match=expected["refused"]):
                images.take((FOLDER / name).read_bytes(), name=name)
            assert not FeaturedImage.objects.exists()
        else:
            image = images.take((FOLDER / name).read_bytes(), name=name)
            assert [image.format, [image.width, image.height]] == [expected["taken"], expected["size"]]
            assert images.original_bytes(image) == (FOLDER / name).read_bytes()
            _look_at(image, expected)
    finally:
        images.reader.close()
    assert images.reader.peak < MEMORY
    assert time.monotonic() - began < SECONDS


def _look_at(image: FeaturedImage, expected: dict[str, Any]) -> None:
    """The readers' copy has the colours of the picture, and nothing of its metadata."""
    copy = image.file.read()
    with Image.open(io.BytesIO(copy)) as opened:
        shown = opened.convert("RGBA")
        assert not {"exif", "xmp", "icc_profile", "comment"}.intersection(opened.info)
    for place, colour in expected.get("colours", {}).items():
        x, y = (float(share) for share in place.split(","))
        red, green, blue, alpha = shown.getpixel((int(x * shown.width), int(y * shown.height)))
        *wanted, opaque = [*colour, 255][:4]
        assert abs(alpha - opaque) < 4
        assert not opaque or max(abs(a - b) for a, b in zip((red, green, blue), wanted, strict=True)) < 16, place
    for hidden in expected.get("hides", []):
        assert hidden.encode() in images.original_bytes(image)
        assert hidden.encode() not in copy


def test_a_process_that_dies_of_a_picture_is_replaced() -> None:
    pool = Pool(1)
    good = (FOLDER / "plain.jpg").read_bytes()
    with pytest.raises(ImageRefused, match="takes more time or memory"):
        pool.run("take", (FOLDER / "just-under.png").read_bytes(), seconds=0.01)
    assert pool.run("take", good, seconds=4)[0]["width"] == 96
    pool.close()


def test_the_same_picture_in_another_size_and_format_is_found_again() -> None:
    one = images.take(_shades(300, "PNG"))
    small = images.take(_shades(120, "JPEG"))
    other = images.take((FOLDER / "plain.jpg").read_bytes())
    assert images.alike(one) == [small]
    assert small.looks_like == one
    assert set(FeaturedImage.objects.with_likenesses()) == {one, small}
    assert images.alike(other) == []


def _shades(width: int, kind: str) -> bytes:
    """The same shades in any size."""
    file = io.BytesIO()
    picture = Image.radial_gradient("L").crop((30, 60, 250, 200)).rotate(20).resize((width, width * 2 // 3))
    picture.convert("RGB").save(file, kind)
    return file.getvalue()
