"""The library of pictures: brought in, described, replaced everywhere, and deleted, by who may."""

import io
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect

from curation import images, publishing
from curation.models import Change, CuratedItem, FeaturedImage
from tests.browser import Held, usable_by_everybody
from tests.curation.admin.test_pages_are_safe import log_in
from tests.factories import make_image, make_item
from tests.newsroom import admin, filled_in, signed_in


def at(page: str, *arguments: object) -> str:
    return reverse(f"admin:curation_featuredimage_{page}", args=arguments)


def png(size: tuple[int, int] = (700, 400), tone: int = 90) -> bytes:
    raw = io.BytesIO()
    Image.new("RGB", size, (tone, 20, 60)).save(raw, "PNG")
    return raw.getvalue()


def of_list(client: Client, **query: str) -> set[str]:
    return {str(tile.image) for tile in client.get(at("changelist"), query).context["cl"].tiles}


def test_several_come_in_at_once_and_each_is_told_of(newsroom: SimpleNamespace) -> None:
    there = images.take(png(tone=1), name="there.png")
    files = [
        SimpleUploadedFile(name, raw) for name, raw in (("a.png", png()), ("b.png", png(tone=1)), ("c.png", b"no"))
    ]
    page = signed_in(newsroom.contributor).post(at("add"), {"files": files, "credit": "Jane Doe"})
    outcomes = page.context["outcomes"]
    assert [each.status for each in outcomes] == ["taken", "present", "refused"]
    assert outcomes[1].image == there
    taken = FeaturedImage.objects.exclude(pk=there.pk).get()
    assert (taken.credit, taken.created_by) == ("Jane Doe", newsroom.contributor)
    small = signed_in(newsroom.stranger).get(at("small", taken.pk))
    assert Image.open(io.BytesIO(small.content)).width == 480


def test_the_list_finds_by_what_is_said_and_by_what_shows_it_and_narrows_down(newsroom: SimpleNamespace) -> None:
    said, shown, hidden = make_image("A lighthouse", credit="Ada"), make_image("", (800, 450)), make_image("Dusk")
    make_item(community=newsroom.home, title="Remote rounds", image=shown, image_decorative=True)
    make_item(published=False, community=newsroom.elsewhere, title="A secret heron", image=hidden)
    client = signed_in(newsroom.curator)
    assert of_list(client, q="lighthouse ada") == {str(said)}
    assert of_list(client, q="remote") == {str(shown)}
    assert of_list(client, q="heron") == set()
    assert of_list(client, care="small") == {str(said), str(hidden)}
    assert of_list(client, care="decorative") == {str(shown)}
    assert of_list(client, care="alt") == set()
    assert of_list(client, use="none") == {str(said)}
    assert "A secret heron" not in client.get(at("changelist")).content.decode()


def test_words_of_many_are_saved_one_by_one_and_overwrite_nobody(newsroom: SimpleNamespace) -> None:
    one, two, three = (make_image("") for _ in range(3))
    client = signed_in(newsroom.curator)
    form = filled_in(client.get(at("words"), {"pk": [one.pk, two.pk, three.pk]}), "words_form")
    other = filled_in(client.get(at("change", two.pk)), "featuredimage_form", alt="Theirs, from before")
    assert client.post(at("change", two.pk), other).status_code == 302
    page = client.post(at("words"), form | {f"alt-{one.pk}": "A nurse waves", f"alt-{two.pk}": "Mine"})
    assert [line.saved for line in page.context["lines"]] == [True, False, False]
    assert "Theirs, from before" in page.context["lines"][1].problem
    assert [FeaturedImage.objects.get(pk=each.pk).alt for each in (one, two, three)] == [
        "A nurse waves", "Theirs, from before", "",
    ]  # fmt: skip
    again = filled_in(page, "words_form")
    client.post(at("words"), again)
    assert FeaturedImage.objects.get(pk=two.pk).alt == "Mine"


def test_a_page_that_somebody_else_was_faster_on_comes_back_with_what_was_typed(newsroom: SimpleNamespace) -> None:
    image, client = make_image("Before"), signed_in(newsroom.curator)
    form = filled_in(client.get(at("change", image.pk)), "featuredimage_form")
    client.post(at("change", image.pk), form | {"focal_x": "20", "credit": "Ada"})
    stale = client.post(at("change", image.pk), form | {"alt": "Mine"})
    assert stale.status_code == 409
    image.refresh_from_db()
    assert (image.focal_x, image.credit, image.alt) == (0.2, "Ada", "Before")


def test_contributors_describe_what_they_brought_until_readers_see_it(newsroom: SimpleNamespace) -> None:
    own, client = make_image("", created_by=newsroom.contributor), signed_in(newsroom.contributor)
    form = filled_in(client.get(at("change", own.pk)), "featuredimage_form", alt="A nurse waves")
    assert client.post(at("change", own.pk), form).status_code == 302
    make_item(community=newsroom.home, image=own)
    assert client.post(at("change", own.pk), form | {"alt": "Other"}).status_code == 403


