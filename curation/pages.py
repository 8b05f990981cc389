"""What every page for readers is made with: its head, its breadcrumbs, lists in pages, absolute addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urljoin

from django.conf import settings
from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

PER_PAGE = 20
"""Cards on one page of a list."""
PER_INDEX = 120
"""Names on one page of an index, of authors for example."""


class Crumb(NamedTuple):
    """One step of the way to a page; the last one, the page itself, has no address."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Listing:
    """One page of a list, and what its links to the other pages need."""

    page: Page
    path: str
    query: QueryDict
    """The filters that hold, which links to other pages keep; nothing else of what was asked."""

    @property
    def total(self) -> int:
        return self.page.paginator.count

    @property
    def numbers(self) -> Iterable[int | str]:
        return self.page.paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)

    @property
    def canonical(self) -> str:
        """The path of this page of the unfiltered list: filtered ones are no pages of their own for search engines."""
        number = self.page.number
        return self.path if self.query or number == 1 else f"{self.path}?page={number}"


def absolute(path: str) -> str:
    """The address of `path` on this site, from SITE_URL: a request's Host is whatever its sender wrote there."""
    return urljoin(f"{settings.SITE_URL}/", path)


def listing(
    request: HttpRequest, rows: QuerySet, *, per_page: int = PER_PAGE, query: QueryDict | None = None
) -> Listing:
    """The page of `rows` that `?page=` asks for. Raises Http404 where there is no such page."""
    try:
        page = Paginator(rows, per_page).page(request.GET.get("page", 1))
    except (EmptyPage, PageNotAnInteger) as error:
        raise Http404("There is no such page of this list.") from error
    return Listing(page, request.path, QueryDict() if query is None else query)


def show(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    canonical: str = "",
    description: str = "",
    section: str = "",
    trail: Sequence[Crumb] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page for readers.

    `canonical` is the path of its one true address; without it, search engines are told not to keep the page.
    `section` is the entry of the main navigation that it belongs to, `trail` its breadcrumbs after "Home".
    """
    head = {
        "title": title,
        "canonical": canonical,
        "description": description,
        "section": section,
        "trail": [Crumb("Home", "/"), *trail] if trail else [],
    }
    return render(request, template, head | context, status=status)
