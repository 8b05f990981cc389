"""What files may not do: each odd one is reported with its place and its reason, and stops no other."""

import os

import pytest
from django.core.management.base import CommandError

from communities.models import Community
from curation import library, shelves
from curation.models import Alias, Card, CuratedItem, FeaturedImage
from tests.commands import DATA, import_files, run

pytestmark = pytest.mark.django_db

GOOD = "---\ntitle: A good one\nlink: https://news.example/good\nslug: a-good-one\n---\nBody\n"


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(report):
    return [problem for file in report["files"] for problem in file["problems"]]


@pytest.mark.parametrize(
    ("text", "code", "line", "key"),
    [
        ("---\nlink: https://news.example/a\n---\n", "missing_title", None, "title"),
        ("---\ntitle: x\nlink: javascript:alert(1)\n---\n", "bad_link", 3, "link"),
        ("---\ntitle: x\nlink: https://news.example/a\n", "no_closing_delimiter", 1, None),
        ("---\ntitle: a\ntitle: b\n---\n", "duplicate_key", 3, "title"),
        ("---\n- a\n---\n", "root_not_mapping", 2, None),
        ("Just text.\n", "no_front_matter", 1, None),
        ("---\ntitle: " + "[" * 30_000 + "]" * 30_000 + "\n---\n", "too_deep", 2, None),
        (b"---\ntitle: caf\xe9\n---\n", "not_utf8", 2, None),
        ("---\ntitle: x\nslug: ''\nbody: 1\n---\n" + "<div>" * 30_000, "invalid", None, None),
        (f"---\ntitle: {'x' * 501}\n---\n", "invalid", 2, "title"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isidentifier() else "",
)
def test_a_bad_file_is_reported_with_its_place_and_stops_no_other(tmp_path, text, code, line, key):
    write(tmp_path, "1-bad.md", text)
    write(tmp_path, "2-good.md", GOOD)
    report = import_files(tmp_path, "--community", "news", code=1)
    assert report["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "conflict": 0, "error": 1}
    problem = next(problem for problem in problems(report) if problem["severity"] == "error")
    assert (problem["code"], problem["line"]) == (code, line)
    if key:
        assert problem["key"] == key
    assert CuratedItem.objects.get().title == "A good one"


def test_a_report_for_people_names_file_line_column_and_key(tmp_path):
    path = write(tmp_path, "bad.md", "---\ntitle: x\nlink: ftp://news.example/a\n---\n")
    _, err = run("import_frontmatter", path, "--community", "news", code=1)
    assert f"error: {path}:3:1: link: " in err
    assert "1 file: 1 error." in err


def test_no_control_character_of_a_file_reaches_the_terminal(tmp_path):
    write(tmp_path, "esc\x1b[2J.md", '---\ntitle: x\nlink: "ftp://news.example/\\e[31m"\n---\n')
    _, err = run("import_frontmatter", tmp_path, "--community", "news", code=1)
    assert "\x1b" not in err


def test_a_path_that_is_not_there_is_said_and_exits_with_two(tmp_path):
    with pytest.raises(CommandError, match="There is no file or folder") as error:
        run("import_frontmatter", tmp_path / "nowhere")
    assert error.value.returncode == 2


def test_files_of_new_communities_make_them_and_those_of_one_that_cannot_be_are_told_so(tmp_path):
    homes = {"one": "Same name", "two": "Same name", "three": "A name " + "that is too long " * 20, "four": "Four"}
    for slug, name in homes.items():
        for number in range(2):
            said = f"title: {slug} {number}\nslug: {slug}-{number}\nidentifier: {name}\n"
            write(
                tmp_path, f"content/communities/{slug}/{number}.md", f"---\nbasePath: /communities/{slug}\n{said}---\n"
            )
    report = import_files(tmp_path, code=1)
    assert (report["counts"]["created"], report["counts"]["error"]) == (6, 2)
    assert {problem["code"] for problem in problems(report)} == {"no_link", "bad_community"}
    made = {community.slug: community.name for community in Community.objects.all()}
    assert made.keys() == {"one", "two", "four"}
    assert made["two"] == "Same name (two)"
    assert CuratedItem.objects.filter(community__slug="two").count() == 2


def test_a_file_that_names_no_community_needs_one_from_the_operator(tmp_path):
    write(tmp_path, "good.md", GOOD)
    report = import_files(tmp_path, code=1)
    assert problems(report)[0]["code"] == "no_community"
    assert "--community" in problems(report)[0]["hint"]
    import_files(tmp_path, "--community", "made-for-it")
    assert Community.objects.get().name == "Made for it"


def test_links_pipes_and_paths_that_lead_out_are_not_followed(tmp_path):
    secret = write(tmp_path / "outside", "secret.md", GOOD)
    site = tmp_path / "site"
    write(site, "content/a.md", "---\ntitle: a\nfeaturedImage: /../../outside/secret.md\n---\n")
    (site / "content" / "link.md").symlink_to(secret)
    (site / "content" / "folder").symlink_to(secret.parent)
    os.mkfifo(site / "content" / "pipe.md")
    report = import_files(site, "--community", "news", code=1)
    assert report["counts"]["created"] == 1
    codes = {problem["code"] for problem in problems(report)}
    assert {"unreadable", "bad_picture_path"} <= codes
    assert not FeaturedImage.objects.exists()


def test_two_files_of_the_same_upstream_item_are_an_error_that_names_both(tmp_path):
    head = "---\ntitle: {}\nid: 7\nsource: upstream\nslug: {}\n---\n"
    first = write(tmp_path, "1.md", head.format("One", "one"))
    second = write(tmp_path, "2.md", head.format("Two", "two"))
    report = import_files(tmp_path, "--community", "news", code=1)
    problem = problems(report)[-1]
    assert problem["code"] == "duplicate_upstream"
    assert str(first) in problem["message"]
    assert report["files"][1]["path"] == str(second)
    assert CuratedItem.objects.get().title == "One"


def test_a_number_alone_names_nothing(tmp_path):
    for name in ("one", "two"):
        write(tmp_path, f"{name}/{name}.md", f"---\ntitle: {name}\nid: 1\nslug: {name}\n---\n")
        import_files(tmp_path / name, "--community", "news")
    assert {item.title for item in CuratedItem.objects.all()} == {"one", "two"}


def test_sections_may_be_called_as_a_folder_of_the_site_is(tmp_path):
    for name in ("content/public", "content/resources", "content/themes/deep", "public", "resources"):
        write(tmp_path, f"{name}/a.md", f"---\ntitle: {name}\n---\n")
    report = import_files(tmp_path, "--community", "news")
    assert {file["path"].removeprefix(f"{tmp_path}/") for file in report["files"]} == {
        "content/public/a.md", "content/resources/a.md", "content/themes/deep/a.md",
    }  # fmt: skip


def test_a_file_with_the_same_link_under_another_identity_is_pointed_out_and_kept_apart(tmp_path):
    write(tmp_path, "1.md", "---\ntitle: One\nmdName: one\nlink: https://news.example/a?utm_source=x\nslug: one\n---\n")
    write(tmp_path, "2.md", "---\ntitle: Two\nmdName: two\nlink: http://www.news.example/a/\nslug: two\n---\n")
    report = import_files(tmp_path, "--community", "news")
    assert [problem["code"] for problem in problems(report)] == ["same_link"]
    assert CuratedItem.objects.count() == 2


def test_an_old_address_leads_to_one_item_only(tmp_path):
    write(tmp_path, "1.md", "---\ntitle: One\nslug: one\naliases: [/old/]\n---\n")
    write(tmp_path, "2.md", "---\ntitle: Two\nslug: two\naliases: [/OLD, /other]\n---\n")
    report = import_files(tmp_path, "--community", "news", code=1)
    assert "belongs to “One”" in problems(report)[-1]["message"]
    assert [alias.path for alias in Alias.objects.all()] == ["/old"]


def test_an_address_that_another_file_has_is_refused_by_its_name(tmp_path):
    for name in ("one", "two"):
        write(tmp_path, f"{name}.md", f"---\ntitle: {name}\nslug: same\n---\n")
    problem = problems(import_files(tmp_path, "--community", "news", code=1))[-1]
    assert (problem["code"], problem["line"], problem["key"]) == ("address_taken", 3, "slug")
    assert problem["message"].startswith("“one” in News has the address same")


def test_a_renamed_file_stays_the_same_item(tmp_path):
    path = write(tmp_path, "content/communities/news/1.md", "---\ntitle: One\nmdName: one\nslug: one\n---\n")
    import_files(tmp_path, "--community", "news")
    path.rename(path.with_name("2.md"))
    assert import_files(tmp_path, "--community", "news")["counts"]["unchanged"] == 1
    assert CuratedItem.objects.get().title == "One"


@pytest.mark.parametrize(
    ("keys", "label"),
    [
        ("date: 2020-10-05", "Published"),
        ("draft: true", "Draft"),
        ("draft: yes", "Draft"),
        ("published: false", "Draft"),
        ("publishDate: 2999-01-01", "Scheduled"),
        ("publishDate: 2020-01-01\nexpiryDate: 2021-01-01", "Expired"),
        ("date: 2024-01-01\nexpiryDate: 2021-01-01", "Expired"),
        ("date: -001-11-30T00:00:00+00:00", "Published"),
        # Of two spellings Hugo takes the first one that has a value.
        ("publishDate: ''\npubdate: 2999-01-01", "Scheduled"),
        ("date: 2020-01-01\nexpiryDate:\nunpublishdate: 2021-01-01", "Expired"),
    ],
)
def test_publish_brings_a_file_in_as_its_own_keys_say(tmp_path, keys, label):
    write(tmp_path, "1.md", f"---\ntitle: One\nslug: one\n{keys}\n---\n")
    import_files(tmp_path, "--community", "news", "--publish")
    assert CuratedItem.objects.get().label()[1] == label


def test_without_publish_every_file_comes_in_as_a_draft(tmp_path):
    write(tmp_path, "1.md", "---\ntitle: One\nslug: one\npublishDate: 2020-01-01\n---\n")
    import_files(tmp_path, "--community", "news")
    item = CuratedItem.objects.get()
    assert item.label()[1] == "Draft"
    assert item.publish_at.year == 2020


def test_a_picture_that_is_none_is_a_warning_and_the_item_comes_in(tmp_path):
    write(tmp_path, "content/1.md", "---\ntitle: One\nslug: one\nfeaturedImage: /img/a.jpg\n---\n")
    write(tmp_path, "static/img/a.jpg", "<svg onload=alert(1)>")
    report = import_files(tmp_path, "--community", "news")
    assert {(problem["code"], problem["line"]) for problem in problems(report)} == {
        ("no_link", None),
        ("bad_picture", 4),
    }
    assert CuratedItem.objects.get().featured_image is None


def test_the_same_picture_is_kept_once(tmp_path):
    raw = next((DATA / "exchange").rglob("*.jpg")).read_bytes()
    for name in ("1", "2"):
        write(tmp_path, f"content/{name}.md", f"---\ntitle: {name}\nslug: s{name}\nfeaturedImage: {name}.jpg\n---\n")
        write(tmp_path, f"content/{name}.jpg", raw)
    import_files(tmp_path, "--community", "news")
    assert FeaturedImage.objects.count() == 1
    assert CuratedItem.objects.filter(featured_image__isnull=False).count() == 2


def test_nothing_of_a_file_is_kept_when_a_part_of_it_cannot_be(tmp_path, settings):
    write(tmp_path, "content/1.md", "---\ntitle: One\nslug: one\naliases: /old\n---\n")
    raw = next((DATA / "exchange").rglob("*.jpg")).read_bytes()
    import_files(tmp_path, "--community", "news")
    write(
        tmp_path, "content/2.md", "---\ntitle: Two\nslug: two\naliases: /old\nfeaturedImage: 2.jpg\nauthor: Ann\n---\n"
    )
    write(tmp_path, "content/2.jpg", raw)
    stored = {path for path in settings.DATA_DIR.rglob("*") if path.is_file() and path.suffix in {".webp", ".jpeg"}}
    import_files(tmp_path, "--community", "news", code=1)
    assert not FeaturedImage.objects.exists()
    assert CuratedItem.objects.get().title == "One"
    after = {path for path in settings.DATA_DIR.rglob("*") if path.is_file() and path.suffix in {".webp", ".jpeg"}}
    assert after == stored


def test_archetypes_themes_and_section_pages_are_no_items(tmp_path):
    write(tmp_path, "archetypes/default.md", "---\ntitle: {{ .Name }}\n---\n")
    write(tmp_path, "themes/t/a.md", GOOD)
    write(tmp_path, "_index.md", GOOD)
    write(tmp_path, "post/a.md", GOOD)
    report = import_files(tmp_path, "--community", "news")
    assert report["counts"]["created"] == 1


PICTURED = """---
title: {title}
link: https://news.example/{title}
slug: {title}
featuredImage:
  href: bell.jpg
  alt: {alt}
  format: {format}
  size: {size}
{more}---
Words
"""


def pictured(folder, title, image=None, **said):
    (folder / "bell.jpg").write_bytes((DATA / "images/plain.jpg").read_bytes())
    words = {"alt": "A bell", "format": "JPEG", "size": "[1, 1]", "more": ""} | said
    if image:
        words["size"] = f"[{image.width}, {image.height}]"
    return write(folder, f"{title}.md", PICTURED.format(title=title, **words))


def codes(report):
    return [problem["code"] for problem in problems(report)]


def test_a_picture_that_is_another_than_its_file_says_is_pointed_out(tmp_path):
    pictured(tmp_path, "one")
    assert codes(import_files(tmp_path, "--community", "news")) == ["other_picture"]
    image = FeaturedImage.objects.get()
    library.describe(image, {"alt": "A bell in a tower"}, version=image.version)
    pictured(tmp_path, "one", image, format="PNG")
    assert codes(import_files(tmp_path, "--community", "news")) == ["other_picture", "other_alt"]
    pictured(tmp_path, "one", image, alt="A bell in a tower", format="jpg")
    assert codes(import_files(tmp_path, "--community", "news")) == []


def test_what_files_change_of_a_picture_that_is_here_is_merged_and_its_pages_follow(tmp_path):
    first = "featuredImageCredit: Ada\nfeaturedImageFocalPoint: [0.2, 0.3]\n"
    pictured(tmp_path, "one", more=first)
    pictured(tmp_path, "two", more=first)
    live = ("--community", "news", "--publish")
    import_files(tmp_path, *live)
    image = FeaturedImage.objects.get()
    version = image.version

    # The file alone has changed it: everything that shows it follows.
    pictured(tmp_path, "one", image, more="featuredImageCredit: Grace\nfeaturedImageFocalPoint: [0.9, 0.3]\n")
    assert codes(import_files(tmp_path / "one.md", *live)) == []
    image.refresh_from_db()
    assert (image.credit, image.focal_x, image.version) == ("Grace", 0.9, version + 1)
    assert [card.facts["credit"] for card in Card.objects.all()] == ["Grace", "Grace"]
    assert shelves.rebuild(list(CuratedItem.objects.values_list("pk", flat=True)), keep=False) == []

    # So has the newsroom: it is told, and stays.
    library.describe(image, {"credit": "Mary"}, version=image.version)
    pictured(tmp_path, "one", image, more="featuredImageCredit: Jean\nfeaturedImageFocalPoint: [0.9, 0.3]\n")
    assert codes(import_files(tmp_path / "one.md", *live)) == ["other_credit"]
    # And what readers see waits for review.
    pictured(tmp_path, "two", image, more="featuredImageCredit: Mary\nfeaturedImageFocalPoint: [0.5, 0.9]\n")
    assert codes(import_files(tmp_path / "two.md", "--community", "news")) == ["other_focus"]
    image.refresh_from_db()
    assert (image.credit, image.focal_x) == ("Mary", 0.9)
