"""A document made from nothing is what the older pipeline wrote, and reads the same for every reader."""

import datetime
import itertools
from decimal import Decimal
from typing import Any

import pytest
import yaml

from curation.frontmatter import Document, FrontMatterError


def test_the_medigy_file_comes_out_of_its_values(medigy: bytes) -> None:
    document = Document.parse(medigy)

    assert Document.new(document.data, document.body.removeprefix("\n")).bytes == medigy


def test_a_new_document_is_a_safe_dump_and_an_empty_line_and_the_body() -> None:
    data = {"title": "A title", "tags": ["b", "a"], "link": {"href": "x", "brand": "z"}, "none": None, "ok": True}

    document = Document.new(data, "Body")

    assert document.text == f"---\n{yaml.safe_dump(data, allow_unicode=True)}---\n\nBody"
    assert Document.new({}).text == "---\n{}\n---\n\n"


WRITTEN = [
    *((text, f"'{text}'") for text in ("yes", "no", "on", "off", "y", "n", "Y", "N", "true", "null", "~", "=", "<<")),
    *((text, f"'{text}'") for text in ("012", "08", "0o14", "0x1F", "0X1f", "0B1", "1e3", "1.5e3", "1_000", "11.")),
    *((text, f"'{text}'") for text in ("12:30", "2020-10-05", ".inf", "-.INF", ".nan", "nan", "-")),
    ("", "''"),
    ("2020-10-05T07:12:38.912541Z", "'2020-10-05T07:12:38.912541Z'"),
    ("1.2.3", "1.2.3"),
    ("28171833-cc9d-59f4-a6ad-dcba727d8301", "28171833-cc9d-59f4-a6ad-dcba727d8301"),
    ('It\'s a "new": x # y', "'It''s a \"new\": x # y'"),
    ("a\u2028b", '"a\\Lb"'),
    ("a\x85b", '"a\\Nb"'),
    ("a\tb", '"a\\tb"'),
    (" spaces ", "' spaces '"),
    ("\u00a0first", "'\u00a0first'"),
    ("Ärzte \u05e9\u05dc\u05d5\u05dd 👩‍⚕️ a\u00a0b", "Ärzte \u05e9\u05dc\u05d5\u05dd 👩‍⚕️ a\u00a0b"),
    ("one\n---\ntwo", "'one\n\n  ---\n\n  two'"),
    ("# a ' b", '"# a \' b"'),
    ("key<<", "'key<<'"),
    ("word " * 30 + "end", "\n  ".join([" ".join(["word"] * 15), " ".join([*["word"] * 15, "end"])])),
]


@pytest.mark.parametrize(("text", "written"), WRITTEN)
def test_text_that_some_reader_would_take_for_something_else_is_quoted(text: str, written: str) -> None:
    document = Document.new({"title": text})

    assert document.header.removeprefix("title: ") == f"{written}\n"
    assert document.data == yaml.safe_load(document.header) == {"title": text}


def test_keys_are_quoted_like_values() -> None:
    data = {"yes": 1, "012": 2, "y": 3, "dropmark.editURL": 4, "<<": 5}

    document = Document.new(data)

    assert document.header == "'012': 2\n'<<': 5\ndropmark.editURL: 4\n'y': 3\n'yes': 1\n"
    assert document.data == yaml.safe_load(document.header) == data


def test_a_list_that_is_used_twice_is_written_twice() -> None:
    tags = ["a"]

    assert Document.new({"a": tags, "b": tags}).header == "a:\n- a\nb:\n- a\n"


def test_text_of_a_class_of_its_own_is_text() -> None:
    class Label(str):
        __slots__ = ()

    assert Document.new({"title": Label("x")}).header == "title: x\n"


def looped() -> list[Any]:
    loop: list[Any] = []
    loop.append(loop)
    return loop


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), "unsupported_value"),
        (datetime.date(2020, 1, 1), "unsupported_value"),
        (Decimal("1"), "unsupported_value"),
        (b"x", "unsupported_value"),
        ({"x"}, "unsupported_value"),
        (float("inf"), "unsupported_value"),
        (float("nan"), "unsupported_value"),
        (2**64, "unsupported_value"),
        (10**5000, "unsupported_value"),
        ("\ud83d", "unsupported_value"),
        ({1: "x"}, "unsupported_value"),
        (looped(), "too_deep"),
        ({"Title": 1, "title": 2}, "duplicate_key_case"),
        (["x"] * 10_001, "too_many_nodes"),
    ],
    ids=itertools.count(),
)
def test_what_has_no_form_in_front_matter_is_refused(value: object, code: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        Document.new({"key": value})
    assert caught.value.code == code


def test_a_body_that_no_file_can_hold_is_refused() -> None:
    for body in ("\ud83d", "a\udc00"):
        with pytest.raises(FrontMatterError, match="half a character"):
            Document.new({}, body)
        with pytest.raises(FrontMatterError, match="half a character"):
            Document.new({}).with_values({}, body=body)
