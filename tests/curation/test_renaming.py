"""Another name for a term: readers, history, export and the next import agree on it."""

import json
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from communities.models import Topic
from curation import history, publishing, renaming
from curation.exchange import exporting, rows, terms
from curation.frontmatter import Document
from curation.models import (
    Alias,
    Author,
    CuratedItem,
    FormerName,
    ItemAuthor,
    ItemTopic,
    Publisher,
    PublisherHost,
    Redirect,
    Tag,
)
from curation.workflow import MoveNotAllowed, State
from tests import deeds
from tests.commands import run
from tests.factories import make_community, make_item, make_user
from tests.newsroom import make_newsroom

pytestmark = pytest.mark.django_db

FILE = """---
title: A title
# who wrote it
author: [Jane Doe, 'J. Smith']
categories: [Policy]
communityTopics:
- 'Symplur: -hash-HIT'
- Medigy -- no vocabulary
tags: [x, HIPAA, y]
---
Body
"""


@pytest.mark.parametrize(
    ("kind", "old", "new", "lines"),
    [
        ("author", ["j. smith"], "John Smith", {"author: [Jane Doe, 'J. Smith']": "author: [Jane Doe, John Smith]"}),
        ("author", ["J. Smith"], "Jane Doe", {"author: [Jane Doe, 'J. Smith']": "author: [Jane Doe]"}),
        ("tag", ["hipaa"], "Hipaa", {"tags: [x, HIPAA, y]": "tags: [x, Hipaa, y]"}),
        ("tag", ["x", "y"], "z", {"tags: [x, HIPAA, y]": "tags: [z, HIPAA]"}),
        ("topic", ["Symplur: #HIT"], "Symplur: #HealthIT", {"- 'Symplur: -hash-HIT'": "- 'Symplur: -hash-HealthIT'"}),
        ("topic", ["Category: Policy"], "Category: Law", {"categories: [Policy]": "categories: [Law]"}),
        ("tag", ["none such"], "z", {}),
    ],
)
def test_a_name_is_changed_where_it_stands_and_nothing_else_is(kind, old, new, lines):
    renamed = terms.renamed(Document.parse(FILE.encode()), kind, old, new).bytes.decode()
    before, after = FILE.splitlines(), renamed.splitlines()
    changed = {one: other for one, other in zip(before, after, strict=True) if one != other}
    assert {one: other.replace("'", "") for one, other in changed.items()} == {
        one: other.replace("'", "") for one, other in lines.items()
    }


def test_a_topic_that_becomes_one_of_another_key_moves_there():
    renamed = terms.renamed(Document.parse(FILE.encode()), "topic", ["Category: Policy"], "Medigy: Policy")
    assert "Category: Policy" not in terms.names_in(renamed, "topic")
    assert "Medigy: Policy" in terms.names_in(renamed, "topic")
    assert "categories" not in renamed.data


@pytest.fixture
def everywhere():
    """An item of each standing that names the author “J. Smith”, by what it is."""
    home, writer = make_community(), make_user("writer")
    words = {"community": home, "authors": ["Jane Doe", "J. Smith"], "created_by": writer}
    items = {"live": make_item(**words), "draft": make_item(published=False, **words)}
    items["approved"] = make_item(published=False, state=State.APPROVED, **words)
    items["pending"] = make_item(**words)
    deeds.edit(items["pending"], by=None, title="Another title")
    items["only pending"] = make_item(community=home, authors=["Jane Doe"])
    deeds.edit(items["only pending"], by=None, authors=["J. Smith"])
    items["withdrawn"] = make_item(**words)
    deeds.move(items["withdrawn"], "withdraw", note="why")
    items["other"] = make_item(community=home, authors=["Jane Doe"])
    return items


def standing(item):
    item.refresh_from_db()
    return item.state, item.publication, item.publish_at, item.head_revision_id == item.live_revision_id


def caught_up(term, **options):
    return renaming.catch_up(term, by=None, correlation="c" * 32, **options)


