"""The values of a content file in the forms that its dialects give them."""

from collections.abc import Mapping
from typing import Any

from curation.frontmatter.dates import UnreadableDate, read_date
from curation.frontmatter.fields import Header, as_list, as_text
from curation.frontmatter.languages import UnreadableLanguage, read_language


def as_names(value: Any) -> list[str]:
    names = (as_text(name).strip() for name in as_list(value))
    return list(dict.fromkeys(name for name in names if name))


def as_date(value: Any) -> Any:
    """The date, or None where nothing readable stands there: the file keeps its text, and the import reports it."""
    try:
        return read_date(value)
    except UnreadableDate:
        return None


def as_language(value: Any) -> str:
    """The tag, or nothing where none stands there: the file keeps its text, and the import reports it."""
    try:
        return read_language(value)
    except UnreadableLanguage:
        return ""


def as_topic(text: str) -> tuple[str, str]:
    """Vocabulary and label of an entry of `communityTopics`, in which the old pipeline wrote # as -hash-."""
    vocabulary, colon, label = text.replace("-hash-", "#").partition(": ")
    return (vocabulary.strip(), label.strip()) if colon and label.strip() else ("", vocabulary.strip())


def topic_text(vocabulary: str, label: str) -> str:
    return (f"{vocabulary}: {label}" if vocabulary else label).replace("#", "-hash-")


def aliases_in(value: Any) -> list[str]:
    """The paths of `aliases`: those that can be addresses of ours."""
    return [text.strip() for text in written_aliases(value) if is_alias(text)]


def written_aliases(value: Any) -> list[str]:
    """The entries of `aliases`, a list or a text that Hugo splits at white space."""
    return value.split() if isinstance(value, str) else [as_text(entry) for entry in as_list(value)]


def is_alias(text: str) -> bool:
    text = text.strip()
    return bool(text.strip("/")) and "//" not in text and "\\" not in text and text.isprintable()


def read_link(header: Header) -> str:
    value = header.get("link")
    if isinstance(value, Mapping):
        return as_text(value.get("href") or value.get("original")).strip()
    return as_text(value).strip()
