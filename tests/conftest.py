"""The world that tests run in: settings of their own, a folder of their own, nobody else on the network."""

import gc
import ipaddress
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from whitenoise.middleware import WhiteNoiseMiddleware

from tests.history import unprotected

if settings.configured:
    raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests choose settings and data folder themselves.")

_data_dir = tempfile.TemporaryDirectory(prefix="medigy-tests-")
for name in ("CACHE_URL", "EMAIL_URL", "TIME_ZONE", "TRUST_PROXY_SCHEME"):
    os.environ.pop(name, None)
os.environ |= {
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "DATA_DIR": _data_dir.name,
    "DEBUG": "0",
    "SECRET_KEY": "a fixed key for tests, long enough for the deployment checks",
    "SITE_URL": "http://testserver",
}
os.environ["DJANGO_SETTINGS_MODULE"] = "medigy.settings"
django.setup()
# pytest-xdist's workers inherit the environment, and would read the settings before they come by here.
del os.environ["DJANGO_SETTINGS_MODULE"]

from curation import batches, edition, missed  # noqa: E402 - models can be read only now

if connection.vendor == "sqlite":
    # In a file, as a site has it: in memory, all threads of a live server share one connection, and get into each
    # other's way as no two processes would.
    _database = tempfile.TemporaryDirectory(prefix="medigy-database-")
    connection.settings_dict["TEST"]["NAME"] = str(Path(_database.name) / "test.sqlite3")
    connection.settings_dict["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # nothing outlives the run

DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}

hypothesis.settings.register_profile("repeatable", database=None, deadline=None, derandomize=True)
hypothesis.settings.load_profile("repeatable")

pytest_plugins = ["tests.browser"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what meets a database: on another one, nothing else can turn out otherwise."""
    for item in items:
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("database")


def pytest_collection_finish() -> None:
    """Keeps the collector of garbage from walking over all tests and all of Django again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True)
def _files_last_as_long_as_rows() -> Iterator[None]:
    """Empties the data folder after each test, as the database is rolled back."""
    yield
    for path in Path(_data_dir.name).iterdir():
        if path == settings.STATIC_ROOT:  # made with the settings, and never written to by a test
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.fixture(autouse=True)
def _nothing_is_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begins each test as a server that has just been started."""
    cache.clear()
    monkeypatch.setattr(edition, "_seen", None)


@pytest.fixture(autouse=True)
def _many_items_are_done_in_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is."""
    monkeypatch.setattr(batches, "SECONDS", 600)


@pytest.fixture(autouse=True)
def _missed_addresses_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writes them where a test says so, and not when ten seconds have passed."""
    monkeypatch.setattr(missed, "_waiting", {})
    monkeypatch.setattr(missed, "_written_at", float("inf"))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with all tables and nothing in them, to be copied by who starts a site of their own."""
    path = tmp_path_factory.mktemp("migrated") / "db.sqlite3"
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(path.parent)}
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)
    return path


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_found_once() -> Iterator[None]:
    """Each test client begins a server, which would look for the same files anew."""
    look = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def look_once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def _databases_are_emptied_between_tests() -> Iterator[None]:
    """Lets tests that do not roll back empty the tables of history, which refuse that to everybody."""
    operations = type(connection.ops)
    empty = operations.execute_sql_flush

    def past_the_triggers(self: Any, sql_list: list[str]) -> None:
        with unprotected(self.connection):
            empty(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", past_the_triggers)
        yield


@pytest.fixture(scope="session", autouse=True)
def _nobody_else_on_the_network() -> Iterator[None]:
    """Fails a test that connects to anything but this machine, whatever the code under test catches."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(call):
        def connect_here(self, address):
            if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_this_machine(address[0]):
                pytest.fail(f"A test tried to connect to {address[0]}: give it a server on localhost.")
            return call(self, address)

        return connect_here

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(connect))
        patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
        yield


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
