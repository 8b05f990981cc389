"""Boxes to choose with by typing, over the admin's own look-up, or over a short list of choices.

Without script each is the plain box that it stands on: a list of the first rows, or a text of names.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.forms import Media, Script
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

OFFERED = 100
"""How many rows a list offers to those without script, where nothing is chosen yet."""


def look_up(field: Field, site: Any = None) -> str:
    """The address that finds rows for `field`, a relation of a model whose other end has a section in the admin."""
    asked = {"app_label": field.model._meta.app_label, "model_name": field.model._meta.model_name}
    name = (site or admin.site).name
    return reverse("admin:autocomplete", query={**asked, "field_name": field.name}, current_app=name)


class Box:
    """What all of them have in common; a part of a widget of Django's."""

    @property
    def media(self) -> Media:
        return Media(js=[Script("medigy/combobox.js", defer=True)], css={"all": ["medigy/combobox.css"]})


class Combobox(Box, forms.Select):
    """One row of another section, found by typing.

    `field` is the relation of a model that the row is chosen for; `site` the admin that its section is in. Without
    `field` it finds among its own `choices`. `known` are labels by value that need no query any more.
    """

    def __init__(
        self,
        field: Field | None = None,
        site: Any = None,
        attrs: dict[str, Any] | None = None,
        choices: Any = (),
        *,
        known: Mapping[str, str] | None = None,
        offered: int = OFFERED,
    ) -> None:
        self.field, self.site, self.known, self.offered = field, site, dict(known or {}), offered
        super().__init__(attrs, choices)

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        attributes = super().build_attrs(base_attrs, extra_attrs) | {"data-combobox": True}
        if self.field is not None:
            attributes["data-source"] = look_up(self.field, self.site)
        return attributes | ({"aria-required": "true"} if self.is_required else {"data-clearable": True})

    def use_required_attribute(self, initial: Any) -> bool:
        """No: what is sent stands in a list that nobody sees. To find out would read the first row, besides."""
        return False

    def optgroups(self, name: str, value: list[Any], attrs: dict[str, Any] | None = None) -> list[Any]:
        """What is chosen, in its order; where that is nothing, the first rows for those without script."""
        if self.field is None or not hasattr(self.choices, "queryset"):
            return super().optgroups(name, value, attrs)
        chosen = [str(each) for each in value if each not in self.choices.field.empty_values]
        labels = self.known | self._labels([each for each in chosen if each not in self.known])
        shown = [(each, labels[each], True) for each in chosen if each in labels]
        if not shown and self.offered:
            rows = self.choices.queryset.all()[: self.offered]
            shown = [(*each, False) for each in map(self._choice, rows)]
        may_be_none = not self.allow_multiple_selected and not (self.is_required and chosen)
        options = [("", "", not chosen), *shown] if may_be_none else shown
        created = [
            self.create_option(name, value, label, selected, index)
            for index, (value, label, selected) in enumerate(options)
        ]
        return [(None, created, 0)]

    def _labels(self, values: list[str]) -> dict[str, str]:
        rows, key = self.choices.queryset, self.choices.field.to_field_name or "pk"
        column = rows.model._meta.pk if key == "pk" else rows.model._meta.get_field(key)
        clean = []
        for value in values:
            try:
                clean.append(column.clean(value, None))
            except ValidationError:  # typed by hand into an address: it stands for nothing
                continue
        return dict(map(self._choice, rows.filter(**{f"{key}__in": clean}))) if clean else {}

    def _choice(self, row: Any) -> tuple[str, str]:
        field = self.choices.field
        return str(field.prepare_value(row)), field.label_from_instance(row)


class ComboboxMultiple(Combobox, forms.SelectMultiple):
    """Any number of rows, each of which can be taken out again; they are sent in the order in which they stand."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return id_


class ComboboxWords(Box, forms.Textarea):
    """Names, new ones among them: what is sent is the text, one name a line or, for `separator` ",", in one line.

    `field` is the relation whose rows are suggested; `ordered` lets the person move them; `creates` says whether they
    may add a name that is not there yet.
    """

    defaults: ClassVar[dict[str, Any]] = {"rows": 3, "spellcheck": "false", "autocapitalize": "off"}

    def __init__(
        self,
        field: Field,
        site: Any = None,
        attrs: dict[str, Any] | None = None,
        *,
        separator: str = "\n",
        ordered: bool = False,
        creates: bool = True,
    ) -> None:
        self.field, self.site, self.separator, self.ordered, self.creates = field, site, separator, ordered, creates
        super().__init__(self.defaults | (attrs or {}))

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        how = "Separated by commas." if self.separator == "," else "One a line."
        box = super().render(name, value, attrs, renderer)
        return format_html('{}<noscript><p class="mdg-help">{}</p></noscript>', box, how)

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        attributes = super().build_attrs(base_attrs, extra_attrs)
        return attributes | {
            "data-combobox": True,
            "data-source": look_up(self.field, self.site),
            "data-separator": self.separator,
            "data-ordered": self.ordered,
            "data-creates": self.creates,
        }
