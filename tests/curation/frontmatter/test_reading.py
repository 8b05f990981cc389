"""A file is read as Hugo reads it, kept to the byte, or refused with a reason and a place."""

import hashlib
import re
from pathlib import Path

import pytest
import yaml

from curation.frontmatter import Document, DocumentWarning, FrontMatterError, tree

README = Path(__file__).parents[2] / "data" / "frontmatter" / "README.md"
ODD_FILES = re.findall(r"^\| `([\w.-]+)` \|.*\| (.*) \|$", README.read_text(), re.MULTILINE)


def parse(header: str, body: str = "Body\n") -> Document:
    return Document.parse(f"---\n{header}---\n{body}".encode())


def refusal(raw: bytes) -> FrontMatterError:
    with pytest.raises(FrontMatterError) as caught:
        Document.parse(raw)
    return caught.value


def outcome(raw: bytes) -> str:
    """What reading gives, as the last column of the README says it."""
    try:
        document = Document.parse(raw)
    except FrontMatterError as error:
        return f"`{error.code}` {error.line}:{error.column}"
    places = ", ".join(f"`{warning.code}` {warning.line}:{warning.column}" for warning in document.warnings)
    return f"read; {places}" if places else "read"


# -- files


@pytest.mark.parametrize(("name", "expected"), ODD_FILES)
def test_an_odd_file_gives_what_its_line_in_the_readme_says(odd_files: Path, name: str, expected: str) -> None:
    assert outcome((odd_files / name).read_bytes()) == expected


def test_every_odd_file_has_its_line_in_the_readme(odd_files: Path) -> None:
    assert {path.name for path in odd_files.glob("*.md")} == {name for name, _ in ODD_FILES} | {"README.md"}


@pytest.mark.parametrize("name", [name for name, expected in ODD_FILES if expected.startswith("read")])
def test_a_file_that_is_read_is_kept_to_the_byte(odd_files: Path, name: str) -> None:
    raw = (odd_files / name).read_bytes()
    document = Document.parse(raw)

    assert document.bytes == raw
    assert document.text.encode() == raw
    assert document.sha256 == hashlib.sha256(raw).hexdigest()
    assert document.with_values(document.data, body=document.body).bytes == raw
    assert document.text.endswith(document.body)
    assert document.header in document.text


