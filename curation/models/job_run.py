"""What became of the last run of each job."""

from typing import Any

from django.db import models
from django.utils import timezone


class JobRun(models.Model):
    """The last run of a command that is meant to run again and again, so that people see that it does."""

    name = models.CharField(max_length=60, unique=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    # How many of each outcome, such as {"published": 2, "failed": 0}.
    counts = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def begin(cls, name: str) -> "JobRun":
        """Remembers that `name` runs from now on, in the place of its last run."""
        started: dict[str, Any] = {"started_at": timezone.now(), "finished_at": None, "counts": {}}
        return cls.objects.update_or_create(name=name, defaults=started)[0]

    def finish(self, counts: dict[str, int]) -> None:
        self.counts, self.finished_at = counts, timezone.now()
        self.save(update_fields=["counts", "finished_at"])
