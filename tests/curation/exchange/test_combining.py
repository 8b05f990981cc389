"""Two people's words brought together, field by field."""

from dataclasses import replace

import pytest

from curation import publishing
from curation.exchange.combining import merge_values
from curation.exchange.values import ItemValues
from tests.deeds import edit, write
from tests.factories import make_community

BASE = ItemValues(
    title="Title", description="Description", body="Body", authors=["Ann", "Ben"], topics=[("Medigy", "A")],
    tags=["one", "two"], carried={"a": 1, "deep": {"x": 1, "y": 1}},
)  # fmt: skip


@pytest.mark.parametrize(
    ("theirs", "mine", "merged", "clashes"),
    [
        ({}, {}, {}, []),
        ({"title": "Theirs"}, {}, {"title": "Theirs"}, []),
        ({}, {"title": "Mine"}, {"title": "Mine"}, []),
        ({"title": "Theirs"}, {"body": "Mine"}, {"title": "Theirs", "body": "Mine"}, []),
        ({"title": "Same"}, {"title": "Same"}, {"title": "Same"}, []),
        ({"title": "Theirs", "body": "Theirs"}, {"title": "Mine"}, {"title": "Mine", "body": "Theirs"}, ["title"]),
        ({"body": ""}, {"body": "Mine"}, {"body": "Mine"}, ["body"]),
        ({"authors": ["Ben", "Ann"]}, {"authors": ["Ann"]}, {"authors": ["Ann"]}, ["authors"]),
        ({"tags": ["one", "two", "their"]}, {"tags": ["two", "mine"]}, {"tags": ["two", "their", "mine"]}, []),
        ({"tags": ["two"]}, {"tags": ["ONE", "two", "x"]}, {"tags": ["two", "x"]}, []),
        ({"topics": []}, {"topics": [("Medigy", "A"), ("Medigy", "B")]}, {"topics": [("Medigy", "B")]}, []),
        ({"carried": {"a": 2, "deep": {"x": 1, "y": 1}}}, {"carried": {"a": 1, "deep": {"x": 1, "y": 2}, "b": 3}},
         {"carried": {"a": 2, "deep": {"x": 1, "y": 2}, "b": 3}}, []),
        ({}, {"carried": {"a": True}}, {"carried": {"a": True}}, []),
        ({"carried": {"deep": {"x": 1, "y": 1}}}, {"carried": {"a": 1, "deep": {"y": 1}}},
         {"carried": {"deep": {"y": 1}}}, []),
        ({"carried": {"a": 2, "deep": {"x": 2, "y": 1}}}, {"carried": {"a": 3, "deep": {"x": 1, "y": 1}}},
         {"carried": {"a": 3, "deep": {"x": 2, "y": 1}}}, ["carried"]),
        ({"carried": {"a": 1}}, {"carried": {"a": 1, "deep": {"x": 5, "y": 1}}},
         {"carried": {"a": 1, "deep": {"x": 5}}}, ["carried"]),
    ],
)  # fmt: skip
def test_what_does_not_clash_is_merged_and_every_word_of_mine_is_kept(theirs, mine, merged, clashes):
    result, found = merge_values(BASE, replace(BASE, **theirs), replace(BASE, **mine))
    assert repr(result) == repr(replace(BASE, **merged))
    assert [clash.field for clash in found] == clashes
    for clash in found:
        sides = [getattr(replace(BASE, **words), clash.field) for words in ({}, theirs, mine)]
        assert [clash.base, clash.theirs, clash.mine] == sides


@pytest.mark.django_db
def test_a_form_that_is_out_of_date_is_brought_together_with_what_was_saved_meanwhile():
    item = write(make_community(), None, tags=["one"], body="Body")
    edit(item, title="Theirs", tags=["one", "their"])
    edit(item, description="Theirs, too")
    mine = replace(publishing.revision_values(item, item.revisions.get(number=1)), body="Mine", tags=["mine"])
    both = publishing.reconcile(item, 1, mine)
    assert (both.merged.title, both.merged.description, both.merged.body) == ("Theirs", "Theirs, too", "Mine")
    assert (both.merged.tags, both.clashes, both.said_already) == (["their", "mine"], [], False)
    assert [revision.number for revision in both.since] == [2, 3]
    publishing.save(item, both.merged, by=None, version=item.version)
    again = publishing.reconcile(item, 1, mine)
    assert again.said_already, "a button that was pressed twice is no conflict"
    assert publishing.reconcile(item, 99, mine).since == []
