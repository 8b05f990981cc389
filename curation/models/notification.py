"""What a person is told about what others did, and the mail that takes it to them."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from communities import access


class NotificationQuerySet(models.QuerySet):
    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)

    def shown_to(self, user: Any) -> "NotificationQuerySet":
        """Those of `user` about what they may see now; who has left a community hears no more of its items."""
        mine = self.filter(user=user)
        rule = access.rule(user, "view", community="item__community_id", owner="item__created_by_id")
        return mine if rule is None else mine.filter(Q(item=None) | rule)


class Notification(models.Model):
    """One thing that somebody did and `user` should know; `kind` is a name in `curation.notices.KINDS`."""

    # The indexes below begin with it; one of it alone would be taken for the count of unread ones, and read them all.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications", db_index=False
    )
    kind = models.CharField(max_length=20)
    item = models.ForeignKey("curation.CuratedItem", on_delete=models.CASCADE, null=True, related_name="+")
    community = models.ForeignKey("communities.Community", on_delete=models.CASCADE, null=True, related_name="+")
    comment = models.ForeignKey("curation.Comment", on_delete=models.CASCADE, null=True, related_name="notifications")
    actor_name = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    # Whether it waits to be put into a mail; `mail` is the one that it was put into.
    to_mail = models.BooleanField(default=False)
    mail = models.ForeignKey(
        "curation.OutgoingMail", on_delete=models.SET_NULL, null=True, related_name="notifications"
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="notification_newest"),
            models.Index(fields=["user", "item"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(fields=["user"], condition=Q(to_mail=True), name="notification_to_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user}"


class OutgoingMailQuerySet(models.QuerySet):
    def waiting(self) -> "OutgoingMailQuerySet":
        """Those that are neither sent nor given up."""
        return self.filter(sent_at=None, given_up_at=None)


class OutgoingMail(models.Model):
    """One e-mail to one person, written only when it is sent; see `curation.mailing`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Stands in the Message-ID, so that a mail that had to be sent twice can be known as the same.
    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # Since when a run is at it.
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None, given_up_at=None), name="mail_waiting"),
        ]

    def __str__(self) -> str:
        return f"Mail to {self.user}"