def test_a_renamed_author_has_the_new_name_everywhere_and_every_item_stands_where_it_stood(everywhere, client):
    smith = Author.objects.get(name="J. Smith")
    before = {name: standing(item) for name, item in everywhere.items()}
    old_address = smith.get_absolute_url()
    renaming.rename(smith, by=None, name="John Smith", slug="john-smith")
    page = client.get(everywhere["live"].get_absolute_url()).content.decode()
    assert "John Smith" in page
    assert "J. Smith" not in page
    assert client.get(old_address)["Location"] == smith.get_absolute_url()

    done = caught_up(smith)
    assert not any(outcome.error for outcome in done.outcomes)
    assert {outcome.item.pk for outcome in done.outcomes} == {
        item.pk for name, item in everywhere.items() if name != "other"
    }
    assert {name: standing(item) for name, item in everywhere.items()} == before
    for name, item in everywhere.items():
        told = exporting.outgoing(item).document.bytes.decode()
        said = publishing.head_values(item).authors
        assert "J. Smith" not in told + " ".join(said), name
        if name not in ("other", "only pending"):
            assert said == ["Jane Doe", "John Smith"]
            assert [author.name for author in item.byline] == said
            assert item.changes.first().details["correlation"] == "c" * 32
            assert deeds.lines(item)[-1] == "term renamed"
    assert everywhere["only pending"].byline == list(Author.objects.filter(name="Jane Doe"))
    assert not list(history.Verification().run()) or all(
        each.code == "no_lines" for each in history.Verification().run()
    )
    assert not caught_up(smith).outcomes, "the second time there is nothing to do"


def test_the_four_eyes_still_know_who_wrote(everywhere):
    newsroom = make_newsroom()
    item = make_item(community=newsroom.home, authors=["J. Smith"])
    deeds.edit(item, by=newsroom.editor, title="Mine")
    deeds.move(item, "submit", by=newsroom.editor)
    smith = Author.objects.get(name="J. Smith")
    renaming.rename(smith, by=newsroom.lead, name="John Smith")
    renaming.catch_up(smith, by=newsroom.lead, correlation="c" * 32)
    item.refresh_from_db()
    assert item.state == State.IN_REVIEW
    with pytest.raises(MoveNotAllowed, match="You wrote this"):
        deeds.move(item, "approve", by=newsroom.editor)
    deeds.move(item, "approve", by=newsroom.lead)
    assert item.head_revision.restates == 2


def test_a_form_that_was_open_meanwhile_is_brought_together_with_the_new_name():
    newsroom = make_newsroom()
    item = make_item(published=False, community=newsroom.home, authors=["J. Smith"])
    mine = replace(publishing.head_values(item), title="Typed meanwhile")
    number, version = item.head_revision.number, item.version
    smith = Author.objects.get()
    renaming.rename(smith, by=None, name="John Smith")
    caught_up(smith)
    item.refresh_from_db()
    with pytest.raises(publishing.StaleVersion):
        publishing.save(item, mine, by=newsroom.lead, version=version)
    both = publishing.reconcile(item, number, mine)
    assert (both.merged.title, both.merged.authors, both.clashes) == ("Typed meanwhile", ["John Smith"], [])


def test_merged_authors_are_one_for_readers_files_and_the_next_import(everywhere, client, tmp_path):
    smith = Author.objects.get(name="J. Smith")
    make_item(authors=["John Smith"])
    john = Author.objects.get(name="John Smith")
    both = make_item(authors=["J. Smith", "John Smith"])
    Author.objects.filter(pk=smith.pk).update(bio="Writes.")
    smith.refresh_from_db()
    address = smith.get_absolute_url()
    renaming.merge([smith], john, by=None)
    assert client.get(address)["Location"] == john.get_absolute_url()
    caught_up(john)
    john.refresh_from_db()
    assert john.bio == "Writes."
    assert not Author.objects.filter(name="J. Smith").exists()
    assert not ItemAuthor.objects.filter(author__name="J. Smith").exists()
    both.refresh_from_db()
    assert publishing.head_values(both).authors == ["John Smith"]
    assert rows.find_author("j. smith") == john

    run("export_frontmatter", str(tmp_path))
    before = (
        CuratedItem.objects.count(),
        Author.objects.count(),
        sum(item.revisions.count() for item in CuratedItem.objects.all()),
    )
    result = json.loads(run("import_frontmatter", str(tmp_path / "content"), "--json")[0])
    after = (
        CuratedItem.objects.count(),
        Author.objects.count(),
        sum(item.revisions.count() for item in CuratedItem.objects.all()),
    )
    assert after == before, result


