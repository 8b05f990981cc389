"""What readers' pages cost: milliseconds of the server's CPU for each request, measured by wrk against gunicorn.

    DATA_DIR=/tmp/big python benchmarks/grow.py --items 100000 --pictures 40
    DATA_DIR=/tmp/big python manage.py collectstatic --noinput
    DATA_DIR=/tmp/big python benchmarks/readers.py [--seconds 4] [--json]

Every page is asked for as it comes from the cache, as it is made where only counts are kept, and as a 304. A bare view
answers through the same middleware, without a query before and after all else, and with one beside each page: what no
page can be faster than. Numbers are of one process with one thread; other programs that are busy make all of them
larger.
On PostgreSQL, whose work is not that of the process, each number is followed by the time that passed.

    python -m venv /tmp/wagtail && /tmp/wagtail/bin/pip install wagtail gunicorn
    DATA_DIR=/tmp/big python benchmarks/readers.py --wagtail /tmp/wagtail/bin/python

With `--wagtail`, a site made with Wagtail (`benchmarks/wagtail_site`) is filled with the same items and pictures, once,
into DATA_DIR/wagtail or a database beside ours (for that the environment needs psycopg too), and each of its pages is
measured between two measurements of ours, so that a busy machine is as busy for both. Then follows how ours compare
with what we have promised. What is slow is asked for one by one; what is not answered in time (`--longest`) is given
up.

Three servers listen, at the port of SITE_URL (8102) and the two behind it.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medigy.settings")
os.environ.setdefault("SITE_URL", "http://127.0.0.1:8102")
SITE = urlsplit(os.environ["SITE_URL"])
ACCEPT = {"Accept-Encoding": "br"}
SLOW = 0.5
"""Seconds from which on a page is asked for one by one: wrk would count what it did not wait for."""
RARE, COMMON = "rural+kidney", "health"
IDLE = 0.17
"""Milliseconds that the bare view with a query takes on the idle machine that the promised milliseconds are of."""
PROMISED = {
    **dict.fromkeys(("home", "list", "list, deep", "list, filtered", "topic"), (12, 30, 3.5)),
    "item": (5, 12, None),
    **dict.fromkeys(("search, rare", "search, common"), (50, 50, 8)),
    "feed": (3, 3, None),
    "sitemap": (20, 20, None),
}
"""How many times as much Wagtail takes for a page than we do when we make it, at the least, with 10,000 items and with
100,000; and the milliseconds that it takes us at the most."""
MOST_KEPT = 2
"""How many times the bare view with a query a page from the cache, or a 304, takes at the most."""


def site() -> Any:
    """The site with two addresses more, `/hello/` and `/hello-query/`; pages are not kept where UNCACHED is set."""
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    settings.ROOT_URLCONF = "benchmarks.readers"
    made = get_wsgi_application()
    from django.db import connection
    from django.http import HttpResponse
    from django.urls import include, path

    from curation import edition

    def hello(request: Any) -> HttpResponse:
        return HttpResponse("Hello.")

    def query(request: Any) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM communities_community ORDER BY id LIMIT 1")
            return HttpResponse(cursor.fetchone()[0])

    globals()["urlpatterns"] = [path("hello/", hello), path("hello-query/", query), path("", include("medigy.urls"))]
    if os.environ.get("UNCACHED"):
        fetch = edition.fetch
        edition.fetch = lambda key: None if key.startswith("page:") else fetch(key)
    return made


# --- Servers ---------------------------------------------------------------------------------------------------------


class Server:
    """A running server of one process, and how to ask it."""

    def __init__(self, address: str, process: "subprocess.Popen[bytes]", longest: float) -> None:
        self.address, self.process, self.longest = address, process, longest

    def ask(self, path: str, headers: dict[str, str] | None = None) -> str:
        """The text of a page, none of one that has not changed. Raises TimeoutError."""
        request = urllib.request.Request(self.address + path, headers=headers or {})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=self.longest) as answer:  # noqa: S310
                return answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            if error.code == 304:
                return ""
            raise SystemExit(f"{request.full_url} answers {error.code}.") from error

    def etag_of(self, path: str) -> str:
        request = urllib.request.Request(self.address + path, headers=ACCEPT)  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.headers["ETag"]

    def worker(self) -> int:
        """The number of the process that answers."""
        return int(Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()[0])

    def give_up(self) -> None:
        """Has another process answer from now on, since this one is still at work."""
        before = self.worker()
        os.kill(before, signal.SIGKILL)
        while not (now := self._worker_now()) or now == before:
            time.sleep(0.1)

    def _worker_now(self) -> int | None:
        try:
            return self.worker()
        except IndexError:
            return None


@contextmanager
def server(number: int, python: str, application: str, environment: dict[str, str], longest: float) -> Iterator[Server]:
    """Server `number` of those of this run."""
    bind = f"{SITE.hostname}:{(SITE.port or 80) + number}"
    command = [python, "-m", "gunicorn", application, "--bind", bind, "--workers", "1", "--timeout", "0",
               "--log-level", "error"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=environment | {"SITE_URL": f"http://{bind}"})
    running = Server(f"http://{bind}", process, longest)
    try:
        for _ in range(600):
            try:
                running.ask("/")
                break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit(f"There is no server at {bind}: the lines above say why.") from None
                time.sleep(0.1)
        yield running
    finally:
        process.terminate()
        process.wait(20)


def ours(number: int, longest: float, uncached: bool) -> Any:
    environment = os.environ | {"UNCACHED": "1" if uncached else "", "PYTHONPATH": str(ROOT)}
    return server(number, sys.executable, "benchmarks.readers:site()", environment, longest)


def theirs(number: int, longest: float, python: str | None) -> Any:
    """The Wagtail site, where one is asked for; filled first, where that is not done yet."""
    if python is None:
        return nullcontext()
    from benchmarks.wagtail_site import source

    environment = source.filled(python) | {"DJANGO_SETTINGS_MODULE": "benchmarks.wagtail_site.settings"}
    return server(number, python, "django.core.wsgi:get_wsgi_application()", environment, longest)


# --- Measuring -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cost:
    """Of one request, in milliseconds."""

    cpu: float
    wall: float
    answered: bool = True


def cpu(pid: int) -> float:
    """The seconds of CPU that a process has used, to the nanosecond: `stat` counts hundredths of seconds."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1_000_000_000


