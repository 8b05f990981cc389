"""Where files belong, and what the person who brings them may do there."""

from contextlib import suppress
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from communities import access
from communities.models import Community
from curation.exchange import keys
from curation.exchange.prepare import Prepared
from curation.exchange.report import Refused
from curation.models import CuratedItem

if TYPE_CHECKING:
    from communities.models import User


class Homes:
    """The communities that files name, or `otherwise`; `by` is who brings them, None an operator."""

    def __init__(self, otherwise: str, by: "User | None") -> None:
        self.otherwise = otherwise
        self.by = by
        self._known: dict[str, Community] = {}

    def forget(self) -> None:
        """To be called when a community was changed, or was made in a transaction that is undone."""
        self._known.clear()

    def slug_of(self, file: Prepared) -> str:
        """Of its home; empty where nobody names one."""
        return file.community or self.otherwise

    def known(self, slug: str) -> Community | None:
        """The community that is there already."""
        if slug and slug not in self._known:
            found = Community.objects.filter(slug=slug).first()
            if found:
                self._known[slug] = found
        return self._known.get(slug)

    def of(self, file: Prepared) -> Community:
        """The home of a file, made as the file describes it where it is missing. Raises Refused."""
        slug = self.slug_of(file)
        if not slug:
            raise Refused(
                "no_community",
                "The file names no community (`basePath`).",
                "Say where it belongs with --community SLUG.",
            )
        if found := self.known(slug):
            return found
        community = self._new(slug, file)
        community.save()
        return community

    def planned(self, file: Prepared) -> Community | None:
        """The home of a file, which the caller has to save where it is new; None where `of` would refuse it."""
        slug = self.slug_of(file)
        if slug and self.known(slug) is None:
            with suppress(Refused):
                self._known[slug] = self._new(slug, file)
        return self._known.get(slug)

    def _new(self, slug: str, file: Prepared) -> Community:
        if self.by is not None and not self.by.is_superuser:
            raise Refused(
                "no_community", f"There is no community {slug} yet.", "Ask an operator to make it, or name another one."
            )
        described = keys.new_community(file.header)
        community = described or Community(slug=slug, name=slug.replace("-", " ").capitalize())
        planned = {each.name for each in self._known.values()}
        if community.name in planned or Community.objects.filter(name=community.name).exists():
            community.name = f"{community.name} ({slug})"
        try:
            community.full_clean()
        except ValidationError as error:
            sentence = "; ".join(error.messages)
            raise Refused(
                "bad_community", f"Its community {slug!r} cannot be made: {sentence}", key="basePath"
            ) from error
        return community

    def may(self, permission: str, community: Community, owner: int | None = None) -> bool:
        """Whether the person who brings the files may do that with them; an operator's command may do everything."""
        return self.by is None or access.can(self.by, permission, community, owner=owner)

    def permit(self, permission: str, community: Community, owner: int | None = None) -> None:
        """Raises Refused where they may not."""
        if not self.may(permission, community, owner):
            what = "adding items" if permission == "create" else "changing this item"
            hint = "Ask its lead, or leave the file out."
            raise Refused("not_permitted", f"Your role in {community} does not include {what}.", hint)

    def name_of(self, item: CuratedItem) -> str:
        """How a message calls an item of the newsroom, to somebody who may not be allowed to see it."""
        seen = self.may("view", item.community, owner=item.created_by_id)
        return f"“{item.title}”" if seen else "Another item"
