"""What a web address is to this product: may it be shown, whose is it, and which others are the same link."""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from ipaddress import IPv6Address
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

import idna

MAX_LENGTH: Final = 2_000
_MAX_KEY_INPUT = 10_000
_MAX_STEPS = 50

# Parameters that say how somebody came to a page, never which page it is.
_TRACKING_NAMES = """
    fbclid gclid gclsrc dclid gbraid wbraid srsltid msclkid twclid ttclid li_fat_id yclid ysclid _openstat
    igshid mc_cid mc_eid mc_tc mkt_tok _hsenc _hsmi __hssc __hstc __hsfp hsctatracking rb_clickid wickedid _bhlid
    __readwiselocation __twitter_impression _ga _gl s_cid sc_cid xtor echobox __s amp
"""
_TRACKING_BEGINNINGS = """
    utm_ mtm_ pk_ piwik_ matomo_ itm_ hmb_ otm_ hsa_ vero_ oly_ _branch_ elq guce at_ ml_subscriber
"""
_TRACKING = frozenset(_TRACKING_NAMES.split())
_TRACKING_PREFIXES = tuple(_TRACKING_BEGINNINGS.split())
# The same of single sites, where the name alone would say too little.
_TRACKING_OF_SITE = {
    "nytimes.com": {"smid"},
    "wsj.com": {"mod"},
    "youtube.com": {"si", "pp", "feature"},
    "x.com": {"s", "t"},
    "twitter.com": {"s", "t"},
    "medium.com": {"source"},
    "reddit.com": {"share_id", "rdt"},
    "nejm.org": {"query"},
    "sciencedirect.com": {"via", "dgcid"},
}

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*+:")
_BARE_HOST = re.compile(r"[^\s/:?#@\\]++(?<!\.)(?::[0-9]{1,5})?(?:[/?#]|$)")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_HOST_LIKE = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
_TO_NORMALISE = re.compile(r"%([0-9a-fA-F]{2})|[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]")
_NORMAL = re.compile(r"[A-Za-z0-9\-._~/]*+")  # most paths and parameters
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_VARIANT_HOST = re.compile(r"(?:www[0-9]{0,3}|m|mobile|amp)\.(?=[^.]+\.)")
_MOBILE_WIKIPEDIA = re.compile(r"([a-z-]+)\.m\.(wikipedia\.org)")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)

_DOI_PAGE = re.compile(
    r"/doi/(?:[a-z]+/)?(10\.[0-9]{4,9}/.+?)(?:/(?:abstract|full|fulltext|pdf|epdf|summary))?/?", re.IGNORECASE
)
_DOI = re.compile(r"/(10\.[0-9]{4,9}/.+)")
_PMC = re.compile(r"(?:/pmc)?/articles/(PMC[0-9]+)(?:/.*)?", re.IGNORECASE)
_PUBMED = re.compile(r"(?:/pubmed)?/([0-9]+)/?")
_ARXIV = re.compile(r"/(?:abs|pdf|html|format)/((?:[a-z.-]+/)?[0-9.]+(?:v[0-9]+)?)(?:\.pdf)?/?", re.IGNORECASE)
_YOUTUBE = re.compile(r"/(?:embed|shorts|live|v)/([\w-]{11})/?")
_YOUTUBE_ID = re.compile(r"[\w-]{11}")

_GOOGLE = re.compile(r"google\.(?:[a-z]{2,3}|com?\.[a-z]{2})")
_ARCHIVED = re.compile(r"/web/[0-9]{4,14}(?:[a-z]{2}_)?/(https?:/+.+)", re.IGNORECASE)
_AMP_CACHE = re.compile(r"(?:/amp)?/(?:[a-z]/)?(s/)?([^/]+\.[^/]+(?:/.*)?)")
_PROOFPOINT_V3 = re.compile(r"/v3/__(.+?)__;([A-Za-z0-9_=-]*)!")
_READER_VIEW = "about://reader?url="
_RUN_LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class LinkError(ValueError):
    """This address cannot be used; the message says what is wrong with it and what to do."""


