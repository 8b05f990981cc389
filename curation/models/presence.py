"""Who has an item open."""

from datetime import timedelta

from django.conf import settings
from django.db import models

LEASE = timedelta(minutes=15)
"""How long somebody counts as being at an item after the last sign of them."""


class Presence(models.Model):
    """A person who has the form of an item open. It tells others, and locks nothing."""

    item = models.ForeignKey("curation.CuratedItem", on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    typed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "user"], name="present_once_per_item")]

    def __str__(self) -> str:
        return f"{self.user} at {self.item}"