def memory(pid: int) -> float:
    """The megabytes that a process shares with no other."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def measure(server: Server, path: str, seconds: int, headers: dict[str, str] | None = None) -> Cost:
    """What a page costs, once everything that is loaded or made at the first time is there."""
    headers, pid = headers or {}, server.worker()
    before, begun = cpu(pid), time.monotonic()

    def cost(requests: int, answered: bool = True) -> Cost:
        used, passed = cpu(pid) - before, time.monotonic() - begun
        return Cost(used * 1000 / requests, passed * 1000 / requests, answered)

    try:
        server.ask(path, headers)
        before, begun, requests = cpu(pid), time.monotonic(), 0
        while not requests or time.monotonic() - begun < seconds:
            server.ask(path, headers)
            requests += 1
            if requests == 1 and time.monotonic() - begun < SLOW:
                break
        else:
            return cost(requests)
    except TimeoutError:
        given_up = cost(1, answered=False)
        server.give_up()
        return given_up
    wrk(server, path, 1, headers)
    before, begun = cpu(pid), time.monotonic()
    return cost(wrk(server, path, seconds, headers))


def wrk(server: Server, path: str, seconds: int, headers: dict[str, str]) -> int:
    """Asks for so many seconds, without a pause; returns how often it was answered."""
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t", "1", "-c", "2", "-d", f"{seconds}s", "--timeout", "30s", *given, server.address + path]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said and "If-None-Match" not in headers:
        raise SystemExit(f"{path} did not answer well:\n{said}")
    return max(int(re.search(r"(\d+) requests in", said)[1]), 1)  # type: ignore[index]


class Page(NamedTuple):
    """The address of one kind of page, of the largest community and topic: ours, and Wagtail's if it has that kind."""

    ours: str
    theirs: str | None = None


