"""Where files and newsroom meet, and one of them could lose: each of these did once."""

import os
import shutil

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from communities.models import Community, Role, Topic
from curation import images, publishing
from curation.exchange.importing import Importer
from curation.models import CuratedItem, FormerName, Publisher
from tests.commands import DATA, export, import_files
from tests.deeds import edit
from tests.factories import make_community, make_user

pytestmark = pytest.mark.django_db


def write(folder, name, header, body="Body\n"):
    path = folder / "content" / "post" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{header}\n---\n{body}")
    return path


def picture(path, colour):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (40, 30), colour).save(path)
    return path.read_bytes()


def item_of(slug):
    return CuratedItem.objects.get(slug=slug)


@pytest.fixture
def site(tmp_path):
    for name in ("one", "two", "three"):
        write(tmp_path, f"{name}.md", f"title: {name}\nslug: {name}\nmdName: {name}\nlink: https://news.example/{name}")
    import_files(tmp_path, "--publish", "--community", "news")
    return tmp_path


def statuses(report):
    return {file["path"].rpartition("/")[2]: file["status"] for file in report["files"]}


# --- Items whose file went ---


def test_a_file_with_a_typo_is_not_taken_for_gone(site):
    (site / "content/post/one.md").write_text("---\ntitle: 'one\n---\n")
    assert statuses(import_files(site, "--missing", "archive", code=1))["one.md"] == "error"
    assert CuratedItem.objects.published().count() == 3


def test_nothing_is_archived_where_files_could_not_be_read(site):
    (site / "content/post/one.md").unlink()
    (site / "content/post/bad.md").write_text("---\n- no\n---\n")
    report = import_files(site, "--missing", "archive", code=1)
    assert statuses(report)["one.md"] == "missing"
    assert "could not be read" in report["files"][-1]["problems"][0]["message"]
    assert CuratedItem.objects.published().count() == 3


def test_another_site_or_an_empty_folder_archives_nothing(site, tmp_path):
    other = tmp_path / "other"
    (other / "content").mkdir(parents=True)
    report = import_files(other, "--missing", "archive")
    assert report["counts"]["missing"] == 3
    assert "is this the folder" in report["files"][0]["problems"][0]["message"]
    assert CuratedItem.objects.published().count() == 3


# --- Pictures ---


def test_a_picture_chosen_in_the_newsroom_is_not_taken_back_by_an_untouched_file(tmp_path):
    picture(tmp_path / "content/post/a.png", "red")
    write(tmp_path, "a.md", "title: a\nslug: a\nmdName: a\nfeaturedImage: {href: a.png, alt: A}")
    import_files(tmp_path, "--publish", "--community", "news")
    blue = images.take(picture(tmp_path / "blue.png", "blue"))
    edit(item_of("a"), image=blue)
    for _ in range(2):
        assert import_files(tmp_path, "--publish")["counts"]["unchanged"] == 1
    assert publishing.head_values(item_of("a")).image == blue


def test_a_picture_changed_on_both_sides_is_a_conflict(tmp_path):
    picture(tmp_path / "content/post/a.png", "red")
    write(tmp_path, "a.md", "title: a\nslug: a\nmdName: a\nfeaturedImage: {href: a.png, alt: A}")
    import_files(tmp_path, "--publish", "--community", "news")
    blue = images.take(picture(tmp_path / "blue.png", "blue"))
    edit(item_of("a"), image=blue)
    picture(tmp_path / "content/post/a.png", "green")
    assert import_files(tmp_path, code=1)["files"][0]["conflicts"][0]["key"] == "(picture)"
    assert publishing.head_values(item_of("a")).image == blue


def test_two_items_that_name_one_path_do_not_overwrite_each_others_picture(tmp_path):
    for name, colour in (("one", "red"), ("two", "blue")):
        picture(tmp_path / name / "static/img/a.png", colour)
        write(tmp_path / name, f"{name}.md", f"title: {name}\nslug: {name}\nfeaturedImage: /img/a.png")
        import_files(tmp_path / name, "--publish", "--community", "news")
    out = tmp_path / "out"
    report = export(out, code=1)
    assert report["counts"]["error"] == 1
    before = (out / "static/img/a.png").read_bytes()
    export(out, code=1)
    assert (out / "static/img/a.png").read_bytes() == before


def test_a_picture_that_is_higher_than_any_screen_is_taken(tmp_path):
    tall = tmp_path / "tall.png"
    Image.new("RGB", (10, 20_000)).save(tall)
    image = images.take(tall.read_bytes())
    assert image.file_height == 8000


def test_a_picture_of_16_bits_keeps_its_greys(tmp_path):
    path = tmp_path / "grey.png"
    grey = Image.new("I;16", (64, 1))
    for x in range(64):
        grey.putpixel((x, 0), x * 1024)
    grey.save(path)
    with images.take(path.read_bytes()).file.open() as file:
        levels = [Image.open(file).convert("L").getpixel((x, 0)) for x in (0, 32, 63)]
    assert levels[0] < 20 < 100 < levels[1] < 150 < 230 < levels[2]


# --- Which item a file is ---


