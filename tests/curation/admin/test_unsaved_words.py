"""Nothing typed into the form of an item is lost: not by leaving, a crash, an expired login, nor another one's save."""

from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, expect

from curation import publishing
from curation.models import CuratedItem, FeaturedImage
from tests.browser import staying, usable_by_everybody
from tests.curation.admin.test_pages_are_safe import log_in
from tests.factories import PASSWORD
from tests.newsroom import admin

PICTURE = Path(__file__).parents[2] / "data" / "medigy" / "28171833-cc9d-59f4-a6ad-dcba727d8301-featuredImage.jpeg"
KEPT = "Not saved yet. A copy is kept in this browser."


def drafts(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('medigy-draft:'))")


def leave(page: Page, address: str) -> None:
    """Away from the form whatever the browser asks, as a crash would."""
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(address)


def says(item: CuratedItem):
    return publishing.head_values(CuratedItem.objects.get(pk=item.pk))


def test_leaving_unsaved_words_asks_and_ctrl_s_saves_them(page: Page, newsroom, draft):
    log_in(page, "curator")
    page.goto(admin("change", draft.pk))
    page.get_by_label("Title").fill("Typed and not saved")
    expect(page.get_by_text(KEPT)).to_be_visible()
    asked = staying(page)
    page.get_by_role("link", name="Close without saving").click()
    expect(page.get_by_label("Title")).to_have_value("Typed and not saved")
    assert asked == ["beforeunload"]
    page.get_by_label("Title").focus()
    page.keyboard.press("Control+s")
    page.get_by_text("saved as revision 2").wait_for()
    assert says(draft).title == "Typed and not saved"
    assert drafts(page) == []
    page.get_by_role("link", name="Close without saving").click()
    page.wait_for_url("**/curateditem/")


def test_after_a_crash_the_draft_is_offered_with_what_it_holds_and_brought_together_with_later_saves(
    page: Page, newsroom, draft
):
    log_in(page, "curator")
    page.goto(admin("change", draft.pk))
    page.get_by_label("Description").fill("Typed before the crash.")
    page.get_by_role("combobox", name="Tags").fill("one, two")
    page.get_by_role("combobox", name="Tags").press("Tab")
    expect(page.get_by_text(KEPT)).to_be_visible()
    leave(page, "/admin/")
    publishing.save(draft, replace(says(draft), title="Edith was faster"), by=newsroom.editor, version=draft.version)
    page.reload()
    page.get_by_role("link", name="A draft", exact=True).first.click()
    offered = page.get_by_role("region", name="A draft that was not saved")
    expect(offered).to_contain_text("Typed before the crash.")
    expect(offered).to_contain_text("The item was saved since")
    expect(page.get_by_label("Description")).to_have_value("")
    page.get_by_role("button", name="Take the draft over").press("Enter")
    expect(page.get_by_label("Description")).to_have_value("Typed before the crash.")
    page.keyboard.press("Control+s")
    page.get_by_role("heading", name="Somebody was faster").wait_for()
    page.get_by_role("button", name="Save both together").click()
    page.get_by_text("saved as revision 3").wait_for()
    assert (says(draft).title, says(draft).description, says(draft).tags) == (
        "Edith was faster", "Typed before the crash.", ["one", "two"],
    )  # fmt: skip
    assert drafts(page) == []


def test_an_expired_login_costs_nothing_not_even_the_chosen_picture(page: Page, newsroom, draft):
    log_in(page, "curator")
    page.goto(admin("change", draft.pk))
    page.get_by_label("Title").fill("Typed for an hour")
    page.route("**/featuredimage/add/", lambda route: route.abort())
    page.locator("#id_upload").set_input_files(PICTURE)
    expect(page.locator("#mdg-picture-told")).to_contain_text("could not be sent now")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Your login has expired. Nothing you typed is lost")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in, in another tab").click()
    other = opened.value
    other.get_by_label("Username").fill("curator")
    other.get_by_label("Password").fill(PASSWORD)
    other.keyboard.press("Enter")
    other.get_by_role("heading", name="Good to see you").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("saved as revision 2").wait_for()
    assert says(draft).title == "Typed for an hour"
    assert says(draft).image == FeaturedImage.objects.get()


