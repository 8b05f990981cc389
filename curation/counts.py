"""Who and what stands behind published items, and behind how many: the readers' indexes.

Each function returns only what has something for readers to see, with its number of published items as `shown`. A topic
that only a draft has does not exist for readers.
"""

from typing import Any

from django.db.models import Count, Exists, IntegerField, Model, OuterRef, QuerySet, Subquery

from communities.models import Community, Topic
from curation import edition
from curation.edition import Now
from curation.models import Author, Placement, Publisher, Shelf, Tag


def topics() -> QuerySet[Topic]:
    return _behind(Topic, Shelf.TOPIC)


def authors() -> QuerySet[Author]:
    return _behind(Author, Shelf.AUTHOR)


def publishers() -> QuerySet[Publisher]:
    return _behind(Publisher, Shelf.PUBLISHER)


def tags() -> QuerySet[Tag]:
    return _behind(Tag, Shelf.TAG)


def communities(now: Now) -> list[Community]:
    """All communities: one without items is there as well, and `shown` is 0. Looked up once for each edition."""

    def find() -> list[Any]:
        communities = Community.objects.annotate(shown=_number(Shelf.COMMUNITY)).defer("page")
        found: list[Any] = list(communities.prefetch_related("renditions"))
        for community in found:
            community.shown = community.shown or 0
        return found

    return edition.once(now, "communities", find)


def _behind(model: type[Model], shelf: Shelf) -> QuerySet[Any]:
    """The rows of `model` that have something on their shelf."""
    some = Placement.objects.shown().filter(shelf=shelf, owner=OuterRef("pk"))
    return model._default_manager.filter(Exists(some)).annotate(shown=_number(shelf))


def _number(shelf: Shelf) -> Subquery:
    counted = Placement.objects.shown().filter(shelf=shelf, owner=OuterRef("pk")).order_by().values("owner")
    return Subquery(counted.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
