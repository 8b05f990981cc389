"""How fast content files come in and go out, and how far that is from the limit.

    python benchmarks/exchange.py [--files 10000] [--workers N]

Makes files in the shape of the Medigy file, imports them into a database of its own, imports them again, exports them
and exports them again. The limit (reading and parsing the same files, nothing else) is measured in the same run. Uses
the database that DATABASE_URL names, which must be empty, or SQLite in a temporary folder.
"""

import argparse
import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "tests" / "data" / "medigy" / "28171833-cc9d-59f4-a6ad-dcba727d8301.md"
COMMUNITIES, AUTHORS, TOPICS, PUBLISHERS = 10, 500, 60, 80


def generate(folder: Path, count: int) -> None:
    """Writes `count` files that differ from the Medigy file in what makes an item another one."""
    text = SEED.read_text()
    for number in range(count):
        community = f"community-{number % COMMUNITIES}"
        changed = (
            text.replace("28171833-cc9d-59f4-a6ad-dcba727d8301", f"{number:08x}-cc9d-59f4-a6ad-dcba727d8301")
            .replace("id: 3518", f"id: {number + 1}")
            .replace("workPackage: 3518", f"workPackage: {number + 1}")
            .replace("chronic-care-management-ccm-program", f"chronic-care-management-ccm-program-{number}")
            .replace("chronic-care-management/", f"{community}/")
            .replace("medigy-chronic-care-management", f"medigy-{community}")
            .replace("Chronic Care Management (CCM)\n", f"Community {number % COMMUNITIES}\n")
            .replace("Sonalika Ghosh", f"Author {number % AUTHORS}")
            .replace("PopulationHealth", f"Topic{number % TOPICS}")
            .replace("hitconsultant.net", f"publisher{number % PUBLISHERS}.example")
        )
        path = folder / "content" / "communities" / community / "curated-content" / f"{number:08x}{SEED.stem[8:]}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed)


def measure(what: str, count: int, work: Callable[[], object]) -> float:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{what:<34} {count / wall:>9,.0f} files/s {count / cpu:>9,.0f} files per CPU second")
    return count / wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="medigy-benchmark-") as scratch:
        run(Path(scratch), options.files, options.workers)


def run(scratch: Path, count: int, workers: int) -> None:
    os.environ |= {"DJANGO_SETTINGS_MODULE": "medigy.settings", "DATA_DIR": str(scratch / "data")}
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from curation.frontmatter import Document

    call_command("migrate", verbosity=0)
    site = scratch / "site"
    generate(site, count)
    paths = sorted(site.rglob("*.md"))
    print(f"{count:,} files, {connection.vendor}, {workers} worker{'s' if workers > 1 else ''}\n")

    def parse_all() -> None:
        for path in paths:
            Document.parse(path.read_bytes())

    limit = measure("limit: read and parse", count, parse_all)

    def command(name: str, *arguments: str) -> Callable[[], object]:
        return lambda: call_command(name, *arguments, verbosity=0, stdout=io.StringIO(), stderr=io.StringIO())

    imports = ("import_frontmatter", str(site), "--publish", f"--workers={workers}")
    first = measure("import, first time", count, command(*imports))
    again = measure("import, nothing changed", count, command(*imports))
    out = scratch / "out"
    written = measure("export, first time", count, command("export_frontmatter", str(out)))
    same = measure("export, nothing changed", count, command("export_frontmatter", str(out)))
    wrong = [path for path in paths if (out / path.relative_to(site)).read_bytes() != path.read_bytes()]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\nof the limit: first import {first / limit:.2f}, unchanged import {again / limit:.2f}, ", end="")
    print(f"export {written / limit:.2f}, unchanged export {same / limit:.2f}")
    print(f"peak memory {peak} MB; {len(wrong)} files came back otherwise")


if __name__ == "__main__":
    main()