def test_without_libyaml_everything_is_read_the_same(odd_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raws = [(odd_files / name).read_bytes() for name, _ in ODD_FILES]
    with_libyaml = [outcome(raw) for raw in raws]
    monkeypatch.setattr(tree, "_LOADER", yaml.SafeLoader)

    differing = [name for (name, _), raw, old in zip(ODD_FILES, raws, with_libyaml, strict=True) if outcome(raw) != old]

    # Only libyaml takes {a:1} for one long key.
    assert differing == ["old-hugo-words.md"]


def test_the_medigy_file_is_read_whole(medigy: bytes) -> None:
    document = Document.parse(medigy)

    assert len(document.data) == 29
    assert document.data["date"] == "2020-10-05T07:12:38.912541Z"
    assert "non-face-to-face\u00a0Chronic" in document.data["description"]
    assert document.data["featuredImage"]["size"] == [350, 350]
    assert document.data["status"] == ""
    assert document.data["categories"] == []
    assert document.body.startswith("\n<p>More than three years")
    assert document.warnings == ()
    assert not document.reformatted


@pytest.mark.parametrize(
    ("raw", "newline", "body"),
    [
        (b"---\na: 1\n---\nx", "\n", "x"),
        (b"---\na: 1\n---\n\n\nx\n\n", "\n", "\n\nx\n\n"),
        (b"---\r\na: 1\r\n---\r\n\r\nx", "\r\n", "\r\nx"),
        (b"---\ra: 1\r---\r\rx", "\r", "\rx"),
        (b"---\na: 1\n---", "\n", ""),
        (b"---\na: 1\n---   \nx", "\n", "   \nx"),
        (b"---\na: 1\n---- x", "\n", "- x"),
        (b"---\na: 1\n---\n---\ntitle: x\n---\n", "\n", "---\ntitle: x\n---\n"),
    ],
)
def test_the_body_begins_after_one_line_break(raw: bytes, newline: str, body: str) -> None:
    document = Document.parse(raw)

    assert (document.newline, document.body, document.data) == (newline, body, {"a": 1})


# -- values

AS_HUGO_READS = [
    ("true True FALSE", [True, True, False]),
    ("null Null ~", [None, None, None]),
    ("yes no on Off y n tRue nULL", ["yes", "no", "on", "Off", "y", "n", "tRue", "nULL"]),
    ("012 007 0o14 00 -012", [10, 7, 12, 0, -10]),
    ("08 0O14 0X1F 0b12 0o8", ["08", "0O14", "0X1F", "0b12", "0o8"]),
    ("1_000 0x1F 0b101 +12 -0x1f 1_", [1000, 31, 5, 12, -31, 1]),
    ("1.10 11. .5 1.5e3 -1.5E-3 09.5 1_0.5", [1.1, 11.0, 0.5, 1500.0, -0.0015, 9.5, 10.5]),
    ("1e3 1e+3 12e03 _1 --1 1.1.1 .", ["1e3", "1e+3", "12e03", "_1", "--1", "1.1.1", "."]),
    (".inf -.Inf .nan 1.0e999", [".inf", "-.Inf", ".nan", "1.0e999"]),
    ("18446744073709551615 -9223372036854775808", [2**64 - 1, -(2**63)]),
    ("123456789012345678901234567890 18446744073709551616", ["1234567890" * 3, "18446744073709551616"]),
    ("12:30 12:30:45 190:20:30.15", ["12:30", "12:30:45", "190:20:30.15"]),
    ("2020-10-05 2020-10-05T07:12:38.912541123Z", ["2020-10-05", "2020-10-05T07:12:38.912541123Z"]),
    ("0000-00-00 2020-13-45 -001-11-30T00:00:00+00:00", ["0000-00-00", "2020-13-45", "-001-11-30T00:00:00+00:00"]),
    ("= << a<b", ["=", "<<", "a<b"]),
    ("'012' \"true\" '' 'yes'", ["012", "true", "", "yes"]),
]


@pytest.mark.parametrize(("written", "values"), AS_HUGO_READS)
def test_scalars_are_read_as_hugo_reads_them(written: str, values: list[object]) -> None:
    data = parse("".join(f"k{index}: {text}\n" for index, text in enumerate(written.split()))).data

    assert [(type(value), value) for value in data.values()] == [(type(value), value) for value in values]


@pytest.mark.parametrize(
    ("header", "data"),
    [
        ("dropmark.editURL: x\n", {"dropmark.editURL": "x"}),
        ("12: a\ntrue: b\nnull: c\n0x1: d\n", {"12": "a", "true": "b", "null": "c", "0x1": "d"}),
        ("a: !foo bar\nb: !foo 12\nc: !foo\nd: !foo [1]\n", {"a": "bar", "b": "12", "c": None, "d": [1]}),
        ("a: !!str 12\nb: !!int '12'\nc: !!float 1\n", {"a": "12", "b": 12, "c": 1.0}),
        ("a: !!timestamp 2020-01-01\nb: !!binary aGk=\n", {"a": "2020-01-01", "b": "aGk="}),
        ("a: !!set {x}\n", {"a": {"x": None}}),
        ("a: &x {k: 1}\nb:\n  <<: *x\n  z: 2\n", {"a": {"k": 1}, "b": {"k": 1, "z": 2}}),
        (
            "a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc: {<<: [*x, *y], l: 4}\n",
            {"a": {"k": 1}, "b": {"k": 2, "l": 3}, "c": {"k": 1, "l": 4}},
        ),
        ("'<<': {a: 1}\n", {"<<": {"a": 1}}),
        ("a: |\n  b\n  ---\n  c\n", {"a": "b\n---\nc\n"}),
        ("", {}),
        ("# nothing yet\n", {}),
    ],
)
def test_structures_are_read(header: str, data: dict[str, object]) -> None:
    assert parse(header).data == data


def test_data_can_be_changed_without_changing_the_document() -> None:
    document = parse("tags: &t [a]\nsame: *t\n")

    document.data["tags"].append("b")
    data = document.data
    data["tags"].append("c")

    assert data["same"] == ["a"]
    assert document.data == {"tags": ["a"], "same": ["a"]}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("title", (3, 1)),
        (("link", "brand"), (6, 3)),
        (("tags", 1), (8, 3)),
        ("more", (9, 1)),
        (("more", "brand"), (10, 3)),
        ("link.brand", None),
        ("absent", None),
        (("tags", 9), None),
        (("title", "x"), None),
        ((), None),
    ],
)
def test_a_position_is_line_and_column_in_the_file(path: str | tuple[str | int, ...], place: object) -> None:
    raw = "\ufeff\n---\ntitle: x # c\nlink: &l\n  href: x\n  brand: y\ntags:\n- a\n- b\nmore:\n  <<: *l\n---\n"
    lines = raw.replace("tags:\n- a\n- b", "tags: [a,\n  b]")

    assert Document.parse(lines.encode()).position(path) == place
    assert Document.parse(lines.replace("\n", "\r\n").encode()).position(path) == place
    assert Document.parse(lines.replace("\n", "\r").encode()).position(path) == place


