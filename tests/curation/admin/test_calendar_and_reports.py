"""What happens when, and how the work goes: within what the person may see, as pages and as files."""

import csv
import io
import json
from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from curation.admin import tables
from curation.admin.report_data import REPORTS
from curation.models import CuratedItem, MissedAddress
from curation.workflow import Publication, State
from tests import deeds
from tests.factories import PAST, make_image, make_item
from tests.newsroom import signed_in

NOON = timezone.make_aware(datetime.combine(timezone.localdate(), time(12)))


def calendar(client, **asked):
    return client.get(reverse("admin:calendar"), asked)


def test_a_day_shows_what_goes_out_ends_and_is_to_be_looked_at(newsroom):
    day = NOON + timedelta(days=400)
    words = {"community": newsroom.home}
    make_item(title="Will go out", publish_at=day, **words)
    make_item(title="Will end", unpublish_at=day, **words)
    make_item(title="Look at it", review_by=day.date(), **words)
    update = make_item(title="Has an update", **words)
    deeds.edit(update, by=None, title="Another title")
    deeds.move(update, "approve", "schedule", when=day) if update.state == State.IN_REVIEW else (
        deeds.move(update, "submit", "approve"),
        deeds.move(update, "schedule", when=day),
    )
    make_item(title="Archived", review_by=day.date(), publication=Publication.ARCHIVED, **words)
    make_item(title="Not for Telehealth", community=newsroom.elsewhere, publish_at=day)
    for view in ("month", "week"):
        page = calendar(signed_in(newsroom.curator), view=view, day=day.date().isoformat()).content.decode()
        for words in ("Will go out", "Will end", "Look at it", "Update goes out", "Goes out", "Ends", "Look again"):
            assert words in page, (view, words)
        assert "Archived" not in page
        assert "Not for Telehealth" not in page


def test_a_crowded_day_leads_to_its_week_and_costs_no_more(newsroom, django_assert_max_num_queries):
    for number in range(9):
        make_item(community=newsroom.home, title=f"Number {number}", publish_at=NOON)
    client = signed_in(newsroom.editor)
    with django_assert_max_num_queries(12):
        page = calendar(client).content.decode()
    assert "5 more" in page
    assert 'aria-current="date"' in page
    assert page.count(">Number ") == 4
    assert calendar(client, view="week").content.decode().count(">Number ") == 9


@pytest.mark.parametrize("asked", [{"day": "x"}, {"day": "0001-01-01"}, {"day": "9999-12-31"}, {"view": "year"}])
def test_an_unlikely_day_is_today(newsroom, asked):
    assert f"{timezone.localdate():%B %Y}" in calendar(signed_in(newsroom.editor), **asked).content.decode()


def test_nobody_looks_into_the_calendar_or_reports_of_another_community(newsroom):
    client = signed_in(newsroom.lead)
    asked = {"community": newsroom.elsewhere.pk}
    assert calendar(client, **asked).status_code == 404
    assert client.get(reverse("admin:report", args=["waiting"]), asked).status_code == 404
    assert client.get(reverse("admin:report", args=["none-such"])).status_code == 404


@pytest.fixture
def work(newsroom):
    """Something for every report, and as much that is none of Telehealth's business."""
    for community, mark in ((newsroom.home, "Ours"), (newsroom.elsewhere, "Hidden")):
        words = {"community": community, "description": "D"}
        recently = timezone.now() - timedelta(days=3)
        make_item(title=f"{mark} draft", published=False, created_by=newsroom.curator, **words)
        make_item(
            title=f"{mark} done", publish_at=recently, created_at=recently - timedelta(days=4),
            created_by=newsroom.curator, image=make_image("A bell"), **words,
        )  # fmt: skip
        make_item(title=f"=1+1 {mark} stale", review_by=PAST.date(), image=make_image(), **words)
        reviewed = make_item(title=f"{mark} reviewed", published=False, created_by=newsroom.curator, **words)
        deeds.move(reviewed, "submit", "approve", by=newsroom.root)
    MissedAddress.objects.create(path="/lost", count=7, first_at=PAST, last_at=PAST, referrer="search.example")


def rows_of(client, code, **asked):
    response = client.get(reverse("admin:report_jsonl", args=[code]), asked)
    return [json.loads(line) for line in b"".join(response).decode().splitlines()]


