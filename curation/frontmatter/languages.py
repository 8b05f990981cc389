"""Languages as content files name them: by tags (BCP 47) such as de, pt-BR or zh-Hant."""

import re

HOW = "Write its tag, such as de, pt-BR or zh-Hant; left empty, it is the language of the site."
LONGEST = 35
"""Characters of a tag: as many as anybody has to keep room for (RFC 5646, 4.4.1)."""
_TAG = re.compile(
    r"""
    (?P<language>[a-z]{2,3}(?:-[a-z]{3}){0,3})
    (?:-(?P<script>[a-z]{4}))?
    (?:-(?P<region>[a-z]{2}|\d{3}))?
    (?P<more>
        (?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*   # variants
        (?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*     # extensions
        (?:-x(?:-[a-z0-9]{1,8})+)?              # for private use
    )
    """,
    re.ASCII | re.VERBOSE,
)
# All that two letters can mean. There are thousands of three letters, so of them the form alone is looked at.
_OF_TWO_LETTERS = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji
    jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb
    nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr
    ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()  # noqa: SIM905
)


class UnreadableLanguage(ValueError):
    """The text is no language tag."""


def read_language(value: object) -> str:
    """The tag that a value means, in its usual letters: pt-BR for pt_br; nothing (None, an empty text) is empty.

    Raises UnreadableLanguage, with a sentence.
    """
    text = value.strip() if isinstance(value, str) else value
    if text is None or text == "":
        return ""
    match = _TAG.fullmatch(text.lower().replace("_", "-")) if isinstance(text, str) and len(text) <= LONGEST else None
    if match is None or (len(language := match["language"]) == 2 and language not in _OF_TWO_LETTERS):
        shown = str(text)
        raise UnreadableLanguage(f"“{shown if len(shown) <= 60 else f'{shown[:59]}…'}” is no language.")
    parts = [language, (match["script"] or "").title(), (match["region"] or "").upper()]
    return "-".join(part for part in parts if part) + match["more"]
