"""From a document to what it says, and back with as few of its bytes changed as can be."""

from collections.abc import Mapping
from typing import Any

from curation.exchange import keys
from curation.exchange.codecs import CODECS
from curation.exchange.header import Header, read_link
from curation.exchange.values import ItemValues
from curation.frontmatter import DELETE, Document, Path
from curation.models import FeaturedImage


def read(document: Document, *, image: FeaturedImage | None = None, header: Header | None = None) -> ItemValues:
    """What `document` says. Its community is left open (see `keys.community_slug`), its picture is the given `image`,
    since a document names both by paths alone. `header` saves a caller that has it already from making it twice.
    """
    header = header or Header(document.data)
    values = ItemValues(body=body_of(document), link=read_link(header), image=image, carried=keys.carried(header.data))
    for codec in CODECS:
        setattr(values, codec.field, codec.read(header))
    values.md_name = values.md_name or None
    return values


def new(values: ItemValues, brand: str) -> Document:
    """The document of an item that was born here: every key made from what the item says, as the old pipeline did.

    `brand` is the name of the publisher that its link leads to.
    """
    nothing = Header({})
    data: dict[str, Any] = keys.derived_keys(values)
    for path, value in keys.link_keys(values, brand, nothing).items():
        _put(data, path, value)
    for path, value in keys.picture_keys(values, nothing).items():
        _put(data, path, value)
    for codec in CODECS:
        for path, value in codec.write(values, nothing).items():
            _put(data, path, value)
    return Document.new(_merged(data, values.carried), values.body)


def changed(base: Document, base_values: ItemValues, values: ItemValues, brand: str) -> Document:
    """`base` with what differs between `base_values` and `values`; where nothing does, its bytes are the same.

    Raises FrontMatterError where the file cannot be edited without a risk for its other keys.
    """
    header = Header(base.data)
    changes: dict[Path, Any] = {}
    if base_values.community != values.community:
        changes |= keys.community_keys(values, header)
    if base_values.image != values.image:
        changes |= keys.picture_keys(values, header)
    for codec in CODECS:
        if not codec.same(getattr(base_values, codec.field), getattr(values, codec.field)):
            changes |= codec.write(values, header)
    if base_values.link != values.link:
        changes |= keys.link_keys(values, brand, header)
    changes |= changes_between(base_values.carried, values.carried)
    body = None if base_values.body == values.body else body_in(base, values.body)
    return with_values(base, changes, body=body)


def with_values(base: Document, changes: Mapping[Path, Any], *, body: str | None = None) -> Document:
    """`base.with_values`, forgiving the deletion of what is not there."""
    data = base.data
    wanted = {path: value for path, value in changes.items() if value is not DELETE or _has(data, path)}
    # A key that is set whole takes in what is set below it; the splicer takes each place once.
    for path in [path for path in wanted if isinstance(path, tuple) and len(path) > 1]:
        whole = wanted.get(str(path[0]))
        if isinstance(whole, dict):
            value = wanted.pop(path)
            if value is not DELETE:
                _put(whole, tuple(path[1:]), value)
        elif whole is DELETE:
            del wanted[path]
    if not wanted and body is None:
        return base
    return base.with_values(wanted, body=body)


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any], prefix: tuple[str, ...] = ()) -> dict[Path, Any]:
    """What to set and delete so that the data `old` become `new`, each at its own path; lists are set whole."""
    changes: dict[Path, Any] = {}
    for key in [*old, *(key for key in new if key not in old)]:
        path = (*prefix, key)
        if key not in new:
            changes[path] = DELETE
        elif key not in old:
            changes[path] = new[key]
        elif isinstance(old[key], Mapping) and isinstance(new[key], Mapping) and new[key]:
            changes |= changes_between(old[key], new[key], path)
        elif old[key] != new[key] or type(old[key]) is not type(new[key]):
            changes[path] = new[key]
    return changes


def body_of(document: Document) -> str:
    """The body as people edit it: line breaks as \\n, without the blank lines that set it off from the header."""
    body = document.body
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    return body.lstrip("\n").replace("\0", "")


def body_in(base: Document, body: str) -> str:
    """`body` as the document would have it: after its own blank lines, with its own line breaks."""
    old = base.body
    lead = old[: len(old) - len(old.lstrip("\r\n"))]
    return lead + body.replace("\n", base.newline)


def _put(data: Any, path: Path, value: Any) -> None:
    *parents, last = (path,) if isinstance(path, str) else path
    for key in parents:
        data = data.setdefault(key, {})
    if value is not DELETE:
        data[last] = value


def _has(data: Any, path: Path) -> bool:
    for key in (path,) if isinstance(path, str) else path:
        if not isinstance(data, Mapping) or key not in data:
            return False
        data = data[key]
    return True


def _merged(data: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """`more` laid over `data`; mappings are merged, what the item says wins over nothing else."""
    result = dict(data)
    for key, value in more.items():
        if isinstance(value, Mapping) and isinstance(result.get(key), dict):
            result[key] = _merged(result[key], value)
        else:
            result.setdefault(key, value)
    return result
