"""Notifications by e-mail: through a real conversation with a mail server, once, with links that work, or told of."""

import re
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from communities.models import MailPreference, Membership, Role, User
from curation import mailing, notices
from curation.models import JobRun, Notification, OutgoingMail
from tests.commands import run
from tests.deeds import move, write
from tests.factories import make_community, make_user
from tests.newsroom import signed_in
from tests.smtp import mail_server

pytestmark = pytest.mark.django_db
NASTY = 'Two\r\nBcc: all@evil.example\r\n"quotes" <b>&'


def send(now=None):
    sent = list(mailing.Run().send(now))
    return [(each.user.username, each.status) for each in sent]


@pytest.fixture
def server():
    with mail_server() as server:
        yield server


@pytest.fixture
def item(home, curator, editor, lead):
    made = write(home, curator, title="Worth reading")
    move(made, "submit", by=curator, note="Please look.")
    return made


def parts(mail):
    return [mail.get_body([kind]).get_content() for kind in ("plain", "html")]


def test_a_person_gets_one_mail_with_all_that_waits_and_links_that_work(item, curator, editor, server):
    other = write(item.community, curator, title="Another", link="https://www.journal.example/b")
    move(other, "submit", by=curator)
    assert send() == [("edith", "sent"), ("leo", "sent")]
    assert send() == []
    mail, _ = server.received
    assert mail["To"] == "edith@newsroom.example"
    assert mail["Subject"] == "carla submitted 2 items for review"
    assert mail["From"] == "Medigy curation <newsroom@testserver>"
    plain, html = parts(mail)
    links = re.findall(r"http://testserver/admin/notifications/\d+/", plain)
    assert len(links) == 2
    assert set(links) <= set(re.findall(r'href="([^"]+)"', html))
    assert not re.search(r"<(img|link|script|style)|src=", html), "nothing is loaded from anywhere"
    opened = signed_in(editor).get(links[0].removeprefix("http://testserver"))
    assert opened["Location"] == f"/admin/curation/curateditem/{other.pk}/change/"
    assert Notification.objects.unread().get(user=editor).item == item


def test_no_title_puts_a_header_into_a_mail(home, curator, editor, server):
    item = write(home, curator)
    type(item).objects.filter(pk=item.pk).update(title=NASTY)
    item.refresh_from_db()
    User.objects.filter(pk=curator.pk).update(first_name="Car\r\nX-Evil: 1", last_name="<i>")
    curator.refresh_from_db()
    notices.notify("submitted", [editor.pk], by=curator, item=item, note="Look.\r\n.\r\nQUIT")
    assert send() == [("edith", "sent")]
    [mail] = server.received
    assert (mail["Bcc"], mail["X-Evil"]) == (None, None)
    assert mail["Subject"].strip() == 'Car X-Evil: 1 <i> submitted “Two Bcc: all@evil.example "quotes" <b>&” for review'
    plain, html = parts(mail)
    assert "    Look." in plain
    assert "<b>" not in html
    assert "<i>" not in html


def test_what_was_read_or_may_not_be_seen_any_more_is_not_sent(item, home, curator, editor, lead, server):
    notices.opened(item, editor)
    assert send() == [("edith", "nothing"), ("leo", "sent")]
    notices.notify("approved", [curator.pk], by=editor, item=item)
    Membership.objects.filter(user=curator).delete()
    assert send() == [("carla", "nothing")]
    assert len(server.received) == 1


def test_one_mail_a_day_comes_in_the_morning_and_never_means_never(item, home, curator, editor, lead, server):
    mailing.prefer(editor, MailPreference.DAILY)
    mailing.prefer(lead, MailPreference.NEVER)
    tomorrow = timezone.now() + timedelta(days=1)
    night, morning = (tomorrow.replace(hour=hour, minute=0, second=0, microsecond=0) for hour in (3, 7))
    assert send(night) == []
    assert send(morning) == [("edith", "sent")]
    notices.notify("comment", [editor.pk, lead.pk], by=curator, item=item)
    assert send(morning + timedelta(hours=2)) == []
    assert send(morning + timedelta(days=1)) == [("edith", "sent")]
    mailing.prefer(lead, MailPreference.AT_ONCE)
    assert send(morning + timedelta(days=2)) == [], "what came meanwhile is not sent afterwards"


