"""Search: what is found by which words, in which order, and never anything that readers may not see."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from curation import publishing, redirects, renaming, search, upkeep
from curation.models import CuratedItem, KnownWord, NewsroomEntry, ReaderEntry
from curation.search import finding, postgres, spelling, sqlite
from curation.search.query import fold, words
from tests.commands import run
from tests.factories import FUTURE, PAST, make_community, make_draft_of, make_item
from tests.newsroom import admin, make_newsroom, signed_in

pytestmark = pytest.mark.django_db


def found(text, **facets):
    return [hit.title for hit in search.readers(text, facets, count=100).hits]


@pytest.fixture
def library():
    """Items that differ in where their words stand."""
    make_item(
        title="Télésanté in the countryside", description="Broadband for small clinics.",
        body="<p>Remote <b>monitoring</b> of the heart.</p><script>hidden()</script>",
        curator_note="Worth a long read.", kind="News", authors=["Ana Lí"], tags=["rural care"],
        topics=[("Symplur", "#PopulationHealth")], link="https://www.journal.example/countryside",
    )  # fmt: skip
    make_item(title="Monitoring remote wards", kind="Research", community=make_community("Oncology"))
    make_item(title="COVID-19 and the heart", kind="News", body="<p>治療について 糖尿病</p>")


# --- The language -----------------------------------------------------------------------------------------------------

BY_WORDS = {
    "countryside": 1, "télésanté": 1, "TELESANTE": 1, "broadband clinics": 1, "broadband wards": 0,
    "monitoring": 2, '"remote monitoring"': 1, '"monitoring remote"': 1, "“remote monitoring”": 1,
    "monitoring -ward": 2, "monitoring -wards": 1, "-monitoring": 1, "-heart -wards": 0,
    "monit": 2, "monit heart": 0, "monit* heart": 1, "hear": 2, "ana li": 1, '"li journal"': 0,
    "journal.example": 3, "population health": 1, "populationhealth": 1, "rural": 1, "long read": 1,
    "covid-19": 1, "covid19": 0, "19": 1, "糖尿病": 1, "治療": 1, "尿糖": 0, "hidden": 0, "script": 0, "b": 0,
    "heart heart heart": 2, '"the heart': 2,
}  # fmt: skip


@pytest.mark.parametrize("text", BY_WORDS)
def test_words_phrases_beginnings_and_what_is_left_out_find_as_documented(library, text):
    assert len(found(text)) == BY_WORDS[text]


@given(st.text(max_size=80))
def test_words_are_the_same_when_they_are_folded_again(text):
    assert [word for each in words(text) for word in words(each)] == words(text)
    assert fold(fold(text)) == fold(text)


HOSTILE = st.text(max_size=60) | st.lists(
    st.sampled_from(['"', "'", "-", "*", "(", ")", ":", "\\", "\0", "AND", "OR", "NOT", "NEAR", "¬every", "^", "{", "}",
                     "&", "|", "!", "<->", ":*", "%", "_", "$1", "%s", ";--", "\ud800", "é", "病", "a", " "]),
    max_size=20,
).map("".join)  # fmt: skip


@settings(max_examples=150)
@given(text=HOSTILE, value=HOSTILE)
def test_nothing_that_anybody_can_write_is_an_error(text, value):
    address = {"q": text.encode("utf-8", "replace"), "topic": value.encode("utf-8", "replace"), "page": "x"}
    assert Client().get("/search/", address).status_code == 200
    search.readers(text, {"kind": value})
    assert search.matching(CuratedItem.objects.all(), text).count() == 0


def test_a_misspelt_word_finds_what_was_meant_and_says_so(client, library):
    page = client.get("/search/", {"q": "monitorng wards"}).content.decode()
    assert "Nothing was found for" in page
    assert "monitoring wards" in page
    assert "Monitoring</mark> remote" in page
    assert found("countrysied") == ["Télésanté in the countryside"]
    assert found("xyzzy") == []


def test_a_rare_spelling_that_finds_little_offers_the_usual_one(client):
    make_item(title="Telehelth")
    for _ in range(7):
        make_item(title="Telehealth again")
    page = client.get("/search/", {"q": "telehelth"}).content.decode()
    assert "Did you mean" in page
    assert "q=telehealth" in page
    assert "1 item<" in page


def test_other_spellings_are_those_that_differ_little():
    known = ["diabetes", "diabetic", "dialysis", "disease"]
    assert [word for _, word in spelling.nearest("diabtes", known)] == ["diabetes"]
    assert spelling.distance("recieve", "receive") == 1
    assert spelling.keys("diabtes") & spelling.keys("diabetes")


@pytest.mark.parametrize("audience", ["readers", "newsroom"])
def test_a_last_word_is_a_beginning_only_as_long_as_few_items_have_it(monkeypatch, audience):
    for title in ("Heart", "My heart", "Hearts"):
        make_item(title=title)

    def number(text):
        return search.matching(CuratedItem.objects.all(), text, audience=audience).count(), len(found(text))

    assert number("heart") == (3, 3)
    for database in (sqlite, postgres):
        monkeypatch.setattr(database, "OFTEN", 2)
    assert number("heart") == (2, 2)
    assert number("heart*") == number("hear") == (3, 3)


def test_of_many_items_those_that_say_it_in_their_title_come_first(monkeypatch):
    for title in ("Heart", "Lungs", "Kidneys", "Skin"):
        make_item(title=title, description="Skin" if title == "Lungs" else "", body="<p>heart and skin</p>")
    for database in (sqlite, postgres):
        monkeypatch.setattr(database, "WEIGHED", 3)
    assert found("heart")[0] == "Heart"
    assert found("skin")[:2] == ["Skin", "Lungs"]
    assert len(found("skin")) == 4


def test_the_newsroom_finds_many_in_the_order_of_its_list(monkeypatch):
    items = [make_item(title=f"Heart {number}") for number in range(4)]
    monkeypatch.setattr(finding, "SORTED", 2)
    assert list(search.matching(CuratedItem.objects.order_by("-pk"), "heart")) == items[::-1]


# --- What is shown ----------------------------------------------------------------------------------------------------


def test_the_found_words_are_marked_and_all_other_signs_are_escaped(client):
    make_item(title="<b>Heart</b> & heart", description="nothing", body=f"<p>{'before ' * 80}the héart &lt;i&gt;</p>")
    (hit,) = search.readers("heart").hits
    assert hit.marked_title == "&lt;b&gt;<mark>Heart</mark>&lt;/b&gt; &amp; <mark>heart</mark>"
    assert hit.snippet.startswith("… ")
    assert "the <mark>héart</mark> &lt;i&gt;" in hit.snippet
    assert "<b>" not in client.get("/search/?q=heart").content.decode().split("<main")[1]


def test_a_word_of_the_title_comes_before_one_of_the_text_and_the_newest_first_when_asked():
    make_item(title="Old", description="About kidneys", publish_at=PAST)
    make_item(title="Kidneys", publish_at=PAST + timedelta(days=1))
    make_item(title="New", body="<p>kidneys and more of all sorts</p>", publish_at=PAST + timedelta(days=2))
    assert found("kidneys") == ["Kidneys", "Old", "New"]
    newest = search.readers("kidneys", newest=True).hits
    assert [hit.title for hit in newest] == ["New", "Kidneys", "Old"]


def test_a_long_text_with_the_word_in_its_title_comes_before_a_short_one_of_a_publisher_of_that_name():
    make_item(title="Ward plans", body=f"<p>{'All that was planned. ' * 300}</p>")
    for number in range(4):
        item = make_item(title=f"Short {number}", publish_at=PAST + timedelta(days=1))
        item.publisher.name = "The Ward"
        item.publisher.save()
    search.index(list(CuratedItem.objects.values_list("pk", flat=True)))
    assert found("ward")[0] == "Ward plans"
    assert len(found("ward")) == 5


def test_filters_narrow_down_and_can_be_taken_away_one_by_one(client, library):
    assert found("the heart", kind="News") == found("the heart")
    assert found("monitoring", community="oncology") == ["Monitoring remote wards"]
    assert found("", topic="symplur-populationhealth") == ["Télésanté in the countryside"]
    page = client.get("/search/?q=monitoring&community=oncology&kind=Research").content.decode()
    assert "1 item<" in page
    assert 'href="/search/?q=monitoring&amp;kind=Research"' in page
    assert '<option value="Research" selected>Research (1)</option>' in page
    assert "No item goes with all of this" in client.get("/search/?q=monitoring&year=1900").content.decode()


def test_an_item_of_two_topics_that_became_one_is_counted_once(client, monkeypatch):
    item = make_item(title="Wards", topics=[("Medigy", "Safety"), ("Medigy", "Security")])
    monkeypatch.setattr("curation.upkeep.AT_A_TIME", 0)
    target, source = item.topics.order_by("slug")
    renaming.merge([source], target, by=None)
    page = client.get("/search/?q=wards").content.decode()
    assert f'<option value="{target.slug}">{target.label} (1)</option>' in page


@pytest.mark.parametrize("number", ["2", "3", "99"])
def test_the_last_page_is_shown_where_there_are_not_so_many(client, number):
    for at in range(25):
        make_item(title=f"Wards {at:02}", publish_at=PAST + timedelta(days=at))
    page = client.get(f"/search/?q=wards&order=newest&page={number}").content.decode()
    assert re.findall(r"</mark> (\d\d)</a>", page) == ["04", "03", "02", "01", "00"]


def test_more_than_can_be_paged_through_are_not_counted(client, monkeypatch):
    monkeypatch.setattr("curation.search.finding.MOST", 21)
    for _ in range(25):
        make_item(title="Wards")
    page = client.get("/search/?q=wards&page=2").content.decode()
    assert "More than 21 items" in page
    assert page.count("<article") == 1
    assert "noindex" in page


@pytest.mark.parametrize("asked", ['"remote wards"', "wards -nothing", "ward*"])
def test_of_what_is_no_plain_word_fewer_are_looked_at(client, monkeypatch, asked):
    monkeypatch.setattr("curation.search.finding.MOST_PUT_TOGETHER", 2)
    for _ in range(3):
        make_item(title="Remote wards")
    assert "More than 2 items" in client.get("/search/", {"q": asked}).content.decode()
    assert "3 items" in client.get("/search/", {"q": "remote wards"}).content.decode()


@pytest.mark.parametrize(
    "days",
    [
        [*range(12), *range(200, 900, 100)],
        [0, 400, 401, 402, 2000, 5000],
        [day // 10 for day in range(30)],
        [1000 + day for day in range(20)],
    ],
    ids=["ever fewer", "here and there", "close together", "all of them old"],
)
@pytest.mark.parametrize("asked", ["wards", '"remote wards"', "ward*"])
def test_the_newest_are_found_however_they_lie_in_time(monkeypatch, days, asked):
    make_item(title="Something else")
    for day in days:
        make_item(title=f"Remote wards {day:04}", publish_at=PAST - timedelta(days=day))
    for most in (5, 50):
        monkeypatch.setattr("curation.search.finding.MOST", most)
        monkeypatch.setattr("curation.search.finding.MOST_PUT_TOGETHER", most)
        result = search.readers(asked, newest=True, count=50)
        assert [int(hit.title[-4:]) for hit in result.hits] == sorted(days)[:most]
        assert result.more == (len(days) > most)


@pytest.mark.parametrize("text", ["heart", "hearx", "", "wards"])
def test_a_page_asks_at_most_four_questions(client, library, text):
    with CaptureQueriesContext(connection) as queries:
        client.get("/search/", {"q": text, "kind": "News"} if text == "heart" else {"q": text})
    assert len(queries) <= 4, [query["sql"] for query in queries]


def test_a_misspelt_word_under_a_topic_that_moved_asks_four_questions_as_well(client):
    item = make_item(title="Remote wards", topics=[("Medigy", "Safety")], authors=["Ana Lí", "Bo"])
    redirects.moved("/topics/medigy-security/", "/topics/medigy-safety/")
    ReaderEntry.objects.update(digest="", byline="Her former name")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/search/", {"q": "wrads", "topic": "medigy-safety"}).content.decode()
    assert len(queries) <= 4, [query["sql"] for query in queries]
    assert f'<a href="{item.get_absolute_url()}">Remote <mark>wards</mark></a>' in page
    assert '<span class="author">Ana Lí, Bo</span>' in page


def test_a_topic_is_also_found_by_the_name_it_had_before(client):
    make_item(title="Remote wards", topics=[("Medigy", "Safety")])
    make_item(title="Hidden wards", topics=[("Medigy", "Secret")], published=False)
    redirects.moved("/topics/medigy-security/", "/topics/medigy-safety/")
    redirects.moved("/topics/medigy-hidden/", "/topics/medigy-secret/")
    with CaptureQueriesContext(connection) as queries:
        led = client.get("/search/?q=wards&topic=medigy-security&order=newest")
    assert len(queries) <= 4, [query["sql"] for query in queries]
    assert (led.status_code, led["Location"]) == (301, "/search/?q=wards&topic=medigy-safety&order=newest")
    assert "Remote" in client.get(led["Location"]).content.decode()
    assert client.get("/search/?q=wards&topic=medigy-hidden").status_code == 200


# --- Who sees what ----------------------------------------------------------------------------------------------------

HIDDEN = {
    "draft": {"published": False},
    "scheduled": {"publish_at": FUTURE},
    "expired": {"publish_at": PAST, "unpublish_at": PAST + timedelta(days=1)},
}


@pytest.mark.parametrize("stands", HIDDEN)
def test_readers_never_find_a_trace_of_what_they_may_not_see(client, stands):
    make_item(title="Zebrafish secret", kind="Zoo", topics=[("Medigy", "Stripes")], **HIDDEN[stands])
    questions = (
        "q=zebrafish", "q=zebrafihs", "q=-nothing", "kind=Zoo", "topic=medigy-stripes", "q=secret&year=2000",
    )  # fmt: skip
    for question in questions:
        page = client.get(f"/search/?{question}").content.decode()
        assert "Zebrafish" not in page
        assert "0 items" in page
        assert "Stripes" not in page


def test_a_newer_draft_is_found_by_the_newsroom_and_not_by_readers():
    item = make_item(title="Plain words")
    make_draft_of(item, title="Quagga words", link="https://elsewhere.example/quagga")
    upkeep.items_changed([item.pk])
    assert found("words") == ["Plain words"]
    assert found("quagga") == found("elsewhere") == []
    everything = CuratedItem.objects.all()
    assert search.matching(everything, "quagga").get() == item
    assert not search.matching(everything, "plain").exists()
    assert not search.matching(everything.published(), "quagga", audience="readers").exists()
    assert search.matching(everything.published(), "plain", audience="readers").get() == item


def test_the_clock_alone_makes_items_appear_and_go():
    now = timezone.now()
    make_item(title="Ferret", publish_at=now - timedelta(hours=1), unpublish_at=now + timedelta(hours=1))
    moments = (now - timedelta(hours=2), now, now + timedelta(hours=2))
    assert [search.readers("ferret", now=moment).total for moment in moments] == [0, 1, 0]


def test_every_deed_brings_the_index_along():
    room = make_newsroom()
    item = make_item(published=False, title="Walrus", community=room.home, created_by=room.curator)
    publishing.move(item, "submit", by=room.curator, version=item.version)
    publishing.move(item, "approve", by=room.editor, version=item.version)
    assert found("walrus") == []
    publishing.move(item, "publish", by=room.editor, version=item.version)
    assert found("walrus") == ["Walrus"]
    values = publishing.head_values(item)
    values.title = "Narwhal"
    publishing.save(item, values, by=room.editor, version=item.version)
    assert (found("walrus"), found("narwhal")) == (["Walrus"], [])
    publishing.move(item, "withdraw", by=room.editor, version=item.version, note="Wrong animal.")
    assert found("walrus") == []


def test_words_that_did_not_change_are_not_written_again():
    item = make_item(title="Otter")
    upkeep.items_changed([item.pk])
    before = ReaderEntry.objects.get().digest
    with CaptureQueriesContext(connection) as queries:
        search.index([item.pk])
    assert not [query for query in queries if re.match("INSERT|DELETE|UPDATE", query["sql"])]
    assert ReaderEntry.objects.get().digest == before


# --- The newsroom -----------------------------------------------------------------------------------------------------


def test_people_find_in_their_own_communities_drafts_too():
    room = make_newsroom()
    make_item(published=False, title="Badger draft", community=room.home)
    make_item(title="Badger elsewhere", community=room.elsewhere)
    page = signed_in(room.editor).get(admin("changelist"), {"q": "badg"}).content.decode()
    assert "Badger draft" in page
    assert "Badger elsewhere" not in page


def test_the_newsroom_finds_by_link_and_by_name_of_the_file():
    item = make_item(title="One", link="https://journal.example/a/very-long-path", md_name="28171833-cc9d-59f4-a6ad")
    make_item(title="Two")
    for text in ("very-long-path", "28171833-cc9d-59f4-a6ad", "28171833"):
        assert [each.pk for each in search.matching(CuratedItem.objects.all(), text)] == [item.pk]


def test_few_items_come_the_best_first_and_many_as_the_list_has_them(monkeypatch):
    make_item(title="Lynx", updated_at=PAST)
    make_item(title="Other", description="A lynx", updated_at=PAST + timedelta(days=1))
    items = CuratedItem.objects.order_by("-updated_at")
    assert [item.title for item in search.matching(items, "lynx")] == ["Lynx", "Other"]
    assert [item.title for item in search.matching(items, "lynx", ranked=False)] == ["Other", "Lynx"]
    monkeypatch.setattr("curation.search.finding.FEW_HEADS", 1)
    assert [item.title for item in search.matching(items, "lynx")] == ["Other", "Lynx"]


@pytest.mark.parametrize("sorted_at_most", [0, 100])
def test_the_newsroom_finds_the_same_whether_few_or_many_have_the_words(monkeypatch, sorted_at_most):
    monkeypatch.setattr("curation.search.finding.SORTED", sorted_at_most)
    room = make_newsroom()
    for number, title in enumerate(["Remote wards", "Wards, remote ones", "A remote ward", "Remote wards again"]):
        make_item(title=title, community=room.home, updated_at=PAST + timedelta(days=number))
    make_item(title="Remote wards elsewhere", community=room.elsewhere)
    items = CuratedItem.objects.filter(community=room.home).order_by("-updated_at")
    for asked, expected in {
        "remote": ["Remote wards again", "A remote ward", "Wards, remote ones", "Remote wards"],
        '"remote wards"': ["Remote wards again", "Remote wards"],
        "remote -again": ["A remote ward", "Wards, remote ones", "Remote wards"],
        '-"remote wards"': ["A remote ward", "Wards, remote ones"],
        '"remote war*"': [],
        "nothing": [],
    }.items():
        assert [item.title for item in search.matching(items, asked, ranked=False)] == expected, asked


# --- The index --------------------------------------------------------------------------------------------------------


def test_rebuilding_finds_and_mends_what_is_wrong_and_leaves_the_rest_alone():
    lost, stale, gone = (make_item(title=title) for title in ("Lost", "Stale", "Gone"))
    make_item(title="Right")
    run("rebuild_search", "--check")
    ReaderEntry.objects.filter(item=lost).delete()
    NewsroomEntry.objects.filter(item=stale).update(digest="other")
    CuratedItem.objects.filter(pk=gone.pk).update(publication="withdrawn")
    told, _ = run("rebuild_search", "--check", code=2)
    assert {line.rsplit(": ")[1] for line in told.splitlines()} == {"missing", "stale", "superfluous"}
    run("rebuild_search")
    run("rebuild_search", "--check")
    assert sorted(found("lost") + found("gone") + found("right")) == ["Lost", "Right"]
    assert KnownWord.objects.filter(word="gone").exists()
    run("rebuild_search", "--anew")
    assert set(KnownWord.objects.values_list("word", flat=True)) == {"lost", "stale", "right", "journal", "example"}
    run("rebuild_search", "--check")


def test_words_that_are_lost_beside_an_entry_are_found():
    make_item(title="Marten")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("UPDATE curation_readerentry SET words = NULL")
        else:
            cursor.execute("DELETE FROM curation_readerwords")
    assert run("rebuild_search", "--check", code=2)[0].strip().endswith("stale")
    run("rebuild_search")
    assert found("marten") == ["Marten"]
