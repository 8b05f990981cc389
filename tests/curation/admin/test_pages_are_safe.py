"""No page of the newsroom needs a script, a style or an event handler in its HTML; and the pages can be used."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils import timezone

from communities import members
from communities.models import Community, User
from curation import batches, comments, mailing, notices, previews, publishing
from curation.admin import calendar
from curation.admin.report_data import REPORTS
from curation.models import Author, Batch, CuratedItem, MissedAddress, SavedView
from curation.workflow import State
from tests.browser import fits, usable_by_everybody
from tests.factories import PASSWORD, PAST, make_image, make_item
from tests.newsroom import admin, filled_in, signed_in

NASTY = '"><script>alert(1)</script><img src=x onerror=alert(1)>'

UNCOVERED = """
() => {
  const at = document.activeElement, bar = document.querySelector(".mdg-savebar");
  const [box, edge] = [at.getBoundingClientRect(), bar.getBoundingClientRect().top];
  return bar.contains(at) || at === document.body || box.bottom <= edge || box.height > edge - 100;
}
"""


class Inline(HTMLParser):
    """What a page has of scripts, styles and event handlers in its own HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        inline = [name for name in at if name.startswith("on") or name == "style"]
        script = any((value or "").strip().lower().startswith("javascript:") for value in at.values())
        if tag == "style" or (tag == "script" and not at.get("src")) or inline or script:
            self.found.append(self.get_starttag_text() or tag)


@pytest.fixture
def item(newsroom):
    made = make_item(
        published=False, community=newsroom.home, created_by=newsroom.contributor, title=NASTY, body=NASTY,
        description=NASTY, authors=[NASTY], tags=["a tag"], topics=[("Medigy", NASTY)], image=make_image(NASTY),
        carried={"x": NASTY}, link="https://journal.example/?q=%22%3E%3Cscript%3E", state=State.IN_REVIEW,
    )  # fmt: skip
    values = publishing.head_values(made)
    publishing.save(made, replace(values, kind="News"), by=newsroom.curator, version=made.version, note=NASTY)
    thread = comments.add(made, f"{NASTY} @root", by=newsroom.editor, field="title")
    comments.reply(thread, f"@editor {NASTY}", by=newsroom.root)
    comments.resolve(comments.add(made, NASTY, by=newsroom.root), by=newsroom.root)
    notices.notify("rejected", [newsroom.root.pk], by=newsroom.editor, item=made, note=NASTY)
    make_item(
        community=newsroom.home, title="Fresh", authors=["Jane Doe"], tags=["app", "apps"], image=make_image(""),
        publish_at=timezone.now(), review_by=timezone.localdate(), created_by=newsroom.curator,
    )  # fmt: skip
    MissedAddress.objects.create(path="/lost", count=7, first_at=PAST, last_at=PAST, referrer="search.example")
    Author.objects.create(name="Nobody", slug="nobody")
    return made


def previewed(item):
    """The address of a link to the newest revision for people without an account."""
    link = item.preview_links.first() or previews.share(item, item.head_revision, by=None)
    return reverse("preview", args=[previews.token_of(link)])


def work_pages(item):
    """What is about many items at once, and what is one's own."""
    month = reverse("admin:calendar")
    yield from (month, f"{month}?view=week", f"{month}?day=2199-12-01", reverse("admin:reports"))
    yield from (reverse("admin:report", args=[code]) for code in REPORTS)
    yield from (reverse("admin:curation_redirect_changelist"), reverse("admin:curation_redirect_add"))
    yield from (reverse("admin:notifications"), reverse("admin:notification_mail"), reverse("admin:password_change"))


def renaming_pages(item):
    """Where what all communities share is renamed and merged."""
    rows = (item.authors.get(), item.tags.get(), item.topics.get(), item.publisher)
    for row in rows:
        section = f"admin:{row._meta.label_lower.replace('.', '_')}"
        yield from (f"{reverse(f'{section}_merge')}?from={row.pk}", reverse(f"{section}_alike"))
        if row != item.publisher:
            yield reverse(f"{section}_rename", args=[row.pk])
    yield reverse("admin:curation_author_delete", args=[Author.objects.get(slug="nobody").pk])


