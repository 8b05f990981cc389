"""The deeds: what a save and a move do, who may, and what is kept of them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from communities.models import Membership, Role
from curation import publishing
from curation.models import Alias, Change, CuratedItem, Publisher
from curation.publishing import StaleVersion
from curation.workflow import MoveNotAllowed, Publication, State
from tests.deeds import edit, move, readers_see, write
from tests.factories import make_community, make_item, make_user

pytestmark = pytest.mark.django_db


def test_a_new_item_is_a_draft_with_a_revision_an_address_and_a_publisher(home, curator):
    item = write(home, curator)
    assert item.label()[1] == "Draft"
    assert item.slug == "journal-a-title"
    assert (item.publisher.host, item.head_revision.number, item.created_by) == ("journal.example", 1, curator)
    assert item.live_revision is None
    assert readers_see(item) is None


def test_an_item_goes_from_draft_to_readers_in_three_moves(home, curator, editor):
    item = write(home, curator)
    move(item, "submit", by=curator)
    move(item, "approve", "publish", by=editor)
    assert readers_see(item) == item
    assert item.live_revision == item.head_revision
    assert [change.action for change in item.changes.order_by("pk")] == ["created", "submit", "approve", "publish"]


def test_readers_see_the_approved_revision_until_a_newer_one_is_published(home, curator, editor):
    item = write(home, curator, tags=["old"], authors=["Ann"])
    move(item, "submit", by=curator)
    move(item, "approve", "publish", by=editor)
    edit(item, curator, title="A better title", tags=["new"], authors=["Ben", "Ann"], body="New words")
    assert item.label()[1] == "Published + draft"
    seen = readers_see(item)
    assert (seen.title, [tag.name for tag in seen.tags.all()], [str(a) for a in seen.byline], seen.body) == (
        "A title", ["old"], ["Ann"], "",
    )  # fmt: skip
    move(item, "submit", by=curator)
    move(item, "approve", "publish", by=editor)
    seen = readers_see(item)
    assert (seen.title, [tag.name for tag in seen.tags.all()], [str(a) for a in seen.byline], seen.body) == (
        "A better title", ["new"], ["Ben", "Ann"], "New words",
    )  # fmt: skip
    assert "New words" in seen.body_html


def test_an_edit_after_an_approval_voids_it(home, curator, editor):
    item = write(home, curator)
    move(item, "submit", by=curator)
    move(item, "approve", by=editor)
    edit(item, curator, title="Changed after the approval")
    assert item.state == State.DRAFT
    with pytest.raises(MoveNotAllowed, match="is possible from “Approved”"):
        move(item, "publish", by=editor)


def test_a_save_that_changes_nothing_makes_no_revision_and_disturbs_nobody(home, curator):
    item = write(home, curator)
    changes = Change.objects.count()
    assert edit(item, curator) is None
    assert (item.version, item.revisions.count(), Change.objects.count()) == (1, 1, changes)
    item.refresh_from_db()
    assert item.version == 1


def test_nobody_overwrites_what_they_have_not_seen(home, curator, editor):
    item = write(home, curator)
    edit(item, editor, title="Edith was here")
    with pytest.raises(StaleVersion, match="edith changed this item after you opened it"):
        edit(item, curator, version=1, title="Carla was here")
    with pytest.raises(StaleVersion):
        publishing.move(item, "submit", by=curator, version=1)
    item.refresh_from_db()
    assert (item.title, item.state) == ("Edith was here", State.DRAFT)


def test_nobody_approves_what_they_wrote(home, editor, lead):
    item = write(home, editor)
    move(item, "submit", by=editor)
    with pytest.raises(MoveNotAllowed, match="Ask somebody else"):
        move(item, "approve", by=editor)
    move(item, "approve", by=lead)


def test_nobody_approves_what_they_had_a_hand_in(home, curator, editor, lead):
    item = write(home, editor)
    edit(item, curator, title="Carla's last touch")
    move(item, "submit", by=curator)
    with pytest.raises(MoveNotAllowed, match="Ask somebody else"):
        move(item, "approve", by=editor)


def test_a_community_can_let_people_approve_their_own_work(home, editor):
    home.self_approval = True
    home.save()
    item = write(home, editor)
    move(item, "submit", "approve", "publish", by=editor)
    assert readers_see(item)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.CONTRIBUTOR, []),
        (Role.CURATOR, []),
        (Role.EDITOR, ["approve", "claim", "request_changes", "reject"]),
        (Role.LEAD, ["approve", "claim", "request_changes", "reject", "archive"]),
    ],
)
def test_each_role_is_offered_the_moves_that_it_may_make_and_refused_the_others(home, curator, role, allowed):
    item = write(home, curator)
    move(item, "submit", by=curator)
    user = make_user("somebody", role, home)
    assert [chosen.name for chosen in publishing.allowed_moves(item, user)] == allowed
    for name in {"approve", "request_changes", "archive"} - set(allowed):
        with pytest.raises(MoveNotAllowed):
            move(item, name, by=user, note="because")


def test_a_role_in_one_community_counts_for_nothing_in_another(home, curator):
    item = write(home, curator)
    move(item, "submit", by=curator)
    stranger = make_user("stranger", Role.LEAD, make_community("Elsewhere"))
    assert publishing.allowed_moves(item, stranger) == []
    with pytest.raises(MoveNotAllowed, match="Your role in Telehealth"):
        move(item, "approve", by=stranger)


@pytest.mark.parametrize("name", ["request_changes", "reject"])
def test_sending_something_back_needs_a_reason(home, curator, editor, name):
    item = write(home, curator)
    move(item, "submit", by=curator)
    with pytest.raises(MoveNotAllowed, match="needs a reason"):
        move(item, name, by=editor, note="  ")
    move(item, name, by=editor, note="The source is missing.")
    assert item.changes.first().note == "The source is missing."


def test_a_blocked_publisher_is_not_published(home, curator, editor):
    item = write(home, curator)
    Publisher.objects.update(status=Publisher.Status.BLOCKED)
    move(item, "submit", by=curator)
    move(item, "approve", by=editor)
    with pytest.raises(MoveNotAllowed, match="is blocked"):
        move(item, "publish", by=editor)


def test_what_is_withdrawn_is_gone_for_readers_and_can_be_published_again(home, curator, editor, lead):
    item = make_item(community=home)
    move(item, "withdraw", by=editor, note="An erratum came out.")
    assert readers_see(item) is None
    move(item, "publish", by=editor)
    assert readers_see(item)
    move(item, "archive", by=lead)
    assert readers_see(item) is None
    move(item, "restore", by=lead)
    assert (item.publication, item.state) == (Publication.WITHDRAWN, State.DRAFT)
    assert readers_see(item) is None


def test_restoring_what_was_never_published_makes_it_a_draft(home, curator, lead):
    item = write(home, curator)
    move(item, "archive", "restore", by=lead)
    assert item.label()[1] == "Draft"


def test_what_is_rejected_or_archived_is_not_edited(home, curator, editor, lead):
    item = write(home, curator)
    move(item, "submit", by=curator)
    move(item, "reject", by=editor, note="No method.")
    with pytest.raises(MoveNotAllowed, match="Reopen it"):
        edit(item, curator, title="Again")
    move(item, "archive", by=lead)
    with pytest.raises(MoveNotAllowed, match="Restore it"):
        edit(item, curator, title="Again")


def test_dates_decide_at_the_time_of_reading(home, curator, editor):
    item = write(home, curator)
    now = timezone.now()
    publishing.set_dates(
        item, publish_at=now + timedelta(days=1), unpublish_at=now + timedelta(days=2), by=editor, version=item.version
    )
    move(item, "submit", by=curator)
    move(item, "approve", "publish", by=editor)
    assert item.label()[1] == "Scheduled"
    for days, seen in ((0, False), (1.5, True), (3, False)):
        moment = now + timedelta(days=days)
        assert CuratedItem.objects.published(moment).filter(pk=item.pk).exists() is seen
        assert item.is_published(moment) is seen


def test_only_those_who_publish_set_the_dates_of_publication(home, curator):
    item = write(home, curator)
    with pytest.raises(MoveNotAllowed, match="does not include setting dates"):
        publishing.set_dates(item, publish_at=timezone.now(), unpublish_at=None, by=curator, version=item.version)


def test_an_end_before_the_beginning_is_refused_in_words(home, curator, editor):
    item, now = write(home, curator), timezone.now()
    with pytest.raises(ValidationError, match="Choose a later end"):
        publishing.set_dates(
            item, publish_at=now, unpublish_at=now - timedelta(days=1), by=editor, version=item.version
        )


def test_a_changed_address_of_a_live_item_leaves_the_old_one_behind(home, curator, editor):
    item = write(home, curator)
    move(item, "submit", by=curator)
    move(item, "approve", "publish", by=editor)
    old = item.get_absolute_url()
    edit(item, curator, slug="another-address")
    move(item, "submit", by=curator)
    move(item, "approve", "publish", by=editor)
    assert item.get_absolute_url() != old
    assert Alias.objects.target_of(old).item == item
    assert f"aliases: {old.rstrip('/')}\n" in item.live_revision.document.text


def test_two_items_of_a_community_do_not_share_an_address(home, curator):
    write(home, curator, slug="taken")
    with pytest.raises(ValidationError, match="Another item of this community has this address"):
        write(home, curator, slug="taken")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "news.example/a", "ftp://news.example/a", "https://"])
def test_a_link_that_is_none_is_refused_in_words(home, curator, link):
    with pytest.raises(ValidationError, match=r"web address|names no site") as refused:
        write(home, curator, link=link)
    assert "link" in refused.value.message_dict


def test_every_change_carries_the_hash_of_the_one_before(home, curator, editor):
    item = write(home, curator)
    move(item, "submit", by=curator)
    move(item, "approve", by=editor)
    changes = list(item.changes.order_by("pk"))
    assert [change.previous_hash for change in changes] == ["", changes[0].hash, changes[1].hash]
    assert all(change.hash == Change.objects.get(pk=change.pk).digest() for change in changes)


def test_words_are_cleaned_for_readers_and_kept_as_they_came(home, curator):
    item = write(home, curator, body="<p onclick=x>Fine</p><script>alert(1)</script>")
    assert item.body_html.strip() == "<p>Fine</p>"
    assert "script" in item.cleaned_away
    assert item.body == "<p onclick=x>Fine</p><script>alert(1)</script>"


def test_a_revision_that_takes_an_item_to_another_community_needs_its_editor_there_too(home, curator, editor, lead):
    item = make_item(community=home)
    there = make_community("Elsewhere")
    edit(item, community=there)
    move(item, "submit")
    assert "approve" not in [chosen.name for chosen in publishing.allowed_moves(item, editor)]
    with pytest.raises(MoveNotAllowed, match="Your role in Elsewhere"):
        move(item, "approve", by=editor)
    both = make_user("both", Role.EDITOR, home)
    Membership.objects.create(user=both, community=there, role=Role.EDITOR)
    move(item, "approve", "publish", by=both)
    assert readers_see(item).community == there


def test_the_number_upstream_follows_from_the_words(home, curator):
    item = write(home, curator, upstream_id=7, carried={"source": "elsewhere"})
    assert item.upstream_key == "elsewhere:7"
    edit(item, curator, upstream_id=8)
    assert CuratedItem.objects.get(pk=item.pk).upstream_key == "elsewhere:8"
