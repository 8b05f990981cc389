"""Brings two people's words together, field by field, against those that both began from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from curation.exchange.codecs import CODECS
from curation.exchange.merge import alike, differences, overlap
from curation.exchange.values import ItemValues
from curation.frontmatter import DELETE
from curation.models import Alias

SAME: dict[str, Callable[[Any, Any], bool]] = {codec.field: codec.same for codec in CODECS} | {"carried": alike}
"""Whether two values of a field mean the same, where that is more than being equal."""

FOLD: dict[str, Callable[[Any], Any]] = {
    "topics": lambda term: tuple(part.casefold() for part in term),
    "tags": str.casefold,
    "also_in": str.casefold,
    "aliases": Alias.normalised,
}
"""The fields that are collections without an order, and by what one entry is the same as another."""


@dataclass(frozen=True)
class Clash:
    """A field that both changed, each to something else."""

    field: str
    base: Any
    theirs: Any
    mine: Any


def merge_values(base: ItemValues, theirs: ItemValues, mine: ItemValues) -> tuple[ItemValues, list[Clash]]:
    """What `theirs` and `mine` say together, and the fields in which they clash; there it says what mine do.

    A field that one side left as it was in `base` is the other side's. Topics, tags, old addresses and other
    communities are collections, of which each side may add and take away entries; keys without a field are merged one
    by one.
    """
    merged: dict[str, Any] = {}
    clashes = []
    for name in (each.name for each in fields(ItemValues)):
        old, their, my = (getattr(values, name) for values in (base, theirs, mine))
        same = SAME.get(name, lambda one, other: one == other)
        if same(my, old) or same(my, their):
            merged[name] = their
        elif same(their, old):
            merged[name] = my
        elif name in FOLD:
            merged[name] = _together(old, their, my, FOLD[name])
        else:
            merged[name] = my
            clashing = True
            if name == "carried":
                merged[name], clashing = _keys_together(old, their, my)
            if clashing:
                clashes.append(Clash(name, old, their, my))
    return replace(theirs, **merged), clashes


def _together(old: list[Any], theirs: list[Any], mine: list[Any], fold: Callable[[Any], Any]) -> list[Any]:
    before, kept = {fold(entry) for entry in old}, {fold(entry) for entry in mine}
    staying = [entry for entry in theirs if fold(entry) in kept or fold(entry) not in before]
    present = {fold(entry) for entry in staying}
    return staying + [entry for entry in mine if fold(entry) not in before | present]


def _keys_together(old: dict[str, Any], theirs: dict[str, Any], mine: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Both sides' keys, and whether they changed the same one, which then is mine."""
    their, my = differences(old, theirs), differences(old, mine)
    clashing = any(
        overlap(path, other) and (path, value) != (other, theirs_too)
        for path, value in my.items()
        for other, theirs_too in their.items()
    )
    return _with(theirs, my), clashing


def _with(data: Any, changes: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
    result = dict(data) if isinstance(data, Mapping) else {}
    for (first, *rest), value in changes.items():
        if rest:
            result[first] = _with(result.get(first), {tuple(rest): value})
        elif value is DELETE:
            result.pop(first, None)
        else:
            result[first] = value
    return result
