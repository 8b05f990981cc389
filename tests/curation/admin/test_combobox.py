"""Boxes to choose with by typing: with the keyboard alone, by finger, and without a script."""

from collections.abc import Callable
from types import SimpleNamespace

from django.urls import reverse
from playwright.sync_api import Page, expect

from communities.models import Membership, Role
from tests.browser import Held, usable_by_everybody
from tests.curation.admin.test_pages_are_safe import log_in
from tests.factories import make_image, make_item, make_user
from tests.newsroom import admin, signed_in


def kept(page: Page, name: str) -> str:
    """What the form would send."""
    return page.evaluate("name => document.querySelector(`[name=${name}]`).value", name)


def test_names_are_found_created_ordered_and_taken_out_with_the_keyboard_alone(page: Page, newsroom: SimpleNamespace):
    make_item(community=newsroom.home, authors=["Sonalika Ghosh", "Ada Moreno"], topics=[("Medigy", "Privacy")])
    log_in(page, "curator")
    page.goto(admin("add"))
    box = page.get_by_role("combobox", name="Authors")
    box.focus()
    page.keyboard.type("sona")
    expect(page.get_by_role("option", name="Sonalika Ghosh")).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("option", name="Sonalika Ghosh")
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    page.keyboard.press("Enter")
    page.keyboard.type("Zora Neale")
    expect(page.get_by_role("option", name="Create “Zora Neale”")).to_be_visible()
    page.keyboard.press("Enter")
    assert kept(page, "authors") == "Sonalika Ghosh\nZora Neale"
    page.get_by_role("button", name="Move Zora Neale to the front by one").press("Enter")
    assert kept(page, "authors") == "Zora Neale\nSonalika Ghosh"
    box.focus()
    page.keyboard.press("Backspace")
    assert kept(page, "authors") == "Zora Neale"
    page.get_by_role("combobox", name="Topics").focus()
    page.keyboard.type("Medigy: pri")
    page.get_by_role("option", name="Medigy: Privacy").wait_for()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert kept(page, "topics") == "Medigy: Privacy"


def test_a_late_answer_leaves_the_mark_where_somebody_put_it(page: Page, newsroom: SimpleNamespace):
    make_item(community=newsroom.home, authors=["Ada Moreno", "Sonalika Ghosh"])
    log_in(page, "curator")
    page.goto(admin("add"))
    page.get_by_role("combobox", name="Authors").focus()
    page.keyboard.type("son")
    page.get_by_role("option", name="Sonalika Ghosh").wait_for()
    late = Held(page, "**/*term=sona&*")
    page.keyboard.type("a")
    late.wait()
    page.keyboard.press("ArrowDown")
    late.let_go()
    page.get_by_role("option", name="Create “sona”").wait_for()
    page.keyboard.press("Enter")
    assert kept(page, "authors") == "Sonalika Ghosh"


def test_what_is_typed_and_not_chosen_yet_is_not_lost(page: Page, newsroom: SimpleNamespace):
    log_in(page, "curator")
    page.goto(admin("add"))
    page.get_by_role("combobox", name="Tags").focus()
    page.keyboard.type("remote care, news, half a")
    page.keyboard.press("Tab")
    assert kept(page, "tags") == "remote care, news, half a"
    page.get_by_role("combobox", name="From the library").focus()
    page.keyboard.type("no such picture")
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox", name="From the library")).to_have_value("")


def test_a_picture_is_chosen_by_finger_and_taken_out_again(
    open_page: Callable[..., Page], newsroom: SimpleNamespace, draft
):
    waiting = make_image("A waiting room")
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    log_in(page, "curator")
    page.goto(admin("change", draft.pk))
    page.get_by_role("combobox", name="From the library").tap()
    page.get_by_role("option", name="A waiting room").tap()
    assert kept(page, "featured_image") == str(waiting.pk)
    page.get_by_role("button", name="Clear: From the library").tap()
    assert kept(page, "featured_image") == ""


def test_members_are_added_by_typing_in_rows_that_come_when_asked_for(page: Page, newsroom: SimpleNamespace):
    newcomer = make_user("newcomer", first_name="Nora", last_name="Newcomer")
    log_in(page, "lead")
    page.goto(reverse("admin:communities_community_change", args=[newsroom.home.pk]))
    page.get_by_role("button", name="Add another member").click()
    page.keyboard.type("nora")
    page.get_by_role("option", name="Nora Newcomer").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()
    assert Membership.objects.get(user=newcomer).role == Role.CONTRIBUTOR


def test_an_open_list_can_be_read_and_used_by_everybody(page: Page, newsroom):
    make_item(community=newsroom.home, authors=["Ada Moreno", "Zora Neale"])
    log_in(page, "curator")
    page.goto(admin("add"))
    page.get_by_role("combobox", name="Authors").click()
    page.get_by_role("option", name="Ada Moreno").click()
    page.get_by_role("combobox", name="Authors").click()
    page.get_by_role("option", name="Zora Neale").wait_for()
    usable_by_everybody(page, "an open list")


def test_without_a_script_a_list_offers_what_there_is(newsroom: SimpleNamespace, draft):
    make_image("A waiting room")
    html = signed_in(newsroom.curator).get(admin("change", draft.pk)).content.decode()
    assert "A waiting room</option>" in html
    assert "select2" not in html
    assert "jquery" not in html


def test_no_page_of_the_newsroom_loads_jquery_or_shows_a_box_of_the_frameworks_own(newsroom: SimpleNamespace, draft):
    client = signed_in(newsroom.root)
    pages = [admin("changelist"), admin("add"), admin("change", draft.pk)]
    for section, pk in (("community", newsroom.home.pk), ("user", newsroom.lead.pk), ("topic", None)):
        name = f"admin:communities_{section}"
        pages += [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
        pages += [reverse(f"{name}_change", args=[pk])] if pk else []
    foreign = ("jquery", "select2", "RelatedObjectLookups", "DateTimeShortcuts", "SelectFilter")
    for page in pages:
        html = client.get(page).content.decode()
        assert not [word for word in foreign if word in html], page


def test_rows_that_are_typed_into_an_address_by_hand_stand_for_nothing(newsroom: SimpleNamespace, draft):
    client = signed_in(newsroom.curator)
    for value in ("x", "9" * 30, "-1", ""):
        assert client.get(admin("changelist"), {"publisher": value}).status_code == 200
        back = client.post(admin("change", draft.pk), {"featured_image": value, "version": draft.version, "title": "T"})
        assert back.status_code == 200
