"""Every link of the site leads to a page that is there, and no item is further away than four of them."""

import json
import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

from curation.models import CuratedItem
from tests.commands import run

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
LINK = re.compile(r'<(?:a|link|area|form)\b[^>]*?\s(?:href|action)="([^"]*)"')
PICTURE = re.compile(r'\s(?:src|srcset)="([^"]+)"')
STEPS = 4
NEWSROOM = "/admin/"
"""Where a link leads out of what is for readers."""


def links_of(text: str, address: str) -> set[str]:
    """The addresses on this site that a page leads to, without their fragments."""
    found = set()
    for link in LINK.findall(text):
        whole = urljoin(f"{SITE}{address}", unescape(link)).partition("#")[0]
        if whole.startswith(f"{SITE}/"):
            found.add(whole.removeprefix(SITE))
    return {each for each in found if not each.startswith(NEWSROOM)}


def pictures_of(text: str) -> set[str]:
    found = {part.split()[0] for each in PICTURE.findall(text) for part in unescape(each).split(", ")}
    return {each for each in found if each.startswith("/media/")}


@pytest.mark.anywhere
def test_every_link_answers_and_every_item_is_near(client):
    run("demo", "--no-serve")
    steps, waiting, wrong, pictures = {"/": 0}, deque(["/"]), [], set()
    while waiting:
        address = waiting.popleft()
        answer = client.get(address)
        if answer.status_code != 200:
            wrong.append(f"{address}: {answer.status_code}")
            continue
        if not answer["Content-Type"].startswith("text/html"):
            continue
        pictures |= pictures_of(answer.text)
        for script in re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.text):
            assert json.loads(script)["@graph"]
        if "?" in address and not re.fullmatch(r"[^?]*\?(?:before|page)=[^&]*", address):
            continue  # what only narrows down leads to nothing that is not met otherwise
        for link in links_of(answer.text, address) - steps.keys():
            steps[link] = steps[address] + 1
            waiting.append(link)
    assert wrong == []
    far = [item for item in CuratedItem.objects.published() if steps.get(item.get_absolute_url(), 99) > STEPS]
    assert far == []
    assert [each for each in pictures if client.get(each).status_code != 200] == []
    # The map names nothing that no page leads to; as an address it is written in another way.
    listed = re.findall(r"<loc>([^<]+)</loc>", client.get("/sitemap.xml").text)
    for part in listed:
        for place in re.findall(r"<url><loc>([^<]+)</loc>", client.get(urlsplit(part).path).text):
            assert unescape(place).removeprefix(SITE) in steps, place
