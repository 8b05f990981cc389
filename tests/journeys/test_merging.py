"""An editor makes two authors one, with the keyboard alone."""

from curation import publishing
from curation.models import Author
from tests.factories import PASSWORD, make_item
from tests.newsroom import make_newsroom


def log_in(page, username):
    page.goto("/admin/login/")
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Good to see you").wait_for()


def tab_to(page, name, steps=60):
    """Presses Tab until what has this accessible name is focused, as somebody without a mouse does."""
    for _ in range(steps):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "(e => e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent)(document.activeElement)"
        )
        if " ".join(said.split()).startswith(name):
            return
    raise AssertionError(f"No way to “{name}” by the Tab key.")


def test_two_authors_become_one_by_keyboard(page, transactional_db):
    newsroom = make_newsroom()
    items = [make_item(community=newsroom.home, authors=["Jane Doe"]) for _ in range(2)]
    make_item(community=newsroom.home, authors=["Doe, Jane"])
    gone = Author.objects.get(name="Doe, Jane").get_absolute_url()
    log_in(page, "editor")
    tab_to(page, "Authors")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Authors", exact=True).wait_for()
    tab_to(page, "Likely duplicates")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Likely duplicates").wait_for()
    tab_to(page, "Merge these")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Merge authors").wait_for()
    assert "1 item concerned" in page.content()
    tab_to(page, "Merge into one")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Doe, Jane became Jane Doe").wait_for()
    assert Author.objects.get().name == "Jane Doe"
    assert all(publishing.head_values(item).authors == ["Jane Doe"] for item in items)
    page.goto(gone)
    assert page.url.endswith("/authors/jane-doe/")
