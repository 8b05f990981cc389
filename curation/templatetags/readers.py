"""Small words of the readers' templates."""

from django import template

from curation import links
from curation.pages import absolute

register = template.Library()
register.filter("absolute", absolute)


@register.filter
def web_link(address: str) -> str:
    """The address if a page may show it as a link, otherwise nothing."""
    try:
        return links.check(address)
    except links.LinkError:
        return ""


@register.filter
def tenths(share: float) -> int:
    """A share from 0 to 1 in tenths: `focus-x-N` and `focus-y-N` in the style sheet."""
    return max(0, min(10, round(share * 10)))
