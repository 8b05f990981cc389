"""Old addresses that must lead to an item for ever."""

import re
import unicodedata

from django.db import models


class AliasQuerySet(models.QuerySet["Alias"]):
    def target_of(self, path: str) -> "Alias | None":
        """The alias for the path of a request, whatever its trailing slashes and its case; None where there is none."""
        return self.filter(path=Alias.normalised(path)).select_related("item__community").first()


class Alias(models.Model):
    """An old path of an item, from its file or from before its address changed."""

    path = models.CharField(max_length=500, unique=True)
    item = models.ForeignKey("curation.CuratedItem", on_delete=models.CASCADE, related_name="aliases")
    former = models.BooleanField(
        default=False, help_text="Whether the item itself once lived there; such a path is kept for ever."
    )

    objects = AliasQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name_plural = "aliases"

    def __str__(self) -> str:
        return self.path

    @staticmethod
    def normalised(path: str) -> str:
        """The form in which paths are kept and compared: one slash between pieces and none at the end, lower case, and
        letters with accents as one character each.
        """
        return "/" + re.sub("/{2,}", "/", unicodedata.normalize("NFC", path.strip().strip("/").lower()))
