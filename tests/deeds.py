"""The deeds of the workflow in few words, always from the version at hand."""

from typing import Any

from communities.models import Community
from curation import publishing
from curation.exchange.values import ItemValues
from curation.models import CuratedItem, Revision


def write(home: Community, by: Any, **words: Any) -> CuratedItem:
    values = ItemValues(community=home, title="A title", link="https://www.journal.example/a")
    for field, value in words.items():
        setattr(values, field, value)
    return publishing.create(values, by=by)


def edit(item: CuratedItem, by: Any = None, version: int | None = None, **words: Any) -> Revision | None:
    values = publishing.head_values(item)
    for field, value in words.items():
        setattr(values, field, value)
    return publishing.save(item, values, by=by, version=item.version if version is None else version)


def move(item: CuratedItem, *names: str, by: Any = None, note: str = "", **answers: Any) -> None:
    for name in names:
        publishing.move(item, name, by=by, version=item.version, note=note, **answers)


def readers_see(item: CuratedItem) -> CuratedItem | None:
    return CuratedItem.objects.published().filter(pk=item.pk).first()


def lines(item: CuratedItem) -> list[str]:
    """What the timeline says was done, the oldest first."""
    return list(item.changes.order_by("pk").values_list("action", flat=True))
