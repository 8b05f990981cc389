"""What other systems get wrong, each told as it would go wrong, and how it goes here."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communities.models import Role
from curation import publishing
from curation.models import Change, CuratedItem, NeverChanged
from curation.publishing import StaleVersion
from curation.workflow import MoveNotAllowed, State
from tests.commands import run
from tests.deeds import edit, move, readers_see, write
from tests.factories import make_item, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(home, curator):
    """A curator's item that waits for a review."""
    item = write(home, curator)
    move(item, "submit", by=curator)
    return item


def test_one_bad_update_neither_stops_the_others_nor_loses_its_schedule(home, curator, editor):
    items = []
    for slug in ("one", "two", "three"):
        item = make_item(community=home, slug=slug)
        edit(item, curator, title="After")
        move(item, "submit", by=curator)
        move(item, "approve", by=editor)
        move(item, "schedule", by=editor, when=timezone.now() + timedelta(hours=1))
        items.append(item)
    CuratedItem.objects.update(scheduled_at=timezone.now())
    # Its last day came before its update.
    CuratedItem.objects.filter(slug="one").update(unpublish_at=timezone.now())
    run("publish_due", code=1)
    assert [CuratedItem.objects.get(slug=slug).title for slug in ("two", "three")] == ["After", "After"]
    kept = CuratedItem.objects.get(slug="one")
    assert (kept.scheduled_at is not None, kept.schedule_attempts) == (True, 1)
    assert "has passed" in kept.schedule_error


def test_who_may_review_does_not_review_themselves(home, editor):
    item = write(home, editor)
    move(item, "submit", by=editor)
    assert {"approve"}.isdisjoint(chosen.name for chosen in publishing.allowed_moves(item, editor))
    with pytest.raises(MoveNotAllowed, match="Ask somebody else"):
        move(item, "approve", by=editor)


@pytest.mark.parametrize("name", ["request_changes", "reject"])
@pytest.mark.parametrize("note", ["", " \n"])
def test_nothing_is_sent_back_without_a_reason(waiting, editor, name, note):
    with pytest.raises(MoveNotAllowed, match="needs a reason"):
        move(waiting, name, by=editor, note=note)


def test_a_revision_that_came_in_during_the_review_is_not_approved_by_accident(waiting, curator, editor):
    seen = waiting.version
    edit(waiting, curator, title="Nobody has reviewed this")
    with pytest.raises(StaleVersion):
        publishing.move(waiting, "approve", by=editor, version=seen)
    waiting.refresh_from_db()
    assert waiting.state == State.IN_REVIEW


def test_a_revision_that_came_in_after_the_approval_does_not_go_live(waiting, curator, editor):
    move(waiting, "approve", by=editor)
    edit(waiting, curator, title="Nobody has reviewed this")
    with pytest.raises(MoveNotAllowed, match="is possible from “Approved”"):
        move(waiting, "publish", by=editor)
    assert readers_see(waiting) is None


def test_the_approval_names_the_document_that_goes_live(waiting, editor):
    move(waiting, "approve", "publish", by=editor)
    approval = waiting.changes.get(action="approve")
    assert (approval.revision, approval.sha256) == (waiting.live_revision, waiting.live_revision.sha256)


def test_the_second_of_two_savers_overwrites_nothing_and_loses_nothing(home, curator, editor):
    item = write(home, curator, body="Body")
    began, revision = item.version, item.head_revision.number
    mine = publishing.head_values(item)
    edit(item, editor, title="The other one's title")
    mine.body = "My own body"
    with pytest.raises(StaleVersion):
        publishing.save(item, mine, by=curator, version=began)
    both = publishing.reconcile(item, revision, mine)
    publishing.save(item, both.merged, by=curator, version=item.version)
    item.refresh_from_db()
    assert (item.title, item.body) == ("The other one's title", "My own body")


def test_what_has_ended_is_gone_although_nothing_runs(client, home):
    item = make_item(community=home, unpublish_at=timezone.now() - timedelta(seconds=1))
    assert client.get(item.get_absolute_url()).status_code == 410
    shelf = client.get("/communities/telehealth/curated-content/")
    assert (shelf.status_code, item.get_absolute_url() in shelf.content.decode()) == (200, False)


def test_what_begins_is_there_although_nothing_runs(client, home, editor, curator):
    item = write(home, curator)
    move(item, "submit", by=curator)
    move(item, "approve", by=editor)
    move(item, "schedule", by=editor, when=timezone.now() + timedelta(hours=1))
    assert client.get(item.get_absolute_url()).status_code == 404
    CuratedItem.objects.update(publish_at=timezone.now())
    assert client.get(item.get_absolute_url()).status_code == 200


def test_the_record_of_who_did_what_is_not_rewritten(waiting):
    with pytest.raises(NeverChanged):
        Change.objects.update(note="tampered")
    with pytest.raises(NeverChanged):
        Change.objects.all().delete()


def test_a_scheduled_update_locks_nobody_out_and_ends_its_own_review(home, curator, editor):
    item = make_item(community=home)
    edit(item, curator, title="Update")
    move(item, "submit", by=curator)
    move(item, "approve", by=editor)
    move(item, "schedule", by=editor, when=timezone.now() + timedelta(hours=1))
    edit(item, curator, title="The one after")
    move(item, "submit", by=curator)
    CuratedItem.objects.update(scheduled_at=timezone.now())
    run("publish_due")
    item.refresh_from_db()
    assert readers_see(item).title == "Update"
    assert item.label()[1] == "Published + in review"


def test_a_contributor_publishes_by_no_way_at_all(home):
    person = make_user("conny", Role.CONTRIBUTOR, home)
    item = write(home, person)
    assert [chosen.name for chosen in publishing.allowed_moves(item, person)] == ["submit"]
    for name, answers in {
        "publish": {},
        "approve": {},
        "schedule": {"when": timezone.now() + timedelta(days=1)},
    }.items():
        with pytest.raises(MoveNotAllowed):
            move(item, name, by=person, note="because", **answers)
