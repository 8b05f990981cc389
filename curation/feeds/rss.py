"""A feed as RSS 2.0, with what the modules for pictures, whole texts and authors add to it."""

from email.utils import format_datetime
from xml.etree import ElementTree

from django.conf import settings
from django.utils.html import escape

from curation.feeds import Entry, Feed, document, icon
from curation.pages import SITE_NAME, absolute

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
for prefix, uri in (("atom", ATOM), ("content", CONTENT), ("dc", DC), ("media", MEDIA)):
    ElementTree.register_namespace(prefix, uri.strip("{}"))


def write(feed: Feed) -> bytes:
    root = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(root, "channel")
    page = absolute(feed.page)
    _put(channel, "title", feed.title)
    _put(channel, "link", page)
    _put(channel, "description", feed.description)
    _put(channel, "language", settings.LANGUAGE_CODE)
    _put(channel, "lastBuildDate", format_datetime(feed.changed))
    _put(channel, "docs", "https://www.rssboard.org/rss-specification")
    for relation, address in feed.links("rss"):
        ElementTree.SubElement(channel, f"{ATOM}link", rel=relation, href=address, type="application/rss+xml")
    image = ElementTree.SubElement(channel, "image")
    _put(image, "url", icon())
    _put(image, "title", feed.title)
    _put(image, "link", page)
    for entry in feed.entries:
        _item(ElementTree.SubElement(channel, "item"), entry)
    return document(root)


def _item(item: ElementTree.Element, entry: Entry) -> None:
    _put(item, "title", entry.title)
    _put(item, "link", entry.url)
    # Readers' programs take it for HTML.
    _put(item, "description", escape(entry.summary))
    _put(item, f"{CONTENT}encoded", entry.html)
    _put(item, "guid", entry.guid).set("isPermaLink", "false")
    _put(item, "pubDate", format_datetime(entry.published))
    if entry.authors:
        _put(item, f"{DC}creator", ", ".join(author.name for author in entry.authors))
    _put(item, f"{DC}publisher", entry.publisher or SITE_NAME)
    if entry.original:
        _put(item, f"{DC}source", entry.original)
    if entry.language:
        _put(item, f"{DC}language", entry.language)
    for category in entry.categories:
        _put(item, "category", category)
    if entry.picture:
        _picture(item, entry)


def _picture(item: ElementTree.Element, entry: Entry) -> None:
    picture = entry.picture or {}
    url, kind, size = picture["url"], picture["type"], str(picture["size"])
    if picture["size"]:
        ElementTree.SubElement(item, "enclosure", url=url, length=size, type=kind)
    sides = {"width": str(picture["width"]), "height": str(picture["height"])}
    media = ElementTree.SubElement(item, f"{MEDIA}content", url=url, type=kind, medium="image", **sides)
    if entry.alt:
        _put(media, f"{MEDIA}description", entry.alt).set("type", "plain")
    if entry.credit:
        _put(media, f"{MEDIA}credit", entry.credit)


def _put(above: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(above, name)
    element.text = text
    return element
