"""What every deed begins and ends with: the item is claimed at a version, and a line is added to its timeline."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from communities import access
from curation.exchange import keys
from curation.exchange.header import Header
from curation.exchange.values import ItemValues
from curation.frontmatter import Document
from curation.models import Change, CuratedItem, Revision
from curation.workflow import MoveNotAllowed, Publication, State

if TYPE_CHECKING:
    from communities.models import User

TRIES = 3
"""How often a deed is begun anew that names what somebody else merges or deletes at the same moment."""

logger = logging.getLogger(__name__)


class StaleVersion(Exception):
    """Somebody else saved the item since the version that a deed started from.

    `item` is the item as it is now, `last` the newest line of its timeline.
    """

    def __init__(self, item: CuratedItem) -> None:
        self.item = item
        self.last = item.changes.first()
        who = self.last.actor_name if self.last else "Somebody"
        super().__init__(
            f"{who} changed this item after you opened it. Nothing of yours was saved yet, and nothing is lost."
        )


_correlation: ContextVar[str] = ContextVar("correlation", default="")


@contextmanager
def correlated(correlation: str) -> Iterator[None]:
    """Every line that is written within carries `correlation` in its details: what one step did to many items."""
    token = _correlation.set(correlation)
    try:
        yield
    finally:
        _correlation.reset(token)


P = ParamSpec("P")
R = TypeVar("R")


def kept_whole(work: Callable[[], R], *, before_another_try: Callable[[], object] = lambda: None) -> R:
    """Does `work` in one transaction, which ends with a look at whether all that it names is there: an author or a
    publisher may have been merged away since it was found. Then it is taken back and done again, which finds what the
    other one became. Raises ValidationError with a sentence where that does not help.
    """
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                made = work()
                if connection.features.has_select_for_update:
                    # Where several write at once: from this look on nobody can take away what was named.
                    connection.check_constraints()
                return made
        except IntegrityError as error:
            if not left:
                logger.warning("What was to be saved collided %s times.", TRIES, exc_info=True)
                raise ValidationError(
                    "It collides with what somebody saves at the same moment. Nothing was saved yet, and nothing is "
                    "lost. Try again."
                ) from error
            before_another_try()
    raise AssertionError("the last try has returned or raised")


def deed(function: Callable[Concatenate[CuratedItem, P], R]) -> Callable[Concatenate[CuratedItem, P], R]:
    """One transaction; when it is refused, the caller's item says again what is kept."""

    @wraps(function)
    def wrapped(item: CuratedItem, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return kept_whole(lambda: function(item, *args, **kwargs), before_another_try=item.refresh_from_db)
        except (StaleVersion, MoveNotAllowed, ValidationError):
            item.refresh_from_db()
            raise

    return wrapped


def claim(item: CuratedItem, version: int) -> None:
    """Takes the item for this transaction: one statement that succeeds for one of all who start from `version`."""
    if not CuratedItem.objects.filter(pk=item.pk, version=version).update(version=F("version") + 1):
        raise StaleVersion(CuratedItem.objects.select_related("community").get(pk=item.pk))
    item.refresh_from_db()


def give_back(item: CuratedItem, version: int) -> None:
    """Leaves the item at the version that was claimed, so that other people's forms stay good."""
    CuratedItem.objects.filter(pk=item.pk).update(version=version)
    item.version = version


def new_revision(
    item: CuratedItem,
    number: int,
    document: Document,
    values: ItemValues,
    *,
    by: "User | None",
    at: datetime,
    from_file: bool,
    note: str = "",
) -> Revision:
    """A revision of `item` with everything that follows from its document; not saved."""
    return Revision(
        item=item, number=number, content=document.bytes, sha256=document.sha256, featured_image=values.image,
        picture_path=keys.picture_path(Header(document.data))[:1000], from_file=from_file,
        created_at=at, created_by=by, note=note,
    )  # fmt: skip


def new_change(
    item: CuratedItem,
    action: str,
    *,
    by: "User | None",
    actor_name: str = "",
    via: str,
    at: datetime,
    note: str = "",
    details: dict[str, Any] | None = None,
    override: bool = False,
    revision: Revision | None = None,
    from_state: State | str | None = None,
    from_publication: Publication | str | None = None,
    previous_hash: str,
) -> Change:
    """A line of the timeline of `item`, as it stands after the deed `action`; not saved.

    `actor_name` is who did it, where that is no user and no operator. `revision` is the one that it is about; left out,
    the head. `previous_hash` is that of the line before it, empty for the first. The caller keeps the new line's in
    `item.history_hash`.
    """
    about = revision or item.head_revision
    assert about is not None, "every saved item has a revision"
    details = dict(details or {})
    if correlation := _correlation.get():
        details["correlation"] = correlation
    change = Change(
        item=item, at=at.astimezone(UTC), actor=by, actor_name=actor_name or str(by or "Operator"), override=override,
        action=action, via=via, note=note.strip(), details=details, revision=about, sha256=about.sha256,
        from_state=from_state or item.state, to_state=item.state,
        from_publication=from_publication or item.publication, to_publication=item.publication,
        previous_hash=previous_hash,
    )  # fmt: skip
    change.hash = change.digest()
    return change


def record(
    item: CuratedItem,
    action: str,
    *,
    by: "User | None",
    via: str,
    permission: str,
    actor_name: str = "",
    note: str = "",
    details: dict[str, Any] | None = None,
    revision: Revision | None = None,
    from_state: State | None = None,
    from_publication: Publication | None = None,
    at: datetime | None = None,
) -> Change:
    """Adds a line to the timeline of an item that this transaction has claimed.

    `permission` is what a person needs for the deed; a superuser who holds it by no membership is marked.
    """
    override = (
        by is not None
        and by.is_superuser
        and not access.can_by_role(by, permission, item.community_id, owner=item.created_by_id)
    )
    change = new_change(
        item, action, by=by, actor_name=actor_name, via=via, at=at or timezone.now(), note=note, details=details,
        override=override, revision=revision, from_state=from_state, from_publication=from_publication,
        previous_hash=item.history_hash,
    )  # fmt: skip
    change.save()
    item.history_hash = change.hash
    CuratedItem.objects.filter(pk=item.pk).update(history_hash=change.hash)
    return change


@transaction.atomic
def remark(
    item: CuratedItem,
    action: str,
    *,
    by: "User | None" = None,
    actor_name: str = "",
    via: str,
    note: str = "",
    details: dict[str, Any] | None = None,
    revision: Revision | None = None,
    at: datetime | None = None,
) -> Change:
    """Adds a line to the timeline of `item` for what leaves it as it is: a note of a guest, an export.

    Nobody's open form goes out of date by it. See `new_change` for the arguments.
    """
    # Locked, so that two lines at once do not follow the same one.
    kept = CuratedItem.objects.select_for_update().get(pk=item.pk)
    change = record(
        kept, action, by=by, actor_name=actor_name, via=via, permission="view", note=note, details=details,
        revision=revision, at=at,
    )  # fmt: skip
    item.history_hash = kept.history_hash
    return change
