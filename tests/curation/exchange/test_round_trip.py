"""Files in, files out: through the two commands, as operators use them."""

import difflib
import json
import shutil
from pathlib import Path

import pytest

from curation import publishing
from curation.models import Change, CuratedItem, FeaturedImage, Revision
from tests.commands import DATA, export, import_files
from tests.deeds import edit

MEDIGY = DATA / "medigy" / "28171833-cc9d-59f4-a6ad-dcba727d8301.md"
MEDIGY_PATH = Path("content/communities/chronic-care-management/curated-content") / MEDIGY.name

WINDOWS_TITLE = b"Windows line ends, a comment, and no final line end"

pytestmark = pytest.mark.django_db


def publish(item: CuratedItem) -> None:
    item.refresh_from_db()
    for name in ("approve", "publish") if item.state == "in_review" else ("submit", "approve", "publish"):
        publishing.move(item, name, by=None, version=item.version)


def difference(old: Path, new: Path) -> tuple[list[str], list[str]]:
    """The lines that went, and those that came."""
    lines = list(difflib.ndiff(old.read_text().splitlines(), new.read_text().splitlines()))
    return [line[2:] for line in lines if line[0] == "-"], [line[2:] for line in lines if line[0] == "+"]


def files_below(folder: Path) -> dict[str, bytes]:
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    files.pop(".medigy-export.json", None)
    return files


def test_the_medigy_file_and_its_picture_come_back_byte_for_byte(tmp_path):
    import_files(DATA / "medigy", "--publish")
    export(tmp_path)
    assert (tmp_path / MEDIGY_PATH).read_bytes() == MEDIGY.read_bytes()
    picture = MEDIGY.with_name(f"{MEDIGY.stem}-featuredImage.jpeg")
    assert (tmp_path / MEDIGY_PATH).with_name(picture.name).read_bytes() == picture.read_bytes()


def test_a_site_of_the_other_dialect_comes_back_whole(tmp_path):
    import_files(DATA / "exchange", "--publish", "--community", "news")
    export(tmp_path)
    assert files_below(tmp_path) == files_below(DATA / "exchange")


def test_files_that_nobody_touched_go_back_as_they_came_even_as_drafts(tmp_path):
    import_files(DATA / "medigy")
    export(tmp_path)
    assert not files_below(tmp_path)
    export(tmp_path, "--drafts")
    assert (tmp_path / MEDIGY_PATH).read_bytes() == MEDIGY.read_bytes()


def test_what_the_medigy_file_says_stands_on_the_item():
    import_files(DATA / "medigy")
    item = CuratedItem.objects.get()
    assert item.title.startswith("Physician Practices Strategy")
    assert item.slug.startswith("hitconsultant-physician-practices")
    assert (item.md_name, item.upstream_id, item.kind) == (MEDIGY.stem, 3518, "News")
    assert [str(author) for author in item.byline] == ["Sonalika Ghosh"]
    assert {str(topic) for topic in item.topics.all()} == {
        "Medigy: Increase Profitability",
        "Symplur: #PopulationHealth",
    }
    assert [tag.name for tag in item.tags.all()] == ["news"]
    assert (item.publisher.host, item.publisher.name) == ("hitconsultant.net", "hitconsultant.net")
    assert item.community.name == "Chronic Care Management (CCM)"
    assert item.community.masthead == "Chronic Care Management (CCM) CoP"
    assert [alias.path for alias in item.aliases.all()] == [
        "/news/physician-practices-strategy-to-developing-a-strong-chronic-care-management-ccm-program"
    ]
    assert item.date.isoformat() == "2020-10-05T07:12:38.912541+00:00"
    assert item.featured_image.format == "JPEG"
    assert "non-face-to-face&nbsp;" in item.body
    assert item.description.endswith("The hope was that")


