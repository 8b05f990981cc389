"""Old addresses that lead elsewhere, and addresses that readers looked for in vain."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from curation.models.alias import Alias


class Redirect(models.Model):
    """An old path of this site that leads to another page; those of items are their aliases.

    Rows are made by `curation.redirects` alone, which keeps each one step away from where it leads.
    """

    path = models.CharField("old address", max_length=500, unique=True)
    target = models.CharField("leads to", max_length=2000)
    # The target as paths are compared, so that what led here can be led on; empty for other sites.
    target_path = models.CharField(max_length=500, blank=True, editable=False, db_index=True)
    note = models.CharField(max_length=300, blank=True, help_text="Why it moved, for whoever comes by later.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path

    @staticmethod
    def normalised(path: str) -> str:
        """The form in which old paths are kept and compared, the same as that of aliases."""
        return Alias.normalised(path)


class MissedAddress(models.Model):
    """A path that readers asked for and that is not there, with how often; nothing of who asked."""

    path = models.CharField("address", max_length=300, unique=True)
    count = models.PositiveIntegerField("times asked for", default=0)
    first_at = models.DateTimeField("first asked for")
    last_at = models.DateTimeField("last asked for")
    referrer = models.CharField(
        "linked from", max_length=300, blank=True, help_text="A page of this site, or the name of another one."
    )

    class Meta:
        ordering = ["-count", "path"]
        verbose_name_plural = "missed addresses"
        indexes = [
            models.Index(fields=["-count", "path"], name="missed_most"),
            models.Index(fields=["count", "last_at"], name="missed_least"),
        ]

    def __str__(self) -> str:
        return self.path
