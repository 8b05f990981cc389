"""An editor makes two authors one, with the keyboard alone; and the pages about many items can be used by everybody."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from curation import publishing
from curation.admin.report_data import REPORTS
from curation.models import Author, MissedAddress
from tests.factories import PASSWORD, PAST, make_image, make_item
from tests.newsroom import make_newsroom

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


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


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_pages_about_many_items_can_be_used_by_everybody(open_page, transactional_db, width, scheme):
    newsroom = make_newsroom()
    item = make_item(
        community=newsroom.home, authors=["Jane Doe"], tags=["app", "apps"], topics=[("Medigy", "Privacy")],
        image=make_image(), review_by=PAST.date(), created_by=newsroom.curator,
    )  # fmt: skip
    make_item(community=newsroom.home, published=False, created_by=newsroom.curator)
    MissedAddress.objects.create(path="/lost", count=7, first_at=PAST, last_at=PAST, referrer="search.example")
    author, topic = item.authors.get(), item.topics.get()
    calendar = reverse("admin:calendar")
    pages = [calendar, f"{calendar}?view=week&day={PAST:%Y-%m-%d}", f"{calendar}?day={PAST:%Y-%m-%d}"]
    pages += [reverse("admin:reports"), *(reverse("admin:report", args=[code]) for code in REPORTS)]
    pages += [f"{reverse('admin:curation_author_merge')}?from={author.pk}", reverse("admin:curation_tag_alike")]
    pages += [reverse("admin:communities_topic_rename", args=[topic.pk])]
    sections = ("curation_author", "curation_tag", "curation_publisher", "communities_topic", "communities_community")
    pages += [reverse(f"admin:{section}_changelist") for section in (*sections, "curation_redirect")]
    pages += [reverse(f"admin:curation_author_{name}", args=[author.pk]) for name in ("change", "history")]
    unused = Author.objects.create(name="Nobody", slug="nobody")
    pages += [reverse("admin:curation_author_delete", args=[unused.pk])]
    page = open_page(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 800})
    log_in(page, "root")
    for address in pages:
        page.goto(address)
        page.locator(".mdg-help-menu summary").click()
        found = Axe().run(page, options={"runOnly": RULES, "preload": False})
        assert not found.response["violations"], f"{address}: {found.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, address
