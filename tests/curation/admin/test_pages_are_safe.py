"""No page of the newsroom needs a script, a style or an event handler in its HTML; and the pages can be used."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from communities.models import Community, User
from curation import batches, comments, notices, previews, publishing
from curation.admin.report_data import REPORTS
from curation.models import Batch, CuratedItem, SavedView
from curation.workflow import State
from tests.factories import PASSWORD, make_image, make_item
from tests.newsroom import admin, filled_in, signed_in

NASTY = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


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
    return made


def previewed(item):
    """The address of a link to the newest revision for people without an account."""
    link = item.preview_links.first() or previews.share(item, item.head_revision, by=None)
    return reverse("preview", args=[previews.token_of(link)])


def work_pages(item):
    """What is about many items at once."""
    author, topic = item.authors.get(), item.topics.get()
    yield from (reverse("admin:calendar"), f"{reverse('admin:calendar')}?view=week", reverse("admin:reports"))
    yield from (reverse("admin:report", args=[code]) for code in REPORTS)
    yield f"{reverse('admin:curation_author_merge')}?from={author.pk}"
    yield f"{reverse('admin:curation_publisher_merge')}?from={item.publisher.pk}"
    yield from (reverse("admin:curation_tag_alike"), reverse("admin:communities_topic_rename", args=[topic.pk]))
    yield from (reverse("admin:curation_redirect_changelist"), reverse("admin:curation_redirect_add"))


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


def addresses(item):
    rows = {
        "curation_author": item.authors.get(),
        "curation_publisher": item.publisher,
        "curation_tag": item.tags.get(),
        "curation_featuredimage": item.featured_image,
        "communities_topic": item.topics.get(),
        "communities_community": item.community,
        "communities_user": item.created_by,
    }
    yield from (reverse("admin:index"), reverse("admin:password_change"))
    yield from (admin("changelist"), admin("changelist") + "?q=nothing+fits", admin("add"), admin("change", item.pk))
    yield from (admin("history", item.pk), admin("revision", item.pk, 1), admin("revision", item.pk, 2))
    yield from (admin("upload"), f"{admin('compare', item.pk)}?from=1&to=2", admin("look", item.pk, 2))
    yield from (admin("comments", item.pk), reverse("admin:notifications"), reverse("admin:notification_mail"))
    yield previewed(item)
    yield reverse("admin:communities_community_invite", args=[item.community_id])
    yield from work_pages(item)
    yield from steps(item)
    for section, row in rows.items():
        yield from (reverse(f"admin:{section}_{page}") for page in ("changelist", "add"))
        yield from (reverse(f"admin:{section}_{page}", args=[row.pk]) for page in ("change", "history", "delete"))


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


def test_pages_load_without_complaints_of_the_browser_and_fit_a_phone(open_page, newsroom, item):
    page = open_page(viewport={"width": 360, "height": 740})
    log_in(page, "root")
    for address in addresses(item):
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_can_be_read_and_used_by_everybody(open_page, newsroom, item, scheme):
    # The checker is a script of its own, which the pages' policy would keep out.
    page = open_page(bypass_csp=True, color_scheme=scheme)
    log_in(page, "root")
    sections = ("curation_featuredimage_changelist", "curation_publisher_changelist", "curation_author_add")
    pages = [admin("changelist"), admin("change", item.pk), admin("history", item.pk), admin("revision", item.pk, 2)]
    pages += [f"{admin('compare', item.pk)}?from=1&to=2", admin("look", item.pk, 2), admin("upload"), previewed(item)]
    pages += [admin("comments", item.pk), reverse("admin:notifications"), reverse("admin:notification_mail")]
    pages += [reverse(f"admin:{section}") for section in sections]
    pages += [reverse("admin:communities_community_change", args=[item.community.pk]), reverse("admin:index")]
    for address in pages:
        page.goto(address)
        found = Axe().run(page, options={"runOnly": RULES, "preload": False})
        assert not found.response["violations"], f"{address}: {found.generate_report()}"


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 360), ("light", 1280), ("dark", 1280)])
def test_desk_list_and_steps_for_many_can_be_used_by_everybody(open_page, newsroom, item, scheme, width):
    make_item(community=newsroom.home, image=make_image(""), publish_at=timezone.now(), title="Fresh")
    page = open_page(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 800})
    log_in(page, "root")

    def look(where):
        found = Axe().run(page, options={"runOnly": RULES, "preload": False})
        assert not found.response["violations"], f"{where}: {found.generate_report()}"

    page.get_by_text("As a table").click()
    look("desk")
    for address in steps(item):
        page.goto(address)
        look(address)
    page.locator("#result_list .action-select").first.check()
    page.get_by_text("Curator").first.click()
    look("a filter that is open, and a selection")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    look("the keys")


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