def test_one_takes_the_place_of_another_everywhere_in_one_step(newsroom: SimpleNamespace) -> None:
    old, new = make_image("The old one"), make_image("The new one")
    live = make_item(community=newsroom.home, image=old, title="Live")
    draft = make_item(published=False, community=newsroom.home, image=old, title="Draft")
    other = make_item(community=newsroom.elsewhere, image=old, title="None of their business", published=False)
    client = signed_in(newsroom.editor)
    before = client.get(at("replace", old.pk), {"new": new.pk})
    assert [line["item"] for line in before.context["published_lines"]] == [live]
    assert [line["item"] for line in before.context["saved_lines"]] == [draft]
    page = client.post(at("replace", old.pk), {"new": new.pk, "note": "Sharper"})
    assert (page.context["made"], page.context["elsewhere"]) == (2, 1)
    assert "None of their business" not in page.content.decode()
    for item, picture in ((live, new), (draft, new), (other, old)):
        assert publishing.head_values(CuratedItem.objects.get(pk=item.pk)).image == picture
    assert CuratedItem.objects.get(pk=live.pk).featured_image == new
    keys = {change.details.get("correlation") for change in Change.objects.filter(item__in=[live, draft])}
    assert len(keys - {None}) == 1


def test_leads_delete_what_nobody_uses_and_nothing_else(newsroom, django_capture_on_commit_callbacks) -> None:
    free, used = make_image("Free"), make_image("Used")
    make_item(community=newsroom.home, image=used)
    assert signed_in(newsroom.editor).post(at("unused"), {"pk": [free.pk]}).status_code == 403
    lead = signed_in(newsroom.lead)
    page = lead.get(at("unused"), {"pk": [free.pk, used.pk]})
    assert [tile.image for tile in page.context["needed"]] == [used]
    with django_capture_on_commit_callbacks(execute=True):
        lead.post(at("unused"), {"pk": [free.pk, used.pk]})
    assert list(FeaturedImage.objects.all()) == [used]
    assert not free.small.storage.exists(free.small.name)


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same_whatever_it_shows(newsroom, django_assert_max_num_queries, number: int) -> None:
    for _ in range(number):
        make_item(community=newsroom.home, image=make_image("", (64, 36)))
    client = signed_in(newsroom.curator)
    with django_assert_max_num_queries(12):
        client.get(at("changelist"), {"q": "png"})


def test_a_picture_is_found_described_and_given_its_focus_by_keyboard(page, newsroom: SimpleNamespace) -> None:
    image = make_image("", (900, 1600))
    log_in(page, "curator")
    page.goto(at("changelist") + "?care=alt")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_label("Alt text").press_sequentially("Image of a nurse")
    expect(page.get_by_text("which everybody knows already")).to_be_visible()
    page.get_by_label("Alt text").fill("A nurse waves at a screen")
    point = page.locator(".mdg-focus-point")
    point.focus()
    for key in ("ArrowLeft", "Shift+ArrowUp"):
        page.keyboard.press(key)
    expect(page.get_by_label("Focus from the top, in %")).to_have_value("40")
    assert page.locator(".mdg-crop--card img").evaluate("each => each.style.objectPosition").startswith("50% 3")
    page.keyboard.press("Control+s")
    page.get_by_text("Saved. Pages that show the picture follow.").wait_for()
    image.refresh_from_db()
    assert (image.alt, image.focal_x, image.focal_y) == ("A nurse waves at a screen", 0.49, 0.4)


def test_a_picture_is_chosen_in_the_form_of_an_item_and_a_new_one_goes_up_at_once(page, newsroom, draft) -> None:
    image = make_image("A lighthouse", (640, 360))
    log_in(page, "curator")
    page.goto(admin("change", draft.pk))
    page.get_by_label("Title").fill("Typed before")
    page.get_by_role("button", name="Browse the library").press("Enter")
    picture = page.get_by_role("button", name="A lighthouse")
    picture.focus()
    late = Held(page, "**/pick/?q=light")
    page.get_by_role("dialog").get_by_role("searchbox").type("light")
    late.wait()
    picture.focus()
    with page.expect_response("**/pick/?q=light"):
        late.let_go()
    page.keyboard.press("Enter")
    expect(page.locator("select[name=featured_image]")).to_have_value(str(image.pk))
    page.get_by_role("button", name="Focus and credit").press("Enter")
    page.locator("#mdg-about").get_by_label("Credit and licence").fill("Ada, CC BY 4.0")
    page.get_by_role("button", name="Save the picture").press("Enter")
    page.get_by_text("The picture is saved").wait_for()
    page.locator("#id_upload").set_input_files({"name": "new.png", "mimeType": "image/png", "buffer": png()})
    expect(page.locator("#mdg-picture-told")).to_contain_text("new.png: Taken")
    expect(page.get_by_label("Title")).to_have_value("Typed before")
    image.refresh_from_db()
    assert image.credit == "Ada, CC BY 4.0"


def test_its_pages_can_be_used_by_everybody(page: Page, newsroom: SimpleNamespace) -> None:
    image, free = make_image("Image of", (640, 360)), make_image("")
    make_item(community=newsroom.home, image=image)
    FeaturedImage.objects.filter(pk=free.pk).update(looks_like=image)
    log_in(page, "root")
    pages = [at("changelist"), at("change", image.pk), at("words"), at("replace", image.pk) + f"?new={free.pk}"]
    for address in [*pages, at("alike"), at("unused"), at("add")]:
        page.goto(address)
        usable_by_everybody(page, address)
