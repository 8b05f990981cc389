"""What the specifications of RSS 2.0, Atom, JSON Feed 1.1 and OPML 2.0 ask of a document, beyond being well-formed.

Each check fails on what a document may not be. Those of feeds return the titles of the items in their order, and the
address of the next document, empty where there is none.
"""

import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
Found = tuple[list[str], str]


def is_address(text: str | None) -> bool:
    parts = urlsplit(text or "")
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and " " not in (text or "")


def count(element: ElementTree.Element, allowed: dict[str, tuple[int, int]]) -> None:
    """`allowed` says of each name of a child how often it has to be there, and how often it may; all others may not."""
    found = [child.tag for child in element]
    assert set(found) <= allowed.keys(), f"{element.tag} has {set(found) - allowed.keys()}"
    for name, (least, most) in allowed.items():
        assert least <= found.count(name) <= most, f"{name} in {element.tag}: {found.count(name)}"


def check_rss(content: bytes, address: str) -> Found:
    root = ElementTree.fromstring(content)
    assert (root.tag, root.attrib) == ("rss", {"version": "2.0"})
    count(root, {"channel": (1, 1)})
    channel = root[0]
    once = (1, 1)
    names = dict.fromkeys(("title", "link", "description", "language", "lastBuildDate", "docs", "image"), once)
    count(channel, names | {f"{ATOM}link": (1, 9), "item": (0, 999)})
    assert is_address(channel.findtext("link"))
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")).tzinfo
    count(channel.find("image"), dict.fromkeys(("url", "title", "link"), once))
    for name in ("title", "link"):
        assert channel.findtext(f"image/{name}") == channel.findtext(name)
    links = {link.get("rel"): link.get("href") for link in channel.findall(f"{ATOM}link")}
    assert links["self"] == address
    items = channel.findall("item")
    one = (0, 1)
    for item in items:
        count(item, {
            "title": once, "link": once, "description": once, "guid": once, "pubDate": once, "enclosure": one,
            "category": (0, 99), f"{DC}creator": one, f"{DC}publisher": one, f"{DC}source": one,
            f"{CONTENT}encoded": once, f"{MEDIA}content": one,
        })  # fmt: skip
        assert is_address(item.findtext("link"))
        assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo
        for enclosure in item.findall("enclosure"):
            assert enclosure.attrib.keys() == {"url", "length", "type"}
            assert int(enclosure.get("length")) > 0
            assert is_address(enclosure.get("url"))
        for media in item.findall(f"{MEDIA}content"):
            assert media.get("medium") == "image"
            assert is_address(media.get("url"))
    guids = [item.findtext("guid") for item in items]
    assert len(set(guids)) == len(guids)
    return [item.findtext("title") for item in items], links.get("next", "")


def check_atom(content: bytes, address: str) -> Found:
    root = ElementTree.fromstring(content)
    assert root.tag == f"{ATOM}feed"
    once, one, any_number = (1, 1), (0, 1), (0, 99)

    def named(**numbers: tuple[int, int]) -> dict[str, tuple[int, int]]:
        return {f"{ATOM}{name}": number for name, number in numbers.items()}

    count(root, named(
        id=once, title=once, subtitle=one, updated=once, author=any_number, link=(2, 9), icon=one, entry=(0, 999),
    ))  # fmt: skip
    links = relations(root)
    assert links["self"] == [address]
    assert len(links["alternate"]) == 1
    entries = root.findall(f"{ATOM}entry")
    for entry in entries:
        count(entry, named(
            id=once, title=once, published=one, updated=once, author=any_number, category=any_number, link=(1, 9),
            summary=one, content=one,
        ))  # fmt: skip
        assert entry.find(f"{ATOM}author") is not None or root.find(f"{ATOM}author") is not None
        assert entry.findtext(f"{ATOM}id").startswith("urn:uuid:")
        assert len(relations(entry)["alternate"]) == 1
        assert entry.find(f"{ATOM}content").get("type") == "html"
        assert moment(entry.findtext(f"{ATOM}published")) <= moment(entry.findtext(f"{ATOM}updated"))
        assert all(category.get("term") for category in entry.findall(f"{ATOM}category"))
    for author in root.iter(f"{ATOM}author"):
        count(author, named(name=once, uri=one, email=one))
        assert author.findtext(f"{ATOM}name")
        assert is_address(author.findtext(f"{ATOM}uri"))
    assert moment(root.findtext(f"{ATOM}updated"))
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    return [entry.findtext(f"{ATOM}title") for entry in entries], (links.get("next") or [""])[0]


def relations(element: ElementTree.Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for link in element.findall(f"{ATOM}link"):
        assert link.attrib.keys() <= {"rel", "type", "href", "hreflang", "title", "length"}
        assert is_address(link.get("href"))
        found.setdefault(link.get("rel", "alternate"), []).append(link.get("href"))
    return found


def moment(text: str | None) -> datetime:
    assert text
    assert text.endswith("Z")
    return datetime.fromisoformat(text)


def check_json_feed(content: bytes, address: str) -> Found:
    feed = json.loads(content)
    texts = {"version", "title", "home_page_url", "feed_url", "description", "icon", "language", "next_url"}
    assert feed.keys() <= {*texts, "items"}
    assert {"version", "title", "items"} <= feed.keys()
    assert all(isinstance(feed[name], str) and feed[name] for name in texts & feed.keys())
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == address.partition("?")[0]
    assert all(is_address(feed[name]) for name in ("home_page_url", "feed_url", "icon"))
    for item in feed["items"]:
        words = {"id", "url", "external_url", "title", "summary", "content_html", "image", "date_published",
                 "date_modified"}  # fmt: skip
        assert item.keys() <= {*words, "authors", "tags", "_medigy"}
        assert {"id", "url", "title", "content_html", "date_published"} <= item.keys()
        assert all(isinstance(item[name], str) and item[name] for name in words & item.keys())
        assert all(is_address(item[name]) for name in ("url", "external_url", "image") if name in item)
        assert all(datetime.fromisoformat(item[name]).tzinfo for name in ("date_published", "date_modified"))
        assert all(isinstance(tag, str) for tag in item.get("tags", []))
        for author in item.get("authors", []):
            assert author.keys() == {"name", "url"}
            assert is_address(author["url"])
    ids = [item["id"] for item in feed["items"]]
    assert len(set(ids)) == len(ids)
    return [item["title"] for item in feed["items"]], feed.get("next_url", "")


def check_opml(content: bytes) -> set[str]:
    """Returns the addresses of all feeds and of further lists in it."""
    root = ElementTree.fromstring(content)
    assert (root.tag, root.attrib) == ("opml", {"version": "2.0"})
    count(root, {"head": (1, 1), "body": (1, 1)})
    assert root.findtext("head/title")
    found = set()
    for outline in root.find("body").iter("outline"):
        assert outline.get("text")
        kind = outline.get("type")
        assert kind in {None, "rss", "include"}
        if kind:
            address = outline.get("xmlUrl" if kind == "rss" else "url")
            assert is_address(address)
            found.add(address)
    return found
