"""Settings from the environment: safe with nothing set, and a sentence for everything that is wrong."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from medigy.environment import kept_secret

ROOT = Path(__file__).parents[2]


def manage(tmp_path, *arguments, **variables):
    """Runs manage.py with nothing in its environment but a folder for its data and `variables`."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data")} | variables
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )


def setting(tmp_path, *names, **variables):
    code = f"from django.conf import settings; print(*[getattr(settings, name) for name in {names!r}], sep='|')"
    result = manage(tmp_path, "shell", "--no-imports", "-c", code, **variables)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip().split("|")


def test_nothing_set_is_safe(tmp_path):
    names = ("DEBUG", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")
    assert setting(tmp_path, *names) == ["False", "True", "True", "True", "31536000"]
    assert manage(tmp_path, "check").returncode == 0


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path):
    first = setting(tmp_path, "SECRET_KEY")
    assert setting(tmp_path, "SECRET_KEY") == first
    kept = tmp_path / "data" / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(first[0]) > 50


def test_a_production_site_passes_the_deployment_check(tmp_path):
    site = {"SITE_URL": "https://news.example.org"}
    assert manage(tmp_path, "collectstatic", "--noinput", "-v0", **site).returncode == 0
    result = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **site)
    assert result.returncode == 0, result.stderr


def test_the_data_folder_may_have_any_name(tmp_path):
    folder = tmp_path / "Ana's news + 100 % #1?"
    assert manage(tmp_path, "migrate", "-v0", DATA_DIR=str(folder)).returncode == 0
    assert (folder / "db.sqlite3").exists()


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("DEBUG", "perhaps", "Set it to 1 or 0."),
        ("TIME_ZONE", "Mars/Olympus", "Use a name like Europe/Berlin or UTC."),
        ("SITE_URL", "news.example.org", "Set it to scheme and host, like https://news.example.org."),
        ("SITE_URL", "https://news.example.org/path", "Set it to scheme and host"),
        ("DATABASE_URL", "mongo://secret@host/db", "Write it like postgres://user:password@host:5432/name."),
        ("CACHE_URL", "telepathy://", "Write it like redis://host:6379/1."),
        ("EMAIL_URL", "pigeon://", "Write it like smtp+tls://user:password@host:587."),
        ("DATA_DIR", "/proc/nowhere", "Name a folder that can."),
    ],
)
def test_a_wrong_value_is_an_error_that_says_what_to_do(tmp_path, variable, value, sentence):
    result = manage(tmp_path, "check", **{variable: value})
    assert result.returncode == 1
    assert "medigy.E001" in result.stderr
    assert sentence in result.stderr
    assert "secret" not in result.stderr


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({}, "medigy.W002"),
        ({"SITE_URL": "http://news.example.org"}, "medigy.W003"),
        ({"SITE_URL": "https://news.example.org", "ALLOWED_HOSTS": "*"}, "medigy.W004"),
        ({"SITE_URL": "https://news.example.org"}, "medigy.W005"),
    ],
)
def test_the_deployment_check_finds_what_readers_would_suffer_from(tmp_path, variables, code):
    result = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **variables)
    assert result.returncode == 1
    assert code in result.stderr


def test_a_laptop_is_not_made_to_speak_https(tmp_path):
    names = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_NAME")
    assert setting(tmp_path, *names, SITE_URL="http://127.0.0.1:8000") == ["False", "False", "sessionid"]


def test_processes_that_start_at_once_find_one_secret_key(tmp_path):
    for number in range(20):
        path = tmp_path / f"key-{number}"
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(kept_secret, [path] * 8))) == 1


def test_an_empty_file_is_no_secret_key(tmp_path):
    path = tmp_path / "secret_key"
    path.touch()
    assert len(kept_secret(path)) > 50
    assert kept_secret(path) == path.read_text().strip()