def test_files_of_one_name_from_different_folders_are_different_items(tmp_path):
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "index.md").write_text(f"---\ntitle: Number {number}\nlink: https://news.example/{number}\n---\n")
        import_files(folder / "index.md", "--community", "news")
    assert {item.title for item in CuratedItem.objects.all()} == {"Number 1", "Number 2"}
    assert import_files(tmp_path / "1" / "index.md", "--community", "news")["counts"]["unchanged"] == 1


def test_bundles_and_titles_without_latin_letters_each_have_an_address(tmp_path):
    for name in ("eins", "zwei"):
        write(tmp_path, f"{name}/index.md", f"title: {name}")
    write(tmp_path, "遠隔.md", "title: 遠隔医療\nslug: 遠隔医療")
    write(tmp_path, "近く.md", "title: 近くの医療")
    assert import_files(tmp_path, "--community", "news")["counts"]["created"] == 4
    assert {"eins", "zwei"} <= {item.slug for item in CuratedItem.objects.all()}


def test_a_renamed_file_is_exported_under_its_new_name(site, tmp_path):
    (site / "content/post/one.md").rename(site / "content/post/renamed.md")
    assert import_files(site)["counts"]["unchanged"] == 3
    assert item_of("one").path == "post/renamed.md"
    assert export(site, "--check")["ok"]


def test_a_file_named_twice_is_taken_once(site):
    report = import_files(site, site / "content/post/one.md")
    assert report["counts"] == {"created": 0, "updated": 0, "unchanged": 3, "conflict": 0, "error": 0}


# --- What readers see ---


def test_publish_makes_no_word_public_that_is_not_in_the_file(site):
    edit(item_of("one"), description="Not reviewed")
    path = site / "content/post/one.md"
    path.write_text(path.read_text() + "More\n")
    import_files(site, "--publish")
    item = item_of("one")
    assert (item.description, item.body) == ("", "Body\n")
    assert "Not reviewed" in publishing.head_values(item).description


def test_publish_does_not_bring_back_what_was_withdrawn(site):
    item = item_of("one")
    publishing.move(item, "withdraw", by=None, version=item.version, note="legal")
    path = site / "content/post/one.md"
    path.write_text(path.read_text() + "More\n")
    import_files(site, "--publish")
    assert item_of("one").label()[0] == "withdrawn"


@pytest.mark.parametrize("count", [1, 3])
def test_publish_does_not_publish_a_blocked_publisher(tmp_path, count):
    Publisher.objects.create(host="bad.example", status=Publisher.Status.BLOCKED)
    make_community("News", slug="news")
    for number in range(count):
        write(tmp_path, f"{number}.md", f"title: {number}\nslug: s{number}\nlink: https://bad.example/{number}")
    report = import_files(tmp_path, "--publish", "--community", "news")
    assert not CuratedItem.objects.published().exists()
    assert all("publisher_blocked" in {p["code"] for p in file["problems"]} for file in report["files"])


def test_an_end_that_the_file_sets_holds_and_stays_in_the_file(site):
    path = site / "content/post/one.md"
    path.write_text(path.read_text().replace("slug: one", "slug: one\nexpiryDate: 2021-01-01\npublishDate: 2020-01-01"))
    before = path.read_bytes()
    import_files(site, "--publish")
    assert item_of("one").label()[0] == "expired"
    export(site, "--drafts")
    assert path.read_bytes() == before


def test_a_live_item_whose_file_became_a_draft_leaves_the_public(site):
    path = site / "content/post/one.md"
    path.write_text(path.read_text().replace("slug: one", "slug: one\ndraft: true"))
    import_files(site, "--publish")
    assert item_of("one").label()[0] == "withdrawn"


def test_a_file_whose_change_waits_for_review_is_not_overwritten_by_an_export(site):
    path = site / "content/post/one.md"
    path.write_text(path.read_text() + "A new paragraph\n")
    before = path.read_bytes()
    import_files(site)
    assert statuses(export(site))["one.md"] == "waiting"
    assert path.read_bytes() == before


def test_a_curators_unfinished_draft_is_not_handed_in_by_a_file(site):
    edit(item_of("one"), description="Still writing")
    path = site / "content/post/one.md"
    path.write_text(path.read_text() + "More\n")
    import_files(site)
    assert item_of("one").label()[1] == "Published + draft"


def test_a_file_can_propose_again_after_a_rejection(site):
    path = site / "content/post/one.md"
    path.write_text(path.read_text() + "First try\n")
    import_files(site)
    item = item_of("one")
    publishing.move(item, "reject", by=None, version=item.version, note="No.")
    path.write_text(path.read_text() + "Second try\n")
    assert import_files(site)["counts"]["updated"] == 1
    assert item_of("one").label()[1] == "Published + in review"


# --- Runs that must not die ---


