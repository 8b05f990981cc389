"""What holds for any data, any file and any change."""

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.frontmatter import DELETE, Document

PIECES = [
    *("a", "Words and more", "yes", "n", "012", "1e3", "-", "- ", "---", "...", ":", ": ", "#", " #", "'", '"', "\\"),
    *("\n", "\n\n", "\n ", "  ", " ", "\t", "\u2028", "\x85", "\u00a0", "😀", "א", "{", "}", "[", "]", ",", "&x", "*x"),
    *("!t", "%", "@", "`", "|", ">", "?", "=", "<<", "~", "null", "2020-10-05", "12:30", "\x07", "\r", "\x00", "\x7f"),
    *("\ufeff", "long " * 30, "x" * 90),
]

texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
)
scalars = st.one_of(
    texts,
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
)


def mappings(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Mappings whose keys differ by more than case."""
    keys = st.one_of(st.sampled_from(["title", "date", "link", "tags", "yes", "12", "null", "~", "x.y"]), texts)
    pairs = st.lists(st.tuples(keys, values), max_size=5, unique_by=lambda pair: pair[0].lower())
    return pairs.map(dict)


values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | mappings(inner), max_leaves=10)


def typed(value: Any) -> Any:
    """A value in which 1, 1.0 and True differ."""
    if isinstance(value, dict):
        return {key: typed(child) for key, child in value.items()}
    return [typed(child) for child in value] if isinstance(value, list) else (type(value), value)


@given(mappings(values), texts)
@settings(max_examples=300)
def test_what_is_written_is_read_back_by_us_and_by_plain_pyyaml(data: dict[str, Any], body: str) -> None:
    document = Document.new(data, body)

    assert typed(document.data) == typed(data)
    assert document.body == f"\n{body}"
    assert typed(yaml.safe_load(document.header)) == typed(data)


@given(mappings(values), mappings(values), st.booleans())
@settings(max_examples=300)
def test_a_change_gives_what_was_asked_and_can_be_taken_back(
    data: dict[str, Any], changes: dict[str, Any], in_brackets: bool
) -> None:
    if in_brackets:
        dumped = yaml.safe_dump(data, default_flow_style=True, width=20)
        original = Document.parse(f"---\nnested: {dumped}---\nBody".encode())
    else:
        original = Document.new({**data, "nested": {"deep": data}}, "Body")
    prefix = ("nested",) if in_brackets else ()
    wanted = original.data
    place = wanted["nested"] if in_brackets else wanted
    spelled = {key.lower(): key for key in place}
    changes = {spelled.get(key.lower(), key): value for key, value in changes.items()}
    old = {(*prefix, key): place.get(key, DELETE) for key in changes}
    place.update(changes)

    result = original.with_values({(*prefix, key): value for key, value in changes.items()})
    back = result.with_values(old)

    assert typed(result.data) == typed(wanted)
    assert typed(back.data) == typed(original.data)
    assert back.body == result.body == original.body


# Entries as people write them; {k} is the key.
ENTRIES = [
    "{k}: plain # note\n",
    "{k}:   words that go\n  on and on  # note\n",
    "{k}: 'it''s'  # note\n",
    '"{k}": "double \\u00e9 \\\n  quoted"\n',
    "{k}: |\n  literal\n\n   more\n",
    "{k}: >-  # note\n  folded\n  text\n",
    "{k}: |+\n  kept\n\n",
    "{k}: # note\n- a # note\n# about c\n- c\n",
    "{k}:\n    - a\n    -   b: 1\n        c: 2 # note\n",
    "{k}: {{a: 1, b: [x, 'y']}} # note\n",
    "{k}: [\n  a, # note\n  b\n]\n",
    "{k}:\n",
    "{k}: ~ # note\n",
    "{k}: &anchor-{k} value\n",
    "? {k}\n: value\n",
    "{k}:\n  deep:\n    er: 1\n  # note\n  x: y\n",
    "{k}:\n  on the next line\n",
    "{k}: !tag value\n",
    "{k}: 2019-05-01T02:15:47Z\n",
    "{k}:\n- - 1\n  - 2\n- []\n",
    "{k}: 😀 \u05e9\u05dc\u05d5\u05dd a\u00a0b\n",
]
BETWEEN = ["", "# a comment\n", "\n", "\n# a comment\n\n"]


@st.composite
def entries(draw: st.DrawFn) -> list[tuple[str, str, str]]:
    """Keys, the text of their entries, and what stands above each."""
    keys = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True))
    result: list[tuple[str, str, str]] = []
    for key in keys:
        above = draw(st.sampled_from(BETWEEN))
        # Empty lines below such a block are its own, or would be when the entry between is taken out.
        if any("|+" in text for _, text, _ in result[-2:]):
            above = above.lstrip("\n")
        result.append((key, draw(st.sampled_from(ENTRIES)).format(k=key), above))
    return result


@given(entries(), st.data(), st.one_of(values, st.just(DELETE)), st.sampled_from(["\n", "\r\n", "\r"]))
@settings(max_examples=500)
def test_a_change_of_one_key_leaves_every_other_byte_alone(
    written: list[tuple[str, str, str]], data: st.DataObject, value: Any, newline: str
) -> None:
    at = data.draw(st.integers(0, len(written) - 1))
    before = "---\n" + "".join(above + text for _, text, above in written[:at]) + written[at][2]
    after = "".join(above + text for _, text, above in written[at + 1 :]) + "# last\n---\nBody\n\n"
    original = Document.parse((before + written[at][1] + after).replace("\n", newline).encode())

    result = original.with_values({written[at][0]: value})

    assert result.text.startswith(before.replace("\n", newline))
    assert result.text.endswith(after.replace("\n", newline))
    assert typed(result.data) == typed(
        {key: child for key, child in {**original.data, written[at][0]: value}.items() if child is not DELETE}
    )
    assert not result.reformatted


@given(entries(), values, st.sampled_from(["\n", "\r\n", "\r"]))
@settings(max_examples=300)
def test_a_new_key_leaves_every_other_byte_alone(written: list[tuple[str, str, str]], value: Any, newline: str) -> None:
    text = "---\n" + "".join(above + text for _, text, above in written) + "# last\n---\nBody\n\n"
    original = Document.parse(text.replace("\n", newline).encode())

    result = original.with_values({"dd": value})
    added = len(result.text) - len(original.text)
    line, column = result.position("dd") or (0, 0)
    at = sum(len(part) + len(newline) for part in result.text.split(newline)[: line - 1]) + column - 1

    assert result.text[:at] + result.text[at + added :] == original.text
    assert typed(result.data["dd"]) == typed(value)
    assert not result.reformatted
