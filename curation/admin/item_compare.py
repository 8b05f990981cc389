"""Two revisions of an item side by side: field by field, and as files."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from curation import publishing
from curation.admin import item_history
from curation.admin.differences import Piece, by_lines, by_words
from curation.admin.item_form import SAME_NAME, ItemForm
from curation.admin.parts import picture
from curation.exchange.values import ItemValues
from curation.models import CuratedItem, FeaturedImage

if TYPE_CHECKING:
    from curation.admin.item import ItemAdmin

ORDER = (
    "link", "title", "community", "kind", "description", "body", "curator_note", "language", "image", "image_alt",
    "image_decorative", "authors", "topics", "tags", "also_in", "slug", "link_original", "aliases", "date",
    "modified", "review_by", "md_name", "upstream_id", "carried",
)  # fmt: skip
"""The fields in the order of the form; the picture is compared by what it is, not by its name."""
LISTS = {"authors", "topics", "also_in", "aliases", "carried"}
"""What is compared line by line, since each line is a thing of its own."""


@dataclass(frozen=True)
class Difference:
    """One field that two revisions say otherwise."""

    label: str
    words: list[Piece] = field(default_factory=list)
    """Both texts in one; where they are too long, or lists, `lines` instead."""
    lines: list[Piece] = field(default_factory=list)
    pictures: tuple[Any, Any] | None = None


def compare(section: "ItemAdmin", request: HttpRequest, item: CuratedItem) -> HttpResponse:
    """The revisions that `?from=` and `?to=` number; raises Http404 where there is no such one."""
    first, second = (item_history.found_revision(item, _number(request.GET.get(name, ""))) for name in ("from", "to"))
    old, new = publishing.revision_values(item, first), publishing.revision_values(item, second)
    context = {
        **section.admin_site.each_context(request),
        "title": f"Revisions {first.number} and {second.number} of “{item}”",
        "opts": section.opts,
        "item": item,
        "first": first,
        "second": second,
        "differences": list(differences(old, new)),
        "file_differences": by_lines(item_history.text_of(first), item_history.text_of(second)),
        "same_file": first.sha256 == second.sha256,
    }
    request.current_app = section.admin_site.name
    return TemplateResponse(request, "admin/curation/curateditem/compare.html", context)


def differences(old: ItemValues, new: ItemValues) -> Iterator[Difference]:
    """The fields that `old` and `new` say otherwise, in the order of the form."""
    for name in ORDER:
        if name == "image":
            if old.image != new.image:
                yield Difference("Picture", pictures=(_shown(old.image), _shown(new.image)))
            continue
        before, after = text_of(name, old), text_of(name, new)
        if before == after:
            continue
        label = str(ItemForm.base_fields[name].label)
        words = None if name in LISTS else by_words(before, after)
        yield Difference(label, words=words or [], lines=[] if words else by_lines(before, after))


def text_of(name: str, values: ItemValues) -> str:
    """What `values` say in one field, as its box in the form would show it."""
    value = getattr(values, name)
    if name in SAME_NAME and name != "community":
        value = ItemForm.base_fields[name].prepare_value(value)
    if isinstance(value, list):
        return "\n".join(value)
    return "" if value is None else str(value)


def _shown(image: FeaturedImage | None) -> dict[str, Any]:
    return {"picture": picture(image, image.alt if image else ""), "name": str(image) if image else "No picture"}


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise Http404("Choose two revisions in the history.")
    return int(text)
