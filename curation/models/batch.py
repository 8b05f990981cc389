"""One deed for many items, kept from the page that asks first to the page that tells what became of each."""

import uuid

from django.conf import settings
from django.db import models


class Batch(models.Model):
    """What somebody chose to do with many items; its key is the `correlation` in the timeline of each of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    deed = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    # When the person said yes; None as long as they only look.
    begun_at = models.DateTimeField(null=True)
    # What was answered, as the form was filled in: name of the field -> texts.
    answers = models.JSONField(default=dict)
    # How many more fitted the selection than are done at once.
    left_out = models.PositiveIntegerField(default=0)
    # The one that this one takes back.
    undoes = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="undone_by")
    # The query of the list that it was chosen in, to go back to.
    came_from = models.CharField(max_length=2000, blank=True)

    def __str__(self) -> str:
        return f"{self.deed}, {self.created_at:%Y-%m-%d %H:%M}"


class BatchLine(models.Model):
    """One item of a batch: the version that the person saw, and what became of it."""

    class Outcome(models.TextChoices):
        WAITING = "", "Waiting"
        DONE = "done", "Done"
        SAME = "same", "Nothing to do"
        REFUSED = "refused", "Left as it is"

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey("curation.CuratedItem", on_delete=models.PROTECT, related_name="batch_lines")
    version = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "item"], name="item_once_per_batch")]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.batch_id}"
