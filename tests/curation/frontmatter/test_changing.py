"""A change touches the text of what differs and nothing else, or is refused, or says that it rewrote the whole."""

from pathlib import Path
from typing import Any

import pytest

from curation.frontmatter import DELETE, Document, FrontMatterError

Changes = dict[Any, Any]


def document(header: str, body: str = "Body\n") -> Document:
    return Document.parse(f"---\n{header}---\n{body}".encode())


def changed_lines(before: Document, after: Document) -> tuple[list[str], list[str]]:
    """The lines that went and the lines that came, between the first and the last that differ."""
    old, new = before.text.splitlines(), after.text.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return old, new


# What holds: the front matter, the changes, the front matter that comes of it.
CHANGES: dict[str, tuple[str, Changes, str]] = {
    # single values
    "a value that stays the same stays as it is written": (
        "title: 'x'\nn: 0x10\ntags: [ 'a' ]\n",
        {"title": "x", "n": 16, "tags": ["a"]},
        "title: 'x'\nn: 0x10\ntags: [ 'a' ]\n",
    ),
    "one is not true and not one point zero": ("a: 1\nb: 1\n", {"a": True, "b": 1.0}, "a: true\nb: 1.0\n"),
    "plain text stays plain": ("title: Old # note\n", {"title": "New"}, "title: New # note\n"),
    "space after the colon stays": ("title:    Old   # note\n", {"title": "New"}, "title:    New   # note\n"),
    "quotes by choice stay": ("a: 'old'\nb: \"old\"\n", {"a": "new", "b": "new"}, "a: 'new'\nb: \"new\"\n"),
    "quotes by need go with it": ("a: ''\nb: 'It: is'\n", {"a": "new", "b": "It is"}, "a: new\nb: It is\n"),
    "a bare date stays bare": (
        "date: 2019-05-01T02:15:47Z\nday: 2019-05-01\n",
        {"date": "2020-01-01T00:00:00Z", "day": "2020-01-01"},
        "date: 2020-01-01T00:00:00Z\nday: 2020-01-01\n",
    ),
    "a quoted date stays quoted": (
        "date: '2019-05-01T02:15:47Z'\nlastmod: \"2019-05-01\"\n",
        {"date": "2020-01-01T00:00:00Z", "lastmod": "2020-01-01"},
        "date: '2020-01-01T00:00:00Z'\nlastmod: \"2020-01-01\"\n",
    ),
    "a bare date makes way for quoted text": ("date: 2019-05-01\n", {"date": "yes"}, "date: 'yes'\n"),
    "text in the place of a number is quoted where it looks like one": (
        "a: 11.\nb: 1.10\nc: 012\n",
        {"a": "11.", "b": "1.10", "c": "words"},
        "a: '11.'\nb: '1.10'\nc: words\n",
    ),
    "an empty value is filled in": ("a:\nb: # note\nc: \n", {"a": 1, "b": "x", "c": "z"}, "a: 1\nb: x # note\nc: z \n"),
    "a value is emptied": ("a: x\nb: x\nc: [1]\n", {"a": "", "b": None, "c": []}, "a: ''\nb: null\nc: []\n"),
    "a folded value is replaced whole": (
        "a: words that go on\n  and on # note\nb: 'a\n\n  b'\nc: x\n",
        {"a": "short", "b": "c"},
        "a: short # note\nb: c\nc: x\n",
    ),
    "a long value folds at 80": (
        "title: x\nz: 1\n",
        {"title": "word " * 20 + "end"},
        f"title: {'word ' * 14}word\n  {'word ' * 5}end\nz: 1\n",
    ),
    "a long line that did not fold stays one line": (
        f"title: {'old ' * 25}end\n",
        {"title": "new " * 25 + "end"},
        f"title: {'new ' * 25}end\n",
    ),
    "a value below its key moves up": ("a: # note\n  words\nb: 1\n", {"a": "new"}, "a: new # note\nb: 1\n"),
    "a block of text stays one": (
        "a: |\n  old\n\nb: >-\n  old\n\n# c\nc: 1\n",
        {"a": "new\nlines\n", "b": "new words"},
        "a: |\n  new\n  lines\n\nb: >-\n  new words\n\n# c\nc: 1\n",
    ),
    "a block of text that cannot stay one is quoted": ("a: |\n  old\n", {"a": "new \n\n"}, 'a: "new \\n\\n"\n'),
    "empty lines that a block keeps go with it": ("a: |+\n  old\n\n\nb: 1\n", {"a": "new"}, "a: |-\n  new\nb: 1\n"),
    "a tag goes with its value": ("a: !foo bar # note\n", {"a": "new"}, "a: new # note\n"),
    "an alias is replaced and its anchor stays": ("a: &x v\nb: *x # note\n", {"b": "w"}, "a: &x v\nb: w # note\n"),
    "an anchor used nowhere goes with its value": ("a: &x v\n", {"a": "w"}, "a: w\n"),
    "a key with a dot is one key": (
        "dropmark.editURL: a\ndropmark:\n  editURL: b\n",
        {"dropmark.editURL": "c"},
        "dropmark.editURL: c\ndropmark:\n  editURL: b\n",
    ),
    "keys of any kind are found by their text": (
        "12: a\ntrue: b\n'q': c\n? e\n: f\n~: g\n",
        {"12": "A", "true": "B", "q": "C", "e": "F", "~": "G"},
        "12: A\ntrue: B\n'q': C\n? e\n: F\n~: G\n",
    ),
    # keys
    "a new key goes in sorted place where the keys are sorted": (
        "b: 1\n# about d\nd: 2 # note\n",
        {"c": 1, "e": 2, "a": 3},
        "a: 3\nb: 1\nc: 1\n# about d\nd: 2 # note\ne: 2\n",
    ),
    "a new key goes above the comment of the first": ("# about b\nb: 1\n", {"a": 1}, "a: 1\n# about b\nb: 1\n"),
    "a new key goes at the end where the keys are not sorted": (
        "b: 1\na: 2\n# the end\n",
        {"d": 1, "c": 2},
        "b: 1\na: 2\nd: 1\nc: 2\n# the end\n",
    ),
    "a new key in front matter without keys": ("# none yet\n", {"b": 1, "a": 2}, "# none yet\na: 2\nb: 1\n"),
    "a new key in empty front matter": ("", {"a": "x"}, "a: x\n"),
    "a new key after a block that keeps its empty lines": (
        "a: |+\n  x\n\n",
        {"b": 1},
        "a: |+\n  x\n\nb: 1\n",
    ),
    "a new key where all keys are indented": ("  a: 1\n  c: 2\n", {"b": ["x"]}, "  a: 1\n  b:\n  - x\n  c: 2\n"),
    "a key goes with its value and the comment beside it": (
        "# about a\na: 1 # note\n# about b\nb: # note\n- 1 # note\n- 2\n\n# about c\nc: 1\n",
        {"b": DELETE},
        "# about a\na: 1 # note\n# about b\n\n# about c\nc: 1\n",
    ),
    "empty lines do not fall to a block above that keeps its own": (
        "a: |+\n  x\n\nb: 1\nc: 1\n\n\n# about d\nd: 2\n",
        {"b": DELETE, "c": DELETE},
        "a: |+\n  x\n\n# about d\nd: 2\n",
    ),
    "all keys go": ("# first\na: 1\nb:\n- 2\n# last\n", {"a": DELETE, "b": DELETE}, "# first\n# last\n"),
    "a key that is not there cannot go": ("a: 1\n", {"b": DELETE, ("c", "d"): DELETE}, "a: 1\n"),
    "keys come and go and change at once": (
        "a: 1\nb: 2\nc: 3\nd: 4\n",
        {"a": DELETE, "aa": 1, "b": 5, "bb": 1, "c": DELETE, "d": DELETE, "e": 6},
        "aa: 1\nb: 5\nbb: 1\ne: 6\n",
    ),
    # mappings
    "one part of a mapping": (
        "image: # the picture\n  alt: old # note\n  # where\n  href: x\n",
        {("image", "alt"): "new"},
        "image: # the picture\n  alt: new # note\n  # where\n  href: x\n",
    ),
    "a mapping given whole changes where it differs": (
        "image: # the picture\n  alt: old # note\n  # where\n  href: 'x'\n",
        {"image": {"href": "x", "alt": "new"}},
        "image: # the picture\n  alt: new # note\n  # where\n  href: 'x'\n",
    ),
    "parts come and go": (
        "link:\n    brand: a\n    href: b\n    # about original\n    original: c\nz: 1\n",
        {("link", "brand"): DELETE, ("link", "id"): 1, ("link", "original"): DELETE, ("link", "to"): {"a": 1}},
        "link:\n    href: b\n    id: 1\n    # about original\n    to:\n      a: 1\nz: 1\n",
    ),
    "the last part leaves an empty mapping": ("a:\n  b: 1\nc: 2\n", {("a", "b"): DELETE}, "a: {}\nc: 2\n"),
    "mappings on the way are made": ("z: 1\n", {("a", "b", "c"): 1}, "a:\n  b:\n    c: 1\nz: 1\n"),
    "an empty value becomes a mapping": ("a:\nz: 1\n", {("a", "b"): 1}, "a:\n  b: 1\nz: 1\n"),
    "text becomes a mapping": (
        "link: https://x.example/ # note\nz: 1\n",
        {"link": {"href": "https://x.example/", "brand": "b"}},
        "link: # note\n  brand: b\n  href: https://x.example/\nz: 1\n",
    ),
    "a mapping becomes text": (
        "link: # note\n  href: x\n  # inside\n  brand: y\n# about z\nz: 1\n",
        {"link": "x"},
        "link: x # note\n# about z\nz: 1\n",
    ),
    "a mapping in brackets stays in brackets": (
        "r:\n- {title: A, src: 'b'} # note\n",
        {("r", 0, "title"): "B, C"},
        "r:\n- {title: 'B, C', src: 'b'} # note\n",
    ),
    "keys of a mapping in brackets come and go": (
        "r: {title: A, src: 'b', x: 1} # note\n",
        {("r", "title"): DELETE, ("r", "z"): [1, {"y": None}]},
        "r: {src: 'b', x: 1, z: [1, {'y': null}]} # note\n",
    ),
    "an empty value in brackets": ("a: {b: , c}\n", {("a", "b"): 1, ("a", "c"): 2}, "a: {b: 1, c: 2}\n"),
    "a key that a merge key brings in gets a line of its own": (
        "b: &b {k: 1, l: 2}\nm:\n  <<: *b\n",
        {("m", "k"): 3},
        "b: &b {k: 1, l: 2}\nm:\n  <<: *b\n  k: 3\n",
    ),
    "a value behind an alias is written out": (
        "a: &x {k: 1}\nb: *x\n",
        {("b", "k"): 2},
        "a: &x {k: 1}\nb:\n  k: 2\n",
    ),
    # lists
    "the first item makes a list": ("tags: [] # note\nz: 1\n", {"tags": ["a"]}, "tags: # note\n- a\nz: 1\n"),
    "the last item leaves an empty list": ("tags: # note\n- a\nz: 1\n", {"tags": []}, "tags: [] # note\nz: 1\n"),
    "an item is added and the others stay": (
        "tags:\n  # first\n  - 'a' # note\n\n  # second\n  - b\nz: 1\n",
        {"tags": ["a", "b", "c"]},
        "tags:\n  # first\n  - 'a' # note\n\n  # second\n  - b\n  - c\nz: 1\n",
    ),
    "an item goes with its comments": (
        "tags:\n- a # one\n# two\n- b # two\n# three\n- c\nz: 1\n",
        {"tags": ["c", "a"]},
        "tags:\n# three\n- c\n- a # one\nz: 1\n",
    ),
    "one item changes": ("tags:\n- a # note\n- b\n", {("tags", 1): "c"}, "tags:\n- a # note\n- c\n"),
    "one item goes": ("tags:\n- a # note\n- b\n", {("tags", 0): DELETE}, "tags:\n- b\n"),
    "a list in brackets stays in brackets": (
        "tags: ['a', b] # note\n",
        {"tags": ["new: one", "a"]},
        "tags: ['new: one', 'a'] # note\n",
    ),
    "a list of mappings": (
        "r:\n-   a: 1 # note\n    b: 2\n- c\n",
        {("r", 0, "b"): 3, ("r", 0, "c"): 4, ("r", 1): {"x": 1, "y": 2}},
        "r:\n-   a: 1 # note\n    b: 3\n    c: 4\n- x: 1\n  'y': 2\n",
    ),
    "the first key of a mapping in a list": (
        "r:\n- b: 1\n  c: 2\n",
        {("r", 0, "a"): 0, ("r", 0, "b"): 3},
        "r:\n- a: 0\n  b: 3\n  c: 2\n",
    ),
    "the first key of a mapping in a list goes": (
        "r:\n- b: 1\n  c: 2\n- x\n",
        {("r", 0, "b"): DELETE},
        "r:\n- c: 2\n- x\n",
    ),
    "text becomes a list": (
        "aliases: /a # note\nz: 1\n",
        {"aliases": ["/a", "b"]},
        "aliases: # note\n- /a\n- b\nz: 1\n",
    ),
    "a list becomes text": ("author: # note\n- A\n- B\nz: 1\n", {"author": "A"}, "author: A # note\nz: 1\n"),
    "a block of text becomes a list": ("a: |\n  x\n\nz: 1\n", {"a": ["x"]}, "a:\n- x\n\nz: 1\n"),
    "lists in lists": ("a:\n- - 1\n  - 2\n- - 3\n", {("a", 0): [1, 4, 2]}, "a:\n- - 1\n  - 4\n  - 2\n- - 3\n"),
    # dangerous words
    "text that looks like the end of the front matter": (
        "a: |\n  x\nb: x\n",
        {"a": "---\nhacked: 1\n", "b": "x\n---\ny"},
        "a: |\n  ---\n  hacked: 1\nb: 'x\n\n  ---\n\n  y'\n",
    ),
    "control characters are escaped": ("a: x\n", {"a": "\x00\x07\u2028\r"}, 'a: "\\0\\a\\L\\r"\n'),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_change_of_values_is_a_change_of_their_lines(name: str, newline: str) -> None:
    before, changes, after = CHANGES[name]
    original = Document.parse(f"\ufeff\n---\n{before}---\n\nBody\n\n".replace("\n", newline).encode())
    if newline != "\n" and "\r" in after:
        pytest.skip("a carriage return is a value here")

    result = original.with_values(changes)

    assert result.text == f"\ufeff\n---\n{after}---\n\nBody\n\n".replace("\n", newline)
    assert not result.reformatted
    assert original.text == f"\ufeff\n---\n{before}---\n\nBody\n\n".replace("\n", newline)


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ('{"title": "A", "tags": []}\n', {"slug": "a"}, "title: A\ntags: []\nslug: a\n"),
        ("{}\n", {"b": 1, "a": 2}, "a: 2\nb: 1\n"),
        ("? a\n", {"a": 1}, "a: 1\n"),
        ("a: {<<: &x {k: 1}, l: 2}\n", {("a", "m"): 3}, "a:\n  k: 1\n  l: 2\n  m: 3\n"),
    ],
)
def test_what_has_no_place_in_the_text_is_written_anew_and_says_so(before: str, changes: Changes, after: str) -> None:
    result = document(before).with_values(changes)

    assert (result.header, result.body, result.reformatted) == (after, "Body\n", True)
    assert result.with_values({"z": 1}).reformatted


