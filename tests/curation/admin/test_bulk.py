"""One deed for many items: what is said before, what becomes of each, what stays of it in the history."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from communities.models import Membership, Role
from curation import batches, publishing
from curation.batches import DEEDS
from curation.models import Batch, Change, CuratedItem
from curation.workflow import Publication, State
from tests.factories import make_image, make_item, make_user
from tests.newsroom import admin, signed_in

LIST = "/admin/curation/curateditem/"


def choose(client, name, items, *, query="", across=False):
    """The answer to the choice made in the list, followed to the page that says what will happen."""
    data = {"action": [name, ""], "_selected_action": [item.pk for item in items], "index": "0"}
    return client.post(f"{LIST}{query}", data | ({"select_across": "1"} if across else {}), follow=True)


def do(client, page, **answers):
    address = page.redirect_chain[-1][0]
    return client.post(address, {"answered": "1"} | answers, follow=True)


def told(page, kind):
    return {each["line"].item.title for each in page.context[kind]}


@pytest.fixture
def three(newsroom):
    return [
        make_item(published=False, community=newsroom.home, title=title, state=State.IN_REVIEW)
        for title in ("One", "Other", "Third")
    ]


def test_a_page_asks_first_and_another_tells_of_each_item_what_became_of_it(newsroom, three):
    draft = make_item(published=False, community=newsroom.home, title="Still a draft")
    client = signed_in(newsroom.editor)
    asked = choose(client, "move_reject", [*three, draft])
    assert told(asked, "possible") == {"One", "Other", "Third"}
    assert told(asked, "refused") == {"Still a draft"}
    again = do(client, asked, note="  ")
    assert "needs a reason" in again.content.decode()
    assert not CuratedItem.objects.filter(state=State.REJECTED).exists()
    # Somebody changes one of them while the reason is typed.
    other = three[1]
    values = replace(publishing.head_values(other), title="New")
    publishing.save(other, values, by=newsroom.curator, version=other.version)
    done = do(client, asked, note="Advertisements")
    assert told(done, "made") == {"One", "Third"}
    reasons = {each["line"].item.title: each["line"].reason for each in done.context["refused"]}
    assert reasons.keys() == {"New", "Still a draft"}
    assert "curator changed this item" in reasons["New"]
    assert three[0].changes.first().note == "Advertisements"


def test_all_lines_that_one_step_writes_carry_one_key_and_the_history_leads_to_it(newsroom, three):
    client = signed_in(newsroom.editor)
    do(client, choose(client, "move_approve", three))
    batch = Batch.objects.get()
    assert {change.details["correlation"] for change in Change.objects.filter(action="approve")} == {str(batch.pk)}
    history = client.get(admin("history", three[0].pk)).content.decode()
    assert f"{LIST}steps/{batch.pk}/" in history
    assert "together with 2 others" in history
    publishing.move(three[0], "publish", by=newsroom.editor, version=CuratedItem.objects.get(pk=three[0].pk).version)
    narrowed = client.get(admin("history", three[0].pk), {"together": str(batch.pk)})
    assert [line["change"].action for line in narrowed.context["lines"]] == ["approve"]
    assert client.get(admin("history", three[0].pk), {"together": "nonsense"}).status_code == 200
    listed = client.get(LIST, {"batch": str(batch.pk)})
    assert {item.title for item in listed.context["cl"].result_list} == {"One", "Other", "Third"}
    assert {item.title for item in client.get(LIST, {"batch": "x"}).context["cl"].result_list} == set()


def test_an_address_that_was_taken_meanwhile_stops_no_other_item(newsroom):
    one, other = (make_item(community=newsroom.home, title=title) for title in ("One", "Other"))
    for item, slug in ((one, "wanted"), (other, "free")):
        values = replace(publishing.head_values(item), slug=slug)
        publishing.save(item, values, by=newsroom.curator, version=item.version, state=State.APPROVED)
    make_item(community=newsroom.home, title="Faster", slug="wanted")
    client = signed_in(newsroom.editor)
    done = do(client, choose(client, "move_publish", [one, other]))
    assert told(done, "made") == {"Other"}
    assert done.context["refused"][0]["line"].reason


def test_a_failure_that_nobody_foresaw_stops_no_other_item(newsroom, three, monkeypatch, caplog):
    make = batches._make

    def failing(line, *rest):
        if line.item.title == "Other":
            raise RuntimeError("a bug")
        return make(line, *rest)

    monkeypatch.setattr(batches, "_make", failing)
    client = signed_in(newsroom.editor)
    done = do(client, choose(client, "move_approve", three))
    assert told(done, "made") == {"One", "Third"}
    assert "nobody foresaw" in done.context["refused"][0]["line"].reason
    assert "a bug" in caplog.text


def test_a_long_step_is_done_in_pieces_each_item_once(newsroom, three, monkeypatch):
    client = signed_in(newsroom.editor)
    asked = choose(client, "move_approve", three)
    monkeypatch.setattr(batches.go_on, "__kwdefaults__", {"seconds": 0.0})
    done = do(client, asked)
    assert "1 of 3 done" in done.content.decode()
    address = asked.redirect_chain[-1][0]
    assert "Go on: 2 wait" in signed_in(newsroom.editor).get(address).content.decode()
    assert "2 wait for editor" in signed_in(newsroom.lead).get(address).content.decode()
    assert signed_in(newsroom.lead).post(address).status_code == 404
    client.post(address)
    done = client.post(address, follow=True)
    assert told(done, "made") == {"One", "Other", "Third"}
    client.post(address)
    assert Change.objects.filter(action="approve").count() == 3


def test_what_fits_a_filter_is_chosen_beyond_the_page_up_to_a_limit(newsroom, three, monkeypatch):
    make_item(published=False, community=newsroom.home, title="A draft")
    client = signed_in(newsroom.editor)
    asked = choose(client, "move_approve", three[:1], query="?label=in_review", across=True)
    assert told(asked, "possible") == {"One", "Other", "Third"}
    monkeypatch.setattr(batches, "MOST", 2)
    asked = choose(client, "move_approve", three[:1], query="?label=in_review", across=True)
    assert len(asked.context["possible"]) == 2
    assert "1 more fit" in asked.content.decode()
    assert f"{LIST}?label=in_review" in asked.content.decode()


def test_checks_are_told_before(newsroom):
    item = make_item(published=False, community=newsroom.home, image=make_image(""), title="No alt")
    asked = choose(signed_in(newsroom.curator), "move_submit", [item])
    assert "no alt text" in asked.context["refused"][0]["refusal"]


def test_words_of_many_items_change_and_readers_see_it_once_it_is_published(newsroom):
    live = make_item(community=newsroom.home, title="Live", tags=["old"], topics=[("Medigy", "Privacy")])
    draft = make_item(published=False, community=newsroom.home, title="Draft", tags=["Consent"])
    archived = make_item(community=newsroom.home, title="Archived", publication=Publication.ARCHIVED)
    client = signed_in(newsroom.editor)
    items = [live, draft, archived]
    asked = choose(client, "move_add_topics", items)
    assert told(asked, "refused") == {"Archived"}
    assert {each["effect"] for each in asked.context["possible"]} == {
        "Readers see the change once it is approved and published.", "",
    }  # fmt: skip
    assert "needs at least one topic" in do(client, asked, topics="").content.decode()
    done = do(client, asked, topics="Medigy: Privacy\nSymplur: #telehealth")
    assert told(done, "made") == {"Live", "Draft"}
    live.refresh_from_db()
    assert publishing.head_values(live).topics == [("Medigy", "Privacy"), ("Symplur", "#telehealth")]
    assert [str(topic) for topic in live.topics.all()] == ["Medigy: Privacy"]
    assert "#telehealth" in live.changes.first().note
    assert told(do(client, choose(client, "move_add_topics", [live]), topics="Medigy: Privacy"), "same") == {"Live"}

    do(client, choose(client, "move_remove_topics", [live, draft]), topics="Symplur: #telehealth")
    do(client, choose(client, "move_add_tags", [live, draft]), tags="consent, new", note="By request")
    do(client, choose(client, "move_remove_tags", [live, draft]), tags="OLD")
    do(client, choose(client, "move_set_review", [live, draft]), review_by="2027-01-31")
    live, draft = (CuratedItem.objects.get(pk=item.pk) for item in (live, draft))
    now, also = publishing.head_values(live), publishing.head_values(draft)
    assert (now.topics, sorted(now.tags)) == ([("Medigy", "Privacy")], ["consent", "new"])
    assert (also.topics, sorted(also.tags)) == ([("Medigy", "Privacy")], ["Consent", "new"])
    assert str(now.review_by) == str(also.review_by) == "2027-01-31"


def test_items_move_only_to_a_community_where_the_person_may_edit(newsroom):
    item = make_item(published=False, community=newsroom.home)
    client = signed_in(newsroom.curator)
    asked = choose(client, "move_move_community", [item])
    assert "Select a valid choice" in do(client, asked, community=newsroom.elsewhere.pk).content.decode()
    Membership.objects.create(user=newsroom.curator, community=newsroom.elsewhere, role=Role.CURATOR)
    client = signed_in(newsroom.curator)
    do(client, asked, community=newsroom.elsewhere.pk)
    item.refresh_from_db()
    assert item.community == newsroom.elsewhere


def test_many_are_scheduled_for_one_time(newsroom):
    items = [make_item(published=False, community=newsroom.home, state=State.APPROVED) for _ in range(2)]
    client = signed_in(newsroom.editor)
    asked = choose(client, "move_schedule", items)
    assert "needs a day and a time" in do(client, asked, when="").content.decode()
    when = timezone.localtime(timezone.now() + timedelta(days=3)).replace(hour=9, minute=30, second=0, microsecond=0)
    do(client, asked, when=f"{when:%Y-%m-%dT%H:%M}")
    assert set(CuratedItem.objects.values_list("publication", "publish_at")) == {(Publication.LIVE, when)}


def test_only_deeds_that_the_person_may_do_somewhere_are_offered(newsroom, draft):
    def offered(who):
        choices = signed_in(getattr(newsroom, who)).get(LIST).context["action_form"].fields["action"].choices
        return {value.removeprefix("move_") for value, _ in choices if value}

    words = {name for name, deed in DEEDS.items() if deed.change} | {"export", "csv"}
    assert offered("contributor") == offered("curator") == {"submit", "reopen"} | words
    assert offered("editor") == {
        "submit", "reopen", "approve", "publish", "request_changes", "reject", "withdraw", "schedule", "reschedule",
        "claim", "release", "fast_track", "confirm", "accept_cleaning", "unschedule",
    } | words  # fmt: skip
    assert offered("lead") == offered("editor") | {"archive", "restore"}


def test_items_that_one_may_not_see_are_neither_told_of_nor_touched(newsroom, draft, secret):
    client = signed_in(newsroom.editor)
    asked = choose(client, "move_submit", [draft, secret])
    assert told(asked, "possible") == {"A draft"}
    make_user("second", Role.CONTRIBUTOR, newsroom.home)
    theirs = make_item(published=False, community=newsroom.home, title="Somebody's")
    assert told(choose(signed_in(newsroom.contributor), "move_submit", [theirs, draft]), "possible") == {"A draft"}
    address = asked.redirect_chain[-1][0]
    for who in ("lead", "stranger"):
        assert signed_in(getattr(newsroom, who)).get(address).status_code == 404, "somebody else only looks at it"
    done = do(client, asked)
    assert told(done, "made") == {"A draft"}
    assert signed_in(newsroom.lead).get(address).status_code == 200
    assert signed_in(newsroom.stranger).get(address).status_code == 404
    secret.refresh_from_db()
    assert secret.state == State.DRAFT


@pytest.mark.parametrize("section", ["curation/curateditem", "curation/author", "communities/topic"])
@pytest.mark.parametrize("key", ["abc", "-1", "9" * 30, "1\0"])
def test_what_is_no_key_of_a_row_is_not_ticked(newsroom, section, key):
    action = "move_submit" if section.endswith("item") else "merge"
    data = {"action": action, "_selected_action": [key], "index": "0"}
    answer = signed_in(newsroom.editor).post(f"/admin/{section}/", data, follow=True)
    assert answer.status_code == 200
    assert not Batch.objects.exists()


def test_of_what_is_sent_only_the_answers_are_kept(newsroom, three):
    client = signed_in(newsroom.editor)
    done = do(client, choose(client, "move_approve", three), **{"note": "Good", "more": "a\0b", "more\0": "c"})
    assert told(done, "made") == {"One", "Other", "Third"}
    assert Batch.objects.get().answers == {"note": ["Good"]}


def test_files_leave_as_a_zip_with_their_pictures(newsroom):
    item = make_item(community=newsroom.home, title="With a picture", image=make_image("A lock"))
    client = signed_in(newsroom.curator)
    asked = choose(client, "move_export", [item, make_item(published=False, community=newsroom.home)])
    answer = client.post(asked.redirect_chain[-1][0], {"answered": "1"})
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    names = archive.namelist()
    assert len([name for name in names if name.endswith(".md")]) == 2, names
    assert not any("export.json" in name for name in names)
    item.refresh_from_db()
    assert item.file_revision == item.live_revision
    change = item.changes.first()
    assert (change.action, change.actor, change.via) == ("exported", newsroom.curator, "admin")
    assert change.details["correlation"] == str(Batch.objects.get().pk)


@pytest.mark.parametrize(
    "title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\uff1d1", '=HYPERLINK("http://x")', "Plain"]
)
def test_a_table_holds_no_formula(newsroom, title):
    make_item(community=newsroom.home, title=title, authors=["Zoë", "@ada"], description="Said; done\nTwice")
    answer = choose(signed_in(newsroom.curator), "csv", CuratedItem.objects.all())
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeffTitle,")
    head, row = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    told = dict(zip(head, row, strict=True))
    assert told["Title"] == (title if title == "Plain" else f"'{title}")
    assert (told["Authors"], told["State"], told["Community"]) == ("Zoë; @ada", "Published", "Telehealth")
    assert told["Description"] == "Said; done\nTwice"
