"""A contributor writes an item and submits it, with the keyboard alone."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from communities.models import Role
from curation import publishing
from curation.models import CuratedItem
from curation.workflow import State
from tests.factories import PASSWORD, make_image, make_item, make_user
from tests.newsroom import make_newsroom


@pytest.fixture
def newsroom(transactional_db: None) -> SimpleNamespace:
    return make_newsroom()


def to(page: Page, name: str) -> None:
    """Tabs on until the focus is on what a person who looks, or listens, would know by `name`."""
    for _ in range(80):
        page.keyboard.press("Tab")
        known = page.evaluate(
            """() => {
                const { activeElement: here } = document;
                const label = here.getAttribute("aria-label") || here.labels?.[0]?.firstChild.textContent;
                return (label || here.textContent).trim();
            }"""
        )
        if known == name:
            return
    raise AssertionError(f"The Tab key does not lead to {name}.")


def test_an_item_is_written_and_submitted_with_the_keyboard_alone(
    newsroom: SimpleNamespace, open_page: Callable[..., Page]
) -> None:
    make_item(community=newsroom.home, authors=["Ada Moreno"], topics=[("Medigy", "Remote monitoring")])
    make_user("second", Role.EDITOR, newsroom.home)
    image = make_image("A clinic at dusk", size=(640, 360))
    page, press, write = (opened := open_page()), opened.keyboard.press, opened.keyboard.type
    page.goto("/admin/login/")
    to(page, "Username")
    write("contributor")
    to(page, "Password")
    write(PASSWORD)
    press("Enter")
    page.get_by_role("heading", name="Good to see you").wait_for()

    to(page, "Found something? Paste its link")
    write("https://journal.example/video-visits?utm_source=mail")
    press("Enter")
    page.get_by_role("heading", name="Add item").wait_for()
    to(page, "Title")
    write("A year of video visits")
    to(page, "Authors")
    write("ada")
    page.get_by_role("option", name="Ada Moreno").wait_for()
    press("ArrowDown")
    press("Enter")
    write("Zora Neale")
    press("Enter")
    to(page, "Description")
    write("What a year of video visits has taught one rural clinic about who comes and who stays away.")
    to(page, "Text")
    write("Read it for its figures, which are *honest*.")
    to(page, "From the library")
    write("dusk")
    expect(page.get_by_role("option", name="A clinic at dusk")).to_have_attribute("aria-selected", "true")
    press("Enter")
    to(page, "Topics")
    write("remote")
    page.get_by_role("option", name="Medigy: Remote monitoring").wait_for()
    press("ArrowDown")
    press("Enter")
    to(page, "Tags")
    write("telehealth, rural care,")
    expect(page.frame_locator("#mdg-card-preview iframe").get_by_text("Zora Neale")).to_be_visible()
    press("Control+s")
    page.get_by_text("added as a draft.").wait_for()

    to(page, "Submit for review")
    press("Enter")
    page.get_by_text("submitted for review.").wait_for()
    item = CuratedItem.objects.get(title="A year of video visits")
    said = publishing.head_values(item)
    assert item.state == State.IN_REVIEW
    assert said.authors == ["Ada Moreno", "Zora Neale"]
    assert said.topics == [("Medigy", "Remote monitoring")]
    assert said.tags == ["telehealth", "rural care"]
    assert said.image == image
