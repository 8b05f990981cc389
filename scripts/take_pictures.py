#!/usr/bin/env python3
"""Takes the pictures of the documentation from the product itself: docs/pictures/*.webp.

Sets up the demonstration newsroom in a temporary folder, on a day that is always the same, serves it on a free port,
and looks at it with Chromium; the operator's picture shows what the commands really print. Run it with the
Python of .venv:

    .venv/bin/python scripts/take_pictures.py [NAME ...]

NAME is that of a picture; without one, all are taken.
"""

import html
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Containers run as root, and every page is our own.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"]
SIZE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
MOST_BYTES = 160_000
NOW = "2026-11-24T09:30:00+00:00"
CLOCK = f"""
import datetime, time
from django.utils import timezone
begun, now = time.monotonic(), datetime.datetime.fromisoformat("{NOW}")
timezone.now = lambda: now + datetime.timedelta(seconds=time.monotonic() - begun)
"""
"""Read by each Python that is started, so that dates on pictures change with the product and not with the day."""

ITEMS = "/admin/curation/curateditem/"
COMMUNITY = "/communities/telehealth/"
ITEM = (
    "/communities/chronic-care-management/curated-content/"
    "carefrontier-the-20-minute-call-that-holds-a-care-plan-together/"
)
TALKED_ABOUT = "kidney care moves earlier"
PROPOSED = "sepsis alert that learned"

EDITED = "content/communities/telehealth/curated-content/8227a265-c96a-504f-a1fd-bdfe8e2cafc3.md"
SITE = (
    EDITED,
    "content/communities/telehealth/curated-content/89d3a60d-3984-569f-b970-345e22e3b71f.md",
    "content/communities/telehealth/curated-content/8b5855d7-caa3-500a-a9cc-74534b726fab.md",
    "content/post/telehealthledger-after-hours-text-first-a-clinic-lets-patients-choose-the-channel.md",
)
"""The files of the demonstration that the operator's site consists of; the last one names no community."""
SESSION = (
    "manage.py import_frontmatter site --dry-run",
    "manage.py import_frontmatter site --community telehealth --publish",
    f"sed -i 's/^searchCategory: .*/searchCategory: Opinion/' site/{EDITED}",
    "manage.py import_frontmatter site --publish",
    "manage.py export_frontmatter site --check; echo $?",
)
TERMINAL = """<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; padding: 24px; background: #e7ebee; }
  main { border-radius: 10px; overflow: hidden; background: #14202b; box-shadow: 0 8px 30px #14202b55; }
  header { padding: 10px 16px; background: #22323f; color: #a9bac6; font: 13px "DejaVu Sans", sans-serif; }
  pre { margin: 0; padding: 18px 22px 22px; color: #dbe5ec; font: 13px/1.55 "DejaVu Sans Mono", monospace;
        white-space: pre-wrap; overflow-wrap: anywhere; }
  .command { color: #fff; font-weight: bold; } .good { color: #7fd6a4; } .bad { color: #ff9c8f; }
  .note { color: #f2ca73; } .quiet { color: #8ba0ae; }
</style><main><header>operator</header><pre>%s</pre></main>"""
WORDS = {
    "created": "good", "updated": "good", "unchanged": "quiet", "written": "good", "error": "bad", "conflict": "bad",
    "differs": "note", "warning": "note",
}  # fmt: skip