def steps(item):
    """Steps for many items: before, with all kinds of questions; after; and a kept view of their list."""
    root, items = User.objects.get(username="root"), CuratedItem.objects.filter(pk=item.pk)
    for deed in ("submit", "schedule", "add_topics", "move_community", "export"):
        yield admin("batch", batches.begin(deed, items, root).pk)
    done = batches.begin("approve", items, root)
    done.lines.update(outcome="refused", reason=NASTY)
    Batch.objects.filter(pk=done.pk).update(begun_at=done.created_at)
    yield admin("batch", done.pk)
    yield admin("view", SavedView.objects.get_or_create(owner=root, name=NASTY[:60], query="label=in_review")[0].pk)
    yield f"{admin('changelist')}?label=in_review&waiting=me&community={item.community_id}"


def item_pages(item):
    yield from (reverse("admin:index"), admin("changelist"), admin("changelist") + "?q=nothing+fits")
    yield from (admin("add"), admin("change", item.pk), admin("history", item.pk), admin("upload"))
    yield from (admin("revision", item.pk, 1), admin("revision", item.pk, 2), admin("comments", item.pk))
    yield from (f"{admin('compare', item.pk)}?from=1&to=2", admin("look", item.pk, 2), previewed(item))


def section_pages(*sections):
    """Lists and forms, what was done to a row, and whether it should go."""

    def pages(item):
        rows = {
            "curation_author": item.authors.get(),
            "curation_publisher": item.publisher,
            "curation_tag": item.tags.get(),
            "curation_featuredimage": item.featured_image,
            "communities_topic": item.topics.get(),
            "communities_community": item.community,
            "communities_user": item.created_by,
        }
        for section in sections or rows:
            yield from (reverse(f"admin:{section}_{page}") for page in ("changelist", "add"))
            for page in ("change", "history", "delete"):
                yield reverse(f"admin:{section}_{page}", args=[rows[section].pk])
        if not sections or "communities_community" in sections:
            yield reverse("admin:communities_community_invite", args=[item.community_id])

    return pages


GROUPS = {
    "items": item_pages,
    "steps for many": steps,
    "many items": work_pages,
    "renaming": renaming_pages,
    "authors, publishers, tags": section_pages("curation_author", "curation_publisher", "curation_tag"),
    "pictures, topics": section_pages("curation_featuredimage", "communities_topic"),
    "communities, people": section_pages("communities_community", "communities_user"),
}
"""Every kind of page of the newsroom."""


def addresses(item):
    for pages in GROUPS.values():
        yield from pages(item)


def test_no_page_has_anything_inline_or_what_was_typed_as_markup(client, newsroom, item):
    pages = {
        "login": client.get(reverse("admin:login")),
        "wrong": client.post(reverse("admin:login"), {"username": NASTY}),
    }
    member = signed_in(newsroom.root)
    pages |= {address: member.get(address, follow=True) for address in addresses(item)}
    opened = filled_in(pages[admin("change", item.pk)])
    pages["with errors"] = member.post(admin("change", item.pk), opened | {"title": "", "carried": NASTY})
    pages["stale"] = member.post(admin("change", item.pk), opened | {"title": NASTY + "!", "version": "0"})
    for deed in ("reject", "add_topics", "add_tags"):
        chosen = {"action": f"move_{deed}", "_selected_action": [item.pk], "index": "0"}
        pages[f"before {deed}"] = member.post(admin("changelist"), chosen, follow=True)
        step, answers = pages[f"before {deed}"].redirect_chain[-1][0], {"answered": "1", "tags": NASTY, "topics": NASTY}
        pages[f"wrong {deed}"] = member.post(step, {"answered": "1"}, follow=True)
        pages[f"after {deed}"] = member.post(step, answers | {"note": NASTY}, follow=True)
    pages["a view"] = member.post(admin("views"), {"name": NASTY * 9, "query": f"q={NASTY}"})
    pages["with views"] = member.post(admin("views"), {"name": NASTY[:60], "query": f"q={NASTY}"}, follow=True)
    pages["logged out"] = member.post(reverse("admin:logout"))
    for name, page in pages.items():
        html = page.content.decode()
        assert page.status_code in {200, 403, 409}, name
        assert "default-src 'none'" in page["Content-Security-Policy"], name
        assert not Inline(html).found, name
        assert "<script>alert" not in html, name