def test_nobody_else_at_the_same_computer_meets_a_draft_and_logging_out_takes_it_away(page: Page, newsroom, draft):
    log_in(page, "curator")
    page.goto(admin("change", draft.pk))
    page.get_by_label("Title").fill("Mine alone")
    expect(page.get_by_text(KEPT)).to_be_visible()
    leave(page, "/admin/")
    page.context.clear_cookies()
    log_in(page, "editor")
    page.goto(admin("change", draft.pk))
    expect(page.get_by_role("region", name="A draft that was not saved")).to_have_count(0)
    page.context.clear_cookies()
    log_in(page, "curator")
    expect(page.get_by_text("Not saved yet, kept in this browser")).to_be_visible()
    page.locator("summary", has_text="Your account").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Log out").click()
    page.wait_for_load_state()
    assert drafts(page) == []


def test_errors_take_one_to_their_fields(page: Page, newsroom, draft):
    log_in(page, "curator")
    page.goto(admin("change", draft.pk))
    page.locator("summary", has_text="Language, addresses and dates").click()
    page.get_by_label("Date", exact=True).fill("yesterday")
    page.get_by_label("Title").fill("")
    page.keyboard.press("Control+s")
    errors = page.locator("#mdg-errors")
    expect(errors).to_be_focused()
    errors.get_by_role("link", name="Date").press("Enter")
    expect(page.get_by_label("Date", exact=True)).to_be_focused()
    expect(page.get_by_label("Date", exact=True)).to_have_value("yesterday")
    errors.get_by_role("link", name="Title").press("Enter")
    expect(page.get_by_label("Title")).to_be_focused()


def test_the_card_and_the_text_follow_what_is_typed_and_the_counters_count_what_people_see(page: Page, newsroom, draft):
    log_in(page, "curator")
    page.goto(admin("change", draft.pk))
    page.get_by_label("Title").fill("Família 👩‍👩‍👧 é")
    expect(page.locator("#id_title_counter")).to_have_text("11 of 120 characters")
    page.locator("#id_body").fill("## Said\n\nand **done**")
    expect(page.frame_locator("#mdg-card-preview iframe").get_by_role("heading", name="Família")).to_be_visible()
    expect(page.frame_locator("#mdg-text-preview iframe").get_by_role("heading", name="Said")).to_be_visible()
    page.locator("#id_link").fill("nonsense")
    expect(page.locator("#mdg-verdict")).to_contain_text("is not a web address")


def test_what_is_pasted_is_cleaned_and_marks_follow_the_keyboard(page: Page, newsroom, draft):
    log_in(page, "curator")
    page.goto(admin("change", draft.pk))
    page.locator("#id_body").evaluate(
        """(text) => {
            text.focus();
            const data = new DataTransfer();
            data.setData("text/html", "<p class=MsoNormal><b>Bold</b> words<o:p></o:p></p>");
            data.setData("text/plain", "Bold words");
            text.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("#id_body")).to_have_value("<p><b>Bold</b> words</p>")
    page.locator("#id_body").evaluate("(text) => text.setSelectionRange(15, 20)")
    page.keyboard.press("Control+i")
    expect(page.locator("#id_body")).to_have_value("<p><b>Bold</b> <em>words</em></p>")


def test_the_form_can_be_used_by_everybody_with_a_draft_errors_and_a_conflict(page: Page, newsroom, draft):
    def look(what: str) -> None:
        page.wait_for_timeout(900)
        usable_by_everybody(page, what)

    log_in(page, "curator")
    page.goto(admin("change", draft.pk))
    page.locator("#id_link").fill("nonsense")
    page.get_by_label("Description").fill("Too short")
    page.locator("#id_body").fill("<h2>Said</h2><script>x</script><p>and done</p>")
    look("while typing")
    leave(page, admin("change", draft.pk))
    look("with a draft")
    page.get_by_role("button", name="Take the draft over").click()
    page.keyboard.press("Control+s")
    page.locator("#mdg-errors").wait_for()
    look("with errors")
    publishing.save(draft, replace(says(draft), description="Other"), by=newsroom.editor, version=draft.version)
    page.locator("#id_link").fill("https://journal.example/articles/1")
    page.keyboard.press("Control+s")
    page.get_by_role("heading", name="Somebody was faster").wait_for()
    look("with a conflict")
