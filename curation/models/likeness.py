"""What names have in common that are likely spellings of one: kept beside them, so that an index finds who is alike."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django.db import models

TITLES = {"dr", "prof", "professor", "md", "phd", "rn", "mph", "ms", "msc", "mba", "mr", "mrs", "jr", "sr", "by", "do"}
"""What stands before or after a name and makes no other person of it."""
SHARED_ENDS = {"ac", "co", "com", "edu", "gov", "net", "org"}
"""What stands before the last piece of a host and is nobody's own, as in “nhs.gov.uk”."""


def of_person(name: str) -> str:
    """The words of `name` without accents, signs and titles, in one order."""
    return " ".join(sorted(word for word in _words(name) if word not in TITLES))


def of_term(name: str) -> str:
    """The letters of `name` without accents, signs and a plural s."""
    return "".join(word.removesuffix("s") if len(word) > 3 else word for word in _words(name))


def of_host(host: str) -> str:
    """The last pieces of `host`, which all hosts of one house have."""
    pieces = host.split(".")
    return ".".join(pieces[-3:] if len(pieces) > 2 and pieces[-2] in SHARED_ENDS else pieces[-2:])


def _words(text: str) -> list[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.findall(r"[^\W_]+", plain.casefold())


class LikenessField(models.CharField):
    """Follows from the column `source` by `how`, one of the functions above, with every row that is written."""

    def __init__(self, source: str = "", how: Callable[[str], str] = str, **options: Any) -> None:
        self.source, self.how = source, how
        usual: dict[str, Any] = {"max_length": 220, "editable": False, "blank": True, "default": ""}
        super().__init__(**usual | options)

    def deconstruct(self) -> Any:
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options

    def pre_save(self, instance: models.Model, add: bool) -> str:
        value = self.how(getattr(instance, self.source))[: self.max_length]
        setattr(instance, self.attname, value)
        return value
