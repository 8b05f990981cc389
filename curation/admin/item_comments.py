"""Comments beside the form of an item and on a page of their own, and who else has the item open."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from curation import comments, notices, presence
from curation.admin.item_form import SAID, ItemForm
from curation.admin.parts import badge, moment
from curation.models import Comment, CuratedItem

if TYPE_CHECKING:
    from curation.admin.item import ItemAdmin

FIELDS = {
    name: str(field.label) for name, field in ItemForm.base_fields.items() if name in SAID - {"upload"}
} | {"featured_image": "Picture"}  # fmt: skip
"""The fields that can be commented on, with what they are called."""
BY_SCRIPT = "X-Requested-With"
"""The header by which the page's script asks for the list of comments alone."""


def talk(section: "ItemAdmin", request: HttpRequest, item: CuratedItem) -> HttpResponse:
    """The conversation about `item`: all of it on a page, or the part beside the form for the page's script.

    Posted to, it does what the button says; what was typed comes back with a sentence where that cannot be done.
    """
    error, made = "", None
    if request.method == "POST":
        try:
            made = _do(request, item)
        except (ValidationError, PermissionDenied) as refused:
            error = " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
        if made is not None and BY_SCRIPT not in request.headers:
            if request.POST["do"].startswith("resolve"):
                messages.success(request, "The thread is resolved. It stays on the page of all comments.")
            if request.POST.get("back") == "form":
                return redirect(f"{section.address('change', item.pk)}#comment-{made}")
            return redirect(f"{section.address('comments', item.pk)}#comment-{made}")
    elif request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "POST"])
    if made is None and request.method == "POST" and not error:
        return HttpResponseBadRequest("There is no such comment to do that with.")
    typed = request.POST if error else {}
    beside = BY_SCRIPT in request.headers and request.GET.get("all") is None
    context = conversation(item, request.user, resolved=not beside, typed=typed, about=request.GET.get("field", ""))
    context |= {"item": item, "talk_error": error}
    request.current_app = section.admin_site.name
    if BY_SCRIPT in request.headers:
        return TemplateResponse(request, "admin/curation/curateditem/comments.html", context)
    context |= {
        **section.admin_site.each_context(request),
        "title": f"Comments on “{item}”",
        "opts": section.opts,
        "badge": badge(item.label()),
    }
    return TemplateResponse(request, "admin/curation/curateditem/conversation.html", context)


def people(request: HttpRequest, item: CuratedItem) -> HttpResponse:
    """Who can be mentioned, by the first letters that were typed."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    found = comments.people(item, request.GET.get("q", "")[:60])[: comments.SUGGESTED]
    return JsonResponse({"people": [{"username": user.username, "name": str(user)} for user in found]})


def present(request: HttpRequest, item: CuratedItem) -> HttpResponse:
    """Takes a sign of life of the form (`typing`, `leaving`), and says who else is there and what is new."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if "leaving" in request.POST:
        presence.left(item, request.user)
        return HttpResponse(status=204)
    presence.here(item, request.user, typing="typing" in request.POST)
    return JsonResponse(
        {
            "others": presence.others(item, request.user),
            "unread": notices.unread(request.user),
            "comments": _stamp(item)[0],
        }
    )


def conversation(
    item: CuratedItem, user: Any, *, resolved: bool = False, typed: Mapping[str, Any] | None = None, about: str = ""
) -> dict[str, Any]:
    """What the list of comments shows: the open threads, and with `resolved` all others, too.

    `typed` is what was posted and has to be shown again, `about` the field that a new comment is begun on.
    """
    typed = typed or {}
    stamp, settled = _stamp(item)
    shown = [_thread(each, item, user, typed) for each in comments.threads(item, resolved=resolved)]
    return {
        "open_threads": [each for each in shown if each["thread"].resolved_at is None],
        "resolved_threads": [each for each in shown if each["thread"].resolved_at is not None],
        "resolved_number": settled,
        "stamp": stamp,
        "may_comment": comments.may_write(user, item),
        "comment_fields": FIELDS,
        "typed": {"text": typed.get("text", ""), "field": typed.get("field", about), "blocking": "blocking" in typed},
    }


def mark(form: ItemForm, address: str, context: Mapping[str, Any]) -> None:
    """Gives each field of `form` its mark: how many open threads it has, of what `conversation` found, and the way to
    comment on it.
    """
    numbers = Counter(each["thread"].field for each in context["open_threads"])
    for name in FIELDS:
        form[name].mark = {"number": numbers[name], "field": name, "address": f"{address}?field={name}#id_comment"}


def _thread(found: comments.Thread, item: CuratedItem, user: Any, typed: Mapping[str, Any]) -> dict[str, Any]:
    thread = found.first
    return {
        "thread": thread,
        "label": FIELDS.get(thread.field, ""),
        "comments": [_comment(each, item, user, typed) for each in found.comments],
        "may_resolve": comments.may_resolve(user, thread, item),
        "resolved": moment(thread.resolved_at) if thread.resolved_at else "",
        "typed": typed.get(f"text-{thread.pk}", ""),
    }


def _comment(comment: Comment, item: CuratedItem, user: Any, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "comment": comment,
        "html": comments.shown(comment),
        "at": moment(comment.at),
        "mine": comment.author_id == user.pk and comment.deleted_at is None,
        "older": comment.revision_id != item.head_revision_id,
        "edited": typed.get(f"edit-{comment.pk}"),
    }


def _do(request: HttpRequest, item: CuratedItem) -> int | None:
    """Does what the pressed button says; returns the comment that it is about, None where there is none such."""
    deed, _, number = request.POST.get("do", "").partition(" ")
    user: Any = request.user
    if deed == "add":
        field = request.POST.get("field", "")
        text, blocking = request.POST.get("text", ""), "blocking" in request.POST
        field = field if field in FIELDS else ""
        return comments.add(item, text, by=user, field=field, blocking=blocking).pk
    pk = int(number) if number.isdecimal() and len(number) < 19 else 0
    comment = Comment.objects.filter(item=item, pk=pk).select_related("item__head_revision").first()
    if comment is None:
        return None
    match deed:
        case "reply" if comment.thread_id is None:
            return comments.reply(comment, request.POST.get(f"text-{pk}", ""), by=user).pk
        case "edit":
            comments.edit(comment, request.POST.get(f"edit-{pk}", ""), by=user)
        case "delete":
            comments.delete(comment, by=user)
        case "resolve" if comment.thread_id is None:
            comments.resolve(comment, by=user)
        case "reopen" if comment.thread_id is None:
            comments.reopen(comment, by=user)
        case _:
            return None
    return pk


def _stamp(item: CuratedItem) -> tuple[str, int]:
    """What changes with every comment that is written, changed, deleted or resolved; and how many threads are resolved.

    One query.
    """
    settled = Q(thread=None, resolved_at__isnull=False)
    seen = item.comments.aggregate(
        last=Max("pk"), edited=Max("edited_at"), deleted=Count("deleted_at"), settled=Count("pk", filter=settled)
    )
    edited = seen["edited"].timestamp() if seen["edited"] else 0
    return f"{seen['last'] or 0}-{edited}-{seen['deleted']}-{seen['settled']}", seen["settled"]
