"""The steps beside the form: what each asks, what keeps it back, and what is said of it afterwards."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from communities.models import Role, User
from curation import publishing
from curation.admin.fields import LocalTime
from curation.models import CuratedItem, JobRun
from curation.workflow import Publication, State
from tests.commands import run
from tests.factories import make_draft_of, make_image, make_item, make_user
from tests.newsroom import admin, buttons_of, filled_in, signed_in


def press(who, item, move, **typed):
    client = signed_in(who)
    return client.post(admin("change", item.pk), filled_in(client.get(admin("change", item.pk)), _move=move, **typed))


def save(who, item, **typed):
    client = signed_in(who)
    return client.post(admin("change", item.pk), filled_in(client.get(admin("change", item.pk)), _save="", **typed))


@pytest.fixture
def approved(newsroom):
    return make_item(
        published=False, community=newsroom.home, state=State.APPROVED, created_by=newsroom.contributor,
        title="A title that is long enough", description="A description that is long enough to be shown whole. " * 2,
    )  # fmt: skip


def test_submitting_says_for_whom_and_by_when(newsroom, draft):
    press(
        newsroom.contributor, draft, "submit",
        **{"submit-assignee": str(newsroom.editor.pk), "submit-due": "2999-03-01", "note": "Ready"},
    )  # fmt: skip
    draft.refresh_from_db()
    assert (draft.state, draft.reviewer) == (State.IN_REVIEW, newsroom.editor)
    page = signed_in(newsroom.editor).get(admin("change", draft.pk)).content.decode()
    assert "For editor to review." in page
    assert "Due by 1 March 2999." in page


def test_only_editors_of_the_community_are_offered_as_reviewers(newsroom, draft):
    choices = signed_in(newsroom.contributor).get(admin("change", draft.pk)).context["form"].fields["submit-assignee"]
    assert set(choices.queryset) == {newsroom.editor, newsroom.lead}
    refused = press(newsroom.contributor, draft, "submit", **{"submit-assignee": str(newsroom.stranger.pk)})
    assert refused.status_code == 200
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_scheduling_asks_for_a_time_and_shows_it_with_its_zone(newsroom, approved):
    missing = press(newsroom.editor, approved, "schedule")
    assert "needs a day and a time" in missing.content.decode()
    assert press(newsroom.editor, approved, "schedule", **{"schedule-when": "2999-03-01T09:30"}).status_code == 302
    approved.refresh_from_db()
    assert approved.publish_at == datetime(2999, 3, 1, 9, 30, tzinfo=UTC)
    page = signed_in(newsroom.editor).get(admin("change", approved.pk)).content.decode()
    assert "for 1 March 2999, 09:30 UTC" in page
    assert {"_move=reschedule", "_move=unschedule"} <= set(
        buttons_of(signed_in(newsroom.editor).get(admin("change", approved.pk)))
    )


def test_a_reviewer_takes_and_leaves_a_review_and_others_see_it(newsroom, draft):
    press(newsroom.contributor, draft, "submit")
    assert press(newsroom.editor, draft, "claim").status_code == 302
    seen = signed_in(newsroom.lead).get(admin("change", draft.pk))
    assert "editor is reviewing it" in seen.content.decode()
    assert press(newsroom.editor, draft, "release").status_code == 302


def test_withdrawing_asks_why_and_where_to_lead_readers(newsroom):
    item = make_item(community=newsroom.home)
    assert "needs a reason" in press(newsroom.editor, item, "withdraw").content.decode()
    press(newsroom.editor, item, "withdraw", note="Outdated", **{"withdraw-gone_to": "/communities/telehealth/"})
    item.refresh_from_db()
    assert (item.publication, item.gone_to) == (Publication.WITHDRAWN, "/communities/telehealth/")


def test_an_older_revision_is_gone_back_to_from_the_history(newsroom):
    item = make_item(community=newsroom.home, title="As it was")
    make_draft_of(item, title="Worse")
    client = signed_in(newsroom.curator)
    page = client.get(admin("revision", item.pk, 1))
    assert "Go back to revision 1" in page.content.decode()
    assert "revert_form" not in client.get(admin("revision", item.pk, 2)).content.decode()
    answer = client.post(admin("revert", item.pk), filled_in(page, "revert_form", note="It was better"))
    assert answer["Location"] == admin("change", item.pk)
    item.refresh_from_db()
    assert (item.head_revision.number, publishing.head_values(item).title) == (3, "As it was")
    again = client.post(admin("revert", item.pk), filled_in(page, "revert_form"))
    assert again["Location"] == admin("history", item.pk)
    assert item.revisions.count() == 3
    assert client.post(admin("revert", item.pk), {"revision": "x"}).status_code == 400


def test_what_the_checks_find_leads_to_its_field_and_keeps_the_step_back(newsroom, draft):
    client = signed_in(newsroom.contributor)
    image = make_image("", size=(700, 400))
    client.post(
        admin("change", draft.pk), filled_in(client.get(admin("change", draft.pk)), featured_image=str(image.pk))
    )
    page = client.get(admin("change", draft.pk)).content.decode()
    assert "The picture has no alt text: say what it shows, or mark it as decoration." in page
    assert 'href="#id_image_alt"' in page
    assert "has to wait" in press(newsroom.contributor, draft, "submit").content.decode()
    press(newsroom.contributor, draft, "submit", image_alt="A clinic at night")
    draft.refresh_from_db()
    assert draft.state == State.IN_REVIEW


def test_a_panel_says_why_readers_see_it_or_not(newsroom, approved):
    page = signed_in(newsroom.editor).get(admin("change", approved.pk)).content.decode()
    assert "Why is this not public?" in page
    assert "never published; its newest revision is: approved" in page
    live = make_item(community=newsroom.home)
    assert "Why is this public?" in signed_in(newsroom.editor).get(admin("change", live.pk)).content.decode()


def test_what_a_superuser_does_without_a_role_is_marked(newsroom, draft):
    press(newsroom.root, draft, "submit")
    assert "as superuser" in signed_in(newsroom.curator).get(admin("history", draft.pk)).content.decode()
    other = make_item(published=False, community=newsroom.home)
    press(newsroom.curator, other, "submit")
    assert "as superuser" not in signed_in(newsroom.curator).get(admin("history", other.pk)).content.decode()


def test_the_desk_tells_editors_of_scheduled_updates_that_did_not_go_out(newsroom):
    item = make_item(community=newsroom.home, title="Stuck")
    revision = make_draft_of(item, title="Next")
    CuratedItem.objects.filter(pk=item.pk).update(
        scheduled_revision=revision, scheduled_at=timezone.now() - timedelta(hours=1), schedule_error="It is blocked."
    )
    page = signed_in(newsroom.editor).get(reverse("admin:index")).content.decode()
    assert "It is blocked." in page
    assert "ask an operator to run publish_due" in page
    JobRun.begin("publish_due").finish({"published": 0, "failed": 1})
    assert "last brought out" in signed_in(newsroom.editor).get(reverse("admin:index")).content.decode()
    assert "It is blocked." not in signed_in(newsroom.contributor).get(reverse("admin:index")).content.decode()
    assert "It is blocked." not in signed_in(newsroom.stranger).get(reverse("admin:index")).content.decode()


@override_settings(TIME_ZONE="Europe/Berlin")
def test_a_time_that_the_clock_skips_or_shows_twice_is_asked_about():
    with timezone.override(ZoneInfo("Europe/Berlin")):
        field = LocalTime()
        with pytest.raises(ValidationError, match=r"There is no 02:30 .* such as 03:30"):
            field.clean("2026-03-29T02:30")
        with pytest.raises(ValidationError, match="shows 02:30 twice"):
            field.clean("2026-10-25T02:30")
        assert field.clean("2026-10-25T02:30 first") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        assert field.clean("2026-10-25T02:30 second") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
        assert field.clean("2026-07-01T12:00") == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
        asked = field.widget.render("when", "2026-10-25T02:30")
        assert "02:30 CEST (UTC+0200)" in asked
        assert "02:30 CET (UTC+0100)" in asked
        assert "select" not in field.widget.render("when", "2026-03-29T02:30")
        picked = {"when": "2026-10-25T02:30", "when-which": "second"}
        assert field.widget.value_from_datadict(picked, {}, "when") == "2026-10-25T02:30 second"


@pytest.fixture
def in_berlin(settings):
    """Where the clock shows the hour from 02:00 to 03:00 twice on 31 October 2027."""
    settings.TIME_ZONE = "Europe/Berlin"


FIRST, SECOND = (datetime(2027, 10, 31, hour, 30, tzinfo=UTC) for hour in (0, 1))


def test_an_item_that_goes_out_at_a_time_that_comes_twice_stays_as_it_is_scheduled(newsroom, approved, in_berlin):
    twice = {"schedule-when": "2027-10-31T02:30", "schedule-when-which": "second"}
    assert press(newsroom.editor, approved, "schedule", **twice).status_code == 302
    opened = filled_in(signed_in(newsroom.editor).get(admin("change", approved.pk)))
    assert (opened["publish_at"], opened["publish_at-which"]) == (["2027-10-31T02:30"], ["second"])
    assert save(newsroom.editor, approved, title="Another title that is long enough").status_code == 302
    for move in ("submit", "request_changes"):
        assert press(newsroom.editor, approved, move, note="Shorter, please").status_code == 302
    approved.refresh_from_db()
    assert (approved.publish_at, approved.state) == (SECOND, State.CHANGES_REQUESTED)
    assert publishing.head_values(approved).title == "Another title that is long enough"


def test_which_of_two_times_is_meant_is_changed_in_the_box_beside_them(newsroom, in_berlin):
    item = make_item(community=newsroom.home, publish_at=SECOND)
    for which, moment in (("first", FIRST), ("second", SECOND)):
        assert save(newsroom.editor, item, **{"publish_at-which": which}).status_code == 302
        item.refresh_from_db()
        assert item.publish_at == moment
    told = save(newsroom.editor, item)
    assert (told.status_code, item.changes.count()) == (302, 2)
    # The box beside it says nothing about a time that comes once.
    save(newsroom.editor, item, publish_at="2027-10-31T12:00")
    item.refresh_from_db()
    assert item.publish_at == datetime(2027, 10, 31, 11, 0, tzinfo=UTC)


def test_who_may_not_set_the_dates_may_not_choose_between_two_times_either(newsroom, in_berlin):
    item = make_item(community=newsroom.home, publish_at=SECOND)
    page = signed_in(newsroom.curator).get(admin("change", item.pk))
    assert "02:30 CET (UTC+0100)" in page.content.decode()
    assert "publish_at-which" not in filled_in(page)


@pytest.mark.parametrize(
    ("zone", "typed"),
    [
        ("Europe/Berlin", "0001-01-01T00:00"),
        ("Europe/Berlin", "0001-01-01T00:00:01"),
        ("America/New_York", "9999-12-31T23:59"),
    ],
)
def test_a_time_beyond_the_calendar_is_refused_with_a_sentence(newsroom, settings, zone, typed):
    settings.TIME_ZONE = zone
    item = make_item(community=newsroom.home)
    refused = save(newsroom.editor, item, publish_at=typed)
    assert "too far from today" in refused.content.decode()


INVITE = "admin:communities_community_invite"


def test_a_lead_brings_people_into_the_community_and_nobody_else_does(newsroom):
    client, address = signed_in(newsroom.lead), reverse(INVITE, args=[newsroom.home.pk])
    assert (
        address in client.get(reverse("admin:communities_community_change", args=[newsroom.home.pk])).content.decode()
    )
    page = client.post(address, filled_in(client.get(address), "invite_form", who="new@newsroom.example", role="20"))
    new = User.objects.get(email="new@newsroom.example")
    assert new.memberships.get().role == Role.CURATOR
    link = page.context["invitation"].link
    assert link in page.content.decode()
    page = client.post(address, {"who": newsroom.stranger.username, "role": "10"})
    assert not page.context["invitation"].link
    alone = client.post(address, {"who": "lead", "role": "10"})
    assert "the only lead" in alone.content.decode()
    assert client.post(address, {"who": "not an address@", "role": "10"}).status_code == 200
    for who in (newsroom.editor, newsroom.stranger):
        assert signed_in(who).post(address, {"who": "eve", "role": "40"}).status_code == 403
    assert not User.objects.filter(username="eve").exists()


def test_the_link_of_an_invitation_ends_when_somebody_becomes_somebody_elsewhere(newsroom, client):
    def link_for(lead, community, role="10"):
        page = signed_in(lead).post(reverse(INVITE, args=[community.pk]), {"who": "new@newsroom.example", "role": role})
        return page.context["invitation"].link.removeprefix("http://testserver")

    first = link_for(newsroom.lead, newsroom.home)
    form = client.get(first, follow=True)
    assert "Your user name is" in form.content.decode()
    assert link_for(newsroom.lead, newsroom.home, "20")
    assert "Your user name is" in client.get(first, follow=True).content.decode(), "another role, and nobody elsewhere"
    assert not link_for(newsroom.stranger, newsroom.elsewhere)
    chosen = {"new_password1": "a long enough one 17", "new_password2": "a long enough one 17"}
    late = client.post(form.redirect_chain[-1][0], chosen)
    assert "has been used, or is too old" in late.content.decode()
    for response in (client.get(first, follow=True), Client().get(first, follow=True)):
        assert "Your user name is" not in response.content.decode()
    new = User.objects.get(email="new@newsroom.example")
    assert not new.has_usable_password()
    told = json.loads(run("invite", "new", "--community", "oncology", "--role", "curator", "--json")[0])
    given = told["link"].removeprefix("http://testserver")
    assert "Your user name is" in Client().get(given, follow=True).content.decode()


def test_the_link_of_an_invitation_ends_when_somebody_becomes_a_superuser(newsroom, client):
    address = reverse(INVITE, args=[newsroom.home.pk])
    page = signed_in(newsroom.lead).post(address, {"who": "new@newsroom.example", "role": "10"})
    User.objects.filter(email="new@newsroom.example").update(is_superuser=True)
    path = page.context["invitation"].link.removeprefix("http://testserver")
    assert "Your user name is" not in client.get(path, follow=True).content.decode()


def test_the_link_of_an_invitation_sets_a_password_once(newsroom, client):
    make_user("somebody")
    lead = signed_in(newsroom.lead)
    page = lead.post(reverse(INVITE, args=[newsroom.home.pk]), {"who": "new@newsroom.example", "role": "10"})
    path = page.context["invitation"].link.removeprefix("http://testserver")
    form = client.get(path, follow=True)
    assert "Set your password" in form.content.decode()
    chosen = {"new_password1": "a long enough one 17", "new_password2": "a long enough one 17"}
    assert client.post(form.redirect_chain[-1][0], chosen).status_code == 302
    assert "has been used" in client.get(path, follow=True).content.decode()
