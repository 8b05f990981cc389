"""Addresses: which may be shown, whose they are, and which are the same link."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curation.links import LinkError, brand, canonical, check

SAME = [
    ("http://example.org/a", "https://example.org/a", "the scheme says nothing about the article"),
    ("https://EXAMPLE.org./a", "https://example.org/a", "hosts have no case, and may end in a dot"),
    ("https://www.example.org/a", "https://example.org/a", "www."),
    ("https://m.example.org/a", "https://example.org/a", "the telephone's form"),
    ("https://en.m.wikipedia.org/wiki/X", "https://en.wikipedia.org/wiki/X", "the telephone's form of Wikipedia"),
    ("https://www10.org/a", "https://www10.org/a", "a name that only begins like one"),
    ("http://example.org:80/a", "https://example.org/a", "the usual port"),
    ("https://example.org:443/a", "https://example.org/a", "the usual port"),
    ("https://example.org:8443/a", "https://example.org:8443/a", "another port is another site"),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a", "an international name"),
    ("https://example。org/a", "https://example.org/a", "a full stop of another script"),
    ("https://[2001:DB8:0:0::1]/a", "https://[2001:db8::1]/a", "one form of a number"),
    ("https://example.org/a/", "https://example.org/a", "slash at the end"),
    ("https://example.org/", "https://example.org", "the home page"),
    ("https://example.org//a///b", "https://example.org/a/b", "slashes in a row"),
    ("https://example.org/x/.././a", "https://example.org/a", "steps back"),
    ("https://example.org/x/%2E%2e/a", "https://example.org/a", "steps back in disguise"),
    ("https://example.org/../../a", "https://example.org/a", "steps above the top"),
    ("https://example.org/%7ea%2fb", "https://example.org/~a%2Fb", "escapes only where they are needed"),
    ("https://example.org/é", "https://example.org/%C3%A9", "letters that need an escape"),
    ("https://example.org/e\u0301", "https://example.org/%C3%A9", "a letter and its accent"),
    ("https://example.org/100%", "https://example.org/100%25", "a bare percent sign"),
    ("https://example.org/A", "https://example.org/A", "paths have case"),
    ("https://example.org/a;b=1", "https://example.org/a;b=1", "parameters of the path"),
    ("https://example.org/a/index.html", "https://example.org/a", "the file behind a folder"),
    ("https://example.org/a.html", "https://example.org/a.html", "an ending is part of the name"),
    ("https://example.org/a/amp/", "https://example.org/a", "AMP as a folder"),
    ("https://example.org/a.amp.html?amp=1", "https://example.org/a.html", "AMP as an ending"),
    ("https://example.org/a?outputType=amp", "https://example.org/a", "AMP as a parameter"),
    ("https://example.org/?b=2&a=1", "https://example.org?a=1&b=2", "the order of parameters"),
    ("https://example.org/?a=1+2", "https://example.org?a=1%202", "a blank in a query"),
    ("https://example.org/?a=&b", "https://example.org?a=&b", "empty values may mean something"),
    ("https://example.org/?a=1?b=2", "https://example.org?a=1?b=2", "only the first question mark asks"),
    ("https://example.org/?&&", "https://example.org", "no parameters at all"),
    ("https://example.org/a?utm_source=x&UTM_Medium=y&id=5", "https://example.org/a?id=5", "campaigns"),
    ("https://example.org/a?fbclid=1&gclid=2&mc_cid=3&_hsenc=4&xtor=5", "https://example.org/a", "clicks"),
    ("https://example.org/a?utm%5Fsource=x", "https://example.org/a", "a campaign in disguise"),
    ("https://example.org/a?x=1&amp;utm_source=y", "https://example.org/a?x=1", "copied from a page's source"),
    ("https://example.org/a?ref=selfh.st", "https://example.org/a", "who linked"),
    ("https://example.org/a?ref=main", "https://example.org/a?ref=main", "a branch, not who linked"),
    ("https://example.org/a?cid=7&source=b&medium=c", "https://example.org/a?cid=7&medium=c&source=b",
     "may be content"),
    ("https://www.nytimes.com/a?smid=tw", "https://nytimes.com/a", "one site's own tracking"),
    ("https://evilmedium.com/a?source=b", "https://evilmedium.com/a?source=b", "not that site, only the same letters"),
    ("https://hitconsultant.net/2019/05/06/x/#.X3rEb8IzbIU", "https://hitconsultant.net/2019/05/06/x", "AddThis"),
    ("https://example.org/a#comments", "https://example.org/a", "a place on the page"),
    ("https://example.org/a#:~:text=words", "https://example.org/a", "words on the page"),
    ("https://example.org/#!/a", "https://example.org#!/a", "a route"),
    ("https://example.org/#/a:~:text=b", "https://example.org#/a", "a route and words on it"),
    ("https://example.org/#/", "https://example.org", "the route to the home page"),
    (" https://example.org/\na\t", "https://example.org/a", "what copying adds"),
    ("https://example.org\\a", "https://example.org/a", "backslashes, as browsers read them"),
    ("example.org/a", "https://example.org/a", "typed without the scheme"),
    ("example.org:8080/a", "https://example.org:8080/a", "typed with a port"),
    ("//example.org/a", "https://example.org/a", "copied from a page's source"),
    ("https://www.google.com/url?sa=t&url=https%3A%2F%2Fexample.org%2Fa", "https://example.org/a", "a search result"),
    ("https://www.google.co.uk/amp/s/example.org/a/amp", "https://example.org/a", "AMP shown by Google"),
    ("https://example-org.cdn.ampproject.org/c/s/example.org/a?b=1", "https://example.org/a?b=1", "AMP's cache"),
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%3Ffbclid%3D1&h=2", "https://example.org/a",
     "Facebook"),
    ("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa&data=1", "https://example.org/a",
     "Outlook's mail filter"),
    ("https://urldefense.proofpoint.com/v2/url?u=https-3A__example.org_a-2Db&d=1", "https://example.org/a-b",
     "a hospital's mail filter"),
    ("https://urldefense.com/v3/__https://example.org/a?b=1*2__;Kw!!abc!d$", "https://example.org/a?b=1%202",
     "its newer form, with a + taken out"),
    ("https://urldefense.com/v3/__https://example.org/**Ca__;w6nDqcOpw6k!!abc$", "https://example.org/%C3%A9%C3%A9%C3%A9%C3%A9a",
     "its newer form, with a run of letters taken out"),
    ("https://web.archive.org/web/20190101000000/http://example.org/a?b=1", "https://example.org/a?b=1",
     "an archived copy"),
    ("about://reader?url=https%3A%2F%2Fexample.org%2Fa", "https://example.org/a", "a browser's reading view"),
    ("https://www.google.com/url?q=words", "https://google.com/url?q=words", "nothing is wrapped here"),
    ("https://web.archive.org/web/2019/https://www.google.com/url?q=https://example.org/a/amp", "https://example.org/a",
     "one in another"),
    ("https://dx.doi.org/10.1000/ABC.12", "https://doi.org/10.1000/abc.12", "a DOI has no case"),
    ("https://publisher.example/doi/full/10.1000/abc.12?x=1", "https://doi.org/10.1000/abc.12",
     "a publisher's page of it"),
    ("https://publisher.example/doi/10.1000/abc.12/pdf", "https://doi.org/10.1000/abc.12", "its PDF"),
    ("https://www.ncbi.nlm.nih.gov/pubmed/123", "https://pubmed.ncbi.nlm.nih.gov/123", "PubMed's old address"),
    ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC12/pdf/a.pdf", "https://pmc.ncbi.nlm.nih.gov/articles/PMC12", "PMC"),
    ("https://arxiv.org/pdf/2001.00001v2.pdf", "https://arxiv.org/abs/2001.00001v2", "arXiv's PDF"),
    ("https://youtu.be/abcdefghi-_?t=5", "https://youtube.com/watch?v=abcdefghi-_", "a short address"),
    ("https://www.youtube.com/watch?list=x&v=abcdefghi-_&si=y", "https://youtube.com/watch?v=abcdefghi-_", "in a list"),
    ("https://www.youtube-nocookie.com/embed/abcdefghi-_", "https://youtube.com/watch?v=abcdefghi-_", "embedded"),
    ("https://my_site.example/a", "https://my_site.example/a", "an underscore, which blogs have"),
]  # fmt: skip

BROKEN = [
    ("", "not a web address", "nothing"),
    ("words only", "not a web address", "no address"),
    ("mailto:a@example.org", "not a web address", "mail"),
    ("javascript:run()//https://example.org", "not a web address", "a script"),
    ("data:text/html,x", "not a web address", "a page in an address"),
    ("ftp://example.org/a", "not a web address", "files"),
    ("/a/b", "not a web address", "a path"),
    ("https://", "names no site", "no host"),
    ("https:example.org", "names no site", "browsers would go there, other programs elsewhere"),
    ("https:///example.org", "names no site", "one slash too many"),
    ("https://ana:secret@example.org/", "user name", "a password"),
    ("https://example.org@evil.example/", "user name", "pretends to be another site"),
    ("https://exa mple.org/", "not the name of a site", "a blank"),
    ("https://exa%6Dple.org/", "not the name of a site", "an escape in the host"),
    ("https://-a.example/", "not the name of a site", "a dash in front"),
    ("https://a..example/", "not the name of a site", "two dots"),
    (f"https://{'a' * 64}.example/", "not the name of a site", "a label too long"),
    ("https://\u2764\ufe0f.example/", "not the name of a site", "a picture for a name"),
    ("https://example.org:99999/", "host or port", "no such port"),
    ("https://[::1/", "host or port", "bracket left open"),
]

BRANDS = [
    ("https://hitconsultant.net/2019/05/06/x/#.X3rEb8IzbIU", "hitconsultant.net", "as it is"),
    ("https://www.cnbc.com/2019/01/29/x.html", "cnbc.com", "without www."),
    ("https://cardio.jmir.org/2019/1/e13030/", "cardio.jmir.org", "a journal is not its publisher"),
    ("http://geekdoctor.blogspot.com/2019/01/x.html", "geekdoctor.blogspot.com", "a blog is not its host"),
    ("https://www.japantimes.co.jp/news/", "japantimes.co.jp", "two-part country endings"),
    ("https://WWW.Example.ORG:8080/", "example.org", "case and port"),
    ("https://www.com/", "www.com", "a site called www"),
    ("https://bücher.example/", "xn--bcher-kva.example", "look-alike letters show"),
]


@pytest.mark.parametrize(("url", "key", "why"), SAME)
def test_one_article_has_one_key(url, key, why):
    assert canonical(url) == key, why
    assert canonical(key) == key, why


@pytest.mark.parametrize(("url", "words", "why"), BROKEN)
def test_what_is_no_web_address_is_refused_with_a_reason(url, words, why):
    for use in (check, canonical, brand):
        with pytest.raises(LinkError, match=words):
            use(url)


@pytest.mark.parametrize(("url", "host", "why"), BRANDS)
def test_a_brand_is_the_host_that_readers_know(url, host, why):
    assert brand(url) == host, why


def test_a_link_to_show_is_kept_to_the_letter():
    url = "http://WWW.Example.org:80/a/../b?utm_source=x&y=é z#.X3rEb8IzbIU"
    assert check(f"  {url}\n") == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://example.org/a\nb", "000A"),
        ("https://example.org/a\x00b", "0000"),
        ("https://example.org/a\u202eb", "202E"),
        ("https://example.org/a\u200bb", "position 22"),
        ("https://example.org/" + "a" * 1_981, "2,001 characters"),
    ],
)
def test_a_link_to_show_holds_nothing_that_readers_cannot_see(url, words):
    with pytest.raises(LinkError, match=words):
        check(url)


def test_an_address_of_2000_characters_may_be_shown():
    assert check("https://example.org/" + "a" * 1_980)


_NESTED = "https://web.archive.org/web/2019/" * 200 + "https://example.org"


@pytest.mark.parametrize("url", ["https://example.org/" + "a" * 10_000, _NESTED])
def test_an_address_beyond_all_measure_has_no_key(url):
    with pytest.raises(LinkError, match=r"Enter|Look for"):
        canonical(url)


_HOSTS = """
    example.org www.m.example.org www.google.com web.archive.org doi.org dx.doi.org youtu.be www.youtube.com [::1]
    urldefense.com a.cdn.ampproject.org pubmed.ncbi.nlm.nih.gov arxiv.org l.facebook.com bücher.example amp.www.com
"""
_PIECES = """
    / // . .. a A é %2e %2F %25 %zz % + & = ? # #! #/ :~: ; amp; &amp; utm_source=x ref=a.bc index.html .amp.html /amp
    /url?q= /watch?v=abcdefghijk /web/2019/ /doi/10.1000/ https:// http%3A%2F%2Fexample.org /v3/__ __;Kw! * ** @ | [ ]
    /10.1000/ /abs/1.2v3 /c/s/ /l.php?u= /pdf ' " < \u0301 \U0001f600 \\
"""
_ADDRESSES = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "HTTPS"]),
    st.sampled_from(_HOSTS.split()),
    st.sampled_from(["", ":80", ":8080", "/"]),
    st.lists(st.sampled_from(_PIECES.split()), max_size=12).map("".join),
)


@given(_ADDRESSES | st.text().map("https://example.org/{}".format) | st.text())
@example("https://example.org/?a&amp;amp;b")
@example("https://example.org/a/amp/amp/index.html/")
def test_a_key_is_its_own_key(url):
    try:
        key = canonical(url)
    except LinkError:
        return
    assert canonical(key) == key
    assert key.isascii()
    assert check(key) == key or len(key) > 2_000
