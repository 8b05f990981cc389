"""Pages show pictures by files that were made before: small, in the right shape, under names that nobody guesses."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from curation import alt, images, library, renditions
from curation.models import CuratedItem, FeaturedImage, Publisher, Rendition
from curation.models.image import originals
from curation.raster import crops, drawing
from curation.workflow import Publication
from tests.commands import run
from tests.factories import make_community, make_draft_of, make_image, make_item
from tests.newsroom import make_newsroom

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]


@pytest.fixture
def image() -> FeaturedImage:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (1000, 400), "blue")
    picture.paste((255, 0, 0), (0, 0, 500, 400))
    raw = io.BytesIO()
    picture.save(raw, "PNG")
    return images.take(raw.getvalue(), name="two-sides.png", alt="Two sides")


def page_of(client, item: CuratedItem) -> str:
    return client.get(item.get_absolute_url()).content.decode()


# --- Which files, and what is in them --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "focus", "ratio", "box"),
    [
        ((1600, 900), (0.5, 0.5), 16 / 9, (0, 0, 1600, 900)),
        ((1000, 1000), (0.5, 0.5), 2, (0, 250, 1000, 750)),
        ((1000, 1000), (0.5, 0.0), 2, (0, 0, 1000, 500)),
        ((1000, 1000), (0.5, 0.6), 2, (0, 350, 1000, 850)),
        ((4000, 1000), (1.0, 0.5), 2, (2000, 0, 4000, 1000)),
        ((4000, 1000), (0.3, 0.5), 2, (200, 0, 2200, 1000)),
        ((1, 1), (0.5, 0.5), 2, (0, 0.25, 1, 0.75)),
    ],
)
def test_a_shape_shows_the_largest_part_that_is_nearest_to_the_focus(size, focus, ratio, box):
    assert crops.box(*size, ratio, *focus) == pytest.approx(box)


def test_no_picture_is_enlarged():
    card = crops.SHAPES["card"]
    assert crops.widths(card, 4000, 3000) == [320, 480, 640, 960]
    assert crops.widths(card, 960, 540) == [320, 480, 640, 960]
    assert crops.widths(card, 800, 800) == [320, 480, 640, 800]
    assert crops.widths(card, 350, 350) == [320]  # 30 pixels more are worth no file
    assert crops.widths(card, 200, 200) == [200]


def test_the_files_of_a_picture_have_the_sizes_and_the_focus_that_they_should_have(image):
    image.focal_x = 0.9
    image.save()
    made = renditions.make(image)
    assert {(each.shape, each.format) for each in made} == {
        (shape.name, kind) for shape in crops.SHAPES.values() for kind in shape.formats
    }
    for each in made:
        with default_storage.open(each.file.name) as file:
            content = file.read()
        with Image.open(io.BytesIO(content)) as opened:
            assert opened.format == each.format
            assert opened.size == (each.width, each.height)
            assert not {"exif", "xmp", "icc_profile"}.intersection(opened.info)
            red, _, blue = opened.convert("RGB").getpixel((each.width * 3 // 4, each.height // 2))
            assert blue > 200 > 60 > red
        assert len(content) == each.size
        if each.shape == "card" and each.width <= 640:
            assert each.size < 30_000


def test_a_card_of_pure_noise_stays_below_its_budget():
    noise = Image.effect_noise((640, 360), 120)
    raw = io.BytesIO()
    Image.merge("RGB", [noise, noise.rotate(180), noise.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]).save(raw, "PNG")
    made = renditions.make(images.take(raw.getvalue()))
    cards = [each for each in made if each.shape == "card" and each.format in {"AVIF", "WEBP"} and each.width < 640]
    assert cards
    assert all(each.size < 60_000 for each in cards)


def test_a_name_tells_nothing_to_who_has_the_picture(image):
    first = {each.file.name for each in renditions.make(image)}
    with default_storage.open(min(first)) as file:
        content = file.read()
    for digest in (hashlib.sha256(content).hexdigest(), hashlib.sha1(content).hexdigest(), image.sha256):
        assert not any(digest[:10] in name for name in first)
    other = make_image()
    assert renditions.name_for(other, content, "AVIF") not in first


def test_another_focus_makes_other_files_and_the_same_one_makes_none_anew(image):
    make_item(image=image)
    renditions.make(image)
    assert renditions.renditions_ready(image)
    assert image not in renditions.missing()
    before = set(Rendition.objects.values_list("file", flat=True))
    assert {str(each.file) for each in renditions.make(image)} == before
    image.focal_x = 0.1
    image.save()
    assert not renditions.renditions_ready(image)
    assert image in renditions.missing()
    renditions.make(image)
    shown = {str(each.file) for each in renditions.current(image)}
    assert not shown & before
    assert set(renditions.stale().values_list("file", flat=True)) == before - shown


# --- Drawn pictures --------------------------------------------------------------------------------------------------


def test_the_same_title_gives_the_same_drawing_in_any_script():
    for title in ("Remote care", "Телемедицина", "الرعاية عن بعد", "遠隔医療の未来", "", "A" * 400, "\u202e\x00 𝒜"):
        one, again = (drawing.drawn(title, "plum", 320, 180) for _ in range(2))
        assert one.size == (320, 180)
        assert one.tobytes() == again.tobytes()
    assert drawing.drawn("遠隔医療", "plum", 320, 180) != drawing.drawn("遠隔医療", "teal", 320, 180)


def test_an_item_without_a_picture_gets_a_drawn_one_that_follows_its_title(client):
    item = make_item(title="Remote care")
    assert list(renditions.missing()) == [item]
    shelf = item.community.get_absolute_url() + "curated-content/"
    assert 'class="plate"' in client.get(shelf).content.decode()
    renditions.make(item)
    assert not list(renditions.missing())
    page = client.get(shelf).content.decode()
    assert 'type="image/avif"' in page
    assert 'class="plate"' not in page
    CuratedItem.objects.update(title="Care nearby")
    assert list(renditions.missing()) == [item]
    make_draft_of(item, title="Not yet")
    item.community.accent = "rose"
    item.community.save()
    assert list(renditions.missing()) == [item]


# --- What readers are shown ------------------------------------------------------------------------------------------


def test_a_page_offers_every_width_in_two_formats_with_its_true_size_and_a_third_to_who_reads_neither(client, image):
    item = make_item(image=image)
    assert f'src="{image.file.url}"' in page_of(client, item)
    renditions.make(image)
    page = page_of(client, item)
    # One before the <img>: the HTML checker takes "auto" for wrong in the first of two.
    assert page.count("<source type=") == 1
    hero = [each for each in renditions.current(image) if each.shape == "hero"]
    (usual,) = (each for each in hero if each.format == "JPEG")
    for name, attribute in (("AVIF", '<source type="image/avif" srcset'), ("WEBP", f'src="{usual.file.url}" srcset')):
        offered = ", ".join(f"{each.file.url} {each.width}w" for each in hero if each.format == name)
        assert f'{attribute}="{offered}"' in page
    assert 'fetchpriority="high"' in page
    assert f'width="{usual.width}" height="{usual.height}"' in page
    assert 'property="og:image" content="http://testserver/media/renditions/' in page


@pytest.mark.parametrize(
    ("policy", "credit", "shown"),
    [("allowed", "", True), ("ask", "", False), ("ask", "Photo: A. Byron", True), ("none", "Photo: A. Byron", False)],
)
def test_a_publisher_decides_whether_its_pictures_are_shown(client, image, policy, credit, shown):
    image.credit = credit
    image.save()
    item = make_item(image=image)
    Publisher.objects.update(picture_policy=policy)
    renditions.make(image)
    renditions.make(item)
    own = {each.file.url for each in image.renditions.all()} | {image.file.url}
    for address in (item.get_absolute_url(), "/"):
        page = client.get(address).content.decode()
        assert any(address in page for address in own) is shown
    for address in own:
        assert client.get(address).status_code == (200 if shown else 404)
    assert (item in renditions.missing()) is False


def test_a_decorative_picture_has_an_empty_alt_text(client, image):
    item = make_item(image=image, image_alt="Said once", image_decorative=True)
    page = page_of(client, item)
    assert 'alt=""' in page
    assert "Said once" not in page
    assert "og:image:alt" not in page


def test_files_are_kept_for_ever_and_go_with_their_item(client, image):
    item = make_item(image=image)
    renditions.make(image)
    each = renditions.current(image)[0]
    response = client.get(each.file.url)
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Length"] == str(each.size)
    assert client.head(each.file.url).status_code == 200
    CuratedItem.objects.filter(pk=item.pk).update(publication=Publication.WITHDRAWN)
    assert client.get(each.file.url).status_code == 404


def test_a_server_before_us_sends_what_we_allow(client, image, settings):
    settings.MEDIA_ACCEL = "/kept-media/"
    make_item(image=image)
    renditions.make(image)
    response = client.get(renditions.current(image)[0].file.url)
    assert response["X-Accel-Redirect"] == f"/kept-media/{renditions.current(image)[0].file.name}"
    assert response["Cache-Control"].endswith("immutable")
    assert response.content == b""
    assert client.get(make_image().file.url).status_code == 404


# --- The commands ----------------------------------------------------------------------------------------------------


def test_what_is_missing_is_made_by_a_command_that_can_be_stopped(image):
    make_item(image=image)
    make_item(published=False, image=make_image())
    community = make_community("Telehealth")
    community.image.save("banner.webp", ContentFile(images.readers_bytes(images.original_bytes(image))))
    assert "missing" in run("rebuild_renditions", "--check", code=2)[0]
    assert '"made": 0' in run("rebuild_renditions", "--json", "--seconds", "0")[0]
    assert '"made": 2' in run("rebuild_renditions", "--json")[0]
    assert '"made": 0' in run("rebuild_renditions", "--json")[0]
    run("rebuild_renditions", "--check")


def test_a_picture_whose_original_is_lost_is_made_from_the_readers_copy(image):
    make_item(image=image)
    originals().delete(image.original.name)
    run("rebuild_renditions")
    assert renditions.renditions_ready(image)
    default_storage.delete(image.file.name)
    Rendition.objects.all().delete()
    out, _ = run("rebuild_renditions", "--json", code=1)
    assert '"failed": 1' in out


def test_cleaning_takes_what_nobody_needs_and_nothing_else(image, django_capture_on_commit_callbacks):
    kept = make_item(image=image)
    renditions.make(image)
    image.focal_x = 0.2
    image.save()
    renditions.make(image)
    said_once = make_image()
    make_draft_of(make_item(image=make_image()), image=said_once)
    unused = make_image()
    default_storage.save("pictures/stray.webp", ContentFile(b"RIFF"))
    default_storage.save("elsewhere/notes.txt", ContentFile(b"not ours"))
    everything = timezone.now() + timedelta(days=1)
    told = [(waste.kind, waste.name) for waste in library.clean(everything, keep=True)]
    assert ("picture", str(unused)) in told
    assert ("file", "pictures/stray.webp") in told
    assert {kind for kind, _ in told} == {"picture", "rendition", "file"}
    assert not list(library.clean(timezone.now() - timedelta(days=1)))
    assert FeaturedImage.objects.filter(pk=unused.pk).exists()
    assert "could be taken away" in run("clean_images", "--dry-run", "--days", "0")[1]
    with django_capture_on_commit_callbacks(execute=True):
        taken = [next(cleaning := library.clean(everything))]
    assert not default_storage.exists(unused.file.name)
    taken += cleaning
    assert [(waste.kind, waste.name) for waste in taken] == told
    assert not FeaturedImage.objects.filter(pk=unused.pk).exists()
    assert default_storage.exists("elsewhere/notes.txt")
    assert all(default_storage.exists(each.file.name) for each in renditions.current(kept.featured_image))
    assert images.original_bytes(said_once)
    assert not [waste for waste in library.clean(everything) if waste.kind != "file"]


# --- Another picture in its place ------------------------------------------------------------------------------------


def test_a_picture_is_replaced_in_every_item_that_uses_it(image):
    newsroom = make_newsroom()
    live = make_item(community=newsroom.home, image=image, description="A" * 60, image_alt="Two sides of it")
    draft = make_item(published=False, community=newsroom.home, image=image, created_by=newsroom.contributor)
    elsewhere = make_item(community=newsroom.elsewhere, image=image)
    better = make_image("A better one", size=(1200, 675))
    assert list(library.used_by(image)) == [live, draft, elsewhere]
    became = {each.item.pk: each for each in library.replace(image, better, by=newsroom.editor)}
    assert became[draft.pk].status == "saved"
    assert became[live.pk].status in {"published", "saved"}
    assert became[elsewhere.pk].status == "failed"
    assert "Your role in Oncology" in became[elsewhere.pk].why
    live.refresh_from_db()
    assert live.head_revision.featured_image == better
    assert live.revisions.get(number=1).featured_image == image
    if became[live.pk].status == "published":
        assert live.featured_image == better
    assert list(library.used_by(image)) == ([elsewhere] if live.featured_image == better else [live, elsewhere])


@pytest.mark.parametrize(
    ("words", "poor"),
    [
        ("Two nurses read a chart", ""),
        ("A kiosk", ""),
        ("IMG_2031.jpg", "name of a file"),
        ("two-nurses", "name of a file"),
        ("Image of two nurses", "everybody knows"),
        ("A screenshot showing a chart", "everybody knows"),
        ("Nurses!", "repeats the title"),
        ("Hm", "very short"),
        ("A nurse. " * 40, "anybody listens to"),
        ("", ""),
    ],
)
def test_what_makes_an_alt_text_poor_is_said(words, poor):
    said = " ".join(alt.poor(words, title="Nurses", file_name="two-nurses.jpeg"))
    assert poor in said
    assert bool(said) is bool(poor)
