"""The cast of the workflow: Telehealth with one person of each role."""

import pytest

from communities.models import Role
from tests.factories import make_community, make_user


@pytest.fixture
def home():
    return make_community("Telehealth")


@pytest.fixture
def curator(home):
    return make_user("carla", Role.CURATOR, home)


@pytest.fixture
def editor(home):
    return make_user("edith", Role.EDITOR, home)


@pytest.fixture
def lead(home):
    return make_user("leo", Role.LEAD, home)
