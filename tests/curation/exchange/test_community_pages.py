"""The pages of communities, through the commands and back."""

import pytest

from communities.models import Community
from tests.commands import export, import_files

pytestmark = pytest.mark.django_db

PLAIN = "---\ntitle: Tele\n---\n\nIntro.\n"
PAGES = {
    "plain": PLAIN,
    "no last line break": PLAIN.rstrip("\n"),
    "blanks around the body": "---\ntitle: Tele\n---\n\n \n  Intro.  \n\n\n \t\n",
    "Windows": PLAIN.replace("\n", "\r\n"),
    "blanks in quotes": '---\ntitle: " Tele "\nmastHead: "Head  "\nimageAlt: "  "\n---\nIntro.',
    "no body": "---\ntitle: Tele\n---\n",
    "blanks alone": "---\ntitle: Tele\n---\n\n  \n",
    "TOML": '+++\ntitle = "Tele "\n+++\n\nIntro. \n',
}


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES.keys())
def test_a_page_that_nobody_changed_goes_back_to_the_byte(tmp_path, text):
    page = tmp_path / "in/content/communities/t/_index.md"
    page.parent.mkdir(parents=True)
    page.write_bytes(text.encode())
    import_files(tmp_path / "in")
    assert export(tmp_path / "in", "--check")["counts"]["unchanged"] == 1
    export(tmp_path / "out")
    assert (tmp_path / "out/content/communities/t/_index.md").read_bytes() == text.encode()
    assert import_files(tmp_path / "in")["counts"]["unchanged"] == 1


def test_a_change_leaves_the_blanks_around_a_body_and_the_other_keys_as_they_are(tmp_path):
    page = tmp_path / "content/communities/t/_index.md"
    page.parent.mkdir(parents=True)
    page.write_bytes(b'---\r\ntitle: Tele\r\nmastHead: "Head  "\r\n---\r\n\r\nIntro. \r\n\r\n')
    import_files(tmp_path)
    # As a form sends it.
    Community.objects.update(introduction="One.\r\n\r\nTwo.")
    export(tmp_path)
    wanted = b'---\r\ntitle: Tele\r\nmastHead: "Head  "\r\n---\r\n\r\nOne.\r\n\r\nTwo. \r\n\r\n'
    assert page.read_bytes() == wanted
    assert export(tmp_path, "--check")["ok"]
    Community.objects.update(introduction="")
    export(tmp_path)
    assert page.read_bytes() == b'---\r\ntitle: Tele\r\nmastHead: "Head  "\r\n---\r\n\r\n'
