"""What is looked at before a review and before readers see an item."""

from dataclasses import replace

import pytest

from communities.models import CheckLevel
from curation import checks, publishing
from curation.exchange import rows
from curation.exchange.values import ItemValues
from curation.models import Publisher
from curation.workflow import MoveNotAllowed
from tests.deeds import edit, move, write
from tests.factories import make_community, make_draft_of, make_image, make_item

pytestmark = pytest.mark.django_db

FINE = {
    "title": "A title that fits",
    "slug": "a-title",
    "link": "https://www.journal.example/a",
    "description": "What the article says, in a sentence or two that fit a card.",
}
QUOTE = "<blockquote>" + "word " * 60 + "</blockquote>"
OWN = "<p>" + "mine " * 20 + "</p>"


@pytest.fixture
def publisher():
    made = rows.publisher_for(FINE["link"])
    made.excerpt_words = 50
    made.save()
    return made


def found(home, item=None, **words):
    values = ItemValues(community=home, **FINE)
    return {finding.check.code for finding in checks.run(replace(values, **words), item)}


def test_an_item_in_order_has_nothing_found(home):
    assert found(home, image=make_image("A nurse at a kiosk", (1200, 675))) == set()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"title": "Short"}, "title_length"),
        ({"title": "x" * 121}, "title_length"),
        ({"description": ""}, "description_length"),
        ({"description": "Too short."}, "description_length"),
        ({"body": "<h2>One</h2><h4>Three</h4>"}, "heading_order"),
        ({"body": "## One\n\n#### Three"}, "heading_order"),
        ({"body": "<h3>Too deep to begin with</h3>"}, "heading_order"),
        ({"body": '<p><a href="https://example.org/"> </a></p>'}, "empty_link"),
        ({"body": "<p onclick='x'>Fine</p><script>x</script>"}, "cleaned"),
        ({"body": "<blockquote>Only theirs</blockquote>"}, "own_words"),
        ({"body": QUOTE + OWN}, "excerpt_length"),
        ({"aliases": ["/topics/"]}, "address_shadowed"),
    ],
)
def test_what_is_amiss_is_found(home, publisher, words, code):
    assert found(home, **words) == {code}


@pytest.mark.parametrize(
    "words",
    [
        {"body": "<h2>One</h2><h3>Two</h3><h2>Three</h2>"},
        {"body": '<p><a href="https://example.org/"><img src="/media/x.webp" alt="A kiosk"></a></p>'},
        {"body": "<blockquote>Theirs</blockquote>" + OWN},
        {"body": "<blockquote>Theirs</blockquote>", "curator_note": "mine " * 20},
        {"body": "<p>" + "word " * 60 + "</p>"},
        {"aliases": ["/news/an-old-address", "/topics/some-topic"]},
    ],
)
def test_what_is_in_order_is_not(home, publisher, words):
    assert found(home, **words) == set()


def test_pictures_are_looked_at(home, publisher):
    wide = (1200, 675)
    assert found(home, image=make_image("", wide)) == {"alt_missing"}
    assert found(home, image=make_image("", wide), image_alt="A kiosk") == set()
    assert found(home, image=make_image("IMG_2031.jpg", wide)) == {"alt_poor"}
    assert found(home, image=make_image("photo", wide)) == {"alt_poor"}
    assert found(home, image=make_image(FINE["title"].upper(), wide)) == {"alt_poor"}
    assert found(home, image=make_image("A kiosk", (599, 400))) == {"picture_small"}
    for policy, code in (("none", "picture_policy"), ("ask", "picture_ask")):
        Publisher.objects.update(picture_policy=policy)
        assert found(home, image=make_image("A kiosk", wide)) == {code}
        assert found(home) == set()


def test_an_address_that_leads_elsewhere_already_is_found_and_drafts_are_not_named(home):
    public = make_item(community=home, slug="public", title="Seen by all")
    draft = make_item(published=False, community=make_community("Oncology"), slug="hush", title="Not to be told")
    public.aliases.create(path="/communities/telehealth/curated-content/a-title")
    values = ItemValues(community=home, **FINE, aliases=[public.get_absolute_url(), draft.get_absolute_url().upper()])
    sentences = " ".join(finding.words for finding in checks.run(values))
    assert sentences.count("Seen by all") == 2
    assert "another item" in sentences
    assert "Not to be told" not in sentences
    own = replace(values, slug="public", aliases=[public.get_absolute_url()])
    assert {finding.check.code for finding in checks.run(own, public)} == set()


def test_each_community_says_what_a_check_does(home, curator):
    home.check_levels = {"description_length": "block", "title_length": "off"}
    home.save()
    item = write(home, curator, title="Short")
    with pytest.raises(MoveNotAllowed, match=r"“Submit for review” has to wait: It has no description"):
        move(item, "submit", by=curator)
    edit(item, curator, description=FINE["description"])
    move(item, "submit", by=curator)


def test_warnings_never_keep_anything_back(home, curator, editor):
    item = write(home, curator, title="Short", body="<h4>Deep</h4>")
    assert {finding.level for finding in checks.run(publishing.head_values(item), item)} == {CheckLevel.WARN}
    move(item, "submit", by=curator)
    move(item, "approve", "publish", by=editor)


def test_it_is_the_newest_words_that_are_looked_at(home, curator, editor):
    item = make_item(community=home, **FINE)
    make_draft_of(item, image=make_image(""))
    with pytest.raises(MoveNotAllowed, match="The picture has no alt text"):
        move(item, "submit", by=curator)


def test_nobody_is_kept_from_pressing_a_button_with_which_the_words_are_mended(home, curator):
    item = write(home, curator, image=make_image(""))
    assert "submit" in [chosen.name for chosen in publishing.allowed_moves(item, curator)]


def test_levels_that_are_none_are_refused_in_words(home):
    home.check_levels = {"alt_missing": "loud"}
    with pytest.raises(Exception, match="Write each check with one of block, warn, off"):
        home.full_clean()
