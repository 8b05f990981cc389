"""History is only ever added, and what comes past that is found."""

import json
import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from curation.models import Change, CuratedItem, NeverChanged, Revision
from tests.commands import run
from tests.deeds import edit, move, write
from tests.history import unprotected

pytestmark = pytest.mark.django_db


@pytest.fixture
def items(home, curator, editor):
    """Three items, each with five lines and two revisions."""
    made = []
    for slug in ("one", "two", "three"):
        item = write(home, curator, slug=slug)
        edit(item, curator, title="Another title")
        move(item, "submit", by=curator)
        move(item, "approve", "publish", by=editor, note="Fine")
        made.append(item)
    return made


@pytest.mark.parametrize("model", [Change, Revision])
def test_rows_of_history_are_neither_altered_nor_deleted_by_the_program(items, model):
    row = model.objects.first()
    row.note = "Something else"
    for attempt in (
        row.save,
        row.delete,
        model.objects.all().delete,
        lambda: model.objects.update(note="Something else"),
        lambda: model.objects.bulk_update([row], ["note"]),
        lambda: model.objects.bulk_create([row], update_conflicts=True, update_fields=["note"], unique_fields=["pk"]),
        lambda: items[0].changes.update(note="Something else"),
        lambda: model.objects.update_or_create({"note": "Something else"}, pk=row.pk),
    ):
        with pytest.raises(NeverChanged, match="only ever added"):
            attempt()
    assert not model.objects.filter(note="Something else").exists()


@pytest.mark.parametrize("table", ["curation_change", "curation_revision"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET note = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_alter_history(items, table, statement):
    with (
        pytest.raises(DatabaseError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert run("verify_history")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_postgresql_refuses_to_empty_history_at_once(items):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            cursor.execute("TRUNCATE curation_change CASCADE")


def test_an_untouched_history_holds(items):
    out = json.loads(run("verify_history", "--json")[0])
    assert out == {
        "command": "verify_history", "ok": True, "counts": {"items": 3, "changes": 15, "revisions": 6}, "problems": [],
    }  # fmt: skip


def line(number):
    """The primary key of a line of the second item."""
    return list(CuratedItem.objects.get(slug="two").changes.order_by("pk").values_list("pk", flat=True))[number - 1]


def alter(statement):
    return lambda cursor: cursor.execute(statement.format(item=CuratedItem.objects.get(slug="two").pk, third=line(3)))


def swap(cursor):
    third, fourth = line(3), line(4)
    for old, new in ((third, -1), (fourth, third), (-1, fourth)):
        cursor.execute("UPDATE curation_change SET id = %s WHERE id = %s", [new, old])


def cut_off(cursor):
    cursor.execute("DELETE FROM curation_change WHERE id = %s", [line(5)])


def put_in(cursor):
    last = Change.objects.get(pk=line(5))
    made = Change(**{column.attname: getattr(last, column.attname) for column in Change._meta.concrete_fields})
    made.pk, made.previous_hash, made.note = None, last.hash, "I was never said."
    made.hash = made.digest()
    made.save(force_insert=True)


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (alter("UPDATE curation_change SET note = 'Never seen it' WHERE id = {third}"), {(3, "altered")}),
        (alter("UPDATE curation_change SET actor_name = 'Somebody' WHERE id = {third}"), {(3, "altered")}),
        (alter("UPDATE curation_change SET details = '{{\"when\": 1}}' WHERE id = {third}"), {(3, "altered")}),
        (alter("UPDATE curation_change SET override = NOT override WHERE id = {third}"), {(3, "altered")}),
        (alter("DELETE FROM curation_change WHERE id = {third}"), {(3, "out_of_order")}),
        (swap, {(3, "out_of_order"), (4, "out_of_order"), (5, "out_of_order")}),
        (cut_off, {(4, "cut_off")}),
        (put_in, {(6, "cut_off")}),
        (alter("DELETE FROM curation_change WHERE item_id = {item}"), {(None, "no_lines")}),
        (
            alter("UPDATE curation_revision SET content = content || content WHERE item_id = {item} AND number = 2"),
            {(None, "altered_document")},
        ),
        (
            alter("UPDATE curation_revision SET sha256 = 'x' WHERE item_id = {item} AND number = 1"),
            {(1, "other_document"), (None, "altered_document")},
        ),
    ],
    ids=["note", "actor", "details", "override", "deleted", "swapped", "cut off", "put in", "all gone", "file", "sha"],
)
def test_what_was_planted_is_found_where_it_is(items, plant, found):
    with unprotected(connection) as cursor:
        plant(cursor)
    out = json.loads(run("verify_history", "--json", code=1)[0])
    assert {(problem["line"], problem["code"]) for problem in out["problems"]} == found
    assert {problem["item"] for problem in out["problems"]} == {items[1].pk}
    told = run("verify_history", code=1)[0]
    assert re.search(rf"/curated-content/two/ \(item {items[1].pk}\)", told)


def test_a_database_that_no_longer_refuses_is_told_about(items):
    with unprotected(connection):
        out = json.loads(run("verify_history", "--json", code=1)[0])
    assert [problem["code"] for problem in out["problems"]] == ["unprotected"]
    run("verify_history")


def test_lines_of_the_first_version_which_say_less_still_hold(items):
    """They have neither the document's hash nor details, and their own hash is without both."""
    with unprotected(connection):
        for change in Change.objects.filter(item=items[1]).order_by("pk"):
            before = Change.objects.filter(item=items[1], pk__lt=change.pk).order_by("-pk").first()
            change.sha256, change.details, change.previous_hash = "", {}, before.hash if before else ""
            change.save_base(force_update=True, raw=True)
            Change.objects.filter(pk=change.pk)._update([(Change._meta.get_field("hash"), None, change.digest())])
        CuratedItem.objects.filter(pk=items[1].pk).update(history_hash=Change.objects.filter(item=items[1])[0].hash)
    run("verify_history")


def test_lines_are_of_the_revision_that_they_were_about(items):
    item = items[0]
    assert list(item.changes.order_by("pk").values_list("revision__number", "action")) == [
        (1, "created"), (2, "edited"), (2, "submit"), (2, "approve"), (2, "publish"),
    ]  # fmt: skip
    assert not item.changes.exclude(sha256=F("revision__sha256")).exists()
