"""The queues of the newsroom: for each word of an item's label, the items that it is said of."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, F, Q, QuerySet

from curation.workflow import Publication, State

PENDING = Q(live_revision__isnull=True) | ~Q(head_revision=F("live_revision"))
"""The head revision is another one than readers see."""


def _in_review_state(state: State) -> Callable[[datetime], Q]:
    never, shown = Q(publication=Publication.NEVER), Q(publication__in=(Publication.LIVE, Publication.WITHDRAWN))
    return lambda now: Q(never | (shown & PENDING), state=state)


def _live(now: datetime) -> Q:
    return Q(Q(unpublish_at__isnull=True) | Q(unpublish_at__gt=now), publication=Publication.LIVE)


QUEUES: dict[str, tuple[str, Callable[[datetime], Q]]] = {
    "draft": ("Draft", _in_review_state(State.DRAFT)),
    "in_review": ("In review", _in_review_state(State.IN_REVIEW)),
    "changes_requested": ("Changes requested", _in_review_state(State.CHANGES_REQUESTED)),
    "approved": ("Approved", _in_review_state(State.APPROVED)),
    "scheduled": (
        "Scheduled", lambda now: _live(now) & (Q(publish_at__isnull=True) | Q(publish_at__gt=now)),
    ),
    "published": ("Published", lambda now: _live(now) & Q(publish_at__lte=now)),
    "expired": ("Expired", lambda now: Q(publication=Publication.LIVE, unpublish_at__lte=now)),
    "withdrawn": ("Withdrawn", lambda now: Q(publication=Publication.WITHDRAWN)),
    "rejected": ("Rejected", _in_review_state(State.REJECTED)),
    "archived": ("Archived", lambda now: Q(publication=Publication.ARCHIVED)),
}  # fmt: skip
"""Code, words and rule of every queue, in the order of the work. An item that is published and has a draft is in both:
its queues are those whose words its label says."""

WORK = ("draft", "in_review", "changes_requested", "approved", "scheduled")
"""The queues that somebody has to do something about."""

ORDER = {"in_review": ["updated_at"], "scheduled": ["publish_at"], "published": ["-publish_at"]}
"""What comes first where that is not the newest change: who waits longest, what goes out next, what went out last."""


def counts(items: QuerySet, codes: Iterable[str], now: datetime) -> dict[str, int]:
    """How many of `items` each of the queues `codes` holds, by one query."""
    rules = {code: QUEUES[code][1](now) for code in codes}
    anywhere = reduce(or_, rules.values())
    return items.order_by().filter(anywhere).aggregate(**{code: Count("pk", filter=rules[code]) for code in codes})
