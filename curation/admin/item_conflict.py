"""Two people's words about one item, as the page that brings them together shows them."""

from dataclasses import dataclass
from typing import Any

from curation.admin.differences import Piece, by_lines, by_words
from curation.admin.item_compare import LISTS, Difference, differences, text_of
from curation.admin.item_form import ItemForm
from curation.publishing import Reconciled


@dataclass(frozen=True)
class Side:
    """What one side says in a field, and what it changed since both began."""

    who: str
    text: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Clashing:
    """A field that both changed, each to something else."""

    field: str
    label: str
    sides: list[Side]


def told(meeting: Reconciled) -> dict[str, Any]:
    """The context of the page: where both clash, and what of each side was taken over without a question."""
    clashing = {clash.field for clash in meeting.clashes}
    theirs, mine = (differences_but(clashing, meeting.base, side) for side in (meeting.theirs, meeting.merged))
    came = {difference.label for difference in theirs}
    return {
        "clashes": [_clash(clash.field, meeting) for clash in meeting.clashes],
        "theirs": theirs,
        "mine": [difference for difference in mine if difference.label not in came],
        "since": meeting.since,
        "nothing_of_mine": meeting.said_already,
    }


def differences_but(fields: set[str], base: Any, side: Any) -> list[Difference]:
    labels = {_label(field) for field in fields}
    return [difference for difference in differences(base, side) if difference.label not in labels]


def _clash(field: str, meeting: Reconciled) -> Clashing:
    base = text_of(field, meeting.base)
    sides = [Side("When you began", base, [])]
    for who, values in (("Saved meanwhile", meeting.theirs), ("Yours, in the form above", meeting.merged)):
        text = text_of(field, values)
        pieces = None if field in LISTS else by_words(base, text)
        sides.append(Side(who, text, pieces if pieces is not None else by_lines(base, text)))
    return Clashing("featured_image" if field == "image" else field, _label(field), sides)


def _label(field: str) -> str:
    return "Picture" if field == "image" else str(ItemForm.base_fields[field].label)
