"""Communities as content files: `communities/<slug>/_index.md`, both ways and merged by key like items."""

import hashlib
import re
import uuid
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from communities import access
from communities.models import Community
from curation import images, upkeep
from curation.exchange import documents
from curation.exchange.bases import is_elsewhere
from curation.exchange.header import Header, as_text
from curation.exchange.manifest import Entry
from curation.exchange.merge import merge
from curation.exchange.pictures import Pictures
from curation.exchange.report import Outcome, Problem, Refused, changed_keys, conflict_problem, placed, problems_of
from curation.exchange.sources import Source
from curation.frontmatter import DELETE, Document, FrontMatterError, Path
from curation.models import CuratedItem

if TYPE_CHECKING:
    from communities.models import User

_PAGE = re.compile(r"communities/([^/]+)/_index\.md")
_KEYS = {"name": "title", "masthead": "mastHead", "image_alt": "imageAlt", "accent": "accent"}
"""The fields of a community and the keys they live in; the introduction is the body."""


def is_page(relative: str | None) -> bool:
    """Whether the path of a content file is that of a community's page."""
    return relative is not None and _PAGE.fullmatch(relative) is not None


def has_page(community: Community) -> bool:
    """Whether there is more to say of it than its items' files say already."""
    return bool(community.page or community.introduction or community.image)


def path_of(community: Community) -> str:
    return f"content/communities/{community.slug}/_index.md"


def outgoing(community: Community) -> Document:
    """The page of a community as it is given out: the file it came from with what changed since, or a new one."""
    wanted: dict[str, Any] = {key: getattr(community, field) for field, key in _KEYS.items()}
    if not community.page:
        wanted["image"] = f"/img/communities/{community.slug}.webp" if community.image else ""
        return Document.new({key: value for key, value in wanted.items() if value}, community.introduction)
    base = Document.parse(bytes(community.page))
    header = Header(base.data)
    changes: dict[Path, Any] = {
        header.key(key): value or DELETE for key, value in wanted.items() if _said(header, key) != value.strip()
    }
    return documents.with_values(base, changes, body=_body(base, community.introduction))


def _said(header: Header, key: str) -> str:
    """What a page says for a field, which is kept without the blanks around it."""
    return as_text(header.get(key)).strip()


def _body(base: Document, introduction: str) -> str | None:
    """The body that says `introduction`, with the blanks and line breaks that the page has around its own; None where
    the page says the same.
    """
    wanted = introduction.replace("\r\n", "\n").strip()  # Forms send line breaks as \r\n.
    said = documents.body_of(base)
    if said.strip() == wanted:
        return None
    end = said[len(said.rstrip()) :] if said.strip() else "\n"
    return documents.body_in(base, wanted + end if wanted else "")


def picture_of(community: Community) -> tuple[str, bytes] | None:
    """The path in the site and the bytes of a picture that was uploaded here; a file's own picture stays the file's."""
    if not community.image:
        return None
    path = as_text(Header(outgoing(community).data).get("image"))
    if path != f"/img/communities/{community.slug}.webp":
        return None
    with community.image.open("rb") as file:
        return f"static{path}", file.read()


def take(
    source: Source,
    raw: bytes,
    pictures: Pictures,
    entry: Entry | None = None,
    *,
    prefer: Literal["file", "database"] | None,
    by: "User | None" = None,
) -> Outcome:
    """Makes the community what its page says. Never raises for anything that the file is to blame for.

    `entry` is what the manifest of its folder says of the file. `by` is who brings the page: a lead of the community,
    or a superuser for a new one; left out, an operator.
    """
    outcome = Outcome(source.shown)
    document: Document | None = None
    try:
        document = Document.parse(raw)
        with transaction.atomic():
            _take(source, document, pictures, entry, prefer, outcome, by)
    except FrontMatterError as error:
        problem = Problem("error", error.code, error.message, error.hint or "", error.line, error.column, error.key)
        outcome.problems.append(problem)
    except Refused as error:
        outcome.problems += error.problems
    except ValidationError as error:
        outcome.problems += problems_of(error, document or Document.new({}))
    outcome.problems = [placed(problem, document) for problem in outcome.problems]
    if any(problem.severity == "error" for problem in outcome.problems):
        outcome.status = "conflict" if outcome.conflicts else "error"
        pictures.forget()
    else:
        pictures.done()
    return outcome


def _take(
    source: Source,
    document: Document,
    pictures: Pictures,
    entry: Entry | None,
    prefer: Literal["file", "database"] | None,
    outcome: Outcome,
    by: "User | None",
) -> None:
    match = _PAGE.fullmatch(source.relative or "")
    assert match is not None
    community = Community.objects.select_for_update().filter(slug=match[1]).first()
    if by is not None and not (access.can(by, "manage", community) if community else by.is_superuser):
        raise Refused(
            "not_permitted", f"Only the leads of the community {match[1]} change its page.", "Leave the file out."
        )
    outcome.live = True
    new = community is None
    community = community or Community(slug=match[1])
    result = document
    if not new:
        ours = outgoing(community)
        outcome.title = community.name
        if document.bytes == ours.bytes:
            if by is None and not is_elsewhere(entry) and bytes(community.page) != document.bytes:
                # Both sides became the same by other ways than this one.
                Community.objects.filter(pk=community.pk).update(page=document.bytes)
            outcome.status = "unchanged"
            return
        if bytes(community.page) == document.bytes or _is_as_written(community, document, entry):
            outcome.status = "unchanged"
            return
        outcome.keys = changed_keys(ours, document, True)
        base = Document.parse(bytes(community.page)) if community.page else Document.new({})
        merged = merge(base, document, ours, prefer=prefer)
        if merged.conflicts:
            outcome.conflicts = [conflict.as_json() for conflict in merged.conflicts]
            raise Refused.because(*map(conflict_problem, merged.conflicts))
        result = merged.document
    header = Header(result.data)
    for field, key in _KEYS.items():
        setattr(community, field, _said(header, key))
    community.introduction = documents.body_of(result).strip()
    before = as_text(Header(Document.parse(bytes(community.page)).data).get("image")) if community.page else ""
    path = as_text(header.get("image"))
    if path and (path != before or not community.image):
        _take_picture(community, source, path, pictures, outcome)
    community.page = document.bytes
    community.full_clean(exclude=["image"])
    community.save()
    upkeep.items_changed(CuratedItem.objects.shown_in(community).values_list("pk", flat=True))
    outcome.title = community.name
    outcome.status = "created" if new else "updated"


def _is_as_written(community: Community, document: Document, entry: Entry | None) -> bool:
    """Whether nobody touched the page since an export wrote it into another folder than its home, and nothing was taken
    from a file since.
    """
    if entry is None or not is_elsewhere(entry) or entry["sha256"] != document.sha256:
        return False
    return entry["revision"] == hashlib.sha256(bytes(community.page)).hexdigest()


def _take_picture(community: Community, source: Source, path: str, pictures: Pictures, outcome: Outcome) -> None:
    raw = pictures.read(source, path, outcome, key="image")
    if raw is None:
        return
    try:
        content = images.readers_bytes(raw)
    except images.ImageRefused as error:
        outcome.problems.append(Problem("warning", "bad_picture", f"Its picture was not taken. {error}", key="image"))
        return
    community.image.save(f"{uuid.uuid4().hex}.webp", ContentFile(content), save=False)
    pictures.files.append(community.image)
