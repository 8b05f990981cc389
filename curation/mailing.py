"""Takes notifications to people by e-mail, through a table of outgoing mail, and never within a request.

First what waits for a person becomes one row of `OutgoingMail`; then each row that is due is claimed by one statement
that succeeds for one run, written, handed to the mail server, and marked. So two runs at once send nothing twice. A run
that dies between the server's yes and the mark leaves its claim behind: 10 minutes later another run sends that mail
again, under the same Message-ID, because a mail twice is better than none.
"""

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from communities import access
from communities.models import MailPreference, User
from curation import notices
from curation.models import JobRun, Notification, OutgoingMail

JOB = "send_notifications"
"""The name of the job, for `JobRun`."""
DIGEST_HOUR = 7
"""The hour of the day, in the site's time zone, from which daily mails go out."""
CLAIM = timedelta(minutes=10)
"""How long a run may be at one mail before another one takes it for dead."""
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
"""How long to wait after the first, second, ... failure; after the last one the mail is given up."""
SHOWN = 100
"""How many entries one mail has at most; the newsroom shows all."""
KEPT_READ, KEPT_UNREAD, KEPT_MAIL = timedelta(days=90), timedelta(days=365), timedelta(days=30)
"""How long notifications and sent mails are kept."""
SALT = "curation.mail"


@dataclass
class Sent:
    """What became of one mail."""

    user: User
    status: str
    """`sent`, `failed` (it is tried again), `given_up`, `nothing` (it was all read meanwhile), `would_send`."""
    notifications: int = 0
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "user": self.user.username, "email": self.user.email, "status": self.status,
            "notifications": self.notifications, "error": self.error or None,
        }  # fmt: skip


@dataclass
class Run:
    """One run of the job; `counts` are of the mails so far, by their status."""

    counts: dict[str, int] = field(default_factory=lambda: {"sent": 0, "failed": 0, "given_up": 0, "nothing": 0})

    def send(self, now: datetime | None = None) -> Iterator[Sent]:
        """Sends what is due at `now`, mail by mail. It is remembered as `JobRun` “send_notifications”."""
        now = now or timezone.now()
        run = JobRun.begin(JOB)
        for user in _waiting_for_mail(now):
            _put_into_mail(user, now)
        for sent in _send_due(now):
            self.counts[sent.status] += 1
            yield sent
        _forget(now)
        run.finish(self.counts)


def would_send(now: datetime | None = None) -> Iterator[Sent]:
    """What `Run.send` would send at `now`; nothing is written and nothing is sent."""
    now = now or timezone.now()
    due = {mail.user_id: mail for mail in _due(now).select_related("user")}
    for mail in due.values():
        yield Sent(mail.user, "would_send", _worth_telling(mail.user, Q(mail=mail)).count())
    for user in _waiting_for_mail(now).exclude(pk__in=due):
        if number := _worth_telling(user, Q(to_mail=True)).count():
            yield Sent(user, "would_send", number)


# --- From notifications to mails ------------------------------------------------------------------------------------


def _waiting_for_mail(now: datetime) -> QuerySet[User]:
    """The people for whom a mail is to be made at `now`, those with one on its way aside."""
    waiting = Notification.objects.filter(to_mail=True).values("user")
    on_its_way = OutgoingMail.objects.waiting().values("user")
    people = User.objects.filter(pk__in=waiting).exclude(pk__in=on_its_way).order_by("pk")
    local = timezone.localtime(now)
    morning = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if local < morning:
        return people.filter(mail=MailPreference.AT_ONCE)
    had_todays = OutgoingMail.objects.filter(created_at__gte=morning).values("user")
    return people.filter(Q(mail=MailPreference.AT_ONCE) | (Q(mail=MailPreference.DAILY) & ~Q(pk__in=had_todays)))


@transaction.atomic
def _put_into_mail(user: User, now: datetime) -> None:
    # Locked, so that of two runs one finds the other's mail on its way.
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    waiting = Notification.objects.filter(user=user, to_mail=True)
    if OutgoingMail.objects.waiting().filter(user=user).exists() or not waiting.exists():
        return
    mail = OutgoingMail.objects.create(user=user, created_at=now, due_at=now)
    waiting.update(mail=mail, to_mail=False)


