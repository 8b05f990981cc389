"""The desk: its numbers are those of the lists that they lead to, and each role finds its own work there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communities.models import Membership, Role, User
from curation import notices
from curation.admin.desk import AHEAD, ALARM, CARE, WORK
from curation.admin.queues import counts_of, looked_up
from curation.models import CuratedItem, Notification, OutgoingMail, SavedView
from curation.workflow import State
from tests.deeds import edit, move, write
from tests.factories import make_draft_of, make_image, make_item, make_user
from tests.newsroom import admin, filled_in, signed_in

LIST = "/admin/curation/curateditem/"


@pytest.fixture
def busy(newsroom):
    """An item for every number of the desk."""
    now, home = timezone.now(), newsroom.home
    day = timedelta(days=1)
    make_item(published=False, community=home, state=State.IN_REVIEW, title="Late", review_due=(now - 3 * day).date())
    make_item(published=False, community=home, state=State.IN_REVIEW, created_by=newsroom.contributor, title="Sent in")
    write(home, newsroom.contributor, title="Mine")
    make_item(published=False, community=home, state=State.CHANGES_REQUESTED, created_by=newsroom.contributor)
    make_item(published=False, community=home, state=State.APPROVED, title="Ready")
    make_item(community=home, publish_at=now + day, title="Tomorrow")
    make_item(community=home, publish_at=now - day, title="Fresh", image=make_image(""))
    decorative = make_item(community=home, title="Decorated", image=make_image(""))
    CuratedItem.objects.filter(pk=decorative.pk).update(image_decorative=True)
    make_item(community=home, title="Stale", review_by=now.date(), image=make_image("A lock"))
    make_item(community=home, title="Corrected", review_after=True)
    failed = make_item(community=home, title="Stuck")
    revision = make_draft_of(failed, title="Update")
    CuratedItem.objects.filter(pk=failed.pk).update(
        scheduled_revision=revision, scheduled_at=now - day, schedule_error="Its address is taken."
    )
    return newsroom


@pytest.mark.parametrize("who", ["contributor", "curator", "editor", "lead", "root"])
def test_every_number_is_that_of_the_list_it_leads_to(busy, who):
    client = signed_in(getattr(busy, who))
    page = client.get("/admin/")
    shown = [*page.context["desk"], *page.context["ahead"], *page.context["alarms"], *page.context["care"]]
    assert shown
    for queue in shown:
        listed = client.get(queue["panel"].address).context["cl"]
        assert listed.result_count == queue["number"], f"{queue['code']} for {who}"
        keys = [line["item"].pk for line in queue["lines"]]
        assert set(keys) <= {item.pk for item in listed.result_list}
    for week in page.context["weeks"]:
        assert client.get(week.address).context["cl"].result_count == week.number
    assert sum(week.number for week in page.context["weeks"]) == (1 if who != "contributor" else 0)


def test_each_number_counts_what_it_says(busy):
    page = signed_in(busy.lead).get("/admin/")
    numbers = {
        queue["code"]: queue["number"]
        for part in ("desk", "ahead", "alarms", "care") for queue in page.context[part]
    }  # fmt: skip
    assert numbers == {
        "waiting": 2, "changes": 0, "drafts": 0, "overdue": 2, "approved": 1, "coming": 1, "week": 1, "failed": 1,
        "unconfirmed": 1, "stale": 1, "picture": 2, "alt": 1, "unexported": 5,
    }  # fmt: skip
    assert "Its address is taken." in page.content.decode()
    own = signed_in(busy.contributor).get("/admin/")
    assert {queue["code"]: queue["number"] for queue in own.context["desk"]} == {
        "changes": 1, "drafts": 1, "submitted": 1, "overdue": 0,
    }  # fmt: skip


def test_a_review_waits_for_who_may_give_it_and_was_asked_or_nobody_was(newsroom):
    def waiting(who):
        rule = WORK["waiting"].rule(who, timezone.now())
        return looked_up(who, {"number": counts_of(CuratedItem.objects.filter(rule))})["number"]

    item = make_item(published=False, community=newsroom.home, state=State.IN_REVIEW, created_by=newsroom.editor)
    assert (waiting(newsroom.editor), waiting(newsroom.lead), waiting(newsroom.stranger)) == (0, 1, 0)
    item.community.self_approval = True
    item.community.save()
    assert waiting(newsroom.editor) == 1
    CuratedItem.objects.update(reviewer=newsroom.lead, claimed_at=timezone.now())
    assert (waiting(newsroom.editor), waiting(newsroom.lead)) == (0, 1)
    CuratedItem.objects.update(claimed_at=timezone.now() - timedelta(minutes=16))
    assert (waiting(newsroom.editor), waiting(newsroom.lead)) == (1, 1)


def waiting_on_the_desk(who):
    found = {panel["code"]: panel for panel in signed_in(who).get("/admin/").context["desk"]}
    return [line["item"].title for line in found["waiting"]["lines"]]


def test_a_review_asked_of_somebody_who_left_waits_for_the_other_editors(newsroom, draft):
    other = make_user("other", Role.EDITOR, newsroom.home)
    move(draft, "submit", by=newsroom.contributor, assignee=newsroom.editor)
    assert (waiting_on_the_desk(newsroom.editor), waiting_on_the_desk(other)) == (["A draft"], [])
    assert waiting_on_the_desk(newsroom.root) == []
    membership = Membership.objects.get(user=newsroom.editor)
    for gone in (lambda: Membership.objects.filter(pk=membership.pk).update(role=Role.CURATOR), membership.delete):
        gone()
        assert waiting_on_the_desk(other) == waiting_on_the_desk(newsroom.root) == ["A draft"]
    newsroom.lead.memberships.update(role=Role.EDITOR)
    Membership.objects.create(user=newsroom.editor, community=newsroom.elsewhere, role=Role.EDITOR)
    assert waiting_on_the_desk(newsroom.editor) == []
    listed = signed_in(other).get(LIST, {"label": "in_review", "waiting": "me"}).context["cl"]
    assert listed.result_count == 1


def test_a_review_stays_with_a_superuser_it_was_asked_of_as_long_as_they_sign_in(newsroom, draft):
    move(draft, "submit", by=newsroom.contributor, assignee=newsroom.root)
    assert (waiting_on_the_desk(newsroom.root), waiting_on_the_desk(newsroom.editor)) == (["A draft"], [])
    User.objects.filter(pk=newsroom.root.pk).update(is_active=False)
    assert waiting_on_the_desk(newsroom.editor) == ["A draft"]


def test_an_item_that_changes_its_home_in_review_is_told_to_the_editors_there(newsroom, draft):
    Membership.objects.create(user=newsroom.curator, community=newsroom.elsewhere, role=Role.CURATOR)
    move(draft, "submit", by=newsroom.contributor, assignee=newsroom.editor, due=timezone.localdate())
    client = signed_in(newsroom.curator)
    opened = client.get(admin("change", draft.pk))
    Notification.objects.all().delete()
    client.post(admin("change", draft.pk), filled_in(opened, community=str(newsroom.elsewhere.pk)))
    draft.refresh_from_db()
    assert (draft.community, draft.state, draft.reviewer) == (newsroom.elsewhere, State.IN_REVIEW, None)
    assert draft.review_due == timezone.localdate()
    assert waiting_on_the_desk(newsroom.stranger) == ["A draft"]
    words = [entry.words for entry in notices.entries(newsroom.stranger.notifications.all())]
    assert words == ["curator moved “A draft” to your community, where it waits for a review"]
    assert not Notification.objects.exclude(user=newsroom.stranger).exists()


def test_a_reviewer_who_may_review_in_the_new_home_too_keeps_the_review(newsroom, draft):
    for person in (newsroom.curator, newsroom.editor):
        Membership.objects.create(user=person, community=newsroom.elsewhere, role=Role.EDITOR)
    move(draft, "submit", by=newsroom.contributor, assignee=newsroom.editor)
    Notification.objects.all().delete()
    edit(draft, newsroom.curator, community=newsroom.elsewhere)
    assert draft.reviewer == newsroom.editor
    assert [(told.user, told.kind) for told in Notification.objects.all()] == [(newsroom.editor, "edited")]


def test_a_lead_is_told_of_mail_that_did_not_go_out_to_their_own_people(busy):
    now = timezone.now()
    for user, error, times in ((busy.curator, "No such address.", 2), (busy.stranger, "Full.", 3), (busy.lead, "", 4)):
        OutgoingMail.objects.bulk_create(
            OutgoingMail(user=user, error=error, created_at=now, due_at=now) for _ in range(times)
        )
    said = "E-mail that did not go out"
    for person, number in ((busy.lead, "2 mails"), (busy.stranger, "3 mails"), (busy.root, "5 mails")):
        page = signed_in(person).get("/admin/").content.decode()
        assert said in page
        assert f"{number} to people whose lead you are" in page
    assert said not in signed_in(busy.editor).get("/admin/").content.decode()


def test_a_newsroom_without_items_says_what_to_do_first(newsroom, secret):
    for who, words in (("contributor", "An editor does that"), ("lead", "invite them")):
        page = signed_in(getattr(newsroom, who)).get("/admin/").content.decode()
        assert "Three steps to the first published item" in page
        assert words in page
    make_item(published=False, community=newsroom.home, created_by=newsroom.contributor, state=State.REJECTED)
    page = signed_in(newsroom.contributor).get("/admin/").content.decode()
    assert "Three steps" not in page
    assert "Nothing waits for you" in page


def test_the_desk_is_of_ones_own_communities(busy):
    page = signed_in(busy.stranger).get("/admin/")
    assert not page.context["any_item"]
    assert not any(week.number for week in page.context["weeks"])
    assert not page.context["alarms"]


def test_all_panels_have_a_list_of_their_own():
    panels = {**WORK, **AHEAD, **ALARM, **CARE}
    assert len({panel.address for panel in panels.values()}) == len(panels)


# --- Saved views ------------------------------------------------------------------------------------------------------


def test_a_view_is_kept_renamed_shared_and_deleted(newsroom):
    client = signed_in(newsroom.curator)
    kept = client.post(admin("views"), {"name": "My reviews", "query": "p=3&label=in_review&x=1&who=me"}, follow=True)
    view = SavedView.objects.get()
    assert (view.query, view.community) == ("label=in_review&who=me", None)
    assert kept.redirect_chain[-1][0] == f"{LIST}?label=in_review&who=me"
    assert [each["current"] for each in kept.context["views"]] == [True]
    again = client.post(admin("views"), {"name": "my REVIEWS", "query": ""})
    assert "already" in again.content.decode()
    assert not signed_in(newsroom.editor).get(LIST).context["views"]

    mine = admin("view", view.pk)
    assert (
        "Select a valid choice" in client.post(mine, {"name": "R", "community": newsroom.elsewhere.pk}).content.decode()
    )
    client.post(mine, {"name": "Reviews of ours", "community": newsroom.home.pk})
    names = [each["view"].name for each in signed_in(newsroom.editor).get(LIST).context["views"]]
    assert names == ["Reviews of ours"]
    assert not signed_in(newsroom.stranger).get(LIST).context["views"]
    for who in ("editor", "stranger", "root"):
        assert signed_in(getattr(newsroom, who)).post(mine, {"delete": "1"}).status_code == 404
    signed_in(newsroom.lead).post(mine, {"name": "Taken over"})
    view.refresh_from_db()
    assert view.name == "Reviews of ours"
    signed_in(newsroom.lead).post(mine, {"delete": "1"})
    assert not SavedView.objects.exists()
