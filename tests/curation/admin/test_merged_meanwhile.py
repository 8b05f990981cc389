"""Somebody merges away what an item names while its form is being saved: it is saved, and names the one that stayed."""

import threading

import pytest
from django.db import connection

from communities.models import Topic
from curation import edition, publishing, renaming
from curation.admin import item_edit
from curation.exchange import rows
from curation.models import Author, CuratedItem, Publisher, Tag
from tests.factories import make_item
from tests.newsroom import admin, filled_in, signed_in

CASES = {
    "author": (
        {"authors": "J. Smith"}, lambda: (Author.objects.get(name="J. Smith"), Author.objects.get(name="John Smith")),
        lambda item: [author.name for author in item.byline], ["John Smith"],
    ),
    "topic": (
        {"topics": "Medigy: Old"}, lambda: (Topic.objects.get(label="Old"), Topic.objects.get(label="New")),
        lambda item: [str(topic) for topic in item.topics.all()], ["Medigy: New"],
    ),
    "tag": (
        {"tags": "old"}, lambda: (Tag.objects.get(name="old"), Tag.objects.get(name="new")),
        lambda item: [tag.name for tag in item.tags.all()], ["new"],
    ),
    "publisher": (
        {"link": "https://old.example/a"},
        lambda: (Publisher.objects.get(host="old.example"), Publisher.objects.get(host="new.example")),
        lambda item: [item.publisher.host], ["new.example"],
    ),
}  # fmt: skip
"""What is typed, the two that become one, what the item has in the end."""


@pytest.fixture
def draft(newsroom):
    for name, word in (("J. Smith", "old"), ("John Smith", "new")):
        make_item(
            community=newsroom.home, authors=[name], topics=[("Medigy", word.title())], tags=[word],
            link=f"https://{word}.example/other",
        )  # fmt: skip
    return make_item(published=False, community=newsroom.home, created_by=newsroom.curator)


def merge(case: str) -> None:
    gone, kept = CASES[case][1]()
    (renaming.merge_publishers if case == "publisher" else renaming.merge)([gone], kept, by=None)


def slot() -> int:
    """Which row of the edition this connection's changes count in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0] % edition.SLOTS


def merge_elsewhere(case: str) -> None:
    """The same, whole and done on a connection of its own, whatever this one is in the middle of."""
    mine = slot()

    def elsewhere() -> None:
        while slot() == mine:  # it would wait for this one to end, and this one waits for it here
            connection.close()
        merge(case)
        connection.close()

    other = threading.Thread(target=elsewhere)
    other.start()
    other.join()


@pytest.fixture
def at(monkeypatch):
    """Lets something happen around the first call of a function."""

    def hook(module, name, happens, *, afterwards=False):
        function, left = getattr(module, name), [happens]

        def hooked(*args, **kwargs):
            if not afterwards and left:
                left.pop()()
            made = function(*args, **kwargs)
            if afterwards and left:
                left.pop()()
            return made

        monkeypatch.setattr(module, name, hooked)

    return hook


def save(newsroom, draft, case, page):
    client = signed_in(newsroom.curator)
    address = admin("add") if page == "add" else admin("change", draft.pk)
    words = {"link": "https://third.example/a", "community": str(newsroom.home.pk)} if page == "add" else {}
    typed = filled_in(client.get(address), **words | {"title": "Typed meanwhile"} | CASES[case][0])
    answer = client.post(address, typed)
    assert answer.status_code == 302, answer.content.decode()
    item = CuratedItem.objects.get(title="Typed meanwhile")
    assert CASES[case][2](item) == CASES[case][3]
    return item


@pytest.mark.parametrize("case", CASES)
def test_what_is_merged_away_once_the_form_was_read_is_the_one_that_stayed(newsroom, draft, at, case):
    at(item_edit, "_carry_out", lambda: merge(case))
    save(newsroom, draft, case, "change")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not connection.features.has_select_for_update, reason="nobody else writes meanwhile on SQLite")
@pytest.mark.parametrize(("case", "page"), [*((case, "change") for case in CASES), ("author", "add")])
def test_what_is_merged_away_while_the_item_is_written_is_the_one_that_stayed(newsroom, draft, at, case, page):
    at(rows, "connect", lambda: merge_elsewhere(case), afterwards=True)
    item = save(newsroom, draft, case, page)
    assert item.revisions.count() == (1 if page == "add" else 2)


def test_what_goes_on_colliding_is_told_and_every_word_stays_typed(newsroom, draft, monkeypatch):
    connect = rows.connect

    def and_again(item, values):
        connect(item, values)
        rows.ItemAuthor.objects.create(item=item, author=item.bylines.first().author)

    monkeypatch.setattr(rows, "connect", and_again)
    client, address = signed_in(newsroom.curator), admin("change", draft.pk)
    answer = client.post(address, filled_in(client.get(address), title="Typed", authors="J. Smith", note="Why"))
    assert answer.status_code == 200
    assert "collides with what somebody saves at the same moment" in answer.content.decode()
    kept = filled_in(answer)
    assert (kept["title"], kept["authors"], kept["note"]) == (["Typed"], ["J. Smith"], ["Why"])
    draft.refresh_from_db()
    assert publishing.head_values(draft).title != "Typed"
    monkeypatch.undo()
    assert client.post(address, kept).status_code == 302
