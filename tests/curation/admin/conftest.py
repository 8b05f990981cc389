from types import SimpleNamespace

import pytest

from curation.models import CuratedItem
from tests.factories import make_item
from tests.newsroom import make_newsroom


@pytest.fixture
def newsroom(db: None) -> SimpleNamespace:
    return make_newsroom()


@pytest.fixture
def draft(newsroom: SimpleNamespace) -> CuratedItem:
    """A contributor's draft."""
    return make_item(published=False, community=newsroom.home, created_by=newsroom.contributor, title="A draft")


@pytest.fixture
def secret(newsroom: SimpleNamespace) -> CuratedItem:
    """A draft of the other community."""
    return make_item(published=False, community=newsroom.elsewhere, title="Not for Telehealth", slug="hush")
