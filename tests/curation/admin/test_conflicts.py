"""Two people at one item: both sides are shown and brought together, every typed word stays, one press goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from communities.models import Membership, Role
from curation import publishing
from curation.models import CuratedItem
from curation.workflow import State
from tests.curation.admin.test_pages_are_safe import log_in
from tests.factories import make_community, make_image, make_item
from tests.newsroom import admin, buttons_of, filled_in, signed_in


@pytest.fixture
def item(newsroom):
    return make_item(
        published=False, community=newsroom.home, title="As it was", description="Said.", tags=["one"],
        body="First.\n\nSecond.", created_by=newsroom.contributor,
    )  # fmt: skip


def says(item):
    return publishing.head_values(CuratedItem.objects.get(pk=item.pk))


def save(item, by, **words):
    item.refresh_from_db()
    publishing.save(item, replace(publishing.head_values(item), **words), by=by, version=item.version)


def test_what_does_not_clash_is_brought_together_and_one_press_saves_both(newsroom, item):
    client, address = signed_in(newsroom.curator), admin("change", item.pk)
    opened = client.get(address)
    save(item, newsroom.editor, title="The editor's", tags=["one", "two"])
    stale = client.post(address, filled_in(opened, description="Mine.", tags="one, three", note="Why I did"))
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "You changed different things" in page
    assert "Revision 2 by editor" in page
    both = filled_in(stale)
    assert both["title"] == ["The editor's"]
    assert both["description"] == ["Mine."]
    assert both["tags"] == ["one, two, three"]
    assert both["note"] == ["Why I did"]
    assert client.post(address, both).status_code == 302
    assert (says(item).title, says(item).description, says(item).tags) == (
        "The editor's", "Mine.", ["one", "two", "three"],
    )  # fmt: skip


def test_where_both_changed_the_same_all_three_are_shown_and_mine_stays_typed(newsroom, item):
    client, address = signed_in(newsroom.curator), admin("change", item.pk)
    opened = client.get(address)
    save(item, newsroom.editor, title="As it is now", body="First.\n\nTheirs.")
    stale = client.post(address, filled_in(opened, title="As it was meant", _move="submit"))
    page = stale.content.decode()
    assert stale.status_code == 409
    assert 'href="#clash-title"' in page
    assert "<del>was</del><ins>is now</ins>" in page
    assert "<del>was</del><ins>was meant</ins>" in page or "<ins> meant</ins>" in page
    assert filled_in(stale)["title"] == ["As it was meant"]
    assert "Theirs." in filled_in(stale)["body"][0]
    assert buttons_of(stale).count("_move=submit") >= 1
    item.refresh_from_db()
    assert item.state == State.DRAFT
    assert client.post(address, filled_in(stale, _move="submit")).status_code == 302
    item.refresh_from_db()
    assert (says(item).title, item.state) == ("As it was meant", State.IN_REVIEW)


def test_dates_that_one_side_left_alone_stay_what_the_other_made_them(newsroom):
    item = make_item(community=newsroom.home)
    client, other, address = signed_in(newsroom.editor), signed_in(newsroom.lead), admin("change", item.pk)
    opened = client.get(address)
    dates = {"unpublish_at": "2099-12-31T10:00", "featured_until": "2099-11-30T10:00"}
    assert other.post(address, filled_in(other.get(address), **dates)).status_code == 302
    stale = client.post(address, filled_in(opened, description="Mine."))
    assert stale.status_code == 409
    again = filled_in(stale)
    assert {name: again[name] for name in dates} == {name: [value] for name, value in dates.items()}
    assert client.post(address, again).status_code == 302
    item.refresh_from_db()
    assert (item.unpublish_at.year, item.featured_until.year) == (2099, 2099)
    assert says(item).description == "Mine."


def test_a_date_that_both_changed_is_shown_from_both_sides(newsroom):
    item = make_item(community=newsroom.home)
    client, other, address = signed_in(newsroom.editor), signed_in(newsroom.lead), admin("change", item.pk)
    opened = client.get(address)
    other.post(address, filled_in(other.get(address), unpublish_at="2099-12-31T10:00"))
    mine = filled_in(opened, unpublish_at="2098-12-31T10:00", featured_until="2098-11-30T10:00")
    stale = client.post(address, mine)
    page = stale.content.decode()
    assert 'href="#clash-unpublish_at"' in page
    assert "31 December 2099, 10:00" in page
    assert 'href="#clash-featured_until"' not in page
    assert client.post(address, filled_in(stale)).status_code == 302
    item.refresh_from_db()
    assert (item.unpublish_at.year, item.featured_until.year) == (2098, 2098)
    assert client.post(address, mine).status_code == 302, "What the same person has done already is no clash."


def test_a_button_that_is_pressed_twice_does_it_once_and_alarms_nobody(newsroom, item):
    client, address = signed_in(newsroom.curator), admin("change", item.pk)
    pressed = filled_in(client.get(address), title="Typed once", _move="submit", note="Ready")
    answers = [client.post(address, pressed) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    item.refresh_from_db()
    assert item.changes.filter(action="submit").count() == 1
    assert item.revisions.count() == 2
    saved = filled_in(client.get(address), title="Typed again")
    assert [client.post(address, saved).status_code for _ in range(2)] == [302, 302]
    assert item.revisions.count() == 3


NEW = {
    "link": "https://journal.example/new",
    "title": "New",
    "authors": "Ada",
    "tags": "one, two",
    "body": "<p>Said.</p>",
}


PRESS_AGAIN = """
() => addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  sessionStorage.sent = (sessionStorage.sent ?? "") + "x";
  if (sessionStorage.sent === "x") setTimeout(() => [1, 2, 3].forEach(() => event.submitter.click()));
})
"""
"""Notes each time that the form is really sent, and presses the button three times more after the first."""


def fill_in(client, home, **typed):
    return filled_in(client.get(admin("add")), community=str(home.pk), **NEW | typed)


def test_a_new_item_that_is_saved_twice_is_one_item_and_the_second_press_leads_to_it(newsroom):
    client = signed_in(newsroom.editor)
    picture = SimpleUploadedFile("a.webp", make_image().file.read())
    typed = fill_in(
        client, newsroom.home, upload=picture, date="2020-10-05", carried="a: 1", slug="My Address", note="Look",
        publish_at="2999-05-01T09:00", featured_until="2999-06-01T09:00",
    )  # fmt: skip
    answers = []
    for _ in range(3):
        picture.seek(0)
        answers.append(client.post(admin("add"), typed))
    made = CuratedItem.objects.get()
    assert [answer.get("Location") for answer in answers] == [admin("change", made.pk)] * 3
    assert "added already, by the first press of the button" in client.get(answers[-1]["Location"]).content.decode()
    assert (made.revisions.count(), made.changes.filter(action="created").count()) == (1, 1)
    picture.seek(0)
    assert client.post(admin("add"), typed | {"_close": ""})["Location"] == admin("changelist")


@pytest.mark.parametrize(
    "other",
    [
        {"description": "More"}, {"tags": "one"}, {"authors": "Ada\r\nZora"}, {"body": ""}, {"note": "Why"},
        {"publish_at": "2999-05-01T09:00"}, {"also_in": "elsewhere"}, {"carried": "a: 1"}, {"image_decorative": "on"},
        {"review_by": "2999-05-01"},
    ],
)  # fmt: skip
def test_other_words_for_an_address_that_is_taken_are_not_swallowed(newsroom, other):
    elsewhere = make_community("Elsewhere")
    Membership.objects.create(user=newsroom.editor, community=elsewhere, role=Role.EDITOR)
    client = signed_in(newsroom.editor)
    assert client.post(admin("add"), fill_in(client, newsroom.home)).status_code == 302
    back = client.post(admin("add"), fill_in(client, newsroom.home, **other))
    assert back.status_code == 200
    assert "Another item of this community has this address." in back.content.decode()
    for name, words in other.items():
        assert filled_in(back)[name] == [words]


def test_nobody_is_led_to_an_item_of_somebody_else_or_of_another_day(newsroom):
    mine, theirs = signed_in(newsroom.curator), signed_in(newsroom.editor)
    typed = fill_in(mine, newsroom.home)
    assert mine.post(admin("add"), typed).status_code == 302
    assert theirs.post(admin("add"), typed).status_code == 200
    CuratedItem.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert mine.post(admin("add"), typed).status_code == 200


def test_pressing_save_several_times_sends_a_new_item_once(page, newsroom):
    log_in(page, "curator")
    page.goto(admin("add"))
    for name in ("link", "title"):
        page.locator(f"#id_{name}").fill(NEW[name])
    page.locator("#id_community").select_option(str(newsroom.home.pk))
    page.evaluate(PRESS_AGAIN)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("added as a draft.").wait_for()
    assert page.get_by_text("added already").count() == 0
    assert page.evaluate("sessionStorage.sent") == "x"
    assert CuratedItem.objects.get().title == "New"


def test_the_same_step_by_two_people_is_made_once_and_the_second_is_told(newsroom, item):
    submitted = signed_in(newsroom.curator), signed_in(newsroom.editor)
    forms = [client.get(admin("change", item.pk)) for client in submitted]
    pressed = [filled_in(form, _move="submit") for form in forms]
    codes = [
        client.post(admin("change", item.pk), data).status_code for client, data in zip(submitted, pressed, strict=True)
    ]
    assert codes == [302, 409]


def test_words_that_cannot_be_saved_yet_stay_typed_until_they_can(newsroom, item):
    client, address = signed_in(newsroom.curator), admin("change", item.pk)
    opened = client.get(address)
    save(item, newsroom.editor, description="The editor's")
    wrong = client.post(address, filled_in(opened, title="", body="An hour of work"))
    assert wrong.status_code == 409
    assert filled_in(wrong)["body"] == ["An hour of work"]
    stale = client.post(address, filled_in(wrong, title="With a title"))
    assert stale.status_code == 409
    both = filled_in(stale)
    assert (both["title"], both["description"]) == (["With a title"], ["The editor's"])
    assert client.post(address, both).status_code == 302
    assert says(item).body == "An hour of work"


def test_a_picture_that_was_chosen_is_kept_too(newsroom, item):
    client, address = signed_in(newsroom.curator), admin("change", item.pk)
    opened, mine = client.get(address), make_image("Mine")
    save(item, newsroom.editor, title="Theirs")
    stale = client.post(address, filled_in(opened, featured_image=str(mine.pk)))
    assert filled_in(stale)["featured_image"] == [str(mine.pk)]
    client.post(address, filled_in(stale))
    assert (says(item).image, says(item).title) == (mine, "Theirs")


@pytest.mark.parametrize("started", ["", "0", "99", "x", "9" * 40])
def test_a_form_that_does_not_say_what_it_began_from_loses_nothing_either(newsroom, item, started):
    client, address = signed_in(newsroom.curator), admin("change", item.pk)
    opened = client.get(address)
    save(item, newsroom.editor, title="Theirs")
    stale = client.post(address, filled_in(opened, description="Mine.", started=started))
    assert stale.status_code == 409
    assert filled_in(stale)["description"] == ["Mine."]