def _worth_telling(user: User, which: Q) -> QuerySet[Notification]:
    """What of it is still unread, and still theirs to see."""
    if not user.is_active or user.mail == MailPreference.NEVER:
        return Notification.objects.none()
    return Notification.objects.shown_to(user).unread().filter(which)


# --- From mails to the server ---------------------------------------------------------------------------------------


def _due(now: datetime) -> QuerySet[OutgoingMail]:
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
    return OutgoingMail.objects.waiting().filter(free, due_at__lte=now)


def _send_due(now: datetime) -> Iterator[Sent]:
    connection = get_connection()
    try:
        for pk in list(_due(now).values_list("pk", flat=True)):
            if not _due(now).filter(pk=pk).update(claimed_at=timezone.now(), attempts=F("attempts") + 1):
                continue
            mail = OutgoingMail.objects.select_related("user").get(pk=pk)
            told = _worth_telling(mail.user, Q(mail=mail)).select_related("item", "community", "comment")
            entries = list(notices.entries(told))
            number = sum(len(entry.notifications) for entry in entries)
            if not entries:
                mail.delete()
                yield Sent(mail.user, "nothing")
                continue
            try:
                connection.open()
                connection.send_messages([_message(mail, entries, number)])
            except Exception as error:  # whatever goes wrong with one mail stays with it
                yield _failed(mail, error, number, now)
                if _server_is_away(error):
                    return
                continue
            OutgoingMail.objects.filter(pk=pk).update(sent_at=timezone.now(), claimed_at=None, error="")
            yield Sent(mail.user, "sent", number)
    finally:
        connection.close()


def _server_is_away(error: Exception) -> bool:
    """Whether the next mail would fail for the same reason; then the others wait, and keep their attempts."""
    if isinstance(error, smtplib.SMTPException):
        away = (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPHeloError)
        return isinstance(error, (*away, smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError))
    return isinstance(error, OSError)


