"""What readers can narrow a list down by. Nothing else in a query string means anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.conf import settings
from django.forms.utils import flatatt
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.dateformat import format as format_date
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from curation import edition, facets
from curation.edition import Now
from curation.facets import Base
from curation.lists import TITLES
from curation.models import Placement, Shelf
from curation.models.shelf import ALWAYS, Period
from curation.shelves import Place

FACETS = {
    "community": Shelf.COMMUNITY,
    "kind": Shelf.KIND,
    "topic": Shelf.TOPIC,
    "tag": Shelf.TAG,
    "author": Shelf.AUTHOR,
    "publisher": Shelf.PUBLISHER,
    "year": Shelf.YEAR,
    "month": Shelf.MONTH,
}
"""The shelves that the filters choose from, by the name of the filter."""
NARROWING = (*FACETS, "since", "until", "order")
"""Everything that makes another list of a list, in the order in which addresses are written."""
TURNING = ("before", "after", "page")
"""What names one page of a list."""
PARAMETERS = (*NARROWING, *TURNING)
"""Everything that the query string of a filtered list may say."""
MONTHS = 24
"""How many months are offered at most."""


class Chip(NamedTuple):
    """A filter that holds, and the query string that is left when it is taken away."""

    name: str
    value: str
    without: str


@dataclass(frozen=True)
class Narrowed:
    """What the filters of a list come to."""

    places: list[Place]
    """The shelves that an item has to stand on to be shown, the one that holds the fewest first."""
    period: Period
    total: int
    more: bool
    """Whether there are more than `total`, which were not counted."""
    order: str
    query: dict[str, str]
    """The filters that hold, as they stand in addresses."""
    words: str
    """The same for people, in short."""
    head: SafeString
    """What stands above the items, as HTML: the fields to choose from, what could not be used, the number of items, the
    filters that hold, and the feed."""


def asked(data: QueryDict) -> dict[Shelf, str]:
    """The values that the query string of a list asks for, by their shelf."""
    return {shelf: str(data[name]) for name, shelf in FACETS.items() if data.get(name)}


class Day(forms.DateField):
    """A day, which browsers offer a calendar for; left out if it is empty."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = {"invalid": _("this is no day. Write it like 2026-03-31.")}
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(required=False, widget=widget, error_messages=wrong, **kwargs)


class PeriodForm(forms.Form):
    """The days from which, and until which, items came before readers; in UTC, as everywhere on the site."""

    since = Day(label=_("Added from"))
    until = Day(label=_("Added until"))
    field_order = NARROWING

    def clean(self) -> dict[str, Any]:
        days = super().clean() or self.cleaned_data
        since, until = days.get("since"), days.get("until")
        if since and until and since > until:
            self.add_error(
                "since", _("the last day lies before this one. Choose an earlier first or a later last day.")
            )
            days.pop("until")
        return days

    @property
    def period(self) -> Period:
        """The moments that the days come to; what cannot be used of them is left open."""
        self.is_valid()
        first, last = (self.cleaned_data.get(name) for name in ("since", "until"))
        since = datetime.combine(first, time(), UTC) if first else None
        return Period(since, datetime.combine(last + DAY, time(), UTC) if last and last < date.max else None)


DAY = timedelta(days=1)


def period(data: QueryDict) -> Period:
    """When the items came before readers that the query string of a list asks for."""
    return PeriodForm(data).period if data.get("since") or data.get("until") else ALWAYS


def narrowed(data: QueryDict, base: Base, now: Now, path: str, feed: Any) -> Narrowed:
    """The items of `base`, which was found by what `data` asks for; kept for as long as its counts are right.

    `path` is that of the list's page, and `feed` what it is followed by (see `curation.pages.feed_of`).
    """
    said = [(name, str(data[name])) for name in NARROWING if data.get(name)]

    def work_out() -> tuple[Narrowed, datetime | None]:
        chosen = ItemFilter(data, base, now)
        return Narrowed(
            places=chosen.places,
            period=base.period,
            total=chosen.total,
            more=chosen.more,
            order=chosen.ordered_by,
            query=chosen.query.dict(),
            words=", ".join(chosen.words),
            head=render_to_string("components/narrowed_head.html", {"filter": chosen, "path": path, "feed": feed}),
        ), chosen.until

    name = f"narrowed:{edition.program()}:{settings.LANGUAGE_CODE}:{base.edition}:{base.place}:{path}:{said!r}"
    return edition.lasting(now, name, work_out)[0]


class PlainSelect(forms.Select):
    """A select whose options are joined without a template for each: there are hundreds on a page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = str(value or "")
        options = format_html_join(
            "", '<option value="{}"{}>{}</option>',
            ((code, SELECTED if str(code) == chosen else "", words) for code, words in self.choices),
        )  # fmt: skip
        return format_html("<select{}>{}</select>", flatatt(self.build_attrs({"name": name}, attrs)), options)


SELECTED = mark_safe(" selected")


class Choice(django_filters.ChoiceFilter):
    """One of the values that a list has."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=PlainSelect, **kwargs)


