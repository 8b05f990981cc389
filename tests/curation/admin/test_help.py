"""Every page of the newsroom says what it is for, in the words of the documentation."""

import pytest
from django.contrib import admin
from django.urls import reverse

from curation.admin import help
from tests.newsroom import signed_in

NO_PAGES = {
    "", "app_list", "autocomplete", "jsi18n", "login", "logout", "notification", "report_csv", "report_jsonl",
    "curation_curateditem_comments", "curation_curateditem_delete", "curation_curateditem_file",
    "curation_curateditem_live", "curation_curateditem_link", "curation_curateditem_pasted",
    "curation_curateditem_session", "curation_curateditem_people", "curation_curateditem_presence",
    "curation_curateditem_preview", "calendar_file",
    "curation_curateditem_revert", "curation_curateditem_revision_file", "curation_curateditem_revoke",
    "curation_curateditem_share", "curation_featuredimage_picture",
    "curation_featuredimage_about", "curation_featuredimage_advice", "curation_featuredimage_pick",
    "curation_featuredimage_small",
}  # fmt: skip
"""What leads on, answers a program, gives out a file or is the door."""


def names():
    for entry in admin.site.get_urls():
        yield from (each.name or "" for each in getattr(entry, "url_patterns", [entry]))


def test_every_page_has_its_help_and_every_help_a_page():
    wanted = {name: help.heading_of(name) for name in names() if name not in NO_PAGES}
    assert not [name for name, heading in wanted.items() if heading not in help.sections()]
    assert set(help.sections()) == set(wanted.values())


@pytest.mark.parametrize("name", ["calendar", "curation_tag_changelist", "communities_community_changelist"])
def test_a_page_shows_its_help_without_links_that_lead_nowhere(newsroom, name):
    page = signed_in(newsroom.contributor).get(reverse(f"admin:{name}")).content.decode()
    text = help.sections()[help.heading_of(name)]
    assert text in page
    assert "](" not in text
    assert ".md" not in text
