"""The check of content files: what Hugo would refuse, hide, lose or misread is told, with its place, and no more."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from tests.commands import DATA, run
from tests.curation.frontmatter.test_hugo import hugo

MEDIGY = DATA / "medigy" / "28171833-cc9d-59f4-a6ad-dcba727d8301.md"

# Front matter below a title, the code of what is found, and its line in the file. Of the first ones Hugo makes no
# page; of the second ones it makes what nobody means.
FATAL = [
    ("date: October 5, 2020", "unparsable_date", 3),
    ("date: 2020-10-05T07:12", "unparsable_date", 3),
    ("date: -001-11-30T00:00:00+00:00", "unparsable_date", 3),
    ("date: true", "unparsable_date", 3),
    ("date: ' 2020-10-05'", "unparsable_date", 3),
    ("lastMod: 0000-00-00", "unparsable_date", 3),
    ("modified: [2020-10-05]", "unparsable_date", 3),
    ("date: 2020-10-05\npubdate: 2020-13-45", "unparsable_date", 4),
    ("expiryDate: 2020-10-05T07:12:38 Z", "unparsable_date", 3),
    ("unpublishdate: 5 Oct 2023", "unparsable_date", 3),
    ("published: true", "unparsable_date", 3),
    ("published: false", "published_switch", 3),
    ("published: 'False'", "published_switch", 3),
    ("title: again", "duplicate_key", 3),
    ("link:\n  a: 1\n  a: 2", "duplicate_key", 5),
    ("params: some", "not_a_mapping", 3),
    ("Params: ''", "not_a_mapping", 3),
    ("build: []", "not_a_mapping", 3),
    ("_build: {list: never}", "old_build", 3),
    ("x: &a", "empty_anchor", 3),
    ("x: {y: &a}", "empty_anchor", 3),
    ("x: [&a , b]", "empty_anchor", 3),
    ("url: http://example.org/a", "whole_address", 3),
    ("url: mailto:a", "whole_address", 3),
    ("url: '/a:b'", "whole_address", 3),
    ("aliases: https://example.org/a", "whole_address", 3),
    ("aliases:\n- /a\n- http://example.org/a", "whole_address", 5),
    ("aliases: /", "empty_alias", 3),
    ("aliases: [//]", "empty_alias", 3),
    ("outputs: [HTML, print]", "unknown_output", 3),
    ("outputs: print", "unknown_output", 3),
    ("markup: blackfriday", "unknown_markup", 3),
    ("markup: html", "content_denied", 3),
    ("x: [1", "syntax", 4),
    ("x: y: z", "syntax", 3),
    ("x:\n\ty: 1", "bad_indentation", 4),
    ("x: *nowhere", "unknown_alias", 3),
    ("[a]: 1", "complex_key", 3),
    ("x: {<<: 1}", "bad_merge", 3),
]
ODD = [
    ("aliases: ['']", "empty_alias", 3),
    ("aliases: [.]", "empty_alias", 3),
    ("aliases: [ftp://example.org/a]", "whole_address", 3),
    ("url: ftp://example.org/a", "whole_address", 3),
    ("...\ndraft: true", "document_marker", 3),
    ("x: &a [*a]", "recursive_alias", 3),
    ("link:\n\u00a0\u00a0a: 1", "bad_indentation", 4),
]
WARNED = [
    ("draft: yes", "draft_word", 3),
    ("Draft: On", "draft_word", 3),
    ("foo: 1\nFoo: 2", "duplicate_key_case", 4),
    ("aliases: /a b", "alias_with_space", 3),
    ("slug: 012", "number_as_text", 3),
    ("slug: 1_000", "number_as_text", 3),
    ("slug: 1e3", "number_as_text", 3),
    ("slug: 08 # a comment", "number_as_text", 3),
    ("description: 11.", "number_as_text", 3),
    ("description: true", "not_text", 3),
    ("description:\n- a", "not_text", 3),
    ("lang: de", "old_lang", 3),
    ("language: Klingon", "unknown_language", 3),
    ("x: a\tb", "tab_in_text", 3),
    ("x: caf\udce9", "not_utf8", 3),
    ("x: a\x07b", "control_character", 3),
    ("x: {a:1}", "missing_space", 3),
    (f"x: {'9' * 5000}", "number_too_long", 3),
]
CLEAN = [
    *(
        "date: 2020-10-05",
        "date: '2020-10-05T07:12:38.912541Z'",
        "date: 2020-10-05 07:12:38 -0500",
        "date: 15 Oct 2023",
    ),
    *("date: Fri, 02 Oct 2020 15:04:05 GMT", "date: 1600000000", "date:", "date: ''", "date: 0001-01-01T00:00:00Z"),
    "date: 2020-10-05T7:12:38,5+0200",
    "lastmod: 2020-10-05\nmodified: Hugo never looks at this one",
    "expiryDate: 2090-01-01\nunpublishdate: nor at this one",
    *("published: 2020-10-05", "x: {date: nope, published: false, _build: 1}"),
    *("language: pt_BR", "language: ''"),
    *("params: {a: 1}", "params:", "build: {list: never}", "build:"),
    *("x: &a null", "x: &a\ny: 1", "x:\n- &a\n- b", "x: &a 1\ny: *a", "x: &a {k: 1}\ny: {<<: *a}"),
    *("url: /a/b/", "url: articles/:slug/", "url: ''", "aliases: /old"),
    *("aliases: ''", "aliases:", "aliases: [/a, b/c]", "aliases: {a: b}"),
    *("outputs: [HTML]", "outputs: html rss", "outputs:", "markup: Markdown", "markup: ''"),
    *("draft: false", "draft: 'foo'", "slug: '012'", 'slug: "1e3"', "slug: v1.2.3", "description: 2020-10-05"),
    *("description: 'yes'", "description:", "description: |\n  1e3 and more", 'x: "a\tb"', "x: |\n  a\tb"),
    "X: 1\ny: {X: 1}",
]


def content(header: str, body: str = "Body\n") -> bytes:
    return f"---\ntitle: T\n{header}\n---\n{body}".encode(errors="surrogateescape")


def make(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def check(*arguments: object, code: int = 0) -> Any:
    return json.loads(run("check_frontmatter", *arguments, "--json", code=code)[0])


def found(report: Any) -> list[tuple[str, str, int | None]]:
    return [(finding["severity"], finding["code"], finding["line"]) for finding in report["findings"]]


@pytest.mark.parametrize(
    ("header", "severity", "code", "line"),
    [(header, "error", code, line) for header, code, line in FATAL + ODD]
    + [(header, "warning", code, line) for header, code, line in WARNED],
)
def test_a_mistake_is_found_with_its_place(tmp_path: Path, header: str, severity: str, code: str, line: int) -> None:
    site = make(
        tmp_path, {"hugo.toml": "", "config/_default/hugo.toml": "title = 'x'", "content/p/a.md": content(header)}
    )

    report = check(site, code=1 if severity == "error" else 0)

    assert found(report) == [(severity, code, line)]
    assert all(finding["column"] and finding["message"] for finding in report["findings"])


@pytest.mark.parametrize("header", CLEAN)
def test_what_hugo_takes_is_no_mistake(tmp_path: Path, header: str) -> None:
    site = make(tmp_path, {"hugo.toml": "title = 'x'", "content/p/a.md": content(header)})

    assert found(check(site, "--strict")) == []


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("a.md", b"---\ntitle: x\n", [("error", "no_closing_delimiter", 1)]),
        ("a.md", b"---\nnull\n---\n", [("error", "root_not_mapping", 2)]),
        ("a.md", b"---\n- a\n---\n", [("error", "root_not_mapping", 2)]),
        ("a.md", b"{{< figure >}}\n", [("error", "no_front_matter", 1)]),
        ("a.md", b"Only words.\n", [("warning", "no_front_matter", 1)]),
        ("a.md", b"+++\ntitle = 'x'\ndate = 07:12:38\n+++\n", [("error", "unparsable_date", 3)]),
        ("a.md", b'{"title": "x", "date": 1600000000}\n', [("error", "unparsable_date", 1)]),
        ("a.md", b'{"title": "x",\n"title": "y"}\n', [("warning", "duplicate_key", 2)]),
        ("a.md", "---\ntitle: x\n---\n".encode("utf-16"), [("warning", "not_utf8", 1)]),
        ("a.md", b"---\ntitle: x\n---\nA\x01b\n", [("warning", "control_character", 4)]),
        ("a.md", b"---\ntitle: x\n---- more\n", [("warning", "text_after_delimiter", 3)]),
        ("a.md", b"---\ntitle: caf\xe9\n\xe9: \x07\ndate: no\n---\n", [
            ("warning", "not_utf8", 2), ("warning", "control_character", 3), ("error", "unparsable_date", 4),
        ]),
        ("a.html", b"---\ntitle: x\n---\n<p>", [("error", "content_denied", None)]),
        ("a.org", b"#+TITLE: x\n", [("error", "content_denied", None), ("warning", "unsupported_format", 1)]),
        ("a.md", b"---\ntitle: [a]\n---\n", [("warning", "not_text", 2)]),
    ],
)  # fmt: skip
def test_whole_files_are_judged(tmp_path: Path, name: str, raw: bytes, expected: list[Any]) -> None:
    (tmp_path / name).write_bytes(raw)

    assert found(check(tmp_path, code=int(any(severity == "error" for severity, _, _ in expected)))) == expected


PAGE = "---\ntitle: T\n---\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.md": "---\nslug: b\n---\n", "b.md": PAGE}, [("p/b.md", "error", "same_address", None)]),
        ({"a.md": PAGE, "b.md": "---\ntitle: T\nurl: /P/a/../a\n---\n"}, []),
        ({"a.md": PAGE, "b.md": "---\ntitle: T\nurl: /p/a\n---\n"}, [("p/b.md", "error", "same_address", 3)]),
        ({"a.md": PAGE, "a/index.md": PAGE}, [("p/a/index.md", "error", "same_address", None)]),
        ({"a.md": "---\nslug: b\ndraft: true\n---\n", "b.md": PAGE}, []),
        ({"a.md": "---\nslug: b\nexpiryDate: 2001-01-01\n---\n", "b.md": PAGE}, []),
        ({"a.md": "---\nslug: b\nbuild: {render: never}\n---\n", "b.md": PAGE}, []),
        ({"a.md": PAGE, "a.de.md": PAGE, "b.md": PAGE}, []),
        ({"x/index.md": PAGE, "x/b.md": "---\nslug: a\n---\n", "x/c.md": "---\nslug: a\n---\n"}, []),
        ({"_index.md": "---\ncascade: {url: /x}\n---\n", "a.md": "---\nslug: b\n---\n", "b.md": PAGE}, []),
        ({"a.md": "---\naliases:\n- /old\n- /p/b/\n---\n", "b.md": PAGE}, [("p/a.md", "error", "alias_is_page", 4)]),
        ({"a.md": "---\naliases: b\n---\n", "b.md": PAGE}, [("p/a.md", "error", "alias_is_page", 2)]),
        ({"a.md": "---\naliases: /p/a/\n---\n"}, []),
        ({"a.md": "---\naliases: /P/b/\n---\n", "b.md": PAGE}, []),
        ({"a.md": "---\naliases: /p\n---\n"}, [("p/a.md", "error", "alias_is_page", 2)]),
        ({"a.md": "---\naliases: /index.html\n---\n"}, [("p/a.md", "error", "alias_is_page", 2)]),
        (
            {"a.md": "---\naliases: /o\n---\n", "b.md": "---\naliases: [/x, /o/]\n---\n"},
            [("p/b.md", "warning", "same_alias", 2)],
        ),
        ({"a.md": "---\naliases: /o\n---\n", "b.md": "---\naliases: /o\ndraft: true\n---\n"}, []),
        (
            {"a.md": "---\nmdName: m\n---\n", "b.md": "---\nMdname: m\n---\n"},
            [("p/b.md", "warning", "duplicate_upstream", 2)],
        ),
        (
            {"a.md": "---\nsource: s\nid: 1\n---\n", "b.md": "---\nsource: s\nid: 1\n---\n", "c.md": "---\nid: 1\n---"},
            [("p/b.md", "warning", "duplicate_upstream", 3)],
        ),
        ({"a.md": "---\nfeaturedImage: /img/x.jpg\n---\n"}, [("p/a.md", "warning", "missing_picture", 2)]),
        ({"a.md": "---\nfeaturedImage:\n  href: x.jpg\n---\n"}, [("p/a.md", "warning", "missing_picture", 2)]),
        ({"a.md": "---\nfeaturedImage: x%20y.jpg\n---\n", "x y.jpg": b""}, []),
        ({"a.md": "---\nfeaturedImage: /img/x.jpg?v=1\n---\n", "../../static/img/x.jpg": b""}, []),
        ({"a.md": "---\nfeaturedImage: https://example.org/x.jpg\n---\n"}, []),
        (
            {"a.md": f"{PAGE}Words\n\n<p>x</p>\n", "b.md": f"{PAGE}a <b>c</b>\n"},
            [("p/a.md", "warning", "html_in_body", 6)],
        ),
        ({"a.md": f"{PAGE}`<b>` <https://x.example> <!-- more --> {{{{< x >}}}}<b>{{{{< /x >}}}}\n\n    <p>\n"}, []),
    ],
)  # fmt: skip
def test_files_are_compared_with_the_rest_of_their_site(
    tmp_path: Path, files: dict[str, str | bytes], expected: list[Any]
) -> None:
    make(
        tmp_path,
        {
            "hugo.toml": "[languages.en]\n[languages.de]\n",
            **{f"content/p/{name}": text for name, text in files.items()},
        },
    )

    report = check(tmp_path, code=int(any(severity == "error" for _, severity, _, _ in expected)))

    names = [str(Path(finding["path"]).relative_to(tmp_path / "content")) for finding in report["findings"]]
    assert [(name, *what) for name, what in zip(names, found(report), strict=True)] == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, {"html_in_body": "note", "content_denied": "error", "unknown_output": "warning", "same_address": "error"}),
        ({"hugo.toml": "title = 'x'"}, {
            "html_in_body": "warning", "content_denied": "error", "unknown_output": "error", "same_address": "error",
        }),
        ({"config.yaml": "Markup: {Goldmark: {Renderer: {Unsafe: true}}}\noutputFormats: {print: {}}\n"}, {
            "content_denied": "error", "same_address": "error",
        }),
        ({"hugo.json": '{"security": {"allowContent": [".*"]}, "theme": "t"}'}, {
            "html_in_body": "warning", "unknown_output": "warning", "same_address": "error",
        }),
        (
            {
                "config/_default/hugo.toml": "uglyURLs = true",
                "config/_default/markup.toml": "[goldmark.renderer]\nunsafe = true",
                "config/production/security.toml": "allowContent = ['text/.*']",
            },
            {"unknown_output": "error"},
        ),
        ({"hugo.toml": "title = \n"}, {
            "bad_configuration": "warning", "html_in_body": "note", "content_denied": "error",
            "unknown_output": "warning", "same_address": "error",
        }),
        ({"hugo.toml": "[permalinks.page]\np = '/:year/:slug/'\n"}, {
            "html_in_body": "warning", "content_denied": "error", "unknown_output": "error",
        }),
    ],
)  # fmt: skip
def test_the_configuration_of_the_site_decides(
    tmp_path: Path, config: dict[str, str], expected: dict[str, str]
) -> None:
    files = {"a.md": "---\nslug: b\noutputs: [html, print]\n---\n<p>x</p>\n", "b.md": PAGE, "c.html": PAGE}
    make(tmp_path, config | {f"content/p/{name}": text for name, text in files.items()})

    report = check(tmp_path, code=1)

    assert {code: severity for severity, code, _ in found(report)} == expected


def test_the_medigy_file_is_clean_but_for_its_html(tmp_path: Path) -> None:
    assert found(check(MEDIGY, "--strict")) == [("note", "html_in_body", 69)]

    site = make(tmp_path, {"hugo.toml": "[markup.goldmark.renderer]\nunsafe = true\n"})
    folder = "content/communities/chronic-care-management/curated-content"
    picture = MEDIGY.with_name(f"{MEDIGY.stem}-featuredImage.jpeg")
    make(site, {f"{folder}/{path.name}": path.read_bytes() for path in (MEDIGY, picture)})
    assert found(check(site, "--strict")) == []


def test_a_file_that_hugo_never_reads_is_not_judged(tmp_path: Path) -> None:
    """The site mounts a folder over its content, as the one does that `export_frontmatter --site` makes."""
    mounts = "".join(f"[[module.mounts]]\nsource = '{name}'\ntarget = 'content'\n" for name in ("overlay", "content"))
    picture = "---\nfeaturedImage: x.jpg\n---\n"
    files = {"content/p/a.md": "---\ndate: no\n---\n", "content/p/x.jpg": "", "overlay/p/a.md": picture}
    make(tmp_path, {"hugo.toml": mounts, **files})

    assert found(check(tmp_path, "--strict")) == []

    make(tmp_path, {"overlay/p/a.md": "---\npublished: false\n---\n"})
    report = check(tmp_path, code=1)
    assert [(finding["path"], finding["code"]) for finding in report["findings"]] == [
        (f"{tmp_path}/overlay/p/a.md", "published_switch")
    ]


def test_findings_are_lines_for_editors_and_build_servers(tmp_path: Path) -> None:
    make(tmp_path, {"b.md": "---\ndate: no\x1b[2J\n---\n", "a.md": "---\nslug: 012\ndate: soon\n---\n"})

    out, err = run("check_frontmatter", tmp_path, code=1)

    form = "which is not a date that it can read. Write it like 2020-10-05T07:12:38Z or 2020-10-05."
    assert out.splitlines() == [
        f"{tmp_path}/a.md:2:7: warning number_as_text: slug: without quotes this is the number 10. Put it in quotes.",
        f"{tmp_path}/a.md:3:1: error unparsable_date: date: Hugo fails on “soon”, {form}",
        f"{tmp_path}/b.md:2:1: error unparsable_date: date: Hugo fails on “no\ufffd[2J”, {form}",
        f"{tmp_path}/b.md:2:9: warning control_character: the character U+001B is not allowed in front matter. "
        "Delete it, or write it as an escape in double quotes.",
    ]
    assert err == "2 files: 2 errors, 2 warnings.\n"


def test_each_form_of_output_says_the_same(tmp_path: Path) -> None:
    make(tmp_path, {"a.md": "---\nslug: 012\n---\n"})
    report = check(tmp_path)
    lines = run("check_frontmatter", tmp_path, "--jsonl", "--verbosity", 0)

    assert report == {
        "command": "check_frontmatter",
        "ok": True,
        "counts": {"files": 1, "error": 0, "warning": 1, "note": 0},
        "findings": [
            {
                "path": f"{tmp_path}/a.md", "severity": "warning", "code": "number_as_text",
                "message": "without quotes this is the number 10", "hint": "Put it in quotes.",
                "line": 2, "column": 7, "key": "slug",
            }
        ],
    }  # fmt: skip
    assert ([json.loads(line) for line in lines[0].splitlines()], lines[1]) == (report["findings"], "")


def test_the_exit_code_tells_how_it_went(tmp_path: Path) -> None:
    make(tmp_path, {"warned.md": "---\nslug: 012\n---\n", "wrong.md": "---\ndate: no\n---\n"})

    run("check_frontmatter", tmp_path / "warned.md", code=0)
    run("check_frontmatter", tmp_path / "warned.md", "--strict", code=1)
    run("check_frontmatter", tmp_path / "wrong.md", code=1)
    with pytest.raises(CommandError, match="There is no file or folder") as refused:
        run("check_frontmatter", tmp_path / "nowhere")
    assert refused.value.returncode == 2


def test_a_file_that_is_named_twice_is_one_file(tmp_path: Path) -> None:
    site = make(tmp_path, {"content/p/a.md": PAGE})

    assert check(site, site / "content/p/a.md", site / "content")["counts"]["files"] == 1


def test_a_link_to_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to("/etc/passwd")

    assert found(check(tmp_path, code=1)) == [("error", "unreadable", None)]


# --- What Hugo itself does ------------------------------------------------------------------------------------------

CONFIG = "baseURL = 'http://example.org/'\ndisableKinds = ['404', 'RSS', 'sitemap', 'taxonomy', 'term']\n"


def build(site: Path, files: dict[str, str | bytes]) -> bool:
    """Whether Hugo makes the site of these files, with a page in it."""
    layouts = {f"layouts/{name}.html": f"{name} {{{{ .Content }}}}" for name in ("page", "section", "home")}
    make(site, {"hugo.toml": CONFIG, **layouts, **files})
    built = subprocess.run(
        [hugo(), "--source", str(site)],
        capture_output=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(site)},
    )
    # On a colon in an address it fails, but for some runs in a hundred, which say nothing and leave all pages out.
    return built.returncode == 0 and any((site / "public").rglob("*.html"))


@pytest.mark.hugo
def test_hugo_makes_no_page_of_errors_and_takes_everything_else(tmp_path: Path) -> None:
    rest = [header for header, *_ in ODD + WARNED] + CLEAN

    taken = [
        header
        for index, (header, *_) in enumerate(FATAL)
        if build(tmp_path / str(index), {"content/p/a.md": content(header)})
    ]

    assert taken == []
    assert build(tmp_path / "rest", {f"content/p/{index}.md": content(header) for index, header in enumerate(rest)})


@pytest.mark.hugo
def test_pages_lie_where_hugo_puts_them(tmp_path: Path) -> None:
    """An alias for each page that Hugo made is found to be the address of a page, and no other is."""
    files = {
        "about.md": PAGE, "post/a.md": PAGE, "Po St/Cc D.md": PAGE, "post/Q_w+e~r@t,y(z)&.md": PAGE,
        "post/x.y.md": PAGE,
        "post/a--b - c.md": PAGE, "post/e\u0301.md": PAGE, "post/bundle/index.md": PAGE, "post/bundle/notes.md": PAGE,
        "post/bundle/deep/index.md": PAGE, "post/sub/b.md": PAGE, "other/sub/_index.md": PAGE, "post/f.en.md": PAGE,
        "moved/_index.md": "---\nurl: /Elsewhere\n---\n", "moved/a.md": PAGE, "post/g.de.md": PAGE,
        **{f"slug/{index}.md": f"---\nslug: {slug}\n---\n" for index, slug in enumerate([
            "a b/C", "-d-", "'e - f'", "'g,h (i)'", "Ärger", "012", "true", "x.y", "j%20k", "'-'", "../up", "'l?m#n'",
        ])},
        **{f"url/{index}.md": f"---\nurl: {url}\n---\n" for index, url in enumerate([
            "/Up/Case", "no/slash", "/o/../p/", "/q.html", "/r/index.html", "'/s t/'", "''",
        ])},
        "unseen/draft.md": "---\ndraft: true\n---\n", "unseen/never.md": "---\nbuild: {render: never}\n---\n",
        "unseen/json.md": "---\noutputs: [json]\n---\n",
    }  # fmt: skip
    assert build(tmp_path, {f"content/{name}": text for name, text in files.items()})
    public = tmp_path / "public"
    made = [f"/{path.relative_to(public)}".removesuffix("index.html") for path in sorted(public.rglob("*.html"))]
    others = ["/unseen/draft/", "/unseen/never/", "/post/bundle/notes/", "/post/bundle/deep/", "/post/sub/", "/slug/0/"]

    probe = ["---", "aliases:", *(f"- {json.dumps(path, ensure_ascii=False)}" for path in [*made, *others]), "---", ""]
    make(tmp_path, {"content/probe.md": "\n".join(probe)})
    report = check(tmp_path, code=1)

    lines = {finding["line"] for finding in report["findings"] if finding["code"] in {"alias_is_page", "empty_alias"}}
    assert [path for line, path in enumerate(made, 3) if line not in lines] == []
    assert [path for line, path in enumerate(others, 3 + len(made)) if line in lines] == []
