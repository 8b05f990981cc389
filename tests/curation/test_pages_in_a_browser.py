"""The readers' pages in Chromium: narrow and wide, light and dark, on paper, for everybody."""

import itertools
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from communities.models import Accent, Role
from curation import upkeep
from curation.models import Publisher
from tests.browser import fits, usable_by_everybody
from tests.curation.test_unpublished import GONE
from tests.factories import make_community, make_image, make_item, make_user

pytestmark = pytest.mark.django_db(transaction=True)

HOME = "/communities/telehealth/"
LIST = f"{HOME}curated-content/"
ITEM = f"{LIST}pictured/"
PAGES = (
    "/", "/communities/", HOME, LIST, f"{LIST}?page=2", f"{LIST}?kind=News&topic=unknown",
    f"{LIST}?kind=Brief&year=2023", ITEM, f"{LIST}plain/", f"{LIST}withdrawn/", "/topics/", "/topics/medigy-safety/",
    "/authors/", "/authors/grace-whitehorse/", "/publishers/", "/publishers/journal.example/", "/tags/",
    "/tags/schools/", "/about/", "/archive/", "/archive/2024/03/", f"{HOME}archive/", f"{HOME}archive/2024/03/",
    "/search/", "/search/?q=pediatrician", "/search/?q=zebra", "/styleguide/", "/not-here/telehealth-for-schools/",
)  # fmt: skip
"""Every kind of page."""
OBSCURED = """
() => {
  const at = document.activeElement, box = at.getClientRects()[0];
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height, innerHeight) / 2];
  const style = getComputedStyle(at), after = getComputedStyle(at, "::after");
  const met = document.elementFromPoint(x, y);
  return {
    what: at.outerHTML.slice(0, 120),
    seen: [style, after].some((each) => each.outlineStyle !== "none" && parseFloat(each.outlineWidth) >= 2),
    there: at === met || at.contains(met) || met?.contains(at),
  };
}
"""
SMALL_TARGETS = """
() => [...document.querySelectorAll("a, button, input, select, summary")].filter((each) => {
  const box = each.getBoundingClientRect();
  const inline = each.closest("p:not(.byline, .eyebrow, .actions), .lede, .prose, .reading");
  return box.width && each.checkVisibility() && !inline && !each.matches(".skip, .card-title a") && box.height < 24;
}).map((each) => each.outerHTML)
"""


@pytest.fixture
def newsroom():
    community = make_community(
        "Telehealth", introduction="Care at a distance has become a craft.", image_alt="Roofs", accent="indigo",
        contact="telehealth@newsroom.example",
    )  # fmt: skip
    make_user("sofia", Role.LEAD, community, first_name="Sofia", last_name="Bergström")
    for accent in Accent.values:
        make_community(f"In {accent}", accent=accent)
    image = make_image(size=(1600, 500))
    with image.file.open() as file:
        community.image.save("banner.webp", ContentFile(file.read()))
    make_item(
        title="School nurses get a pediatrician down the hall, by video", slug="pictured", kind="News",
        description="Nineteen schools, one pediatrician, a cart with an otoscope. " * 4,
        curator_note="The second table alone is worth the click.",
        body=f"<h2>What changed</h2><p>The cart squeaks.</p><table><tr><th>A</th><td>{'wide ' * 60}</td></tr></table>"
        f"<pre>{'x' * 300}</pre><ul><li>One</li></ul><blockquote>Said so.</blockquote>",
        authors=["Grace Whitehorse", "林美惠"], tags=["schools", "pediatrics"], also_in=["in-amber"],
        image=make_image("A school", (1280, 720), credit="Photo: G. Whitehorse"),
        topics=[("Medigy", "Safety"), ("Symplur", "#Telehealth")],
    )  # fmt: skip
    make_item(
        title="Donaudampfschifffahrtsgesellschaftskapitänsmütze" * 3,
        slug="plain",
        kind="Brief",
        topics=[("Medigy", "Safety")],
    )
    make_item(
        title="مقال عن الرعاية الصحية عن بعد", kind="News", image=make_image("", (600, 900), focal_x=0.1, focal_y=0.9)
    )
    make_item(slug="withdrawn", published=False, **GONE["withdrawn"])
    for _ in range(20):
        make_item(kind="News", description="What it says.", tags=["schools"])


@pytest.mark.parametrize("pages", [PAGES[::2], PAGES[1::2]], ids=["one half", "the other half"])
def test_every_page_fits_and_can_be_used_by_everybody(page, newsroom, settings, pages):
    for address in pages:
        settings.DEBUG = address == "/styleguide/"
        page.goto(address)
        usable_by_everybody(page, address, itertools.product(("light", "dark"), (1280, 360, 320)))
        for width in (320, 360, 1280, 1600):
            page.set_viewport_size({"width": width, "height": 800})
            fits(page, address)
            assert page.evaluate(SMALL_TARGETS) == [], f"{address}, {width} px"


