"""The head of a readers' page: what it loads, and what it tells search engines, who shares it, and feed readers."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import to_locale

from curation import structured
from curation.models import CuratedItem
from curation.pages import SITE_NAME, FeedLink, absolute
from curation.renditions import Shared

# Put together without a template: there are dozens of lines on every page, and templates take long for each.


def of_page(page: Context, language: str, links: str, drawn: str) -> SafeString:
    """The head of a page as `pages.show` shows it, in `language`.

    `links` are what every page loads, `drawn` the elements of the picture that goes with links to pages without one of
    their own. Of a page without a canonical address only the title is told.
    """
    told = '<meta name="robots" content="noindex">'
    if page.get("canonical"):
        lines = (
            *_links(page, language), *_words(page, language), *_picture(page, drawn), *_article(page),
            _in_their_terms(page), *_feed(page["feed"]),
        )  # fmt: skip
        told = "\n".join(lines)
    title = escape(f"{page['title']}{page.get('apart') or ''} · {SITE_NAME}")
    return mark_safe(  # noqa: S308
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{title}</title>\n{links}{told}</head>'
    )


def _links(page: Context, language: str) -> Iterator[str]:
    yield _link("canonical", page["permalink"])
    listing: Any = page.get("listing")
    for name, turned in (("prev", "newer"), ("next", "older")):
        if way := getattr(listing, turned, ""):
            yield _link(name, absolute(listing.path + way))
    for spoken in (language, "x-default"):
        yield f'<link rel="alternate" hreflang="{escape(spoken)}" href="{escape(page["permalink"])}">'


def _words(page: Context, language: str) -> Iterator[str]:
    yield f'<meta name="description" content="{escape(page["told"])}">'
    yield _meta("og:url", page["permalink"])
    yield _meta("og:site_name", SITE_NAME)
    yield _meta("og:locale", _with_country(language))
    yield _meta("og:type", page.get("kind_of_page") or "website")
    yield _meta("og:title", page["title"])
    yield _meta("og:description", page["told"])


def _picture(page: Context, drawn: str) -> Iterator[str]:
    shared: Shared | None = page["shared"]
    if shared is None:
        yield drawn
    else:
        yield _meta("og:image", absolute(shared.url))
        yield _meta("og:image:type", shared.type)
        yield _meta("og:image:width", shared.width)
        yield _meta("og:image:height", shared.height)
        if alt := page.get("shared_alt"):
            yield _meta("og:image:alt", alt)
    yield '<meta name="twitter:card" content="summary_large_image">'


def _article(page: Context) -> Iterator[str]:
    if page.get("kind_of_page") != "article":
        return
    item: CuratedItem = page["item"]
    assert item.publish_at is not None
    yield _meta("article:published_time", item.publish_at.isoformat())
    yield _meta("article:modified_time", item.changed.isoformat())  # type: ignore[attr-defined]
    yield _meta("article:section", item.community.name)
    for tag in item.tag_list:
        yield _meta("article:tag", tag.name)


def _in_their_terms(page: Context) -> str:
    """The same for search engines, as schema.org has it."""
    things, canonical = list(page["structured"]), page["canonical"]
    if page["listed"] is not None:
        things.append(structured.collection(page["title"], canonical, **page["listed"]))
    if page["trail"]:
        things.append(structured.breadcrumbs(page["trail"], canonical))
    return structured.script(things) if things else ""


def _feed(feed: FeedLink) -> Iterable[str]:
    return (
        f'<link rel="alternate" type="{kind}" title="{escape(feed.title)} ({label})" href="{escape(path)}">'
        for label, kind, path in feed.forms
    )


def _link(name: str, address: str) -> str:
    return f'<link rel="{name}" href="{escape(address)}">'


def _meta(name: str, words: object) -> str:
    return f'<meta property="{name}" content="{escape(str(words))}">'


def _with_country(language: str) -> str:
    """A language as Open Graph writes it: en_GB, de_DE."""
    name = to_locale(language)
    return name if "_" in name else f"{name}_{name.upper()}"
