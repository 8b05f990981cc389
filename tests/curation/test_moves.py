"""The moves that ask for more than a note, or do more than lead to another state."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from communities.models import Role
from curation import publishing, redirects
from curation.models import CuratedItem, Publisher
from curation.publishing import StaleVersion
from curation.workflow import LEASE, MOVES, MoveNotAllowed, State
from tests.deeds import edit, lines, move, readers_see, write
from tests.factories import make_community, make_draft_of, make_image, make_item, make_user

pytestmark = pytest.mark.django_db


def published(home, curator, editor, **words):
    item = write(home, curator, **words)
    move(item, "submit", by=curator)
    move(item, "approve", "publish", by=editor)
    return item


def refused(match):
    return pytest.raises(MoveNotAllowed, match=match)


# --- Reviewing --------------------------------------------------------------------------------------------------------


def test_an_item_is_submitted_to_somebody_by_a_day_with_a_note(home, curator, editor):
    item = write(home, curator)
    move(item, "submit", by=curator, note="Please look at the figures.", assignee=editor, due=date(2026, 12, 1))
    assert (item.reviewer, item.review_due, item.claimed_by()) == (editor, date(2026, 12, 1), None)
    line = item.changes.first()
    assert (line.note, line.details) == ("Please look at the figures.", {"assignee": "edith", "due": "2026-12-01"})
    move(item, "request_changes", by=editor, note="They do not add up.")
    assert (item.reviewer, item.review_due) == (None, None)


def test_only_who_may_review_is_asked_to(home, curator):
    item = write(home, curator)
    with refused("carla may not review in Telehealth. Choose an editor of it."):
        move(item, "submit", by=curator, assignee=curator)


def test_a_review_is_one_persons_for_a_while_and_can_be_left_to_others(home, curator, editor, lead):
    item = write(home, curator)
    move(item, "submit", by=curator)
    version = item.version
    move(item, "claim", by=editor)
    assert (item.claimed_by(), item.version) == (editor, version), "the author's open form stays good"
    with refused("edith is at it already"):
        move(item, "claim", by=lead)
    with refused("edith is at it until"):
        move(item, "release", by=lead)
    move(item, "release", by=editor)
    move(item, "claim", by=lead)
    assert item.claimed_by() == lead
    CuratedItem.objects.update(claimed_at=timezone.now() - LEASE)
    item.refresh_from_db()
    move(item, "claim", by=editor)
    assert item.claimed_by() == editor


def test_a_claim_keeps_nobody_from_judging(home, curator, editor, lead):
    item = write(home, curator)
    move(item, "submit", by=curator)
    move(item, "claim", by=editor)
    move(item, "approve", by=lead)
    assert (item.state, item.reviewer, item.claimed_at) == (State.APPROVED, None, None)


def test_the_words_that_are_changed_during_a_review_leave_it_where_it_is(home, curator, editor):
    item = write(home, curator)
    move(item, "submit", by=curator, assignee=editor)
    edit(item, curator, title="Another title", slug="another-address")
    assert (item.state, item.reviewer) == (State.IN_REVIEW, editor)


# --- Going back -------------------------------------------------------------------------------------------------------


def test_reverting_makes_a_draft_that_says_what_an_older_revision_said(home, curator, editor):
    before, after = make_image("Before"), make_image("After")
    item = published(home, curator, editor, image=before, tags=["old"])
    first = bytes(item.head_revision.content)
    edit(item, curator, title="Another title", image=after, tags=["new"])
    move(item, "submit", by=curator)
    move(item, "approve", "publish", by=editor)
    move(item, "revert", by=curator, revision=1)
    head = item.head_revision
    assert (head.number, bytes(head.content), head.featured_image) == (3, first, before)
    assert (item.state, item.label()[1]) == (State.DRAFT, "Published + draft")
    assert readers_see(item).title == "Another title"
    assert item.changes.first().details == {"revision": 1}
    move(item, "submit", by=curator)
    move(item, "approve", "publish", by=editor)
    seen = readers_see(item)
    assert (seen.title, seen.featured_image, [tag.name for tag in seen.tags.all()]) == ("A title", before, ["old"])


def test_a_draft_that_was_never_public_is_reverted_at_once(home, curator):
    item = write(home, curator)
    edit(item, curator, title="Another title")
    move(item, "revert", by=curator, revision=1)
    item.refresh_from_db()
    assert (item.title, item.head_revision.number) == ("A title", 3)


@pytest.mark.parametrize(
    ("revision", "sentence"),
    [
        (7, "The item has no revision 7"),
        (2, "says the same as the newest one"),
        (None, "needs the revision to go back"),
    ],
)
def test_there_has_to_be_something_to_revert_to(home, curator, revision, sentence):
    item = write(home, curator)
    edit(item, curator, title="Another title")
    with refused(sentence):
        move(item, "revert", by=curator, revision=revision)


def test_nobody_reverts_an_item_into_a_community_where_they_do_not_work(home, curator):
    elsewhere = make_community("Oncology")
    item = write(elsewhere, None)
    edit(item, community=home)
    item.refresh_from_db()
    assert item.community == home
    with refused("Revision 1 is of Oncology"):
        move(item, "revert", by=curator, revision=1)
    assert CuratedItem.objects.get().community == home


# --- Corrections without a review before ------------------------------------------------------------------------------


def test_an_editor_corrects_a_live_item_and_somebody_else_confirms_it(home, curator, editor, lead):
    item = published(home, curator, editor)
    edit(item, editor, title="A corrected title")
    with refused("needs a reason"):
        move(item, "fast_track", by=editor)
    move(item, "fast_track", by=editor, note="A typing error.")
    assert readers_see(item).title == "A corrected title"
    assert (item.state, item.review_after) == (State.APPROVED, True)
    with refused("You published this correction yourself"):
        move(item, "confirm", by=editor)
    move(item, "confirm", by=lead)
    assert not item.review_after
    with refused("no correction that waits"):
        move(item, "confirm", by=lead)


def test_what_somebody_else_wrote_is_not_published_along_with_a_correction(home, curator, editor):
    item = published(home, curator, editor)
    edit(item, curator, description="Words that nobody has looked at.")
    edit(item, editor, title="A corrected title")
    with refused("Somebody else has written here since it was published"):
        move(item, "fast_track", by=editor, note="A typing error.")
    assert readers_see(item).title == "A title"


def test_a_correction_is_for_those_who_publish_and_for_what_is_live(home, curator, editor):
    item = published(home, curator, editor)
    edit(item, curator, title="Another title")
    with refused("Your role in Telehealth does not include"):
        move(item, "fast_track", by=curator, note="A typing error.")
    draft = write(home, editor, slug="draft")
    with refused("not possible for an item that is never published"):
        move(draft, "fast_track", by=editor, note="A typing error.")


def test_a_revision_that_was_reviewed_settles_the_correction_before_it(home, curator, editor, lead):
    item = published(home, curator, editor)
    edit(item, editor, title="A corrected title")
    move(item, "fast_track", by=editor, note="A typing error.")
    edit(item, curator, title="A better title")
    move(item, "submit", by=curator)
    move(item, "approve", "publish", by=lead)
    assert not item.review_after


# --- Taking back ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["/communities/telehealth/", "https://www.example.org/a?b=c#d"])
def test_readers_of_what_was_withdrawn_are_led_where_the_editor_says(client, home, editor, target):
    item = make_item(community=home)
    move(item, "withdraw", by=editor, note="It moved.", gone_to=f" {target} ")
    response = client.get(item.get_absolute_url())
    assert (response.status_code, response["Location"]) == (302, target)
    move(item, "publish", by=editor)
    assert client.get(item.get_absolute_url()).status_code == 200
    move(item, "withdraw", by=editor, note="For good.")
    assert client.get(item.get_absolute_url()).status_code == 410


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("//evil.example/", "leads to another site"),
        ("/\\evil.example/", "leads to another site"),
        ("javascript:alert(1)", "is not a web address"),
        ("https://user:secret@example.org/", "user name or password"),
        ("/a\u0000b", "invisible characters"),
        ("/communities/telehealth/curated-content/article/", "the item's own address"),
    ],
)
def test_readers_are_led_to_no_place_that_is_none(home, editor, target, sentence):
    item = make_item(community=home, slug="article")
    with refused(sentence):
        move(item, "withdraw", by=editor, note="It moved.", gone_to=target)
    assert readers_see(item)


def test_readers_are_led_in_no_circle(client, home, editor):
    one, other, last = (make_item(community=home) for _ in range(3))
    move(one, "withdraw", by=editor, note="It moved.", gone_to=other.get_absolute_url())
    redirects.lead("/by-the-way/", other.get_absolute_url())
    for target in (one.get_absolute_url(), "/by-the-way/"):
        with refused("leads back to this item"):
            move(other, "withdraw", by=editor, note="It moved, too.", gone_to=target)
    move(other, "withdraw", by=editor, note="It moved, too.", gone_to=last.get_absolute_url())
    assert client.get(one.get_absolute_url())["Location"] == last.get_absolute_url()
    CuratedItem.objects.filter(pk=other.pk).update(gone_to=one.get_absolute_url())
    assert [client.get(each.get_absolute_url()).status_code for each in (one, other)] == [410, 410]


def test_what_is_archived_leads_nowhere(client, home, editor, lead):
    item = make_item(community=home)
    move(item, "withdraw", by=editor, note="It moved.", gone_to="/")
    move(item, "archive", by=lead)
    assert client.get(item.get_absolute_url()).status_code == 410


def test_an_item_whose_row_has_become_unfit_can_still_be_withdrawn(home, editor):
    item = make_item(community=home)
    CuratedItem.objects.update(link="javascript:alert(1)", kind="x" * 60, slug="not a slug")
    item.refresh_from_db()
    move(item, "withdraw", by=editor, note="It is broken.")
    assert not readers_see(item)


# --- Cleaned texts ----------------------------------------------------------------------------------------------------


def test_a_text_that_cleaning_changes_goes_live_once_an_editor_accepts_it(home, curator, editor):
    item = write(home, curator, body="<p>Fine</p><script>alert(1)</script>")
    move(item, "submit", by=curator)
    move(item, "approve", by=editor)
    with refused("“Publish” has to wait: Readers get a cleaned copy of the text, without: 1 <script> element"):
        move(item, "publish", by=editor)
    move(item, "accept_cleaning", by=editor)
    assert item.changes.first().details == {"removed": "1 <script> element"}
    move(item, "publish", by=editor)
    assert readers_see(item)
    with refused("accepted already"):
        move(item, "accept_cleaning", by=editor)
    edit(item, curator, body="<p>Fine</p><script>alert(2)</script>")
    move(item, "submit", by=curator)
    move(item, "approve", by=editor)
    with refused("has to wait"):
        move(item, "publish", by=editor)


# --- What holds for every move ----------------------------------------------------------------------------------------


def test_a_move_takes_answers_to_its_own_questions_alone(home, curator):
    item = write(home, curator)
    with pytest.raises(TypeError, match="does not ask for gone_to"):
        move(item, "submit", by=curator, gone_to="/")


@pytest.mark.parametrize("name", MOVES)
def test_a_move_from_an_old_version_does_nothing(home, name):
    item = make_item(community=home)
    make_draft_of(item, title="Another title")
    with pytest.raises(StaleVersion):
        publishing.move(item, name, by=None, version=0, note="because")
    assert not item.changes.exists()


def test_what_a_superuser_does_beyond_their_memberships_is_marked(home, curator, editor):
    root = make_user("root", Role.CURATOR, home, is_superuser=True)
    item = write(home, root)
    edit(item, root, title="Another title")
    move(item, "submit", by=root)
    move(item, "approve", by=editor)
    move(item, "publish", by=root)
    assert list(item.changes.order_by("pk").values_list("action", "override")) == [
        ("created", False), ("edited", False), ("submit", False), ("approve", False), ("publish", True),
    ]  # fmt: skip
    foreign = write(make_community("Oncology"), root)
    assert foreign.changes.get().override


def test_whoever_may_not_edit_an_item_does_not_save_one(home, curator):
    stranger = make_user("stranger", Role.LEAD, make_community("Oncology"))
    item = write(home, curator)
    with refused("Your role in Telehealth does not include"):
        edit(item, stranger, title="Mine now")
    with refused("Your role in Telehealth does not include adding items"):
        write(home, stranger, slug="another")
    own = write(make_community("Oncology"), stranger)
    with refused("Your role in Telehealth does not include"):
        edit(own, stranger, community=home)


def test_a_blocked_publisher_keeps_a_correction_back(home, curator, editor):
    item = published(home, curator, editor)
    edit(item, editor, title="A corrected title")
    Publisher.objects.update(status=Publisher.Status.BLOCKED)
    with refused("is blocked"):
        move(item, "fast_track", by=editor, note="A typing error.")


def test_a_day_that_lies_in_the_past_is_no_schedule(home, curator, editor):
    item = write(home, curator)
    move(item, "submit", by=curator)
    move(item, "approve", by=editor)
    with refused("needs a day and a time"):
        move(item, "schedule", by=editor)
    with refused("This time has passed"):
        move(item, "schedule", by=editor, when=timezone.now() - timedelta(seconds=1))
    assert lines(item) == ["created", "submit", "approve"]
