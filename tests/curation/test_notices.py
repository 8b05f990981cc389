"""Who is told of what others did: the right people, once, and only what they may see when they read it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from communities import members
from communities.models import Membership, Role
from curation import notices, previews, publishing
from curation.models import CuratedItem, Notification, Publisher
from tests.commands import import_files
from tests.deeds import edit, move, write
from tests.factories import make_community, make_user

pytestmark = pytest.mark.django_db


def told(user):
    """The kinds of what `user` was told since the last time."""
    kinds = list(user.notifications.order_by("pk").values_list("kind", flat=True))
    user.notifications.all().delete()
    return kinds


def test_each_step_is_told_to_those_whom_it_concerns(home, curator, editor, lead):
    elsewhere = make_user("sam", Role.EDITOR, make_community("Oncology"))
    item = write(home, curator)
    move(item, "submit", by=curator)
    assert (told(editor), told(lead), told(curator)) == (["submitted"], ["submitted"], [])
    move(item, "claim", by=editor)
    edit(item, curator, title="Another title")
    assert (told(curator), told(editor)) == (["claimed"], ["edited"])
    move(item, "request_changes", by=editor, note="Who says so?")
    move(item, "submit", by=curator, assignee=lead)
    assert (told(curator), told(editor), told(lead)) == (["changes_requested"], [], ["assigned"])
    move(item, "approve", by=editor)
    move(item, "publish", by=lead)
    move(item, "withdraw", by=lead, note="Wrong")
    move(item, "archive", by=lead)
    assert told(curator) == ["approved", "published", "withdrawn", "archived"]
    other = write(home, curator, title="Another", link="https://www.journal.example/b")
    move(other, "submit", by=curator)
    move(other, "reject", by=editor, note="No")
    assert told(curator) == ["rejected"]
    assert told(elsewhere) == []


def test_nobody_is_told_of_what_they_did_themselves_or_cannot_see(home, editor):
    gone = make_user("gone", Role.EDITOR, home, is_active=False)
    contributor = make_user("cora", Role.CONTRIBUTOR, home)
    item = write(home, editor)
    move(item, "submit", by=editor)
    assert (told(editor), told(gone), told(contributor)) == ([], [], [])


def test_an_update_that_does_not_go_out_is_told_once_and_one_that_does_too(home, curator, editor, lead):
    item = write(home, curator)
    move(item, "submit", by=curator)
    move(item, "approve", "publish", by=editor)
    edit(item, curator, title="Newer")
    move(item, "submit", by=curator)
    move(item, "approve", by=editor)
    move(item, "schedule", by=editor, when=timezone.now() + timedelta(days=1))
    Notification.objects.all().delete()
    Publisher.objects.update(status="blocked")
    later = timezone.now() + timedelta(days=2)
    for _ in range(2):
        list(publishing.publish_due(later))
    assert (told(curator), told(editor), told(lead)) == (["failed"], ["failed"], ["failed"])
    Publisher.objects.update(status="normal")
    list(publishing.publish_due(later))
    assert (told(curator), told(lead)) == (["published"], [])


def test_a_step_that_fails_tells_nobody(home, curator, editor, monkeypatch):
    item = write(home, curator)
    monkeypatch.setattr(publishing.moving, "go_live", lambda *a: (_ for _ in ()).throw(ValidationError("No.")))
    move(item, "submit", by=curator)
    move(item, "approve", by=editor)
    Notification.objects.all().delete()
    with pytest.raises(ValidationError):
        move(item, "publish", by=editor)
    assert not Notification.objects.exists()


def test_a_note_of_a_guest_is_told_to_who_made_the_link(home, curator, editor):
    item = write(home, curator)
    link = previews.share(item, item.head_revision, by=editor)
    previews.add_note(link, name="Dr. No", note="Hm.", agrees=None)
    assert (told(curator), told(editor)) == (["guest"], ["guest"])


def test_people_are_told_of_their_roles(home, lead):
    members.invite("nina", home, Role.CURATOR, by=lead)
    members.invite("nina", home, Role.CURATOR, by=lead)
    [said] = Notification.objects.filter(user__username="nina")
    [entry] = notices.entries([said])
    assert entry.words == "leo made you curator in Telehealth"


def test_an_import_tells_nobody(home, curator, tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.md").write_text(f"---\ntitle: Number {number}\nslug: n-{number}\n---\n\nText\n")
    import_files(tmp_path, "--community", "telehealth")
    assert CuratedItem.objects.count() == 3
    assert not Notification.objects.exists()


def test_who_leaves_a_community_reads_no_more_of_its_items(home, curator, editor):
    item = write(home, curator)
    move(item, "submit", by=curator)
    assert (notices.unread(editor), Notification.objects.shown_to(editor).count()) == (1, 1)
    Membership.objects.filter(user=editor).delete()
    editor = type(editor).objects.get(pk=editor.pk)
    assert (notices.unread(editor), Notification.objects.shown_to(editor).count()) == (0, 0)


def test_what_somebody_did_in_a_row_is_one_entry(home, curator, editor):
    items = [write(home, curator, title=f"T{n}", link=f"https://www.journal.example/{n}") for n in range(3)]
    for item in items:
        move(item, "submit", by=curator)
    move(items[0], "claim", by=editor)
    newest_first = Notification.objects.filter(user=editor)
    [entry] = notices.entries(newest_first)
    assert entry.words == "carla submitted 3 items for review"
    notices.opened(items[0], editor)
    assert notices.unread(editor) == 2


def test_telling_costs_the_same_however_many_there_are(home, curator, django_assert_num_queries):
    def cost(number):
        for each in range(number):
            make_user(f"editor{number}-{each}", Role.EDITOR, home)
        item = write(home, curator, title=f"T{number}", link=f"https://www.journal.example/{number}")
        people = type(curator).objects.values_list("pk", flat=True)
        with django_assert_num_queries(3):
            notices.notify("submitted", people, by=curator, item=item)

    cost(1)
    cost(12)
