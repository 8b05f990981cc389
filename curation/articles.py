"""The article of an item's page, and what stands below it, as HTML.

Put together without a template, as cards are: a page of an item has dozens of places, and templates take long for each.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from communities.addresses import address
from curation import links, outline
from curation.cards import day
from curation.languages import direction, worded
from curation.models import CuratedItem
from curation.pictures import picture
from curation.related import Beside, Neighbour


class _Words(NamedTuple):
    """What the program says itself in an article and below it."""

    read: str
    read_at: str
    why: str
    about: str
    topics: str
    tags: str
    also_in: str
    community: str
    table: str
    around: str
    older: str
    newer: str
    related: str
    everything: str


@lru_cache(maxsize=20)
def _words(language: str | None) -> _Words:
    return _Words(*map(escape, (
        gettext("Read the original"),
        gettext("Read the original at %(publisher)s"),
        gettext("Why we chose it"),
        gettext("About this item"),
        gettext("Topics"),
        gettext("Tags"),
        gettext("Also in"),
        gettext("Community"),
        gettext("Table %(number)s"),
        gettext("Before and after, in %(community)s"),
        gettext("Older"),
        gettext("Newer"),
        gettext("Related"),
        gettext("All curated content of %(community)s"),
    )))  # fmt: skip


def article(item: CuratedItem, *, picture_address: str = "") -> SafeString:
    """What the page of `item` says of it, from its title to what it is filed under, in the language that is active.

    The item has its names and the files of its picture at hand (see `related`). `picture_address` is where else its
    picture lies than for readers, in previews.
    """
    words, language, publisher = _words(get_language()), worded(item.language), item.publisher
    label = words.read_at % {"publisher": escape(str(publisher))} if publisher else words.read
    link = web_link(item.link)
    original = f'<a class="button outward" href="{escape(link)}" rel="external noopener">{label}</a>' if link else ""
    credit = publisher.credit_line if publisher else ""
    source = f"<p>{original}</p>" if original else ""
    source += f'<p class="credit" dir="auto">{escape(credit)}</p>' if credit else ""
    return mark_safe(  # noqa: S308
        f'<article class="article">{_header(item, language, original)}{_figure(item, picture_address)}'
        f'<div class="article-text">{_note(item, words)}{body(item) if item.body_html else ""}'
        f'<div class="source">{source}</div></div>{_side(item, words)}</article>'
    )


def _header(item: CuratedItem, language: str, original: str) -> str:
    community, publisher = item.community, item.publisher
    kind = f" <span>{escape(item.kind)}</span>" if item.kind else ""
    lede = f'<p class="lede"{language}>{escape(item.description)}</p>' if item.description else ""
    byline = [f'<a class="publisher" href="{_address(publisher)}">{escape(str(publisher))}</a>'] if publisher else []
    byline += [f'<a class="author" href="{_address(author)}">{escape(author.name)}</a>' for author in item.byline]
    byline.append(day(item.date or item.publish_at))
    actions = f'<p class="actions">{original}</p>' if original else ""
    return (
        f'<header class="page-head"><p class="eyebrow"><a class="place" href="{_address(community)}">'
        f"{escape(community.name)}</a>{kind}</p><h1{language}>{escape(item.title)}</h1>{lede}"
        f'<p class="byline">{" ".join(byline)}</p>{actions}</header>'
    )


def _figure(item: CuratedItem, address: str) -> str:
    shown = item.picture
    if not shown:
        return ""
    credit = f'<figcaption dir="auto">{escape(shown.credit)}</figcaption>' if shown.credit else ""
    return f'<figure><div class="frame">{picture(item, "hero", True, address)}</div>{credit}</figure>'


def _note(item: CuratedItem, words: _Words) -> str:
    if not item.curator_note:
        return ""
    note = linebreaks(item.curator_note, autoescape=True)
    return (
        f'<aside class="note" aria-labelledby="note"><h2 id="note">{words.why}</h2><div dir="auto">{note}</div></aside>'
    )


def _side(item: CuratedItem, words: _Words) -> str:
    topics, tags, others = item.topic_list, item.tag_list, item.other_communities
    filed = f'<h2>{words.topics}</h2><ul class="chips">{chips(topics)}</ul>' if topics else ""
    filed += f'<h2>{words.tags}</h2><ul class="chips tags">{chips(tags)}</ul>' if tags else ""
    places = [f' class="tone-{other.tone}">{_place(other)}' for other in others] or [f">{_place(item.community)}"]
    return (
        f'<aside class="article-side" aria-label="{words.about}">{filed}'
        f"<h2>{words.also_in if others else words.community}</h2>"
        f'<ul class="plain">{"".join(f"<li{place}</li>" for place in places)}</ul></aside>'
    )


def _place(community: Any) -> str:
    return f'<a class="place" href="{_address(community)}">{escape(community.name)}</a>'


def around(item: CuratedItem, beside: Beside) -> SafeString:
    """What the page of `item` leads to, below its article: the items before and after it, and related ones."""
    words, community = _words(get_language()), {"community": escape(item.community.name)}
    ways = _way(beside.older, words.older, "prev") + _way(beside.newer, words.newer, "next")
    ways = f'<nav class="neighbours" aria-label="{words.around % community}">{ways}</nav>' if ways else ""
    everything = escape(address("curated_content", item.community.slug))
    related = (
        '<section aria-labelledby="related"><div class="section-head">'
        f'<h2 id="related" class="section-title">{words.related}</h2>'
        f'<a href="{everything}">{words.everything % community}</a></div>'
        f'<div class="cards">{"".join(beside.related)}</div></section>'
    )
    return mark_safe(ways + (related if beside.related else ""))  # noqa: S308


def _way(to: Neighbour | None, words: str, rel: str) -> str:
    if to is None:
        return ""
    side = ' class="next"' if rel == "next" else ""
    return (
        f'<a{side} rel="{rel}" href="{escape(to.url)}"><span>{words}</span> '
        f"<bdi{worded(to.language)}>{escape(to.title)}</bdi></a>"
    )


def _address(named: Any) -> str:
    return escape(named.get_absolute_url())


def chips(named: Iterable[Any]) -> SafeString:
    """The entries of a list of links to topics or tags."""
    return mark_safe("".join(  # noqa: S308
        f'<li><a class="chip" href="{_address(each)}">{escape(getattr(each, "label", "") or str(each))}</a></li>'
        for each in named
    ))  # fmt: skip


def web_link(address: str) -> str:
    """The address if a page may show it as a link, otherwise nothing."""
    try:
        return links.check(address)
    except links.LinkError:
        return ""


AUTO = ' dir="auto"'
_HEBREW = re.compile(r"he\b|.*-Hebr\b")
"""The languages that are written to the left and have the comma of Latin letters."""


def body(item: Any) -> SafeString:
    """The body of an item for readers: its headings in the order of the page, and the article's author and publisher
    below each quotation that names nobody. What is wider than its column can be moved by keyboard in every browser.

    The one place where HTML is trusted: `body_html` was cleaned when the item was saved.
    """
    html, parts, depth, opened, done = outline.in_order(item.body_html), [], 0, 0, 0
    to_the_left = direction(item.language) == "rtl"
    # Each name runs its own way, or Latin ones would change places among words that run from the right.
    names = [f"<bdi>{name}</bdi>" if to_the_left else name for name in (escape(each.name) for each in item.byline)]
    publisher = f"<cite{AUTO if to_the_left else ''}>{escape(str(item.publisher))}</cite>" if item.publisher else ""
    comma = ", " if not to_the_left or _HEBREW.match(item.language) else "، "
    source = f"<footer>{comma.join([*names, *filter(None, [publisher])])}</footer>"
    for tag in re.finditer(r"<(/?)blockquote\b[^>]*>", html):
        depth += -1 if tag[1] else 1
        if depth == 1 and not tag[1]:
            opened = tag.start()
        elif depth == 0 and (names or publisher) and not re.search(r"<(cite|footer)\b", html[opened : tag.start()]):
            parts += [html[done : tag.start()], source]
            done = tag.start()
    name = _words(get_language()).table
    text = outline.with_tables_in(
        "".join([*parts, html[done:]]),
        lambda number: f'<div class="scroll" role="region" tabindex="0" aria-label="{name % {"number": number}}">',
    )
    return mark_safe(f'<div class="prose"{worded(item.language)}>{text}</div>')  # noqa: S308
