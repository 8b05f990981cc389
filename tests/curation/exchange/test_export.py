"""Giving files out into a folder that other people change too."""

import fcntl
import hashlib
import json
import os
import shutil

import pytest
from django.core.management.base import CommandError

from communities.models import Community, Role
from curation import publishing
from curation.exchange.values import ItemValues
from curation.models import CuratedItem
from tests import deeds
from tests.commands import DATA, export, import_files, run
from tests.factories import make_community, make_item, make_user

pytestmark = pytest.mark.django_db

WINDOWS = "content/post/windows-line-ends.md"
TITLE = b"Windows line ends, a comment, and no final line end"


@pytest.fixture
def site(tmp_path):
    """A content repository beside the newsroom: imported once, exported once."""
    folder = shutil.copytree(DATA / "exchange", tmp_path / "site")
    import_files(folder, "--publish", "--community", "news")
    export(folder)
    return folder


def edit(slug="windows-line-ends", **words):
    item = CuratedItem.objects.get(slug=slug)
    deeds.edit(item, **words)
    deeds.move(item, "submit", "approve", "publish")
    return item


def replace(path, old, new):
    path.write_bytes(path.read_bytes().replace(old, new))


def status_of(report, path):
    return next(file["status"] for file in report["files"] if file["path"] == path)


def test_the_manifest_tells_what_was_written_for_which_item(site):
    entry = json.loads((site / ".medigy-export.json").read_text())["files"][WINDOWS]
    item = CuratedItem.objects.get(slug="windows-line-ends")
    assert entry["sha256"] == item.live_revision.sha256
    assert entry["item"] == item.get_absolute_url()


def test_the_timeline_tells_what_was_given_out_where_and_once(tmp_path):
    item = make_item(title="Ours")
    for _ in range(2):
        export(tmp_path)
    line = item.changes.get(action="exported")
    assert (line.actor_name, line.via, line.revision) == ("Operator", "export_frontmatter", item.live_revision)
    assert line.note == f"to content/communities/telehealth/curated-content/{item.md_name}.md"


def test_what_file_and_newsroom_changed_apart_is_merged_into_the_file_until_it_is_imported(site):
    replace(site / WINDOWS, TITLE, b"Said in the file")
    edit(description="Said in the newsroom")
    for _ in range(2):
        report = export(site)
        assert status_of(report, WINDOWS) in {"merged", "unchanged"}
        text = (site / WINDOWS).read_text()
        assert '"Said in the file"' in text
        assert "description: Said in the newsroom" in text
    import_files(site, "--publish")
    assert CuratedItem.objects.get(slug="windows-line-ends").title == "Said in the file"
    assert status_of(export(site), WINDOWS) == "unchanged"


def test_what_both_changed_is_reported_and_the_file_is_left_alone(site):
    replace(site / WINDOWS, TITLE, b"Said in the file")
    before = (site / WINDOWS).read_bytes()
    edit(title="Said in the newsroom")
    report = export(site, code=1)
    assert status_of(report, WINDOWS) == "conflict"
    message = next(file["message"] for file in report["files"] if file["status"] == "conflict")
    assert "title" in message
    assert "--prefer" in message
    assert (site / WINDOWS).read_bytes() == before


def test_a_file_that_we_did_not_write_is_not_overwritten(tmp_path):
    item = make_item(title="Ours")
    path = tmp_path / f"content/communities/telehealth/curated-content/{item.md_name}.md"
    path.parent.mkdir(parents=True)
    path.write_text("---\ntitle: Somebody's\n---\n")
    export(tmp_path, code=1)
    assert "Somebody's" in path.read_text()


def test_prune_removes_what_we_wrote_and_nobody_changed_and_nothing_else(site, tmp_path):
    theirs, site = site, tmp_path / "ours"
    export(site)
    (site / "content/post/own.md").write_text("---\ntitle: Not ours\n---\n")
    for item in CuratedItem.objects.all():
        publishing.move(item, "withdraw", by=None, version=item.version, note="gone")
    replace(site / WINDOWS, TITLE, b"Changed by hand")
    export(site)
    assert (site / WINDOWS).exists(), "without --prune nothing goes"
    report = export(site, "--prune", code=1)
    assert status_of(report, WINDOWS) == "kept"
    left = {str(path.relative_to(site)) for path in site.rglob("*.*") if path.is_file()}
    assert left == {"content/post/own.md", WINDOWS, ".medigy-export.json"}
    export(theirs, "--prune")
    assert (theirs / WINDOWS).exists(), "it was there before we were"


