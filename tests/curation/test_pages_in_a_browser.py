"""The readers' pages in Chromium: narrow and wide, light and dark, for everybody."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile

from tests.curation.test_unpublished import GONE
from tests.factories import make_community, make_image, make_item

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/communities/telehealth/curated-content/"
PAGES = (
    "/", "/communities/", "/communities/telehealth/", LIST, f"{LIST}?kind=News&topic=unknown",
    f"{LIST}?kind=Brief&year=2023",
    f"{LIST}pictured/", f"{LIST}plain/", f"{LIST}withdrawn/",
    "/topics/", "/topics/medigy-safety/", "/authors/", "/nothing/",
)  # fmt: skip


@pytest.fixture
def newsroom():
    community = make_community("Telehealth", introduction="Care at a distance has become a craft.", image_alt="Roofs")
    image = make_image(size=(1600, 500))
    with image.file.open() as file:
        community.image.save("banner.webp", ContentFile(file.read()))
    make_item(
        title="School nurses get a pediatrician down the hall, by video", slug="pictured", kind="News",
        description="Nineteen schools, one pediatrician, a cart with an otoscope. " * 4,
        curator_note="The second table alone is worth the click.",
        body=f"<h2>What changed</h2><p>The cart squeaks.</p><table><tr><th>A</th><td>{'wide ' * 60}</td></tr></table>"
        f"<pre>{'x' * 300}</pre><ul><li>One</li></ul><blockquote>Said so.</blockquote>",
        authors=["Grace Whitehorse", "林美惠"], tags=["schools", "pediatrics"],
        image=make_image("A school", (1280, 720)),
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
        make_item(kind="News", description="What it says.")


@pytest.mark.parametrize(
    ("width", "scheme"),
    [(320, "light"), (360, "light"), (360, "dark"), (1280, "light"), (1280, "dark"), (1600, "light")],
)
def test_every_page_fits_and_can_be_used_by_everybody(open_page, newsroom, width, scheme):
    page = open_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    axe = Axe()
    for address in PAGES:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"{address} is wider than the window"
        )
        if width in {360, 1280}:
            found = axe.run(page)
            assert found.violations_count == 0, f"{address}: {found.generate_report()}"


def test_pages_need_no_script_and_can_be_used_by_keyboard(open_page, newsroom):
    page = open_page(java_script_enabled=False)
    page.goto(LIST)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to content"
    page.get_by_label("Kind").select_option("Brief")
    page.get_by_role("button", name="Show").click()
    assert "1 item" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="Remove Kind: Brief").click()
    assert "23 items" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="Next").click()
    assert page.locator("article.card").count() == 3