def test_a_mail_that_fails_is_tried_again_later_and_later_then_given_up_and_told_of(item, editor, lead, server):
    now = timezone.now()
    notices.opened(item, lead)
    server.after_data = "451 Mailbox full"
    waits = []
    for _ in mailing.BACKOFF:
        assert ("edith", "failed") in send(now)
        mail = OutgoingMail.objects.get()
        assert (mail.error, send(mail.due_at - timedelta(seconds=1))) == ("451 Mailbox full", [])
        waits.append(mail.due_at - now)
        now = mail.due_at
    assert tuple(waits) == mailing.BACKOFF
    assert send(now) == [("edith", "given_up")]
    assert send(now + timedelta(days=9)) == []
    [entry] = notices.entries(Notification.objects.filter(user=lead, kind="mail_failed"))
    assert entry.words == "The mail server did not take the mail to edith: 451 Mailbox full"
    page = signed_in(lead).get("/admin/notifications/").content.decode()
    assert "E-mail that did not go out" in page
    assert "451 Mailbox full" in page
    stranger = make_user("stranger", Role.LEAD, make_community("Elsewhere"))
    assert "451 Mailbox full" not in signed_in(stranger).get("/admin/notifications/").content.decode()


def test_an_address_that_does_not_exist_is_given_up_at_once_and_stops_no_other(item, server):
    server.refused["edith@newsroom.example"] = "550 No such user"
    User.objects.filter(username="leo").update(email="no address")
    zoe = make_user("zoe", is_superuser=True)
    notices.notify("submitted", [zoe.pk], item=item)
    assert send() == [("edith", "given_up"), ("leo", "given_up"), ("zoe", "sent")]


def test_a_server_that_does_not_answer_keeps_nobody_from_saving_and_loses_nothing(item, curator, editor, lead):
    with mail_server() as server:
        port = server.server_address[1]
    away = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port}
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", **away):
        move(item, "claim", by=editor)
        out, _ = run("send_notifications", "--jsonl", code=1)
        assert len(out.splitlines()) == 1, "the others wait"
        assert '"status": "failed"' in out
    assert sorted(OutgoingMail.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    with mail_server() as server:
        assert len(send(timezone.now() + timedelta(minutes=2))) == 3
        assert len(server.received) == 3


def test_a_run_that_died_at_a_mail_is_followed_by_one_that_sends_it_under_the_same_id(item, lead, server):
    notices.opened(item, lead)
    now = timezone.now()
    server.after_data = "451 Later"
    send(now)
    server.after_data = "250 Taken"
    OutgoingMail.objects.update(claimed_at=now, due_at=now)
    assert send(now + mailing.CLAIM - timedelta(seconds=1)) == []
    assert send(now + mailing.CLAIM + timedelta(seconds=1)) == [("edith", "sent")]
    mail = OutgoingMail.objects.get()
    assert server.received[0]["Message-ID"] == f"<{mail.uid}@testserver>"


def test_a_dry_run_says_what_would_go_and_sends_nothing(item, lead, server):
    out, err = run("send_notifications", "--dry-run", "--json")
    assert '"counts": {"would_send": 2}' in out
    assert '"email": "edith@newsroom.example"' in out
    assert (server.received, OutgoingMail.objects.count(), JobRun.objects.count()) == ([], 0, 0)
    out, err = run("send_notifications")
    assert "edith <edith@newsroom.example>, 1 notifications: sent" in out
    assert err.strip() == "2 sent, 0 failed, 0 given up, 0 nothing."
    assert JobRun.objects.get().counts["sent"] == 2


def test_without_any_setting_mail_goes_into_files(item, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    run("send_notifications")
    [written] = (tmp_path / "mail").iterdir()
    assert "To: edith@newsroom.example" in written.read_text()


def test_the_link_below_a_mail_changes_when_mail_comes_without_signing_in(item, editor, server):
    send()
    [mail] = [mail for mail in server.received if mail["To"].startswith("edith")]
    address = mail["List-Unsubscribe"].strip(" <>").removeprefix("http://testserver")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    visitor = Client(enforce_csrf_checks=True)
    page = visitor.get(address)
    assert "Send edith notifications" in page.content.decode()
    assert not page.cookies
    for data, wanted in (
        ({"mail": "daily"}, "daily"), ({"mail": "sometimes"}, "daily"), ({"List-Unsubscribe": "One-Click"}, "never"),
    ):  # fmt: skip
        assert visitor.post(address, data).status_code == 200
        editor.refresh_from_db()
        assert editor.mail == wanted
    for wrong in (address[:-3] + "x/", f"/notifications/mail/{editor.pk}/"):
        assert visitor.get(wrong).status_code == 404


def test_old_notifications_and_mails_are_forgotten(item, editor, lead, server):
    send()
    Notification.objects.filter(user=editor).update(read_at=timezone.now())
    send(timezone.now() + timedelta(days=91))
    assert not Notification.objects.filter(user=editor).exists()
    assert Notification.objects.filter(user=lead).exists()
    assert not OutgoingMail.objects.exists()
