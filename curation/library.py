"""The library of pictures as a whole: who uses one, what takes its place, what nobody needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files.storage import Storage, default_storage
from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet

from communities.models import Community
from curation import images, publishing, renditions, upkeep
from curation.models import CuratedItem, FeaturedImage, Rendition
from curation.models.image import originals
from curation.publishing import StaleVersion
from curation.workflow import MoveNotAllowed

if TYPE_CHECKING:
    from communities.models import User

OURS = ("pictures", "renditions", "communities")
"""The folders of the readers' store that pictures lie in."""


# --- Who uses a picture ----------------------------------------------------------------------------------------------


def used_by(image: FeaturedImage) -> QuerySet[CuratedItem]:
    """The items that show `image` to readers, or will once their newest revision is published."""
    rule = Q(featured_image=image) | Q(head_revision__featured_image=image)
    return CuratedItem.objects.filter(rule).select_related("community").distinct().order_by("pk")


def changed(image: FeaturedImage) -> None:
    """Brings up to date what shows `image`, after its alt text, focus, credit or source was changed. Called within the
    transaction that changed it.
    """
    upkeep.items_changed(image.items.values_list("pk", flat=True))


# --- Another picture in its place ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Replaced:
    """What became of one item that used the picture."""

    item: CuratedItem
    status: str
    """“published”: readers see the new picture; “saved”: in a new revision, which goes its way; “failed”."""
    why: str = ""
    """What is left to do, or what kept it from being replaced, in a sentence."""


def replace(old: FeaturedImage, new: FeaturedImage, *, by: "User", note: str = "") -> Iterator[Replaced]:
    """Puts `new` in the place of `old` in every item that uses it, each in a transaction of its own.

    Each gets a new revision. What is live goes out at once where that was all that was pending and `by` may publish
    corrections there; else it waits, as any edit does. Old revisions keep the picture that they had.
    """
    note = note or f"Another picture in the place of “{old}”."
    for pk in list(used_by(old).values_list("pk", flat=True)):
        item = CuratedItem.objects.select_related("community").get(pk=pk)
        try:
            yield _replaced(item, old, new, by, note)
        except (MoveNotAllowed, StaleVersion) as error:
            yield Replaced(item, "failed", str(error))
        except Exception as error:  # one item stops no other
            words = " ".join(getattr(error, "messages", [])) or str(error)
            yield Replaced(item, "failed", words)


def _replaced(item: CuratedItem, old: FeaturedImage, new: FeaturedImage, by: "User", note: str) -> Replaced:
    values = publishing.head_values(item)
    if values.image != old:
        return Replaced(item, "failed", "Its newest revision has another picture already, which is not published yet.")
    was_all = item.head_revision_id == item.live_revision_id
    values.image = new
    publishing.save(item, values, by=by, version=item.version, note=note)
    if not item.is_published():
        return Replaced(item, "saved")
    if not was_all:
        return Replaced(item, "saved", "Readers see it when what else was changed is published.")
    try:
        publishing.move(item, "fast_track", by=by, version=item.version, note=note)
    except MoveNotAllowed as refusal:
        return Replaced(item, "saved", str(refusal))
    return Replaced(item, "published")


# --- What nobody needs -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waste:
    """One thing that nobody needs."""

    kind: str
    """“picture” (a row with its files), “rendition” (an old one, with its file) or “file” (without a row)."""
    name: str
    size: int


def clean(before: datetime, *, keep: bool = False) -> Iterator[Waste]:
    """Takes away what nobody needs and what is older than `before`; with `keep`, tells only what that would be.

    Pictures that no item and no revision names, renditions in whose place others are, and files that no row names: what
    a process that was killed, or a transaction that was not kept, left behind.
    """
    for image in FeaturedImage.objects.unused().filter(created_at__lt=before).order_by("pk").iterator(500):
        if keep or _take_away(image):
            yield Waste("picture", str(image), image.size)
    for old in renditions.stale().filter(made_at__lt=before).order_by("pk").iterator(500):
        name = str(old.file)
        if not keep:
            old.delete()
            default_storage.delete(name)
        yield Waste("rendition", name, old.size)
    for storage, folders in ((default_storage, OURS), (originals(), [""])):
        for folder in folders:
            yield from _strays(storage, folder, before, keep)


def _take_away(image: FeaturedImage) -> bool:
    """Deletes a picture that nobody has come to use meanwhile; its files go when that is sure to be kept."""
    files = [str(each.file) for each in image.renditions.all()]

    def take_files() -> None:
        images.forget(image)
        for name in files:
            default_storage.delete(name)

    try:
        with transaction.atomic():
            image.delete()
            transaction.on_commit(take_files)
    except ProtectedError:
        return False
    return True


def _strays(storage: Storage, folder: str, before: datetime, keep: bool) -> Iterator[Waste]:
    """The files below `folder` that no row names; looked at folder by folder."""
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for inner in folders:
        yield from _strays(storage, f"{folder}/{inner}" if folder else inner, before, keep)
    paths = [f"{folder}/{name}" if folder else name for name in names]
    for start in range(0, len(paths), 500):
        for path in sorted(set(paths[start : start + 500]) - _named(storage, paths[start : start + 500])):
            try:
                if storage.get_modified_time(path) >= before:
                    continue
                size = storage.size(path)
            except FileNotFoundError:  # somebody else took it away
                continue
            if not keep:
                storage.delete(path)
            yield Waste("file", path, size)


def _named(storage: Storage, paths: list[str]) -> set[str]:
    """Those of `paths` that a row names."""
    columns = (
        ((FeaturedImage.objects, "file"), (Rendition.objects, "file"), (Community.objects, "image"))
        if storage is default_storage
        else ((FeaturedImage.objects, "original"),)
    )
    named: set[str] = set()
    for rows, column in columns:
        named.update(rows.filter(**{f"{column}__in": paths}).values_list(column, flat=True))
    return named