def test_a_word_that_is_wider_than_its_place_breaks(page, newsroom):
    word = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 3
    community = make_community(word[:100], slug="long")
    item = make_item(
        community=community, title=word, description=word, curator_note=word, kind=word[:100], authors=[word, "Ada"],
        tags=[word[:90]], topics=[("", word), (word[:60], word[:90])], body=f"<blockquote>{word}</blockquote>",
        image=make_image(word, credit=word),
    )  # fmt: skip
    Publisher.objects.update(name=word)
    upkeep.items_changed([item.pk])
    named = [item.byline[0], item.tag_list[0], *item.topic_list, item.publisher, community]
    for address in (
        item.get_absolute_url(), "/communities/long/curated-content/?kind=" + word[:100], "/", "/communities/",
        "/topics/", "/tags/", "/authors/", "/publishers/", "/communities/long/archive/2024/03/", f"/search/?q={word}",
        *(each.get_absolute_url() for each in named),
    ):  # fmt: skip
        answer = page.goto(address)
        assert answer.status == 200, address
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            fits(page, f"{address}, {width} px")


def test_pages_need_no_script_and_can_be_used_by_keyboard(open_page, newsroom):
    page = open_page(java_script_enabled=False)
    page.goto(LIST)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to content"
    assert not page.get_by_role("button", name="Dark colours").is_visible()
    page.get_by_label("Kind").select_option("Brief")
    page.get_by_role("button", name="Show").click()
    assert "1 item" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="Remove Kind: Brief").click()
    assert "23 items" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="Next").click()
    assert page.locator("article.card").count() == 3


def test_the_address_of_a_choice_says_what_was_chosen_alone(open_page, newsroom):
    page = open_page()
    page.goto(LIST)
    page.get_by_label("Kind").select_option("Brief")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"**{LIST}?kind=Brief")
    page.get_by_role("link", name="Remove Kind: Brief").click()
    page.wait_for_url(f"**{LIST}")


def test_filters_open_on_a_narrow_screen_without_script(open_page, newsroom):
    page = open_page(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page.goto(LIST)
    assert not page.get_by_label("Kind").is_visible()
    page.locator("summary").click()
    page.get_by_label("Kind").select_option("Brief")
    page.get_by_role("button", name="Show").click()
    assert "1 item" in page.get_by_role("status").inner_text()


def test_focus_is_seen_and_never_hidden(open_page, newsroom):
    page = open_page(reduced_motion="reduce")
    for width, address in itertools.product((360, 1280), ("/", HOME, LIST, ITEM)):
        page.set_viewport_size({"width": width, "height": 600})
        page.goto(address)
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
            at = page.evaluate(OBSCURED)
            assert at["seen"], (address, width, at)
            assert at["there"], (address, width, at)


def test_the_switch_between_light_and_dark_remembers_and_gives_way_to_the_system(open_page, newsroom):
    page = open_page(color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    page.goto("/")
    light = page.evaluate(paper)
    switch = page.get_by_role("button", name="Dark colours")
    assert switch.get_attribute("aria-pressed") == "false"
    switch.click()
    dark = page.evaluate(paper)
    assert dark != light
    assert switch.get_attribute("aria-pressed") == "true"
    # The next page is dark before anything of its body is there.
    page.add_init_script(
        "new MutationObserver(() => { if (document.body) window.early ??= document.documentElement.dataset.theme; })"
        ".observe(document, { childList: true, subtree: true });"
    )
    page.goto(ITEM)
    assert page.evaluate("window.early") == "dark"
    assert page.evaluate(paper) == dark
    page.get_by_role("button", name="Dark colours").click()
    assert page.evaluate(paper) == light
    assert page.evaluate("localStorage.length") == 0
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(paper) == dark


def test_an_item_prints_with_its_address_and_its_source(open_page, newsroom):
    page = open_page()
    page.goto(ITEM)
    page.emulate_media(media="print")
    assert page.get_by_text(f"http://testserver{ITEM}").is_visible()
    assert "https://journal.example/" in page.evaluate(
        "getComputedStyle(document.querySelector('.source a'), '::after').content"
    )
    for hidden in ("nav", ".site-foot", ".tools", ".actions"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_page_is_six_requests_at_most_before_its_pictures(open_page, newsroom):
    page = open_page()
    for address in ("/", HOME, LIST, ITEM):
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(f"{request.resource_type} {request.url}"))
        page.goto(address, wait_until="networkidle")
        before = [request for request in asked if not request.startswith("image")]
        assert len(before) <= 6, before


def test_every_page_is_valid_html(newsroom, settings, tmp_path):
    checker = os.environ.get("VNU_JAR", "")
    if not Path(checker).is_file() or not shutil.which("java"):
        pytest.skip("Set VNU_JAR to the file of the Nu HTML checker, and have Java, to check the pages' HTML.")
    for number, address in enumerate(PAGES):
        settings.DEBUG = address == "/styleguide/"
        (tmp_path / f"{number}.html").write_text(Client().get(address).text)
    command = ["java", "-jar", checker, "--format", "json", "--stdout", *map(str, sorted(tmp_path.iterdir()))]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=300).stdout)["messages"]
    wrong = [
        f"{PAGES[int(Path(message['url']).stem)]}, line {message.get('lastLine')}: {message['message']}"
        for message in found
    ]
    assert wrong == []
