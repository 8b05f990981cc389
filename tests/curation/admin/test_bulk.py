"""One deed for many items: what is said before, what becomes of each, what stays of it in the history."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from communities.models import Membership, Role
from curation import batches, history, publishing
from curation.batches import DEEDS
from curation.models import Batch, Change, CuratedItem
from curation.workflow import Publication, State
from tests.factories import make_draft_of, make_image, make_item, make_user
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
    monkeypatch.setattr(batches, "SECONDS", 0)
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


def test_many_are_scheduled_for_a_time_that_the_clock_shows_twice(newsroom, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    items = [make_item(published=False, community=newsroom.home, state=State.APPROVED) for _ in range(2)]
    client = signed_in(newsroom.editor)
    asked = choose(client, "move_schedule", items)
    again = do(client, asked, when="2027-10-31T02:30")
    assert "The clock shows 02:30 twice" in again.content.decode()
    done = do(client, asked, **{"when": "2027-10-31T02:30", "when-which": "second"})
    assert len(told(done, "made")) == 2
    assert set(CuratedItem.objects.values_list("publish_at")) == {(datetime(2027, 10, 31, 1, 30, tzinfo=UTC),)}


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


# --- Taking it back ---------------------------------------------------------------------------------------------------


def undo(client, done, **answers):
    """Presses “Undo…” on the page that tells what became of it, then the button of the page that asks."""
    asked = client.post(done.redirect_chain[-1][0], {"undo": "1"}, follow=True)
    return asked, do(client, asked, **answers)


def stands(item):
    item = CuratedItem.objects.get(pk=item.pk)
    topics = sorted(topic.label for topic in item.topics.all())
    return (
        item.state, item.publication, item.head_revision_id == item.live_revision_id, bytes(item.head_revision.content),
        item.community, topics, item.publish_at, item.label()[1], item.scheduled_at,
        item.scheduled_revision and bytes(item.scheduled_revision.content),
    )  # fmt: skip


@pytest.fixture
def everywhere(newsroom):
    """An item of each standing, by what it is."""
    words = {"community": newsroom.home, "topics": [("Medigy", "Privacy")], "created_by": newsroom.contributor}
    items = {"live": make_item(title="live", **words), "draft": make_item(published=False, title="draft", **words)}
    for state in (State.APPROVED, State.IN_REVIEW, State.CHANGES_REQUESTED):
        items[state] = make_item(published=False, title=str(state), state=state, **words)
    items["pending"] = make_item(title="pending", **words)
    make_draft_of(items["pending"], description="New words")
    return items


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("move_add_topics", {"topics": "Medigy: Consent"}),
        ("move_remove_topics", {"topics": "Medigy: Privacy"}),
        ("move_add_tags", {"tags": "consent"}),
        ("move_set_review", {"review_by": "2999-01-01"}),
        ("move_move_community", {"community": "Oncology"}),
    ],
)
def test_words_that_many_got_are_taken_back_and_each_stands_where_it_stood(newsroom, everywhere, name, answers):
    Membership.objects.create(user=newsroom.editor, community=newsroom.elsewhere, role=Role.EDITOR)
    answers = {key: str(newsroom.elsewhere.pk) if key == "community" else value for key, value in answers.items()}
    before = {what: stands(item) for what, item in everywhere.items()}
    client = signed_in(newsroom.editor)
    done = do(client, choose(client, name, everywhere.values()), **answers)
    assert len(done.context["made"]) == len(everywhere)
    assert all(stands(item) != before[what] for what, item in everywhere.items())
    asked, undone = undo(client, done)
    assert len(asked.context["possible"]) == len(undone.context["made"]) == len(everywhere)
    assert {what: stands(item) for what, item in everywhere.items()} == before
    first, second = Batch.objects.order_by("created_at")
    assert second.undoes == first
    lines = Change.objects.filter(action="taken back")
    assert {line.details["correlation"] for line in lines} == {str(second.pk)}
    assert {line.details["undoes"] for line in lines} == {str(first.pk)}
    assert {each.code for each in history.Verification().run()} <= {"no_lines"}
    again = client.get(done.redirect_chain[-1][0]).content.decode()
    assert "Taken back</a> by" in again
    assert "It took back" in undone.content.decode()
    assert "mdg-undo" not in undone.content.decode() + again


@pytest.mark.parametrize(
    ("name", "answers", "which"),
    [
        ("submit", {}, ("draft", State.CHANGES_REQUESTED)),
        ("withdraw", {"note": "Why"}, ("live",)),
        ("archive", {}, ("draft",)),
        ("schedule", {"when": "2999-01-01T10:00"}, (State.APPROVED,)),
    ],
)
def test_steps_that_many_made_are_taken_back_by_the_way_that_leads_back(newsroom, everywhere, name, answers, which):
    items = [everywhere[what] for what in which]
    before = [stands(item) for item in items]
    client = signed_in(newsroom.lead)
    done = do(client, choose(client, f"move_{name}", items), **answers)
    assert len(done.context["made"]) == len(items), done.content.decode()
    _, undone = undo(client, done)
    assert len(undone.context["made"]) == len(items), undone.content.decode()
    assert [stands(item) for item in items] == before


def test_what_the_way_back_does_not_bring_back_is_told_before(newsroom, everywhere):
    client = signed_in(newsroom.lead)
    done = do(client, choose(client, "move_archive", [everywhere["live"], everywhere[State.APPROVED]]))
    asked, _ = undo(client, done)
    effects = {each["line"].item.title: each["effect"] for each in asked.context["possible"]}
    assert "It was public" in effects["live"]
    assert "It was “Approved”" in effects["approved"]
    assert stands(everywhere["live"])[:2] == (State.DRAFT, Publication.WITHDRAWN)


def test_only_what_is_as_the_step_left_it_is_taken_back_and_by_who_may(newsroom, everywhere):
    live, draft, approved = (everywhere[what] for what in ("live", "draft", State.APPROVED))
    client = signed_in(newsroom.editor)
    done = do(client, choose(client, "move_add_tags", [live, draft, approved]), tags="new")
    draft.refresh_from_db()
    publishing.save(
        draft, replace(publishing.head_values(draft), title="Later words"), by=newsroom.curator, version=draft.version
    )
    asked = client.post(done.redirect_chain[-1][0], {"undo": "1"}, follow=True)
    assert told(asked, "possible") == {"live", "approved"}
    assert "It was changed since" in asked.context["refused"][0]["refusal"]
    address = done.redirect_chain[-1][0]
    mine = signed_in(newsroom.contributor)
    theirs = mine.post(address, {"undo": "1"}, follow=True)
    assert told(theirs, "possible") == {"live", "approved"}, "which are theirs to write"
    assert signed_in(newsroom.stranger).post(address, {"undo": "1"}).status_code == 404
    undone = do(client, asked)
    assert told(undone, "made") == {"live", "approved"}
    assert publishing.head_values(CuratedItem.objects.get(pk=draft.pk)).tags == ["new"]
    late = do(mine, theirs)
    assert not late.context["made"], "somebody else was faster"


def test_who_is_at_a_review_is_not_left_without_it(newsroom, everywhere):
    item = everywhere["draft"]
    client = signed_in(newsroom.contributor)
    done = do(client, choose(client, "move_submit", [item]))
    item.refresh_from_db()
    publishing.move(item, "claim", by=newsroom.editor, version=item.version)
    asked, _ = undo(client, done)
    assert "editor is at its review" in asked.context["refused"][0]["refusal"]


def test_what_has_no_way_back_says_why(newsroom, three):
    client = signed_in(newsroom.editor)
    done = do(client, choose(client, "move_approve", three))
    page = done.content.decode()
    assert "An approval stands until somebody asks for changes" in page
    assert "mdg-undo" not in page
    client.post(done.redirect_chain[-1][0], {"undo": "1"})
    assert Batch.objects.count() == 1
    without = {name for name, deed in DEEDS.items() if not batches.why_no_way_back(Batch(deed=name))}
    assert without == {
        "submit", "reject", "schedule", "withdraw", "archive", "restore", "add_topics", "remove_topics", "add_tags",
        "remove_tags", "move_community", "set_review",
    }  # fmt: skip
    assert batches.NO_WAY_BACK.keys() <= DEEDS.keys()
