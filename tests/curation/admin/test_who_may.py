"""Who sees and does what: each role in its own community, and nobody in another one."""

import pytest
from django.test import Client
from django.urls import reverse

from communities.models import Topic
from curation.models import Author, Change, CuratedItem, FeaturedImage, Publisher, Revision, Tag
from tests.factories import make_image, make_item, make_user
from tests.newsroom import admin, filled_in, signed_in

PEOPLE = ("contributor", "curator", "editor", "lead", "root")
SECTIONS = {
    "curation_author": Author,
    "curation_publisher": Publisher,
    "curation_tag": Tag,
    "curation_featuredimage": FeaturedImage,
    "communities_topic": Topic,
}


def row_of(section):
    match section:
        case "curation_author":
            return Author.objects.create(name="Ada", slug="ada")
        case "curation_publisher":
            return Publisher.objects.create(host="journal.example")
        case "curation_tag":
            return Tag.objects.create(name="consent", slug="consent")
        case "communities_topic":
            return Topic.objects.create(vocabulary="Medigy", label="Privacy", slug="privacy")
        case _:
            return make_image("A clinic")


def pages_of(item):
    """Every page about one item, and what is posted to it."""
    pk = item.pk
    return {
        admin("change", pk): {"title": "Taken over", "version": "1"},
        admin("history", pk): {},
        admin("revision", pk, 1): {},
        admin("revision_file", pk, 1): {},
        admin("delete", pk): {"post": "yes"},
    }


@pytest.mark.parametrize("who", ["contributor", "curator", "editor", "lead", "stranger"])
def test_items_that_are_none_of_ones_business_are_as_if_there_were_none(newsroom, draft, secret, who):
    hidden = draft if who == "stranger" else secret
    client = signed_in(getattr(newsroom, who))
    for address, data in pages_of(hidden).items():
        for response in (client.get(address), client.post(address, data)):
            assert response.status_code in {302, 403, 404}, address
            assert hidden.title not in response.content.decode()
        if client.get(address).status_code == 302:
            assert hidden.title not in client.get(address, follow=True).content.decode().replace("&quot;", '"')
    autocomplete = {"app_label": "curation", "model_name": "revision", "field_name": "item", "term": ""}
    assert hidden.title not in client.get(reverse("admin:autocomplete"), autocomplete).content.decode()
    assert hidden.title not in client.get(admin("changelist")).content.decode()
    assert hidden.title not in client.get(reverse("admin:index")).content.decode()
    hidden.refresh_from_db()
    assert hidden.version == 1


def test_a_contributor_sees_their_own_items_and_a_curator_those_of_the_community(newsroom, draft):
    make_item(published=False, community=newsroom.home, title="Somebody else's")
    for who, seen in (("contributor", {"A draft"}), ("curator", {"A draft", "Somebody else's"})):
        page = signed_in(getattr(newsroom, who)).get(admin("changelist"))
        assert {item.title for item in page.context["cl"].result_list} == seen


@pytest.mark.parametrize("address", ["admin:index", "admin:curation_curateditem_changelist", "admin:autocomplete"])
def test_who_works_in_no_community_stays_outside_whatever_is_staff_says(newsroom, address):
    outsider = make_user("outsider", is_staff=True)
    for client in (Client(), signed_in(outsider)):
        response = client.get(reverse(address))
        assert response.status_code == 302
        assert "/admin/login/" in response["Location"]


def test_nobody_deletes_an_item(newsroom, draft):
    for who in PEOPLE:
        assert signed_in(getattr(newsroom, who)).post(admin("delete", draft.pk), {"post": "yes"}).status_code == 403
    assert CuratedItem.objects.filter(pk=draft.pk).exists()


def test_no_step_is_taken_that_the_role_does_not_include(newsroom, draft):
    client = signed_in(newsroom.curator)
    for step in ("approve", "publish", "archive", "nothing-like-it"):
        opened = client.get(admin("change", draft.pk))
        response = client.post(admin("change", draft.pk), filled_in(opened, _move=step, note="Please"))
        assert response.status_code in {200, 400}
    draft.refresh_from_db()
    assert (draft.state, draft.version) == ("draft", 1)


@pytest.mark.parametrize("section", SECTIONS)
def test_all_see_and_add_to_what_is_shared_and_higher_roles_change_and_delete(newsroom, section):
    row = row_of(section)
    editors_only = section in {"curation_publisher", "communities_topic"}
    expected = {
        "contributor": (False, False),
        "curator": (not editors_only, False),
        "editor": (True, False),
        "lead": (True, True),
        "root": (True, True),
    }
    for who, (changes, deletes) in expected.items():
        client = signed_in(getattr(newsroom, who))
        assert client.get(reverse(f"admin:{section}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:{section}_add")).status_code == 200
        form = client.get(reverse(f"admin:{section}_change", args=[row.pk]))
        assert (b'name="_save"' in form.content) is changes, who
        assert (client.post(reverse(f"admin:{section}_change", args=[row.pk]), {}).status_code == 200) is changes, who
        assert (client.get(reverse(f"admin:{section}_delete", args=[row.pk])).status_code == 200) is deletes, who
    assert signed_in(newsroom.lead).post(
        reverse(f"admin:{section}_delete", args=[row.pk]), {"post": "yes"}
    ).status_code == 302  # fmt: skip
    assert not SECTIONS[section].objects.filter(pk=row.pk).exists()


