"""Links for people without an account, each to one revision of an item, and what they said of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

LASTS = timedelta(days=7)
"""How long a new link opens its page."""


def end_of_new_link() -> datetime:
    return timezone.now() + LASTS


class PreviewLinkQuerySet(models.QuerySet):
    def open(self, now: datetime | None = None) -> "PreviewLinkQuerySet":
        """The links that still lead to their page."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now or timezone.now())


class PreviewLink(models.Model):
    """Lets whoever holds it read one revision of an item, until it expires or is revoked."""

    item = models.ForeignKey("curation.CuratedItem", on_delete=models.PROTECT, related_name="preview_links")
    revision = models.ForeignKey("curation.Revision", on_delete=models.PROTECT, related_name="preview_links")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=end_of_new_link)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"A link to {self.revision}"

    def is_open(self, now: datetime | None = None) -> bool:
        """The rule of `open()` for a link at hand."""
        return self.revoked_at is None and self.expires_at > (now or timezone.now())


class PreviewVisit(models.Model):
    """One opening of a link; nothing is kept of who opened it."""

    link = models.ForeignKey(PreviewLink, on_delete=models.CASCADE, related_name="visits")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class PreviewNote(models.Model):
    """What a visitor said of the revision: a note, or that they agree with it or do not. It moves nothing."""

    link = models.ForeignKey(PreviewLink, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=80)
    note = models.TextField(blank=True, max_length=4000)
    agrees = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(note="") | Q(agrees__isnull=False),
                name="preview_note_says_something",
                violation_error_message="Write a note, or say whether you agree.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.note}"
