"""Communities, their members and the people who sign in, as their leads and operators see them."""

import pytest
from django.urls import reverse

from communities.models import Community, Membership, Role, User
from curation import notices
from curation.models import FeaturedImage, Notification
from tests.factories import make_image, make_user
from tests.newsroom import filled_in, make_newsroom, signed_in


@pytest.fixture
def newsroom(db):
    return make_newsroom()


def page(name, *arguments):
    return reverse(f"admin:communities_{name}", args=arguments)


def test_members_see_their_communities_and_leads_change_theirs(newsroom):
    for who, sees, changes in (
        ("contributor", True, False),
        ("editor", True, False),
        ("lead", True, True),
        ("stranger", False, False),
        ("root", True, True),
    ):
        client = signed_in(getattr(newsroom, who))
        form = client.get(page("community_change", newsroom.home.pk), follow=True)
        assert ("Telehealth" in form.content.decode()) is sees, who
        assert (b'name="_save"' in form.content) is changes, who
        assert client.get(page("community_add")).status_code == (200 if who == "root" else 403)
        assert ("Oncology" in client.get(page("community_changelist")).content.decode()) is (
            who in {"stranger", "root"}
        )


def test_a_lead_adds_a_member_and_the_address_stays(newsroom):
    client, newcomer = signed_in(newsroom.lead), make_user("newcomer")
    address = page("community_change", newsroom.home.pk)
    last = Membership.objects.filter(community=newsroom.home).count()
    typed = {
        "name": "Telehealth today", "slug": "forged",
        f"memberships-{last}-user": str(newcomer.pk), f"memberships-{last}-role": str(Role.CURATOR.value),
    }  # fmt: skip
    response = client.post(address, filled_in(client.get(address), form="community_form", **typed))
    assert response.status_code == 302
    community = Community.objects.get(pk=newsroom.home.pk)
    assert (community.name, community.slug) == ("Telehealth today", "telehealth")
    assert Membership.objects.get(user=newcomer).role == Role.CURATOR
    opened = filled_in(client.get(address), form="community_form")
    place = next(name for name, values in opened.items() if name.endswith("-user") and values == [str(newcomer.pk)])
    for changed in ({place.replace("-user", "-role"): "30"}, {place.replace("-user", "-DELETE"): "on"}):
        assert client.post(address, opened | changed).status_code == 302
    told = notices.entries(Notification.objects.order_by("pk"))
    assert [entry.words for entry in told] == [
        "lead made you curator in Telehealth today",
        "lead made you editor in Telehealth today",
        "lead took you out of Telehealth today",
    ]
    assert {each.user for each in Notification.objects.all()} == {newcomer}


def test_a_lead_says_what_a_check_does_in_their_community(newsroom):
    client, address = signed_in(newsroom.lead), page("community_change", newsroom.home.pk)

    def save(**typed):
        return client.post(address, filled_in(client.get(address), form="community_form", **typed)).status_code

    def levels():
        newsroom.home.refresh_from_db()
        return newsroom.home.check_levels

    assert save(check_own_words="block", check_title_length="off") == 302
    assert levels() == {"own_words": "block", "title_length": "off"}
    assert save(name="Telehealth today") == 302
    assert levels() == {"own_words": "block", "title_length": "off"}
    assert save(check_own_words="nonsense") == 200
    assert save(check_own_words="", check_title_length="") == 302
    assert levels() == {}


def test_the_last_lead_stays(newsroom):
    client, address = signed_in(newsroom.lead), page("community_change", newsroom.home.pk)
    opened = filled_in(client.get(address), form="community_form")
    mine = next(name for name, values in opened.items() if name.endswith("-role") and values == ["40"])
    for typed in ({mine: "10"}, {mine.replace("-role", "-DELETE"): "on"}):
        assert "needs a lead" in client.post(address, opened | typed).content.decode()
    assert Membership.objects.get(user=newsroom.lead).role == Role.LEAD


@pytest.mark.parametrize("role", ["41", "50", "x"])
def test_no_role_is_higher_than_lead(newsroom, role):
    client, address = signed_in(newsroom.lead), page("community_change", newsroom.home.pk)
    opened = filled_in(client.get(address), form="community_form")
    first = next(name for name in opened if name.endswith("-role"))
    assert client.post(address, opened | {first: role}).status_code == 200


def test_members_of_another_community_cannot_be_reached_through_ones_own(newsroom):
    client, address = signed_in(newsroom.lead), page("community_change", newsroom.home.pk)
    theirs = Membership.objects.get(community=newsroom.elsewhere)
    opened = filled_in(client.get(address), form="community_form")
    forged = {"memberships-0-id": str(theirs.pk), "memberships-0-role": "10", "memberships-0-DELETE": "on"}
    client.post(address, opened | forged)
    theirs.refresh_from_db()
    assert theirs.role == Role.LEAD


def test_a_community_shows_the_readers_copy_of_its_picture(newsroom):
    client, address = signed_in(newsroom.lead), page("community_change", newsroom.home.pk)
    image = make_image("A desk")
    with image.original.open("rb") as upload:
        client.post(address, filled_in(client.get(address), form="community_form", upload=upload))
    newsroom.home.refresh_from_db()
    with newsroom.home.image.open("rb") as file:
        assert file.read(4) == b"RIFF"
    assert FeaturedImage.objects.count() == 1


def test_people_are_for_superusers_and_nobody_is_deleted(newsroom):
    someone = newsroom.contributor.pk
    for who in ("contributor", "lead"):
        client = signed_in(getattr(newsroom, who))
        for address in (page("user_changelist"), page("user_add"), page("user_change", someone)):
            assert client.get(address).status_code == 403
        assert client.post(reverse("admin:auth_user_password_change", args=[someone]), {}).status_code == 403
    client = signed_in(newsroom.root)
    assert client.get(page("user_change", someone)).status_code == 200
    assert client.post(page("user_delete", someone), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=someone).exists()


def test_an_operator_adds_a_person(newsroom):
    client = signed_in(newsroom.root)
    typed = {"username": "nadia", "password1": "a rather long secret", "password2": "a rather long secret"}
    response = client.post(page("user_add"), filled_in(client.get(page("user_add")), form="user_form", **typed))
    assert response.status_code == 302
    assert User.objects.get(username="nadia").check_password("a rather long secret")