def _is_final(error: Exception) -> bool:
    """Whether trying again is of no use: there is no such address, or it is none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, ValidationError)


@transaction.atomic
def _failed(mail: OutgoingMail, error: Exception, number: int, now: datetime) -> Sent:
    words = " ".join(_why(error).split())[:1000]
    give_up = _is_final(error) or mail.attempts > len(BACKOFF)
    mail.error, mail.claimed_at = words, None
    if give_up:
        mail.given_up_at = now
    else:
        mail.due_at = now + BACKOFF[mail.attempts - 1]
    mail.save(update_fields=["error", "claimed_at", "given_up_at", "due_at"])
    if give_up:
        _tell_of_it(mail)
    return Sent(mail.user, "given_up" if give_up else "failed", number, words)


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(_reply(code, text) for code, text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return str(error) or type(error).__name__


def _reply(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"


def _tell_of_it(mail: OutgoingMail) -> None:
    """Tells the leads of that person and the superusers, in the newsroom alone, that a mail was given up."""
    leads = access.leads_of(mail.user).values_list("pk", flat=True)
    superusers = User.objects.filter(is_superuser=True).values_list("pk", flat=True)
    note = f"{mail.user}: {mail.error}"
    notices.notify("mail_failed", {*leads, *superusers}, actor_name="The mail server", note=note, mailed=False)


# --- What a mail says -----------------------------------------------------------------------------------------------


def _message(mail: OutgoingMail, entries: list[notices.Entry], number: int) -> EmailMultiAlternatives:
    """The mail, as plain text and as plain HTML, which loads nothing. Raises ValidationError for a bad address."""
    validate_email(mail.user.email)
    preferences = urljoin(settings.SITE_URL, reverse("mail_preference", args=[token_of(mail.user)]))
    subject = _in_one_line(entries[0].words) if len(entries) == 1 else f"{number} notifications from the newsroom"
    context = {
        "subject": subject,
        "greeted": _in_one_line(mail.user.first_name or mail.user.username),
        "lines": [_line(entry) for entry in entries[:SHOWN]],
        "more": max(0, len(entries) - SHOWN),
        "newsroom": urljoin(settings.SITE_URL, reverse("admin:notifications")),
        "preferences": preferences,
    }
    headers = {
        "Message-ID": f"<{mail.uid}@{urlsplit(settings.SITE_URL).hostname}>",
        "List-Unsubscribe": f"<{preferences}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMultiAlternatives(subject, _as_text(context), to=[mail.user.email], headers=headers)
    message.attach_alternative(render_to_string("mail/notifications.html", context), "text/html")
    return message


def _line(entry: notices.Entry) -> dict[str, Any]:
    """One entry in words, with a link to each thing that it is about."""
    things = [
        {
            "title": _in_one_line(each.item.title if each.item else str(each.community or "Notifications")),
            "link": urljoin(settings.SITE_URL, reverse("admin:notification", args=[each.pk])),
        }
        for each in entry.things
    ]
    return {"words": _in_one_line(entry.words), "said": Truncator(entry.said).chars(600), "things": things}


def _as_text(context: dict[str, Any]) -> str:
    pieces = [f"Hello {context['greeted']},"]
    for line in context["lines"]:
        said = [f"    {words}" for words in line["said"].splitlines()]
        links = [
            f"{thing['title']}\n{thing['link']}" if len(line["things"]) > 1 else thing["link"]
            for thing in line["things"]
        ]
        pieces.append("\n".join([line["words"], *said, *links]))
    if context["more"]:
        pieces.append(f"And {context['more']} more, in the newsroom.")
    pieces.append(
        f"-- \nAll your notifications: {context['newsroom']}\nChoose when you get this mail: {context['preferences']}"
    )
    return "\n\n".join(pieces) + "\n"


def _in_one_line(text: str) -> str:
    """`text` as a header and a line of plain text can hold it, whatever somebody typed into a title."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return Truncator(" ".join(plain.split())).chars(150)


# --- The link below each mail ---------------------------------------------------------------------------------------


def token_of(user: User) -> str:
    """What lets whoever has a mail of `user` choose when they get mail, and nothing else."""
    return signing.Signer(salt=SALT).sign(str(user.pk))


def user_of(token: str) -> User | None:
    """The active person whom `token` stands for; None where it was tampered with."""
    try:
        pk = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()


@transaction.atomic
def prefer(user: User, preference: str) -> None:
    """Sets when `user` gets mail. Who wants none any more is sent nothing of what waits, later neither."""
    User.objects.filter(pk=user.pk).update(mail=MailPreference(preference))
    if preference == MailPreference.NEVER:
        Notification.objects.filter(user=user, to_mail=True).update(to_mail=False)


# --- How it stands --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """How sending stands, for those who look after the newsroom."""

    run: JobRun | None
    waiting: int
    troubled: list[OutgoingMail]
    """Mails that have failed and are tried again, and those given up, the newest first."""


def standing(user: User, most: int = 20) -> Standing:
    """How the outbox stands, with at most `most` mails that did not go out, to people whose lead `user` is."""
    return Standing(
        JobRun.objects.filter(name=JOB).first(),
        OutgoingMail.objects.waiting().count(),
        list(troubled(user).select_related("user").order_by("-pk")[:most]),
    )


def troubled(user: User) -> QuerySet[OutgoingMail]:
    """The mails that did not go out to people whose lead `user` is: those tried again, and those given up."""
    return OutgoingMail.objects.filter(sent_at=None, user__in=access.led_by(user)).exclude(error="")


def _forget(now: datetime) -> None:
    """Deletes what nobody looks for any more."""
    Notification.objects.filter(Q(read_at__lt=now - KEPT_READ) | Q(at__lt=now - KEPT_UNREAD)).delete()
    OutgoingMail.objects.filter(Q(sent_at__lt=now - KEPT_MAIL) | Q(given_up_at__lt=now - KEPT_MAIL)).delete()
