"""What the form of an item tells while one types: true, permitted, and nothing of it saved."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communities.models import Membership, Role
from curation import publishing
from curation.models import Author, Change, CuratedItem, Publisher, Revision, Tag
from curation.workflow import State
from tests.factories import make_community, make_image, make_item
from tests.newsroom import admin, filled_in, signed_in

LINK = "https://www.journal.example/article?utm_source=mail"


def asked(client, link=LINK, **more):
    return client.get(admin("link"), {"link": link, **more}).content.decode()


def test_the_card_the_text_and_the_checks_follow_what_is_typed_and_nothing_is_saved(newsroom, draft):
    client = signed_in(newsroom.curator)
    image = make_image("A waiting room")
    before = (draft.version, Revision.objects.count(), Change.objects.count(), Tag.objects.count())
    typed = filled_in(client.get(admin("change", draft.pk))) | {
        "item": draft.pk,
        "title": "Half a <title>",
        "description": "What it says.",
        "authors": "Ada Moreno\nNew Person",
        "tags": "new",
        "body": "# Said\n\n<script>x</script>",
        "featured_image": str(image.pk),
        "link": "https://x",
    }
    said = client.post(admin("live"), typed).json()
    for words in ("Half a &lt;title&gt;", "What it says.", "Ada Moreno", "New Person", f"/{image.pk}/picture/"):
        assert words in said["card"]
    assert "<h2>Said</h2>" in said["text"]
    assert "script" not in said["text"]
    assert said["removed"] == ["1 <script> element"]
    assert 'href="#id_body"' in said["checks"]
    draft.refresh_from_db()
    assert (draft.version, Revision.objects.count(), Change.objects.count(), Tag.objects.count()) == before
    assert not Author.objects.filter(name="New Person").exists()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"community": "999", "featured_image": "x", "upstream_id": "y", "carried": "a: [", "date": "soon"},
        {"title": "x" * 600, "link": "javascript:alert(1)", "authors": "y" * 300, "topics": ":", "slug": "/"},
        {"body": "x" * 600_000},
        {"body": "[" * 30_000, "link": "https://[", "tags": '"', "aliases": "https://x"},
    ],
)
def test_half_typed_words_are_shown_as_far_as_they_go(newsroom, typed):
    client = signed_in(newsroom.contributor)
    answer = client.post(admin("live"), {"community": newsroom.home.pk, **typed})
    assert answer.status_code == 200
    said = answer.json()
    assert bool(said["problem"]) == (len(typed.get("body", "")) > 20_000)


def test_who_may_not_see_an_item_learns_nothing_of_it_here(newsroom, secret):
    client = signed_in(newsroom.curator)
    assert client.post(admin("live"), {"item": secret.pk}).status_code == 404
    assert client.post(admin("pasted"), {"item": secret.pk, "html": "<p>x</p>"}).status_code == 404
    assert client.get(admin("link"), {"item": secret.pk, "link": LINK}).status_code == 404
    other = make_community("Oncology")
    said = client.post(admin("live"), {"community": other.pk, "title": "x"}).json()
    assert "Oncology" not in said["card"]


def test_a_link_that_is_here_already_is_told_with_what_the_person_can_do(newsroom):
    second = make_community("Rural health")
    Membership.objects.create(user=newsroom.curator, community=second, role=Role.CURATOR)
    mine = make_item(published=False, community=newsroom.home, link="https://journal.example/article", title="Mine")
    make_item(published=False, community=newsroom.elsewhere, link="https://journal.example/article", title="A secret")
    public = make_item(community=newsroom.elsewhere, link="https://journal.example/article/", title="Known to all")
    client = signed_in(newsroom.curator)
    page = asked(client, community=second.pk)
    assert f'href="{admin("change", mine.pk)}"' in page
    assert f'href="{admin("change", mine.pk)}?also_in=rural-health#id_also_in"' in page
    assert "Known to all" in page
    assert f'href="{public.get_absolute_url()}"' in page
    assert admin("change", public.pk) not in page
    assert "A secret" not in page
    assert "also_in" not in asked(client, community=newsroom.home.pk)
    assert "Mine" not in asked(client, item=mine.pk)
    assert "Mine" not in asked(signed_in(newsroom.contributor)), "A contributor sees their own work alone."
    form = client.get(f"{admin('change', mine.pk)}?also_in=rural-health")
    assert filled_in(form)["also_in"] == ["rural-health"]
    client.post(f"{admin('change', mine.pk)}?also_in=rural-health", filled_in(form))
    assert publishing.head_values(CuratedItem.objects.get(pk=mine.pk)).also_in == ["rural-health"]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        (LINK, "is blocked: nothing of it is published"),
        ("https://new.example/x", "new.example</strong>, which is new here"),
        ("journal", "is not a web address"),
        ("", ""),
        ("https://" + "x" * 5000, "characters long"),
    ],
)
def test_the_publisher_of_a_link_and_what_is_wrong_with_it_are_told(newsroom, link, words):
    Publisher.objects.create(host="journal.example", name="The Journal", status=Publisher.Status.BLOCKED)
    assert words in asked(signed_in(newsroom.contributor), link)


def test_a_new_item_of_a_pasted_link_tells_without_a_script_that_it_is_here_already(newsroom):
    make_item(community=newsroom.home, link="https://journal.example/article", title="The first of them")
    page = signed_in(newsroom.curator).get(admin("add"), {"link": LINK}).content.decode()
    assert "Already curated in Telehealth" in page


def test_what_is_pasted_comes_back_clean(newsroom):
    client = signed_in(newsroom.contributor)
    said = client.post(admin("pasted"), {"html": '<p class="x" onclick="y()">One <b>two</b></p>'}).json()
    assert said == {"html": "<p>One <b>two</b></p>"}
    assert "too long" in client.post(admin("pasted"), {"html": "x" * 3_000_000}).json()["problem"]


def test_the_form_says_who_is_signed_in_by_now(newsroom, client):
    assert client.get(admin("session")).status_code == 302
    said = signed_in(newsroom.editor).get(admin("session")).json()
    assert said["user"] == str(newsroom.editor.pk)
    assert len(said["token"]) > 20


def test_the_form_costs_the_same_whatever_the_item_has(newsroom):
    item = make_item(community=newsroom.home, created_by=newsroom.contributor, title="Plain", state=State.APPROVED)
    full = make_item(
        community=newsroom.home, title="Full", authors=[f"Author {n}" for n in range(20)], image=make_image("x"),
        tags=[f"tag {n}" for n in range(30)], topics=[("Medigy", f"Topic {n}") for n in range(20)],
        link="https://journal.example/twin",
    )  # fmt: skip
    for number in range(6):
        make_item(community=newsroom.home, link="https://journal.example/twin", title=f"Twin {number}")
    client = signed_in(newsroom.editor)
    client.get(admin("change", item.pk))
    for address in (admin("change", item.pk), admin("change", full.pk), admin("add")):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= 25, f"{address}: {len(queries)}"
    with CaptureQueriesContext(connection) as queries:
        client.post(admin("live"), {"item": full.pk, "community": newsroom.home.pk, "title": "Full", "authors": "A\nB"})
    assert len(queries) <= 25
