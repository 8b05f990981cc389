"""Communities, the people in them, and the vocabulary that they classify with."""

from typing import Any
from zlib import crc32

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from communities.addresses import address


class MailPreference(models.TextChoices):
    """When a person's notifications go to them by e-mail."""

    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day, together"
    NEVER = "never", "Never"


class User(AbstractUser):
    """A person who signs in. What they may do is said by their memberships, not by `is_staff`."""

    mail = models.CharField(
        "notifications by e-mail", max_length=10, choices=MailPreference, default=MailPreference.AT_ONCE
    )

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class CheckLevel(models.TextChoices):
    """What becomes of an item that a check finds something about."""

    BLOCK = "block", "Blocks"
    WARN = "warn", "Warns"
    OFF = "off", "Is not made"


def validate_check_levels(levels: Any) -> None:
    """Raises ValidationError unless `levels` is a mapping from codes of checks to levels."""
    if not isinstance(levels, dict) or not all(level in CheckLevel.values for level in levels.values()):
        raise ValidationError(
            f'Write each check with one of {", ".join(CheckLevel.values)}, such as {{"alt_poor": "block"}}.'
        )


class Accent(models.TextChoices):
    """The colour of a community: a hue, whose shades the style sheet (`tone-…`) chooses so that all can be read."""

    TEAL = "teal", "Teal"
    BLUE = "blue", "Blue"
    INDIGO = "indigo", "Indigo"
    VIOLET = "violet", "Violet"
    PLUM = "plum", "Plum"
    ROSE = "rose", "Rose"
    BRICK = "brick", "Brick"
    AMBER = "amber", "Amber"
    OLIVE = "olive", "Olive"
    GREEN = "green", "Green"


TONES = Accent.values  # which makes a list each time that it is asked


class Community(models.Model):
    """A place that readers know, with the words and path pieces that its files carry."""

    slug = models.SlugField(
        "address",
        max_length=80,
        unique=True,
        help_text="The last piece of its address, after /communities/. Keep it for ever.",
    )
    name = models.CharField(
        max_length=150,
        unique=True,
        help_text="As readers know it, for example “Chronic Care Management (CCM)”.",
    )
    masthead = models.CharField(
        max_length=200,
        blank=True,
        help_text="The headline of the community's pages. Left empty, the name is used.",
    )
    introduction = models.TextField(
        blank=True, help_text="Two or three sentences: what this community is about, and for whom."
    )
    image = models.ImageField(upload_to="communities/", blank=True)
    image_alt = models.CharField(
        "alt text of the image",
        max_length=300,
        blank=True,
        help_text="What the image shows, for people who do not see it.",
    )
    accent = models.CharField(
        "colour",
        max_length=10,
        choices=Accent,
        blank=True,
        help_text="The colour of its pages and of the mark beside its items. Left empty, it follows from the address.",
    )
    contact = models.EmailField(
        "mail address",
        blank=True,
        help_text="Where readers can write to. It stands on the community's page, for everybody to read.",
    )
    file_key = models.CharField(
        "name in files",
        max_length=120,
        blank=True,
        validators=[RegexValidator(r"^[A-Za-z0-9._-]*$", "Use letters, digits, dots, hyphens and underscores only.")],
        help_text="What its files carry in “type” and “contentCategories”. Empty: “medigy-” and its address.",
    )
    # Its content file (`_index.md`) as it was last read or written, to the byte: what both sides had in common.
    page = models.BinaryField(blank=True, default=b"", editable=False)
    self_approval = models.BooleanField(
        "members may approve their own work",
        default=False,
        help_text="Leave this off where there are two people: four eyes see more than two.",
    )
    check_levels = models.JSONField(
        "checks",
        default=dict,
        blank=True,
        validators=[validate_check_levels],
        help_text="For each check whether it blocks, warns or is off, where that is not as usual.",
    )

    class Meta:
        ordering = [Lower("name")]
        verbose_name_plural = "communities"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("community", self.slug)

    @property
    def headline(self) -> str:
        return self.masthead or self.name

    @property
    def tone(self) -> str:
        """The colour that goes with it on all pages: `tone-<name>` in the style sheet."""
        return self.accent or TONES[crc32(self.slug.encode()) % len(TONES)]

    @property
    def key_in_files(self) -> str:
        return self.file_key or f"medigy-{self.slug}"


class Topic(models.Model):
    """A controlled term: a label within a vocabulary, such as “Symplur: #PopulationHealth”."""

    CATEGORY = "Category"

    vocabulary = models.CharField(
        max_length=60,
        blank=True,
        help_text="Whose term it is: Medigy, Symplur, Category. Terms of Category are exported under `categories`, "
        "all others under `communityTopics`.",
    )
    label = models.CharField(max_length=150)
    slug = models.SlugField("address", max_length=220, unique=True)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["vocabulary", Lower("label")]
        constraints = [
            models.UniqueConstraint(
                "vocabulary",
                Lower("label"),
                name="topic_once_per_vocabulary",
                violation_error_message="This vocabulary has that term already. Use the one that is there.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.vocabulary}: {self.label}" if self.vocabulary else self.label

    def get_absolute_url(self) -> str:
        return address("topic", self.slug)


class Role(models.IntegerChoices):
    """What a member may do, each role including the one before it. `communities.access` holds the rules."""

    CONTRIBUTOR = 10, _("Contributor")
    CURATOR = 20, _("Curator")
    EDITOR = 30, _("Editor")
    LEAD = 40, _("Lead")


class MembershipQuerySet(models.QuerySet):
    def named_to_readers(self) -> "MembershipQuerySet":
        """Who curates, as readers may know it: people with a full name who did not decline, leads first."""
        curating = self.filter(named=True, role__gte=Role.CURATOR, user__is_active=True)
        named = curating.exclude(user__first_name="", user__last_name="").select_related("user")
        return named.order_by("-role", "user__last_name", "user__first_name")


class Membership(models.Model):
    """A person's role in one community."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="memberships")
    role = models.PositiveSmallIntegerField(choices=Role, default=Role.CONTRIBUTOR)
    named = models.BooleanField(
        "named to readers", default=True, help_text="Whether the community's page says that they curate it."
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["community", "-role", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "community"],
                name="one_role_per_community",
                violation_error_message="This person is a member of the community already. Change their role instead.",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display().lower()} of {self.community}"
