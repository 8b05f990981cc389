"""A process that is killed, a disk that is full: every item and every file is the old or the new one, and running the
command again finishes.
"""

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import DATA

ROOT = Path(__file__).parents[3]

# Runs a command of manage.py and dies, without a chance to clean up, when a function is called for the n-th time.
DIE = """
import os, signal, sys
from importlib import import_module
import django
django.setup()
module, name, times, command, *arguments = sys.argv[1:]
*parents, name = name.split(".")
owner = import_module(module)
for parent in parents:
    owner = getattr(owner, parent)
original, left = getattr(owner, name), int(times)
def dying(*args, **kwargs):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*args, **kwargs)
setattr(owner, name, dying)
from django.core.management import call_command
call_command(command, *arguments)
"""


class Newsroom:
    """A database of its own, worked on by processes that may be killed."""

    def __init__(self, folder: Path, database: Path) -> None:
        (folder / "data").mkdir()
        shutil.copy(database, folder / "data" / "db.sqlite3")
        self.environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(folder / "data"),
            "DJANGO_SETTINGS_MODULE": "medigy.settings",
            "SITE_URL": "http://testserver",
        }

    def run(self, *words: object, **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *map(str, words)], cwd=ROOT, env=self.environment, capture_output=True, text=True,
            timeout=120, **options,
        )  # fmt: skip

    def manage(self, *words: object, **options: object) -> subprocess.CompletedProcess[str]:
        return self.run("manage.py", *words, **options)

    def killed(self, module: str, name: str, times: int, *words: object) -> None:
        result = self.run("-c", DIE, module, name, times, *words)
        assert result.returncode == -signal.SIGKILL, result.stderr

    def ask(self, expression: str) -> str:
        code = f"from curation.models import *; from django.db.models import *; print({expression})"
        result = self.manage("shell", "--no-imports", "-c", code)
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()


@pytest.fixture
def newsroom(tmp_path, migrated):
    return Newsroom(tmp_path, migrated)


@pytest.fixture
def site(tmp_path):
    """Seven files with a picture, so that there is something on both sides of where a process dies. Two have one link,
    so that the second of them is made by itself.
    """
    folder = tmp_path / "site"
    raw = next((DATA / "exchange").rglob("*.jpg")).read_bytes()
    for number in range(7):
        path = folder / "content" / "communities" / "news" / f"{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"---\nmdName: name-{number}\ntitle: Number {number}\nslug: number-{number}\n"
            f"link: https://news.example/{max(number, 1)}\nauthor: [Ann, Ben]\ntags: [a]\n"
            f"aliases: /old/{number}\nfeaturedImage: {number}.jpg\n---\n\nBody {number}\n"
        )
        path.with_suffix(".jpg").write_bytes(raw + bytes([number]))
    return folder


WHOLE = (
    "CuratedItem.objects.filter(head_revision__isnull=False, live_revision=F('head_revision'))"
    ".annotate(authors_=Count('bylines', distinct=True), aliases_=Count('aliases', distinct=True),"
    " changes_=Count('changes', distinct=True)).filter(authors_=2, aliases_=1, changes_=2).count()"
)


@pytest.mark.parametrize(
    ("module", "name", "times"),
    [
        ("curation.images", "_read", 3),
        ("curation.exchange.bulk", "add_all", 2),
        ("curation.publishing.saving", "record", 1),
    ],
)
def test_an_import_that_is_killed_leaves_every_item_whole_or_away_and_a_second_one_finishes(
    newsroom, site, tmp_path, module, name, times
):
    arguments = ("import_frontmatter", site, "--publish", "--community", "news")
    newsroom.killed(module, name, times, *arguments)
    there = newsroom.ask("CuratedItem.objects.count()")
    assert newsroom.ask(WHOLE) == there
    assert int(there) < 7
    assert newsroom.manage(*arguments).returncode == 0
    assert newsroom.ask(WHOLE) == "7"
    assert newsroom.manage("export_frontmatter", tmp_path / "out").returncode == 0
    for path in site.rglob("*.*"):
        assert (tmp_path / "out" / path.relative_to(site)).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("times", [1, 4])
