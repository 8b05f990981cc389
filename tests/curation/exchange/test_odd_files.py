"""Odd things that real files hold: what the item says of them, and that their bytes come back."""

import shutil
from datetime import UTC, datetime

import pytest

from curation import publishing
from curation.models import CuratedItem
from tests import deeds
from tests.commands import DATA, export, import_files

pytestmark = pytest.mark.django_db


def take(folder, header, body="Body\n", name="one.md", code=0):
    """Imports one file; hands back its item (None where it was refused) and the codes of what was reported."""
    path = folder / "content" / "post" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = header if header.startswith("---") else f"---\ntitle: One\nslug: one\n{header}\n---\n{body}"
    path.write_bytes(text.encode())
    report = import_files(folder, "--community", "news", "--publish", code=code)
    codes = {problem["code"] for file in report["files"] for problem in file["problems"]} - {"no_link"}
    return CuratedItem.objects.filter(path=f"post/{name}").first(), codes


def moment(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "field", "value", "codes"),
    [
        ("date: 2020-10-05", "date", moment(2020, 10, 5), set()),
        ("date: 2020-10-21 13:00:00 -0500", "date", moment(2020, 10, 21, 18), set()),
        ("date: 2020-10-05T07:12:38.912541123Z", "date", moment(2020, 10, 5, 7, 12, 38, 912541), set()),
        ('description: "a\\u0007b\\u0092\\uFFFE\\tc"', "description", "ab\tc", set()),
        ("date: -001-11-30T00:00:00+00:00", "date", None, {"unparsable_date"}),
        ("date: 0000-00-00", "date", None, {"unparsable_date"}),
        ("date: 2020-13-45", "date", None, {"unparsable_date"}),
        ("date:", "date", None, set()),
        ("lastMod: 2020-01-02", "modified", moment(2020, 1, 2), set()),
        ("LASTMOD: 2020-01-02", "modified", moment(2020, 1, 2), set()),
        ("modified: 2020-01-02", "modified", moment(2020, 1, 2), set()),
        ("publishDate: 2020-01-02", "publish_at", moment(2020, 1, 2), set()),
        ("pubdate: 2020-01-02", "publish_at", moment(2020, 1, 2), set()),
        ("description: 11.", "description", "11", {"number_as_text"}),
        ("language: pt-BR", "language", "pt-BR", set()),
        ("lang: zh_hant", "language", "zh-Hant", set()),
        ("Lang: no", "language", "no", set()),
        ("language: Klingon", "language", "", {"unknown_language"}),
        ("language: [de, en]", "language", "", {"unknown_language"}),
        ("searchCategory: yes", "kind", "yes", set()),
        ("link: {original: https://news.example/a}", "link", "https://news.example/a", set()),
        ("link: https://news.example/a", "link", "https://news.example/a", set()),
        ("dropmark.editURL: https://marks.example/7", "upstream_key", "https://marks.example/7", set()),
        ("id: 7\nsource: {name: Dropmark}", "upstream_key", "id:7", set()),
    ],
)
def test_what_a_key_says_is_read_as_hugo_reads_it_and_its_text_stays(tmp_path, header, field, value, codes):
    item, found = take(tmp_path / "in", header)
    assert getattr(item, field) == value
    assert found == codes
    export(tmp_path / "out", "--drafts")
    written = (tmp_path / "out/content/post/one.md").read_bytes()
    assert written == (tmp_path / "in/content/post/one.md").read_bytes()


@pytest.mark.parametrize(
    ("header", "aliases", "codes"),
    [
        ("aliases: /a", ["/a"], set()),
        ("aliases: /a /b", ["/a", "/b"], {"alias_with_space"}),
        ("aliases: [/a, B/c/]", ["/a", "/b/c"], set()),
        ("aliases: [/, '', 'http://x.example/a', '//y.example', '/a b', '/c']", ["/a b", "/c"], {"unusable_alias"}),
        ("aliases: [/a, /A/]", ["/a"], set()),
    ],
)
def test_only_what_can_be_an_address_of_ours_becomes_one(tmp_path, header, aliases, codes):
    item, found = take(tmp_path / "in", header)
    assert found == codes
    assert sorted(alias.path for alias in item.aliases.all()) == aliases
    export(tmp_path / "out")
    assert (tmp_path / "out/content/post/one.md").read_bytes() == (tmp_path / "in/content/post/one.md").read_bytes()


def edit(item, **words):
    item.refresh_from_db()
    deeds.edit(item, **words)
    return publishing.head_of(item).document.text


