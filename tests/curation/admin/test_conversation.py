"""Comments, presence and the bell, as people meet them in the newsroom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from curation import comments, presence
from curation.models import Comment, Notification, Presence
from curation.models.presence import LEASE
from tests.deeds import move
from tests.newsroom import admin, filled_in, signed_in

NASTY = '"><script>alert(1)</script>'
SCRIPT = {"HTTP_X_REQUESTED_WITH": "fetch"}


@pytest.fixture
def reviewed(newsroom, draft):
    move(draft, "submit", by=newsroom.contributor)
    Notification.objects.all().delete()
    return draft


def said(client, item, do, **data):
    return client.post(admin("comments", item.pk), {"do": do, "back": "form", **data})


def test_a_thread_is_begun_answered_settled_and_opened_again_without_script(newsroom, reviewed):
    editor, writer = signed_in(newsroom.editor), signed_in(newsroom.contributor)
    opened = editor.get(admin("change", reviewed.pk))
    typed = filled_in(opened, "mdg-talk", text="Who says so?", field="description", blocking="on", do="add")
    came_back = editor.post(admin("comments", reviewed.pk), typed)
    thread = reviewed.comments.get()
    assert came_back["Location"] == f"{admin('change', reviewed.pk)}#comment-{thread.pk}"
    assert (thread.field, thread.blocking) == ("description", True)
    page = writer.get(admin("change", reviewed.pk)).content.decode()
    assert "Who says so?" in page
    assert "A comment has to be settled first." in page
    assert '1<span class="visually-hidden"> open comment on Description' in page
    said(writer, reviewed, f"reply {thread.pk}", **{f"text-{thread.pk}": "The author."})
    said(editor, reviewed, f"resolve {thread.pk}")
    page = editor.get(admin("change", reviewed.pk)).content.decode()
    assert "Who says so?" not in page
    assert "1 resolved" in page
    whole = editor.get(admin("comments", reviewed.pk)).content.decode()
    assert "The author." in whole
    assert "Resolved by editor" in whole
    said(editor, reviewed, f"reopen {thread.pk}")
    assert "Who says so?" in editor.get(admin("change", reviewed.pk)).content.decode()


def test_what_cannot_be_done_is_said_and_what_was_typed_stays(newsroom, reviewed):
    thread = comments.add(reviewed, "One", by=newsroom.editor, blocking=True)
    writer = signed_in(newsroom.contributor)
    for do, data, sentence in (
        ("add", {"text": " ", "field": "title", "blocking": "on"}, "Write something first."),
        ("add", {"text": "x" * 4001}, "A comment takes 4,000 characters"),
        (f"edit {thread.pk}", {f"edit-{thread.pk}": "Mine"}, "A comment is its author's alone to change."),
        (f"delete {thread.pk}", {}, "A comment is its author's alone to change."),
        (f"resolve {thread.pk}", {}, "Whoever began this thread resolves it, or an editor."),
        (f"reply {thread.pk}", {f"text-{thread.pk}": ""}, "Write something first."),
    ):
        page = said(writer, reviewed, do, **data).content.decode().replace("&#x27;", "'")
        assert sentence in page, do
        for text in data.values():
            assert text in ("", " ", "on", "title", "Mine") or text in page
    assert said(writer, reviewed, "explode").status_code == 400
    assert said(writer, reviewed, "reply 999999").status_code == 400
    assert list(reviewed.comments.values_list("text", flat=True)) == ["One"]


def test_a_comment_of_another_item_is_not_to_be_reached(newsroom, reviewed, secret):
    theirs = comments.add(secret, "Theirs", by=newsroom.stranger)
    for do in ("reply", "edit", "delete", "resolve"):
        assert said(signed_in(newsroom.editor), reviewed, f"{do} {theirs.pk}").status_code == 400
    theirs.refresh_from_db()
    assert (theirs.text, theirs.resolved_at) == ("Theirs", None)


def test_the_script_is_given_the_list_alone(newsroom, reviewed):
    editor = signed_in(newsroom.editor)
    page = editor.post(admin("comments", reviewed.pk), {"do": "add", "text": f"{NASTY} @contributor"}, **SCRIPT)
    html = page.content.decode()
    assert html.strip().startswith("<section")
    assert "<script>" not in html
    assert ">@contributor</span>" in html
    refused = editor.post(admin("comments", reviewed.pk), {"do": "add", "text": ""}, **SCRIPT)
    assert b"data-refused>Write something first." in refused.content


def test_those_are_suggested_who_may_see_the_item(newsroom, draft):
    editor = signed_in(newsroom.editor)

    def names(typed):
        found = editor.get(admin("people", draft.pk), {"q": typed}).json()["people"]
        return [each["username"] for each in found]

    assert names("") == ["contributor", "curator", "editor", "lead"]
    assert names("c") == ["contributor", "curator"]
    assert names("str") == names("root") == []
    draft.created_by = None
    draft.save()
    assert names("c") == ["curator"], "another contributor does not see it"


def test_others_see_who_has_it_open_until_they_leave_or_their_time_is_over(newsroom, draft):
    editor, writer = signed_in(newsroom.editor), signed_in(newsroom.contributor)
    editor.get(admin("change", draft.pk))
    assert "editor has it open since" in writer.get(admin("change", draft.pk)).content.decode()

    def others(client, **data):
        return client.post(admin("presence", draft.pk), data).json()["others"]

    assert others(writer, typing="1")[0].startswith("editor has it open since")
    assert others(editor)[0].endswith(", typing now.")
    Presence.objects.filter(user=newsroom.contributor).update(typed_at=timezone.now() - timedelta(minutes=2))
    assert others(editor)[0].endswith(", typing 2 minutes ago.")
    assert writer.post(admin("presence", draft.pk), {"leaving": "1"}).status_code == 204
    assert others(editor) == []
    Presence.objects.update(seen_at=timezone.now() - LEASE - timedelta(seconds=1))
    assert others(writer) == []
    presence.here(draft, newsroom.editor)
    here = Presence.objects.get(user=newsroom.editor)
    assert here.opened_at == here.seen_at, "a new stay begins"


def test_a_sign_of_life_is_cheap(newsroom, draft, django_assert_max_num_queries):
    editor = signed_in(newsroom.editor)
    editor.get(admin("change", draft.pk))
    with django_assert_max_num_queries(10):  # session, person, roles, item, seen, others, unread, comments
        editor.post(admin("presence", draft.pk), {"typing": "1"})


def test_the_bell_counts_what_is_unread_and_opening_an_item_reads_it(newsroom, draft, secret):
    move(draft, "submit", by=newsroom.contributor, note=NASTY)
    move(secret, "submit", by=newsroom.stranger)
    editor = signed_in(newsroom.editor)
    assert b"<span data-unread>1</span>" in editor.get(admin("changelist")).content
    page = editor.get("/admin/notifications/").content.decode()
    assert '<strong dir="auto">contributor</strong> submitted' in page
    assert "<script>alert" not in page
    editor.get(admin("change", draft.pk))
    assert b"<span data-unread>0</span>" in editor.get(admin("changelist")).content
    assert "You have read everything" in editor.get("/admin/notifications/?show=unread").content.decode()


def test_notifications_are_marked_one_by_one_and_all_at_once(newsroom, draft):
    move(draft, "submit", by=newsroom.contributor)
    mine, theirs = (Notification.objects.get(user=user) for user in (newsroom.editor, newsroom.lead))
    editor = signed_in(newsroom.editor)

    def post(**data):
        response = editor.post("/admin/notifications/?show=unread", data)
        mine.refresh_from_db()
        theirs.refresh_from_db()
        assert response["Location"] == "/admin/notifications/?show=unread"
        return mine.read_at is not None, theirs.read_at is not None

    assert post(read=f"{mine.pk},{theirs.pk},x") == (True, False)
    assert post(unread=f"{mine.pk}") == (False, False)
    assert post(all="1") == (True, False)
    assert editor.get(f"/admin/notifications/{theirs.pk}/").status_code == 404


def test_a_notification_leads_to_the_comment_that_it_is_about(newsroom, draft):
    comment = comments.add(draft, "@editor look", by=newsroom.contributor)
    told = Notification.objects.get(user=newsroom.editor)
    opened = signed_in(newsroom.editor).get(f"/admin/notifications/{told.pk}/")
    assert opened["Location"] == f"{admin('change', draft.pk)}#comment-{comment.pk}"
    told.refresh_from_db()
    assert told.read_at is not None


def test_people_say_themselves_when_mail_comes(newsroom):
    editor = signed_in(newsroom.editor)
    page = editor.get("/admin/notifications/mail/")
    assert filled_in(page, "mail_form")["mail"] == ["at_once"]
    editor.post("/admin/notifications/mail/", {"mail": "daily"})
    newsroom.editor.refresh_from_db()
    assert newsroom.editor.mail == "daily"


def test_the_lists_cost_the_same_however_long_they_are(newsroom, reviewed, django_assert_max_num_queries):
    editor = signed_in(newsroom.editor)
    for _ in range(2):
        for number in range(20):
            thread = comments.add(reviewed, f"Number {number} @editor", by=newsroom.contributor, field="title")
            comments.reply(thread, "@contributor", by=newsroom.curator)
        with django_assert_max_num_queries(12):
            editor.get(admin("comments", reviewed.pk))
        with django_assert_max_num_queries(8):
            editor.get("/admin/notifications/")
    assert Comment.objects.count() == 80


def test_the_form_costs_the_same_however_much_was_said(newsroom, reviewed, django_assert_max_num_queries):
    editor = signed_in(newsroom.editor)
    for number in (1, 12):
        for _ in range(number):
            thread = comments.add(reviewed, "One @editor", by=newsroom.contributor, field="title", blocking=True)
            comments.reply(thread, "Two @contributor", by=newsroom.curator)
        editor.get(admin("change", reviewed.pk))
        with django_assert_max_num_queries(25):
            editor.get(admin("change", reviewed.pk))
