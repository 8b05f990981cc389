"""Places one file by itself: finds its item or makes it, in a transaction of its own."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import DataError, transaction

from communities.models import Community
from curation import publishing
from curation.exchange.bases import Base, Manifests, base_of, is_at_home
from curation.exchange.homes import Homes
from curation.exchange.pictures import Pictures
from curation.exchange.prepare import Prepared
from curation.exchange.report import Outcome, Problem, Refused, placed, problems_of
from curation.exchange.updating import Updating
from curation.frontmatter import FrontMatterError
from curation.models import CuratedItem, FeaturedImage, Revision
from curation.workflow import MoveNotAllowed, Publication

if TYPE_CHECKING:
    from communities.models import User


class Placing:
    """What the files of one run meet one after the other. `seen` are the items that a file of it was taken for, each
    with that file; `at` is since when new items are there.
    """

    def __init__(
        self,
        homes: Homes,
        pictures: Pictures,
        updating: Updating,
        manifests: Manifests,
        *,
        by: "User | None",
        via: str,
        at: datetime | None,
        seen: dict[int, str],
    ) -> None:
        self.homes = homes
        self.pictures = pictures
        self.updating = updating
        self.manifests = manifests
        self.by = by
        self.via = via
        self.at = at
        self.seen = seen

    def take(self, file: Prepared) -> Outcome:
        """Takes one file in a transaction of its own. Never raises for anything that the file is to blame for."""
        outcome = file.outcome
        try:
            with transaction.atomic():
                item = self._place(file)
            self.seen[item.pk] = file.source.shown
            self.pictures.done()
        except FrontMatterError as error:
            outcome.problems.append(Problem("error", error.code, error.message, error.hint or ""))
        except Refused as error:
            outcome.problems += error.problems
        except ValidationError as error:
            outcome.problems += problems_of(error, file.document)
        except MoveNotAllowed as error:
            outcome.problems.append(Problem("error", "not_editable", str(error)))
        except publishing.StaleVersion as error:
            hint = "Import the file again."
            outcome.problems.append(Problem("error", "changed_meanwhile", f"{error}", hint))
        except DataError as error:
            outcome.problems.append(Problem("error", "invalid", f"The database cannot keep it: {error}".strip()))
        except BaseException:
            self.pictures.forget()
            raise
        outcome.problems = [placed(problem, file.document) for problem in outcome.problems]
        if any(problem.severity == "error" for problem in outcome.problems):
            outcome.status = "conflict" if outcome.conflicts else "error"
            self.pictures.forget()
            self.homes.forget()
        return outcome

    def picture(self, file: Prepared, base: Revision | None = None) -> FeaturedImage | None:
        """The picture that the file names; None where there is none, which its outcome then tells. `base` is what file
        and newsroom last had in common.
        """
        return self.pictures.take(file, base)

    def _place(self, file: Prepared) -> CuratedItem:
        outcome, values = file.outcome, file.values
        item = self._find(file)
        entry = self.manifests.entry(file.source)
        base = base_of(item, entry) if item else Base(None)
        values.image = self.picture(file, base.revision)
        if item is None:
            values.community = self.homes.of(file)
            self.homes.permit("create", values.community)
            self._address_is_free(file, values.community)
            item = publishing.create(
                values, by=self.by, via=self.via, note=f"from {file.path}", action="imported", at=self.at,
                document=file.document, path=file.path, upstream_key=file.upstream_key,
                publish_at=file.publish_at, unpublish_at=file.unpublish_at,
            )  # fmt: skip
            outcome.status = "created"
            CuratedItem.objects.filter(pk=item.pk).update(file_revision=item.head_revision)
        else:
            if item.pk in self.seen:
                raise Refused(
                    "duplicate_upstream",
                    f"{self.seen[item.pk]} is the same item, “{item.title}”.",
                    "Keep one of the two files.",
                )
            same_home = file.community in ("", item.community.slug)
            values.community = item.community if same_home else self.homes.of(file)
            self.homes.permit("edit", item.community, owner=item.created_by_id)
            outcome.item = item.pk
            if not same_home:
                self.homes.permit("create", values.community)
            # What a person uploads may come from anywhere.
            at_home = self.by is None and is_at_home(item, entry, file.source.relative)
            self.updating.update(item, file, base, at_home=at_home)
        outcome.item = item.pk
        self.updating.go_live(item, file)
        item.refresh_from_db(fields=["publication"])
        outcome.live = item.publication == Publication.LIVE
        return item

    def _find(self, file: Prepared) -> CuratedItem | None:
        """The item of this file: by `mdName`, number upstream or path; by its link only where none of them names it."""
        items = CuratedItem.objects.select_related(
            "community", "head_revision__featured_image", "file_revision__featured_image"
        )
        name, upstream = file.values.md_name, file.upstream_key
        for rule in ({"md_name": name} if name else None, {"upstream_key": upstream} if upstream else None):
            if rule and (found := items.filter(**rule).first()):
                return found
        found = items.filter(path=file.path).first() if file.path else None
        if found and file.path_is_made and found.link_key != (file.made.link_key if file.made else None):
            # The name of a file that lies anywhere says nothing; two of them may be called index.md.
            file.path, found = _free_path(file.path or ""), None
        if found:
            known = found.md_name if name else found.upstream_key if upstream else None
            if known and known != (name or upstream):
                raise Refused(
                    "other_identity",
                    f"{self.homes.name_of(found)} has this path, and is known as {known}; the file says "
                    f"{name or upstream}.",
                    "Give the file another path, or its old name back.",
                )
            return found
        link_key = file.made.link_key if file.made else ""
        same = items.filter(link_key=link_key).order_by("pk").first() if link_key else None
        if same is None or not self.homes.may("view", same.community, owner=same.created_by_id):
            return None
        if not name and not upstream and same.md_name is None and same.upstream_key is None:
            return same
        file.outcome.problems.append(
            Problem(
                "warning", "same_link", f"“{same.title}” in {same.community} has the same link.",
                "Keep one of the two, or show one in both communities.", key="link",
            )
        )  # fmt: skip
        return None

    def _address_is_free(self, file: Prepared, community: Community) -> None:
        slug = file.made.slug if file.made else ""
        taken = CuratedItem.objects.filter(community=community)
        if file.slug_is_made:
            others = set(taken.filter(slug__startswith=slug).values_list("slug", flat=True))
            free = next(name for name in _numbered(slug) if name not in others)
            if free != slug:
                file.values.slug = free
            return
        if other := taken.filter(slug=slug).first():
            raise Refused(
                "address_taken",
                f"{self.homes.name_of(other)} in {community} has the address {slug} already.",
                "Give the file another `slug`, or another community.",
                "slug",
            )


def _numbered(name: str) -> Iterator[str]:
    """`name`, `name-2`, `name-3`, and so on."""
    yield name
    yield from (f"{name}-{number}" for number in count(2))


def _free_path(path: str) -> str:
    stem, dot, ending = path.rpartition(".")
    names = (f"{name}{dot}{ending}" for name in _numbered(stem))
    return next(name for name in names if not CuratedItem.objects.filter(path=name).exists())
