"""A feed as Atom (RFC 4287)."""

from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from django.conf import settings

from curation.feeds import Entry, Feed, document, icon
from curation.pages import SITE_NAME, absolute

NAMESPACE = "http://www.w3.org/2005/Atom"
XML = "{http://www.w3.org/XML/1998/namespace}"
TYPE = "application/atom+xml"


def write(feed: Feed) -> bytes:
    root = ElementTree.Element("feed", {"xmlns": NAMESPACE, f"{XML}lang": settings.LANGUAGE_CODE})
    _put(root, "id", feed.address("atom"))
    _put(root, "title", feed.title)
    _put(root, "subtitle", feed.description)
    _put(root, "updated", _moment(feed.changed))
    # For the entries whose author nobody knows.
    author = _put(root, "author")
    _put(author, "name", SITE_NAME)
    _put(author, "uri", absolute("/"))
    _put(root, "link", rel="alternate", type="text/html", href=absolute(feed.page))
    for relation, address in feed.links("atom"):
        _put(root, "link", rel=relation, type=TYPE, href=address)
    _put(root, "icon", icon())
    for entry in feed.entries:
        _entry(_put(root, "entry"), entry)
    return document(root)


def _entry(element: ElementTree.Element, entry: Entry) -> None:
    # What stands in the entry beside title and summary is the site's own, or says in its HTML what language it is in.
    said = {f"{XML}lang": entry.language} if entry.language else {}
    _put(element, "id", entry.iri)
    _put(element, "title", entry.title, **said)
    _put(element, "published", _moment(entry.published))
    _put(element, "updated", _moment(entry.changed))
    for person in entry.authors:
        author = _put(element, "author")
        _put(author, "name", person.name)
        _put(author, "uri", person.url)
    for category in entry.categories:
        _put(element, "category", term=category)
    _put(element, "link", rel="alternate", type="text/html", href=entry.url)
    if entry.original:
        _put(element, "link", rel="via", href=entry.original, title=entry.publisher)
    if picture := entry.picture:
        length = {"length": str(picture["size"])} if picture["size"] else {}
        _put(
            element, "link", rel="enclosure", type=picture["type"], href=picture["url"], title=entry.alt or entry.title,
            **length,
        )  # fmt: skip
    if entry.summary:
        _put(element, "summary", entry.summary, **said)
    _put(element, "content", entry.html, type="html")


def _put(above: ElementTree.Element, name: str, text: str = "", **attributes: Any) -> ElementTree.Element:
    element = ElementTree.SubElement(above, name, attributes)
    element.text = text or None
    return element


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
