"""Files in TOML and JSON go in and out as those in YAML do."""

import datetime
import shutil
from pathlib import Path

import pytest
from django.utils import timezone

from curation import publishing
from curation.models import CuratedItem
from tests.commands import DATA, export, import_files
from tests.deeds import edit

SITE = DATA / "exchange_formats"
TOML, JSON = "written-in-toml", "written-in-json"

pytestmark = pytest.mark.django_db


def raw(slug: str, site: Path = SITE) -> bytes:
    return (site / "content" / "post" / f"{slug}.md").read_bytes()


def lines_that_differ(slug: str, site: Path) -> tuple[list[bytes], list[bytes]]:
    """The lines that went and the lines that came."""
    old, new = raw(slug).splitlines(keepends=True), raw(slug, site).splitlines(keepends=True)
    return [line for line in old if line not in new], [line for line in new if line not in old]


def publish(item: CuratedItem) -> None:
    item.refresh_from_db()
    for name in ("submit", "approve", "publish"):
        publishing.move(item, name, by=None, version=item.version)


def test_they_come_back_byte_for_byte(tmp_path):
    import_files(SITE, "--publish", "--community", "news")
    export(tmp_path)
    for slug in (TOML, JSON):
        assert raw(slug, tmp_path) == raw(slug)
    assert import_files(tmp_path)["counts"]["unchanged"] == 2


def test_what_they_say_stands_on_the_items():
    report = import_files(SITE, "--publish", "--community", "news")
    assert [problem["code"] for file in report["files"] for problem in file["problems"]] == []
    toml, json = (CuratedItem.objects.get(slug=slug) for slug in (TOML, JSON))
    assert (toml.title, toml.description) == ("Written in TOML", "Two lines\nof it")
    assert json.title == "Written in JSON, naïvely"
    for item in (toml, json):
        assert item.date == datetime.datetime(2020, 10, 21, 18, tzinfo=datetime.UTC)
        assert [tag.name for tag in item.tags.all()] == ["one", "Two"]
        assert item.publisher.host == "news.example"
    assert toml.modified == datetime.datetime(2020, 10, 22, tzinfo=datetime.UTC)
    assert [str(author) for author in toml.byline] == ["Ada Example", "Ben Example"]
    assert [alias.path for alias in toml.aliases.all()] == ["/old/toml"]


