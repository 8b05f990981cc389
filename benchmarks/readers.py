"""What readers' pages cost: milliseconds of the server's CPU for each request, measured by wrk against gunicorn.

    DATA_DIR=/tmp/big python benchmarks/grow.py --items 100000
    DATA_DIR=/tmp/big python manage.py collectstatic --noinput
    DATA_DIR=/tmp/big python benchmarks/readers.py [--seconds 4] [--json]

Every page is asked for as it comes from the cache, as it is made where only counts are kept, and as a 304. Beside them
a bare view answers through the same middleware, without a query and with one: what no page can be faster than. Numbers
are of one process with one thread; other programs that are busy make all of them a little larger.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medigy.settings")
os.environ.setdefault("SITE_URL", "http://127.0.0.1:8102")
SITE = os.environ["SITE_URL"]
ACCEPT = {"Accept-Encoding": "br"}


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


@contextmanager
def server(uncached: bool) -> Iterator[int]:
    """A server of one process; gives the number of the process that answers."""
    environment = os.environ | {"UNCACHED": "1" if uncached else "", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "gunicorn", "benchmarks.readers:site()", "--bind", SITE.split("//")[1],
               "--workers", "1", "--log-level", "error"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        for _ in range(300):
            try:
                ask("/hello/")
                break
            except OSError:
                time.sleep(0.1)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield int(children[0])
    finally:
        process.terminate()
        process.wait(20)


def ask(address: str) -> str:
    """The text of a page."""
    with urllib.request.urlopen(SITE + address) as answer:  # noqa: S310
        return answer.read().decode()


def etag_of(address: str) -> str:
    request = urllib.request.Request(SITE + address, headers=ACCEPT, method="HEAD")  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return answer.headers.get("ETag", "")


def cpu(pid: int) -> float:
    """The seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """The megabytes that a process shares with no other."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def measure(pid: int, address: str, seconds: int, headers: dict[str, str]) -> float:
    """Milliseconds of CPU for each request."""
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t", "1", "-c", "2", "-d", f"{seconds}s", "--timeout", "30s", *given, SITE + address]
    subprocess.run([*command[:6], "1s", *command[7:]], check=True, capture_output=True)
    before = cpu(pid)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    requests = int(re.search(r"(\d+) requests in", said)[1])  # type: ignore[index]
    if "Non-2xx" in said and "If-None-Match" not in headers:
        raise SystemExit(f"{address} did not answer well:\n{said}")
    return (cpu(pid) - before) * 1000 / max(requests, 1)


def addresses() -> dict[str, str]:
    """One address for each kind of page, of the largest community and topic."""
    import django

    django.setup()
    from django.db.models import Count

    from communities.models import Community, Topic
    from curation.models import CuratedItem, Placement, Shelf

    def largest(shelf: Shelf) -> tuple[int, int]:
        rows = Placement.objects.filter(shelf=shelf).order_by().values_list("owner").annotate(number=Count("pk"))
        return rows.order_by("-number")[0]

    owner, number = largest(Shelf.COMMUNITY)
    community = Community.objects.get(pk=owner)
    topic = Topic.objects.get(pk=largest(Shelf.TOPIC)[0])
    items = f"/communities/{community.slug}/curated-content/"
    deep = ask(f"{items}?page={max(2, min(400, number // 25))}")
    item = CuratedItem.objects.published().filter(community=community).newest_first().select_related("community")[50]
    return {
        "home": "/",
        "community": f"/communities/{community.slug}/",
        "list": items,
        "list, deep": re.search(r'<a rel="next" href="([^"]+)"', deep)[1],  # type: ignore[index]
        "list, filtered": f"{items}?topic={topic.slug}",
        "topic": f"/topics/{topic.slug}/",
        "item": item.get_absolute_url(),
        "search, rare": "/search/?q=rural+kidney",
        "search, common": "/search/?q=health",
        "feed": f"{items}feed.rss",
        "archive": "/archive/",
        "sitemap": "/sitemap-items.xml",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=4, help="for how long each page is asked for")
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("There is no wrk here: install Debian's package wrk.")
    result: dict[str, Any] = {"pages": {}}
    with server(uncached=False) as pid:
        pages = addresses()
        for name, address in (("hello", "/hello/"), ("hello with a query", "/hello-query/")):
            result[name] = measure(pid, address, options.seconds, {})
        for name, address in pages.items():
            kept = measure(pid, address, options.seconds, ACCEPT)
            tag = etag_of(address)
            known = measure(pid, address, options.seconds, ACCEPT | {"If-None-Match": tag}) if tag else None
            result["pages"][name] = {"kept": kept, "304": known}
        result["megabytes"] = memory(pid)
    with server(uncached=True) as pid:
        for name, address in pages.items():
            result["pages"][name]["made"] = measure(pid, address, options.seconds, ACCEPT)
    if options.json:
        print(json.dumps(result))
        return
    print(f"hello {result['hello']:.2f} ms, with a query {result['hello with a query']:.2f} ms; "
          f"a worker {result['megabytes']:.0f} MB\n")  # fmt: skip
    print("| page | made | kept | 304 |\n|---|---|---|---|")
    for name, costs in result["pages"].items():
        cells = (f"{costs[column]:.2f}" if costs.get(column) else "" for column in ("made", "kept", "304"))
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
