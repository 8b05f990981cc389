"""Everything that was published, by month: of the site or of one community."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language

from communities.models import Community
from curation import facets, lists
from curation.edition import Now
from curation.facets import Base
from curation.models import Shelf
from curation.models.shelf import month_number
from curation.shelves import Place


class Month(NamedTuple):
    """A month that has something to read."""

    year: int
    month: int
    number: int
    """How many items it has."""
    url: str

    @property
    def words(self) -> str:
        return format_date(date(self.year, self.month, 1), "F Y")

    @property
    def name(self) -> str:
        return _name(self.month, get_language())


@lru_cache(maxsize=100)
def _name(month: int, language: str | None) -> str:
    return format_date(date(2000, month, 1), "F")


class Title(NamedTuple):
    """One line of a month."""

    title: str
    url: str
    date: datetime
    language: str


def months(community: Community | None, base: Base | None, now: Now) -> list[Month]:
    """The months that have something to read, the newest first; those of a community, if its list is `base`."""
    if base is None:
        numbers = lists.sizes(Shelf.MONTH, now)
    else:
        found, _ = facets.split(base, now)
        numbers = {facet.owner: facet.number for facet in found.values.get(Shelf.MONTH, [])}
    above = address(community)
    return [_month(owner, number, above) for owner, number in sorted(numbers.items(), reverse=True)]


def address(community: Community | None) -> str:
    """Of the page that lists the months."""
    return reverse("community_archive", args=[community.slug]) if community else reverse("archive")


def _month(owner: int, number: int, above: str) -> Month:
    year, month = owner // 12, owner % 12 + 1
    return Month(year, month, number, f"{above}{year:04}/{month:02}/")


class Titles(Sequence):
    """The titles of one month, the newest first; a slice of it is read at a time, for a paginator."""

    def __init__(self, month: Month, base: Base | None, now: Now) -> None:
        self.number = month.number
        places: list[Place] = [(Shelf.MONTH, month_number(month.year, month.month))]
        if base is not None:
            places = facets.in_order(places, base.place)
        self.rows = lists.rows_on(places, now).newest_first()

    def __len__(self) -> int:
        return self.number

    def __getitem__(self, part: Any) -> Any:
        columns = ("item__title", "item__community__slug", "item__slug", "item__date", "publish_at", "item__language")
        return [
            Title(title, reverse("item", args=[community, slug]), (shown or publish_at).astimezone(UTC), language)
            for title, community, slug, shown, publish_at, language in self.rows.values_list(*columns)[part]
        ]