MOMENT = datetime.datetime(2021, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
DAY = datetime.datetime(2021, 1, 2, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("slug", "field", "value", "gone", "come"),
    [
        (TOML, "title", "It's new", [b"title = 'Written in TOML' # for now"], [b'title = "It\'s new" # for now']),
        (TOML, "date", MOMENT, [b"date = 2020-10-21T13:00:00-05:00"], [b"date = 2021-01-01T22:04:05-05:00"]),
        (TOML, "modified", DAY, [b"lastmod = 2020-10-22"], [b"lastmod = 2021-01-02"]),
        (TOML, "authors", ["Ada Example", "Cy Example"], [b'  "Ben Example",'], [b'  "Cy Example",']),
        (TOML, "tags", ["Two", "three"], [b'tags = [ "one", "Two" ]'], [b'tags = [ "Two", "three" ]']),
        (TOML, "topics", [("Category", "Billing")], [b"categories = []"], [b'categories = ["Billing"]']),
        (TOML, "curator_note", "Why", [], [b'curatorNote = "Why"']),
        (TOML, "description", "One line",
         [b'description = """', b"Two lines", b'of it"""'], [b'description = """One line"""']),
        (JSON, "title", "Naïve", [b'\t"title": "Written in JSON, na\\u00efvely",'], [b'\t"title": "Na\\u00efve",']),
        (JSON, "date", MOMENT,
         [b'\t"date": "2020-10-21T13:00:00-05:00",'], [b'\t"date": "2021-01-01T22:04:05-05:00",']),
        (JSON, "authors", ["A", "B"], [b'\t"author": "Ada Example",'], [b'\t"author": ["A", "B"],']),
        (JSON, "tags", ["one", "Two", "x"], [b'\t"tags": ["one", "Two"],'], [b'\t"tags": ["one", "Two", "x"],']),
        (JSON, "curator_note", "Why", [b'\t"odd" : {"deep": [1, 2.50, null]}'],
         [b'\t"odd" : {"deep": [1, 2.50, null]},', b'\t"curatorNote": "Why"']),
    ],
)  # fmt: skip
def test_an_edit_changes_its_own_lines_alone(tmp_path, slug, field, value, gone, come):
    import_files(SITE, "--publish", "--community", "news")
    item = CuratedItem.objects.get(slug=slug)
    edit(item, **{field: value})
    publish(item)
    export(tmp_path)
    end = b"\r\n" if slug == TOML else b"\n"
    assert lines_that_differ(slug, tmp_path) == ([line + end for line in gone], [line + end for line in come])
    assert import_files(tmp_path)["counts"]["unchanged"] == 2


def test_another_link_changes_its_address_and_keeps_the_comments_around_it(tmp_path):
    import_files(SITE, "--publish", "--community", "news")
    item = CuratedItem.objects.get(slug=TOML)
    edit(item, link="https://other.example/x", body="New.\n\nBody")
    publish(item)
    export(tmp_path)
    expected = (
        raw(TOML)
        .replace(b"https://news.example/toml", b"https://other.example/x")
        .replace(b'brand = "news.example" # our', b'brand = "other.example" # our')
        .replace(b"First line.\r\n\r\nLast line without an end.", b"New.\r\n\r\nBody")
    )
    assert raw(TOML, tmp_path) == expected


def test_where_an_item_stands_is_added_in_the_ways_of_its_file(tmp_path):
    import_files(SITE, "--community", "news")
    for item in CuratedItem.objects.all():
        edit(item, title=f"{item.title}!")
    export(tmp_path, "--drafts")
    assert b"\r\ndraft = true\r\n\r\n# Where it stands\r\n" in raw(TOML, tmp_path)
    assert b',\n\t"draft": true\n}' in raw(JSON, tmp_path)
    for item in CuratedItem.objects.all():
        item.publish_at, item.unpublish_at = timezone.now() - datetime.timedelta(days=1), MOMENT.replace(year=2999)
        item.save()
        publish(item)
    export(tmp_path)
    assert b"\r\nexpiryDate = 2999-01-02T03:04:05.000000Z\r\n\r\n# Where it stands\r\n" in raw(TOML, tmp_path)
    assert b',\n\t"expiryDate": "2999-01-02T03:04:05.000000Z"\n}' in raw(JSON, tmp_path)
    assert b"draft" not in raw(TOML, tmp_path) + raw(JSON, tmp_path)


def test_what_file_and_newsroom_changed_apart_is_merged(tmp_path):
    site = shutil.copytree(SITE, tmp_path / "site")
    import_files(site, "--publish", "--community", "news")
    for slug, title in ((TOML, b"Written in TOML"), (JSON, b"Written in JSON, na\\u00efvely")):
        edit(CuratedItem.objects.get(slug=slug), tags=["one", "Two", "x"])
        path = site / "content" / "post" / f"{slug}.md"
        path.write_bytes(raw(slug).replace(title, b"Said in the file"))
    import_files(site, "--publish")
    for item in CuratedItem.objects.filter(slug__in=(TOML, JSON)):
        for name in ("submit", "approve", "publish"):
            publishing.move(item, name, by=None, version=item.version)
    export(site)
    for slug, tags in ((TOML, b'[ "one", "Two", "x" ]'), (JSON, b'["one", "Two", "x"]')):
        assert CuratedItem.objects.get(slug=slug).title == "Said in the file"
        assert tags in raw(slug, site)
        assert b"Said in the file" in raw(slug, site)


def test_a_bad_file_is_reported_with_its_place(tmp_path):
    (tmp_path / "bad.md").write_text('+++\ntitle = "x"\ndate = 2020-13-45\n+++\n')
    (tmp_path / "worse.md").write_text('{\n  "title": "x",\n  "title": "y"\n}\n')
    report = import_files(tmp_path, "--community", "news", code=1)
    problems = [file["problems"][0] for file in report["files"]]
    assert [(problem["code"], problem["line"], problem["column"]) for problem in problems] == [
        ("syntax", 3, 12),
        ("duplicate_key", 3, 3),
    ]