def test_json_between_the_delimiters_is_changed_in_place_where_no_key_comes_or_goes() -> None:
    result = document('{"title": "A", "tags": ["a"], "n": 1}\n').with_values({"title": "B", "tags": ["a", "b"], "n": 2})

    assert result.header == '{"title": "B", "tags": ["a", b], "n": 2}\n'
    assert not result.reformatted


@pytest.mark.parametrize(
    ("before", "changes", "code", "part"),
    [
        ("a: &x 1\nb: *x\n", {"a": 2}, "anchor_shared", "Line 2, column 4, key “a”: this value is used again"),
        ("a: &x 1\nb: *x\n", {"a": DELETE}, "anchor_shared", "as *x"),
        ("a: &x {k: 1}\nb: *x\n", {("a", "k"): 2}, "anchor_shared", "as *x"),
        ("a: {k: &x 1}\nb: *x\n", {"a": "text"}, "anchor_shared", "as *x"),
        ("a: [&x p, q]\nb: *x\n", {"a": ["q"]}, "anchor_shared", "as *x"),
        (
            "d: &d {k: 1, l: 1}\nm:\n  <<: *d\n",
            {("m", "k"): DELETE},
            "inherited_key",
            "key “k”: this key comes from another",
        ),
        ("d: &d {k: 1, l: 1}\nm:\n  <<: *d\n  k: 2\n", {("m", "k"): DELETE}, "inherited_key", "cannot be removed here"),
        ("a: text\n", {("a", "b"): 1}, "no_such_place", "Key “a.b”"),
        ("a: [1]\n", {("a", 1): 1}, "no_such_place", "Key “a.1”"),
        ("a: [1]\n", {("a", -1): 1}, "no_such_place", "Key “a.-1”"),
        ("a: [1]\n", {("a", "b"): 1}, "no_such_place", "Key “a.b”"),
        ("a: 1\n", {(): 1}, "no_such_place", "no place"),
        ("a: 1\n", {("b", 0): 1}, "no_such_place", "Key “b.0”"),
        ("Date: 1\n", {"date": 2}, "duplicate_key_case", "“Date” on line 2 is the same key"),
        ("a: 1\n", {"a": object()}, "unsupported_value", "pass dates and the like as text"),
        ("a: 1\n", {"a": "x" * 300_000}, "too_large", "262,144 bytes"),
        ("a: 1\n", {"a": [0] * 10_001}, "too_many_nodes", "10,000 values"),
    ],
)
def test_a_change_that_reaches_too_far_or_nowhere_is_refused(
    before: str, changes: Changes, code: str, part: str
) -> None:
    with pytest.raises(FrontMatterError) as caught:
        document(before).with_values(changes)
    assert caught.value.code == code
    assert part in str(caught.value)


