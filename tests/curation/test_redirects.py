"""What moved is found where it went: in one step, without a loop, and what is missed is counted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from curation import missed, redirects
from curation.models import MissedAddress, Redirect
from curation.workflow import Publication
from tests.factories import PAST, make_item
from tests.newsroom import make_newsroom, signed_in

pytestmark = pytest.mark.django_db


def test_a_chain_of_moves_is_one_step_for_readers(client):
    make_item(topics=[("Medigy", "C")])
    redirects.moved("/topics/a/", "/topics/b/")
    redirects.moved("/topics/b/", "/topics/medigy-c/")
    redirects.lead("/topics/z/", "/topics/a/")
    targets = dict(Redirect.objects.values_list("path", "target"))
    assert targets == dict.fromkeys(("/topics/a", "/topics/b", "/topics/z"), "/topics/medigy-c/")
    for path in ("/topics/a/", "/topics/a", "/Topics/A/", "/topics/b"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, "/topics/medigy-c/")


def test_what_only_drafts_have_tells_no_new_name(client):
    make_item(published=False, topics=[("Medigy", "Secret")], authors=["Nobody"], tags=["secret"])
    for old, new in (("/topics/a/", "/topics/medigy-secret/"), ("/authors/a/", "/authors/nobody/"),
                     ("/tags/a/", "/tags/secret/"), ("/a/", "/topics/medigy-secret/")):  # fmt: skip
        redirects.moved(old, new)
        for path in (old, old.rstrip("/"), f"{old}feed.rss"):
            assert client.get(path, follow=True).status_code == 404, path
            assert "ecret" not in client.get(path).headers.get("Location", "")


def test_the_old_address_of_a_draft_takes_nothing_from_readers(client):
    make_item(topics=[("Medigy", "Caps")])
    redirects.lead("/old-guide/", "/topics/medigy-caps/")
    make_item(published=False, aliases=["/old-guide", "/topics/before", "/drafted"])
    redirects.moved("/topics/before/", "/topics/medigy-caps/")
    redirects.lead("/drafted/", "/topics/medigy-caps/")
    redirects.lead("/onward/", "/drafted/")
    for path in ("/old-guide/", "/topics/before/", "/drafted/", "/onward/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, "/topics/medigy-caps/"), path


def test_what_moves_back_leads_no_more_away():
    redirects.moved("/topics/a/", "/topics/b/")
    redirects.moved("/topics/b/", "/topics/a/")
    assert dict(Redirect.objects.values_list("path", "target")) == {"/topics/b": "/topics/a/"}


@pytest.mark.parametrize(
    ("path", "target", "said"),
    [
        ("/b/", "/a/", "leads back"),
        ("/a/", "/A", "leads back"),
        ("/", "/a/", "home page"),
        ("/admin/x/", "/a/", "Nothing that readers open"),
        ("https://elsewhere.example/x", "/a/", "another site"),
        ("/x/", "javascript:alert(1)", ""),
        ("/x/", "//elsewhere.example/", "another site"),
        ("/x/", "/admin/", "newsroom"),
        ("/news/alias/", "/a/", "already"),
        ("/x\x00/", "/a/", "too long or has signs"),
    ],
)
def test_loops_and_what_is_no_address_are_refused(path, target, said):
    make_item(aliases=["/news/alias/"])
    Redirect.objects.create(path="/a", target="/b/", target_path="/b")
    with pytest.raises(ValidationError) as refused:
        redirects.lead(path, target)
    assert said in str(refused.value)
    assert Redirect.objects.count() == 1


def test_a_redirect_to_an_alias_leads_straight_to_the_item():
    item = make_item(aliases=["/news/alias/"])
    assert redirects.lead("/x/", "/news/alias/").target == item.get_absolute_url()


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/post/2019/05/01/fine-caps/", True),
        ("/post/2019/4/30/Fine-Caps", True),
        ("/post/2018/05/01/fine-caps/", False),
        ("/post/2019/13/01/fine-caps/", False),
    ],
)
def test_the_dated_addresses_of_the_older_site_lead_to_its_items(client, path, found):
    item = make_item(slug="fine-caps", date=datetime(2019, 5, 1, 2, tzinfo=UTC))
    response = client.get(path)
    assert response.get("Location") == (item.get_absolute_url() if found else None)


def test_a_dated_address_of_what_is_gone_says_so_and_of_a_draft_nothing(client):
    make_item(slug="gone", date=PAST, publication=Publication.WITHDRAWN)
    make_item(slug="draft", date=PAST, published=False)
    assert client.get(f"/post/{PAST:%Y/%m/%d}/gone/").status_code == 410
    assert client.get(f"/post/{PAST:%Y/%m/%d}/draft/").status_code == 404


def test_missed_addresses_are_counted_without_anything_of_who_asked(client):
    for referrer in ("https://search.example/?q=my+illness", "http://testserver/topics/?page=2"):
        client.get("/news/Lost/?email=a@b.example", headers={"referer": referrer})
        missed.write()
    row = MissedAddress.objects.get()
    assert (row.path, row.count, row.referrer) == ("/news/lost", 2, "/topics")


@pytest.mark.parametrize(
    "path", ["/wp-login.php", "/.env", "/x" * 200, "/a@b.example/", "/<script>/", "/admin/x/", "/preview/1:x/", "/a‮b/"]
)
def test_what_only_machines_ask_for_is_not_counted(client, path):
    client.get(path)
    missed.write()
    assert not MissedAddress.objects.exists()


def test_misses_wait_together_and_their_number_is_bounded(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(missed, "MOST_ROWS", 20)
    monkeypatch.setattr(missed, "MOST_WAITING", 30)
    missed.write(clock=lambda: 100.0)
    with django_assert_num_queries(0):
        assert not any(missed.count(f"/lost/{n}/", clock=lambda: 101.0) for n in range(29))
        assert missed.count("/lost/29/", clock=lambda: 101.0)
        assert missed.count("/one/too/many/", clock=lambda: 101.0)
    missed.write()
    assert 0 < MissedAddress.objects.count() <= 30
    missed.count("/lost/another/")
    missed.write()
    assert MissedAddress.objects.count() <= 20


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/", "The home page cannot lead elsewhere"),
        ("/admin/x", "Nothing that readers open lies there"),
        ("https://other.example/x", "an address of another site"),
        ("/a\\b", "has signs that no address has"),
        ("/news/taken/", "an old address of “Caps” already"),
        ("/news/kept-quiet/", ""),
    ],
)
def test_what_cannot_lead_on_is_told_of_at_its_field(path, said):
    newsroom = make_newsroom()
    make_item(title="Caps", aliases=["/news/taken"], community=newsroom.elsewhere)
    make_item(title="Secret", aliases=["/news/kept-quiet"], community=newsroom.elsewhere, published=False)
    client = signed_in(newsroom.editor)
    page = client.post(reverse("admin:curation_redirect_add"), {"path": path, "target": "/topics/", "note": ""})
    assert page.status_code == (200 if said else 302)
    assert said in page.text
    assert "Secret" not in page.text


def test_a_redirect_from_what_became_an_old_address_of_an_item_is_refused_with_a_sentence():
    client = signed_in(make_newsroom().editor)
    redirect = redirects.lead("/news/taken/", "/topics/")
    make_item(title="Caps", aliases=["/news/taken"])
    address = reverse("admin:curation_redirect_change", args=[redirect.pk])
    page = client.post(address, {"target": "/authors/", "note": ""})
    assert page.status_code == 200
    assert "an old address of “Caps” already" in page.text


def test_a_missed_address_becomes_a_redirect_in_the_newsroom():
    newsroom = make_newsroom()
    at = PAST
    MissedAddress.objects.create(path="/lost", count=9, first_at=at, last_at=at + timedelta(days=1))
    editor, section = signed_in(newsroom.editor), "admin:curation_redirect"
    page = editor.get(reverse(f"{section}_add"), {"path": "/lost"})
    assert 'value="/lost"' in page.content.decode()
    looped = editor.post(reverse(f"{section}_add"), {"path": "/lost", "target": "/Lost/", "note": ""})
    assert "leads back" in looped.content.decode()
    saved = editor.post(reverse(f"{section}_add"), {"path": "/lost", "target": "/topics/", "note": "gone"}, follow=True)
    assert saved.status_code == 200
    made = Redirect.objects.get()
    assert (made.path, made.target, made.created_by) == ("/lost", "/topics/", newsroom.editor)
    assert not MissedAddress.objects.exists()
    changed = editor.post(reverse(f"{section}_change", args=[made.pk]), {"target": "/tags/", "note": ""}, follow=True)
    assert changed.status_code == 200
    made.refresh_from_db()
    assert made.target == "/tags/"
