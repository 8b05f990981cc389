"""Old addresses: what led to a page once goes on leading there, in one step.

`moved` and `lead` write them; `answer_for` is asked where a page would be missing.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import Resolver404, ResolverMatch, resolve

from curation import edition, facets, links
from curation.models import Alias, CuratedItem, MissedAddress, Redirect
from curation.workflow import Publication

if TYPE_CHECKING:
    from communities.models import User

LONGEST = 500
"""Characters of an old path, as many as its column holds."""
DATED = re.compile(r"/post/(\d{4})/(\d{1,2})/(\d{1,2})/([^/]{1,250})")
"""The addresses of an older site of the house, in the form in which paths are compared."""
INDEX_FILE = re.compile(r"/index\.html?$")
FEED_OF = re.compile(r"(/.+)/(feed\.(?:rss|atom|json))")
"""The feed beside a list, as its address is written."""
NOT_PAGES = ("/admin", "/static", "/media", "/preview")
"""The parts of the site that are no pages for readers; nothing is ever moved from there."""


@dataclass(frozen=True)
class Answer:
    """What is known of an old path: where it leads, or the item that it led to, which is gone."""

    target: str = ""
    gone: CuratedItem | None = None
    is_list: bool = False
    """Whether a page lies there that knows the same query strings as the one that was asked for."""


def answer_for(path: str) -> Answer | None:
    """What to say to who asks for `path`, where no page is; None where it never was one.

    An alias is asked first, then a redirect, then the dated addresses of the older site. Whatever is found leads
    straight to a page that is there.
    """
    for written in dict.fromkeys((Redirect.normalised(path), plain(path))):
        if (alias := _alias_of(written)) is not None:
            return _of_item(alias.item)
        if (found := Redirect.objects.filter(path=written).first()) is not None:
            return _straight(found.target)
        if (dated := DATED.fullmatch(written)) is not None:
            item = _dated_item(*dated.groups())
            return _of_item(item) if item else None
    return _feed_for(plain(path))


def _feed_for(path: str) -> Answer | None:
    """Where the feed of a list went that moved: beside the list."""
    if (feed := FEED_OF.fullmatch(path)) is None:
        return None
    moved_on = answer_for(feed[1])
    if moved_on is None or not moved_on.is_list or not re.fullmatch("/[^?#]*/", moved_on.target):
        return None
    return Answer(target=moved_on.target + feed[2], is_list=True)


def called_at(target: str, kind: str) -> str:
    """What addresses call the topic, author, publisher or tag whose page lies at `target`; empty for another page."""
    match = _page_at(target)
    return str(next(iter(match.kwargs.values()))) if match and match.url_name == kind else ""


def plain(path: str) -> str:
    """`path` as addresses of pages are written, also where it came encoded twice, or as the file of a static site."""
    text = unquote(path) if "%" in path else path
    return INDEX_FILE.sub("", Redirect.normalised(text)).replace("\0", "") or "/"


def _straight(target: str) -> Answer | None:
    """Where `target` leads today: items go on moving, and go, after something was made to lead to them. None for the
    page of a topic, author, publisher or tag that has nothing to read.
    """
    seen: set[str] = set()
    while (local := _local(target)) and local not in seen:
        seen.add(local)
        if (item := _item_at(target)) is not None:
            return _of_item(item) or Answer(target=target)
        if (alias := _alias_of(local)) is not None:
            return _of_item(alias.item)
        if (onward := Redirect.objects.filter(path=local).first()) is None:
            break
        target = onward.target
    return Answer(target=target, is_list=True) if _is_there(target) else None


def _is_there(target: str) -> bool:
    """Whether readers find something at `target`: what only drafts have has no page for them, and tells no new name."""
    for shelf, kind in facets.PAGES.items():
        if called := called_at(target, kind):
            return facets.based(shelf, called, edition.now())[0] is not None
    return True


def _page_at(target: str) -> ResolverMatch | None:
    """The page of this site that lies at `target`."""
    try:
        return resolve(unquote(urlsplit(target).path)) if _local(target) else None
    except Resolver404:
        return None


def _item_at(target: str) -> CuratedItem | None:
    """The item whose page lies at `target`, wherever it stands."""
    match = _page_at(target)
    if match is None or match.url_name != "item":
        return None
    there = CuratedItem.objects.filter(community__slug=match.kwargs["community"], slug=match.kwargs["slug"])
    return there.select_related("community").first()


def leading_to(path: str) -> QuerySet[Redirect]:
    """Those that lead to the page at `path`."""
    return Redirect.objects.filter(target_path=_local(path))


@transaction.atomic
def moved(old_path: str, new_path: str, *, by: "User | None" = None, note: str = "") -> Redirect | None:
    """Remembers that the page at `old_path` lives at `new_path` now; None where the two are the same address, or the
    old one is an alias of an item that is or was public.

    What led to the old one leads to the new one at once, and a redirect that once led away from the new one is dropped,
    since a page is there. Raises ValidationError with a sentence where either cannot be an address of this site.
    """
    old, new = _local(old_path), _local(new_path)
    if old == new:
        return None
    Redirect.objects.filter(path=new).delete()
    # What was an item's before keeps leading to that item, and the page may move all the same.
    if _alias_of(old) is not None:
        return None
    return lead(old_path, new_path, by=by, note=note)


@transaction.atomic
def lead(old_path: str, target: str, *, by: "User | None" = None, note: str = "") -> Redirect:
    """Makes `old_path` lead to `target`, a path of this site or a whole address of another one.

    Where the target leads on itself, it leads straight to the end; what led to `old_path` leads there, too. Raises
    ValidationError with sentences by field: for a loop, for a path that is no page's, for an alias of an item.
    """
    path, target = clean_path(old_path), clean_target(target)
    end = _end_of(target, path)
    redirect, _ = Redirect.objects.update_or_create(
        path=path,
        defaults={"target": end, "target_path": _local(end), "note": note[:300]},
        create_defaults={"target": end, "target_path": _local(end), "note": note[:300], "created_by": by},
    )
    Redirect.objects.filter(target_path=path).update(target=end, target_path=_local(end))
    MissedAddress.objects.filter(path=path).delete()
    return redirect


def check(old_path: str, target: str) -> None:
    """Raises what `lead` would raise, and writes nothing."""
    _end_of(clean_target(target), clean_path(old_path))


def clean_path(old_path: str) -> str:
    """`old_path` as it is kept. Raises ValidationError where it cannot be the old address of a page of this site."""
    text = old_path.strip()
    if text.startswith(settings.SITE_URL):
        text = text.removeprefix(settings.SITE_URL)
    text = text.partition("?")[0].partition("#")[0]
    path = Redirect.normalised(unquote(text))
    why = ""
    if "://" in text or text.startswith("//"):
        why = "This is an address of another site. Write the path that readers asked this one for, such as /news/old/."
    elif path == "/":
        why = "The home page cannot lead elsewhere. Write the path of another page, such as /news/old/."
    elif len(path) > LONGEST or not path.isprintable() or "\\" in path:
        why = "This path is too long or has signs that no address has. Copy it anew from the browser's address bar."
    elif path.startswith(tuple(f"{part}/" for part in NOT_PAGES)) or path in NOT_PAGES:
        why = "Nothing that readers open lies there. Write the path of a page."
    elif (alias := _alias_of(path)) is not None:
        why = f"This is an old address of “{alias.item}” already, and leads there."
    if why:
        raise ValidationError({"path": why})
    return path


def clean_target(text: str) -> str:
    """Where readers may be sent. Raises ValidationError with a sentence."""
    if text.strip().startswith(settings.SITE_URL):
        text = text.strip().removeprefix(settings.SITE_URL) or "/"
    try:
        target = links.destination(text)
    except links.LinkError as error:
        raise ValidationError({"target": str(error)}) from error
    if _local(target).startswith("/admin"):
        raise ValidationError({"target": "Readers cannot open the newsroom. Write the address of a page for them."})
    return target


def _end_of(target: str, path: str) -> str:
    """Where `target` leads in the end, when `path` comes to lead there. Raises ValidationError for a loop."""
    seen, end = {path}, target
    while local := _local(end):
        if local in seen:
            raise ValidationError({"target": f"{target} leads back to {path}. Choose a page that stays where it is."})
        seen.add(local)
        onward = Redirect.objects.filter(path=local).first()
        if onward is None:
            alias = _alias_of(local)
            return alias.item.get_absolute_url() if alias and alias.item.is_published() else end
        end = onward.target
    return end


def _local(target: str) -> str:
    """The path of a target on this site as paths are compared; empty for another site."""
    if not target.startswith("/"):
        return ""
    return Redirect.normalised(unquote(urlsplit(target).path))[:LONGEST]


def after(item: CuratedItem, target: str) -> str:
    """Where readers who ask for `item` end up who are led to `target`, which may lead on itself; empty where it leads
    back.
    """
    seen: set[str] = set()
    while (local := _local(target)) and local not in seen:
        seen.add(local)
        there = _item_at(target)
        if there is None and (alias := _alias_of(local)) is not None:
            there = alias.item
        if there is not None and there.pk == item.pk:
            return ""
        if there is not None and there.publication == Publication.WITHDRAWN and there.gone_to:
            target = there.gone_to
        elif there is None and (onward := Redirect.objects.filter(path=local).first()) is not None:
            target = onward.target
        else:
            return target
    return "" if local else target


def _alias_of(path: str) -> Alias | None:
    """The alias that leads readers from `path`: an item that never was public leads nobody anywhere."""
    alias = Alias.objects.target_of(path)
    return alias if alias is not None and _of_item(alias.item) is not None else None


def _of_item(item: CuratedItem) -> Answer | None:
    if item.is_published():
        return Answer(target=item.get_absolute_url())
    return Answer(gone=item) if CuratedItem.objects.gone().filter(pk=item.pk).exists() else None


def _dated_item(year: str, month: str, day: str, slug: str) -> CuratedItem | None:
    """The item that the older site showed at this address: by its name and its day, give or take a time zone."""
    try:
        at = datetime(int(year), int(month), int(day), tzinfo=UTC)
    except ValueError:
        return None
    items = CuratedItem.objects.filter(
        Q(slug=slug) | Q(path=f"post/{slug}.md"), date__range=(at - timedelta(days=1), at + timedelta(days=2))
    )
    shown = items.published().select_related("community").first()
    return shown or items.gone().select_related("community").first()