# -- the Medigy file


def test_a_changed_title_changes_only_its_own_lines(medigy: bytes) -> None:
    before = Document.parse(medigy)

    after = before.with_values({"title": "Another title"})

    assert changed_lines(before, after) == (
        [
            "title: Physician Practices Strategy to Developing a Strong Chronic Care Management",
            "  (CCM) Program",
        ],
        ["title: Another title"],
    )
    assert after.with_values({"title": before.data["title"]}).bytes == medigy


def test_values_that_were_not_changed_change_nothing(medigy: bytes) -> None:
    document = Document.parse(medigy)

    assert document.with_values(document.data, body=document.body) is document
    assert document.with_values({("link", "brand"): "hitconsultant.net", "status": ""}) is document


def test_a_changed_document_of_our_own_form_is_what_new_would_have_made(medigy: bytes) -> None:
    changes = {
        "title": "It's: done",
        "description": "word " * 50,
        "categories": ["b", "a"],
        "status": "x",
        "date": "2021-01-01T00:00:00Z",
        "curatorNote": {"by": "me", "text": "x\ny"},
        "breadcrumbs": DELETE,
        ("openProjectCustomFields", "medigyTopics"): "none",
        ("featuredImage", "alt"): "An alternative text that is long enough to be folded, as the old one was too",
    }

    after = Document.parse(medigy).with_values(changes, body="\nNew body")

    assert after.bytes == Document.new(after.data, "New body").bytes
    assert not after.reformatted


