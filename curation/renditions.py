"""The files that pages show pictures by: what they are made of, which are missing, and who makes them when.

They are made after the page of a curator is answered and before most readers come: by a thread of the web process for
what it publishes, and by `rebuild_renditions` or `publish_due` for all else. Until they are there, readers get the
picture's readers' copy, or a plain plate.
"""

import hashlib
import logging
import mimetypes
import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import close_old_connections, connection, transaction
from django.db.models import CharField, Exists, F, IntegerField, Model, OuterRef, QuerySet, Value
from django.db.models.functions import MD5, Cast, Concat, Floor
from django.utils.crypto import salted_hmac

from communities.models import Community
from curation import images
from curation.models import CuratedItem, FeaturedImage, Rendition
from curation.models.item import CuratedItemQuerySet
from curation.raster.errors import ImageRefused
from curation.raster.pool import Pool

VERSION = 1
"""Of shapes, widths, qualities and drawings: a new one makes everything anew."""
SECONDS = 45
"""Of computing that the files of one picture may take."""
SUFFIXES = {"AVIF": "avif", "WEBP": "webp", "JPEG": "jpg"}

Owner = FeaturedImage | CuratedItem | Community
_COLUMNS = {FeaturedImage: "image", CuratedItem: "item", Community: "community"}

maker = Pool(1, niceness=10)
"""Makes renditions, while nobody waits."""
logger = logging.getLogger(__name__)


# --- Which there should be -------------------------------------------------------------------------------------------


def recipe(owner: Owner) -> str:
    """What the renditions of `owner` follow from, beside its bytes, which never change."""
    match owner:
        case FeaturedImage():
            return f"{VERSION} {int(owner.focal_x * 1000 + 0.5)} {int(owner.focal_y * 1000 + 0.5)}"
        case CuratedItem():
            return _digest(f"{VERSION} {owner.community_id} {owner.community.accent} {owner.title}")
        case _:
            return _digest(f"{VERSION} {owner.image.name}")


def _digest(text: str) -> str:
    # Told apart, not protected: PostgreSQL has this one without an extension.
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def renditions_ready(owner: Owner) -> bool:
    """Whether the files of a picture, of an item's drawing or of a community's picture are there as they should be."""
    return Rendition.objects.filter(**{_COLUMNS[type(owner)]: owner}, recipe=recipe(owner)).exists()


def current(owner: Owner) -> list[Rendition]:
    """The renditions to show of `owner`, by shape, format and rising width: those that fit, or else the newest ones;
    costs no query where they are prefetched.
    """
    found = list((owner.drawn if isinstance(owner, CuratedItem) else owner.renditions).all())
    if not found:
        return []
    wanted = recipe(owner)
    if not any(each.recipe == wanted for each in found):
        wanted = max(found, key=lambda each: each.made_at).recipe
    fitting = (each for each in found if each.recipe == wanted)
    return sorted(fitting, key=lambda each: (each.shape, each.format, each.width))


class Shared(NamedTuple):
    """A picture that goes with a link."""

    url: str
    type: str
    width: int
    height: int
    size: int = 0
    """Its bytes; 0 where they were not counted."""


def share(owner: CuratedItem | Community) -> Shared | None:
    """The picture that goes with a link to `owner`: its own, where that may be shown, or the drawn one of an item; None
    where there is none yet.
    """
    image = owner.picture if isinstance(owner, CuratedItem) else None
    made = next((each for each in current(image or owner) if each.shape == "share"), None)
    if made is not None:
        return Shared(made.file.url, "image/jpeg", made.width, made.height, made.size)
    if image is None:
        return None
    kind = mimetypes.guess_type(image.file.name or "")[0] or "image/webp"
    return Shared(image.file.url, kind, image.file_width, image.file_height)


def missing(items: CuratedItemQuerySet | None = None) -> Iterator[Owner]:
    """The pictures and drawings that readers meet and that have no files yet, or others than they should have: all, or
    those of `items` and their communities.
    """
    shown = CuratedItem.objects.published() if items is None else items.published()
    theirs = shown.showing_their_picture()
    pictures = FeaturedImage.objects.filter(Exists(theirs.filter(featured_image=OuterRef("pk"))))
    drawn = shown.filter(~Exists(CuratedItem.objects.showing_their_picture().filter(pk=OuterRef("pk"))))
    banners = Community.objects.exclude(image="")
    if items is not None:
        banners = banners.filter(Exists(items.filter(community=OuterRef("pk"))))
    for owners in (pictures, drawn, banners):
        yield from _without(owners).iterator(200)


def stale() -> "QuerySet[Rendition]":
    """The renditions that are not what should be shown any more: others took, or will take, their place."""
    fit = [
        Exists(owners.annotate(now=_recipe(owners.model)).filter(pk=OuterRef(column), now=OuterRef("recipe")))
        for column, owners in (
            ("image", FeaturedImage.objects.all()),
            ("item", CuratedItem.objects.all()),
            ("community", Community.objects.all()),
        )
    ]
    return Rendition.objects.filter(~fit[0], ~fit[1], ~fit[2])


def _without(owners: Any) -> Any:
    """Those of `owners` that have no renditions as they should be."""
    there = Rendition.objects.filter(**{_COLUMNS[owners.model]: OuterRef("pk")}, recipe=OuterRef("now"))
    return owners.annotate(now=_recipe(owners.model)).filter(~Exists(there))


