"""Talking about an item: threads of comments, on the whole of it or on one field, open until somebody resolves them.

Who may see an item may write and answer. A comment is its author's alone to change and to delete. A thread is resolved
by whoever began it and by who reviews; one that does not block, by whoever may edit the item, too.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe

from communities import access
from communities.models import User
from curation import notices
from curation.models import Comment, CuratedItem, Revision
from curation.models.comment import LONGEST

SUGGESTED = 8
"""How many people are suggested at once."""
_MENTION = re.compile(r"(?<![\w@.+-])@([\w@.+-]+)")


def may_write(user: Any, item: CuratedItem) -> bool:
    return access.can(user, "view", item.community_id, owner=item.created_by_id)


def may_resolve(user: Any, thread: Comment, item: CuratedItem) -> bool:
    """Whether `user` may resolve `thread`, or open it again."""
    if not may_write(user, item):
        return False
    if thread.author_id == user.pk or access.can(user, "review", item.community_id):
        return True
    return not thread.blocking and access.can(user, "edit", item.community_id, owner=item.created_by_id)


# --- Deeds ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def add(
    item: CuratedItem,
    text: str,
    *,
    by: User,
    field: str = "",
    blocking: bool = False,
    revision: Revision | None = None,
    at: datetime | None = None,
) -> Comment:
    """Begins a thread about `item`, or about one `field` of it, tied to its newest revision (or to `revision`).

    `blocking` asks that it be resolved before the item is approved. `at` is when, or now. Raises PermissionDenied where
    `by` may not see the item, ValidationError with a sentence.
    """
    _let(may_write(by, item), "You may not comment on this item.")
    about = revision or item.head_revision
    assert about is not None, "every saved item has a revision"
    comment = Comment.objects.create(
        item=item, revision=about, field=field, author=by, text=_clean(text), blocking=blocking, at=at or timezone.now()
    )
    mentioned = _mention(comment, item)
    others = {*notices.authors(item), item.reviewer_id} - mentioned
    notices.notify("comment", others, by=by, item=item, comment=comment, at=comment.at)
    return comment


@transaction.atomic
def reply(thread: Comment, text: str, *, by: User, at: datetime | None = None) -> Comment:
    """Answers in `thread`. Raises PermissionDenied, ValidationError with a sentence (as when it is resolved)."""
    thread, item = _locked(thread)
    _let(may_write(by, item), "You may not comment on this item.")
    if thread.resolved_at is not None:
        raise ValidationError("This thread is resolved. Reopen it to go on with it.")
    assert item.head_revision is not None, "every saved item has a revision"
    comment = Comment.objects.create(
        item=item, thread=thread, revision=item.head_revision, field=thread.field, author=by, text=_clean(text),
        at=at or timezone.now(),
    )  # fmt: skip
    mentioned = _mention(comment, item)
    others = participants(thread) - mentioned
    notices.notify("reply", others, by=by, item=item, comment=comment, at=comment.at)
    rest = {*notices.authors(item), item.reviewer_id} - mentioned - others
    notices.notify("comment", rest, by=by, item=item, comment=comment, at=comment.at)
    return comment


@transaction.atomic
def edit(comment: Comment, text: str, *, by: User) -> None:
    """Gives a comment other words; who is mentioned for the first time is told. Raises as `reply` does."""
    item = _own(comment, by)
    words = _clean(text)
    if words == comment.text:
        return
    comment.text, comment.edited_at = words, timezone.now()
    comment.save(update_fields=["text", "edited_at"])
    _mention(comment, item)


@transaction.atomic
def delete(comment: Comment, *, by: User) -> None:
    """Takes the words of a comment away; the thread says that there was one. A thread of which nothing is left is
    resolved by that. Raises PermissionDenied.
    """
    _own(comment, by)
    comment.text, comment.deleted_at = "", timezone.now()
    comment.save(update_fields=["text", "deleted_at"])
    comment.notifications.all().delete()
    thread = Comment.objects.filter(pk=comment.thread_pk, resolved_at=None)
    if not _of(comment.thread_pk).filter(deleted_at=None).exists():
        thread.update(resolved_at=comment.deleted_at, resolved_by=by)


@transaction.atomic
def resolve(thread: Comment, *, by: User, at: datetime | None = None) -> None:
    """Settles `thread`; doing it twice changes nothing. Raises PermissionDenied."""
    thread, item = _locked(thread)
    _let(may_resolve(by, thread, item), "Whoever began this thread resolves it, or an editor.")
    if thread.resolved_at is None:
        thread.resolved_at, thread.resolved_by = at or timezone.now(), by
        thread.save(update_fields=["resolved_at", "resolved_by"])
        people = participants(thread)
        notices.notify("resolved", people, by=by, item=item, comment=thread, at=thread.resolved_at)


@transaction.atomic
def reopen(thread: Comment, *, by: User) -> None:
    """Opens a resolved `thread` again. Raises PermissionDenied."""
    thread, item = _locked(thread)
    _let(may_resolve(by, thread, item), "Whoever began this thread reopens it, or an editor.")
    if thread.resolved_at is not None:
        thread.resolved_at = thread.resolved_by = None
        thread.save(update_fields=["resolved_at", "resolved_by"])
        notices.notify("reopened", participants(thread), by=by, item=item, comment=thread)


# --- Reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Thread:
    """A thread with all that was said in it, the oldest first; the first of `comments` begins it."""

    comments: list[Comment]

    @property
    def first(self) -> Comment:
        return self.comments[0]


def threads(item: CuratedItem, *, resolved: bool = False) -> list[Thread]:
    """The open threads of `item`, with `resolved` all of them, the oldest first; two queries."""
    said = Comment.objects.filter(item=item).select_related("author", "resolved_by", "revision")
    if not resolved:
        said = said.filter(Q(thread=None, resolved_at=None) | Q(thread__resolved_at=None, thread__isnull=False))
    found: dict[int, list[Comment]] = {}
    for comment in said.defer("revision__content").prefetch_related("mentions").order_by("pk"):
        found.setdefault(comment.thread_pk, []).append(comment)
    return [Thread(comments) for comments in found.values()]


def participants(thread: Comment) -> set[int]:
    """Everybody who has written in `thread`, deleted comments aside."""
    return set(_of(thread.pk).filter(deleted_at=None).values_list("author", flat=True))


def people(item: CuratedItem, typed: str = "") -> QuerySet[User]:
    """The members who may see `item`, and so can be mentioned; those whose names begin with `typed`."""
    found = access.holders("view", item.community_id, owner=item.created_by_id).order_by("username")
    names = ("username", "first_name", "last_name")
    return found.filter(reduce(or_, (Q(**{f"{name}__istartswith": typed}) for name in names)))


def shown(comment: Comment) -> SafeString:
    """The words of `comment` as HTML: escaped, with links, and with those marked who are mentioned."""
    names = {user.username.lower(): user for user in comment.mentions.all()}
    html = linebreaks(urlize(comment.text, nofollow=True, autoescape=True), autoescape=False)

    def marked(found: re.Match[str]) -> str:
        name, rest = _split(found[1], names)
        if name is None:
            return found[0]
        title = conditional_escape(str(names[name.lower()]))
        return format_html('<span class="mdg-mention" title="{}">@{}</span>{}', title, name, rest)

    # Names of people hold no character that escaping alters, so that they are found in HTML as in text; within a tag,
    # as of an address, nothing is marked.
    pieces = re.split(r"(<[^>]*>)", html)
    return mark_safe("".join(p if p.startswith("<") else _MENTION.sub(marked, p) for p in pieces))  # noqa: S308


# --- Mentions -------------------------------------------------------------------------------------------------------


def _mention(comment: Comment, item: CuratedItem) -> set[int]:
    """Finds out who is mentioned, tells those who were not before, and says who they are."""
    typed = _MENTION.findall(comment.text)
    meant = {reading.lower() for name in typed for reading in _readings(name)}
    members = people(item).alias(lower=Lower("username")).filter(lower__in=meant) if meant else []
    known = {user.username.lower(): user.pk for user in members}
    named = {known[name.lower()] for each in typed if (name := _split(each, known)[0]) is not None}
    before = set(comment.mentions.values_list("pk", flat=True))
    comment.mentions.set(named)
    at = comment.edited_at or comment.at
    notices.notify("mention", named - before, by=comment.author, item=item, comment=comment, at=at)
    return named


def _readings(name: str) -> Iterator[str]:
    """What may be meant by a name in running text: `ruth.` at the end of a sentence is Ruth."""
    while name:
        yield name
        if name[-1] not in ".-+@":
            return
        name = name[:-1]


def _split(typed: str, known: Collection[str]) -> tuple[str | None, str]:
    """The name of somebody known that `typed` begins with, and the punctuation behind it."""
    found = next((name for name in _readings(typed) if name.lower() in known), None)
    return found, typed[len(found or "") :]


# --- Parts ----------------------------------------------------------------------------------------------------------


def _of(thread: int) -> QuerySet[Comment]:
    return Comment.objects.filter(pk=thread) | Comment.objects.filter(thread=thread)


def _own(comment: Comment, by: User) -> CuratedItem:
    _let(may_write(by, comment.item), "You may not comment on this item.")
    _let(comment.author_id == by.pk and comment.deleted_at is None, "A comment is its author's alone to change.")
    return comment.item


def _locked(thread: Comment) -> tuple[Comment, CuratedItem]:
    """The thread as it is now, kept from others until the transaction ends, and its item."""
    found = Comment.objects.select_for_update(of=("self",)).select_related("item__head_revision").get(pk=thread.pk)
    return found, found.item


def _clean(text: str) -> str:
    words = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not words:
        raise ValidationError("Write something first.")
    if len(words) > LONGEST:
        raise ValidationError(f"A comment takes {LONGEST:,} characters; this one has {len(words):,}.")
    return words


def _let(allowed: bool, otherwise: str) -> None:
    if not allowed:
        raise PermissionDenied(otherwise)