def test_topics_of_two_vocabularies_become_one_and_the_old_address_leads_on(client):
    item = make_item(topics=[("Medigy", "Privacy"), ("Category", "Privacy"), ("Symplur", "#HIT")])
    kept, gone = Topic.objects.get(vocabulary="Medigy"), Topic.objects.get(vocabulary="Category")
    address = gone.get_absolute_url()
    renaming.merge([gone], kept, by=None)
    assert [outcome.error for outcome in caught_up(kept).outcomes] == [""]
    item.refresh_from_db()
    assert publishing.head_values(item).topics == [("Medigy", "Privacy"), ("Symplur", "#HIT")]
    assert ItemTopic.objects.filter(item=item).count() == 2
    assert client.get(address)["Location"] == kept.get_absolute_url()


def test_a_run_that_stops_goes_on_and_one_bad_file_stops_no_other(monkeypatch):
    items = [make_item(tags=["old"]) for _ in range(5)]
    tag = Tag.objects.get()
    renaming.rename(tag, by=None, name="new")
    restate, bad = publishing.restate, items[1].pk

    def broken(item, *args, **kwargs):
        if item.pk == bad:
            raise ValidationError("Not this one.")
        return restate(item, *args, **kwargs)

    monkeypatch.setattr(publishing, "restate", broken)
    first = caught_up(tag, seconds=0)
    assert (len(first.outcomes), first.after) == (1, items[0].pk)
    rest = caught_up(tag, after=first.after)
    assert [outcome.error for outcome in rest.outcomes] == ["Not this one.", "", "", ""]
    monkeypatch.undo()
    assert [outcome.item.pk for outcome in caught_up(tag).outcomes] == [bad]


def test_a_name_that_another_one_bears_is_refused_and_nothing_is_changed():
    make_item(authors=["A", "B"])
    one = Author.objects.get(name="A")
    with pytest.raises(ValidationError, match="already"):
        renaming.rename(one, by=None, name="b")
    assert not FormerName.objects.exists()
    with pytest.raises(ValidationError, match="nothing to merge"):
        renaming.merge([one], one, by=None)


def test_a_name_taken_back_is_a_former_one_no_more():
    make_item(authors=["A"])
    author = Author.objects.get()
    for name in ("B", "A"):
        renaming.rename(author, by=None, name=name)
        caught_up(author)
    assert list(FormerName.objects.values_list("name", flat=True)) == ["B"]
    assert publishing.head_values(CuratedItem.objects.get()).authors == ["A"]


def test_merged_publishers_take_the_links_of_both_hosts(client):
    item, other = make_item(link="https://old.example/a"), make_item(link="https://new.example/a")
    old, new = item.publisher, other.publisher
    address = old.get_absolute_url()
    head = item.head_revision_id
    renaming.merge_publishers([old], new, by=None)
    item.refresh_from_db()
    assert (item.publisher, item.head_revision_id) == (new, head)
    assert make_item(link="https://www.old.example/b").publisher == new
    assert PublisherHost.objects.get().host == "old.example"
    assert client.get(address)["Location"] == new.get_absolute_url()
    assert Redirect.objects.count() == 1
    Publisher.objects.filter(pk=new.pk).update(status="blocked")
    new.refresh_from_db()
    with pytest.raises(ValidationError, match="same standing"):
        renaming.merge_publishers([make_item(link="https://third.example/").publisher], new, by=None)


