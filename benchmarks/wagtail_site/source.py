"""Brings our published items into a Wagtail site of their own; knows nothing of Wagtail itself."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Max, Prefetch

from communities.models import Community
from curation import images, renditions
from curation.models import CuratedItem, FeaturedImage, ItemAuthor, ItemTag
from curation.models.item import ItemTopic

HERE = Path(__file__).resolve().parent
FOLDER = Path(settings.DATA_DIR) / "wagtail"
READ_AT_ONCE = 1000
SHOWN = ("card", "hero")
"""The shapes of pictures that pages show."""


def filled(python: str) -> dict[str, str]:
    """The environment of a Wagtail site with the items of now; it is filled where it has none or others.

    `python` is that of an environment with Wagtail. On PostgreSQL the site has a database beside ours.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTHON"))}
    environment |= {"PYTHONPATH": f"{HERE.parent.parent}{os.pathsep}{FOLDER}", "WAGTAIL_DATA": str(FOLDER)}
    beside = _database_beside()
    if beside:
        environment["WAGTAIL_DATABASE"] = json.dumps(beside)
    mark, wanted = FOLDER / "filled", _fingerprint(python)
    if mark.exists() and mark.read_text() == wanted:
        return environment
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    if beside:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{beside["NAME"]}"')
            cursor.execute(f'CREATE DATABASE "{beside["NAME"]}"')
    lines = FOLDER / "items.jsonl"
    with lines.open("w") as file:
        file.writelines(json.dumps(told) + "\n" for told in _told())
    with lines.open() as file:
        subprocess.run([python, "-m", "benchmarks.wagtail_site.fill"], env=environment, stdin=file, check=True)
    lines.unlink()
    mark.write_text(wanted)
    return environment


def _database_beside() -> dict[str, Any] | None:
    """Django's description of a second database on our server; None on SQLite."""
    if connection.vendor == "sqlite":
        return None
    ours = settings.DATABASES["default"]
    names = ("ENGINE", "USER", "PASSWORD", "HOST", "PORT")
    return {name: ours.get(name, "") for name in names} | {"NAME": f"{ours['NAME']}_wagtail"}


def _fingerprint(python: str) -> str:
    """What the site follows from: our items, the program that fills it, and Wagtail."""
    shown = CuratedItem.objects.published()
    parts = [python, connection.vendor, shown.count(), *shown.aggregate(Max("pk"), Max("updated_at")).values()]
    program = b"".join(path.read_bytes() for path in sorted(HERE.glob("*.py")))
    return hashlib.sha256(repr(parts).encode() + program).hexdigest()


def _told() -> Iterator[dict[str, Any]]:
    """First communities and pictures, then every published item."""
    pictures = FeaturedImage.objects.filter(pk__in=CuratedItem.objects.published().values("featured_image"))
    yield {
        "communities": list(Community.objects.order_by("pk").values("slug", "name", "introduction")),
        "pictures": [_picture(image) for image in pictures.prefetch_related("renditions").iterator(READ_AT_ONCE)],
    }
    items = CuratedItem.objects.published().select_related("community", "publisher").order_by("pk")
    items = items.prefetch_related(
        Prefetch("bylines", ItemAuthor.objects.select_related("author")),
        Prefetch("item_topics", ItemTopic.objects.select_related("topic").order_by("pk")),
        Prefetch("item_tags", ItemTag.objects.select_related("tag").order_by("pk")),
        "also_in",
    )
    for item in items.iterator(READ_AT_ONCE):
        assert item.publish_at is not None
        yield {
            "community": item.community.slug,
            "slug": item.slug,
            "title": item.title,
            "description": item.description,
            "note": item.curator_note,
            "body": item.body_html,
            "link": item.link,
            "publisher": str(item.publisher or ""),
            "kind": item.kind,
            "date": item.publish_at.isoformat(),
            "authors": [byline.author.name for byline in item.bylines.all()],
            "topics": [(link.topic.slug, link.topic.label) for link in item.item_topics.all()],
            "tags": [link.tag.name for link in item.item_tags.all()],
            "also_in": [community.slug for community in item.also_in.all()],
            "picture": item.featured_image_id,
        }


def _picture(image: FeaturedImage) -> dict[str, Any]:
    """The facts of a picture and of the files that pages show it by, which are put where Wagtail looks for them."""
    raw = images.original_bytes(image)
    name = f"original_images/{image.sha256[:20]}.{image.format.lower()}"
    _put(name, raw)
    made = []
    for rendition in renditions.current(image):
        if rendition.shape in SHOWN:
            with rendition.file.open("rb") as file:
                _put(f"images/{Path(rendition.file.name).name}", file.read())
            made.append(
                {
                    "spec": f"format-{rendition.format.lower()}|fill-{rendition.width}x{rendition.height}",
                    "file": f"images/{Path(rendition.file.name).name}",
                    "width": rendition.width,
                    "height": rendition.height,
                }
            )
    return {
        "key": image.pk, "title": (image.alt or image.file_name)[:255], "file": name, "width": image.width,
        "height": image.height, "size": len(raw), "hash": hashlib.sha1(raw, usedforsecurity=False).hexdigest(),
        "renditions": made,
    }  # fmt: skip


def _put(name: str, content: bytes) -> None:
    path = FOLDER / "media" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
