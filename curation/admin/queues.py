"""The queues of the newsroom: for each word of an item's label the items that it is said of, and what wants care."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Func, IntegerField, JSONField, Q, QuerySet, Subquery, Value
from django.db.models.lookups import Exact, In
from django.utils import timezone

from communities import access
from communities.models import User
from curation.models import NOTHING, PENDING, Comment, CuratedItem, FeaturedImage
from curation.workflow import LEASE, Publication, State

GRACE = timedelta(minutes=10)
"""How late a scheduled update may be before it is called overdue; the job is meant to run every few minutes."""
STALE = timedelta(days=30)
"""How long before its day an item is shown among those that are to be looked at again."""
CAP = 1000
"""Up to how many items are counted; more are no number that anybody works through."""


class Unindexed(Func):
    """A column that SQLite shall not look for an index of; it would choose one of little use, knowing no numbers.

    PostgreSQL knows how many rows have which value, and chooses by itself.
    """

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **extra)


SOMEHOW_LIVE = Exact(Unindexed(F("publication")), Publication.LIVE)
"""It is live; most are, so that another column finds those that are meant."""


def seen_by(user: Any) -> QuerySet[CuratedItem]:
    """The items that `user` may see, read in the order in which a list shows them and not community by community."""
    items = CuratedItem.objects.alias(home=Unindexed(F("community_id")))
    return access.scope(user, items, "view", community="home")


def _in_review_state(state: State) -> Callable[[datetime], Q]:
    shown = In(Unindexed(F("publication")), [Publication.LIVE, Publication.WITHDRAWN])
    return lambda now: Q(state=state, publication=Publication.NEVER) | Q(PENDING, shown, state=state)


def _live(now: datetime) -> Q:
    return Q(Q(unpublish_at__isnull=True) | Q(unpublish_at__gt=now), publication=Publication.LIVE)


QUEUES: dict[str, tuple[str, Callable[[datetime], Q]]] = {
    "draft": ("Draft", _in_review_state(State.DRAFT)),
    "in_review": ("In review", _in_review_state(State.IN_REVIEW)),
    "changes_requested": ("Changes requested", _in_review_state(State.CHANGES_REQUESTED)),
    "approved": ("Approved", _in_review_state(State.APPROVED)),
    "scheduled": ("Scheduled", lambda now: _live(now) & Q(publish_at__gt=now)),
    "published": ("Published", lambda now: _live(now) & Q(publish_at__lte=now)),
    "expired": ("Expired", lambda now: Q(publication=Publication.LIVE, unpublish_at__lte=now)),
    "withdrawn": ("Withdrawn", lambda now: Q(publication=Publication.WITHDRAWN)),
    "rejected": ("Rejected", _in_review_state(State.REJECTED)),
    "archived": ("Archived", lambda now: Q(publication=Publication.ARCHIVED)),
}  # fmt: skip
"""Code, words and rule of every queue, in the order of the work. An item that is published and has a draft is in both:
its queues are those whose words its label says."""

ORDER = {"in_review": ["updated_at"], "scheduled": ["publish_at"], "published": ["-publish_at"]}
"""What comes first where that is not the newest change: who waits longest, what goes out next, what went out last."""


def _late(now: datetime) -> Q:
    return Q(scheduled_at__lte=now - GRACE)


def _review_late(now: datetime) -> Q:
    return Q(QUEUES["in_review"][1](now), review_due__lt=timezone.localdate(now))


WATCHES: dict[str, tuple[str, Callable[[datetime], Q]]] = {
    "overdue": ("Overdue", lambda now: _late(now) | _review_late(now)),
    "failed": (
        "Did not go out", lambda now: _late(now) | Q(Q(scheduled_at__isnull=False), ~Q(schedule_error="")),
    ),
    "coming": ("Going out next", lambda now: QUEUES["scheduled"][1](now) | Q(scheduled_at__gt=now)),
    "week": ("Published this week", lambda now: QUEUES["published"][1](now) & Q(publish_at__gt=now - timedelta(7))),
    "unconfirmed": ("Correction to be confirmed", lambda now: Q(SOMEHOW_LIVE, review_after=True)),
    "stale": (
        "Going stale",
        lambda now: Q(
            Q(unpublish_at__isnull=True) | Q(unpublish_at__gt=now), SOMEHOW_LIVE,
            publish_at__lte=now, review_by__lte=timezone.localdate(now + STALE),
        ),
    ),
    "unexported": (
        "Not exported yet",
        lambda now: QUEUES["published"][1](now)
        & (Q(file_revision__isnull=True) | Q(file_revision__lt=F("live_revision"))),
    ),
}  # fmt: skip
"""What wants somebody's care, beside where it stands."""

COMMENTS: dict[str, tuple[str, Q]] = {
    "open": ("With open comments", Q(pk__in=Comment.objects.open_threads().values("item"))),
    "blocking": ("To be settled before approval", Q(pk__in=Comment.objects.open_threads().blocking().values("item"))),
}
"""What is still to be talked over."""

MISSING: dict[str, tuple[str, Q]] = {
    "picture": ("A picture", Q(featured_image__isnull=True)),
    "alt": (
        "Alt text of the picture",
        Q(image_alt="", image_decorative=False, featured_image__in=FeaturedImage.objects.filter(alt="").values("pk")),
    ),
    "description": ("A description", Q(Exact(F("description"), NOTHING))),
}
"""What an item can lack."""


def waiting_for(user: Any, now: datetime) -> Q:
    """The reviews that are `user`'s, where they may review: asked of them, or of nobody in particular where they did
    not write the revision themselves, unless somebody else is at it. Who was asked and may not review there any more,
    since they left or their role did, is nobody.
    """
    free = Q(reviewer__isnull=True) | Q(claimed_at__lte=now - LEASE) | ~access.held_by("reviewer_id", "review")
    theirs = Q(head_revision__created_by=user) & Q(community__self_approval=False)
    may_review = access.rule(user, "review", owner=None) or Q()
    return QUEUES["in_review"][1](now) & may_review & (Q(reviewer=user) | (free & ~theirs))


class Number(Subquery):
    """How many rows a queryset has; it is cut off by its caller, so that counting never takes longer than its cap."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


class First(Subquery):
    """The keys of the first `number` of a queryset of items, in its order, as one list."""

    output_field = JSONField()
    empty_result_set_value = "[]"

    def __init__(self, items: QuerySet, number: int) -> None:
        super().__init__(items.values(item_key=F("pk"))[:number])

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "(SELECT json_group_array(first.item_key) FROM (%(subquery)s) first)"
        return self.as_sql(compiler, connection, template, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "(SELECT COALESCE(jsonb_agg(first.item_key), '[]') FROM (%(subquery)s) first)"
        return self.as_sql(compiler, connection, template, **extra)


def number_in(items: QuerySet, rule: Q) -> Any:
    """How many of `items` are in the queue of `rule`, up to about `CAP`. The two halves of a queue of reviews have no
    item in common, and each has an index: they are counted one by one.
    """
    halves = rule.children if rule.connector == Q.OR else [rule]
    return sum((counts_of(items.filter(half)) for half in halves), start=Value(0))


def counts_of(items: QuerySet) -> Number:
    """How many items there are, up to `CAP`."""
    return Number(items.order_by().values("pk")[:CAP])


def looked_up(user: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to several subqueries by one query, which asks the row of `user` for them."""
    return dict(User.objects.filter(pk=user.pk).values(**asked).get())


def shown_number(number: int) -> str:
    """A number as it is shown, where counting ended at the cap."""
    return f"{CAP - 1}+" if number >= CAP else str(number)