def main(names: list[str]) -> None:
    if unknown := set(names) - TAKERS.keys():
        sys.exit(f"There is no picture called {', '.join(unknown)}. Choose from {', '.join(TAKERS)}.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served() as newsroom, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name in names or TAKERS:
            with closing(Visitor(browser, newsroom)) as visitor:
                keep(name, TAKERS[name](visitor))
        browser.close()


# --- What is shown: readers' pages ------------------------------------------------------------------------------------


def home(visitor: "Visitor") -> bytes:
    return visitor.shot("/")


def curated(visitor: "Visitor") -> bytes:
    return visitor.shot(f"{COMMUNITY}curated-content/")


def item(visitor: "Visitor") -> bytes:
    return visitor.shot(ITEM)


def search(visitor: "Visitor") -> bytes:
    return visitor.shot("/search/?q=%22chronic+care%22+-video")


def phones_readers(visitor: "Visitor") -> bytes:
    phone, dark = visitor.like(viewport=PHONE), visitor.like(viewport=PHONE, color_scheme="dark")
    return beside(phone.shot("/"), phone.shot(ITEM), dark.shot(f"{COMMUNITY}curated-content/"))


# --- The newsroom -----------------------------------------------------------------------------------------------------


def desk(visitor: "Visitor") -> bytes:
    return visitor.signed_in("ruth").shot("/admin/")


def desk_dark(visitor: "Visitor") -> bytes:
    return visitor.like(color_scheme="dark").signed_in("ruth").shot("/admin/")


def desk_contributor(visitor: "Visitor") -> bytes:
    return visitor.signed_in("lina").shot("/admin/")


def selected(visitor: "Visitor") -> Page:
    """The list of what is published or waits, with three items ticked."""
    page = visitor.signed_in("ruth").open(f"{ITEMS}?label=in_review")
    for box in page.locator("input.action-select").all()[:3]:
        box.check()
    return page


def items(visitor: "Visitor") -> bytes:
    return selected(visitor).screenshot()


def steps(visitor: "Visitor") -> bytes:
    page = selected(visitor)
    page.get_by_role("button", name="Approve", exact=True).click()
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def form(visitor: "Visitor") -> bytes:
    visitor.signed_in("ruth")
    return visitor.shot(visitor.of_item(TALKED_ABOUT))


def compare(visitor: "Visitor") -> bytes:
    visitor.signed_in("ruth")
    page = visitor.open(f"{visitor.of_item(PROPOSED).removesuffix('change/')}history/")
    page.locator("form[action$='/compare/'] button").first.click()
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def library(visitor: "Visitor") -> bytes:
    return visitor.signed_in("mateo").shot("/admin/curation/featuredimage/")


def calendar(visitor: "Visitor") -> bytes:
    return visitor.signed_in("ruth").shot("/admin/calendar/")


def report(visitor: "Visitor") -> bytes:
    return visitor.signed_in("ruth").shot("/admin/reports/missing/")


def merge(visitor: "Visitor") -> bytes:
    page = visitor.signed_in("ruth").open("/admin/curation/author/add/")
    page.fill("#id_name", "Marchetti, Helene")
    page.press("#id_name", "Enter")
    page.wait_for_load_state("networkidle")
    page = visitor.open("/admin/curation/author/alike/")
    page.get_by_role("button", name="Merge these").click()
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def community(visitor: "Visitor") -> bytes:
    page = visitor.signed_in("sofia").open("/admin/communities/community/")
    page.get_by_role("link", name="Telehealth").first.click()
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def phones_newsroom(visitor: "Visitor") -> bytes:
    phone = visitor.like(viewport=PHONE).signed_in("ruth")
    return beside(
        phone.shot("/admin/"), phone.shot(f"{ITEMS}?label=in_review"), phone.shot(phone.of_item(TALKED_ABOUT))
    )


# --- The terminal -----------------------------------------------------------------------------------------------------


def operator(visitor: "Visitor") -> bytes:
    steps = session(visitor.newsroom.environment)
    visitor.page.set_content(TERMINAL % "\n".join(painted(*step) for step in steps))
    return visitor.page.locator("body").screenshot()


def session(environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The commands of the operator, each with what it prints, run in a folder and a database of their own."""
    with tempfile.TemporaryDirectory(prefix="medigy-operator-") as folder:
        environment = {**environment, "DATA_DIR": f"{folder}/data"}
        demo = ROOT / "curation" / "demo"
        for name in SITE:
            copy(demo, Path(folder, "site"), name)
        run(folder, environment, "manage.py migrate --verbosity 0")
        for command in SESSION:
            yield command, run(folder, environment, command)


def copy(demo: Path, site: Path, name: str) -> None:
    """One content file with its picture, wherever that lies."""
    stem = Path(name).stem
    for found in [
        demo / name,
        *(demo / name).parent.glob(f"{stem}-featuredImage.*"),
        *demo.glob(f"static/**/{stem}.*"),
    ]:
        target = site / found.relative_to(demo)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(found, target)


def run(folder: str, environment: dict[str, str], command: str) -> str:
    real = command.replace("manage.py", f"'{sys.executable}' '{ROOT}/manage.py'")
    done = subprocess.run(  # noqa: S602 - commands of this file, with the redirections that people type
        real, shell=True, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.stdout


def painted(command: str, printed: str) -> str:
    lines = [f'<span class="quiet">$</span> <span class="command">{html.escape(command)}</span>']
    for line in printed.splitlines():
        word = re.match(r"\s*(\w+)", line)
        shown = html.escape(line)
        if word and word[1] in WORDS:
            shown = shown.replace(word[1], f'<span class="{WORDS[word[1]]}">{word[1]}</span>', 1)
        lines.append(shown)
    return "\n".join([*lines, ""])


# --- How it is looked at ----------------------------------------------------------------------------------------------


class Newsroom(NamedTuple):
    """The demonstration, served at `url`."""

    url: str
    password: str
    environment: dict[str, str]


class Visitor:
    """Somebody with a browser window of their own."""

    def __init__(self, browser: Browser, newsroom: Newsroom, **window: Any) -> None:
        self.browser = browser
        self.newsroom = newsroom
        self.others: list[Visitor] = []
        usual = {"viewport": SIZE, "color_scheme": "light", "locale": "en-GB", "timezone_id": "UTC"}
        self.context = browser.new_context(**usual | window, reduced_motion="reduce")
        self.context.clock.set_fixed_time(NOW)
        self.page = self.context.new_page()

    def like(self, **window: Any) -> "Visitor":
        """Another one, with another window."""
        self.others.append(Visitor(self.browser, self.newsroom, **window))
        return self.others[-1]

    def signed_in(self, username: str) -> "Visitor":
        self.page.goto(f"{self.newsroom.url}/admin/login/")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", self.newsroom.password)
        self.page.press("#id_password", "Enter")
        self.page.wait_for_url(f"{self.newsroom.url}/admin/")
        return self

    def open(self, address: str) -> Page:
        answer = self.page.goto(self.newsroom.url + address)
        if answer is None or not answer.ok:
            sys.exit(f"{address} answers {answer.status if answer else 'nothing'}.")
        self.page.wait_for_load_state("networkidle")
        return self.page

    def shot(self, address: str) -> bytes:
        return self.open(address).screenshot()

    def of_item(self, words: str) -> str:
        """The address of the form of an item, found by words of its title."""
        links = self.open(f"{ITEMS}?q={quote(words)}").locator("#result_list tbody a[href*='/change/']")
        address = links.first.get_attribute("href") or ""
        return address.partition("?")[0] or sys.exit(f"No item is found by {words}.")

    def close(self) -> None:
        for visitor in self.others:
            visitor.close()
        self.context.close()


@contextmanager
def served() -> Iterator[Newsroom]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with tempfile.TemporaryDirectory(prefix="medigy-pictures-") as folder:
        url = f"http://{address}"
        inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "ALLOWED_HOSTS"}}
        Path(folder, "sitecustomize.py").write_text(CLOCK)
        environment = {**inherited, "DATA_DIR": folder, "DEBUG": "0", "SITE_URL": url, "PYTHONPATH": folder}
        subprocess.run(
            [sys.executable, "manage.py", "demo", address, "--no-serve"],
            cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        subprocess.run([sys.executable, "manage.py", "rebuild_renditions"], cwd=ROOT, env=environment, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        password = Path(folder, "demo_password").read_text().strip()
        command = [sys.executable, "-m", "gunicorn", "medigy.wsgi", "--bind", address, "--threads", "4"]
        server = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT, env=environment)
        try:
            wait_for(url, server)
            yield Newsroom(url, password, environment)
        finally:
            server.terminate()
            server.wait()


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - an address that was made above
            return
        except (urllib.error.URLError, ConnectionError):
            if server.poll() is not None:
                break
            time.sleep(0.1)
    sys.exit(f"The site does not answer at {url}.")


def beside(*pngs: bytes) -> bytes:
    """Several pictures in a row, with room between them."""
    pictures = [Image.open(io.BytesIO(png)).convert("RGB") for png in pngs]
    gap = 24
    width = sum(picture.width for picture in pictures) + gap * (len(pictures) + 1)
    row = Image.new("RGB", (width, pictures[0].height + 2 * gap), "#e7ebee")
    left = gap
    for picture in pictures:
        row.paste(picture, (left, gap))
        left += picture.width + gap
    made = io.BytesIO()
    row.save(made, "PNG")
    return made.getvalue()


def keep(name: str, png: bytes) -> None:
    """Saves a picture, as finely as it fits into `MOST_BYTES`."""
    target = PICTURES / f"{name}.webp"
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in (90, 82, 74, 60):
        picture.save(target, quality=quality, method=6)
        if target.stat().st_size <= MOST_BYTES:
            break
    print(f"{target.relative_to(ROOT)}  {picture.width} × {picture.height}, {target.stat().st_size / 1024:,.0f} kB")


TAKERS: dict[str, Callable[[Visitor], bytes]] = {
    "home": home, "list": curated, "item": item, "search": search,
    "phones-readers": phones_readers, "desk": desk, "desk-dark": desk_dark, "desk-contributor": desk_contributor,
    "items": items, "steps": steps, "form": form, "compare": compare, "library": library, "calendar": calendar,
    "report": report, "merge": merge, "community": community, "phones-newsroom": phones_newsroom, "operator": operator,
}  # fmt: skip
"""Every picture of the documentation, by the name of its file."""


if __name__ == "__main__":
    main(sys.argv[1:])
