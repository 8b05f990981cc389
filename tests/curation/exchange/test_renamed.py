"""Files that were renamed to where other files were: each is still its own item's."""

import pytest

from curation import publishing
from curation.models import CuratedItem
from tests.commands import export, import_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(tmp_path):
    for name in ("a", "b"):
        path = tmp_path / "content/post" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\ndescription: {name}\nmdName: {name}\nslug: {name}\ntitle: {name}\n---\nBody\n")
    import_files(tmp_path, "--community", "t", "--publish")
    return tmp_path / "content/post"


def rename(post, *pairs):
    """All at once, as a commit of the site does."""
    moved = [(new, (post / f"{old}.md").read_text()) for old, new in pairs]
    for old, _ in pairs:
        (post / f"{old}.md").unlink()
    for new, text in moved:
        (post / f"{new}.md").write_text(text)


def add_note(slug):
    item = CuratedItem.objects.get(slug=slug)
    values = publishing.head_values(item)
    values.curator_note = f"About {slug}"
    publishing.save(item, values, by=None, version=item.version)
    for name in ("submit", "approve", "publish"):
        publishing.move(item, name, by=None, version=item.version)


def paths():
    return {item.slug: item.path.removeprefix("post/") for item in CuratedItem.objects.all()}


def statuses(report):
    return {file["path"].rpartition("/")[2]: file["status"] for file in report["files"]}


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("a", "b"), ("b", "a")], {"a": "b.md", "b": "a.md"}),
        ([("b", "c"), ("a", "b")], {"a": "b.md", "b": "c.md"}),
        ([("b", "0"), ("a", "b")], {"a": "b.md", "b": "0.md"}),
        ([("a", "b"), ("b", "x/a")], {"a": "b.md", "b": "x/a.md"}),
    ],
)
@pytest.mark.parametrize("exported", [True, False])
def test_files_that_took_each_others_places_are_followed(post, pairs, expected, exported):
    site = post.parent.parent
    (post / "x").mkdir()
    if exported:
        export(site)
    rename(post, *pairs)
    assert import_files(site, "--publish")["counts"]["unchanged"] == 2
    assert paths() == expected
    assert export(site, "--check")["ok"]
    add_note("a")
    add_note("b")
    export(site)
    for slug, path in expected.items():
        text = (post / path).read_text()
        assert f"mdName: {slug}\n" in text
        assert f"About {slug}" in text
    assert sorted(str(path.relative_to(post)) for path in post.rglob("*.md")) == sorted(expected.values())
    assert import_files(site, "--publish")["counts"]["unchanged"] == 2


@pytest.mark.parametrize("files", ["ab", "ba"])
def test_files_that_are_imported_one_by_one_are_followed_too(post, files):
    rename(post, ("a", "b"), ("b", "a"))
    for name in files:
        import_files(post / f"{name}.md", "--publish")
    assert paths() == {"a": "b.md", "b": "a.md"}


@pytest.mark.parametrize("exported", [True, False])
def test_an_export_before_the_import_gives_no_file_anothers_words(post, exported):
    site = post.parent.parent
    if exported:
        export(site)
    rename(post, ("a", "b"), ("b", "a"))
    before = {path: path.read_text() for path in post.iterdir()}
    add_note("a")
    report = export(site, code=1)
    assert statuses(report) == {"a.md": "conflict", "b.md": "conflict"}
    assert "another item's" in report["files"][0]["message"]
    assert {path: path.read_text() for path in post.iterdir()} == before
    import_files(site, "--publish")
    export(site)
    assert "About a" in (post / "b.md").read_text()
    assert (post / "a.md").read_text() == before[post / "a.md"]


def test_an_item_whose_file_gave_way_to_another_is_missed(post):
    site = post.parent.parent
    (post / "b.md").unlink()
    rename(post, ("a", "b"))
    report = import_files(site, "--missing", "report")
    assert statuses(report) == {"b.md": "unchanged", "a.md": "missing"}
    assert paths() == {"a": "b.md", "b": "a.md"}


def test_a_second_file_of_an_item_beside_the_first_is_told_as_before(post):
    (post / "c.md").write_text((post / "a.md").read_text())
    report = import_files(post.parent.parent, code=1)
    assert statuses(report) == {"a.md": "unchanged", "b.md": "unchanged", "c.md": "error"}
    assert paths() == {"a": "a.md", "b": "b.md"}