def check(url: str) -> str:
    """Return the address without surrounding blanks, else untouched, if a page may show it as a link.

    That is http or https, with a host, without a user name, without invisible characters, and at most
    `MAX_LENGTH` characters long. Raises `LinkError` for any other.
    """
    address = url.strip()
    if len(address) > MAX_LENGTH:
        raise LinkError(
            f"This address is {len(address):,} characters long; at most {MAX_LENGTH:,} can be kept."
            " Look for the article's own, shorter address."
        )
    if not address.isprintable():
        position, character = next((at, sign) for at, sign in enumerate(address, 1) if not sign.isprintable())
        raise LinkError(
            f"This address has an invisible character (U+{ord(character):04X}) at position {position}."
            " Copy the address anew from the browser's address bar."
        )
    _parts(address)
    return address


def destination(text: str) -> str:
    """Return where readers may be sent: a path of this site that begins with one "/", or an address that `check` takes.

    Without surrounding blanks, else untouched. Raises `LinkError`: "//host" and "/\\host" lead to another site.
    """
    target = text.strip()
    if not target.startswith("/"):
        return check(target)
    if target.startswith("//") or "\\" in target:
        raise LinkError(
            f"“{_excerpt(target)}” leads to another site. Write its whole address, such as https://example.org/."
        )
    if len(target) > MAX_LENGTH or not target.isprintable():
        raise LinkError(
            "This path is too long or has invisible characters. Copy it anew from the browser's address bar."
        )
    return target


def brand(url: str) -> str:
    """Return the host of an address as files name it in `link.brand`: `hitconsultant.net`, `cardio.jmir.org`.

    Lower case, without "www." and port, international names in their ASCII form. Raises `LinkError`.
    """
    host = _parts(url.strip()).host
    return host[4:] if host.startswith("www.") and "." in host[4:] else host


def canonical(url: str) -> str:
    """Return the key under which two addresses are the same link: compare it, never show or follow it.

    It has the form of an https address, and is its own key. Differences that make no other article are gone:
    scheme, "www.", port, tracking, order of parameters, fragment (unless it is a route, "#/..." or "#!..."),
    slash at the end, AMP, a wrapper around the address such as a mail filter or an archive. Where the address
    names a DOI, PubMed, PMC or arXiv number or a YouTube video, that alone is the key. Raises `LinkError`.
    """
    if len(url) > _MAX_KEY_INPUT:
        raise LinkError(
            f"This address is {len(url):,} characters long; at most {_MAX_KEY_INPUT:,} can be compared."
            " Look for the article's own, shorter address."
        )
    before = url
    for _ in range(_MAX_STEPS):
        # One rule may uncover work for another (a wrapper around an AMP page), so until nothing changes.
        key = _step(_tidied(before))
        if key == before:
            return key
        before = key
    raise LinkError("This address holds too many others inside it. Enter the address of the article itself.")


class _Parts(NamedTuple):
    host: str
    port: int | None
    path: str
    query: str
    fragment: str


def _tidied(url: str) -> str:
    """Forgive what copying adds to an address, and a missing "https://"."""
    url = unicodedata.normalize("NFC", url.strip()).replace("&amp;", "&")
    url = url.translate(str.maketrans("", "", "\t\r\n"))
    if url.startswith(_READER_VIEW):
        url = unquote(url.removeprefix(_READER_VIEW))
    head = re.match(r"[^?#]*+", url)
    if head:
        url = head.group().replace("\\", "/") + url[head.end() :]
    if url.startswith("//"):
        return f"https:{url}"
    bare = _BARE_HOST.match(url)
    return f"https://{url}" if bare and "." in bare.group() else url


