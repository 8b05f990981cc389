"""What is looked at before an item is reviewed and before readers see it.

Each community says what a check does there: it blocks, it warns, or it is not made.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.urls import Resolver404, resolve, reverse
from django.utils.text import slugify

from communities.models import CheckLevel
from curation import alt, html, links
from curation.exchange.values import ItemValues
from curation.models import Alias, CuratedItem, Publisher
from curation.models.image import ENOUGH_WIDTH
from curation.outline import Outline, outline

TITLE = range(10, 121)
DESCRIPTION = range(50, 321)
"""Characters that fit a card and the result of a search engine."""
OWN_WORDS = 15
"""The least number of words that a curator says beside what they quote."""

GOES_LIVE = frozenset({"publish", "schedule", "fast_track"})
SETTLED = GOES_LIVE | {"approve"}
ALWAYS = GOES_LIVE | {"submit"}


@dataclass
class Subject:
    """An item as it would be with these words; `item` is None for one that is not saved yet."""

    values: ItemValues
    item: CuratedItem | None = None

    @cached_property
    def publisher(self) -> Publisher | None:
        return publisher_behind(self.values)

    @cached_property
    def outline(self) -> Outline:
        try:
            return outline(html.render(self.values.body).html)
        except html.HtmlTooLarge:  # which saving has refused already
            return Outline()

    @property
    def alt(self) -> str:
        image = self.values.image
        return (self.values.image_alt or (image.alt if image else "")).strip()


@dataclass(frozen=True)
class Check:
    """One thing that is looked at."""

    code: str
    field: str
    """The name of the form's field where it is mended."""
    level: CheckLevel
    """What it does where the community says nothing else."""
    asks: str
    """What has to hold, for settings and documentation."""
    look: Callable[[Subject], Iterator[str]]
    """Yields a sentence for each thing that does not hold."""
    moves: frozenset[str] = ALWAYS
    """The moves that it can keep from being made."""


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold."""

    check: Check
    level: CheckLevel
    words: str

    def blocks(self, move: str) -> bool:
        return self.level == CheckLevel.BLOCK and move in self.check.moves


def run(values: ItemValues, item: CuratedItem | None = None) -> list[Finding]:
    """What the checks of its community find about an item that says `values`, what blocks first.

    `item` is the saved one, None for a new one. Looks into the database; asks no other server.
    """
    subject, found = Subject(values, item), []
    for check in CHECKS.values():
        level = level_of(check, values)
        if level != CheckLevel.OFF:
            found += [Finding(check, level, words) for words in check.look(subject)]
    return sorted(found, key=lambda finding: finding.level != CheckLevel.BLOCK)


def level_of(check: Check, values: ItemValues) -> CheckLevel:
    levels = values.community.check_levels if values.community else {}
    return CheckLevel(levels.get(check.code, check.level))


def publisher_behind(values: ItemValues) -> Publisher | None:
    """The publisher that the link of `values` leads to; None where there is none, or none that is known yet."""
    try:
        host = links.brand(values.link) if values.link else ""
    except links.LinkError:
        return None
    return Publisher.objects.behind([host]).get(host) if host else None


def cleaned_away(values: ItemValues) -> str:
    """What readers are not given of the text, in words; empty where that is nothing worth telling."""
    try:
        return "; ".join(html.render(values.body).removed)
    except html.HtmlTooLarge as error:
        return str(error)


def fingerprint(values: ItemValues) -> str:
    """The SHA-256 of the text, by which `CuratedItem.accepted_cleaning` names the one that was accepted."""
    return hashlib.sha256(values.body.encode()).hexdigest()


# --- The checks -----------------------------------------------------------------------------------------------------


def _no_alt(subject: Subject) -> Iterator[str]:
    if subject.values.image is not None and not subject.values.image_decorative and not subject.alt:
        yield "The picture has no alt text: say what it shows, or mark it as decoration."


def _poor_alt(subject: Subject) -> Iterator[str]:
    image = subject.values.image
    if image is not None and not subject.values.image_decorative:
        yield from alt.poor(subject.alt, subject.values.title, image.file_name)


def _title(subject: Subject) -> Iterator[str]:
    length = len(subject.values.title.strip())
    if length not in TITLE:
        yield f"The title has {length} characters; {TITLE[0]} to {TITLE[-1]} fit a card."


def _description(subject: Subject) -> Iterator[str]:
    length = len(subject.values.description.strip())
    if not length:
        yield "It has no description: cards and search engines show none."
    elif length not in DESCRIPTION:
        yield f"The description has {length} characters; {DESCRIPTION[0]} to {DESCRIPTION[-1]} are shown whole."


def _own_words(subject: Subject) -> Iterator[str]:
    own = subject.outline.own_words + len(subject.values.curator_note.split())
    if subject.outline.quoted_words and own < OWN_WORDS:
        yield f"Beside what it quotes it has {own} words of your own: say in {OWN_WORDS} or more why to read it."


def _excerpt(subject: Subject) -> Iterator[str]:
    most = subject.publisher.excerpt_words if subject.publisher else None
    quoted = subject.outline.quoted_words
    if most is not None and quoted > most:
        yield f"It quotes {quoted} words; {subject.publisher} allows {most}. Shorten the quotation."


def _headings(subject: Subject) -> Iterator[str]:
    before = 1
    for level in subject.outline.headings:
        if level > before + 1:
            yield f"A heading of level {level} follows one of level {before}: no level may be left out."
            return
        before = level


def _links(subject: Subject) -> Iterator[str]:
    if number := subject.outline.empty_links:
        yield f"{number} link{'s have' if number > 1 else ' has'} no words, so that nobody knows where to it leads."


def _picture_size(subject: Subject) -> Iterator[str]:
    image = subject.values.image
    if image is not None and image.width < ENOUGH_WIDTH:
        yield f"The picture is {image.width} pixels wide; below {ENOUGH_WIDTH} it looks blurred."


def _picture_policy(subject: Subject) -> Iterator[str]:
    publisher = subject.publisher
    if subject.values.image and publisher and publisher.picture_policy == Publisher.PicturePolicy.NONE:
        yield (
            f"{publisher} does not want its pictures shown, so readers get a drawn one instead: take the picture out, "
            "or choose one of another source."
        )


def _picture_to_ask(subject: Subject) -> Iterator[str]:
    image, publisher = subject.values.image, subject.publisher
    if image and not image.credit and publisher and publisher.picture_policy == Publisher.PicturePolicy.ASK:
        yield (
            f"{publisher} wants to be asked before a picture of it is shown, and readers get a drawn one until then: "
            "ask, and say in the picture's credit whose it is."
        )


def _cleaned(subject: Subject) -> Iterator[str]:
    removed = cleaned_away(subject.values)
    accepted = subject.item is not None and subject.item.accepted_cleaning == fingerprint(subject.values)
    if removed and not accepted:
        yield f"Readers get a cleaned copy of the text, without: {removed}. An editor has to accept that."


def _addresses(subject: Subject) -> Iterator[str]:
    values, item = subject.values, subject.item
    others = Alias.objects.exclude(item=item.pk if item else None).select_related("item")
    if values.community is not None and (slug := slugify(values.slug)):
        own = reverse("item", args=[values.community.slug, slug])
        if taken := others.filter(path=Alias.normalised(own)).first():
            yield f"Its address is an old one of {_named(taken.item)}, which could no longer be found there."
    for path in values.aliases:
        if (shadowed := _what_answers(path, item)) is not None:
            yield f"The old address {path} leads to {shadowed} already, and would never lead here."


def _what_answers(path: str, item: CuratedItem | None) -> str | None:
    """What readers find at `path` before an alias is looked for."""
    try:
        match = resolve(Alias.normalised(path).rstrip("/") + "/")
    except Resolver404:
        return None
    if match.url_name != "item":
        # A page whose name is in its address may be there or not; without one it is there.
        return None if match.kwargs or match.args else "a page of the site"
    rule = Q(community__slug=match.kwargs["community"], slug__iexact=match.kwargs["slug"])
    other = CuratedItem.objects.filter(rule).first()
    return _named(other) if other and other != item else None


def _named(item: CuratedItem) -> str:
    """Drafts of communities that the person may not work in are not told about."""
    return f"“{item}”" if item.is_published() else "another item"


def _blocked(subject: Subject) -> Iterator[str]:
    if subject.publisher and (why := subject.publisher.refusal):
        yield why


def _open_comments(subject: Subject) -> Iterator[str]:
    item = subject.item
    number = item.comments.open_threads().filter(blocking=True).count() if item else 0
    if number == 1:
        yield "A comment has to be settled first. Answer it, and have it resolved."
    elif number:
        yield f"{number} comments have to be settled first. Answer them, and have them resolved."


_BLOCK, _WARN = CheckLevel.BLOCK, CheckLevel.WARN

CHECKS: dict[str, Check] = {
    check.code: check
    for check in (
        Check("alt_missing", "image_alt", _BLOCK, "A picture has an alt text, or is decoration.", _no_alt),
        Check("alt_poor", "image_alt", _WARN, "The alt text says what the picture shows.", _poor_alt),
        Check("title_length", "title", _WARN, f"The title has {TITLE[0]} to {TITLE[-1]} characters.", _title),
        Check(
            "description_length", "description", _WARN,
            f"The description has {DESCRIPTION[0]} to {DESCRIPTION[-1]} characters.", _description,
        ),
        Check(
            "own_words", "body", _WARN,
            f"Beside a quotation, text and note together have at least {OWN_WORDS} words of the curator's own.",
            _own_words,
        ),
        Check("excerpt_length", "body", _BLOCK, "Quotations are no longer than the publisher allows.", _excerpt),
        Check("heading_order", "body", _WARN, "Headings leave no level out.", _headings),
        Check("empty_link", "body", _WARN, "Every link has words.", _links),
        Check("picture_small", "upload", _WARN, f"The picture is at least {ENOUGH_WIDTH} pixels wide.", _picture_size),
        Check("picture_policy", "upload", _BLOCK, "The publisher lets its pictures be shown.", _picture_policy),
        Check("picture_ask", "upload", _WARN, "A publisher that wants to be asked is credited.", _picture_to_ask),
        Check(
            "cleaned", "body", _BLOCK, "Cleaning takes nothing from the text, or an editor has accepted what it takes.",
            _cleaned, GOES_LIVE,
        ),
        Check("address_shadowed", "slug", _BLOCK, "Its address and old addresses are nobody else's.", _addresses),
        Check("publisher_blocked", "link", _BLOCK, "The publisher is not blocked.", _blocked, GOES_LIVE),
        Check(
            "open_comments", "comment", _BLOCK, "No comment is open that has to be settled before approval.",
            _open_comments, SETTLED,
        ),
    )
}  # fmt: skip
"""Every check by its code, in the order of the form."""
