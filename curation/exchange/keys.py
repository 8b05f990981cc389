"""The one table between the keys of a document and what an item says.

Every key of a file is *modelled* (a field of the item), *derived* (follows from the item and its community), *workflow*
(where the item stands), or *carried* as it is. docs/front-matter.md shows the table; a test holds the two together.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from communities.models import Community
from curation.exchange.codecs import CODECS
from curation.exchange.header import Header, as_list, as_text
from curation.exchange.values import ItemValues
from curation.frontmatter import DELETE, Path
from curation.frontmatter.fields import Data
from curation.models import FeaturedImage

# --- Link, picture, community ---------------------------------------------------------------------------------------


def link_keys(values: ItemValues, brand: str, header: Header) -> dict[Path, Any]:
    """What to set for another link. `brand` is the name of the publisher it leads to."""
    key = header.key("link")
    if isinstance(header.get("link"), str):
        changes: dict[Path, Any] = {key: values.link}
        return changes | ({header.key("linkBrand"): brand} if header.has("linkBrand") else {})
    old = header.get("link")
    if isinstance(old, Mapping):
        said = {"brand": brand, "href": values.link, "original": values.link_original or values.link}
        wanted = old.keys() | ({"original"} if values.link_original else {"href"} if "original" not in old else set())
        return {(key, part): said[part] for part in said if part in wanted}
    return {key: {"brand": brand, "href": values.link, "original": values.link_original or values.link}}


def picture_path(header: Header) -> str:
    """The path of the picture as the document gives it; empty where it names none."""
    picture = header.get("featuredImage")
    return as_text(picture.get("href") if isinstance(picture, Mapping) else picture).strip()


def picture_credit(header: Header) -> str:
    """Whom the document credits its picture to; empty where it says nothing."""
    return as_text(header.get("featuredImageCredit"))[:300]


def picture_focus(header: Header) -> tuple[float, float] | None:
    """Where the eye should rest, as shares from the left and from the top; None where the document says nothing."""
    point = as_list(header.get("featuredImageFocalPoint"))
    if len(point) == 2 and all(isinstance(number, int | float) and 0 <= number <= 1 for number in point):
        return float(point[0]), float(point[1])
    return None


EXTENSIONS = {
    "JPEG": "jpeg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "AVIF": "avif", "TIFF": "tiff", "HEIF": "heic",
    "SVG": "svg",
}  # fmt: skip


def picture_keys(values: ItemValues, header: Header) -> dict[Path, Any]:
    """What to set for another picture, for the first one, or for none."""
    key, old = header.key("featuredImage"), header.get("featuredImage")
    image = values.image
    if image is None:
        return {key: DELETE} if header.has("featuredImage") else {}
    name = f"{values.md_name or values.slug}-featuredImage.{EXTENSIONS[image.format]}"
    if isinstance(old, str) and old:
        folder = old.rpartition("/")[0]
        return {key: f"{folder}/{name}" if folder else name} | _shared_picture_keys(image, header)
    facts = {"format": image.format, "href": name, "size": [image.width, image.height], "valid": True}
    if isinstance(old, Mapping):
        # The attachment upstream was another picture.
        gone: dict[Path, Any] = {(key, "wpAttachment"): DELETE} if "wpAttachment" in old else {}
        return {(key, name): value for name, value in facts.items()} | gone | _shared_picture_keys(image, header)
    return {key: {"alt": values.image_alt or image.alt} | facts} | _shared_picture_keys(image, header)


def _shared_picture_keys(image: FeaturedImage, header: Header) -> dict[Path, Any]:
    centred = (image.focal_x, image.focal_y) == (0.5, 0.5)
    wanted = {
        "featuredImageCredit": image.credit or None,
        "featuredImageFocalPoint": None if centred else [image.focal_x, image.focal_y],
    }
    changes: dict[Path, Any] = {}
    for key, value in wanted.items():
        if value is not None:
            changes[header.key(key)] = value
        elif header.has(key):
            changes[header.key(key)] = DELETE
    return changes


def derived_keys(values: ItemValues) -> dict[str, Any]:
    """The keys that follow from an item and its community, as the old pipeline wrote them."""
    community = values.community
    assert community is not None
    return {
        "archetype": "curate-content",
        "basePath": f"/communities/{community.slug}/curated-content/",
        "breadcrumbLinks": [
            "/",
            "/communities/",
            f"/communities/{community.slug}/",
            f"/communities/{community.slug}/curated-content",
            "#",
        ],
        "breadcrumbs": ["Home", "Communities", community.name, "Curated Content", values.title],
        "contentCategories": f"{community.key_in_files}-curated-content",
        "identifier": community.name,
        "mastHead": community.headline,
        "type": f"communities/{community.key_in_files}",
    }


def community_keys(values: ItemValues, header: Header) -> dict[Path, Any]:
    """What to set for another home: the derived keys that the document has, and `basePath`, which names the home."""
    derived = derived_keys(values)
    del derived["archetype"]
    return {header.key(key): value for key, value in derived.items() if key == "basePath" or header.has(key)}


def community_slug(header: Header) -> str:
    """The slug of the community that the document names by its `basePath`; empty where it names none."""
    pieces = as_text(header.get("basePath")).strip("/").split("/")
    return pieces[1] if len(pieces) >= 2 and pieces[0] == "communities" else ""


def upstream_key(header: Header) -> str | None:
    """What another system knows the item by: its `source` and `id`, or the bookmark it was made from."""
    number, source = header.get("id"), header.get("source")
    # Sites number their files from one on: a number alone names nothing.
    if isinstance(number, int) and not isinstance(number, bool) and source not in (None, ""):
        return f"{source if isinstance(source, str) else 'id'}:{number}"[:600]
    bookmark = header.get("dropmark.editURL")
    return bookmark[:600] if isinstance(bookmark, str) and bookmark else None


def is_anothers(header: Header, *own: Header) -> bool:
    """Whether a document says by its names that it belongs to another item than the documents `own` do."""
    names = {key: {_names(each)[key] for each in own} - {None} for key in ("mdName", "upstream")}
    said = {key: name for key, name in _names(header).items() if name and names[key]}
    return bool(said) and not any(name in names[key] for key, name in said.items())


def _names(header: Header) -> dict[str, str | None]:
    return {"mdName": as_text(header.get("mdName")) or None, "upstream": upstream_key(header)}


def new_community(header: Header) -> Community | None:
    """A community, not saved, as the document describes it; None where it names none."""
    slug = community_slug(header)
    if not slug:
        return None
    name = as_text(header.get("identifier")).strip()
    kind = as_text(header.get("type")).removeprefix("communities/").strip()
    return Community(
        slug=slug,
        name=name or slug.replace("-", " ").capitalize(),
        masthead=as_text(header.get("mastHead")).strip(),
        file_key="" if kind == f"medigy-{slug}" else kind,
    )


# --- The table ------------------------------------------------------------------------------------------------------

DERIVED = (
    "archetype", "basePath", "breadcrumbLinks", "breadcrumbs", "contentCategories", "identifier", "mastHead", "type",
)  # fmt: skip
WORKFLOW = ("draft", "publishDate", "pubdate", "published", "expiryDate", "unpublishdate")
_NESTED: dict[str, dict[str, tuple[str, str]]] = {
    "link": {
        "brand": ("derived", "the publisher's name, from the host of the link"),
        "href": ("modelled", "link"),
        "original": ("modelled", "link_original"),
    },
    "featuredImage": {
        "alt": ("modelled", "image_alt"),
        "format": ("derived", "the picture's format"),
        "href": ("derived", "where its picture lies"),
        "size": ("derived", "the picture's width and height"),
        "valid": ("derived", "true for a picture that was read"),
    },
}
_SHARED_PICTURE = ("featuredImageCredit", "featuredImageFocalPoint")


@lru_cache(maxsize=4096)
def home_of(path: tuple[str, ...]) -> tuple[str, str]:
    """Where a key of a file has its place: `(modelled | derived | workflow | carried, what it belongs to)`.

    `path` is the key, or the keys that lead to it, such as `("link", "brand")`.
    """
    top = path[0].lower()
    for name, parts in _NESTED.items():
        if name.lower() == top:
            if len(path) == 1:
                return "modelled", "link" if name == "link" else "featured_image"
            return parts.get(path[1], ("carried", ""))
    if top == "linkbrand":
        return "derived", "the publisher's name, from the host of the link"
    for key in DERIVED:
        if key.lower() == top:
            return "derived", "the item and its community"
    for key in WORKFLOW:
        if key.lower() == top:
            return "workflow", "where the item stands"
    for key in _SHARED_PICTURE:
        if key.lower() == top:
            return "modelled", "featured_image"
    for codec in CODECS:
        if any(key.lower() == top for key in codec.keys):
            return "modelled", codec.field
    return "carried", ""


def carried(data: Data) -> dict[str, Any]:
    """The part of a header that the product has no place for, nested as it was."""
    rest: dict[str, Any] = {}
    for key, value in data.items():
        home, _ = home_of((key,))
        if home == "carried":
            rest[key] = value
        elif isinstance(value, Mapping) and key.lower() in {"link", "featuredimage"}:
            inner = {part: entry for part, entry in value.items() if home_of((key, part))[0] == "carried"}
            if inner:
                rest[key] = inner
    return rest