READ_AGAIN = ["anchors.md", "comments.md", "dialects.md", "indented-root.md", "styles.md", "old-hugo-words.md"]


@pytest.mark.parametrize("name", READ_AGAIN)
@pytest.mark.parametrize("value", ["new", ["a", {"b": 1}], 5, None], ids=repr)
def test_every_key_of_an_odd_file_can_change_alone(odd_files: Path, name: str, value: object) -> None:
    original = Document.parse((odd_files / name).read_bytes())
    shared = {"title", "base"} if name == "anchors.md" else set()

    for key in original.data.keys() - shared:
        result = original.with_values({key: value})

        assert result.data == {**original.data, key: value}
        assert result.body == original.body
        assert not result.reformatted


# -- bodies


@pytest.mark.parametrize(
    ("raw", "body", "after"),
    [
        (b"---\na: 1\n---\n\nOld\n", "\nNew", b"---\na: 1\n---\n\nNew"),
        (b"---\na: 1\n---", "New\n", b"---\na: 1\n---\nNew\n"),
        (b"---\na: 1\n---\nOld", "", b"---\na: 1\n---\n"),
        (b"---\r\na: 1\r\n---", "New", b"---\r\na: 1\r\n---\r\nNew"),
        (b"---\ra: 1\r---\rOld", "\nNew", b"---\ra: 1\r---\r\n\nNew"),
        (b"---\na: 1\n--- foo\nOld", " foo\nNew", b"---\na: 1\n---\n foo\nNew"),
        (b"---\na: 1\n---\nOld", "---\ntitle: hacked\n---\n", b"---\na: 1\n---\n---\ntitle: hacked\n---\n"),
    ],
)
def test_a_new_body_is_written_as_it_is_given(raw: bytes, body: str, after: bytes) -> None:
    result = Document.parse(raw).with_values({}, body=body)

    assert result.bytes == after
    assert (result.body, result.data) == (body, {"a": 1})
    both = Document.parse(raw).with_values({"a": 2}, body=body)
    assert (both.body, both.data, both.bytes) == (body, {"a": 2}, after.replace(b"a: 1", b"a: 2"))
