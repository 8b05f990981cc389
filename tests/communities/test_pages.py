"""The pages of communities."""

import pytest

from communities.models import Role
from tests.factories import make_community, make_item, make_user

pytestmark = pytest.mark.django_db


def test_communities_are_listed_with_what_they_have_published(client):
    busy = make_community("Telehealth", introduction="Care at a distance.", image_alt="")
    make_community("Quiet Corner")
    make_item(community=busy)
    make_item(community=busy)
    make_item(community=busy, published=False)
    page = client.get("/communities/").text
    assert "Care at a distance." in page
    assert "2 items" in page
    assert "0 items" in page
    assert page.index("Quiet Corner") < page.index("Telehealth")


def test_the_page_of_a_community_introduces_it_and_shows_its_newest_items(client):
    community = make_community("Telehealth", masthead="Telehealth CoP", introduction="Care at a distance.\n\nFor all.")
    make_item(community=community, title="The newest", topics=[("Medigy", "Safety")])
    make_item(community=make_community("Interoperability"), title="Somebody else's")
    page = client.get("/communities/telehealth/").text
    assert '<h1 dir="auto">Telehealth CoP</h1>' in page
    assert "<p>Care at a distance.</p>" in page
    assert "The newest" in page
    assert "Somebody else" not in page
    assert 'href="/communities/telehealth/curated-content/?topic=medigy-safety"' in page
    assert 'type="application/rss+xml"' in page


def test_the_page_of_a_community_says_who_curates_it(client):
    community = make_community("Telehealth", contact="telehealth@newsroom.example")
    make_user("cora", Role.CURATOR, community, first_name="Cora", last_name="Lund")
    make_user("nameless", Role.LEAD, community)
    make_user("newcomer", Role.CONTRIBUTOR, community, first_name="Nia", last_name="Newcomer")
    make_user("gone", Role.EDITOR, community, first_name="Gus", last_name="Gone", is_active=False)
    shy = make_user("shy", Role.EDITOR, community, first_name="Shy", last_name="Person")
    shy.memberships.update(named=False)
    page = client.get("/communities/telehealth/")
    assert [member.user.username for member in page.context["people"]] == ["cora"]
    assert "Cora Lund" in page.text
    assert 'href="mailto:telehealth@newsroom.example"' in page.text


def test_a_community_keeps_its_colour_wherever_it_is_shown(client):
    community = make_community("Telehealth", accent="amber")
    item = make_item(community=community)
    assert make_community("Elsewhere").tone == make_community("Elsewhere").tone
    for address in ("/", "/communities/", "/communities/telehealth/", item.get_absolute_url()):
        assert "tone-amber" in client.get(address).text, address


def test_a_community_that_is_not_there_is_not_found(client):
    for page in ("", "curated-content/", "curated-content/feed.rss"):
        assert client.get(f"/communities/nowhere/{page}").status_code == 404
