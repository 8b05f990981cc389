#!/usr/bin/env python3
"""Takes the pictures of the documentation from the product itself: docs/pictures/*.png.

Sets up the demonstration newsroom in a temporary folder, serves it on a free port, and looks at it with Chromium; the
operator's picture shows what the commands really print. Run it with the Python of .venv:

    .venv/bin/python scripts/take_pictures.py [NAME ...]

NAME is readers, item, admin, form or operator; without one, all are taken.
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
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Containers run as root, and every page is our own.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"]
SIZE = {"width": 1280, "height": 800}
WIDE = {"width": 1600, "height": 1280}
"""For pages that begin with large pictures: taken from further away, and made as large as the others."""
MOST_BYTES = 300_000

COMMUNITY = "/communities/telehealth/"
ITEM = (
    "/communities/chronic-care-management/curated-content/"
    "carefrontier-the-20-minute-call-that-holds-a-care-plan-together/"
)

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
    takers: dict[str, Callable[[Page, Newsroom], bytes]] = {
        "readers": readers, "item": item, "admin": admin, "form": form, "operator": operator,
    }  # fmt: skip
    if unknown := set(names) - takers.keys():
        sys.exit(f"There is no picture called {', '.join(unknown)}. Choose from {', '.join(takers)}.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served() as newsroom, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name in names or takers:
            keep(name, takers[name](new_page(browser), newsroom))
        browser.close()


# --- What is shown ----------------------------------------------------------------------------------------------------


def readers(page: Page, newsroom: "Newsroom") -> bytes:
    page.set_viewport_size(WIDE)
    return shot(page, newsroom.url + COMMUNITY)


def item(page: Page, newsroom: "Newsroom") -> bytes:
    return shot(page, newsroom.url + ITEM)


def admin(page: Page, newsroom: "Newsroom") -> bytes:
    newsroom.sign_in(page, "ruth")
    return shot(page, f"{newsroom.url}/admin/")


def form(page: Page, newsroom: "Newsroom") -> bytes:
    newsroom.sign_in(page, "ruth")
    page.goto(f"{newsroom.url}/admin/curation/curateditem/?label=in_review")
    address = page.locator("#result_list tbody a").first.get_attribute("href")
    return shot(page, f"{newsroom.url}{address}")


def operator(page: Page, newsroom: "Newsroom") -> bytes:
    page.set_content(TERMINAL % "\n".join(painted(*step) for step in session(newsroom.environment)))
    return page.locator("body").screenshot()


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


class Newsroom:
    """The demonstration, served at `url`."""

    def __init__(self, url: str, password: str, environment: dict[str, str]) -> None:
        self.url = url
        self.password = password
        self.environment = environment

    def sign_in(self, page: Page, username: str) -> None:
        page.goto(f"{self.url}/admin/login/")
        page.fill("#id_username", username)
        page.fill("#id_password", self.password)
        page.press("#id_password", "Enter")
        page.wait_for_url(f"{self.url}/admin/")


@contextmanager
def served() -> Iterator[Newsroom]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with tempfile.TemporaryDirectory(prefix="medigy-pictures-") as folder:
        url = f"http://{address}"
        inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "ALLOWED_HOSTS"}}
        environment = {**inherited, "DATA_DIR": folder, "DEBUG": "0", "SITE_URL": url}
        subprocess.run(
            [sys.executable, "manage.py", "demo", address, "--no-serve"],
            cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
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


def new_page(browser: Browser) -> Page:
    context = browser.new_context(
        viewport=SIZE, color_scheme="light", locale="en", timezone_id="UTC", reduced_motion="reduce"
    )
    return context.new_page()


def shot(page: Page, url: str) -> bytes:
    answer = page.goto(url)
    if answer is None or not answer.ok:
        sys.exit(f"{url} answers {answer.status if answer else 'nothing'}.")
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def keep(name: str, png: bytes) -> None:
    """Saves a picture no wider than all are, and with fewer colours where it would be too large for a page to load."""
    target = PICTURES / f"{name}.png"
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.thumbnail((SIZE["width"], picture.height), Image.Resampling.LANCZOS)
    picture.save(target, optimize=True)
    if target.stat().st_size > MOST_BYTES:
        picture.quantize(256).save(target, optimize=True)
    print(f"{target.relative_to(ROOT)}  {picture.width} × {picture.height}, {target.stat().st_size / 1024:,.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
