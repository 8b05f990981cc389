"""Pictures as they are shown in lists: small, with who uses them, and with what somebody should look at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from curation import library, search
from curation.admin.parts import picture_address, small_address
from curation.admin.queues import seen_by
from curation.models import CuratedItem, FeaturedImage, Publisher
from curation.models.image import ENOUGH_WIDTH

NAMED = 3
"""Items that are named of those that use a picture."""
LOOKED_AT = 8
"""Among how many of the newest of them those are sought that the person may see."""
MOST = 1_000
"""Pictures that a search finds; and items through whose words it finds them."""


@dataclass
class Tile:
    """A picture in a list."""

    image: FeaturedImage
    items: list[CuratedItem] = field(default_factory=list)
    """The newest of the items that use it and that the person may see."""
    number: int = 0
    """How many items use it, in all communities."""
    decorated: int = 0
    described: int = 0

    @property
    def small(self) -> str:
        return small_address(self.image)

    @property
    def large(self) -> str:
        return picture_address(self.image)

    @property
    def more(self) -> int:
        return self.number - len(self.items)

    @property
    def words(self) -> str:
        """What it shows: in its own words, or in those of an item that shows it."""
        return self.image.alt or next((item.image_alt for item in self.items if item.image_alt), "")

    @property
    def title(self) -> str:
        """The title of an item that shows it, with which its words are compared."""
        return self.items[0].title if self.items else ""

    @property
    def is_wanting(self) -> bool:
        """Whether somebody meets it without words."""
        return not self.image.alt and (not self.number or self.described + self.decorated < self.number)

    def hints(self) -> Iterator[str]:
        """What somebody should look at, in few words."""
        if self.image.width < ENOUGH_WIDTH:
            yield "Too small"
        if self.image.looks_like_id:
            yield "Looks like another"
        if not self.number:
            yield "Unused"
        if self.decorated:
            yield "Decoration"


def tiles(images: Iterable[FeaturedImage], user: Any) -> list[Tile]:
    """`images` as `user` may see them, by two queries."""
    images = list(images)
    used = library.uses(image.pk for image in images)
    asked = {pk for use in used.values() for pk in use.items[:LOOKED_AT]}
    seen = (
        {item.pk: item for item in seen_by(user).filter(pk__in=asked).only("pk", "title", "image_alt")} if asked else {}
    )
    made = []
    for image in images:
        use = used[image.pk]
        named = [seen[pk] for pk in use.items[:LOOKED_AT] if pk in seen][:NAMED]
        made.append(Tile(image, named, len(use.items), use.decorated, use.described))
    return made


def found(images: QuerySet, text: str, user: Any) -> QuerySet:
    """Those of `images` that `text` finds: in what is said of them, in the words of the items that use them and that
    `user` may see, or in the name of their publisher. The newest `MOST`.
    """
    text = search.shortened(text)
    words = text.split()
    if not words:
        return images
    said = Q()
    for word in words:
        columns = ("alt", "credit", "file_name", "source")
        said &= Q(*(Q(**{f"{column}__icontains": word}) for column in columns), _connector=Q.OR)
    seen = seen_by(user).filter(featured_image__isnull=False)
    publishers = Publisher.objects.filter(Q(name__icontains=text) | Q(host__icontains=text))
    by_words = search.matching(seen, text, ranked=False).order_by().values_list("featured_image", flat=True)
    theirs = seen.filter(publisher__in=publishers.order_by().values("pk")).order_by()
    items = set(by_words.union(theirs.values_list("featured_image", flat=True))[:MOST])
    # Looked for once, and not again for the number of them: this reads what is said of every picture.
    pks = set(FeaturedImage.objects.order_by("-pk").filter(said).values_list("pk", flat=True)[:MOST])
    return images.filter(pk__in=sorted(pks | items, reverse=True)[:MOST])


def offered(request: HttpRequest, number: int) -> HttpResponse:
    """The newest `number` pictures that `?q=` finds, as a part of a page."""
    rows = list(found(FeaturedImage.objects.order_by("-pk"), request.GET.get("q", ""), request.user)[: number + 1])
    context = {"images": tiles(rows[:number], request.user), "more": len(rows) > number}
    return render(request, "admin/curation/featuredimage/picked.html", context)


class ImageUseFilter(admin.SimpleListFilter):
    title = "use"
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("items", "Used by items"), ("none", "Unused")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        match self.value():
            case "items":
                return queryset.used()
            case "none":
                return queryset.unused()
            case _:
                return queryset


class CareFilter(admin.SimpleListFilter):
    title = "care"
    parameter_name = "care"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("alt", "No alt text"),
            ("small", f"Too small: less than {ENOUGH_WIDTH} pixels wide"),
            ("alike", "Looks like another one"),
            ("decorative", "Shown as decoration"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        match self.value():
            case "alt":
                return queryset.without_alt()
            case "small":
                return queryset.small()
            case "alike":
                return queryset.with_likenesses()
            case "decorative":
                return queryset.decorative()
            case _:
                return queryset


class BringerFilter(admin.SimpleListFilter):
    title = "brought by"
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", "Me")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(created_by=request.user) if self.value() == "me" else queryset