def test_a_second_import_writes_nothing():
    import_files(DATA / "medigy", DATA / "exchange", "--publish", "--community", "news")
    before = list(CuratedItem.objects.order_by("pk").values())
    counts = [model.objects.count() for model in (Change, Revision, FeaturedImage)]
    report = import_files(DATA / "medigy", DATA / "exchange", "--publish", "--community", "news")
    assert report["counts"]["unchanged"] == 3
    assert list(CuratedItem.objects.order_by("pk").values()) == before
    assert [model.objects.count() for model in (Change, Revision, FeaturedImage)] == counts


def test_a_second_export_touches_no_file(tmp_path):
    import_files(DATA / "medigy", "--publish")
    export(tmp_path)
    before = (tmp_path / MEDIGY_PATH).stat().st_mtime_ns
    assert export(tmp_path)["counts"]["written"] == 0
    assert (tmp_path / MEDIGY_PATH).stat().st_mtime_ns == before


def test_a_changed_title_changes_only_its_own_lines(tmp_path):
    import_files(DATA / "medigy", "--publish")
    item = CuratedItem.objects.get()
    edit(item, title="Another title")
    publish(item)
    export(tmp_path)
    assert difference(MEDIGY, tmp_path / MEDIGY_PATH) == (
        ["title: Physician Practices Strategy to Developing a Strong Chronic Care Management", "  (CCM) Program"],
        ["title: Another title"],
    )


@pytest.mark.parametrize(
    ("field", "value", "gone", "come"),
    [
        ("tags", ["news", "ccm"], [], ["- ccm"]),
        ("authors", ["Sonalika Ghosh", "Ada Example"], [], ["- Ada Example"]),
        ("topics", [("Medigy", "Increase Profitability"), ("Symplur", "#PopulationHealth"), ("Symplur", "#CCM")], [],
         ["- 'Symplur: -hash-CCM'"]),
        ("topics", [("Medigy", "Increase Profitability"), ("Symplur", "#PopulationHealth"), ("Category", "Billing")],
         ["categories: []"], ["categories:", "- Billing"]),
        ("kind", "Research", ["searchCategory: News"], ["searchCategory: Research"]),
        ("image_alt", "Two nurses",
         ["  alt: Physician Practices Strategy to Developing a Strong Chronic Care Management", "    (CCM) Program"],
         ["  alt: Two nurses"]),
        ("image_decorative", True, [], ["featuredImageDecorative: true"]),
        ("language", "ar", [], ["language: ar"]),
        ("curator_note", "Worth it.", [], ["curatorNote: Worth it."]),
    ],
)  # fmt: skip
def test_an_edit_changes_its_own_key_alone(tmp_path, field, value, gone, come):
    import_files(DATA / "medigy", "--publish")
    item = CuratedItem.objects.get()
    edit(item, **{field: value})
    publish(item)
    export(tmp_path)
    assert difference(MEDIGY, tmp_path / MEDIGY_PATH) == (gone, come)


def test_windows_line_ends_and_comments_survive_an_edit(tmp_path):
    import_files(DATA / "exchange", "--publish", "--community", "news")
    item = CuratedItem.objects.get(slug="windows-line-ends")
    assert item.body == "First line.\n\nLast line without an end."
    edit(item, title="New", body="First line.\n\nAnother last line.")
    publish(item)
    export(tmp_path)
    old = (DATA / "exchange/content/post/windows-line-ends.md").read_bytes()
    title = b'"Windows line ends, a comment, and no final line end"'
    expected = old.replace(title, b'"New"').replace(b"Last line without an end.", b"Another last line.")
    assert (tmp_path / "content/post/windows-line-ends.md").read_bytes() == expected


