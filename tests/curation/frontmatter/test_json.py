"""JSON front matter is changed as it is written: indentation, blanks, commas and escapes stay."""

from pathlib import Path
from typing import Any

import pytest

from curation.frontmatter import DELETE, Document, FrontMatterError

Changes = dict[Any, Any]


def document(header: str) -> Document:
    return Document.parse(f"{header}\nBody\n".encode())


def refusal(raw: str) -> FrontMatterError:
    with pytest.raises(FrontMatterError) as caught:
        Document.parse(raw.encode())
    return caught.value


def test_values_are_read(odd_files: Path) -> None:
    assert Document.parse((odd_files / "json-styles.md").read_bytes()).data == {
        "title": 'Every "style" é / 😀',
        "numbers": [0, -1.5, 1000.0, 0.01, "123456789012345678901234567890"],
        "none": None,
        "link": {"href": "https://news.example/", "brand": ""},
        "tags": ["one", "two"],
        "empty": [],
        "{}": {"}": "{"},
    }


@pytest.mark.parametrize(
    ("raw", "newline", "body"),
    [
        (b'{"a": 1}', "\n", ""),
        (b'{"a": 1}\nx', "\n", "x"),
        (b'{"a":\r\n1}\r\n\r\nx', "\r\n", "\r\nx"),
        (b'{"a": 1}\r\rx', "\r", "\rx"),
        (b'{"a": 1} x\n', "\n", " x\n"),
        (b'{"a": 1}}\n---\n', "\n", "}\n---\n"),
    ],
)
def test_the_body_begins_after_one_line_break(raw: bytes, newline: str, body: str) -> None:
    parsed = Document.parse(raw)

    assert (parsed.format, parsed.newline, parsed.body, parsed.data) == ("json", newline, body, {"a": 1})
    assert parsed.bytes == raw


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("title", (2, 4)),
        (("link", "brand"), (4, 3)),
        (("tags", 1), (5, 17)),
        (("tags", 2), None),
        ("link.brand", None),
    ],
)
def test_a_position_is_line_and_column_in_the_file(path: str | tuple[str | int, ...], place: object) -> None:
    raw = '\ufeff{\n   "title": "x", "link": {\n\n  "brand": 1},\n  "tags": ["a", "b"]\n}\n'

    assert Document.parse(raw.encode()).position(path) == place
    assert Document.parse(raw.replace("\n", "\r\n").encode()).position(path) == place