def _parts(url: str) -> _Parts:
    scheme = _SCHEME.match(url)
    if not scheme or scheme.group().lower() not in ("http:", "https:"):
        raise LinkError(f"“{_excerpt(url)}” is not a web address. Enter one that begins with https:// or http://.")
    try:
        split = urlsplit(url)
        name, port = split.hostname, split.port
    except ValueError as error:
        raise LinkError(
            f"The host or port in “{_excerpt(url)}” cannot be read. Copy the address anew from the browser."
        ) from error
    if "@" in split.netloc:
        raise LinkError("This address carries a user name or password. Remove what stands before the “@”.")
    if not name:
        raise LinkError(f"“{_excerpt(url)}” names no site. Enter the whole address, such as https://example.org/page.")
    return _Parts(_host(name), port, split.path, split.query, split.fragment)


def _host(name: str) -> str:
    """Return the host in lower-case ASCII, as it is asked for (IDNA 2008 with the mapping of UTS 46)."""
    try:
        if ":" in name:
            return f"[{IPv6Address(name)}]"
        if not name.isascii() and len(name) <= 253:
            name = idna.encode(name, uts46=True, transitional=False).decode("ascii")
    except ValueError as error:  # idna's errors are Unicode errors, which are value errors
        raise LinkError(_bad_host(name)) from error
    host = name.lower().removesuffix(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise LinkError(_bad_host(name))
    return host


def _bad_host(name: str) -> str:
    return f"“{_excerpt(name)}” is not the name of a site. Copy the address anew from the browser's address bar."


def _excerpt(text: str) -> str:
    shown = "".join(character if character.isprintable() else "�" for character in text[:60])
    return f"{shown}…" if len(text) > 60 else shown


def _step(url: str) -> str:
    parts = _parts(url)
    host = _main_host(parts.host)
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    path = _without_dots(_normal(parts.path, keep="/:@!$&'()*+,;="))
    segments = [_normal(segment.replace("+", "%20")) for segment in parts.query.split("&")]
    inner = _tidied(next(filter(None, _wrapped(host, path, segments)), ""))
    if inner and _is_web(inner):
        return inner
    if identity := _identity(host, path, segments):
        return identity
    query = "&".join(sorted(segment for segment in segments if segment and not _is_tracking(segment, host)))
    return f"https://{host}{port}{_short(path)}{'?' if query else ''}{query}{_route(parts.fragment)}"


def _main_host(host: str) -> str:
    """Leave out what only chooses a form of the same site; "www10.org" keeps its name."""
    if wikipedia := _MOBILE_WIKIPEDIA.fullmatch(host):
        return ".".join(wikipedia.groups())
    return _VARIANT_HOST.sub("", host, count=1) if _VARIANT_HOST.match(host) else host


def _normal(text: str, keep: str = "/:@!$'()*,;=?") -> str:
    """Write every character in one way: unreserved and kept ones as they are, the rest as upper-case %XX."""
    if _NORMAL.fullmatch(text):
        return text

    def one(match: re.Match[str]) -> str:
        if not match[1]:
            return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    text = _TO_NORMALISE.sub(one, text)
    return "".join(c if c in _UNRESERVED or c in keep or c == "%" else f"%{ord(c):02X}" for c in text)


def _without_dots(path: str) -> str:
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/" + "/".join(steps)


def _short(path: str) -> str:
    path = _INDEX.sub("", path).removesuffix("/amp")
    if path.endswith(".amp.html"):
        path = path.removesuffix(".amp.html") + ".html"
    return path.rstrip("/")


def _route(fragment: str) -> str:
    fragment = fragment.partition(":~:")[0]
    if fragment in ("!", "/", "!/") or not fragment.startswith(("!", "/")):
        return ""
    return "#" + _normal(fragment, keep="/:@!$&'()*+,;=?")


def _is_tracking(segment: str, host: str) -> bool:
    name, _, value = segment.partition("=")
    name = name.lower()
    if name in _TRACKING or name.startswith(_TRACKING_PREFIXES):
        return True
    if name == "outputtype":
        return value.lower() == "amp"
    if name in ("ref", "via") and _HOST_LIKE.fullmatch(value):
        return True  # "ref=main" may choose a branch, "ref=example.org" only says who linked
    return any(name in names for site, names in _TRACKING_OF_SITE.items() if _is_at(host, site))


def _is_at(host: str, site: str) -> bool:
    return host == site or host.endswith(f".{site}")


def _parameter(segments: list[str], *names: str) -> str:
    found = (value for name, _, value in (segment.partition("=") for segment in segments) if name in names)
    return next(found, "")


def _identity(host: str, path: str, segments: list[str]) -> str:
    """Return the key of a work that has a number of its own, else an empty text."""
    if doi := (_DOI if host in ("doi.org", "dx.doi.org") else _DOI_PAGE).fullmatch(path):
        return f"https://doi.org/{doi[1].lower()}"
    if _is_at(host, "ncbi.nlm.nih.gov"):
        if pmc := _PMC.fullmatch(path):
            return f"https://pmc.ncbi.nlm.nih.gov/articles/{pmc[1].upper()}"
        if (host.startswith("pubmed.") or path.startswith("/pubmed/")) and (pubmed := _PUBMED.fullmatch(path)):
            return f"https://pubmed.ncbi.nlm.nih.gov/{pubmed[1]}"
    if _is_at(host, "arxiv.org") and (arxiv := _ARXIV.fullmatch(path)):
        return f"https://arxiv.org/abs/{arxiv[1].lower()}"
    video = ""
    if host == "youtu.be":
        video = path.strip("/")
    elif host in ("youtube.com", "youtube-nocookie.com"):
        player = _YOUTUBE.fullmatch(path)
        video = player[1] if player else _parameter(segments, "v") if path == "/watch" else ""
    return f"https://youtube.com/watch?v={video}" if _YOUTUBE_ID.fullmatch(video) else ""


def _is_web(url: str) -> bool:
    try:
        _parts(url)
    except LinkError:
        return False
    return True


def _wrapped(host: str, path: str, segments: list[str]) -> Iterator[str]:
    """Yield the address inside one that only leads to it, as it is written there; nothing is fetched."""
    query = "&".join(segments)
    if _GOOGLE.fullmatch(host):
        if path == "/url":
            yield unquote(_parameter(segments, "q", "url"))
        if path.startswith("/amp/") and (page := _AMP_CACHE.fullmatch(path)):
            yield _from_amp(page, query)
    if host.endswith(".cdn.ampproject.org") and (page := _AMP_CACHE.fullmatch(path)):
        yield _from_amp(page, query)
    if host in ("l.facebook.com", "lm.facebook.com") and path == "/l.php":
        yield unquote(_parameter(segments, "u"))
    if _is_at(host, "safelinks.protection.outlook.com"):
        yield unquote(_parameter(segments, "url"))
    if host in ("urldefense.proofpoint.com", "urldefense.com"):
        if path == "/v2/url":
            yield unquote(_parameter(segments, "u").replace("-", "%").replace("_", "/"))
        if v3 := _PROOFPOINT_V3.match(f"{path}?{query}"):
            yield _from_proofpoint(unquote(v3[1]), v3[2])
    if host == "web.archive.org" and (page := _ARCHIVED.fullmatch(path)):
        yield re.sub(r"^(https?):/+", r"\1://", page[1], flags=re.IGNORECASE) + (f"?{query}" if query else "")


def _from_amp(page: re.Match[str], query: str) -> str:
    return f"http{'s' if page[1] else ''}://{page[2]}{'?' if query else ''}{query}"


def _from_proofpoint(text: str, encoded: str) -> str:
    """Put back what version 3 took out: "*" stands for one character, "**" and a letter for a run of them."""
    try:
        taken = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    position = 0

    def put_back(match: re.Match[str]) -> str:
        nonlocal position
        length = _RUN_LENGTHS.index(match[1]) + 2 if match[1] else 1
        position += length
        return taken[position - length : position]

    return re.sub(r"\*(?:\*([A-Za-z0-9_-]))?", put_back, re.sub(r"^(https?):/+", r"\1://", text))
