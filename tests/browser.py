"""Chromium for tests: the fixtures `page` and, for more than one, `open_page`; and whether everybody can use a page."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request, Response, Route, expect, sync_playwright

expect.set_options(timeout=30_000)  # as long as Playwright waits for all else
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox",  # containers run as root, and every page is our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REPORT_CSP_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => console.error(
    `The Content-Security-Policy forbids ${event.blockedURI} (${event.violatedDirective})`));
"""
LOOKS = (("light", 1280), ("dark", 1280), ("dark", 360), ("light", 360))
"""Colours and widths in which a page has to be right."""
AXE = Axe().axe_script
ASKED = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}, "preload": False}
"""Every rule of axe; style sheets are there already, and are not fetched once more."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of this run. Skips where there is none; on a CI machine that is a failure."""
    if not CHROMIUM.exists():
        sentence = f"There is no Chromium at {CHROMIUM}: install Debian's package chromium."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    # Playwright keeps an event loop in this thread from start to end, which Django would take for async code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Opens a page with cookies of its own; its addresses are relative to the live server.

    Takes what Playwright's `new_context` takes: `viewport`, `color_scheme`, `java_script_enabled=False`, ...
    In the end it fails the test for errors of scripts, on the console or of the Content-Security-Policy, for
    parts of a page that did not load, and for requests to another host.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(**options) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        context.add_init_script(REPORT_CSP_VIOLATIONS)
        _watch(context, urlsplit(live_server.url).netloc, problems)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.set_offline(True)  # what a page says as it is left would come when the tables are emptied, or after
        for page in context.pages:
            page.goto("about:blank")
        context.close()
    _wait_for_answers()
    if problems:
        listed = "\n".join(f"- {problem}" for problem in dict.fromkeys(problems))
        pytest.fail(f"The browser complains:\n{listed}", pytrace=False)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page as `open_page` opens it, with nothing special asked for."""
    return open_page()


def staying(page: Page) -> list[str]:
    """Stays where the page is when it asks next; the list says then by what kind of dialog it asked."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    return asked


class Held:
    """Requests for addresses that a pattern names, which are held until `let_go`: answers that come late."""

    def __init__(self, page: Page, pattern: str) -> None:
        self.page, self.pattern, self.is_over = page, pattern, False
        self.routes: list[Route] = []
        page.route(pattern, self._hold)

    def _hold(self, route: Route) -> None:
        if self.is_over:
            route.continue_()
        else:
            self.routes.append(route)

    def wait(self) -> None:
        """Waits until one is held."""
        ends = time.monotonic() + 30
        while not self.routes:
            assert time.monotonic() < ends, f"Nobody asked for {self.pattern}"
            self.page.wait_for_timeout(20)

    def let_go(self) -> None:
        """Lets them through, and whatever is asked for later."""
        self.is_over = True
        for route in self.routes:
            route.continue_()


def usable_by_everybody(page: Page, where: str, looks: Iterable[tuple[str, int]] = LOOKS) -> None:
    """Fails unless the page, as it stands, fits its window and axe finds nothing to complain of, light and dark, wide
    and narrow. `where` names it in the failure. Leaves the page in the last of `looks`.
    """
    page.evaluate(AXE)
    for scheme, width in looks:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # else colours are on their way
        page.set_viewport_size({"width": width, "height": 800})
        # A bar that sticks to the edge lies over what can be scrolled from under it; at the end it is where it belongs.
        page.evaluate("document.querySelector('.mdg-savebar') && scrollTo(0, document.body.scrollHeight)")
        found = AxeResults(page.evaluate("(asked) => axe.run(asked)", ASKED))
        assert not found.response["violations"], f"{where}, {scheme}, {width} px: {found.generate_report()}"
        fits(page, f"{where}, {scheme}")


def fits(page: Page, where: str) -> None:
    """Fails where the page is wider than its window."""
    shown, has = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert shown <= has, f"{where}: {shown} px wide in a window of {has} px"


def _wait_for_answers(seconds: float = 10) -> None:
    """Waits until the live server answers nobody any more: what it still writes would meet the emptying of tables."""
    ends = time.monotonic() + seconds
    while any("process_request_thread" in thread.name for thread in threading.enumerate()) and time.monotonic() < ends:
        time.sleep(0.02)


def _watch(context: BrowserContext, host: str, problems: list[str]) -> None:
    def on_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.netloc != host:
            problems.append(f"A request to another host: {request.url}")

    def on_response(response: Response) -> None:
        # A page may well answer 404 or 409: that is for the test to say.
        if response.status >= 400 and not response.request.is_navigation_request():
            problems.append(f"{response.url} answered {response.status}")

    def on_console(message) -> None:
        # Chromium writes this for pages that answer 404 or 409 too; on_response tells them from broken parts.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            problems.append(f"{message.text} ({message.page.url if message.page else 'no page'})")

    context.on("request", on_request)
    context.on("response", on_response)
    context.on("console", on_console)
    context.on("weberror", lambda error: problems.append(f"A script failed: {error.error}"))
