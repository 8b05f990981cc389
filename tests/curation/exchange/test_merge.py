"""Three documents, one result: by key, and nothing lost."""

import pytest

from curation.exchange.merge import ABSENT, merge
from curation.frontmatter import Document

BASE = """---
title: A title   # kept
tags:
- one
link:
  href: https://a.example
  brand: a.example
gone: soon
---

Body
"""


def document(*changes: tuple[str, str], text: str = BASE) -> Document:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return Document.parse(text.encode())


TITLE = ("A title", "Another title")
TAG = ("- one\n", "- one\n- two\n")
HREF = ("https://a.example", "https://b.example")
BRAND = ("brand: a.example", "brand: A")
GONE = ("gone: soon\n", "")
BODY = ("Body", "New body")


@pytest.mark.parametrize(
    ("in_file", "in_database", "expected"),
    [
        ([TITLE], [], [TITLE]),
        ([], [TITLE], [TITLE]),
        ([TITLE], [TITLE], [TITLE]),
        ([TITLE], [TAG], [TITLE, TAG]),
        ([HREF], [BRAND], [HREF, BRAND]),
        ([GONE], [], [GONE]),
        ([], [GONE], [GONE]),
        ([GONE], [GONE], [GONE]),
        ([BODY], [TITLE], [BODY, TITLE]),
        ([TITLE], [BODY], [TITLE, BODY]),
        ([BODY], [BODY], [BODY]),
    ],
)
def test_what_one_side_changed_is_taken_and_the_rest_of_the_file_keeps_its_bytes(in_file, in_database, expected):
    merged = merge(document(), document(*in_file), document(*in_database))
    assert merged.conflicts == ()
    assert merged.document.text == document(*expected).text


@pytest.mark.parametrize(
    ("in_file", "in_database", "conflict"),
    [
        ([TITLE], [("A title", "A third")], ("title", "A title", "Another title", "A third")),
        ([TAG], [("- one\n", "- three\n")], ("tags", ["one"], ["one", "two"], ["three"])),
        ([HREF], [("https://a.example", "https://c.example")],
         ("link.href", "https://a.example", "https://b.example", "https://c.example")),
        ([GONE], [("soon", "later")], ("gone", "soon", ABSENT, "later")),
        ([("soon", "later")], [GONE], ("gone", "soon", "later", ABSENT)),
        ([BODY], [("Body", "Third body")], ("(body)", "\nBody\n", "\nNew body\n", "\nThird body\n")),
    ],
)  # fmt: skip
def test_what_both_changed_otherwise_is_told_with_its_three_values_or_decided(in_file, in_database, conflict):
    three = document(), document(*in_file), document(*in_database)
    found = merge(*three).conflicts
    assert [(one.key, one.base, one.file, one.database) for one in found] == [conflict]
    assert merge(*three, prefer="file").document.text == document(*in_file).text
    assert merge(*three, prefer="database").document.data == document(*in_database).data
    assert merge(*three, prefer="database").conflicts == ()


def test_a_mapping_that_one_side_took_away_clashes_with_a_change_within_it():
    link = "link:\n  href: https://a.example\n  brand: a.example\n"
    merged = merge(document(), document((link, "")), document(BRAND))
    assert [conflict.key for conflict in merged.conflicts] == ["link.brand"]
    kept = merge(document(), document((link, "")), document(BRAND), prefer="database")
    assert kept.document.data["link"] == {"href": "https://a.example", "brand": "A"}


def test_line_breaks_of_the_file_are_kept_in_a_body_of_the_database():
    text = BASE.replace("\n", "\r\n")
    merged = merge(document(text=text), document(TITLE, text=text), document(("Body", "One\n\nTwo")))
    assert merged.document.body == "\r\nOne\r\n\r\nTwo\r\n"
