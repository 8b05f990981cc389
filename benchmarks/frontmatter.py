"""How fast a document is read and changed, beside bare libyaml in the same run.

    .venv/bin/python benchmarks/frontmatter.py

Times are CPU microseconds for the Medigy file, the best of many rounds. Ends with 1 when reading is slower than 0.6 of
the speed of `yaml.load` on the front matter alone.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from curation.frontmatter import Document  # noqa: E402

FILE = ROOT / "tests" / "data" / "medigy" / "28171833-cc9d-59f4-a6ad-dcba727d8301.md"
ROUNDS, REPEATS = 15, 200
LEAST_SPEED = 0.6


def measure(jobs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Microseconds of each job; the jobs take turns, so that a busy machine is busy for all of them."""
    best = dict.fromkeys(jobs, float("inf"))
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            start = time.process_time()
            for _ in range(REPEATS):
                job()
            best[name] = min(best[name], (time.process_time() - start) / REPEATS * 1e6)
    return best


def main() -> int:
    if not yaml.__with_libyaml__:
        print("PyYAML has no libyaml here: there is nothing to compare with.", file=sys.stderr)
        return 1
    raw = FILE.read_bytes()
    document = Document.parse(raw)
    bare = "yaml.load of the front matter (CSafeLoader)"
    ours = "Document.parse and text"
    times = measure(
        {
            bare: lambda: yaml.load(document.header, Loader=yaml.CSafeLoader),
            ours: lambda: Document.parse(raw).text,
            "data": lambda: document.data,
            "sha256": lambda: Document.parse(raw).sha256,
            "with_values, nothing new": lambda: document.with_values({"title": document.data["title"]}),
            "with_values, a title": lambda: document.with_values({"title": "Another title"}),
            "with_values, a part and a list": lambda: document.with_values(
                {("link", "brand"): "x", "tags": ["a", "b"]}
            ),
            "Document.new": lambda: Document.new(document.data, document.body),
        }
    )
    for name, microseconds in times.items():
        print(f"{name:45} {microseconds:8.1f} µs {1e6 / microseconds:10,.0f}/s")
    speed = times[bare] / times[ours]
    print(f"Reading reaches {speed:.2f} of bare libyaml's speed (at least {LEAST_SPEED}).")
    return 0 if speed >= LEAST_SPEED else 1


if __name__ == "__main__":
    sys.exit(main())