def test_what_an_item_needs_is_not_deleted_and_a_sentence_says_why(newsroom):
    item = make_item(
        published=False, community=newsroom.elsewhere, title="Not for Telehealth", authors=["Ada"], tags=["consent"],
        topics=[("Medigy", "Privacy")], image=make_image("A lock"),
    )  # fmt: skip
    client = signed_in(newsroom.lead)
    used = {
        "curation_author": item.authors.get(),
        "curation_publisher": item.publisher,
        "curation_tag": item.tags.get(),
        "curation_featuredimage": item.featured_image,
        "communities_topic": item.topics.get(),
    }
    for section, row in used.items():
        page = client.post(reverse(f"admin:{section}_delete", args=[row.pk]), {"post": "yes"}, follow=True)
        assert "cannot be deleted: " in page.content.decode(), section
        assert "Not for Telehealth" not in page.content.decode()
        assert type(row).objects.filter(pk=row.pk).exists(), section


def test_what_items_call_by_its_name_is_not_renamed_behind_their_backs(newsroom):
    item = make_item(community=newsroom.home, authors=["Ada"])
    author, client = item.authors.get(), signed_in(newsroom.editor)
    address = reverse("admin:curation_author_change", args=[author.pk])
    assert reverse("admin:curation_author_rename", args=[author.pk]) in client.get(address).content.decode()
    client.post(address, {"name": "Eve", "bio": "Writes."})
    author.refresh_from_db()
    assert (author.name, author.bio) == ("Ada", "Writes.")


def test_pictures_of_drafts_are_shown_to_members_alone(newsroom):
    image = make_image("A clinic")
    address = reverse("admin:curation_featuredimage_picture", args=[image.pk])
    shown = signed_in(newsroom.contributor).get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/webp")
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Cache-Control"] == "private, max-age=86400"
    for client in (Client(), signed_in(make_user("outsider", is_staff=True))):
        assert client.get(address).status_code == 302


def test_a_file_is_downloaded_to_the_byte_and_never_run(newsroom, draft):
    response = signed_in(newsroom.contributor).get(admin("revision_file", draft.pk, 1))
    assert response.content == bytes(draft.head_revision.content)
    assert response["Content-Disposition"] == f'attachment; filename="{draft.md_name}.md"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_way_from_any_object_to_its_public_address_is_closed(newsroom, secret):
    address = reverse("admin:index") + f"r/1/{secret.pk}/"
    assert signed_in(newsroom.lead).get(address).status_code == 404


def test_suggestions_of_people_are_for_leads_and_tell_names_alone(newsroom):
    query = {"app_label": "communities", "model_name": "membership", "field_name": "user", "term": "contrib"}
    for who, status in (("contributor", 403), ("editor", 403), ("lead", 200)):
        assert signed_in(getattr(newsroom, who)).get(reverse("admin:autocomplete"), query).status_code == status
    query["term"] = "newsroom.example"
    assert signed_in(newsroom.lead).get(reverse("admin:autocomplete"), query).json()["results"] == []


@pytest.mark.parametrize("field", ["created_by", "reviewer"])
def test_everybody_chooses_among_the_people_of_their_own_communities_and_a_superuser_among_all(newsroom, field):
    query = {"app_label": "curation", "model_name": "curateditem", "field_name": field, "term": ""}
    ours, theirs = {"contributor", "curator", "editor", "lead"}, {"stranger"}
    nobody = make_user("nobody")
    for who in (*ours, *theirs, "root"):
        person = getattr(newsroom, who)
        answer = signed_in(person).get(reverse("admin:autocomplete"), query)
        found = {each["text"] for each in answer.json()["results"]}
        assert found == (ours if who in ours else theirs if who in theirs else {*ours, *theirs, "root", "nobody"}), who
    begun = signed_in(newsroom.contributor).get(reverse("admin:autocomplete"), query | {"term": "ed"}).json()
    assert begun["results"] == [{"id": str(newsroom.editor.pk), "text": "editor"}]
    assert signed_in(nobody).get(reverse("admin:autocomplete"), query).status_code == 302


def test_histories_hold_what_was_done_with_an_item(newsroom, draft):
    client = signed_in(newsroom.contributor)
    client.post(
        admin("change", draft.pk), filled_in(client.get(admin("change", draft.pk)), title="Now this", note="Why")
    )
    page = client.get(admin("history", draft.pk)).content.decode()
    for words in ("contributor", "changed the words", "Why", "Revision 1", "Revision 2"):
        assert words in page
    difference = client.get(admin("revision", draft.pk, 2)).content.decode()
    assert "<del>title: A draft</del>" in difference
    assert "<ins>title: Now this</ins>" in difference
    assert Change.objects.count() == 1
    assert Revision.objects.count() == 2