# What holds: the object, the changes, the object that comes of it.
CHANGES: dict[str, tuple[str, Changes, str]] = {
    "a value that stays the same stays as it is written": (
        '{"a": "\\u0041\\/", "b":1e3, "c" : [ ]}',
        {"a": "A/", "b": 1000.0, "c": []},
        '{"a": "\\u0041\\/", "b":1e3, "c" : [ ]}',
    ),
    "a value changes and what is around it stays": (
        '{\n\t"a" : "old",\n\n\t"b":1 , "c": null\n}',
        {"a": 'new "é"\n', "b": True, "c": 1.5},
        '{\n\t"a" : "new \\"é\\"\\n",\n\n\t"b":true , "c": 1.5\n}',
    ),
    "a value inside": (
        '{\n  "a": {"b": [1, {"c": "old"}]},\n  "d": 1\n}',
        {("a", "b", 1, "c"): "new"},
        '{\n  "a": {"b": [1, {"c": "new"}]},\n  "d": 1\n}',
    ),
    "escapes of what is not ASCII stay": (
        '{"a": "\\u00e9", "b": "x"}',
        {"b": "ü 😀", "ç": 1},
        '{"a": "\\u00e9", "b": "\\u00fc \\ud83d\\ude00", "\\u00e7": 1}',
    ),
    "other escapes are no reason for them": (
        '{"a": "\\u003c\\\\u00e9", "b": ""}',
        {"b": "ü"},
        '{"a": "\\u003c\\\\u00e9", "b": "ü"}',
    ),
    "a new key goes in sorted place where the keys are sorted": (
        '{\n  "b": 1,\n  "d": 2\n}',
        {"c": 1, "e": 2, "a": 3},
        '{\n  "a": 3,\n  "b": 1,\n  "c": 1,\n  "d": 2,\n  "e": 2\n}',
    ),
    "a new key goes at the end where the keys are not sorted": (
        '{\n    "b": 1,\n    "a": [\n        1\n    ]\n}',
        {"d": [2], "c": {"x": {}}},
        '{\n    "b": 1,\n    "a": [\n        1\n    ],\n    "d": [\n        2\n    ],\n'
        '    "c": {\n        "x": {}\n    }\n}',
    ),
    "new lists are on one line where the others are": (
        '{\n\t"b": [1, 2],\n\t"a": 1\n}',
        {"c": ["x", "y"], "a": ["z"]},
        '{\n\t"b": [1, 2],\n\t"a": ["z"],\n\t"c": ["x", "y"]\n}',
    ),
    "an object on one line stays on one line": (
        '{"b":1,"a":["x"]}',
        {"c": {"d": [1, 2]}, "a": ["x", "y"]},
        '{"b":1,"a":["x","y"],"c":{"d":[1,2]}}',
    ),
    "blanks before colons and after commas": (
        '{ "b" : 1, "a" : 2 }',
        {"c": {"d": 1, "e": 2}},
        '{ "b" : 1, "a" : 2, "c" : {"d" : 1, "e" : 2} }',
    ),
    "keys go with their lines and their commas": (
        '{\n  "a": 1,\n  "b": {\n    "c": 1\n  },\n  "d": 2\n}',
        {"a": DELETE, "d": DELETE},
        '{\n  "b": {\n    "c": 1\n  }\n}',
    ),
    "the first key of one line goes": ('{"a": 1, "b": 2, "c": 3}', {"a": DELETE}, '{"b": 2, "c": 3}'),
    "all keys go": ('{\n  "a": 1\n}', {"a": DELETE}, "{}"),
    "keys where none are": ("{ }", {"a": 1, "b": ["x"]}, '{\n  "a": 1,\n  "b": [\n    "x"\n  ]\n}'),
    "keys inside come and go": (
        '{\n  "a": {\n    "x": 1,\n    "y": 2\n  }\n}',
        {("a", "x"): DELETE, ("a", "z"): [], ("n", "m"): 1},
        '{\n  "a": {\n    "y": 2,\n    "z": []\n  },\n  "n": {\n    "m": 1\n  }\n}',
    ),
    "items come and go": (
        '{\n  "a": [\n    "x",\n    "y"\n  ],\n  "b": [1,2]\n}',
        {"a": ["y", "z"], "b": [2, 3, 1]},
        '{\n  "a": [\n    "y",\n    "z"\n  ],\n  "b": [2,3,1]\n}',
    ),
    "text becomes a mapping, and a mapping text": (
        '{\n  "a": "x",\n  "b": {"c": 1}\n}',
        {"a": {"d": 1}, "b": "y"},
        '{\n  "a": {\n    "d": 1\n  },\n  "b": "y"\n}',
    ),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_change_of_values_is_a_change_of_their_text(name: str, newline: str) -> None:
    before, changes, after = CHANGES[name]
    original = Document.parse(f"\ufeff\n{before}\n\nBody\n\n".replace("\n", newline).encode())

    result = original.with_values(changes)

    assert result.text == f"\ufeff\n{after}\n\nBody\n\n".replace("\n", newline)
    assert not result.reformatted


@pytest.mark.parametrize(
    ("raw", "body", "after"),
    [
        (b'{"a": 1}\n\nOld\n', "\nNew", b'{"a": 1}\n\nNew'),
        (b'{"a": 1}', "New\n", b'{"a": 1}\nNew\n'),
        (b'{\r\n"a": 1}', "New", b'{\r\n"a": 1}\r\nNew'),
        (b'{"a": 1} x\nOld', " x\nNew", b'{"a": 1}\n x\nNew'),
        (b'{"a": 1}\nOld', '{"a": 3}\n', b'{"a": 1}\n{"a": 3}\n'),
    ],
)
def test_a_new_body_is_written_as_it_is_given(raw: bytes, body: str, after: bytes) -> None:
    both = Document.parse(raw).with_values({"a": 2}, body=body)

    assert Document.parse(raw).with_values({}, body=body).bytes == after
    assert (both.body, both.bytes) == (body, after.replace(b'"a": 1', b'"a": 2', 1))


@pytest.mark.parametrize(
    ("changes", "code", "part"),
    [
        ({("a", "b"): 1}, "no_such_place", "Key “a.b”"),
        ({"A": 1}, "duplicate_key_case", "is the same key"),
        ({"a": float("nan")}, "unsupported_value", "no number that can be kept"),
        ({"a": "x" * 300_000}, "too_large", "262,144 bytes"),
        ({"a": [0] * 10_001}, "too_many_nodes", "10,000 values"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(changes: Changes, code: str, part: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        document('{"a": 1}').with_values(changes)
    assert caught.value.code == code
    assert part in str(caught.value)


HOSTILE = {
    "brackets": ("too_deep", '{"x": ' + "[" * 30_000 + "]" * 30_000 + "}"),
    "braces": ("too_deep", '{"a": ' * 30_000 + "1" + "}" * 30_000),
    "open braces": ("no_closing_delimiter", "{" * 250_000),
    "items": ("too_many_nodes", '{"x": [' + "1," * 10_001 + "1]}"),
    "keys": ("too_many_nodes", "{" + ",".join(f'"a{count}": 1' for count in range(5_001)) + "}"),
    "digits": ("number_too_long", '{"x": ' + "1" * 5_001 + "}"),
    "decimals": ("number_too_long", '{"x": 1.' + "1" * 5_001 + "}"),
    "letters": ("too_large", f'{{"x": "{"a" * 256 * 1024}"}}'),
    "quotes": ("no_closing_delimiter", '{"x": "' + '\\"' * 120_000),
    "a file of 10 MB": ("too_large", '{"x": "' + "a" * 10_000_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_take_the_process_down_is_refused(name: str) -> None:
    code, raw = HOSTILE[name]

    assert refusal(raw).code == code


def test_what_is_within_bounds_is_read() -> None:
    deep = document('{"x": ' + "[" * 63 + "]" * 63 + "}")

    assert deep.with_values({"y": 1}).data["y"] == 1
    assert len(document('{"x": [' + "1," * 9_990 + "1]}").data["x"]) == 9_991
    assert document('{"x": 18446744073709551616, "y": 1e999}').data == {"x": "18446744073709551616", "y": "1e999"}


@pytest.mark.parametrize(
    ("raw", "place", "part"),
    [
        ('{"a": 1 "b": 2}', (1, 9), "a comma is missing before this"),
        ('{"a": 1,\n}', (1, 8), "nothing follows this comma"),
        ('{"a": [1,]}', (1, 9), "nothing follows this comma"),
        ('{"a" 1}', (1, 6), "a colon is missing"),
        ("{a: 1}", (1, 2), "a key in double quotes is expected here"),
        ('{"a": tru}', (1, 7), "a value is expected here"),
        ('{"a": 012}', (1, 7), "a value is expected here"),
        ('{"a": -Infinity}', (1, 7), "JSON has no such number"),
        ('{"a": # why\n1}', (1, 7), "JSON has no comments"),
        ('{"a": [1}', (1, 9), "a comma is missing before this"),
    ],
)
def test_a_slip_of_the_pen_is_explained(raw: str, place: tuple[int, int], part: str) -> None:
    error = refusal(raw)

    assert part in str(error)
    assert (error.code, (error.line, error.column)) == ("syntax", place)
