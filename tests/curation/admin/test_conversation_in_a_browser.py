"""Talking about an item as it is done: beside the form, by keyboard, without leaving the page."""

import pytest
from playwright.sync_api import Page, expect

from curation import comments
from curation.models import Presence
from tests.browser import Held, staying, usable_by_everybody
from tests.factories import PASSWORD, make_item
from tests.newsroom import admin

COME_BACK = "window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
"""What makes a page give a sign of life at once, and not after half a minute."""

KEPT = "Not sent yet. A copy is kept in this browser."


def sign_in(page, username, address):
    page.goto(f"/admin/login/?next={address}")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#mdg-bell").wait_for()
    page.wait_for_load_state()


def test_a_thread_is_written_answered_and_resolved_beside_unsaved_words(open_page, newsroom, draft):
    editor, writer = open_page(), open_page()
    address = admin("change", draft.pk)
    sign_in(editor, "editor", address)
    editor.get_by_label("Title", exact=False).first.fill("An unsaved title")
    editor.get_by_role("link", name="Comment on Title").press("Enter")
    editor.keyboard.type("Is it so, @contr")
    editor.get_by_role("option", name="@contributor").wait_for()
    editor.keyboard.press("Tab")
    editor.keyboard.type("and why?")
    editor.keyboard.press("Control+Enter")
    said = editor.locator(".mdg-comment-text")
    said.get_by_text("Is it so, @contributor and why?").wait_for()
    assert editor.locator("#id_title").input_value() == "An unsaved title"
    assert editor.locator("#id_comment").input_value() == ""
    thread = draft.comments.get()
    assert (thread.field, [user.username for user in thread.mentions.all()]) == ("title", ["contributor"])

    sign_in(writer, "contributor", address)
    assert writer.locator("[data-unread]").inner_text() == "0", "opening the item has read it"
    writer.get_by_text("editor has it open since").wait_for()
    writer.get_by_text("Answer editor").click()
    writer.get_by_label("Your answer").fill("Because.")
    writer.get_by_role("button", name="Answer", exact=True).click()
    writer.locator(".mdg-comment-text").get_by_text("Because.").wait_for()

    # A sign of life brings the answer, and who else is there.
    editor.evaluate(COME_BACK)
    editor.get_by_text("contributor has it open since").wait_for()
    said.get_by_text("Because.").wait_for()
    editor.get_by_role("button", name="Resolve the thread of editor").press("Enter")
    editor.get_by_text("1 resolved").wait_for()
    assert said.count() == 0
    editor.goto("about:blank")
    for _ in range(100):  # the page says so as it is left, and nothing waits for the answer
        if not (there := Presence.objects.filter(user=newsroom.editor).exists()):
            break
        writer.wait_for_timeout(50)
    assert not there, "who leaves is gone"


def test_what_cannot_be_sent_stays_where_it_was_typed(page, newsroom, draft):
    sign_in(page, "editor", admin("change", draft.pk))
    page.locator("#id_comment").fill("   ")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.get_by_text("Write something first.").wait_for()
    page.locator("#id_comment").fill("Not lost")
    page.context.set_offline(True)
    page.get_by_role("button", name="Comment", exact=True).click()
    page.get_by_text("That could not be sent.").wait_for()
    assert page.locator("#id_comment").input_value() == "Not lost"
    page.context.set_offline(False)


def test_a_login_in_another_tab_costs_neither_a_comment_nor_a_sign_of_life(page, newsroom, draft):
    sign_in(page, "editor", admin("change", draft.pk))
    page.context.clear_cookies()
    page.evaluate(COME_BACK)
    page.get_by_text("You are signed out.").wait_for()
    other = page.context.new_page()
    sign_in(other, "editor", "/admin/")
    page.evaluate(COME_BACK)
    page.get_by_text("You are signed out.").wait_for(state="hidden")
    page.locator("#id_comment").fill("Still here")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.locator(".mdg-comment-text").get_by_text("Still here").wait_for()


def kept(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('medigy-draft:'))")


def test_leaving_a_comment_that_was_not_sent_asks_and_it_stands_there_again(page, newsroom, draft):
    other = make_item(published=False, community=newsroom.home)
    sign_in(page, "editor", admin("change", draft.pk))
    page.get_by_role("link", name="Comment on Title").click()
    page.keyboard.type("Half a thought")
    page.get_by_label("Has to be settled").check()
    expect(page.get_by_text(KEPT)).to_be_visible()
    asked = staying(page)
    page.get_by_role("link", name="Desk", exact=True).first.click()
    expect(page.locator("#id_comment")).to_have_value("Half a thought")
    assert asked == ["beforeunload"]
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Desk", exact=True).first.click()
    page.get_by_role("heading", name="Good to see you").wait_for()
    page.goto(admin("change", other.pk))
    expect(page.locator("#id_comment")).to_have_value("")
    page.goto("/admin/")
    page.get_by_role("link", name="Comment on “A draft”").click()
    expect(page.locator("#id_comment")).to_have_value("Half a thought")
    expect(page.locator("#id_comment_field")).to_have_value("title")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.locator(".mdg-comment-text").get_by_text("Half a thought").wait_for()
    thread = draft.comments.get()
    assert (thread.field, thread.blocking) == ("title", True)
    assert kept(page) == []
    page.reload()
    expect(page.locator("#id_comment")).to_have_value("")


