"""What a move asks, as fields of the form: drawn from the questions of the rulebook."""

from typing import Any

from django import forms

from communities.models import Role, User
from curation.admin.fields import Line, LocalTime
from curation.models import CuratedItem
from curation.workflow import Move, Question


def of(move: Move) -> list[Question]:
    """The questions of `move` that have a field of their own: a note or reason is typed once for all, and a revision
    is chosen in the history.
    """
    return [question for question in move.asks if question.kind not in {"text", "revision"}]


def name_of(move: Move, question: Question) -> str:
    """The name of the field; two moves that ask the same are answered apart."""
    return f"{move.name}-{question.name}"


def field(question: Question, item: CuratedItem | None) -> forms.Field:
    options: dict[str, Any] = {"label": question.label, "help_text": question.help}
    match question.kind:
        case "moment":
            return LocalTime(**options)
        case "day":
            day = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            return forms.DateField(required=False, widget=day, **options)
        case "person":
            members = {
                "memberships__role__gte": Role.EDITOR,
                "memberships__community": item.community_id if item else None,
            }
            editors = User.objects.filter(is_active=True, **members).order_by("username")
            return forms.ModelChoiceField(editors, required=False, empty_label="Any editor", **options)
        case _:
            return Line(required=False, max_length=2000, **options)
