"""The demonstration newsroom, set up by its command."""

import re
from collections import Counter

import pytest
from django.core.management.base import CommandError

from communities.models import Community, Role, Topic, User
from curation import notices
from curation.models import Author, Comment, CuratedItem, Publisher
from tests.commands import DATA, export, run
from tests.factories import make_community

pytestmark = pytest.mark.django_db


def test_it_shows_every_state_and_names_people_who_can_sign_in(client):
    printed = run("demo", "--no-serve")[0]
    assert Community.objects.count() >= 4
    assert CuratedItem.objects.count() >= 60
    assert Author.objects.count() >= 15
    assert Publisher.objects.count() >= 10
    assert Topic.objects.count() >= 20
    labels = Counter(item.label()[0] for item in CuratedItem.objects.all())
    assert labels.keys() >= {
        "draft", "in_review", "changes_requested", "approved", "rejected",
        "published", "scheduled", "expired", "withdrawn", "archived",
    }  # fmt: skip
    assert {item.label()[1] for item in CuratedItem.objects.all()} >= {"Published", "Published + in review"}
    for address in ("/", *(community.get_absolute_url() for community in Community.objects.all())):
        assert client.get(address).context["featured"], f"Editors put nothing forward on {address}."
    open_threads = Comment.objects.open_threads()
    assert open_threads.filter(blocking=True).exists()
    assert Comment.objects.filter(thread=None, resolved_at__isnull=False).exists()
    for user in User.objects.all():
        assert 1 <= notices.unread(user) < 30, user
    years = {item.publish_at.year for item in CuratedItem.objects.published()}
    assert len(years) >= 3
    assert set(CuratedItem.objects.published().values_list("language", flat=True)) >= {"", "de", "ar"}
    hosts = set(Publisher.objects.values_list("host", flat=True)) - {"hitconsultant.net"}
    assert all(host.endswith(".example") for host in hosts), "only the Medigy file names somebody who exists"
    password = re.search(r"password (\S+) as", printed)[1]
    for role in Role:
        user = User.objects.filter(memberships__role=role).first()
        assert re.search(rf"\b{user.username}\s+{role.label.lower()}\b", printed)
        assert user.check_password(password)


@pytest.mark.anywhere
def test_what_is_published_comes_out_as_it_lies_there_and_a_second_run_keeps_it(tmp_path):
    printed = run("demo", "--no-serve")[0]
    home = "content/communities/chronic-care-management/curated-content"
    name = "28171833-cc9d-59f4-a6ad-dcba727d8301.md"
    export(tmp_path)
    assert (tmp_path / home / name).read_bytes() == (DATA / "medigy" / name).read_bytes()
    assert (
        len([path for path in tmp_path.rglob("*.md") if path.name != "_index.md"])
        == CuratedItem.objects.published().count()
    )
    assert run("demo", "--no-serve")[0] == printed
    assert export(tmp_path, "--check")["ok"]


def test_a_database_with_content_is_left_alone():
    make_community("Somebody's own")
    with pytest.raises(CommandError, match="has content already"):
        run("demo", "--no-serve")
    assert Community.objects.count() == 1
