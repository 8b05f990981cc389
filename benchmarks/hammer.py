"""How many people can write at once, how long they wait, and whether a word of theirs is lost.

    python benchmarks/hammer.py [--seconds 60] [--processes 8] [--readers 2] [--items 20] [--think 0]

Processes save and move items as fast as they can, or with up to `--think` milliseconds between two deeds, while others
read pages. Then everything that was acknowledged is looked for, and every timeline is verified. Ends with 1 where
anything failed, was lost or does not hold. Uses the database that DATABASE_URL names, or SQLite in DATA_DIR or a
temporary folder.
"""

import argparse
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
COMMUNITY = "hammered"


def write(number: int, options: argparse.Namespace, told: Any) -> None:
    """Edits and submits items of everybody's; puts what was acknowledged, what failed, and how long each deed took."""
    from curation import publishing
    from curation.models import CuratedItem
    from curation.publishing import StaleVersion

    dice = random.Random(number)  # noqa: S311 - the same each time
    kept, errors, waits, stale = [], [], [], 0
    keys = list(CuratedItem.objects.filter(community__slug=COMMUNITY).values_list("pk", flat=True))
    until = time.monotonic() + options.seconds
    while len(waits) < options.writes if options.writes else time.monotonic() < until:
        time.sleep(dice.random() * options.think / 1000)
        begun = time.perf_counter()
        try:
            item = CuratedItem.objects.select_related("community").get(pk=dice.choice(keys))
            values = publishing.head_values(item)
            values.body = f"Process {number}, deed {len(waits)}, {dice.random()}"
            revision = publishing.save(item, values, by=None, version=item.version, via="hammer")
            kept.append((item.pk, revision.number, values.body))
            name = "request_changes" if item.state == "in_review" else "submit"
            publishing.move(item, name, by=None, version=item.version, note="because", via="hammer")
        except StaleVersion:
            stale += 1
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        waits.append(time.perf_counter() - begun)
    told.put(("writer", kept, errors, waits, stale))


def read(number: int, options: argparse.Namespace, stop: Any, told: Any) -> None:
    """Reads lists, counts and timelines until `stop`; a reader never waits for a writer."""
    from curation.models import Change, CuratedItem

    errors, waits = [], []
    while not stop.is_set():
        begun = time.perf_counter()
        try:
            list(CuratedItem.objects.newest_first().with_card()[:20])
            list(Change.objects.order_by("-pk")[:20])
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        waits.append(time.perf_counter() - begun)
        time.sleep(0.005)
    told.put(("reader", [], errors, waits, 0))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--writes", type=int, default=0, help="deeds of each process, instead of --seconds")
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--items", type=int, default=20)
    parser.add_argument("--think", type=float, default=0, metavar="MILLISECONDS")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="medigy-hammer-") as scratch:
        os.environ.setdefault("DATA_DIR", scratch)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medigy.settings")
        return run(options)


def run(options: argparse.Namespace) -> int:
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from communities.models import Community
    from curation import publishing
    from curation.exchange.values import ItemValues
    from curation.history import Verification
    from curation.models import Revision

    call_command("migrate", verbosity=0)
    home = Community.objects.get_or_create(slug=COMMUNITY, defaults={"name": "Hammered"})[0]
    for number in range(options.items):
        publishing.create(ItemValues(community=home, title=f"Item {number}", slug=f"item-{number}"), by=None)
    connections.close_all()

    context = multiprocessing.get_context("fork")
    told, stop = context.SimpleQueue(), context.Event()
    writers = [context.Process(target=write, args=[number, options, told]) for number in range(options.processes)]
    readers = [context.Process(target=read, args=[number, options, stop, told]) for number in range(options.readers)]
    begun = time.perf_counter()
    for process in (*writers, *readers):
        process.start()
    reports = [told.get() for _ in writers]
    took = time.perf_counter() - begun
    stop.set()
    reports += [told.get() for _ in readers]
    for process in (*writers, *readers):
        process.join()

    of = {kind: [report for report in reports if report[0] == kind] for kind in ("writer", "reader")}
    waits = {kind: sorted(wait for report in of[kind] for wait in report[3]) for kind in of}
    errors = [error for report in reports for error in report[2]]
    kept = [each for report in of["writer"] for each in report[1]]
    lost = sum(not _is_kept(Revision, *each) for each in kept)
    breaks = [each.as_json() for each in Verification().run()]
    result = {
        "seconds": round(took, 1),
        "writers": len(writers),
        "readers": len(readers),
        "deeds": len(waits["writer"]),
        "saves_kept": len(kept),
        "told_to_look_again": sum(report[4] for report in of["writer"]),
        "errors": len(errors),
        "lost": lost,
        "breaks": len(breaks),
        "deed_ms": _spread(waits["writer"]),
        "reads": len(waits["reader"]),
        "read_ms": _spread(waits["reader"]),
    }
    print(json.dumps(result | {"examples": errors[:3] + breaks[:3]}, indent=2))
    return 1 if errors or lost or breaks else 0


def _is_kept(revisions: Any, item: int, number: int, body: str) -> bool:
    revision = revisions.objects.filter(item=item, number=number).first()
    return revision is not None and body in revision.document.body


def _spread(waits: list[float]) -> dict[str, float]:
    """Milliseconds: the middle one, the 99th of a hundred, the longest."""
    if not waits:
        return {}
    at = {"p50": len(waits) // 2, "p99": min(len(waits) - 1, len(waits) * 99 // 100), "max": len(waits) - 1}
    return {name: round(waits[index] * 1000, 1) for name, index in at.items()}


if __name__ == "__main__":
    sys.exit(main())