@pytest.mark.parametrize("path", ["../outside.txt", "content/../../outside.txt", "{tmp}/outside.txt"])
def test_prune_stays_in_its_folder_whatever_the_manifest_names(site, tmp_path, path):
    outside = tmp_path / "outside.txt"
    outside.write_text("Not ours")
    manifest = site / ".medigy-export.json"
    told = json.loads(manifest.read_text())
    digest = hashlib.sha256(b"Not ours").hexdigest()
    entry = {"sha256": digest, "item": "x", "made_from": "", "ours": "yes"}
    told["files"][path.format(tmp=tmp_path)] = entry
    manifest.write_text(json.dumps(told))
    report = export(site, "--prune", code=1)
    assert outside.exists()
    assert "leads out of" in report["files"][-1]["message"]


def test_an_edit_leaves_an_item_at_the_address_that_its_file_gives_it_by_name(tmp_path):
    path = tmp_path / "content/post/my-article.md"
    path.parent.mkdir(parents=True)
    path.write_text("---\ntitle: Another title\nlink: https://news.example/a\n---\nBody\n")
    import_files(tmp_path, "--publish", "--community", "news")
    item = edit("my-article", description="New")
    assert item.get_absolute_url().endswith("/my-article/")
    export(tmp_path)
    assert path.read_text() == (
        "---\ntitle: Another title\nlink: https://news.example/a\ndescription: New\n---\nBody\n"
    )


def test_an_end_in_the_second_spelling_of_its_key_is_taken_away(tmp_path):
    path = tmp_path / "content/post/a.md"
    path.parent.mkdir(parents=True)
    path.write_text("---\ntitle: A\nslug: a\nexpiryDate: ''\nunpublishdate: 2999-01-01\n---\n")
    import_files(tmp_path, "--publish", "--community", "news")
    item = CuratedItem.objects.get()
    publishing.set_dates(item, publish_at=item.publish_at, unpublish_at=None, by=None, version=item.version)
    export(tmp_path)
    assert "unpublishdate" not in path.read_text()


def test_only_items_of_a_community_or_changed_since_a_day_go_out(tmp_path):
    make_item(community=make_community("Here"), title="Here")
    there = make_item(community=make_community("There"), title="There")
    assert export(tmp_path / "a", "--community", "there")["counts"]["written"] == 1
    assert export(tmp_path / "b", "--since", "2999-01-01")["counts"]["written"] == 0
    assert export(tmp_path / "c", "--since", "2020-01-01")["counts"]["written"] == 2
    assert (tmp_path / f"a/content/communities/there/curated-content/{there.md_name}.md").exists()


@pytest.mark.parametrize(
    "options", [["--since", "yesterday"], ["--community", "nowhere"], ["--prune", "--since", "2020-01-01"]]
)
def test_options_that_make_no_sense_are_refused_before_anything_is_written(tmp_path, options):
    with pytest.raises(CommandError):
        run("export_frontmatter", tmp_path / "site", *options)
    assert not (tmp_path / "site").exists()


def test_an_item_that_was_born_here_can_be_a_folder_with_its_picture(tmp_path):
    raw = next((DATA / "medigy").glob("*.jpeg")).read_bytes()
    from curation import images

    editor = make_user("edith", Role.EDITOR)
    values = ItemValues(
        community=make_community(), title="A folder", link="https://news.example/a", md_name="a-folder",
        image=images.take(raw), image_alt="A sun",
    )  # fmt: skip
    item = publishing.create(values, by=editor)
    for name in ("submit", "approve", "publish"):
        publishing.move(item, name, by=None, version=item.version)
    export(tmp_path, "--bundles")
    folder = tmp_path / "content/communities/telehealth/curated-content/a-folder"
    assert (folder / "index.md").exists()
    assert (folder / "a-folder-featuredImage.jpeg").read_bytes() == raw
    assert import_files(tmp_path)["counts"]["unchanged"] == 1


