"""What a list has, newest first, for the programs that people follow lists with: as RSS 2.0, Atom and JSON Feed 1.1."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple
from xml.etree import ElementTree

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.translation import gettext as _

from curation import languages, lists
from curation.edition import Now
from curation.html import xml_safe
from curation.lists import Spot
from curation.pages import absolute
from curation.shelves import Place

ITEMS = 40
"""Items in one document; older ones are in the documents that its link "next" leads to (RFC 5005, section 3)."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
OWN_ADDRESS = re.compile(r'( (?:href|src)=")(?=/(?!/))')


class Person(NamedTuple):
    name: str
    url: str


class Entry:
    """One item in a feed; all its addresses are absolute."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.title: str = told["title"]
        self.summary: str = told["description"]
        self.language: str = told["language"]
        """Of title, summary and text; empty for that of the feed."""
        self.url = absolute(told["url"])
        self.guid: str = told["id"]
        """The name of its file, which stays when its address changes."""
        self.original: str = told["link"]
        self.authors = [Person(author["name"], absolute(author["url"])) for author in told["authors"]]
        self.publisher: str = told["publisher"]
        self.community: str = told["community"]
        self.categories: list[str] = told["categories"]
        self.credit: str = told["credit"]
        self.alt: str = told["alt"]
        self.published = datetime.fromisoformat(told["published"])
        self.changed = datetime.fromisoformat(told["changed"])
        self.picture: dict[str, Any] | None = told["picture"]
        if self.picture:
            self.picture = self.picture | {"url": absolute(self.picture["url"])}
        self._text: str = told["text"]

    @cached_property
    def iri(self) -> str:
        """The same as an address of the kind that Atom asks for."""
        try:
            return uuid.UUID(self.guid).urn
        except ValueError:
            return uuid.uuid5(uuid.NAMESPACE_URL, f"medigy:{self.guid}").urn

    @cached_property
    def html(self) -> str:
        """What the item says, and the way to the article that it is about."""
        summary = f"<p{languages.attributes(self.language)}>{escape(self.summary)}</p>" if self.summary else ""
        at = {"publisher": self.publisher}
        words = _("Read the original at %(publisher)s") % at if self.publisher else _("Read the original")
        way = f'<p><a href="{escape(self.original or self.url)}">{escape(words)}</a></p>'
        return summary + OWN_ADDRESS.sub(lambda begin: begin[1] + settings.SITE_URL, self._text) + way


@dataclass(frozen=True)
class Feed:
    """One document of the feed of a list."""

    title: str
    description: str
    page: str
    """The path of the page that it stands beside."""
    base: str
    """The path of the feed without its ending: each form has its own."""
    entries: list[Entry]
    asked: Spot | None = None
    """The spot that the document begins behind; None for the newest one."""
    older: Spot | None = None
    """Where the next document begins; None in the last one."""

    def address(self, form: str, before: Spot | None = None) -> str:
        """The address of this document in `form`, or of the one that begins behind `before`."""
        spot = f"?before={before}" if before else ""
        return absolute(f"{self.base}.{form}{spot}")

    @property
    def changed(self) -> datetime:
        """When the newest change in it came before readers."""
        return max((entry.changed for entry in self.entries), default=NEVER)

    def links(self, form: str) -> list[tuple[str, str]]:
        """Its relations to the other documents, by name."""
        related = [("self", self.address(form, self.asked)), ("first", self.address(form))]
        return related + ([("next", self.address(form, self.older))] if self.older else [])


def read(
    place: Place, now: Now, *, title: str, description: str, page: str, base: str, before: str | None = None
) -> Feed:
    """The feed of the items on one shelf, from the newest on or from behind the spot that `before` names.

    Raises NoSuchPage where `before` is no spot.
    """
    asked = Spot.read(before) if before is not None else None
    told, older = lists.told(place, ITEMS, now, asked)
    entries = [Entry(each) for each in told]
    return Feed(xml_safe(title), xml_safe(description), page, base, entries, asked, older)


def icon() -> str:
    """The address of the picture that stands for the site beside a feed."""
    return absolute(static("medigy/icons/icon-192.png"))


def document(root: ElementTree.Element) -> bytes:
    """An XML document."""
    # Encoded at once: ElementTree would encode each of its thousands of pieces.
    words = ElementTree.tostring(root, encoding="unicode")
    return b"<?xml version='1.0' encoding='utf-8'?>\n" + words.encode("utf-8", "xmlcharrefreplace")
