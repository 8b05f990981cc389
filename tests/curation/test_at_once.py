"""Many at the same moment, each in a process of their own, on a database of their own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.at_once import PROCESSES

ROOT = Path(__file__).parents[2]
POSTGRES = os.environ.get("DATABASE_URL", "")

pytestmark = pytest.mark.database


@pytest.fixture
def ask(tmp_path, request):
    """Runs Python in an empty database of the kind that the tests run on, and reads the object that it prints."""
    environment = {
        "PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "medigy.settings",
        "SITE_URL": "http://testserver",
    }  # fmt: skip
    if POSTGRES:
        import psycopg
        from django.conf import settings

        kept = settings.DATABASES["default"]
        database = f"at_once_{os.getpid()}_{request.node.name[:30]}"
        with psycopg.connect(
            host=kept["HOST"], port=kept["PORT"] or None, user=kept["USER"], password=kept["PASSWORD"] or None,
            dbname="postgres", autocommit=True,
        ) as server:  # fmt: skip
            server.execute(f'CREATE DATABASE "{database}"')
        environment["DATABASE_URL"] = f"{POSTGRES.rpartition('/')[0]}/{database}"
    else:
        shutil.copy(request.getfixturevalue("migrated"), tmp_path / "db.sqlite3")

    def run(*words: object) -> dict:
        command = [sys.executable, *map(str, words)]
        result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr
        return json.loads(result.stdout)

    return run


def test_of_eight_who_press_at_once_one_makes_it_happen_and_seven_are_told(ask):
    seen = ask("-m", "tests.at_once")
    rest = PROCESSES - 1
    assert seen["approve"] == {"done": 1, "StaleVersion": rest}
    assert seen["save"] == {"done": 1, "StaleVersion": rest}
    assert seen["claim"] == {"done": 1, "MoveNotAllowed": rest}
    assert seen["remark"] == {"done": PROCESSES}
    assert sum(int(said.split()[0]) * times for said, times in seen["publish_due"].items()) == 5
    assert seen["lines"] == {f"due-{number}": 1 for number in range(5)}
    assert seen["updated"] == 5
    assert sum(int(said.split()[0]) * times for said, times in seen["send"].items()) == PROCESSES
    assert seen["mails"] == {f"editor{number}": 1 for number in range(PROCESSES)}
    # Each in a ring into the next one: whoever finds one of the two gone is refused, and no item loses its author.
    merged = seen["merge"]["done"]
    assert seen["merge"] == {"done": merged} | ({"refused": PROCESSES - merged} if merged < PROCESSES else {})
    assert (seen["authors"], seen["without author"]) == (PROCESSES - merged, 0)
    assert seen["breaks"] == []


def test_eight_who_write_while_others_read_lose_nothing_and_meet_no_error(ask):
    seen = ask("benchmarks/hammer.py", "--writes", 10, "--processes", 8)
    assert (seen["deeds"], seen["errors"], seen["lost"], seen["breaks"]) == (80, 0, 0, 0)
    assert seen["saves_kept"] >= 20
    assert seen["reads"]
