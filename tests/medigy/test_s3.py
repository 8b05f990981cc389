"""Pictures in an S3-compatible store behave as in a folder; `scripts/with-s3` brings a real server."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from curation import images, library, renditions
from curation.models.image import originals
from tests.commands import DATA
from tests.factories import make_image, make_item

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.MEDIA_BUCKET, reason="Run it with scripts/with-s3."),
]


def test_a_picture_lives_in_the_bucket_and_is_served_at_our_own_address(client):
    raw = (DATA / "images/plain.jpg").read_bytes()
    image = images.take(raw, name="plain.jpg", alt="A scene")
    waiting = make_image()
    item = make_item(image=image)
    renditions.make(image)
    assert images.original_bytes(image) == raw
    for file in (image.file, renditions.current(image)[0].file):
        assert file.url.startswith("/media/")
        response = client.get(file.url)
        assert response.status_code == 200
        assert b"".join(response) == file.storage.open(file.name).read()
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (
        f'src="/media/{renditions.current(image)[0].file.name[:11]}'
        in client.get(item.get_absolute_url()).content.decode()
    )
    assert client.get(waiting.file.url).status_code == 404
    default_storage.delete(image.file.name)
    assert client.get(image.file.url).status_code == 404


def test_what_nobody_needs_is_found_in_the_bucket(client):
    kept, unused = make_image(), make_image()
    make_item(image=kept)
    default_storage.save("pictures/stray.webp", ContentFile(b"RIFF"))
    everything = timezone.now() + timedelta(days=1)
    found = {waste.name for waste in library.clean(everything)}
    assert {str(unused), "pictures/stray.webp"} <= found
    assert default_storage.exists(kept.file.name)
    assert originals().exists(kept.original.name)
    assert not default_storage.exists("pictures/stray.webp")
