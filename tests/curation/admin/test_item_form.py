"""An item in its form: what is typed is what is kept, and nothing typed is ever lost."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from communities.models import Membership, Role
from curation import publishing
from curation.frontmatter import Document
from curation.models import Alias, CuratedItem, FeaturedImage, Publisher
from curation.workflow import Publication, State
from tests.factories import make_community, make_draft_of, make_image, make_item
from tests.newsroom import admin, buttons_of, filled_in, signed_in

MEDIGY = Path(__file__).parents[2] / "data" / "medigy"
NAME = "28171833-cc9d-59f4-a6ad-dcba727d8301"
LINK = (
    "https://hitconsultant.net/2019/05/06/"
    "physician-practices-strategy-to-developing-a-strong-chronic-care-management-ccm-program/#.X3rEb8IzbIU"
)
TITLE = "Physician Practices Strategy to Developing a Strong Chronic Care Management (CCM) Program"


def head(item):
    item.refresh_from_db()
    return bytes(item.head_revision.content)


def test_an_item_typed_in_with_the_values_of_the_medigy_file_has_the_bytes_of_that_file(newsroom):
    expected = (MEDIGY / f"{NAME}.md").read_bytes()
    picture = (MEDIGY / f"{NAME}-featuredImage.jpeg").read_bytes()
    home = make_community(
        "Chronic Care Management (CCM)",
        slug="chronic-care-management",
        masthead="Chronic Care Management (CCM) CoP",
    )
    Membership.objects.create(user=newsroom.curator, community=home, role=Role.CURATOR)
    client = signed_in(newsroom.curator)
    typed = {
        "link": LINK,
        "title": TITLE,
        "community": str(home.pk),
        "kind": "News",
        "description": Document.parse(expected).data["description"],
        "body": Document.parse(expected).body.lstrip("\n"),
        "authors": "Sonalika Ghosh",
        "topics": "Medigy: Increase Profitability\r\nSymplur: #PopulationHealth",
        "tags": "news",
        "aliases": "/news/physician-practices-strategy-to-developing-a-strong-chronic-care-management-ccm-program",
        "upload": SimpleUploadedFile("any.jpeg", picture),
        "image_alt": TITLE,
        "date": "2020-10-05T07:12:38.912541Z",
        "modified": "2020-10-05T11:17:46.302093Z",
        "md_name": NAME,
        "upstream_id": "3518",
        "carried": f"""\
featuredImage:
  workPackage: 3518
  wpAttachment:
    fileName: Curated_Featured_Image.jpeg
    link: /api/v3/attachments/9535/content
openProjectCustomFields:
  cleanUrl: {LINK}
  medigyTopics: '["Medigy: Increase Profitability","Symplur: #PopulationHealth"]'
  sourceUrl: {LINK}
