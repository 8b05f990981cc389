"""Two people's words about one item, as the page that brings them together shows them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from curation.admin.differences import Piece, by_lines, by_words
from curation.admin.item_compare import LISTS, Difference, differences, text_of
from curation.admin.item_form import DATES, ItemForm
from curation.admin.parts import moment
from curation.models import CuratedItem
from curation.publishing import Reconciled

WHO = ("When you began", "Saved meanwhile", "Yours, in the form above")


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


def dates_of(item: CuratedItem) -> str:
    """The dates of publication of `item` for its form to send back: from what somebody began."""
    return " ".join(at.isoformat() if (at := getattr(item, name)) else "none" for name in DATES)


def dates_met(form: ItemForm, item: CuratedItem, began: str) -> tuple[set[str], list[Clashing]]:
    """The dates that were typed into a valid `form` of `item`, by their fields, and those that somebody else changed as
    well. `began` is what `dates_of` told; where it is anything else, all that differ from the item's count as typed.
    """
    now = {name: getattr(item, name) for name in DATES}
    base = _dates_in(began) or now
    own = {name for name in DATES if form.fields[name].has_changed(base[name], form[name].data)}
    both = [name for name in DATES if name in own & {*form.changed_data} and base[name] != now[name]]
    return own, [_clash_of_dates(name, base[name], now[name], form.cleaned_data[name]) for name in both]


def _dates_in(began: str) -> dict[str, datetime | None] | None:
    try:
        found = [None if text == "none" else datetime.fromisoformat(text) for text in began.split(" ")]
    except ValueError:
        return None
    readable = len(found) == len(DATES) and all(at is None or at.tzinfo for at in found)
    return dict(zip(DATES, found, strict=True)) if readable else None


def _clash_of_dates(name: str, *dates: datetime | None) -> Clashing:
    sides = zip(WHO, dates, strict=True)
    return Clashing(name, _label(name), [Side(who, moment(at) if at else "", []) for who, at in sides])


def told(meeting: Reconciled, dates: list[Clashing], *, nothing_left: bool) -> dict[str, Any]:
    """The context of the page: where both clash, the `dates` among it, what of each side was taken over without a
    question, and whether nothing is left of what the person typed.
    """
    clashing = {clash.field for clash in meeting.clashes}
    theirs, mine = (differences_but(clashing, meeting.base, side) for side in (meeting.theirs, meeting.merged))
    came = {difference.label for difference in theirs}
    return {
        "clashes": [*(_clash(clash.field, meeting) for clash in meeting.clashes), *dates],
        "theirs": theirs,
        "mine": [difference for difference in mine if difference.label not in came],
        "since": meeting.since,
        "nothing_of_mine": nothing_left,
    }


def differences_but(fields: set[str], base: Any, side: Any) -> list[Difference]:
    labels = {_label(field) for field in fields}
    return [difference for difference in differences(base, side) if difference.label not in labels]


def _clash(field: str, meeting: Reconciled) -> Clashing:
    base = text_of(field, meeting.base)
    sides = [Side(WHO[0], base, [])]
    for who, values in zip(WHO[1:], (meeting.theirs, meeting.merged), strict=True):
        text = text_of(field, values)
        pieces = None if field in LISTS else by_words(base, text)
        sides.append(Side(who, text, pieces if pieces is not None else by_lines(base, text)))
    return Clashing("featured_image" if field == "image" else field, _label(field), sides)


def _label(field: str) -> str:
    return "Picture" if field == "image" else str(ItemForm.base_fields[field].label)
