"""Bringing people into communities."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from communities import access
from communities.models import Community, Membership, Role, User
from curation import notices


@dataclass(frozen=True)
class Invitation:
    """What became of an invitation."""

    user: User
    membership: Membership
    status: str
    """`created` for a new account, `added` for a new member, `changed` for another role, `unchanged`."""
    link: str = ""
    """Where the person sets a password; empty for an account that has one, or that is others' to give out."""


class InvitationTokens(PasswordResetTokenGenerator):
    """Good for as long as the person is who they were: whoever has a link acts as them wherever they are somebody."""

    key_salt = "communities.members.InvitationTokens"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        places = sorted(user.memberships.values_list("community_id", flat=True))
        return f"{super()._make_hash_value(user, timestamp)}{user.is_superuser}{places}"


TOKENS = InvitationTokens()


@transaction.atomic
def invite(who: str, community: Community, role: Role, *, by: Any = None) -> Invitation:
    """Makes the person with the user name or e-mail address `who` a member of `community` with `role`.

    An account is made where there is none. Doing it twice does nothing the second time, but gives a fresh link as long
    as no password was set. `by` is None for an operator.

    Raises PermissionDenied where `by` does not manage the community, ValidationError with a sentence.
    """
    if by is not None and not access.can(by, "manage", community):
        raise PermissionDenied(f"Members of {community} are its leads' matter.")
    user = find(who)
    made = user is None
    if user is None:
        user = _new_account(who.strip())
    membership = Membership.objects.filter(user=user, community=community).first()
    before = membership.role if membership else None
    if membership is None:
        membership = Membership.objects.create(user=user, community=community, role=role)
    elif before != role:
        if before == Role.LEAD and not _other_leads(community, user):
            raise ValidationError(f"{user} is the only lead of {community}. Make somebody else lead before.")
        membership.role = role
        membership.save(update_fields=["role"])
    if before != role:
        tell([membership], [], by=by)
    status = "created" if made else "added" if before is None else "unchanged" if before == role else "changed"
    return Invitation(user, membership, status, _link_for(user, community, by))


def tell(given: Iterable[Membership], taken: Iterable[Membership], *, by: User | None) -> None:
    """Tells people of the memberships that they were `given`, with whatever role, and of those `taken` from them."""
    for membership in given:
        role = Role(membership.role).label.lower()
        notices.notify("member", [membership.user_id], by=by, community=membership.community, note=role)
    for membership in taken:
        notices.notify("removed", [membership.user_id], by=by, community=membership.community)


def find(who: str) -> User | None:
    """The person with this user name or e-mail address, whatever its case; None where there is none.

    Raises ValidationError where several share the address.
    """
    who = who.strip()
    named = User.objects.filter(username__iexact=who).first()
    if named is not None or "@" not in who:
        return named
    found = list(User.objects.filter(email__iexact=who)[:2])
    if len(found) > 1:
        raise ValidationError(f"Several people have the address {who}. Say the user name instead.")
    return found[0] if found else None


def password_link(user: User) -> str:
    """Where `user` sets a password: once, for as many seconds as PASSWORD_RESET_TIMEOUT says, and only until they
    become a member of another community.
    """
    key = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("password_reset_confirm", args=[key, TOKENS.make_token(user)])
    return urljoin(settings.SITE_URL, path)


def _link_for(user: User, community: Community, by: Any) -> str:
    if user.has_usable_password() or not user.is_active:
        return ""
    # Whoever has the link acts as this person: a lead gets it only for somebody who is nobody elsewhere.
    elsewhere = user.is_superuser or user.memberships.exclude(community=community).exists()
    return "" if by is not None and elsewhere else password_link(user)


def _new_account(who: str) -> User:
    email = who if "@" in who else ""
    if email:
        validate_email(email)
    user = User(username=_free_name(email.partition("@")[0]) if email else who, email=email)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    return user


def _free_name(wanted: str) -> str:
    plain = re.sub(r"[^\w.+-]", "", wanted)[:120] or "member"
    taken = {
        name.lower() for name in User.objects.filter(username__istartswith=plain).values_list("username", flat=True)
    }
    number, name = 1, plain
    while name.lower() in taken:
        number += 1
        name = f"{plain}{number}"
    return name


def _other_leads(community: Community, user: User) -> bool:
    return community.memberships.filter(role=Role.LEAD).exclude(user=user).exists()