@pytest.mark.parametrize("button", ["Save", "Save and close"])
def test_saving_the_item_keeps_the_comment_beside_it(page, newsroom, draft, button):
    sign_in(page, "editor", admin("change", draft.pk))
    page.locator("#id_comment").fill("Typed before saving")
    page.locator("#id_title").fill("Another title")
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_text("saved as revision 2").wait_for()
    if button == "Save and close":
        page.goto(admin("change", draft.pk))
    expect(page.locator("#id_title")).to_have_value("Another title")
    expect(page.locator("#id_comment")).to_have_value("Typed before saving")
    expect(page.locator("#id_comment")).to_be_visible()
    expect(page.get_by_text(KEPT)).to_be_visible()


def test_answers_and_changes_are_kept_like_a_comment_even_where_their_thread_is_resolved(page, newsroom, draft):
    mine = comments.add(draft, "Is it so?", by=newsroom.editor)
    theirs = comments.add(draft, "Who says?", by=newsroom.contributor)
    sign_in(page, "editor", admin("change", draft.pk))
    page.get_by_text("Answer contributor").click()
    page.locator(f"#id_text_{theirs.pk}").fill("The author")
    page.get_by_text("Change this comment of yours").click()
    page.locator(f"#id_edit_{mine.pk}").fill("Is it really so?")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator(f"#id_text_{theirs.pk}")).to_be_visible()
    expect(page.locator(f"#id_text_{theirs.pk}")).to_have_value("The author")
    page.get_by_role("button", name="Save the change").click()
    page.locator(".mdg-comment-text").get_by_text("Is it really so?").wait_for()
    expect(page.locator(f"#id_text_{theirs.pk}")).to_have_value("The author")
    comments.resolve(theirs, by=newsroom.contributor)
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#id_comment")).to_have_value("The author")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.locator(".mdg-comment-text").get_by_text("The author").wait_for()
    assert kept(page) == []


def test_what_is_typed_while_a_comment_is_on_its_way_stays(page, newsroom, draft):
    sign_in(page, "editor", admin("change", draft.pk))
    held = Held(page, "**/comments/")
    page.locator("#id_comment").fill("One")
    page.get_by_role("button", name="Comment", exact=True).click()
    held.wait()
    page.locator("#id_comment").fill("Two")
    held.let_go()
    page.locator(".mdg-comment-text").get_by_text("One").wait_for()
    expect(page.locator("#id_comment")).to_have_value("Two")


def test_a_comment_that_one_tab_sends_comes_back_in_no_other(page, newsroom, draft):
    sign_in(page, "editor", admin("change", draft.pk))
    page.locator("#id_comment").fill("Once")
    expect(page.get_by_text(KEPT)).to_be_visible()
    other = page.context.new_page()
    other.goto(admin("comments", draft.pk))
    expect(other.locator("#id_comment")).to_have_value("Once")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.locator(".mdg-comment-text").get_by_text("Once").wait_for()
    assert kept(page) == []


def test_nobody_else_at_the_same_computer_meets_a_comment_and_logging_out_takes_it_away(page, newsroom, draft):
    sign_in(page, "editor", admin("change", draft.pk))
    page.locator("#id_comment").fill("Mine alone")
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.context.clear_cookies()
    page.once("dialog", lambda dialog: dialog.accept())
    sign_in(page, "lead", admin("change", draft.pk))
    expect(page.locator("#id_comment")).to_have_value("")
    page.context.clear_cookies()
    sign_in(page, "editor", admin("change", draft.pk))
    expect(page.locator("#id_comment")).to_have_value("Mine alone")
    page.locator("#id_comment").fill("Mine alone, and more")
    page.locator("summary", has_text="Your account").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/logout/")
    assert kept(page) == []


def test_the_pages_can_be_read_and_used_by_everybody(page, newsroom, draft):
    thread = comments.add(draft, "@editor https://a.example/", by=newsroom.contributor, field="body", blocking=True)
    comments.reply(thread, "Yes", by=newsroom.lead)
    comments.resolve(comments.add(draft, "Done", by=newsroom.lead), by=newsroom.lead)
    sign_in(page, "lead", "/admin/notifications/")
    for address in ("/admin/notifications/", "/admin/notifications/mail/", admin("comments", draft.pk)):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        usable_by_everybody(page, address)
