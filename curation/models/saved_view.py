"""Ways of looking at the list of items that somebody wants to come back to."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from communities.models import Community


class SavedView(models.Model):
    """One state of the list of items under a name: its tab, filters, search and order, as the query of its address.

    It is its owner's alone, or its whole community's.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    community = models.ForeignKey(
        Community, on_delete=models.CASCADE, null=True, blank=True, related_name="saved_views",
        verbose_name="shared with", help_text="Every member of this community finds it in the list. Empty: you alone.",
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = [Lower("name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                "owner", Lower("name"), name="view_once_per_owner",
                violation_error_message="You have a view of this name already. Choose another one.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
