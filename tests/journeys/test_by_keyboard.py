"""A morning in the newsroom with the keyboard alone, in a real browser."""

import pytest

from curation import publishing
from curation.models import CuratedItem
from curation.workflow import Publication, State
from tests.factories import PASSWORD, make_image, make_item
from tests.newsroom import make_newsroom

FAR = 200
"""How often Tab is pressed before something counts as out of reach."""


@pytest.fixture
def newsroom(db):
    return make_newsroom()


def log_in(page, username):
    page.goto("/admin/login/")
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Good to see you").wait_for()


def tab_to(page, wanted):
    """Presses Tab until `wanted` has the focus."""
    wanted = wanted.first
    wanted.wait_for()
    for _ in range(FAR):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"The keyboard does not get to {wanted}.")


def at(page):
    """The words of what has the focus."""
    return page.evaluate("document.activeElement.textContent").strip()


def press(page, wanted):
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def test_an_editor_reviews_and_publishes_five_items(page, newsroom):
    for number in range(6):
        make_item(
            published=False, community=newsroom.home, created_by=newsroom.contributor, state=State.IN_REVIEW,
            title=f"Worth reading {number}",
        )  # fmt: skip
    log_in(page, "editor")
    press(page, page.get_by_role("link", name="6 Waiting for me"))
    page.locator("#result_list").wait_for()
    page.wait_for_load_state()
    for _ in range(5):
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.get_by_text("5 of 6 selected", exact=True).wait_for()
    page.keyboard.press("k")
    assert at(page).startswith("Worth reading 3")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    press(page, page.get_by_role("button", name="Approve: 5 items"))
    page.get_by_role("heading", name="5 approved").wait_for()
    press(page, page.get_by_role("link", name="Back to the items"))
    press(page, page.get_by_role("link", name="Approved 5"))
    page.get_by_role("heading", name="Items").wait_for()
    tab_to(page, page.get_by_role("checkbox", name="Select all"))
    page.keyboard.press("Space")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    press(page, page.get_by_role("button", name="Publish: 5 items"))
    page.get_by_role("heading", name="5 published").wait_for()
    assert CuratedItem.objects.filter(publication=Publication.LIVE).count() == 5


def test_a_curator_finds_and_mends_a_missing_alt_text(page, newsroom):
    make_item(community=newsroom.home, title="With alt text", image=make_image("A lock"))
    item = make_item(community=newsroom.home, title="Without alt text", image=make_image(""))
    log_in(page, "curator")
    press(page, page.get_by_role("link", name="Published without alt text 1"))
    page.locator("#result_list").wait_for()
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("e")
    tab_to(page, page.get_by_label("Alt text", exact=True))
    page.keyboard.type("A waiting room with one empty chair")
    page.keyboard.press("Control+s")
    page.get_by_text("saved as revision 2").wait_for()
    item.refresh_from_db()
    assert publishing.head_values(item).image_alt == "A waiting room with one empty chair"


def test_keys_are_left_to_who_types_and_can_be_switched_off(page, newsroom):
    make_item(community=newsroom.home, title="Only one")
    log_in(page, "curator")
    page.goto("/admin/curation/curateditem/")
    page.keyboard.press("/")
    page.keyboard.type("jkxeoc?")
    assert page.locator("#searchbar").input_value() == "jkxeoc?"
    page.locator("#searchbar").fill("")
    page.locator("#searchbar").blur()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    dialog.wait_for()
    page.keyboard.press("j")
    dialog.get_by_label("Use single keys").uncheck()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.keyboard.press("j")
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.tagName") != "A"
    page.reload()
    page.keyboard.press("?")
    assert not dialog.is_visible()
    page.locator(".mdg-menu summary", has_text="curator").click()
    page.get_by_role("button", name="Keys").click()
    dialog.get_by_label("Use single keys").check()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.keyboard.press("j")
    assert at(page).startswith("Only one")
