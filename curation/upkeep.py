"""What has to be made anew when items change, or when something changes that they show: the one list of it."""

from collections.abc import Iterable

from curation import renditions, search, shelves


def items_changed(pks: Iterable[int]) -> None:
    """Brings up to date what is kept ready of the items with these primary keys.

    Called within the transaction of every write that changes what readers or searchers meet, once it is written: of
    items themselves, and of communities, topics, authors, tags, publishers and pictures that they show. Takes one as
    well as many; those of items that are gone do no harm.
    """
    changed = sorted(set(pks))
    if changed:
        shelves.place(changed)
        search.index(changed)
        renditions.wanted(changed)
