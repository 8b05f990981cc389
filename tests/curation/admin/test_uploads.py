"""Content files that members upload: what becomes of each, and what nobody may do with one."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from communities.models import Community
from curation.exchange import exporting
from curation.models import CuratedItem
from curation.workflow import State
from tests.factories import make_item, make_user
from tests.newsroom import admin, filled_in, signed_in

UPLOAD = admin("upload")


def text_of(name, community="telehealth"):
    base = f"basePath: /communities/{community}/curated-content\n" if community else ""
    return f"---\ntitle: Of {name}\nlink: https://news.example/{name}\nmdName: name-{name}\n{base}---\nBody\n"


def file(name, text=None, ending=".md", **said):
    content = text if text is not None else text_of(name, **said)
    return SimpleUploadedFile(f"{name}{ending}", content if isinstance(content, bytes) else content.encode())


def packed(members):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return file("site", raw.getvalue(), ".zip")


def upload(who, *files, **said):
    return signed_in(who).post(UPLOAD, {"files": list(files), **said})


def titles():
    return set(CuratedItem.objects.values_list("title", flat=True))


def test_one_file_many_and_a_zip_become_drafts_of_who_brings_them(newsroom):
    page = upload(newsroom.contributor, file("one"))
    made = CuratedItem.objects.get()
    assert (made.created_by, made.state, made.live_revision) == (newsroom.contributor, State.DRAFT, None)
    assert made.changes.get().via == "upload"
    assert admin("change", made.pk) in page.content.decode()
    zipped = packed({"site/content/a/three.md": text_of("three"), "site/content/a/four.md": text_of("four")})
    page = upload(newsroom.contributor, file("one"), file("two"), zipped).content.decode()
    assert titles() == {"Of one", "Of two", "Of three", "Of four"}
    assert "New: 3 · Unchanged: 1" in page
    assert "site.zip: site/content/a/three.md" in page
    assert "/tmp" not in page


def test_a_file_that_names_no_community_goes_where_the_person_says(newsroom):
    nameless = file("one", community="")
    refused = upload(newsroom.contributor, nameless).content.decode()
    assert "Choose a community for files that name none" in refused
    assert "--community" not in refused
    upload(newsroom.contributor, file("one", community=""), community=newsroom.elsewhere.pk)
    assert not titles()
    upload(newsroom.contributor, file("one", community=""), community=newsroom.home.pk)
    assert CuratedItem.objects.get().community == newsroom.home


def test_a_picture_beside_its_file_comes_in_with_it(newsroom):
    raw = io.BytesIO()
    Image.new("RGB", (64, 36), (40, 110, 120)).save(raw, "PNG")
    told = text_of("one").replace("mdName", "featuredImage: {href: pic.png, alt: A clinic}\nmdName")
    page = upload(newsroom.contributor, file("one", told), file("pic", raw.getvalue(), ".png"))
    assert "New: 1" in page.content.decode()
    assert CuratedItem.objects.get().featured_image is not None


def test_only_showing_keeps_nothing(newsroom):
    page = upload(newsroom.editor, file("one"), only_show="on").content.decode()
    assert "What would happen" in page
    assert "New: 1" in page
    assert not titles()


def test_a_bad_file_is_told_with_its_place_and_stops_no_other(newsroom):
    page = upload(newsroom.editor, file("bad", "---\ntitle: a\ntitle: b\n---\n"), file("good")).content.decode()
    assert "line 3, column 1, title" in page
    assert titles() == {"Of good"}


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (lambda: packed({"../../out.md": "x"}), "leads out"),
        (lambda: packed({"bomb.md": "0" * 5_000_000}), "far too large"),
        (lambda: file("sheet", b"PK", ".xlsx"), "sheet.xlsx is neither a content file nor a picture"),
        (lambda: file("empty", b""), "empty"),
    ],
    ids=["traversal", "bomb", "spreadsheet", "empty"],
)
def test_what_is_dangerous_or_no_content_is_refused_with_a_sentence(newsroom, chosen, sentence):
    page = upload(newsroom.editor, chosen(), file("good"))
    assert sentence in page.content.decode()
    assert not titles()


def test_files_of_a_community_without_a_role_are_refused_and_tell_nothing_of_it(newsroom, secret):
    same_link = f"---\ntitle: Mine\nlink: {secret.link}\nbasePath: /communities/telehealth/curated-content\n---\n"
    hidden = upload(
        newsroom.lead,
        file("one", community="oncology"),
        file("two", f"---\ntitle: Taken over\nlink: {secret.link}\nmdName: {secret.md_name}\n---\n"),
        file("same", same_link),
    ).content.decode()
    assert hidden.count("Not taken") >= 2
    assert secret.title not in hidden
    assert titles() == {secret.title, "Mine"}
    secret.refresh_from_db()
    assert secret.version == 1


def test_a_new_community_is_for_superusers_and_a_community_s_page_for_its_leads(newsroom):
    page = packed({"content/communities/oncology/_index.md": "---\ntitle: Mine now\n---\nAll mine\n"})
    for person in (newsroom.contributor, newsroom.lead):
        assert (
            "There is no community cardiology yet" in upload(person, file("x", community="cardiology")).content.decode()
        )
        page.seek(0)
        assert "Only the leads of the community oncology" in upload(person, page).content.decode()
    newsroom.elsewhere.refresh_from_db()
    assert newsroom.elsewhere.name == "Oncology"
    upload(newsroom.root, file("x", community="cardiology"))
    assert CuratedItem.objects.get().community == Community.objects.get(slug="cardiology")


def test_a_changed_file_of_a_published_item_waits_for_a_review_and_readers_see_the_old_one(newsroom):
    item = make_item(community=newsroom.home, title="As it was")
    given_out = signed_in(newsroom.curator).get(admin("file", item.pk)).content
    assert given_out == exporting.outgoing(item).document.bytes
    page = upload(newsroom.curator, file("live", given_out.replace(b"As it was", b"As it shall be")))
    assert "Changed: 1" in page.content.decode()
    item.refresh_from_db()
    assert (item.title, item.state) == ("As it was", State.IN_REVIEW)
    assert item.head_revision.document.data["title"] == "As it shall be"


def test_what_the_file_and_the_newsroom_both_changed_is_shown_with_all_three_values(newsroom):
    upload(newsroom.curator, file("one"))
    item = CuratedItem.objects.get()
    client = signed_in(newsroom.curator)
    client.post(admin("change", item.pk), filled_in(client.get(admin("change", item.pk)), title="The newsroom's"))
    page = upload(newsroom.curator, file("one", text_of("one").replace("Of one", "The file's"))).content.decode()
    for words in ("Conflict: 1", "Of one", "The file&#x27;s", "The newsroom&#x27;s", admin("change", item.pk)):
        assert words in page
    item.refresh_from_db()
    assert item.title == "The newsroom's"


def test_the_page_is_for_members_and_needs_the_form_s_token(newsroom):
    outsider = make_user("outsider", is_staff=True)
    for client in (Client(), signed_in(outsider)):
        assert "/admin/login/" in client.post(UPLOAD, {"files": file("one")})["Location"]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(newsroom.editor)
    assert strict.post(UPLOAD, {"files": file("one")}).status_code == 403
    assert not titles()
