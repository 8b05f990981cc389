"""The program's own sentences in the language of a page."""

from functools import lru_cache

from django.utils import translation


def gettext(sentence: str) -> str:
    """`sentence` in the language that is active, looked up once for each language: Django goes through the catalogues
    of a language and of all it falls back to each time, which takes as long for ten sentences as the database for an
    item.
    """
    return _said(sentence, translation.get_language())


@lru_cache(maxsize=2000)
def _said(sentence: str, language: str | None) -> str:
    return translation.gettext(sentence)
