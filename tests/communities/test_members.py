"""How people get into a community, and communities into being."""

import json
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError

from communities.members import invite
from communities.models import Community, Membership, Role, User
from tests.commands import run
from tests.factories import PASSWORD, make_community, make_user

pytestmark = pytest.mark.django_db


def invited(who, role="editor", community="telehealth"):
    return json.loads(run("invite", who, "--community", community, "--role", role, "--json")[0])


def test_somebody_new_gets_an_account_and_sets_a_password_by_the_link(client):
    make_community()
    told = invited("Edith.Example@news.example")
    assert (told["status"], told["username"], told["role"]) == ("created", "Edith.Example", "editor")
    user = User.objects.get()
    assert not user.has_usable_password()
    link = urlsplit(told["link"])
    assert f"{link.scheme}://{link.netloc}" == "http://testserver"
    form = client.get(link.path, follow=True)
    assert "Edith.Example" in form.content.decode()
    address = form.redirect_chain[-1][0]
    words = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    response = client.post(address, words)
    assert (response.status_code, response["Location"]) == (302, "/admin/login/")
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert "has been used" in client.get(link.path, follow=True).content.decode()
    assert client.login(username="Edith.Example", password=PASSWORD)


def test_a_second_invitation_changes_nothing_and_gives_a_link_only_as_long_as_it_is_needed():
    make_community()
    first = invited("edith@news.example")
    again = invited("EDITH@news.example")
    assert (again["status"], again["username"], bool(again["link"])) == ("unchanged", first["username"], True)
    user = User.objects.get()
    user.set_password(PASSWORD)
    user.save()
    assert invited("edith")["link"] is None
    assert Membership.objects.count() == 1


def test_a_member_gets_another_role_and_another_community_without_another_account():
    make_community()
    make_community("Oncology")
    make_user("edith", Role.CURATOR)
    assert invited("edith", "editor")["status"] == "changed"
    assert invited("edith@newsroom.example", "curator", "oncology")["status"] == "added"
    roles = Membership.objects.order_by("community__slug").values_list("role", flat=True)
    assert list(roles) == [Role.CURATOR, Role.EDITOR]
    assert User.objects.count() == 1


def test_names_that_are_taken_are_numbered():
    make_community()
    make_user("edith", email="edith@elsewhere.example")
    assert invited("edith@news.example")["username"] == "edith2"


@pytest.mark.parametrize(
    ("who", "community", "sentence"),
    [
        ("edith@", "telehealth", "valid email"),
        ("no spaces", "telehealth", "valid username"),
        ("edith", "nowhere", "There is no community 'nowhere'"),
        ("twice@news.example", "telehealth", "Several people have the address"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_kept(who, community, sentence):
    make_community()
    make_user("one", email="twice@news.example")
    make_user("two", email="twice@news.example")
    with pytest.raises(CommandError, match=sentence):
        run("invite", who, "--community", community, "--role", "editor")
    assert (User.objects.count(), Membership.objects.count()) == (2, 0)


def test_the_last_lead_stays_lead():
    home = make_community()
    make_user("leo", Role.LEAD)
    with pytest.raises(ValidationError, match="is the only lead"):
        invite("leo", home, Role.EDITOR)
    make_user("lena", Role.LEAD)
    assert invite("leo", home, Role.EDITOR).status == "changed"


def test_leads_invite_into_their_own_community_and_get_no_hold_of_others_accounts():
    home, elsewhere = make_community(), make_community("Oncology")
    lead, editor = make_user("leo", Role.LEAD), make_user("edith", Role.EDITOR)
    with pytest.raises(PermissionDenied):
        invite("new@news.example", elsewhere, Role.CURATOR, by=lead)
    with pytest.raises(PermissionDenied):
        invite("new@news.example", home, Role.CURATOR, by=editor)
    mine = invite("new@news.example", home, Role.CURATOR, by=lead)
    assert (mine.status, bool(mine.link)) == ("created", True)
    theirs = invite("other@news.example", elsewhere, Role.LEAD)
    assert theirs.link
    assert invite("other@news.example", home, Role.CURATOR, by=lead).link == ""


def test_a_community_is_made_once():
    words = ("telehealth", "--name", "Telehealth at home", "--masthead", "Telehealth CoP", "--json")
    first, second = (json.loads(run("create_community", *words)[0]) for _ in range(2))
    assert (first["status"], second["status"]) == ("created", "unchanged")
    assert Community.objects.values_list("slug", "name", "masthead").get() == (
        "telehealth", "Telehealth at home", "Telehealth CoP",
    )  # fmt: skip
    assert json.loads(run("create_community", "chronic-care", "--json")[0])["name"] == "Chronic care"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(("no such address",), "slug: Enter a valid"), (("other", "--name", "Telehealth"), "name: Community with this")],
)
def test_a_community_that_cannot_be_is_refused_in_words(words, sentence):
    make_community("Telehealth")
    with pytest.raises(CommandError, match=sentence):
        run("create_community", *words)
