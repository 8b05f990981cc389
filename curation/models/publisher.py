"""Whose site an article was published on, and what we may show of it."""

from collections.abc import Iterable
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from communities.addresses import address
from curation.models.likeness import LikenessField, of_host, of_term


class PublisherQuerySet(models.QuerySet["Publisher"]):
    def behind(self, hosts: Iterable[str]) -> "dict[str, Publisher]":
        """The publishers by the hosts among `hosts` that are theirs, be it since two were merged."""
        wanted = list(hosts)
        found: dict[str, Publisher] = {}
        own = Q(host__in=wanted) | Q(other_hosts__host__in=wanted)
        met: models.QuerySet[Any] = self.filter(own).annotate(other_host=F("other_hosts__host"))
        for publisher in met:
            found |= dict.fromkeys((publisher.host, publisher.other_host), publisher)
        return {host: found[host] for host in wanted if host in found}


class Publisher(models.Model):
    """Stands behind an item's `link.brand`; an item's publisher follows from the host of its link."""

    class Status(models.TextChoices):
        TRUSTED = "trusted", "Trusted"
        NORMAL = "normal", "Normal"
        BLOCKED = "blocked", "Blocked"

    class PicturePolicy(models.TextChoices):
        ALLOWED = "allowed", "Pictures may be shown"
        ASK = "ask", "Ask before showing a picture"
        NONE = "none", "Show no pictures"

    host = models.CharField(
        max_length=253,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9.-]+$", "Write the host alone, in lower case, such as hitconsultant.net.")
        ],
        help_text="The host of its articles without “www.”, such as hitconsultant.net.",
    )
    name = models.CharField(
        max_length=200,
        blank=True,
        help_text="As readers see it and as new files carry it in `link.brand`. Left empty: the host.",
    )
    credit_line = models.CharField(
        max_length=300,
        blank=True,
        help_text="What it asks to be credited with, shown below each of its items.",
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.NORMAL)
    excerpt_words = models.PositiveSmallIntegerField(
        "longest excerpt, in words",
        null=True,
        blank=True,
        help_text="How much of an article may be quoted. Empty: no limit set.",
    )
    picture_policy = models.CharField("pictures", max_length=10, choices=PicturePolicy, default=PicturePolicy.ALLOWED)
    notes = models.TextField(blank=True, help_text="For curators only: who to ask, what was agreed.")
    name_alike = LikenessField("name", of_term)
    host_alike = LikenessField("host", of_host)

    objects = PublisherQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "host"]
        indexes = [
            models.Index(fields=["name_alike"], name="publisher_name_alike"),
            models.Index(fields=["host_alike"], name="publisher_host_alike"),
        ]

    def __str__(self) -> str:
        return self.name or self.host

    def get_absolute_url(self) -> str:
        return address("publisher", self.host)

    @property
    def hosts(self) -> list[str]:
        """Every host whose links are its own: its name, and those of publishers that were merged into it."""
        return [self.host, *(other.host for other in self.other_hosts.all())]

    @property
    def refusal(self) -> str | None:
        """Why nothing of it may be published, in a sentence; None where it may."""
        if self.status != self.Status.BLOCKED:
            return None
        return f"{self} is blocked: nothing of it is published. Ask a lead, or choose another source."
