"""Bodies as readers get them: what stays, what goes, what is said about it, and what is too much."""

import re
import time
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.html import REL, HtmlTooLarge, Rendered, clean, plain_text, render, xml_safe

KEPT = [
    ("<p>One</p><p>Two &amp; three&nbsp;four</p>", "paragraphs on one line stay as they are"),
    ("<h2>A</h2><h6>B</h6>", "headings below the page's own"),
    ('<table><caption>C</caption><tbody><tr><th scope="col">A</th><td colspan="2">B</td></tr></tbody></table>',
     "tables"),
    ('<ol start="3" type="a"><li>A</li></ol>', "numbering"),
    ('<p lang="la" dir="ltr"><i lang="fr">mot</i></p>', "languages are for those who listen"),
    ('<img src="/media/a.png" alt="A" width="10" height="20">', "our own pictures"),
    ('<a href="/topics/">T</a><a href="mailto:a@example.org">M</a><a href="tel:+1">P</a>', "links within the site"),
    ('<blockquote cite="https://example.org/a">Q</blockquote>', "quotations and their source"),
    ('<pre><code>a &lt; b\n\n  c</code></pre>', "the layout of code"),
    ('<time datetime="2020-10-05">then</time><del datetime="2020-10-05">x</del>', "dates"),
]  # fmt: skip

CHANGED = [
    ("<h1>Title</h1>", "<h2>Title</h2>", "a page has one h1, its own"),
    ("<strike>x</strike>", "<s>x</s>", "the element that HTML has now"),
    ('<p class="a" id="b" style="color:red" data-x="1" align="left">x</p>', "<p>x</p>", "looks and hooks"),
    ('<font color="red">x</font><center>y</center>', "xy", "the words stay"),
    ("a<!-- <p>b -->c<!---->d<!-->e", "acde", "comments in all their forms"),
    ("<?php echo 1 ?><![CDATA[x]]>a", "a", "instructions are comments to a browser"),
    ("a < b <3 & c", "a &lt; b &lt;3 &amp; c", "bare signs are text"),
    ("x</br>y</p>", "xy<p></p>", "end tags without a beginning"),
    ("<pre>\n\n\nx</pre>", "<pre>x</pre>", "each parser eats one line break: none is left to eat"),
    ('<td width="9">x</td>', "x", "a cell without a table"),
    ('<img src="/media/a.png" width="100%" height="99999">', '<img src="/media/a.png" alt="">', "numbers only"),
    ('<a href="https://example.org/?a=1&copy=2">x</a>',
     f'<a href="https://example.org/?a=1&amp;copy=2" rel="{REL}">x</a>',
     "&copy in an address is a parameter, not a sign"),
    ('<a href="//example.org/" target="_blank" rel="opener">x</a>', f'<a href="//example.org/" rel="{REL}">x</a>',
     "our rel for other sites"),
    ('<img src="https://example.org/p.png" alt="A & B">',
     f'<a href="https://example.org/p.png" rel="{REL}">A &amp; B</a>', "a picture elsewhere becomes a link"),
    ("<img src=//example.org/p.png>",
     f'<a href="//example.org/p.png" rel="{REL}">Picture</a>', "without words of its own"),
    ('<a href="/a"><img src="https://example.org/p.png"></a>', '<a href="/a">Picture</a>', "no link in a link"),
    ('<img src="p.png" alt="Figure 1">', "Figure 1", "a picture that is nowhere leaves its words"),
]  # fmt: skip

