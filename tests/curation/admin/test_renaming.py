"""Editors rename and merge: first what will happen, then what became of it, and nothing that is not theirs to see."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from communities.models import Topic
from curation import publishing, renaming
from curation.models import Author, CuratedItem, Publisher, Redirect, Tag
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