openProjectWorkPackageType: Curated Content
owlType: Medigy Communities
source: open-project-curations
status: ''
sub: brief
""",
    }
    response = client.post(admin("add"), filled_in(client.get(admin("add")), **typed))
    item = CuratedItem.objects.get()
    assert response.status_code == 302, response.context["form"].errors
    assert head(item) == expected

    opened = client.get(admin("change", item.pk))
    again = client.post(admin("change", item.pk), filled_in(opened, _save=""), follow=True)
    assert "Nothing was changed" in again.content.decode()
    assert head(item) == expected
    assert item.revisions.count() == 1


@pytest.mark.parametrize(
    "words",
    [
        {"title": " Two  blanks\u00a0and one that does not break ", "description": "\n\nfirst lines\n\n"},
        {"title": "A line\nbreak in a title"},
        {"body": "<p>one</p>\n\n\ttab\u2028and \u00a0 more\n"},
        {"tags": ["with, comma", "two words"], "authors": ["Zoë Ångström", "A", "李小龍"]},
        {"topics": [("", "Alone"), ("Category", "News: of the day"), ("Symplur", "#hash")]},
        {"carried": {"params": {"a": [1, 2.5, None, "yes"], "b": "2020-10-05"}, "weight": -3}},
        {"also_in": ["oncology", "elsewhere"]},
        {"date": datetime(2020, 10, 5, 7, 12, 38, 912541, tzinfo=UTC), "aliases": ["/old/one", "/old/two/"]},
    ],
)
def test_opening_and_saving_the_form_untouched_changes_nothing(newsroom, words):
    item = make_item(published=False, community=newsroom.home, **words)
    client = signed_in(newsroom.curator)
    before = head(item)
    response = client.post(admin("change", item.pk), filled_in(client.get(admin("change", item.pk)), _save=""))
    assert response.status_code == 302
    assert head(item) == before
    assert (item.revisions.count(), item.changes.count(), item.version) == (1, 0, 1)


def test_the_stored_second_of_a_date_of_publication_survives_a_picker_that_shows_minutes(newsroom):
    moment = datetime(2024, 3, 1, 9, 30, 17, 123456, tzinfo=UTC)
    item = make_item(community=newsroom.home, publish_at=moment)
    client = signed_in(newsroom.editor)
    client.post(admin("change", item.pk), filled_in(client.get(admin("change", item.pk)), title="Another title"))
    item.refresh_from_db()
    assert item.publish_at == moment


def test_a_live_item_shows_its_newest_revision_and_readers_keep_what_they_see(newsroom):
    item = make_item(community=newsroom.home, title="What readers see")
    make_draft_of(item, title="What comes next")
    client = signed_in(newsroom.curator)
    form = client.get(admin("change", item.pk))
    assert filled_in(form)["title"] == ["What comes next"]
    client.post(admin("change", item.pk), filled_in(form, title="Better still"))
    item.refresh_from_db()
    assert item.title == "What readers see"
    assert publishing.head_values(item).title == "Better still"
    assert item.head_revision.number == 3


def test_a_form_that_is_older_than_the_item_comes_back_with_everything_typed_and_overwrites_nothing(newsroom, draft):
    client, address = signed_in(newsroom.curator), admin("change", draft.pk)
    opened = client.get(address)
    values = publishing.head_values(draft)
    publishing.save(draft, replace(values, title="Edith was faster"), by=newsroom.editor, version=draft.version)

    stale = client.post(address, filled_in(opened, title="My own title", description="Typed for an hour"))
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "editor changed this item after you opened it" in page
    assert filled_in(stale)["title"] == ["My own title"]
    assert filled_in(stale)["description"] == ["Typed for an hour"]
    assert "Edith was faster" in page
    assert publishing.head_values(CuratedItem.objects.get(pk=draft.pk)).title == "Edith was faster"
    assert client.post(address, filled_in(stale)).status_code == 302, "One press goes on."
    values = publishing.head_values(CuratedItem.objects.get(pk=draft.pk))
    assert (values.title, values.description) == ("My own title", "Typed for an hour")


def test_words_and_next_step_are_saved_by_one_button(newsroom, draft):
    client = signed_in(newsroom.contributor)
    opened = client.get(admin("change", draft.pk))
    assert "_move=submit" in buttons_of(opened)
    client.post(
        admin("change", draft.pk), filled_in(opened, title="Ready", note="Please look at the title", _move="submit")
    )
    draft.refresh_from_db()
    assert (draft.title, draft.state) == ("Ready", State.IN_REVIEW)
    last = draft.changes.first()
    assert (last.action, last.note, last.actor) == ("submit", "Please look at the title", newsroom.contributor)
    assert draft.changes.count() == 2


def test_a_reason_that_is_missing_is_asked_for_and_nothing_typed_is_lost(newsroom, draft):
    client = signed_in(newsroom.editor)
    publishing.move(draft, "submit", by=newsroom.contributor, version=draft.version)
    opened = client.get(admin("change", draft.pk))
    back = client.post(admin("change", draft.pk), filled_in(opened, title="Half typed", _move="reject"))
    assert back.status_code == 200
    assert "needs a reason" in back.content.decode()
    assert filled_in(back)["title"] == ["Half typed"]
    draft.refresh_from_db()
    assert (draft.title, draft.state) == ("A draft", State.IN_REVIEW)
    client.post(admin("change", draft.pk), filled_in(back, note="An advertisement", _move="reject"))
    draft.refresh_from_db()
    assert draft.state == State.REJECTED


def test_a_step_that_is_refused_takes_back_the_save_that_came_with_it(newsroom, draft):
    item = draft
    for name, who in (("submit", newsroom.contributor), ("approve", newsroom.editor)):
        publishing.move(item, name, by=who, version=item.version)
    client = signed_in(newsroom.editor)
    opened = client.get(admin("change", item.pk))
    assert "_move=publish" in buttons_of(opened)
    back = client.post(admin("change", item.pk), filled_in(opened, title="A last change", _move="publish"))
    assert "Your changes make it a draft again" in back.content.decode()
    assert filled_in(back)["title"] == ["A last change"]
    item.refresh_from_db()
    assert (item.title, item.state, item.publication) == ("A draft", State.APPROVED, Publication.NEVER)


def test_saving_is_what_the_enter_key_does(newsroom, draft):
    assert buttons_of(signed_in(newsroom.editor).get(admin("change", draft.pk)))[0] == "_save="


def test_a_rejected_item_can_be_reopened_but_not_changed(newsroom):
    item = make_item(published=False, community=newsroom.home, title="No", state=State.REJECTED)
    client = signed_in(newsroom.curator)
    opened = client.get(admin("change", item.pk))
    assert "title" not in filled_in(opened)
    client.post(admin("change", item.pk), filled_in(opened, title="Yes", _move="reopen"))
    item.refresh_from_db()
    assert (item.title, item.state) == ("No", State.DRAFT)


def test_dates_of_publication_are_for_those_who_publish(newsroom, draft):
    for who, expected in ((newsroom.curator, None), (newsroom.editor, datetime(2999, 5, 1, 9, 0, tzinfo=UTC))):
        client = signed_in(who)
        opened = client.get(admin("change", draft.pk))
        client.post(admin("change", draft.pk), filled_in(opened, publish_at="2999-05-01T09:00"))
        draft.refresh_from_db()
        assert draft.publish_at == expected


def test_an_end_before_the_beginning_is_refused_at_its_field(newsroom, draft):
    client = signed_in(newsroom.editor)
    typed = {"publish_at": "2999-05-01T09:00", "unpublish_at": "2999-04-01T09:00", "title": "Kept"}
    back = client.post(admin("change", draft.pk), filled_in(client.get(admin("change", draft.pk)), **typed))
    assert "lies before" in back.content.decode()
    assert filled_in(back)["title"] == ["Kept"]
    draft.refresh_from_db()
    assert draft.title == "A draft"


@pytest.mark.parametrize(("typed", "kept"), [("pt_br", "pt-BR"), ("German", "de"), ("עברית", "he"), (" ", "")])
def test_a_language_can_be_typed_as_a_tag_or_by_its_name(newsroom, draft, typed, kept):
    client = signed_in(newsroom.curator)
    client.post(admin("change", draft.pk), filled_in(client.get(admin("change", draft.pk)), language=typed))
    draft.refresh_from_db()
    assert draft.language == kept


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("link", "not a link", "link"),
        ("title", "", "required"),
        ("date", "yesterday", "not a date that can be read"),
        ("aliases", "https://elsewhere.example/x", "is no path"),
        ("carried", "a: 1\nb: [2", "Line"),
        ("carried", "- a list", "this is a list"),
        ("carried", "title: Another", "has a field of its own"),
        ("carried", "link:\n  href: https://x.example/", "has a field of its own"),
        ("authors", "x" * 201, "at most 200"),
        ("language", "Klingon", "no language. Write its tag"),
        ("upstream_id", "many", "whole number"),
        ("slug", "taken", "has this address"),
    ],
)
def test_what_cannot_be_kept_comes_back_with_a_sentence_and_all_that_was_typed(newsroom, draft, field, typed, sentence):
    make_item(published=False, community=newsroom.home, slug="taken")
    client = signed_in(newsroom.curator)
    opened = client.get(admin("change", draft.pk))
    back = client.post(admin("change", draft.pk), filled_in(opened, curator_note="Kept", **{field: typed}))
    errors = " ".join(error for errors in back.context["form"].errors.values() for error in errors)
    assert back.status_code == 200
    assert sentence in errors
    assert filled_in(back)["curator_note"] == ["Kept"]
    draft.refresh_from_db()
    assert draft.version == 1


def test_an_old_address_that_is_taken_tells_nothing_of_what_another_community_prepares(newsroom, draft):
    make_item(published=False, community=newsroom.elsewhere, title="A secret merger", aliases=["/secret"])
    make_item(published=False, community=newsroom.home, title="A plan of ours", aliases=["/ours"])
    client = signed_in(newsroom.curator)
    opened = client.get(admin("change", draft.pk))
    theirs = client.post(admin("change", draft.pk), filled_in(opened, aliases="/secret")).text
    ours = client.post(admin("change", draft.pk), filled_in(opened, aliases="/ours")).text
    assert "The old address /secret belongs to an item of another community, which is not public." in theirs
    assert "secret merger" not in theirs
    assert "belongs to “A plan of ours”" in ours


def test_a_picture_that_was_uploaded_is_not_lost_to_an_error_elsewhere(newsroom):
    client = signed_in(newsroom.contributor)
    picture = SimpleUploadedFile("a.jpeg", (MEDIGY / f"{NAME}-featuredImage.jpeg").read_bytes())
    typed = {"link": "https://journal.example/1", "title": "", "community": str(newsroom.home.pk), "upload": picture}
    back = client.post(admin("add"), filled_in(client.get(admin("add")), **typed))
    image = FeaturedImage.objects.get()
    assert filled_in(back)["featured_image"] == [str(image.pk)]
    client.post(admin("add"), filled_in(back, title="Now with a title"))
    assert CuratedItem.objects.get().featured_image == image


def test_a_file_that_is_no_picture_is_refused_at_its_field(newsroom, draft):
    client = signed_in(newsroom.contributor)
    opened = client.get(admin("change", draft.pk))
    upload = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>")
    back = client.post(admin("change", draft.pk), filled_in(opened, upload=upload))
    assert "not well-formed XML" in " ".join(back.context["form"].errors["upload"])


def test_another_picture_of_the_library_can_be_chosen_and_taken_away(newsroom, draft):
    client, image = signed_in(newsroom.contributor), make_image("A clinic")
    for chosen, expected in ((str(image.pk), image), ("", None)):
        opened = client.get(admin("change", draft.pk))
        client.post(admin("change", draft.pk), filled_in(opened, featured_image=chosen))
        draft.refresh_from_db()
        assert draft.featured_image == expected


def test_authors_keep_their_order_and_new_ones_are_added(newsroom, draft):
    client = signed_in(newsroom.contributor)
    for typed in ("Zora\r\nAda", "Ada\r\nZora\r\n\r\nAda"):
        opened = client.get(admin("change", draft.pk))
        client.post(admin("change", draft.pk), filled_in(opened, authors=typed))
        draft = CuratedItem.objects.get(pk=draft.pk)
        assert [author.name for author in draft.byline] == list(dict.fromkeys(typed.split()))


def test_a_changed_address_leaves_the_old_one_working(newsroom):
    item = make_item(community=newsroom.home, slug="old")
    client = signed_in(newsroom.editor)
    client.post(admin("change", item.pk), filled_in(client.get(admin("change", item.pk)), slug="new", _move="submit"))
    item.refresh_from_db()
    publishing.move(item, "approve", by=newsroom.lead, version=item.version)
    publishing.move(item, "publish", by=newsroom.lead, version=item.version)
    assert Alias.objects.target_of("/communities/telehealth/curated-content/old").item == item


@pytest.mark.parametrize(("role", "moved"), [(None, False), (Role.CONTRIBUTOR, False), (Role.CURATOR, True)])
def test_taking_an_item_to_another_home_needs_work_in_both(newsroom, draft, role, moved):
    if role:
        Membership.objects.create(user=newsroom.curator, community=newsroom.elsewhere, role=role)
    client = signed_in(newsroom.curator)
    opened = client.get(admin("change", draft.pk))
    client.post(admin("change", draft.pk), filled_in(opened, community=str(newsroom.elsewhere.pk)))
    draft.refresh_from_db()
    assert (draft.community == newsroom.elsewhere) is moved


def test_the_rail_says_what_is_worth_knowing(newsroom):
    Publisher.objects.create(host="journal.example", status=Publisher.Status.BLOCKED)
    make_item(community=newsroom.home, link="https://journal.example/a?utm_source=x", title="The first of them")
    make_item(published=False, community=newsroom.elsewhere, link="https://journal.example/a", title="Not to be seen")
    item = make_item(
        published=False, community=newsroom.home, link="https://journal.example/a", body="<p>x</p><script>y</script>"
    )
    page = signed_in(newsroom.curator).get(admin("change", item.pk)).content.decode()
    for words in ("The first of them", "is blocked", "without: ", "It has no picture.", "It has no description"):
        assert words in page
    assert "Not to be seen" not in page


def test_a_link_comes_along_to_the_form_of_a_new_item(newsroom):
    form = signed_in(newsroom.contributor).get(admin("add") + "?link=https%3A%2F%2Fjournal.example%2Fa%26b")
    assert filled_in(form)["link"] == ["https://journal.example/a&b"]
    assert filled_in(form)["community"] == [str(newsroom.home.pk)]
