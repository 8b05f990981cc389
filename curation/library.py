"""The library of pictures as a whole: who uses one, what takes its place, what nobody needs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.storage import Storage, default_storage
from django.db import transaction
from django.db.models import F, ProtectedError, Q, QuerySet

from communities import access
from communities.models import Community, Role
from curation import images, publishing, renditions, upkeep
from curation.models import CuratedItem, FeaturedImage, Rendition, Revision
from curation.models.image import originals
from curation.publishing import StaleVersion
from curation.workflow import MOVES, MoveNotAllowed

if TYPE_CHECKING:
    from communities.models import User

OURS = ("pictures", "renditions", "communities")
"""The folders of the readers' store that pictures lie in."""


# --- Who uses a picture ----------------------------------------------------------------------------------------------


def used_by(image: FeaturedImage) -> QuerySet[CuratedItem]:
    """The items that show `image` to readers, or will once their newest revision is published."""
    return _users([image.pk]).select_related("community").order_by("pk")


def _users(pks: Iterable[int]) -> QuerySet[CuratedItem]:
    said = Revision.objects.filter(featured_image__in=pks).values("pk")
    return CuratedItem.objects.filter(Q(featured_image__in=pks) | Q(head_revision__in=said))


@dataclass
class Use:
    """Who uses one picture."""

    items: list[int]
    """The items that show it or will, the newest first; `MOST_USERS` at the most for all pictures asked about."""
    decorated: int = 0
    """How many of them show it as decoration."""
    described: int = 0
    """How many of them say what it shows in words of their own."""


MOST_USERS = 5_000


def uses(pks: Iterable[int]) -> dict[int, Use]:
    """Who uses each of these pictures, by one query."""
    pks = list(pks)
    rows = _users(pks).order_by("-pk")[:MOST_USERS]
    columns = "pk", "featured_image", "head_revision__featured_image", "image_decorative", "image_alt"
    found = {pk: Use([]) for pk in pks}
    for item, live, head, decorative, words in rows.values_list(*columns):
        for pk in {live, head} & found.keys():
            found[pk].items.append(item)
            found[pk].decorated += bool(decorative and pk == live)
            found[pk].described += bool(words and not decorative and pk == live)
    return found


# --- What is said of a picture ---------------------------------------------------------------------------------------


class StalePicture(Exception):
    """Somebody else changed what is said of the picture meanwhile; `image` is the picture as it is now."""

    def __init__(self, image: FeaturedImage) -> None:
        self.image = image
        super().__init__("Somebody changed this picture after you opened it. Nothing of yours was saved yet.")


def describable(user: Any, images: Iterable[FeaturedImage]) -> set[int]:
    """The primary keys of those of `images` whose words and focus `user` may change: curators all, contributors what
    they brought themselves, as long as readers do not see it.
    """
    images = list(images)
    if (access.highest_role(user) or 0) >= Role.CURATOR:
        return {image.pk for image in images}
    own = [image.pk for image in images if image.created_by_id is not None and image.created_by_id == user.pk]
    shown = FeaturedImage.objects.published().filter(pk__in=own).values_list("pk", flat=True) if own else []
    return set(own) - set(shown)


@transaction.atomic
def describe(image: FeaturedImage, said: Mapping[str, Any], *, version: int) -> list[str]:
    """Says `said` (alt, credit, source, focal_x, focal_y) of `image`, and brings up to date what shows it.

    Returns the names of what is another than before. Raises StalePicture where the picture is no longer at `version`.
    """
    rows = FeaturedImage.objects.filter(pk=image.pk, version=version)
    other = [name for name, value in said.items() if getattr(image, name) != value]
    if not other:
        return []
    if not rows.update(version=F("version") + 1, **{name: said[name] for name in other}):
        image.refresh_from_db()
        other = [name for name in other if getattr(image, name) != said[name]]
        if not other:
            return []
        raise StalePicture(image)
    image.refresh_from_db()
    upkeep.many_changed(image.items.all())
    return other


# --- Another picture in its place ------------------------------------------------------------------------------------


OTHER_PICTURE = "Its newest revision has another picture already, which is not published yet."
ONCE_PUBLISHED = "Readers see it when what else was changed is published."


@dataclass(frozen=True)
class Replaced:
    """What became of one item that used the picture."""

    item: CuratedItem
    status: str
    """“published”: readers see the new picture; “saved”: in a new revision, which goes its way; “failed”."""
    why: str = ""
    """What is left to do, or what kept it from being replaced, in a sentence."""


def forecast(old: FeaturedImage, items: Iterable[CuratedItem], *, by: "User") -> Iterator[Replaced]:
    """What `replace` would do to each of `items`, which use `old`, as far as can be told before; costs no query where
    their revisions are at hand.
    """
    for item in items:
        if (why := publishing.why_not_save(item, by)) is not None:
            yield Replaced(item, "failed", why)
        elif item.head_revision is None or item.head_revision.featured_image_id != old.pk:
            yield Replaced(item, "failed", OTHER_PICTURE)
        elif not item.is_published():
            yield Replaced(item, "saved")
        elif item.head_revision_id != item.live_revision_id:
            yield Replaced(item, "saved", ONCE_PUBLISHED)
        elif access.can(by, MOVES["fast_track"].permission, item.community_id):
            yield Replaced(item, "published")
        else:
            yield Replaced(item, "saved", "Readers see it when somebody who may publish there has published it.")


def replace(
    old: FeaturedImage, new: FeaturedImage, *, by: "User", note: str = "", after: int = 0
) -> Iterator[Replaced]:
    """Puts `new` in the place of `old` in every item that uses it, each in a transaction of its own; `after` is the
    primary key of an item, up to which that was done before.

    Each gets a new revision. What is live goes out at once where that was all that was pending and `by` may publish
    corrections there; else it waits, as any edit does. Old revisions keep the picture that they had.
    """
    note = note or f"Another picture in the place of “{old}”."
    for pk in list(used_by(old).filter(pk__gt=after).values_list("pk", flat=True)):
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
        return Replaced(item, "failed", OTHER_PICTURE)
    was_all = item.head_revision_id == item.live_revision_id
    values.image = new
    publishing.save(item, values, by=by, version=item.version, note=note)
    if not item.is_published():
        return Replaced(item, "saved")
    if not was_all:
        return Replaced(item, "saved", ONCE_PUBLISHED)
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
        if keep or delete(image):
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


def delete(image: FeaturedImage) -> bool:
    """Deletes a picture with its files, and says whether: not one that somebody has come to use meanwhile. The files go
    when that is sure to be kept.
    """
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
        (
            (FeaturedImage.objects, "file"),
            (FeaturedImage.objects, "small"),
            (Rendition.objects, "file"),
            (Community.objects, "image"),
        )
        if storage is default_storage
        else ((FeaturedImage.objects, "original"),)
    )
    named: set[str] = set()
    for rows, column in columns:
        named.update(rows.filter(**{f"{column}__in": paths}).values_list(column, flat=True))
    return named