def test_two_exports_into_one_folder_do_not_mix(site):
    holder = os.open(site, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    try:
        with pytest.raises(CommandError, match="is under way"):
            run("export_frontmatter", site)
    finally:
        os.close(holder)
    assert export(site)["ok"]


def test_no_link_in_the_folder_is_followed(tmp_path):
    make_item()
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "site" / "content").mkdir(parents=True)
    (tmp_path / "site" / "content" / "communities").symlink_to(outside)
    report = export(tmp_path / "site", code=1)
    assert "symbolic link" in report["files"][0]["message"]
    assert not any(outside.iterdir())


def test_paths_that_differ_only_by_case_are_told_apart(tmp_path):
    make_item(path="post/One.md")
    make_item(path="post/one.md")
    report = export(tmp_path, code=1)
    assert report["counts"]["written"] == 1
    assert "case of its letters" in next(file["message"] for file in report["files"] if file["status"] == "error")


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    make_item()
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="is a file"):
        run("export_frontmatter", tmp_path / "file")
    with pytest.raises(CommandError, match="cannot be written to"):
        run("export_frontmatter", "/proc/nowhere")


def test_a_broken_manifest_stops_the_export_and_says_what_to_do(site):
    (site / ".medigy-export.json").write_text("{}")
    with pytest.raises(CommandError, match="Bring it back as it was, or take it away"):
        run("export_frontmatter", site)


def test_a_scheduled_item_tells_its_date_and_one_that_ends_its_end(tmp_path):
    from tests.factories import FUTURE

    scheduled, ending = make_item(publish_at=FUTURE), make_item(unpublish_at=FUTURE)
    export(tmp_path)
    assert len(list(tmp_path.rglob("*.md"))) == 1
    export(tmp_path, "--drafts")
    text = next(tmp_path.rglob(f"{scheduled.md_name}.md")).read_text()
    assert "publishDate: '2999-01-01T00:00:00.000000Z'\n" in text
    assert "expiryDate: '2999-01-01T00:00:00.000000Z'\n" in next(tmp_path.rglob(f"{ending.md_name}.md")).read_text()


def test_a_community_goes_out_as_a_page_and_its_changes_come_back(tmp_path):
    make_community("Telehealth", masthead="Telehealth CoP", introduction="Care at a distance.")
    export(tmp_path)
    page = tmp_path / "content/communities/telehealth/_index.md"
    assert page.read_text() == "---\nmastHead: Telehealth CoP\ntitle: Telehealth\n---\n\nCare at a distance."
    page.write_text("---\ntitle: Telehealth # ours\nmastHead: Care from afar\nweight: 3\n---\n\nCare at a distance.\n")
    assert status_of(import_files(tmp_path), str(page)) == "updated"
    community = Community.objects.get()
    assert community.masthead == "Care from afar"
    community.introduction = "Care, wherever you are."
    community.save()
    export(tmp_path)
    assert page.read_text() == (
        "---\ntitle: Telehealth # ours\nmastHead: Care from afar\nweight: 3\n---\n\nCare, wherever you are.\n"
    )
    assert status_of(import_files(tmp_path), str(page)) == "unchanged"


def test_a_community_changed_on_both_sides_is_merged_by_key_or_told(tmp_path):
    community = make_community("Telehealth", masthead="One", introduction="Two.")
    export(tmp_path)
    page = tmp_path / "content/communities/telehealth/_index.md"
    replace(page, b"mastHead: One", b"mastHead: File")
    community.introduction = "Newsroom."
    community.save(update_fields=["introduction"])
    import_files(tmp_path)
    community.refresh_from_db()
    assert (community.masthead, community.introduction) == ("File", "Newsroom.")
    replace(page, b"mastHead: File", b"mastHead: File again")
    community.masthead = "Newsroom again"
    community.save()
    report = import_files(tmp_path, code=1)
    assert [conflict["key"] for conflict in report["files"][0]["conflicts"]] == ["mastHead"]
    community.refresh_from_db()
    assert community.masthead == "Newsroom again"