def test_an_item_that_moves_house_takes_its_file_along(tmp_path):
    import_files(DATA / "medigy", "--publish")
    item = CuratedItem.objects.get()
    import_files(DATA / "exchange", "--community", "news")
    edit(item, community=CuratedItem.objects.exclude(pk=item.pk).first().community)
    publish(item)
    export(tmp_path)
    text = (tmp_path / MEDIGY_PATH).read_text()
    assert "basePath: /communities/news/curated-content/" in text
    assert "type: communities/medigy-news" in text
    assert import_files(tmp_path)["counts"]["unchanged"] == 1


def test_an_item_that_is_not_public_is_marked_as_a_draft_once_it_was_touched(tmp_path):
    import_files(DATA / "medigy")
    item = CuratedItem.objects.get()
    edit(item, title="Changed in the newsroom")
    export(tmp_path, "--drafts")
    assert "\ndraft: true\n" in (tmp_path / MEDIGY_PATH).read_text()
    assert import_files(tmp_path)["counts"] == {"created": 0, "updated": 0, "unchanged": 1, "conflict": 0, "error": 0}
    publish(CuratedItem.objects.get())
    export(tmp_path)
    assert "draft" not in (tmp_path / MEDIGY_PATH).read_text()


def test_check_says_what_would_change_and_writes_nothing(tmp_path):
    import_files(DATA / "medigy", "--publish")
    report = export(tmp_path / "site", "--check", code=2)
    assert report["counts"]["differs"] == 2
    assert not (tmp_path / "site").exists()
    export(tmp_path / "site")
    assert export(tmp_path / "site", "--check")["ok"]


def test_a_file_changed_on_both_sides_is_reported_and_nothing_is_overwritten(tmp_path):
    site = shutil.copytree(DATA / "exchange", tmp_path / "site")
    import_files(site, "--publish", "--community", "news")
    item = CuratedItem.objects.get(slug="windows-line-ends")
    edit(item, title="Said in the newsroom")
    path = site / "content/post/windows-line-ends.md"
    raw = path.read_bytes().replace(WINDOWS_TITLE, b"Said in the file")
    path.write_bytes(raw)
    report = import_files(site, "--community", "news", code=1)
    conflict = next(file for file in report["files"] if file["status"] == "conflict")
    assert conflict["conflicts"] == [
        {"key": "title", "base": WINDOWS_TITLE.decode(), "file": "Said in the file", "database": "Said in the newsroom"}
    ]
    assert (conflict["problems"][0]["line"], conflict["problems"][0]["key"]) == (3, "title")
    item.refresh_from_db()
    assert publishing.head_values(item).title == "Said in the newsroom"
    assert path.read_bytes() == raw


@pytest.mark.parametrize(("prefer", "title"), [("file", "Said in the file"), ("database", "Said in the newsroom")])
def test_the_operator_decides_a_conflict(tmp_path, prefer, title):
    site = shutil.copytree(DATA / "exchange", tmp_path / "site")
    import_files(site, "--publish", "--community", "news")
    item = CuratedItem.objects.get(slug="windows-line-ends")
    edit(item, title="Said in the newsroom")
    path = site / "content/post/windows-line-ends.md"
    path.write_bytes(path.read_bytes().replace(WINDOWS_TITLE, b"Said in the file"))
    assert import_files(site, "--publish", "--prefer", prefer)["counts"]["updated"] == 1
    item = CuratedItem.objects.get(pk=item.pk)
    assert publishing.head_values(item).title == title
    assert item.label()[1] == ("Published" if prefer == "file" else "Published + draft")
    assert import_files(site, "--publish")["counts"]["unchanged"] == 2


