"""Editors rename and merge: first what will happen, then what became of it, and nothing that is not theirs to see."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communities.models import Topic
from curation import publishing, renaming, shelves, upkeep
from curation.admin import renaming as pages
from curation.models import Author, CuratedItem, NewsroomEntry, Publisher, Redirect, Tag
from tests.commands import run
from tests.factories import make_image, make_item
from tests.newsroom import filled_in, signed_in


@pytest.fixture
def authors(newsroom, secret):
    items = [make_item(community=newsroom.home, authors=["J. Smith"], title=f"Shown {n}") for n in range(3)]
    make_item(community=newsroom.home, authors=["John Smith"])
    make_item(community=newsroom.elsewhere, published=False, authors=["J. Smith"], title="Not for Telehealth")
    return Author.objects.get(name="J. Smith"), Author.objects.get(name="John Smith"), items


def test_an_editor_sees_what_a_merge_will_do_and_then_what_it_did(newsroom, authors):
    smith, john, items = authors
    editor, section = signed_in(newsroom.editor), "admin:curation_author"
    ticked = {"action": "merge", "_selected_action": [smith.pk, john.pk], "index": "0"}
    asked = editor.post(reverse(f"{section}_changelist"), ticked, follow=True)
    before = asked.content.decode()
    assert "4 items concerned" not in before, "the one that stays is the one with the most items"
    page = editor.get(reverse(f"{section}_merge"), {"from": smith.pk, "into": john.pk})
    said = page.content.decode()
    assert "4 items concerned" in said
    assert "1 of communities that you do not work in" in said
    assert "Not for Telehealth" not in said
    assert smith.get_absolute_url() in said
    Author.objects.filter(pk=john.pk).update(slug="林美惠")
    said = editor.get(reverse(f"{section}_merge"), {"from": smith.pk, "into": john.pk}).content.decode()
    assert "/authors/林美惠/" in said, "an address is shown in letters, not in percents"
    assert Author.objects.filter(pk=smith.pk).exists()
    done = editor.post(reverse(f"{section}_merge"), filled_in(page, "merge_form"))
    said = done.content.decode()
    assert "J. Smith became John Smith" in said
    assert said.count("revision 2") == 3
    assert "Not for Telehealth" not in said
    assert not Author.objects.filter(name="J. Smith").exists()
    correlations = {item.changes.first().details["correlation"] for item in items}
    assert len(correlations) == 1
    history = editor.get(reverse(f"{section}_history", args=[john.pk])).content.decode()
    assert "Merged with J. Smith." in history
    found = editor.get(reverse(f"{section}_changelist"), {"q": "J. Smith"}).content.decode()
    assert "John Smith" in found


@pytest.mark.parametrize("into", ["", "self", "987654", "x' OR 1=1"])
def test_a_merge_into_nothing_or_itself_is_refused_and_loses_nothing(newsroom, authors, into):
    smith, _, _ = authors
    target = smith.pk if into == "self" else into
    page = signed_in(newsroom.editor).post(reverse("admin:curation_author_merge"), {"from": smith.pk, "into": target})
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert Author.objects.count() == 2


def test_a_topic_is_renamed_with_its_vocabulary_and_its_address(newsroom):
    item = make_item(community=newsroom.home, topics=[("Symplur", "#HIT")])
    topic = Topic.objects.get()
    editor, address = signed_in(newsroom.editor), reverse("admin:communities_topic_rename", args=[topic.pk])
    page = editor.get(address)
    typed = filled_in(page, "rename_form", vocabulary="Medigy", label="Health IT", slug="health-it")
    done = editor.post(address, typed).content.decode()
    assert "Symplur: #HIT is Medigy: Health IT now" in done
    item.refresh_from_db()
    assert publishing.head_values(item).topics == [("Medigy", "Health IT")]
    assert dict(Redirect.objects.values_list("path", "target")) == {"/topics/symplur-hit": "/topics/health-it/"}
    form = editor.get(reverse("admin:communities_topic_change", args=[topic.pk])).content.decode()
    assert "Once called: Symplur: #HIT" in form
    assert "Where it is used" in form


def test_a_name_that_is_taken_is_told_on_the_form(newsroom, authors):
    smith, *_ = authors
    address = reverse("admin:curation_author_rename", args=[smith.pk])
    page = signed_in(newsroom.editor).post(address, {"name": "john smith", "slug": smith.slug})
    assert "There is an author of this name already" in page.content.decode()


@pytest.mark.parametrize("field", ["target", None])
def test_a_refusal_that_is_about_no_field_of_the_form_is_told_above_it(newsroom, authors, monkeypatch, field):
    smith, john, _ = authors

    def refuse(*_, **__):
        raise ValidationError({field: "It leads back."} if field else "It leads back.")

    monkeypatch.setattr(renaming, "rename", refuse)
    monkeypatch.setattr(renaming, "merge", refuse)
    editor = signed_in(newsroom.editor)
    rename, merge = reverse("admin:curation_author_rename", args=[smith.pk]), reverse("admin:curation_author_merge")
    for page in (
        editor.post(rename, {"name": "J. Smithson", "slug": smith.slug}),
        editor.post(merge, {"from": smith.pk, "into": john.pk}),
    ):
        assert page.status_code == 200
        assert "It leads back." in page.content.decode()


def test_publishers_are_merged_and_their_items_move(newsroom):
    items = [make_item(community=newsroom.home, link=f"https://{host}.example/a") for host in ("old", "new")]
    old, new = (item.publisher for item in items)
    editor = signed_in(newsroom.editor)
    done = editor.post(reverse("admin:curation_publisher_merge"), {"from": old.pk, "into": new.pk}).content.decode()
    assert "1 item moved" in done
    assert Publisher.objects.get() == new
    assert "old.example" in editor.get(reverse("admin:curation_publisher_change", args=[new.pk])).content.decode()


# --- Of more items than are made ready at once ------------------------------------------------------------------------

MANY = 7
FEW = 2
"""How many are made ready at once here."""
SECTIONS = {
    "author": ("curation_author", Author, "J. Smith", "John Smith"),
    "topic": ("communities_topic", Topic, "Medigy: Old", "Medigy: New"),
    "tag": ("curation_tag", Tag, "old", "new"),
    "publisher": ("curation_publisher", Publisher, "old.example", "new.example"),
}


@pytest.fixture
def many(newsroom, monkeypatch):
    """Items of two authors, topics, tags and publishers, and what one request has made ready of them: only a few."""
    for number in range(MANY):
        has = ("old", "new") if number == 0 else ("new",) if number == 1 else ("old",)
        make_item(
            community=newsroom.home, title=f"Ward {number}", tags=has, link=f"https://{has[0]}.example/{number}",
            authors=[{"old": "J. Smith", "new": "John Smith"}[word] for word in has],
            topics=[("Medigy", word.title()) for word in has],
        )  # fmt: skip
    made = []
    monkeypatch.setattr(upkeep, "AT_A_TIME", FEW)
    monkeypatch.setattr(pages, "SECONDS", 0)
    items_changed = upkeep.items_changed
    monkeypatch.setattr(upkeep, "items_changed", lambda pks: (made.extend(pks), items_changed(pks)))
    return made


def both_of(kind):
    section, model, *names = SECTIONS[kind]
    rows = {str(row): row for row in model._default_manager.all()}
    return section, *(rows[name] for name in names)


@pytest.mark.parametrize("kind", SECTIONS)
@pytest.mark.parametrize("deed", ["merge", "rename"])
def test_of_many_items_readers_see_the_one_that_stays_at_once_and_the_job_does_the_rest(
    newsroom, many, client, kind, deed
):
    if (kind, deed) == ("publisher", "rename"):
        pytest.skip("publishers are renamed on their own page")
    section, gone, kept = both_of(kind)
    editor, old_address = signed_in(newsroom.editor), gone.get_absolute_url()
    many.clear()
    if deed == "merge":
        answer = editor.post(reverse(f"admin:{section}_merge"), {"from": gone.pk, "into": kept.pk})
    else:
        form = editor.get(reverse(f"admin:{section}_rename", args=[gone.pk]))
        names = {"label": "Third"} if kind == "topic" else {"name": "Third"}
        typed = filled_in(form, "rename_form", **names, slug="third")
        answer = editor.post(reverse(f"admin:{section}_rename", args=[gone.pk]), typed)
        kept = type(gone)._default_manager.get(slug="third")
    assert answer.status_code == 200
    assert len(many) <= FEW + 1, "a few, and the one whose file came first"

    titles = [f"Ward {number}" for number in range(MANY) if deed == "merge" or number != 1]
    assert client.get(old_address)["Location"] == kept.get_absolute_url()
    page = client.get(kept.get_absolute_url()).content.decode()
    assert [title for title in titles if title not in page] == []
    old_name = gone.label if kind == "topic" else str(gone)
    for address in ("/", "/search/?q=ward", "/feed.json", CuratedItem.objects.last().get_absolute_url()):
        said = client.get(address).content.decode()
        assert f">{old_name}<" not in said, address
        assert f'"{old_name}"' not in said, address
    if kind == "author":
        assert client.get("/search/?q=ward").content.decode().count(str(kept)) >= len(titles)
    if kind == "topic":
        found = client.get("/search/", {"q": "ward", "topic": kept.slug}).content.decode()
        assert found.count("<article") == len(titles)

    for _ in range(MANY):
        caught_up = json.loads(run("publish_due", "--json")[0])["counts"]["caught_up"]
    assert caught_up == 0
    assert not shelves.stale().exists()
    assert not NewsroomEntry.objects.filter(digest="").exists()
    assert shelves.rebuild(list(CuratedItem.objects.values_list("pk", flat=True)), keep=False) == []
    assert not run("rebuild_search", "--check")[0]


@pytest.mark.parametrize("kind", SECTIONS)
def test_a_merge_and_the_page_before_it_ask_no_more_for_more_items(newsroom, many, kind):
    section, asked = SECTIONS[kind][0], []
    for word, number in (("few", FEW + 1), ("lots", 3 * MANY)):
        for each in range(number):
            item = make_item(
                community=newsroom.home, authors=[word], topics=[("Medigy", word)], tags=[word],
                link=f"https://{word}.example/{each}",
            )  # fmt: skip
        gone = {
            "author": item.byline[0], "topic": item.topics.get(), "tag": item.tags.get(), "publisher": item.publisher,
        }[kind]  # fmt: skip
        kept = both_of(kind)[2]
        editor = signed_in(newsroom.editor)
        editor.get(reverse(f"admin:{section}_merge"))
        with CaptureQueriesContext(connection) as preview:
            editor.get(reverse(f"admin:{section}_merge"), {"from": gone.pk, "into": kept.pk})
        with CaptureQueriesContext(connection) as deed:
            (renaming.merge_publishers if kind == "publisher" else renaming.merge)([gone], kept, by=None)
        asked.append((len(preview), len(deed)))
    assert asked[1] == asked[0]


def test_what_nothing_uses_is_deleted_and_the_rest_stays(newsroom):
    make_item(community=newsroom.home, tags=["used"])
    Tag.objects.create(name="unused")
    lead, address = signed_in(newsroom.lead), reverse("admin:curation_tag_changelist")
    assert "unused" in lead.get(address, {"use": "none"}).content.decode()
    ticked = {
        "action": "delete_unused",
        "_selected_action": list(Tag.objects.values_list("pk", flat=True)),
        "index": "0",
    }
    page = lead.post(address, ticked, follow=True).content.decode()
    assert list(Tag.objects.values_list("name", flat=True)) == ["used"]
    assert "Deleted: unused." in page
    assert "1 tag stayed" in page


@pytest.mark.parametrize("section", ["curation_author", "curation_tag", "curation_publisher", "communities_topic"])
def test_a_section_asks_no_more_questions_for_more_rows(newsroom, section, django_assert_max_num_queries):
    for number in range(30):
        make_item(
            community=newsroom.home, authors=[f"A {number}"], tags=[f"t{number}"], topics=[("Medigy", f"T {number}")],
            link=f"https://h{number}.example/", image=make_image("A bell") if not number else None,
        )  # fmt: skip
    editor = signed_in(newsroom.editor)
    with django_assert_max_num_queries(12):
        assert editor.get(reverse(f"admin:{section}_changelist")).status_code == 200
    assert CuratedItem.objects.count() == 30
