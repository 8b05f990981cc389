"""TOML is read as Hugo reads it, and a change touches the lines that it is about and no others."""

import time
from pathlib import Path
from typing import Any

import pytest

from curation.frontmatter import DELETE, Document, FrontMatterError, toml_splice
from curation.frontmatter.edits import Reformat

Changes = dict[Any, Any]


def document(header: str, body: str = "Body\n") -> Document:
    return Document.parse(f"+++\n{header}+++\n{body}".encode())


def refusal(header: str) -> FrontMatterError:
    with pytest.raises(FrontMatterError) as caught:
        document(header)
    return caught.value


def test_values_are_what_hugo_has_and_dates_are_their_text(odd_files: Path) -> None:
    data = Document.parse((odd_files / "toml-styles.md").read_bytes()).data

    assert list(data) == [
        *("title", "quoted key", "literal key", "bare-key_1", "numbers", "odd", "day", "local", "moment", "time"),
        *("draft", "text", "raw", "tags", "link", "params", "resources", "cascade"),
    ]
    assert data["quoted key"] == 'tab\t, quote " and é'
    assert data["literal key"] == "C:\\folder"
    assert data["numbers"] == [31, 15, 5, 12, 0, 1000.0, 6.626e-34, 1.5]
    assert data["odd"] == {"most": "inf", "least": "-inf", "none": "nan"}
    assert (data["day"], data["local"], data["time"]) == ("2020-10-05", "2020-10-05T07:12:38", "07:12:38")
    assert data["moment"] == "2020-10-05 07:12:38.912541123+02:00"
    assert data["text"] == "First line\nsecond line"
    assert data["raw"] == "+ no end of the front matter"
    assert data["link"] == {"href": "https://news.example/", "brand": "news.example"}
    assert data["params"] == {
        "deep": {"a": {"b": 1}, "list": [{"x": 1}, []]},
        "author": {"first last": {"name": "Ada"}},
    }
    assert data["resources"] == [{"src": "a.jpg", "params": {"credit": "Ada"}}, {"src": "b.jpg"}]


def test_a_document_says_what_it_is_written_in(medigy: bytes) -> None:
    toml = Document.parse(b"+++\r\ntitle = 'x'\r\n+++\r\n\r\nBody")

    assert (toml.format, toml.newline, toml.header, toml.body) == ("toml", "\r\n", "title = 'x'\r\n", "\r\nBody")
    assert Document.parse(medigy).format == "yaml"
    assert Document.parse(b"{}").format == "json"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("title", (2, 1)),
        (("link", "brand"), (4, 6)),
        ("params", (7, 2)),
        (("params", "deep"), (7, 9)),
        (("params", "deep", "x"), (8, 3)),
        (("params", "list", 1), (12, 3)),
        (("r", 1), (17, 3)),
        (("r", 1, "b"), (18, 5)),
        (("r", 2), None),
        ("link.brand", None),
    ],
)
def test_a_position_is_line_and_column_in_the_file(path: str | tuple[str | int, ...], place: object) -> None:
    raw = (
        '+++\ntitle = "x"\nlink.href = 1\nlink.brand = 2\n\n# deep\n[params.deep]\n  x = 1\n'
        "[params]\nlist = [\n  1,\n  2\n]\n\n[[r]]\n\n[[r]]\n    b = 1\n+++\n"
    )

    assert Document.parse(raw.encode()).position(path) == place
    assert Document.parse(b"\xef\xbb\xbf" + raw.replace("\n", "\r\n").encode()).position(path) == place


