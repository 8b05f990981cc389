"""The readers' pages in another language, and the catalogue of their sentences."""

import gettext
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template

from curation import upkeep
from tests.factories import PAST, make_community, make_item

CATALOGUES = sorted(settings.BASE_DIR.glob("locale/*/LC_MESSAGES/django.po"))


@pytest.mark.django_db
def test_readers_meet_one_language_throughout_and_the_newsroom_stays_english(client, settings):
    settings.LANGUAGE_CODE = "de"
    make_community("Telehealth", introduction="")
    items = [make_item(slug="first", date=PAST, kind="News"), make_item()]
    upkeep.items_changed([item.pk for item in items])
    listed = client.get("/communities/telehealth/curated-content/").text
    for words in ('<html lang="de">', "2 Beiträge", "1. März 2024", "Neueste zuerst", "Start</a>", "Alle Communitys"):
        assert words in listed, words
    assert "Das Original lesen bei journal.example" in client.get(items[0].get_absolute_url()).text
    assert "Hier ist nichts" in client.get("/nothing/").text
    assert "## Listen\n\n- [Themen](http://testserver/topics/): worum" in client.get("/llms.txt").text
    assert "Log in" in client.get("/admin/login/").text


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_sentence_for_readers_is_translated(catalogue, tmp_path, monkeypatch):
    if not shutil.which("xgettext"):
        pytest.skip("Install Debian's package gettext to compare the catalogue with the sentences.")
    for folder in ("templates", "communities", "curation", "medigy", "locale"):
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder, ignore=shutil.ignore_patterns("static", "demo"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settings, "LOCALE_PATHS", [str(tmp_path / "locale")])
    call_command("makemessages", locale=[catalogue.parts[-3]], no_location=True, no_wrap=True, verbosity=0)
    now = (tmp_path / catalogue.relative_to(settings.BASE_DIR)).read_text()
    assert "#, fuzzy" not in now
    assert re.findall(r'^msgid "(.+)"\n(?:msgid_plural .*\n)?msgstr(?:\[\d\])? ""$', now, re.M) == []
    assert set(re.findall(r"^msgid .*", now, re.M)) == set(re.findall(r"^msgid .*", catalogue.read_text(), re.M))


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-3])
def test_the_compiled_catalogue_is_that_of_its_text(catalogue, tmp_path):
    if not shutil.which("msgfmt"):
        pytest.skip("Install Debian's package gettext to compile the catalogue.")
    fresh = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check", "--output-file", fresh, catalogue], check=True)
    assert _sentences(fresh) == _sentences(catalogue.with_suffix(".mo")), "Run manage.py compilemessages."


def test_no_sentence_of_a_page_is_left_out_of_the_catalogue():
    """Words between tags in a readers' template stand in a translation, or are no sentence."""
    folder = settings.BASE_DIR / "templates"
    left = []
    for path in [*folder.glob("*.html"), *(folder / "components").glob("*.html")]:
        if path.name in {"styleguide.html", "mail_preference.html"}:  # for developers, and for curators
            continue
        text = get_template(str(path.relative_to(folder))).template.source
        text = re.sub(
            r"{% blocktranslate.*?endblocktranslate %}|{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->", "", text, flags=re.S
        )
        named = re.findall(r'(?:aria-label|placeholder|alt|title)="([^"]*[A-Za-z][^"]*)"', text)
        left += [f"{path.name}: {words}" for words in [*re.findall(r">([^<>]*[A-Za-z]{2}[^<>]*)<", text), *named]]
    assert [words for words in left if not words.strip().endswith("Medigy")] == []


def _sentences(path: Path) -> dict:
    with path.open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)
