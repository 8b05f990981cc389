"""Rows for tests, each with only what the test cares about; everything else is made up, the same way every time."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from PIL import Image

from communities.models import Community, Membership, Role, User
from curation import images, upkeep
from curation.exchange import documents, keys, rows
from curation.exchange.header import Header
from curation.exchange.values import ItemValues
from curation.models import CuratedItem, FeaturedImage, Revision
from curation.workflow import Publication, State

PAST = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)
FUTURE = datetime(2999, 1, 1, tzinfo=UTC)
PASSWORD = "correct horse battery staple"

_numbers = count(1)
_WORDS = ItemValues.__dataclass_fields__


def make_community(name: str = "Telehealth", **fields: Any) -> Community:
    """The community of this name; made unless it is there."""
    fields.setdefault("slug", name.lower().replace(" ", "-"))
    return Community.objects.get_or_create(name=name, defaults=fields)[0]


def make_user(username: str, role: Role | None = None, community: Community | None = None, **fields: Any) -> User:
    """A person who signs in with `PASSWORD`; with a `role`, a member of `community` (or of Telehealth)."""
    user = User.objects.create_user(username, password=PASSWORD, **{"email": f"{username}@newsroom.example"} | fields)
    if role is not None:
        Membership.objects.create(user=user, community=community or make_community(), role=role)
    return user


def make_image(alt: str = "", size: tuple[int, int] = (64, 36), **fields: Any) -> FeaturedImage:
    """A picture with its files, unlike any other."""
    number = next(_numbers)
    raw = io.BytesIO()
    # The number is in the pixels: the same bytes would be taken for the same picture.
    picture = Image.new("RGB", size, (40, 110, 120))
    picture.putpixel((0, 0), (number & 255, number >> 8 & 255, 0))
    picture.save(raw, "PNG")
    image = images.take(raw.getvalue(), name=f"picture-{number}.png", alt=alt)
    for field, value in fields.items():
        setattr(image, field, value)
    image.save()
    return image


def make_item(published: bool = True, **fields: Any) -> CuratedItem:
    """An item with its first revision: published since `PAST`, or a draft.

    `fields` are those of `ItemValues` (what it says) and columns of the item (where it stands). Authors and tags are
    names, topics pairs of vocabulary and label.
    """
    number = next(_numbers)
    said = {name: fields.pop(name) for name in list(fields) if name in _WORDS}
    values = ItemValues(**{
        "community": None,
        "title": f"Article {number}",
        "slug": f"article-{number}",
        "link": f"https://journal.example/articles/{number}",
        "md_name": f"00000000-0000-4000-8000-{number:012}",
    } | said)  # fmt: skip
    values.community = values.community or make_community()
    if published:
        fields = {"state": State.APPROVED, "publication": Publication.LIVE, "publish_at": PAST} | fields
    item = CuratedItem(**fields)
    publisher = rows.publisher_for(values.link)
    rows.fill(item, values, publisher)
    publication, item.publication = item.publication, Publication.NEVER
    item.save()
    rows.connect(item, values)
    item.head_revision = _revision(item, values, 1)
    item.publication = publication
    if publication != Publication.NEVER:
        item.live_revision = item.head_revision
    item.version = 1
    item.save()
    upkeep.items_changed([item.pk])
    return item


def make_draft_of(item: CuratedItem, **words: Any) -> Revision:
    """A newer head revision of a published item, which says `words` instead and waits to be published."""
    assert item.head_revision is not None
    values = documents.read(item.head_revision.document, image=item.featured_image)
    values = replace(values, community=item.community, **words)
    item.head_revision = _revision(item, values, item.head_revision.number + 1)
    item.state = State.DRAFT
    item.save(update_fields=["head_revision", "state"])
    return item.head_revision


def _revision(item: CuratedItem, values: ItemValues, number: int) -> Revision:
    document = documents.new(values, str(item.publisher or ""))
    return Revision.objects.create(
        item=item, number=number, content=document.bytes, sha256=document.sha256, featured_image=values.image,
        picture_path=keys.picture_path(Header(document.data)), created_at=PAST, created_by=item.created_by,
    )  # fmt: skip