def log_in(page, username):
    page.goto("/admin/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Good to see you").wait_for()


def test_an_editor_finds_reads_and_approves_an_item_by_keyboard(page, newsroom, item):
    log_in(page, "editor")
    page.keyboard.press("/")
    page.keyboard.type("script")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=NASTY).first.click()
    page.get_by_label("Note", exact=True).fill("Good as it is")
    page.get_by_role("button", name="Approve").focus()
    page.keyboard.press("Enter")
    page.get_by_text("approved.").wait_for()
    item.refresh_from_db()
    assert item.state == State.APPROVED


@pytest.mark.parametrize("group", GROUPS)
def test_every_page_fits_and_can_be_used_by_everybody(page, newsroom, item, group):
    log_in(page, "root")
    for address in GROUPS[group](item):
        page.goto(address)
        # What is folded away is looked at with the rest.
        page.evaluate("document.querySelectorAll('main details:not([name])').forEach((fold) => (fold.open = true))")
        usable_by_everybody(page, address)


def test_what_opens_on_the_list_can_be_used_by_everybody(page, newsroom, item):
    log_in(page, "root")
    page.goto(admin("changelist"))
    page.locator("#result_list .action-select").first.check()
    page.get_by_text("Curator", exact=True).first.click()
    usable_by_everybody(page, "a filter that is open, and a selection")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    usable_by_everybody(page, "the keys")
    page.keyboard.press("Escape")
    for name in ("Help for this page", "Your account"):
        page.locator("summary", has_text=name).click()
        usable_by_everybody(page, name)


def test_the_door_and_what_does_not_open_can_be_used_by_everybody(page, newsroom, item, monkeypatch):
    page.goto("/admin/login/")
    usable_by_everybody(page, "the door")
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("nothing")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    usable_by_everybody(page, "a wrong password")
    root = newsroom.root
    page.goto(members.password_link(root).removeprefix("http://testserver"))
    usable_by_everybody(page, "a first password")
    page.goto(reverse("mail_preference", args=[mailing.token_of(root)]))
    usable_by_everybody(page, "mail, without signing in")
    log_in(page, "contributor")
    monkeypatch.setattr(calendar, "events", None)
    shut = {reverse("admin:curation_author_alike"): 403, "/admin/nothing/": 404, reverse("admin:calendar"): 500}
    for address, status in shut.items():
        assert page.goto(address).status == status
        usable_by_everybody(page, f"{status}")


def test_the_bar_that_saves_covers_nothing_that_has_the_focus(open_page, newsroom, item):
    page = open_page(viewport={"width": 360, "height": 640})
    log_in(page, "root")
    page.goto(admin("change", item.pk))
    page.get_by_label("Description").fill("Words. " * 20)
    page.locator("#mdg-search").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate(UNCOVERED), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def test_everything_works_without_scripts(open_page, newsroom):
    page = open_page(java_script_enabled=False)
    log_in(page, "contributor")
    page.get_by_label("Found something? Paste its link").fill("https://journal.example/no-script")
    page.get_by_role("button", name="Begin an item").click()
    page.get_by_label("Title").fill("Without a script")
    page.get_by_label("Authors").fill("Ada\nZora")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Submit for review").click()
    page.get_by_text("submitted for review.").wait_for()
    item = Community.objects.get(slug="telehealth").items.get()
    assert [author.name for author in item.byline] == ["Ada", "Zora"]
    assert item.state == State.IN_REVIEW


def test_a_title_without_a_space_is_no_wider_than_its_page(page, newsroom):
    long = make_item(published=False, community=newsroom.home, title="x" * 480)
    values = publishing.head_values(long)
    publishing.save(long, replace(values, title="y" * 480), by=newsroom.curator, version=long.version)
    comments.add(long, "z" * 480, by=newsroom.editor, field="title")
    notices.notify("rejected", [newsroom.root.pk], by=newsroom.editor, item=long, note="z" * 480)
    log_in(page, "root")
    for address in (*item_pages(long), *steps(long), *work_pages(long)):
        assert page.goto(address).status == 200, address
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            fits(page, f"{address}, {width} px")
