"""Who and what stands behind published items, and behind how many: the readers' indexes.

Each function returns only what has something for readers to see, with its number of published items as `shown`. A topic
that only a draft has does not exist for readers.
"""

from django.db.models import Count, Exists, F, IntegerField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from communities.models import Community, Topic
from curation.models import Author, CuratedItem, ItemAuthor, ItemTag, ItemTopic, Publisher, Tag


def topics(items: QuerySet[CuratedItem] | None = None) -> QuerySet[Topic]:
    """`items` narrows what is counted, to those of one community for example; published they must be."""
    rule = CuratedItem.objects.published_rule(prefix="item__") if items is None else Q(item__in=items.values("pk"))
    return _behind(Topic, ItemTopic.objects.filter(rule), "topic")


def authors() -> QuerySet[Author]:
    return _behind(Author, ItemAuthor.objects.filter(CuratedItem.objects.published_rule(prefix="item__")), "author")


def publishers() -> QuerySet[Publisher]:
    return _behind(Publisher, CuratedItem.objects.published(), "publisher")


def tags() -> QuerySet[Tag]:
    rule = CuratedItem.objects.published_rule(prefix="content_object__")
    return _behind(Tag, ItemTag.objects.filter(rule), "tag")


def communities() -> QuerySet[Community]:
    """All communities: one without items is there as well, and `shown` is 0."""
    guests = CuratedItem.also_in.through.objects.filter(CuratedItem.objects.published_rule(prefix="curateditem__"))
    own = _number(CuratedItem.objects.published(), "community")
    return Community.objects.annotate(shown=Coalesce(own, 0) + Coalesce(_number(guests, "community"), 0))


def _behind(model: type[Model], shown: QuerySet, owner: str) -> QuerySet:
    """The rows of `model` that a row of `shown` names as its `owner`."""
    named = shown.filter(**{owner: OuterRef("pk")})
    return model._default_manager.filter(Exists(named)).annotate(shown=_number(shown, owner))


def _number(shown: QuerySet, owner: str) -> Subquery:
    counted = shown.filter(**{owner: OuterRef("pk")}).order_by().values(owner=F(owner))
    return Subquery(counted.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