# What holds: the front matter, the changes, the front matter that comes of it.
CHANGES: dict[str, tuple[str, Changes, str]] = {
    # single values
    "a value that stays the same stays as it is written": (
        "title = 'x'\nn = 0x10\ntags = [ 'a' ]\n",
        {"title": "x", "n": 16, "tags": ["a"]},
        "title = 'x'\nn = 0x10\ntags = [ 'a' ]\n",
    ),
    "a value changes and what is around it stays": (
        "title   =  'old' # note\nb = 1\n",
        {"title": "new", "b": 2.5},
        "title   =  'new' # note\nb = 2.5\n",
    ),
    "quotes stay, where the text allows it": (
        "a = 'old'\nb = \"old\"\nc = 'old'\nd = 1\n",
        {"a": "C:\\new", "b": 'a "new"\\\x7f', "c": "it's", "d": "new"},
        "a = 'C:\\new'\nb = \"a \\\"new\\\"\\\\\\u007F\"\nc = \"it's\"\nd = \"new\"\n",
    ),
    "new text has the quotes of all other text": ("a = 'old'\nb = 1\n", {"b": "new"}, "a = 'old'\nb = 'new'\n"),
    "text of many lines": (
        'a = """\nold\nlines"""\nb = \'\'\'old\'\'\'\nc = """\nold"""\nd = """old"""\n',
        {"a": 'new\n"lines"\n', "b": "new\nlines", "c": "new", "d": "a\n+++\nb"},
        'a = """\nnew\n\\"lines\\"\n"""\nb = \'\'\'\nnew\nlines\'\'\'\nc = """new"""\nd = "a\\n+++\\nb"\n',
    ),
    "a bare date stays bare": (
        "day = 2019-05-01 # note\nmoment = 2019-05-01T02:15:47Z\ntime = 02:15:47\n",
        {"day": "2020-01-01", "moment": "2020-01-01T00:00:00.5+02:00", "time": "03:00:00"},
        "day = 2020-01-01 # note\nmoment = 2020-01-01T00:00:00.5+02:00\ntime = 03:00:00\n",
    ),
    "a bare date can become a moment, and other text is quoted": (
        "a = 2019-05-01\nb = 2019-05-01\nc = inf\nd = 2019-05-01\n",
        {"a": "2020-01-01T00:00:00Z", "b": "2020-01-01 00:00:00 -0500", "c": "nan", "d": "2020-13-45"},
        'a = 2020-01-01T00:00:00Z\nb = "2020-01-01 00:00:00 -0500"\nc = "nan"\nd = "2020-13-45"\n',
    ),
    "a quoted date stays quoted": ('date = "2019-05-01"\n', {"date": "2020-01-01"}, 'date = "2020-01-01"\n'),
    "a new date is as the others are": (
        "title = 'x'\ndate = 2019-05-01\n",
        {"expiryDate": "2020-01-01T00:00:00Z", "word": "2020-01-01"},
        "title = 'x'\ndate = 2019-05-01\nexpiryDate = 2020-01-01T00:00:00Z\nword = '2020-01-01'\n",
    ),
    "a new date is quoted where the others are": (
        'title = "x"\ndate = "2019-05-01"\n',
        {"publishDate": "2020-01-01"},
        'title = "x"\ndate = "2019-05-01"\npublishDate = "2020-01-01"\n',
    ),
    # keys
    "a new key goes before the first table and leaves its comment alone": (
        "b = 1\na = 2\n\n# about t\n[t]\nc = 1\n",
        {"new": True, "more": [1, "x"]},
        'b = 1\na = 2\nnew = true\nmore = [1, "x"]\n\n# about t\n[t]\nc = 1\n',
    ),
    "a new key goes in sorted place where the keys are sorted": (
        "b=1\n# about d\nd=2 # note\n",
        {"c": 1, "e": 2, "a": 3},
        "a=3\nb=1\nc=1\n# about d\nd=2 # note\ne=2\n",
    ),
    "a new key where only tables are": ("# about t\n[t]\nc = 1\n", {"a": 1}, "a = 1\n\n# about t\n[t]\nc = 1\n"),
    "a new key in empty front matter": ("", {"b": 1, "a b": "x"}, '"a b" = "x"\nb = 1\n'),
    "a new key in front matter of comments": ("# none yet\n", {"b": 1}, "# none yet\nb = 1\n"),
    "a new key in a table": (
        "[t]\n  c = 1 # note\n\n# about u\n[u]\n[v]\n",
        {("t", "d"): 2, ("u", "a"): 1},
        "[t]\n  c = 1 # note\n  d = 2\n\n# about u\n[u]\na = 1\n[v]\n",
    ),
    "a new key in a table that only stands in other headers": (
        "a = 1\n\n# about b\n[t.b]\nc = 1\n",
        {("t", "a"): 1},
        "a = 1\n\n[t]\na = 1\n\n# about b\n[t.b]\nc = 1\n",
    ),
    "a new key beside dotted keys": (
        "link.href = 1\nlink.brand = 2\nz = 1\n",
        {("link", "original"): 3},
        "link.href = 1\nlink.brand = 2\nlink.original = 3\nz = 1\n",
    ),
    "a key goes with its lines and the comment beside it": (
        "# about a\na = 1 # note\nb = [\n  1, # one\n  2,\n] # note\n\n# about c\nc = 1\n",
        {"a": DELETE, "b": DELETE},
        "# about a\n\n# about c\nc = 1\n",
    ),
    "a dotted key goes": ("a.b = 1\na.c = 2\n", {("a", "b"): DELETE}, "a.c = 2\n"),
    "the last dotted key leaves an empty mapping": ("a.b = 1\nz = 1\n", {("a", "b"): DELETE}, "a = {}\nz = 1\n"),
    "the last key of a table leaves its header": ("[a]\nb = 1\n[c]\n", {("a", "b"): DELETE}, "[a]\n[c]\n"),
    # tables
    "a table goes with all that is in it": (
        "a = 1\n\n# about t\n[t]\n# about c\nc = 1\n\n[t.deep]\nd = 1\n\n# about u\n[u]\n[t.more]\ne = 1\n",
        {"t": DELETE},
        "a = 1\n\n# about t\n# about u\n[u]\n",
    ),
    "a new table goes to the end": (
        "a = 1\n[t]\nb = 1\n",
        {"link": {"href": "x", "in": {"y": [{"z": 1}]}}},
        'a = 1\n[t]\nb = 1\n\n[link]\nhref = "x"\n\n[[link.in.y]]\nz = 1\n',
    ),
    "a new mapping in a table is written in braces": ("[t]\na = 1\n", {("t", "b"): {"c": {"d": "x"}}}, (
        '[t]\na = 1\nb = { c = { d = "x" } }\n'
    )),
    "text becomes a mapping": ('link = "x" # note\n', {"link": {"href": "x"}}, 'link = { href = "x" } # note\n'),
    "a table becomes text": ("a = 1\n[t]\nb = 1\n[u]\n", {"t": "x"}, 'a = 1\nt = "x"\n[u]\n'),
    "one value in a table, and one in another": (
        "[t]\na = 1\n[t.u]\nb = 1\n[v]\nc = 1\n[t.w]\nd = 1\n",
        {("t", "u", "b"): 2, ("t", "w", "d"): 2},
        "[t]\na = 1\n[t.u]\nb = 2\n[v]\nc = 1\n[t.w]\nd = 2\n",
    ),
    "one value in a list of tables": (
        "[[r]]\na = 1\n[r.p]\nb = 1\n[[r]]\na = 2 # note\n",
        {("r", 0, "p", "b"): 5, ("r", 1, "a"): 6, ("r", 1, "c"): 7},
        "[[r]]\na = 1\n[r.p]\nb = 5\n[[r]]\na = 6 # note\nc = 7\n",
    ),
    "an item of a list of tables comes and another goes": (
        "[[r]]\na = 1\n\n[[r]] # two\na = 2\n\n[u]\n",
        {"r": [{"a": 2}, {"a": 3, "p": {"b": 1}}]},
        "[[r]] # two\na = 2\n\n[[r]]\na = 3\n\n[r.p]\nb = 1\n\n[u]\n",
    ),
    "an item of a list of tables goes": (
        "[[r]]\na = 1\n[r.p]\n[[r]]\na = 2\n# end\n",
        {("r", 0): DELETE},
        "[[r]]\na = 2\n# end\n",
    ),
    # in brackets
    "an item is added and the others stay": (
        "tags = [\n  'a', # first\n  # about b\n  \"b\"\n] # note\n",
        {"tags": ["a", "b", "c"]},
        "tags = [\n  'a', # first\n  # about b\n  \"b\",\n  \"c\"\n] # note\n",
    ),
    "an item goes with its comments, and a last comma stays": (
        "tags = [ # all\n  'a', # first\n  # about b\n  'b', # second\n  'c',\n]\n",
        {"tags": ["a", "c", "d"]},
        "tags = [ # all\n  'a', # first\n  'c',\n  'd',\n]\n",
    ),
    "items on one line": (
        "a = ['x','y']\nb = [ 1, 2 ]\nc = [1]\n",
        {"a": ["y", "z"], "b": [2], "c": [1, 3]},
        "a = ['y','z']\nb = [ 2 ]\nc = [1, 3]\n",
    ),
    "a comment never swallows what comes": (
        "a = [ 1 # one\n]\nb = [ 1, # one\n 2]\n",
        {"a": [1, 2], "b": [1]},
        "a = [ 1, # one\n 2\n]\nb = [ 1 # one\n]\n",
    ),
    "a list that is emptied, and one that is filled": (
        "a = [\n 1,\n] # x\nb = [ ]\n",
        {"a": [], "b": ["x"]},
        'a = [] # x\nb = ["x"]\n',
    ),
    "keys of an inline table come and go": (
        "t = { b = 'x', c= 1 } # note\n",
        {("t", "a"): 1, ("t", "c"): DELETE, ("t", "d"): "y"},
        "t = { a = 1, b = 'x', d = 'y' } # note\n",
    ),
    "one value in an inline table": ("t = {b=[1,{c=2}]}\n", {("t", "b", 1, "c"): 3}, "t = {b=[1,{c=3}]}\n"),
    "an inline table with dotted keys is written anew": (
        "t = { a.b = 1, c = 2 } # note\n",
        {("t", "a", "b"): 3},
        "t = { a = { b = 3 }, c = 2 } # note\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_change_of_values_is_a_change_of_their_lines(name: str, newline: str) -> None:
    before, changes, after = CHANGES[name]
    original = Document.parse(f"\ufeff\n+++\n{before}+++\n\nBody\n\n".replace("\n", newline).encode())

    result = original.with_values(changes)

    assert result.text == f"\ufeff\n+++\n{after}+++\n\nBody\n\n".replace("\n", newline)
    assert not result.reformatted


def test_what_has_no_place_in_the_text_is_written_anew_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str, edits: object) -> str:
        raise Reformat

    monkeypatch.setattr(toml_splice, "applied", refuse)
    before = "r = [{b = 'x'}, {}] # note\nday = 2020-01-01\nexpiryDate = 2020-01-02\n[t]\n[t.u]\na.b = 1\n"

    result = document(before).with_values({"n": 1})

    assert result.header == (
        "day = '2020-01-01'\nexpiryDate = 2020-01-02\nn = 1\n\n[[r]]\nb = 'x'\n\n[[r]]\n\n[t.u.a]\nb = 1\n"
    )
    assert (result.reformatted, result.body) == (True, "Body\n")


@pytest.mark.parametrize(
    ("before", "changes", "code", "part"),
    [
        ("a = 1\n", {"a": None}, "unsupported_value", "Key “a”: the new value is empty (null)"),
        ("a = 1\n", {"b": {"c": [None]}}, "unsupported_value", "Key “c”: the new value is empty (null)"),
        ("a = 1\n", {"a": 2**63}, "number_too_long", "beyond 64 bits"),
        ("a = 1\n", {("a", "b"): 1}, "no_such_place", "Key “a.b”"),
        ("[[a]]\n", {("a", 1): 1}, "no_such_place", "Key “a.1”"),
        ("Date = 1\n", {"date": 2}, "duplicate_key_case", "is the same key"),
        ("a = 1\n", {"a": "x" * 300_000}, "too_large", "262,144 bytes"),
        ("a = 1\n", {"a": [0] * 10_001}, "too_many_nodes", "10,000 values"),
    ],
)
def test_a_change_that_toml_has_no_form_for_is_refused(before: str, changes: Changes, code: str, part: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        document(before).with_values(changes)
    assert caught.value.code == code
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "body", "after"),
    [
        (b"+++\na = 1\n+++\n\nOld\n", "\nNew", b"+++\na = 1\n+++\n\nNew"),
        (b"+++\na = 1\n+++", "New\n", b"+++\na = 1\n+++\nNew\n"),
        (b"+++\r\na = 1\r\n+++", "New", b"+++\r\na = 1\r\n+++\r\nNew"),
        (b"+++\na = 1\n+++\nOld", "+++\na = 2\n+++\n", b"+++\na = 1\n+++\n+++\na = 2\n+++\n"),
    ],
)
def test_a_new_body_is_written_as_it_is_given(raw: bytes, body: str, after: bytes) -> None:
    both = Document.parse(raw).with_values({"a": 2}, body=body)

    assert Document.parse(raw).with_values({}, body=body).bytes == after
    assert (both.body, both.bytes) == (body, after.replace(b"a = 1", b"a = 2", 1))


