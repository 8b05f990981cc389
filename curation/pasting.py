"""What a word processor or a web page puts on the clipboard, as HTML that is fit to be edited."""

import re

from curation import html

# Every pattern stops at the next "<" or after some hundred characters, so that none takes long whatever is pasted.
_WRAPPER = re.compile(r"<b\b[^<>]{0,500}docs-internal-guid[^<>]{0,200}>", re.IGNORECASE)
_BULLET = re.compile(r"<!\[if !supportLists\]>.{0,600}?<!\[endif\]>", re.DOTALL | re.IGNORECASE)
_LISTED = re.compile(r"<p\b[^<>]{0,500}MsoListParagraph[^<>]{0,1000}>", re.IGNORECASE)
_SPAN = re.compile(r"<span\b(?P<style>[^<>]{0,2000})>(?P<words>[^<]{1,5000})</span>", re.IGNORECASE)
_LINE_BREAKS = re.compile(r"[ \t]*\n\s*")
# From here on, in HTML that is clean.
_MARK = "\ue000"
_ENTRY = re.compile(rf"<p[^<>]{{0,200}}>\s*{_MARK}\s*(.*?)</p>", re.DOTALL)
_ENTRIES = re.compile(rf"(?:{_MARK}<li>[^\n]*</li>\n)+")
_EMPTY = re.compile(r"<(p|span|strong|em|b|i|u|h[2-6]|li)>(?:\s|\xa0|&nbsp;|<br>)*</\1>")
_WRAPPERS = re.compile(r"</?(?:span|div)(?: [^<>]*)?>")
_HARD_BLANK = re.compile(r"(?<=\S)(?:&nbsp;|\xa0)(?=\S)")
_BLOCK = re.compile(r"(</(?:p|h[2-6]|ul|ol|li|blockquote|table|tr|figure)>|<(?:ul|ol|table|blockquote)>)\s*")


def tidy(clipboard: str) -> str:
    """Clean HTML without the clutter of where it comes from: paragraphs, headings, lists, links, emphasis, tables.

    What it says and how it is built stays; fonts, colours, empty paragraphs, comments and wrappers go. Raises
    `html.HtmlTooLarge`.
    """
    if len(clipboard) > 4 * html.MAX_BYTES:
        raise html.HtmlTooLarge("What you pasted is too long to be cleaned at once. Paste it in parts.")
    text = _copied(clipboard.replace("\r\n", "\n")).replace(_MARK, "")
    if "<pre" not in text.lower():
        text = _LINE_BREAKS.sub(" ", text)
    # Google's editor wraps all that it copies in an element that says, by its style, that nothing of it is bold.
    if wrapper := _WRAPPER.search(text):
        end = text.lower().rfind("</b>")
        text = text[: wrapper.start()] + text[wrapper.end() : end] + text[end + 4 :]
    # Word's lists are paragraphs that begin with a sign of their own.
    text = _LISTED.sub(f"<p>{_MARK}", _BULLET.sub("", text))
    text = html.clean(_SPAN.sub(_emphasised, text)).replace(f' rel="{html.REL}"', "")
    text = _WRAPPERS.sub("", text)
    for _ in range(3):  # what is empty in an empty one, in an empty one
        text = _EMPTY.sub("", text)
    text = _HARD_BLANK.sub(" ", text)
    lines = _BLOCK.sub(r"\1\n", _ENTRY.sub(rf"{_MARK}<li>\1</li>", text))
    return _ENTRIES.sub(r"<ul>\n\g<0></ul>\n", lines).replace(_MARK, "").strip()


def _copied(clipboard: str) -> str:
    """What was chosen: the rest of the page, its style sheets above all, only goes along with it."""
    start, end = clipboard.find("<!--StartFragment-->"), clipboard.rfind("<!--EndFragment-->")
    return clipboard[start + 20 : end] if 0 <= start < end else clipboard


def _emphasised(span: re.Match[str]) -> str:
    style, words = span["style"].lower().replace(" ", ""), span["words"]
    if not words.strip():
        return words
    if re.search(r"font-weight:(?:bold|[6-9]00)", style):
        words = f"<strong>{words}</strong>"
    if "font-style:italic" in style:
        words = f"<em>{words}</em>"
    return words
