"""The card of an item in a list, as HTML.

Put together without a template: an import makes them by the thousand.
"""

from datetime import UTC, date, datetime
from functools import lru_cache
from html import escape

from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext

from curation.languages import worded
from curation.models import CuratedItem
from curation.pictures import picture

LONGEST_SUMMARY = 400
"""Characters."""


def card(item: CuratedItem, first: bool = False, address: str = "") -> SafeString:
    """The card of an item from `with_card()`, in the language that is active. See `picture` for the others.

    It stands on the item, its community, publisher, authors and picture alone, so that it can be kept ready: what a
    page makes of it (whether the community is named, how large it is) is said by the classes around it.
    """
    community, language = item.community, worded(item.language)
    kind = f" <span>{escape(item.kind)}</span>" if item.kind else ""
    words = escape(shortened(item.description, LONGEST_SUMMARY))
    summary = f'<p class="card-summary"{language}>{words}</p>' if words else ""
    byline = [f'<span class="publisher">{escape(str(item.publisher))}</span>'] if item.publisher else []
    byline += [f'<span class="author">{escape(author.name)}</span>' for author in item.byline]
    byline.append(day(item.date or item.publish_at))
    return mark_safe(  # noqa: S308
        f'<article class="card tone-{community.tone}"><div class="frame">{picture(item, "card", first, address)}</div>'
        f'<div class="card-text"><p class="eyebrow"><span class="place">{escape(community.name)}</span>{kind}</p>'
        f'<h3 class="card-title"{language}><a href="{escape(item.get_absolute_url())}">{escape(item.title)}</a></h3>'
        f'{summary}<p class="byline">{" ".join(byline)}</p></div></article>'
    )


def shortened(text: str, most: int) -> str:
    """The text, or its beginning in `most` characters: `truncatechars`, which counts each, for texts that are short."""
    return text if len(text) <= most else Truncator(text).chars(most)


def day(at: datetime | None) -> SafeString:
    """The date that readers see beside an item. In UTC, as files say it: a date without a time is the same day
    everywhere.
    """
    if at is None:
        return SafeString("")
    shown = at.astimezone(UTC)
    stamp = shown.replace(tzinfo=None).isoformat(timespec="seconds")
    return mark_safe(f'<time datetime="{stamp}Z">{_in_words(shown.date(), get_language())}</time>')  # noqa: S308


@lru_cache(maxsize=2000)
def _in_words(day: date, language: str | None) -> str:
    return escape(format_date(day, gettext("j F Y")))
