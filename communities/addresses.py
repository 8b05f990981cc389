"""The paths of readers' pages that are named by words, such as a community's by its slug."""

import re
from functools import lru_cache

from django.urls import get_script_prefix, reverse

_is_plain = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*").fullmatch
"""Whether a word stands in an address as it is, as nearly all do."""


def address(name: str, *words: str) -> str:
    """The path of the page called `name` in the addresses of the site, about `words`.

    It is that of Django's `reverse`, which is asked once for each kind of page: for the twenty links of a page it would
    take longer than the database for what stands there. Raises NoReverseMatch where no such page can be.
    """
    if all(map(_is_plain, words)):
        return _form(name, len(words), get_script_prefix()).format(*words)
    return reverse(name, args=words)


@lru_cache(maxsize=100)
def _form(name: str, number: int, prefix: str) -> str:
    path = reverse(name, args=[f"word{place}" for place in range(number)])
    for place in range(number):
        path = path.replace(f"word{place}", f"{{{place}}}")
    return path
