"""The rulebook by itself: a table of moves, and one label for two axes."""

from datetime import UTC, datetime, timedelta

import pytest

from communities.access import PERMISSIONS
from curation.workflow import MOVES, Publication, Standing, State, label, possible_moves, refusal

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FUTURE = datetime(2999, 1, 1, tzinfo=UTC)
WORDS = ["accept_cleaning", "revert"]
"""What can be done with the words wherever they can be changed, if there is cause."""


def standing(state=State.DRAFT, publication=Publication.NEVER, pending=True, **dates):
    return Standing(state, publication, pending, **dates)


def live(state, pending=True, **dates):
    return standing(state, Publication.LIVE, pending, **{"publish_at": NOW - HOUR} | dates)


def test_every_move_names_a_permission_that_exists():
    assert {move.permission for move in MOVES.values()} <= set(PERMISSIONS)


def test_every_state_that_can_be_reached_can_be_left():
    for move in MOVES.values():
        for state in move.states:
            for publication in move.publications:
                there = standing(move.to_state or state, move.to_publication or publication)
                assert list(possible_moves(there)), f"{move.name} leads into a dead end"


@pytest.mark.parametrize(
    ("where", "names"),
    [
        (standing(), ["submit", *WORDS, "archive"]),
        (standing(State.IN_REVIEW), ["approve", "claim", "release", "request_changes", "reject", *WORDS, "archive"]),
        (standing(State.CHANGES_REQUESTED), ["submit", "reject", *WORDS, "archive"]),
        (standing(State.APPROVED), ["publish", "schedule", "request_changes", *WORDS, "archive"]),
        (standing(State.REJECTED), ["reopen", "archive"]),
        (live(State.APPROVED, False), [*WORDS, "withdraw", "archive"]),
        (live(State.APPROVED, False, unconfirmed=True), ["confirm", *WORDS, "withdraw", "archive"]),
        (live(State.APPROVED, False, publish_at=FUTURE), ["reschedule", "unschedule", *WORDS, "withdraw", "archive"]),
        (live(State.DRAFT), ["submit", "fast_track", *WORDS, "withdraw", "archive"]),
        (live(State.APPROVED), ["publish", "schedule", "request_changes", *WORDS, "withdraw", "archive"]),
        (
            live(State.APPROVED, scheduled_at=FUTURE, head_scheduled=True),
            ["publish", "reschedule", "unschedule", "request_changes", *WORDS, "withdraw", "archive"],
        ),
        (
            live(State.APPROVED, scheduled_at=FUTURE),
            ["publish", "schedule", "reschedule", "unschedule", "request_changes", *WORDS, "withdraw", "archive"],
        ),
        (
            standing(State.APPROVED, Publication.WITHDRAWN, pending=False),
            ["publish", "schedule", "request_changes", *WORDS, "archive"],
        ),
        (standing(State.APPROVED, Publication.ARCHIVED), ["restore"]),
    ],
    ids=str,
)
def test_what_can_be_done_follows_from_where_an_item_stands(where, names):
    assert [move.name for move in possible_moves(where)] == names


def test_a_refusal_says_where_the_item_is_and_from_where_the_move_starts():
    assert refusal(MOVES["approve"], standing()) == ("“Approve” is possible from “In review”. The item is “Draft” now.")
    assert refusal(MOVES["submit"], standing(publication=Publication.ARCHIVED)) == (
        "“Submit for review” is not possible for an item that is archived."
    )


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (standing(), ("draft", "Draft")),
        (standing(State.REJECTED), ("rejected", "Rejected")),
        (standing(State.APPROVED, Publication.LIVE, False, publish_at=NOW), ("published", "Published")),
        (standing(State.APPROVED, Publication.LIVE, False, publish_at=NOW + HOUR), ("scheduled", "Scheduled")),
        (standing(State.APPROVED, Publication.LIVE, False, publish_at=NOW - HOUR, unpublish_at=NOW),
         ("expired", "Expired")),
        (standing(State.IN_REVIEW, Publication.LIVE, True, publish_at=NOW), ("published", "Published + in review")),
        (live(State.APPROVED, scheduled_at=NOW + HOUR, head_scheduled=True),
         ("published", "Published + scheduled update")),
        (live(State.DRAFT, scheduled_at=NOW + HOUR), ("published", "Published + scheduled update + draft")),
        (standing(State.APPROVED, Publication.WITHDRAWN, False), ("withdrawn", "Withdrawn")),
        (standing(State.DRAFT, Publication.WITHDRAWN), ("withdrawn", "Withdrawn + draft")),
        (standing(State.DRAFT, Publication.ARCHIVED), ("archived", "Archived")),
    ],
    ids=str,
)  # fmt: skip
def test_one_label_tells_both_axes(where, expected):
    assert label(where, NOW) == expected
