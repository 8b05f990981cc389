"""The newsroom for tests: its cast, and a reader of forms that fills them in as a browser does."""

from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

from django.test import Client
from django.urls import reverse

from communities.models import Role
from tests.factories import make_community, make_user


def make_newsroom() -> SimpleNamespace:
    """Telehealth with a person of each role, and Oncology, whose items are none of their business."""
    home, elsewhere = make_community("Telehealth"), make_community("Oncology")
    people = {role.label.lower(): make_user(role.label.lower(), role, home) for role in Role}
    return SimpleNamespace(
        home=home,
        elsewhere=elsewhere,
        stranger=make_user("stranger", Role.LEAD, elsewhere),
        root=make_user("root", is_superuser=True),
        **people,
    )


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def admin(page: str, *arguments: Any) -> str:
    return reverse(f"admin:curation_curateditem_{page}", args=arguments)


class _Forms(HTMLParser):
    """The fields of the form with the wanted id, as a browser would send them: line breaks as CRLF."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted, self.inside = wanted, False
        self.data: dict[str, list[str]] = {}
        self.buttons: list[str] = []
        self.textarea: str | None = None
        self.select: str | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        if tag == "form":
            self.inside = at.get("id") == self.wanted
        # What names a form of its own belongs to that one, wherever it stands.
        belongs = at["form"] == self.wanted if at.get("form") else self.inside
        if not belongs or "disabled" in at:
            return
        name, kind = at.get("name") or "", at.get("type", "text")
        if tag == "button" and kind != "button":
            self.buttons.append(f"{name}={at.get('value', '')}")
        elif tag == "textarea":
            self.textarea, self.text = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in at:
            self.data.setdefault(self.select, []).append(at.get("value") or "")
        elif tag == "input" and name and self.counts(kind, at):
            value = at.get("value", "on" if kind == "checkbox" else "") or ""
            self.data.setdefault(name, []).append(value.replace("\n", "").replace("\r", ""))

    def counts(self, kind: str | None, at: dict[str, str | None]) -> bool:
        return "checked" in at if kind in {"checkbox", "radio"} else kind not in {"file", "submit"}

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.textarea is not None:
            text = self.text.removeprefix("\n").replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
            self.data[self.textarea] = [text]
            self.textarea = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.inside = False


def filled_in(response: Any, form: str = "curateditem_form", **typed: Any) -> dict[str, Any]:
    """What a browser sends for the form on the page, with `typed` in its fields."""
    reader = _Forms(form)
    reader.feed(response.content.decode())
    assert reader.data, f"There is no form {form} on the page."
    return reader.data | typed


def buttons_of(response: Any, form: str = "curateditem_form") -> list[str]:
    reader = _Forms(form)
    reader.feed(response.content.decode())
    return reader.buttons
