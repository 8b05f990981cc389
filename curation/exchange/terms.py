"""Another name for an author, a topic or a tag in a document: its entry alone is changed, where it stands."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from communities.models import Topic
from curation.exchange import documents
from curation.exchange.header import Header, as_list, as_text, as_topic, topic_text
from curation.frontmatter import DELETE, Document, Path


@dataclass(frozen=True)
class Place:
    """A key of the header in which names stand."""

    keys: tuple[str, ...]
    """Its spellings, the usual one first."""
    read: Callable[[str], str]
    """An entry as the name that `str` gives of its row."""
    write: Callable[[str], str]
    """A name as an entry."""
    takes: Callable[[str], bool] = lambda name: True
    """Whether a name belongs here; one that does not moves to the place that takes it."""


def _is_category(name: str) -> bool:
    return as_topic(name)[0] == Topic.CATEGORY


def _read_topic(entry: str) -> str:
    vocabulary, label = as_topic(entry)
    return f"{vocabulary}: {label}" if vocabulary else label


PLACES: dict[str, tuple[Place, ...]] = {
    "author": (Place(("author", "authors"), str, str),),
    "tag": (Place(("tags",), str, str),),
    "topic": (
        Place(
            ("categories",), lambda entry: f"{Topic.CATEGORY}: {entry}", lambda name: as_topic(name)[1], _is_category
        ),
        Place(
            ("communityTopics",),
            _read_topic,
            lambda name: topic_text(*as_topic(name)),
            lambda name: not _is_category(name),
        ),
    ),
}
"""Where the names of each kind stand, by the word for the kind in `FormerName`."""


def names_in(document: Document, kind: str) -> list[str]:
    """The names of one kind that the document has, as `str` gives them of their rows."""
    header = Header(document.data)
    return [
        place.read(as_text(entry).strip())
        for place in PLACES[kind]
        for entry in as_list(header.get(*place.keys))
        if as_text(entry).strip()
    ]


def renamed(document: Document, kind: str, old: Collection[str], new: str) -> Document:
    """`document` with `new` in place of each name in `old`, whatever their case; the same where it has none of them.

    A name that stands there twice in the end stands there once. Raises FrontMatterError where the file cannot be edited
    without a risk for its other keys.
    """
    header = Header(document.data)
    folded = {name.casefold() for name in old}
    changes: dict[Path, Any] = {}
    homeless = False
    kept: dict[Place, list[Any]] = {}
    for place in PLACES[kind]:
        entries = as_list(header.get(*place.keys))
        wanted, met, changed = [], set(), False
        for entry in entries:
            name = place.read(as_text(entry).strip())
            hit = name != new and (name.casefold() in folded)
            if hit and not place.takes(new):
                homeless = changed = True
                continue
            if hit:
                entry, name, changed = place.write(new), new, True
            if name.casefold() in met and (hit or name.casefold() == new.casefold()):
                changed = True
                continue
            met.add(name.casefold())
            wanted.append(entry)
        kept[place] = wanted
        if changed:
            alone = not isinstance(header.get(*place.keys), list) and len(wanted) == 1
            changes[header.key(*place.keys)] = wanted[0] if alone else wanted or DELETE
    if homeless:
        place = next(place for place in PLACES[kind] if place.takes(new))
        if new.casefold() not in {place.read(as_text(entry).strip()).casefold() for entry in kept[place]}:
            changes[header.key(*place.keys)] = [*kept[place], place.write(new)]
    return documents.with_values(document, changes)