@pytest.mark.parametrize("deed", ["rename", "merge into it", "merge it"])
def test_what_somebody_merged_meanwhile_is_refused_and_does_not_come_back(deed):
    kept = make_item(authors=["C"])
    third = Author.objects.get()
    one, other = (Author.objects.create(name=name, slug=name.lower()) for name in "AB")
    seen = Author.objects.get(pk=one.pk)
    renaming.merge([one], other, by=None)
    deeds_of_a_late_one = {
        "rename": lambda: renaming.rename(seen, by=None, name="Again"),
        "merge into it": lambda: renaming.merge([third], seen, by=None),
        "merge it": lambda: renaming.merge([seen], third, by=None),
    }
    with pytest.raises(ValidationError, match="A is gone"):
        deeds_of_a_late_one[deed]()
    assert set(Author.objects.values_list("name", flat=True)) == {"B", "C"}
    assert [str(author) for author in CuratedItem.objects.get(pk=kept.pk).byline] == ["C"]
    assert FormerName.objects.get().author == other


def test_a_publisher_that_is_gone_takes_no_other_in():
    old, new, third = (make_item(link=f"https://{host}.example/a").publisher for host in ("old", "new", "third"))
    seen = Publisher.objects.get(pk=old.pk)
    renaming.merge_publishers([old], new, by=None)
    with pytest.raises(ValidationError, match="is gone"):
        renaming.merge_publishers([third], seen, by=None)
    assert set(Publisher.objects.values_list("host", flat=True)) == {"new.example", "third.example"}


def test_a_merge_keeps_what_was_written_of_the_target_meanwhile():
    one, other = (Author.objects.create(name=name, slug=name.lower(), bio=f"Of {name}") for name in "AB")
    Author.objects.filter(pk=other.pk).update(bio="Written meanwhile")
    renaming.merge([one], other, by=None)
    assert Author.objects.get().bio == "Written meanwhile"


def test_an_address_that_was_an_items_once_goes_on_leading_there(client):
    item = make_item(authors=["A"])
    author = Author.objects.get()
    old = author.get_absolute_url()
    Alias.objects.create(item=item, path=Alias.normalised(old))
    renaming.rename(author, by=None, slug="other")
    assert client.get(author.get_absolute_url()).status_code == 200
    assert client.get(old)["Location"] == item.get_absolute_url()


def test_likely_duplicates_are_found_by_more_than_letters():
    make_item(
        authors=["José Pérez, MD", "Perez Jose", "J. Perez", "Dr. Jose Perez"],
        tags=["e-health", "eHealth", "apps", "app"],
    )
    assert [[author.name for author in group] for group in renaming.alike(Author, 9)] == [
        ["José Pérez, MD", "Perez Jose", "Dr. Jose Perez"]
    ]
    assert [sorted(tag.name for tag in group) for group in renaming.alike(Tag, 9)] == [
        ["app", "apps"],
        ["e-health", "eHealth"],
    ]
    renaming.rename(Author.objects.get(name="J. Perez"), by=None, name="Jose Perez, PhD")
    assert [len(group) for group in renaming.alike(Author, 9)] == [4]
    for host in ("a.nhs.example", "nhs.example", "bbc.co.uk", "other.co.uk", "www2.other.co.uk"):
        make_item(link=f"https://{host}/a")
    assert [sorted(row.host for row in group) for group in renaming.alike(Publisher, 9)] == [
        ["a.nhs.example", "nhs.example"],
        ["other.co.uk", "www2.other.co.uk"],
    ]
    assert len(renaming.alike(Publisher, 1)) == 1


def test_looking_for_duplicates_reads_no_more_rows_for_more_authors(django_assert_max_num_queries):
    Author.objects.bulk_create(Author(name=f"Author {number}", slug=f"author-{number}") for number in range(60))
    Author.objects.bulk_create(Author(name=name, slug=name.lower()) for name in ("Ünal", "Unal"))
    with django_assert_max_num_queries(2) as asked:
        assert [[author.name for author in group] for group in renaming.alike(Author, 9)] == [["Ünal", "Unal"]]
    assert "IN (" in asked.captured_queries[-1]["sql"]
