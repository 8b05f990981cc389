"""Names that authors, topics and tags once had, by which files go on finding them."""

from django.db import models
from django.db.models import Q

from communities.models import Topic
from curation.models.author import Author
from curation.models.publisher import Publisher
from curation.models.tag import Tag


class FormerNameQuerySet(models.QuerySet["FormerName"]):
    def author(self, name: str) -> Author | None:
        """The author who was once called `name`; None where nobody was."""
        found = self._of(name).filter(author__isnull=False).select_related("author").first()
        return found.author if found else None

    def topic(self, vocabulary: str, label: str) -> Topic | None:
        """The topic that was once called so; None where none was."""
        name = str(Topic(vocabulary=vocabulary, label=label))
        found = self._of(name).filter(topic__isnull=False).select_related("topic").first()
        return found.topic if found else None

    def tag(self, name: str) -> Tag | None:
        """The tag that was once called `name`; None where none was."""
        found = self._of(name).filter(tag__isnull=False).select_related("tag").first()
        return found.tag if found else None

    def _of(self, name: str) -> "FormerNameQuerySet":
        return self.filter(key=FormerName.folded(name))


class FormerName(models.Model):
    """A name that stood in files until its author, topic or tag was renamed or merged: who still writes it means that
    one. The name of a topic is its vocabulary and its label, as `str` gives them.
    """

    name = models.CharField(max_length=220)
    key = models.CharField(max_length=220, editable=False)
    author = models.ForeignKey(Author, on_delete=models.CASCADE, null=True, related_name="former_names")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, null=True, related_name="former_names")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, null=True, related_name="former_names")

    objects = FormerNameQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=["key"], condition=Q(**{f"{field}__isnull": False}), name=f"former_name_of_one_{field}"
                )
                for field in ("author", "topic", "tag")
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=False, topic__isnull=True, tag__isnull=True)
                | Q(author__isnull=True, topic__isnull=False, tag__isnull=True)
                | Q(author__isnull=True, topic__isnull=True, tag__isnull=False),
                name="former_name_is_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def folded(name: str) -> str:
        """The form in which names are compared."""
        return name.strip().casefold()[:220]


class PublisherHost(models.Model):
    """Another host of a publisher: links to it are links to that publisher."""

    host = models.CharField(max_length=253, unique=True)
    publisher = models.ForeignKey(Publisher, on_delete=models.CASCADE, related_name="other_hosts")

    class Meta:
        ordering = ["host"]
        verbose_name = "other host"

    def __str__(self) -> str:
        return self.host
