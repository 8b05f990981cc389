"""How long search takes: words that few, some and all items have, the best and the newest first.

    DATA_DIR=/tmp/big python benchmarks/search.py [--times 15]

Measures in a database that `benchmarks/grow.py` has filled, and that DATABASE_URL or DATA_DIR name. For each question:
how many items it finds, and in milliseconds, as the median of `--times` runs: for what readers find, the CPU of this
process and the time on the clock (the work of PostgreSQL is only in this one), the best and the newest first; the same
for the whole page, made anew; and the time for the newsroom's first page of one community. Then follows whether every
page came within the time that is promised, on an idle machine.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

from grow import Writer, set_up

PROMISED = 30
"""Milliseconds on the clock within which a page answers whatever is asked."""


def questions() -> dict[str, dict[str, str]]:
    words = Writer().words
    return {
        "rare word": {"q": words[20_000]},
        "two rare words": {"q": f"{words[6_000]} {words[7_000]}"},
        "middling word": {"q": f"{words[600]} "},
        "often used word": {"q": "telehealth"},
        "word of nearly all": {"q": "health"},
        "word of all": {"q": "the"},
        "four words of nearly all": {"q": "health care data patients"},
        "beginning, 2 letters": {"q": "co"},
        "beginning, 4 letters": {"q": "comm"},
        "beginning of a word of all": {"q": "patien"},
        "beginnings": {"q": "comm* patien*"},
        "phrase": {"q": '"health care"'},
        "phrase that few have": {"q": '"clinical digital"'},
        "word of all and a rare one": {"q": f"the {words[20_000]}"},
        "without a word": {"q": "health -care"},
        "only without a word": {"q": "-care"},
        "misspelt": {"q": "telehelth"},
        "two misspelt": {"q": "hypertenson monitring"},
        "nothing like it": {"q": "qqqqqqqq"},
        "word of all, topic and year": {"q": "the", "topic": "topic-200", "year": "2024"},
        "often used, community": {"q": "telehealth", "community": "community-3", "kind": "News"},
        "phrase, year": {"q": '"health care"', "year": "2024"},
        "misspelt, topic": {"q": "telehelth", "topic": "topic-200"},
    }


def measure(work: Callable[[], object], times: int) -> tuple[float, float]:
    """The median CPU and clock time of `work` in milliseconds."""
    work()
    cpu, wall = [], []
    for _ in range(times):
        cpu_start, wall_start = time.process_time(), time.perf_counter()
        work()
        cpu.append(time.process_time() - cpu_start)
        wall.append(time.perf_counter() - wall_start)
    return median(cpu) * 1000, median(wall) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=15)
    options = parser.parse_args()
    set_up()
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from communities.models import Community
    from curation import edition, search
    from curation.models import CuratedItem

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    client = Client()
    fetch = edition.fetch
    edition.fetch = lambda key: None if key.startswith("page:") else fetch(key)
    mine = CuratedItem.objects.filter(community=Community.objects.first()).order_by("-updated_at", "-pk").only("title")

    def find(words: str, narrowed: dict[str, str], newest: bool) -> search.Found:
        return search.readers(words, narrowed, newest=newest)

    print(f"{CuratedItem.objects.count():,} items, {connection.vendor}\n")
    heads = (
        ("best: CPU", 11),
        ("clock", 7),
        ("newest: CPU", 13),
        ("clock", 7),
        ("page: CPU", 11),
        ("clock", 7),
        ("newsroom", 10),
    )
    print(f"{'':<30}{'found':>7}" + "".join(f"{head:>{width}}" for head, width in heads))
    slowest = 0.0, ""
    for name, asked in questions().items():
        narrowed = {key: value for key, value in asked.items() if key != "q"}
        found = find(asked["q"], narrowed, False)
        best = measure(partial(find, asked["q"], narrowed, False), options.times)
        newest = measure(partial(find, asked["q"], narrowed, True), options.times)
        page = measure(partial(client.get, "/search/", asked), options.times)
        desk = measure(partial(newsroom, search.matching, mine, asked["q"]), options.times)
        cells = [f"{name:<30}{found.total:>6}{'+' if found.more else ' '}", f"{best[0]:>11.1f}{best[1]:>7.1f}"]
        cells += [f"{newest[0]:>13.1f}{newest[1]:>7.1f}", f"{page[0]:>11.1f}{page[1]:>7.1f}", f"{desk[1]:>10.1f}"]
        print("".join(cells), flush=True)
        slowest = max(slowest, (page[1], name))
    kept = "is kept" if slowest[0] <= PROMISED else "is not kept"
    print(f"\nThat a page comes within {PROMISED} ms {kept}: the slowest took {slowest[0]:.1f} ({slowest[1]}).")


def newsroom(matching: Callable[..., Any], items: Any, words: str) -> list[Any]:
    return list(matching(items, words)[:50])


if __name__ == "__main__":
    main()
