"""The form of an item: filled from what its newest revision says, read back into the same values."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import BoundField

from communities import access
from communities.models import Community
from curation import checks, images, languages, links
from curation.admin import fields, item_questions
from curation.admin.combobox import Combobox, ComboboxWords
from curation.admin.fields import Line, Lines, LocalTime, Moment, Parsed
from curation.admin.filters import KINDS
from curation.exchange.values import ItemValues
from curation.models import CuratedItem, FeaturedImage
from curation.workflow import Move

SAME_NAME = (
    "community", "title", "slug", "description", "body", "curator_note", "kind", "language", "link", "link_original",
    "authors", "topics", "tags", "aliases", "image_alt", "image_decorative",
    "date", "modified", "review_by", "md_name", "upstream_id", "carried",
)  # fmt: skip
"""The fields that bear the same name in the values."""
SAID = {*SAME_NAME, "featured_image", "upload", "also_in"}
"""All fields that hold words of the item."""
DATES = ("publish_at", "unpublish_at", "featured_until")
"""The fields of the dates of publication, which no revision holds."""


def _row_of(name: str) -> Combobox:
    return Combobox(CuratedItem._meta.get_field(name))


def _names_of(name: str, **options: Any) -> ComboboxWords:
    return ComboboxWords(CuratedItem._meta.get_field(name), **options)


_AS_IT_IS = {"autocapitalize": "off", "autocorrect": "off", "spellcheck": "false"}
BOXES: dict[str, dict[str, Any]] = {
    "link": {"inputmode": "url", "autocomplete": "off", "enterkeyhint": "next", **_AS_IT_IS},
    "title": {"data-least": checks.TITLE[0], "data-most": checks.TITLE[-1], "dir": "auto"},
    "description": {"data-least": checks.DESCRIPTION[0], "data-most": checks.DESCRIPTION[-1], "dir": "auto"},
    "kind": {"list": "kinds", "autocomplete": "off"},
    "language": {"list": "languages", "autocomplete": "off", **_AS_IT_IS},
    "body": {"class": "mdg-code", "dir": "auto"},
    "curator_note": {"dir": "auto"},
    "image_alt": {"dir": "auto"},
    "slug": {"inputmode": "url", **_AS_IT_IS},
    "link_original": {"inputmode": "url", **_AS_IT_IS},
    "aliases": {"inputmode": "url", **_AS_IT_IS},
    "date": _AS_IT_IS,
    "modified": _AS_IT_IS,
    "md_name": _AS_IT_IS,
    "carried": {"class": "mdg-code", **_AS_IT_IS},
}
"""What the boxes tell browsers and telephones, and the lengths that their counters advise."""


class ItemForm(forms.Form):
    """`values` is what the form shows first; `item` is None for a new one. `data` is what was typed.

    `may_edit` and `may_publish` say whether the words, and the dates of publication, can be changed; `moves` are those
    that it offers with their questions, `chosen` the one whose button was pressed, offered or not.
    """

    link = Line(label="Link", max_length=2000, help_text="The address of the article.")
    title = Line(label="Title", max_length=500)
    community = forms.ModelChoiceField(
        Community.objects.none(),
        label="Community",
        empty_label="Choose…",
        help_text="Its home: where it is reviewed, and its address.",
    )
    kind = Line(label="Kind", required=False, max_length=60, help_text="Readers can filter by it.")
    description = Lines(
        label="Description", required=False, rows=3,
        help_text="What the article says, in a sentence or two, for cards and search engines.",
    )  # fmt: skip
    body = Lines(label="Text", required=False, rows=14, help_text="HTML or Markdown. Readers get a cleaned copy.")
    curator_note = Lines(
        label="Curator's note", required=False, help_text="Why it is worth reading, in your own words. Readers see it."
    )

    featured_image = forms.ModelChoiceField(
        FeaturedImage.objects.all(), required=False, label="From the library", widget=_row_of("featured_image")
    )
    upload = forms.FileField(
        required=False, label="Or a new picture", widget=forms.FileInput(attrs={"accept": images.TYPES}),
        help_text="JPEG, PNG, WebP, AVIF, GIF, TIFF, HEIC or SVG, up to 20 MB.",
    )  # fmt: skip
    image_alt = Line(
        label="Alt text", required=False, max_length=500,
        help_text="What the picture shows, for people who do not see it. Left empty, the picture's own is used.",
    )  # fmt: skip

    image_decorative = forms.BooleanField(
        label="Only decoration", required=False,
        help_text="It says nothing that the words do not say. People who do not see it are spared it.",
    )  # fmt: skip

    authors = Parsed(
        label="Authors", required=False, widget=_names_of("authors", ordered=True), read=fields.read_names,
        write=fields.write_lines,
        help_text="Who wrote the article, in the order of the byline. New names are added.",
    )  # fmt: skip
    topics = Parsed(
        label="Topics", required=False, widget=_names_of("topics"), read=fields.read_topics, write=fields.write_topics,
        help_text="Each with its vocabulary: “Medigy: Increase Profitability”, “Symplur: #PopulationHealth”.",
    )  # fmt: skip
    tags = Parsed(
        label="Tags", required=False, widget=_names_of("tags", separator=","), read=fields.read_tags,
        write=fields.write_tags, rows=1,
        help_text="Free words. A comma ends one.",
    )  # fmt: skip
    also_in = forms.MultipleChoiceField(
        required=False, label="Also shown in", widget=forms.CheckboxSelectMultiple,
        help_text="Other communities of yours that show it too.",
    )  # fmt: skip

    language = Line(
        label="Language", required=False,
        help_text="Of the title, the description and the text, if it is not that of the site: a tag such as de, pt-BR "
        "or zh-Hant, or its name. The note, which is yours, stays in the site's.",
    )  # fmt: skip
    slug = Line(
        label="Address", required=False, max_length=250,
        help_text="The last part of its address. Left empty, it is made from the publisher and the title. "
        "When it changes, the old one goes on working.",
    )  # fmt: skip
    link_original = Line(
        label="Link as found", required=False, max_length=2000,
        help_text="Where you found it, if that is not the same address.",
    )  # fmt: skip
    aliases = Parsed(
        label="Old addresses", required=False, read=fields.read_aliases, write=fields.write_lines, rows=2,
        help_text="Paths that lead here, one a line, like /news/an-old-address.",
    )  # fmt: skip
    date = Moment(
        label="Date", required=False, help_text="The date that readers see, like 2020-10-05 or 2020-10-05T07:12:38Z."
    )
    modified = Moment(label="Last modified", required=False, help_text="As its file tells it; in the same form.")
    review_by = forms.DateField(
        required=False, label="Review again by", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="When somebody should look whether it still holds.",
    )  # fmt: skip
    md_name = Line(
        label="File name",
        required=False,
        max_length=200,
        help_text="What other systems know it by. Made if left empty.",
    )
    upstream_id = forms.IntegerField(
        required=False, label="Number upstream", widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        min_value=-(2**63), max_value=2**63 - 1, help_text="The number of its work package, if it came from one.",
    )  # fmt: skip
    carried = Parsed(
        label="More front matter", required=False, read=fields.read_header, write=fields.write_header, rows=8,
        help_text="Keys that have no field here, as YAML. They stand in the item's file as they are.",
    )  # fmt: skip

    publish_at = LocalTime(label="Published from", help_text="Left empty: from the moment it is published.")
    unpublish_at = LocalTime(label="Published until", help_text="Left empty: for good.")
    featured_until = LocalTime(
        label="Put forward until",
        help_text="Until then it stands among what editors chose. Left empty: not at all.",
    )
    note = Lines(label="Note", required=False, rows=2)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        user: Any,
        values: ItemValues,
        item: CuratedItem | None = None,
        may_edit: bool = True,
        may_publish: bool = False,
        moves: Iterable[Move] = (),
        chosen: Move | None = None,
    ) -> None:
        self.user, self.base, self.item, self.taken = user, values, item, None
        self.moves = list(moves)
        initial = {name: getattr(values, name) for name in SAME_NAME}
        initial["featured_image"] = values.image
        if item is not None:
            initial |= {name: getattr(item, name) for name in DATES}
        super().__init__(data, files, initial=initial, label_suffix="")
        mine = access.communities_where(user, "create").order_by().values("pk")
        home = [values.community.pk] if values.community else []
        community = self.fields["community"]
        community.queryset = Community.objects.filter(Q(pk__in=mine) | Q(pk__in=home))
        places = list(community.queryset)
        community.widget.choices = [("", community.empty_label), *((place.pk, place.name) for place in places)]
        self.places = [(place.slug, place.name) for place in places]
        if values.image is not None:
            self.fields["featured_image"].widget.known = {
                str(values.image.pk): values.image.alt or values.image_alt or str(values.image)
            }
        self.fields["also_in"].choices = self.places
        self.initial["also_in"] = [slug for slug, _ in self.places if slug in values.also_in]
        for name, attributes in BOXES.items():
            self.fields[name].widget.attrs |= attributes
        self.fields["image_alt"].widget.attrs["data-advice"] = values.image.pk if values.image else ""
        for move in {*self.moves, *([chosen] if chosen else [])}:
            for question in item_questions.of(move):
                self.fields[item_questions.name_of(move, question)] = item_questions.field(question, item)
        for name in DATES:
            self.fields[name].disabled = not may_publish
        if not may_edit:
            for name in SAID:
                self.fields[name].disabled = True

    kinds = KINDS
    languages = languages.usual

    # --- Reading what was typed ---

    def clean_link(self) -> str:
        link = self.cleaned_data["link"]
        if "link" not in self.changed_data:
            return link
        try:
            return links.check(link.strip())
        except links.LinkError as error:
            raise ValidationError(str(error)) from error

    def clean_language(self) -> str:
        typed = self.cleaned_data["language"]
        if "language" not in self.changed_data:
            return typed
        try:
            return languages.find(typed)
        except languages.UnreadableLanguage as error:
            raise ValidationError(f"{error} {languages.HOW}") from error

    def clean_community(self) -> Community:
        """Who takes an item to another home needs to be at work in both."""
        community = self.cleaned_data["community"]
        if self.item is None or "community" not in self.changed_data:
            return community
        if not access.can(self.user, "edit", community, owner=self.item.created_by_id):
            raise ValidationError(
                f"Your role in {community} does not include other people's items. Ask a curator there."
            )
        return community

    def clean_also_in(self) -> list[str]:
        """Communities that the person does not work in stay as they were."""
        offered = {slug for slug, _ in self.places}
        return [*(slug for slug in self.base.also_in if slug not in offered), *self.cleaned_data["also_in"]]

    def clean_md_name(self) -> str | None:
        return self.cleaned_data["md_name"].strip() or None

    def clean_upload(self) -> Any:
        """Takes the picture into the library, and chooses it: should the form come back, it is not lost."""
        upload = self.cleaned_data["upload"]
        if not upload:
            return None
        try:
            self.taken = images.take(upload.read(), name=upload.name, alt=self.data.get("image_alt", ""), by=self.user)
        except images.ImageRefused as error:
            raise ValidationError(str(error)) from error
        self.data = self.data.copy()
        self.data["featured_image"] = str(self.taken.pk)
        return upload

    @property
    def said(self) -> set[str]:
        """The names of the fields whose words were changed, apart from the dates of publication and the note."""
        return SAID.intersection(self.changed_data)

    def values(self) -> ItemValues:
        """What the item is to say; a field that was left alone keeps its value to the last character, and so does one
        that could not be read.
        """
        read = self.said & self.cleaned_data.keys()
        changed = {name: self.cleaned_data[name] for name in read & {*SAME_NAME, "also_in"}}
        image = self.taken or (self.cleaned_data["featured_image"] if "featured_image" in read else self.base.image)
        return replace(self.base, **changed, image=image)

    def answers(self, move: Move) -> dict[str, Any]:
        """What was answered to the questions of `move`, beside the note; what was left empty is left out."""
        asked = {question.name: item_questions.name_of(move, question) for question in item_questions.of(move)}
        given = {name: self.cleaned_data.get(field) for name, field in asked.items()}
        return {name: answer for name, answer in given.items() if answer not in (None, "")}

    def date_of(self, name: str) -> Any:
        """A date of publication, to the second that is stored where it was left alone."""
        return self.cleaned_data[name] if name in self.changed_data else self.initial.get(name)

    def refuse(self, error: ValidationError) -> None:
        """Puts the sentences of a deed that was refused at the fields that they are about."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
        for name, sentences in by_field.items():
            self.add_error(name if name in self.fields else None, sentences)

    # --- Showing it ---

    def suggest_showing_in(self, slug: str) -> None:
        """Ticks one more of the other communities; it is saved when the person saves."""
        if slug in dict(self.places) and not self.fields["also_in"].disabled:
            self.initial["also_in"] = [*self.initial["also_in"], slug]

    def also_shown(self) -> bool:
        return len(self.places) > 1

    def steps(self) -> list[dict[str, Any]]:
        """The moves with the fields of what each asks, the one that leads forward first."""
        return [
            {"move": move, "fields": [self[item_questions.name_of(move, each)] for each in item_questions.of(move)]}
            for move in self.moves
        ]

    def differing(self) -> Iterator[tuple[BoundField, str]]:
        """The fields whose typed words are other than the saved ones, with the saved ones."""
        for bound in self:
            if bound.name in self.said and bound.name not in {"upload", "featured_image"}:
                saved = bound.field.prepare_value(bound.initial)
                yield bound, "" if saved is None else str(saved)
