"""A short help for every page of the newsroom, from the documentation: it is said in one place."""

import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from curation import html

PAGE = "docs/newsroom.md"
ITEM = "curation_curateditem_"
SECTIONS = {
    "curation_featuredimage": "Pictures",
    "curation_author": "Authors",
    "curation_publisher": "Publishers",
    "curation_tag": "Tags",
    "curation_redirect": "Redirects",
    "communities_topic": "Topics",
    "communities_community": "Communities",
    "communities_user": "People",
}
PAGES = {
    "index": "Desk",
    "calendar": "Calendar",
    "reports": "Reports",
    "report": "Reports",
    "notifications": "Notifications",
    "notification_mail": "Notifications",
    "password_change": "Password",
    "password_change_done": "Password",
    "auth_user_password_change": "Password",
    "communities_community_invite": "Invitation",
    **dict.fromkeys((f"curation_featuredimage_{page}" for page in ("words", "replace", "alike", "unused")), "Pictures"),
    f"{ITEM}changelist": "Items",
    f"{ITEM}add": "Item",
    f"{ITEM}change": "Item",
    f"{ITEM}batch": "Steps with several items",
    f"{ITEM}views": "Items",
    f"{ITEM}view": "Items",
    f"{ITEM}upload": "Upload",
    f"{ITEM}history": "History",
    f"{ITEM}compare": "History",
    f"{ITEM}revision": "History",
    f"{ITEM}look": "Preview",
}
"""Headings of the documentation, by the names of addresses; the pages of sections follow from `SECTIONS`."""
OF_SECTIONS = {
    "changelist": "", "add": "", "change": "", "history": "History", "delete": "Deleting", "merge": "Merging",
    "rename": "Renaming", "files": "Renaming", "alike": "Likely duplicates",
}  # fmt: skip
"""What the last word of such a name stands for; empty for the section itself."""


@dataclass(frozen=True)
class Help:
    title: str
    text: SafeString


def heading_of(name: str) -> str:
    """The heading of the documentation that is about the page of this name; empty where none is."""
    section, _, page = name.rpartition("_")
    if name in PAGES or section not in SECTIONS or page not in OF_SECTIONS:
        return PAGES.get(name, "")
    return OF_SECTIONS[page] or SECTIONS[section]


def of(request: HttpRequest) -> Help | None:
    """The help for the page of `request`; None where there is none."""
    match = request.resolver_match
    heading = heading_of(match.url_name or "") if match else ""
    text = sections().get(heading, "")
    return Help(heading, mark_safe(text)) if text else None  # noqa: S308 - cleaned below, and our own words


@cache
def sections() -> dict[str, str]:
    """The sections of the page by heading, as clean HTML. Links between pages of the documentation are words here."""
    found = {}
    text = (settings.BASE_DIR / PAGE).read_text()
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        found[heading.strip()] = html.render(re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", body)).html
    return found
