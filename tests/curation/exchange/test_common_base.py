"""What file and newsroom last had in common: what moves it on, and what must not."""

import pytest

from communities.models import Community, Role
from curation import publishing
from curation.exchange import community_pages
from curation.exchange.exporting import outgoing
from curation.exchange.importing import Importer
from curation.models import CuratedItem
from tests import deeds
from tests.commands import export, import_files
from tests.factories import FUTURE, make_item, make_user

pytestmark = pytest.mark.django_db

A = "post/a.md"
ORIGINAL = "---\ndescription: Old\nmdName: a\nslug: a\ntitle: A\n---\nBody\n"


@pytest.fixture
def site(tmp_path):
    """A site with one article, which is live here too."""
    folder = tmp_path / "site"
    put(folder, A, ORIGINAL)
    import_files(folder, "--community", "t", "--publish")
    return folder


def put(folder, path, text):
    target = folder / "content" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    return target


def say(old, new, folder, path=A):
    target = folder / "content" / path
    assert old in target.read_text()
    target.write_text(target.read_text().replace(old, new))


def text(folder, path=A):
    return (folder / "content" / path).read_text()


def item():
    return CuratedItem.objects.get(slug="a")


def edit(item, **words):
    """A change by the newsroom that readers see."""
    deeds.edit(item, **words)
    deeds.move(item, "submit", "approve", "publish")


def statuses(report):
    return [file["status"] for file in report["files"]]


@pytest.mark.parametrize("options", [["--drafts"], ["--site"]])
def test_a_second_copy_elsewhere_does_not_make_the_files_at_home_count_as_changed(site, tmp_path, options):
    backup = tmp_path / "backup"
    for words in ("First", "Second", "Third"):
        export(backup, *options)
        edit(item(), description=words)
    export(backup, *options)
    assert "description: Third" in text(backup)
    assert statuses(import_files(site, "--publish")) == ["unchanged"]
    assert item().description == "Third"
    export(site)
    assert "description: Third" in text(site)


def test_a_second_copy_of_what_was_born_here_is_not_taken_for_its_file_either(tmp_path):
    made = make_item(title="A", slug="a", md_name="a")
    place = f"communities/{made.community.slug}/curated-content/a.md"
    export(tmp_path / "backup")
    export(tmp_path / "site")
    edit(made, description="Ours")
    export(tmp_path / "backup")
    assert statuses(import_files(tmp_path / "site", "--publish"))[-1] == "unchanged"
    say("title: A", "title: Better", tmp_path / "site", place)
    import_files(tmp_path / "site", "--publish")
    head = publishing.head_values(item())
    assert (head.title, head.description) == ("Better", "Ours")


def test_an_export_at_home_is_what_the_next_edit_of_the_file_is_compared_with(site):
    for round in ("one", "two"):
        edit(item(), description=f"Ours {round}")
        export(site)
        say(f"Ours {round}", f"Theirs {round}", site)
        assert statuses(import_files(site, "--publish")) == ["updated"]
        assert item().description == f"Theirs {round}"
        say(f"Theirs {round}", f"Ours {round}", site)
        assert statuses(import_files(site, "--publish")) == ["updated"], "what somebody takes back is taken"


def test_a_folder_that_took_the_place_of_the_first_one_is_compared_with_what_was_written_there(site, tmp_path):
    new = tmp_path / "new"
    for round in ("one", "two"):
        edit(item(), description=f"Ours {round}", curator_note=f"Note {round}")
        export(new)
        assert statuses(import_files(new, "--publish")) == ["unchanged"]
        say(f"Ours {round}", "Old" if round == "one" else "Theirs one", new)
        say("title: A", "title: AA", new)
        edit(item(), curator_note=f"Another note {round}")
        assert statuses(import_files(new)) == ["updated"]
        head = publishing.head_values(item())
        assert head.description == ("Old" if round == "one" else "Theirs one")
        assert head.curator_note == f"Another note {round}"
        publishing.move(item(), "approve", by=None, version=item().version)
        publishing.move(item(), "publish", by=None, version=item().version)


def test_a_manifest_that_cannot_be_read_keeps_no_file_out(site):
    export(site)
    (site / ".medigy-export.json").write_text("[")
    say("Old", "New", site)
    assert statuses(import_files(site, "--publish")) == ["updated"]


