"""What holds for any data, any file and any change, in TOML and in JSON."""

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.frontmatter import DELETE, Document

PIECES = [
    *("a", "Words and more", "2020-10-05", "2020-10-05T07:12:38Z", "07:12:38", "inf", "true", "+++", "---", "#", " #"),
    *("'", '"', "'''", '"""', "\\", "\\u00e9", "{", "}", "[", "]", ",", "=", ":", "\n", "\r", "\t", "\x00", "\x1f"),
    *("\x7f", "\x85", "\u2028", "\ufeff", "é", "א", "😀", " ", "  ", "x" * 90),
]
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
)
scalars = st.one_of(
    texts,
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)
keys = st.one_of(st.sampled_from(["title", "date", "link", "tags", "a.b", "a b", "12"]), texts)


def mappings(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Mappings whose keys differ by more than case."""
    return st.lists(st.tuples(keys, values), max_size=5, unique_by=lambda pair: pair[0].lower()).map(dict)


values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | mappings(inner), max_leaves=10)


def typed(value: Any) -> Any:
    """A value in which 1, 1.0 and True differ."""
    if isinstance(value, dict):
        return {key: typed(child) for key, child in value.items()}
    return [typed(child) for child in value] if isinstance(value, list) else (type(value), value)


# Files without a key, in different styles: what is written into them follows.
EMPTY = {
    "toml": ["+++\n+++\nBody", "+++\nquotes = 'x'\n+++\nBody", "+++\r\nday = 2020-10-05\r\n\r\n[t]\r\n+++\r\nBody"],
    "json": ['{"k":1}\nBody', '{\n\t"k": [\n\t\t"\\u00e9"\n\t]\n}\nBody', '{\r\n  "k" : {"l": [1, 2]}\r\n}\r\nBody'],
}
LIBRARIES: dict[str, Any] = {"toml": tomllib.loads, "json": json.loads}


@pytest.mark.parametrize("name", EMPTY)
@given(mappings(values), mappings(values), st.data())
@settings(max_examples=200)
def test_what_is_set_is_read_back_by_us_and_by_python_and_can_be_taken_back(
    name: str, data: dict[str, Any], changes: dict[str, Any], draw: st.DataObject
) -> None:
    empty = Document.parse(draw.draw(st.sampled_from(EMPTY[name])).encode())
    taken = {key.lower() for key in empty.data}
    data = {key: value for key, value in data.items() if key.lower() not in taken}

    filled = empty.with_values(data)
    spelled = {key.lower(): key for key in filled.data}
    changes = {spelled.get(key.lower(), key): value for key, value in changes.items()}
    result = filled.with_values(changes)
    back = result.with_values({key: filled.data.get(key, DELETE) for key in changes})

    assert typed(filled.data) == typed({**empty.data, **data})
    assert typed(result.data) == typed({**filled.data, **changes})
    assert typed(back.data) == typed(filled.data)
    assert {document.body for document in (filled, result, back)} == {"Body"}
    assert not back.reformatted
    read = {key: value for key, value in LIBRARIES[name](result.header).items() if key in data | changes}
    assert typed(read) == typed({key: value for key, value in result.data.items() if key in read})


# Entries as people write them; {k} is the key.
TOML_LINES = [
    '{k} = "basic \\u00e9" # note\n',
    "{k}='literal'\n",
    '{k} = """\nlines\n  more \\\n  on"""  # note\n',
    "{k} = '''one'''\n",
    "  {k}   = 0x1F\n",
    "{k} = 2020-10-05 07:12:38.5Z # note\n",
    "{k} = 2020-10-05\n",
    "{k} = [ # all\n  'x', # one\n\n  # about y\n  \"y\",\n]\n",
    "{k} = ['x',\"y\"] # note\n",
    "{k} = {{ x = 1, y=[{{z = 'w'}}] }} # note\n",
    "{k}.x = 1\n{k} . y = 'z' # note\n",
    '"{k}" = true\n',
]
TOML_TABLES = [
    "[{k}]\n",
    "[{k}] # note\nx = 1\n\n# about y\n  y.z = 2 # note\n",
    "[[{k}]]\nx = 1\n\n[[{k}]] # note\n# in it\nx = 2\n",
    "[{k}.deep]\nx = 1\n",
    "[ {k} . deep.er ]\n\tx = ['y']\n[{k}]\nz = 1\n",
    "[[{k}]]\n[{k}.in]\nx = 1\n",
]
BETWEEN = ["", "# a comment\n", "\n", "\n# a comment\n\n"]


@st.composite
def toml_entries(draw: st.DrawFn) -> tuple[list[tuple[str, str, str]], int]:
    """Keys, the text of their entries and what stands above each; and how many of them are tables."""
    names = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True))
    tables = draw(st.integers(0, len(names)))
    result = []
    for index, name in enumerate(names):
        kinds = TOML_TABLES if index >= len(names) - tables else TOML_LINES
        result.append((name, draw(st.sampled_from(kinds)).format(k=name), draw(st.sampled_from(BETWEEN))))
    return result, tables


@given(
    toml_entries(), st.data(), st.one_of(scalars, st.lists(scalars), st.just(DELETE)), st.sampled_from(["\n", "\r\n"])
)
@settings(max_examples=500)
def test_a_change_of_one_line_of_toml_leaves_every_other_byte_alone(
    written: tuple[list[tuple[str, str, str]], int], data: st.DataObject, value: Any, newline: str
) -> None:
    entries, tables = written
    at = data.draw(st.integers(0, len(entries) - 1))
    name, text, above = entries[at]
    before = "+++\n" + "".join(above + text for _, text, above in entries[:at]) + above
    after = "".join(above + text for _, text, above in entries[at + 1 :]) + "# last\n+++\nBody\n\n"
    original = Document.parse((before + text + after).replace("\n", newline).encode())

    result = original.with_values({name: value})

    wanted = {key: child for key, child in {**original.data, name: value}.items() if child is not DELETE}
    assert typed(result.data) == typed(wanted)
    assert not result.reformatted
    if at < len(entries) - tables and not text.startswith(f"{name}."):
        assert result.text.startswith(before.replace("\n", newline))
        assert result.text.endswith(after.replace("\n", newline))
    for line in (before + after).replace("\n", newline).splitlines(keepends=True):
        assert line in result.text
    assert newline == "\n" or "\n" not in result.header.replace("\r\n", "")


@given(toml_entries(), values, st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=300)
def test_a_new_key_of_toml_leaves_every_other_byte_alone(
    written: tuple[list[tuple[str, str, str]], int], value: Any, newline: str
) -> None:
    text = "+++\n" + "".join(above + text for _, text, above in written[0]) + "# last\n+++\nBody\n\n"
    original = Document.parse(text.replace("\n", newline).encode())

    result = original.with_values({"dd": value})

    assert typed(result.data["dd"]) == typed(value)
    assert not result.reformatted
    added = len(result.text) - len(original.text)
    assert any(result.text[:at] + result.text[at + added :] == original.text for at in range(len(original.text) + 1))


def a_path(data: dict[str, Any], draw: st.DataObject) -> tuple[str | int, ...]:
    """The steps to some value."""
    path: list[str | int] = []
    at: Any = data
    while True:
        path.append(draw.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at)))))
        at = at[path[-1]]
        if not isinstance(at, dict | list) or not at or draw.draw(st.booleans()):
            return tuple(path)


def changed(data: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """The data with one value set or taken out."""
    at: Any = data
    for step in path[:-1]:
        at = at[step]
    if value is DELETE:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return data


@given(toml_entries(), st.data(), st.one_of(values, st.just(DELETE)), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=500)
def test_any_value_of_toml_can_change_alone(
    written: tuple[list[tuple[str, str, str]], int], draw: st.DataObject, value: Any, newline: str
) -> None:
    text = "+++\n" + "".join(above + text for _, text, above in written[0]) + "# last\n+++\nBody\n\n"
    original = Document.parse(text.replace("\n", newline).encode())
    path = a_path(original.data, draw)

    result = original.with_values({path: value})

    assert typed(result.data) == typed(changed(original.data, path, value))
    assert not result.reformatted
    assert tomllib.loads(result.header).keys() == result.data.keys()


@given(mappings(values), st.data(), st.one_of(scalars, st.lists(scalars, max_size=4), st.just(DELETE)))
@settings(max_examples=300)
def test_a_changed_object_is_what_its_writer_would_have_written(
    data: dict[str, Any], draw: st.DataObject, value: Any
) -> None:
    style = draw.draw(st.sampled_from([{"indent": 2}, {"indent": "\t"}, {"separators": (",", ":")}, {}]))
    ascii_only = draw.draw(st.booleans())
    data = {key: child for key, child in data.items() if key.lower() != "last"} | {"last": ["é"]}
    original = Document.parse(f"{json.dumps(data, ensure_ascii=ascii_only, **style)}\nBody".encode())
    path = a_path(data, draw)
    wanted = changed(original.data, path, value)

    result = original.with_values({path: value})

    assert typed(result.data) == typed(wanted)
    assert result.text == f"{json.dumps(wanted, ensure_ascii=ascii_only, **style)}\nBody"
    assert not result.reformatted
