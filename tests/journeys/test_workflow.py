"""An item from the first word to its readers, in a real browser, by everybody who has a hand in it."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from communities.models import Role
from curation import publishing
from curation.models import CuratedItem, JobRun
from curation.workflow import Publication
from tests.factories import PASSWORD, make_user
from tests.newsroom import admin, make_newsroom

DESCRIPTION = "What a year of video visits has taught one rural clinic about who comes and who stays away."


@pytest.fixture
def newsroom(transactional_db: None) -> SimpleNamespace:
    return make_newsroom()


def signed_in(open_page: Callable[..., Page], username: str) -> Page:
    page = open_page()
    page.goto("/admin/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Good to see you").wait_for()
    return page


def press(page: Page, button: str, said: str, note: str = "") -> None:
    if note:
        page.get_by_label("Note", exact=True).fill(note)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text(said)


def test_an_item_goes_through_every_hand_and_reaches_its_readers(
    newsroom: SimpleNamespace, open_page: Callable[..., Page]
) -> None:
    make_user("second", Role.EDITOR, newsroom.home)

    # A contributor finds an article, and writes about it.
    contributor = signed_in(open_page, "contributor")
    contributor.get_by_label("Found something? Paste its link").fill("https://journal.example/video-visits")
    contributor.get_by_role("button", name="Begin an item").click()
    contributor.get_by_label("Title").fill("A year of video visits")
    contributor.get_by_label("Description").fill(DESCRIPTION)
    press(contributor, "Save", "added as a draft")
    item = CuratedItem.objects.get()
    press(contributor, "Submit for review", "submitted for review", note="My first one")

    # A curator betters it, and an editor asks for more.
    curator = signed_in(open_page, "curator")
    curator.goto(admin("change", item.pk))
    curator.get_by_label("Curator's note").fill("The figures are honest.")
    press(curator, "Save", "saved as revision 2")
    editor = signed_in(open_page, "editor")
    editor.goto(admin("change", item.pk))
    expect(editor.get_by_text("My first one")).to_be_visible()
    editor.get_by_label("Note", exact=True).fill("Who wrote it?")
    editor.get_by_text("Request changes…").click()
    press(editor, "Request changes", "asked for changes")

    # The contributor sees it on the desk, answers, and looks at the preview.
    contributor.goto("/admin/")
    contributor.get_by_role("link", name="A year of video visits").first.click()
    expect(contributor.get_by_text("Who wrote it?")).to_be_visible()
    contributor.get_by_role("combobox", name="Authors").fill("Ada Moreno")
    press(contributor, "Submit for review", "submitted for review")
    contributor.get_by_role("link", name="Preview").first.click()
    frame = contributor.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="A year of video visits")).to_be_visible()
    expect(frame.get_by_role("link", name="Ada Moreno")).to_be_visible()

    # An editor approves and schedules it.
    editor.goto(admin("change", item.pk))
    press(editor, "Approve", "approved")
    second = signed_in(open_page, "second")
    second.goto(admin("change", item.pk))
    editor.get_by_text("Schedule…").click()
    editor.get_by_label("When", exact=True).fill("2999-03-01T09:30")
    press(editor, "Schedule", "scheduled")
    reader = open_page()
    address = CuratedItem.objects.get().get_absolute_url()
    assert reader.goto(address).status == 404

    # A second editor, whose page is older than that, loses nothing.
    second.get_by_label("Description").fill(f"{DESCRIPTION} Read it to the end.")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_role("heading", name="Somebody was faster")).to_be_visible()
    expect(second.get_by_label("Description")).to_have_value(f"{DESCRIPTION} Read it to the end.")
    press(second, "Save both together", "saved as revision 4")
    item.refresh_from_db()
    assert publishing.head_values(item).description.endswith("Read it to the end.")

    # Its time comes, and no job runs.
    now = timezone.now()
    CuratedItem.objects.filter(pk=item.pk).update(publish_at=now - timedelta(minutes=1))
    assert reader.goto(address).status == 200
    expect(reader.get_by_role("heading", name="A year of video visits")).to_be_visible()
    expect(reader.get_by_text("The figures are honest.")).to_be_visible()
    expect(reader.get_by_text("Read it to the end.")).to_have_count(0)
    item.refresh_from_db()
    assert item.publication == Publication.LIVE
    assert not JobRun.objects.exists()
