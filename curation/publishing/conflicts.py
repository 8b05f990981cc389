"""Two people at once: what one began from, what the other has saved since, and what becomes of both."""

from dataclasses import dataclass

from curation.exchange.combining import Clash, merge_values
from curation.exchange.values import ItemValues
from curation.models import CuratedItem, Revision
from curation.publishing.saving import head_of, head_values, revision_values


@dataclass(frozen=True)
class Reconciled:
    """The words of somebody whose form is out of date, brought together with those that were saved meanwhile."""

    base: ItemValues
    """What they began from."""
    theirs: ItemValues
    """What is saved now."""
    merged: ItemValues
    """Theirs and mine together; where both changed the same, mine."""
    clashes: list[Clash]
    since: list[Revision]
    """The revisions that came in between, the oldest first."""

    @property
    def said_already(self) -> bool:
        """Whether nothing of mine is left to save, as when a button was pressed twice."""
        return self.merged == self.theirs


def reconcile(item: CuratedItem, started_from: int, mine: ItemValues) -> Reconciled:
    """Brings `mine`, typed into a form that showed revision `started_from`, together with the newest words of `item`.

    `started_from` is the number of the head revision at that time; a number that the item does not have stands for the
    newest one, so that nothing of `mine` is taken for older than it is.
    """
    between = item.revisions.filter(number__gte=started_from).select_related("created_by", "featured_image")
    first, *since = list(between.order_by("number")) or [head_of(item)]
    theirs = head_values(item)
    base = revision_values(item, first) if first.number == started_from else theirs
    merged, clashes = merge_values(base, theirs, mine)
    return Reconciled(base, theirs, merged, clashes, since)
