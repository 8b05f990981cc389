"""Talking about an item as it is done: beside the form, by keyboard, without leaving the page."""

from curation import comments
from curation.models import Presence
from tests.browser import usable_by_everybody
from tests.factories import PASSWORD
from tests.newsroom import admin

COME_BACK = "window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
"""What makes a page give a sign of life at once, and not after half a minute."""


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


def test_the_pages_can_be_read_and_used_by_everybody(page, newsroom, draft):
    thread = comments.add(draft, "@editor https://a.example/", by=newsroom.contributor, field="body", blocking=True)
    comments.reply(thread, "Yes", by=newsroom.lead)
    comments.resolve(comments.add(draft, "Done", by=newsroom.lead), by=newsroom.lead)
    sign_in(page, "lead", "/admin/notifications/")
    for address in ("/admin/notifications/", "/admin/notifications/mail/", admin("comments", draft.pk)):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        usable_by_everybody(page, address)
