"""The page on which a lead brings somebody into their community."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from communities import access
from communities.members import invite
from communities.models import Role

if TYPE_CHECKING:
    from communities.admin import CommunityAdmin

DONE = {
    "created": "has an account now, and is {role} of {community}.",
    "added": "is {role} of {community} now.",
    "changed": "is {role} of {community} now.",
    "unchanged": "is {role} of {community} already.",
}


class InvitationForm(forms.Form):
    who = forms.CharField(
        label="E-mail address or user name",
        max_length=150,
        help_text="Somebody who has no account yet gets one, and sets a password by a link that you give them.",
    )
    role = forms.TypedChoiceField(
        label="Role", choices=Role.choices, coerce=lambda value: Role(int(value)), initial=Role.CONTRIBUTOR,
        help_text="Each role includes those before it: contributors write drafts of their own, curators anybody's, "
        "editors review and publish, leads look after the community.",
    )  # fmt: skip


def page(section: "CommunityAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """Asks whom to invite; then says what became of it, with the link to hand over where there is one."""
    community = section.get_queryset(request).filter(pk=pk).first()
    if community is None:
        raise Http404("There is no such community, or you do not work in it.")
    if not access.can(request.user, "manage", community):
        raise PermissionDenied
    form = InvitationForm(request.POST if request.method == "POST" else None, label_suffix="")
    invitation = None
    if form.is_valid():
        try:
            invitation = invite(form.cleaned_data["who"], community, form.cleaned_data["role"], by=request.user)
        except ValidationError as error:
            form.add_error("who", ValidationError(error.messages))
        else:
            said = DONE[invitation.status].format(role=form.cleaned_data["role"].label.lower(), community=community)
            messages.success(request, f"{invitation.user} {said}")
            form = InvitationForm(label_suffix="")
    context: dict[str, Any] = {
        **section.admin_site.each_context(request),
        "title": f"Invite somebody to {community}",
        "opts": section.opts,
        "community": community,
        "form": form,
        "invitation": invitation,
    }
    request.current_app = section.admin_site.name
    return TemplateResponse(request, "admin/communities/community/invite.html", context)
