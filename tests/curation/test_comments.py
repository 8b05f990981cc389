"""Talking about an item: who may say what, who hears of it, and what it keeps from going on."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communities.models import Role
from curation import comments
from curation.exchange import exporting
from curation.models import Notification
from curation.workflow import MoveNotAllowed, State
from tests.deeds import edit, lines, move, write
from tests.factories import make_community, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(home, curator):
    made = write(home, curator)
    move(made, "submit", by=curator)
    Notification.objects.all().delete()
    return made


@pytest.fixture
def writer(home):
    return make_user("cora", Role.CONTRIBUTOR, home)


def told(user):
    return sorted(user.notifications.values_list("kind", flat=True))


def test_a_thread_stays_with_the_revision_and_field_that_it_was_begun_on(item, editor, curator):
    thread = comments.add(item, " Is this true? \r\nI doubt it. ", by=editor, field="title")
    edit(item, curator, title="It is true")
    answer = comments.reply(thread, "It is now.", by=curator)
    assert (thread.text, thread.field, thread.revision.number) == ("Is this true? \nI doubt it.", "title", 1)
    assert (answer.thread, answer.field, answer.revision.number) == (thread, "title", 2)


def test_who_may_not_see_an_item_cannot_talk_about_it(item, curator, writer):
    stranger = make_user("sam", Role.LEAD, make_community("Oncology"))
    thread = comments.add(item, "Hello", by=curator)
    for nobody in (stranger, writer):
        with pytest.raises(PermissionDenied):
            comments.add(item, "Let me in", by=nobody)
        with pytest.raises(PermissionDenied):
            comments.reply(thread, "Let me in", by=nobody)
        with pytest.raises(PermissionDenied):
            comments.resolve(thread, by=nobody)


@pytest.mark.parametrize(("text", "sentence"), [(" \n ", "Write something first."), ("x" * 4001, "this one has 4,001")])
def test_a_comment_says_something_and_not_too_much(item, editor, text, sentence):
    with pytest.raises(ValidationError, match=sentence):
        comments.add(item, text, by=editor)


def test_a_comment_is_its_authors_alone_and_a_deleted_one_leaves_its_place(item, curator, editor):
    thread = comments.add(item, "Secret words", by=editor)
    comments.reply(thread, "An answer", by=curator)
    for deed in (
        lambda: comments.edit(thread, "Others' words", by=curator),
        lambda: comments.delete(thread, by=curator),
    ):
        with pytest.raises(PermissionDenied, match="its author's alone"):
            deed()
    comments.edit(thread, "Better words", by=editor)
    assert (thread.text, thread.edited_at is None) == ("Better words", False)
    comments.delete(thread, by=editor)
    kept, answer = item.comments.order_by("pk")
    assert (kept.text, kept.deleted_at is None, kept.resolved_at) == ("", False, None)
    assert "words" not in str(list(item.comments.values()))
    assert told(curator) == [], "nor is there anything left to read of it"
    comments.delete(answer, by=curator)
    kept.refresh_from_db()
    assert kept.resolved_by == curator, "a thread without a word is settled"


def test_a_thread_is_resolved_by_who_began_it_and_by_editors(item, curator, editor, home):
    other = make_user("otto", Role.CURATOR, home)
    for blocking, who, may in (
        (False, curator, True), (False, editor, True), (False, other, True),
        (True, curator, False), (True, editor, True), (True, other, True),
    ):  # fmt: skip
        thread = comments.add(item, "Something", by=other, blocking=blocking)
        assert comments.may_resolve(who, thread, item) is may
    comments.resolve(thread, by=other)
    comments.resolve(thread, by=editor)
    thread.refresh_from_db()
    assert thread.resolved_by == other, "the second time changes nothing"
    with pytest.raises(ValidationError, match="Reopen it"):
        comments.reply(thread, "One more thing", by=editor)
    comments.reopen(thread, by=editor)
    comments.reply(thread, "One more thing", by=editor)


def test_what_has_to_be_settled_stops_approval_where_the_community_says_so(item, home, curator, editor):
    comments.add(item, "By the way", by=editor)
    threads = [comments.add(item, "Not like this", by=editor, blocking=True) for _ in range(2)]
    with pytest.raises(MoveNotAllowed, match="“Approve” has to wait: 2 comments have to be settled first"):
        move(item, "approve", by=editor)
    comments.resolve(threads[0], by=editor)
    with pytest.raises(MoveNotAllowed, match="A comment has to be settled first"):
        move(item, "approve", by=editor)
    home.check_levels = {"open_comments": "warn"}
    home.save()
    move(item, "approve", by=editor)
    home.check_levels = {}
    home.save()
    with pytest.raises(MoveNotAllowed, match="“Publish” has to wait"):
        move(item, "publish", by=editor)
    comments.resolve(threads[1], by=editor)
    move(item, "publish", by=editor)
    assert item.state == State.APPROVED


def test_mentions_reach_those_who_may_see_the_item(item, curator, editor, lead, writer):
    make_user("sam", Role.LEAD, make_community("Oncology"))
    text = "@Leo, @carla: ask @sam, @cora and @nobody. Write to x@leo.example (@edith)."
    said = comments.add(item, text, by=editor)
    assert sorted(said.mentions.values_list("username", flat=True)) == ["carla", "edith", "leo"]
    assert (told(lead), told(curator), told(editor), told(writer)) == (["mention"], ["mention"], [], [])
    comments.edit(said, f"{text} @leo!", by=editor)
    assert told(lead) == ["mention"], "nobody is told twice"
    assert str(comments.shown(said)).count('class="mdg-mention"') == 4


def test_words_are_shown_as_text_with_links(item, editor):
    said = comments.add(item, '<b>Look</b> at https://a.example/?q="><script>\n@edith\n\nDone', by=editor)
    html = str(comments.shown(said))
    assert "<b>" not in html
    assert "<script" not in html
    assert 'href="https://a.example/?q=' in html
    assert 'rel="nofollow"' in html
    assert html.count("<p>") == 2


def test_those_hear_of_a_comment_whom_it_concerns(item, curator, editor, lead):
    thread = comments.add(item, "Why?", by=editor)
    assert (told(curator), told(editor), told(lead)) == (["comment"], [], [])
    comments.reply(thread, "@leo knows", by=curator)
    assert (told(editor), told(lead)) == (["reply"], ["mention"])
    comments.resolve(thread, by=lead)
    assert (told(curator), told(editor), told(lead)) == (["comment", "resolved"], ["reply", "resolved"], ["mention"])


def test_no_comment_leaves_the_newsroom(item, editor, client):
    comments.add(item, "Between us alone", by=editor, field="title")
    move(item, "approve", "publish", by=editor)
    assert b"Between us" not in exporting.outgoing(item).document.bytes
    assert b"Between us" not in client.get(item.get_absolute_url()).content
    assert not [line for line in lines(item) if "comment" in line]


def test_the_cost_of_a_conversation_does_not_grow(item, curator, editor, django_assert_num_queries):
    def look():
        return [[comments.shown(each) for each in thread.comments] for thread in comments.threads(item)]

    for number in (1, 6):
        for _ in range(number):
            comments.reply(comments.add(item, "A @carla", by=editor), "B @edith", by=curator)
        with django_assert_num_queries(2):
            look()