def pages(server: Server) -> dict[str, Page]:
    from django.db.models import Count

    from communities.models import Community, Topic
    from curation.models import CuratedItem, Placement, Shelf

    def largest(shelf: Shelf) -> tuple[int, int]:
        rows = Placement.objects.filter(shelf=shelf).order_by().values_list("owner").annotate(number=Count("pk"))
        return rows.order_by("-number")[0]

    owner, number = largest(Shelf.COMMUNITY)
    community = Community.objects.get(pk=owner)
    topic = Topic.objects.get(pk=largest(Shelf.TOPIC)[0])
    items, there = f"/communities/{community.slug}/curated-content/", f"/{community.slug}/"
    turned = max(2, min(400, number // 25))
    deep = re.search(r'<a rel="next" href="([^"]+)"', server.ask(f"{items}?page={turned}"))
    assert deep, "The largest community has too few items."
    item = CuratedItem.objects.published().filter(community=community).newest_first().select_related("community")[50]
    return {
        "home": Page("/", "/"),
        "community": Page(f"/communities/{community.slug}/"),
        "list": Page(items, there),
        "list, deep": Page(deep[1], f"{there}?page={turned + 1}"),
        "list, filtered": Page(f"{items}?topic={topic.slug}", f"{there}?topic={topic.slug}"),
        "topic": Page(f"/topics/{topic.slug}/", f"/topics/{topic.slug}/"),
        "item": Page(item.get_absolute_url(), f"{there}{item.slug}/"),
        "search, rare": Page(f"/search/?q={RARE}", f"/search/?query={RARE}"),
        "search, common": Page(f"/search/?q={COMMON}", f"/search/?query={COMMON}"),
        "search, phrase": Page("/search/?q=%22health+care%22"),
        "search, beginning": Page("/search/?q=patien"),
        "search, misspelt": Page("/search/?q=telehelth"),
        "search, narrowed": Page(f"/search/?q={COMMON}&topic={topic.slug}"),
        "feed": Page(f"{items}feed.rss", f"/feeds/{community.slug}.rss"),
        "archive": Page("/archive/"),
        "sitemap": Page("/sitemap-items.xml", "/sitemap.xml"),
    }


def run(seconds: int, longest: float, wagtail: str | None) -> dict[str, Any]:
    from django.db import connection

    from curation.models import CuratedItem

    shown = CuratedItem.objects.published().count()
    result: dict[str, Any] = {"database": connection.vendor, "items": CuratedItem.objects.count(), "pages": {}}

    with ours(0, longest, False) as kept, ours(1, longest, True) as made, theirs(2, longest, wagtail) as beside:
        before = measure(kept, "/hello/", seconds)
        for name, page in pages(kept).items():
            print(f"{name} ...", file=sys.stderr)
            costs: dict[str, Any] = {"bare": measure(kept, "/hello-query/", seconds)}
            costs["kept"] = measure(kept, page.ours, seconds, ACCEPT)
            known = {"If-None-Match": kept.etag_of(page.ours)}
            costs["304"] = measure(kept, page.ours, seconds, ACCEPT | known)
            # Before them and after them, since the machine may be busier now.
            costs["bare"] = _mean(costs["bare"], measure(kept, "/hello-query/", seconds))
            costs["made"] = measure(made, page.ours, seconds, ACCEPT)
            if beside and page.theirs:
                costs["Wagtail"] = measure(beside, page.theirs, seconds)
                # On both sides of it, for the same reason.
                costs["made"] = _mean(costs["made"], measure(made, page.ours, seconds, ACCEPT))
                costs["times"] = _times(costs["Wagtail"], costs["made"])
                if name == "sitemap":
                    # Their documents are longer than ours: what counts is an address.
                    there = beside.ask(page.theirs).count("<url>") if costs["Wagtail"].answered else shown
                    shorter = made.ask(page.ours).count("<url>") / there
                    times = costs["times"]
                    costs["times"] = replace(times, cpu=times.cpu * shorter, wall=times.wall * shorter)
            result["pages"][name] = costs
        result["hello"] = _mean(before, measure(kept, "/hello/", seconds))
        result["megabytes"] = {"ours": memory(kept.worker())} | ({"Wagtail": memory(beside.worker())} if beside else {})
    return result


def _mean(one: Cost, other: Cost) -> Cost:
    return Cost((one.cpu + other.cpu) / 2, (one.wall + other.wall) / 2, one.answered and other.answered)


def _times(more: Cost, less: Cost) -> Cost:
    return Cost(more.cpu / less.cpu, more.wall / less.wall, more.answered)


# --- Telling ---------------------------------------------------------------------------------------------------------


def promises(result: dict[str, Any]) -> Iterator[tuple[str, str, str, bool]]:
    """A page, what is promised of it, what is so, and whether that is enough."""
    many = result["items"] >= 100_000
    for name, (few_times, many_times, most) in PROMISED.items():
        costs = result["pages"][name]
        least, times = many_times if many else few_times, costs["times"]
        yield name, f"Wagtail takes {least} times as much", _cell(times), times.cpu >= least
        if most is not None:
            scaled = costs["made"].cpu * IDLE / costs["bare"].cpu
            now = f"{costs['made'].cpu:.2f} here, {scaled:.2f} where a query costs {IDLE}"
            yield name, f"at most {most} ms", now, scaled <= most
    for column, what in (("kept", "any page from the cache"), ("304", "any 304")):
        times, name = max((costs[column].cpu / costs["bare"].cpu, name) for name, costs in result["pages"].items())
        yield what, f"at most {MOST_KEPT} bare views with a query", f"{times:.2f} ({name})", times <= MOST_KEPT


def _cell(cost: Cost | None, wall: bool = False) -> str:
    if cost is None:
        return ""
    numbers = (cost.cpu, cost.wall) if wall else (cost.cpu,)
    return ("" if cost.answered else "over ") + " / ".join(
        f"{number:,.0f}" if number >= 100 else f"{number:.2f}" for number in numbers
    )


def tell(result: dict[str, Any], beside: bool) -> None:
    wall = result["database"] != "sqlite"
    held = ", ".join(f"{whose} {size:.0f} MB" for whose, size in result["megabytes"].items())
    print(f"{result['items']:,} items, {result['database']}; hello {_cell(result['hello'], wall)} ms; "
          f"a worker holds: {held}")  # fmt: skip
    if wall:
        print("First the worker's CPU, then the time that passed, which has the database's work in it.")
    columns = ["made", "kept", "304", "bare", *(("Wagtail", "times") if beside else ())]
    print(f"\n| page | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}")
    for name, costs in result["pages"].items():
        print(f"| {name} | {' | '.join(_cell(costs.get(column), wall) for column in columns)} |")
    if not beside:
        return
    print("\nOf a sitemap, “times” is for one address: Wagtail's documents are longer.")
    if wall:
        print("What we have promised is of SQLite, whose work is that of the process.")
        return
    if result["items"] < 10_000:
        print("What we have promised is of 10,000 items and of 100,000.")
    print("\n| page | promised | is | holds |\n|---|---|---|---|")
    for name, promised, now, holds in promises(result):
        print(f"| {name} | {promised} | {now} | {'yes' if holds else 'no'} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=4, help="for how long each page is asked for")
    parser.add_argument("--longest", type=float, default=60, help="the seconds after which an answer is given up")
    parser.add_argument("--wagtail", metavar="PYTHON", help="the Python of an environment with Wagtail and gunicorn")
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("There is no wrk here: install Debian's package wrk.")
    import django

    django.setup()
    result = run(options.seconds, options.longest, options.wagtail)
    if options.json:
        print(json.dumps(result, default=asdict))
        return
    tell(result, options.wagtail is not None)


if __name__ == "__main__":
    main()
