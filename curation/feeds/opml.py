"""Lists of feeds as OPML 2.0, which programs for feeds take to follow many at once."""

from collections.abc import Iterable
from typing import NamedTuple
from xml.etree import ElementTree

from curation.feeds import document
from curation.html import xml_safe
from curation.pages import absolute


class Followed(NamedTuple):
    """A list that has a feed."""

    title: str
    page: str
    base: str


class Group(NamedTuple):
    """Lists of one kind; those of which there are many have a document of their own, at `address`."""

    title: str
    lists: Iterable[Followed] = ()
    address: str = ""


def write(title: str, groups: Iterable[Group]) -> bytes:
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = title
    body = ElementTree.SubElement(root, "body")
    for group in groups:
        if group.address:
            ElementTree.SubElement(body, "outline", text=group.title, type="include", url=absolute(group.address))
            continue
        above = ElementTree.SubElement(body, "outline", text=group.title)
        for each in group.lists:
            name = xml_safe(each.title)
            ElementTree.SubElement(
                above, "outline", text=name, title=name, type="rss", version="RSS2",
                xmlUrl=absolute(f"{each.base}.rss"), htmlUrl=absolute(each.page),
            )  # fmt: skip
    return document(root)
