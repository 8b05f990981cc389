"""The page for developers that shows every part of the readers' pages."""

import pytest

from curation import upkeep
from tests.factories import PAST, make_community, make_item


@pytest.mark.django_db
def test_it_shows_every_component_and_an_item_that_runs_from_the_right(client, settings):
    settings.DEBUG = True
    community = make_community()
    items = [make_item(community=community, title="موعد", language="ar", publish_at=PAST), make_item()]
    upkeep.items_changed([item.pk for item in items])
    response = client.get("/styleguide/")
    components = {path.name for path in (settings.BASE_DIR / "templates" / "components").glob("*.html")}
    shown = {template.name.removeprefix("components/") for template in response.templates if template.name}
    unseen = {"site_picture.html"}  # a part of the head of pages that search engines may keep
    assert sorted(components - shown - unseen) == []
    assert 'lang="ar" dir="rtl"' in response.text