@pytest.mark.parametrize(
    ("header", "words", "expected"),
    [
        ("aliases: /a", {"aliases": ["/a", "/b"]}, "aliases:\n- /a\n- /b"),
        ("aliases: [/, /a]", {"aliases": ["/a", "/b"]}, "aliases: [/, /a, /b]"),
        ("aliases: /a", {"aliases": ["/a b"]}, "aliases:\n- /a b"),
        ("date: 2019-05-01T02:15:47Z", {"date": moment(2020, 1, 2, 3, 4, 5)}, "date: 2020-01-02T03:04:05Z"),
        ("date: '2020-10-05T07:12:38.912541Z'", {"date": moment(2020, 1, 2)}, "date: '2020-01-02T00:00:00.000000Z'"),
        ("date: 2020-10-05", {"date": moment(2021, 1, 2)}, "date: 2021-01-02"),
        ("date: 2020-10-21 13:00:00 -0500", {"date": moment(2020, 1, 2, 12)}, "date: 2020-01-02 07:00:00 -0500"),
        ("author: Ann", {"authors": ["Ben"]}, "author: Ben"),
        ("author: Ann", {"authors": ["Ann", "Ben"]}, "author:\n- Ann\n- Ben"),
        ("tags: [a]  # mine", {"tags": ["a", "b"]}, "tags: [a, b]  # mine"),
        ("description: 11.", {"description": "12."}, "description: '12.'"),
        ("link: https://news.example/a\nlinkBrand: news.example", {"link": "https://other.example/b"},
         "link: https://other.example/b\nlinkBrand: other.example"),
        ("link: {href: https://news.example/a}", {"link": "https://other.example/b"}, "link: {href: 'https://other.example/b'}"),
        ("link:\n  original: https://news.example/a", {"link": "https://other.example/b"},
         "link:\n  original: https://other.example/b"),
        ("resources: [{src: a.jpg, title: Old}]",
         {"carried": {"resources": [{"src": "a.jpg", "title": "New"}]}}, "resources: [{src: a.jpg, title: New}]"),
    ],
)  # fmt: skip
def test_an_edit_keeps_the_ways_of_its_file(tmp_path, header, words, expected):
    item, _ = take(tmp_path, header)
    assert f"\n{expected}\n" in edit(item, **words)


@pytest.mark.parametrize("name", ["../../x", "/etc/passwd", "a/b", "..", "x" * 300])
def test_a_file_name_from_a_header_never_leads_out_of_the_folder(tmp_path, name):
    take(tmp_path / "in", f"mdName: {name}\nfeaturedImage: ../../../etc/passwd", code=int(len(name) > 200))
    export(tmp_path / "out")
    CuratedItem.objects.update(path=None)
    export(tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}
    assert all(path.is_relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*"))


def test_what_was_rejected_never_leaves_as_public(tmp_path):
    shutil.copytree(DATA / "exchange", tmp_path / "in")
    import_files(tmp_path / "in", "--community", "news")
    for item in CuratedItem.objects.all():
        publishing.move(item, "submit", by=None, version=item.version)
        publishing.move(item, "reject", by=None, version=item.version, note="No method.")
    export(tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*.md"))
    export(tmp_path / "out", "--drafts")
    assert all("draft: true" in path.read_text() for path in (tmp_path / "out").rglob("*.md"))


def test_a_body_cannot_smuggle_keys_in(tmp_path):
    item, _ = take(tmp_path, "tags: []", body="Fine\n")
    edit(item, body="---\ntitle: hacked\npublishDate: 2000-01-01\n---\nText")
    item.refresh_from_db()
    assert publishing.head_values(item).title == "One"
    assert publishing.head_values(item).body.startswith("---\ntitle: hacked")


def test_a_picture_whose_name_lies_is_taken_for_what_it_is_and_keeps_its_name(tmp_path):
    raw = next((DATA / "exchange").rglob("*.jpg")).read_bytes()
    (tmp_path / "in/content/post").mkdir(parents=True)
    (tmp_path / "in/content/post/a.png").write_bytes(raw)
    item, codes = take(tmp_path / "in", "featuredImage: a.png")
    assert (item.featured_image.format, codes) == ("JPEG", set())
    export(tmp_path / "out")
    assert (tmp_path / "out/content/post/a.png").read_bytes() == raw
    (tmp_path / "in/content/post/a.png").write_bytes(raw + b"another picture")
    report = import_files(tmp_path / "in", "--publish")
    assert report["files"][0]["keys"] == ["(picture)"]


def test_numbers_that_are_none_are_kept_as_they_stand(tmp_path):
    item, _ = take(tmp_path / "in", "ratio: .inf\nmore: {a: .nan}\nzip: 012\nstart: 12:30")
    assert publishing.head_values(item).carried["start"] == "12:30"
    assert publishing.head_values(item).carried["zip"] == 10
    edit(item, title="Two")
    text = publishing.head_of(item).document.text
    assert "ratio: .inf\nmore: {a: .nan}\nzip: 012\nstart: 12:30\n" in text