@pytest.mark.parametrize(
    "header",
    [
        f"author: {'a' * 300}",
        f"tags: [{'t' * 150}]",
        f"communityTopics: ['{'v' * 80}: x']",
        f"categories: [{'c' * 200}]",
        f"aliases: /{'x' * 600}",
        f"searchCategory: {'k' * 90}",
    ],
)
def test_a_name_that_no_column_holds_is_told_with_its_key_and_stops_no_other(tmp_path, header):
    write(tmp_path, "a.md", f"title: a\n{header}")
    write(tmp_path, "b.md", "title: b")
    report = import_files(tmp_path, "--community", "news", code=1)
    assert (report["counts"]["created"], report["counts"]["error"]) == (1, 1)
    problem = next(p for p in report["files"][0]["problems"] if p["severity"] == "error")
    assert problem["line"] == 3


def test_a_file_name_that_is_not_utf8_is_told_and_stops_no_other(tmp_path):
    write(tmp_path, "b.md", "title: b")
    with open(os.fsencode(tmp_path / "content/post") + b"/caf\xe9.md", "w") as file:
        file.write("---\ntitle: a\n---\n")
    report = import_files(tmp_path, "--community", "news", code=1)
    assert (report["counts"]["created"], report["counts"]["error"]) == (1, 1)
    assert "not UTF-8" in report["files"][1]["problems"][0]["message"]


def test_a_tag_of_signs_has_a_page(tmp_path, client):
    write(tmp_path, "a.md", "title: a\nslug: a\ntags: ['!!!', '+', '2024']")
    import_files(tmp_path, "--publish", "--community", "news")
    assert client.get(item_of("a").get_absolute_url()).status_code == 200
    for tag in item_of("a").tags.all():
        assert client.get(tag.get_absolute_url()).status_code == 200


# --- Whose files they are ---


def test_a_person_brings_in_files_only_where_their_role_allows(tmp_path):
    here, there = make_community("Here"), make_community("There")
    user = make_user("carla", Role.CURATOR, here)
    for community in (here, there):
        write(
            tmp_path,
            f"{community.slug}.md",
            f"title: a\nslug: a\nbasePath: /communities/{community.slug}/curated-content/",
        )
    write(tmp_path, "nowhere.md", "title: a\nslug: a\nbasePath: /communities/nowhere/curated-content/")
    outcomes = {
        outcome.path.rpartition("/")[2]: outcome for outcome in Importer(by=user, via="upload").run([str(tmp_path)])
    }
    assert {name: outcome.status for name, outcome in outcomes.items()} == {
        "here.md": "created", "there.md": "error", "nowhere.md": "error",
    }  # fmt: skip
    assert outcomes["there.md"].problems[-1].code == "not_permitted"
    assert Community.objects.count() == 2
    assert CuratedItem.objects.get().changes.get().actor == user


def test_a_dry_run_leaves_no_file_of_a_community_either(tmp_path, settings):
    shutil.copytree(DATA / "exchange", tmp_path / "in")
    picture(tmp_path / "in/static/img/c.png", "red")
    page = tmp_path / "in/content/communities/news/_index.md"
    page.parent.mkdir(parents=True)
    page.write_text("---\ntitle: News\nimage: /img/c.png\n---\n")
    import_files(tmp_path / "in", "--community", "news", "--dry-run")
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_topics_that_come_in_together_are_each_there_once_however_they_are_written(tmp_path):
    known = Topic.objects.create(vocabulary="Category", label="Café", slug="cafe-of-old")
    FormerName.objects.create(name="Category: Bar", key=FormerName.folded("Category: Bar"), topic=known)
    Topic.objects.create(vocabulary="Other", label="Care Plans", slug="category-care-plans")
    for number, label in enumerate(("CAFé", "bar", "Telehealth", "teleHEALTH", "Care Plans", "Care-Plans", "New")):
        link = f"https://{number}.example/"
        write(tmp_path, f"{number}.md", f"title: {number}\nslug: item-{number}\ncategories: {label}\nlink: {link}")
    import_files(tmp_path, "--community", "news")
    of_items = [item.topics.get() for item in CuratedItem.objects.order_by("slug")]
    assert [of_items[0], of_items[1]] == [known, known]
    assert of_items[2] == of_items[3]
    assert {topic.slug for topic in of_items[4:6]} == {"category-care-plans-2", "category-care-plans-3"}
    assert (of_items[6].label, of_items[6].slug) == ("New", "category-new")
    assert Topic.objects.count() == 6


# --- Cost ---


def test_a_batch_costs_the_same_number_of_queries_whatever_its_size(tmp_path):
    make_community("News", slug="news")

    def queries(name, count, *options):
        for number in range(count):
            write(
                tmp_path / name, f"{name}{number}.md",
                f"title: {name} {number}\nslug: {name}-{number}\nmdName: {name}{number}\n"
                f"author: [Ann, Ann {name} {number}]\ntags: [a]\ncategories: [c, c {name} {number}]\n"
                f"aliases: /{name}/{number}\nlink: https://{name}{number}.example/",
            )  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            import_files(tmp_path / name, "--community", "news", *options)
        # SQLite takes so many values at once; how often an INSERT is divided for that is not ours to say.
        return len([query for query in captured if not query["sql"].startswith("INSERT")])

    queries("known", 2, "--publish")  # so that the tag is there
    assert queries("few", 5, "--publish") == queries("many", 60, "--publish")
    assert queries("few", 5) == queries("many", 60) <= 5, "nothing changed"
