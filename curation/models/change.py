"""The timeline of an item."""

import hashlib
import json

from django.conf import settings
from django.db import models

from curation.models.append_only import AppendOnly


class Change(AppendOnly):
    """Who did what, when, why, and from which state and revision to which.

    Each change carries the hash of the one before it, item by item, and the item that of its newest one, so that a
    line that was altered, moved or taken away later does not go unnoticed; see `curation.history`.
    """

    item = models.ForeignKey("curation.CuratedItem", on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=200)
    # Whether a superuser did what their memberships would not have allowed.
    override = models.BooleanField(default=False)
    action = models.CharField(max_length=40)
    via = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    # What was asked and answered beside the note: a time, an address, a person.
    details = models.JSONField(default=dict, blank=True)
    revision = models.ForeignKey("curation.Revision", on_delete=models.PROTECT, null=True, related_name="changes")
    # The document of that revision.
    sha256 = models.CharField(max_length=64, blank=True)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    from_publication = models.CharField(max_length=10, blank=True)
    to_publication = models.CharField(max_length=10)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["item", "-id"], name="change_timeline"),
            models.Index(fields=["action", "at"], name="change_deeds"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.action}"

    def digest(self) -> str:
        """SHA-256 over everything that this line says, as hexadecimal digits."""
        said = [
            self.item_id, self.at.isoformat(), self.actor_id, self.actor_name, self.action, self.via, self.note,
            self.revision_id, self.from_state, self.to_state, self.from_publication, self.to_publication,
            self.previous_hash,
        ]  # fmt: skip
        if self.sha256:  # lines of version 0.1 say less
            said += [self.sha256, self.override, json.dumps(self.details, sort_keys=True)]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