class ItemFilter(django_filters.FilterSet):
    """Filters over the items of one shelf, a community's for example.

    A value that no published item of the shelf has is left out, as if it had not been asked for, and its filter is
    named in `ignored`: so the list never tells whether it stands on an item that readers may not see.
    """

    community = Choice(label=_("Community"), empty_label=_("Every community"))
    kind = Choice(label=_("Kind"), empty_label=_("Every kind"))
    topic = Choice(label=_("Topic"), empty_label=_("Every topic"))
    tag = Choice(label=_("Tag"), empty_label=_("Every tag"))
    author = Choice(label=_("Author"), empty_label=_("Every author"))
    publisher = Choice(label=_("Publisher"), empty_label=_("Every publisher"))
    year = Choice(label=_("Year"), empty_label=_("Every year"))
    month = Choice(label=_("Month"), empty_label=_("Every month"))
    order = Choice(
        label=_("Order"),
        empty_label=_("Newest first"),
        choices=[("oldest", _("Oldest first")), ("title", _("By title"))],
    )

    class Meta:
        model = Placement
        fields: list[str] = []
        form = PeriodForm

    def __init__(self, data: QueryDict, base: Base, now: Now) -> None:
        super().__init__(data, queryset=Placement.objects.none())
        self.base = base
        found, self.until = facets.split(base, now)
        self.chosen, self.total, self.more = found.chosen, found.total, found.more
        for name, shelf in FACETS.items():
            if shelf == base.place[0]:
                del self.filters[name]
                continue
            offered = _in_order(shelf, found.values.get(shelf, []))
            if shelf == Shelf.MONTH:
                offered = offered[:MONTHS]
            here = self.chosen.get(shelf)
            if here is not None and here.owner not in {facet.owner for facet in offered}:
                offered = _in_order(shelf, [*offered, here._replace(number=self.total)])
            self.filters[name].extra["choices"] = [
                (facet.value, f"{words_of(facet)} ({number_format(facet.number, force_grouping=True)})")
                if found.counted
                else (facet.value, words_of(facet))
                for facet in offered
            ]
        if self.more or self.total > TITLES:
            self.filters["order"].extra["choices"] = [("oldest", _("Oldest first"))]

    @property
    def places(self) -> list[Place]:
        """The shelves that an item has to stand on to be shown, the one that holds the fewest first."""
        fewest = sorted(self.chosen.values(), key=lambda facet: facet.number)
        return facets.in_order([(facet.shelf, facet.owner) for facet in fewest], self.base.place)

    @property
    def ordered_by(self) -> str:
        return dict(self._asked()).get("order", "")

    @property
    def query(self) -> QueryDict:
        """The filters that hold, as a query."""
        query = QueryDict(mutable=True)
        query.update({name: str(value) for name, value in self._asked() if value})
        return query

    @property
    def chips(self) -> Iterable[Chip]:
        for name, shelf in FACETS.items():
            if shelf in self.chosen:
                left = self.query
                left.pop(name, None)
                yield Chip(self.filters[name].label, words_of(self.chosen[shelf]), left.urlencode())
        for name, day in self._asked():
            if isinstance(day, date):
                left = self.query
                left.pop(name)
                yield Chip(self.form.fields[name].label, format_date(day, _("j F Y")), left.urlencode())

    @property
    def words(self) -> Iterable[str]:
        """What makes another list of it, for its title: two lists that differ are called differently."""
        yield from (words_of(self.chosen[shelf]) for shelf in FACETS.values() if shelf in self.chosen)
        for name, day in self._asked():
            if isinstance(day, date):
                yield f"{self.form.fields[name].label} {format_date(day, _('j F Y'))}"
        if order := self.ordered_by:
            yield str(dict(self.filters["order"].extra["choices"])[order])

    @property
    def ignored(self) -> list[str]:
        """The labels of the filters whose value could not be used."""
        return [str(self.filters[name].label) for name in self.form.errors if name in self.filters]

    @property
    def problems(self) -> list[str]:
        """What is wrong with the period that was asked for, in sentences."""
        wrong = [(name, errors) for name, errors in self.form.errors.items() if name not in self.filters]
        return [f"{self.form.fields[name].label}: {error}" for name, errors in wrong for error in errors]

    def _asked(self) -> Iterable[tuple[str, Any]]:
        self.form.is_valid()
        return self.form.cleaned_data.items()


def words_of(facet: facets.Facet) -> str:
    """What readers call a value."""
    if facet.shelf != Shelf.MONTH:
        return facet.label
    return format_date(date(max(facet.owner // 12, 1), facet.owner % 12 + 1, 1), "F Y")


def _in_order(shelf: Shelf, offered: Iterable[facets.Facet]) -> list[facets.Facet]:
    """Years and months from the newest on, everything else by its name."""
    if shelf in {Shelf.YEAR, Shelf.MONTH}:
        return sorted(offered, key=lambda facet: -facet.owner)
    return sorted(offered, key=lambda facet: facet.label.lower())
