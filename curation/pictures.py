"""The pictures of readers' pages as HTML, in the formats and widths that each browser chooses from."""

from html import escape
from itertools import groupby
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from communities.models import Community
from curation import renditions
from curation.models import CuratedItem, FeaturedImage, Rendition
from curation.raster import crops

Shown = dict[str, Any]
"""What an `<img>` and the `<source>` beside it say."""
AT_ONCE, LATE = 'fetchpriority="high"', 'loading="lazy"'
SIZES = {
    "card": "(min-width: 75rem) 24rem, (min-width: 40rem) 46vw, 92vw",
    "hero": "(min-width: 62rem) 46rem, 96vw",
}
"""How wide a shape is shown, for browsers that have to choose before they know the page."""
LEAD = "(min-width: 75rem) 53rem, (min-width: 52rem) 62vw, (min-width: 40rem) 46vw, 92vw"
"""The same for the card that leads a page of its own."""


def picture(owner: CuratedItem | Community, sizes: str = "card", first: bool = False, address: str = "") -> SafeString:
    """The `<picture>` of an item: its own, where its publisher lets it be shown, else the drawn one; or a community's.

    `sizes` is a name in `crops.SHAPES`. `first` loads it at once and before others. `address` is where else its picture
    lies than for readers, in previews. Before files were made of it, a copy or a plate stands in.
    """
    community = owner if isinstance(owner, Community) else owner.community
    image = owner.picture if isinstance(owner, CuratedItem) else None
    if isinstance(owner, Community):
        alt, copy = owner.image_alt, _copy(owner.image.url, 1600, 500) if owner.image else {}
    else:
        alt, copy = owner.alt_text, {}
    if image:
        copy = _copy(address or image.file.url, image.file_width, image.file_height) | _focus(image)
    shown = {"alt": alt if copy else ""} | copy
    if not address:
        files = renditions.current(image or owner) if copy or isinstance(owner, CuratedItem) else []
        chosen = _chosen([each for each in files if each.shape == sizes], first)
        shown |= chosen | (_focus(image, crops.SHAPES[sizes].ratio) if image and chosen else {})
    return _element(shown, first) if "src" in shown else _plate(community)


def at_once(card: str, lead: bool) -> str:
    """The HTML of a card whose picture is seen at once, and is large where the card is to `lead` the page. Only what is
    loaded late can leave its size to the browser.
    """
    return card.replace(LATE, AT_ONCE, 1).replace(f"auto, {SIZES['card']}", LEAD if lead else SIZES["card"])


def _element(shown: Shown, first: bool) -> SafeString:
    """The `<picture>`, put together without a template: each card and each item has one."""
    source = (
        f'<source type="image/avif" srcset="{escape(shown["avif"])}" sizes="{shown["sizes"]}">'
        if "avif" in shown
        else ""
    )
    focus = f' class="focus-x-{shown["focus_x"]} focus-y-{shown["focus_y"]}"' if "focus_x" in shown else ""
    choice = f' srcset="{escape(shown["srcset"])}" sizes="{shown["sizes"]}"' if "srcset" in shown else ""
    return mark_safe(  # noqa: S308
        f'<picture>{source}<img{focus} src="{escape(shown["src"])}"{choice} alt="{escape(shown["alt"])}" '
        f'width="{shown["width"]}" height="{shown["height"]}" {AT_ONCE if first else LATE} decoding="async"></picture>'
    )


def _plate(community: Community) -> SafeString:
    """What stands where there is no picture yet."""
    name = escape(community.name)
    return mark_safe(  # noqa: S308
        f'<span class="plate" data-initial="{escape(community.name[:1])}" data-name="{name}" aria-hidden="true"></span>'
    )


def _copy(address: str, width: int, height: int) -> Shown:
    return {"src": address, "width": width, "height": height}


def _chosen(files: list[Rendition], first: bool) -> Shown:
    """What the browser chooses from: `files` of one shape, by format and rising width."""
    by_format = {kind: list(same) for kind, same in groupby(files, key=lambda each: each.format)}
    if not by_format.keys() >= {"AVIF", "WEBP", "JPEG"}:
        return {}
    shape = files[0].shape
    usual = min(by_format["JPEG"], key=lambda each: abs(each.width - crops.SHAPES[shape].usual))
    # A browser that loads it late knows the page by then.
    sizes = SIZES[shape] if first else f"auto, {SIZES[shape]}"
    # Browsers that choose at all read WebP; the others take the `src`.
    chosen = {"avif": _srcset(by_format["AVIF"]), "srcset": _srcset(by_format["WEBP"]), "sizes": sizes}
    return chosen | _copy(usual.file.url, usual.width, usual.height)


def _srcset(files: list[Rendition]) -> str:
    return ", ".join(f"{each.file.url} {each.width}w" for each in files)


def _focus(image: FeaturedImage, ratio: float | None = None) -> dict[str, int]:
    """Where the focus lies, in tenths, in the picture or in the part of it that a shape of `ratio` shows: pages that
    show less of it keep to that.
    """
    left, top, right, bottom = 0.0, 0.0, float(image.width), float(image.height)
    if ratio:
        left, top, right, bottom = crops.box(image.width, image.height, ratio, image.focal_x, image.focal_y)
    x = (image.focal_x * image.width - left) / (right - left)
    y = (image.focal_y * image.height - top) / (bottom - top)
    return {"focus_x": round(x * 10), "focus_y": round(y * 10)}
