"""Tags in their box: whatever signs they hold, the form and its script take them apart in the same way."""

import pytest
from playwright.sync_api import Page, expect

from curation import publishing
from curation.admin import fields
from curation.models import CuratedItem
from tests.curation.admin.test_pages_are_safe import log_in
from tests.factories import make_item
from tests.newsroom import admin, filled_in, signed_in

ODD = ['the "new" normal', '12" screens', "a, b", "x", '"quoted"', 'a "b, c"', '"', '"" and "," in it']
TYPED = (
    ("news", ["news"]),
    ("news, remote care,consent", ["news", "remote care", "consent"]),
    (" , news,, ,news,", ["news"]),
    ('news, "a, b" ,x', ["news", "a, b", "x"]),
    ('"a","b"', ["a", "b"]),
    ('"news"', ["news"]),
    ('12" screens, the "new" normal', ['12" screens', 'the "new" normal']),
    ('"new" normal, x', ['"new" normal', "x"]),
    ('"a ""b"", c", x', ['a "b", c', "x"]),
    ('"never closed, x', ['"never closed', "x"]),
    ('"", x', ["x"]),
    ('"a"", b', ['"a""', "b"]),
    ('"""', ['"""']),
    ("", []),
)
"""What people type, and the tags that it stands for."""


def tags_of(item: CuratedItem) -> list[str]:
    return publishing.head_values(CuratedItem.objects.get(pk=item.pk)).tags


def test_tags_with_quotes_stay_whole_when_another_one_is_added(newsroom):
    item = make_item(published=False, community=newsroom.home, tags=ODD)
    client = signed_in(newsroom.curator)
    opened = filled_in(client.get(admin("change", item.pk)))
    client.post(admin("change", item.pk), opened | {"tags": f"{opened['tags'][0]}, added"})
    assert tags_of(item) == [*ODD, "added"]


@pytest.mark.parametrize(("typed", "tags"), TYPED)
def test_what_is_typed_is_taken_apart_at_commas(typed, tags):
    assert fields.read_tags(typed) == tags
    assert fields.read_tags(fields.write_tags(tags)) == tags


def test_the_script_takes_it_apart_as_the_form_does(page: Page, newsroom, draft):
    log_in(page, "curator")
    page.goto(admin("change", draft.pk))
    told = page.evaluate(
        """(texts) => {
          const box = document.querySelector("[name=tags]");
          return texts.map((text) => {
            box.value = text;
            box.dispatchEvent(new Event("combobox:refresh"));
            const chips = box.previousElementSibling.querySelector("ul");
            const names = [...chips.querySelectorAll("li > span")].map((each) => each.textContent);
            // What is taken out is not written: the script writes the others anew.
            box.value = text ? `gone, ${text}` : "gone";
            box.dispatchEvent(new Event("combobox:refresh"));
            chips.querySelector("button[data-does=remove]").click();
            return { names, written: box.value };
          });
        }""",
        [typed for typed, _ in TYPED] + [fields.write_tags(ODD)],
    )
    wanted = [tags for _, tags in TYPED] + [ODD]
    assert [list(dict.fromkeys(each["names"])) for each in told] == wanted
    assert [fields.read_tags(each["written"]) for each in told] == wanted
    assert told[-1]["written"] == fields.write_tags(ODD)


def test_quotes_are_typed_like_any_sign_and_hold_a_tag_with_a_comma_together(page: Page, newsroom, draft):
    log_in(page, "curator")
    page.goto(admin("change", draft.pk))
    box = page.get_by_role("combobox", name="Tags")
    box.focus()
    page.keyboard.type('12" screens, "a, b", the "new" normal, "c, d"')
    expect(page.get_by_role("option", name="Create “c, d”")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.get_by_text("saved as revision 2").wait_for()
    assert tags_of(draft) == ['12" screens', "a, b", 'the "new" normal', "c, d"]
