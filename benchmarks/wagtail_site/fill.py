"""Fills an empty Wagtail site with what `source` says, line by line on standard input.

Pages are inserted many at once, with the places in the tree that Wagtail would give them one by one.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.wagtail_site.settings"
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from taggit.models import Tag  # noqa: E402
from wagtail.images import get_image_model  # noqa: E402
from wagtail.images.models import Filter  # noqa: E402
from wagtail.models import Collection, Locale, Page, Site  # noqa: E402

from benchmarks.wagtail_site.models import Author, CommunityPage, HomePage, ItemPage, ItemTag, Topic  # noqa: E402

BATCH = 500


class Names:
    """The primary keys of rows by their name; makes those that are missing."""

    def __init__(self, make: Callable[[Any], models.Model]) -> None:
        self.make = make
        self.keys: dict[Any, int] = {}

    def of(self, asked: Iterable[Any]) -> list[int]:
        names = list(dict.fromkeys(asked))
        for name in names:
            if name not in self.keys:
                row = self.make(name)
                row.save()
                self.keys[name] = row.pk
        return [self.keys[name] for name in names]


class Filling:
    def __init__(self, head: dict[str, Any]) -> None:
        self.locale = Locale.objects.get()
        self.kind = ContentType.objects.get_for_model(ItemPage)
        self.page_columns = [field for field in Page._meta.concrete_fields if not field.primary_key]
        self.item_columns = ItemPage._meta.local_concrete_fields
        root = Page.objects.get(depth=1)
        root.get_children().delete()  # the page that says welcome, and its site
        root = Page.objects.get(depth=1)
        home = root.add_child(instance=HomePage(title="What is worth reading", slug="home"))
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True, site_name="Items")
        self.communities = {
            told["slug"]: home.add_child(
                instance=CommunityPage(title=told["name"], slug=told["slug"], introduction=told["introduction"])
            )
            for told in head["communities"]
        }
        collection = Collection.get_first_root_node()
        self.pictures = {told["key"]: self._picture(told, collection) for told in head["pictures"]}
        self.authors = Names(lambda name: Author(name=name))
        self.topics = Names(lambda topic: Topic(slug=topic[0], name=topic[1]))
        self.tags = Names(lambda name: Tag(name=name))

    @transaction.atomic
    def put(self, told: list[dict[str, Any]]) -> None:
        """The items of one batch, with everything that they name."""
        items = [self._page(each) for each in told]
        pages = Page.objects.bulk_create(
            Page(**{column.attname: getattr(item, column.attname) for column in self.page_columns}) for item in items
        )
        for item, page in zip(items, pages, strict=True):
            item.pk = item.id = page.pk
        # `bulk_create` refuses models of two tables, for it could not know the keys of the first: here they are known.
        models.QuerySet(ItemPage)._insert(items, fields=self.item_columns, using="default")
        pairs = list(zip(items, told, strict=True))
        for through, column, find, name in (
            (ItemPage.authors.through, "author_id", self.authors, "authors"),
            (ItemPage.topics.through, "topic_id", self.topics, "topics"),
        ):
            through.objects.bulk_create(
                through(itempage_id=item.pk, **{column: key})
                for item, each in pairs
                for key in find.of(tuple(name) if isinstance(name, list) else name for name in each[name])
            )
        beside = ItemPage.also_in.through
        beside.objects.bulk_create(
            beside(itempage_id=item.pk, communitypage_id=self.communities[slug].pk)
            for item, each in pairs
            for slug in each["also_in"]
        )
        ItemTag.objects.bulk_create(
            ItemTag(content_object_id=item.pk, tag_id=key) for item, each in pairs for key in self.tags.of(each["tags"])
        )

    def _picture(self, told: dict[str, Any], collection: Collection) -> int:
        """The primary key of a picture, whose files are there."""
        image = get_image_model().objects.create(
            collection=collection, title=told["title"], file=told["file"], width=told["width"], height=told["height"],
            file_size=told["size"], file_hash=told["hash"],
        )  # fmt: skip
        image.get_rendition_model().objects.bulk_create(
            image.get_rendition_model()(
                image=image, filter_spec=each["spec"], focal_point_key=Filter(each["spec"]).get_cache_key(image),
                file=each["file"], width=each["width"], height=each["height"],
            )
            for each in told["renditions"]
        )  # fmt: skip
        return image.pk

    def _page(self, told: dict[str, Any]) -> ItemPage:
        above = self.communities[told["community"]]
        above.numchild += 1
        date, title = datetime.fromisoformat(told["date"]), told["title"][:255]
        return ItemPage(
            path=Page._get_path(above.path, above.depth + 1, above.numchild), depth=above.depth + 1, numchild=0,
            title=title, draft_title=title, slug=told["slug"], url_path=f"{above.url_path}{told['slug']}/",
            content_type=self.kind, locale=self.locale, live=True, first_published_at=date, last_published_at=date,
            latest_revision_created_at=date, search_description=told["description"], description=told["description"],
            note=told["note"], body=told["body"], link=told["link"], publisher=told["publisher"][:255],
            kind=told["kind"], date=date, featured_image_id=self.pictures.get(told["picture"]),
        )  # fmt: skip

    def finish(self) -> None:
        for community in self.communities.values():
            Page.objects.filter(pk=community.pk).update(numchild=community.numchild)
        call_command("update_index", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def batches(lines: Iterator[str]) -> Iterator[list[dict[str, Any]]]:
    while batch := [json.loads(line) for line in islice(lines, BATCH)]:
        yield batch


def main() -> None:
    migrations = Path(os.environ["WAGTAIL_DATA"]) / settings.MIGRATION_MODULES["wagtail_site"]
    migrations.mkdir()
    (migrations / "__init__.py").touch()
    call_command("makemigrations", "wagtail_site", verbosity=0)
    call_command("migrate", verbosity=0)
    filling, there = Filling(json.loads(sys.stdin.readline())), 0
    for batch in batches(sys.stdin):
        filling.put(batch)
        there += len(batch)
        print(f"\rWagtail: {there:,} items ", end="", file=sys.stderr, flush=True)
    print("and their index ", end="", file=sys.stderr, flush=True)
    filling.finish()
    print(file=sys.stderr)


if __name__ == "__main__":
    main()
