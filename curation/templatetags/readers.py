"""Small words of the readers' templates."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.i18n import do_translate
from django.utils.formats import localize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext

from communities.addresses import address
from communities.sentences import gettext
from curation import articles, head
from curation.archive import Month
from curation.cards import day
from curation.languages import worded
from curation.pages import Crumb, absolute

register = template.Library()
register.filter("absolute", absolute)
register.simple_tag(address, name="address")
register.filter("article_text", articles.body)
register.filter("chips", articles.chips)
register.filter("day", day)
register.filter("web_link", articles.web_link)
register.filter("worded", worded)


@register.simple_tag(name="head", takes_context=True)
def head_of_page(context: template.Context) -> SafeString:
    """The head of a page."""
    language = get_language() or settings.LANGUAGE_CODE
    links = site_part("site_links", "framed" if context.get("framed") else "")
    return head.of_page(context, language, links, site_part("site_picture"))


class Sentence(template.Node):
    """A sentence of the program's own, looked up once for each language."""

    def __init__(self, translated: template.Node) -> None:
        self.translated, self.said = translated, dict[str | None, str]()

    def render(self, context: template.Context) -> str:
        language = get_language()
        if (said := self.said.get(language)) is None:
            said = self.said[language] = self.translated.render(context)
        return said


@register.tag("translate")
def sentence(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Django's `translate`, for templates that load this library after `i18n`: a page has dozens of sentences, and
    Django takes as long for each as for the rest of a line.
    """
    sentence, *more = token.split_contents()[1:]
    translated: template.Node = do_translate(parser, token)
    said = [sentence, *(more[1:] if more[:1] == ["context"] else more)]
    is_constant = all(word[0] == word[-1] and word[0] in "\"'" for word in said)
    return Sentence(translated) if is_constant else translated


@register.simple_tag
def site_part(name: str, section: str = "") -> SafeString:
    """The head or the foot of every page: the same for all pages of a section, so that it is made once."""
    make = _site_part.__wrapped__ if settings.DEBUG else _site_part
    return make(name, section, get_language())


@lru_cache(maxsize=100)
def _site_part(name: str, section: str, language: str | None) -> SafeString:
    return mark_safe(render_to_string(f"components/{name}.html", {"section": section}))  # noqa: S308


# The following are put together without a template: many stand on one page, and loops of templates take long.


@register.filter
def breadcrumbs(trail: Sequence[Crumb]) -> SafeString:
    """The way to a page, which stands above it; nothing for a page without one."""
    if not trail:
        return SafeString("")
    steps = "".join(
        f'<li><a href="{escape(crumb.url)}">{escape(crumb.label)}</a></li>' if crumb.url else
        f'<li><span aria-current="page"{worded(crumb.language)}>{escape(crumb.label)}</span></li>'
        for crumb in trail
    )  # fmt: skip
    label = escape(gettext("Breadcrumb"))
    return mark_safe(f'<nav class="breadcrumbs" aria-label="{label}"><ol>{steps}</ol></nav>')  # noqa: S308


@register.filter
def counted(number: int) -> SafeString:
    """A number of items beside what they stand behind; what it counts is said to who hears the page."""
    return _counted(number, get_language())


@lru_cache(maxsize=2000)
def _counted(number: int, language: str | None) -> SafeString:
    words = ngettext(
        '%(number)s<span class="unseen"> item</span>', '%(number)s<span class="unseen"> items</span>', number
    )
    return mark_safe(f'<span class="number">{words % {"number": localize(number)}}</span>')  # noqa: S308


@register.filter
def months(named: Iterable[Month]) -> SafeString:
    """The entries of a list of months of one year."""
    return mark_safe("".join(  # noqa: S308
        f'<li><a href="{escape(month.url)}">{escape(month.name)}<span class="unseen"> {month.year}</span></a>'
        f" {counted(month.number)}</li>\n"
        for month in named
    ))  # fmt: skip


@register.filter
def names(owners: Iterable[Any]) -> SafeString:
    """The entries of a list of topics, authors, publishers or tags, each with the number of its items as `shown`."""
    return mark_safe("".join(  # noqa: S308
        f'<li><a href="{escape(each.get_absolute_url())}" dir="auto">'
        f"{escape(getattr(each, 'label', '') or str(each))}</a> {counted(each.shown)}</li>\n"
        for each in owners
    ))  # fmt: skip


@register.filter
def tenths(share: float) -> int:
    """A share from 0 to 1 in tenths: `focus-x-N` and `focus-y-N` in the style sheet."""
    return max(0, min(10, round(share * 10)))
