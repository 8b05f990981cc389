"""Previews of any revision for members, and links that show one to people without an account."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from curation import previews, publishing
from curation.models import Author, Change, PreviewLink, PreviewNote, Publisher, Tag
from tests.factories import make_image, make_item
from tests.newsroom import admin, filled_in, signed_in


@pytest.fixture
def revised(newsroom):
    """A published item and a revision that readers do not see, with people, topics and tags there are no rows for."""
    item = make_item(community=newsroom.home, title="Public", authors=["Ada"], image=make_image("A clinic"))
    values = replace(
        publishing.head_values(item), title="Not yet", description="What it says.", body="Some *words*.",
        authors=["New Person", "Ada"], topics=[("Medigy", "Brand new")], tags=["fresh"], image=make_image("A phone"),
        link="https://nowhere-yet.example/x", curator_note="Because.",
    )  # fmt: skip
    item.refresh_from_db()
    publishing.save(item, values, by=newsroom.curator, version=item.version)
    return item


def counted():
    return [model.objects.count() for model in (Author, Tag, Publisher, Change)]


def test_a_preview_is_the_readers_page_of_a_revision_and_changes_nothing(newsroom, revised):
    before = counted()
    response = signed_in(newsroom.curator).get(admin("preview", revised.pk, 2))
    page = response.content.decode()
    for words in ("Not yet", "What it says.", "<em>words</em>", "New Person", "Brand new", "fresh", "Because."):
        assert words in page
    assert page.index("New Person") < page.index(">Ada<")
    picture = revised.head_revision.featured_image
    assert reverse("admin:curation_featuredimage_picture", args=[picture.pk]) in page
    assert picture.file.url not in page
    assert 'content="noindex"' in page
    assert "no-store" in response["Cache-Control"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert counted() == before
    revised.refresh_from_db()
    assert revised.title == "Public"
    assert "Public" in signed_in(newsroom.curator).get(admin("preview", revised.pk, 1)).content.decode()


def test_a_preview_of_what_is_live_shows_what_readers_get(newsroom, revised):
    public = Client().get(revised.get_absolute_url()).content.decode()
    shown = signed_in(newsroom.curator).get(admin("preview", revised.pk, 1)).content.decode()
    words = [
        " ".join(strip_tags(page.split("<article", 1)[1].split("</article>")[0]).split()) for page in (public, shown)
    ]
    assert words[0] == words[1]


def test_the_cost_of_a_preview_does_not_grow(newsroom, revised, django_assert_max_num_queries):
    client = signed_in(newsroom.curator)
    with django_assert_max_num_queries(14):
        client.get(admin("preview", revised.pk, 2))


def test_a_preview_is_looked_at_in_three_widths(newsroom, revised):
    client = signed_in(newsroom.curator)
    for width in ("phone", "tablet", "desktop", "nonsense"):
        response = client.get(admin("look", revised.pk, 2), {"width": width})
        shown = width if width != "nonsense" else "desktop"
        assert f"mdg-screen-frame--{shown}" in response.content.decode()
        assert "frame-src 'self'" in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "DENY"


def shared(newsroom, item, number=2):
    signed_in(newsroom.curator).post(admin("share", item.pk, number))
    link = PreviewLink.objects.latest("pk")
    return link, reverse("preview", args=[previews.token_of(link)])


def test_a_link_shows_one_revision_to_who_has_no_account(newsroom, revised):
    link, address = shared(newsroom, revised)
    visitor = Client()
    response = visitor.get(address)
    page = response.content.decode()
    assert "Not yet" in page
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert not response.has_header("Vary")
    picture = visitor.get(f"{address}picture/")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp")
    assert f"{address}picture/" in page
    assert link.visits.count() == 1
    publishing.save(
        revised, replace(publishing.head_values(revised), title="Later"), by=newsroom.curator, version=revised.version
    )
    assert "Later" not in visitor.get(address).content.decode()
    told = signed_in(newsroom.curator).get(admin("look", revised.pk, 2)).content.decode()
    assert "opened 2 times" in told
    assert address in told


@pytest.mark.parametrize("how", ["expired", "revoked", "tampered", "another", "unknown"])
def test_a_link_that_no_longer_holds_is_as_if_there_had_never_been_one(newsroom, revised, how):
    link, address = shared(newsroom, revised)
    match how:
        case "expired":
            PreviewLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        case "revoked":
            signed_in(newsroom.curator).post(admin("revoke", revised.pk, link.pk))
        case "tampered":
            address = address[:-2] + ("A" if address[-2] != "A" else "B") + "/"
        case "another":
            PreviewLink.objects.update(revision=revised.revisions.get(number=1))
        case "unknown":
            address = address.replace(f"/{link.pk}:", f"/{link.pk + 1}:")
    for method in (Client().get, Client().post):
        response, nothing = method(address, {"name": "Eve", "note": "x"}), method(f"/preview/0:{'A' * 43}/")
        assert (response.status_code, response.content) == (404, nothing.content)
        assert response.headers == nothing.headers
    assert Client().get(f"{address}picture/").status_code == 404
    assert not PreviewNote.objects.exists()


def test_a_visitor_s_words_reach_the_newsroom_and_move_nothing(newsroom, revised):
    _, address = shared(newsroom, revised)
    revised.refresh_from_db()
    before = (revised.state, revised.publication, revised.version, revised.live_revision_id)
    visitor = Client(enforce_csrf_checks=True)
    answer = visitor.post(address, {"name": "Dr. Guest", "note": "<b>Well put</b>", "agrees": "yes"})
    assert (answer.status_code, answer["Location"]) == (302, f"{address}#notes")
    assert not answer.cookies
    visitor.post(address, {"name": "Other", "agrees": "no"})
    page = visitor.get(address).content.decode()
    assert "&lt;b&gt;Well put&lt;/b&gt;" in page
    form = signed_in(newsroom.curator).get(admin("change", revised.pk)).content.decode()
    assert "agrees with revision 2" in form
    assert "Dr. Guest (guest)" in form
    assert "asked for a change" in signed_in(newsroom.curator).get(admin("history", revised.pk)).content.decode()
    revised.refresh_from_db()
    assert (revised.state, revised.publication, revised.version, revised.live_revision_id) == before
    hashes = [""]
    for change in revised.changes.order_by("pk"):
        assert change.previous_hash == hashes[-1]
        assert change.hash == change.digest()
        hashes.append(change.hash)


@pytest.mark.parametrize(
    "said", [{}, {"name": "Eve"}, {"note": "x"}, {"name": "E" * 81, "note": "x"}, {"name": "Eve", "agrees": "publish"}]
)
def test_a_note_without_words_is_asked_about(newsroom, revised, said):
    _, address = shared(newsroom, revised)
    response = Client().post(address, said)
    assert response.status_code == 200
    assert 'class="wrong"' in response.content.decode()
    assert not PreviewNote.objects.exists()


def test_a_link_takes_so_many_notes_and_no_more(newsroom, revised, monkeypatch):
    monkeypatch.setattr(previews, "MOST_NOTES", 2)
    _, address = shared(newsroom, revised)
    answers = [Client().post(address, {"name": "Eve", "note": f"{n}"}) for n in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert PreviewNote.objects.count() == 2
    assert "Ask whoever sent it to you" in answers[2].content.decode()
    trap = Client().post(address, {"name": "Robot", "note": "x", "website": "https://spam.example"})
    assert trap.status_code == 302
    assert PreviewNote.objects.count() == 2


def test_only_who_may_change_the_words_shares_and_revokes(newsroom, draft, secret):
    for who, item in ((newsroom.stranger, draft), (newsroom.lead, secret)):
        assert signed_in(who).post(admin("share", item.pk, 1)).status_code == 404
    assert signed_in(newsroom.contributor).get(admin("share", draft.pk, 1)).status_code == 405
    signed_in(newsroom.contributor).post(admin("share", draft.pk, 1))
    link = PreviewLink.objects.get()
    assert signed_in(newsroom.stranger).post(admin("revoke", draft.pk, link.pk)).status_code == 404
    assert signed_in(newsroom.root).post(admin("revoke", secret.pk, link.pk)).status_code == 404
    link.refresh_from_db()
    assert link.is_open()


def test_the_buttons_of_the_page_make_and_revoke_a_link(newsroom, draft):
    client = signed_in(newsroom.contributor)
    opened = client.get(admin("look", draft.pk, 1))
    client.post(admin("share", draft.pk, 1), filled_in(opened, "share_form") if b"csrf" in opened.content else {})
    assert "Open</span>" in client.get(admin("look", draft.pk, 1)).content.decode()
    client.post(admin("revoke", draft.pk, PreviewLink.objects.get().pk))
    page = client.get(admin("look", draft.pk, 1)).content.decode()
    assert "Revoked</span>" in page
    assert "/preview/1:" not in page.replace(admin("preview", draft.pk, 1), "")
