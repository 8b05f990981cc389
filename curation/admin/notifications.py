"""What a person was told: the list behind the bell, the way from each to its page, and when it comes by mail."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from communities.models import MailPreference, Role
from curation import mailing, notices
from curation.admin.base import holds
from curation.admin.parts import moment
from curation.models import Notification

PER_PAGE = 50


class PreferenceForm(forms.Form):
    mail = forms.ChoiceField(
        label="Send me my notifications by e-mail", choices=MailPreference.choices, widget=forms.RadioSelect
    )


def page(request: HttpRequest) -> HttpResponse:
    """The notifications of the person, the newest first; posted to, marks some or all of them."""
    mine = Notification.objects.shown_to(request.user)
    if request.method == "POST":
        return _mark(request, mine)
    only_unread = request.GET.get("show") == "unread"
    shown = (mine.unread() if only_unread else mine).select_related("item__community", "community", "comment")
    numbered = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    lines = [
        {"entry": entry, "at": moment(entry.newest.at), "pks": ",".join(str(each.pk) for each in entry.notifications)}
        for entry in notices.entries(numbered.object_list)
    ]
    looks_after = holds(request.user, Role.LEAD)
    context = {
        "title": "Notifications",
        "lines": lines,
        "page": numbered,
        "only_unread": only_unread,
        "mail": MailPreference(request.user.mail).label.lower(),
        "standing": _standing(request.user) if looks_after else None,
    }
    return _show(request, "admin/notifications.html", context)


def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to what a notification is about, and marks it read."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET"])
    found = Notification.objects.shown_to(request.user).filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404("There is no such notification, or what it is about is not yours to see any more.")
    Notification.objects.filter(pk=pk).unread().update(read_at=timezone.now())
    return redirect(notices.address(found))


def mail(request: HttpRequest) -> HttpResponse:
    """When the person gets their notifications by e-mail."""
    form = PreferenceForm(request.POST or None, initial={"mail": request.user.mail}, label_suffix="")
    if form.is_valid():
        mailing.prefer(request.user, form.cleaned_data["mail"])
        messages.success(request, "Saved: it holds from now on.")
        return redirect("admin:notification_mail")
    context = {"title": "Notifications by e-mail", "form": form, "hour": mailing.DIGEST_HOUR}
    return _show(request, "admin/notification_mail.html", context)


def _mark(request: HttpRequest, mine: Any) -> HttpResponse:
    if "all" in request.POST:
        mine.unread().update(read_at=timezone.now())
    for name, read_at in (("read", timezone.now()), ("unread", None)):
        pks = [int(pk) for pk in request.POST.get(name, "").split(",") if pk.isdecimal() and len(pk) < 19]
        chosen = Notification.objects.filter(user=request.user, pk__in=pks[:PER_PAGE])
        chosen.filter(read_at__isnull=read_at is not None).update(read_at=read_at)
    query = {name: request.GET[name] for name in ("show", "page") if name in request.GET}
    return redirect(reverse("admin:notifications", query=query))


def _standing(user: Any) -> dict[str, Any]:
    standing = mailing.standing(user)
    return {
        "at": moment(standing.run.started_at) if standing.run else "",
        "unfinished": standing.run is not None and standing.run.finished_at is None,
        "waiting": standing.waiting,
        "into_files": settings.EMAIL_BACKEND == "django.core.mail.backends.filebased.EmailBackend",
        "troubled": standing.troubled,
    }


def _show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    request.current_app = admin.site.name
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context})
