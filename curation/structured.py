"""What search engines are told of a page in their own terms: schema.org, as JSON-LD."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from communities.addresses import address
from communities.sentences import gettext as _
from curation import links
from curation.models import Author, CuratedItem, Publisher, Shelf
from curation.pages import SITE_NAME, Crumb, absolute
from curation.renditions import Shared

Thing = dict[str, Any]
HEADLINE = 110
"""Characters of a headline that search engines show."""
ESCAPED = re.compile("[<>&\u2028\u2029]")
ENCODER = json.JSONEncoder(ensure_ascii=False)


def script(things: Sequence[Thing]) -> SafeString:
    """The element that carries `things`; whatever their words are, they cannot end it."""
    told = ENCODER.encode({"@context": "https://schema.org", "@graph": list(things)})
    return mark_safe(f'<script type="application/ld+json">{ESCAPED.sub(_escaped, told)}</script>')  # noqa: S308


def _escaped(sign: re.Match[str]) -> str:
    return f"\\u{ord(sign[0]):04x}"


def organization() -> Thing:
    return _organization(settings.SITE_URL)


@lru_cache(maxsize=4)
def _organization(site: str) -> Thing:
    logo = {"@type": "ImageObject", "url": absolute(static("medigy/icons/icon-512.png")), "width": 512, "height": 512}
    return {"@type": "Organization", "@id": absolute("/#organization"), "name": SITE_NAME, "url": absolute("/"),
            "logo": logo}  # fmt: skip


def website() -> Thing:
    target = f"{absolute(address('search'))}?q={{search_term_string}}"
    return {
        "@type": "WebSite",
        "@id": absolute("/#website"),
        "name": SITE_NAME,
        "url": absolute("/"),
        "inLanguage": settings.LANGUAGE_CODE,
        "publisher": {"@id": absolute("/#organization")},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": target},
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs(trail: Sequence[Crumb], canonical: str) -> Thing:
    """The same steps that the page shows; `canonical` is the address of the last one, which is the page itself."""
    steps = [
        {"@type": "ListItem", "position": position, "name": crumb.label, "item": absolute(crumb.url or canonical)}
        for position, crumb in enumerate(trail, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": steps}


def collection(name: str, canonical: str, *, total: int | None = None, about: Thing | None = None) -> Thing:
    """A page that lists something: `total` of it, and what all of it is about."""
    told = _page("CollectionPage", name, canonical)
    if total is not None:
        told["mainEntity"] = {"@type": "ItemList", "numberOfItems": total}
    return told | ({"about": about} if about else {})


def about() -> Thing:
    return _page("AboutPage", _("About"), address("about")) | {"mainEntity": {"@id": absolute("/#organization")}}


def _page(kind: str, name: str, canonical: str) -> Thing:
    return {
        "@type": kind,
        "name": name,
        "url": absolute(canonical),
        "inLanguage": settings.LANGUAGE_CODE,
        "isPartOf": {"@type": "WebSite", "@id": absolute("/#website"), "name": SITE_NAME, "url": absolute("/")},
    }


def subject(shelf: Shelf, owner: Any) -> Thing:
    """Whom or what the list of a topic, author, publisher or tag is about."""
    match shelf:
        case Shelf.AUTHOR:
            return _person(owner) | ({"description": owner.bio} if owner.bio else {})
        case Shelf.PUBLISHER:
            return _publisher(owner)
        case Shelf.TOPIC:
            terms = {"inDefinedTermSet": owner.vocabulary} if owner.vocabulary else {}
            return {"@type": "DefinedTerm", "name": owner.label, "url": absolute(owner.get_absolute_url())} | terms
        case _:
            return {"@type": "Thing", "name": str(owner), "url": absolute(owner.get_absolute_url())}


def article(item: CuratedItem, description: str, shared: Shared | None) -> Thing:
    """The page of an item whose names are at hand (see `related.find`): what it is made of, and whose article it tells
    of.
    """
    address, people = absolute(item.get_absolute_url()), [_person(author) for author in item.byline]
    original = _original(item, people)
    # Who wrote the article is named on the page; where nobody is, the community speaks.
    community = {"@type": "Organization", "name": item.community.name,
                 "url": absolute(item.community.get_absolute_url())}  # fmt: skip
    told: Thing = {
        "@type": "NewsArticle" if item.kind == "News" else "Article",
        "@id": f"{address}#item",
        "url": address,
        "mainEntityOfPage": address,
        "headline": item.title[:HEADLINE],
        "description": description,
        "datePublished": _moment(item.publish_at),
        "dateModified": _moment(item.changed),  # type: ignore[attr-defined]
        "inLanguage": item.language or settings.LANGUAGE_CODE,
        "isAccessibleForFree": True,
        "articleSection": item.community.name,
        "keywords": [*(topic.label for topic in item.topic_list), *(tag.name for tag in item.tag_list)],
        "author": people or [community],
        "publisher": {"@id": absolute("/#organization")},
        "image": [_image(item, shared)] if shared else [],
        "isBasedOn": original,
        "citation": {"@id": original["@id"]} if original else None,
    }
    return {name: value for name, value in told.items() if value}


def _original(item: CuratedItem, people: list[Thing]) -> Thing | None:
    """The article on somebody else's site, by `people`; None where the item names none that a page may lead to."""
    try:
        address = links.check(item.link)
    except links.LinkError:
        return None
    told: Thing = {
        "@type": "Article",
        "@id": address,
        "url": address,
        "headline": item.title[:HEADLINE],
        "datePublished": _moment(item.date),
        "inLanguage": item.language,
        "author": people,
        "publisher": _publisher(item.publisher) if item.publisher else None,
    }
    return {name: value for name, value in told.items() if value}


def _person(author: Author) -> Thing:
    told = {"@type": "Person", "name": author.name, "url": absolute(author.get_absolute_url())}
    try:
        return told | {"sameAs": links.check(author.website)}
    except links.LinkError:
        return told


def _publisher(publisher: Publisher) -> Thing:
    return {"@type": "Organization", "name": str(publisher), "url": absolute(publisher.get_absolute_url()),
            "sameAs": f"https://{publisher.host}/"}  # fmt: skip


def _image(item: CuratedItem, shared: Shared) -> Thing:
    told = {"@type": "ImageObject", "url": absolute(shared.url), "width": shared.width, "height": shared.height}
    credit = item.picture.credit if item.picture else ""
    return told | ({"creditText": credit} if credit else {})


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""
