"""Old addresses go on working."""

import pytest

from curation.models import Alias, CuratedItem
from curation.workflow import Publication
from tests.factories import PAST, make_item

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/news/old-name",
        "/news/old-name/",
        "/News/Old-Name/",
        "/NEWS/OLD-NAME",
        "/news/old-name/?utm_source=x",
        "/news/old%2Dname",
    ],
)
def test_an_alias_leads_to_its_item_for_ever(client, path):
    item = make_item(aliases=["/news/old-name/"])
    for ask in (client.get, client.head):
        response = ask(path)
        assert response.status_code == 301
        assert response["Location"] == item.get_absolute_url()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/admin/old", 302), ("/static/old", 404), ("/media/old.webp", 404), ("//evil.example/old", 404), ("/old\n", 404)],
)
def test_the_parts_of_the_site_that_are_no_pages_have_no_aliases(client, path, status):
    item = make_item()
    Alias.objects.bulk_create(Alias(path=old, item=item) for old in ("/admin/old", "/static/old", "/media/old.webp"))
    response = client.get(path)
    assert response.status_code == status
    assert item.slug not in response.get("Location", "")


def test_an_alias_answers_only_questions(client):
    make_item(aliases=["/news/old-name/"])
    assert client.post("/news/old-name/").status_code == 404


def test_an_alias_of_what_is_gone_answers_as_the_item_does(client):
    item = make_item(aliases=["/news/old-name/"], publication=Publication.WITHDRAWN, publish_at=PAST)
    assert client.get("/news/old-name/").status_code == client.get(item.get_absolute_url()).status_code == 410
    CuratedItem.objects.update(gone_to="/topics/")
    assert client.get("/news/old-name/")["Location"] == "/topics/"


def test_an_alias_of_what_was_never_public_stays_missing(client):
    make_item(aliases=["/news/old-name/"], published=False)
    assert client.get("/news/old-name/").status_code == 404


def test_an_alias_never_hides_a_page_that_is_there(client):
    item = make_item(slug="here")
    Alias.objects.create(path=Alias.normalised(item.get_absolute_url()), item=make_item(slug="there"))
    assert client.get(item.get_absolute_url()).status_code == 200


def test_an_address_in_capitals_or_without_its_last_slash_leads_to_the_item(client):
    item = make_item(slug="video-visits")
    address = item.get_absolute_url()
    for other in (address.replace("video-visits", "Video-VISITS"), address.rstrip("/"), address.upper().rstrip("/")):
        assert client.get(other, follow=True).redirect_chain == [(address, 301)]
    assert client.get(f"{address.upper()}?from=mail")["Location"] == f"{address}?from=mail"
    assert client.get("/Topics/None-Such").status_code == 404
