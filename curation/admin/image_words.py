"""The words of many pictures on one page, each saved by itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from curation import alt, library
from curation.admin.image_page import TEMPLATES
from curation.admin.image_tiles import Tile, tiles
from curation.library import describable
from curation.models import FeaturedImage

if TYPE_CHECKING:
    from curation.admin.image import FeaturedImageAdmin

AT_ONCE = 48
"""Pictures on one page."""
OFFERED = 24
"""Pictures without words that the page begins with where none were chosen."""
LONGEST = 500


@dataclass
class Line:
    """One picture with its box."""

    tile: Tile
    text: str
    """What stands in the box."""
    advice: list[str]
    may_change: bool
    saved: bool = False
    problem: str = ""

    @property
    def image(self) -> FeaturedImage:
        return self.tile.image


def chosen(request: HttpRequest) -> list[FeaturedImage]:
    """The pictures that the request names by `pk`, in that order."""
    named = (request.POST if request.method == "POST" else request.GET).getlist("pk")
    pks = [int(pk) for pk in dict.fromkeys(named) if pk.isdecimal() and len(pk) < 19][:AT_ONCE]
    found = FeaturedImage.objects.in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def words(section: "FeaturedImageAdmin", request: HttpRequest) -> HttpResponse:
    """A box for the alt text of each picture that was chosen, or else of the newest that have none."""
    asked = chosen(request)
    if request.method != "POST" and not asked:
        asked = list(FeaturedImage.objects.without_alt().order_by("-pk")[:OFFERED])
    allowed = describable(request.user, asked)
    if request.method == "POST" and asked and not allowed:
        raise PermissionDenied("Curators change what is said of the pictures of the library.")
    lines = []
    for tile in tiles(asked, request.user):
        line = Line(tile, tile.image.alt, [], tile.image.pk in allowed)
        if request.method == "POST" and line.may_change:
            _save(section, request, line)
        line.advice = list(alt.poor(line.text, tile.title, tile.image.file_name))
        lines.append(line)
    context = {
        **section.admin_site.each_context(request),
        "title": "Describe pictures",
        "opts": section.opts,
        "media": section.media,
        "lines": lines,
        "sent": request.method == "POST",
        "saved": sum(line.saved for line in lines),
        "problems": [line for line in lines if line.problem],
        "may_change": bool(allowed),
        "longest": LONGEST,
    }
    request.current_app = section.admin_site.name
    return TemplateResponse(request, f"{TEMPLATES}/words.html", context)


def _save(section: "FeaturedImageAdmin", request: HttpRequest, line: Line) -> None:
    image = line.image
    typed: Any = request.POST.get(f"alt-{image.pk}")
    version = request.POST.get(f"version-{image.pk}", "")
    if typed is None or not (version.isdecimal() and len(version) < 10):
        return
    line.text = " ".join(typed.split()) if typed != image.alt else typed
    if line.text != image.alt and typed == request.POST.get(f"before-{image.pk}"):
        # The person left it alone; what somebody else said meanwhile is what it says.
        line.text = image.alt
        return
    if len(line.text) > LONGEST:
        line.problem = f"Not saved: it has {len(line.text)} characters, and {LONGEST} are kept. Say it shorter."
        return
    try:
        if library.describe(image, {"alt": line.text}, version=int(version)):
            section.log_change(request, image, "Changed alt text.")
            line.saved = True
    except library.StalePicture as stale:
        line.tile.image = stale.image
        line.problem = (
            f"Not saved: somebody else said meanwhile “{stale.image.alt or 'nothing'}”. Yours stands in the box; "
            "save once more to put it in the place of theirs."
        )
