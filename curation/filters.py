"""What readers can narrow the list of a community down by. Nothing else in a query string means anything."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any, NamedTuple

import django_filters
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce, ExtractYear, Lower
from django.http import QueryDict

from curation.models import CuratedItem
from curation.models.item import CuratedItemQuerySet

RECENT = 500
"""Of how many of the newest items the filters offer kinds, topics and tags; older ones can be asked for by address."""
OFTEN_USED = 40
FACETS = {
    "kind": ("kind", "kind"),
    "topic": ("item_topics__topic__slug", "item_topics__topic__label"),
    "tag": ("item_tags__tag__slug", "item_tags__tag__name"),
}
"""By the name of a filter: the look-ups that lead from an item to what is asked for, and to its words."""
SHOWN_DATE = Coalesce("date", "publish_at")
"""The date that readers see beside an item."""


class Chip(NamedTuple):
    """A filter that holds, and the query string that is left when it is taken away."""

    name: str
    value: str
    without: str


class ItemFilter(django_filters.FilterSet):
    """Filters over the published items that one community shows.

    A value that no published item has is left out, as if it had not been asked for, and its filter is named in
    `ignored`: so the list never tells whether it stands on an item that readers may not see.
    """

    kind = django_filters.ChoiceFilter(label="Kind", empty_label="Every kind")
    topic = django_filters.ChoiceFilter(field_name="item_topics__topic__slug", label="Topic", empty_label="Every topic")
    tag = django_filters.ChoiceFilter(field_name="item_tags__tag__slug", label="Tag", empty_label="Every tag")
    year = django_filters.ChoiceFilter(label="Year", empty_label="Every year", method="in_year")
    order = django_filters.ChoiceFilter(
        label="Order",
        empty_label="Newest first",
        choices=[("oldest", "Oldest first"), ("title", "By title")],
        method="in_order",
    )

    class Meta:
        model = CuratedItem
        fields: list[str] = []

    def __init__(self, data: QueryDict, shown: CuratedItemQuerySet) -> None:
        super().__init__(data, queryset=shown.newest_first())
        recent = shown.filter(pk__in=shown.newest_first().values("pk")[:RECENT])
        for name, (value, label) in FACETS.items():
            choices = _choices(recent, value, label).order_by("-number", "label")[:OFTEN_USED]
            offered = sorted(((value, label) for value, label, _ in choices), key=lambda choice: choice[1].lower())
            asked = self.data.get(name, "")
            # PostgreSQL takes no NUL in a text, not even to look for it.
            if asked and "\0" not in asked and asked not in dict(offered):
                offered += [(value, label) for value, label, _ in _choices(shown, value, label).filter(value=asked)]
            self.filters[name].extra["choices"] = offered
        years = (
            shown.annotate(year=ExtractYear(SHOWN_DATE, tzinfo=UTC))
            .order_by("-year")
            .values_list("year", flat=True)
            .distinct()
        )
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]

    def in_year(self, items: QuerySet, name: str, year: str) -> QuerySet:
        return items.alias(shown_year=ExtractYear(SHOWN_DATE, tzinfo=UTC)).filter(shown_year=int(year))

    def in_order(self, items: QuerySet, name: str, order: str) -> QuerySet:
        return items.order_by("publish_at", "pk") if order == "oldest" else items.order_by(Lower("title"), "pk")

    @property
    def query(self) -> QueryDict:
        """The filters that hold, as a query."""
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in self._asked() if value})
        return query

    @property
    def chips(self) -> Iterable[Chip]:
        for name, value in self._asked():
            if value and name != "order":
                left = self.query
                del left[name]
                words = dict(self.form.fields[name].choices).get(value, value)
                yield Chip(self.filters[name].label, str(words), left.urlencode())

    @property
    def ignored(self) -> list[str]:
        """The labels of the filters whose value could not be used."""
        return [self.filters[name].label.lower() for name in self.form.errors]

    def _asked(self) -> Iterable[tuple[str, Any]]:
        self.form.is_valid()
        return self.form.cleaned_data.items()


def _choices(items: QuerySet, value: str, label: str) -> QuerySet:
    """Triples of value, label and number of items, without what has no value."""
    named = items.order_by().annotate(value=F(value), label=F(label)).filter(value__gt="")
    return named.values_list("value", "label").annotate(number=Count("pk"))
