"""What people who work on an item say to each other about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

LONGEST = 4000
"""Characters of one comment."""


class CommentQuerySet(models.QuerySet):
    def open_threads(self) -> "CommentQuerySet":
        """The comments that begin a thread which nobody has resolved."""
        return self.filter(thread=None, resolved_at=None)

    def blocking(self) -> "CommentQuerySet":
        """The threads that have to be settled before their items are approved."""
        return self.filter(blocking=True)


class Comment(models.Model):
    """One comment: the first of a thread, or an answer in one. It is never exported and never public.

    `field` is the name of the form's field that a thread is about, empty for the item as a whole; `blocking`,
    `resolved_at` and `resolved_by` are of the thread, too. A deleted comment keeps its place, and loses its text.
    """

    item = models.ForeignKey("curation.CuratedItem", on_delete=models.PROTECT, related_name="comments")
    thread = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies")
    # The newest revision at that time: what the words were about.
    revision = models.ForeignKey("curation.Revision", on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=40, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(max_length=LONGEST, blank=True)
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    blocking = models.BooleanField("has to be settled before approval", default=False)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["item"], condition=Q(thread=None, resolved_at=None), name="comment_open_threads")
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:60]}"

    @property
    def thread_pk(self) -> int:
        """The primary key of the comment that begins its thread."""
        return self.thread_id or self.pk