def _recipe(model: type[Model]) -> Any:
    """`recipe`, as the database works it out."""
    if model is FeaturedImage:
        x, y = (_text(Floor(F(name) * 1000 + 0.5)) for name in ("focal_x", "focal_y"))
        return Concat(Value(f"{VERSION} "), x, Value(" "), y, output_field=CharField())
    if model is CuratedItem:
        place = _text("community_id"), Value(" "), F("community__accent"), Value(" ")
        return MD5(Concat(Value(f"{VERSION} "), *place, "title", output_field=CharField()))
    return MD5(Concat(Value(f"{VERSION} "), "image", output_field=CharField()))


def _text(number: Any) -> Any:
    return Cast(Cast(number, IntegerField()), CharField())


# --- Making them -----------------------------------------------------------------------------------------------------


def make(owner: Owner) -> list[Rendition]:
    """Makes the files of `owner` and their rows. What pages show until then stays as it is, and is kept until
    `clean_images` takes it away.

    Raises ImageRefused where the picture cannot be read any more, OSError where the storage cannot be written.
    """
    wanted, (made, files) = recipe(owner), _made(owner)
    column = _COLUMNS[type(owner)]
    rows = []
    for facts, content in zip(made, files, strict=True):
        name = name_for(owner, content, facts["format"])
        rows.append(Rendition(**{column: owner}, recipe=wanted, file=name, size=len(content), **facts))
        if not Rendition.objects.filter(file=name).exists():
            default_storage.delete(name)  # what a run that was killed may have left half written
            default_storage.save(name, ContentFile(content))
    with transaction.atomic():
        Rendition.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["file"], update_fields=["recipe", "made_at"]
        )
        _tell(owner)
    return rows


def _tell(owner: Owner) -> None:
    """Has what is kept ready of the items that show `owner` made anew."""
    from curation import upkeep  # which asks for renditions itself

    match owner:
        case CuratedItem():
            upkeep.items_changed([owner.pk])
        case FeaturedImage():
            upkeep.many_changed(owner.items.all())


def attempt(owner: Owner) -> dict[str, Any]:
    """`make`, for many: what became of it as a `status` of “made” or “failed”, and then the `error` in a sentence."""
    try:
        made = make(owner)
    except (ImageRefused, OSError) as error:
        logger.warning("The files of %s %s were not made: %s", kind_of(owner), owner.pk, error)
        return {"status": "failed", "error": str(error)}
    return {"status": "made", "files": len(made), "bytes": sum(each.size for each in made)}


def kind_of(owner: Owner) -> str:
    """“image”, “item” or “community”."""
    return _COLUMNS[type(owner)]


def name_for(owner: Model, content: bytes, kind: str) -> str:
    """The name of a file for ever: it follows from its bytes and the site's secret, so that nobody who has a picture
    can tell or try what it would be called here.
    """
    salt = f"curation.rendition.{_COLUMNS[type(owner)]}.{owner.pk}"
    key = salted_hmac(salt, content, algorithm="sha256").hexdigest()[:40]
    return f"renditions/{key[:2]}/{key}.{SUFFIXES[kind]}"


def _made(owner: Owner) -> tuple[list[dict[str, Any]], list[bytes]]:
    if isinstance(owner, CuratedItem):
        return maker.run("draw", seconds=SECONDS, title=owner.title, tone=owner.community.tone)
    if isinstance(owner, Community):
        with owner.image.open("rb") as file:
            return maker.run("render", file.read(), seconds=SECONDS, x=0.5, y=0.5)
    focus = {"x": owner.focal_x, "y": owner.focal_y}
    with suppress(OSError, ImageRefused):  # the copy that readers get meanwhile does as well
        return maker.run("render", images.original_bytes(owner), seconds=SECONDS, **focus)
    with owner.file.open("rb") as file:
        return maker.run("render", file.read(), seconds=SECONDS, **focus)


# --- While nobody waits ----------------------------------------------------------------------------------------------


class _Background(threading.Thread):
    """Makes what is missing of the items that were changed, one after the other."""

    def __init__(self) -> None:
        super().__init__(name="renditions", daemon=True)
        self.orders: queue.SimpleQueue[list[int]] = queue.SimpleQueue()

    def run(self) -> None:
        while True:
            pks = self.orders.get()
            try:
                close_old_connections()
                for owner in missing(CuratedItem.objects.filter(pk__in=pks)):
                    attempt(owner)
            except Exception:  # `rebuild_renditions` comes to it again
                logger.exception("The pictures of items %s were not made.", pks)
            finally:
                connection.close()


_works_here = False
_background: _Background | None = None
_lock = threading.Lock()


def work_here() -> None:
    """Lets this process make what it publishes, in a thread that begins when it is needed: a server's, no command's."""
    global _works_here
    _works_here = True


def wanted(pks: Iterable[int]) -> None:
    """Has what is missing of these items made once the transaction is kept."""
    if _works_here and (numbers := list(pks)):
        transaction.on_commit(lambda: _order(numbers))


def _order(pks: list[int]) -> None:
    global _background
    with _lock:
        if _background is None or not _background.is_alive():
            _background = _Background()
            _background.start()
    _background.orders.put(pks)
