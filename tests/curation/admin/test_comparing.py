"""Two revisions compared, and the exact file that an item is exported as."""

from dataclasses import replace

import pytest

from curation import publishing
from curation.exchange import exporting
from tests.factories import make_draft_of, make_image, make_item
from tests.newsroom import admin, signed_in

NASTY = "<script>alert(1)</script>"


@pytest.fixture
def changed(newsroom):
    """An item whose second revision says nearly everything otherwise."""
    item = make_item(
        published=False, community=newsroom.home, created_by=newsroom.contributor, title="The old title",
        body="One.\n\nTwo.\n", authors=["Ada", "Zora"], topics=[("Medigy", "Privacy")], tags=["consent"],
        image=make_image("A clinic"), carried={"weight": 1},
    )  # fmt: skip
    values = replace(
        publishing.head_values(item), title="The new title", body=f"One.\n\n{NASTY}\n", authors=["Zora", "Ada"],
        topics=[("Medigy", "Trust")], tags=[], image=make_image("A phone"), carried={"weight": 2},
    )  # fmt: skip
    publishing.save(item, values, by=newsroom.curator, version=item.version)
    return item


def compare(client, item, first, second):
    return client.get(admin("compare", item.pk), {"from": first, "to": second})


def test_two_revisions_are_compared_field_by_field_and_as_files(newsroom, changed):
    page = compare(signed_in(newsroom.curator), changed, 1, 2).content.decode()
    assert "The <del>old</del><ins>new</ins> title" in page
    for label in ("Title", "Text", "Authors", "Topics", "Tags", "Picture", "More front matter"):
        assert f"<h3>{label}</h3>" in page
    assert "<h3>Link</h3>" not in page
    assert "<del>Medigy: Privacy</del>" in page
    assert "<ins>weight: 2</ins>" in page
    assert 'alt="A clinic"' in page
    assert 'alt="A phone"' in page
    assert "<ins>title: The new title</ins>" in page
    assert NASTY not in page
    back = compare(signed_in(newsroom.curator), changed, 2, 1).content.decode()
    assert "The <del>new</del><ins>old</ins> title" in back


def test_the_history_leads_to_the_comparison_of_two_chosen_revisions(newsroom, changed):
    page = signed_in(newsroom.curator).get(admin("history", changed.pk)).content.decode()
    assert f'action="{admin("compare", changed.pk)}"' in page
    assert "They say the same" in compare(signed_in(newsroom.curator), changed, 1, 1).content.decode()


@pytest.mark.parametrize(("first", "second"), [("", ""), ("1", "99"), ("x", "1"), ("1", "9" * 30)])
def test_a_revision_that_is_not_there_is_not_found(newsroom, changed, first, second):
    assert compare(signed_in(newsroom.curator), changed, first, second).status_code == 404


def test_a_long_text_is_compared_by_lines(newsroom):
    item = make_item(published=False, community=newsroom.home, body="\n".join(f"Line {n}." for n in range(3_000)))
    make_draft_of(item, body="\n".join(f"Line {n}." for n in range(3_001)))
    assert "<ins>Line 3000.</ins>" in compare(signed_in(newsroom.curator), item, 1, 2).content.decode()


def test_the_form_shows_the_exact_file_and_what_publishing_would_change_in_it(newsroom):
    item = make_item(community=newsroom.home, title="Public", body=NASTY)
    make_draft_of(item, title="Not yet public")
    client = signed_in(newsroom.curator)
    page = client.get(admin("change", item.pk))
    given_out = exporting.outgoing(item)
    assert page.context["file"]["text"] == given_out.document.bytes.decode()
    assert page.context["file"]["path"] == f"communities/telehealth/curated-content/{item.md_name}.md"
    assert "<del>title: Public</del>" in page.content.decode()
    assert "<ins>title: Not yet public</ins>" in page.content.decode()
    assert NASTY not in page.content.decode()
    download = client.get(admin("file", item.pk))
    assert download.content == given_out.document.bytes
    assert download["Content-Disposition"] == f'attachment; filename="{item.md_name}.md"'


def test_a_draft_s_file_is_exported_as_a_draft(newsroom, draft):
    page = signed_in(newsroom.contributor).get(admin("change", draft.pk))
    assert "draft: true" in page.context["file"]["text"]
    assert page.context["file"]["pending"] is None


def test_the_cost_of_a_comparison_does_not_grow(newsroom, changed, django_assert_max_num_queries):
    client = signed_in(newsroom.curator)
    with django_assert_max_num_queries(10):
        compare(client, changed, 1, 2)
