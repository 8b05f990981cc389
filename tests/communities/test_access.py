"""Who may do what: the one table of permissions, as its functions answer."""

import pytest
from django.contrib.auth.models import AnonymousUser

from communities import access
from communities.models import Role
from curation.models import CuratedItem
from tests.factories import make_community, make_item, make_user

pytestmark = pytest.mark.django_db

LEAST_ROLES = {
    "view": Role.CURATOR,
    "create": Role.CONTRIBUTOR,
    "edit": Role.CURATOR,
    "submit": Role.CURATOR,
    "review": Role.EDITOR,
    "publish": Role.EDITOR,
    "archive": Role.LEAD,
    "manage": Role.LEAD,
}
OVER_ONES_OWN = {"view", "edit", "submit"}


@pytest.mark.parametrize("role", Role)
def test_a_role_holds_what_is_granted_to_it_and_to_the_roles_below(role):
    here, elsewhere = make_community("Here"), make_community("Elsewhere")
    user = make_user("ana", role, here)
    assert set(access.PERMISSIONS) == set(LEAST_ROLES)
    for permission, least in LEAST_ROLES.items():
        assert access.can(user, permission, here) is (role >= least)
        assert access.can(user, permission, here, owner=user.pk) is (role >= least or permission in OVER_ONES_OWN)
        assert not access.can(user, permission, elsewhere, owner=user.pk)


@pytest.mark.parametrize("role", Role)
def test_the_rows_of_a_list_are_those_that_one_by_one_would_be_allowed(role):
    here, elsewhere = make_community("Here"), make_community("Elsewhere")
    user, other = make_user("ana", role, here), make_user("ben")
    for community in (here, elsewhere):
        for owner in (user, other, None):
            make_item(community=community, created_by=owner)
    for permission in access.PERMISSIONS:
        allowed = {
            item.pk
            for item in CuratedItem.objects.all()
            if access.can(user, permission, item.community_id, owner=item.created_by_id)
        }
        assert set(access.scope(user, CuratedItem.objects.all(), permission).values_list("pk", flat=True)) == allowed


def test_staff_alone_is_nobody():
    make_community("Here")
    user = make_user("ana", is_staff=True)
    assert not access.is_member(user)
    assert not access.communities_where(user, "view").exists()


def test_people_who_left_or_never_came_may_do_nothing():
    here = make_community("Here")
    gone = make_user("ana", Role.LEAD, here, is_active=False)
    for user in (gone, AnonymousUser()):
        assert not access.is_member(user)
        assert not access.can(user, "view", here)
        assert access.highest_role(user) is None


def test_a_superuser_may_do_everything_everywhere():
    here = make_community("Here")
    user = make_user("root", is_superuser=True)
    assert all(access.can(user, permission, here) for permission in access.PERMISSIONS)
    assert access.communities_where(user, "manage").count() == 1
    assert access.highest_role(user) == Role.LEAD


def test_roles_are_read_once(django_assert_num_queries):
    here = make_community("Here")
    user = make_user("ana", Role.EDITOR, here)
    with django_assert_num_queries(1):
        for _ in range(3):
            access.can(user, "view", here)
            access.is_member(user)
