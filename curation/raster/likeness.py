"""What a picture looks like in 64 bits, so that the same picture in another size or format is found again."""

from PIL import Image

BITS = 64
BANDS = 4
"""Parts of a likeness that are looked up by themselves."""
BAND_BITS = BITS // BANDS
NEAR = 7
"""The most bits in which two pictures differ that look alike: each has a band that differs in one bit at the most."""
FLAT = 6
"""Bits below which a picture has nothing to recognise it by: a plain colour is like every other."""


def of(picture: Image.Image) -> int | None:
    """For each of 8 × 8 places whether it gets brighter to the right; None for a picture without features."""
    grey = picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            left, right = grey[row * 9 + column], grey[row * 9 + column + 1]
            bits = bits << 1 | (right > left)
    return bits if FLAT <= bits.bit_count() <= BITS - FLAT else None


def bands(bits: int) -> tuple[int, ...]:
    """The parts of a likeness, the highest first."""
    return tuple(bits >> BAND_BITS * (BANDS - 1 - band) & (1 << BAND_BITS) - 1 for band in range(BANDS))


def nearby(band: int) -> list[int]:
    """The band itself and those that differ from it in one bit."""
    return [band, *(band ^ 1 << bit for bit in range(BAND_BITS))]


def distance(one: int, other: int) -> int:
    """In how many of 64 bits two likenesses differ."""
    return (one ^ other).bit_count()
