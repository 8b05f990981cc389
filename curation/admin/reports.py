"""The pages of the reports: a table with a small chart, the same as a table for spreadsheets and as JSON lines."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format

from communities import access
from communities.models import Role
from curation.admin import tables
from curation.admin.base import holds
from curation.admin.parts import moment
from curation.admin.report_data import REPORTS, Asked, Bar, Report

PERIODS = {"30": "Last 30 days", "90": "Last 90 days", "365": "Last 12 months"}
SHOWN = 100
"""How many rows a page shows; files have all."""
WIDTH, LINE = 480, 26
"""Measures of a chart, in units of its own drawing."""


def urls(site: Any) -> list[URLPattern]:
    """The addresses of the reports within the admin `site`."""
    return [
        path("reports/", site.admin_view(index), name="reports"),
        path("reports/<slug:code>/", site.admin_view(page), name="report"),
        path("reports/<slug:code>.csv", site.admin_view(as_csv), name="report_csv"),
        path("reports/<slug:code>.jsonl", site.admin_view(as_json_lines), name="report_jsonl"),
    ]


def index(request: HttpRequest) -> HttpResponse:
    mine = [report for report in REPORTS.values() if may_read(request, report)]
    return _page(request, "index.html", {"title": "Reports", "reports": mine})


def page(request: HttpRequest, code: str) -> HttpResponse:
    report, asked = _asked(request, code)
    rows = list(islice(report.rows(asked), SHOWN if report.number else None))
    number = report.number(asked) if report.number and len(rows) == SHOWN else len(rows)
    bars = report.chart(rows, asked) if report.chart and rows else []
    communities = access.communities_where(request.user, report.permission)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    context = {
        "title": report.title,
        "report": report,
        "rows": [
            [_Cell(column.kind, column.title, row.get(column.name), row) for column in report.columns] for row in rows
        ],
        "number": number,
        "more": number - len(rows),
        "chart": _drawn(bars),
        "periods": PERIODS,
        "period": _period(request),
        "communities": communities if report.least is None else (),
        "community": asked.community,
        "csv": reverse("admin:report_csv", args=[code]) + query,
        "jsonl": reverse("admin:report_jsonl", args=[code]) + query,
        "may_redirect": holds(request.user, Role.EDITOR),
    }
    return _page(request, "report.html", context)


def as_csv(request: HttpRequest, code: str) -> HttpResponse:
    report, asked = _asked(request, code)
    names = [column.name for column in report.columns]
    lines = tables.csv_lines(
        [column.title for column in report.columns] + ["Address"] * _has_address(report),
        ([row.get(name) for name in names] + [row.get("url")] * _has_address(report) for row in report.rows(asked)),
    )
    return tables.download(lines, f"{code}-{timezone.localdate():%Y-%m-%d}.csv", "text/csv")


def as_json_lines(request: HttpRequest, code: str) -> HttpResponse:
    report, asked = _asked(request, code)
    lines = tables.json_lines(report.rows(asked))
    return tables.download(lines, f"{code}-{timezone.localdate():%Y-%m-%d}.jsonl", "application/x-ndjson")


def may_read(request: HttpRequest, report: Report) -> bool:
    """Whether the report tells the person anything: of items, where they hold its permission; else by their role."""
    if report.least is not None:
        return holds(request.user, report.least)
    return access.communities_where(request.user, report.permission).exists()


def _asked(request: HttpRequest, code: str) -> tuple[Report, Asked]:
    report = REPORTS.get(code)
    if report is None:
        raise Http404("There is no such report.")
    if not may_read(request, report):
        raise PermissionDenied(f"“{report.title}” is for editors.")
    community = None
    if (chosen := request.GET.get("community", "")) and report.least is None:
        mine = access.communities_where(request.user, report.permission)
        community = mine.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 19 else None
        if community is None:
            raise Http404("There is no such community, or you do not work in it.")
    until = timezone.now()
    return report, Asked(
        request.user, report.permission, until - timedelta(days=int(_period(request))), until, community
    )


def _period(request: HttpRequest) -> str:
    asked = request.GET.get("days", "")
    return asked if asked in PERIODS else "90"


def _has_address(report: Report) -> bool:
    return any(column.kind == "item" for column in report.columns)


@dataclass(frozen=True)
class _Cell:
    """One cell of a table, as the page shows it."""

    kind: str
    title: str
    value: Any
    row: dict[str, Any]

    @property
    def words(self) -> Any:
        if self.value is None or self.value == "":
            return "–"
        match self.kind:
            case "days":
                number = f"{self.value:g}"
                return f"{number} day{'' if number == '1' else 's'}"
            case "moment":
                return moment(self.value)
            case "day":
                return date_format(self.value, "j M Y")
            case _:
                return self.value


def _drawn(bars: list[Bar]) -> dict[str, Any] | None:
    """Bars from top to bottom, with where each stands in the drawing; the longest fills the width."""
    top = max((bar.value for bar in bars), default=0)
    if not top:
        return None
    return {
        "width": WIDTH,
        "height": LINE * len(bars),
        "bars": [
            {
                "label": bar.label if len(bar.label) <= 24 else f"{bar.label[:23].rstrip(' (')}…",
                "value": f"{bar.value:g}",
                "y": LINE * place + 4,
                "text_y": LINE * place + 18,
                "width": max(round(220 * bar.value / top), 2 if bar.value else 0),
                "end": 200 + max(round(220 * bar.value / top), 2),
            }
            for place, bar in enumerate(bars)
        ],
        "words": "; ".join(f"{bar.label}: {bar.value:g}" for bar in bars),
    }


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    request.current_app = admin.site.name
    return TemplateResponse(request, f"admin/reports/{name}", {**admin.site.each_context(request), **context})
