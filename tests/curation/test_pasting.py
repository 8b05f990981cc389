"""What comes from a word processor or another page is fit to be edited: what it says stays, its clutter goes."""

from contextlib import suppress

import pytest

from curation import html, pasting

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p {margin:0}</style></head><body>
<!--StartFragment--><h1 style='mso-x:y'>A year of video visits<o:p></o:p></h1>
<p class=MsoNormal style='margin:0cm'><b>What</b> one <span lang=EN-GB style='color:red'>rural
clinic</span> learned.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18pt'><![if !supportLists]><span style='font-family:Symbol'>·
<span style='font:7pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>Who comes</p>
<p class=MsoListParagraphCxSpLast><![if !supportLists]><span>·</span><![endif]>Who stays&nbsp;away</p>
<!--EndFragment--></body></html>"""

CASES = {
    "Word": (
        WORD,
        "<h2>A year of video visits</h2>\n<p><b>What</b> one rural clinic learned.</p>\n"
        "<ul>\n<li>Who comes</li>\n<li>Who stays away</li>\n</ul>",
    ),
    "Google Docs": (
        '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1f"><p dir="ltr"><span '
        'style="font-size:11pt;font-weight:400">Plain, </span><span style="font-weight:700">bold</span><span '
        'style="font-style:italic"> and slanted</span></p><br></b>',
        '<p dir="ltr">Plain, <strong>bold</strong><em> and slanted</em></p>\n<br>',
    ),
    "a web page": (
        '<div class="story"><p onclick="x()">See <a href="https://a.example/b" class="c">this</a>.</p>'
        '<script>evil()</script><p style="color:red"> </p></div>',
        '<p>See <a href="https://a.example/b">this</a>.</p>',
    ),
    "code keeps its lines": ("<pre>one\n  two</pre>", "<pre>one\n  two</pre>"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_what_it_says_stays_and_its_clutter_goes(name: str) -> None:
    clipboard, expected = CASES[name]
    assert pasting.tidy(clipboard) == expected


@pytest.mark.parametrize("name", CASES)
def test_pasted_text_reads_for_readers_as_it_reads_in_the_form(name: str) -> None:
    tidy = pasting.tidy(CASES[name][0])
    assert html.plain_text(html.render(tidy).html) == html.plain_text(tidy)
    assert not html.render(tidy).removed


def test_what_is_far_too_long_is_refused_with_a_sentence() -> None:
    with pytest.raises(html.HtmlTooLarge, match="Paste it in parts"):
        pasting.tidy("<p>" * html.MAX_BYTES * 2)


def test_what_nobody_copied_costs_no_time() -> None:
    for piece in ("<p class=MsoListParagraph>", '<b id="docs-internal-guid', '<span style="', "<![if !supportLists]>"):
        with suppress(html.HtmlTooLarge):
            pasting.tidy(piece * 20_000)
