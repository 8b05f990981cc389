"""Content files that members bring by hand: a page to choose them, and one that tells what became of each."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from communities import access
from communities.models import Community
from curation.exchange.archives import MAX_FILES, UploadRefused, lay_out
from curation.exchange.importing import Importer
from curation.exchange.report import Outcome, Problem
from curation.exchange.sources import CONTENT_ENDINGS
from curation.models import CuratedItem

if TYPE_CHECKING:
    from curation.admin.item import ItemAdmin

STATUSES = {
    "created": ("published", "New"),
    "updated": ("approved", "Changed"),
    "unchanged": ("archived", "Unchanged"),
    "conflict": ("in_review", "Conflict"),
    "error": ("rejected", "Not taken"),
}
"""What is said of each file, and the badge that it is said with."""
ADVICE = {
    "conflict": "Nothing was overwritten. Open the item, make the two alike there, and upload the file once more.",
    "no_community": "Choose a community for files that name none, or write one into the file.",
    "missing_picture": "Upload it together with its file, or choose it in the item's form.",
}
"""What to do here, where an import at the command line would be told an option."""
PICTURES = (
    ".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".tif", ".tiff", ".heic", ".heif", ".svg",
)  # fmt: skip
TAKEN = (*CONTENT_ENDINGS, *PICTURES, ".zip")
"""The endings of what can be chosen."""
SHOWN = 500
"""Files that are told of one by one; those that were refused come first."""


class ManyFiles(forms.FileField):
    """Any number of files chosen at once; cleaned, a list of them."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.ClearableFileInput()
        widget.allow_multiple_selected = True
        widget.attrs |= {"multiple": True, "accept": ",".join(TAKEN)}
        widget.template_name = "django/forms/widgets/input.html"
        super().__init__(widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [super(ManyFiles, self).clean(file, initial) for file in data or [None]]
        for file in files:
            if not file.name.lower().endswith(TAKEN):
                raise ValidationError(
                    f"{file.name} is neither a content file nor a picture of one. Choose files in "
                    f"{', '.join(CONTENT_ENDINGS)} with their pictures, or a zip of them."
                )
        return files


class UploadForm(forms.Form):
    files = ManyFiles(
        label="Files",
        help_text=f"Up to 100 content files, as Hugo has them, and their pictures; or a zip of up to {MAX_FILES:,}.",
        error_messages={"required": "No file was chosen. Choose content files, or a zip of them."},
    )
    community = forms.ModelChoiceField(
        Community.objects.none(),
        required=False,
        label="Community of files that name none",
        empty_label="None: leave such files out",
    )
    only_show = forms.BooleanField(required=False, label="Only show what would happen")

    def __init__(self, *args: Any, places: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["community"].queryset = places


def upload(section: "ItemAdmin", request: HttpRequest) -> HttpResponse:
    """Takes files in for the person who brings them: as drafts, or as revisions that wait for a review."""
    if not section.has_add_permission(request):
        raise PermissionDenied
    places = access.communities_where(request.user, "create")
    if request.method != "POST":
        return _page(section, request, "upload.html", title="Upload files", form=UploadForm(places=places))
    form = UploadForm(request.POST, request.FILES, places=places)
    if form.is_valid():
        try:
            context = _take(form, request.user)
        except UploadRefused as error:
            form.add_error("files", str(error))
        else:
            return _page(section, request, "uploaded.html", **context)
    return _page(section, request, "upload.html", title="Upload files", form=form)


def _take(form: UploadForm, user: Any) -> dict[str, Any]:
    files, place = form.cleaned_data["files"], form.cleaned_data["community"]
    only_show = form.cleaned_data["only_show"]
    importer = Importer(by=user, via="upload", community=place.slug if place else "", dry_run=only_show)
    with TemporaryDirectory(prefix="upload-") as folder:
        paths = lay_out(files, Path(folder))
        outcomes = list(importer.run(paths))
        names = _Names(folder, [file.name or "" for file in files])
    there = access.scope(user, CuratedItem.objects.filter(pk__in={each.item for each in outcomes} - {None}), "view")
    links = dict(there.values_list("pk", "title"))
    lines = [_line(outcome, names, links) for outcome in sorted(outcomes, key=_weight)]
    counts = {words: importer.counts[status] for status, (_, words) in STATUSES.items() if importer.counts[status]}
    return {
        "title": "What would happen" if only_show else "What became of the files",
        "only_show": only_show,
        "lines": lines[:SHOWN],
        "more": max(0, len(lines) - SHOWN),
        "counts": counts,
    }


def _weight(outcome: Outcome) -> int:
    return list(reversed(STATUSES)).index(outcome.status)


def _line(outcome: Outcome, names: "_Names", links: dict[int, str]) -> dict[str, Any]:
    code, words = STATUSES[outcome.status]
    return {
        "name": names.of(outcome.path),
        "code": code,
        "words": words,
        "title": outcome.title,
        "item": outcome.item if outcome.item in links else None,
        "keys": outcome.keys,
        "problems": [_told(problem, names) for problem in outcome.problems if problem.code != "conflict"],
        "conflicts": outcome.conflicts,
        "advice": ADVICE["conflict"] if outcome.conflicts else "",
    }


def _told(problem: Problem, names: "_Names") -> dict[str, Any]:
    hint = ADVICE.get(problem.code, problem.hint)
    place = [f"line {problem.line}"] if problem.line else []
    place += [f"column {problem.column}"] if problem.line and problem.column else []
    place += [problem.key] if problem.key else []
    return {
        "error": problem.severity == "error",
        "words": _sentence(names.within(problem.message)),
        "hint": names.within(hint),
        "place": ", ".join(place),
    }


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")


class _Names:
    """What people call the files that were laid out in a folder: as they chose them, with the path in their zip."""

    def __init__(self, folder: str, uploaded: list[str]) -> None:
        self.pattern = re.compile(re.escape(folder) + r"/(files|\d+)/")
        self.uploaded = uploaded

    def of(self, path: str) -> str:
        found = self.pattern.match(path)
        if found is None:
            return path
        rest = path[found.end() :]
        return f"{self.uploaded[int(found[1])]}: {rest}" if found[1].isdecimal() else rest

    def within(self, sentence: str) -> str:
        return self.pattern.sub("", sentence)


def _page(section: "ItemAdmin", request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    request.current_app = section.admin_site.name
    shared = {**section.admin_site.each_context(request), "opts": section.opts}
    return TemplateResponse(request, f"admin/curation/curateditem/{name}", {**shared, **context})