# Markup that tries to run, load, hide or escape. After cleaning none of it may be live; `removed` must mention it.
HOSTILE = [
    ("<script>run()</script>", "<script>", "plain"),
    ("<ScRiPt src=//example.org/x.js></sCrIpT >", "<script>", "any case"),
    ("<scr<script>ipt>run()</script>", "element", "one tag inside another's name"),
    ("<script>run()", "<script>", "never closed"),
    ("<div><script/x>run()</script></div>", "<script>", "slash for a blank"),
    ("<img src=/media/a.png onerror=run()>", "onerror", "handler on a picture that stays"),
    ("<div><p/onclick=run()>x", "onclick", "slash before the handler"),
    ('<p title="a"onclick="run()">x', "onclick", "no blank before the handler"),
    ("<p ONMOUSEOVER\n=\nrun()>x", "onmouseover", "line breaks around the sign"),
    ("<p onpointerrawupdate=run()>x", "onpointerrawupdate", "a handler few lists know"),
    ('<a href="javascript:run()">x</a>', "javascript:", "plain"),
    ('<a href=" JaVaScRiPt:run()">x</a>', "javascript:", "case and a blank"),
    ('<a href="java\tscript:run()">x</a>', "javascript:", "browsers drop tabs"),
    ('<a href="java&#10;script:run()">x</a>', "javascript:", "a line break as entity"),
    ('<a href="&#x6A;avascript&colon;run()">x</a>', "javascript:", "letters and colon as entities"),
    ('<a href="&#0000000000106;avascript:run()">x</a>', "javascript:", "leading zeros"),
    ('<a href="&#1;javascript:run()">x</a>', "javascript:", "control character in front"),
    ('<a href="javascript:1">x</a>', "javascript:", "what looks like host and port"),
    ('<a href="vbscript:run()">x</a>', "vbscript:", "another script"),
    ('<a href="data:text/html,<script>run()</script>">x</a>', "data:", "a page in an address"),
    ('<a href="blob:https://example.org/1">x</a>', "blob:", "an address made by a script"),
    ('<a href="file:///etc/passwd">x</a>', "file:", "the reader's own disk"),
    ('<blockquote cite="javascript:run()">x</blockquote>', "javascript:", "the source of a quotation"),
    ('<img src="javascript:run()" alt="a">', "javascript:", "a picture's address"),
    ('<img src="data:image/svg+xml,<svg onload=run()>" alt="a">', "data:", "a picture with a program"),
    ("[x](javascript:run())", "javascript:", "in Markdown"),
    ("![x](data:text/html;base64,AA)", "data:", "in a Markdown picture"),
    ("<javascript:run()>", "javascript:", "in a Markdown address"),
    ("[x]\n\n[x]: javascript:run()", "javascript:", "in a Markdown reference"),
    ('<iframe src="https://example.org/"></iframe>', "<iframe>", "a page in the page"),
    ('<iframe srcdoc="<script>run()</script>"></iframe>', "srcdoc", "a page in an attribute"),
    ("<object data=//example.org/x.swf></object>", "<object>", "a plug-in"),
    ("<embed src=//example.org/x.swf>", "<embed>", "a plug-in"),
    ("<svg onload=run()>", "<svg>", "a drawing with a handler"),
    ("<div><svg/onload=run()/>x", "onload", "a drawing closed at once"),
    ("<svg><a xlink:href=javascript:run()><text>x</text></a></svg>", "<svg>", "a link in a drawing"),
    ("<svg><animate attributeName=href values=javascript:run() /></svg>", "<svg>", "an address that changes"),
    ("<svg><style><img src=x onerror=run()></style></svg>", "<svg>", "style is no raw text in a drawing"),
    ("<svg></p><style><a title='</style><img src=x onerror=run()>'>", "<svg>", "leaves the drawing half-way"),
    ("<math><mtext><table><mglyph><style><img src=x onerror=run()></style></table></mtext></math>", "<math>",
     "moves between namespaces when parsed twice"),
    ("<math><annotation-xml encoding=text/html><p onclick=run()></annotation-xml></math>", "<math>",
     "HTML in a formula"),
    ("<style>@import '//example.org/x.css';</style>", "<style>", "a style sheet"),
    ("<style><!--</style><img src=x onerror=run()>-->", "onerror", "the comment ends with its element"),
    ("<noscript><p title='</noscript><img src=x onerror=run()>'></noscript>", "<noscript>",
     "read one way with scripts, another without"),
    ("<template><script>run()</script></template>", "<template>", "inert until copied"),
    ("<textarea><img title='</textarea><img src=x onerror=run()>'></textarea>", "onerror", "leaves the field"),
    ("<title></title><p onclick=run()></title>", "onclick", "leaves the title"),
    ("<xmp><p title='</xmp><img src=x onerror=run()>'></xmp>", "onerror", "leaves the old raw text"),
    ("<plaintext><p onclick=run()>", "<plaintext>", "nothing after it is markup"),
    ("<select><script>run()</script><option>x</select>", "<select>", "scripts are parsed even there"),
    ("<!--><img src=x onerror=run()>-->", "onerror", "an empty comment ends at once"),
    ("<!-- --!><img src=x onerror=run()>-->", "onerror", "the other end of a comment"),
    ("<a title='<!--' href=/a onclick=run()>x</a>-->", "onclick", "no comment in a value"),
    ("<form action=//example.org/><input name=password><button formaction=//example.org/>x</button></form>", "<form>",
     "asks for a password"),
    ("<button formaction=javascript:run()>x</button>", "formaction", "a button's own address"),
    ("<base href=//example.org/>", "<base>", "moves every link of the page"),
    ("<meta http-equiv=refresh content='0;url=//example.org/'>", "<meta>", "leads away"),
    ("<link rel=stylesheet href=//example.org/x.css>", "<link>", "loads a style sheet"),
    ('<a href=/a ping="//example.org/">x</a>', "ping", "tells on the reader"),
    ("<table background=//example.org/p.png><tr><td>x</table>", "background", "loads a picture"),
    ('<p style="background:url(//example.org/p.png)">x', "style", "loads a picture"),
    ('<div style="position:fixed;inset:0"><a href=//example.org/>x</a></div>', "style", "lies over the whole page"),
    ("<video src=//example.org/x onerror=run()></video>", "<video>", "media"),
    ("<isindex type=image src=1 onerror=run()>", "<isindex>", "an element long gone"),
    ('<img src="https://example.org/pixel.gif">', "another site", "counts readers"),
    ('<img src="/admin/logout/">', "media library", "makes the reader's browser ask our own site"),
    ('<img src="/media/../admin/">', "media library", "leaves the media folder"),
    ('<img src="/media/%2e%2E/admin/">', "media library", "leaves it in disguise"),
    ('<img src="/media/..\\admin/">', "media library", "browsers take a backslash for a slash"),
    ('<img src="/media/.\t./admin/">', "media library", "browsers drop tabs"),
    ('<p onclick="run()', "", "a tag without an end is dropped by browsers with all that follows"),
    ("<p on\x00click=run()>x", "onclick", "NUL"),
]  # fmt: skip