# -- what is refused

HOSTILE = {
    "brackets": ("too_deep", "x = " + "[" * 30_000 + "]" * 30_000),
    "braces": ("too_deep", "x = " + "{a = " * 30_000 + "1" + "}" * 30_000),
    "dotted keys": ("too_deep", ".".join("a" * 60_000) + " = 1"),
    "dotted keys in quotes": ("too_deep", " . ".join(['"a"'] * 40_000) + " = 1"),
    "dotted keys in braces": ("too_deep", "x = {" + ".".join("a" * 64) + " = 1}"),
    "headers": ("too_deep", f"[{'.'.join('a' * 60_000)}]"),
    "lists of tables": ("too_deep", "\n".join(f"[[{'.'.join('a' * count)}]]" for count in range(1, 40))),
    "all of these": ("too_deep", f"[{'.'.join('a' * 30)}]\n{'.'.join('a' * 30)} = [[[[[1]]]]]"),
    "items": ("too_many_nodes", "x = [" + "1," * 10_001 + "]"),
    "tables": ("too_many_nodes", "\n".join(f"[a{count}]" for count in range(10_001))),
    "keys": ("too_many_nodes", "\n".join(f"a{count} = 1" for count in range(5_001))),
    "digits": ("number_too_long", "x = " + "1" * 5_001),
    "hexadecimal digits": ("number_too_long", "x = 0x" + "1" * 5_001),
    "decimals": ("number_too_long", "x = 1." + "1" * 5_001),
    "letters": ("too_large", f'x = "{"a" * 256 * 1024}"'),
    "backslashes": ("syntax", 'x = "' + "\\" * 250_000),
    "quotes": ("syntax", "x = '''" + "''a" * 80_000),
    "commas": ("syntax", "x = [" + "," * 250_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_take_the_process_down_is_refused_at_once(name: str) -> None:
    code, header = HOSTILE[name]
    start = time.process_time()

    assert refusal(f"{header}\n").code == code
    assert time.process_time() - start < 2


def test_what_is_within_bounds_is_read() -> None:
    deep = document(f"x = {'[' * 63}{']' * 63}\n")

    assert deep.with_values({"y": 1}).data["y"] == 1
    assert len(document("x = [" + "1," * 9_990 + "]\n").data["x"]) == 9_990
    assert document("x = 9_223_372_036_854_775_807\ny = 1e999\n").data == {"x": 2**63 - 1, "y": "1e999"}


@pytest.mark.parametrize(
    ("header", "line", "part"),
    [
        ("a = 1\nb = [1,\n  2\n", 4, "a [list] is not closed"),
        ("a = 1\nb\n", 3, "neither “key = value” nor a [table]"),
        ('a = "x\n', 2, "not closed on its line"),
        ("a = 'x\n", 2, "a quote is opened and never closed"),
        ("a = '''x\n", 2, "a quote is opened and never closed"),
        ("[a\nb = 1\n", 2, "the name of a table is not closed"),
        ("a = {b = 1\n", 2, "an inline {table} is not closed"),
        ('a = "\\q"\n', 2, "an escape that does not exist"),
        ('a = "\\ud83d"\n', 2, "half a character"),
        ("a = 1 2\n", 2, "something follows a value"),
        ("= 1\n", 2, "a line cannot begin with this"),
        ("a = 2020-10-05T25:00:00Z\n", 2, "does not exist"),
    ],
)
def test_a_slip_of_the_pen_is_explained(header: str, line: int, part: str) -> None:
    error = refusal(header)

    assert part in str(error)
    assert (error.code, error.line, bool(error.column)) == ("syntax", line, True)


def test_both_places_of_a_key_are_named() -> None:
    assert str(refusal("[a]\nb = 1\n[c]\n[a]\n")) == "Line 5, column 2, key “a”: the key stands here and on line 2"
    assert str(refusal("a.b = 1\na.b = 2\n")) == "Line 3, column 3, key “b”: the key stands here and on line 2"
