"""Who may do what where: the one place that every page, action and command of the newsroom asks.

Permissions are held per community by the role of a membership. A superuser may do everything; `is_staff` gives nothing.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from communities.models import Community, Membership, Role, User

ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True)
class Grant:
    """The least role that a permission needs, and the least role that needs it for work of one's own."""

    role: Role
    own: Role | None = None


PERMISSIONS: dict[str, Grant] = {
    "view": Grant(Role.CURATOR, own=Role.CONTRIBUTOR),
    "create": Grant(Role.CONTRIBUTOR),
    "edit": Grant(Role.CURATOR, own=Role.CONTRIBUTOR),
    "submit": Grant(Role.CURATOR, own=Role.CONTRIBUTOR),
    "review": Grant(Role.EDITOR),
    "publish": Grant(Role.EDITOR),
    "archive": Grant(Role.LEAD),
    "manage": Grant(Role.LEAD),
}
"""Every permission by its name. Moves of the workflow name theirs in `curation.workflow.MOVES`."""


def roles(user: Any) -> dict[int, Role]:
    """The roles of `user` by the primary key of the community; empty for people who are not signed in or not active.

    Read from the database once for each user object, so once for each request.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return {}
    if not hasattr(user, "_community_roles"):
        held = Membership.objects.filter(user=user).values_list("community_id", "role")
        user._community_roles = {community: Role(role) for community, role in held}
    return user._community_roles


def is_member(user: Any) -> bool:
    """Whether `user` works in the newsroom at all, and so may enter the admin."""
    return _is_superuser(user) or bool(roles(user))


def highest_role(user: Any) -> Role | None:
    """The highest role that `user` holds anywhere: it decides about what communities share (topics, authors, ...)."""
    return Role.LEAD if _is_superuser(user) else max(roles(user).values(), default=None)


def can(user: Any, permission: str, community: Community | int | None, *, owner: int | None = None) -> bool:
    """Whether `user` holds `permission` in `community`.

    `community` is a community or its primary key. `owner` is the primary key of the user whose work it is about, for
    permissions that people have over their own work. Raises KeyError for a permission that does not exist.
    """
    return can_by_role(user, permission, community, owner=owner) or _is_superuser(user)


def can_by_role(user: Any, permission: str, community: Community | int | None, *, owner: int | None = None) -> bool:
    """The same by memberships alone: what a superuser does beyond that is marked in the timeline."""
    grant = PERMISSIONS[permission]
    role = roles(user).get(community.pk if isinstance(community, Community) else community)  # type: ignore[arg-type]
    if role is None:
        return False
    return role >= grant.role or (grant.own is not None and role >= grant.own and owner == user.pk)


def communities_where(user: Any, permission: str) -> QuerySet[Community]:
    """The communities in which `user` holds `permission`, over anybody's work or at least over their own."""
    if _is_superuser(user):
        return Community.objects.all()
    return Community.objects.filter(pk__in=_communities(user, _least(PERMISSIONS[permission])))


def scope(
    user: Any,
    queryset: QuerySet[ModelT],
    permission: str,
    *,
    community: str = "community_id",
    owner: str | None = "created_by_id",
) -> QuerySet[ModelT]:
    """The rows of `queryset` on which `user` holds `permission`.

    `community` and `owner` are the look-ups that lead from a row to its community and to the user whose work it is.
    """
    allowed = rule(user, permission, community=community, owner=owner)
    return queryset if allowed is None else queryset.filter(allowed)


def rule(
    user: Any, permission: str, *, community: str = "community_id", owner: str | None = "created_by_id"
) -> Q | None:
    """What `scope` asks of a row, to be combined with other conditions; None for whoever may do everything."""
    if _is_superuser(user):
        return None
    grant = PERMISSIONS[permission]
    allowed = Q(**{f"{community}__in": _communities(user, grant.role)})
    if grant.own is not None and owner is not None:
        allowed |= Q(**{f"{community}__in": _communities(user, grant.own), owner: user.pk})
    return allowed


def holders(permission: str, community: Community | int, *, owner: int | None = None) -> QuerySet[User]:
    """The active people who hold `permission` in `community` by their membership: `can_by_role` the other way round."""
    grant = PERMISSIONS[permission]
    held = Q(role__gte=grant.role)
    if grant.own is not None and owner is not None:
        held |= Q(role__gte=grant.own, user=owner)
    members = Membership.objects.filter(held, community=community).values("user")
    return User.objects.filter(pk__in=members, is_active=True)


def held_by(person: str, permission: str, *, community: str = "community_id") -> Q:
    """Of rows that lead to somebody by the look-up `person`: that they hold `permission` over anybody's work in the
    row's community. `can` for rows instead of users at hand.
    """
    at = {"community": OuterRef(community), "role__gte": PERMISSIONS[permission].role}
    active = User.objects.filter(pk=OuterRef(person), is_active=True)
    members = Membership.objects.filter(user=OuterRef(person), user__is_active=True, **at)
    return Q(Exists(members)) | Q(Exists(active.filter(is_superuser=True)))


def leads_of(user: User) -> QuerySet[User]:
    """The active leads of the communities that `user` is a member of."""
    places = Membership.objects.filter(user=user).values("community")
    leads = Membership.objects.filter(community__in=places, role=Role.LEAD).values("user")
    return User.objects.filter(pk__in=leads, is_active=True)


def led_by(user: Any) -> QuerySet[User]:
    """The members of the communities that `user` leads: the other side of `leads_of`. Everybody, for a superuser."""
    return _members(user, Role.LEAD)


def colleagues(user: Any) -> QuerySet[User]:
    """The members of the communities that `user` is a member of, in whatever role. Everybody, for a superuser."""
    return _members(user, Role.CONTRIBUTOR)


def _members(user: Any, least: Role) -> QuerySet[User]:
    if _is_superuser(user):
        return User.objects.all()
    members = Membership.objects.filter(community__in=_communities(user, least)).values("user")
    return User.objects.filter(pk__in=members)


def _is_superuser(user: Any) -> bool:
    return bool(getattr(user, "is_active", False) and getattr(user, "is_superuser", False))


def _least(grant: Grant) -> Role:
    return grant.role if grant.own is None else min(grant.role, grant.own)


def _communities(user: Any, least: Role) -> list[int]:
    return [community for community, role in roles(user).items() if role >= least]