# -- what is refused


def test_an_error_is_one_sentence_with_line_column_and_key() -> None:
    error = refusal(b"---\ntitle: a\nlink:\n  href: x\n  href: y\n---\n")

    assert str(error) == "Line 5, column 3, key “href”: the key stands here and on line 4"
    assert error.hint == "Keep one of the two."


def test_a_warning_is_one_sentence_with_line_column_and_key() -> None:
    assert parse("title: 012\n").warnings == (
        DocumentWarning("number_as_text", "without quotes this is the number 10", 2, 8, "title"),
    )
    assert str(parse("title: 012\n").warnings[0]) == (
        "Line 2, column 8, key “title”: without quotes this is the number 10"
    )


def nested_aliases(levels: int) -> str:
    """Thirty lists in each other, and each time an alias in the innermost."""
    lines = [f"k0: &a0 {'[' * 30}x{']' * 30}\n"]
    lines += [f"k{n}: &a{n} {'[' * 30}*a{n - 1}{']' * 30}\n" for n in range(1, levels)]
    return "".join(lines)


HOSTILE = {
    "brackets": ("too_deep", "x: " + "[" * 30_000 + "]" * 30_000),
    "braces": ("too_deep", "x: " + "{a: " * 30_000 + "1" + "}" * 30_000),
    "dashes": ("too_deep", "x:\n  " + "- " * 65 + "a"),
    "indentation": ("too_deep", "\n".join(f"{' ' * depth}k:" for depth in range(70))),
    "depth by aliases": ("too_deep", nested_aliases(3)),
    "items": ("too_many_nodes", "x: [" + "a, " * 10_001 + "]"),
    "items by aliases": ("too_many_nodes", "a: &a [" + "x, " * 200 + "]\nb: [" + "*a, " * 60 + "]"),
    "items by merge keys": (
        "too_many_nodes",
        "a: &a {" + ", ".join(f"k{n}: 1" for n in range(2000)) + "}\nb: [" + "{<<: *a}, " * 3 + "]",
    ),
    "digits": ("number_too_long", "x: " + "1" * 5_001),
    "hexadecimal digits": ("number_too_long", "x: 0x" + "1" * 5_001),
    "decimals": ("number_too_long", "x: 1." + "1" * 5_001),
    "letters": ("too_large", "x: " + "a" * 256 * 1024),
    "letters of two bytes": ("too_large", "x: " + "é" * 128 * 1024),
    "a file of 10 MB": ("too_large", "x: " + "a" * 10_000_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_take_the_process_down_is_refused(name: str) -> None:
    code, header = HOSTILE[name]

    assert refusal(f"---\n{header}\n---\n".encode()).code == code


def test_what_is_within_bounds_is_read() -> None:
    assert parse("x: " + "[" * 63 + "]" * 63 + "\n").header
    assert len(parse("x: [" + "a, " * 4_990 + "]\n").data["x"]) == 4_990
    assert parse(nested_aliases(2)).data["k1"]
    assert parse("x: " + "a" * 250_000 + "\n", body="b" * 4_000_000).body


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        (b"---\na: 'it's'\n---\n", "a new key is expected here"),
        (b"---\na: b: c\n---\n", "a colon with a space after it"),
        (b'---\na: "\\q"\n---\n', "a backslash in double quotes"),
        (b'---\na: "\\uD83D\\uDE00"\n---\n', "half a character"),
        (b"---\na: {x: 1\n---\n", "a {mapping} is not closed"),
        (b"---\na: - b\n---\n", "a list cannot begin on the line of its key"),
        (b"---\na: *\n---\n", "is a reference"),
        (b"---\n`a`: b\n---\n", "a line cannot begin with `"),
        (b"---\na: x\ny\n---\n", "neither “key: value” nor"),
    ],
)
def test_a_slip_of_the_pen_is_explained(raw: bytes, part: str) -> None:
    error = refusal(raw)

    assert part in str(error)
    assert (error.code, bool(error.line), bool(error.column)) == ("syntax", True, True)


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"--\n", b"- item\n", b"+ item\n", b"# Heading\n", b"<p>Body</p>"])
def test_a_file_without_front_matter_is_told_apart(raw: bytes) -> None:
    assert refusal(raw).code == "no_front_matter"


def test_utf_16_without_a_mark_is_told_apart() -> None:
    assert refusal("---\na: 1\n---\n".encode("utf-16-le")).code == "not_utf8"