def test_an_export_that_is_killed_leaves_every_file_old_or_new_and_a_second_one_finishes(
    newsroom, site, tmp_path, times
):
    newsroom.manage("import_frontmatter", site, "--publish", "--community", "news")
    out = tmp_path / "out"
    newsroom.manage("export_frontmatter", out)
    newsroom.ask("CuratedItem.objects.update(unpublish_at='2999-01-01T00:00:00Z')")
    old = {path: path.read_bytes() for path in out.rglob("*.md")}
    newsroom.killed("os", "replace", times, "export_frontmatter", str(out))
    changed = [path for path, content in old.items() if path.read_bytes() != content]
    assert len(changed) == times - 1
    for path in old:
        assert path.read_bytes() in (
            old[path],
            old[path].replace(b"\n---\n", b"\nexpiryDate: '2999-01-01T00:00:00.000000Z'\n---\n", 1),
        )
    assert newsroom.manage("export_frontmatter", out).returncode == 0
    assert all(b"expiryDate" in path.read_bytes() for path in old)
    assert not list(out.rglob(".medigy-*.tmp")), "what the killed one left half written is gone"


def test_what_a_killed_export_wrote_leaves_with_its_item(newsroom, site, tmp_path):
    newsroom.manage("import_frontmatter", site, "--publish", "--community", "news")
    out = tmp_path / "out"
    newsroom.killed("os", "replace", 4, "export_frontmatter", str(out))
    written = {path.relative_to(out): path.read_bytes() for path in out.rglob("*.*") if ".medigy" not in path.name}
    assert {path.suffix for path in written} == {".md", ".jpg"}
    assert newsroom.manage("export_frontmatter", out).returncode == 0
    newsroom.ask("CuratedItem.objects.update(publication='withdrawn')")
    assert newsroom.manage("export_frontmatter", out, "--prune").returncode == 0
    assert not [path for path in out.rglob("*.*") if ".medigy" not in path.name]


def test_what_lay_there_before_a_killed_export_stays_when_its_item_leaves(newsroom, site, tmp_path):
    newsroom.manage("import_frontmatter", site, "--publish", "--community", "news")
    newsroom.killed("os", "replace", 1, "export_frontmatter", str(site))
    before = {path: path.read_bytes() for path in (site / "content").rglob("*.*")}
    newsroom.ask("CuratedItem.objects.update(publication='withdrawn')")
    assert newsroom.manage("export_frontmatter", site, "--prune").returncode == 0
    assert {path: path.read_bytes() for path in (site / "content").rglob("*.*")} == before


@pytest.mark.parametrize("times", [8, 30])
def test_a_site_whose_export_was_killed_is_finished_by_the_next_one(newsroom, site, tmp_path, times):
    newsroom.manage("import_frontmatter", site, "--publish", "--community", "news")
    out = tmp_path / "out"
    newsroom.killed("curation.exchange.site", "_put", times, "export_frontmatter", str(out), "--site")
    assert (out / "hugo.toml").is_file()
    result = newsroom.manage("export_frontmatter", out, "--site")
    assert result.returncode == 0, result.stderr
    # What was written before the kill is still ours: it follows what changes, and goes when it is no longer needed.
    newsroom.environment["SITE_URL"] = "http://moved.example"
    newsroom.ask("CuratedItem.objects.update(publication='withdrawn')")
    result = newsroom.manage("export_frontmatter", out, "--site")
    assert result.returncode == 0, result.stderr
    assert "moved.example" in (out / "hugo.toml").read_text()
    assert not list((out / "overlay").rglob("[0-9].md"))
    assert newsroom.manage("export_frontmatter", out, "--site", "--check").returncode == 0
    assert not list(out.rglob("*.journal"))


def test_a_full_disk_is_said_and_leaves_the_old_files(newsroom, site, tmp_path):
    newsroom.manage("import_frontmatter", site, "--publish", "--community", "news")
    out = tmp_path / "out"
    newsroom.manage("export_frontmatter", out)
    long = site / "content/communities/news/3.md"
    long.write_text(long.read_text() + ("word " * 20 + "\n") * 4_000)
    assert newsroom.manage("import_frontmatter", site, "--publish").returncode == 0
    before = {path: path.read_bytes() for path in out.rglob("*.*") if path.is_file()}

    def small_files_only() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    # The database's own files are larger than that: it is only read, from a copy without a journal to be replayed.
    newsroom.ask("__import__('django.db').db.connection.cursor().execute('PRAGMA wal_checkpoint(TRUNCATE)')")
    result = newsroom.manage("export_frontmatter", out, "--jsonl", preexec_fn=small_files_only)
    assert result.returncode == 1
    assert "3.md" in result.stdout
    assert "File too large" in result.stdout
    after = {path: path.read_bytes() for path in out.rglob("*.*") if path.is_file()}
    assert after == before
    assert newsroom.manage("export_frontmatter", out).returncode == 0
