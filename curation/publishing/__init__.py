"""The deeds of the workflow: save a revision, make a move, set the dates. Each writes its line into the timeline.

Every deed is one transaction and carries the version of the item that it started from, so that nobody overwrites what
they have not seen.
"""

from curation.publishing.conflicts import Reconciled, reconcile
from curation.publishing.ledger import StaleVersion, correlated, new_change, new_revision, remark
from curation.publishing.live import publish_imported
from curation.publishing.moving import Answers, allowed_moves, move, why_held, why_not
from curation.publishing.restating import RENAMED, restate
from curation.publishing.saving import create, head_of, head_values, made_already, revision_values, save, why_not_save
from curation.publishing.scheduling import Applied, Overdue, overdue, publish_due, put_forward, set_dates
from curation.publishing.taking_back import EDITED, SUBMITTED, TAKEN_BACK, take_back, why_not_take_back

__all__ = [
    "EDITED",
    "RENAMED",
    "SUBMITTED",
    "TAKEN_BACK",
    "Answers",
    "Applied",
    "Overdue",
    "Reconciled",
    "StaleVersion",
    "allowed_moves",
    "correlated",
    "create",
    "head_of",
    "head_values",
    "made_already",
    "move",
    "new_change",
    "new_revision",
    "overdue",
    "publish_due",
    "publish_imported",
    "put_forward",
    "reconcile",
    "remark",
    "restate",
    "revision_values",
    "save",
    "set_dates",
    "take_back",
    "why_held",
    "why_not",
    "why_not_save",
    "why_not_take_back",
]