def test_what_file_and_newsroom_changed_apart_is_merged_and_one_export_brings_it_together(tmp_path):
    site = shutil.copytree(DATA / "exchange", tmp_path / "site")
    import_files(site, "--publish", "--community", "news")
    item = CuratedItem.objects.get(slug="windows-line-ends")
    edit(item, tags=["one", "Two", "three"])
    path = site / "content/post/windows-line-ends.md"
    path.write_bytes(path.read_bytes().replace(WINDOWS_TITLE, b"Said in the file"))
    import_files(site, "--publish")
    item = CuratedItem.objects.get(pk=item.pk)
    both = publishing.head_values(item)
    assert (both.title, set(both.tags)) == ("Said in the file", {"one", "Two", "three"})
    assert [change.action for change in item.changes.all()][:2] == ["merged", "imported"]
    assert item.title.startswith("Windows line ends"), "what the newsroom wrote is not published unseen"
    before = path.read_bytes()
    assert export(site)["counts"]["waiting"] == 1
    assert path.read_bytes() == before
    publish(item)
    export(site)
    old = (DATA / "exchange/content/post/windows-line-ends.md").read_bytes()
    expected = old.replace(WINDOWS_TITLE, b"Said in the file").replace(b"[one, Two]", b"[one, Two, three]")
    assert path.read_bytes() == expected
    assert import_files(site)["counts"]["unchanged"] == 2


def test_an_item_whose_file_went_is_told_or_archived(tmp_path):
    site = shutil.copytree(DATA / "exchange", tmp_path / "site")
    import_files(site, "--publish", "--community", "news")
    (site / "content/post/windows-line-ends.md").unlink()
    assert "missing" not in import_files(site)["counts"]
    assert import_files(site, "--missing", "report")["counts"]["missing"] == 1
    assert CuratedItem.objects.published().count() == 2
    report = import_files(site / "content/post", "--missing", "archive")
    assert [file["path"] for file in report["files"] if file["status"] == "archived"] == ["post/windows-line-ends.md"]
    assert CuratedItem.objects.get(slug="windows-line-ends").label()[1] == "Archived"
    assert "archived" not in import_files(site, "--missing", "archive")["counts"]


def test_atomic_keeps_nothing_where_one_file_fails(tmp_path):
    site = shutil.copytree(DATA / "exchange", tmp_path / "site")
    (site / "content/post/bad.md").write_text("---\ntitle: [\n---\n")
    report = import_files(site, "--community", "news", "--atomic", code=1)
    assert (report["kept"], report["counts"]["created"], report["counts"]["error"]) == (False, 2, 1)
    assert not CuratedItem.objects.exists()


def test_many_workers_do_what_one_does(tmp_path):
    import_files(DATA / "exchange", "--publish", "--community", "news", "--workers", "2")
    export(tmp_path)
    assert files_below(tmp_path) == files_below(DATA / "exchange")


def test_a_changed_file_of_a_live_item_waits_for_review(tmp_path):
    site = shutil.copytree(DATA / "exchange", tmp_path / "site")
    import_files(site, "--publish", "--community", "news")
    path = site / "content/post/windows-line-ends.md"
    path.write_bytes(path.read_bytes().replace(b"Windows line ends,", b"Said in the file,"))
    report = import_files(site, "--community", "news")
    assert [file["keys"] for file in report["files"] if file["status"] == "updated"] == [["title"]]
    item = CuratedItem.objects.get(slug="windows-line-ends")
    assert item.title.startswith("Windows line ends,")
    assert item.label()[1] == "Published + in review"
    import_files(site, "--publish", "--community", "news")
    assert CuratedItem.objects.get(pk=item.pk).title.startswith("Windows line ends,")


def test_a_dry_run_shows_all_and_keeps_nothing(tmp_path, settings):
    before = files_below(settings.DATA_DIR).keys()
    report = import_files(DATA / "exchange", "--publish", "--community", "news", "--dry-run")
    assert report["counts"]["created"] == 2
    assert report["dry_run"] is True
    assert not CuratedItem.objects.exists()
    assert not FeaturedImage.objects.exists()
    assert files_below(settings.DATA_DIR).keys() == before


def test_json_lines_say_what_became_of_each_file(capsys):
    lines = import_files(DATA / "exchange", "--community", "news", form="--jsonl")
    assert [json.loads(line)["status"] for line in lines.splitlines()] == ["created", "created"]
