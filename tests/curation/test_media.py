"""Pictures are served to readers only while something public shows them."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from curation.models import CuratedItem
from curation.workflow import Publication
from tests.factories import make_community, make_draft_of, make_image, make_item

pytestmark = pytest.mark.django_db


def test_the_picture_of_a_published_item_is_served_in_a_sandbox(client):
    item = make_item(image=make_image())
    response = client.get(item.featured_image.file.url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=3600"
    assert not response.cookies
    assert b"".join(response)[8:12] == b"WEBP"
    unchanged = client.get(item.featured_image.file.url, headers={"if-none-match": response["ETag"]})
    assert unchanged.status_code == 304


def test_a_picture_goes_with_its_item(client):
    item = make_item(image=make_image())
    address = item.featured_image.file.url
    known = client.get(address)["ETag"]
    CuratedItem.objects.update(publication=Publication.WITHDRAWN)
    for headers in ({}, {"if-none-match": known}, {"range": "bytes=0-9"}):
        assert client.get(address, headers=headers).status_code == 404


def test_the_picture_of_a_draft_is_not_served(client):
    waiting = make_image()
    make_draft_of(make_item(image=make_image()), image=waiting)
    make_item(published=False, image=make_image())
    unused = make_image()
    for image in (waiting, unused, CuratedItem.objects.get(live_revision=None).featured_image):
        assert client.get(image.file.url).status_code == 404


def test_the_image_of_a_community_is_served(client):
    community = make_community()
    community.image.save("banner.png", ContentFile(b"\x89PNG"))
    response = client.get(community.image.url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert b"".join(response) == b"\x89PNG"


def test_only_pictures_are_served_whatever_lies_beside_them(client):
    community = make_community()
    for name in ("communities/page.html", "communities/drawing.svg"):
        community.image.save(name.rpartition("/")[2], ContentFile(b"<script>"))
        assert client.get(community.image.url).status_code == 404
    default_storage.save("pictures/stray.webp", ContentFile(b"RIFF"))
    assert client.get("/media/pictures/stray.webp").status_code == 404


def test_a_picture_that_the_storage_has_lost_is_not_found(client):
    item = make_item(image=make_image())
    item.featured_image.file.storage.delete(item.featured_image.file.name)
    assert client.get(item.featured_image.file.url).status_code == 404
    assert client.get(item.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "../db.sqlite3",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/secret_key",
        "/etc/passwd",
        "pictures/../../secret_key.webp",
        "originals/a.webp",
        ".",
    ],
)
def test_no_name_leads_out_of_the_pictures(client, name):
    assert client.get(f"/media/{name}").status_code == 404