_RUNNING = {
    "script", "style", "iframe", "object", "embed", "svg", "math", "template", "noscript", "textarea", "title", "xmp",
    "plaintext", "select", "form", "input", "button", "base", "meta", "link", "video", "isindex",
}  # fmt: skip


class _Live(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _RUNNING:
            self.found.append(tag)
        for key, value in attrs:
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            acts = key.startswith("on") or key in {"style", "srcdoc", "ping", "formaction", "background", "class", "id"}
            scheme = re.match(r"[a-z][a-z0-9+.-]*:", address) if key in {"href", "src", "cite"} else None
            if acts or (scheme and scheme.group() not in {"http:", "https:", "mailto:", "tel:"}):
                self.found.append(f"{tag} {key}={value}")
            if key == "src" and (not address.startswith("/media/") or ".." in address):
                self.found.append(f"picture {value}")


@pytest.mark.parametrize(("html", "why"), KEPT)
def test_what_an_article_is_made_of_stays_to_the_letter(html, why):
    assert clean(html) == html, why
    assert render(html) in (Rendered(html, ()), Rendered(f"<p>{html}</p>", ())), why


@pytest.mark.parametrize(("html", "expected", "why"), CHANGED)
def test_cleaning_changes_no_more_than_it_must(html, expected, why):
    assert clean(html) == expected, why
    assert clean(expected) == expected, why


@pytest.mark.parametrize(("body", "mention", "why"), HOSTILE)
def test_nothing_hostile_survives_and_the_report_mentions_it(body, mention, why):
    rendered = render(body)
    assert not _Live(rendered.html).found, why
    assert not _Live(clean(body)).found, why
    assert clean(rendered.html) == rendered.html, why
    assert mention in " ".join(rendered.removed), (why, rendered.removed)


def test_links_in_links_are_taken_apart():
    cleaned = clean('<a href="/a">x<a href="/b">y</a></a>')
    assert cleaned == '<a href="/a">x</a><a href="/b">y</a>'


def test_own_pictures_may_live_at_another_address():
    html = '<img src="https://media.example.org/m/a.png" alt="A">'
    assert clean(html, ("https://media.example.org/m/",)) == html


def test_markdown_and_html_go_through_one_renderer():
    body = "# T\n\nSome *words*, ~~old~~ <b>bold</b>\n\n| a | b |\n|---|---|\n| 1 | [x](/y) |\n\n<p>html</p>"
    rendered = render(body)
    assert rendered.removed == ()
    assert rendered.html == (
        "<h2>T</h2>\n<p>Some <em>words</em>, <s>old</s> <b>bold</b></p>\n"
        "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n"
        '<td><a href="/y">x</a></td>\n</tr>\n</tbody>\n</table>\n<p>html</p>'
    )


def test_the_report_counts_in_plain_words():
    body = '<script>1</script><script>2</script><p onclick="a">x</p><iframe></iframe><img src="https://example.org/a">'
    assert render(body).removed == (
        "2 <script> elements",
        "1 onclick attribute",
        "1 <iframe> element",
        "1 picture from another site (now a link)",
    )


def test_noise_is_not_reported():
    body = '<section class="a"><p style="color: red" id="x">a<o:p></o:p><!-- b --></p><font size="2">c</font></section>'
    assert render(body).removed == ()


def test_a_name_from_the_text_is_only_repeated_if_it_reads_like_one():
    assert render(f"<p>a<{'x' * 40}>b</p>").removed == ("1 <unknown> element",)


MANY_TAGS = "more than 20,000 HTML tags"
TOO_MUCH = [
    ("x" * 524_289, "512 kB", "long"),
    ("é" * 300_000, "512 kB", "long in bytes"),
    ("<br>" * 20_001, MANY_TAGS, "tags"),
    ("<div>" * 501, "more than 500 HTML elements", "deep"),
    ("<div>" * 100_000, "more than 500", "deep and long"),
    ("<ul><li>" * 32_000, "more than 500", "lists"),
    ("<table><tr><td>" * 501, "more than 500", "tables"),
    ("<table><tr><td></div></td></tr>" * 501, "more than 500", "an end tag reaches nothing outside its table"),
    ("<div><!--</div>-->" * 501, "more than 500", "an end tag in a comment ends nothing"),
    (f'<p title="{"x" * 20_001}">', "at most 20,000", "one tag"),
    (f'<img src="data:image/png;base64,{"A" * 20_001}">', "Upload the picture", "a picture in the text"),
    ("&" * 160_000, "special characters", "signs"),
    ("\xa0" * 160_000, "special characters", "blanks"),
]
TOO_MUCH_MARKDOWN = [
    ("a\n" * 20_001, "lines"),
    ("[" * 20_001, "square brackets"),
    ("*_" * 25_001, "emphasis marks"),
    ("|a" * 300 + "\n" + "|-" * 300 + "\n" + "|a\n" * 300, "cells"),
    ("x<![CDATA[" * 501, "Remove them"),
    ("x<!--" * 501, "Remove them"),
    ("x<?" * 501, "Remove them"),
]


@pytest.mark.parametrize(("html", "words"), [(html, words) for html, words, _ in TOO_MUCH])
def test_what_is_too_much_is_refused_with_a_reason(html, words):
    with pytest.raises(HtmlTooLarge, match=re.escape(words)):
        clean(html)


@pytest.mark.parametrize(("body", "words"), TOO_MUCH_MARKDOWN)
def test_markdown_that_would_take_long_is_refused_with_a_reason(body, words):
    with pytest.raises(HtmlTooLarge, match=re.escape(words)):
        render(body)


STRANDED = "<p>" + "".join(f"<b lang={number}>" for number in range(400)) + "</p>"
SLOW_ELSEWHERE = [
    "<div>" * 100_000,
    "&" * 1_000_000,
    "&" * 500_000,
    "<" * 500_000,
    "<a " + "b=c " * 120_000 + ">",
    "<p " + "b=c " * 4_900 + ">",
    "<object>" * 60_000,
    "<svg><style>" + "<div>" * 100_000,
    "<a href='" * 50_000,
    "<!--" * 100_000,
    "&#" + "1" * 500_000 + ";",
    "&#" + "0" * 500_000 + "65;",
    STRANDED + "<p>x" * 19_000,
    "<table><tr><td>" * 490,
    "word\xa0" * 100_000,
    "*a " * 16_000,
    "`" * 500_000,
    "> " * 200_000,
]


@pytest.mark.parametrize("body", SLOW_ELSEWHERE, ids=range(len(SLOW_ELSEWHERE)))
def test_hostile_text_is_refused_or_done_quickly(body):
    began = time.process_time()
    for work in (render, clean):
        try:
            work(body)
        except HtmlTooLarge:
            continue
    plain_text(body)
    assert time.process_time() - began < 5


def test_an_honest_long_article_passes():
    paragraph = '<p>Some <em>words</em> and <a href="/a">a link</a>, and more words &amp; so on.</p>\n'
    assert render(paragraph * 2_000).html == (paragraph * 2_000).strip()


def test_unclosed_paragraphs_and_list_items_are_no_depth():
    assert clean("<ul>" + "<li>x" * 2_000 + "</ul>").count("<li>") == 2_000


_MARKUP = """
    <p> </p> <a_href=/b> </a> <b> </b> <i_lang=x> </i> <table> </table> <tr> <td> </td> <pre> </pre> <li> <ul> </ul>
    <h1> </h2> <div> </div> <svg> </svg> <style> </style> <img_src=/media/a> <img_src=//e/x_alt=y> <math> <select>
    <!-- --> & &lt; x < > " ' <br> <textarea> <p_onclick=x> <blockquote> <dd> <caption> <col>
"""
_PIECES = st.sampled_from([*(piece.replace("_", " ") for piece in _MARKUP.split()), "\n", " ", "\xa0"])


@given(st.lists(_PIECES, max_size=25).map("".join))
def test_cleaning_any_markup_leaves_nothing_live(html):
    cleaned = clean(html)
    assert not _Live(cleaned).found
    assert not _Live(render(html).html).found


@given(st.text())
def test_any_text_can_be_cleaned_read_and_put_into_xml(text):
    clean(text)
    render(text)
    plain_text(text)
    ElementTree.fromstring(f"<a>{plain_text(clean(text)).replace('&', '&amp;').replace('<', '&lt;')}</a>")


PLAIN = [
    ("<p>One</p><p>Two</p>", None, "One Two", "paragraphs do not run into each other"),
    ("a<b>b</b>c<br>d", None, "abc d", "words do not fall apart"),
    ("a&nbsp;b &amp; c &lt;d&gt;", None, "a\xa0b & c <d>", "entities, and the blanks that hold words together"),
    ("  a \n\t b  ", None, "a b", "one line"),
    ("a<script>b</script><style>c</style>d", None, "a d", "what nobody reads"),
    ("&amp;lt;b&amp;gt;", None, "&lt;b&gt;", "decoded once"),
    ("one two three", 13, "one two three", "just fits"),
    ("one two three", 12, "one two", "whole words"),
    ("one two three", 7, "one two", "ends with a word"),
    ("abcdefgh", 3, "abc", "one long word is cut"),
    ("one&nbsp;two three", 7, "one\xa0two", "a no-break space counts as a letter"),
    ("<p>one", 0, "", "nothing"),
    ("", 10, "", "nothing of nothing"),
]


@pytest.mark.parametrize(("html", "limit", "expected", "why"), PLAIN)
def test_plain_text_is_what_a_person_would_read_aloud(html, limit, expected, why):
    assert plain_text(html, limit) == expected, why


MEDIGY_BEGINNING = (
    "<p>More than three years have passed since the Centers for Medicare &amp; Medicaid Services (CMS) introduced its"
    " separately billable non-face-to-face&nbsp;Chronic Care Management (CCM) service. The hope was that a focus on"
    " managing chronic conditions would contribute to better outcomes.</p><p>The hypothesis was right.</p>"
)


def test_a_description_is_the_first_200_characters_in_whole_words():
    assert render(MEDIGY_BEGINNING).html == MEDIGY_BEGINNING
    assert plain_text(MEDIGY_BEGINNING, 200) == (
        "More than three years have passed since the Centers for Medicare & Medicaid Services (CMS) introduced its"
        " separately billable non-face-to-face\xa0Chronic Care Management (CCM) service. The hope was that"
    )


def test_what_xml_forbids_is_left_out():
    assert xml_safe("a\x00\x0bb\ud800\ufffe\uffffc\td\r\n\U0001f600\x85") == "abc\td\r\n\U0001f600\x85"
