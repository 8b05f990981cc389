"""What search keeps of items. The words themselves stand in tables that each database has in its own way."""

from django.db import models
from django.db.models import Func, Q, TextField

NOTHING = Func(template="''", output_field=TextField())
"""No text, written into the query itself: SQLite sees by that alone, and not by a value that is handed over beside the
query, that an index of the few rows without a text has all that are asked for."""


class ReaderEntry(models.Model):
    """A live item as readers' search finds it: by its live words alone."""

    # Its date of publication and its item in one number, so that the newest come first without sorting.
    key = models.BigIntegerField(primary_key=True)
    item = models.OneToOneField("curation.CuratedItem", on_delete=models.CASCADE, related_name="+")
    ends = models.DateTimeField(null=True)
    # What it can be narrowed down by, a line each: "topic=telehealth".
    facets = models.TextField()
    byline = models.TextField()
    # Of all that it says; empty where something that the item shows has changed, and it is to be made anew.
    digest = models.CharField(max_length=32)

    class Meta:
        verbose_name_plural = "reader entries"

    def __str__(self) -> str:
        return f"Item {self.item_id} for readers"


class NewsroomEntry(models.Model):
    """An item as the newsroom's search finds it: by the words of its head revision."""

    item = models.OneToOneField("curation.CuratedItem", on_delete=models.CASCADE, primary_key=True, related_name="+")
    digest = models.CharField(max_length=32)

    class Meta:
        verbose_name_plural = "newsroom entries"
        indexes = [models.Index(fields=["item"], condition=Q(digest=""), name="newsroom_entry_stale")]

    def __str__(self) -> str:
        return f"Item {self.item_id} for the newsroom"


class KnownWord(models.Model):
    """A word of readers' search under one of the keys that misspelt ones are compared by.

    Nothing is unique here, so that two writers who bring the same new word do not wait for each other.
    """

    key = models.CharField(max_length=10)
    word = models.CharField(max_length=40)

    class Meta:
        indexes = [
            models.Index(fields=["key", "word"], name="word_by_key"),
            models.Index(fields=["word"], name="word_once"),
        ]

    def __str__(self) -> str:
        return self.word
