"""Opens the newsroom's pages as people of several kinds, and prints what each costs.

    DATA_DIR=/tmp/big python benchmarks/grow.py --items 100000
    DATA_DIR=/tmp/big python benchmarks/admin.py [--most-queries 12] [--most-ms 300]

Opens the desk, the list of items under each of its tabs, some of its filters and searches, and the form of an item,
each once to warm up and then five times, and prints the number of queries, the median of the time, and that of the
process alone (on SQLite the database works within it; the rest is what others on the machine take). With
`--most-queries` or `--most-ms` it exits 1 where a desk or a list costs more. It adds four people: `bench-root`, a
superuser; `bench-all`, an editor of every community; `bench-one`, an editor of one; `bench-own`, a contributor to every
one. Where there are fewer than fifty communities it adds empty ones.
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medigy.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from communities.models import Community, Membership, Role, Topic, User  # noqa: E402
from curation.admin.queues import MISSING, QUEUES, WATCHES  # noqa: E402
from curation.models import Author, CuratedItem, Publisher  # noqa: E402

TIMES = 5
COMMUNITIES = 50
LIST = "/admin/curation/curateditem/"
SEARCHES = ("health", "comm", '"health care"', '"clinical digital"', "health -care", "telehelth")
"""A word of nearly all, a beginning, phrases that many and few have, without a word, a misspelt one."""


def people() -> dict[str, User]:
    for number in range(Community.objects.count(), COMMUNITIES):
        Community.objects.create(name=f"Bench {number}", slug=f"bench-{number}")
    communities = list(Community.objects.order_by("pk"))
    places = {
        "bench-root": ([], Role.LEAD),
        "bench-all": (communities, Role.EDITOR),
        "bench-one": (communities[:1], Role.EDITOR),
        "bench-own": (communities, Role.CONTRIBUTOR),
    }
    found = {}
    for name, (where, role) in places.items():
        user, _ = User.objects.get_or_create(username=name, defaults={"is_superuser": name == "bench-root"})
        Membership.objects.bulk_create(
            [Membership(user=user, community=place, role=role) for place in where], ignore_conflicts=True
        )
        found[name] = user
    return found


def pages() -> dict[str, str]:
    item = CuratedItem.objects.order_by("-pk").first()
    filters = {
        "community": Community.objects.order_by("pk").first(),
        "topic": Topic.objects.order_by("-pk").first(),
        "author": Author.objects.order_by("-pk").first(),
        "publisher": Publisher.objects.order_by("-pk").first(),
    }
    return {
        "desk": "/admin/",
        "list": LIST,
        **{f"tab {code}": f"{LIST}?label={code}" for code in QUEUES},
        **{f"care {code}": f"{LIST}?watch={code}" for code in WATCHES},
        **{f"missing {code}": f"{LIST}?label=published&missing={code}" for code in MISSING},
        "waiting for me": f"{LIST}?label=in_review&waiting=me",
        "mine": f"{LIST}?who=me",
        **{f"by {name}": f"{LIST}?{name}={row.pk}" for name, row in filters.items() if row},
        **{f"search {words}": f"{LIST}?{urlencode({'q': words})}" for words in SEARCHES},
        "last page": f"{LIST}?p=200",
        **({"form": f"{LIST}{item.pk}/change/"} if item else {}),
    }


def cost(client: Client, address: str) -> tuple[int, int, float, float]:
    """Status, queries, and the medians of the time and of this process's own time, in milliseconds."""
    queries = 0

    def count(execute: Any, *arguments: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        status = client.get(address).status_code
    taken, own = [], []
    for _ in range(TIMES):
        begin, begun = time.perf_counter(), time.process_time()
        client.get(address)
        taken.append((time.perf_counter() - begin) * 1000)
        own.append((time.process_time() - begun) * 1000)
    return status, queries, statistics.median(taken), statistics.median(own)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most-queries", type=int)
    parser.add_argument("--most-ms", type=float)
    parser.add_argument("--as", dest="who", help="One of the four people alone")
    options = parser.parse_args()
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    print(f"{connection.vendor}, {CuratedItem.objects.count()} items", file=sys.stderr)
    too_much = False
    for name, user in people().items():
        if options.who not in (None, name):
            continue
        client = Client()
        client.force_login(user)
        for page, address in pages().items():
            status, queries, taken, own = cost(client, address)
            over = page != "form" and (
                (options.most_queries is not None and queries > options.most_queries)
                or (options.most_ms is not None and taken > options.most_ms)
            )
            too_much |= over
            print(
                f"{name:11} {page:22} {status}  {queries:3} queries  {taken:7.1f} ms, own {own:6.1f} ms"
                f"{'  too much' if over else ''}"
            )
    return 1 if too_much else 0


if __name__ == "__main__":
    sys.exit(main())