def test_the_calendar_is_taken_along_as_a_file_that_other_calendars_read(newsroom):
    day = NOON + timedelta(days=400)
    title = "Ends; soon, \\ ünsaid " + "wörd " * 30 + "\r\nBEGIN:VEVENT"
    item = make_item(community=newsroom.home, title="Goes out", publish_at=day, review_by=day.date())
    CuratedItem.objects.filter(pk=make_item(community=newsroom.home, unpublish_at=day).pk).update(title=title)
    make_item(title="Not for Telehealth", community=newsroom.elsewhere, publish_at=day)
    client, asked = signed_in(newsroom.curator), {"view": "week", "day": day.date().isoformat()}
    assert (
        reverse("admin:calendar_file", query=asked).replace("&", "&amp;") in calendar(client, **asked).content.decode()
    )
    response = client.get(reverse("admin:calendar_file"), asked)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    raw = b"".join(response)
    assert all(len(line) <= 75 and b"\n" not in line for line in raw.split(b"\r\n"))
    lines = raw.decode().replace("\r\n ", "").split("\r\n")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 3
    assert f"DTSTART:{day.astimezone(UTC):%Y%m%dT%H%M%SZ}" in lines
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in lines
    assert f"UID:scheduled-{item.pk}@testserver" in lines
    assert f"URL:http://testserver/admin/curation/curateditem/{item.pk}/change/" in lines
    assert "Not for Telehealth" not in raw.decode()
    (summary,) = (line for line in lines if line.startswith("SUMMARY:Ends"))
    assert summary.startswith("SUMMARY:Ends: Ends\\; soon\\, \\\\ ünsaid wörd")


def test_every_report_tells_of_its_own_communities_alone(newsroom, work):
    client = signed_in(newsroom.editor)
    for code in REPORTS:
        page = client.get(reverse("admin:report", args=[code])).content.decode()
        assert "Hidden" not in page, code
        assert "Oncology" not in page, code
        found = json.dumps(rows_of(client, code))
        assert "Hidden" not in found, code
        assert "Oncology" not in found, code
        assert rows_of(client, code), code


def test_the_numbers_of_the_reports_are_right(newsroom, work):
    client = signed_in(newsroom.editor)
    waiting = {row["queue"]: row["items"] for row in rows_of(client, "waiting")}
    assert waiting == {"Draft": 1, "Approved": 1}
    (took,) = rows_of(client, "time-to-publish", days="30")
    assert (took["published"], took["median"]) == (1, 4.0)
    people = {row["person"]: row for row in rows_of(client, "people")}
    assert (people[str(newsroom.curator)]["added"], people[str(newsroom.root)]["approved"]) == (3, 1)
    assert {row["title"]: row["missing"] for row in rows_of(client, "missing")} == {"=1+1 Ours stale": "alt text"}
    assert [row["title"] for row in rows_of(client, "stale")] == ["=1+1 Ours stale"]
    assert len(rows_of(client, "unexported")) == 2
    assert rows_of(client, "missed-addresses")[0]["times"] == 7


def test_what_lacks_several_things_is_told_once_the_newest_first(newsroom, django_assert_max_num_queries):
    day = timedelta(days=1)
    for number, (picture, alt, said) in enumerate(((1, "", ""), (0, "", ""), (1, "A bell", ""), (1, "A bell", "Said"))):
        make_item(
            community=newsroom.home, title=f"Number {number}", publish_at=PAST + number * day, description=said,
            image=make_image(alt) if picture else None,
        )  # fmt: skip
    make_item(community=newsroom.home, published=False, title="A draft")
    client = signed_in(newsroom.editor)
    with django_assert_max_num_queries(16):
        page = client.get(reverse("admin:report", args=["missing"]))
    assert [(row["title"], row["missing"]) for row in rows_of(client, "missing")] == [
        ("Number 2", "description"), ("Number 1", "picture, description"), ("Number 0", "alt text, description"),
    ]  # fmt: skip
    assert page.context["chart"]["words"] == "A picture: 1; Alt text: 1; A description: 3"
    assert (page.context["number"], page.context["more"]) == (3, 0)


def test_a_table_for_spreadsheets_calculates_nothing(newsroom, work):
    response = signed_in(newsroom.editor).get(reverse("admin:report_csv", args=["stale"]))
    text = b"".join(response).decode("utf-8-sig")
    titles, row = csv.reader(io.StringIO(text))
    assert titles[0] == "Item"
    assert row[0] == "'=1+1 Ours stale"
    assert "attachment" in response["Content-Disposition"]
    assert [tables.safe(value) for value in ("-2", "@x", "\tx", -2, None, "fine")] == [
        "'-2",
        "'@x",
        "'\tx",
        -2,
        "",
        "fine",
    ]


def test_what_is_for_editors_is_not_for_contributors(newsroom, work):
    client = signed_in(newsroom.contributor)
    listed = client.get(reverse("admin:reports")).content.decode()
    for code, status in (("people", 403), ("missed-addresses", 403), ("waiting", 200)):
        assert client.get(reverse("admin:report", args=[code])).status_code == status
        assert client.get(reverse("admin:report_csv", args=[code])).status_code == status
        assert (REPORTS[code].title in listed) is (status == 200)
    assert "Ours" not in json.dumps(rows_of(client, "stale"))


def test_a_report_asks_a_fixed_number_of_questions(newsroom, work, django_assert_max_num_queries):
    client = signed_in(newsroom.editor)
    for _ in range(20):
        make_item(community=newsroom.home, review_by=PAST.date())
    for code in REPORTS:
        with django_assert_max_num_queries(14):
            client.get(reverse("admin:report", args=[code]))