def test_a_second_copy_leaves_the_page_of_a_community_at_home_alone(tmp_path):
    page = put(tmp_path / "site", "communities/t/_index.md", "---\ntitle: T\n---\nOld.\n")
    import_files(tmp_path / "site")
    for words in ("One.", "Two.", "Three."):
        export(tmp_path / "backup")
        Community.objects.update(introduction=words)
    export(tmp_path / "backup")
    assert statuses(import_files(tmp_path / "site")) == ["unchanged"]
    Community.objects.update(introduction="Four.")
    assert statuses(import_files(tmp_path / "backup")) == ["unchanged"]
    assert Community.objects.get().introduction == "Four."
    export(tmp_path / "site")
    assert "Four." in page.read_text()
    page.write_text(page.read_text().replace("Four.", "Theirs."))
    assert statuses(import_files(tmp_path / "site")) == ["updated"]
    assert Community.objects.get().introduction == "Theirs."


# --- Sides that were made alike ---


@pytest.mark.parametrize("by", ["head", "given out"])
def test_a_conflict_that_was_settled_by_making_both_alike_stays_settled(site, by):
    edit(item(), description="Ours")
    if by == "given out":
        publishing.set_dates(
            item(), publish_at=None, unpublish_at=FUTURE, by=None, version=item().version, via="test"
        )  # fmt: skip
    say("Old", "Theirs", site)
    assert statuses(import_files(site, "--publish", code=1)) == ["conflict"]
    (site / "content" / A).write_bytes(outgoing(item()).document.bytes)
    assert statuses(import_files(site, "--publish")) == ["unchanged"]
    say("Ours", "Better", site)
    assert statuses(import_files(site, "--publish")) == ["updated"]
    assert item().description == "Better"


def test_a_file_that_goes_back_to_what_it_was_before_both_were_alike_is_taken(site):
    edit(item(), description="Ours")
    say("Old", "Ours", site)
    assert statuses(import_files(site, "--publish")) == ["unchanged"]
    say("Ours", "Old", site)
    assert statuses(import_files(site, "--publish")) == ["updated"]
    assert item().description == "Old"
    export(site)
    assert "Old" in text(site)


def test_a_file_that_takes_its_proposal_back_is_taken(site):
    say("Old", "Proposed", site)
    assert statuses(import_files(site)) == ["updated"]
    say("Proposed", "Old", site)
    assert statuses(import_files(site)) == ["updated"]
    assert publishing.head_values(item()).description == "Old"


def test_an_export_leaves_a_file_alone_that_was_put_back(site):
    say("Old", "Two", site)
    import_files(site, "--publish")
    export(site)
    say("Two", "Old", site)
    assert statuses(export(site)) == ["unchanged"]
    assert "description: Old" in text(site)
    edit(item(), curator_note="Ours")
    assert statuses(export(site)) == ["merged"]
    assert "description: Old" in text(site)
    import_files(site, "--publish")
    assert item().description == "Old"


def test_an_export_leaves_a_file_alone_that_was_put_back_after_its_change_was_imported(site):
    edit(item(), description="One")
    export(site)
    say("One", "Two", site)
    import_files(site, "--publish")
    say("Two", "One", site)
    export(site)
    assert "description: One" in text(site)


def test_a_second_import_of_what_was_made_alike_writes_nothing(site):
    edit(item(), description="Ours")
    say("Old", "Ours", site)
    import_files(site)
    before = CuratedItem.objects.values().get()
    import_files(site)
    assert CuratedItem.objects.values().get() == before


def test_a_page_of_a_community_that_was_made_alike_counts_from_then_on(tmp_path):
    page = put(tmp_path, "communities/t/_index.md", "---\ntitle: T\n---\nOld.\n")
    import_files(tmp_path)
    Community.objects.update(introduction="Ours.")
    page.write_bytes(community_pages.outgoing(Community.objects.get()).bytes)
    assert statuses(import_files(tmp_path)) == ["unchanged"]
    page.write_text(page.read_text().replace("Ours.", "Better."))
    assert statuses(import_files(tmp_path)) == ["updated"]
    assert Community.objects.get().introduction == "Better."
    page.write_text(page.read_text().replace("Better.", "Ours."))
    export(tmp_path)
    assert "Ours." in page.read_text()


def test_a_second_copy_follows_what_was_imported_at_home(site, tmp_path):
    backup = tmp_path / "backup"
    export(backup)
    say("Old", "New", site)
    import_files(site, "--publish")
    export(backup)
    assert "description: New" in text(backup)


def test_what_a_person_uploads_unchanged_is_not_taken_for_the_file_at_home(site, tmp_path):
    edit(item(), description="Ours")
    uploaded = put(tmp_path / "upload", A, outgoing(item()).document.bytes.decode())
    by = make_user("ada", Role.EDITOR, item().community)
    assert [one.status for one in Importer(by=by, via="upload").run([str(uploaded)])] == ["unchanged"]
    assert statuses(import_files(site, "--publish")) == ["unchanged"]
    assert item().description == "Ours"
