"""What Chromium makes of the pictures of a page: the smallest file that is sharp, and nothing that moves."""

import io
import itertools
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page

from curation import images, renditions, upkeep
from curation.models import CuratedItem
from tests.factories import make_item

SHOWN = """
() => [...document.querySelectorAll("main picture img")].map((image) => {
    const sources = [...image.closest("picture").querySelectorAll("source")];
    const offered = sources[0].srcset.split(", ").map((each) => each.split(" "));
    const own = offered.find(([address]) => image.currentSrc.endsWith(address));
    return {
        needed: image.getBoundingClientRect().width * devicePixelRatio,
        width: own ? parseInt(own[1]) : 0,
        offered: offered.map(([, width]) => parseInt(width)),
        sharp: image.complete && image.naturalWidth > 0,
        width_said: image.width > 0 && image.getAttribute("width") > 0 && image.getAttribute("height") > 0,
    };
})
"""
HOME = "/communities/telehealth/"
WATCH = """
window.shifts = 0;
new PerformanceObserver((list) => { for (const each of list.getEntries()) window.shifts += each.value; })
    .observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def item(transactional_db) -> CuratedItem:
    """Published with a large picture, beside one that has a drawn one."""
    raw = io.BytesIO()
    Image.radial_gradient("L").resize((2400, 1600)).convert("RGB").save(raw, "JPEG")
    item = make_item(title="With a picture", image=images.take(raw.getvalue(), alt="Light in the dark"))
    drawn = make_item(title="Without a picture")
    for owner in (item.featured_image, drawn):
        renditions.make(owner)
    upkeep.items_changed([item.pk, drawn.pk])
    return item


def test_a_browser_gets_the_smallest_picture_that_is_sharp(open_page: Callable[..., Page], item: CuratedItem) -> None:
    addresses = (item.get_absolute_url(), "/communities/telehealth/curated-content/")
    cases = [*itertools.product((360, 1280), (1, 2), addresses), *itertools.product((1280, 700), (1,), ("/", HOME))]
    for width, density, address in cases:
        page = open_page(viewport={"width": width, "height": 800}, device_scale_factor=density)
        # The fonts are there before anything is measured: the promise is about what pictures move.
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.add_init_script(WATCH)
        page.goto(address)
        for image in page.locator("main picture img").all():
            image.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        shown, where = page.evaluate(SHOWN), f"{address}, {width} px, density {density}"
        assert shown, where
        for each in shown:
            enough = [offered for offered in each["offered"] if offered >= each["needed"] - 1]
            assert each["sharp"], where
            assert each["width_said"], where
            assert each["width"] == min(enough, default=max(each["offered"])), (where, each)
        assert page.evaluate("window.shifts") == 0, where
        assert page.locator("main img").first.get_attribute("fetchpriority") == "high", where
