"""Scheduling that cannot fail silently: what is true when read, and what a job brings out."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from curation import publishing
from curation.models import CuratedItem, JobRun, Publisher
from curation.publishing import publish_due
from curation.workflow import MoveNotAllowed, Publication, State
from tests.commands import run
from tests.deeds import edit, lines, move, readers_see, write
from tests.factories import make_item

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def soon():
    return timezone.now() + HOUR


@pytest.fixture
def scheduled(home, curator, editor, soon):
    """Makes a live item whose update is scheduled, and approved by an editor."""

    def make(title="Before", new_title="After", when=soon, **words):
        item = make_item(community=home, title=title, **words)
        edit(item, curator, title=new_title)
        move(item, "submit", by=curator)
        move(item, "approve", by=editor)
        move(item, "schedule", by=editor, when=when)
        return item

    return make


def overdue(item, by=HOUR):
    CuratedItem.objects.filter(pk=item.pk).update(scheduled_at=timezone.now() - by)


# --- The first day ----------------------------------------------------------------------------------------------------


def test_a_first_publication_that_is_scheduled_needs_no_job(home, curator, editor, soon):
    item = write(home, curator)
    move(item, "submit", by=curator)
    move(item, "approve", by=editor)
    move(item, "schedule", by=editor, when=soon)
    assert (item.label()[1], readers_see(item)) == ("Scheduled", None)
    assert CuratedItem.objects.published(soon).get() == item
    move(item, "reschedule", by=editor, when=soon + HOUR)
    assert not CuratedItem.objects.published(soon).exists()
    move(item, "unschedule", by=editor)
    assert (item.label()[1], item.publish_at, item.row_is_head) == ("Approved", None, True)
    assert not CuratedItem.objects.published(soon + 2 * HOUR).exists()
    assert lines(item)[-3:] == ["schedule", "reschedule", "unschedule"]
    assert [change.details.get("when") for change in item.changes.order_by("-pk")[:3]] == [
        (soon + HOUR).isoformat(), (soon + HOUR).isoformat(), soon.isoformat(),
    ]  # fmt: skip


def test_unscheduling_leaves_the_newest_words_where_readers_never_saw_any(home, curator, editor, soon):
    item = write(home, curator)
    move(item, "submit", by=curator)
    move(item, "approve", by=editor)
    move(item, "schedule", by=editor, when=soon)
    edit(item, curator, title="A better title")
    move(item, "unschedule", by=editor)
    item.refresh_from_db()
    assert (item.title, item.state, item.publication) == ("A better title", State.DRAFT, Publication.NEVER)


def test_what_was_withdrawn_goes_back_to_that_when_its_return_is_unscheduled(home, editor, soon, client):
    item = make_item(community=home)
    first = item.publish_at
    move(item, "withdraw", by=editor, note="An erratum came out.")
    move(item, "schedule", by=editor, when=soon)
    assert item.label()[1] == "Scheduled"
    move(item, "unschedule", by=editor)
    assert (item.publication, item.publish_at) == (Publication.WITHDRAWN, first)
    assert client.get(item.get_absolute_url()).status_code == 410


# --- Updates of live items --------------------------------------------------------------------------------------------


def test_an_update_goes_out_when_it_is_due_and_not_before(scheduled, soon):
    item = scheduled()
    assert item.label()[1] == "Published + scheduled update"
    assert list(publish_due()) == []
    assert readers_see(item).title == "Before"
    applied = list(publish_due(soon))
    assert [(each.item, each.revision, each.error) for each in applied] == [(item, 2, "")]
    item.refresh_from_db()
    assert (readers_see(item).title, item.label()[1], item.scheduled_at) == ("After", "Published", None)
    line = item.changes.first()
    assert (line.action, line.actor_name, line.via, line.revision) == (
        "publish", "Schedule", "publish_due", item.live_revision,
    )  # fmt: skip
    assert list(publish_due(soon)) == []
    assert item.changes.count() == 5


def test_only_an_approved_revision_is_scheduled(home, curator, editor, soon):
    item = make_item(community=home)
    edit(item, curator, title="After")
    with pytest.raises(MoveNotAllowed, match="is possible from “Approved”"):
        move(item, "schedule", by=editor, when=soon)


def test_who_writes_on_changes_nothing_of_what_is_scheduled(scheduled, curator, soon):
    item = scheduled()
    edit(item, curator, title="Still at work on it")
    assert item.label()[1] == "Published + scheduled update + draft"
    list(publish_due(soon))
    item.refresh_from_db()
    assert readers_see(item).title == "After"
    assert publishing.head_values(item).title == "Still at work on it"
    assert (item.label()[1], item.live_revision.number) == ("Published + draft", 2)


def test_a_newer_revision_can_take_the_place_of_the_scheduled_one(scheduled, curator, editor, soon):
    item = scheduled()
    with pytest.raises(MoveNotAllowed, match="scheduled already"):
        move(item, "schedule", by=editor, when=soon)
    edit(item, curator, title="Better")
    move(item, "submit", by=curator)
    move(item, "approve", by=editor)
    move(item, "schedule", by=editor, when=soon)
    assert item.scheduled_revision.number == 3
    assert lines(item)[-2:] == ["schedule", "unschedule"]
    assert item.changes.first().details["revision"] == 2


@pytest.mark.parametrize(
    ("deed", "sentence"),
    [("publish", "A newer revision was published."), ("withdraw", "The item was withdrawn."),
     ("archive", "The item was archived."), ("request_changes", "Its approval was taken back.")],
)  # fmt: skip
def test_what_makes_an_update_pointless_drops_it_and_says_so(scheduled, lead, soon, deed, sentence):
    item = scheduled()
    move(item, deed, by=lead, note="There is a reason.")
    assert (item.scheduled_at, item.scheduled_revision) == (None, None)
    line = item.changes.first()
    assert (line.action, line.note) == ("unschedule", sentence)
    assert line.details == {"revision": 2, "when": soon.isoformat()}
    assert list(publish_due(soon)) == []


def test_the_time_of_an_update_can_be_changed_and_taken_back(scheduled, editor, soon):
    item = scheduled()
    move(item, "reschedule", by=editor, when=soon + HOUR)
    assert item.changes.first().details == {
        "when": (soon + HOUR).isoformat(), "before": soon.isoformat(), "revision": 2,
    }  # fmt: skip
    assert list(publish_due(soon)) == []
    move(item, "unschedule", by=editor)
    assert (item.label()[1], list(publish_due(soon + HOUR))) == ("Published + approved", [])


# --- When something goes wrong ----------------------------------------------------------------------------------------


def test_a_failure_stays_with_its_item_keeps_its_schedule_and_stops_no_other(scheduled, home, monkeypatch):
    first, bad, last = scheduled("One"), scheduled("Two", slug="two"), scheduled("Three")
    make_item(community=home, slug="taken")
    taken = publishing.head_values(bad)
    taken.slug = "taken"
    # Approved while the address was free.
    with monkeypatch.context() as patch:
        patch.setattr(publishing.saving, "validate", lambda item: None)
        edit(bad, slug="taken")
    CuratedItem.objects.filter(pk=bad.pk).update(scheduled_revision=bad.head_revision)
    for item in (first, bad, last):
        overdue(item)
    printed = json.loads(run("publish_due", "--json", code=1)[0])
    assert printed["counts"] == {"published": 2, "failed": 1, "caught_up": 0}
    assert [readers_see(item).title for item in (first, bad, last)] == ["After", "Two", "After"]
    bad.refresh_from_db()
    assert (bad.schedule_attempts, bad.scheduled_revision) == (1, bad.head_revision)
    assert "has this address" in bad.schedule_error
    assert JobRun.objects.get(name="publish_due").counts == {"published": 2, "failed": 1}
    run("publish_due", code=1)
    bad.refresh_from_db()
    assert bad.schedule_attempts == 2
    CuratedItem.objects.filter(slug="taken").update(slug="free-again")
    run("publish_due")
    bad.refresh_from_db()
    assert (bad.slug, bad.schedule_error, bad.scheduled_at) == ("taken", "", None)


def test_a_mistake_of_the_program_is_kept_with_the_item_too(scheduled, monkeypatch, caplog):
    item, other = scheduled(), scheduled()
    overdue(item, 2 * HOUR)
    overdue(other)
    fill, calls = publishing.live.fill_row, []

    def failing(item, values):
        calls.append(item)
        if len(calls) == 1:
            raise KeyError("surprise")
        fill(item, values)

    monkeypatch.setattr(publishing.live, "fill_row", failing)
    assert [bool(applied.error) for applied in publish_due()] == [True, False]
    item.refresh_from_db()
    assert "surprise" in item.schedule_error
    assert readers_see(item).title == "Before"
    assert "did not go out" in caplog.text


@pytest.mark.parametrize("way", ["blocked", "over"])
def test_what_may_no_longer_be_shown_does_not_go_out(scheduled, way):
    item = scheduled()
    overdue(item)
    if way == "blocked":
        Publisher.objects.update(status=Publisher.Status.BLOCKED)
    else:
        CuratedItem.objects.update(unpublish_at=timezone.now())
    run("publish_due", code=1)
    item.refresh_from_db()
    assert item.schedule_error
    assert item.live_revision.number == 1


# --- For monitors -----------------------------------------------------------------------------------------------------


def test_a_monitor_is_told_of_what_is_overdue_or_failed_and_of_nothing_else(scheduled):
    item = scheduled()
    assert "Nothing is overdue" in run("publish_due", "--check")[1]
    overdue(item, timedelta(minutes=9))
    run("publish_due", "--check")
    out = json.loads(run("publish_due", "--check", "--grace", 5, "--json", code=2)[0])
    assert (out["ok"], out["items"][0]["minutes"], out["items"][0]["title"]) == (False, 9, "Before")
    CuratedItem.objects.update(schedule_error="The disk is full.", schedule_attempts=3)
    assert "It failed 3 times: The disk is full." in run("publish_due", "--check", code=2)[0]
    assert readers_see(item).title == "Before", "looking changes nothing"


def test_the_last_run_is_remembered(scheduled):
    overdue(scheduled())
    run("publish_due")
    run("publish_due")
    last = JobRun.objects.get()
    assert (last.name, last.counts) == ("publish_due", {"published": 0, "failed": 0})
    assert last.started_at <= last.finished_at


# --- Dates ------------------------------------------------------------------------------------------------------------


def test_an_end_before_a_scheduled_update_is_refused(scheduled, editor, soon):
    item = make_item(community=scheduled().community, unpublish_at=soon)
    edit(item, editor, title="After")
    CuratedItem.objects.filter(pk=item.pk).update(state=State.APPROVED)
    item.refresh_from_db()
    with pytest.raises(MoveNotAllowed, match="At this time “published until” has passed"):
        move(item, "schedule", by=editor, when=soon + HOUR)


def test_the_timeline_keeps_the_dates_that_were_set_before(home, editor, soon):
    item = make_item(community=home)
    before = item.publish_at
    publishing.set_dates(item, publish_at=before, unpublish_at=soon, by=editor, version=item.version)
    with pytest.raises(ValidationError, match="Choose a later end"):
        publishing.set_dates(item, publish_at=soon, unpublish_at=before, by=editor, version=item.version)
    assert item.changes.get().details == {"publish_at_before": before.isoformat()}
