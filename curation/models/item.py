"""The curated item: one link, chosen, summarised, illustrated, classified and attributed."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import BigIntegerField, ExpressionWrapper, F, Func, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from taggit.managers import TaggableManager

from communities.addresses import address
from communities.models import Community, Topic
from curation import workflow
from curation.languages import LONGEST
from curation.models.author import ItemAuthor
from curation.models.image import FeaturedImage
from curation.models.publisher import Publisher
from curation.models.tag import ItemTag, Tag
from curation.workflow import Publication, State

_AHEAD = ExpressionWrapper(F("head_revision") - F("live_revision"), output_field=BigIntegerField())
_ZERO = Func(template="0", output_field=BigIntegerField())
PENDING = Q(GreaterThan(_AHEAD, _ZERO))
"""The head revision is another, and so a later, one than readers see. There is an index of just these.

It is a difference, for PostgreSQL knows how often a difference has which value (migration 0018) and of two columns
takes it that one is the greater in every third row. SQLite has to read the zero in the query to know of the index.
"""


def new_name() -> str:
    return str(uuid.uuid4())


class CuratedItemQuerySet(models.QuerySet):
    def published(self, now: datetime | None = None) -> "CuratedItemQuerySet":
        """What readers see: live and within its dates, decided at the time of the query.

        This is the one rule. Pages, feeds, sitemap, search, counts, related items, pictures and export all start here.
        """
        return self.filter(self.published_rule(now))

    @staticmethod
    def published_rule(now: datetime | None = None, prefix: str = "") -> Q:
        """The rule of `published()` for look-ups from another model; `prefix` leads to the item, such as "items__"."""
        now = now or timezone.now()
        return Q(
            Q(**{f"{prefix}unpublish_at__isnull": True}) | Q(**{f"{prefix}unpublish_at__gt": now}),
            **{f"{prefix}publication": Publication.LIVE, f"{prefix}publish_at__lte": now},
        )

    def gone(self, now: datetime | None = None) -> "CuratedItemQuerySet":
        """What readers could once see and no longer can: withdrawn, archived, expired. Its address says so.

        What was never public, or has yet to become so, does not exist for readers.
        """
        now = now or timezone.now()
        ended = Q(publication__in=[Publication.WITHDRAWN, Publication.ARCHIVED]) | Q(
            publication=Publication.LIVE, unpublish_at__lte=now
        )
        return self.filter(ended, live_revision__isnull=False, publish_at__lte=now)

    def due(self, now: datetime | None = None) -> "CuratedItemQuerySet":
        """Those whose scheduled update should be out by now, the longest overdue first."""
        return self.filter(scheduled_at__lte=now or timezone.now()).order_by("scheduled_at", "pk")

    def showing_their_picture(self) -> "CuratedItemQuerySet":
        """Those with a picture that their publisher lets be shown: the rule of `picture`."""
        publishers = Q(publisher__isnull=True) | Q(publisher__picture_policy=Publisher.PicturePolicy.ALLOWED)
        asked = Q(publisher__picture_policy=Publisher.PicturePolicy.ASK) & ~Q(featured_image__credit="")
        return self.filter(publishers | asked, featured_image__isnull=False)

    def shown_in(self, community: Community) -> "CuratedItemQuerySet":
        """The items whose home `community` is, and those of other communities that it shows too."""
        shown_too = CuratedItem.also_in.through.objects.filter(community=community).values("curateditem")
        return self.filter(Q(community=community) | Q(pk__in=shown_too))

    def newest_first(self) -> "CuratedItemQuerySet":
        return self.order_by("-publish_at", "-pk")

    def with_card(self) -> "CuratedItemQuerySet":
        """Everything that a card shows, in a fixed number of queries."""
        return (
            self.select_related("community", "publisher", "featured_image")
            .prefetch_related(
                Prefetch("bylines", ItemAuthor.objects.select_related("author")), "featured_image__renditions", "drawn"
            )
            .defer("body", "body_html", "curator_note")
        )

    def with_facts(self) -> "CuratedItemQuerySet":
        """Everything that places and cards are made of, in a fixed number of queries."""
        rows = self.with_card().defer(None).defer("body").with_changed()
        return rows.prefetch_related(
            Prefetch("item_topics", ItemTopic.objects.select_related("topic").order_by("pk")),
            Prefetch("item_tags", ItemTag.objects.select_related("tag").order_by("pk")),
            "also_in",
        )

    def with_changed(self) -> "CuratedItemQuerySet":
        """`changed`: when readers got what they see of it now, which may be long after it was written; None for what
        was never published.
        """
        from curation.models.change import Change

        brought_out = Change.objects.filter(
            item=OuterRef("pk"), revision=OuterRef("live_revision"), action__in=PUBLISHED
        )
        latest = Subquery(brought_out.order_by("-at").values("at")[:1])
        parts = "publish_at", "live_revision__created_at", Coalesce(latest, "publish_at")
        return self.annotate(changed=Greatest(*parts))


PUBLISHED = ("publish", "fast_track", "published")
"""The lines of a timeline by which a revision became what readers see."""


_SCOPE = ("community", "created_by")
"""What decides who may see an item. It ends the indexes behind the newsroom's lists, so that items of other communities
are passed over without being read."""


class CuratedItem(models.Model):
    """The row is what readers see: a published item's row holds its live content, and later edits are revisions that
    leave it alone until they are published. Before an item is first published, its row and its head revision are one.
    """

    community = models.ForeignKey(
        Community,
        on_delete=models.PROTECT,
        related_name="items",
        help_text="Its home: where it is reviewed, and its address.",
    )
    also_in = models.ManyToManyField(
        Community, related_name="guest_items", blank=True, help_text="Other communities that show it too."
    )

    # --- What it says ---
    title = models.CharField(max_length=500)
    slug = models.SlugField(
        "address", max_length=250, help_text="The last part of its address. The old one goes on working."
    )
    description = models.TextField(
        blank=True, help_text="What the article says, in a sentence or two, for cards and search engines."
    )
    body = models.TextField(blank=True, help_text="HTML or Markdown. Readers get a cleaned copy.")
    curator_note = models.TextField(
        "curator's note", blank=True, help_text="Why it is worth reading, in your own words."
    )
    kind = models.CharField(
        max_length=60, blank=True, help_text="News, Research, Brief, Event, ...; readers can filter by it."
    )
    language = models.CharField(
        max_length=LONGEST,
        blank=True,
        help_text="Of its title, description and text, if it is another one than that of the site.",
    )
    link = models.CharField(max_length=2000, blank=True, help_text="The address of the article.")
    link_original = models.CharField(
        "link as found",
        max_length=2000,
        blank=True,
        help_text="Where you found it, if that is not the same address.",
    )
    publisher = models.ForeignKey(
        "curation.Publisher", on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )
    authors = models.ManyToManyField("curation.Author", through=ItemAuthor, related_name="items")
    topics = models.ManyToManyField(Topic, through="ItemTopic", related_name="items")
    tags = TaggableManager(through=ItemTag, blank=True)
    featured_image = models.ForeignKey(
        "curation.FeaturedImage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name="picture",
    )
    image_alt = models.CharField(
        "alt text",
        max_length=500,
        blank=True,
        help_text="What the picture shows, here. Left empty, the picture's own is used.",
    )
    featured_until = models.DateTimeField(
        "put forward until",
        null=True,
        blank=True,
        help_text="Until then it stands among what editors chose, on the front page and that of its community.",
    )
    image_decorative = models.BooleanField(
        "only decoration",
        default=False,
        help_text="The picture says nothing that the words do not say: people who do not see it are spared it.",
    )
    date = models.DateTimeField(null=True, blank=True, help_text="The date that readers see.")
    modified = models.DateTimeField(
        "last modified", null=True, blank=True, help_text="The date of the last change that its file tells."
    )
    review_by = models.DateField(
        "review again by",
        null=True,
        blank=True,
        help_text="When somebody should look whether it still holds.",
    )

    # --- What other systems know it by ---
    md_name = models.CharField("file name", max_length=200, unique=True, null=True, blank=True, default=new_name)
    upstream_id = models.BigIntegerField("number upstream", null=True, blank=True)
    upstream_key = models.CharField(max_length=600, unique=True, null=True, editable=False)
    path = models.CharField("path of its file", max_length=500, unique=True, null=True, editable=False)

    # --- Made when the text changes, so that no reader waits for it ---
    body_html = models.TextField(editable=False, blank=True)
    cleaned_away = models.TextField(editable=False, blank=True)
    link_key = models.CharField(max_length=2000, editable=False, blank=True)

    # --- Where it stands ---
    state = models.CharField("review", max_length=20, choices=State, default=State.DRAFT, editable=False)
    publication = models.CharField(max_length=10, choices=Publication, default=Publication.NEVER, editable=False)
    publish_at = models.DateTimeField(
        "published from",
        null=True,
        blank=True,
        help_text="Readers see it from then on, once it is published. Empty: from that moment.",
    )
    unpublish_at = models.DateTimeField(
        "published until", null=True, blank=True, help_text="Readers see it until then. Empty: for good."
    )
    head_revision = models.ForeignKey(
        "curation.Revision", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    live_revision = models.ForeignKey(
        "curation.Revision", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    # The last document that the file and the database both had.
    file_revision = models.ForeignKey(
        "curation.Revision", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    # An update of a live item that goes out by itself: its own revision, whatever the head has become since.
    scheduled_revision = models.ForeignKey(
        "curation.Revision", on_delete=models.PROTECT, null=True, related_name="+", editable=False, db_index=False
    )
    scheduled_at = models.DateTimeField(null=True, editable=False)
    schedule_error = models.TextField(blank=True, editable=False)
    schedule_attempts = models.PositiveIntegerField(default=0, editable=False)
    # Who was asked to review it or, from `claimed_at` on, is at it.
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="reviews", editable=False,
        db_index=False,
    )  # fmt: skip
    claimed_at = models.DateTimeField(null=True, editable=False)
    review_due = models.DateField(null=True, editable=False)
    review_after = models.BooleanField(default=False, editable=False)
    gone_to = models.CharField(max_length=2000, blank=True, editable=False)
    # The SHA-256 of the text whose cleaned copy an editor accepted.
    accepted_cleaning = models.CharField(max_length=64, blank=True, editable=False)
    # That of the newest line of its timeline, so that lines which are cut off at the end are missed.
    history_hash = models.CharField(max_length=64, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="items", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CuratedItemQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]
        verbose_name = "item"
        indexes = [
            models.Index(fields=["id", "publication", "publish_at", "unpublish_at"], name="item_on_map"),
            models.Index(fields=["publication", "-publish_at", "-id", *_SCOPE, "unpublish_at"], name="item_public"),
            models.Index(fields=["community", "publication", "-publish_at", "-id"], name="item_community_public"),
            models.Index(fields=["publisher", "publication", "-publish_at", "-id"], name="item_publisher_public"),
            models.Index(fields=["-updated_at", "-id", *_SCOPE, "review_after", "publication"], name="item_recent"),
            models.Index(fields=["state", "publication", "-updated_at", "-id", *_SCOPE], name="item_queue"),
            models.Index(fields=["link_key"], name="item_same_link"),
            models.Index(fields=["scheduled_at"], condition=Q(scheduled_at__isnull=False), name="item_due"),
            models.Index(fields=["reviewer"], condition=Q(reviewer__isnull=False), name="item_reviewer"),
            models.Index(
                fields=["publication", "unpublish_at"], condition=Q(unpublish_at__isnull=False), name="item_ends"
            ),
            models.Index(
                fields=["publication", "featured_until"],
                condition=Q(featured_until__isnull=False),
                name="item_featured",
            ),
            models.Index(fields=["review_by"], condition=Q(review_by__isnull=False), name="item_review_by"),
            models.Index(fields=["created_at"], name="item_created"),
            # What the newsroom asks for every day and few items are: each list is as long as its index.
            models.Index(
                fields=["state", "-updated_at", "-id", "publication", *_SCOPE],
                condition=PENDING,
                name="item_pending",
            ),
            models.Index(fields=["review_due"], condition=Q(review_due__isnull=False), name="item_review_due"),
            models.Index(
                fields=["publication", "-publish_at", "-id", *_SCOPE, "unpublish_at"],
                condition=Q(featured_image__isnull=True),
                name="item_no_picture",
            ),
            models.Index(
                fields=["publication", "-publish_at", "-id", *_SCOPE, "unpublish_at"],
                condition=Q(description=""),
                name="item_no_description",
            ),
            models.Index(
                fields=[
                    "publication",
                    "-publish_at",
                    "-id",
                    *_SCOPE,
                    "unpublish_at",
                    "featured_image",
                    "image_alt",
                    "image_decorative",
                ],
                name="item_no_alt",
            ),
            models.Index(
                fields=["publication", "-publish_at", "-id", *_SCOPE, "unpublish_at"],
                condition=Q(file_revision__isnull=True) | Q(file_revision__lt=F("live_revision")),
                name="item_not_exported",
            ),
            models.Index(fields=["-updated_at"], condition=Q(review_after=True), name="item_unconfirmed"),
            models.Index(fields=["featured_image"], condition=Q(image_decorative=True), name="item_decorated"),
            models.Index(fields=["featured_image", "image_alt", "image_decorative"], name="item_picture_words"),
            models.Index(
                fields=["language", "-updated_at", "-id", *_SCOPE], condition=~Q(language=""), name="item_language"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "slug"],
                name="address_once_per_community",
                violation_error_message="Another item of this community has this address. Choose another one.",
            ),
            models.CheckConstraint(
                condition=Q(unpublish_at__isnull=True)
                | Q(publish_at__isnull=True)
                | Q(unpublish_at__gt=F("publish_at")),
                name="it_ends_after_it_begins",
                violation_error_message="“Published until” lies before “published from”. Choose a later end.",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="state_is_known"),
            models.CheckConstraint(condition=Q(publication__in=Publication.values), name="publication_is_known"),
            models.CheckConstraint(
                condition=~Q(publication=Publication.LIVE) | Q(live_revision__isnull=False, publish_at__isnull=False),
                name="live_names_its_revision_and_date",
            ),
            models.CheckConstraint(
                condition=Q(scheduled_revision__isnull=True, scheduled_at__isnull=True)
                | Q(scheduled_revision__isnull=False, scheduled_at__isnull=False, publication=Publication.LIVE),
                name="an_update_that_is_scheduled_is_of_a_live_item",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("item", self.community.slug, self.slug)

    @property
    def standing(self) -> workflow.Standing:
        return workflow.Standing(
            state=State(self.state),
            publication=Publication(self.publication),
            pending=self.head_revision_id != self.live_revision_id,
            publish_at=self.publish_at,
            unpublish_at=self.unpublish_at,
            scheduled_at=self.scheduled_at,
            head_scheduled=self.scheduled_revision_id is not None
            and self.scheduled_revision_id == self.head_revision_id,
            unconfirmed=self.review_after,
        )

    def claimed_by(self, now: datetime | None = None) -> Any:
        """The user who is at its review, as long as their claim lasts; None where nobody is."""
        fresh = self.claimed_at is not None and self.claimed_at > (now or timezone.now()) - workflow.LEASE
        return self.reviewer if fresh else None

    def label(self, now: datetime | None = None) -> tuple[str, str]:
        """Where it stands on both axes, as `(code, words)`; see `workflow.label`."""
        return workflow.label(self.standing, now or timezone.now())

    def is_published(self, now: datetime | None = None) -> bool:
        """The rule of `published()` for an item at hand."""
        return self.publication == Publication.LIVE and self.label(now)[0] == "published"

    @property
    def row_is_head(self) -> bool:
        """Whether an edit goes into the row at once, since readers have never seen it."""
        return self.live_revision_id is None

    @property
    def picture(self) -> FeaturedImage | None:
        """The picture that readers are shown; None where there is none, or where its publisher does not want that.

        A publisher that wants to be asked has been, where the picture names whom to credit.
        """
        image, publisher = self.featured_image, self.publisher
        if image is None or publisher is None or publisher.picture_policy == Publisher.PicturePolicy.ALLOWED:
            return image
        return image if publisher.picture_policy == Publisher.PicturePolicy.ASK and image.credit else None

    @property
    def alt_text(self) -> str:
        if self.image_decorative:
            return ""
        return self.image_alt or (self.featured_image.alt if self.featured_image else "")

    @property
    def byline(self) -> list:
        """Its authors in their order; costs no query where `bylines` are prefetched."""
        return [byline.author for byline in self._others("bylines")]

    @property
    def tag_list(self) -> list[Tag]:
        """Its tags; costs no query where `item_tags` are prefetched."""
        return [link.tag for link in self._others("item_tags")]

    @property
    def topic_list(self) -> list[Topic]:
        """Its topics; costs no query where `topics` are prefetched."""
        return list(self._others("topics"))

    @property
    def other_communities(self) -> list[Community]:
        """Those that it also stands in; costs no query where `also_in` are prefetched."""
        return list(self._others("also_in"))

    def _others(self, relation: str) -> Iterable[Any]:
        """The rows at the other end of `relation`. Those that are at hand are not asked for by its manager, which takes
        longer to be made than they take to be shown.
        """
        at_hand = self.__dict__.get("_prefetched_objects_cache", {})
        return at_hand[relation] if relation in at_hand else getattr(self, relation).all()


class ItemTopic(models.Model):
    """A topic of an item."""

    item = models.ForeignKey(CuratedItem, on_delete=models.CASCADE, related_name="item_topics")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="item_topics")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "topic"], name="topic_once_per_item")]

    def __str__(self) -> str:
        return str(self.topic)
