"""What files call their own, so that many new items can be made at once without stepping on each other."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from curation.exchange.prepare import Prepared
from curation.models import Alias, CuratedItem


class Claims:
    """Names, addresses and links, as pairs of kind and value. Files that claim the same are looked at one by one."""

    def __init__(self, claims: Iterable[tuple[str, str]] = ()) -> None:
        listed = list(claims)
        self._claims = set(listed)
        self.twice = len(listed) != len(self._claims)

    @classmethod
    def of(cls, file: Prepared, community: str) -> "Claims":
        assert file.made is not None
        claims = [
            ("name", file.values.md_name),
            ("upstream", file.upstream_key),
            ("path", file.path),
            ("link", file.made.link_key),
            ("address", f"{community}/{file.made.slug}"),
        ]
        aliases = {Alias.normalised(path) for path in file.values.aliases}
        return cls([(kind, claim) for kind, claim in claims if claim] + [("alias", path) for path in aliases])

    @classmethod
    def in_database(cls, files: Sequence[Prepared]) -> "Claims":
        """What of that which `files` claim is taken already."""
        made = [file.made for file in files if file.made]
        items = CuratedItem.objects.filter(
            Q(md_name__in=[file.values.md_name for file in files if file.values.md_name])
            | Q(upstream_key__in=[file.upstream_key for file in files if file.upstream_key])
            | Q(path__in=[file.path for file in files if file.path])
        ).values_list("md_name", "upstream_key", "path")
        taken = [
            (kind, value)
            for row in items
            for kind, value in zip(("name", "upstream", "path"), row, strict=True)
            if value
        ]
        links = CuratedItem.objects.filter(link_key__in={one.link_key for one in made if one.link_key})
        taken += [("link", key) for key in links.values_list("link_key", flat=True)]
        addresses = CuratedItem.objects.filter(slug__in={one.slug for one in made})
        taken += [("address", "/".join(pair)) for pair in addresses.values_list("community__slug", "slug")]
        aliases = {Alias.normalised(path) for file in files for path in file.values.aliases}
        taken += [("alias", path) for path in Alias.objects.filter(path__in=aliases).values_list("path", flat=True)]
        return cls(taken)

    def meets(self, other: "Claims") -> bool:
        return not self._claims.isdisjoint(other._claims)

    def add(self, other: "Claims") -> None:
        self._claims |= other._claims
