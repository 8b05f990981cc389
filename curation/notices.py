"""Who is told what about what others did: written in the transaction of the deed itself, read in the newsroom.

Nothing is sent from here. Mail is made of what was written, afterwards and elsewhere (`curation.mailing`).
Imports and exports tell nobody: what ten thousand files change is read in their report.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from communities import access
from communities.models import Community, MailPreference, User
from curation.models import Change, Comment, CuratedItem, Notification

KINDS: dict[str, str] = {
    "assigned": "asked you to review {what}",
    "submitted": "submitted {what} for review",
    "corrected": "published a correction of {what}, which waits to be confirmed",
    "brought": "moved {what} to your community, where it waits for a review",
    "claimed": "is reviewing {what}",
    "edited": "changed {what} while it is yours to review",
    "changes_requested": "asked for changes to {what}",
    "rejected": "rejected {what}",
    "approved": "approved {what}",
    "published": "published {what}",
    "scheduled": "scheduled {what}",
    "failed": "could not bring out the update of {what}",
    "withdrawn": "withdrew {what}",
    "archived": "archived {what}",
    "mention": "mentioned you in a comment on {what}",
    "reply": "answered in a thread on {what}",
    "comment": "commented on {what}",
    "resolved": "resolved a thread on {what}",
    "reopened": "reopened a thread on {what}",
    "guest": "left a note on {what}, by a preview link",
    "member": "made you {note} in {what}",
    "removed": "took you out of {what}",
    "mail_failed": "did not take the mail to {note}",
}
"""What was done, by the name of each kind; `{what}` is what it was done to."""

SCHEDULE, OPERATOR = "Schedule", "An operator"


# --- Telling --------------------------------------------------------------------------------------------------------


def notify(
    kind: str,
    people: Iterable[int | None],
    *,
    by: User | None = None,
    actor_name: str = "",
    item: CuratedItem | None = None,
    community: Community | None = None,
    comment: Comment | None = None,
    note: str = "",
    at: datetime | None = None,
    mailed: bool = True,
) -> None:
    """Tells `people`, by their primary keys, that `by` has done a thing of `kind`; called in the deed's transaction.

    Not told are the person who did it, people who do not sign in any more, and people who may not see `item`.
    `actor_name` is who did it where that is no user; `at` is when, or now; `mailed` whether it is for mail, too. Costs
    two queries, however many people.
    """
    told = User.objects.filter(pk__in={pk for pk in people if pk is not None}, is_active=True)
    if by is not None:
        told = told.exclude(pk=by.pk)
    if item is not None:
        may_see = access.holders("view", item.community_id, owner=item.created_by_id)
        told = told.filter(Q(pk__in=may_see.values("pk")) | Q(is_superuser=True))
    Notification.objects.bulk_create(
        Notification(
            user_id=pk, kind=kind, item=item, community=community, comment=comment,
            actor_name=actor_name or str(by or OPERATOR), note=note.strip(), at=at or timezone.now(),
            to_mail=mailed and bool(email) and mail != MailPreference.NEVER,
        )
        for pk, email, mail in told.values_list("pk", "email", "mail")
    )  # fmt: skip


def moved(item: CuratedItem, change: Change) -> None:
    """Tells of a move that was just made, which `change` is the line of."""
    if change.action not in TOLD:
        return
    kind, people = TOLD[change.action](item)
    by, name = change.actor, "" if change.actor or change.actor_name == "Operator" else change.actor_name
    notify(kind, people, by=by, actor_name=name, item=item, note=change.note, at=change.at)


def authors(item: CuratedItem) -> set[int | None]:
    """Whose work `item` is: who added it, who wrote its newest revision, who submitted it last."""
    head = item.head_revision
    submitted = item.changes.filter(action="submit").order_by("-pk").values_list("actor", flat=True).first()
    return {item.created_by_id, head.created_by_id if head else None, submitted}


def _to_authors(kind: str) -> Callable[[CuratedItem], tuple[str, Iterable[int | None]]]:
    return lambda item: (kind, authors(item))


def _submitted(item: CuratedItem) -> tuple[str, Iterable[int | None]]:
    return ("assigned", [item.reviewer_id]) if item.reviewer_id else ("submitted", _reviewers(item))


def _published(item: CuratedItem) -> tuple[str, Iterable[int | None]]:
    ahead = item.publish_at is not None and item.publish_at > timezone.now()
    return "scheduled" if ahead else "published", authors(item)


def _reviewers(item: CuratedItem) -> Iterable[int]:
    return access.holders("review", item.community_id).values_list("pk", flat=True)


TOLD: dict[str, Callable[[CuratedItem], tuple[str, Iterable[int | None]]]] = {
    "submit": _submitted,
    "fast_track": lambda item: ("corrected", _reviewers(item)),
    "claim": _to_authors("claimed"),
    "request_changes": _to_authors("changes_requested"),
    "reject": _to_authors("rejected"),
    "approve": _to_authors("approved"),
    "publish": _published,
    "schedule": _to_authors("scheduled"),
    "withdraw": _to_authors("withdrawn"),
    "archive": _to_authors("archived"),
}
"""The moves that people are told of: of which kind it is, and who they are."""


def brought(item: CuratedItem, *, by: User | None, at: datetime) -> None:
    """Tells those who may review `item` in its new home that it waits for them, as nobody in particular was asked."""
    notify("brought", _reviewers(item), by=by, item=item, at=at)


def update_failed(item: CuratedItem, why: str) -> None:
    """Tells whoever could mend it that a scheduled update did not go out."""
    publishers = access.holders("publish", item.community_id).values_list("pk", flat=True)
    notify("failed", {*authors(item), *publishers}, actor_name=SCHEDULE, item=item, note=why)


# --- Reading --------------------------------------------------------------------------------------------------------

MANY = 100
"""Unread notifications above this number are told as “99+”."""


def unread(user: Any) -> int:
    """How many unread notifications `user` has, or `MANY` for that many and more: one query that stays cheap."""
    return Notification.objects.shown_to(user).unread().order_by()[:MANY].count()


def opened(item: CuratedItem, user: Any) -> None:
    """Takes note that `user` has `item` before their eyes: what they were told of it is read."""
    Notification.objects.filter(user=user, item=item).unread().update(read_at=timezone.now())


@dataclass(frozen=True)
class Entry:
    """What one person did of one kind, one thing after the other: one line of a list, or of a mail."""

    notifications: Sequence[Notification]
    """The newest first."""

    @property
    def newest(self) -> Notification:
        return self.notifications[0]

    @property
    def unread(self) -> bool:
        return any(each.read_at is None for each in self.notifications)

    @cached_property
    def things(self) -> list[Notification]:
        """The newest notification about each thing."""
        return list({each.item_id: each for each in reversed(self.notifications)}.values())[::-1]

    @property
    def what(self) -> str:
        if len(self.things) > 1:
            return f"{len(self.things)} items"
        return _named(self.newest)

    @property
    def before(self) -> str:
        """What stands before the thing: “asked for changes to ”."""
        return self._did[0]

    @property
    def after(self) -> str:
        """What stands behind the thing, with how often where that was more than once."""
        times = len(self.notifications)
        often = f" ({times} times)" if times > 1 and len(self.things) == 1 and self.newest.item_id else ""
        return self._did[1] + often

    @property
    def words(self) -> str:
        """The whole of it as plain text."""
        return f"{self.newest.actor_name} {self.before}{self.what}{self.after}"

    @property
    def said(self) -> str:
        """The reason or the comment that belongs to it; of several things, nothing."""
        if len(self.things) > 1:
            return ""
        return self.newest.comment.text if self.newest.comment else self.newest.note if self.newest.item_id else ""

    @property
    def _did(self) -> tuple[str, str]:
        before, _, after = KINDS.get(self.newest.kind, "did something with {what}").partition("{what}")
        return before.replace("{note}", self.newest.note), after


def entries(notifications: Iterable[Notification]) -> Iterator[Entry]:
    """`notifications` as people read them: what somebody did of one kind in a row is one entry."""
    for _, group in groupby(notifications, key=lambda each: (each.kind, each.actor_name, each.item_id is None)):
        alike = list(group)
        yield from [Entry(alike)] if alike[0].item_id else (Entry([each]) for each in alike)


def address(notification: Notification) -> str:
    """The path of the page that a notification is about."""
    if notification.item_id is not None:
        page = reverse("admin:curation_curateditem_change", args=[notification.item_id])
        return f"{page}#comment-{notification.comment_id}" if notification.comment_id else page
    if notification.community_id is not None and notification.kind != "removed":
        return reverse("admin:communities_community_change", args=[notification.community_id])
    return reverse("admin:notifications")


def _named(notification: Notification) -> str:
    if notification.item is not None:
        return f"“{notification.item.title}”"
    return str(notification.community or "")
